//! The `.complete` file: what belongs to a commit, and the proof that a folder holds exactly that.
//!
//! A commit's hash covers its tree, the tree's hash covers every name, mode and content. So a folder is checked without
//! git and without trusting anything in it: the files are hashed again, up to the commit the folder is named after.

use crate::links;
use crate::reference::Commit;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Name of the marker.
pub(crate) const COMPLETE: &str = ".complete";
const MARKER_MAX: u64 = 16 << 20;
const FOLDERS_MAX: usize = 100;

/// What `.complete` holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The commit object as git stores it, base64.
    commit_object: String,
    /// Everything of its tree, by path.
    entries: BTreeMap<String, Entry>,
    /// Links that were left out because they leave the tree.
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// One entry of a commit's tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// `100644`, `100755`, `120000` (link) or `160000` (commit of another repository).
    pub mode: String,
    /// Its hash, 40 digits.
    pub object: String,
}

impl Manifest {
    pub fn new(
        commit_object: &[u8],
        entries: BTreeMap<String, Entry>,
        left_out: Vec<String>,
    ) -> Self {
        Self {
            commit_object: STANDARD.encode(commit_object),
            entries,
            left_out,
        }
    }

    /// Reads the marker of a folder; nothing when it has none or it is not understood.
    pub fn read(folder: &Path) -> Option<Self> {
        let marker = folder.join(COMPLETE);
        if !std::fs::symlink_metadata(&marker).ok()?.is_file() {
            return None;
        }
        let mut text = Vec::new();
        let file = std::fs::File::open(marker).ok()?;
        file.take(MARKER_MAX).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Writes the marker, on disk before this returns.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let file = std::fs::File::create_new(folder.join(COMPLETE))?;
        serde_json::to_writer(std::io::BufWriter::new(&file), self)?;
        file.sync_all()
    }

    /// Whether `folder` holds exactly what `commit` does, less what was left out.
    ///
    /// # Errors
    /// What is different, for people.
    pub fn verify(&self, folder: &Path, commit: &Commit) -> Result<(), String> {
        let object = STANDARD
            .decode(&self.commit_object)
            .map_err(|_| "the marker is damaged".to_owned())?;
        if hash("commit", &object) != commit.as_str() {
            return Err("the marker is of another commit".to_owned());
        }
        let tree = object
            .strip_prefix(b"tree ")
            .and_then(|rest| rest.get(..40))
            .and_then(|tree| std::str::from_utf8(tree).ok())
            .ok_or("the commit names no tree")?;
        let listed: Vec<(&str, &Entry)> = self
            .entries
            .iter()
            .map(|(path, entry)| (path.as_str(), entry))
            .collect();
        if tree_hash(&listed, 0)? != tree {
            return Err("the list of files is not that of the commit".to_owned());
        }
        self.compare(folder)
    }

    fn compare(&self, folder: &Path) -> Result<(), String> {
        let unreadable = |error: std::io::Error| format!("it cannot be read: {}", error.kind());
        let root = folder.canonicalize().map_err(unreadable)?;
        if !std::fs::symlink_metadata(root.join(".git")).is_ok_and(|git| git.is_dir()) {
            return Err("git's own folder is gone".to_owned());
        }
        let mut seen = 0;
        for found in links::walk(&root, &[COMPLETE]).map_err(unreadable)? {
            let Some(entry) = self.entries.get(&found.path) else {
                return Err(format!("{} is not in the commit", found.path));
            };
            let is_link = entry.mode == "120000";
            let content = match (found.link, found.file) {
                (true, _) if is_link && links::stays_inside(&root, &found.on_disk) => {
                    let target = std::fs::read_link(&found.on_disk).map_err(unreadable)?;
                    target.to_string_lossy().into_owned().into_bytes()
                }
                // A system without links has a file with the target's name in it.
                (false, true) if entry.mode != "160000" => {
                    std::fs::read(&found.on_disk).map_err(unreadable)?
                }
                _ => return Err(format!("{} is of another kind in the commit", found.path)),
            };
            if hash("blob", &content) != entry.object {
                return Err(format!("{} was changed", found.path));
            }
            seen += 1;
        }
        let left_out = |path: &String| self.left_out.binary_search(path).is_ok();
        let expected = self
            .entries
            .iter()
            .filter(|(path, entry)| {
                entry.mode != "160000" && !(entry.mode == "120000" && left_out(path))
            })
            .count();
        if seen < expected {
            return Err("files are missing".to_owned());
        }
        Ok(())
    }
}

/// The hash that git gives an object.
fn hash(kind: &str, content: &[u8]) -> String {
    let mut hasher = Sha1::new();
    hasher.update(format!("{kind} {}\0", content.len()));
    hasher.update(content);
    hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The hash of a tree with these entries, sorted by path. Paths are relative to the tree.
fn tree_hash(entries: &[(&str, &Entry)], depth: usize) -> Result<String, String> {
    if depth > FOLDERS_MAX {
        return Err(format!(
            "its folders are more than {FOLDERS_MAX} levels deep"
        ));
    }
    let mut items: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut at = 0;
    while let Some((path, entry)) = entries.get(at) {
        let (name, object, mode) = match path.split_once('/') {
            None => {
                at += 1;
                (*path, entry.object.clone(), entry.mode.as_str())
            }
            Some((name, _)) => {
                let below: Vec<(&str, &Entry)> = entries
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .map_while(|(path, entry)| {
                        let rest = path.strip_prefix(name)?.strip_prefix('/')?;
                        Some((rest, *entry))
                    })
                    .collect();
                at += below.len();
                (name, tree_hash(&below, depth + 1)?, "40000")
            }
        };
        if name.is_empty() || name == "." || name == ".." || name.eq_ignore_ascii_case(".git") {
            return Err("the commit holds a file name that cannot be kept".to_owned());
        }
        let bytes: Option<Vec<u8>> = (0..40)
            .step_by(2)
            .map(|i| u8::from_str_radix(object.get(i..i + 2)?, 16).ok())
            .collect();
        let bytes = bytes.ok_or("the list of files is damaged")?;
        // Git sorts a folder as if its name ended in a slash.
        let mut key = name.as_bytes().to_vec();
        if mode == "40000" {
            key.push(b'/');
        }
        let mut item = format!("{mode} {name}\0").into_bytes();
        item.extend(bytes);
        items.push((key, item));
    }
    items.sort();
    let content: Vec<u8> = items.into_iter().flat_map(|(_, item)| item).collect();
    Ok(hash("tree", &content))
}
