//! `GET /org/templates` (contract 03 section 2.6, nos. 36, 37).

use crate::{Orgs, OrgsError, sample};
use org_template::{
    EnvNeed, Limits, Org, Problem, TemplateEntry, discover, env_needs, load, load_from,
};
use serde_json::{Map, Value};
use std::path::PathBuf;
use store::rows::orgs;
use wire::{ErrorBody, OrgTemplateView};

impl Orgs {
    /// Everything that can be imported: registered folders, folders below the org folder, the built-in samples; by
    /// `dir`. Broken templates are listed with what is wrong.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn templates(&self) -> Result<Vec<OrgTemplateView>, OrgsError> {
        let registered = orgs::list(self.store.read()).await?;
        let roots = self.roots.clone();
        let listed = tokio::task::spawn_blocking(move || {
            let limits = Limits::default();
            let known: Vec<PathBuf> = registered
                .iter()
                .map(|row| PathBuf::from(&row.path))
                .collect();
            let mut list: Vec<OrgTemplateView> = registered
                .iter()
                .map(|row| folder(&row.dir, PathBuf::from(&row.path), &limits))
                .collect();
            for entry in discover(&roots.orgs, &limits) {
                let path = roots
                    .orgs
                    .join(&entry.dir)
                    .canonicalize()
                    .unwrap_or_default();
                if !known.contains(&path) {
                    add(&mut list, of_entry(entry));
                }
            }
            for dir in sample::DIRS {
                let unpacked = roots.samples().join(dir);
                if known.contains(&unpacked.canonicalize().unwrap_or_default()) {
                    continue;
                }
                let view = if unpacked.is_dir() {
                    folder(dir, unpacked, &limits)
                } else {
                    match load_from(&sample::files(dir), &limits) {
                        Ok(org) => of_org(dir, &org),
                        Err(errors) => broken(dir, errors.problems().first()),
                    }
                };
                add(&mut list, view);
            }
            list.sort_by(|a, b| a.dir.cmp(&b.dir));
            list
        });
        listed.await.map_err(|error| {
            tracing::error!(%error, "listing templates ended early");
            OrgsError::Internal
        })
    }
}

/// A name that is taken stands for what it stood for first; imports look in the same order.
fn add(list: &mut Vec<OrgTemplateView>, view: OrgTemplateView) {
    if !list.iter().any(|other| other.dir == view.dir) {
        list.push(view);
    }
}

fn folder(dir: &str, path: PathBuf, limits: &Limits) -> OrgTemplateView {
    match load(&path, limits) {
        Ok(org) => of_org(dir, &org),
        Err(errors) => broken(dir, errors.problems().first()),
    }
}

fn of_org(dir: &str, org: &Org) -> OrgTemplateView {
    let needs = env_needs(org);
    OrgTemplateView {
        description: org.description.clone(),
        dir: dir.to_owned(),
        error: None,
        name: org.name.value.clone(),
        recommended_env: json(&needs.recommended),
        required_env: json(&needs.required),
        workspaces: org.workspace_count(),
    }
}

fn of_entry(entry: TemplateEntry) -> OrgTemplateView {
    OrgTemplateView {
        description: entry.description,
        error: entry.error.as_ref().map(error),
        name: entry.name,
        recommended_env: json(&entry.recommended_env),
        required_env: json(&entry.required_env),
        workspaces: entry.workspaces,
        dir: entry.dir,
    }
}

fn broken(dir: &str, problem: Option<&Problem>) -> OrgTemplateView {
    OrgTemplateView {
        description: String::new(),
        dir: dir.to_owned(),
        error: problem.map(error),
        name: dir.to_owned(),
        recommended_env: Vec::new(),
        required_env: Vec::new(),
        workspaces: 0,
    }
}

fn json(needs: &[EnvNeed]) -> Vec<Value> {
    needs
        .iter()
        .filter_map(|need| serde_json::to_value(need).ok())
        .collect()
}

fn error(problem: &Problem) -> ErrorBody {
    let code = match serde_json::to_value(problem.code) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    };
    let mut extra = Map::new();
    for (key, text) in [("text", &problem.text), ("hint", &problem.hint)] {
        if !text.is_empty() {
            extra.insert(key.to_owned(), Value::String(text.clone()));
        }
    }
    ErrorBody {
        error: problem.message.clone(),
        code,
        file: Some(problem.file.clone()).filter(|file| !file.is_empty()),
        line: Some(problem.line).filter(|line| *line > 0),
        column: Some(problem.column).filter(|column| *column > 0),
        extra,
    }
}
