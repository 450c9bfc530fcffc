//! What one [`crate::GitFetch`] may use: time, bytes, transports.

use crate::address::{RepoUrl, Scheme};
use std::time::Duration;

/// What a fetch may use at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For asking which commit a ref is.
    pub resolve: Duration,
    /// For fetching one commit, everything together.
    pub fetch: Duration,
    /// Bytes of a commit's files, and of what comes over the network.
    pub bytes: u64,
    /// Files of a commit.
    pub files: usize,
}

impl Default for Limits {
    /// Half a minute, five minutes, 100 MiB (as plugins have it), 20,000 files.
    fn default() -> Self {
        Self {
            resolve: Duration::from_secs(30),
            fetch: Duration::from_secs(300),
            bytes: 100 << 20,
            files: 20_000,
        }
    }
}

/// Which transports may be used. The product uses [`Transports::default`]: https alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transports {
    extra: Vec<Scheme>,
    rewrites: Vec<(String, String)>,
}

impl Transports {
    /// For tests: these schemes too.
    #[must_use]
    pub fn for_tests(extra: &[Scheme]) -> Self {
        Self {
            extra: extra.to_vec(),
            rewrites: Vec::new(),
        }
    }

    /// For tests: addresses that begin with `from` (`https://git.example/`) are fetched from `to`
    /// (`file:///tmp/repos/`, `http://127.0.0.1:4000/`) instead. Names, allowlists and caches keep the written address.
    #[must_use]
    pub fn rewrite(mut self, from: &str, to: &str) -> Self {
        self.rewrites.push((from.to_owned(), to.to_owned()));
        self
    }

    /// The URL that git gets.
    pub(crate) fn url(&self, repo: &RepoUrl) -> String {
        let url = repo.url();
        let rewritten = self.rewrites.iter().find_map(|(from, to)| {
            let rest = url.strip_prefix(from.as_str())?;
            Some(format!("{to}{rest}"))
        });
        rewritten.unwrap_or(url)
    }

    pub(crate) fn allows(&self, scheme: Scheme) -> bool {
        scheme == Scheme::Https || self.extra.contains(&scheme)
    }

    /// For `GIT_ALLOW_PROTOCOL`.
    pub(crate) fn protocols(&self) -> String {
        std::iter::once(Scheme::Https)
            .chain(self.extra.iter().copied())
            .map(Scheme::word)
            .collect::<Vec<_>>()
            .join(":")
    }
}
