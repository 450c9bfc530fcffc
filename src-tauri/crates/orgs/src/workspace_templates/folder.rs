//! The files of a folder of this computer, as a template takes them.

use super::import::{MOST, TemplateImportError};
use org_template::is_secret_file;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Folders and files of tools that no agent is made of.
const TOOLS: [&str; 4] = [".git", "node_modules", "__pycache__", ".DS_Store"];
/// Bytes of all files together.
const BYTES: u64 = 10 * 1024 * 1024;

/// What a folder gives to a template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateFolder {
    /// Name of the folder.
    pub name: String,
    /// Its files by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What was left out, each with the reason.
    pub left_out: Vec<String>,
}

/// Reads a folder. Credentials, links and what is no file are left out and told. Blocks.
pub(super) fn read(path: &Path) -> Result<TemplateFolder, TemplateImportError> {
    let unreadable = |place: &Path, why: &dyn std::fmt::Display| TemplateImportError::Invalid {
        detail: format!("{} cannot be read: {why}", place.display()),
    };
    if !path.is_absolute() {
        return Err(unreadable(path, &"a whole path is needed"));
    }
    let root = path
        .canonicalize()
        .map_err(|error| unreadable(path, &error))?;
    if !root.is_dir() {
        return Err(unreadable(path, &"it is no folder"));
    }
    let has = |file: &str| root.join(file).symlink_metadata().is_ok();
    if (has("org.yaml") || has("org.yml")) && !has("config.yaml") {
        return Err(TemplateImportError::Invalid {
            detail: format!(
                "{} is an organisation (it holds org.yaml): import it as one; a template is the folder of one agent",
                path.display()
            ),
        });
    }
    let mut out = TemplateFolder {
        name: root
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        ..TemplateFolder::default()
    };
    let mut left = BYTES;
    let mut folders: Vec<(PathBuf, String)> = vec![(root, String::new())];
    while let Some((folder, below)) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let place = entry.path();
            let Ok(name) = entry.file_name().into_string() else {
                return Err(unreadable(&place, &"its name is no text"));
            };
            let path = format!("{below}{name}");
            let kind = entry
                .file_type()
                .map_err(|error| unreadable(&place, &error))?;
            if TOOLS.contains(&name.as_str()) {
                continue;
            }
            if is_secret_file(&name) {
                out.left_out
                    .push(format!("{path}: it holds credentials; use secrets"));
            } else if kind.is_dir() {
                folders.push((place, format!("{path}/")));
            } else if kind.is_file() {
                let size = entry.metadata().map(|data| data.len()).unwrap_or_default();
                let Some(rest) = left.checked_sub(size) else {
                    return Err(TemplateImportError::Invalid {
                        detail: format!(
                            "its files are larger than {BYTES} bytes together; a template holds prompts, skills and settings, not a project"
                        ),
                    });
                };
                left = rest;
                let content = fs::read(&place).map_err(|error| unreadable(&place, &error))?;
                out.files.insert(path, content);
            } else {
                out.left_out
                    .push(format!("{path}: it is a link or no file"));
            }
            if out.files.len() > MOST {
                return Err(TemplateImportError::Invalid {
                    detail: format!(
                        "it holds more than {MOST} files; a template holds prompts, skills and settings, not a project"
                    ),
                });
            }
        }
    }
    out.left_out.sort();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_is_no_template() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("org.yaml"), "name: x\n").unwrap();
        let refused = read(dir.path()).unwrap_err();
        let TemplateImportError::Invalid { detail } = refused else {
            panic!("{refused}");
        };
        assert!(detail.contains("import it as one"), "{detail}");
        fs::write(dir.path().join("config.yaml"), "name: x\n").unwrap();
        assert!(
            read(dir.path()).is_ok(),
            "what says itself how its agent is made is one"
        );
    }

    #[test]
    fn credentials_links_and_what_tools_keep_stay_out() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().join("Acme kit");
        for folder in ["skills/a", ".git", "node_modules/x"] {
            fs::create_dir_all(at.join(folder)).unwrap();
        }
        for path in [
            "config.yaml",
            "skills/a/SKILL.md",
            ".env",
            ".git/config",
            "node_modules/x/i.js",
        ] {
            fs::write(at.join(path), path).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/passwd", at.join("skills/a/users")).unwrap();
        let read = read(&at).unwrap();
        assert_eq!(read.name, "Acme kit");
        assert_eq!(
            read.files.keys().collect::<Vec<_>>(),
            ["config.yaml", "skills/a/SKILL.md"]
        );
        assert!(
            read.left_out[0].starts_with(".env: "),
            "{:?}",
            read.left_out
        );
        #[cfg(unix)]
        assert!(read.left_out[1].starts_with("skills/a/users: "));
    }

    #[test]
    fn a_project_and_what_is_no_folder_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..=MOST {
            fs::write(dir.path().join(format!("{n}.md")), "x").unwrap();
        }
        for wrong in [
            dir.path(),
            &dir.path().join("0.md"),
            &dir.path().join("nothing"),
            Path::new("relative"),
        ] {
            let error = read(wrong).unwrap_err();
            assert!(
                matches!(error, TemplateImportError::Invalid { .. }),
                "{wrong:?}"
            );
        }
    }
}
