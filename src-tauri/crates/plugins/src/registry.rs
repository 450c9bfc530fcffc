//! The plugin registry of this computer: one folder a plugin (contract 03 sections 1.3 and 7.1).

use crate::{Limits, Manifest, PluginError, Tree, name::is_name};
use std::{
    collections::HashMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

/// A larger `plugin.yaml` is none.
const LARGEST: u64 = 1024 * 1024;

/// One plugin of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its folder's name.
    pub name: String,
    /// What it says about itself; empty when that cannot be read.
    pub manifest: Manifest,
    /// Why its description cannot be read.
    pub error: Option<String>,
}

/// The file's last change and length.
type Stamp = Option<(SystemTime, u64)>;

/// The registry. Clones share what was read.
#[derive(Debug, Clone)]
pub struct Registry {
    root: Arc<PathBuf>,
    known: Arc<Mutex<HashMap<String, (Stamp, Listed)>>>,
}

impl Registry {
    /// A registry in that folder, which need not exist.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self {
            root: Arc::new(root.into()),
            known: Arc::default(),
        }
    }

    /// Looks where the contract says: `plugins` beside the workspace templates, one above, here; each only if it holds a
    /// folder. Without any it is `plugins` in the data folder.
    pub fn find(configs: &Path, data: &Path) -> Self {
        let beside = [
            configs.join("../plugins"),
            PathBuf::from("../plugins"),
            PathBuf::from("plugins"),
        ];
        let found = beside.into_iter().find(|root| {
            fs::read_dir(root).is_ok_and(|entries| {
                entries
                    .flatten()
                    .any(|entry| entry.path().join("plugin.yaml").is_file())
            })
        });
        Self::at(found.unwrap_or_else(|| data.join("plugins")))
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All plugins by name. A description is read again only when its file changed. Blocks.
    pub fn list(&self) -> Vec<Listed> {
        let mut names: Vec<String> = fs::read_dir(&*self.root)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.path().is_dir())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| is_name(name))
            .collect();
        names.sort();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|name, _| names.contains(name));
        names
            .into_iter()
            .map(|name| {
                let file = self.root.join(&name).join("plugin.yaml");
                let stamp = fs::metadata(&file)
                    .ok()
                    .and_then(|meta| Some((meta.modified().ok()?, meta.len())));
                if let Some((was, listed)) = known.get(&name)
                    && *was == stamp
                    && stamp.is_some()
                {
                    return listed.clone();
                }
                let listed = read(&name, &file);
                known.insert(name, (stamp, listed.clone()));
                listed
            })
            .collect()
    }

    /// The files of one plugin. Blocks.
    ///
    /// # Errors
    /// `None` if there is no such folder; what [`Tree::read`] says.
    pub fn read(&self, name: &str, limits: &Limits) -> Result<Option<Tree>, PluginError> {
        let root = self.root.join(name);
        // A link in the place of the folder would lead anywhere.
        let is_folder = fs::symlink_metadata(&root).is_ok_and(|meta| meta.is_dir());
        if !is_name(name) || !is_folder {
            return Ok(None);
        }
        Tree::read(&root, limits).map(Some)
    }
}

fn read(name: &str, file: &Path) -> Listed {
    let mut text = String::new();
    let parsed = match fs::File::open(file) {
        Err(_) => Err("plugin.yaml is missing".to_owned()),
        Ok(open) => match open.take(LARGEST).read_to_string(&mut text) {
            Ok(_) => Manifest::parse(&text),
            Err(error) => Err(format!("plugin.yaml: {error}")),
        },
    };
    let (manifest, error) = match parsed {
        Ok(manifest) => (manifest, None),
        Err(error) => (Manifest::default(), Some(error)),
    };
    Listed {
        name: name.to_owned(),
        manifest,
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_95_plugins_are_listed_with_their_errors_and_read_again_when_they_change() {
        let dir = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("b/plugin.yaml", "name: other\nversion: 1.0.0\n");
        put("a/plugin.yaml", "name: [\n");
        put("c/README.md", "x");
        put(".hidden/plugin.yaml", "name: h\n");
        put("file", "x");
        let registry = Registry::at(dir.path());
        let list = registry.list();
        let names: Vec<&str> = list.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert!(list[0].error.as_deref().unwrap().contains("plugin.yaml"));
        assert_eq!(
            (list[1].name.as_str(), list[1].manifest.version.as_str()),
            ("b", "1.0.0")
        );
        assert_eq!(list[2].error.as_deref(), Some("plugin.yaml is missing"));
        put("b/plugin.yaml", "name: other\nversion: 1.0.10\n");
        assert_eq!(registry.list()[1].manifest.version, "1.0.10");
        assert!(registry.read("b", &Limits::default()).unwrap().is_some());
        assert!(registry.read("nope", &Limits::default()).unwrap().is_none());
        assert!(registry.read("../b", &Limits::default()).unwrap().is_none());
    }
}
