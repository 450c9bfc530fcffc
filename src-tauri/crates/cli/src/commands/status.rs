//! `status`: engine, memory, agents.

use super::Context;
use crate::{colour::Tint, failure::Failure, output};
use chrono::Utc;
use serde_json::json;
use std::collections::{BTreeMap, HashMap, HashSet};
use wire::{Settings, Stack, Status, Workspace};

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
    let settings: Settings = client.get("/settings").await?;
    let images = settings.runtime_images.unwrap_or_default();
    let rows: Vec<Vec<String>> = tree(&workspaces)
        .into_iter()
        .map(|(depth, one)| row(depth, one, &stack.engine.detail, &images))
        .collect();
    output::tinted(
        &["NAME", "STATUS", "RUNTIME", "TIER", "ID", "WHAT IT DOES"],
        &rows,
        |column, cell| {
            if column == 1 { tint(cell) } else { Tint::Plain }
        },
    )?;
    match ungranted(&workspaces) {
        Some(line) => output::say(format!("\n{line}")),
        None => Ok(()),
    }
}

/// Code of the note on a role that runs with a lower tier than it asks for.
const LESS_TIER: &str = "tier_not_granted";

/// What is said once of all roles that ask for more than they are granted.
pub fn ungranted<'w>(all: impl IntoIterator<Item = &'w Workspace>) -> Option<String> {
    let asked: Vec<i64> = all
        .into_iter()
        .filter(|one| one.tier > one.tier_granted)
        .map(|one| one.tier)
        .collect();
    let most = asked.iter().max()?;
    let (roles, verb) = match asked.len() {
        1 => ("1 role".to_owned(), "asks"),
        many => (format!("{many} roles"), "ask"),
    };
    Some(format!(
        "{roles} {verb} for a higher tier than is granted; `molecule-stack up ORG --grant-tier {most}` grants it."
    ))
}

/// A status and what holds it up, in the words of the canvas.
pub fn word(one: &Workspace) -> &'static str {
    let waits = one
        .status_reason
        .as_ref()
        .is_some_and(|reason| reason.code != LESS_TIER);
    match one.status {
        Status::Provisioning if waits => "waiting",
        Status::Provisioning => "starting",
        Status::Hibernated => "asleep",
        Status::Hibernating => "falling asleep",
        Status::AwaitingAgent => "awaiting agent",
        Status::Online => "online",
        Status::Degraded => "degraded",
        Status::Offline => "offline",
        Status::Failed => "failed",
        Status::Paused => "paused",
        Status::Removed => "removed",
    }
}

/// Why a role is as it is, where there is something to say of it alone.
pub fn reason(one: &Workspace, engine: &str) -> Option<String> {
    one.status_reason
        .as_ref()
        .filter(|reason| reason.code != LESS_TIER)
        .map(|reason| why(&reason.text, engine))
}

/// The colour of a status.
fn tint(status: &str) -> Tint {
    match status {
        "online" => Tint::Good,
        "failed" => Tint::Bad,
        "paused" | "asleep" | "falling asleep" => Tint::Faint,
        _ => Tint::Wary,
    }
}

fn memory(stack: &Stack) -> String {
    match stack.memory.budget_mb {
        0 => "no engine answered yet".to_owned(),
        budget => format!("{} of {budget} MiB planned", stack.memory.planned_mb),
    }
}

/// `engine` is what is said of the engine above the table, `images` are those of runtimes.
fn row(
    depth: usize,
    one: &Workspace,
    engine: &str,
    images: &BTreeMap<String, String>,
) -> Vec<String> {
    let task = one.current_task.as_deref().unwrap_or_default();
    let doing = match (reason(one, engine), task) {
        (Some(reason), _) => output::flat(&reason),
        (None, "") => output::short(one.role.as_deref().unwrap_or_default(), DESCRIPTION),
        (None, task) => output::flat(task),
    };
    let tier = match (one.tier_granted, one.tier) {
        (granted, asked) if asked > granted => format!("{granted} (asks {asked})"),
        (granted, _) => granted.to_string(),
    };
    vec![
        format!("{}{}", "  ".repeat(depth), output::short(&one.name, 40)),
        word(one).to_owned(),
        runtime(&one.runtime, images),
        tier,
        one.id.chars().take(8).collect(),
        doing,
    ]
}

/// Letters of a description: a prompt of a screen's length is none.
const DESCRIPTION: usize = 80;

/// A runtime, and whether the built-in stand-in runs in its place.
fn runtime(runtime: &str, images: &BTreeMap<String, String>) -> String {
    let image = images.get(runtime).or_else(|| images.get("*"));
    match image.map(String::as_str) {
        Some("stand-in") if !matches!(runtime, "" | "mock" | "external" | "stand-in") => {
            format!("{runtime} (stand-in)")
        }
        _ => runtime.to_owned(),
    }
}

/// The reason of a role; what is said of the engine already is not said again beside each of many.
fn why(reason: &str, engine: &str) -> String {
    match reason.strip_suffix(engine) {
        Some(_) if engine.is_empty() => reason.to_owned(),
        Some("") => "no container engine answers".to_owned(),
        Some(own) => own.trim_end().to_owned(),
        None => reason.to_owned(),
    }
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
    use super::{span, why};

    #[test]
    fn what_is_said_of_the_engine_is_said_once() {
        for (reason, said) in [
            ("It does not answer.", "no container engine answers"),
            (
                "No image is named. It does not answer.",
                "No image is named.",
            ),
            ("It needs 512 MiB.", "It needs 512 MiB."),
        ] {
            assert_eq!(why(reason, "It does not answer."), said);
        }
        assert_eq!(why("It waits.", ""), "It waits.");
    }

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
