//! Changes of an org written into the very files it came from.
//!
//! A change is never a file written anew: it is byte ranges and what comes there, so comments, order, quoting, anchors
//! and every line that is not concerned stay as they are. The edited text is read again in memory and compared with what
//! was wanted; a difference refuses everything. This module knows files and an org, no database: [`write_back`] gives
//! the new contents, the caller puts them in place.

mod channels;
mod diff;
mod doc;
mod doc_read;
mod edit;
mod error;
mod items;
mod lines;
mod lists;
mod new_role;
mod overlay;
mod pieces;
mod prompts;
mod routing;
mod scalar;
mod shape;
mod shared;
mod sites;
mod source;
mod types;
mod values;
mod verify;

pub use diff::unified_diff;
pub use error::{Refusal, WriteBackError};
pub use overlay::Snapshot;
pub use pieces::Edit;
pub use source::is_editable;
pub use types::{Change, Choices, FileChange, Parent, Question, Scope, Shared, Written};

use crate::effective::{Effective, effective};
use crate::env_file::Env;
use crate::external::Externals;
use crate::files::{FileKind, Files, Limits};
use crate::load::{Document, load_document};
use crate::org::Org;
use crate::plan_match::same;
use error::Stop;
use overlay::{Once, Overlay};
use pieces::{Pieces, applied};
use serde_json::Value;
use sites::{At, Sites};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::resume_unwind;
use std::thread;
use verify::Expected;

/// Works out how changes are written into the files of an org. Reads and writes nothing but through `files`, which it
/// only reads (`externals` gives what `!external` names); wrap it into a [`Snapshot`] when the same bytes must be compared later.
///
/// # Errors
/// [`WriteBackError`]; then no file is to be changed.
pub fn write_back(
    files: &dyn Files,
    externals: &dyn Externals,
    limits: &Limits,
    env: &Env,
    changes: &[Change],
    choices: &Choices,
) -> Result<Written, WriteBackError> {
    let externals = Once::new(externals);
    let read = load_document(files, &externals, limits)?;
    write_back_read(&read, files, &externals, limits, env, changes, choices)
}

/// Like [`write_back`], for an org that was read a moment ago through the same `files`, which keep what they read
/// ([`Snapshot`]).
///
/// # Errors
/// [`WriteBackError`]; then no file is to be changed.
pub fn write_back_read(
    (org, document): &(Org, Document),
    files: &dyn Files,
    externals: &dyn Externals,
    limits: &Limits,
    env: &Env,
    changes: &[Change],
    choices: &Choices,
) -> Result<Written, WriteBackError> {
    let externals = Once::new(externals);
    // The merge and the second parse, which keeps how everything is written, need nothing of each other.
    let (before, sites) = thread::scope(|scope| {
        let before = scope.spawn(|| effective(org, env));
        let sites = Sites::of(org, files, &externals, limits);
        (before.join(), sites)
    });
    let before = before.unwrap_or_else(|panic| resume_unwind(panic))?;
    let mut work = Work::new(org, &before, files, sites?);
    work.plan(changes, choices)?;
    let written = work.texts();
    let overlay = Overlay::new(files, &written);
    let (org_after, document_after) = load_document(&overlay, &externals, limits)?;
    let after = effective(&org_after, env)?;
    let (keys, added) = work.verify(
        (&document.0, &before),
        (&org_after, &document_after.0, &after),
    )?;
    let known: BTreeSet<String> = before.warnings.iter().map(|w| w.message.clone()).collect();
    let warnings = after
        .warnings
        .iter()
        .filter(|w| !known.contains(&w.message))
        .cloned()
        .collect();
    let read = overlay.reached();
    let files = written
        .into_values()
        .filter(|f| f.before.is_none() || read.contains(&f.path))
        .collect();
    Ok(Written {
        files,
        keys,
        added,
        org: org_after,
        effective: after,
        warnings,
    })
}

/// A write-back on its way.
struct Work<'a> {
    org: &'a Org,
    effective: &'a Effective,
    files: &'a dyn Files,
    sites: Sites<'a>,
    /// Index of the role of every site; `None` for those that do not spawn.
    role_of: Vec<Option<usize>>,
    pieces: Pieces,
    /// Directives that lead elsewhere, and the files they lead to.
    directives: BTreeMap<At, String>,
    /// Directives whose text goes to another file, and that file.
    based: BTreeMap<At, usize>,
    /// New texts of prompt files.
    prompts: BTreeMap<String, String>,
    expected: Expected,
}

impl<'a> Work<'a> {
    fn new(org: &'a Org, effective: &'a Effective, files: &'a dyn Files, sites: Sites<'a>) -> Self {
        let by_key: HashMap<&str, usize> = effective
            .roles
            .iter()
            .enumerate()
            .map(|(n, r)| (r.key.as_str(), n))
            .collect();
        let role_of = sites
            .list
            .iter()
            .map(|s| by_key.get(s.key.as_str()).copied())
            .collect();
        let expected = Expected::of(&sites);
        Self {
            org,
            effective,
            files,
            sites,
            role_of,
            pieces: Pieces::default(),
            directives: BTreeMap::new(),
            based: BTreeMap::new(),
            prompts: BTreeMap::new(),
            expected,
        }
    }

    /// Plans every change; answers with all questions, or all refusals, at once.
    fn plan(&mut self, changes: &[Change], choices: &Choices) -> Result<(), WriteBackError> {
        let (mut questions, mut refusals) = (Vec::new(), Vec::new());
        let mut chosen = Vec::with_capacity(changes.len());
        for change in changes {
            let (key, field) = change.place();
            let choice = choices.get(&(key.to_owned(), field.to_owned())).copied();
            match self.look(change, choice) {
                Ok(targets) => chosen.push(targets),
                Err(stop) => self.stopped(change, stop, &mut questions, &mut refusals)?,
            }
        }
        if !refusals.is_empty() {
            return Err(WriteBackError::Refused(refusals));
        }
        if !questions.is_empty() {
            return Err(WriteBackError::Questions(questions));
        }
        // Files of their own come first: later changes must find the copies.
        for (_, targets) in changes.iter().zip(&chosen) {
            for (site, level) in targets.apart.iter().copied() {
                self.directives.extend(self.sites.split(site, level));
            }
        }
        for (change, targets) in changes.iter().zip(&chosen) {
            if let Change::Set { field, value, .. } = change
                && let Err(stop) = self.set(field, value, targets)
            {
                self.stopped(change, stop, &mut questions, &mut refusals)?;
            }
        }
        if let Err((change, stop)) = self.reshape(changes, &chosen) {
            self.stopped(&changes[change], stop, &mut questions, &mut refusals)?;
        }
        if refusals.is_empty() {
            Ok(())
        } else {
            Err(WriteBackError::Refused(refusals))
        }
    }

    fn stopped(
        &self,
        change: &Change,
        stop: Stop,
        questions: &mut Vec<Question>,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), WriteBackError> {
        let (key, field) = change.place();
        let name = self
            .sites
            .list
            .iter()
            .find(|s| s.key == key)
            .map(|s| s.name.clone());
        let role = name.unwrap_or_else(|| match change {
            Change::Add { values, .. } => {
                let name = values.iter().find(|(field, _)| field == "name");
                name.and_then(|(_, v)| v.as_str())
                    .unwrap_or_default()
                    .to_owned()
            }
            _ => String::new(),
        });
        match stop {
            Stop::Fail(error) => return Err(error),
            Stop::Refuse(refusal) => refusals.push(Refusal {
                key: key.to_owned(),
                role,
                field: field.to_owned(),
                ..*refusal
            }),
            Stop::Ask(options, with, shared, at) => {
                let doc = self.sites.doc(at);
                questions.push(Question {
                    key: key.to_owned(),
                    role,
                    field: field.to_owned(),
                    shared,
                    with,
                    options,
                    file: doc.path.clone(),
                    line: doc.line(doc.values[at.value].span.start),
                });
            }
        }
        Ok(())
    }

    /// The new contents, by path.
    fn texts(&self) -> BTreeMap<String, FileChange> {
        let mut out = BTreeMap::new();
        for (id, doc) in self.sites.docs.iter().enumerate() {
            let edits = self.pieces.edits(&self.sites.docs, id);
            if edits.is_empty() && doc.copy_of.is_none() {
                continue;
            }
            let after = applied(&doc.text, &edits);
            let before = doc.copy_of.is_none().then(|| doc.text.to_string());
            out.insert(
                doc.path.clone(),
                FileChange {
                    path: doc.path.clone(),
                    before,
                    after,
                    edits,
                },
            );
        }
        for (path, text) in &self.prompts {
            let bytes = match self.files.kind(path) {
                FileKind::File => self.files.read(path, u64::MAX).ok(),
                _ => None,
            };
            let before = bytes.and_then(|b| String::from_utf8(b).ok());
            let range = 0..before.as_ref().map_or(0, String::len);
            let edits = vec![Edit {
                range,
                text: text.clone(),
            }];
            out.insert(
                path.clone(),
                FileChange {
                    path: path.clone(),
                    before,
                    after: text.clone(),
                    edits,
                },
            );
        }
        out
    }

    /// The site of an import key, when its role is made and may be changed.
    fn site(&self, key: &str) -> Result<usize, Stop> {
        let found = self.sites.list.iter().position(|s| s.key == key);
        let Some(site) = found else {
            return Err(
                Refusal::because(format!("the files have no role with the key {key}")).into(),
            );
        };
        if self.role_of[site].is_none() {
            return Err(Refusal::because("it has spawning: false in the files").into());
        }
        Ok(site)
    }

    /// Whether the files give this value already.
    fn says(&self, site: usize, field: &str, value: &Value) -> bool {
        let role = self.role_of[site].and_then(|at| self.effective.roles.get(at));
        role.and_then(|r| r.fields.get(field))
            .is_some_and(|f| same(&f.value, value))
    }
}

/// Whom a change touches.
#[derive(Debug, Clone, Default)]
struct Targets {
    /// The sites whose value changes, the asked one first; none when there is nothing to do.
    sites: Vec<usize>,
    /// Sites that get files of their own first, down to a file on the way to them.
    apart: Vec<(usize, usize)>,
    scope: Option<Scope>,
}
