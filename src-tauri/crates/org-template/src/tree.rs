//! The files of a role: what of its folder reaches `/configs` (contract 03 sections 2.3 and 2.9, nos. 11, 12).

use crate::error::{Code, Problem};
use crate::files::Limits;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// One file to put into a role's config volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleFile {
    /// Path below `/configs` with forward slashes.
    pub path: String,
    /// Content; line ends of scripts and Markdown are `\n`.
    pub bytes: Vec<u8>,
    /// Whether the file may be run.
    pub executable: bool,
}

/// Reads the folder `files_dir` (clean, see [`crate::inside_root`]) of the org at `root`, sorted by path.
///
/// The folder itself may be a link, also to outside. Inside it, links are followed while they stay in the org's folder
/// or in the role's; others are left out with a warning. `.env*`, `.git`, caches and key files are never taken.
/// A missing folder has no files.
pub fn role_files(root: &Path, files_dir: &str, limits: &Limits) -> (Vec<RoleFile>, Vec<Problem>) {
    let top = root.join(files_dir);
    let Ok(real_top) = top.canonicalize() else {
        return (Vec::new(), Vec::new());
    };
    let mut allowed = vec![real_top.clone()];
    allowed.extend(root.canonicalize());
    let mut walk = Walk {
        limits,
        allowed,
        files_dir,
        out: Vec::new(),
        warnings: Vec::new(),
        bytes: 0,
        trail: HashSet::from([real_top]),
    };
    walk.folder(&top, "");
    walk.out.sort_by(|a, b| a.path.cmp(&b.path));
    (walk.out, walk.warnings)
}

struct Walk<'a> {
    limits: &'a Limits,
    /// Folders that links may lead into.
    allowed: Vec<PathBuf>,
    files_dir: &'a str,
    out: Vec<RoleFile>,
    warnings: Vec<Problem>,
    bytes: u64,
    /// Real folders on the way down: a link to one of them is a ring.
    trail: HashSet<PathBuf>,
}

impl Walk<'_> {
    fn skip(&mut self, path: &str, why: &str) {
        let file = if self.files_dir.is_empty() {
            path.to_owned()
        } else {
            format!("{}/{path}", self.files_dir)
        };
        self.warnings.push(Problem::in_file(
            &file,
            Code::Ignored,
            format!("not copied: {why}"),
        ));
    }

    fn folder(&mut self, dir: &Path, below: &str) {
        let entries = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) => {
                return self.skip(
                    below,
                    &format!("the folder cannot be read: {}", error.kind()),
                );
            }
        };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else {
                self.skip(below, "a file name is not UTF-8");
                continue;
            };
            if hidden(&name) {
                continue;
            }
            let path = if below.is_empty() {
                name.clone()
            } else {
                format!("{below}/{name}")
            };
            if is_secret_file(&name) {
                self.skip(
                    &path,
                    "it looks like a private key or a file of passwords; use a secret instead",
                );
                continue;
            }
            self.entry(&entry.path(), path);
        }
    }

    fn entry(&mut self, full: &Path, path: String) {
        let Ok(real) = full.canonicalize() else {
            return self.skip(&path, "the link leads nowhere");
        };
        let link = std::fs::symlink_metadata(full).is_ok_and(|m| m.is_symlink());
        if link && !self.allowed.iter().any(|dir| real.starts_with(dir)) {
            return self.skip(&path, "the link leads outside the org folder");
        }
        // A link may lead to what is never copied under its own name.
        let target = real.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if link && (hidden(target) || is_secret_file(target)) {
            return self.skip(&path, "the link leads to a file with secrets");
        }
        let Ok(meta) = std::fs::metadata(&real) else {
            return self.skip(&path, "it cannot be read");
        };
        if meta.is_dir() {
            if !self.trail.insert(real.clone()) {
                return self.skip(&path, "the link leads back to a folder above it");
            }
            self.folder(full, &path);
            self.trail.remove(&real);
        } else if meta.is_file() {
            self.file(&real, path, &meta);
        } else {
            self.skip(&path, "it is not a regular file");
        }
    }

    fn file(&mut self, real: &Path, path: String, meta: &std::fs::Metadata) {
        self.bytes = self.bytes.saturating_add(meta.len());
        if self.bytes > self.limits.total_bytes || self.out.len() >= self.limits.files {
            return self.skip(&path, "the folder is too large");
        }
        match std::fs::read(real) {
            Ok(bytes) => {
                let bytes = if normalised(&path) {
                    without_carriage_returns(bytes)
                } else {
                    bytes
                };
                self.out.push(RoleFile {
                    path,
                    bytes,
                    executable: executable(meta),
                });
            }
            Err(error) => self.skip(&path, &format!("it cannot be read: {}", error.kind())),
        }
    }
}

/// Never copied, and nobody has to be told.
fn hidden(name: &str) -> bool {
    name.starts_with(".env") || matches!(name, ".git" | ".external-cache" | ".auth_token")
}

/// Whether a file or folder of this name holds credentials by what it is called (contract 03 no. 11 and 66): `.env` and
/// its kin, an agent's token, private keys, what git and other programs store passwords in. Letter case does not count.
pub fn is_secret_file(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = [".pem", ".key", ".p12", ".pfx"]
        .iter()
        .any(|end| name.ends_with(end));
    ends || name.starts_with(".env")
        || matches!(
            name.as_str(),
            ".auth_token"
                | "id_rsa"
                | "id_dsa"
                | "id_ecdsa"
                | "id_ed25519"
                | ".netrc"
                | ".git-credentials"
                | ".credentials.json"
                | ".ssh"
                | ".gnupg"
                | ".aws"
        )
}

fn normalised(path: &str) -> bool {
    [".sh", ".py", ".md"].iter().any(|end| path.ends_with(end))
}

fn without_carriage_returns(bytes: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&b'\n') {
            out.push(byte);
        }
    }
    out
}

#[cfg(unix)]
fn executable(meta: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    meta.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn executable(_meta: &std::fs::Metadata) -> bool {
    false
}
