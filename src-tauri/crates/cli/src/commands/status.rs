//! `status`: engine, memory, agents.

use super::Context;
use crate::{failure::Failure, output};
use chrono::Utc;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use wire::{Stack, Workspace};

/// Runs it.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let client = context.client().await?;
    let stack: Stack = client.get("/stack").await?;
    let workspaces: Vec<Workspace> = client.get("/workspaces").await?;
    if context.json {
        return output::document(
            &json!({"running": true, "stack": stack, "workspaces": workspaces}),
        );
    }
    let agents = stack.agents;
    let engine = match stack.engine.detail.as_str() {
        "" => stack.engine.state.clone(),
        detail => format!("{}: {detail}", stack.engine.state),
    };
    let mode = if stack.mode == "open" {
        ", OPEN DEVELOPMENT MODE: no credential needed"
    } else {
        ""
    };
    output::pairs(&[
        (
            "Platform",
            format!(
                "{} on http://127.0.0.1:{}, process {}, up {}{mode}",
                stack.version,
                stack.port,
                stack.pid,
                span((Utc::now() - stack.started_at.0).num_seconds())
            ),
        ),
        ("Data", stack.data_dir.clone()),
        ("Engine", engine),
        ("Memory", memory(&stack)),
        ("Secrets", stack.keychain.text.clone()),
        (
            "Agents",
            format!(
                "{} in all: {} running, {} starting, {} waiting, {} asleep, {} paused, {} failed",
                agents.total,
                agents.running,
                agents.starting,
                agents.waiting,
                agents.asleep,
                agents.paused,
                agents.failed
            ),
        ),
    ])?;
    if workspaces.is_empty() {
        return Ok(());
    }
    output::say("")?;
    let rows: Vec<Vec<String>> = tree(&workspaces)
        .into_iter()
        .map(|(depth, one)| row(depth, one))
        .collect();
    output::table(
        &["NAME", "STATUS", "RUNTIME", "TIER", "ID", "WHAT IT DOES"],
        &rows,
    )
}

fn memory(stack: &Stack) -> String {
    match stack.memory.budget_mb {
        0 => "no engine answered yet".to_owned(),
        budget => format!("{} of {budget} MiB planned", stack.memory.planned_mb),
    }
}

fn row(depth: usize, one: &Workspace) -> Vec<String> {
    let doing = match (
        &one.status_reason,
        one.current_task.as_deref().unwrap_or_default(),
    ) {
        (Some(reason), _) => reason.text.as_str(),
        (None, "") => one.role.as_deref().unwrap_or_default(),
        (None, task) => task,
    };
    vec![
        format!("{}{}", "  ".repeat(depth), output::short(&one.name, 40)),
        one.status.to_string(),
        one.runtime.clone(),
        one.tier_granted.to_string(),
        one.id.chars().take(8).collect(),
        output::flat(doing),
    ]
}

/// Parents before their children, each with its depth.
fn tree(workspaces: &[Workspace]) -> Vec<(usize, &Workspace)> {
    let known: HashSet<&str> = workspaces.iter().map(|one| one.id.as_str()).collect();
    let mut children: HashMap<&str, Vec<&Workspace>> = HashMap::new();
    let mut rows = Vec::with_capacity(workspaces.len());
    let mut open = Vec::new();
    for one in workspaces.iter().rev() {
        match one
            .parent_id
            .as_deref()
            .filter(|parent| known.contains(parent))
        {
            Some(parent) => children.entry(parent).or_default().push(one),
            None => open.push((0, one)),
        }
    }
    while let Some((depth, one)) = open.pop() {
        rows.push((depth, one));
        // Each is taken once, so that a circle (which the store refuses) could not keep this going.
        open.extend(
            children
                .remove(one.id.as_str())
                .into_iter()
                .flatten()
                .map(|child| (depth + 1, child)),
        );
    }
    rows
}

/// Seconds for people.
pub fn span(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds @ 3600..86_400 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        seconds => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn spans_read_like_speech() {
        for (seconds, text) in [
            (-3, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (7260, "2 h 1 min"),
            (90_000, "1 d 1 h"),
        ] {
            assert_eq!(span(seconds), text);
        }
    }
}
