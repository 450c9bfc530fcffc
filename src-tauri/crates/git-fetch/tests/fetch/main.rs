//! Fetching commits from real repositories (contract 03 section 2.4 and nos. 41 to 45).

// Tests say what they expect by unwrapping and by panicking with a reason.
#![allow(clippy::unwrap_used, clippy::panic)]

mod addresses;
mod fetching;
mod hostile;
mod tokens;

use git_fetch::testing::Forge;
use git_fetch::{Allowlist, Cache, GitFetch, RepoUrl, Transports};

/// The host that repositories of these tests are written with.
const HOST: &str = "git.example.org";

/// A forge with one repository, a cache, and a fetcher that finds the one and fills the other.
struct Place {
    forge: Forge,
    folder: tempfile::TempDir,
    cache: Cache,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(&folder.path().join("cache"));
        Self {
            forge: Forge::new(),
            folder,
            cache,
        }
    }

    fn fetcher(&self) -> GitFetch {
        fetcher(self.forge.transports(HOST))
    }

    /// Everything below the cache, as text, for searching.
    fn everything(&self) -> String {
        let output = std::process::Command::new("grep")
            .args(["-ra", ""])
            .arg(self.folder.path())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn fetcher(transports: Transports) -> GitFetch {
    GitFetch::new(allowed("git.example.org/")).with_transports(transports)
}

fn allowed(setting: &str) -> Allowlist {
    Allowlist::from_setting(Some(setting)).unwrap()
}

fn repo(name: &str) -> RepoUrl {
    RepoUrl::on_host(HOST, name).unwrap()
}

fn at(text: &str) -> git_fetch::Ref {
    git_fetch::Ref::parse(text).unwrap()
}
