//! A template folder as the archive that fills `/configs` (contract 04, section 4.6 with D20).
//!
//! Line ends of scripts and texts become LF and the entry has the size *after* that. A symlink that stays inside the
//! template is followed, any other is left out and reported, so that no file of the host slips into a container.

use super::{Archive, Owner, broken, invalid};
use crate::EngineError;
use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Files whose line ends are made LF.
const TEXT_SUFFIXES: [&str; 3] = ["sh", "py", "md"];

/// How large a template may be.
#[derive(Debug, Clone, Copy)]
pub struct TemplateLimits {
    /// Files and folders together; links can multiply them.
    pub entries: usize,
    /// Bytes of all files together.
    pub bytes: u64,
}

impl Default for TemplateLimits {
    /// 20,000 entries, 256 MiB.
    fn default() -> Self {
        Self {
            entries: 20_000,
            bytes: 256 * 1024 * 1024,
        }
    }
}

/// Something of a template that was not copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its path below the template's root.
    pub path: String,
    /// Why, a sentence.
    pub why: String,
}

/// A template as an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The tar, paths relative to the template's root.
    pub archive: Vec<u8>,
    /// What was left out.
    pub skipped: Vec<Skipped>,
}

/// Reads a template folder into memory. The folder's own path may be a symlink.
pub fn template(
    root: &Path,
    owner: Owner,
    limits: TemplateLimits,
) -> Result<Template, EngineError> {
    let (archive, skipped) = write_template(root, owner, limits, Vec::new())?;
    Ok(Template { archive, skipped })
}

/// The same, written to `out` file by file; only files whose line ends change are held in memory.
pub fn write_template<W: Write>(
    root: &Path,
    owner: Owner,
    limits: TemplateLimits,
    out: W,
) -> Result<(W, Vec<Skipped>), EngineError> {
    let root = root
        .canonicalize()
        .map_err(|error| unreadable(root, &error))?;
    if !root.is_dir() {
        return Err(invalid(
            format!("The template {} is not a folder.", root.display()),
            "Choose the folder that holds config.yaml.",
        ));
    }
    let mut walk = Walk {
        archive: Archive::to(out),
        owner,
        entries_left: limits.entries,
        bytes_left: limits.bytes,
        limits,
        skipped: Vec::new(),
        root: root.clone(),
    };
    let mut above = BTreeSet::from([root.clone()]);
    walk.folder(&root, "", &mut above)?;
    Ok((walk.archive.finish()?, walk.skipped))
}

struct Walk<W: Write> {
    archive: Archive<W>,
    owner: Owner,
    limits: TemplateLimits,
    entries_left: usize,
    bytes_left: u64,
    skipped: Vec<Skipped>,
    root: PathBuf,
}

impl<W: Write> Walk<W> {
    /// `above` holds the folders on the way here, so that a link back up is seen as the circle it is.
    fn folder(
        &mut self,
        dir: &Path,
        name: &str,
        above: &mut BTreeSet<PathBuf>,
    ) -> Result<(), EngineError> {
        let mut children = Vec::new();
        for child in fs::read_dir(dir).map_err(|error| unreadable(dir, &error))? {
            children.push(child.map_err(|error| unreadable(dir, &error))?.path());
        }
        children.sort();
        for child in children {
            let Some(file_name) = child.file_name().and_then(|part| part.to_str()) else {
                self.skip(&child.to_string_lossy(), "Its name is not valid text.");
                continue;
            };
            let path = if name.is_empty() {
                file_name.to_owned()
            } else {
                format!("{name}/{file_name}")
            };
            self.entry(&child, &path, above)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        on_disk: &Path,
        path: &str,
        above: &mut BTreeSet<PathBuf>,
    ) -> Result<(), EngineError> {
        if path.contains('\\') {
            self.skip(path, "Its name holds a backslash.");
            return Ok(());
        }
        let is_link = fs::symlink_metadata(on_disk)
            .map_err(|error| unreadable(on_disk, &error))?
            .is_symlink();
        let target = match on_disk.canonicalize() {
            Ok(target) => target,
            Err(_) if is_link => {
                self.skip(path, "It is a link to something that is not there.");
                return Ok(());
            }
            Err(error) => return Err(unreadable(on_disk, &error)),
        };
        if is_link && !target.starts_with(&self.root) {
            self.skip(path, "It is a link that leaves the template folder.");
            return Ok(());
        }
        let metadata = fs::metadata(&target).map_err(|error| unreadable(on_disk, &error))?;
        self.entries_left =
            self.entries_left
                .checked_sub(1)
                .ok_or_else(|| EngineError::TooLarge {
                    what: format!(
                        "The number of files of the template {}",
                        self.root.display()
                    ),
                    limit: self.limits.entries as u64,
                })?;
        if metadata.is_dir() {
            if !above.insert(target.clone()) {
                self.skip(path, "It is a link to a folder above it.");
                return Ok(());
            }
            self.archive
                .folder(path, mode(&metadata, 0o755), self.owner)?;
            self.folder(&target, path, above)?;
            above.remove(&target);
        } else if metadata.is_file() {
            self.file(&target, path, &metadata)?;
        } else {
            // Opening a pipe would wait for ever.
            self.skip(path, "It is neither a file nor a folder.");
        }
        Ok(())
    }

    fn file(
        &mut self,
        target: &Path,
        path: &str,
        metadata: &fs::Metadata,
    ) -> Result<(), EngineError> {
        self.bytes_left =
            self.bytes_left
                .checked_sub(metadata.len())
                .ok_or_else(|| EngineError::TooLarge {
                    what: format!("The template {}", self.root.display()),
                    limit: self.limits.bytes,
                })?;
        let mode = mode(metadata, 0o644);
        if has_line_ends(path) {
            let content = fs::read(target).map_err(|error| unreadable(target, &error))?;
            return self
                .archive
                .file(path, &as_delivered(path, content), mode, self.owner);
        }
        let content = fs::File::open(target).map_err(|error| unreadable(target, &error))?;
        self.archive
            .stream(path, metadata.len(), content, mode, self.owner)
    }

    fn skip(&mut self, path: &str, why: &str) {
        self.skipped.push(Skipped {
            path: path.to_owned(),
            why: why.to_owned(),
        });
    }
}

fn has_line_ends(path: &str) -> bool {
    Path::new(path)
        .extension()
        .and_then(|suffix| suffix.to_str())
        .is_some_and(|suffix| TEXT_SUFFIXES.contains(&suffix.to_ascii_lowercase().as_str()))
}

/// A file's bytes as they reach `/configs`: CRLF becomes LF in scripts and texts, everything else stays.
pub fn as_delivered(path: &str, content: Vec<u8>) -> Vec<u8> {
    if has_line_ends(path) {
        line_feeds(content)
    } else {
        content
    }
}

fn line_feeds(content: Vec<u8>) -> Vec<u8> {
    if !content.windows(2).any(|pair| pair == b"\r\n") {
        return content;
    }
    let mut out = Vec::with_capacity(content.len());
    let mut bytes = content.iter().peekable();
    while let Some(byte) = bytes.next() {
        if *byte != b'\r' || bytes.peek() != Some(&&b'\n') {
            out.push(*byte);
        }
    }
    out
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata, _usual: u32) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode()
}

#[cfg(not(unix))]
fn mode(_metadata: &fs::Metadata, usual: u32) -> u32 {
    usual
}

fn unreadable(path: &Path, error: &std::io::Error) -> EngineError {
    let mut failure = broken(error);
    if let EngineError::Invalid { what, remedy, .. } = &mut failure {
        *what = format!("{} cannot be read.", path.display());
        *remedy = "Check that it exists and that you may read it.".to_owned();
    }
    failure
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::archive::{EntryKind, ReadLimits, read};
    use std::{collections::BTreeMap, os::unix::fs::symlink};

    fn files(template: &Template) -> BTreeMap<String, Vec<u8>> {
        read(&template.archive, ReadLimits::default())
            .unwrap()
            .into_iter()
            .filter_map(|entry| match entry.kind {
                EntryKind::File(content) => Some((entry.path, content)),
                _ => None,
            })
            .collect()
    }

    fn take(root: &Path) -> Template {
        template(root, Owner::AGENT, TemplateLimits::default()).unwrap()
    }

    #[test]
    fn line_ends_change_in_texts_only_and_sizes_are_right() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("run.sh"), "a\r\nb\rc\r\n").unwrap();
        fs::write(dir.path().join("data.bin"), "a\r\nb").unwrap();
        fs::write(dir.path().join("z.txt"), "end").unwrap();
        let files = files(&take(dir.path()));
        assert_eq!(files["run.sh"], b"a\nb\rc\n", "a lone CR is content");
        assert_eq!(files["data.bin"], b"a\r\nb");
        assert_eq!(
            files["z.txt"], b"end",
            "what follows a changed file is intact"
        );
    }

    #[test]
    fn links_inside_are_followed_and_all_others_reported() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("real");
        fs::create_dir_all(root.join("skills/a")).unwrap();
        fs::write(root.join("skills/a/SKILL.md"), "x").unwrap();
        symlink("skills/a/SKILL.md", root.join("link.md")).unwrap();
        symlink("skills", root.join("more")).unwrap();
        symlink("/etc/passwd", root.join("passwd")).unwrap();
        symlink("../outside", root.join("climb")).unwrap();
        symlink(".", root.join("circle")).unwrap();
        fs::write(dir.path().join("outside"), "secret").unwrap();
        // The template's own path may be a link.
        let alias = dir.path().join("alias");
        symlink(&root, &alias).unwrap();

        let taken = take(&alias);
        let files = files(&taken);
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
            ["link.md", "more/a/SKILL.md", "skills/a/SKILL.md"]
        );
        let skipped: Vec<&str> = taken
            .skipped
            .iter()
            .map(|skipped| skipped.path.as_str())
            .collect();
        assert_eq!(skipped, ["circle", "climb", "passwd"]);
    }

    #[test]
    fn pipes_do_not_block_and_limits_hold() {
        let dir = tempfile::tempdir().unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(dir.path().join("pipe"))
            .status()
            .unwrap();
        assert!(made.success());
        fs::write(dir.path().join("a"), [0; 100]).unwrap();
        assert_eq!(take(dir.path()).skipped.len(), 1);
        let limit = |entries, bytes| {
            template(dir.path(), Owner::AGENT, TemplateLimits { entries, bytes }).map(|_| ())
        };
        assert_eq!(limit(10, 99).unwrap_err().code(), "too_large");
        assert_eq!(limit(1, 100).unwrap_err().code(), "too_large");
        assert_eq!(limit(2, 100), Ok(()));
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = template(
            Path::new("/no/such/template"),
            Owner::AGENT,
            TemplateLimits::default(),
        )
        .unwrap_err();
        assert!(error.to_string().contains("/no/such/template"), "{error}");
    }
}
