//! `secrets unlock`: where secrets are kept, chosen or opened on a platform that runs, also without a window.

use super::{Context, secrets::hidden, serve};
use crate::{client::Client, failure::Failure, output};
use reqwest::Method;
use serde_json::json;
use std::io::{self, IsTerminal};
use vault::Secret;
use wire::{KeychainView, Stack};

/// Runs it.
pub async fn unlock(
    context: &Context,
    client: &Client,
    passphrase_stdin: bool,
    keychain: bool,
) -> Result<(), Failure> {
    if keychain {
        let body = json!({"place": "keychain"});
        let view: KeychainView = client.send(Method::POST, "/vault/unlock", &body).await?;
        return context.answer(&view, &view.text);
    }
    let passphrase = if passphrase_stdin || !io::stdin().is_terminal() {
        serve::passphrase()?
    } else {
        ask(client).await?
    };
    let view = with_passphrase(client, &passphrase).await?;
    context.answer(&view, &view.text)
}

/// Opens the sealed file of a platform that runs.
pub async fn with_passphrase(
    client: &Client,
    passphrase: &Secret,
) -> Result<KeychainView, Failure> {
    let body = json!({
        "place": "passphrase",
        "passphrase": passphrase.expose_str().unwrap_or_default(),
    });
    client.send(Method::POST, "/vault/unlock", &body).await
}

/// From the terminal; twice when it is chosen now, because a slip would lock the secrets away.
async fn ask(client: &Client) -> Result<Secret, Failure> {
    let stack: Stack = client.get("/stack").await?;
    let is_there = stack.keychain.state == "locked";
    let passphrase = hidden("Passphrase of the file of secrets (it is not shown): ")?;
    if passphrase.is_empty() {
        return Err(Failure::usage("no passphrase was given; nothing was done"));
    }
    if !is_there {
        output::note("There is no such file yet; this passphrase will seal it.");
        let again = hidden("The same once more: ")?;
        if again.expose() != passphrase.expose() {
            return Err(Failure::usage(
                "the two passphrases differ; nothing was done",
            ));
        }
    }
    Ok(passphrase)
}
