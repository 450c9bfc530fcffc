//! Files into `/configs`, all or none.

use super::{
    FileEntry, FileError, Root, guard, list,
    place::{self, Need, Place},
    read,
    resolve::{Last, Resolved, absolute},
};
use crate::{shared::Shared, start::digest};
use containers::{
    PathKind,
    archive::{Archive, Owner},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Files of one set at most (contract 03 section 6).
pub const MOST_FILES: usize = 200;
/// Largest file that is read to compare it with what somebody expects.
const LARGEST_COMPARED: u64 = 64 * 1024 * 1024;
/// Mode of a new file.
const NEW: u32 = 0o644;
const CONFIG: &str = "config.yaml";

/// What somebody believes to replace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Expect {
    /// Whatever is there.
    #[default]
    Anything,
    /// A file with one of these digests.
    Hash(Vec<String>),
    /// Some file.
    Something,
    /// Nothing.
    Nothing,
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWrite {
    /// Below `/configs`.
    pub path: String,
    /// Exact bytes.
    pub content: Vec<u8>,
    /// What it replaces.
    pub expect: Expect,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Digests by path as asked for.
    pub hashes: BTreeMap<String, String>,
    /// Paths that were removed because they were not among the written ones.
    pub removed: Vec<String>,
    /// Through the agent's own container; else into its volume.
    pub live: bool,
    /// The `config.yaml` that was generated because there was none.
    pub generated: bool,
    /// `config.yaml` before and after, where it was written and had been there: what changed in it can be told.
    pub config: Option<(Option<Vec<u8>>, Vec<u8>)>,
}

pub(super) async fn write(
    shared: &Arc<Shared>,
    id: &str,
    files: Vec<FileWrite>,
    prune: bool,
) -> Result<Written, FileError> {
    if files.len() > MOST_FILES {
        return Err(FileError::TooMany {
            count: files.len(),
            most: MOST_FILES,
        });
    }
    let mut set = BTreeMap::new();
    for file in files {
        let parts = guard::relative(&file.path)?;
        if set.insert(parts, file).is_some() {
            return Err(twice("A path is named twice."));
        }
    }
    let set = Arc::new(set);
    let row = place::row(shared, id).await?;
    if !row.has_container() {
        return Err(FileError::NoContainer);
    }
    if set.is_empty() && !prune {
        return Ok(Written::default());
    }
    let _turn = shared.writers.enter(id).await;
    let name = row.name.clone();
    let written = place::at(shared, &row, Root::Configs, Need::Write, |place| {
        let (set, name) = (set.clone(), name.clone());
        Box::pin(async move { put(place, &set, &name).await })
    })
    .await?;
    let mut written = written.ok_or(FileError::NoContainer)?;
    if prune {
        written.removed = prune_others(shared, &row, &set).await?;
    }
    Ok(written)
}

fn twice(why: &str) -> FileError {
    FileError::Path { why: why.into() }
}

/// Where a file goes, with everything that was checked about it.
struct Target {
    /// Parts of its real path.
    parts: Vec<String>,
    /// How many of them are folders that are there.
    present: usize,
    mode: u32,
}

async fn put(
    place: &Place,
    set: &BTreeMap<Vec<String>, FileWrite>,
    name: &str,
) -> Result<Written, FileError> {
    let mut written = Written {
        live: place.live,
        ..Written::default()
    };
    let mut targets = Vec::new();
    let mut real: BTreeSet<Vec<String>> = BTreeSet::new();
    for (asked, file) in set {
        let target = target(place, asked, file).await?;
        if target.parts == [CONFIG] {
            let before = current(place, &target).await?;
            written.config = Some((before, file.content.clone()));
        }
        if !real.insert(target.parts.clone()) {
            return Err(twice("Two of the paths lead to the same file."));
        }
        targets.push((target, file.content.as_slice()));
        written
            .hashes
            .insert(file.path.clone(), digest(&file.content));
    }
    for parts in &real {
        if (1..parts.len()).any(|end| real.contains(&parts[..end])) {
            return Err(twice("One of the paths is below another, which is a file."));
        }
    }
    // An agent without a config ends at its next start; one that never ran gets its own then.
    let generated;
    if place.live && !real.contains(&vec![CONFIG.to_owned()]) {
        let config = [CONFIG.to_owned()];
        let there = place.resolve(Root::Configs, &config, Last::Keep).await?;
        if matches!(there, Resolved::Missing { .. }) {
            let names = set.keys().map(|parts| parts.join("/"));
            generated = org_template::imported_config_yaml(name, names).into_bytes();
            let target = Target {
                parts: config.to_vec(),
                present: 0,
                mode: NEW,
            };
            targets.push((target, generated.as_slice()));
            written.generated = true;
        }
    }
    if targets.is_empty() {
        return Ok(written);
    }
    let mut archive = Archive::new();
    for (target, _) in &targets {
        if target.present > 0 {
            archive.present(&target.parts[..target.present].join("/"));
        }
    }
    for (target, content) in &targets {
        let path = target.parts.join("/");
        archive.file(&path, content, target.mode, Owner::AGENT)?;
    }
    place
        .engine()
        .put(&place.container, Root::Configs.path(), archive.finish()?)
        .await?;
    Ok(written)
}

/// Looks where a file would go, and whether that is what its writer believes.
async fn target(place: &Place, asked: &[String], file: &FileWrite) -> Result<Target, FileError> {
    let path = || asked.join("/");
    let target = match place.resolve(Root::Configs, asked, Last::Follow).await? {
        Resolved::There { parts, stat } => match stat.kind {
            PathKind::File => Target {
                present: parts.len().saturating_sub(1),
                parts,
                // Whether it can be run is part of the file.
                mode: stat.mode | 0o600,
            },
            PathKind::Folder => return Err(FileError::IsFolder { path: path() }),
            _ => return Err(FileError::Special { path: path() }),
        },
        Resolved::Missing { parent, rest } => {
            if matches!(file.expect, Expect::Hash(_) | Expect::Something) {
                return Err(FileError::Changed {
                    path: path(),
                    hash: None,
                });
            }
            return Ok(Target {
                present: parent.len(),
                parts: [parent, rest].concat(),
                mode: NEW,
            });
        }
        Resolved::NoRoot => return Err(FileError::NotFound),
    };
    if matches!(file.expect, Expect::Hash(_) | Expect::Nothing) {
        check(place, &target.parts, &file.expect, asked).await?;
    }
    Ok(target)
}

/// Compares what is there with what somebody expects.
pub(super) async fn check(
    place: &Place,
    parts: &[String],
    expect: &Expect,
    asked: &[String],
) -> Result<(), FileError> {
    let fits = |hash: &str| match expect {
        Expect::Anything | Expect::Something => true,
        Expect::Hash(hashes) => hashes.iter().any(|one| one == hash),
        Expect::Nothing => false,
    };
    let content = read::content(place, Root::Configs, parts, LARGEST_COMPARED, None).await?;
    let hash = digest(&content);
    if fits(&hash) {
        Ok(())
    } else {
        Err(FileError::Changed {
            path: asked.join("/"),
            hash: Some(hash),
        })
    }
}

async fn current(place: &Place, target: &Target) -> Result<Option<Vec<u8>>, FileError> {
    match read::content(place, Root::Configs, &target.parts, LARGEST_COMPARED, None).await {
        Ok(content) => Ok(Some(content)),
        Err(FileError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// True replacement: what is visible and was not written goes. The config, what plugins own and files with a dot in
/// front (marks of the agent, settings of tools) stay.
async fn prune_others(
    shared: &Arc<Shared>,
    row: &store::WorkspaceRow,
    set: &BTreeMap<Vec<String>, FileWrite>,
) -> Result<Vec<String>, FileError> {
    let wanted: BTreeSet<String> = set.keys().map(|parts| parts.join("/")).collect();
    let listed = list::visible(shared, row, Root::Configs, Vec::new(), usize::MAX).await?;
    let stays = |path: &str| {
        let top = path.split('/').next().unwrap_or(path);
        let below = format!("{path}/");
        path == CONFIG
            || top == "plugins"
            || top.starts_with('.')
            || wanted.contains(path)
            || wanted.iter().any(|wanted| {
                // A folder on the way to a wanted file, or what is below one that a link leads to.
                wanted.starts_with(&below) || path.starts_with(&format!("{wanted}/"))
            })
    };
    let mut gone: BTreeSet<String> = BTreeSet::new();
    for FileEntry { path, .. } in listed {
        let inside = path
            .match_indices('/')
            .any(|(end, _)| gone.contains(&path[..end]));
        if !inside && !stays(&path) {
            gone.insert(path);
        }
    }
    if !gone.is_empty() {
        let paths = gone
            .iter()
            .map(|path| absolute(Root::Configs, std::slice::from_ref(path)))
            .collect();
        let link = place::link(shared)?;
        place::take_away(shared, &link, row, paths).await?;
    }
    Ok(gone.into_iter().collect())
}
