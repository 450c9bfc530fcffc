//! `backup` and `restore`: what is kept.

use super::{Context, context::whole, serve::of_keep};
use crate::{
    args::{Backup, Restore},
    client::Client,
    failure::{Failure, OWNED},
};
use platform::{
    PlatformOptions,
    keep::{self, Original},
};
use reqwest::Method;
use serde_json::{Value, json};

/// `backup`: by the owner while one runs, else by this process.
pub async fn backup(context: &Context, backup: Backup) -> Result<(), Failure> {
    let path = whole(&backup.file)?;
    // The owner refuses it too; here the answer names the flag.
    if backup.file.exists() && !backup.force {
        return Err(of_keep(&keep::KeepError::Exists(backup.file)));
    }
    match Client::find(&context.data_dir).await? {
        Some(client) => drop(
            client
                .send::<Value>(
                    Method::POST,
                    "/stack/backup",
                    &json!({"path": path, "replace": backup.force}),
                )
                .await?,
        ),
        None => {
            require_data(context)?;
            let options = PlatformOptions::new(&context.data_dir);
            keep::backup_at_rest(&options, &backup.file, backup.force)
                .await
                .map_err(|error| of_keep(&error))?;
        }
    }
    context.answer(
        &json!({"status": "written", "file": path}),
        format!(
            "{path} is written. Secrets in it stay sealed: they open only with this computer's keychain, or the passphrase \
             or key you chose. Files inside containers are not part of it."
        ),
    )
}

/// `restore`: needs the data folder for itself, and an answer to whose containers and volumes these are.
pub async fn restore(context: &Context, restore: Restore) -> Result<(), Failure> {
    refuse_owner(context, "").await?;
    if !restore.file.is_file() {
        return Err(Failure::failed(
            "not_found",
            format!("there is no file {}", restore.file.display()),
        ));
    }
    let question = format!(
        "Put {} in place of what is in {}?",
        restore.file.display(),
        context.data_dir.display()
    );
    context.confirm(restore.yes, &question)?;
    let options = PlatformOptions::new(&context.data_dir);
    let was_there = context.data_dir.join("molecule.sqlite").exists();
    let opened = keep::Restore::open(&options, &restore.file)
        .await
        .map_err(|error| of_keep(&error))?;
    let original = opened.original().clone();
    let gone = restore.original_gone
        || original == Original::Unknown
            && !restore.yes
            && context.confirm(
                false,
                "The backup is of another installation. Is that one gone for good, so that its containers, volumes and \
                 keychain entries belong to this one from now on? With no it becomes a copy.",
            ).is_ok();
    let is_copy = opened.finish(gone).await.map_err(|error| of_keep(&error))?;
    let mut said = format!("{} is restored", context.data_dir.display());
    said.push_str(if was_there {
        "; what was there before is kept there as molecule.before-restore.sqlite (and keychain.before-restore.sealed): to \
         go back, stop the platform and give these their former names."
    } else {
        "."
    });
    match &original {
        _ if !is_copy => {}
        Original::LivesIn(place) => said.push_str(&format!(
            "\nIt is a copy with an id of its own: the installation in {} still lives and keeps its containers and \
             volumes. Roles that run there in containers cannot start here on the same engine.",
            place.display()
        )),
        _ => said.push_str(
            "\nIt is a copy with an id of its own, because the installation that the backup is of may still live. When \
             that one is gone, restore with --original-gone: its containers and volumes then belong to this one.",
        ),
    }
    context.answer(
        &json!({"status": "restored", "data_dir": context.data_dir, "copy": is_copy}),
        said,
    )
}

/// Looking at a folder that is not there would make one.
pub(super) fn require_data(context: &Context) -> Result<(), Failure> {
    if context.data_dir.join("owner.lock").exists() {
        return Ok(());
    }
    let text = format!(
        "{} is no data folder of Molecule Desktop; nothing is there to do",
        context.data_dir.display()
    );
    Err(Failure::failed("no_data", text))
}

/// `again` is what to run once the platform has stopped.
pub(super) async fn refuse_owner(context: &Context, again: &str) -> Result<(), Failure> {
    let Some(client) = Client::find(&context.data_dir).await? else {
        return Ok(());
    };
    let (port, pid) = (client.owner.port, client.owner.pid);
    let text = format!(
        "the platform runs (port {port}, process {pid}); stop it first with `molecule-stack down`{again}"
    );
    Err(Failure::new(OWNED, "in_use", text)
        .with("port", port)
        .with("pid", pid))
}
