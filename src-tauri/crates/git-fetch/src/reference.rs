//! Refs as people write them, and commits.

use crate::error::GitError;
use std::fmt;

/// A branch, a tag, a full ref name or a full commit hash; checked (contract 03 section 2.4, step 1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ref(String);

impl Ref {
    /// Takes letters, digits and `_ . / -`; nothing that climbs, begins with a dash, or means something else to git.
    ///
    /// # Errors
    /// [`GitError::Ref`].
    pub fn parse(text: &str) -> Result<Self, GitError> {
        let refuse = |reason: &str| {
            Err(GitError::Ref {
                text: text.chars().filter(|c| !c.is_control()).take(100).collect(),
                reason: reason.to_owned(),
            })
        };
        if text.is_empty() {
            return refuse("it is empty; write a branch, a tag or a commit");
        }
        if text.len() > 250 {
            return refuse("it is longer than 250 characters");
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'/' | b'-');
        if !text.bytes().all(allowed) {
            return refuse(
                "only letters, digits, underscores, dots, slashes and dashes are allowed",
            );
        }
        if text.contains("..") {
            return refuse("two dots in a row are not allowed");
        }
        let odd =
            |part: &str| part.is_empty() || part.starts_with(['.', '-']) || part.ends_with(".lock");
        if text.split('/').any(odd) || text.ends_with('.') {
            return refuse("git allows no ref of this form");
        }
        Ok(Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The commit, when the ref is a full hash; no lookup is needed then.
    pub fn commit(&self) -> Option<Commit> {
        Commit::parse(&self.0)
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A commit's full hash, 40 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Commit(String);

impl Commit {
    /// The commit of exactly 40 hexadecimal digits, in any letter case; nothing for other texts.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
        hex.then(|| Self(text.to_ascii_lowercase()))
    }

    /// 40 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 digits, for people.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
