//! The one write of an import: rows, places, files, secrets, base and events, all or nothing (contract 03 section 2.9
//! as corrected by nos. 4 and 5).

use crate::{
    OrgsError,
    apply_row::{self, Existing},
    audit::{Counts, Started},
    channels,
    consent::Consent,
    env_secrets,
    failpoints::reached,
    made::Held,
    places::{Places, clear_of},
    planning::{Prepared, scope},
    plugins_wanted,
    rows::{self, Beside},
    schedules::{self, Intent},
    source::{Source, plain},
    view,
};
use org_template::{Action, BaseRole, Placed, Plan, Role, Step, place_roles};
use std::{collections::HashMap, time::Duration};
use store::{
    WorkspaceRow, Write,
    rows::{
        orgs,
        workspaces::{self, Column},
    },
};
use wire::{ImportResult, ImportedWorkspace};

/// What was done.
#[derive(Debug)]
pub(crate) struct Applied {
    pub result: ImportResult,
    /// Ids of new rows.
    pub created: Vec<String>,
}

/// Plans against the rows as they are inside this write, and applies the plan.
pub(crate) async fn apply(
    write: &mut Write,
    prepared: &Prepared,
    sealer: Option<vault::Sealer>,
    started: &Started,
    awake: impl Fn() -> Duration,
) -> Result<Applied, OrgsError> {
    let all = workspaces::list_all(write.conn()).await?;
    let row = match prepared.source.path() {
        Some(path) => orgs::by_path(write.conn(), &plain(path)).await?,
        None => None,
    };
    let org_id = row.as_ref().map(|row| row.id.clone());
    let old_rows = match &org_id {
        Some(id) => orgs::base(write.conn(), id).await?,
        None => Vec::new(),
    };
    let old_base = rows::base_roles(&old_rows);
    let beside = Beside::read_in(write).await?;
    let scoped = scope(&all, prepared, org_id.as_deref());
    let (plan, base) = prepared.plan(&scoped, &old_base, &beside);
    let before = Consent::before(row.as_ref());
    let consent = Consent::of(row.as_ref(), &prepared.wanted);
    if !plan.applicable() {
        return Err(OrgsError::Conflicts(Box::new(
            prepared.view(&plan, &consent),
        )));
    }
    let files = &prepared.effective;
    if files.roles.len() > plan.steps.len()
        || files
            .roles
            .iter()
            .zip(&plan.steps)
            .any(|(role, step)| role.key != step.key)
    {
        tracing::error!("the plan does not follow the order of the roles");
        return Err(OrgsError::Internal);
    }

    let org_id = match (&prepared.source, org_id) {
        (Source::Folder { dir, path, .. }, None) => {
            let id = store::new_id();
            let now = write.stamp();
            orgs::add(write.conn(), &id, dir, &plain(path), &files.name, &now).await?;
            Some(id)
        }
        (_, org_id) => org_id,
    };
    let held = Held::read(write).await?;
    let additive = prepared.wanted.mode == org_template::Mode::Additive;
    let places = Places::of(&all);
    let mut placed = place_roles(&files.roles, places.bounds());
    let first = !all
        .iter()
        .any(|row| row.org_id.is_some() && row.org_id == org_id);
    if let Some(others) = places.bounds().filter(|_| first) {
        clear_of(&mut placed, others);
    }
    let mut work = Work {
        write,
        prepared,
        plan: &plan,
        consent: &consent,
        before: &before,
        sealer,
        import_id: started.import_id(),
        org_id: org_id.clone(),
        additive,
        by_id: all.iter().map(|row| (row.id.as_str(), row)).collect(),
        old_base: old_base
            .iter()
            .map(|role| (role.key.as_str(), role))
            .collect(),
        beside: &beside,
        held: &held,
        base_at: base
            .iter()
            .enumerate()
            .map(|(at, role)| (role.key.clone(), at))
            .collect(),
        base,
        places,
        placed,
        ids: Vec::with_capacity(files.roles.len()),
        done: Vec::with_capacity(files.roles.len()),
        created: Vec::new(),
        changed: Vec::new(),
        removed: Vec::new(),
        token: None,
    };
    for index in 0..files.roles.len() {
        work.role(index).await?;
    }
    reached("import.rows");
    work.removals().await?;
    work.grant().await?;
    let Work {
        write,
        done,
        created,
        changed,
        removed,
        base,
        ..
    } = work;

    let org_id = org_id.unwrap_or_default();
    if !org_id.is_empty() {
        let new_rows = rows::base_rows(&base);
        let base_changed = new_rows != old_rows;
        if base_changed {
            orgs::set_base(write.conn(), &org_id, &new_rows).await?;
        }
        let touched =
            base_changed || !created.is_empty() || !changed.is_empty() || !removed.is_empty();
        let known = row
            .as_ref()
            .is_some_and(|row| row.imported_at.is_some() && row.name == files.name);
        if touched || !known || consent != before {
            let now = write.stamp();
            orgs::imported(
                write.conn(),
                &org_id,
                &files.name,
                consent.tier,
                &consent.to_json(),
                &now,
            )
            .await?;
        }
    }
    let counts = Counts {
        created: created.len(),
        skipped: done.iter().filter(|one| one.skipped).count(),
        changed: changed.len(),
        removed: removed.len(),
    };
    started.completed(write, awake(), &org_id, counts).await?;
    reached("import.written");
    let result = ImportResult {
        org: files.name.clone(),
        count: done.len(),
        workspaces: done,
        error: None,
        mode: prepared.wanted.mode_word().to_owned(),
        org_id,
        changed: changed.into_iter().chain(removed.iter().cloned()).collect(),
        reconcile_removed: removed,
        import_id: started.import_id().to_owned(),
        warnings: plan.warnings.iter().map(view::warning).collect(),
    };
    Ok(Applied { result, created })
}

/// A plan half way through its application.
pub(crate) struct Work<'w> {
    pub write: &'w mut Write,
    pub prepared: &'w Prepared,
    pub plan: &'w Plan,
    pub consent: &'w Consent,
    before: &'w Consent,
    sealer: Option<vault::Sealer>,
    pub import_id: &'w str,
    pub org_id: Option<String>,
    additive: bool,
    pub by_id: HashMap<&'w str, &'w WorkspaceRow>,
    /// What was imported last.
    old_base: HashMap<&'w str, &'w BaseRole>,
    pub beside: &'w Beside,
    held: &'w Held,
    pub base: Vec<BaseRole>,
    pub base_at: HashMap<String, usize>,
    pub places: Places,
    pub placed: Vec<Placed>,
    /// Row of every role so far; `None` where it stays removed.
    ids: Vec<Option<String>>,
    done: Vec<ImportedWorkspace>,
    pub created: Vec<String>,
    pub changed: Vec<String>,
    pub removed: Vec<String>,
    /// Token of the external agent that was made last, until its answer takes it.
    pub token: Option<String>,
}

impl Work<'_> {
    async fn role(&mut self, index: usize) -> Result<(), OrgsError> {
        let prepared = self.prepared;
        let (role, step) = (&prepared.effective.roles[index], &self.plan.steps[index]);
        let parent = role
            .parent_index
            .and_then(|at| self.ids.get(at))
            .cloned()
            .flatten();
        let id = match (step.action, &step.id) {
            (Action::Create, _) => {
                let id = self.create(index, role, parent).await?;
                self.done(&id, &role.name, role.tier, false, index);
                Some(id)
            }
            (_, Some(id)) => {
                self.keep(index, role, id, parent).await?;
                Some(id.clone())
            }
            (_, None) => None,
        };
        self.ids.push(id);
        Ok(())
    }

    /// Says on the row which import changed it (no. 39).
    async fn note_import(&mut self, id: &str, role: &Role) -> Result<(), OrgsError> {
        let commit = commit(self.prepared, role).map(str::to_owned);
        let now = self.write.stamp();
        let conn = self.write.conn();
        workspaces::set_column(conn, id, Column::ImportId, self.import_id, &now).await?;
        workspaces::set_column(conn, id, Column::SourceCommit, commit, &now).await?;
        Ok(())
    }

    pub(crate) async fn secrets(
        &mut self,
        id: &str,
        role: &Role,
        is_new: bool,
    ) -> Result<Vec<String>, OrgsError> {
        let values = self.prepared.env.secrets(role.files_dir.as_deref());
        let at = self.base_at.get(&role.key).copied();
        let base = at.and_then(|at| self.base.get_mut(at));
        env_secrets::store(self.write, self.sealer.as_ref(), id, values, is_new, base).await
    }

    async fn keep(
        &mut self,
        index: usize,
        role: &Role,
        id: &str,
        parent: Option<String>,
    ) -> Result<(), OrgsError> {
        let Some(row) = self.by_id.get(id).copied() else {
            return Err(OrgsError::Internal);
        };
        self.done(id, &row.name, row.tier, true, index);
        let automation = self
            .automation(id, role, Some(&self.plan.steps[index]))
            .await?;
        let told = |name: &str| {
            self.plan.steps[index]
                .fields
                .iter()
                .any(|field| field.name == name)
        };
        let untold: Vec<&str> = automation.into_iter().filter(|name| !told(name)).collect();
        if !untold.is_empty() {
            apply_row::automation_changed(self.write, row, &untold).await?;
            self.changed.push(id.to_owned());
        }
        let ours = row.org_id == self.org_id && row.org_id.is_some();
        if self.additive && (!ours || self.consent.prompts() == self.before.prompts()) {
            return Ok(());
        }
        // Only adding leaves what the files dropped where it is.
        if !self.additive {
            plugins_wanted::follow(self.write, id, role, &self.beside.plugins).await?;
        }
        let written = if self.additive {
            Vec::new()
        } else {
            self.secrets(id, role, false).await?
        };
        let existing = Existing {
            row,
            role,
            step: &self.plan.steps[index],
            slot: self.placed[index],
            parent,
            material: &self.prepared.materials[index],
            held: self.held,
            consent: self.consent,
            org_id: self.org_id.as_deref(),
            additive: self.additive,
            prompts_changed: self.consent.prompts() != self.before.prompts(),
        };
        let mut changed = apply_row::apply(self.write, &mut self.places, existing).await?;
        if !written.is_empty() {
            apply_row::secrets_changed(self.write, row, written).await?;
            changed = true;
        }
        if changed {
            self.note_import(id, role).await?;
            if !self.changed.iter().any(|known| known == id) {
                self.changed.push(id.to_owned());
            }
        }
        Ok(())
    }

    /// Schedules and channels; gives the names of what changed. `step` is none for a role that is new.
    pub(crate) async fn automation(
        &mut self,
        id: &str,
        role: &Role,
        step: Option<&Step>,
    ) -> Result<Vec<&'static str>, OrgsError> {
        let key = self.by_id.get(id).and_then(|row| row.import_key.as_deref());
        let base = key.and_then(|key| self.old_base.get(key)?.fields.get("schedules"));
        // The plan says where the files are taken as they are.
        let taken = |name: &str| {
            let named = |step: &Step| step.fields.iter().any(|field| field.name == name);
            step.is_none_or(|step| !self.additive && named(step))
        };
        let channels_exact = taken("channels");
        let intent = Intent {
            exact: taken("schedules"),
            additive: self.additive,
            base: base.map(|field| &field.value),
            may_run: self.consent.prompts().schedules,
        };
        let rows = self
            .beside
            .schedules
            .get(id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut changed = Vec::new();
        if schedules::put(self.write, id, role, rows, intent).await? {
            changed.push("schedules");
        }
        let means = (self.sealer.as_ref(), channels_exact);
        if channels::put_channels(self.write, id, role, self.prepared, means).await? {
            changed.push("channels");
        }
        Ok(changed)
    }

    fn done(&mut self, id: &str, name: &str, tier: i64, skipped: bool, index: usize) {
        let role = &self.prepared.effective.roles[index];
        let mut told = channels::told(id, name, tier, skipped, role);
        told.plugins_missing
            .clone_from(&self.prepared.plugins_missing[index]);
        told.mount = self.mount(id, index);
        told.auth_token = self.token.take();
        self.done.push(told);
    }

    /// The folder of this computer that a role sees, in the form engines write it (no. 15).
    fn mount(&self, id: &str, index: usize) -> Option<String> {
        let (role, step) = (
            &self.prepared.effective.roles[index],
            &self.plan.steps[index],
        );
        let taken = |name: &str| step.fields.iter().any(|field| field.name == name);
        let row = self.by_id.get(id).copied();
        let dir = match row.filter(|_| self.additive || !taken("workspace_dir")) {
            Some(row) => row.workspace_dir.as_deref(),
            None => role.workspace_dir.as_deref(),
        }?;
        let access = match row.filter(|_| self.additive || !taken("workspace_access")) {
            Some(row) => row.workspace_access.as_str(),
            None => &role.workspace_access,
        };
        match access {
            "read_write" => Some(format!("{dir}:/workspace")),
            "read_only" => Some(format!("{dir}:/workspace:ro")),
            _ => None,
        }
    }
}

/// Commit that the files of a role are read at.
pub(crate) fn commit<'r>(prepared: &'r Prepared, role: &'r Role) -> Option<&'r str> {
    match &role.origin {
        Some(origin) => Some(&origin.commit),
        None => prepared.commit.as_deref(),
    }
}
