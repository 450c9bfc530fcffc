//! What a workspace shares with those below it (contract 03 section 5.7, no. 72).

use super::{
    FileError, Root, guard,
    place::{self, Need, Place},
    read,
    resolve::{Last, Resolved},
};
use crate::shared::Shared;
use containers::PathKind;
use serde::Deserialize;
use std::sync::Arc;

/// Entries that are read at most.
const MOST: usize = 64;
/// Bytes of one shared file; it becomes part of a prompt.
const LARGEST: u64 = 1024 * 1024;

/// A shared file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedFile {
    /// As `shared_context` names it.
    pub path: String,
    /// Its text.
    pub content: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    shared_context: Option<Vec<String>>,
}

/// Paths that a config shares; those that pass no guard are left out. A config that cannot be read shares nothing.
fn shared_paths(config: &[u8]) -> Vec<(String, Vec<String>)> {
    let named = std::str::from_utf8(config)
        .ok()
        .and_then(|text| serde_saphyr::from_str::<Config>(text).ok())
        .and_then(|config| config.shared_context)
        .unwrap_or_default();
    named
        .into_iter()
        .take(MOST)
        .filter_map(|path| guard::relative(&path).ok().map(|parts| (path, parts)))
        .collect()
}

pub(super) async fn shared_context(
    shared: &Arc<Shared>,
    id: &str,
) -> Result<Vec<SharedFile>, FileError> {
    let row = place::row(shared, id).await?;
    let found = place::at(shared, &row, Root::Configs, Need::Look, |place| {
        Box::pin(all(place))
    })
    .await?;
    Ok(found.unwrap_or_default())
}

async fn all(place: &Place) -> Result<Vec<SharedFile>, FileError> {
    let config = match one(place, &["config.yaml".to_owned()]).await {
        Ok(config) => config,
        Err(error) => return unless_unreadable(error).map(|()| Vec::new()),
    };
    let mut files = Vec::new();
    for (path, parts) in shared_paths(&config) {
        match one(place, &parts).await {
            Ok(content) => {
                if let Ok(content) = String::from_utf8(content) {
                    files.push(SharedFile { path, content });
                }
            }
            Err(error) => unless_unreadable(error)?,
        }
    }
    Ok(files)
}

/// What is wrong with one file keeps the others back as little as a missing one; an engine that is away does.
fn unless_unreadable(error: FileError) -> Result<(), FileError> {
    match error {
        FileError::Engine(_) | FileError::NoEngine { .. } | FileError::Store(_) => Err(error),
        error => {
            tracing::debug!(%error, "a shared file is left out");
            Ok(())
        }
    }
}

async fn one(place: &Place, parts: &[String]) -> Result<Vec<u8>, FileError> {
    match place.resolve(Root::Configs, parts, Last::Follow).await? {
        Resolved::There { parts, stat } if stat.kind == PathKind::File => {
            read::content(place, Root::Configs, &parts, LARGEST, Some(stat.size)).await
        }
        _ => Err(FileError::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_paths_are_left_out_and_broken_configs_share_nothing() {
        let paths = |config: &str| -> Vec<String> {
            let named = shared_paths(config.as_bytes());
            named.into_iter().map(|(path, _)| path).collect()
        };
        assert_eq!(
            paths("shared_context: [team.md, ../x, /etc/passwd, ./a/b.md]\n"),
            ["team.md", "./a/b.md"]
        );
        for nothing in [
            "",
            "shared_context: [\n",
            "shared_context: 7\n",
            "name: x\n",
            "shared_context:\n",
        ] {
            assert!(paths(nothing).is_empty(), "{nothing:?}");
        }
    }
}
