//! `secrets export` and `secrets import`: all secrets in a file sealed under a passphrase. The passphrase comes from the
//! terminal or standard input, never from an argument that others could read.

use super::{Context, context::folder_of, secrets::hidden};
use crate::{client::Client, failure::Failure, output};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::Path,
};
use wire::{ExportSecrets, ImportSecrets, SecretsImported};

/// `secrets export`.
pub async fn export(
    context: &Context,
    client: &Client,
    file: &Path,
    yes: bool,
) -> Result<(), Failure> {
    if file.exists() {
        context.confirm(yes, &format!("Replace {}?", file.display()))?;
    }
    let passphrase = passphrase("Passphrase for the backup (it is not shown): ")?;
    if io::stdin().is_terminal() && passphrase != self::passphrase("The same once more: ")? {
        return Err(Failure::usage(
            "the two passphrases differ; nothing was written",
        ));
    }
    let body = ExportSecrets { passphrase };
    let backup: Value = client
        .send(Method::POST, "/admin/secrets/export", &body)
        .await?;
    write(file, &backup)?;
    context.answer(
        &json!({"status": "written", "file": file}),
        format!(
            "{} is written. It opens with its passphrase and nothing else; without it the secrets in it are lost.",
            file.display()
        ),
    )
}

/// `secrets import`.
pub async fn import(
    context: &Context,
    client: &Client,
    file: &Path,
    overwrite: bool,
) -> Result<(), Failure> {
    let text = fs::read(file).map_err(|error| {
        Failure::failed(
            "not_found",
            format!("{} cannot be read: {error}", file.display()),
        )
    })?;
    let backup: Value = serde_json::from_slice(&text).map_err(|_| {
        Failure::failed(
            "backup_damaged",
            format!("{} is no backup of secrets", file.display()),
        )
    })?;
    let body = ImportSecrets {
        passphrase: passphrase("Passphrase of the backup (it is not shown): ")?,
        backup,
        overwrite,
    };
    let report: SecretsImported = client
        .send(Method::POST, "/admin/secrets/import", &body)
        .await?;
    if context.json {
        return output::document(&report);
    }
    let rows: Vec<Vec<String>> = report
        .secrets
        .into_iter()
        .map(|one| {
            let whose = if one.scope == "global" {
                "all agents".to_owned()
            } else {
                one.name
            };
            vec![one.key, whose, one.action, one.reason.unwrap_or_default()]
        })
        .collect();
    if rows.is_empty() {
        return output::say("There was no secret in it.");
    }
    output::table(&["NAME", "FOR", "", ""], &rows)
}

fn passphrase(prompt: &str) -> Result<String, Failure> {
    let given = hidden(prompt)?;
    let text = given.expose_str().unwrap_or_default();
    if text.is_empty() {
        return Err(Failure::usage("no passphrase came on standard input"));
    }
    Ok(text.to_owned())
}

/// Whole or not at all, and for its owner's eyes only.
pub(super) fn write(file: &Path, backup: &Value) -> Result<(), Failure> {
    let mut made = tempfile::NamedTempFile::new_in(folder_of(file)?)?;
    serde_json::to_writer_pretty(&mut made, backup).map_err(io::Error::from)?;
    made.write_all(b"\n")?;
    made.as_file().sync_all()?;
    made.persist(file).map_err(|error| error.error)?;
    Ok(())
}
