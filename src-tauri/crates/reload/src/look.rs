//! Compares what a workspace's `/configs` should hold with what was delivered: the folder, over it the files that the
//! platform made. Unchanged content is no change, whatever was touched.

use crate::{
    ReloadError,
    classify::ChangeKind,
    config::Config,
    content::{self, Content},
    ignore,
    lanes::Scope,
    reactions::DeliveredFile,
    walk::{self, Found},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// The file that says what an agent is.
pub(crate) const CONFIG: &str = "config.yaml";

/// What is to be compared.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The workspace's folder, real path; `None` when it has none.
    pub root: Option<PathBuf>,
    /// The folder whose files lie below those of `root`, real path.
    pub below: Option<PathBuf>,
    pub scope: Scope,
    /// Files made by the platform.
    pub made: BTreeMap<String, Vec<u8>>,
    /// Known digests: what was delivered, or at least noticed; empty text for a removed file.
    pub known: BTreeMap<String, String>,
    /// Limit of a file in bytes.
    pub file_bytes: u64,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub path: String,
    pub kind: ChangeKind,
    /// Digest now; empty text for a removed file.
    pub digest: String,
    /// Where its bytes are; `None` for a file made by the platform, and for a removed one.
    pub target: Option<PathBuf>,
    /// Its size when it is too large to be carried.
    pub too_large: Option<u64>,
}

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Look {
    pub changed: Vec<Changed>,
    /// Digest and meaning of `config.yaml` as it should be, or why it cannot be read.
    pub config: Option<(String, Result<Config, String>)>,
    /// Files that cannot be read, each with the reason.
    pub unreadable: Vec<(String, String)>,
}

/// Credentials are never copied into an agent's folder (design law 5).
fn never(path: &str) -> bool {
    path.split('/').any(org_template::is_secret_file)
}

/// Compares. Blocks on the disk.
pub(crate) fn look(question: &Question) -> Look {
    let mut out = Look::default();
    let mut folder: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut cut = false;
    // Whatever lies over comes later and counts.
    for root in question.below.iter().chain(&question.root) {
        let starts: Vec<&str> = match &question.scope {
            Scope::All => vec![""],
            Scope::Paths(paths) => paths.iter().map(String::as_str).collect(),
        };
        for start in starts {
            if ignore::path(start) && !start.is_empty() {
                continue;
            }
            let tree = walk::tree(root, start);
            cut |= tree.cut;
            let wanted =
                |found: &Found| !never(&found.path) && !question.made.contains_key(&found.path);
            folder.extend(
                tree.files
                    .into_iter()
                    .filter(wanted)
                    .map(|found| (found.path, found.target)),
            );
        }
    }
    for (path, target) in &folder {
        match content::read(target, path, question.file_bytes) {
            Ok(content) => out.file(path, &content, Some(target.clone()), question),
            Err(error) => out.unreadable.push((path.clone(), error.to_string())),
        }
    }
    if question.scope == Scope::All {
        for (path, bytes) in &question.made {
            let content = Content::Bytes {
                bytes: bytes.clone(),
                executable: false,
            };
            out.file(path, &content, None, question);
        }
    }
    if !cut {
        out.removed(question, &folder);
    }
    out.config = config(question);
    out
}

impl Look {
    fn file(
        &mut self,
        path: &str,
        content: &Content,
        target: Option<PathBuf>,
        question: &Question,
    ) {
        let Some(digest) = content.digest() else {
            return;
        };
        let known = question.known.get(path).filter(|known| !known.is_empty());
        if known == Some(&digest) {
            return;
        }
        let too_large = match content {
            Content::TooLarge { bytes, .. } => Some(*bytes),
            _ => None,
        };
        self.changed.push(Changed {
            path: path.to_owned(),
            kind: if known.is_some() {
                ChangeKind::Modified
            } else {
                ChangeKind::Added
            },
            digest,
            target,
            too_large,
        });
    }

    /// Files that were delivered and are neither in the folder nor made any more. Only where the folder itself is there:
    /// a folder that vanished takes nothing away from its agents. `config.yaml` is never taken away either, because no
    /// agent starts without it.
    fn removed(&mut self, question: &Question, folder: &BTreeMap<String, PathBuf>) {
        // Asked again here: it may have vanished since the list of roots was made.
        let Some(root) = question.root.as_ref().filter(|root| root.is_dir()) else {
            return;
        };
        let below = question.below.as_ref();
        if below.is_some_and(|below| !below.is_dir()) {
            return;
        }
        for (path, digest) in &question.known {
            let asked = match &question.scope {
                Scope::All => true,
                Scope::Paths(paths) => paths.iter().any(|asked| {
                    path == asked
                        || path
                            .strip_prefix(asked.as_str())
                            .is_some_and(|rest| rest.starts_with('/'))
                }),
            };
            let there = folder.contains_key(path) || question.made.contains_key(path);
            if digest.is_empty()
                || !asked
                || there
                || path == CONFIG
                || ignore::path(path)
                || root.join(path).exists()
                || below.is_some_and(|below| below.join(path).exists())
            {
                continue;
            }
            self.changed.push(Changed {
                path: path.clone(),
                kind: ChangeKind::Removed,
                digest: String::new(),
                target: None,
                too_large: None,
            });
        }
    }
}

fn config(question: &Question) -> Option<(String, Result<Config, String>)> {
    let read = |root: &PathBuf| match content::read(&root.join(CONFIG), CONFIG, question.file_bytes)
    {
        Ok(Content::Bytes { bytes, .. }) => Some(bytes),
        _ => None,
    };
    let bytes = match question.made.get(CONFIG) {
        Some(made) => made.clone(),
        None => question.root.iter().chain(&question.below).find_map(read)?,
    };
    Some((content::digest(&bytes), Config::parse(&bytes)))
}

/// A file read for delivery, with the digest of the bytes that will be there.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub file: DeliveredFile,
    pub digest: Option<String>,
}

/// Reads the next files for one delivery of about `bytes` bytes; says how many of `changed` it took. A file that
/// vanished or grew meanwhile is left out, its own event follows. Blocks on the disk.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn load(
    changed: &[Changed],
    made: &BTreeMap<String, Vec<u8>>,
    delivered: &BTreeMap<String, String>,
    file_bytes: u64,
    bytes: usize,
) -> Result<(usize, Vec<Loaded>), ReloadError> {
    let (mut taken, mut size, mut out) = (0, 0, Vec::new());
    for change in changed {
        if size >= bytes {
            break;
        }
        taken += 1;
        let (content, executable) = match (&change.target, change.kind) {
            (_, ChangeKind::Removed) => (None, false),
            (Some(target), _) => match content::read(target, &change.path, file_bytes) {
                Ok(Content::Bytes { bytes, executable }) => (Some(bytes), executable),
                Ok(_) => continue,
                Err(error) => return Err(unreadable(target, &error)),
            },
            (None, _) => match made.get(&change.path) {
                Some(bytes) => (Some(bytes.clone()), false),
                None => continue,
            },
        };
        size += content.as_ref().map_or(0, Vec::len);
        out.push(Loaded {
            digest: content.as_deref().map(content::digest),
            file: DeliveredFile {
                path: change.path.clone(),
                content,
                executable,
                before: delivered.get(&change.path).cloned(),
            },
        });
    }
    Ok((taken, out))
}

fn unreadable(path: &Path, error: &std::io::Error) -> ReloadError {
    ReloadError::Unreadable {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}
