//! What the canvas says and the files do not, as changes of the files.

use super::edits::shown;
use crate::{rows::Beside, schedules::said_of};
use org_template::{
    Effective, Plan,
    write_back::{Change, Parent, Refusal},
};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use store::WorkspaceRow;
use wire::{SaveChange, SaveEdit};

/// Changes of one save.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// For the files.
    pub list: Vec<Change>,
    /// For people.
    pub told: Vec<SaveChange>,
    /// Ids of workspaces that the files do not have yet; they are the handles of their changes.
    pub created: Vec<String>,
}

impl Changes {
    /// Those of a plan without conflicts, and of a person.
    pub fn of(
        plan: &Plan,
        (rows, beside): (&[&WorkspaceRow], &Beside),
        files: &Effective,
        edits: &[SaveEdit],
    ) -> Self {
        let mut out = Self::default();
        let created: HashSet<&str> = unsaved(plan, "created")
            .filter_map(|u| u.id.as_deref())
            .collect();
        let removed: HashSet<&str> = unsaved(plan, "removed")
            .filter_map(|u| u.key.as_deref())
            .collect();
        // Keys of the files by row: a row may still carry an older one.
        let keys: HashMap<&str, &str> = plan
            .steps
            .iter()
            .filter_map(|step| Some((step.id.as_deref()?, step.key.as_str())))
            .collect();
        let parents: HashMap<&str, Option<&str>> = files
            .roles
            .iter()
            .map(|r| (r.key.as_str(), r.parent_key.as_deref()))
            .collect();
        let place = |id: Option<&str>| match id {
            None => Parent::Root,
            Some(id) if created.contains(id) => Parent::Added(id.to_owned()),
            Some(id) => keys
                .get(id)
                .map_or(Parent::Root, |key| Parent::Role((*key).to_owned())),
        };
        for row in in_order(rows, &created) {
            out.created.push(row.id.clone());
            out.list.push(Change::Add {
                handle: row.id.clone(),
                parent: place(row.parent_id.as_deref()),
                values: values(row, beside),
            });
            out.tell(
                &row.id,
                &row.name,
                "created",
                &Value::Null,
                &json!(row.name),
            );
        }
        for one in &plan.unsaved {
            let Some(key) = one.key.as_deref().filter(|_| one.field != "created") else {
                continue;
            };
            match one.field.as_str() {
                "removed" => {
                    // It goes with its parent.
                    if parents
                        .get(key)
                        .copied()
                        .flatten()
                        .is_some_and(|p| removed.contains(p))
                    {
                        continue;
                    }
                    out.list.push(Change::Remove {
                        key: key.to_owned(),
                    });
                }
                "parent" => {
                    let row = one
                        .id
                        .as_deref()
                        .and_then(|id| rows.iter().find(|r| r.id == id));
                    let parent = place(row.and_then(|row| row.parent_id.as_deref()));
                    out.list.push(Change::Move {
                        key: key.to_owned(),
                        parent,
                    });
                }
                field => out.list.push(Change::Set {
                    key: key.to_owned(),
                    field: field.to_owned(),
                    value: one.canvas.clone(),
                }),
            }
            out.tell(key, &one.role, &one.field, &one.files, &one.canvas);
        }
        for edit in edits {
            let role = files.roles.iter().find(|role| role.key == edit.key);
            let now = role
                .and_then(|role| role.fields.get(&edit.field))
                .map(|f| f.value.clone());
            let name = role.map(|role| role.name.clone()).unwrap_or_default();
            out.list.push(Change::Set {
                key: edit.key.clone(),
                field: edit.field.clone(),
                value: edit.value.clone(),
            });
            out.tell(
                &edit.key,
                &name,
                &edit.field,
                &now.unwrap_or_default(),
                &shown(edit),
            );
        }
        out
    }

    /// Leaves out what only another repository could hold, so that it does not keep everything else from being saved.
    /// Says whether it did: not when an edit that was asked for is among it, nor when nothing would be left.
    pub fn leave(&mut self, refused: &[Refusal], asked: &[SaveEdit]) -> bool {
        let among = |key: &str, field: &str| {
            let mut places = refused.iter();
            places.any(|one| one.key == key && one.field == field)
        };
        let goes = |change: &Change| {
            let (key, field) = change.place();
            among(key, field)
        };
        let elsewhere = refused.iter().all(|one| one.origin.is_some());
        let asked = asked.iter().any(|edit| among(&edit.key, &edit.field));
        if !elsewhere || asked || self.list.iter().all(goes) {
            return false;
        }
        self.list.retain(|change| !goes(change));
        self.told.retain(|one| !among(&one.key, &one.field));
        true
    }

    fn tell(&mut self, key: &str, role: &str, field: &str, files: &Value, canvas: &Value) {
        self.told.push(SaveChange {
            key: key.to_owned(),
            role: role.to_owned(),
            field: field.to_owned(),
            files: files.clone(),
            canvas: canvas.clone(),
        });
    }
}

fn unsaved<'p>(
    plan: &'p Plan,
    field: &'static str,
) -> impl Iterator<Item = &'p org_template::Unsaved> {
    plan.unsaved.iter().filter(move |u| u.field == field)
}

/// New rows, parents before children, otherwise as they were made.
fn in_order<'r>(rows: &[&'r WorkspaceRow], created: &HashSet<&str>) -> Vec<&'r WorkspaceRow> {
    let mut left: Vec<&WorkspaceRow> = rows
        .iter()
        .copied()
        .filter(|row| created.contains(row.id.as_str()))
        .collect();
    left.sort_by(|a, b| (&a.created_at, &a.id).cmp(&(&b.created_at, &b.id)));
    let mut out: Vec<&WorkspaceRow> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |row: &WorkspaceRow, left: &[&WorkspaceRow]| {
            left.iter()
                .any(|other| row.parent_id.as_deref() == Some(&other.id))
        };
        let at = (0..left.len())
            .find(|at| !waits(left[*at], &left))
            .unwrap_or(0);
        out.push(left.remove(at));
    }
    out
}

fn values(row: &WorkspaceRow, beside: &Beside) -> Vec<(String, Value)> {
    let external = row.runtime == "external";
    let mut values = vec![
        ("name", json!(row.name)),
        ("role", json!(row.role)),
        ("tier", json!(row.tier)),
        ("model", json!(row.model)),
        ("files_dir", json!(row.files_dir)),
        ("workspace_dir", json!(row.workspace_dir)),
        ("workspace_access", json!(row.workspace_access.as_str())),
        ("max_concurrent_tasks", json!(row.max_concurrent_tasks)),
    ];
    if external {
        values.push(("external", json!(true)));
        values.push(("url", json!(row.url)));
    } else {
        values.insert(2, ("runtime", json!(row.runtime)));
    }
    values.push(("plugins", beside.plugins.all_of(&row.id)));
    if let Some(rows) = beside.schedules.get(&row.id) {
        values.push(("schedules", said_of(rows)));
    }
    values
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value))
        .collect()
}
