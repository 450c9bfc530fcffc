//! Addresses of repositories: a host and a path, and the one URL made of them.

use crate::error::GitError;
use std::fmt;

/// How a repository is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// What everything uses.
    Https,
    /// Without encryption; tests with a server of their own.
    Http,
    /// A bare repository on this computer; tests.
    File,
    /// With the person's own keys; tests.
    Ssh,
}

impl Scheme {
    /// As URLs spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::File => "file",
            Self::Ssh => "ssh",
        }
    }
}

/// A repository. Holds no credential: user info in a URL is refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RepoUrl {
    scheme: Scheme,
    /// Lower case, with the port if there is one; empty for `file`.
    host: String,
    /// `owner`, `name`; more or fewer on hosts that have groups. Without `.git`.
    path: Vec<String>,
}

impl RepoUrl {
    /// `owner/name` on `host` over https. `host` may carry a port, and an `https://` in front is taken off.
    ///
    /// # Errors
    /// [`GitError::Address`] when the host is no host name or `repo` is not two names.
    pub fn on_host(host: &str, repo: &str) -> Result<Self, GitError> {
        let bare = host.trim().trim_end_matches('/');
        let bare = bare.strip_prefix("https://").unwrap_or(bare);
        if bare.contains('@') {
            // The text is not repeated: what stands before the @ may be a password.
            return Err(address("…@…", "credentials do not belong into an address"));
        }
        let host = checked_host(bare).map_err(|reason| address(host, reason))?;
        let path = checked_path(repo, checked_name).map_err(|reason| address(repo, reason))?;
        if path.len() != 2 {
            return Err(address(repo, "write owner/name"));
        }
        Ok(Self {
            scheme: Scheme::Https,
            host,
            path,
        })
    }

    /// A whole URL: `https://host/path[.git]`. Other schemes are understood too, and refused at the fetch unless
    /// [`crate::Transports`] allow them.
    ///
    /// # Errors
    /// [`GitError::Address`] for user info, queries, fragments, unknown schemes and unusual names.
    pub fn parse(url: &str) -> Result<Self, GitError> {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(address(url, "write https://host/owner/name"));
        };
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            "file" => Scheme::File,
            "ssh" => Scheme::Ssh,
            _ => return Err(address(url, "only https is fetched")),
        };
        if rest.contains(['?', '#']) {
            return Err(address(url, "leave out what follows ? or #"));
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') && scheme != Scheme::Ssh {
            // The text is not repeated: what stands before the @ may be a password.
            let shown = format!("{}://…", scheme.word());
            return Err(address(&shown, "credentials do not belong into an address"));
        }
        let host = match scheme {
            Scheme::File if authority.is_empty() => String::new(),
            Scheme::File => return Err(address(url, "write file:///path")),
            _ => checked_host(authority).map_err(|reason| address(url, reason))?,
        };
        let rule = if scheme == Scheme::File {
            plain_name
        } else {
            checked_name
        };
        let path = checked_path(path, rule).map_err(|reason| address(url, reason))?;
        Ok(Self { scheme, host, path })
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Host with port; `localhost` for repositories of this computer.
    pub fn host(&self) -> &str {
        if self.host.is_empty() {
            "localhost"
        } else {
            &self.host
        }
    }

    /// `owner/name`.
    pub fn repo(&self) -> String {
        self.path.join("/")
    }

    /// What allowlists compare and messages show: `host/owner/name`.
    pub fn place(&self) -> String {
        format!("{}/{}", self.host(), self.repo())
    }

    /// Name of the repository's folder in a cache: `owner__name`.
    pub fn folder(&self) -> String {
        self.path.join("__")
    }

    /// Names from host to repository, for comparison on their boundaries.
    pub(crate) fn segments(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.host()).chain(self.path.iter().map(String::as_str))
    }

    /// The URL that git gets.
    pub(crate) fn url(&self) -> String {
        let suffix = if self.scheme == Scheme::File {
            ""
        } else {
            ".git"
        };
        format!(
            "{}://{}/{}{suffix}",
            self.scheme.word(),
            self.host,
            self.repo()
        )
    }
}

impl fmt::Display for RepoUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place())
    }
}

fn address(text: &str, reason: impl Into<String>) -> GitError {
    GitError::Address {
        text: text.chars().filter(|c| !c.is_control()).take(200).collect(),
        reason: reason.into(),
    }
}

/// Host names are letters, digits, dots and dashes; a port may follow.
pub(crate) fn checked_host(host: &str) -> Result<String, &'static str> {
    let host = host.to_ascii_lowercase();
    let (name, port) = match host.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (host.as_str(), None),
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if name.is_empty() || name.len() > 253 || !name.split('.').all(label) {
        return Err("the host is no host name");
    }
    if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
        return Err("the port is no number from 1 to 65535");
    }
    Ok(host)
}

fn checked_path(path: &str, rule: fn(&str) -> bool) -> Result<Vec<String>, &'static str> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = path.strip_suffix(".git").unwrap_or(path);
    let parts: Vec<String> = path.split('/').map(str::to_owned).collect();
    if parts.iter().all(|part| rule(part)) && parts.len() <= 32 {
        Ok(parts)
    } else {
        Err(
            "names hold letters, digits, dots, dashes and underscores, and begin with a letter, digit or underscore",
        )
    }
}

pub(crate) fn checked_name(name: &str) -> bool {
    let first = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.len() <= 100 && name.bytes().next().is_some_and(first) && plain_name(name)
}

/// What a folder of this computer may be called besides.
fn plain_name(name: &str) -> bool {
    name.len() <= 255
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && !name.is_empty()
        && name != "."
        && !name.contains("..")
        && !name.eq_ignore_ascii_case(".git")
}
