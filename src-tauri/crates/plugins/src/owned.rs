//! What a plugin brings outside its own folder, and the receipt by which exactly that is replaced or taken away again
//! (contract 03 no. 82 to 85, contract 04 D40).

use crate::{
    Manifest, Receipt, Setup, Support, Tree, VolumeError, blocks, settings, setup,
    tree::{File, sha256},
    volume::{self, Volume},
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The memory file of an agent.
const MEMORY: &str = "CLAUDE.md";
/// Folders in which plugins own files.
const FOLDERS: [&str; 3] = ["skills", ".claude/hooks", ".claude/commands"];

/// What a plugin brings outside its own folder.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Owned {
    /// Whole files by path below `/configs`.
    pub files: BTreeMap<String, File>,
    /// Its block of the memory file.
    pub memory: String,
    /// Its part of the settings.
    pub settings: Option<Map<String, Value>>,
    /// What its `setup.sh` is to run for; see [`setup::key`].
    pub setup: Option<String>,
    /// What of it cannot be used.
    pub warnings: Vec<String>,
}

impl Owned {
    /// What `tree` brings for a runtime that takes it.
    pub fn of(name: &str, tree: &Tree, manifest: &Manifest, support: Support) -> Self {
        let mut owned = Self::default();
        if support != Support::Native {
            if tree.files.contains_key(setup::SCRIPT) {
                owned.warnings.push(setup::not_run(support));
            }
            return owned;
        }
        owned.setup = setup::key(tree);
        for (path, file) in &tree.files {
            let is_top = |rest: &str| !rest.contains('/');
            let target = if path
                .strip_prefix("skills/")
                .is_some_and(|rest| rest.contains('/'))
            {
                Some((path.clone(), file.mode))
            } else if let Some(hook) = path.strip_prefix("hooks/").filter(|rest| is_top(rest)) {
                let mode = if hook.ends_with(".sh") {
                    0o755
                } else {
                    file.mode
                };
                Some((format!(".claude/hooks/{hook}"), mode))
            } else {
                path.strip_prefix("commands/")
                    .filter(|rest| is_top(rest) && rest.ends_with(".md"))
                    .map(|command| (format!(".claude/commands/{command}"), 0o644))
            };
            if let Some((target, mode)) = target {
                let content = file.content.clone();
                owned.files.insert(target, File { content, mode });
            }
        }
        owned.memory = blocks::text(name, tree, manifest);
        match settings::fragment(tree.text("settings-fragment.json").as_deref()) {
            Ok(part) => owned.settings = part,
            Err(problem) => owned.warnings.push(problem),
        }
        owned
    }
}

/// What has to be written and removed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Change {
    /// Files to put.
    pub put: BTreeMap<String, File>,
    /// Files to remove.
    pub remove: BTreeSet<String>,
    /// Shared files to replace as a whole.
    pub texts: BTreeMap<String, String>,
    /// The receipt while it is being done.
    pub planned: Receipt,
    /// The receipt once it is done.
    pub done: Receipt,
}

impl Change {
    /// Nothing has to be done.
    pub fn is_empty(&self) -> bool {
        self.put.is_empty() && self.remove.is_empty() && self.texts.is_empty()
    }
}

/// Compares what a plugin brings with what is in the volume and what the receipt says.
pub(crate) async fn plan(
    volume: &dyn Volume,
    name: &str,
    owned: &Owned,
    old: &Receipt,
) -> Result<Change, VolumeError> {
    let mut change = Change::default();
    let there = there(volume, owned, old).await?;
    for folder in &there.missing {
        if owned
            .files
            .keys()
            .any(|path| path.starts_with(&format!("{folder}/")))
        {
            change.done.made.insert((*folder).to_owned());
        }
    }
    for folder in FOLDERS {
        if old.made.contains(folder)
            && owned
                .files
                .keys()
                .any(|path| path.starts_with(&format!("{folder}/")))
        {
            change.done.made.insert(folder.to_owned());
        }
    }
    let is_own = |path: &str, digest: &str| {
        old.files.get(path).is_some_and(|own| own.contains(digest))
            // One that was emptied for want of a program is not somebody's edit.
            || (old.stubs.contains(path) && *digest == sha256(b""))
    };
    // A skill that somebody else brought is left alone as a whole.
    let foreign: BTreeSet<&str> = owned
        .files
        .keys()
        .filter_map(|path| skill(path))
        .filter(|skill| {
            let place = format!("skills/{skill}/SKILL.md");
            there
                .files
                .get(&place)
                .is_some_and(|digest| !is_own(&place, digest) && !old.files.contains_key(&place))
        })
        .collect();
    for (path, file) in &owned.files {
        let new = sha256(&file.content);
        let now = there.files.get(path);
        let kept = skill(path).is_some_and(|skill| foreign.contains(skill))
            || now.is_some_and(|now| {
                !is_own(path, now) && (*now != new || !old.files.contains_key(path))
            });
        if kept {
            change.done.kept.push(path.clone());
            continue;
        }
        if now != Some(&new) {
            change.put.insert(path.clone(), file.clone());
        }
        change
            .done
            .files
            .insert(path.clone(), BTreeSet::from([new]));
    }
    for path in old.files.keys().chain(&old.stubs) {
        if change.done.files.contains_key(path) {
            continue;
        }
        match there.files.get(path) {
            Some(now) if is_own(path, now) => drop(change.remove.insert(path.clone())),
            Some(_) if !change.done.kept.contains(path) => change.done.kept.push(path.clone()),
            _ => {}
        }
    }
    change.done.setup = owned
        .setup
        .as_deref()
        .map(|key| Setup::of(key, old.setup.as_ref()));
    memory(volume, name, owned, old, &mut change).await?;
    shared_settings(volume, owned, old, &mut change).await?;
    change.planned = change.done.clone();
    for (path, digests) in &old.files {
        let own = change.planned.files.entry(path.clone()).or_default();
        own.extend(digests.iter().cloned());
    }
    change.planned.settings.extend(old.settings.iter().cloned());
    change.planned.stubs = old.stubs.clone();
    whole_folders(&there, old, &mut change);
    Ok(change)
}

/// A folder of which everything goes, goes itself.
fn whole_folders(there: &There, old: &Receipt, change: &mut Change) {
    let skills = change
        .remove
        .iter()
        .filter_map(|path| skill(path))
        .map(|name| format!("skills/{name}"));
    let own = FOLDERS.iter().map(|folder| (*folder).to_owned());
    let folders: Vec<String> = skills
        .chain(own.filter(|folder| old.made.contains(folder)))
        .collect();
    for folder in folders {
        let below = format!("{folder}/");
        let all_go = there
            .files
            .keys()
            .filter(|path| path.starts_with(&below))
            .all(|path| {
                change.remove.contains(path)
                    || change
                        .remove
                        .iter()
                        .any(|gone| path.starts_with(&format!("{gone}/")))
            });
        let any_go = change.remove.iter().any(|path| path.starts_with(&below));
        let any_come = change.put.keys().any(|path| path.starts_with(&below));
        if all_go && any_go && !any_come {
            change.remove.retain(|path| !path.starts_with(&below));
            change.remove.insert(folder);
        }
    }
}

fn skill(path: &str) -> Option<&str> {
    path.strip_prefix("skills/")?
        .split_once('/')
        .map(|(name, _)| name)
}

/// What is in the folders that matter here.
#[derive(Default)]
struct There {
    /// Digests by path.
    files: BTreeMap<String, String>,
    /// Folders that do not exist.
    missing: Vec<&'static str>,
}

async fn there(volume: &dyn Volume, owned: &Owned, old: &Receipt) -> Result<There, VolumeError> {
    let mut found = There::default();
    for folder in FOLDERS {
        let below = format!("{folder}/");
        let concerns = |path: &String| path.starts_with(&below);
        if !(owned.files.keys().any(concerns)
            || old.files.keys().any(concerns)
            || old.stubs.iter().any(concerns))
        {
            continue;
        }
        match volume::tree(volume, folder).await? {
            Some(tree) => found.files.extend(
                tree.files
                    .iter()
                    .map(|(path, file)| (format!("{below}{path}"), sha256(&file.content))),
            ),
            None => found.missing.push(folder),
        }
    }
    Ok(found)
}

/// A shared file as it is, or as it was being written when the platform ended.
async fn text(
    volume: &dyn Volume,
    old: &Receipt,
    path: &str,
) -> Result<Option<String>, VolumeError> {
    if let Some(text) = old.writing.get(path) {
        return Ok(Some(text.clone()));
    }
    let bytes = volume::file(volume, path).await?;
    match bytes.map(String::from_utf8) {
        None => Ok(None),
        Some(Ok(text)) => Ok(Some(text)),
        Some(Err(_)) => Err(VolumeError::Failed(format!("{path} is not text"))),
    }
}

async fn memory(
    volume: &dyn Volume,
    name: &str,
    owned: &Owned,
    old: &Receipt,
    change: &mut Change,
) -> Result<(), VolumeError> {
    let before = text(volume, old, MEMORY).await?;
    let now = blocks::set(before.as_deref().unwrap_or_default(), name, &owned.memory);
    let is_made = before.is_none() || old.made.contains(MEMORY);
    finish(
        change,
        old,
        MEMORY,
        before.as_deref(),
        now,
        is_made,
        str::is_empty,
    );
    Ok(())
}

async fn shared_settings(
    volume: &dyn Volume,
    owned: &Owned,
    old: &Receipt,
    change: &mut Change,
) -> Result<(), VolumeError> {
    if owned.settings.is_none() && old.settings.is_empty() {
        return Ok(());
    }
    let before = text(volume, old, settings::FILE).await?;
    let mut map = match before.as_deref().map(str::trim) {
        None | Some("") => Map::new(),
        Some(text) => match serde_json::from_str(text) {
            Ok(Value::Object(map)) => map,
            // A file that cannot be understood is nobody's to rewrite.
            _ => {
                change
                    .done
                    .kept
                    .push(format!("{} (it is no JSON object)", settings::FILE));
                change.done.settings.clone_from(&old.settings);
                return Ok(());
            }
        },
    };
    let was = map.clone();
    settings::undo(&mut map, &old.settings);
    if let Some(part) = &owned.settings {
        let (added, kept) = settings::merge(&mut map, part);
        change.done.settings = added;
        let kept = kept
            .into_iter()
            .map(|key| format!("{}: {key}", settings::FILE));
        change.done.kept.extend(kept);
    }
    let is_made = before.is_none() || old.made.contains(settings::FILE);
    let now = match &before {
        Some(before) if map == was => before.clone(),
        None if map.is_empty() => String::new(),
        _ => settings::text(&map),
    };
    finish(
        change,
        old,
        settings::FILE,
        before.as_deref(),
        now,
        is_made,
        |text| matches!(text.trim(), "" | "{}"),
    );
    Ok(())
}

/// Writes a shared file if it changed; removes one that the plugin made and that is empty again.
fn finish(
    change: &mut Change,
    old: &Receipt,
    path: &str,
    before: Option<&str>,
    now: String,
    is_made: bool,
    is_empty: fn(&str) -> bool,
) {
    if is_made && is_empty(&now) {
        if before.is_some() {
            change.remove.insert(path.to_owned());
        }
        return;
    }
    if is_made {
        change.done.made.insert(path.to_owned());
    }
    if before != Some(now.as_str()) || old.writing.contains_key(path) {
        change.texts.insert(path.to_owned(), now);
    }
}
