//! A plugin's files in memory, read from a folder or an archive without trusting either, and their digests.

use crate::{Limits, PluginError};
use containers::archive::{self, Archive, Owner};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};

/// The marker of a plugin folder that is whole.
pub const MARKER: &str = ".complete";
/// Never taken along: they belong to git or hold credentials.
const NEVER: [&str; 3] = [".git", ".auth_token", MARKER];

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub content: Vec<u8>,
    /// 0o755 if it can be run, else 0o644.
    pub mode: u32,
}

/// Something of a plugin that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its path in the plugin.
    pub path: String,
    /// Why, a sentence.
    pub why: String,
}

/// Files of a plugin by path relative to its root, forward slashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The files.
    pub files: BTreeMap<String, File>,
    /// What was left out of the folder it was read from.
    pub skipped: Vec<Skipped>,
}

/// SHA-256 in lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Tree {
    /// Reads a folder. Links are left out and reported, whatever they point to: what was shown to a person is then what
    /// is installed (contract 03 no. 93).
    ///
    /// # Errors
    /// [`PluginError::TooLarge`], or what the system said.
    pub fn read(root: &Path, limits: &Limits) -> Result<Self, PluginError> {
        let mut walk = Walk {
            tree: Self::default(),
            bytes: limits.bytes,
            files: limits.files,
        };
        walk.folder(root, "")?;
        Ok(walk.tree)
    }

    /// Reads an archive as [`Tree::pack`] makes it, or as an engine gives it for a folder; `below` is taken off each path.
    ///
    /// # Errors
    /// [`PluginError::Damaged`] for what is no archive.
    pub fn unpack(tar: &[u8], below: &str) -> Result<Self, PluginError> {
        let limits = archive::ReadLimits {
            entries: 100_000,
            bytes: 1024 * 1024 * 1024,
        };
        let entries =
            archive::read(tar, limits).map_err(|error| PluginError::Damaged(error.to_string()))?;
        let mut tree = Self::default();
        for entry in entries {
            let path = match below {
                "" => Some(entry.path.as_str()),
                below => entry
                    .path
                    .strip_prefix(below)
                    .and_then(|rest| rest.strip_prefix('/')),
            };
            if let (Some(path), archive::EntryKind::File(content)) = (path, entry.kind) {
                let mode = mode(entry.mode);
                tree.files.insert(path.to_owned(), File { content, mode });
            }
        }
        Ok(tree)
    }

    /// The files as an archive, paths below `prefix`. The same files give the same bytes.
    ///
    /// # Errors
    /// [`PluginError::Damaged`] if a path cannot stand in an archive.
    pub fn pack(&self, prefix: &str) -> Result<Vec<u8>, PluginError> {
        let mut archive = Archive::new();
        self.pack_into(&mut archive, prefix)?;
        finish(archive)
    }

    pub(crate) fn pack_into(&self, archive: &mut Archive, prefix: &str) -> Result<(), PluginError> {
        for (path, file) in &self.files {
            let path = if prefix.is_empty() {
                path.clone()
            } else {
                format!("{prefix}/{path}")
            };
            archive
                .file(&path, &file.content, file.mode, Owner::AGENT)
                .map_err(|error| PluginError::Damaged(error.to_string()))?;
        }
        Ok(())
    }

    /// One file's bytes.
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(|file| file.content.as_slice())
    }

    /// One file as text.
    pub fn text(&self, path: &str) -> Option<String> {
        self.file(path)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// SHA-256 of each file by path; the marker is left out.
    pub fn digests(&self) -> BTreeMap<&str, String> {
        self.files
            .iter()
            .filter(|(path, _)| *path != MARKER)
            .map(|(path, file)| (path.as_str(), sha256(&file.content)))
            .collect()
    }

    /// The published digest, also the one of `manifest.json`: each file but that one as path, NUL, bytes, in order.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (path, file) in &self.files {
            if path != "manifest.json" {
                hash.update(path.as_bytes());
                hash.update([0]);
                hash.update(&file.content);
            }
        }
        hex(&hash.finalize())
    }

    /// The digest that clients of the SDK compare with `sha256` of `plugin.yaml`: the JSON text of paths and digests of
    /// all files but `plugin.yaml`.
    pub fn client_digest(&self) -> String {
        let list: Vec<String> = self
            .digests()
            .into_iter()
            .filter(|(path, _)| *path != "plugin.yaml")
            .map(|(path, digest)| format!("[{}, \"{digest}\"]", ascii_json(path)))
            .collect();
        sha256(format!("[{}]", list.join(", ")).as_bytes())
    }
}

pub(crate) fn finish(archive: Archive) -> Result<Vec<u8>, PluginError> {
    archive
        .finish()
        .map_err(|error| PluginError::Damaged(error.to_string()))
}

/// A JSON string in ASCII only, as the SDK writes it.
fn ascii_json(text: &str) -> String {
    let mut out = String::new();
    for letter in serde_json::Value::from(text).to_string().chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

fn mode(bits: u32) -> u32 {
    if bits & 0o111 == 0 { 0o644 } else { 0o755 }
}

struct Walk {
    tree: Tree,
    bytes: u64,
    files: usize,
}

impl Walk {
    fn folder(&mut self, dir: &Path, name: &str) -> Result<(), PluginError> {
        let mut children: Vec<PathBuf> = fs::read_dir(dir)
            .and_then(|entries| {
                entries
                    .map(|entry| Ok(entry?.path()))
                    .collect::<io::Result<_>>()
            })
            .map_err(|error| PluginError::unreadable(dir, &error))?;
        children.sort();
        for child in children {
            let Some(file_name) = child.file_name().and_then(|part| part.to_str()) else {
                self.skip(name, "a name in this folder is not valid text");
                continue;
            };
            let path = if name.is_empty() {
                file_name.to_owned()
            } else {
                format!("{name}/{file_name}")
            };
            if NEVER.contains(&file_name) {
                continue;
            }
            self.files = self.files.checked_sub(1).ok_or(PluginError::TooLarge)?;
            let metadata = fs::symlink_metadata(&child)
                .map_err(|error| PluginError::unreadable(&child, &error))?;
            if file_name == ".env" || file_name.starts_with(".env.") {
                self.skip(
                    &path,
                    "files of variables may hold secrets and are never copied",
                );
            } else if path.contains('\\') {
                self.skip(&path, "its name holds a backslash");
            } else if metadata.is_symlink() {
                self.skip(&path, "links are not copied");
            } else if metadata.is_dir() {
                self.folder(&child, &path)?;
            } else if metadata.is_file() {
                self.file(&child, path, &metadata)?;
            } else {
                self.skip(&path, "it is neither a file nor a folder");
            }
        }
        Ok(())
    }

    fn file(
        &mut self,
        at: &Path,
        path: String,
        metadata: &fs::Metadata,
    ) -> Result<(), PluginError> {
        if metadata.len() > self.bytes {
            return Err(PluginError::TooLarge);
        }
        let mut content = Vec::new();
        // One byte more than allowed: the file may grow while it is read.
        fs::File::open(at)
            .and_then(|file| file.take(self.bytes + 1).read_to_end(&mut content))
            .map_err(|error| PluginError::unreadable(at, &error))?;
        self.bytes = self
            .bytes
            .checked_sub(content.len() as u64)
            .ok_or(PluginError::TooLarge)?;
        let mode = mode(bits(metadata));
        self.tree.files.insert(path, File { content, mode });
        Ok(())
    }

    fn skip(&mut self, path: &str, why: &str) {
        self.tree.skipped.push(Skipped {
            path: path.to_owned(),
            why: why.to_owned(),
        });
    }
}

#[cfg(unix)]
fn bits(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode()
}

#[cfg(not(unix))]
fn bits(_metadata: &fs::Metadata) -> u32 {
    0o644
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The plugin of fixture D.45.
    pub fn demo() -> Tree {
        tree(&[
            ("plugin.yaml", "name: demo\n"),
            (
                "skills/a/SKILL.md",
                "---\nname: a\ndescription: d\n---\nbody\n",
            ),
            ("rules/r.md", "Be brief.\n"),
        ])
    }

    pub fn tree(files: &[(&str, &str)]) -> Tree {
        Tree {
            files: files
                .iter()
                .map(|(path, text)| {
                    let content = text.as_bytes().to_vec();
                    (
                        (*path).to_owned(),
                        File {
                            content,
                            mode: 0o644,
                        },
                    )
                })
                .collect(),
            skipped: Vec::new(),
        }
    }

    #[test]
    fn d45_1_2_3_digests() {
        let demo = demo();
        assert_eq!(
            sha256(demo.file("plugin.yaml").unwrap()),
            "8789e7eabb7ba5922a5087c25d315a1e5fbb6b0f97510862579d348428dbd9d4"
        );
        assert_eq!(
            demo.digest(),
            "da4277aff3fb3567a2ea863d59e5192503855cf983770a1b68faa945be8456d1"
        );
        assert_eq!(
            demo.client_digest(),
            "c3f442b232f15728b9234a1a48c6c557aee4a96cc3965d65ef186bc5ab893572"
        );
        let mut more = demo.clone();
        let content = b"{}".to_vec();
        more.files.insert(
            "manifest.json".into(),
            File {
                content,
                mode: 0o644,
            },
        );
        assert_eq!(
            more.digest(),
            demo.digest(),
            "manifest.json is not part of it"
        );
    }

    #[test]
    fn an_archive_gives_the_same_tree_back() {
        let demo = demo();
        let tar = demo.pack("").unwrap();
        assert_eq!(tar, demo.pack("").unwrap());
        assert_eq!(Tree::unpack(&tar, "").unwrap().files, demo.files);
        let below = demo.pack("demo").unwrap();
        assert_eq!(Tree::unpack(&below, "demo").unwrap().files, demo.files);
    }

    #[cfg(unix)]
    #[test]
    fn no_93_links_secrets_and_git_stay_out_and_limits_hold() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "plugin.yaml",
            ".git/config",
            ".env",
            ".env.local",
            "hooks/.env",
            "hooks/a.sh",
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "0123456789").unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link")).unwrap();
        std::os::unix::fs::symlink("hooks", dir.path().join("folder")).unwrap();
        let tree = Tree::read(dir.path(), &Limits::default()).unwrap();
        assert_eq!(
            tree.files.keys().collect::<Vec<_>>(),
            ["hooks/a.sh", "plugin.yaml"]
        );
        let left: Vec<&str> = tree.skipped.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(left, [".env", ".env.local", "folder", "hooks/.env", "link"]);
        let limit = |bytes, files| {
            let limits = Limits {
                bytes,
                files,
                ..Limits::default()
            };
            Tree::read(dir.path(), &limits)
                .map(drop)
                .map_err(|error| error.code())
        };
        assert_eq!(limit(20, 10), Ok(()));
        assert_eq!(limit(19, 10), Err("too_large"));
        assert_eq!(limit(20, 3), Err("too_large"));
    }
}
