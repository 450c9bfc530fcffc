//! Where every workspace of an org stands: the walk of the loader, over the files as they are written.

use super::doc::{Doc, Kind};
use super::error::{Refusal, WriteBackError};
use crate::external::{ExternalAsk, Externals, Origin, within};
use crate::files::{Files, Limits};
use crate::keys::keys;
use crate::org::Org;
use crate::paths::{inside_root, parent};
use std::collections::{BTreeMap, HashMap};

/// A value of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct At {
    pub doc: usize,
    pub value: usize,
}

/// An `!include` on the way to a value, and the file it leads into.
pub(super) type Step = (At, usize);

/// One workspace of the expanded org. A file that is included twice has two of each of its workspaces.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// Import key.
    pub key: String,
    pub name: String,
    pub parent: Option<usize>,
    pub children: Vec<usize>,
    /// The mapping its values are read from.
    pub map: At,
    /// The list that holds it, and its place there.
    pub list: At,
    pub index: usize,
    /// The files entered on the way from the root.
    pub trail: Vec<Step>,
}

/// A key of a mapping.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The mapping that holds it: the one asked, or one merged into it.
    pub map: At,
    pub key: At,
    /// As written: an alias or a directive is not followed.
    pub value: At,
}

/// The files of an org and the places of its workspaces.
pub(super) struct Sites<'a> {
    files: &'a dyn Files,
    externals: &'a dyn Externals,
    /// What was fetched, by folder.
    origins: &'a BTreeMap<String, Origin>,
    limits: &'a Limits,
    pub docs: Vec<Doc>,
    by_path: HashMap<String, usize>,
    pub list: Vec<Site>,
    /// The mapping of the root file.
    pub root: At,
    /// The mapping of `defaults`.
    pub defaults: Option<At>,
    /// The key that holds the root workspaces.
    pub roots_key: &'static str,
}

impl<'a> Sites<'a> {
    /// Walks the files of a loaded org.
    pub fn of(
        org: &'a Org,
        files: &'a dyn Files,
        externals: &'a dyn Externals,
        limits: &'a Limits,
    ) -> Result<Self, WriteBackError> {
        let mut sites = Self {
            files,
            externals,
            origins: &org.externals,
            limits,
            docs: Vec::new(),
            by_path: HashMap::new(),
            list: Vec::new(),
            root: At { doc: 0, value: 0 },
            defaults: None,
            roots_key: "workspaces",
        };
        let root = sites.open(&org.root_file)?;
        let root = sites.docs[root].root.map(|value| At { doc: root, value });
        let root = root.ok_or_else(|| strange(&org.root_file))?;
        let mut trail = Vec::new();
        sites.root = sites.follow(root, &mut trail)?;
        if let Some(entry) = sites.get(sites.root, "defaults") {
            sites.defaults = Some(sites.follow(entry.value, &mut trail.clone())?)
                .filter(|at| matches!(sites.kind(*at), Kind::Map { .. }));
        }
        if sites
            .list_in(sites.root, "workspaces", &mut trail.clone())?
            .is_none()
            && sites
                .list_in(sites.root, "roots", &mut trail.clone())?
                .is_some()
        {
            sites.roots_key = "roots";
        }
        sites.below(sites.root, sites.roots_key, None, &trail)?;
        let keys = keys(org);
        let names: Vec<&str> = org.walk(false).map(|w| w.name.value.as_str()).collect();
        if keys.len() != sites.list.len() {
            return Err(strange(&org.root_file));
        }
        for ((site, key), name) in sites.list.iter_mut().zip(keys).zip(names) {
            site.key = key;
            name.clone_into(&mut site.name);
        }
        Ok(sites)
    }

    /// The list under a key, when there is one.
    pub fn list_in(
        &mut self,
        map: At,
        key: &str,
        trail: &mut Vec<Step>,
    ) -> Result<Option<At>, WriteBackError> {
        let Some(entry) = self.get(map, key) else {
            return Ok(None);
        };
        let at = self.follow(entry.value, trail)?;
        Ok(Some(at).filter(|at| matches!(self.kind(*at), Kind::List { .. })))
    }

    fn below(
        &mut self,
        map: At,
        key: &str,
        parent: Option<usize>,
        trail: &[Step],
    ) -> Result<(), WriteBackError> {
        let mut trail = trail.to_vec();
        let Some(list) = self.list_in(map, key, &mut trail)? else {
            return Ok(());
        };
        let Kind::List { items, .. } = self.kind(list) else {
            return Ok(());
        };
        for (index, value) in items.clone().into_iter().enumerate() {
            let mut trail = trail.clone();
            let map = self.follow(
                At {
                    doc: list.doc,
                    value,
                },
                &mut trail,
            )?;
            if !matches!(self.kind(map), Kind::Map { .. }) {
                return Err(strange(&self.docs[map.doc].path));
            }
            let id = self.list.len();
            self.list.push(Site {
                key: String::new(),
                name: String::new(),
                parent,
                children: Vec::new(),
                map,
                list,
                index,
                trail: trail.clone(),
            });
            if let Some(parent) = parent {
                self.list[parent].children.push(id);
            }
            self.below(map, "children", Some(id), &trail)?;
        }
        Ok(())
    }

    /// The file at a path, parsed once.
    pub fn open(&mut self, path: &str) -> Result<usize, WriteBackError> {
        if let Some(known) = self.by_path.get(path) {
            return Ok(*known);
        }
        let bytes = self
            .files
            .read(path, self.limits.file_bytes)
            .map_err(|_| strange(path))?;
        let doc = Doc::parse(path, &bytes).ok_or_else(|| strange(path))?;
        let id = self.docs.len();
        self.docs.push(doc);
        self.by_path.insert(path.to_owned(), id);
        Ok(id)
    }

    /// Adds a file that does not exist yet.
    pub fn add(&mut self, doc: Doc) -> usize {
        let id = self.docs.len();
        self.by_path.insert(doc.path.clone(), id);
        self.docs.push(doc);
        id
    }

    /// A path beside `path` that names nothing: `team-2.yaml` for `team.yaml`.
    pub fn free_path(&self, path: &str) -> String {
        let (stem, end) = match path.rsplit_once('.') {
            Some((stem, end)) if !end.contains('/') => (stem, format!(".{end}")),
            _ => (path, String::new()),
        };
        (2..)
            .map(|n| format!("{stem}-{n}{end}"))
            .find(|p| {
                !self.by_path.contains_key(p)
                    && self.files.kind(p) == crate::files::FileKind::Missing
            })
            .unwrap_or_default()
    }

    /// Follows aliases and `!include` to the value itself; files entered are added to `trail`.
    pub fn follow(&mut self, mut at: At, trail: &mut Vec<Step>) -> Result<At, WriteBackError> {
        // The loader has read the org, so there is no ring; the count only guards against our own mistakes.
        for _ in 0..10_000 {
            let doc = &self.docs[at.doc];
            let value = &doc.values[at.value];
            match (&value.kind, value.tag.as_deref()) {
                (Kind::Alias(target), _) => at.value = *target,
                (Kind::Scalar { text, .. }, Some("!include")) => {
                    let path =
                        inside_root(parent(&doc.path), text).ok_or_else(|| strange(&doc.path))?;
                    let id = self.open(&path)?;
                    trail.push((at, id));
                    match self.docs[id].root {
                        Some(value) => at = At { doc: id, value },
                        None => return Err(strange(&path)),
                    }
                }
                (Kind::Map { .. }, Some("!external")) => {
                    let Some(id) = self.external(at)? else {
                        return Ok(at);
                    };
                    trail.push((at, id));
                    let path = self.docs[id].path.clone();
                    let root = self.docs[id].root.ok_or_else(|| strange(&path))?;
                    at = At {
                        doc: id,
                        value: root,
                    };
                }
                _ => return Ok(at),
            }
        }
        Err(strange(&self.docs[at.doc].path))
    }

    pub fn kind(&self, at: At) -> &Kind {
        &self.docs[at.doc].values[at.value].kind
    }

    pub fn doc(&self, at: At) -> &Doc {
        &self.docs[at.doc]
    }

    pub fn text(&self, at: At) -> Option<&str> {
        self.docs[at.doc].scalar(at.value)
    }

    /// The entry of a key, the mapping's own before those of merged mappings.
    pub fn get(&self, map: At, key: &str) -> Option<Entry> {
        self.find(map, key, 0)
    }

    fn find(&self, map: At, key: &str, depth: usize) -> Option<Entry> {
        let Kind::Map { entries, .. } = self.kind(map) else {
            return None;
        };
        let doc = map.doc;
        let own = entries
            .iter()
            .find(|(k, _)| self.docs[doc].scalar(*k) == Some(key));
        if let Some((k, value)) = own {
            return Some(Entry {
                map,
                key: At { doc, value: *k },
                value: At { doc, value: *value },
            });
        }
        if depth > 64 {
            return None;
        }
        let merged = entries
            .iter()
            .filter(|(k, _)| self.docs[doc].scalar(*k) == Some("<<"));
        for (_, source) in merged {
            let source = self.unalias(At {
                doc,
                value: *source,
            });
            let sources = match self.kind(source) {
                Kind::List { items, .. } => items.clone(),
                _ => vec![source.value],
            };
            for value in sources {
                let source = self.unalias(At { doc, value });
                if let Some(found) = self.find(source, key, depth + 1) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// Follows aliases only.
    pub fn unalias(&self, mut at: At) -> At {
        while let Kind::Alias(target) = self.kind(at) {
            at.value = *target;
        }
        at
    }

    /// The repository that a file was fetched from.
    pub fn origin(&self, path: &str) -> Option<&Origin> {
        self.origins
            .values()
            .find(|origin| within(path, &origin.folder))
    }

    /// Refuses a change of a value in a fetched file, and of a directive that was not followed.
    pub fn writable(&self, at: At) -> Result<(), Box<Refusal>> {
        let doc = self.doc(at);
        let value = &doc.values[at.value];
        let message = match self.origin(&doc.path) {
            Some(origin) => fetched(origin),
            None if value.tag.as_deref() == Some("!external") => {
                "it comes from another repository, which is not fetched; change it there".to_owned()
            }
            None => return Ok(()),
        };
        Err(Box::new(Refusal {
            message,
            file: doc.path.clone(),
            line: doc.line(value.span.start),
            origin: self.origin(&doc.path).cloned(),
            ..Refusal::default()
        }))
    }

    /// The file that an `!external` leads to; `None` where its repository is not here.
    fn external(&mut self, map: At) -> Result<Option<usize>, WriteBackError> {
        let text = |key: &str| {
            let entry = self.get(map, key)?;
            let text = self.text(self.unalias(entry.value))?;
            Some(text.to_owned()).filter(|text| !text.trim().is_empty())
        };
        let strange = || strange(&self.doc(map).path);
        let ask = ExternalAsk {
            host: text("url"),
            repo: text("repo").ok_or_else(strange)?,
            reference: text("ref").ok_or_else(strange)?,
        };
        let path = text("path")
            .and_then(|path| inside_root("", path.trim()))
            .ok_or_else(strange)?;
        match self.externals.tree(&ask) {
            Ok(Some(tree)) => self.open(&format!("{}/{path}", tree.folder)).map(Some),
            Ok(None) => Ok(None),
            Err(_) => Err(strange()),
        }
    }

    /// Every site whose values are read from the same mapping.
    pub fn same_map(&self, map: At) -> Vec<usize> {
        (0..self.list.len())
            .filter(|s| self.list[*s].map == map)
            .collect()
    }

    /// Gives a site files of its own where it shares them with others, down to the one at `last` on its way: each from
    /// the first that is entered twice is copied. Gives the directives that lead to copies now, with their paths.
    pub fn split(&mut self, site: usize, last: usize) -> Vec<(At, String)> {
        let mut rewritten = Vec::new();
        let Some(first) = self.first_shared(site) else {
            return rewritten;
        };
        for level in first..=last.min(self.list[site].trail.len().saturating_sub(1)) {
            let prefix = self.list[site].trail[..=level].to_vec();
            let (directive, old) = prefix[level];
            let mut copy = self.docs[old].clone();
            copy.path = self.free_path(&copy.path);
            copy.copy_of = Some(self.docs[old].copy_of.unwrap_or(old));
            let path = copy.path.clone();
            let new = self.add(copy);
            let moved = |at: &mut At| {
                if at.doc == old {
                    at.doc = new;
                }
            };
            for other in &mut self.list {
                if other.trail.len() > level && other.trail[..=level] == prefix[..] {
                    moved(&mut other.map);
                    moved(&mut other.list);
                    other.trail.iter_mut().for_each(|(at, _)| moved(at));
                    other.trail[level].1 = new;
                }
            }
            rewritten.push((directive, path));
        }
        rewritten
    }

    /// The first file on the way to a site that is also entered on another way.
    pub fn first_shared(&self, site: usize) -> Option<usize> {
        let trail = &self.list[site].trail;
        (0..trail.len()).find(|level| {
            let (way, doc) = (&trail[..=*level], trail[*level].1);
            self.list.iter().any(|other| {
                other
                    .trail
                    .iter()
                    .position(|(_, entered)| *entered == doc)
                    .is_some_and(|at| other.trail[..=at] != *way)
            })
        })
    }
}

/// Something the loader understood and this module does not.
pub(super) fn strange(path: &str) -> WriteBackError {
    WriteBackError::NotUnderstood {
        file: path.to_owned(),
    }
}

/// Why a file of another repository is not changed.
pub(super) fn fetched(origin: &Origin) -> String {
    format!(
        "it comes from {} at commit {}; change it there",
        origin.repo, origin.commit
    )
}
