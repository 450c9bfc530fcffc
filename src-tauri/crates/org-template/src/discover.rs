//! Templates in a folder: what the list shows (contract 03 section 2.6, nos. 36, 37).

use crate::env_need::{EnvNeed, env_needs};
use crate::error::{Code, OrgErrors, Problem};
use crate::files::Limits;
use crate::load::load;
use crate::org::Org;
use serde::Serialize;
use std::path::Path;

/// One folder of the org directory.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TemplateEntry {
    /// Folder name.
    pub dir: String,
    /// Name of the org; the folder name when the template is broken.
    pub name: String,
    /// Description.
    pub description: String,
    /// Every workspace, `spawning: false` ones included.
    pub workspaces: usize,
    /// Workspaces that an import makes.
    pub spawned_workspaces: usize,
    /// Subtrees of other repositories that were never fetched; each counts as one workspace.
    pub pending_externals: usize,
    /// Aggregated requirements.
    pub required_env: Vec<EnvNeed>,
    /// Aggregated recommendations.
    pub recommended_env: Vec<EnvNeed>,
    /// Why it cannot be imported; the first problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
}

/// Lists the templates below `dir` by folder name. Only real folders count; broken templates are listed with their
/// error. An unreadable `dir` gives nothing.
pub fn discover(dir: &Path, limits: &Limits) -> Vec<TemplateEntry> {
    discover_with(dir, |root| load(root, limits))
}

/// Like [`discover`], with another way to load one folder.
pub fn discover_with(
    dir: &Path,
    load: impl Fn(&Path) -> Result<Org, OrgErrors>,
) -> Vec<TemplateEntry> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
        .filter_map(|e| e.file_name().into_string().ok())
        .collect();
    names.sort();
    names
        .into_iter()
        .filter_map(|name| entry(dir, name, &load))
        .collect()
}

fn entry(
    dir: &Path,
    name: String,
    load: impl Fn(&Path) -> Result<Org, OrgErrors>,
) -> Option<TemplateEntry> {
    let root = dir.join(&name);
    let broken = |problem: Problem| TemplateEntry {
        dir: name.clone(),
        name: name.clone(),
        description: String::new(),
        workspaces: 0,
        spawned_workspaces: 0,
        pending_externals: 0,
        required_env: Vec::new(),
        recommended_env: Vec::new(),
        error: Some(problem),
    };
    if !["org.yaml", "org.yml"]
        .iter()
        .any(|file| root.join(file).symlink_metadata().is_ok())
    {
        let half = root.join(".git").exists();
        let message = "looks like a half checkout: it has .git and no org.yaml";
        let hint = "finish the checkout or remove the folder";
        return half
            .then(|| broken(Problem::in_file("org.yaml", Code::HalfCheckout, message).hint(hint)));
    }
    Some(match load(&root) {
        Ok(org) => {
            let needs = env_needs(&org);
            TemplateEntry {
                dir: name.clone(),
                name: org.name.value.clone(),
                description: org.description.clone(),
                workspaces: org.workspace_count(),
                spawned_workspaces: org.spawned_count(),
                pending_externals: org.pending_externals,
                required_env: needs.required,
                recommended_env: needs.recommended,
                error: None,
            }
        }
        Err(errors) => broken(errors.problems().first()?.clone()),
    })
}
