//! [`GitFetch`]: from a repository and a ref to a folder on disk.

use crate::address::RepoUrl;
use crate::allowlist::Allowlist;
use crate::cache::Cache;
use crate::checkout::{Checkout, no_git, run_error};
use crate::commands::Environment;
use crate::error::GitError;
use crate::reference::{Commit, Ref};
use crate::resolve::{failure, names, pick, tags};
use crate::run::git;
use crate::settings::{Limits, Transports};
use crate::token::Token;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// A commit on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Which.
    pub commit: Commit,
    /// Its folder: the commit's files, git's own folder and the marker.
    pub path: PathBuf,
    /// It was there already.
    pub cached: bool,
    /// The host could not be asked; this is what the ref was last time.
    pub remembered: bool,
    /// Links that leave the tree and are therefore not in the folder.
    pub left_out: Vec<String>,
}

/// Fetches commits. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct GitFetch {
    allow: Allowlist,
    limits: Limits,
    transports: Transports,
    tokens: Vec<Token>,
}

impl GitFetch {
    /// Fetches what `allow` allows, over https, without a token.
    pub fn new(allow: Allowlist) -> Self {
        Self {
            allow,
            ..Self::default()
        }
    }

    /// Other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Other transports; tests.
    #[must_use]
    pub fn with_transports(mut self, transports: Transports) -> Self {
        self.transports = transports;
        self
    }

    /// A token for its host.
    #[must_use]
    pub fn with_token(mut self, token: Token) -> Self {
        self.tokens.push(token);
        self
    }

    /// Whether a repository may be fetched. Touches no network.
    ///
    /// # Errors
    /// [`GitError::NotAllowed`], [`GitError::Transport`].
    pub fn check(&self, repo: &RepoUrl) -> Result<(), GitError> {
        if !self.transports.allows(repo.scheme()) {
            return Err(GitError::Transport {
                scheme: repo.scheme().word().to_owned(),
            });
        }
        self.allow.check(repo)
    }

    /// The commit a ref is now. A full hash is its own answer.
    ///
    /// # Errors
    /// [`GitFetch::check`]'s, and what the host or git said.
    pub async fn resolve(&self, repo: &RepoUrl, wanted: &Ref) -> Result<Commit, GitError> {
        self.check(repo)?;
        if let Some(commit) = wanted.commit() {
            return Ok(commit);
        }
        let names = names(wanted);
        let told = self.ls_remote(repo, wanted.as_str(), &[], &names).await?;
        pick(&told, &names).ok_or_else(|| GitError::UnknownRef {
            place: repo.place(),
            wanted: wanted.to_string(),
            reason: "no branch and no tag has this name".to_owned(),
        })
    }

    /// All tags of a repository with the commits they point to now, by name.
    ///
    /// # Errors
    /// [`GitFetch::check`]'s, and what the host or git said.
    pub async fn tags(&self, repo: &RepoUrl) -> Result<Vec<(String, Commit)>, GitError> {
        self.check(repo)?;
        let told = self.ls_remote(repo, "refs/tags", &["--tags"], &[]).await?;
        Ok(tags(&told))
    }

    /// What `git ls-remote` writes. `about` is what an error names.
    async fn ls_remote(
        &self,
        repo: &RepoUrl,
        about: &str,
        options: &[&str],
        names: &[String],
    ) -> Result<Vec<u8>, GitError> {
        let home = home()?;
        usable(home.path()).await?;
        let (url, token) = (self.transports.url(repo), self.token(repo));
        let environment = self.environment(home.path(), None, &url, token);
        let mut arguments = vec!["ls-remote", "--quiet"];
        arguments.extend(options);
        arguments.extend(["--", &url]);
        arguments.extend(names.iter().map(String::as_str));
        let limit = self.limits.resolve;
        let output = git(home.path(), &environment, &arguments, limit, || false)
            .await
            .map_err(|error| run_error(repo, error, limit))?;
        if output.success {
            Ok(output.stdout)
        } else {
            let hidden = [home.path()];
            Err(failure(repo, about, &output.stderr, token, &hidden))
        }
    }

    /// Brings a commit into the cache, unless it is there. `wanted` is the ref it was resolved from, for servers that
    /// give no commit by its hash. Dropping the future ends git and leaves nothing.
    ///
    /// # Errors
    /// [`GitFetch::check`]'s, and what the host or git said.
    pub async fn fetch(
        &self,
        cache: &Cache,
        repo: &RepoUrl,
        commit: &Commit,
        wanted: Option<&Ref>,
    ) -> Result<Fetched, GitError> {
        self.check(repo)?;
        if let Some(found) = here(cache, repo, commit).await? {
            return Ok(found);
        }
        let home = home()?;
        usable(home.path()).await?;
        let (url, token) = (self.transports.url(repo), self.token(repo));
        let (beside, of) = (cache.clone(), repo.clone());
        let filling = blocking(move || {
            beside.clear_interrupted(&of);
            beside.filling(&of)
        })
        .await??;
        let checkout = Checkout {
            repo,
            commit,
            wanted,
            token,
            limits: self.limits,
            folder: filling.path(),
            environment: self.environment(home.path(), Some(filling.path()), &url, token),
            url,
            began: Instant::now(),
        };
        let manifest = checkout.run().await?;
        drop(checkout);
        let (into, of, which) = (cache.clone(), repo.clone(), commit.clone());
        let left_out = manifest.left_out.clone();
        blocking(move || {
            manifest
                .write(filling.path())
                .map_err(|error| GitError::cache("the marker", &error))?;
            into.put(&of, &which, filling)
        })
        .await??;
        Ok(Fetched {
            commit: commit.clone(),
            path: cache.folder(repo, commit),
            cached: false,
            remembered: false,
            left_out,
        })
    }

    /// Resolves and fetches. When the host cannot be reached, the commit that the ref was last time is used, if it is
    /// here whole; the answer says so.
    ///
    /// # Errors
    /// As [`GitFetch::resolve`] and [`GitFetch::fetch`].
    pub async fn get(
        &self,
        cache: &Cache,
        repo: &RepoUrl,
        wanted: &Ref,
    ) -> Result<Fetched, GitError> {
        match self.resolve(repo, wanted).await {
            Ok(commit) => {
                let fetched = self.fetch(cache, repo, &commit, Some(wanted)).await?;
                if wanted.commit().is_none() {
                    let (cache, repo, wanted) = (cache.clone(), repo.clone(), wanted.clone());
                    blocking(move || cache.remember(&repo, &wanted, &commit)).await??;
                }
                Ok(fetched)
            }
            Err(error) if error.is_offline() => {
                let last = self.offline(cache, repo, wanted).await?;
                last.map(|fetched| Fetched {
                    remembered: true,
                    ..fetched
                })
                .ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// What is here already, without any network: the commit a hash names, or the one a ref was last time.
    ///
    /// # Errors
    /// [`GitFetch::check`]'s.
    pub async fn offline(
        &self,
        cache: &Cache,
        repo: &RepoUrl,
        wanted: &Ref,
    ) -> Result<Option<Fetched>, GitError> {
        self.check(repo)?;
        match wanted.commit().or_else(|| cache.remembered(repo, wanted)) {
            Some(commit) => here(cache, repo, &commit).await,
            None => Ok(None),
        }
    }

    /// A token goes to its own host only.
    fn token(&self, repo: &RepoUrl) -> Option<&Token> {
        self.tokens.iter().find(|token| token.host() == repo.host())
    }

    fn environment(
        &self,
        home: &Path,
        repository: Option<&Path>,
        url: &str,
        token: Option<&Token>,
    ) -> Environment {
        let base = base_of(url);
        let token = token.zip(base.as_deref());
        Environment::new(&self.transports, home, repository, token)
    }
}

/// `scheme://host/`, what a header is bound to. Addresses of folders have none.
fn base_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{host}/"))
}

async fn here(cache: &Cache, repo: &RepoUrl, commit: &Commit) -> Result<Option<Fetched>, GitError> {
    let (cache, repo, commit) = (cache.clone(), repo.clone(), commit.clone());
    blocking(move || {
        cache.have(&repo, &commit).map(|left_out| Fetched {
            path: cache.folder(&repo, &commit),
            commit,
            cached: true,
            remembered: false,
            left_out,
        })
    })
    .await
}

/// An empty folder that git takes for the person's home.
fn home() -> Result<tempfile::TempDir, GitError> {
    tempfile::tempdir().map_err(|error| GitError::cache("the system's temporary folder", &error))
}

/// A token in the environment needs git 2.31; an older one would ignore it, and our configuration with it.
async fn usable(home: &Path) -> Result<(), GitError> {
    static VERSION: OnceCell<()> = OnceCell::const_new();
    VERSION
        .get_or_try_init(|| async {
            let environment = Environment::new(&Transports::default(), home, None, None);
            let limit = Duration::from_secs(10);
            let output = git(home, &environment, &["version"], limit, || false).await;
            let output = output.map_err(no_git)?;
            let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            if new_enough(&text) {
                Ok(())
            } else {
                Err(GitError::NoGit(format!(
                    "git 2.31 or newer is needed, this is {text}; install a newer git"
                )))
            }
        })
        .await
        .copied()
}

fn new_enough(version: &str) -> bool {
    let numbers = version.trim_start_matches("git version ");
    let mut parts = numbers
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    (major, minor) >= (2, 31)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, GitError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| GitError::Cache("reading it ended early".to_owned()))
}
