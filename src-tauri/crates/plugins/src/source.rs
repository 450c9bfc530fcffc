//! Source strings: `scheme://spec`, or a bare name for `local://name` (contract 03 section 7.2).

use crate::{PluginError, name::is_name};
use std::fmt;

/// Schemes that a plugin can come from, sorted.
pub const SCHEMES: &[&str] = &["gitea", "github", "local"];

/// Host of `gitea` sources that name none.
pub const GITEA_HOST: &str = "git.moleculesai.app";

/// Where a plugin comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder of the plugin registry on this computer.
    Local {
        /// Its name.
        name: String,
    },
    /// A repository of a git host.
    Git {
        /// `github` or `gitea`.
        scheme: &'static str,
        /// Host name, with a port if one was given.
        host: String,
        /// Whether the text named the host itself.
        host_named: bool,
        /// Owner of the repository.
        owner: String,
        /// The repository.
        repo: String,
        /// Tag, branch or commit.
        reference: Option<String>,
    },
}

fn part(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
        && !text.contains("..")
}

/// A ref that git can neither take for an option nor climb with.
pub(crate) fn is_reference(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text
            .starts_with(|first: char| first.is_ascii_alphanumeric() || matches!(first, '_' | '.'))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-'))
        && !text
            .split('/')
            .any(|piece| matches!(piece, "" | "." | ".."))
        && !text.contains("..")
}

fn is_host(text: &str) -> bool {
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    part(name)
        && port.is_none_or(|port| {
            !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit())
        })
}

fn scheme_is_valid(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

impl Source {
    /// Reads a source string.
    ///
    /// # Errors
    /// [`PluginError::InvalidSource`] for what is no source, [`PluginError::UnknownScheme`] for a scheme nobody serves,
    /// [`PluginError::InvalidName`] for a local name that is none.
    pub fn parse(text: &str) -> Result<Self, PluginError> {
        let text = text.trim();
        let (scheme, spec) = text.split_once("://").unwrap_or(("local", text));
        if spec.is_empty() || !scheme_is_valid(scheme) {
            return Err(PluginError::InvalidSource);
        }
        match scheme {
            "local" if is_name(spec) => Ok(Self::Local {
                name: spec.to_owned(),
            }),
            "local" => Err(PluginError::InvalidName),
            "github" => Self::git("github", "github.com", false, spec),
            "gitea" => {
                let path = spec.split('#').next().unwrap_or(spec);
                match path.split('/').count() {
                    3 => {
                        let (host, rest) =
                            spec.split_once('/').ok_or(PluginError::InvalidSource)?;
                        Self::git("gitea", host, true, rest)
                    }
                    _ => {
                        let host = std::env::var("MOLECULE_EXTERNAL_GITEA_URL")
                            .ok()
                            .filter(|host| !host.trim().is_empty())
                            .unwrap_or_else(|| GITEA_HOST.to_owned());
                        let host = host
                            .trim()
                            .trim_start_matches("https://")
                            .trim_end_matches('/');
                        Self::git("gitea", host, false, spec)
                    }
                }
            }
            _ => Err(PluginError::UnknownScheme),
        }
    }

    fn git(
        scheme: &'static str,
        host: &str,
        host_named: bool,
        spec: &str,
    ) -> Result<Self, PluginError> {
        let (path, reference) = match spec.split_once('#') {
            Some((path, reference)) => (path, Some(reference)),
            None => (spec, None),
        };
        let (owner, repo) = path.split_once('/').ok_or(PluginError::InvalidSource)?;
        let repo = repo.strip_suffix(".git").unwrap_or(repo);
        if !is_host(host)
            || !part(owner)
            || !part(repo)
            || reference.is_some_and(|reference| !is_reference(reference))
        {
            return Err(PluginError::InvalidSource);
        }
        Ok(Self::Git {
            scheme,
            host: host.to_ascii_lowercase(),
            host_named,
            owner: owner.to_owned(),
            repo: repo.to_owned(),
            reference: reference.map(str::to_owned),
        })
    }

    /// The scheme.
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Local { .. } => "local",
            Self::Git { scheme, .. } => scheme,
        }
    }

    /// The name known before anything is fetched: the folder, or the repository. A valid name in the manifest of a
    /// repository comes before it.
    pub fn name(&self) -> &str {
        match self {
            Self::Local { name } => name,
            Self::Git { repo, .. } => repo,
        }
    }

    /// A git source must name a tag or commit, or what is installed would change by itself.
    pub fn is_pinned(&self) -> bool {
        match self {
            Self::Local { .. } => true,
            Self::Git { reference, .. } => reference.is_some(),
        }
    }

    /// The same repository at another ref.
    pub fn at(&self, to: &str) -> Self {
        let mut other = self.clone();
        if let Self::Git { reference, .. } = &mut other {
            *reference = Some(to.to_owned());
        }
        other
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local { name } => write!(out, "local://{name}"),
            Self::Git {
                scheme,
                host,
                host_named,
                owner,
                repo,
                reference,
            } => {
                write!(out, "{scheme}://")?;
                if *host_named {
                    write!(out, "{host}/")?;
                }
                write!(out, "{owner}/{repo}")?;
                match reference {
                    Some(reference) => write!(out, "#{reference}"),
                    None => Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        Source::parse(text).map_or_else(|error| error.code(), |_| "ok")
    }

    #[test]
    fn d45_12_no_78_sources() {
        assert_eq!(code("demo"), "ok");
        assert_eq!(code("local://demo"), "ok");
        assert_eq!(code(" demo "), "ok");
        assert_eq!(code("local://"), "invalid_source");
        assert_eq!(code(""), "invalid_source");
        assert_eq!(code("ftp://x"), "unknown_scheme");
        assert_eq!(code("local://../x"), "invalid_name");
        assert_eq!(code("local://a/b"), "invalid_name");
        assert_eq!(code("github://o/r#-x"), "invalid_source");
        assert_eq!(code("github://o/r#v1"), "ok");
        assert!(!Source::parse("github://o/r").unwrap().is_pinned());
        assert_eq!(Source::parse(" demo ").unwrap().to_string(), "local://demo");
        for bad in [
            "github://o",
            "github://o/r/x",
            "github://o/..",
            "github://-o/r",
            "github://o/r#",
            "github://o/r#a/../b",
            "github://o/r#a b",
            "gitea://ho st/o/r#v1",
            "gitea://h/o/r/x#v1",
            "gitea://u@h/o/r#v1",
            "1x://y",
        ] {
            assert_eq!(code(bad), "invalid_source", "{bad}");
        }
    }

    #[test]
    fn gitea_sources_may_name_their_host() {
        let named = Source::parse("gitea://git.example.org:3000/a/b#v1.0").unwrap();
        assert_eq!(named.to_string(), "gitea://git.example.org:3000/a/b#v1.0");
        let Source::Git { host, .. } = &named else {
            panic!("a git source");
        };
        assert_eq!(host, "git.example.org:3000");
        assert_eq!(named.name(), "b");
        let plain = Source::parse("gitea://a/b#main/x").unwrap();
        assert_eq!(plain.to_string(), "gitea://a/b#main/x");
        assert_eq!(
            plain.at("0123456").to_string(),
            "gitea://a/b#0123456",
            "the same repository at a commit"
        );
    }
}
