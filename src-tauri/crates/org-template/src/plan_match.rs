//! Which row belongs to which role, and what both say.

use crate::plan_types::{BaseRole, CurrentRow, PlanInput};
use crate::role::Role;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// Roles of the files tied to rows and base.
pub(crate) struct Matched<'a> {
    /// Row of every role, in the order of the roles.
    pub rows: Vec<Option<&'a CurrentRow>>,
    /// Base of every role.
    pub bases: Vec<Option<&'a BaseRole>>,
    /// Ids of rows that belong to a role.
    pub taken: HashSet<&'a str>,
    /// Rows by id.
    pub by_id: HashMap<&'a str, &'a CurrentRow>,
    /// Role key by row id.
    key_of: HashMap<&'a str, &'a str>,
    /// Keys of rows whose role has another key now: old to new.
    rekeyed: HashMap<&'a str, &'a str>,
}

impl<'a> Matched<'a> {
    pub fn new(input: &PlanInput<'a>) -> Self {
        let current = input.current;
        let alive = current.iter().any(|r| !r.removed && r.key.is_some());
        let bases = if alive { input.base } else { &[] };
        let base: HashMap<&str, &BaseRole> = bases.iter().map(|b| (b.key.as_str(), b)).collect();
        let mut by_key: HashMap<&str, Vec<&CurrentRow>> = HashMap::with_capacity(current.len());
        for row in current {
            if let Some(key) = row.key.as_deref() {
                by_key.entry(key).or_default().push(row);
            }
        }
        let wanted: HashSet<&str> = input.files.roles.iter().map(|r| r.key.as_str()).collect();
        // Rows without a key, or with one that the files no longer use, may be found by place: keys change when a
        // folder gets a second user.
        let by_place: HashMap<(Option<&str>, &str), &CurrentRow> = current
            .iter()
            .filter(|r| !r.removed && r.key.as_deref().is_none_or(|key| !wanted.contains(key)))
            .map(|r| ((r.parent_id.as_deref(), r.name.as_str()), r))
            .collect();
        let mut out = Self {
            rows: Vec::with_capacity(wanted.len()),
            bases: Vec::with_capacity(wanted.len()),
            taken: HashSet::new(),
            by_id: current.iter().map(|r| (r.id.as_str(), r)).collect(),
            key_of: HashMap::new(),
            rekeyed: HashMap::new(),
        };
        for role in &input.files.roles {
            let parent = role.parent_index.and_then(|p| out.rows.get(p).copied());
            let by_place = || match parent {
                Some(None) => None,
                place => by_place
                    .get(&(place.flatten().map(|r| r.id.as_str()), role.name.as_str()))
                    .copied(),
            };
            let row = by_key
                .get(role.key.as_str())
                .and_then(|rows| best(rows, parent))
                .or_else(by_place);
            let row = row.filter(|r| out.taken.insert(r.id.as_str()));
            let known = row.and_then(|r| r.key.as_deref()).unwrap_or(&role.key);
            if let Some(row) = row {
                out.key_of.insert(row.id.as_str(), &role.key);
                if known != role.key {
                    out.rekeyed.insert(known, &role.key);
                }
            }
            out.rows.push(row);
            out.bases.push(
                base.get(known)
                    .or_else(|| base.get(role.key.as_str()))
                    .copied(),
            );
        }
        out
    }

    /// The parent a row has now, as the files would name it: a key, `row:<id>` for a parent that only the canvas
    /// knows, null for a root.
    pub fn parent_now(&self, row: &CurrentRow) -> Value {
        let Some(parent_id) = row.parent_id.as_deref() else {
            return Value::Null;
        };
        if let Some(key) = self.key_of.get(parent_id) {
            return json!(key);
        }
        match &row.parent_key {
            Some(key) => json!(key),
            None => json!(format!("row:{parent_id}")),
        }
    }

    /// What the base says about a field; `None` when it says nothing.
    pub fn base_value(&self, base: Option<&BaseRole>, field: &str) -> Option<Value> {
        let value = base?.fields.get(field)?.value.clone();
        if field == "parent"
            && let Some(new) = value.as_str().and_then(|key| self.rekeyed.get(key))
        {
            return Some(json!(new));
        }
        Some(value)
    }

    /// What the row says about a field; `None` when the database does not keep it.
    pub fn row_value(&self, row: &CurrentRow, field: &str) -> Option<Value> {
        match field {
            "name" => Some(json!(row.name)),
            "parent" => Some(self.parent_now(row)),
            _ => row.fields.get(field).cloned(),
        }
    }
}

/// Which of several rows of one key is the role's: a live one before a removed one, then the one that stands where the
/// files say, then the newest. An additive import of a moved role leaves two.
fn best<'a>(
    rows: &[&'a CurrentRow],
    parent: Option<Option<&CurrentRow>>,
) -> Option<&'a CurrentRow> {
    let wanted = match parent {
        None => Some(None),
        Some(parent) => parent.map(|row| Some(row.id.as_str())),
    };
    rows.iter()
        .copied()
        .enumerate()
        .max_by_key(|(age, row)| {
            let in_place = wanted.is_some_and(|wanted| row.parent_id.as_deref() == wanted);
            (!row.removed, in_place, *age)
        })
        .map(|(_, row)| row)
}

/// Whether the files changed anything about a role since the base.
pub(crate) fn changed_in_files(
    matched: &Matched<'_>,
    role: &Role,
    base: Option<&BaseRole>,
) -> bool {
    role.fields.iter().any(|(name, field)| {
        matched
            .base_value(base, name)
            .is_some_and(|old| !same(&old, &field.value))
    })
}

/// Equal as values: numbers by size, and all ways of saying "nothing" alike, because a database column and a YAML file
/// spell them differently.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let covers = |a: &serde_json::Map<String, Value>,
                          b: &serde_json::Map<String, Value>| {
                a.iter()
                    .all(|(key, value)| same(value, b.get(key).unwrap_or(&Value::Null)))
            };
            covers(a, b) && covers(b, a)
        }
        _ => a == b || (nothing(a) && nothing(b)),
    }
}

fn nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
