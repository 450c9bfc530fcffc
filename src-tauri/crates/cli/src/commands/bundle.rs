//! `bundle`: an agent and all below it as one file, and agents from such a file.

use super::{Context, secrets_file};
use crate::{args::BundleVerb, client::Client, failure::Failure, output};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wire::BundleImported;

/// Runs it.
pub async fn run(context: &Context, verb: BundleVerb) -> Result<(), Failure> {
    let client = context.client().await?;
    match verb {
        BundleVerb::Export { name, file, yes } => export(context, &client, &name, file, yes).await,
        BundleVerb::Import { file } => import(context, &client, &file).await,
    }
}

async fn export(
    context: &Context,
    client: &Client,
    name: &str,
    file: Option<PathBuf>,
    yes: bool,
) -> Result<(), Failure> {
    let id = client.workspace(name).await?.id;
    let file = file.unwrap_or_else(|| {
        let plain: String = name
            .chars()
            .map(|letter| {
                if letter.is_alphanumeric() {
                    letter
                } else {
                    '-'
                }
            })
            .collect();
        PathBuf::from(format!("{plain}.bundle.json"))
    });
    if file.exists() {
        context.confirm(yes, &format!("Replace {}?", file.display()))?;
    }
    let bundle: Value = client.get(&format!("/bundles/export/{id}")).await?;
    secrets_file::write(&file, &bundle)?;
    let mut left = Vec::new();
    redacted(&bundle, &mut left);
    if !context.json {
        for line in &left {
            output::note(line);
        }
    }
    context.answer(
        &json!({"status": "written", "file": file, "redacted": left}),
        format!("{} is written.", file.display()),
    )
}

/// What is not in the bundle as the agents have it.
fn redacted(bundle: &Value, lines: &mut Vec<String>) {
    for one in bundle["redacted"].as_array().into_iter().flatten() {
        let word = |name: &str| one[name].as_str().unwrap_or_default();
        let whose = bundle["name"].as_str().unwrap_or_default();
        lines.push(format!("{whose}: {} was {}", word("path"), word("action")));
    }
    for child in bundle["sub_workspaces"].as_array().into_iter().flatten() {
        redacted(child, lines);
    }
}

async fn import(context: &Context, client: &Client, file: &Path) -> Result<(), Failure> {
    let text = fs::read(file).map_err(|error| {
        Failure::failed(
            "not_found",
            format!("{} cannot be read: {error}", file.display()),
        )
    })?;
    let bundle: Value = serde_json::from_slice(&text).map_err(|_| {
        Failure::failed("invalid_bundle", format!("{} is no bundle", file.display()))
    })?;
    let made: BundleImported = client
        .send(Method::POST, "/bundles/import", &bundle)
        .await?;
    if context.json {
        return output::document(&made);
    }
    let mut rows = Vec::new();
    list(&made, 0, &mut rows);
    output::table(&["AGENT", "", ""], &rows)
}

fn list(made: &BundleImported, depth: usize, rows: &mut Vec<Vec<String>>) {
    rows.push(vec![
        format!("{}{}", "  ".repeat(depth), made.name),
        made.status.clone(),
        made.reason.clone().unwrap_or_default(),
    ]);
    for child in &made.children {
        list(child, depth + 1, rows);
    }
}
