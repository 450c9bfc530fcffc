//! `start`, `stop`, `restart`: some agents, they and all below them, or all.

use super::Context;
use crate::{args::Scope, failure::Failure, output};
use reqwest::Method;
use serde_json::json;
use wire::{StackCommand, StackCommanded, Workspace};

/// Runs it; `verb` is the word of the route.
pub async fn run(context: &Context, verb: &str, scope: Scope) -> Result<(), Failure> {
    let client = context.client().await?;
    let asked = if scope.all {
        vec![("all", None)]
    } else if scope.names.is_empty() {
        return Err(Failure::usage(format!(
            "say which agents, or --all: molecule-stack {verb} NAME"
        )));
    } else {
        let word = if scope.recursive { "subtree" } else { "one" };
        let mut asked = Vec::new();
        // All are known before the first is touched.
        for name in &scope.names {
            asked.push((word, Some(client.workspace(name).await?.id)));
        }
        asked
    };
    let mut changed: Vec<String> = Vec::new();
    for (scope, id) in asked {
        let command = StackCommand {
            scope: scope.to_owned(),
            id,
        };
        let done: StackCommanded = client
            .send(Method::POST, &format!("/stack/{verb}"), &command)
            .await?;
        let new = done.changed.into_iter().filter(|id| !changed.contains(id));
        changed.extend(new.collect::<Vec<_>>());
    }
    if context.json {
        return output::document(&json!({"changed": changed}));
    }
    if changed.is_empty() {
        return output::say("Nothing to do: it was asked for before.");
    }
    let all: Vec<Workspace> = client.get("/workspaces").await?;
    let names: Vec<&str> = changed
        .iter()
        .map(|id| {
            let one = all.iter().find(|one| one.id == *id);
            one.map_or(id.as_str(), |one| one.name.as_str())
        })
        .collect();
    told(verb, &names).into_iter().try_for_each(output::say)
}

/// A few by name in one sentence; many as a count with the names below it.
fn told(verb: &str, names: &[&str]) -> Vec<String> {
    match names {
        [one] => vec![format!("{one} {verb}s.")],
        names if names.len() <= 3 => vec![format!("{} {verb}.", names.join(", "))],
        names => {
            let mut lines = vec![format!("{} {verb}:", output::count(names.len(), "agent"))];
            let width = output::width().saturating_sub(2);
            lines.extend(
                output::wrapped_items(names, width)
                    .into_iter()
                    .map(|line| format!("  {line}")),
            );
            lines
        }
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn few_are_a_sentence_and_many_are_lines_that_can_be_read() {
        assert_eq!(told("stop", &["Lead"]), ["Lead stops."]);
        assert_eq!(told("start", &["Lead", "Writer"]), ["Lead, Writer start."]);
        let names: Vec<String> = (0..42).map(|n| format!("Role number {n}")).collect();
        let lines = told(
            "restart",
            &names.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        assert_eq!(lines[0], "42 agents restart:");
        assert!(
            lines.len() > 5 && lines.iter().all(|line| line.len() <= 100),
            "{lines:?}"
        );
        let all = lines.join(" ");
        assert!(
            names.iter().all(|name| all.contains(name)),
            "nobody is left out"
        );
    }
}
