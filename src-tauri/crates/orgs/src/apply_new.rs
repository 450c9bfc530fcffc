//! A role that has no row yet: the row, its place, its files, secrets, schedules, channels and plugins, and its events
//! (contract 03 section 2.9 as corrected).

use crate::{
    OrgsError,
    apply::{Work, commit},
    made, plugins_wanted,
    rows::PLACED,
};
use org_template::{FieldValue, Role};
use serde_json::json;
use store::{
    NewEvent, NewWorkspace, StoreError,
    rows::{
        files, layouts, tokens,
        workspaces::{self, Origin},
    },
};
use wire::{Desired, Status, WorkspaceAccess, kind};

impl Work<'_> {
    /// Makes the row of the role at `index`; answers its id.
    pub(crate) async fn create(
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
        if parent.is_none() && role.canvas.is_some_and(|given| given != at) {
            self.note_place(role, at);
        }

        let mut plain = role.clone();
        self.consent.cut(&mut plain);
        for (path, content) in made::files(&plain, material) {
            if let Some(content) = content {
                files::set_made(self.write.conn(), &id, path, &content).await?;
            }
        }
        self.secrets(&id, role, true).await?;
        self.automation(&id, role, None).await?;
        plugins_wanted::note(self.write, &id, role, &self.beside.plugins).await?;

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

    /// Remembers that a root stands elsewhere than its files say because something else stood there, not because a
    /// person moved it.
    fn note_place(&mut self, role: &Role, at: (f64, f64)) {
        let base = self.base_at.get(&role.key).copied();
        let Some(base) = base.and_then(|at| self.base.get_mut(at)) else {
            return;
        };
        let Some(canvas) = base.fields.get("canvas") else {
            return;
        };
        let note = FieldValue {
            value: json!({"x": at.0, "y": at.1}),
            span: canvas.span.clone(),
        };
        base.fields.insert(PLACED.to_owned(), note);
    }
}
