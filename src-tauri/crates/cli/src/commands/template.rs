//! `template`: folders that agents are made of.

use super::{Context, context::whole};
use crate::{args::Template, failure::Failure, output};
use reqwest::Method;
use std::path::Path;
use wire::{ImportTemplate, TemplateImported, TemplateView};

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
    if templates.is_empty() {
        return output::say(
            "No templates. `molecule-stack template import DIR` makes one of a folder.",
        );
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
    let body = ImportTemplate {
        name: name.unwrap_or_default(),
        path: Some(whole(dir)?),
        ..ImportTemplate::default()
    };
    let client = context.client().await?;
    let done: TemplateImported = client
        .send(Method::POST, "/templates/import", &body)
        .await?;
    for one in &done.left_out {
        output::note(format!("left out: {one}"));
    }
    let words = format!("The template {} is there; create agents with it.", done.id);
    context.answer(&done, words)
}
