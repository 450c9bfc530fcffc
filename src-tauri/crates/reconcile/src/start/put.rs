//! Files into a container that does not run yet, and out of its volume to compare them.

use super::files::{Delivery, SourceFile, digest};
use crate::{outcome::Step, shared::Link};
use containers::{
    EngineError,
    archive::{self, Archive, Owner},
};
use std::collections::BTreeMap;
use vault::Secret;

/// What is read back of a volume to compare it.
const READ_BACK: u64 = 64 * 1024 * 1024;

/// Which contested files are put: those whose copy in the volume is still the one that was delivered. Others were
/// edited in the agent and stay (D75). Gives what to put and the digests that are true already.
pub(super) async fn resolve(
    link: &Link,
    container: &str,
    delivery: Delivery,
    known: &BTreeMap<String, String>,
) -> Step<(BTreeMap<String, SourceFile>, BTreeMap<String, String>)> {
    let mut put = delivery.put;
    let mut kept = BTreeMap::new();
    if delivery.contested.is_empty() {
        return Ok((put, kept));
    }
    let there = match link.engine.get(container, "/configs", READ_BACK).await {
        Ok(tar) => archive::read(
            &tar,
            archive::ReadLimits {
                entries: 40_000,
                bytes: READ_BACK,
            },
        )?,
        Err(EngineError::NotFound { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let there: BTreeMap<String, String> = there
        .into_iter()
        .filter_map(|entry| match entry.kind {
            archive::EntryKind::File(content) => {
                // The archive of a folder begins with the folder's own name.
                let path = entry.path.strip_prefix("configs/")?.to_owned();
                Some((path, digest(&content)))
            }
            _ => None,
        })
        .collect();
    for (path, file) in delivery.contested {
        let new = digest(&file.content);
        match there.get(&path) {
            Some(now) if *now == new => {
                kept.insert(path, new);
            }
            Some(now) if known.get(&path) != Some(now) => {
                tracing::info!(
                    path,
                    "a file was edited in the agent; the newer source is not copied over it"
                );
            }
            _ => {
                put.insert(path, file);
            }
        }
    }
    Ok((put, kept))
}

/// Files for `/configs` as an archive, owner 1000; the token readable by the agent alone (D8).
pub(super) fn pack(files: &BTreeMap<String, SourceFile>, token: Option<&Secret>) -> Step<Vec<u8>> {
    let mut archive = Archive::new();
    for (path, file) in files {
        archive.file(path, &file.content, file.mode, Owner::AGENT)?;
    }
    if let Some(token) = token {
        archive.file(".auth_token", token.expose(), 0o600, Owner::AGENT)?;
    }
    Ok(archive.finish()?)
}

pub(super) async fn read_config(link: &Link, container: &str) -> Step<Option<Vec<u8>>> {
    match link
        .engine
        .get(container, "/configs/config.yaml", 1024 * 1024)
        .await
    {
        Ok(tar) => Ok(archive::file(&tar, archive::ReadLimits::default())?),
        Err(EngineError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
