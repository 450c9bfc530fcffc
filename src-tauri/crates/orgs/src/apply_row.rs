//! A row that is there already: fields, parent, place, files and tier brought to what the plan decided.

use crate::{
    OrgsError,
    consent::Consent,
    made::{self, Held, Material},
    places::Places,
};
use org_template::{Action, Placed, Role, Step};
use serde_json::{Map, Value, json};
use store::{
    NewEvent, WorkspaceRow, Write,
    rows::{
        layouts,
        workspaces::{self, Column, ColumnValue},
    },
};
use wire::kind;

/// What is known about one existing row.
pub(crate) struct Existing<'a> {
    pub row: &'a WorkspaceRow,
    pub role: &'a Role,
    pub step: &'a Step,
    pub slot: Placed,
    /// Row of the parent in the files.
    pub parent: Option<String>,
    pub material: &'a Material,
    pub held: &'a Held,
    pub consent: &'a Consent,
    pub org_id: Option<&'a str>,
    pub additive: bool,
    pub prompts_changed: bool,
}

/// Columns by the names the plan uses. Changes of the second kind are only seen by a new container.
const COLUMNS: [(&str, Column, bool); 10] = [
    ("name", Column::Name, false),
    ("role", Column::Role, false),
    ("max_concurrent_tasks", Column::MaxConcurrentTasks, false),
    ("runtime", Column::Runtime, true),
    ("tier", Column::Tier, true),
    ("model", Column::Model, true),
    ("workspace_dir", Column::WorkspaceDir, true),
    ("workspace_access", Column::WorkspaceAccess, true),
    ("files_dir", Column::FilesDir, true),
    ("persona", Column::Persona, true),
];

/// Brings the row to what the plan says; true when anything changed.
pub(crate) async fn apply(
    write: &mut Write,
    places: &mut Places,
    it: Existing<'_>,
) -> Result<bool, OrgsError> {
    let (row, now) = (it.row, write.stamp());
    let mut changed = Map::new();
    let mut reasons: Vec<&str> = Vec::new();
    if !it.additive {
        adopt(write, &it, &now).await?;
        for field in &it.step.fields {
            if let Some((_, column, restart)) =
                COLUMNS.iter().find(|(name, ..)| *name == field.name)
            {
                workspaces::set_column(
                    write.conn(),
                    &row.id,
                    *column,
                    column_value(&field.to),
                    &now,
                )
                .await?;
                if *restart {
                    reasons.push(&field.name);
                }
            }
            if field.name == "url" && it.role.external {
                workspaces::set_column(
                    write.conn(),
                    &row.id,
                    Column::Url,
                    column_value(&field.to),
                    &now,
                )
                .await?;
            }
            if !matches!(field.name.as_str(), "parent" | "canvas") {
                changed.insert(field.name.clone(), field.to.clone());
            }
        }
        let moved = it.material.template_dir != row.template_dir;
        if moved || it.material.base_dir != row.base_dir {
            for (column, dir) in [
                (Column::TemplateDir, &it.material.template_dir),
                (Column::BaseDir, &it.material.base_dir),
            ] {
                workspaces::set_column(write.conn(), &row.id, column, dir.clone(), &now).await?;
            }
            if !reasons.contains(&"files_dir") {
                reasons.push("files_dir");
            }
            changed
                .entry("files_dir")
                .or_insert_with(|| json!(it.role.files_dir));
        }
    }
    if files_changed(write, &it).await? && changed.is_empty() {
        if it.prompts_changed {
            changed.insert("prompts".into(), json!(it.consent.prompts()));
        } else {
            changed.insert("config".into(), json!(made::CONFIG));
        }
    }
    let told = !changed.is_empty();
    if told {
        updated(write, row, changed, &reasons).await?;
    }
    let moved = !it.additive && moved(write, places, &it).await?;
    Ok(told || moved)
}

/// Ties a row that was found by its place to its role.
async fn adopt(write: &mut Write, it: &Existing<'_>, now: &str) -> Result<(), OrgsError> {
    let Some(org_id) = it.org_id else {
        return Ok(());
    };
    if it.row.org_id.as_deref() != Some(org_id) {
        workspaces::set_column(write.conn(), &it.row.id, Column::OrgId, org_id, now).await?;
    }
    if it.row.import_key.as_deref() != Some(&it.role.key) {
        workspaces::set_column(
            write.conn(),
            &it.row.id,
            Column::ImportKey,
            it.role.key.as_str(),
            now,
        )
        .await?;
    }
    Ok(())
}

fn column_value(value: &Value) -> ColumnValue {
    match value {
        Value::String(text) if text.is_empty() => ColumnValue::Null,
        Value::String(text) => ColumnValue::Text(text.clone()),
        Value::Number(number) => number.as_i64().map_or(ColumnValue::Null, ColumnValue::Int),
        Value::Bool(yes) => ColumnValue::Int(i64::from(*yes)),
        _ => ColumnValue::Null,
    }
}

/// Writes the made files again: from the files of the org, but with the values the row keeps. Says whether any of them
/// is different now.
async fn files_changed(write: &mut Write, it: &Existing<'_>) -> Result<bool, OrgsError> {
    let mut role = it.role.clone();
    overlay(&mut role, it);
    it.consent.cut(&mut role);
    let mut any = false;
    for (path, content) in made::files(&role, it.material) {
        any |= it
            .held
            .put(write, &it.row.id, path, content.as_deref())
            .await?;
    }
    Ok(any)
}

/// Values that were changed on the canvas only stay in force in the generated config too.
fn overlay(role: &mut Role, it: &Existing<'_>) {
    let taken = |name: &str| !it.additive && it.step.fields.iter().any(|field| field.name == name);
    let row = it.row;
    if !taken("name") {
        role.name.clone_from(&row.name);
    }
    if !taken("role") {
        role.role.clone_from(&row.role);
    }
    if !taken("tier") {
        role.tier = row.tier;
    }
    if !taken("runtime") {
        role.runtime.clone_from(&row.runtime);
    }
    if !taken("model") {
        match &row.model {
            Some(model) => role.model.clone_from(model),
            None if role.model_explicit => {
                let fallback = if role.runtime == "claude-code" {
                    "sonnet"
                } else {
                    "anthropic:claude-opus-4-7"
                };
                fallback.clone_into(&mut role.model);
            }
            None => {}
        }
    }
}

/// Parent and place, with everything below; true when something moved.
async fn moved(
    write: &mut Write,
    places: &mut Places,
    it: &Existing<'_>,
) -> Result<bool, OrgsError> {
    let row = it.row;
    let now = write.stamp();
    let reparented = it.step.action == Action::Move;
    let canvas = it
        .step
        .fields
        .iter()
        .find(|field| field.name == "canvas")
        .map(|field| &field.to);
    let given = canvas.and_then(|at| Some((at["x"].as_f64()?, at["y"].as_f64()?)));
    let at = match (&it.parent, given) {
        (Some(parent), _) if reparented => {
            let (x, y) = places.at(parent);
            Some((x + it.slot.rel_x, y + it.slot.rel_y))
        }
        (None, Some(at)) => Some(at),
        _ => None,
    };
    if !reparented && at.is_none() {
        return Ok(false);
    }
    if reparented {
        workspaces::set_column(
            write.conn(),
            &row.id,
            Column::ParentId,
            it.parent.clone(),
            &now,
        )
        .await?;
        places.reparent(&row.id, it.parent.clone());
    }
    if let Some(at) = at {
        let (below, dx, dy) = places.shift_to(&row.id, at);
        layouts::place(write.conn(), &row.id, at.0, at.1).await?;
        layouts::shift(write.conn(), &below, dx, dy).await?;
    }
    let (x, y) = places.at(&row.id);
    let parent = if reparented {
        &it.parent
    } else {
        &row.parent_id
    };
    let payload = json!({"new_parent_id": parent, "old_parent_id": row.parent_id, "x": x, "y": y});
    write
        .event(NewEvent::about(&row.id, kind::WORKSPACE_MOVED, payload))
        .await?;
    Ok(true)
}

/// Tells a change, and marks an agent whose container was made before it.
async fn updated(
    write: &mut Write,
    row: &WorkspaceRow,
    changed: Map<String, Value>,
    reasons: &[&str],
) -> Result<(), OrgsError> {
    let restart = !reasons.is_empty() && row.has_container() && row.container_id.is_some();
    if restart {
        let now = write.stamp();
        workspaces::set_column(write.conn(), &row.id, Column::NeedsRestart, true, &now).await?;
    }
    let names: Vec<&String> = changed.keys().collect();
    let mut payload =
        json!({"changed": names, "needs_restart": restart, "reasons": reasons, "source": "import"});
    if let Value::Object(payload) = &mut payload {
        for (name, value) in changed {
            payload.entry(name).or_insert(value);
        }
    }
    write
        .event(NewEvent::about(&row.id, kind::WORKSPACE_UPDATED, payload))
        .await?;
    Ok(())
}

/// Tells that schedules or channels of a role that is there changed; no agent restarts for it.
pub(crate) async fn automation_changed(
    write: &mut Write,
    row: &WorkspaceRow,
    names: &[&str],
) -> Result<(), OrgsError> {
    let payload =
        json!({"changed": names, "needs_restart": false, "reasons": [], "source": "import"});
    write
        .event(NewEvent::about(&row.id, kind::WORKSPACE_UPDATED, payload))
        .await?;
    Ok(())
}

/// Grants a tier.
pub(crate) async fn granted(
    write: &mut Write,
    row: &WorkspaceRow,
    tier: i64,
) -> Result<(), OrgsError> {
    let now = write.stamp();
    workspaces::set_column(write.conn(), &row.id, Column::TierGranted, tier, &now).await?;
    let effective = |granted: i64| row.tier.min(granted.max(1));
    let reasons: &[&str] = if effective(tier) == effective(row.tier_granted) {
        &[]
    } else {
        &["tier_granted"]
    };
    let mut changed = Map::from_iter([("tier_granted".to_owned(), json!(tier))]);
    // The note that too little is granted would contradict what was just said.
    let noted = row.status_code.as_deref() == Some("tier_not_granted");
    if noted && row.tier <= tier {
        workspaces::set_status(write.conn(), &row.id, &[row.status], row.status, None, &now)
            .await?;
        changed.insert("status_reason".to_owned(), Value::Null);
    }
    updated(write, row, changed, reasons).await
}

/// Tells which secrets of a workspace changed; an agent that runs restarts by itself to see them.
pub(crate) async fn secrets_changed(
    write: &mut Write,
    row: &WorkspaceRow,
    keys: Vec<String>,
) -> Result<(), OrgsError> {
    let restarts = ::workspaces::secrets::restarts(write, vec![row.clone()]).await?;
    let payload = json!({"action": "set", "keys": keys, "restarts": restarts});
    write
        .event(NewEvent::about(&row.id, kind::SECRETS_CHANGED, payload))
        .await?;
    Ok(())
}
