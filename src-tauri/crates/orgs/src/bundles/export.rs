//! Rows and files into a bundle, without a secret in it.

use super::paths::{is_own, is_secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::{
    WorkspaceRow,
    rows::{plugins::PluginRow, schedules::ScheduleRow},
};
use vault::redact::KnownSecrets;
use wire::{
    BUNDLE_SCHEMA, Bundle, BundleFile, BundlePlugin, BundleRedaction, BundleSchedule, BundleSkill,
    Point,
};

/// A file of `/configs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleSource {
    /// Its bytes.
    pub content: Vec<u8>,
    /// Whether it can be run.
    pub executable: bool,
}

/// What one workspace consists of.
#[derive(Debug, Clone, Default)]
pub struct BundleParts {
    /// Files of `/configs` by path.
    pub files: BTreeMap<String, BundleSource>,
    /// What it does by the clock.
    pub schedules: Vec<ScheduleRow>,
    /// What is installed in it.
    pub plugins: Vec<PluginRow>,
}

/// The bundle of one workspace; `sub_workspaces` were made before. `origin` is where its parent stands on the canvas.
/// Files that are credentials stay out, and what looks like one in a text is replaced; both are told in `redacted`.
pub fn export(
    row: &WorkspaceRow,
    parts: BundleParts,
    sub_workspaces: Vec<Bundle>,
    origin: Option<(f64, f64)>,
    known: &KnownSecrets,
) -> Bundle {
    let scrub = |text: &str| known.scrub(text).into_owned();
    let plugins: Vec<PluginRow> = parts
        .plugins
        .into_iter()
        .filter(|row| !row.removing)
        .collect();
    let mut bundle = Bundle {
        schema: BUNDLE_SCHEMA.to_owned(),
        id: row.id.clone(),
        name: row.name.clone(),
        description: scrub(row.role.as_deref().unwrap_or_default()),
        tier: row.tier,
        model: row.model.clone().unwrap_or_default(),
        system_prompt: String::new(),
        skills: Vec::new(),
        tools: Vec::new(),
        prompts: BTreeMap::new(),
        sub_workspaces,
        agent_card: row
            .card()
            .and_then(|card| serde_json::from_str(&scrub(&card.to_string())).ok()),
        author: String::new(),
        version: "1.0.0".to_owned(),
        runtime: row.runtime.clone(),
        files: Vec::new(),
        digests: BTreeMap::new(),
        executable: Vec::new(),
        schedules: parts
            .schedules
            .iter()
            .map(|row| BundleSchedule {
                name: scrub(&row.name),
                cron_expr: row.cron_expr.clone(),
                timezone: row.timezone.clone(),
                prompt: scrub(&row.prompt),
                enabled: row.wanted.unwrap_or(row.enabled),
            })
            .collect(),
        plugins: plugins
            .iter()
            .map(|row| BundlePlugin {
                name: row.plugin_name.clone(),
                source: scrub(&row.source_raw),
                commit: row.installed_sha.clone(),
            })
            .collect(),
        max_concurrent_tasks: Some(row.max_concurrent_tasks),
        canvas: origin.map(|(x, y)| Point {
            x: row.x - x,
            y: row.y - y,
        }),
        redacted: Vec::new(),
    };
    let mut skills: BTreeMap<String, BundleSkill> = BTreeMap::new();
    // A plugin is installed anew from its source, where its code is shown first.
    let of_plugin = |path: &str| {
        let name = path
            .strip_prefix("plugins/")
            .and_then(|rest| rest.split('/').next());
        name.is_some_and(|name| plugins.iter().any(|row| row.plugin_name == name))
    };
    for (path, source) in parts.files {
        if is_own(&path) || of_plugin(&path) {
            continue;
        }
        let tell = |bundle: &mut Bundle, action: &str| {
            bundle.redacted.push(BundleRedaction {
                path: path.clone(),
                action: action.to_owned(),
            });
        };
        if is_secret(&path) {
            tell(&mut bundle, "left out");
            continue;
        }
        let text = match String::from_utf8(source.content) {
            Ok(text) => {
                let clean = scrub(&text);
                if clean != text {
                    tell(&mut bundle, "redacted");
                }
                Ok(clean)
            }
            Err(bytes) => {
                let bytes = bytes.into_bytes();
                let seen = String::from_utf8_lossy(&bytes);
                if known.redact(&seen) != seen {
                    tell(&mut bundle, "left out");
                    continue;
                }
                Err(bytes)
            }
        };
        let bytes = match &text {
            Ok(text) => text.as_bytes(),
            Err(bytes) => bytes,
        };
        bundle.digests.insert(path.clone(), digest(bytes));
        if source.executable {
            bundle.executable.push(path.clone());
        }
        let in_skill = path
            .strip_prefix("skills/")
            .and_then(|rest| rest.split_once('/'));
        match (path.as_str(), text, in_skill) {
            ("system-prompt.md", Ok(text), _) => bundle.system_prompt = text,
            ("config.yaml", Ok(text), _) => {
                bundle.prompts.insert(path, text);
            }
            (_, Ok(text), Some((id, rest))) => {
                let skill = skills.entry(id.to_owned()).or_insert_with(|| BundleSkill {
                    id: id.to_owned(),
                    name: id.to_owned(),
                    description: String::new(),
                    files: BTreeMap::new(),
                });
                if rest == "SKILL.md" {
                    skill.description = first_line(&text);
                }
                skill.files.insert(rest.to_owned(), text);
            }
            (_, Ok(content), None) => bundle.files.push(BundleFile {
                path,
                content,
                encoding: None,
            }),
            (_, Err(bytes), _) => bundle.files.push(BundleFile {
                path,
                content: BASE64.encode(bytes),
                encoding: Some("base64".to_owned()),
            }),
        }
    }
    bundle.skills = skills.into_values().collect();
    bundle
}

pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The first line of text behind the front matter that is no heading.
fn first_line(text: &str) -> String {
    let body = match text.strip_prefix("---") {
        Some(rest) => rest.split_once("\n---").map_or(rest, |(_, body)| body),
        None => text,
    };
    body.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("---"))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skill_is_described_by_its_first_line_of_text() {
        let text = "---\nname: a\ndescription: d\n---\n\n# Title\n\nDoes things.\nMore.\n";
        assert_eq!(first_line(text), "Does things.");
        assert_eq!(first_line("# Only a title"), "");
        assert_eq!(first_line("Plain."), "Plain.");
    }
}
