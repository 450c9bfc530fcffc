//! `org`: folders and templates.

use super::{Context, org_set, save};
use crate::{args::Org, client, failure::Failure, output};
use reqwest::Method;
use serde_json::{Value, json};
use wire::{ImportState, OrgFolder, OrgTemplateView};

/// Runs it.
pub async fn run(context: &Context, org: Org) -> Result<(), Failure> {
    match org {
        Org::List => list(context).await,
        Org::ImportState { id } => import_state(context, &id).await,
        Org::Roles { dir, role } => org_set::roles(context, &dir, role.as_deref()).await,
        Org::Set(set) => org_set::set(context, set).await,
        Org::Save {
            dir,
            dry_run,
            choose,
        } => save::run(context, &dir, dry_run, &choose).await,
        Org::Remove { dir, purge, yes } => remove(context, &dir, purge, yes).await,
    }
}

async fn list(context: &Context) -> Result<(), Failure> {
    let client = context.client().await?;
    let folders: Vec<OrgFolder> = client.get("/org/folders").await?;
    let templates: Vec<OrgTemplateView> = client.get("/org/templates").await?;
    if context.json {
        return output::document(&json!({"folders": folders, "templates": templates}));
    }
    let registered = folders.iter().map(|folder| {
        vec![
            folder.dir.clone(),
            folder.name.clone(),
            folder.workspaces.to_string(),
            folder.path.clone(),
        ]
    });
    let others = templates
        .iter()
        .filter(|template| !folders.iter().any(|folder| folder.dir == template.dir))
        .map(|template| {
            let about = match &template.error {
                Some(error) => format!("cannot be imported: {}", error.error),
                None => format!(
                    "not imported; {}",
                    output::count(template.workspaces, "role")
                ),
            };
            vec![
                template.dir.clone(),
                template.name.clone(),
                String::new(),
                output::short(&about, 80),
            ]
        });
    let rows: Vec<Vec<String>> = registered.chain(others).collect();
    output::table(&["DIR", "NAME", "AGENTS", "WHERE"], &rows)
}

async fn import_state(context: &Context, id: &str) -> Result<(), Failure> {
    let client = context.client().await?;
    let path = format!("/org/imports/{}", client::segment(id));
    let state: ImportState = client.get(&path).await?;
    if let Some(error) = &state.error {
        let body = serde_json::to_value(error).unwrap_or_default();
        // The status of the answer was not kept; the code says what kind of failure it is.
        return Err(Failure::of_answer(500, body));
    }
    let event = state.event.as_ref();
    let error = event.and_then(|event| event["error"].as_str());
    if let Some(error) = error.filter(|text| !text.is_empty()) {
        return Err(Failure::failed("import_failed", error));
    }
    let said = match (state.status.as_str(), event) {
        ("running", _) => "The import is running.".to_owned(),
        (_, Some(event)) => format!(
            "Imported {}: {} created, {} known, {} changed, {} removed.",
            event["name"].as_str().unwrap_or_default(),
            event["created"],
            event["skipped"],
            event["changed"],
            event["reconcile_removed"]
        ),
        _ => "The import is done.".to_owned(),
    };
    context.answer(&state, said)
}

async fn remove(context: &Context, dir: &str, purge: bool, yes: bool) -> Result<(), Failure> {
    let client = context.client().await?;
    let about = client.org(dir).await?;
    let dir = about.dir.as_str();
    let agents = output::count(about.workspaces, "agent");
    let data = if purge {
        ", their files and volumes too"
    } else {
        "; their volumes stay"
    };
    context.confirm(
        yes,
        &format!("Remove {dir} and {agents}{data}? The folder on disk stays."),
    )?;
    let path = format!("/org/folders/{}?purge={purge}", client::segment(dir));
    let done: Value = client::read(client.request(Method::DELETE, &path)).await?;
    context.answer(&done, format!("{dir} is removed."))
}
