//! One commit from a remote into an empty folder.

use crate::address::RepoUrl;
use crate::commands::Environment;
use crate::error::GitError;
use crate::links;
use crate::manifest::{Entry, Manifest};
use crate::reference::{Commit, Ref};
use crate::resolve::{failure, names, timed_out};
use crate::run::{Output, RunError, git};
use crate::settings::Limits;
use crate::token::Token;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// Where the fetched commit is kept in the new repository.
const FETCHED: &str = "refs/fetched/commit";

/// One fetch.
pub(crate) struct Checkout<'a> {
    pub repo: &'a RepoUrl,
    pub url: String,
    pub commit: &'a Commit,
    /// The ref it was resolved from, for servers that give no commit by its hash.
    pub wanted: Option<&'a Ref>,
    pub token: Option<&'a Token>,
    pub limits: Limits,
    pub folder: &'a Path,
    pub environment: Environment,
    pub began: Instant,
}

impl Checkout<'_> {
    /// Fills the folder and proves that it holds the commit; gives its manifest.
    pub async fn run(&self) -> Result<Manifest, GitError> {
        self.ok(&["init", "--quiet", "--template=", "--initial-branch=main"])
            .await?;
        self.exact_bytes()?;
        self.fetch().await?;
        let hash = self.commit.as_str();
        let object = self.ok(&["cat-file", "commit", hash]).await?.stdout;
        let listing = self
            .ok(&["ls-tree", "-r", "-l", "-z", "--full-tree", hash])
            .await?
            .stdout;
        let entries = self.entries(&listing)?;
        self.ok(&["checkout", "--quiet", "--force", "--detach", hash])
            .await?;
        let unusable = |reason: String| self.unusable(reason);
        let left_out = links::leave_out(self.folder)
            .map_err(|error| unusable(format!("it cannot be read: {error}")))?;
        let manifest = Manifest::new(&object, entries, left_out);
        manifest
            .verify(self.folder, self.commit)
            .map_err(unusable)?;
        Ok(manifest)
    }

    /// No conversion of line ends or encodings and no filter, whatever the repository's attributes say: what is kept is
    /// what was committed.
    fn exact_bytes(&self) -> Result<(), GitError> {
        let info = self.folder.join(".git").join("info");
        let written = std::fs::create_dir_all(&info).and_then(|()| {
            std::fs::write(
                info.join("attributes"),
                "* -text -eol -ident -filter -working-tree-encoding\n",
            )
        });
        written.map_err(|error| GitError::cache("a fetched repository", &error))
    }

    async fn fetch(&self) -> Result<(), GitError> {
        let hash = format!("{}:{FETCHED}", self.commit);
        let mut failed = match self.fetch_as(&hash, true).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        // A server that gives no commit by its hash gives the ref; one that only serves files knows no depth.
        let refs = self.wanted.map(names).unwrap_or_default();
        let plain = refs.iter().filter(|name| !name.ends_with("^{}"));
        for (name, shallow) in plain.flat_map(|name| [(name, true), (name, false)]) {
            if !matches!(
                failed,
                GitError::Failed { .. } | GitError::UnknownRef { .. }
            ) {
                break;
            }
            match self.fetch_as(&format!("+{name}:{FETCHED}"), shallow).await {
                Ok(()) => return self.moved_on().await,
                // The first reason is the one to tell, unless the network went away meanwhile.
                Err(GitError::Failed { .. } | GitError::UnknownRef { .. }) => {}
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    async fn fetch_as(&self, refspec: &str, shallow: bool) -> Result<(), GitError> {
        let mut arguments = vec![
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-write-fetch-head",
        ];
        if shallow {
            arguments.push("--depth=1");
        }
        arguments.extend(["--", &self.url, refspec]);
        self.ok(&arguments).await.map(|_| ())
    }

    /// The ref may have moved since it was resolved.
    async fn moved_on(&self) -> Result<(), GitError> {
        let commit = format!("{FETCHED}^{{commit}}");
        let now = self
            .ok(&[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ])
            .await?;
        let now = String::from_utf8_lossy(&now.stdout);
        if now.trim() == self.commit.as_str() {
            return Ok(());
        }
        // Without a depth the wanted commit may have come along.
        let there = self
            .run_git(&["cat-file", "-e", self.commit.as_str()])
            .await?;
        if there.success {
            return Ok(());
        }
        Err(self.unusable("the ref moved while it was fetched; try again".to_owned()))
    }

    /// Reads `ls-tree -r -l -z` and holds it against the limits, before anything is written out.
    fn entries(&self, listing: &[u8]) -> Result<BTreeMap<String, Entry>, GitError> {
        let damaged = || self.unusable("its list of files is not understood".to_owned());
        let mut entries = BTreeMap::new();
        let mut bytes = 0u64;
        for line in listing.split(|b| *b == 0).filter(|line| !line.is_empty()) {
            let line = std::str::from_utf8(line)
                .map_err(|_| self.unusable("a file name is not UTF-8".to_owned()))?;
            let (head, path) = line.split_once('\t').ok_or_else(damaged)?;
            let mut words = head.split_ascii_whitespace();
            let (Some(mode), Some(_), Some(object), Some(size)) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                return Err(damaged());
            };
            if path == crate::manifest::COMPLETE {
                return Err(self.unusable(format!("it holds a file named {path} at its top")));
            }
            bytes = bytes.saturating_add(size.parse().unwrap_or(0));
            let entry = Entry {
                mode: mode.to_owned(),
                object: object.to_owned(),
            };
            entries.insert(path.to_owned(), entry);
        }
        if bytes > self.limits.bytes {
            return Err(self.too_large());
        }
        if entries.len() > self.limits.files {
            return Err(GitError::TooLarge {
                place: self.repo.place(),
                reason: format!("it holds more than {} files", self.limits.files),
            });
        }
        Ok(entries)
    }

    async fn ok(&self, arguments: &[&str]) -> Result<Output, GitError> {
        let output = self.run_git(arguments).await?;
        if output.success {
            return Ok(output);
        }
        let wanted = self.wanted.map_or(self.commit.short(), Ref::as_str);
        Err(failure(
            self.repo,
            wanted,
            &output.stderr,
            self.token,
            &[self.folder],
        ))
    }

    async fn run_git(&self, arguments: &[&str]) -> Result<Output, GitError> {
        let left = self.limits.fetch.saturating_sub(self.began.elapsed());
        if left.is_zero() {
            return Err(timed_out(self.repo, self.limits.fetch));
        }
        // The repository's own copy and the files beside it, with room for what git adds.
        let most = self.limits.bytes.saturating_mul(2).saturating_add(16 << 20);
        let (folder, counting) = (self.folder, |size| size > most);
        let grown = || counting(size_of(folder));
        let output = git(folder, &self.environment, arguments, left, grown).await;
        output.map_err(|error| match error {
            RunError::Grown | RunError::TooMuch => self.too_large(),
            other => run_error(self.repo, other, self.limits.fetch),
        })
    }

    fn too_large(&self) -> GitError {
        GitError::TooLarge {
            place: self.repo.place(),
            reason: format!("it holds more than {} MiB", self.limits.bytes >> 20),
        }
    }

    fn unusable(&self, reason: String) -> GitError {
        GitError::NotTheCommit {
            place: self.repo.place(),
            commit: self.commit.to_string(),
            reason,
        }
    }
}

pub(crate) fn run_error(repo: &RepoUrl, error: RunError, limit: Duration) -> GitError {
    match error {
        RunError::TimedOut => timed_out(repo, limit),
        RunError::TooMuch | RunError::Grown => GitError::TooLarge {
            place: repo.place(),
            reason: "the answer has no end".to_owned(),
        },
        error => no_git(error),
    }
}

/// Why git itself does not run.
pub(crate) fn no_git(error: RunError) -> GitError {
    GitError::NoGit(match error {
        RunError::Missing => {
            "there is no git command on this computer; install git and try again".to_owned()
        }
        RunError::Io(error) => format!("git cannot be run: {}", error.kind()),
        _ => "git does not answer".to_owned(),
    })
}

/// Bytes below a folder, links not followed. What vanishes meanwhile does not count.
fn size_of(folder: &Path) -> u64 {
    let mut sum = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => folders.push(entry.path()),
                Ok(meta) => sum += meta.len(),
                Err(_) => {}
            }
        }
    }
    sum
}
