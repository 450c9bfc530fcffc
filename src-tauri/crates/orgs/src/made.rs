//! The folders a role's files come from, and the files made over them (contract 03 section 2.9 steps 8 and 9 as no. 28
//! corrects them: the template first, the role's own folder over it, then what is generated).

use org_template::{DiskFiles, Files, Limits, Problem, Role, config_yaml, merged_config_yaml};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};
use store::{StoreError, Write, rows::files as files_of};

/// What disk gives to a role.
#[derive(Debug, Clone, Default)]
pub(crate) struct Material {
    /// The folder that is copied into `/configs`.
    pub template_dir: Option<String>,
    /// The template below it, where the role names one and has files of its own too.
    pub base_dir: Option<String>,
    /// Its own `config.yaml`: name for messages, bytes.
    pub config: Option<(String, Vec<u8>)>,
}

/// Generated config.
pub(crate) const CONFIG: &str = "config.yaml";
/// Prompt given inline.
pub(crate) const SYSTEM_PROMPT: &str = "system-prompt.md";

/// What the database holds of the files made for every workspace. Read once: an import asks for each role.
#[derive(Debug, Default)]
pub(crate) struct Held {
    config: HashMap<String, Vec<u8>>,
    system_prompt: HashMap<String, Vec<u8>>,
}

impl Held {
    /// As it is inside this write.
    pub async fn read(write: &mut Write) -> Result<Self, StoreError> {
        Ok(Self {
            config: files_of::made_everywhere(write.conn(), CONFIG).await?,
            system_prompt: files_of::made_everywhere(write.conn(), SYSTEM_PROMPT).await?,
        })
    }

    /// Brings one made file to what it is to be; says whether it was something else.
    pub async fn put(
        &self,
        write: &mut Write,
        id: &str,
        path: &str,
        content: Option<&[u8]>,
    ) -> Result<bool, StoreError> {
        let held = match path {
            CONFIG => &self.config,
            _ => &self.system_prompt,
        };
        if held.get(id).map(Vec::as_slice) == content {
            return Ok(false);
        }
        match content {
            Some(content) => files_of::set_made(write.conn(), id, path, content).await,
            None => files_of::unset_made(write.conn(), id, path).await,
        }
    }
}

/// Looks for the folders: the role's own over its template's, else one of the two, else the runtime's default. Blocks.
pub(crate) fn material(
    role: &Role,
    root: Option<&Path>,
    configs: &Path,
    warnings: &mut Vec<Problem>,
) -> Material {
    if role.external {
        return Material::default();
    }
    let own = role
        .files_dir
        .as_deref()
        .filter(|_| role.files_found)
        .and_then(|dir| Some((root?.join(dir), dir.to_owned())));
    let template = || {
        role.template
            .as_deref()
            .map(|name| (configs.join(name), name.to_owned()))
    };
    let default = || {
        let word = role
            .runtime
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let name = format!(
            "{}-default",
            if word {
                role.runtime.as_str()
            } else {
                "langgraph"
            }
        );
        Some((configs.join(&name), name))
    };
    let there = |found: &Tree| found.0.is_dir();
    let named = template().filter(there);
    let (tree, base) = match (own, named) {
        (Some(own), base) => (Some(own), base),
        (None, named) => (named.or_else(|| default().filter(there)), None),
    };
    let Some(tree) = tree else {
        return Material::default();
    };
    let config = config_of(&tree).or_else(|| config_of(base.as_ref()?));
    if let Some((file, bytes)) = &config {
        warnings.extend(merged_config_yaml(role, file, bytes).1);
    }
    Material {
        template_dir: Some(absolute(&tree)),
        base_dir: base.as_ref().map(absolute),
        config,
    }
}

/// A folder, and its name for messages.
type Tree = (PathBuf, String);

fn config_of((tree, shown): &Tree) -> Option<(String, Vec<u8>)> {
    let limits = Limits::default();
    let bytes = DiskFiles::new(tree).read(CONFIG, limits.file_bytes).ok()?;
    Some((format!("{shown}/{CONFIG}"), bytes))
}

fn absolute((tree, _): &Tree) -> String {
    let absolute = std::path::absolute(tree).unwrap_or_else(|_| tree.clone());
    crate::source::plain(&absolute)
}

/// The made files of a role: path and content, or nothing where there must be none.
pub(crate) fn files(role: &Role, material: &Material) -> Vec<(&'static str, Option<Vec<u8>>)> {
    if role.external {
        return vec![(CONFIG, None), (SYSTEM_PROMPT, None)];
    }
    let config = match &material.config {
        Some((file, bytes)) => merged_config_yaml(role, file, bytes).0,
        None => config_yaml(role),
    };
    vec![
        (CONFIG, Some(config.into_bytes())),
        (
            SYSTEM_PROMPT,
            role.system_prompt.clone().map(String::into_bytes),
        ),
    ]
}
