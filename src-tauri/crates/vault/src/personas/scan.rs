//! Finds the persona files of a folder without trusting it.

use super::env_file;
use crate::{Secret, VaultError};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Largest persona file; real ones hold eight short lines.
pub const MOST_ENV_BYTES: usize = 64 * 1024;

/// One folder below the persona root: its variables, or why it gives none.
#[derive(Debug)]
pub struct PersonaFile {
    /// Name of the folder.
    pub slug: String,
    /// The file that was or would be read.
    pub path: PathBuf,
    /// The variables, or the reason in words with file and line and never with a value.
    pub variables: Result<BTreeMap<String, Secret>, String>,
}

/// The persona root: `MOLECULE_PERSONA_ROOT`, else `/etc/molecule-bootstrap/personas` (contract 03 section 1.3).
pub fn root() -> PathBuf {
    std::env::var_os("MOLECULE_PERSONA_ROOT")
        .filter(|path| !path.is_empty())
        .map_or_else(
            || PathBuf::from("/etc/molecule-bootstrap/personas"),
            PathBuf::from,
        )
}

/// Whether `name` can name a persona: one or more of `[A-Za-z0-9_-]`, at most 100.
pub fn is_slug(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// All folders of `dir` with their `env` files, sorted by name. Files beside them and hidden folders are not looked at.
/// A folder that cannot be used is in the answer with its reason, so that nobody wonders why a persona is missing.
///
/// Blocks; call it from a thread that may.
///
/// # Errors
/// [`VaultError::File`] when `dir` itself cannot be listed.
pub fn scan(dir: &Path) -> Result<Vec<PersonaFile>, VaultError> {
    let failed = |source| VaultError::File {
        doing: "list",
        path: dir.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let slug = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(failed)?;
        if slug.starts_with('.') || !(kind.is_dir() || kind.is_symlink()) {
            continue;
        }
        let path = entry.path().join("env");
        let variables = if kind.is_symlink() {
            Err(format!(
                "{} is a symbolic link, which is not followed; put a real folder there",
                entry.path().display()
            ))
        } else if is_slug(&slug) {
            read(&path)
        } else {
            Err(format!(
                "the folder name {slug:?} may hold letters, digits, '_' and '-' only"
            ))
        };
        found.push(PersonaFile {
            slug,
            path,
            variables,
        });
    }
    found.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(found)
}

fn read(path: &Path) -> Result<BTreeMap<String, Secret>, String> {
    let shown = path.display();
    let file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(format!("there is no file {shown}"));
        }
        Err(_) if path.is_symlink() => {
            return Err(format!(
                "{shown} is a symbolic link, which is not followed; put the file itself there"
            ));
        }
        Err(error) => return Err(format!("{shown} cannot be read: {error}")),
    };
    let about = file
        .metadata()
        .map_err(|error| format!("{shown} cannot be read: {error}"))?;
    if !about.is_file() {
        return Err(format!("{shown} is not a regular file"));
    }
    // One more than allowed in room and in reading: the buffer never grows, so no copy of it is left behind, and a file
    // that grows while it is read is noticed.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_ENV_BYTES + 1));
    file.take(MOST_ENV_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("{shown} cannot be read: {error}"))?;
    if bytes.len() > MOST_ENV_BYTES {
        return Err(format!(
            "{shown} is larger than {} KiB, which no persona file is",
            MOST_ENV_BYTES / 1024
        ));
    }
    env_file::parse(&bytes)
        .map_err(|problem| format!("{shown}:{}: {}", problem.line, problem.problem))
}

/// Opens without following a link in the last place and without waiting at a pipe, whatever the path turns into between
/// a look at it and its use.
#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<std::fs::File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(std::fs::File::from(rustix::fs::open(
        path,
        flags,
        Mode::empty(),
    )?))
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<std::fs::File> {
    if std::fs::symlink_metadata(path)?.is_symlink() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    std::fs::File::open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(dir: &Path, slug: &str) -> String {
        let found = scan(dir).unwrap();
        let file = found.iter().find(|file| file.slug == slug).unwrap();
        file.variables.as_ref().unwrap_err().clone()
    }

    #[test]
    fn folders_with_env_files_are_found_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for slug in ["pm", "dev-lead", "QA_1"] {
            std::fs::create_dir(dir.path().join(slug)).unwrap();
            std::fs::write(dir.path().join(slug).join("env"), "A=1\n").unwrap();
        }
        std::fs::write(dir.path().join("README"), "no persona").unwrap();
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        let found = scan(dir.path()).unwrap();
        let slugs: Vec<_> = found.iter().map(|file| file.slug.as_str()).collect();
        assert_eq!(slugs, ["QA_1", "dev-lead", "pm"]);
        assert!(found.iter().all(|file| file.variables.is_ok()));
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let dir = tempfile::tempdir().unwrap();
        for slug in ["no-env", "bad.slug", "a folder"] {
            std::fs::create_dir(dir.path().join(slug)).unwrap();
        }
        std::fs::create_dir_all(dir.path().join("dir/env")).unwrap();
        std::fs::create_dir(dir.path().join("big")).unwrap();
        std::fs::write(dir.path().join("big/env"), vec![b'#'; MOST_ENV_BYTES + 1]).unwrap();
        std::fs::create_dir(dir.path().join("line")).unwrap();
        std::fs::write(dir.path().join("line/env"), "A=1\ncanary-value\n").unwrap();
        assert!(reason(dir.path(), "no-env").contains("there is no file"));
        assert!(reason(dir.path(), "bad.slug").contains("folder name"));
        assert!(reason(dir.path(), "a folder").contains("folder name"));
        assert!(reason(dir.path(), "dir").contains("not a regular file"));
        assert!(reason(dir.path(), "big").contains("larger than 64 KiB"));
        let text = reason(dir.path(), "line");
        assert!(
            text.contains("env:2:") && !text.contains("canary"),
            "{text}"
        );
    }

    #[test]
    fn a_file_of_just_the_largest_size_is_read() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("pm")).unwrap();
        std::fs::write(dir.path().join("pm/env"), vec![b'#'; MOST_ENV_BYTES]).unwrap();
        assert!(scan(dir.path()).unwrap()[0].variables.is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("env"), "A=canary").unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("linked")).unwrap();
        std::fs::create_dir(dir.path().join("pm")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("env"), dir.path().join("pm/env")).unwrap();
        std::fs::create_dir(dir.path().join("pipe")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            dir.path().join("pipe/env"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        assert!(reason(dir.path(), "linked").contains("symbolic link"));
        assert!(reason(dir.path(), "pm").contains("symbolic link"));
        assert!(reason(dir.path(), "pipe").contains("not a regular file"));
    }

    #[test]
    fn a_missing_root_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let error = scan(&dir.path().join("nowhere")).unwrap_err();
        assert!(error.to_string().contains("nowhere"));
    }
}
