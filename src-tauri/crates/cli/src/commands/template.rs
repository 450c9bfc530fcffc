//! `template`: folders that agents are made of.

use super::Context;
use crate::{args::Template, client, failure::Failure, output};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use wire::{FileInSet, ImportTemplate, PutFile, TemplateImported, TemplateView};

/// Files that the platform takes at most.
const MOST: usize = 200;
/// Folders of tools that no agent is made of.
const LEFT_OUT: [&str; 4] = [".git", "node_modules", "__pycache__", ".DS_Store"];

/// Runs it.
pub async fn run(context: &Context, template: Template) -> Result<(), Failure> {
    match template {
        Template::List => list(context).await,
        Template::Import { dir, name } => import(context, &dir, name).await,
    }
}

async fn list(context: &Context) -> Result<(), Failure> {
    let client = context.client().await?;
    let templates: Vec<TemplateView> = client.get("/templates").await?;
    if context.json {
        return output::document(&templates);
    }
    let rows: Vec<Vec<String>> = templates
        .iter()
        .map(|template| {
            vec![
                template.id.clone(),
                output::short(&template.name, 40),
                template.runtime.clone(),
                template.model.clone(),
                output::count(template.skill_count, "skill"),
                output::short(&template.description, 60),
            ]
        })
        .collect();
    output::table(
        &["ID", "NAME", "RUNTIME", "MODEL", "SKILLS", "ABOUT"],
        &rows,
    )
}

async fn import(context: &Context, dir: &Path, name: Option<String>) -> Result<(), Failure> {
    let unreadable = |path: &Path, error: std::io::Error| {
        Failure::failed("unreadable", format!("{}: {error}", path.display()))
    };
    let root = dir.canonicalize().map_err(|error| unreadable(dir, error))?;
    let name = name.unwrap_or_else(|| {
        let folder = root.file_name().unwrap_or_default();
        folder.to_string_lossy().into_owned()
    });
    let mut files = BTreeMap::new();
    let mut folders: Vec<(PathBuf, String)> = vec![(root, String::new())];
    while let Some((folder, below)) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&folder, error))?;
            let place = entry.path();
            let file_name = entry.file_name().into_string().map_err(|_| {
                Failure::failed(
                    "unreadable",
                    format!("{}: its name is no text", place.display()),
                )
            })?;
            let path = format!("{below}{file_name}");
            let kind = entry
                .file_type()
                .map_err(|error| unreadable(&place, error))?;
            if LEFT_OUT.contains(&file_name.as_str()) {
                continue;
            }
            if org_template::is_secret_file(&file_name) {
                output::note(format!(
                    "{path} is left out: it holds credentials; use secrets"
                ));
            } else if kind.is_dir() {
                folders.push((place, format!("{path}/")));
            } else if kind.is_file() {
                let content = std::fs::read(&place).map_err(|error| unreadable(&place, error))?;
                files.insert(path, in_set(content));
            } else {
                output::note(format!("{path} is left out: it is a link or no file"));
            }
            if files.len() > MOST {
                return Err(Failure::usage(format!(
                    "{} holds more than {MOST} files; a template holds prompts, skills and settings, not a project",
                    dir.display()
                )));
            }
        }
    }
    let body = ImportTemplate { name, files };
    let client = context.client().await?;
    let request = client
        .request(Method::POST, "/templates/import")
        .json(&body);
    let done: TemplateImported = client::read(request).await?;
    let words = format!("The template {} is there; create agents with it.", done.id);
    context.answer(&done, words)
}

fn in_set(content: Vec<u8>) -> FileInSet {
    match String::from_utf8(content) {
        Ok(text) => FileInSet::Text(text),
        Err(bytes) => FileInSet::File(PutFile {
            content: STANDARD.encode(bytes.as_bytes()),
            encoding: Some("base64".into()),
            hash: None,
        }),
    }
}
