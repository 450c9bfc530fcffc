//! Merge rules (contract 03 section 2.2).

use crate::org::{PluginEntry, Routing};
use std::collections::{BTreeMap, HashSet};

/// Defaults first, then the workspace's list: additions, and opt-outs that remove what is there so far.
pub(crate) fn plugins(defaults: &[PluginEntry], own: &[PluginEntry]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(defaults.len() + own.len());
    let mut there: HashSet<&str> = HashSet::new();
    let plain = defaults.iter().filter(|e| !e.opt_out);
    for entry in plain.chain(own) {
        let name = entry.name.as_str();
        if name.is_empty() {
            continue;
        }
        if entry.opt_out {
            if there.remove(name) {
                out.retain(|n| n != name);
            }
        } else if there.insert(name) {
            out.push(name.to_owned());
        }
    }
    out
}

/// The defaults' non-empty lists, replaced key by key; an empty list deletes its key. Sorted by key.
pub(crate) fn routing(defaults: &Routing, own: &Routing) -> BTreeMap<String, Vec<String>> {
    let mut out = BTreeMap::new();
    for (key, roles) in defaults
        .iter()
        .chain(own)
        .filter(|(key, _)| !key.value.is_empty())
    {
        let roles: Vec<String> = roles
            .iter()
            .map(|r| r.value.clone())
            .filter(|r| !r.is_empty())
            .collect();
        if roles.is_empty() {
            out.remove(&key.value);
        } else {
            out.insert(key.value.clone(), roles);
        }
    }
    out
}
