//! Plugins of git hosts, by the room of git (contract 03 section 7.2): `github` without a token, `gitea` on any host that
//! the allowlist names, with the token of its own host.

use crate::{Limits, PluginError, Source, Tree, fetch::Given, shelf::blocking, source::GITEA_HOST};
use git_fetch::{Allowlist, Cache, Commit, GitError, GitFetch, Ref, RepoUrl, Token, TokenStyle};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Commits of a repository that are kept for the next fetch.
const KEPT: usize = 2;

/// Who fetches from where.
#[derive(Debug, Clone)]
pub struct Repositories {
    github: GitFetch,
    gitea: Result<GitFetch, GitError>,
    root: PathBuf,
}

impl Repositories {
    /// With these fetchers and a folder for what was fetched.
    pub fn new(github: GitFetch, gitea: GitFetch, root: impl Into<PathBuf>) -> Self {
        Self {
            github,
            gitea: Ok(gitea),
            root: root.into(),
        }
    }

    /// As the variables of contract 03 section 1.6 say. An allowlist that is not understood fetches nothing.
    pub fn read(
        limits: &Limits,
        root: impl Into<PathBuf>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let within = git_fetch::Limits {
            fetch: limits.fetch,
            bytes: limits.bytes,
            files: limits.files,
            ..git_fetch::Limits::default()
        };
        let github = Allowlist::from_setting(Some("github.com/")).unwrap_or_default();
        let allow =
            Allowlist::from_setting(variable("MOLECULE_EXTERNAL_REPO_ALLOWLIST").as_deref());
        let host = variable("MOLECULE_EXTERNAL_GITEA_URL")
            .filter(|host| !host.trim().is_empty())
            .unwrap_or_else(|| GITEA_HOST.to_owned());
        let host = host
            .trim()
            .trim_start_matches("https://")
            .trim_end_matches('/');
        let token = variable("MOLECULE_GITEA_TOKEN")
            .and_then(|value| Token::new(host, &value, TokenStyle::Token));
        Self {
            github: GitFetch::new(github).with_limits(within),
            gitea: allow.map(|allow| {
                let fetch = GitFetch::new(allow).with_limits(within);
                match token {
                    Some(token) => fetch.with_token(token),
                    None => fetch,
                }
            }),
            root: root.into(),
        }
    }

    fn of(&self, source: &Source) -> Result<(&GitFetch, RepoUrl, Cache), PluginError> {
        let Source::Git {
            scheme,
            host,
            owner,
            repo,
            ..
        } = source
        else {
            return Err(PluginError::UnknownScheme);
        };
        let fetch = match *scheme {
            "github" => &self.github,
            _ => self
                .gitea
                .as_ref()
                .map_err(|error| of(source, error.clone()))?,
        };
        let url = RepoUrl::on_host(host, &format!("{owner}/{repo}"))
            .map_err(|_| PluginError::InvalidSource)?;
        // Two hosts may have repositories of one name.
        let place = host.replace(':', "_");
        Ok((fetch, url, Cache::at(&self.root.join(place))))
    }

    /// Refuses a repository that may not be asked. Touches no network.
    pub(crate) fn check(&self, source: &Source) -> Result<(), PluginError> {
        let (fetch, url, _) = self.of(source)?;
        fetch.check(&url).map_err(|error| of(source, error))
    }

    /// The files of a source at its ref, and the commit that is.
    pub(crate) async fn fetch(
        &self,
        source: &Source,
        limits: Limits,
    ) -> Result<Given, PluginError> {
        let (fetch, url, cache) = self.of(source)?;
        let Source::Git { reference, .. } = source else {
            return Err(PluginError::UnknownScheme);
        };
        let wanted = wanted(reference.as_deref().unwrap_or("HEAD"))?;
        // Never what the ref was last time: an install says which commit it is.
        let commit = fetch
            .resolve(&url, &wanted)
            .await
            .map_err(|error| of(source, error))?;
        let fetched = fetch
            .fetch(&cache, &url, &commit, Some(&wanted))
            .await
            .map_err(|error| of(source, error))?;
        let path = fetched.path;
        let tree = blocking(move || Tree::read(&path, &limits)).await?;
        Ok(Given {
            tree,
            commit: Some(commit.as_str().to_owned()),
            reference: reference.clone(),
        })
    }

    /// The commit a tag is now.
    pub(crate) async fn tag(&self, source: &Source, tag: &str) -> Result<Commit, PluginError> {
        let (fetch, url, _) = self.of(source)?;
        let wanted = wanted(&format!("refs/tags/{tag}"))?;
        fetch
            .resolve(&url, &wanted)
            .await
            .map_err(|error| of(source, error))
    }

    /// The highest version among the tags, and its commit; versions before a release only where there is no release.
    /// `None` without any version tag.
    pub(crate) async fn latest(
        &self,
        source: &Source,
    ) -> Result<Option<(String, Commit)>, PluginError> {
        let (fetch, url, _) = self.of(source)?;
        let tags = fetch.tags(&url).await.map_err(|error| of(source, error))?;
        Ok(highest(tags))
    }

    /// Drops commits that were fetched long ago. Blocks.
    pub(crate) fn sweep(&self) {
        let hosts = std::fs::read_dir(&self.root)
            .into_iter()
            .flatten()
            .flatten();
        for host in hosts {
            sweep(&host.path());
        }
    }
}

fn sweep(root: &Path) {
    if let Err(error) = Cache::at(root).sweep(&BTreeSet::new(), KEPT) {
        tracing::warn!(%error, "fetched plugins could not be swept");
    }
}

fn wanted(text: &str) -> Result<Ref, PluginError> {
    Ref::parse(text).map_err(|_| PluginError::InvalidSource)
}

fn highest(tags: Vec<(String, Commit)>) -> Option<(String, Commit)> {
    let mut versions: Vec<(semver::Version, String, Commit)> = tags
        .into_iter()
        .filter_map(|(tag, commit)| {
            let text = tag.strip_prefix(['v', 'V']).unwrap_or(&tag);
            Some((semver::Version::parse(text).ok()?, tag, commit))
        })
        .collect();
    if versions.iter().any(|(version, ..)| version.pre.is_empty()) {
        versions.retain(|(version, ..)| version.pre.is_empty());
    }
    versions
        .into_iter()
        .max_by(|a, b| a.0.cmp(&b.0))
        .map(|(_, tag, commit)| (tag, commit))
}

/// What git said goes into the log; the caller learns the kind alone (contract 03 section 8.1).
fn of(source: &Source, error: GitError) -> PluginError {
    tracing::warn!(%error, %source, "a plugin could not be fetched");
    let (scheme, source_raw) = (source.scheme(), source.to_string());
    match error {
        GitError::Address { .. } | GitError::Ref { .. } => PluginError::InvalidSource,
        GitError::NotAllowed { .. } | GitError::AllowlistEntry { .. } => {
            PluginError::NotAllowedHost { source_raw }
        }
        GitError::UnknownRef { .. } => PluginError::NotFound {
            scheme,
            source_raw,
            folder: None,
        },
        // Hosts answer a repository that is not there, or not for everybody, with one of these.
        GitError::Denied { .. } => PluginError::NotFound {
            scheme,
            source_raw,
            folder: None,
        },
        GitError::Failed { reason, .. }
            if reason.contains("not found")
                || reason.contains("does not exist")
                || reason.contains("does not appear to be a git repository") =>
        {
            PluginError::NotFound {
                scheme,
                source_raw,
                folder: None,
            }
        }
        GitError::TimedOut { .. } => PluginError::Deadline { scheme, source_raw },
        GitError::TooLarge { .. } => PluginError::TooLarge,
        _ => PluginError::Fetch { scheme, source_raw },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_release_wins_and_other_tags_do_not_count() {
        let commit = |digit: &str| Commit::parse(&digit.repeat(40)).unwrap();
        let tags = |names: &[(&str, &str)]| {
            names
                .iter()
                .map(|(name, digit)| ((*name).to_owned(), commit(digit)))
                .collect::<Vec<_>>()
        };
        let found = highest(tags(&[
            ("v1.9.0", "1"),
            ("v1.10.0", "2"),
            ("2.0.0-rc.1", "3"),
            ("nightly", "4"),
            ("v9", "5"),
        ]));
        assert_eq!(found, Some(("v1.10.0".to_owned(), commit("2"))));
        let early = highest(tags(&[("v0.1.0-alpha", "1"), ("v0.1.0-beta", "2")]));
        assert_eq!(early.unwrap().0, "v0.1.0-beta");
        assert_eq!(highest(tags(&[("main", "1")])), None);
    }
}
