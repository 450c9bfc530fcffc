//! The edited text, read again, against what was wanted. Any difference refuses the whole change.

use super::channels::by_kind;
use super::lists::whole_schedule;
use super::sites::Sites;
use super::{Work, WriteBackError};
use crate::effective::Effective;
use crate::keys::keys;
use crate::node::{Data, Node as Tree};
use crate::org::Org;
use crate::plan_match::same;
use crate::role::Role;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A role of the wanted org: one that was there, or a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Site(usize),
    Added(String),
}

/// Who stands below whom.
#[derive(Debug, Default)]
pub(super) struct Shape {
    below: HashMap<Option<Node>, Vec<Node>>,
}

impl Shape {
    pub fn detach(&mut self, node: Node) {
        self.below
            .values_mut()
            .for_each(|list| list.retain(|n| *n != node));
    }

    pub fn attach(&mut self, parent: Option<Node>, node: Node) {
        self.below.entry(parent).or_default().push(node);
    }

    /// Whether a node hangs on the roots.
    pub fn reaches(&self, node: &Node) -> bool {
        self.walk().iter().any(|(_, n)| n == node)
    }

    /// Depth and node, in pre-order.
    pub fn walk(&self) -> Vec<(usize, Node)> {
        let top = |list: Option<&Vec<Node>>, depth: usize| {
            let list = list.into_iter().flatten().rev();
            list.map(|n| (depth, n.clone())).collect::<Vec<_>>()
        };
        let mut stack = top(self.below.get(&None), 0);
        let mut out = Vec::new();
        while let Some((depth, node)) = stack.pop() {
            stack.extend(top(self.below.get(&Some(node.clone())), depth + 1));
            out.push((depth, node));
        }
        out
    }
}

/// Import keys by import key, or by handle.
type Keys = BTreeMap<String, String>;

/// What the org is to be.
#[derive(Debug, Default)]
pub(super) struct Expected {
    pub tree: Shape,
    /// Values of roles by site and field; `None` for one that is not compared.
    fields: HashMap<(usize, String), Option<Value>>,
    /// Keys of mappings that are written.
    touched: HashSet<(usize, String)>,
    defaults: HashSet<String>,
    /// Values of new roles, by handle.
    pub added: HashMap<String, Vec<(String, Value)>>,
    /// Other sites below which a new role appears too.
    pub twins: Vec<(String, usize)>,
}

/// Fields that follow another one.
const FOLLOWS: [(&str, &[&str]); 6] = [
    ("workspace_dir", &["workspace_access"]),
    ("idle_prompt", &["idle_interval_seconds"]),
    ("external", &["runtime", "url"]),
    (
        "files_dir",
        &[
            "persona",
            "initial_prompt",
            "idle_prompt",
            "idle_interval_seconds",
            "schedules",
            "channels",
            "workspace_dir",
            "persona",
        ],
    ),
    ("workspace_access", &["workspace_dir"]),
    ("url", &[]),
];

impl Expected {
    /// The org as it is.
    pub fn of(sites: &Sites<'_>) -> Self {
        let mut out = Self::default();
        for (n, site) in sites.list.iter().enumerate() {
            out.tree.attach(site.parent.map(Node::Site), Node::Site(n));
        }
        out
    }

    pub fn set(&mut self, site: usize, field: &str, value: Option<Value>) {
        self.fields.insert((site, field.to_owned()), value);
    }

    pub fn touch(&mut self, site: usize, key: &str) {
        self.touched.insert((site, key.to_owned()));
    }

    pub fn touch_defaults(&mut self, key: &str) {
        self.defaults.insert(key.to_owned());
    }
}

impl Work<'_> {
    /// Compares, and gives the import keys after by those before, and those of new roles by handle.
    pub(super) fn verify(
        &self,
        (document, before): (&Arc<Tree>, &Effective),
        (org, document_after, after): (&Org, &Arc<Tree>, &Effective),
    ) -> Result<(Keys, Keys), WriteBackError> {
        self.same_outside(document, document_after)?;
        let (was, is) = (roles(document), roles(document_after));
        let wanted = self.expected.tree.walk();
        let keys = keys(org);
        if is.len() != wanted.len() || keys.len() != wanted.len() {
            return Err(differs(format!(
                "the org would have {} roles, not {}",
                is.len(),
                wanted.len()
            )));
        }
        let by_key: HashMap<&str, &Role> =
            after.roles.iter().map(|r| (r.key.as_str(), r)).collect();
        let mut renamed = BTreeMap::new();
        let mut added = BTreeMap::new();
        let mut above: Vec<&str> = Vec::new();
        for (((depth, node), (depth_after, tree)), key) in wanted.iter().zip(&is).zip(&keys) {
            above.truncate(*depth);
            let parent = above.last().copied();
            above.push(key);
            if depth != depth_after {
                return Err(differs(format!("the role {key} would stand elsewhere")));
            }
            let role = by_key.get(key.as_str()).copied();
            match node {
                Node::Site(site) => {
                    renamed.insert(self.sites.list[*site].key.clone(), key.clone());
                    self.same_map(*site, &was[*site].1, tree)?;
                    let old = self.role_of[*site].map(|r| &before.roles[r]);
                    match (old, role) {
                        (Some(old), Some(new)) => self.same_role(*site, old, new, parent)?,
                        (None, None) => {}
                        _ => return Err(differs(format!("{key} would spawn otherwise"))),
                    }
                }
                Node::Added(handle) => {
                    let Some(role) = role else {
                        return Err(differs(format!("the new role {key} would not spawn")));
                    };
                    for (field, value) in self.expected.added.get(handle).into_iter().flatten() {
                        let reads = role
                            .fields
                            .get(field)
                            .is_some_and(|f| same(&f.value, value));
                        let skip = super::shared::nothing(value) || field == "plugins";
                        if !reads && !skip {
                            return Err(differs(format!("{field} of the new role {}", role.name)));
                        }
                    }
                    added.entry(handle.clone()).or_insert_with(|| key.clone());
                }
            }
        }
        Ok((renamed, added))
    }

    /// Everything of the root file but its roles.
    fn same_outside(&self, was: &Tree, is: &Tree) -> Result<(), WriteBackError> {
        let skip = ["workspaces", "roots", "defaults"];
        equal_but("the org", was, is, |key| skip.contains(&key))?;
        if let (Some(was), Some(is)) = (value(was, "defaults"), value(is, "defaults")) {
            equal_but("defaults", was, is, |key| {
                let prompt = key.strip_suffix("_file").unwrap_or(key);
                self.expected.defaults.contains(key) || self.expected.defaults.contains(prompt)
            })?;
        }
        Ok(())
    }

    fn same_map(&self, site: usize, was: &Tree, is: &Tree) -> Result<(), WriteBackError> {
        let name = &self.sites.list[site].name;
        equal_but(name, was, is, |key| {
            key == "children" || self.expected.touched.contains(&(site, key.to_owned()))
        })
    }

    fn same_role(
        &self,
        site: usize,
        old: &Role,
        new: &Role,
        parent: Option<&str>,
    ) -> Result<(), WriteBackError> {
        let loose = |field: &str| {
            let follows = FOLLOWS.iter().filter(|(_, fields)| fields.contains(&field));
            let mut changed = follows.map(|(first, _)| (site, (*first).to_owned()));
            changed.any(|place| self.expected.fields.contains_key(&place))
        };
        let changes = self.expected.fields.keys().any(|(of, _)| *of == site);
        for (field, now) in &new.fields {
            let said = match changes {
                true => self.expected.fields.get(&(site, field.clone())),
                false => None,
            };
            let wanted = match said {
                Some(None) => continue,
                Some(Some(value)) => Cow::Borrowed(value),
                None if field == "parent" => Cow::Owned(json!(parent)),
                // A place counts on roots only, so it comes and goes with the parent.
                None if field == "canvas"
                    && old.parent_key.is_some() != new.parent_key.is_some() =>
                {
                    continue;
                }
                None if changes && loose(field) => continue,
                None => match old.fields.get(field) {
                    Some(was) => Cow::Borrowed(&was.value),
                    None => Cow::Owned(Value::Null),
                },
            };
            // Most values are what they were; only those that differ are worth spelling out.
            if *wanted == now.value {
                continue;
            }
            let equal = match field.as_str() {
                "plugins" => sorted(&wanted) == sorted(&now.value),
                "schedules" => by_name(&wanted) == by_name(&now.value),
                "channels" => by_kind(&wanted) == by_kind(&now.value),
                "max_concurrent_tasks" if wanted.is_null() => now.value == 1,
                // Unsetting gives what the platform takes when nobody says.
                "runtime" | "tier" | "workspace_access" if wanted.is_null() => true,
                _ => same(&wanted, &now.value),
            };
            if !equal {
                return Err(differs(format!("{field} of {}", old.name)));
            }
        }
        Ok(())
    }
}

fn differs(what: String) -> WriteBackError {
    WriteBackError::Differs { what }
}

/// Depth and mapping of every role of an expanded document, in pre-order.
fn roles(document: &Arc<Tree>) -> Vec<(usize, Arc<Tree>)> {
    let list = |map: &Tree, key: &str| match value(map, key).map(|n| &n.data) {
        Some(Data::List(items)) => Some(items.clone()),
        _ => None,
    };
    let roots = list(document, "workspaces")
        .or_else(|| list(document, "roots"))
        .unwrap_or_default();
    let mut stack: Vec<_> = roots.into_iter().rev().map(|n| (0, n)).collect();
    let mut out = Vec::new();
    while let Some((depth, node)) = stack.pop() {
        let below = list(&node, "children").unwrap_or_default();
        stack.extend(below.into_iter().rev().map(|n| (depth + 1, n)));
        out.push((depth, node));
    }
    out
}

fn value<'t>(map: &'t Tree, key: &str) -> Option<&'t Tree> {
    match &map.data {
        Data::Map(entries) => entries
            .iter()
            .find(|e| e.key.value == key)
            .map(|e| &*e.value),
        _ => None,
    }
}

fn equal_but(
    name: &str,
    was: &Tree,
    is: &Tree,
    skip: impl Fn(&str) -> bool,
) -> Result<(), WriteBackError> {
    let (Data::Map(was), Data::Map(is)) = (&was.data, &is.data) else {
        return if equal(was, is) {
            Ok(())
        } else {
            Err(differs(name.to_owned()))
        };
    };
    let map: HashMap<&str, &Tree> = is
        .iter()
        .map(|e| (e.key.value.as_str(), &*e.value))
        .collect();
    for entry in was.iter().filter(|e| !skip(&e.key.value)) {
        if !map
            .get(entry.key.value.as_str())
            .is_some_and(|now| equal(&entry.value, now))
        {
            return Err(differs(format!("{} of {name}", entry.key.value)));
        }
    }
    let kept = |list: &[crate::node::Entry]| list.iter().filter(|e| !skip(&e.key.value)).count();
    if kept(was) == kept(is) {
        Ok(())
    } else {
        Err(differs(format!("the keys of {name}")))
    }
}

/// Equal values, wherever they stand.
fn equal(a: &Tree, b: &Tree) -> bool {
    if std::ptr::eq(a, b) {
        return true;
    }
    a.tag == b.tag
        && match (&a.data, &b.data) {
            (Data::Scalar { text: x, plain: p }, Data::Scalar { text: y, plain: q }) => {
                x == y && p == q
            }
            (Data::List(x), Data::List(y)) => {
                x.len() == y.len() && x.iter().zip(y).all(|(x, y)| equal(x, y))
            }
            (Data::Map(x), Data::Map(y)) => {
                let pairs: HashMap<&str, &Tree> = y
                    .iter()
                    .map(|e| (e.key.value.as_str(), &*e.value))
                    .collect();
                x.len() == y.len()
                    && x.iter().all(|e| {
                        pairs
                            .get(e.key.value.as_str())
                            .is_some_and(|v| equal(&e.value, v))
                    })
            }
            _ => false,
        }
}

fn sorted(list: &Value) -> Vec<String> {
    let mut out: Vec<String> = list
        .as_array()
        .into_iter()
        .flatten()
        .map(Value::to_string)
        .collect();
    out.sort();
    out
}

fn by_name(list: &Value) -> Vec<String> {
    let mut out: Vec<String> = list
        .as_array()
        .into_iter()
        .flatten()
        .map(|s| whole_schedule(s).to_string())
        .collect();
    out.sort();
    out
}
