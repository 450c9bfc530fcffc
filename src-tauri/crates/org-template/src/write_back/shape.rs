//! Roles that come, go and get another parent.

use super::doc::Kind;
use super::error::{Refusal, Stop};
use super::items::Item;
use super::scalar::Literal;
use super::sites::At;
use super::verify::Node;
use super::{Change, Parent, Targets, Work};
use crate::paths::parent as folder;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Something that has a list of roles below it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Holder {
    Root,
    Site(usize),
    Added(String),
}

/// A role that is put into a list.
#[derive(Debug, Clone)]
pub(super) enum Incoming {
    Site(usize),
    Added(String),
}

/// All changes of the tree together.
#[derive(Debug, Default)]
pub(super) struct Reshape {
    /// Where sites go.
    moved: HashMap<usize, Holder>,
    removed: HashSet<usize>,
    /// What comes into every list, in the order of the changes.
    pub(super) incoming: BTreeMap<Holder, Vec<Incoming>>,
    pub(super) added: BTreeMap<String, (Holder, Vec<(String, Value)>)>,
}

impl Work<'_> {
    /// Plans every change of the tree; on failure names the change.
    pub(super) fn reshape(
        &mut self,
        changes: &[Change],
        chosen: &[Targets],
    ) -> Result<(), (usize, Stop)> {
        let mut shape = Reshape::default();
        for (n, (change, targets)) in changes.iter().zip(chosen).enumerate() {
            self.collect(change, targets, &mut shape)
                .map_err(|stop| (n, stop))?;
        }
        let first = changes
            .iter()
            .position(|c| !matches!(c, Change::Set { .. }))
            .unwrap_or(0);
        self.in_tree(&shape)
            .map_err(|refusal| (first, refusal.into()))?;
        self.rebase(&shape).map_err(|stop| (first, stop))?;
        self.lists(&shape).map_err(|stop| (first, stop))?;
        self.write_directives()
            .map_err(|refusal| (first, refusal.into()))
    }

    fn collect(
        &mut self,
        change: &Change,
        targets: &Targets,
        shape: &mut Reshape,
    ) -> Result<(), Stop> {
        match change {
            Change::Set { .. } => {}
            Change::Remove { .. } => shape.removed.extend(&targets.sites),
            Change::Move { key, parent } => {
                let site = self.site(key)?;
                let holder = self.holder(parent)?;
                let now = self.sites.list[site]
                    .parent
                    .map_or(Holder::Root, Holder::Site);
                if holder != now {
                    shape.moved.insert(site, holder.clone());
                    shape
                        .incoming
                        .entry(holder)
                        .or_default()
                        .push(Incoming::Site(site));
                }
            }
            Change::Add {
                handle,
                parent,
                values,
            } => {
                let holder = self.holder(parent)?;
                shape
                    .added
                    .insert(handle.clone(), (holder.clone(), values.clone()));
                shape
                    .incoming
                    .entry(holder)
                    .or_default()
                    .push(Incoming::Added(handle.clone()));
                for site in targets.sites.iter().skip(1) {
                    self.expected.twins.push((handle.clone(), *site));
                }
            }
        }
        Ok(())
    }

    fn holder(&self, parent: &Parent) -> Result<Holder, Stop> {
        Ok(match parent {
            Parent::Root => Holder::Root,
            Parent::Role(key) => Holder::Site(self.site(key)?),
            Parent::Added(handle) => Holder::Added(handle.clone()),
        })
    }

    /// The same changes in the tree of what is expected.
    fn in_tree(&mut self, shape: &Reshape) -> Result<(), Box<Refusal>> {
        let tree = &mut self.expected.tree;
        for site in shape.moved.keys().chain(&shape.removed) {
            tree.detach(Node::Site(*site));
        }
        for (holder, incoming) in &shape.incoming {
            for one in incoming {
                let child = match one {
                    Incoming::Site(site) => Node::Site(*site),
                    Incoming::Added(handle) => Node::Added(handle.clone()),
                };
                let parent = match holder {
                    Holder::Root => None,
                    Holder::Site(site) => Some(Node::Site(*site)),
                    Holder::Added(handle) => Some(Node::Added(handle.clone())),
                };
                tree.attach(parent, child.clone());
            }
        }
        for (handle, twin) in std::mem::take(&mut self.expected.twins) {
            tree.attach(Some(Node::Site(twin)), Node::Added(handle));
        }
        for site in shape.moved.keys() {
            if !tree.reaches(&Node::Site(*site)) {
                let name = self.sites.list[*site].name.clone();
                let why = format!("{name} would stand below itself or below a role that goes");
                return Err(Refusal::because(why));
            }
        }
        for (handle, (_, values)) in &shape.added {
            if !tree.reaches(&Node::Added(handle.clone())) {
                return Err(Refusal::because("its parent is not there any more"));
            }
            self.expected.added.insert(handle.clone(), values.clone());
        }
        Ok(())
    }

    /// Directives inside what moves to another folder lead to the same files from there.
    fn rebase(&mut self, shape: &Reshape) -> Result<(), Stop> {
        for site in shape.moved.keys().copied() {
            let (list, index) = (self.sites.list[site].list, self.sites.list[site].index);
            let home = self.item_home(site, shape)?;
            let (from, to) = (
                self.sites.docs[list.doc].path.clone(),
                self.sites.docs[home].path.clone(),
            );
            if folder(&from) == folder(&to) {
                continue;
            }
            let doc = &self.sites.docs[list.doc];
            let span = |list: At, index: usize| match self.sites.kind(list) {
                Kind::List { items, .. } => Some(doc.values[items[index]].span.clone()),
                _ => None,
            };
            let Some(whole) = span(list, index) else {
                continue;
            };
            // What moves out of it goes its own way.
            let leaves: Vec<_> = shape
                .moved
                .keys()
                .filter(|other| **other != site && self.sites.list[**other].list.doc == list.doc)
                .filter_map(|other| {
                    span(self.sites.list[*other].list, self.sites.list[*other].index)
                })
                .filter(|inner| {
                    whole.start <= inner.start && inner.end <= whole.end && *inner != whole
                })
                .collect();
            let mut directives = Vec::new();
            for (value, node) in doc.values.iter().enumerate() {
                let at = node.span.start;
                let inside = whole.start <= at && node.span.end <= whole.end;
                let left = leaves
                    .iter()
                    .any(|l| l.start <= at && node.span.end <= l.end);
                if inside && !left && node.tag.as_deref() == Some("!include") {
                    directives.push(At {
                        doc: list.doc,
                        value,
                    });
                }
            }
            for directive in directives {
                self.based.insert(directive, home);
            }
        }
        Ok(())
    }

    /// The file in which the text of a site's item stands after the changes.
    fn item_home(&mut self, site: usize, shape: &Reshape) -> Result<usize, Stop> {
        let holder = match shape.moved.get(&site) {
            Some(holder) => holder.clone(),
            None => self.sites.list[site]
                .parent
                .map_or(Holder::Root, Holder::Site),
        };
        self.list_home(&holder, shape, 0)
    }

    fn list_home(&mut self, holder: &Holder, shape: &Reshape, depth: usize) -> Result<usize, Stop> {
        if depth > 1000 {
            return Err(Refusal::because("roles would stand below each other").into());
        }
        let site = match holder {
            Holder::Root => {
                let list =
                    self.sites
                        .list_in(self.sites.root, self.sites.roots_key, &mut Vec::new())?;
                return Ok(list.map_or(self.sites.root.doc, |at| at.doc));
            }
            Holder::Added(handle) => {
                let above = shape
                    .added
                    .get(handle)
                    .map_or(Holder::Root, |(above, _)| above.clone());
                return self.list_home(&above, shape, depth + 1);
            }
            Holder::Site(site) => *site,
        };
        let map = self.sites.list[site].map;
        match self.sites.list_in(map, "children", &mut Vec::new())? {
            Some(list) if list.doc != map.doc => return Ok(list.doc),
            _ if map.doc != self.sites.list[site].list.doc => return Ok(map.doc),
            _ => {}
        }
        let above = match shape.moved.get(&site) {
            Some(above) => above.clone(),
            None => self.sites.list[site]
                .parent
                .map_or(Holder::Root, Holder::Site),
        };
        self.list_home(&above, shape, depth + 1)
    }

    /// The text of every list that changes.
    fn lists(&mut self, shape: &Reshape) -> Result<(), Stop> {
        let mut out: BTreeMap<At, HashSet<usize>> = BTreeMap::new();
        let mut holders: BTreeMap<At, Holder> = BTreeMap::new();
        for site in shape.moved.keys().chain(&shape.removed) {
            let one = &self.sites.list[*site];
            out.entry(one.list).or_default().insert(one.index);
            holders
                .entry(one.list)
                .or_insert_with(|| one.parent.map_or(Holder::Root, Holder::Site));
        }
        let mut done: HashSet<At> = HashSet::new();
        let changed: Vec<Holder> = shape
            .incoming
            .keys()
            .chain(holders.values())
            .cloned()
            .collect();
        for holder in changed {
            let (map, key) = match &holder {
                Holder::Root => (self.sites.root, self.sites.roots_key),
                Holder::Site(site) => (self.sites.list[*site].map, "children"),
                Holder::Added(_) => continue,
            };
            let list = self.sites.list_in(map, key, &mut Vec::new())?;
            if !done.insert(list.unwrap_or(map)) {
                continue;
            }
            let mut gone: Vec<usize> = list
                .and_then(|l| out.get(&l))
                .into_iter()
                .flatten()
                .copied()
                .collect();
            gone.sort_unstable();
            let eol = self.sites.doc(list.unwrap_or(map)).eol;
            let new = self.items(shape.incoming.get(&holder), shape, eol)?;
            self.edit_list(map, key, list, &gone, new)?;
            if let Holder::Site(site) = holder {
                self.expected.touch(site, "children");
            }
        }
        Ok(())
    }

    pub(super) fn items(
        &self,
        incoming: Option<&Vec<Incoming>>,
        shape: &Reshape,
        eol: &'static str,
    ) -> Result<Vec<Item>, Stop> {
        let mut items = Vec::new();
        for one in incoming.into_iter().flatten() {
            items.push(match one {
                Incoming::Site(site) => {
                    let site = &self.sites.list[*site];
                    self.sites.writable(site.list)?;
                    Item::Moved {
                        list: site.list,
                        index: site.index,
                    }
                }
                Incoming::Added(handle) => self.new_role(handle, shape, eol)?,
            });
        }
        Ok(items)
    }

    /// Rewrites the directives that stand or lead elsewhere now.
    fn write_directives(&mut self) -> Result<(), Box<Refusal>> {
        let all: HashSet<At> = self
            .directives
            .keys()
            .chain(self.based.keys())
            .copied()
            .collect();
        for at in all {
            let doc = self.sites.doc(at);
            let said = doc.scalar(at.value).unwrap_or_default();
            let target = match self.directives.get(&at) {
                Some(path) => Some(path.clone()),
                None => crate::paths::inside_root(folder(&doc.path), said),
            };
            let home = self.based.get(&at).map_or(at.doc, |home| *home);
            let Some(target) = target else {
                continue;
            };
            let path = relative(folder(&self.sites.docs[home].path), &target);
            self.replace(at, &Literal::Text(path))?;
        }
        Ok(())
    }
}

/// The way from a folder to a file, both below the org folder.
fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').filter(|p| !p.is_empty()).collect();
    let to: Vec<&str> = to.split('/').filter(|p| !p.is_empty()).collect();
    let most = to.len().saturating_sub(1).min(from.len());
    let common = (0..most).take_while(|n| from[*n] == to[*n]).count();
    let mut parts = vec![".."; from.len() - common];
    parts.extend(&to[common..]);
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn ways_between_folders() {
        assert_eq!(relative("", "teams/pm.yaml"), "teams/pm.yaml");
        assert_eq!(relative("teams", "teams/pm.yaml"), "pm.yaml");
        assert_eq!(
            relative("teams", "core-be/workspace.yaml"),
            "../core-be/workspace.yaml"
        );
        assert_eq!(relative("a/b", "a/c/x.yaml"), "../c/x.yaml");
        assert_eq!(relative("a/b", "x.yaml"), "../../x.yaml");
        assert_eq!(relative("a", "a"), "../a");
    }
}
