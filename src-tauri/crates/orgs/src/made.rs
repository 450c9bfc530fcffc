//! The one folder a role's files come from, and the files made over it (contract 03 section 2.9 steps 8 and 9).

use org_template::{DiskFiles, Files, Limits, Problem, Role, config_yaml, merged_config_yaml};
use std::path::Path;

/// What disk gives to a role.
#[derive(Debug, Clone, Default)]
pub(crate) struct Material {
    /// The folder that is copied into `/configs`.
    pub template_dir: Option<String>,
    /// Its own `config.yaml`: name for messages, bytes.
    pub config: Option<(String, Vec<u8>)>,
}

/// Generated config.
pub(crate) const CONFIG: &str = "config.yaml";
/// Prompt given inline.
pub(crate) const SYSTEM_PROMPT: &str = "system-prompt.md";

/// Looks for the folder: the role's own, else its template's, else the runtime's default. Blocks.
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
    let there = |found: &(std::path::PathBuf, String)| found.0.is_dir();
    let tree = own
        .or_else(|| template().filter(there))
        .or_else(|| default().filter(there));
    let Some((tree, shown)) = tree else {
        return Material::default();
    };
    let limits = Limits::default();
    let config = DiskFiles::new(&tree).read(CONFIG, limits.file_bytes).ok();
    let config = config.map(|bytes| (format!("{shown}/{CONFIG}"), bytes));
    if let Some((file, bytes)) = &config {
        warnings.extend(merged_config_yaml(role, file, bytes).1);
    }
    let absolute = std::path::absolute(&tree).unwrap_or(tree);
    Material {
        template_dir: Some(crate::source::plain(&absolute)),
        config,
    }
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
