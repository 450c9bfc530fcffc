//! Org templates against the fixtures of contract 03. Test names carry the fixture's number.

// Tests say what they expect by unwrapping and by panicking with a reason.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bad_input;
mod configs;
mod cron_next;
mod data_org;
mod departments;
mod envs;
mod externals;
mod includes;
mod merging;
mod oddities;
mod plans;
mod properties;
mod scale;
mod shape;
mod validation;
mod write_back;

use org_template::{
    Code, Effective, Env, Limits, MemoryFiles, Org, OrgErrors, Problem, effective, load_env,
    load_from,
};

/// Files in memory.
pub fn files(list: &[(&str, &str)]) -> MemoryFiles {
    list.iter().fold(MemoryFiles::new(), |files, (path, text)| {
        files.with(path, *text)
    })
}

/// What loading gives.
pub fn load(list: &[(&str, &str)]) -> Result<Org, OrgErrors> {
    load_from(&files(list), &Limits::default())
}

/// An org that must load.
pub fn org(list: &[(&str, &str)]) -> Org {
    load(list).unwrap_or_else(|e| panic!("does not load:\n{e}"))
}

/// An org that must load and merge, with the `.env` files among its files.
pub fn merged(list: &[(&str, &str)]) -> Effective {
    let files = files(list);
    let org =
        load_from(&files, &Limits::default()).unwrap_or_else(|e| panic!("does not load:\n{e}"));
    let (env, _) = load_env(&org, &files, &Limits::default());
    effective(&org, &env).unwrap_or_else(|e| panic!("does not merge:\n{e}"))
}

/// The first problem of an org that must not load.
pub fn refused(list: &[(&str, &str)]) -> Problem {
    match load(list) {
        Ok(org) => match effective(&org, &Env::default()) {
            Ok(_) => panic!("loads although it must not"),
            Err(errors) => errors.problems()[0].clone(),
        },
        Err(errors) => errors.problems()[0].clone(),
    }
}

/// The problem, by its place as a person sees it.
pub fn at(problem: &Problem) -> String {
    format!("{}:{}:{}", problem.file, problem.line, problem.column)
}

/// An org whose expansion must fail for this reason.
pub fn expansion(list: &[(&str, &str)], code: Code) {
    match load(list) {
        Err(OrgErrors::Expansion(problems)) => assert_eq!(problems[0].code, code, "{problems:?}"),
        other => panic!("expected an expansion error, got {other:?}"),
    }
}

/// The warnings of one kind.
pub fn warned(effective: &Effective, code: Code) -> Vec<&Problem> {
    effective
        .warnings
        .iter()
        .filter(|w| w.code == code)
        .collect()
}
