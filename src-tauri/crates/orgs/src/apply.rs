//! The one write of an import: rows, places, files, secrets, base and events, all or nothing (contract 03 section 2.9
//! as corrected by nos. 4 and 5).

use crate::{
    OrgsError,
    apply_row::{self, Existing},
    audit::{Counts, Started},
    automation::{self, Means},
    consent::Consent,
    env_secrets,
    failpoints::reached,
    made,
    places::Places,
    planning::{Prepared, scope},
    plugins_wanted, rows,
    source::{Source, plain},
    view,
};
use org_template::{Action, BaseRole, Placed, Plan, ROOT_GAP, Rect, Role, place_roles};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};
use store::{
    NewEvent, NewWorkspace, StoreError, WorkspaceRow, Write,
    rows::{
        files, layouts, orgs, tokens,
        workspaces::{self, Column, Origin},
    },
};
use wire::{Desired, ImportResult, ImportedWorkspace, Status, WorkspaceAccess, kind};

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
    let (plan, base) = prepared.plan(&scope(&all, prepared, org_id.as_deref()), &old_base);
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
struct Work<'w> {
    write: &'w mut Write,
    prepared: &'w Prepared,
    plan: &'w Plan,
    consent: &'w Consent,
    before: &'w Consent,
    sealer: Option<vault::Sealer>,
    import_id: &'w str,
    org_id: Option<String>,
    additive: bool,
    by_id: HashMap<&'w str, &'w WorkspaceRow>,
    base: Vec<BaseRole>,
    base_at: HashMap<String, usize>,
    places: Places,
    placed: Vec<Placed>,
    /// Row of every role so far; `None` where it stays removed.
    ids: Vec<Option<String>>,
    done: Vec<ImportedWorkspace>,
    created: Vec<String>,
    changed: Vec<String>,
    removed: Vec<String>,
    /// Token of the external agent that was made last, until its answer takes it.
    token: Option<String>,
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

    async fn create(
        &mut self,
        index: usize,
        role: &Role,
        parent: Option<String>,
    ) -> Result<String, OrgsError> {
        let id = store::new_id();
        let material = &self.prepared.materials[index];
        // Nobody has seen an agent that runs elsewhere: it is online when it registers (no. 27).
        let status = if role.external {
            Status::AwaitingAgent
        } else {
            Status::Provisioning
        };
        let access = WorkspaceAccess::try_from(role.workspace_access.clone()).map_err(|_| {
            StoreError::Corrupt(format!("workspace_access {}", role.workspace_access))
        })?;
        let new = NewWorkspace {
            id: id.clone(),
            name: role.name.clone(),
            role: role.role.clone(),
            tier: role.tier,
            tier_granted: self.consent.tier,
            status,
            runtime: role.runtime.clone(),
            model: Some(role.model.clone()).filter(|_| role.model_explicit),
            parent_id: parent.clone(),
            url: Some(role.url.clone()).filter(|url| role.external && !url.is_empty()),
            workspace_dir: role.workspace_dir.clone(),
            workspace_access: access,
            budget_limit: None,
            max_concurrent_tasks: role.max_concurrent_tasks,
            template_dir: material.template_dir.clone(),
            files_dir: role.files_dir.clone(),
            org_id: self.org_id.clone(),
            import_key: self.org_id.as_ref().map(|_| role.key.clone()),
            desired: Desired::Running,
        };
        let now = self.write.stamp();
        workspaces::insert(self.write.conn(), &new, &now).await?;

        let origin = Origin {
            base_dir: material.base_dir.as_deref(),
            persona: role.persona.as_deref(),
            import_id: Some(self.import_id),
            commit: commit(self.prepared, role),
        };
        workspaces::set_origin(self.write.conn(), &id, origin).await?;

        let slot = self.placed[index];
        let at = match &parent {
            Some(parent) => {
                let (x, y) = self.places.at(parent);
                (x + slot.rel_x, y + slot.rel_y)
            }
            None => (slot.x, slot.y),
        };
        layouts::place(self.write.conn(), &id, at.0, at.1).await?;
        self.places.put(&id, parent.clone(), at);

        let mut plain = role.clone();
        self.consent.cut(&mut plain);
        for (path, content) in made::files(&plain, material) {
            if let Some(content) = content {
                files::set_made(self.write.conn(), &id, path, &content).await?;
            }
        }
        self.secrets(&id, role, true).await?;
        self.automation(&id, role).await?;
        plugins_wanted::note(self.write, &id, role).await?;

        let (x, y) = if parent.is_some() {
            (slot.rel_x, slot.rel_y)
        } else {
            at
        };
        let mut payload =
            json!({"name": role.name, "tier": role.tier, "runtime": role.runtime, "x": x, "y": y});
        if let Some(parent) = parent {
            payload["parent_id"] = json!(parent);
        }
        self.write
            .event(NewEvent::about(&id, kind::WORKSPACE_PROVISIONING, payload))
            .await?;
        if role.external {
            let payload = json!({"name": role.name, "external": true});
            let event = NewEvent::about(&id, kind::WORKSPACE_AWAITING_AGENT, payload);
            self.write.event(event).await?;
            let minted = vault::tokens::mint()?;
            let now = self.write.stamp();
            tokens::add(
                self.write.conn(),
                &id,
                minted.hash.as_bytes(),
                &minted.prefix,
                "user",
                &now,
                &now,
            )
            .await?;
            self.token = minted.token.expose_str().map(str::to_owned);
        }
        self.created.push(id.clone());
        Ok(id)
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

    async fn secrets(
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
        let automation = self.automation(id, role).await?;
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
            plugins_wanted::follow(self.write, id, role).await?;
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

    /// Schedules and channels; gives the names of what changed.
    async fn automation(&mut self, id: &str, role: &Role) -> Result<Vec<&'static str>, OrgsError> {
        let means = Means {
            sealer: self.sealer.as_ref(),
            may_run: self.consent.prompts().schedules,
        };
        automation::put(self.write, id, role, self.prepared, &means).await
    }

    fn done(&mut self, id: &str, name: &str, tier: i64, skipped: bool, index: usize) {
        let role = &self.prepared.effective.roles[index];
        let mut told = automation::told(id, name, tier, skipped, role);
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

    async fn removals(&mut self) -> Result<(), OrgsError> {
        let steps = &self.plan.steps[self.prepared.effective.roles.len()..];
        for step in steps
            .iter()
            .filter(|step| step.action == Action::Remove && step.ticked)
        {
            let Some(id) = step
                .id
                .as_deref()
                .filter(|id| !self.removed.iter().any(|gone| gone == id))
            else {
                continue;
            };
            let removal = ::workspaces::remove_in(self.write, id, true, false).await?;
            self.removed.extend(removal.removed);
        }
        Ok(())
    }

    /// A grant is for the org, so roles that are there already get it too.
    async fn grant(&mut self) -> Result<(), OrgsError> {
        let Some(org_id) = self.org_id.clone() else {
            return Ok(());
        };
        let gone: HashSet<&String> = self.removed.iter().collect();
        let mut rows: Vec<&WorkspaceRow> = self
            .by_id
            .values()
            .copied()
            .filter(|row| row.org_id.as_ref() == Some(&org_id) && row.status != Status::Removed)
            .filter(|row| row.tier_granted != self.consent.tier && !gone.contains(&row.id))
            .collect();
        rows.sort_by(|a, b| (&a.created_at, &a.id).cmp(&(&b.created_at, &b.id)));
        for row in rows {
            apply_row::granted(self.write, row, self.consent.tier).await?;
            if !self.changed.contains(&row.id) {
                self.changed.push(row.id.clone());
            }
        }
        Ok(())
    }
}

/// Commit that the files of a role are read at.
fn commit<'r>(prepared: &'r Prepared, role: &'r Role) -> Option<&'r str> {
    match &role.origin {
        Some(origin) => Some(&origin.commit),
        None => prepared.commit.as_deref(),
    }
}

/// Moves a new org as a whole to the right of what is on the canvas, if it would lie on top of it. Files say where
/// roots stand to each other; they cannot know what else a person has on the canvas.
fn clear_of(placed: &mut [Placed], others: Rect) {
    let right = |one: &Placed| one.x + one.size.width;
    let bottom = |one: &Placed| one.y + one.size.height;
    let overlaps = placed.iter().any(|one| {
        one.x < others.x + others.width
            && right(one) > others.x
            && one.y < others.y + others.height
            && bottom(one) > others.y
    });
    let left = placed.iter().map(|one| one.x).fold(f64::INFINITY, f64::min);
    if !overlaps || !left.is_finite() {
        return;
    }
    let by = others.x + others.width + ROOT_GAP - left;
    for one in placed.iter_mut() {
        one.x += by;
        if one.rel_x + by == one.x {
            // A root: its relative place is its absolute one.
            one.rel_x = one.x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use org_template::Size;

    fn at(x: f64, rel_x: f64) -> Placed {
        let size = Size {
            width: 240.0,
            height: 130.0,
        };
        Placed {
            x,
            y: 50.0,
            rel_x,
            rel_y: 50.0,
            size,
        }
    }

    #[test]
    fn a_new_org_does_not_lie_on_top_of_another() {
        let others = Rect {
            x: 0.0,
            y: 0.0,
            width: 500.0,
            height: 400.0,
        };
        let mut placed = [at(400.0, 400.0), at(416.0, 16.0)];
        clear_of(&mut placed, others);
        assert_eq!((placed[0].x, placed[0].rel_x), (580.0, 580.0));
        assert_eq!(
            (placed[1].x, placed[1].rel_x),
            (596.0, 16.0),
            "inside its lead it stays where it was"
        );
        let mut beside = [at(900.0, 900.0)];
        clear_of(&mut beside, others);
        assert_eq!(
            beside[0].x, 900.0,
            "who does not overlap is left where the files say"
        );
    }
}
