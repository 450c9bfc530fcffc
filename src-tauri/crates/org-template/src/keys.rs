//! Import keys: what ties a node of the files to a row, through renames and moves (contract 03 section 12, no. 1).
//!
//! `dir:<files_dir>`; where one folder serves several nodes `dir:<files_dir>@<parent key>`; without a folder
//! `name:<path of names>`. The org's own identity is added by the caller.

use crate::org::{Org, Workspace};
use std::collections::{HashMap, HashSet};

/// One key per workspace in pre-order, `spawning: false` subtrees included.
pub(crate) fn keys(org: &Org) -> Vec<String> {
    let mut uses: HashMap<String, usize> = HashMap::new();
    for workspace in org.walk(false) {
        if let Some(dir) = dir(org, workspace) {
            *uses.entry(dir).or_default() += 1;
        }
    }
    let mut maker = Keys {
        org,
        uses,
        taken: HashSet::new(),
        out: Vec::new(),
    };
    for root in &org.workspaces {
        maker.one(root, "", "");
    }
    maker.out
}

/// The folder; one of another repository by that repository's name, so that a newer commit is the same role.
fn dir(org: &Org, workspace: &Workspace) -> Option<String> {
    let dir = workspace.own_dir().filter(|_| org.from_folder)?;
    match &workspace.origin {
        Some(origin) => Some(format!("{}:{dir}", origin.repo)),
        None => Some(dir).filter(|dir| !dir.is_empty()),
    }
}

struct Keys<'a> {
    org: &'a Org,
    uses: HashMap<String, usize>,
    taken: HashSet<String>,
    out: Vec<String>,
}

impl Keys<'_> {
    fn one(&mut self, workspace: &Workspace, parent_key: &str, parent_names: &str) {
        let name = workspace.name.value.replace('~', "~0").replace('/', "~1");
        let names = if parent_names.is_empty() {
            name
        } else {
            format!("{parent_names}/{name}")
        };
        let wanted = match dir(self.org, workspace) {
            Some(dir) if self.uses.get(&dir).is_some_and(|n| *n > 1) => {
                format!("dir:{dir}@{parent_key}")
            }
            Some(dir) => format!("dir:{dir}"),
            None => format!("name:{names}"),
        };
        // Siblings may share one folder too; then the name tells them apart, and siblings' names differ.
        let key = if self.taken.contains(&wanted) {
            format!("{wanted}#{}", workspace.name.value)
        } else {
            wanted
        };
        self.taken.insert(key.clone());
        self.out.push(key.clone());
        for child in &workspace.children {
            self.one(child, &key, &names);
        }
    }
}
