//! `remove` and `bring-back`: agents leave, and return until their time is over.

use super::Context;
use crate::{
    args::{BringBack, Remove},
    client::{self, Client},
    failure::Failure,
    names, output,
};
use reqwest::Method;
use serde_json::{Value, json};
use wire::{RemovedWorkspace, Workspace, WorkspaceRestored};

/// `remove`.
pub async fn remove(context: &Context, remove: Remove) -> Result<(), Failure> {
    let client = context.client().await?;
    let one = client.workspace(&remove.name).await?;
    let all: Vec<Workspace> = client.get("/workspaces").await?;
    let below = below(&all, &one.id);
    let also = match below {
        0 => String::new(),
        count => format!(" and {} below it", output::count(count, "agent")),
    };
    let rest = if remove.purge {
        "All that is kept of it goes at once, and nothing brings it back."
    } else {
        "It can be brought back for thirty days."
    };
    context.confirm(remove.yes, &format!("Remove {}{also}? {rest}", one.name))?;
    let path = format!("/workspaces/{}?confirm=true&purge={}", one.id, remove.purge);
    let done: Value = client::read(client.request(Method::DELETE, &path)).await?;
    if context.json {
        return output::document(
            &json!({"id": one.id, "removed": below + 1, "status": done["status"]}),
        );
    }
    output::say(if remove.purge {
        format!("{}{also} is removed for good.", one.name)
    } else {
        format!(
            "{}{also} is removed. Back with: molecule-stack bring-back {}",
            one.name, one.id
        )
    })
}

/// `bring-back`: the list, or one of it.
pub async fn bring_back(context: &Context, back: BringBack) -> Result<(), Failure> {
    let client = context.client().await?;
    let removed: Vec<RemovedWorkspace> = client.get("/workspaces/removed").await?;
    let Some(name) = back.name else {
        return list(context, &removed);
    };
    let one = names::removed(&removed, &name)?;
    let name = &one.name;
    let done: WorkspaceRestored = restore(&client, &one.id).await?;
    if context.json {
        return output::document(&done);
    }
    output::say(match done.restored.len() {
        1 => format!("{name} is back."),
        count => format!(
            "{name} and {} below it are back.",
            output::count(count - 1, "agent")
        ),
    })?;
    for note in &done.notes {
        output::note(note);
    }
    Ok(())
}

async fn restore(client: &Client, id: &str) -> Result<WorkspaceRestored, Failure> {
    client::read(client.request(Method::POST, &format!("/workspaces/{id}/restore"))).await
}

fn list(context: &Context, removed: &[RemovedWorkspace]) -> Result<(), Failure> {
    if context.json {
        return output::document(&removed);
    }
    if removed.is_empty() {
        return output::say("No agent was removed in the last thirty days.");
    }
    let rows: Vec<Vec<String>> = removed
        .iter()
        .map(|one| {
            vec![
                one.name.clone(),
                one.below.to_string(),
                one.restorable_until.0.format("%Y-%m-%d").to_string(),
                one.id.clone(),
            ]
        })
        .collect();
    output::table(&["AGENT", "BELOW IT", "UNTIL", "ID"], &rows)
}

/// How many stand below a workspace.
fn below(all: &[Workspace], root: &str) -> usize {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(
            all.iter()
                .filter(|one| one.parent_id.as_deref() == Some(parent))
                .map(|one| one.id.as_str()),
        );
        next += 1;
    }
    found.len() - 1
}
