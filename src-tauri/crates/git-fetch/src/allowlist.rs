//! Which repositories may be fetched at all (contract 03 sections 1.6 and 2.4).

use crate::address::{RepoUrl, checked_host, checked_name};
use crate::error::GitError;

/// In force where nothing is set.
pub const DEFAULT_ALLOWLIST: &str = "git.moleculesai.app/molecule-ai/";

/// Allowed `host/path` prefixes, compared name by name: `host/acme` allows `host/acme/x`, never `host/acme-evil/x`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowlist {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    segments: Vec<String>,
    /// Written with `/` or `/*` at its end: what lies below, not the place itself.
    below: bool,
}

impl Allowlist {
    /// Reads a setting: entries with commas between. Unset (`None`) means [`DEFAULT_ALLOWLIST`]; set but empty refuses
    /// everything.
    ///
    /// # Errors
    /// [`GitError::AllowlistEntry`]: an entry that is not understood is no reason to allow or refuse something else
    /// than was meant.
    pub fn from_setting(setting: Option<&str>) -> Result<Self, GitError> {
        let entries = setting
            .unwrap_or(DEFAULT_ALLOWLIST)
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(Entry::parse)
            .collect::<Result<_, _>>()?;
        Ok(Self { entries })
    }

    /// Refuses what is not on the list. Touches no network.
    ///
    /// # Errors
    /// [`GitError::NotAllowed`].
    pub fn check(&self, repo: &RepoUrl) -> Result<(), GitError> {
        if self.allows(repo) {
            return Ok(());
        }
        Err(GitError::NotAllowed {
            place: repo.place(),
            list: self.to_string(),
        })
    }

    /// Whether a repository is on the list.
    pub fn allows(&self, repo: &RepoUrl) -> bool {
        let asked: Vec<&str> = repo.segments().collect();
        self.entries.iter().any(|entry| entry.allows(&asked))
    }
}

impl Default for Allowlist {
    fn default() -> Self {
        let (host, owner) = ("git.moleculesai.app", "molecule-ai");
        Self {
            entries: vec![Entry {
                segments: vec![host.to_owned(), owner.to_owned()],
                below: true,
            }],
        }
    }
}

impl std::fmt::Display for Allowlist {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.entries.is_empty() {
            return f.write_str("which is empty");
        }
        for (at, entry) in self.entries.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            let end = if entry.below { "/" } else { "" };
            write!(f, "{comma}{}{end}", entry.segments.join("/"))?;
        }
        Ok(())
    }
}

impl Entry {
    fn parse(text: &str) -> Result<Self, GitError> {
        let refuse = |reason: &str| GitError::AllowlistEntry {
            entry: text.chars().filter(|c| !c.is_control()).take(200).collect(),
            reason: reason.to_owned(),
        };
        let plain = text.strip_suffix('*').filter(|rest| rest.ends_with('/'));
        let plain = plain.unwrap_or(text);
        let (plain, below) = match plain.strip_suffix('/') {
            Some(rest) => (rest, true),
            None => (plain, false),
        };
        let plain = plain.strip_prefix("https://").unwrap_or(plain);
        let (host, path) = plain.split_once('/').unwrap_or((plain, ""));
        let mut segments = vec![checked_host(host).map_err(refuse)?];
        for name in path.split('/').filter(|_| !path.is_empty()) {
            if !checked_name(name) {
                return Err(refuse("write host/owner/ or host/owner/name"));
            }
            segments.push(name.to_owned());
        }
        Ok(Self { segments, below })
    }

    fn allows(&self, asked: &[&str]) -> bool {
        let long_enough = if self.below {
            asked.len() > self.segments.len()
        } else {
            asked.len() >= self.segments.len()
        };
        long_enough
            && self
                .segments
                .iter()
                .zip(asked)
                .all(|(have, want)| have == want)
    }
}
