//! A template from files (contract 03 section 5.2, no. 61): all is checked first, then written beside its place and
//! moved there whole.

use super::{
    folder::{self, TemplateFolder},
    folder_name,
};
use crate::Orgs;
use org_template::{imported_config_yaml, is_secret_file, rel_parts};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Files of one template at most.
pub(super) const MOST: usize = 200;
const CONFIG: &str = "config.yaml";

/// Why a template was not imported. Nothing is left of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateImportError {
    /// Name or files are no such thing.
    #[error("invalid request body")]
    Invalid {
        /// What is wrong, a sentence.
        detail: String,
    },
    /// More files than are taken.
    #[error("too many files ({count}), max {MOST}")]
    TooMany {
        /// As many.
        count: usize,
    },
    /// There is a template of that folder name.
    #[error("template already exists")]
    Exists {
        /// The folder's name.
        id: String,
    },
    /// The disk did not take it.
    #[error("failed to write the template")]
    NotWritten {
        /// What it said.
        detail: String,
    },
}

impl TemplateImportError {
    /// The stable word beside the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid_body",
            Self::TooMany { .. } => "too_many_files",
            Self::Exists { .. } => "template_exists",
            Self::NotWritten { .. } => "not_written",
        }
    }
}

impl Orgs {
    /// Reads a folder of this computer for [`Orgs::import_workspace_template`].
    ///
    /// # Errors
    /// [`TemplateImportError::Invalid`] says why it cannot be one.
    pub async fn template_folder(
        &self,
        path: PathBuf,
    ) -> Result<TemplateFolder, TemplateImportError> {
        let done = tokio::task::spawn_blocking(move || folder::read(&path)).await;
        done.unwrap_or_else(|error| {
            Err(TemplateImportError::Invalid {
                detail: error.to_string(),
            })
        })
    }

    /// Makes a template of these files, by path; gives its folder's name.
    ///
    /// # Errors
    /// [`TemplateImportError`].
    pub async fn import_workspace_template(
        &self,
        name: &str,
        files: BTreeMap<String, Vec<u8>>,
    ) -> Result<String, TemplateImportError> {
        let (root, name) = (self.roots.configs.clone(), name.to_owned());
        let done = tokio::task::spawn_blocking(move || import(&root, &name, files)).await;
        done.unwrap_or_else(|error| {
            Err(TemplateImportError::NotWritten {
                detail: error.to_string(),
            })
        })
    }
}

fn import(
    root: &Path,
    name: &str,
    files: BTreeMap<String, Vec<u8>>,
) -> Result<String, TemplateImportError> {
    let files = checked(name, files)?;
    let id = match folder_name(name) {
        id if id.is_empty() => "unnamed".to_owned(),
        id => id,
    };
    let target = root.join(&id);
    let exists = || TemplateImportError::Exists { id: id.clone() };
    if target.symlink_metadata().is_ok() {
        return Err(exists());
    }
    let not_written = |error: io::Error| TemplateImportError::NotWritten {
        detail: error.to_string(),
    };
    fs::create_dir_all(root).map_err(not_written)?;
    // The dot keeps it out of every list until it is whole.
    let partial = tempfile::Builder::new()
        .prefix(".importing-")
        .tempdir_in(root)
        .map_err(not_written)?;
    fill(partial.path(), &files).map_err(not_written)?;
    match fs::rename(partial.path(), &target) {
        Ok(()) => {
            // It is the template now.
            let _ = partial.keep();
            Ok(id)
        }
        // Somebody else's import of that name was faster.
        Err(_) if target.symlink_metadata().is_ok() => Err(exists()),
        Err(error) => Err(not_written(error)),
    }
}

/// The files with clean paths and a config.
fn checked(
    name: &str,
    files: BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<Vec<String>, Vec<u8>>, TemplateImportError> {
    let refuse = |detail: String| Err(TemplateImportError::Invalid { detail });
    if name.trim().is_empty() {
        return refuse("The template needs a name.".into());
    }
    if files.is_empty() {
        return refuse("The template needs at least one file.".into());
    }
    if files.len() > MOST {
        return Err(TemplateImportError::TooMany { count: files.len() });
    }
    let mut clean: BTreeMap<Vec<String>, Vec<u8>> = BTreeMap::new();
    for (path, content) in files {
        let parts = match rel_parts(&path) {
            Ok(parts) => parts,
            Err(why) => return refuse(format!("{path:?} {why}.")),
        };
        if parts.iter().any(|part| is_secret_file(part)) {
            return refuse(format!(
                "{path} holds credentials, which a template must not; leave it out and use secrets."
            ));
        }
        if clean.insert(parts, content).is_some() {
            return refuse(format!("{path} is named twice."));
        }
    }
    if let Some(parts) = clean
        .keys()
        .find(|parts| (1..parts.len()).any(|end| clean.contains_key(&parts[..end])))
    {
        return refuse(format!(
            "{} is below another path, which is a file.",
            parts.join("/")
        ));
    }
    match clean.get([CONFIG.to_owned()].as_slice()) {
        Some(config) => {
            let text = std::str::from_utf8(config).map_err(|error| error.to_string());
            let read = text.and_then(|text| {
                serde_saphyr::from_str::<super::Config>(text).map_err(|error| error.to_string())
            });
            if let Err(error) = read {
                return refuse(format!("{CONFIG} cannot be read: {error}"));
            }
        }
        None => {
            let paths: Vec<String> = clean.keys().map(|parts| parts.join("/")).collect();
            let config = imported_config_yaml(name, paths);
            clean.insert(vec![CONFIG.to_owned()], config.into_bytes());
        }
    }
    Ok(clean)
}

fn fill(dir: &Path, files: &BTreeMap<Vec<String>, Vec<u8>>) -> io::Result<()> {
    for (parts, content) in files {
        let path: PathBuf = parts
            .iter()
            .fold(dir.to_owned(), |path, part| path.join(part));
        if let Some(above) = path.parent() {
            fs::create_dir_all(above)?;
        }
        fs::write(&path, content)?;
        restrict(&path, 0o600)?;
    }
    // A temporary folder is private; a template may be looked into.
    restrict(dir, 0o755)
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(named: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        named
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    fn left(root: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(root)
            .map(|entries| {
                entries
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .collect()
            })
            .unwrap_or_default();
        names.sort();
        names
    }

    /// Fixture D.46: `My Agent!` with `notes.md` and a skill becomes `my-agent`, whose config lists both; again: 409.
    #[test]
    fn d46_11_a_template_is_imported_once() {
        let root = tempfile::tempdir().unwrap();
        let set = files(&[("notes.md", "n\r\n"), ("skills/z/SKILL.md", "z")]);
        assert_eq!(
            import(root.path(), "My Agent!", set.clone()).unwrap(),
            "my-agent"
        );
        let template = super::super::read(root.path(), "my-agent").unwrap();
        assert_eq!(template.name, "My Agent!");
        assert_eq!((template.tier, template.skills), (3, vec!["z".to_owned()]));
        let config = fs::read_to_string(root.path().join("my-agent/config.yaml")).unwrap();
        assert!(config.contains("prompt_files: [\"notes.md\"]"), "{config}");
        assert_eq!(
            fs::read(root.path().join("my-agent/notes.md")).unwrap(),
            b"n\r\n"
        );
        assert_eq!(
            import(root.path(), "my agent", set).unwrap_err(),
            TemplateImportError::Exists {
                id: "my-agent".into()
            }
        );
        assert_eq!(left(root.path()), ["my-agent"]);
    }

    #[cfg(unix)]
    #[test]
    fn files_are_private_and_folders_are_not() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        import(root.path(), "a", files(&[("skills/z/SKILL.md", "z")])).unwrap();
        let mode = |path: &str| {
            let metadata = fs::metadata(root.path().join(path)).unwrap();
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode("a/skills/z/SKILL.md"), 0o600);
        assert_eq!(mode("a"), 0o755);
    }

    /// No. 61: what is refused leaves nothing, so that the retry is not told that it exists.
    #[test]
    fn what_is_refused_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let many: BTreeMap<_, _> = (0..201).map(|n| (format!("{n}.md"), Vec::new())).collect();
        assert_eq!(
            import(root.path(), "a", many).unwrap_err().to_string(),
            "too many files (201), max 200"
        );
        for (name, set) in [
            ("a", files(&[("ok.md", ""), ("../x", "")])),
            ("a", files(&[("a..b", "")])),
            ("a", files(&[("/etc/x", "")])),
            ("a", files(&[("x", ""), ("./x", "")])),
            ("a", files(&[("x", ""), ("x/y", "")])),
            ("a", files(&[("keys/id_rsa", "")])),
            ("a", files(&[(".env", "")])),
            ("a", files(&[("config.yaml", "name: [")])),
            ("a", files(&[])),
            (" ", files(&[("x", "")])),
        ] {
            let error = import(root.path(), name, set).unwrap_err();
            assert_eq!(error.code(), "invalid_body", "{error:?}");
        }
        assert!(left(root.path()).is_empty());
        assert_eq!(
            import(root.path(), "!!!", files(&[("x", "")])).unwrap(),
            "unnamed"
        );
    }
}
