//! A plan as people read it.

use crate::{
    colour::{self, Tint},
    failure::Failure,
    output,
};
use serde_json::Value;
use std::collections::BTreeMap;
use wire::{PlanView, PlanWarning};

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
        output::tinted(&["", "ROLE", "WHY"], &rows, |column, cell| {
            match (column, cell) {
                (0, "create") => Tint::Good,
                (0, "remove") => Tint::Bad,
                (0, _) => Tint::Wary,
                _ => Tint::Plain,
            }
        })?;
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
    warnings(&plan.warnings)
        .iter()
        .try_for_each(|line| output::say(format!("warning: {line}")))?;
    for ask in &plan.asks {
        let line = format!("needs your word: {} ({})", ask.text, flag(&ask.code, plan));
        output::say(match colour::wanted() {
            true => colour::painted(Tint::Wary, &line),
            false => line,
        })?;
    }
    output::say(cost(plan))
}

/// More than so many of one kind are told in one line.
const ALIKE: usize = 3;

/// The warnings; many that differ in one place only are one line, with what differs as a list.
fn warnings(all: &[PlanWarning]) -> Vec<String> {
    let mut kinds: Vec<(&str, Vec<&PlanWarning>)> = Vec::new();
    for one in all {
        match kinds.iter_mut().find(|(code, _)| *code == one.code) {
            Some((_, group)) => group.push(one),
            None => kinds.push((&one.code, vec![one])),
        }
    }
    let mut lines = Vec::new();
    for (_, group) in kinds {
        let together = Some(&group).filter(|group| group.len() > ALIKE);
        match together.and_then(|group| alike(group)) {
            Some(line) => lines.push(line),
            None => lines.extend(group.into_iter().map(placed)),
        }
    }
    lines
}

fn placed(warning: &PlanWarning) -> String {
    let place = match (&warning.file, warning.line) {
        (Some(file), Some(line)) => format!("{file}:{line}: "),
        (Some(file), None) => format!("{file}: "),
        _ => String::new(),
    };
    format!("{place}{}", warning.text)
}

/// One line for all of them, when most of their words are the same; each text differs between two of its words.
fn alike(group: &[&PlanWarning]) -> Option<String> {
    let texts: Vec<Vec<&str>> = group
        .iter()
        .map(|one| one.text.split(' ').collect())
        .collect();
    let first = texts.first()?;
    let shortest = texts.iter().map(Vec::len).min()?;
    let same =
        |at: &dyn Fn(&[&str]) -> usize| texts.iter().all(|text| text[at(text)] == first[at(first)]);
    let before = (0..shortest).take_while(|n| same(&|_| *n)).count();
    let after = (0..shortest - before.min(shortest))
        .take_while(|n| same(&|text| text.len() - 1 - n))
        .count();
    // Fewer common words would not be a sentence.
    if before + after < 5 {
        return None;
    }
    let mut differ: Vec<String> = Vec::new();
    for text in &texts {
        let words = text[before..text.len() - after].join(" ");
        if !differ.contains(&words) {
            differ.push(words);
        }
    }
    if differ.iter().all(String::is_empty) {
        return Some(format!("{} ({} times)", first.join(" "), group.len()));
    }
    Some(format!(
        "{} … {} ({} of these: {})",
        first[..before].join(" "),
        first[first.len() - after..].join(" "),
        group.len(),
        differ.join(", ")
    ))
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
    // What is off because nobody allowed it yet stands in what needs a word.
    let asked = plan.asks.iter().any(|ask| ask.code == "prompts");
    if off.is_empty() || asked {
        on
    } else {
        format!("{on}; switched off: {}", off.join(", "))
    }
}

fn value(value: &Value) -> String {
    output::short(&value.to_string(), 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warning(code: &str, text: &str) -> PlanWarning {
        PlanWarning {
            code: code.to_owned(),
            text: text.to_owned(),
            file: Some("org.yaml".to_owned()),
            line: Some(4),
        }
    }

    #[test]
    fn many_warnings_of_one_kind_are_one_line() {
        let missing = |name: &str| {
            let text = format!("the plugin {name} is not on this computer; roles start without it");
            warning("plugin_missing", &text)
        };
        let few = [missing("a"), missing("b")];
        assert_eq!(warnings(&few).len(), 2);
        let many: Vec<PlanWarning> = ["ecc", "notes", "two words", "d", "d"].map(missing).into();
        assert_eq!(
            warnings(&many),
            [
                "the plugin … is not on this computer; roles start without it (5 of these: ecc, notes, two words, d)"
            ]
        );
        let mixed: Vec<PlanWarning> = ["one thing", "another", "", "the last of them"]
            .map(|text| warning("ignored", text))
            .into();
        let told = warnings(&mixed);
        assert_eq!(told.len(), 4, "what is not alike stays apart");
        assert_eq!(told[0], "org.yaml:4: one thing");
        let equal: Vec<PlanWarning> = [0; 5].map(|_| missing("x")).into();
        assert_eq!(warnings(&equal).len(), 1, "{:?}", warnings(&equal));
    }
}
