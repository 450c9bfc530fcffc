//! `!external` with a network: repositories into `<org folder>/.external-cache/` (contract 03 section 2.4, nos. 41 to 45).

use crate::{Orgs, source};
use git_fetch::{Allowlist, Cache, Fetched, GitError, GitFetch, Ref, RepoUrl, Token, TokenStyle};
use org_template::{ExternalAsk, ExternalTree, Externals};
use std::{collections::BTreeSet, path::Path};
use store::rows::workspaces;
use tokio::runtime::Handle;

/// Folder of fetched repositories below the org's.
const CACHE: &str = ".external-cache";
/// Commits that are kept of every repository besides those in use.
const KEPT: usize = 3;
/// In force where `MOLECULE_EXTERNAL_GITEA_URL` is not set.
const DEFAULT_HOST: &str = "git.moleculesai.app";

/// Where repositories come from, and which may.
#[derive(Debug, Clone)]
pub struct ExternalSource {
    /// Fetches, within its allowlist.
    pub git: GitFetch,
    /// Host of directives without `url`.
    pub host: String,
}

impl ExternalSource {
    /// As `MOLECULE_EXTERNAL_GITEA_URL`, `MOLECULE_EXTERNAL_REPO_ALLOWLIST` and `MOLECULE_GITEA_TOKEN` say (contract 03
    /// section 1.6). The token is sent to that host alone.
    ///
    /// # Errors
    /// [`GitError::AllowlistEntry`], [`GitError::Address`]: a setting that is not understood allows nothing.
    pub fn from_env() -> Result<Self, GitError> {
        let setting = |name: &str| std::env::var(name).ok();
        let list = setting("MOLECULE_EXTERNAL_REPO_ALLOWLIST");
        let host = setting("MOLECULE_EXTERNAL_GITEA_URL").filter(|host| !host.trim().is_empty());
        let host = host.as_deref().unwrap_or(DEFAULT_HOST);
        // Any name does: what is wanted is the host as addresses spell it.
        let host = RepoUrl::on_host(host, "owner/name")?.host().to_owned();
        let token = setting("MOLECULE_GITEA_TOKEN");
        let token = token.and_then(|token| Token::new(&host, &token, TokenStyle::Token));
        let git = GitFetch::new(Allowlist::from_setting(list.as_deref())?);
        Ok(Self {
            git: match token {
                Some(token) => git.with_token(token),
                None => git,
            },
            host,
        })
    }
}

/// Where the commit of a ref comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// From its host; what it was last time where the host cannot be reached. For what a person asks for.
    Host,
    /// What it was last time; from its host where it was never fetched. For what happens by itself, as at every save.
    HereFirst,
    /// What it was last time, else nothing. For lists, which never fetch (no. 41).
    HereOnly,
}

/// The repositories of one org folder.
pub(crate) struct Repositories {
    source: Result<ExternalSource, GitError>,
    cache: Cache,
    look: Look,
    runtime: Handle,
}

impl Orgs {
    /// Repositories of the org folder at `root`. Use it on a thread that may block.
    pub(crate) fn repositories(&self, root: &Path, look: Look) -> Repositories {
        Repositories {
            source: (*self.external).clone(),
            cache: Cache::at(&root.join(CACHE)),
            look,
            runtime: Handle::current(),
        }
    }

    /// Removes fetched commits that no workspace of the folder lives from any more, but the last three of every
    /// repository (no. 44). Never a reason for an import to fail.
    pub(crate) async fn sweep_externals(&self, root: &Path) {
        let rows = match workspaces::list_all(self.store.read()).await {
            Ok(rows) => rows,
            Err(error) => return tracing::warn!(%error, "fetched repositories were not swept"),
        };
        let folder = root.join(CACHE);
        let below = source::plain(&folder);
        let in_use: BTreeSet<String> = rows
            .iter()
            .filter_map(|row| row.template_dir.as_deref())
            .filter_map(|dir| dir.strip_prefix(&below))
            .filter_map(|rest| {
                let mut parts = rest.split(['/', '\\']).filter(|part| !part.is_empty());
                Some(format!("{}/{}", parts.next()?, parts.next()?))
            })
            .collect();
        let swept = tokio::task::spawn_blocking(move || Cache::at(&folder).sweep(&in_use, KEPT));
        match swept.await {
            Ok(Ok(swept)) if swept.removed.is_empty() => {}
            Ok(Ok(swept)) => {
                tracing::info!(removed = ?swept.removed, "fetched repositories were swept")
            }
            Ok(Err(error)) => tracing::warn!(%error, "fetched repositories were not swept"),
            Err(error) => tracing::warn!(%error, "sweeping fetched repositories ended early"),
        }
    }
}

impl Externals for Repositories {
    fn tree(&self, ask: &ExternalAsk) -> Result<Option<ExternalTree>, String> {
        self.find(ask).map_err(|error| error.to_string())
    }
}

impl Repositories {
    fn find(&self, ask: &ExternalAsk) -> Result<Option<ExternalTree>, GitError> {
        let source = self.source.as_ref().map_err(Clone::clone)?;
        let host = ask.host.as_deref().unwrap_or(&source.host);
        let repo = RepoUrl::on_host(host, &ask.repo)?;
        let wanted = Ref::parse(&ask.reference)?;
        let git = &source.git;
        let wait = &self.runtime;
        let here = match self.look {
            Look::Host => None,
            _ => wait.block_on(git.offline(&self.cache, &repo, &wanted))?,
        };
        let found = match here {
            None if self.look != Look::HereOnly => {
                Some(wait.block_on(git.get(&self.cache, &repo, &wanted))?)
            }
            here => here,
        };
        Ok(found.map(|fetched| ExternalTree {
            folder: format!("{CACHE}/{}", Cache::name(&repo, &fetched.commit)),
            notes: notes(&repo, &wanted, &fetched),
            commit: fetched.commit.to_string(),
            repo: repo.place(),
        }))
    }
}

fn notes(repo: &RepoUrl, wanted: &Ref, fetched: &Fetched) -> Vec<String> {
    let mut notes = Vec::new();
    if fetched.remembered {
        notes.push(format!(
            "{repo} could not be reached; {wanted} is used as it was last time, {}",
            fetched.commit.short()
        ));
    }
    if !fetched.left_out.is_empty() {
        notes.push(format!(
            "links of {repo} that lead out of it are left out: {}",
            fetched.left_out.join(", ")
        ));
    }
    notes
}
