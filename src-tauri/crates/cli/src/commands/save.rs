//! `org save`: the canvas into the org's own files.

use super::Context;
use crate::{
    client::{self, Client},
    failure::{CONFLICTS, Failure},
    output,
};
use reqwest::Method;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::{self, IsTerminal},
};
use wire::{PlanView, SaveEdit, SaveRequest, SaveView};

/// Runs it. A dry run ends with [`CONFLICTS`] when something must be decided first, as the save itself would.
pub async fn run(
    context: &Context,
    org: &str,
    dry_run: bool,
    choose: &[String],
) -> Result<(), Failure> {
    let client = context.client().await?;
    let dir = client.org(org).await?.dir;
    write(context, &client, &dir, dry_run, choose, Vec::new()).await
}

/// The same with further changes of values that the files hold.
pub(super) async fn write(
    context: &Context,
    client: &Client,
    dir: &str,
    dry_run: bool,
    choose: &[String],
    edits: Vec<SaveEdit>,
) -> Result<(), Failure> {
    let choose = choices(choose)?;
    let path = format!("/org/folders/{}/save", client::segment(dir));
    if !dry_run && !edits.is_empty() && !context.json {
        let asked = SaveRequest {
            dry_run: true,
            choose: choose.clone(),
            edits: edits.clone(),
            ..SaveRequest::default()
        };
        let view: Result<SaveView, Failure> = client.send(Method::POST, &path, &asked).await;
        along(context, &view.map_err(explained)?, &edits)?;
    }
    let request = SaveRequest {
        dry_run,
        choose,
        edits,
        ..SaveRequest::default()
    };
    let answer: Result<SaveView, Failure> = client.send(Method::POST, &path, &request).await;
    let view = answer.map_err(explained)?;
    if context.json {
        output::document(&view)?;
    } else {
        show(&view)?;
    }
    if view.questions.is_empty() && view.refused.is_empty() {
        Ok(())
    } else {
        Err(Failure::said(CONFLICTS))
    }
}

/// Says what else a change of one value brings into the files, which nobody named: a person may want to look first.
fn along(context: &Context, view: &SaveView, edits: &[SaveEdit]) -> Result<(), Failure> {
    let named = |key: &str, field: &str| {
        edits
            .iter()
            .any(|edit| edit.key == key && edit.field == field)
    };
    let others: Vec<String> = view
        .changes
        .iter()
        .filter(|change| !named(&change.key, &change.field))
        .map(|change| format!("{} of {}", change.field, change.role))
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    output::note(format!(
        "What was changed on the canvas goes into the files with it: {}.",
        others.join(", ")
    ));
    if io::stdin().is_terminal() {
        context.confirm(false, "Write that too?")?;
    }
    Ok(())
}

fn choices(choose: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let choice = |text: &String| match text.rsplit_once('=') {
        Some((place, scope @ ("all" | "only_this"))) if place.contains('/') => {
            Ok((place.to_owned(), scope.to_owned()))
        }
        _ => Err(Failure::usage(format!(
            "--choose {text}: write KEY/FIELD=all or KEY/FIELD=only_this"
        ))),
    };
    choose.iter().map(choice).collect()
}

/// Adds to a refusal what a person at a terminal does next.
fn explained(mut failure: Failure) -> Failure {
    match failure.code.as_str() {
        "choices_needed" => {
            let save = failure.extra.get("save").cloned().unwrap_or(Value::Null);
            let view: SaveView = serde_json::from_value(save).unwrap_or_default();
            for question in &view.questions {
                failure.error.push_str(&format!("\n{}", asked(question)));
            }
        }
        "files_changed" => failure
            .error
            .push_str(" (`molecule-stack import DIR --dry-run` shows the change)"),
        "plan_conflicts" => {
            let plan = failure.extra.get("plan").cloned().unwrap_or(Value::Null);
            let plan: Option<PlanView> = serde_json::from_value(plan).ok();
            for conflict in plan.iter().flat_map(|plan| &plan.conflicts) {
                failure.error.push_str(&format!(
                    "\n{} of {}: the files say {}, the canvas says {}; --resolve '{}/{}=files' or '=canvas'",
                    conflict.field,
                    conflict.key,
                    output::short(&conflict.files.to_string(), 60),
                    output::short(&conflict.canvas.to_string(), 60),
                    conflict.key,
                    conflict.field,
                ));
            }
            failure
                .error
                .push_str("\n`molecule-stack import DIR --resolve …` decides it; then save again.");
        }
        _ => {}
    }
    failure
}

fn asked(question: &wire::SaveQuestion) -> String {
    let flags: Vec<String> = question
        .options
        .iter()
        .map(|scope| format!("--choose '{}/{}={scope}'", question.key, question.field))
        .collect();
    let with = match question.with.len() {
        0 => "other places of the file".to_owned(),
        1..=3 => question.with.join(", "),
        n => output::count(n, "other role"),
    };
    format!(
        "{}:{}: {} of {} is shared with {with}: {}",
        question.file,
        question.line,
        question.field,
        question.role,
        flags.join(" or ")
    )
}

/// The save for people: the diff, and what stands against it.
fn show(view: &SaveView) -> Result<(), Failure> {
    for question in &view.questions {
        output::say(asked(question))?;
    }
    for refused in &view.refused {
        let place = match (&refused.file, refused.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: "),
            (Some(file), None) => format!("{file}: "),
            _ => String::new(),
        };
        output::say(format!(
            "refused: {place}{} {}: {}",
            refused.role, refused.field, refused.text
        ))?;
    }
    for file in &view.files {
        output::say(file.diff.trim_end())?;
    }
    for warning in &view.warnings {
        output::say(format!("warning: {}", warning.text))?;
    }
    let files = output::count(view.files.len(), "file");
    output::say(match (view.saved, view.files.is_empty()) {
        (true, _) => format!(
            "Saved {} into {files}.",
            output::count(view.changes.len(), "change")
        ),
        (false, false) => format!("{files} would change; nothing was written."),
        (false, true) if view.questions.is_empty() && view.refused.is_empty() => {
            "The files say what the canvas says.".to_owned()
        }
        (false, true) => "Nothing was written.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_name_a_value_and_a_scope() {
        let read = |text: &str| choices(&[text.to_owned()]);
        assert_eq!(read("dir:a/b/model=all").unwrap()["dir:a/b/model"], "all");
        for wrong in ["dir:a/model", "dir:a/model=some", "model=all"] {
            assert_eq!(
                read(wrong).unwrap_err().exit,
                crate::failure::USAGE,
                "{wrong}"
            );
        }
    }
}
