//! Rows of the database as the plan compares them, and the base as it is stored (design law 2).

use crate::{
    plugins_canvas::PluginsHere,
    schedules::{ByWorkspace, by_workspace, said_on_canvas},
};
use org_template::{BaseRole, CurrentRow, FieldValue, Span};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{
    Store, StoreError, WorkspaceRow, Write,
    rows::{orgs::BaseRow, plugins, schedules, wanted_plugins},
};
use wire::Status;

/// What other tables say about workspaces: part of the canvas's version of a role too.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Schedules of every workspace.
    pub schedules: ByWorkspace,
    /// Plugins of every workspace.
    pub plugins: PluginsHere,
}

impl Beside {
    /// As it is now.
    pub async fn read(store: &Store) -> Result<Self, StoreError> {
        Ok(Self {
            schedules: by_workspace(schedules::all(store.read()).await?),
            plugins: PluginsHere::of(
                plugins::sources(store.read()).await?,
                wanted_plugins::all(store.read()).await?,
            ),
        })
    }

    /// As it is inside this write.
    pub async fn read_in(write: &mut Write) -> Result<Self, StoreError> {
        Ok(Self {
            schedules: by_workspace(schedules::all(write.conn()).await?),
            plugins: PluginsHere::of(
                plugins::sources(write.conn()).await?,
                wanted_plugins::all(write.conn()).await?,
            ),
        })
    }
}

/// Rows that belong to an org: its own, removed ones included, and what was made below them on the canvas. Without an
/// org (inline templates): rows that belong to none.
pub(crate) fn in_scope<'r>(all: &'r [WorkspaceRow], org_id: Option<&str>) -> Vec<&'r WorkspaceRow> {
    let Some(org_id) = org_id else {
        return all.iter().filter(|row| row.org_id.is_none()).collect();
    };
    let mut inside: HashSet<&str> = HashSet::new();
    let mut children: HashMap<&str, Vec<&WorkspaceRow>> = HashMap::new();
    let mut stack: Vec<&WorkspaceRow> = Vec::new();
    for row in all {
        if row.org_id.as_deref() == Some(org_id) {
            inside.insert(&row.id);
            stack.push(row);
        }
        if let Some(parent) = row.parent_id.as_deref() {
            children.entry(parent).or_default().push(row);
        }
    }
    while let Some(row) = stack.pop() {
        for child in children.get(row.id.as_str()).into_iter().flatten() {
            // Roles of another org that were dragged here stay that org's.
            let ours = child.org_id.is_none() && child.status != Status::Removed;
            if ours && inside.insert(&child.id) {
                stack.push(child);
            }
        }
    }
    all.iter()
        .filter(|row| inside.contains(row.id.as_str()))
        .collect()
}

/// The same rows for the plan.
pub(crate) fn current(
    rows: &[&WorkspaceRow],
    base: &[BaseRole],
    beside: &Beside,
) -> Vec<CurrentRow> {
    let keys: HashMap<&str, &str> = rows
        .iter()
        .filter_map(|row| Some((row.id.as_str(), row.import_key.as_deref()?)))
        .collect();
    let base: HashMap<&str, &BaseRole> =
        base.iter().map(|role| (role.key.as_str(), role)).collect();
    rows.iter()
        .map(|row| {
            let known = row
                .import_key
                .as_deref()
                .and_then(|key| base.get(key).copied());
            CurrentRow {
                key: row.import_key.clone(),
                id: row.id.clone(),
                parent_id: row.parent_id.clone(),
                parent_key: row
                    .parent_id
                    .as_deref()
                    .and_then(|id| keys.get(id))
                    .map(|key| (*key).to_owned()),
                name: row.name.clone(),
                fields: kept(row, known, beside),
                removed: row.status == Status::Removed,
            }
        })
        .collect()
}

/// Note on where an import put a root for which the place in the files was not free.
pub(crate) const PLACED: &str = "canvas:placed";

/// File-owned values that a row keeps. The dial address is not among them: agents set it themselves.
fn kept(row: &WorkspaceRow, base: Option<&BaseRole>, beside: &Beside) -> BTreeMap<String, Value> {
    let mut fields = BTreeMap::from([
        ("role".to_owned(), json!(row.role)),
        ("runtime".to_owned(), json!(row.runtime)),
        ("tier".to_owned(), json!(row.tier)),
        ("model".to_owned(), json!(row.model)),
        ("workspace_dir".to_owned(), json!(row.workspace_dir)),
        (
            "workspace_access".to_owned(),
            json!(row.workspace_access.as_str()),
        ),
        (
            "max_concurrent_tasks".to_owned(),
            json!(row.max_concurrent_tasks),
        ),
        ("files_dir".to_owned(), json!(row.files_dir)),
        ("persona".to_owned(), json!(row.persona)),
    ]);
    // A place counts only where the files gave one; everything else was placed by the import itself.
    let given = base
        .and_then(|base| base.fields.get("canvas"))
        .is_some_and(|at| !at.value.is_null());
    if given && row.parent_id.is_none() && row.placed {
        let now = json!({"x": row.x, "y": row.y});
        let said = |name: &str| Some(&base?.fields.get(name)?.value);
        let at = match (said(PLACED), said("canvas")) {
            // It stands where the import put it to be clear of another org: nobody moved it.
            (Some(placed), Some(given)) if *placed == now => given.clone(),
            _ => now,
        };
        fields.insert("canvas".to_owned(), at);
    }
    // Without a base nobody knows which of them the files made, so the files are asked alone.
    if let Some(base) = base.and_then(|base| base.fields.get("schedules")) {
        let rows = beside.schedules.get(&row.id);
        let rows = rows.map(Vec::as_slice).unwrap_or_default();
        fields.insert("schedules".to_owned(), said_on_canvas(rows, &base.value));
    }
    if let Some(base) = base.and_then(|base| base.fields.get("plugins")) {
        let said = beside.plugins.said(&row.id, &base.value);
        fields.insert("plugins".to_owned(), said);
    }
    fields
}

/// The stored base, by role.
pub(crate) fn base_roles(rows: &[BaseRow]) -> Vec<BaseRole> {
    let mut roles: BTreeMap<&str, BTreeMap<String, FieldValue>> = BTreeMap::new();
    for row in rows {
        let line = row
            .line
            .and_then(|line| u32::try_from(line).ok())
            .unwrap_or(0);
        let span = Span {
            line,
            column: u32::from(line > 0),
            ..Span::nowhere(row.file.as_deref().unwrap_or_default())
        };
        let value = serde_json::from_str(&row.value).unwrap_or(Value::Null);
        roles
            .entry(&row.key)
            .or_default()
            .insert(row.field.clone(), FieldValue { value, span });
    }
    roles
        .into_iter()
        .map(|(key, fields)| BaseRole {
            key: key.to_owned(),
            fields,
        })
        .collect()
}

/// The base as it is stored.
pub(crate) fn base_rows(roles: &[BaseRole]) -> Vec<BaseRow> {
    let mut rows: Vec<BaseRow> = roles
        .iter()
        .flat_map(|role| {
            role.fields.iter().map(|(field, value)| BaseRow {
                key: role.key.clone(),
                field: field.clone(),
                value: value.value.to_string(),
                file: Some(value.span.file.to_string()).filter(|file| !file.is_empty()),
                line: Some(i64::from(value.span.line)).filter(|line| *line > 0),
            })
        })
        .collect();
    rows.sort_by(|a, b| (&a.key, &a.field).cmp(&(&b.key, &b.field)));
    rows
}

/// What this crate adds to the next base of a plan: its own notes beside the files' fields (digests of secrets), and,
/// after an additive import, roles that the files no longer name. Those are still there, so that a later sync proposes
/// their removal.
pub(crate) fn complete(next: &mut Vec<BaseRole>, old: &[BaseRole], additive: bool) {
    let by_key: HashMap<&str, &BaseRole> =
        old.iter().map(|role| (role.key.as_str(), role)).collect();
    for role in next.iter_mut() {
        let Some(before) = by_key.get(role.key.as_str()) else {
            continue;
        };
        for (name, note) in before.fields.iter().filter(|(name, _)| name.contains(':')) {
            role.fields
                .entry(name.clone())
                .or_insert_with(|| note.clone());
        }
    }
    if additive {
        let said: HashSet<String> = next.iter().map(|role| role.key.clone()).collect();
        next.extend(old.iter().filter(|role| !said.contains(&role.key)).cloned());
    }
}
