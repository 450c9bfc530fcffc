//! `secrets`: names out, values in. A value comes from standard input, never from an argument that others could read.

use super::{Context, context::whole, secrets_file, secrets_place};
use crate::{
    args::Secrets,
    client::{self, Client},
    failure::Failure,
    output,
};
use reqwest::Method;
use serde_json::Value;
use std::{
    io::{self, IsTerminal, Read},
    path::Path,
};
use vault::Secret;
use wire::{
    KeyRotated, KeychainView, PersonaImport, PersonaList, PersonaReport, SecretDependents,
    SecretValidated, SecretView, SetSecret, ValidateSecret,
};

/// Runs it.
pub async fn run(context: &Context, secrets: Secrets) -> Result<(), Failure> {
    let client = context.client().await?;
    match secrets {
        Secrets::List { agent } => list(context, &client, agent.as_deref()).await,
        Secrets::Set { key, agent } => set(context, &client, &key, agent.as_deref()).await,
        Secrets::Delete { key, agent, yes } => {
            delete(context, &client, &key, agent.as_deref(), yes).await
        }
        Secrets::UsedBy { key, agent } => used_by(context, &client, &key, agent.as_deref()).await,
        Secrets::Check { provider } => check(context, &client, provider).await,
        Secrets::ImportPersonas { dir } => import(context, &client, &dir).await,
        Secrets::Personas => personas(context, &client).await,
        Secrets::Export { file, yes } => secrets_file::export(context, &client, &file, yes).await,
        Secrets::Import { file, overwrite } => {
            secrets_file::import(context, &client, &file, overwrite).await
        }
        Secrets::Unlock {
            passphrase_stdin,
            keychain,
        } => secrets_place::unlock(context, &client, passphrase_stdin, keychain).await,
        Secrets::RotateKey { yes } => rotate_key(context, &client, yes).await,
    }
}

/// Where the secrets of one agent, or of all, are.
async fn place(client: &Client, agent: Option<&str>) -> Result<String, Failure> {
    match agent {
        Some(name) => Ok(format!(
            "/workspaces/{}/secrets",
            client.workspace(name).await?.id
        )),
        None => Ok("/settings/secrets".to_owned()),
    }
}

async fn list(context: &Context, client: &Client, agent: Option<&str>) -> Result<(), Failure> {
    let all: Vec<SecretView> = client.get(&place(client, agent).await?).await?;
    if context.json {
        return output::document(&all);
    }
    if all.is_empty() {
        return output::say(
            "No secrets. `molecule-stack secrets set NAME` reads one from standard input.",
        );
    }
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|secret| {
            vec![
                secret.key,
                secret.scope,
                secret.updated_at.0.format("%Y-%m-%d %H:%M").to_string(),
            ]
        })
        .collect();
    output::table(&["NAME", "FOR", "SET"], &rows)
}

async fn set(
    context: &Context,
    client: &Client,
    key: &str,
    agent: Option<&str>,
) -> Result<(), Failure> {
    let path = place(client, agent).await?;
    // Before a person types something in that nobody can keep. Asking for personas waits for the first try to open it.
    open(&client.get::<PersonaList>("/personas").await?.keychain)?;
    let value = value(key)?;
    let body = SetSecret {
        key: key.to_owned(),
        value: value.expose_str().unwrap_or_default().to_owned(),
    };
    let saved: Value = client.send(Method::PUT, &path, &body).await?;
    context.answer(&saved, format!("{key} is saved{}.", for_whom(agent)))
}

async fn delete(
    context: &Context,
    client: &Client,
    key: &str,
    agent: Option<&str>,
    yes: bool,
) -> Result<(), Failure> {
    let place = place(client, agent).await?;
    let there: Vec<SecretView> = client.get(&place).await?;
    if !there.iter().any(|one| one.key == key) {
        let none = Failure::failed("not_found", "");
        return Err(named(none, key, agent));
    }
    let path = format!("{place}/{}", client::segment(key));
    context.confirm(
        yes,
        &format!("Delete {key}{}? It cannot be read back.", for_whom(agent)),
    )?;
    let done: Result<Value, Failure> = client::read(client.request(Method::DELETE, &path)).await;
    let done = done.map_err(|failure| named(failure, key, agent))?;
    context.answer(&done, format!("{key} is deleted{}.", for_whom(agent)))
}

async fn used_by(
    context: &Context,
    client: &Client,
    key: &str,
    agent: Option<&str>,
) -> Result<(), Failure> {
    let place = place(client, agent).await?;
    let path = format!("{place}/{}/dependents", client::segment(key));
    let found: Result<SecretDependents, Failure> = client.get(&path).await;
    let found = found.map_err(|failure| named(failure, key, agent))?;
    let names = &found.dependents;
    let said = if names.is_empty() {
        format!("No agent gets {key}.")
    } else {
        format!(
            "{key} goes to {}: {}.",
            output::count(names.len(), "agent"),
            names.join(", ")
        )
    };
    context.answer(&found, said)
}

async fn check(context: &Context, client: &Client, provider: String) -> Result<(), Failure> {
    let key = hidden(&format!("Key for {provider} (it is not shown): "))?;
    let body = ValidateSecret {
        key: key.expose_str().unwrap_or_default().to_owned(),
        provider,
    };
    let said: SecretValidated = client
        .send(Method::POST, "/secrets/validate", &body)
        .await?;
    match &said.error {
        None => context.answer(&said, format!("{} takes this key.", body.provider)),
        Some(error) => {
            let code = said
                .code
                .clone()
                .unwrap_or_else(|| "key_invalid".to_owned());
            Err(Failure::failed(&code, error.clone()))
        }
    }
}

/// A refusal that says which secret is not there.
fn named(mut failure: Failure, key: &str, agent: Option<&str>) -> Failure {
    if failure.code == "not_found" {
        let list = agent.map_or_else(String::new, |name| format!(" --agent \"{name}\""));
        failure.error = format!(
            "there is no secret {key}{}; `molecule-stack secrets list{list}` lists them",
            for_whom(agent)
        );
    }
    failure
}

fn for_whom(agent: Option<&str>) -> String {
    agent.map_or_else(
        || " for all agents".to_owned(),
        |name| format!(" for {name}"),
    )
}

fn value(key: &str) -> Result<Secret, Failure> {
    let value = hidden(&format!("Value of {key} (it is not shown): "))?;
    if value.is_empty() {
        return Err(Failure::usage(format!(
            "no value came on standard input; to have none, delete {key}"
        )));
    }
    Ok(value)
}

/// From the terminal without showing it, or everything that a pipe gives but the line end that `echo` adds.
pub(super) fn hidden(prompt: &str) -> Result<Secret, Failure> {
    if io::stdin().is_terminal() {
        return Ok(Secret::from(rpassword::prompt_password(prompt)?));
    }
    let mut text = String::new();
    io::stdin()
        .lock()
        .read_to_string(&mut text)
        .map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => Failure::usage("the value on standard input is no text"),
            _ => error.into(),
        })?;
    let length = text
        .strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(&text)
        .len();
    text.truncate(length);
    Ok(Secret::from(text))
}

async fn import(context: &Context, client: &Client, dir: &Path) -> Result<(), Failure> {
    let body = PersonaImport { path: whole(dir)? };
    let report: PersonaReport = client.send(Method::POST, "/personas/import", &body).await?;
    let found = &report.personas;
    let none_taken = !found.is_empty() && found.iter().all(|one| one.action == "skipped");
    if none_taken {
        // A folder of something else looks like this.
        let why = found
            .first()
            .and_then(|one| Some((&one.slug, one.reason.as_ref()?)));
        let why = why.map_or_else(String::new, |(slug, reason)| format!("; {slug}: {reason}"));
        let text = format!(
            "{} holds {} and none of them is a persona (a folder with a file `env`){why}",
            dir.display(),
            output::count(found.len(), "folder")
        );
        let failure = Failure::failed("no_personas", text);
        return Err(failure.with("personas", serde_json::to_value(found).unwrap_or_default()));
    }
    if context.json {
        return output::document(&report);
    }
    let rows: Vec<Vec<String>> = report
        .personas
        .into_iter()
        .map(|persona| {
            let about = persona.reason.unwrap_or_else(|| persona.keys.join(", "));
            vec![persona.slug, persona.action, output::short(&about, 100)]
        })
        .collect();
    if rows.is_empty() {
        return output::say(format!(
            "{} holds no personas (folders with a file `env`).",
            dir.display()
        ));
    }
    output::table(&["PERSONA", "", "NAMES"], &rows)
}

async fn personas(context: &Context, client: &Client) -> Result<(), Failure> {
    let list: PersonaList = client.get("/personas").await?;
    // When nobody could look, that is not the same as that there are none.
    open(&list.keychain)?;
    if context.json {
        return output::document(&list);
    }
    output::say(&list.keychain.text)?;
    let rows: Vec<Vec<String>> = list
        .personas
        .into_iter()
        .map(|persona| {
            vec![
                persona.slug,
                persona.used_by.len().to_string(),
                output::short(&persona.keys.join(", "), 100),
            ]
        })
        .collect();
    if rows.is_empty() {
        Ok(())
    } else {
        output::table(&["PERSONA", "AGENTS", "NAMES"], &rows)
    }
}

/// Whether secrets can be read and kept now.
fn open(place: &KeychainView) -> Result<(), Failure> {
    let code = match place.state.as_str() {
        "ready" | "passphrase" | "environment" => return Ok(()),
        "locked" => "keychain_locked",
        "absent" => "keychain_absent",
        _ => "keychain_failed",
    };
    Err(Failure::failed(code, place.text.clone()))
}

async fn rotate_key(context: &Context, client: &Client, yes: bool) -> Result<(), Failure> {
    context.confirm(
        yes,
        "Make a new key and seal every stored secret with it? Secrets in backups written before do not open any more.",
    )?;
    let rotated: KeyRotated =
        client::read(client.request(Method::POST, "/admin/secrets/rotate")).await?;
    let kept = if rotated.former_key_kept {
        " The former key was still in use; it leaves the keychain at the next start."
    } else {
        " The former key is gone; write a new backup, older ones do not open without it."
    };
    let text = format!(
        "The new key {} seals {}.{kept}",
        rotated.key_id,
        output::count(rotated.resealed, "secret")
    );
    context.answer(&rotated, text)
}
