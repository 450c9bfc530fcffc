//! `files`: what an agent is made of and works on, whether it runs or not.

use super::Context;
use crate::{
    args::Files,
    client::{self, Client, segment},
    failure::Failure,
    names, output,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, RequestBuilder, header};
use std::{
    io::{Read, Write},
    path::Path,
};
use wire::{FileBody, FileChanged, FileEntry, FilePartBody, PutFile, Workspace};

/// Runs it.
pub async fn run(context: &Context, files: Files) -> Result<(), Failure> {
    let client = context.client().await?;
    match files {
        Files::Ls {
            name,
            path,
            root,
            depth,
        } => list(context, &client, &name, &path, &root, depth).await,
        Files::Get {
            name,
            path,
            root,
            out,
        } => get(context, &client, &name, &path, &root, out.as_deref()).await,
        Files::Put {
            name,
            path,
            from,
            replaces,
            new,
        } => {
            let content = match &from {
                Some(file) => std::fs::read(file).map_err(|error| {
                    Failure::failed("unreadable", format!("{}: {error}", file.display()))
                })?,
                None => {
                    let mut content = Vec::new();
                    std::io::stdin().lock().read_to_end(&mut content)?;
                    content
                }
            };
            put(context, &client, &name, &path, content, replaces, new).await
        }
        Files::Rm { name, path, yes } => {
            let one = client.workspace(&name).await?;
            let place = file(&one.id, &path)?;
            context.confirm(yes, &format!("Remove {path} of {}?", one.name))?;
            let request = client.request(Method::DELETE, &place);
            let done: FileChanged = client::read(request).await?;
            let words = format!("{path} is removed.{}", follows(&done));
            context.answer(&done, words)
        }
    }
}

async fn list(
    context: &Context,
    client: &Client,
    name: &str,
    path: &str,
    root: &str,
    depth: u8,
) -> Result<(), Failure> {
    let one = client.workspace(name).await?;
    let query = format!(
        "/workspaces/{}/files?root={}&path={}&depth={depth}",
        one.id,
        segment(root),
        segment(path)
    );
    let entries: Vec<FileEntry> = client.get(&query).await?;
    if entries.is_empty() {
        there(client, &one, root, path).await?;
    }
    if context.json {
        return output::document(&entries);
    }
    if entries.is_empty() {
        return output::say(match keeps_none(&one) {
            Some(why) => why,
            None if path.is_empty() => format!("{} has nothing in {root} yet.", one.name),
            None => format!("{path} of {} is empty.", one.name),
        });
    }
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let slash = if entry.dir { "/" } else { "" };
            let size = if entry.dir {
                String::new()
            } else {
                entry.size.to_string()
            };
            vec![output::short(&format!("{}{slash}", entry.path), 200), size]
        })
        .collect();
    output::table(&["PATH", "BYTES"], &rows)
}

/// Why an agent has no files here, of one that never has any.
fn keeps_none(one: &Workspace) -> Option<String> {
    match one.runtime.as_str() {
        "mock" => Some(format!(
            "{} is answered by the platform itself and has no files of its own; what it is made of is in its org's folder (`molecule-stack org list` says where).",
            one.name
        )),
        "external" => Some(format!("{} runs elsewhere, and so do its files.", one.name)),
        _ => None,
    }
}

/// The platform answers nothing for a folder that is empty and for one that is not there; the one above knows which.
async fn there(client: &Client, one: &Workspace, root: &str, path: &str) -> Result<(), Failure> {
    let path = path.trim_matches('/');
    if matches!(path, "" | ".") {
        return Ok(());
    }
    if let Some(why) = keeps_none(one) {
        return Err(Failure::failed("no_container", why));
    }
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let query = format!(
        "/workspaces/{}/files?root={}&path={}&depth=1",
        one.id,
        segment(root),
        segment(above)
    );
    let entries: Vec<FileEntry> = client.get(&query).await?;
    if entries.iter().any(|entry| entry.path == name) {
        return Ok(());
    }
    let folders = entries.iter().map(|entry| entry.path.as_str());
    Err(Failure::failed(
        "not_found",
        format!(
            "{} has no folder {path} in {root}{}",
            one.name,
            names::meant(&org_template::near(name, folders))
        ),
    ))
}

async fn get(
    context: &Context,
    client: &Client,
    name: &str,
    path: &str,
    root: &str,
    out: Option<&Path>,
) -> Result<(), Failure> {
    let one = client.workspace(name).await?;
    let query = format!("{}?root={}", file(&one.id, path)?, segment(root));
    let body: Result<FileBody, Failure> = client.get(&query).await;
    let body = match (body, keeps_none(&one)) {
        (Err(_), Some(why)) => return Err(Failure::failed("no_container", why)),
        (body, _) => body,
    };
    let body = match body {
        Err(mut failure) if failure.code == "not_found" => {
            failure.error = format!(
                "{} has no file {path} in {root}: {}",
                one.name, failure.error
            );
            return Err(failure);
        }
        Err(failure) if failure.code == "too_large" => {
            return parts(context, client, &query, path, out).await;
        }
        body => body?,
    };
    if context.json && out.is_none() {
        return output::document(&body);
    }
    let content = match body.encoding.as_deref() {
        Some("base64") => decoded(&body.content)?,
        _ => body.content.clone().into_bytes(),
    };
    match out {
        Some(file) => {
            std::fs::write(file, &content).map_err(|error| not_written(file, &error))?;
            let words = format!("{} is written.", file.display());
            context.answer(
                &serde_json::json!({"path": path, "size": body.size, "hash": body.hash}),
                words,
            )
        }
        None => {
            // Exact bytes: what a pipe gets is what the agent has.
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(&content)?;
            stdout.flush()?;
            Ok(())
        }
    }
}

/// A file that is too large for one answer, part after part; none of it is held.
async fn parts(
    context: &Context,
    client: &Client,
    query: &str,
    path: &str,
    out: Option<&Path>,
) -> Result<(), Failure> {
    if context.json && out.is_none() {
        let text =
            format!("{path} is too large to be shown as JSON; write it to a file with --out");
        return Err(Failure::failed("too_large", text));
    }
    let mut target: Box<dyn Write + Send> = match out {
        Some(file) => {
            Box::new(std::fs::File::create(file).map_err(|error| not_written(file, &error))?)
        }
        None => Box::new(std::io::stdout()),
    };
    let mut offset = 0;
    let mut total = None;
    loop {
        let part: FilePartBody = client.get(&format!("{query}&offset={offset}")).await?;
        if *total.get_or_insert(part.total) != part.total {
            let text = format!("{path} changed while it was read; read it again");
            return Err(Failure::failed("file_changed", text));
        }
        target.write_all(&decoded(&part.content)?)?;
        offset += part.size;
        if part.size == 0 || offset >= part.total {
            break;
        }
    }
    target.flush()?;
    match out {
        Some(file) => context.answer(
            &serde_json::json!({"path": path, "size": offset}),
            format!("{} is written.", file.display()),
        ),
        None => Ok(()),
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, Failure> {
    STANDARD.decode(text).map_err(|error| {
        Failure::failed(
            "answer",
            format!("the platform's answer was not understood: {error}"),
        )
    })
}

fn not_written(file: &Path, error: &std::io::Error) -> Failure {
    Failure::failed("not_written", format!("{}: {error}", file.display()))
}

async fn put(
    context: &Context,
    client: &Client,
    name: &str,
    path: &str,
    content: Vec<u8>,
    replaces: Option<String>,
    new: bool,
) -> Result<(), Failure> {
    let one = client.workspace(name).await?;
    let body = match String::from_utf8(content) {
        Ok(content) => PutFile {
            content,
            encoding: None,
            hash: None,
        },
        Err(bytes) => PutFile {
            content: STANDARD.encode(bytes.as_bytes()),
            encoding: Some("base64".into()),
            hash: None,
        },
    };
    let request = client
        .request(Method::PUT, &file(&one.id, path)?)
        .json(&body);
    let request = condition(request, replaces, new);
    let done: FileChanged = client::read(request).await?;
    let words = format!("{path} is saved.{}", follows(&done));
    context.answer(&done, words)
}

fn condition(request: RequestBuilder, replaces: Option<String>, new: bool) -> RequestBuilder {
    match replaces {
        Some(hash) => request.header(header::IF_MATCH, format!("\"{hash}\"")),
        None if new => request.header(header::IF_NONE_MATCH, "*"),
        None => request,
    }
}

fn follows(done: &FileChanged) -> String {
    match done.reaction.reaction.as_str() {
        "none" => String::new(),
        "in_place" => " The agent reads it again by itself, or when it is restarted.".to_owned(),
        _ => format!(" It counts after a restart: {}.", done.reaction.reason),
    }
}

/// The address of a file; slashes divide its parts. Dots are sorted out of an address before it is sent, so a path that
/// climbs would ask for something else.
fn file(id: &str, path: &str) -> Result<String, Failure> {
    if path.starts_with('/') && !path.trim_matches('/').is_empty() {
        return Err(Failure::usage(format!(
            "\"{path}\" is a path of a whole computer; write the one below the root (/configs), without the first /"
        )));
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() || parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Err(Failure::usage(format!(
            "\"{path}\" names no file below the root; write it without . and .."
        )));
    }
    let parts: Vec<String> = parts.into_iter().map(segment).collect();
    Ok(format!("/workspaces/{id}/files/{}", parts.join("/")))
}
