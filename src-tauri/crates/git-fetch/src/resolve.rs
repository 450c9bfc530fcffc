//! A ref to the commit it is now (contract 03 section 2.4, step 2).

use crate::address::RepoUrl;
use crate::error::GitError;
use crate::reference::{Commit, Ref};
use crate::token::Token;
use std::collections::HashMap;
use std::time::Duration;

/// Full names a short ref may stand for, in the order that wins: branches before tags, as `clone --branch` has it. A
/// tag with a message of its own is asked for with what it points at.
pub(crate) fn names(wanted: &Ref) -> Vec<String> {
    let text = wanted.as_str();
    if text.starts_with("refs/") {
        return vec![format!("{text}^{{}}"), text.to_owned()];
    }
    if text == "HEAD" {
        return vec![text.to_owned()];
    }
    vec![
        format!("refs/heads/{text}"),
        format!("refs/tags/{text}^{{}}"),
        format!("refs/tags/{text}"),
    ]
}

/// Picks the commit from what `ls-remote` wrote.
pub(crate) fn pick(stdout: &[u8], names: &[String]) -> Option<Commit> {
    let text = String::from_utf8_lossy(stdout);
    let found: HashMap<&str, Commit> = text
        .lines()
        .filter_map(|line| {
            let (hash, name) = line.split_once('\t')?;
            Some((name, Commit::parse(hash)?))
        })
        .collect();
    names
        .iter()
        .find_map(|name| found.get(name.as_str()).cloned())
}

/// Tags from what `ls-remote --tags` wrote, by name; a tag with a message of its own is what it points at.
pub(crate) fn tags(stdout: &[u8]) -> Vec<(String, Commit)> {
    let text = String::from_utf8_lossy(stdout);
    let mut found = std::collections::BTreeMap::new();
    for line in text.lines() {
        let Some((hash, name)) = line.split_once('\t') else {
            continue;
        };
        let (Some(name), Some(commit)) = (name.strip_prefix("refs/tags/"), Commit::parse(hash))
        else {
            continue;
        };
        match name.strip_suffix("^{}") {
            Some(name) => drop(found.insert(name.to_owned(), commit)),
            None => drop(found.entry(name.to_owned()).or_insert(commit)),
        }
    }
    found.into_iter().collect()
}

/// Which error a failed git command is. `wanted` is the ref or commit it was about.
pub(crate) fn failure(
    repo: &RepoUrl,
    wanted: &str,
    stderr: &str,
    token: Option<&Token>,
    hidden: &[&std::path::Path],
) -> GitError {
    let masked = token.map_or_else(|| stderr.to_owned(), |token| token.mask(stderr));
    let reason = told(&masked, hidden);
    let place = repo.place();
    let lower = masked.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&[
        "authentication failed",
        "could not read username",
        "could not read password",
        "terminal prompts disabled",
        "requested url returned error: 401",
        "requested url returned error: 403",
        "permission denied",
    ]) {
        return GitError::Denied { place, reason };
    }
    if says(&[
        "could not resolve host",
        "couldn't resolve host",
        "failed to connect",
        "couldn't connect",
        "connection refused",
        "connection timed out",
        "connection reset",
        "operation timed out",
        "operation too slow",
        "network is unreachable",
        "no route to host",
        "empty reply from server",
        "requested url returned error: 502",
        "requested url returned error: 503",
        "requested url returned error: 504",
    ]) {
        return GitError::Unreachable { place, reason };
    }
    if says(&[
        "couldn't find remote ref",
        "not our ref",
        "unadvertised object",
    ]) {
        return GitError::UnknownRef {
            place,
            wanted: wanted.to_owned(),
            reason,
        };
    }
    GitError::Failed { place, reason }
}

/// Git's own sentence: its errors on one line, without paths of this computer.
fn told(stderr: &str, hidden: &[&std::path::Path]) -> String {
    let mut text = stderr
        .lines()
        .map(str::trim)
        .filter(|line| {
            !line.is_empty() && !line.starts_with("hint:") && !line.starts_with("warning:")
        })
        .collect::<Vec<_>>()
        .join("; ");
    for path in hidden {
        text = text.replace(path.to_string_lossy().as_ref(), "…");
    }
    let text: String = text.chars().filter(|c| !c.is_control()).take(400).collect();
    if text.is_empty() {
        "git gave no reason".to_owned()
    } else {
        text
    }
}

pub(crate) fn timed_out(repo: &RepoUrl, limit: Duration) -> GitError {
    GitError::TimedOut {
        place: repo.place(),
        limit,
    }
}
