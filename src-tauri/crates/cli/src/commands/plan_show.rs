//! A plan as people read it.

use crate::{failure::Failure, output};
use serde_json::Value;
use std::collections::BTreeMap;
use wire::PlanView;

/// Other repositories that roles are read from, and how many are.
fn origins(plan: &PlanView) -> BTreeMap<String, usize> {
    let mut origins = BTreeMap::new();
    for origin in plan.plan.iter().filter_map(|step| step.origin.as_ref()) {
        let text = format!(
            "{} at {}, commit {}",
            origin.repo, origin.reference, origin.commit
        );
        *origins.entry(text).or_default() += 1;
    }
    origins
}

/// The plan for people.
///
/// # Errors
/// When it cannot be written.
pub fn show(plan: &PlanView) -> Result<(), Failure> {
    output::say(format!("{}: {}", plan.org, summary(plan)))?;
    let rows: Vec<Vec<String>> = plan
        .plan
        .iter()
        .filter(|step| step.action != "keep")
        .map(|step| {
            let fields: Vec<&str> = step
                .fields
                .iter()
                .map(|field| field.name.as_str())
                .collect();
            let what = if fields.is_empty() || step.action == "create" {
                step.reason.clone()
            } else {
                fields.join(", ")
            };
            vec![
                step.action.clone(),
                output::short(&step.name, 40),
                output::short(&what, 80),
            ]
        })
        .collect();
    if !rows.is_empty() {
        output::table(&["", "ROLE", "WHY"], &rows)?;
    }
    for (origin, roles) in origins(plan) {
        output::say(format!("{} from {origin}", output::count(roles, "role")))?;
    }
    for conflict in &plan.conflicts {
        output::say(format!(
            "conflict: {} of {} ({}/{}): files say {}, canvas says {}",
            conflict.field,
            name(plan, &conflict.key),
            conflict.key,
            conflict.field,
            value(&conflict.files),
            value(&conflict.canvas)
        ))?;
    }
    for kept in &plan.unsaved {
        let now = match &kept.canvas {
            Value::Array(_) | Value::Object(_) => String::new(),
            plain => format!(" to {}", value(plain)),
        };
        output::say(format!(
            "kept: {} of {} was changed on the canvas{now} and is not in the files (`molecule-stack org save` writes it)",
            kept.field,
            name(plan, &kept.key),
        ))?;
    }
    for warning in &plan.warnings {
        let place = match (&warning.file, warning.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: "),
            (Some(file), None) => format!("{file}: "),
            _ => String::new(),
        };
        output::say(format!("warning: {place}{}", warning.text))?;
    }
    for ask in &plan.asks {
        output::say(format!(
            "needs your word: {} ({})",
            ask.text,
            flag(&ask.code, plan)
        ))?;
    }
    output::say(cost(plan))
}

/// How the word is given here.
fn flag(code: &str, plan: &PlanView) -> String {
    match code {
        "privileged" => "--grant-tier 3 or 4".to_owned(),
        "workspace_dir" => "--allow-folder DIR".to_owned(),
        "missing_env" => "`molecule-stack secrets set NAME`, or --force".to_owned(),
        "prompts" => {
            let off = plan.cost.sources.iter().filter(|source| !source.on);
            // `initial prompts`, `idle prompts`, `schedules`: the first word is the flag's.
            let kinds: Vec<&str> = off
                .filter_map(|source| source.source.split(' ').next())
                .collect();
            format!("--prompts {}", kinds.join(","))
        }
        other => other.to_owned(),
    }
}

/// What a role is called; its key where the plan does not name it.
fn name<'p>(plan: &'p PlanView, key: &'p str) -> &'p str {
    let step = plan.plan.iter().find(|step| step.key == key);
    step.map_or(key, |step| step.name.as_str())
}

fn summary(plan: &PlanView) -> String {
    let count = |action: &str| {
        plan.plan
            .iter()
            .filter(|step| step.action == action)
            .count()
    };
    let words = [
        ("create", "to create"),
        ("update", "to update"),
        ("move", "to move"),
        ("remove", "to remove"),
        ("keep", "unchanged"),
    ];
    let parts: Vec<String> = words
        .into_iter()
        .map(|(action, word)| (count(action), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    if parts.is_empty() {
        "no roles".to_owned()
    } else {
        parts.join(", ")
    }
}

fn cost(plan: &PlanView) -> String {
    // The totals of the plan count what the person has not ticked, too.
    let ticked = plan.cost.sources.iter().filter(|source| source.on);
    let (start, day) = ticked.fold((0, 0), |(start, day), source| {
        (start + source.at_start, day + source.per_day)
    });
    let on = format!("model calls by themselves: {start} at start, {day} a day");
    let off: Vec<String> = plan
        .cost
        .sources
        .iter()
        .filter(|source| !source.on && source.roles > 0)
        .map(|source| {
            let when = match (source.at_start, source.per_day) {
                (0, 0) => "no model calls".to_owned(),
                (0, day) => format!("{day} a day"),
                (start, 0) => format!("{start} at start"),
                (start, day) => format!("{start} at start, {day} a day"),
            };
            format!(
                "{} of {} ({when})",
                source.source,
                output::count(source.roles, "role")
            )
        })
        .collect();
    if off.is_empty() {
        on
    } else {
        format!("{on}; switched off: {}", off.join(", "))
    }
}

fn value(value: &Value) -> String {
    output::short(&value.to_string(), 60)
}
