//! Property: parse, random changes, write, parse again equals the changed org, and untouched lines are byte-identical.
//!
//! The orgs are written by a generator that uses what people use: comments anywhere, every style of quoting, blocks,
//! flow collections, anchors, merged mappings, files in folders, odd indentation. What is expected comes from a model of
//! its own, not from the code under test.

mod generator;
mod keyed;
mod model;

use super::run;
use crate::data_org::published_folder;
use crate::shape::generated;
use generator::*;
use model::*;
use org_template::write_back::{Change, Choices, Scope, Snapshot, WriteBackError};
use org_template::{DiskFiles, Effective, Env, Files, Limits, NoExternals};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Lines that a write-back must leave alone: no change of theirs names them. A line that moves may change its indentation.
fn lines_stay(before: &str, after: &str, most: usize) -> Result<(), String> {
    let bag = |text: &str| {
        let mut bag: HashMap<String, i64> = HashMap::new();
        text.lines()
            .map(str::trim)
            .filter(|l| !l.is_empty())
            .for_each(|l| *bag.entry(l.to_owned()).or_default() += 1);
        bag
    };
    let (old, new) = (bag(before), bag(after));
    let gone: i64 = old
        .iter()
        .map(|(l, n)| (n - new.get(l).copied().unwrap_or(0)).max(0))
        .sum();
    if usize::try_from(gone).unwrap_or(0) > most {
        return Err(format!(
            "{gone} lines are gone, at most {most} may be\n--- before\n{before}\n--- after\n{after}"
        ));
    }
    Ok(())
}

/// How many lines a new value may take the place of: those the old one stood on, folded text at forty columns at worst,
/// and a few for the structure around it.
fn widest(org: &Effective, key: &str, field: &str) -> usize {
    let role = org.roles.iter().find(|r| r.key == key);
    let old = role.and_then(|r| r.fields.get(field)).map(|f| &f.value);
    let lines = match old {
        Some(Value::String(text)) => text.lines().count().max(text.len() / 40),
        Some(other) => format!("{other:#}").lines().count(),
        None => 0,
    };
    8 + lines
}

struct After<'a>(&'a dyn Files, BTreeMap<String, String>);

impl Files for After<'_> {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, org_template::FileError> {
        self.1
            .get(path)
            .map_or_else(|| self.0.read(path, limit), |t| Ok(t.clone().into_bytes()))
    }
    fn kind(&self, path: &str) -> org_template::FileKind {
        if self.1.contains_key(path) {
            org_template::FileKind::File
        } else {
            self.0.kind(path)
        }
    }
    fn reaches(&self, path: &str) -> bool {
        self.0.reaches(path)
    }
}

/// One round: what is written reads back as the model, and text that no edit covers is where it was.
fn holds(files: &dyn Files, draws: &[Draw], scope: Scope) -> Result<(), TestCaseError> {
    let org = read(files);
    let mut model = Model::of(&org);
    let changes = changes(&org, draws, &mut model);
    let places: Choices = changes
        .iter()
        .map(|c| c.place())
        .map(|(k, f)| ((k.to_owned(), f.to_owned()), scope))
        .collect();
    let snapshot = Snapshot::new(files);
    let result = org_template::write_back::write_back(
        &snapshot,
        &NoExternals,
        &Limits::default(),
        &Env::default(),
        &changes,
        &places,
    );
    let done = match result {
        Ok(done) => done,
        // Lines that share a line with others, and what is read elsewhere too, are refused; never a difference.
        Err(error @ (WriteBackError::Refused(_) | WriteBackError::Org(_))) => {
            let text = error.to_string();
            let known = [
                "on lines of its own",
                "used twice",
                "the defaults",
                "inherits",
                "cannot be done for all",
                "one of the roles alone",
                "anchor",
                "move the comment first",
            ];
            prop_assert!(known.iter().any(|k| text.contains(k)), "{text}");
            return Ok(());
        }
        Err(error) => return Err(TestCaseError::fail(format!("{error}\n{changes:#?}"))),
    };
    for file in &done.files {
        // Byte for byte: the text between the edits.
        if let Some(before) = &file.before {
            let (mut from, mut to) = (0, 0);
            for edit in &file.edits {
                let kept = &before[from..edit.range.start];
                prop_assert_eq!(kept, &file.after[to..to + kept.len()]);
                to += kept.len();
                prop_assert_eq!(&edit.text, &file.after[to..to + edit.text.len()]);
                (from, to) = (edit.range.end, to + edit.text.len());
            }
            prop_assert_eq!(&before[from..], &file.after[to..]);
        }
    }
    let sets: Vec<usize> = changes
        .iter()
        .filter_map(|c| match c {
            Change::Set { key, field, .. } => Some(widest(&org, key, field)),
            _ => None,
        })
        .collect();
    let removes = changes.iter().any(|c| matches!(c, Change::Remove { .. }));
    let structural = changes.len() - sets.len();
    let text = |f: &dyn Fn(&org_template::write_back::FileChange) -> String| {
        done.files.iter().map(f).collect::<Vec<_>>().join("\n")
    };
    let before = text(&|f| f.before.clone().unwrap_or_default());
    let after = text(&|f| f.after.clone());
    if !removes {
        // A role that moves may lose its key line and directives.
        let most = sets.iter().sum::<usize>() + structural * 4;
        lines_stay(&before, &after, most).map_err(TestCaseError::fail)?;
    }
    let all: BTreeMap<String, String> = done.files.into_iter().map(|f| (f.path, f.after)).collect();
    let read = Model::of(&read(&After(files, all.clone())));
    // Import keys of copies and twins may differ, so roles are compared by folder and place.
    prop_assert_eq!(&read.values, &model.values, "{:#?}\n{:#?}", changes, all);
    prop_assert_eq!(&read.below, &model.below, "{:#?}\n{:#?}", changes, all);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("MOLECULE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200)
    ))]

    #[test]
    fn a_generated_org_reads_back_as_changed(mut roles in proptest::collection::vec(role(), 1..4), draws in proptest::collection::vec(draw(), 1..7)) {
        let files = written(&mut roles);
        holds(&files, &draws, Scope::OnlyThis)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("MOLECULE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(12)
    ))]

    #[test]
    fn the_development_org_reads_back_as_changed(draws in proptest::collection::vec(draw(), 1..6)) {
        holds(&generated(), &draws, Scope::OnlyThis)?;
        if let Some(root) = published_folder() {
            holds(&DiskFiles::new(&root), &draws, Scope::OnlyThis)?;
        }
    }
}

#[test]
fn the_generator_writes_what_it_says() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..50 {
        let mut roles = proptest::collection::vec(role(), 1..4)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let files = written(&mut roles);
        let org = read(&files);
        let mut flat: Vec<&Role> = Vec::new();
        let mut stack: Vec<&Role> = roles.iter().rev().collect();
        while let Some(one) = stack.pop() {
            flat.push(one);
            stack.extend(one.children.iter().rev());
        }
        assert_eq!(flat.len(), org.roles.len());
        for (want, role) in flat.iter().zip(&org.roles) {
            for (field, value) in &want.values {
                assert_eq!(
                    &role.fields[*field].value, value,
                    "{field} of {}",
                    role.name
                );
            }
        }
    }
    assert!(run(&written(&mut []), &[], &Choices::new()).is_ok());
}
