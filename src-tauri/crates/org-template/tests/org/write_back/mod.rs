//! Changes written back into the files: what is touched, what is not, what is asked and what is refused.

mod development_org;
mod keyed;
mod lists;
mod random;
mod shared;
mod structure;
mod values;

use crate::files;
use org_template::write_back::{
    Change, Choices, Parent, Scope, WriteBackError, Written, write_back,
};
use org_template::{Env, Limits, MemoryFiles, NoExternals};
use serde_json::Value;
use std::collections::BTreeMap;

pub fn set(key: &str, field: &str, value: impl Into<Value>) -> Change {
    Change::Set {
        key: key.into(),
        field: field.into(),
        value: value.into(),
    }
}

pub fn moved(key: &str, parent: Option<&str>) -> Change {
    let parent = parent.map_or(Parent::Root, |p| Parent::Role(p.into()));
    Change::Move {
        key: key.into(),
        parent,
    }
}

pub fn removed(key: &str) -> Change {
    Change::Remove { key: key.into() }
}

pub fn choices(list: &[(&str, &str, Scope)]) -> Choices {
    list.iter()
        .map(|(k, f, s)| ((k.to_string(), f.to_string()), *s))
        .collect()
}

pub fn run(
    files: &MemoryFiles,
    changes: &[Change],
    choices: &Choices,
) -> Result<Written, WriteBackError> {
    write_back(
        files,
        &NoExternals,
        &Limits::default(),
        &Env::default(),
        changes,
        choices,
    )
}

/// The files that differ, by path, after changes that need no choice.
pub fn after(list: &[(&str, &str)], changes: &[Change]) -> BTreeMap<String, String> {
    after_choosing(list, changes, &Choices::new())
}

pub fn after_choosing(
    list: &[(&str, &str)],
    changes: &[Change],
    choices: &Choices,
) -> BTreeMap<String, String> {
    let written = run(&files(list), changes, choices).unwrap_or_else(|e| panic!("refused: {e}"));
    written
        .files
        .into_iter()
        .map(|f| (f.path, f.after))
        .collect()
}

/// The one file `org.yaml` after changes that need no choice.
pub fn org_after(text: &str, changes: &[Change]) -> String {
    let mut all = after(&[("org.yaml", text)], changes);
    let out = all
        .remove("org.yaml")
        .unwrap_or_else(|| panic!("org.yaml does not change"));
    assert!(all.is_empty(), "only org.yaml changes: {all:?}");
    out
}

pub fn refused(list: &[(&str, &str)], changes: &[Change]) -> WriteBackError {
    match run(&files(list), changes, &Choices::new()) {
        Ok(written) => panic!("written although it must be refused: {:?}", written.files),
        Err(error) => error,
    }
}
