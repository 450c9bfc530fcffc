//! What changes make of an org, by a model that shares nothing with the code under test.

use super::generator::*;
use org_template::write_back::{Change, Parent};
use org_template::{Effective, Env, Files, Limits, effective, load_from};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A change as it is drawn, before it is known which roles there are.
#[derive(Debug, Clone)]
pub(super) enum Draw {
    Set(usize, usize, Value, bool),
    Move(usize, usize),
    Remove(usize),
    Add(usize, String),
}

pub(super) fn draw() -> impl Strategy<Value = Draw> {
    let set = (0..FIELDS.len() + 1).prop_flat_map(|field| {
        let name = if field == FIELDS.len() {
            "name"
        } else {
            FIELDS[field]
        };
        (
            any::<usize>(),
            Just(field),
            value(name),
            proptest::bool::weighted(0.15),
        )
    });
    prop_oneof![
        6 => set.prop_map(|(role, field, value, unset)| Draw::Set(role, field, value, unset)),
        3 => (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Draw::Move(a, b)),
        1 => any::<usize>().prop_map(Draw::Remove),
        2 => (any::<usize>(), NAMES).prop_map(|(a, name)| Draw::Add(a, name)),
    ]
}

/// The org as the model has it: values and parent by key, and the order of what is below each.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    pub(super) values: HashMap<String, BTreeMap<String, Value>>,
    pub(super) below: HashMap<Option<String>, Vec<String>>,
}

impl Model {
    /// Keys are files' keys, so roles are told apart by their folder, which no change touches; new ones by their name.
    pub(super) fn of(org: &Effective) -> Self {
        let (mut values, mut below) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        let id = Self::id_of(org);
        for role in &org.roles {
            let id = id(&role.key);
            let kept = [
                "name",
                "role",
                "model",
                "tier",
                "initial_prompt",
                "max_concurrent_tasks",
                "runtime",
                "idle_prompt",
                "plugins",
                "schedules",
                "files_dir",
            ];
            let fields = role
                .fields
                .iter()
                .filter(|(f, _)| kept.contains(&f.as_str()));
            // Of a new role only what it was given is known.
            let fields = fields.filter(|(f, _)| {
                role.files_dir.is_some() || matches!(f.as_str(), "name" | "role" | "model" | "tier")
            });
            values.insert(
                id.clone(),
                fields.map(|(f, v)| (f.clone(), v.value.clone())).collect(),
            );
            below
                .entry(role.parent_key.as_deref().map(Self::id_of(org)))
                .or_default()
                .push(id);
        }
        Self { values, below }
    }

    pub(super) fn id_of(org: &Effective) -> impl Fn(&str) -> String + '_ {
        |key: &str| {
            let role = org.roles.iter().find(|r| r.key == key).unwrap();
            role.files_dir
                .clone()
                .map_or_else(|| format!("new {}", role.name), |d| format!("{d} {key}"))
        }
    }

    pub(super) fn parent(&self, id: &str) -> Option<String> {
        self.below
            .iter()
            .find(|(_, list)| list.iter().any(|n| n == id))
            .and_then(|(p, _)| p.clone())
    }

    pub(super) fn is_below(&self, id: &str, top: &str) -> bool {
        let mut at = Some(id.to_owned());
        while let Some(one) = at {
            if one == top {
                return true;
            }
            at = self.parent(&one);
        }
        false
    }

    pub(super) fn take(&mut self, id: &str) {
        self.below
            .values_mut()
            .for_each(|list| list.retain(|n| n != id));
        self.below.retain(|_, list| !list.is_empty());
    }

    pub(super) fn drop(&mut self, id: &str) {
        self.take(id);
        for child in self
            .below
            .get(&Some(id.to_owned()))
            .cloned()
            .unwrap_or_default()
        {
            self.drop(&child);
        }
        self.values.remove(id);
    }
}

pub(super) fn read(files: &dyn Files) -> Effective {
    let org = load_from(files, &Limits::default()).unwrap_or_else(|e| panic!("{e}"));
    effective(&org, &Env::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// Draws to changes that make sense for this org, and what they make of the model.
pub(super) fn changes(org: &Effective, draws: &[Draw], model: &mut Model) -> Vec<Change> {
    let mut out = Vec::new();
    let mut touched = BTreeSet::new();
    let mut names: BTreeSet<String> = org.roles.iter().map(|r| r.name.clone()).collect();
    // Moves and removals of one call see the same tree, so each role takes part in one of them.
    let mut fixed: BTreeSet<String> = BTreeSet::new();
    let id = Model::id_of(org);
    for (n, draw) in draws.iter().enumerate() {
        let pick = |at: &usize| &org.roles[at % org.roles.len()];
        match draw {
            Draw::Set(at, field, value, unset) => {
                let role = pick(at);
                let id = id(&role.key);
                let field = if *field == FIELDS.len() {
                    "name"
                } else {
                    FIELDS[*field]
                };
                if !model.values.contains_key(&id) || !touched.insert((role.key.clone(), field)) {
                    continue;
                }
                let value = match field {
                    "name" => {
                        let mut name = value.as_str().unwrap().to_owned();
                        while !names.insert(name.clone()) {
                            name.push_str(&n.to_string());
                        }
                        name.into()
                    }
                    "role" | "initial_prompt" | "model" if *unset => Value::Null,
                    "initial_prompt" if value.as_str().unwrap().trim().is_empty() => continue,
                    _ => value.clone(),
                };
                model
                    .values
                    .get_mut(&id)
                    .unwrap()
                    .insert(field.to_owned(), value.clone());
                out.push(Change::Set {
                    key: role.key.clone(),
                    field: field.to_owned(),
                    value,
                });
            }
            Draw::Move(at, to) => {
                let role = pick(at);
                let target = if to % 5 == 0 { None } else { Some(pick(to)) };
                let (id, goal) = (id(&role.key), target.map(|t| Model::id_of(org)(&t.key)));
                let gone = |one: &String| !model.values.contains_key(one);
                let wrong = gone(&id)
                    || goal
                        .as_ref()
                        .is_some_and(|g| gone(g) || model.is_below(g, &id))
                    || model.parent(&id) == goal
                    || role.key.contains('@')
                    || !fixed.insert(id.clone());
                if wrong {
                    continue;
                }
                model.take(&id);
                model.below.entry(goal).or_default().push(id);
                let parent = target.map_or(Parent::Root, |t| Parent::Role(t.key.clone()));
                out.push(Change::Move {
                    key: role.key.clone(),
                    parent,
                });
            }
            Draw::Remove(at) => {
                let role = pick(at);
                let id = id(&role.key);
                let top = model.below.get(&None).map_or(0, Vec::len);
                let busy = model.values.keys().any(|other| {
                    model.is_below(other, &id)
                        && (fixed.contains(other)
                            || other.contains('@')
                            || other.starts_with("new ")
                            || touched.iter().any(|(k, _)| Model::id_of(org)(k) == *other))
                });
                if !model.values.contains_key(&id) || busy || top < 2 || !fixed.insert(id.clone()) {
                    continue;
                }
                model.drop(&id);
                out.push(Change::Remove {
                    key: role.key.clone(),
                });
            }
            Draw::Add(at, name) => {
                let target = if at % 4 == 0 { None } else { Some(pick(at)) };
                let goal = target.map(|t| Model::id_of(org)(&t.key));
                if goal.as_ref().is_some_and(|g| !model.values.contains_key(g)) {
                    continue;
                }
                let mut name = name.clone();
                while !names.insert(name.clone()) {
                    name.push_str(&n.to_string());
                }
                let id = format!("new {name}");
                model.below.entry(goal).or_default().push(id.clone());
                let role = json!({"name": name, "tier": 3, "model": "m", "role": "a\nb"});
                let values = role.as_object().unwrap().clone().into_iter().collect();
                model.values.insert(id, values);
                let parent = target.map_or(Parent::Root, |t| Parent::Role(t.key.clone()));
                let values = role.as_object().unwrap().clone().into_iter().collect();
                out.push(Change::Add {
                    handle: format!("h{n}"),
                    parent,
                    values,
                });
            }
        }
    }
    out
}
