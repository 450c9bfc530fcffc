//! Workspace templates: folders below the configs root, each with a `config.yaml` that fills a workspace's `/configs`
//! (contract 01 sections 3.2 and 3.10, contract 03 section 5).

mod folder;
mod import;

pub use folder::TemplateFolder;
pub use import::TemplateImportError;

use crate::Orgs;
use serde::Deserialize;
use std::{
    fs,
    io::Read,
    path::{Component, Path, PathBuf},
};
use wire::{TemplateModel, TemplateView};

/// A larger `config.yaml` is none.
const LARGEST: u64 = 1024 * 1024;

/// What the platform reads of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceTemplate {
    /// Its folder's name.
    pub id: String,
    /// Its folder.
    pub dir: PathBuf,
    /// Name in its config.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Privilege class; 0 when it names none.
    pub tier: i64,
    /// Runtime in its config.
    pub runtime: Option<String>,
    /// Model in its config, for those who are made of it: that of `runtime_config` first.
    pub model: Option<String>,
    /// Model in its config, for lists: the top-level one first.
    pub listed_model: Option<String>,
    /// Models it offers.
    pub models: Vec<TemplateModel>,
    /// Variables it needs.
    pub required_env: Vec<String>,
    /// Skills it brings.
    pub skills: Vec<String>,
    /// Seconds an agent of it may take to come up.
    pub provision_timeout_seconds: Option<u64>,
    /// Roles an expand makes below a workspace of this template.
    pub sub_workspaces: Vec<SubWorkspace>,
}

/// One role an expand makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SubWorkspace {
    /// Template of that role.
    pub config: String,
    /// Its name; empty: that of the template.
    pub name: String,
    /// What it is for.
    pub role: String,
}

impl WorkspaceTemplate {
    /// As `GET /templates` shows it (contract 03 section 5.1).
    pub fn view(&self) -> TemplateView {
        TemplateView {
            id: self.id.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            tier: self.tier,
            runtime: self.runtime.clone().unwrap_or_default(),
            model: self.listed_model.clone().unwrap_or_default(),
            models: self.models.clone(),
            required_env: self.required_env.clone(),
            skills: self.skills.clone(),
            skill_count: self.skills.len(),
            provision_timeout_seconds: self.provision_timeout_seconds,
        }
    }
}

/// Why a template is not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateProblem {
    /// The name leads out of the root, or is none.
    Name,
    /// There is no readable `config.yaml`.
    Unreadable,
    /// The `config.yaml` is no such file; the text says what is wrong.
    Broken(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    name: Option<String>,
    description: Option<String>,
    tier: Option<i64>,
    skills: Option<Vec<String>>,
    runtime: Option<String>,
    model: Option<String>,
    runtime_config: Option<RuntimeConfig>,
    sub_workspaces: Option<Vec<SubWorkspace>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RuntimeConfig {
    model: Option<String>,
    models: Option<Vec<TemplateModel>>,
    required_env: Option<Vec<String>>,
    provision_timeout_seconds: Option<u64>,
}

impl Orgs {
    /// The template of that folder name.
    ///
    /// # Errors
    /// [`TemplateProblem`].
    pub async fn workspace_template(&self, id: &str) -> Result<WorkspaceTemplate, TemplateProblem> {
        let (root, id) = (self.roots.configs.clone(), id.to_owned());
        tokio::task::spawn_blocking(move || read(&root, &id))
            .await
            .unwrap_or(Err(TemplateProblem::Unreadable))
    }

    /// All readable templates, by folder name.
    pub async fn workspace_templates(&self) -> Vec<WorkspaceTemplate> {
        let root = self.roots.configs.clone();
        tokio::task::spawn_blocking(move || all(&root))
            .await
            .unwrap_or_default()
    }

    /// The template a workspace of this name expands by: its folder is the name in the form of folder names, or its
    /// config says the very name. `None` when there is none; a broken one that the folder name picks is told.
    ///
    /// # Errors
    /// [`TemplateProblem`].
    pub async fn template_of(
        &self,
        workspace: &str,
    ) -> Result<Option<WorkspaceTemplate>, TemplateProblem> {
        let folder = folder_name(workspace);
        match self.workspace_template(&folder).await {
            Ok(template) => return Ok(Some(template)),
            Err(TemplateProblem::Broken(text)) => return Err(TemplateProblem::Broken(text)),
            Err(_) => {}
        }
        let all = self.workspace_templates().await;
        Ok(all.into_iter().find(|template| template.name == workspace))
    }
}

/// A workspace's name as a folder name: lower-case letters, digits and `_`; spaces become `-`; the rest is dropped.
fn folder_name(name: &str) -> String {
    name.chars()
        .filter_map(|letter| match letter {
            'A'..='Z' => Some(letter.to_ascii_lowercase()),
            'a'..='z' | '0'..='9' | '_' | '-' => Some(letter),
            ' ' => Some('-'),
            _ => None,
        })
        .collect()
}

fn read(root: &Path, id: &str) -> Result<WorkspaceTemplate, TemplateProblem> {
    let mut parts = Path::new(id).components();
    let one = matches!(parts.next(), Some(Component::Normal(_))) && parts.next().is_none();
    if !one || id.contains(['\0', '\\']) {
        return Err(TemplateProblem::Name);
    }
    let root = root
        .canonicalize()
        .map_err(|_| TemplateProblem::Unreadable)?;
    let dir = root
        .join(id)
        .canonicalize()
        .map_err(|_| TemplateProblem::Unreadable)?;
    // A link that leads out of the root is no template of it.
    if !dir.starts_with(&root) || !dir.is_dir() {
        return Err(TemplateProblem::Name);
    }
    let file = fs::File::open(dir.join("config.yaml")).map_err(|_| TemplateProblem::Unreadable)?;
    let regular = file
        .metadata()
        .is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST);
    let mut text = String::new();
    if !regular || file.take(LARGEST).read_to_string(&mut text).is_err() {
        return Err(TemplateProblem::Unreadable);
    }
    let config: Config = serde_saphyr::from_str(&text)
        .map_err(|error| TemplateProblem::Broken(format!("{id}/config.yaml: {error}")))?;
    let runtime_config = config.runtime_config.unwrap_or_default();
    let word = |text: Option<String>| {
        text.map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    Ok(WorkspaceTemplate {
        id: id.to_owned(),
        dir,
        name: word(config.name).unwrap_or_else(|| id.to_owned()),
        description: config.description.unwrap_or_default(),
        tier: config.tier.unwrap_or_default(),
        runtime: word(config.runtime),
        listed_model: word(config.model.clone()).or(word(runtime_config.model.clone())),
        model: word(runtime_config.model).or(word(config.model)),
        models: runtime_config.models.unwrap_or_default(),
        required_env: runtime_config.required_env.unwrap_or_default(),
        skills: config.skills.unwrap_or_default(),
        provision_timeout_seconds: runtime_config
            .provision_timeout_seconds
            .filter(|seconds| *seconds > 0),
        sub_workspaces: config.sub_workspaces.unwrap_or_default(),
    })
}

fn all(root: &Path) -> Vec<WorkspaceTemplate> {
    let mut names: Vec<String> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        // An import in the making, and what tools keep.
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
        .iter()
        .filter_map(|name| read(root, name).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (dir, text) in files {
            fs::create_dir_all(root.path().join(dir)).unwrap();
            fs::write(root.path().join(dir).join("config.yaml"), text).unwrap();
        }
        root
    }

    #[test]
    fn a_template_is_read_as_yaml_not_line_by_line() {
        let root = root(&[(
            "coder",
            "name: Coder\nruntime: \"claude-code\"\nruntime_config:\n  model: 'opus'\n  provision_timeout_seconds: 90\nsub_workspaces:\n  - config: tester\n    role: Tests\n",
        )]);
        let template = read(root.path(), "coder").unwrap();
        assert_eq!(template.runtime.as_deref(), Some("claude-code"));
        assert_eq!(template.model.as_deref(), Some("opus"));
        assert_eq!(template.provision_timeout_seconds, Some(90));
        assert_eq!(template.sub_workspaces[0].config, "tester");
    }

    #[test]
    fn names_that_lead_out_of_the_root_are_refused() {
        let root = root(&[("a", "name: A\n")]);
        for name in ["..", "../a", "/etc", "a/b", "", ".", "a\0"] {
            assert_eq!(
                read(root.path(), name).unwrap_err(),
                TemplateProblem::Name,
                "{name:?}"
            );
        }
        assert_eq!(
            read(root.path(), "none").unwrap_err(),
            TemplateProblem::Unreadable
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_root_is_no_template() {
        let outside = root(&[("x", "name: X\n")]);
        let root = root(&[("a", "name: A\n")]);
        std::os::unix::fs::symlink(outside.path().join("x"), root.path().join("x")).unwrap();
        assert_eq!(read(root.path(), "x").unwrap_err(), TemplateProblem::Name);
        assert_eq!(all(root.path()).len(), 1);
    }

    #[test]
    fn broken_yaml_is_told_with_its_place() {
        let root = root(&[("a", "name: [\n")]);
        assert!(
            matches!(read(root.path(), "a"), Err(TemplateProblem::Broken(text)) if text.starts_with("a/config.yaml"))
        );
    }

    #[test]
    fn a_name_becomes_a_folder_name() {
        assert_eq!(folder_name("Dev Lead (2)_x-Y"), "dev-lead-2_x-y");
    }
}
