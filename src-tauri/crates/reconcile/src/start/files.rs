//! What `/configs` should hold: the copied folder, files made by the platform over it, a generated config where there
//! is none (contract 04 section 4.6 with D7, D20, D75).

use super::config;
use containers::{EngineError, archive};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, path::Path};
use store::{Store, StoreError, WorkspaceRow, rows};

/// Files that hold credentials or belong to git and to fetched repositories are never copied (design law 5).
fn never(name: &str) -> bool {
    matches!(name, ".git" | ".external-cache") || org_template::is_secret_file(name)
}

/// The marker of a fetched repository, at its root.
const MARKER: &str = ".complete";

/// A file for `/configs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Bytes as they are delivered.
    pub content: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
}

/// Everything that `/configs` should hold, by path relative to it; the token is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// Files by path.
    pub files: BTreeMap<String, SourceFile>,
    /// What of the folder was left out, and why.
    pub skipped: Vec<archive::Skipped>,
}

/// Digest of delivered bytes, as `delivered_files` holds it: SHA-256 in lower-case hex.
pub fn digest(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Why sources could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder cannot be read, or is too large.
    #[error(transparent)]
    Folder(#[from] EngineError),
}

/// Reads what a workspace's `/configs` should hold: the template it is based on, over it its own folder (line ends, links
/// and limits as in D20; `.env` files, `.git` and tokens never), over both the files made by the platform, and a generated
/// `config.yaml` if none of them has one.
///
/// # Errors
/// When the database or the folder cannot be read.
pub async fn sources(store: &Store, row: &WorkspaceRow) -> Result<Sources, SourceError> {
    let made = rows::files::made(store.read(), &row.id).await?;
    let programs = rows::files::executables(store.read(), &row.id).await?;
    let mut sources = Sources::default();
    for dir in [&row.base_dir, &row.template_dir].into_iter().flatten() {
        let dir = dir.clone();
        let read = tokio::task::spawn_blocking(move || folder(Path::new(&dir))).await;
        let read = read.unwrap_or_else(|error| {
            Err(EngineError::Failed {
                doing: "Reading the files of the agent".into(),
                source: Some(containers::Cause(error.to_string())),
            })
        })?;
        sources.files.extend(read.files);
        sources.skipped.extend(read.skipped);
    }
    for (path, content) in made {
        let mode = if programs.contains(&path) {
            0o755
        } else {
            0o644
        };
        sources.files.insert(path, SourceFile { content, mode });
    }
    if sources
        .files
        .get("config.yaml")
        .is_none_or(|file| file.content.is_empty())
    {
        let content = config::generated(row).into_bytes();
        sources.files.insert(
            "config.yaml".into(),
            SourceFile {
                content,
                mode: 0o644,
            },
        );
    }
    Ok(sources)
}

fn folder(root: &Path) -> Result<Sources, EngineError> {
    let template = archive::template(
        root,
        archive::Owner::AGENT,
        archive::TemplateLimits::default(),
    )?;
    let limits = archive::ReadLimits {
        entries: 40_000,
        bytes: 256 * 1024 * 1024,
    };
    let mut files = BTreeMap::new();
    for entry in archive::read(&template.archive, limits)? {
        if entry.path == MARKER || entry.path.split('/').any(never) {
            continue;
        }
        if let archive::EntryKind::File(content) = entry.kind {
            // Owner may always read and write; whether it can be run is kept.
            let mode = if entry.mode & 0o111 == 0 {
                0o644
            } else {
                0o755
            };
            files.insert(entry.path, SourceFile { content, mode });
        }
    }
    Ok(Sources {
        files,
        skipped: template.skipped,
    })
}

/// What of the sources has to be put into the volume.
pub(super) struct Delivery {
    /// Files to put.
    pub put: BTreeMap<String, SourceFile>,
    /// Files that changed at their source since they were delivered; each is put only if the agent's copy is still
    /// the one that was delivered.
    pub contested: BTreeMap<String, SourceFile>,
}

/// A new volume gets everything. An existing one keeps what it has, and gets only what changed at its source since the
/// last delivery (10.3: a plain restart keeps user edits).
pub(super) fn delivery(
    sources: Sources,
    delivered: &BTreeMap<String, String>,
    fresh: bool,
) -> Delivery {
    let (mut put, mut contested) = (BTreeMap::new(), BTreeMap::new());
    for (path, file) in sources.files {
        match delivered.get(&path) {
            _ if fresh => {
                put.insert(path, file);
            }
            // Marked by a restart that takes the org's files again (10.3, D72).
            Some(known) if known.is_empty() => {
                put.insert(path, file);
            }
            Some(known) if *known == digest(&file.content) => {}
            _ => {
                contested.insert(path, file);
            }
        }
    }
    Delivery { put, contested }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_is_written_whatever_became_of_it() {
        let file = |text: &str| SourceFile {
            content: text.as_bytes().to_vec(),
            mode: 0o644,
        };
        let sources = Sources {
            files: BTreeMap::from([
                ("same".to_owned(), file("a")),
                ("changed".to_owned(), file("b")),
                ("marked".to_owned(), file("c")),
            ]),
            ..Sources::default()
        };
        let known = BTreeMap::from([
            ("same".to_owned(), digest(b"a")),
            ("changed".to_owned(), digest(b"old")),
            ("marked".to_owned(), String::new()),
        ]);
        let delivery = delivery(sources, &known, false);
        assert_eq!(delivery.put.keys().collect::<Vec<_>>(), ["marked"]);
        assert_eq!(delivery.contested.keys().collect::<Vec<_>>(), ["changed"]);
    }

    #[test]
    fn no_11_secrets_and_git_never_come_along() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            ".env",
            "skills/a/SKILL.md",
            "skills/.env",
            ".git/config",
            ".auth_token",
            "run.sh",
        ] {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "a\r\nb").unwrap();
        }
        let sources = folder(dir.path()).unwrap();
        let paths: Vec<&str> = sources.files.keys().map(String::as_str).collect();
        assert_eq!(paths, ["run.sh", "skills/a/SKILL.md"]);
        assert_eq!(sources.files["run.sh"].content, b"a\nb");
    }

    #[test]
    fn an_existing_volume_gets_only_what_changed_at_its_source() {
        let file = |text: &str| SourceFile {
            content: text.into(),
            mode: 0o644,
        };
        let sources = || Sources {
            files: [
                ("same".into(), file("1")),
                ("changed".into(), file("2")),
                ("new".into(), file("3")),
            ]
            .into(),
            skipped: Vec::new(),
        };
        let delivered = [
            ("same".to_owned(), digest(b"1")),
            ("changed".to_owned(), digest(b"old")),
        ]
        .into();
        let plain = delivery(sources(), &delivered, false);
        assert!(plain.put.is_empty());
        assert_eq!(
            plain.contested.keys().collect::<Vec<_>>(),
            ["changed", "new"]
        );
        assert_eq!(
            delivery(sources(), &delivered, true).put.len(),
            3,
            "an empty volume gets everything"
        );
    }
}
