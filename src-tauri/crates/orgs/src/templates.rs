//! `GET /org/templates` (contract 03 section 2.6, nos. 36, 37).

use crate::{Orgs, OrgsError, externals::Look, sample};
use org_template::{
    DiskFiles, EnvNeed, Limits, Org, OrgErrors, Problem, TemplateEntry, discover_with, env_needs,
    load_from, load_with,
};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
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
        let (roots, orgs) = (self.roots.clone(), self.clone());
        let listed = tokio::task::spawn_blocking(move || {
            let load = |path: &Path| orgs.glance(path);
            let known: Vec<PathBuf> = registered
                .iter()
                .map(|row| PathBuf::from(&row.path))
                .collect();
            let mut list: Vec<OrgTemplateView> = registered
                .iter()
                .map(|row| folder(&row.dir, load(Path::new(&row.path))))
                .collect();
            for entry in discover_with(&roots.orgs, load) {
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
                    folder(dir, load(&unpacked))
                } else {
                    folder(dir, load_from(&sample::files(dir), &Limits::default()))
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

    /// Loads a folder for a list: with what was fetched before, and nothing new (no. 41). Blocks.
    pub(crate) fn glance(&self, path: &Path) -> Result<Org, OrgErrors> {
        let externals = self.repositories(path, Look::HereOnly);
        load_with(&DiskFiles::new(path), &externals, &Limits::default())
    }
}

/// A name that is taken stands for what it stood for first; imports look in the same order.
fn add(list: &mut Vec<OrgTemplateView>, view: OrgTemplateView) {
    if !list.iter().any(|other| other.dir == view.dir) {
        list.push(view);
    }
}

fn folder(dir: &str, loaded: Result<Org, OrgErrors>) -> OrgTemplateView {
    match loaded {
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
        spawned_workspaces: org.spawned_count(),
        unfetched: org.pending_externals,
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
        spawned_workspaces: entry.spawned_workspaces,
        unfetched: entry.pending_externals,
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
        spawned_workspaces: 0,
        unfetched: 0,
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
