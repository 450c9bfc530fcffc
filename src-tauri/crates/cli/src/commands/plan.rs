//! An org on its way in: the folder named, the plan agreed to, the import done. Shared by `import` and `up`.

use super::{Context, context::whole, plan_show};
use crate::{
    args::{ImportFlags, PromptKind},
    client::{self, Client},
    failure::{CONFLICTS, Failure},
    output,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeMap, io::IsTerminal, path::Path};
use wire::{
    ImportBegun, ImportRequest, ImportResult, OrgFolder, OrgTemplateView, PlanView, Prompts,
    RegisterFolder,
};

/// Word on the command line for the org that comes with the program.
const SAMPLE: &str = "sample";

/// An import that was planned, shown and agreed to.
#[derive(Debug)]
pub struct Ready {
    /// What is asked for.
    pub request: ImportRequest,
    /// What it will do.
    pub planned: PlanView,
}

/// Plans an import and shows the plan. On a terminal it asks before it goes on; without one the plan is carried out, as
/// scripts expect it. `None` after a dry run. A plan that is not carried out leaves nothing registered.
///
/// # Errors
/// A flag that is not understood, what the API says about the folder, a no. [`CONFLICTS`] when something must be decided
/// first, after a dry run too.
pub async fn prepare(
    context: &Context,
    client: &Client,
    org: &str,
    flags: &ImportFlags,
) -> Result<Option<Ready>, Failure> {
    let (request, registered) = request(client, org, flags).await?;
    let agreed = agree(context, client, flags, &request)
        .await
        .map_err(|failure| with_folder(failure, org));
    if !matches!(agreed, Ok(Some(_))) {
        registered.forget(client).await;
    }
    Ok(agreed?.map(|planned| Ready { request, planned }))
}

async fn agree(
    context: &Context,
    client: &Client,
    flags: &ImportFlags,
    request: &ImportRequest,
) -> Result<Option<PlanView>, Failure> {
    let planned = plan(client, request).await?;
    if !context.json {
        plan_show::show(&planned)?;
    }
    if flags.dry_run {
        if context.json {
            output::document(&planned)?;
        }
        return if planned.conflicts.is_empty() {
            Ok(None)
        } else {
            Err(Failure::said(CONFLICTS))
        };
    }
    refuse_conflicts(&planned)?;
    let changes = planned.plan.iter().any(|step| step.action != "keep");
    if changes && !context.json && std::io::stdin().is_terminal() {
        context.confirm(flags.yes, "Do this?")?;
    }
    Ok(Some(planned))
}

/// The request that the flags stand for.
async fn request(
    client: &Client,
    org: &str,
    flags: &ImportFlags,
) -> Result<(ImportRequest, Registered), Failure> {
    let resolve = answers(&flags.resolve)?;
    let whole_all = |dirs: &[String]| {
        dirs.iter()
            .map(|dir| whole(Path::new(dir)))
            .collect::<Result<Vec<_>, _>>()
    };
    let folders = whole_all(&flags.allow_folder)?;
    let revoke_folders = whole_all(&flags.revoke_folder)?;
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
        revoke_folders,
        resolve,
        ..ImportRequest::default()
    };
    Ok((request, registered))
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

/// Refuses a folder whose files are wrong, before a platform is started for it.
///
/// # Errors
/// What the platform would say of them.
pub fn refuse_broken(org: &str) -> Result<(), Failure> {
    let folder = Path::new(org);
    if org == SAMPLE || !folder.exists() {
        return Ok(());
    }
    orgs::check_folder(Path::new(&whole(folder)?))
        .map_err(|error| with_folder(Failure::of_org(&error), org))
}

/// Lets a person see the lines that are wrong.
fn with_folder(failure: Failure, org: &str) -> Failure {
    Failure {
        folder: Some(Path::new(org).to_owned()).filter(|folder| folder.is_dir()),
        ..failure
    }
}

/// The folder that was registered to be planned, if it was not known before.
#[derive(Debug, Default)]
struct Registered(Option<String>);

impl Registered {
    /// A plan that is not carried out leaves nothing.
    async fn forget(self, client: &Client) {
        let Some(dir) = self.0 else { return };
        let path = format!("/org/folders/{}", client::segment(&dir));
        let gone: Result<Value, Failure> =
            client::read(client.request(Method::DELETE, &path)).await;
        if let Err(failure) = gone {
            output::note(format!("{dir} stays registered: {}", failure.error));
        }
    }
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
async fn plan(client: &Client, request: &ImportRequest) -> Result<PlanView, Failure> {
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
        "import_running" => failure.error.push_str(
            ": this org is being imported by somebody else; `molecule-stack events --follow` shows how it goes",
        ),
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
fn refuse_conflicts(plan: &PlanView) -> Result<(), Failure> {
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
