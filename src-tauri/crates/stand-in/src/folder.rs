//! `/configs` as this agent sees it: config, prompt files and skills, read again when they changed.

use crate::config::Config;
use crate::skill::Skill;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Larger files are left out: they are no prompt.
const LARGEST: u64 = 1024 * 1024;
/// How often, and how long apart, a file that was just emptied is read again before it counts as empty.
const SETTLE: (u32, Duration) = (10, Duration::from_millis(10));

/// The folder's content and what is needed to notice changes.
pub(crate) struct Folder {
    root: PathBuf,
    config: Config,
    prompt: Vec<(String, String)>,
    skills: Vec<Skill>,
    seen: BTreeMap<PathBuf, Seen>,
}

/// What changed between two looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// Changed files, relative to the folder.
    pub files: Vec<String>,
    /// Files that could not be used, each with the reason; what was known of them stays in force.
    pub problems: Vec<String>,
}

/// One file as last read.
struct Seen {
    stamp: Stamp,
    digest: [u8; 32],
    text: String,
}

/// Changes whenever a file's content may have changed. Archives delivered by a container engine may carry an old time
/// of modification, so the time of the last inode change counts too.
#[derive(PartialEq, Eq, Clone, Copy)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    inode: (u64, i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let inode = {
            use std::os::unix::fs::MetadataExt;
            (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
        };
        #[cfg(not(unix))]
        let inode = (0, 0, 0);
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            inode,
        }
    }
}

impl Folder {
    /// Reads the folder for the first time.
    ///
    /// # Errors
    /// A sentence when `config.yaml` is missing or broken.
    pub fn open(root: &Path) -> Result<Self, String> {
        let mut folder = Self {
            root: root.to_owned(),
            config: Config::default(),
            prompt: Vec::new(),
            skills: Vec::new(),
            seen: BTreeMap::new(),
        };
        let file = root.join("config.yaml");
        if !file.is_file() {
            return Err(format!(
                "{} is missing; mount the workspace's configuration or set WORKSPACE_CONFIG_PATH to its folder",
                file.display()
            ));
        }
        let change = folder.refresh();
        match change
            .problems
            .iter()
            .find(|problem| problem.starts_with("config.yaml"))
        {
            Some(problem) => Err(format!("{}: {problem}", root.display())),
            None => Ok(folder),
        }
    }

    /// The config as last read without an error.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The skills for this agent's runtime, by id.
    pub fn skills(&self) -> &[Skill] {
        &self.skills
    }

    /// Prompt files, `MEMORY.md`, `USER.md`, then the skills: the order of contract 04 section 16.6.
    pub fn prompt(&self) -> String {
        let mut parts: Vec<String> = self
            .prompt
            .iter()
            .map(|(_, text)| text.trim().to_owned())
            .collect();
        parts.extend(self.skills.iter().map(|skill| {
            format!(
                "## Skill: {}\n\n{}\n\n{}",
                skill.name, skill.description, skill.body
            )
        }));
        parts.retain(|part| !part.is_empty());
        parts.join("\n\n")
    }

    /// Looks at all files again and reads those that changed.
    pub fn refresh(&mut self) -> Change {
        let mut change = Change::default();
        let mut wanted = vec![self.root.join("config.yaml")];
        if self.look(&wanted[0], &mut change) {
            let text = self
                .seen
                .get(&wanted[0])
                .map(|seen| seen.text.as_str())
                .unwrap_or_default();
            match Config::parse(text) {
                Ok(config) => self.config = config,
                Err(problem) => change.problems.push(format!("config.yaml: {problem}")),
            }
        }
        let prompts = self.prompt_files();
        let skills = self.skill_files();
        for (_, path) in prompts.iter().chain(&skills) {
            self.look(path, &mut change);
            wanted.push(path.clone());
        }
        let root = self.root.clone();
        self.seen.retain(|path, _| {
            let kept = wanted.contains(path);
            if !kept {
                change.files.push(relative(&root, path));
            }
            kept
        });
        if !change.files.is_empty() {
            let text = |path: &PathBuf| self.seen.get(path).map(|seen| seen.text.clone());
            self.prompt = prompts
                .iter()
                .filter_map(|(name, path)| Some((name.clone(), text(path)?)))
                .collect();
            self.skills = skills
                .iter()
                .filter_map(|(id, path)| Some(Skill::parse(id, &text(path)?)))
                .collect();
            self.skills
                .retain(|skill| skill.is_for(self.config.runtime.as_deref()));
        }
        change.files.sort();
        change
    }

    /// Reads one file if it changed; true when its content is new.
    fn look(&mut self, path: &Path, change: &mut Change) -> bool {
        let name = relative(&self.root, path);
        let metadata = match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => metadata,
            _ => {
                let known = self.seen.remove(path).is_some();
                if known {
                    change.files.push(name);
                }
                return false;
            }
        };
        let stamp = Stamp::of(&metadata);
        if self.seen.get(path).is_some_and(|seen| seen.stamp == stamp) {
            return false;
        }
        if metadata.len() > LARGEST {
            change
                .problems
                .push(format!("{name}: larger than 1 MiB, left out"));
            return false;
        }
        let had_text = self
            .seen
            .get(path)
            .is_some_and(|seen| !seen.text.is_empty());
        let bytes = match read_settled(path, had_text) {
            Ok(bytes) => bytes,
            Err(error) => {
                change.problems.push(format!("{name}: {error}"));
                return false;
            }
        };
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        let new = self.seen.get(path).is_none_or(|seen| seen.digest != digest);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.seen.insert(
            path.to_owned(),
            Seen {
                stamp,
                digest,
                text,
            },
        );
        if new {
            change.files.push(name);
        }
        new
    }

    /// The prompt's files by name; those that climb out of the folder are left out.
    fn prompt_files(&self) -> Vec<(String, PathBuf)> {
        let mut names = self.config.prompt_files.clone();
        if names.is_empty() {
            names.push("system-prompt.md".to_owned());
        }
        names.extend(["MEMORY.md".to_owned(), "USER.md".to_owned()]);
        names.retain(|name| {
            Path::new(name)
                .components()
                .all(|part| matches!(part, std::path::Component::Normal(_)))
        });
        names
            .into_iter()
            .map(|name| (name.clone(), self.root.join(name)))
            .collect()
    }

    /// The `SKILL.md` of each skill folder, by id; names with a leading dot are half-installed and not read.
    fn skill_files(&self) -> Vec<(String, PathBuf)> {
        let entries = fs::read_dir(self.root.join("skills"))
            .into_iter()
            .flatten()
            .flatten();
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let id = entry.file_name().to_string_lossy().into_owned();
                (!id.starts_with('.')).then(|| (id, entry.path().join("SKILL.md")))
            })
            .collect();
        files.retain(|(_, path)| path.is_file() || self.seen.contains_key(path));
        files.sort();
        files
    }
}

/// Many programs save by emptying a file and then writing it: a file that had text and is empty now is looked at for a
/// moment longer.
fn read_settled(path: &Path, had_text: bool) -> std::io::Result<Vec<u8>> {
    let mut bytes = fs::read(path)?;
    for _ in 0..SETTLE.0 {
        if !bytes.is_empty() || !had_text {
            break;
        }
        std::thread::sleep(SETTLE.1);
        bytes = fs::read(path)?;
    }
    Ok(bytes)
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("config.yaml"), "name: A\n").unwrap();
        fs::write(root.path().join("system-prompt.md"), "Be kind.\n").unwrap();
        fs::create_dir_all(root.path().join("skills/one")).unwrap();
        fs::write(
            root.path().join("skills/one/SKILL.md"),
            "---\nname: One\n---\nfirst",
        )
        .unwrap();
        let folder = Folder::open(root.path()).unwrap();
        (root, folder)
    }

    #[test]
    fn an_unchanged_save_changes_nothing() {
        let (root, mut folder) = folder();
        fs::write(
            root.path().join("skills/one/SKILL.md"),
            "---\nname: One\n---\nfirst",
        )
        .unwrap();
        assert_eq!(folder.refresh(), Change::default());
    }

    #[test]
    fn a_change_of_equal_length_and_time_is_seen() {
        let (root, mut folder) = folder();
        let file = root.path().join("skills/one/SKILL.md");
        let time = fs::metadata(&file).unwrap().modified().unwrap();
        fs::remove_file(&file).unwrap();
        fs::write(&file, "---\nname: One\n---\nother").unwrap();
        fs::File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .set_modified(time)
            .unwrap();
        assert_eq!(folder.refresh().files, ["skills/one/SKILL.md"]);
        assert_eq!(folder.skills()[0].body, "other");
    }

    #[test]
    fn a_file_caught_between_emptying_and_writing_is_read_once_it_is_written() {
        let (root, mut folder) = folder();
        let file = root.path().join("skills/one/SKILL.md");
        fs::write(&file, "").unwrap();
        let writer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(5));
            fs::write(&file, "---\nname: One\n---\nsecond").unwrap();
        });
        folder.refresh();
        writer.join().unwrap();
        folder.refresh();
        assert_eq!(folder.skills()[0].body, "second");
    }

    #[test]
    fn a_file_that_stays_empty_is_empty() {
        let (root, mut folder) = folder();
        fs::write(root.path().join("skills/one/SKILL.md"), "").unwrap();
        assert_eq!(folder.refresh().files, ["skills/one/SKILL.md"]);
        assert_eq!(folder.skills()[0].body, "");
    }

    #[test]
    fn a_broken_config_keeps_the_old_one_in_force() {
        let (root, mut folder) = folder();
        fs::write(root.path().join("config.yaml"), "name: [\n").unwrap();
        assert!(folder.refresh().problems[0].starts_with("config.yaml: "));
        assert_eq!(folder.config().name.as_deref(), Some("A"));
    }

    #[test]
    fn skills_come_and_go() {
        let (root, mut folder) = folder();
        fs::create_dir_all(root.path().join("skills/.staging")).unwrap();
        fs::write(root.path().join("skills/.staging/SKILL.md"), "x").unwrap();
        fs::remove_dir_all(root.path().join("skills/one")).unwrap();
        assert_eq!(folder.refresh().files, ["skills/one/SKILL.md"]);
        assert!(folder.skills().is_empty());
        assert_eq!(folder.prompt(), "Be kind.");
    }

    #[test]
    fn prompt_files_stay_inside_the_folder() {
        let (root, mut folder) = folder();
        fs::write(
            root.path().join("config.yaml"),
            "prompt_files: [../x.md, /etc/passwd, own.md]\n",
        )
        .unwrap();
        fs::write(root.path().join("own.md"), "Own.").unwrap();
        fs::write(root.path().join("MEMORY.md"), "Remembered.").unwrap();
        folder.refresh();
        assert!(folder.prompt().starts_with("Own.\n\nRemembered."));
        assert!(!folder.prompt().contains("root:"));
    }

    #[test]
    fn a_missing_config_says_which_file() {
        let root = tempfile::tempdir().unwrap();
        assert!(
            Folder::open(root.path())
                .err()
                .unwrap()
                .contains("config.yaml is missing")
        );
    }
}
