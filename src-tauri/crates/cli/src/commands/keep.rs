//! `backup`, `restore`, `purge`: what is kept, and how it ends.

use super::{Context, context::whole, serve::of_keep};
use crate::{
    args::{Backup, Purge, Restore},
    client::Client,
    failure::{Failure, OWNED},
    output,
};
use platform::{PlatformOptions, keep};
use reqwest::Method;
use serde_json::{Value, json};

/// `backup`: by the owner while one runs, else by this process.
pub async fn backup(context: &Context, backup: Backup) -> Result<(), Failure> {
    let path = whole(&backup.file)?;
    match Client::find(&context.data_dir).await? {
        Some(client) => drop(
            client
                .send::<Value>(Method::POST, "/stack/backup", &json!({"path": path}))
                .await?,
        ),
        None => {
            require_data(context)?;
            let options = PlatformOptions::new(&context.data_dir);
            keep::backup_at_rest(&options, &backup.file)
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

/// `restore`: needs the data folder for itself.
pub async fn restore(context: &Context, restore: Restore) -> Result<(), Failure> {
    refuse_owner(context).await?;
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
    keep::restore(&options, &restore.file)
        .await
        .map_err(|error| of_keep(&error))?;
    context.answer(
        &json!({"status": "restored", "data_dir": context.data_dir}),
        format!(
            "{} is restored; the former database is kept beside it.",
            context.data_dir.display()
        ),
    )
}

/// `purge`: lists; removes with `--yes`.
pub async fn purge(context: &Context, purge: Purge) -> Result<(), Failure> {
    refuse_owner(context).await?;
    require_data(context)?;
    let options = PlatformOptions::new(&context.data_dir);
    let left = keep::purge(&options, purge.yes)
        .await
        .map_err(|error| of_keep(&error))?;
    if context.json {
        return output::document(&json!({"removed": purge.yes, "leftovers": left}));
    }
    output::say(if purge.yes {
        "Removed:"
    } else {
        "This is what `purge --yes` removes:"
    })?;
    for (word, names) in [
        ("container", &left.containers),
        ("volume", &left.volumes),
        ("keychain entry", &left.keychain),
    ] {
        for name in names {
            output::say(format!("  {word} {name}"))?;
        }
    }
    if let Some(network) = &left.network {
        output::say(format!(
            "  network {network}, unless another installation uses it"
        ))?;
    }
    output::say(format!("  data folder {}", left.data_dir.display()))?;
    for note in &left.notes {
        output::note(format!("Not looked at: {note}"));
    }
    Ok(())
}

/// Looking at a folder that is not there would make one.
fn require_data(context: &Context) -> Result<(), Failure> {
    if context.data_dir.join("owner.lock").exists() {
        return Ok(());
    }
    let text = format!(
        "{} is no data folder of Molecule Desktop; nothing is there to do",
        context.data_dir.display()
    );
    Err(Failure::failed("no_data", text))
}

async fn refuse_owner(context: &Context) -> Result<(), Failure> {
    let Some(client) = Client::find(&context.data_dir).await? else {
        return Ok(());
    };
    let (port, pid) = (client.owner.port, client.owner.pid);
    let text = format!(
        "the platform runs (port {port}, process {pid}); stop it first with `molecule-stack down`"
    );
    Err(Failure::new(OWNED, "in_use", text)
        .with("port", port)
        .with("pid", pid))
}
