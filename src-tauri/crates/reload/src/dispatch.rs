//! From changed paths to the roles and orgs that own them.

use crate::{
    inside::Inside,
    lanes::{self, Owner, Scope, Work},
    org,
    pending::Burst,
    walk,
    watch::Root,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
    sync::Arc,
    time::Duration,
};

/// Hands each changed path to those that own it.
pub(crate) fn dispatch(inside: &Arc<Inside>, roots: &[Root], burst: &Burst, first: Duration) {
    let mut by_folder: HashMap<&Path, Vec<&Root>> = HashMap::new();
    for root in roots {
        if let Some(real) = &root.real {
            by_folder.entry(real).or_default().push(root);
        }
    }
    let mut scopes: BTreeMap<String, (bool, Scope)> = BTreeMap::new();
    let mut add = |id: &str, is_org: bool, path: Option<String>| {
        let scope = &mut scopes
            .entry(id.to_owned())
            .or_insert_with(|| (is_org, Scope::Paths(BTreeSet::new())))
            .1;
        match (path, scope) {
            (Some(path), Scope::Paths(paths)) => {
                paths.insert(path);
            }
            (None, scope) => *scope = Scope::All,
            (Some(_), Scope::All) => {}
        }
    };
    for path in &burst.paths {
        let structural = burst.structural.contains(path);
        for folder in path.ancestors() {
            for root in by_folder.get(folder).into_iter().flatten() {
                let Some(below) = walk::relative(folder, path) else {
                    continue;
                };
                if let Some(id) = &root.watched.org_id
                    && org::concerns(folder, &below, &root.watched.reads, structural)
                {
                    add(id, true, None);
                }
                let whole = below.is_empty() || root.links;
                for id in root.watched.everybody() {
                    add(id, false, (!whole).then(|| below.clone()));
                }
            }
        }
    }
    for (id, (is_org, scope)) in scopes {
        let owner = if is_org {
            Owner::Org(id)
        } else {
            Owner::Workspace(id)
        };
        lanes::push(
            inside,
            owner,
            Work {
                first,
                scope,
                loud: true,
                fresh: false,
                tries: 0,
            },
        );
    }
}
