//! `PATCH /workspaces/:id` (contract 01 section 3.4, corrections of section 7): one transaction, typed, with events.

use crate::{
    WorkspaceError, check_dir, check_id, check_name, check_role,
    validate::{MODEL, PROVIDER, RUNTIME, Word, check_word},
};
use serde_json::{Map, Value, json};
use store::{
    NewEvent, Store, Write,
    rows::workspaces::{Column, ColumnValue},
    rows::{
        layouts::{self, Unsaid},
        workspaces,
    },
};
use wire::{PatchWorkspace, Patched, Status, WorkspaceAccess, kind};

/// Applies what the patch names. A parent that moves takes its descendants' positions along.
///
/// # Errors
/// [`WorkspaceError::Invalid`], [`WorkspaceError::NotFound`], a cycle as [`WorkspaceError::Conflict`]; nothing changed.
pub async fn change(
    store: &Store,
    id: &str,
    mut patch: PatchWorkspace,
) -> Result<Patched, WorkspaceError> {
    check(&patch)?;
    if let Some(Some(parent)) = &mut patch.parent_id {
        *parent = check_id(parent)?;
    }
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                let Some(row) = workspaces::get(write.conn(), &id).await? else {
                    return Err(WorkspaceError::NotFound("workspace not found"));
                };
                let mut changed = Map::new();
                let mut reasons: Vec<String> = Vec::new();
                let mut set = Columns {
                    id: id.clone(),
                    now: write.stamp(),
                    changed: &mut changed,
                };

                set.text(write, Column::Name, "name", patch.name, Some(&row.name))
                    .await?;
                if let Some(role) = patch.role {
                    let role = Some(role).filter(|role| !role.is_empty());
                    if role != row.role.clone().filter(|role| !role.is_empty()) {
                        let value = json!(role);
                        set.value(write, Column::Role, "role", role.into(), value)
                            .await?;
                        // It stands in the container's environment, which is fixed when that is made (contract 04 D29).
                        reasons.push("role".into());
                    }
                }
                if let Some(tier) = patch.tier.filter(|tier| *tier != row.tier) {
                    set.value(write, Column::Tier, "tier", tier.into(), json!(tier))
                        .await?;
                    reasons.push("tier".into());
                }
                let moved = match patch.parent_id {
                    Some(parent) if parent != row.parent_id => {
                        reparent(write, &row, parent.as_deref()).await?;
                        set.value(
                            write,
                            Column::ParentId,
                            "parent_id",
                            parent.clone().into(),
                            json!(parent),
                        )
                        .await?;
                        Some(parent)
                    }
                    _ => None,
                };
                if let Some(runtime) = patch.runtime.filter(|runtime| *runtime != row.runtime) {
                    let value = json!(runtime);
                    set.value(write, Column::Runtime, "runtime", runtime.into(), value)
                        .await?;
                    reasons.push("runtime".into());
                }
                if let Some(model) = patch.model {
                    let model = Some(model).filter(|model| !model.is_empty());
                    if model != row.model {
                        let value = json!(model);
                        set.value(write, Column::Model, "model", model.into(), value)
                            .await?;
                        reasons.push("model".into());
                    }
                }
                if let Some(provider) = patch.provider {
                    let provider = Some(provider).filter(|provider| !provider.is_empty());
                    if provider != row.provider {
                        let value = json!(provider);
                        set.value(write, Column::Provider, "provider", provider.into(), value)
                            .await?;
                        reasons.push("provider".into());
                    }
                }
                if let Some(dir) = patch.workspace_dir {
                    let dir = dir.filter(|dir| !dir.is_empty());
                    let value = json!(dir);
                    set.value(
                        write,
                        Column::WorkspaceDir,
                        "workspace_dir",
                        dir.into(),
                        value,
                    )
                    .await?;
                    reasons.push("workspace_dir".into());
                }
                if let Some(access) = patch
                    .workspace_access
                    .filter(|access| *access != row.workspace_access.as_str())
                {
                    let value = json!(access);
                    set.value(
                        write,
                        Column::WorkspaceAccess,
                        "workspace_access",
                        access.into(),
                        value,
                    )
                    .await?;
                    reasons.push("workspace_access".into());
                }
                set.number(
                    write,
                    Column::MaxConcurrentTasks,
                    "max_concurrent_tasks",
                    patch.max_concurrent_tasks,
                )
                .await?;
                if let Some(minutes) = patch
                    .hibernation_idle_minutes
                    .filter(|minutes| *minutes != row.hibernation_idle_minutes)
                {
                    let value = json!(minutes);
                    set.value(
                        write,
                        Column::HibernationIdleMinutes,
                        "hibernation_idle_minutes",
                        minutes.into(),
                        value,
                    )
                    .await?;
                }
                set.text(
                    write,
                    Column::UpdateTier,
                    "update_tier",
                    patch.update_tier,
                    Some(&row.update_tier),
                )
                .await?;
                if let Some(isolated) = patch.isolated.filter(|isolated| *isolated != row.isolated)
                {
                    let value = json!(isolated);
                    set.value(write, Column::Isolated, "isolated", isolated.into(), value)
                        .await?;
                }
                if let Some(collapsed) = patch
                    .collapsed
                    .filter(|collapsed| *collapsed != row.collapsed)
                {
                    layouts::set_collapsed(write.conn(), &id, collapsed).await?;
                    changed.insert("collapsed".into(), json!(collapsed));
                }
                if patch.width.is_some() || patch.height.is_some() {
                    let size = (patch.width, patch.height);
                    layouts::set_size(write.conn(), &id, size, Unsaid::Kept).await?;
                    changed.insert("width".into(), json!(patch.width.or(row.width)));
                    changed.insert("height".into(), json!(patch.height.or(row.height)));
                }
                let place = patch
                    .x
                    .zip(patch.y)
                    .filter(|at| *at != (row.x, row.y) || !row.placed);
                if let Some((x, y)) = place {
                    let below: Vec<String> = workspaces::subtree(write.conn(), &id)
                        .await?
                        .into_iter()
                        .skip(1)
                        .map(|child| child.id)
                        .collect();
                    layouts::place(write.conn(), &id, x, y).await?;
                    layouts::shift(write.conn(), &below, x - row.x, y - row.y).await?;
                }

                let restart =
                    !reasons.is_empty() && row.has_container() && row.status != Status::Removed;
                if restart {
                    let now = write.stamp();
                    workspaces::set_column(write.conn(), &id, Column::NeedsRestart, true, &now)
                        .await?;
                }
                if !changed.is_empty() {
                    let names: Vec<&String> = changed.keys().collect();
                    let mut payload =
                        json!({"changed": names, "needs_restart": restart, "reasons": reasons});
                    if let Value::Object(payload) = &mut payload {
                        payload.extend(changed);
                    }
                    write
                        .event(NewEvent::about(&id, kind::WORKSPACE_UPDATED, payload))
                        .await?;
                }
                if moved.is_some() || place.is_some() {
                    let (x, y) = place.unwrap_or((row.x, row.y));
                    let payload = json!({
                        "new_parent_id": moved.unwrap_or(row.parent_id.clone()),
                        "old_parent_id": row.parent_id, "x": x, "y": y,
                    });
                    write
                        .event(NewEvent::about(&id, kind::WORKSPACE_MOVED, payload))
                        .await?;
                }
                Ok(Patched {
                    status: "updated".into(),
                    needs_restart: restart,
                    reasons,
                })
            })
        })
        .await
}

fn check(patch: &PatchWorkspace) -> Result<(), WorkspaceError> {
    patch.name.as_deref().map_or(Ok(()), check_name)?;
    patch.role.as_deref().map_or(Ok(()), check_role)?;
    let word = |field: Word, text: &Option<String>| {
        text.as_deref()
            .map_or(Ok(()), |text| check_word(field, text))
    };
    word(RUNTIME, &patch.runtime)?;
    word(MODEL, &patch.model)?;
    word(PROVIDER, &patch.provider)?;
    if let Some(Some(dir)) = &patch.workspace_dir
        && !dir.is_empty()
    {
        check_dir(dir)?;
    }
    if patch.tier.is_some_and(|tier| !(1..=4).contains(&tier)) {
        return Err(WorkspaceError::Invalid("tier must be 1, 2, 3 or 4"));
    }
    if let Some(access) = &patch.workspace_access
        && WorkspaceAccess::try_from(access.clone()).is_err()
    {
        return Err(WorkspaceError::Invalid("invalid workspace access"));
    }
    if patch
        .update_tier
        .as_deref()
        .is_some_and(|tier| !matches!(tier, "canary" | "production"))
    {
        return Err(WorkspaceError::Invalid("invalid update_tier"));
    }
    if patch.max_concurrent_tasks.is_some_and(|tasks| tasks < 1) {
        return Err(WorkspaceError::Invalid(
            "max_concurrent_tasks must be at least 1",
        ));
    }
    if patch
        .hibernation_idle_minutes
        .flatten()
        .is_some_and(|minutes| minutes < 0)
    {
        return Err(WorkspaceError::Invalid(
            "hibernation_idle_minutes must not be negative",
        ));
    }
    if [patch.x, patch.y, patch.width, patch.height]
        .into_iter()
        .flatten()
        .any(|number| !on_canvas(number))
    {
        return Err(WorkspaceError::Invalid(NOT_ON_CANVAS));
    }
    Ok(())
}

/// What a position outside the canvas is answered with.
pub(crate) const NOT_ON_CANVAS: &str = "positions must be numbers from -1000000000 to 1000000000";

/// Whether a coordinate is one that sums and differences of positions stay exact with.
pub(crate) fn on_canvas(number: f64) -> bool {
    number.abs() <= layouts::FARTHEST
}

/// The new parent must exist, be alive, and not lie below the workspace itself.
async fn reparent(
    write: &mut Write,
    row: &store::WorkspaceRow,
    parent: Option<&str>,
) -> Result<(), WorkspaceError> {
    let Some(parent) = parent else { return Ok(()) };
    match workspaces::get(write.conn(), parent).await? {
        Some(found) if found.status != Status::Removed => {}
        _ => return Err(WorkspaceError::NotFound("parent workspace not found")),
    }
    if parent == row.id
        || workspaces::ancestors(write.conn(), parent)
            .await?
            .contains(&row.id)
    {
        return Err(WorkspaceError::conflict(
            "parent_cycle",
            "parent would create a cycle",
        ));
    }
    Ok(())
}

struct Columns<'c> {
    id: String,
    now: String,
    changed: &'c mut Map<String, Value>,
}

impl Columns<'_> {
    async fn value(
        &mut self,
        write: &mut Write,
        column: Column,
        name: &str,
        value: ColumnValue,
        shown: Value,
    ) -> Result<(), WorkspaceError> {
        workspaces::set_column(write.conn(), &self.id, column, value, &self.now).await?;
        self.changed.insert(name.to_owned(), shown);
        Ok(())
    }

    async fn text(
        &mut self,
        write: &mut Write,
        column: Column,
        name: &str,
        new: Option<String>,
        old: Option<&str>,
    ) -> Result<(), WorkspaceError> {
        match new {
            Some(text) if Some(text.as_str()) != old => {
                let shown = json!(text);
                self.value(write, column, name, text.into(), shown).await
            }
            _ => Ok(()),
        }
    }

    async fn number(
        &mut self,
        write: &mut Write,
        column: Column,
        name: &str,
        new: Option<i64>,
    ) -> Result<(), WorkspaceError> {
        match new {
            Some(number) => {
                self.value(write, column, name, number.into(), json!(number))
                    .await
            }
            None => Ok(()),
        }
    }
}
