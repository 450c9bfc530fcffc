//! `start`, `stop`, `restart`: one agent, it and all below it, or all.

use super::Context;
use crate::{args::Scope, failure::Failure, output};
use reqwest::Method;
use serde_json::json;
use wire::{StackCommand, StackCommanded, Workspace};

/// Runs it; `verb` is the word of the route.
pub async fn run(context: &Context, verb: &str, scope: Scope) -> Result<(), Failure> {
    let client = context.client().await?;
    let (scope, id) = match scope.name {
        Some(name) => {
            let word = if scope.recursive { "subtree" } else { "one" };
            (word, Some(client.workspace(&name).await?.id))
        }
        None if scope.all => ("all", None),
        None => {
            return Err(Failure::usage(format!(
                "say which agent, or --all: molecule-stack {verb} NAME"
            )));
        }
    };
    let command = StackCommand {
        scope: scope.to_owned(),
        id,
    };
    let done: StackCommanded = client
        .send(Method::POST, &format!("/stack/{verb}"), &command)
        .await?;
    if context.json {
        return output::document(&json!({"changed": done.changed}));
    }
    if done.changed.is_empty() {
        return output::say("Nothing to do: it was asked for before.");
    }
    let all: Vec<Workspace> = client.get("/workspaces").await?;
    let names = done.changed.iter().map(|id| {
        all.iter()
            .find(|one| one.id == *id)
            .map_or(id.as_str(), |one| one.name.as_str())
    });
    output::say(format!("{verb}: {}", names.collect::<Vec<_>>().join(", ")))
}
