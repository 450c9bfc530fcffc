//! An org on its way in: the folder named, the plan shown, the import done. Shared by `import` and `up`.

use crate::{
    args::{ImportFlags, PromptKind},
    client::{self, Client},
    commands::context::whole,
    failure::{CONFLICTS, Failure},
    output,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};
use wire::{
    ImportBegun, ImportRequest, ImportResult, OrgFolder, OrgTemplateView, PlanView, Prompts,
    RegisterFolder,
};

/// Word on the command line for the org that comes with the program.
const SAMPLE: &str = "sample";

/// The request that the flags stand for.
///
/// # Errors
/// A flag that is not understood; what the API says about the folder.
pub async fn request(
    client: &Client,
    org: &str,
    flags: &ImportFlags,
) -> Result<(ImportRequest, Registered), Failure> {
    let resolve = answers(&flags.resolve)?;
    let folders = flags
        .allow_folder
        .iter()
        .map(|dir| whole(Path::new(dir)))
        .collect::<Result<_, _>>()?;
    let prompts = prompts(&flags.prompts)?;
    let (dir, registered) = dir(client, org).await?;
    let request = ImportRequest {
        dir,
        mode: flags.mode.word().to_owned(),
        force: flags.force,
        prune: flags.prune,
        grant_tier: flags.grant_tier,
        prompts,
        folders,
        resolve,
        ..ImportRequest::default()
    };
    Ok((request, registered))
}

/// The folder that was registered to be planned, if it was not known before.
#[derive(Debug, Default)]
pub struct Registered(Option<String>);

impl Registered {
    /// A plan that is not carried out leaves nothing.
    pub async fn forget(self, client: &Client) {
        let Some(dir) = self.0 else { return };
        let path = format!("/org/folders/{}", client::segment(&dir));
        let gone: Result<Value, Failure> =
            client::read(client.request(Method::DELETE, &path)).await;
        if let Err(failure) = gone {
            output::note(format!("{dir} stays registered: {}", failure.error));
        }
    }
}

/// Refuses a path that is not there, before a platform is started for it. A plain word may be a template's name, which
/// only the platform knows.
///
/// # Errors
/// The folder is missing.
pub fn refuse_missing(org: &str) -> Result<(), Failure> {
    if org.contains(std::path::MAIN_SEPARATOR) && !Path::new(org).exists() {
        return Err(Failure::failed(
            "folder_not_found",
            format!("there is no folder {org}; check the path"),
        ));
    }
    Ok(())
}

/// What the platform calls this org: a folder is registered, a template is known by its name.
async fn dir(client: &Client, org: &str) -> Result<(String, Registered), Failure> {
    if org == SAMPLE {
        return Ok((org.to_owned(), Registered::default()));
    }
    if !Path::new(org).exists() && !org.contains(std::path::MAIN_SEPARATOR) {
        let templates: Vec<OrgTemplateView> = client.get("/org/templates").await?;
        if templates.iter().any(|template| template.dir == org) {
            return Ok((org.to_owned(), Registered::default()));
        }
    }
    let known: Vec<OrgFolder> = client.get("/org/folders").await?;
    let body = RegisterFolder {
        path: whole(Path::new(org))?,
    };
    let folder: OrgFolder = client.send(Method::POST, "/org/folders", &body).await?;
    let is_new = known.iter().all(|one| one.dir != folder.dir);
    let registered = Registered(is_new.then(|| folder.dir.clone()));
    Ok((folder.dir, registered))
}

fn prompts(kinds: &[PromptKind]) -> Result<Option<Prompts>, Failure> {
    let has = |kind| kinds.contains(&kind);
    if has(PromptKind::None) && kinds.len() > 1 {
        return Err(Failure::usage("--prompts none stands alone"));
    }
    Ok((!kinds.is_empty()).then(|| Prompts {
        initial: has(PromptKind::Initial),
        idle: has(PromptKind::Idle),
        schedules: has(PromptKind::Schedules),
    }))
}

fn answers(resolve: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let answer = |text: &String| match text.rsplit_once('=') {
        Some((key, side @ ("files" | "canvas"))) if key.contains('/') => {
            Ok((key.to_owned(), side.to_owned()))
        }
        _ => Err(Failure::usage(format!(
            "--resolve {text}: write KEY/FIELD=files or KEY/FIELD=canvas"
        ))),
    };
    resolve.iter().map(answer).collect()
}

/// What the import would do.
///
/// # Errors
/// What the API says.
pub async fn plan(client: &Client, request: &ImportRequest) -> Result<PlanView, Failure> {
    let dry = ImportRequest {
        dry_run: true,
        ..request.clone()
    };
    client
        .send(Method::POST, "/org/import", &dry)
        .await
        .map_err(explained)
}

/// Begins it and does not wait.
///
/// # Errors
/// What the API says before it begins.
pub async fn begin(client: &Client, request: &ImportRequest) -> Result<ImportBegun, Failure> {
    let request = ImportRequest {
        in_background: true,
        ..request.clone()
    };
    client
        .send(Method::POST, "/org/import", &request)
        .await
        .map_err(explained)
}

/// Does it.
///
/// # Errors
/// What the API says; a partial import too.
pub async fn import(client: &Client, request: &ImportRequest) -> Result<ImportResult, Failure> {
    let result: ImportResult = client
        .send(Method::POST, "/org/import", request)
        .await
        .map_err(explained)?;
    match &result.error {
        None => Ok(result),
        Some(error) => {
            let body = serde_json::to_value(&result).unwrap_or(Value::Null);
            Err(Failure::failed("partly_imported", error.clone()).with("result", body))
        }
    }
}

/// Adds to the contract's fixed sentences what a person at a terminal does next.
fn explained(mut failure: Failure) -> Failure {
    match failure.code.as_str() {
        "missing_env" => {
            let missing = failure
                .extra
                .get("missing_env")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            let names: Vec<String> = missing
                .iter()
                .map(variable)
                .filter(|name| !name.is_empty())
                .collect();
            failure.error = format!(
                "{}: {}; set each with `molecule-stack secrets set NAME`, or import without them with --force",
                failure.error,
                names.join(", ")
            );
        }
        "folders_not_allowed" => failure.error.push_str(" (--allow-folder DIR)"),
        "vault_closed" => failure
            .error
            .push_str(" (`molecule-stack doctor` says which places there are)"),
        _ => {}
    }
    failure
}

/// A requirement is one name, or several of which any will do.
fn variable(need: &Value) -> String {
    match need {
        Value::String(name) => name.clone(),
        Value::Object(need) => match need.get("any_of").and_then(Value::as_array) {
            Some(any) => any
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(" or "),
            None => need
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        },
        _ => String::new(),
    }
}

/// A plan with conflicts is not carried out.
///
/// # Errors
/// Exit 6 with the conflicts.
pub fn refuse_conflicts(plan: &PlanView) -> Result<(), Failure> {
    let Some(first) = plan.conflicts.first() else {
        return Ok(());
    };
    let text = format!(
        "{} changed in the files and on the canvas; nothing was changed. Pick one for each, for example --resolve {}/{}=files",
        output::count(plan.conflicts.len(), "value"),
        first.key,
        first.field
    );
    let mut failure =
        Failure::new(CONFLICTS, "plan_conflicts", text).with("conflicts", json!(plan.conflicts));
    if let (Some(file), Some(line)) = (&first.file, first.line) {
        failure = failure.with("file", file.clone()).with("line", line);
    }
    Err(failure)
}

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
            "conflict: {}/{}: files say {}, canvas says {}",
            conflict.key,
            conflict.field,
            value(&conflict.files),
            value(&conflict.canvas)
        ))?;
    }
    for kept in &plan.unsaved {
        output::say(format!(
            "kept: {}/{} was changed on the canvas to {} and is not saved to the files",
            kept.key,
            kept.field,
            value(&kept.canvas)
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
        output::say(format!("needs your word: {}{}", ask.text, flag(&ask.code)))?;
    }
    output::say(cost(plan))
}

/// How the word is given here.
fn flag(code: &str) -> &'static str {
    match code {
        "privileged" => " (--grant-tier N)",
        "workspace_dir" => " (--allow-folder DIR)",
        "missing_env" => " (`molecule-stack secrets set NAME`, or --force)",
        "prompts" => " (--prompts initial,idle,schedules)",
        _ => "",
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_name_a_value_and_a_side() {
        let read = |text: &str| answers(&[text.to_owned()]);
        assert_eq!(read("dev/model=files").unwrap()["dev/model"], "files");
        for wrong in ["dev/model", "dev/model=both", "model=files"] {
            assert_eq!(
                read(wrong).unwrap_err().exit,
                crate::failure::USAGE,
                "{wrong}"
            );
        }
    }

    #[test]
    fn prompts_stay_as_they_were_unless_named() {
        assert_eq!(prompts(&[]).unwrap(), None);
        assert_eq!(
            prompts(&[PromptKind::None]).unwrap(),
            Some(Prompts::default())
        );
        assert!(prompts(&[PromptKind::None, PromptKind::Idle]).is_err());
        assert!(prompts(&[PromptKind::Idle]).unwrap().unwrap().idle);
    }

    #[test]
    fn requirements_are_named_in_either_form() {
        assert_eq!(variable(&json!("A_KEY")), "A_KEY");
        assert_eq!(variable(&json!({"any_of": ["A", "B"]})), "A or B");
    }
}
