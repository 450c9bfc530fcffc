//! One file, byte for byte.

use super::{
    FileError, Root, guard,
    place::{self, Need, Place},
    resolve::{Last, Resolved, absolute},
};
use crate::{shared::Shared, start::digest};
use containers::{EngineError, Missing, PathKind, archive};
use std::sync::Arc;

/// Largest file that is read (contract 03 section 6).
pub const LARGEST_READ: u64 = 5 * 1024 * 1024;
/// What an archive adds to the file in it.
const ARCHIVE: u64 = 64 * 1024;

/// A file as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    /// Exact bytes.
    pub content: Vec<u8>,
    /// Their SHA-256 in lower-case hex; what `If-Match` takes.
    pub hash: String,
}

/// A part of a file as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPart {
    /// Exact bytes.
    pub content: Vec<u8>,
    /// Bytes of the whole file.
    pub total: u64,
}

/// `length` bytes, at most [`LARGEST_READ`] of them, from `offset` on.
pub(super) async fn part(
    shared: &Arc<Shared>,
    id: &str,
    (root, path): (Root, &str),
    offset: u64,
    length: u64,
) -> Result<ReadPart, FileError> {
    let parts = guard::relative(path)?;
    let row = place::row(shared, id).await?;
    let length = length.min(LARGEST_READ);
    let part = place::at(shared, &row, root, Need::Look, |place| {
        let parts = parts.clone();
        Box::pin(async move {
            let (real, _) = file(place, root, &parts).await?;
            let path = absolute(root, &real);
            let read = place
                .engine()
                .part(&place.container, &path, offset, length)
                .await;
            match read {
                Ok(Some(part)) => Ok(ReadPart {
                    content: part.content,
                    total: part.total,
                }),
                Err(EngineError::NotFound {
                    what: Missing::Path,
                    ..
                })
                // It became something else between the look and the read.
                | Ok(None) => Err(FileError::NotFound),
                Err(error) => Err(error.into()),
            }
        })
    })
    .await?;
    part.ok_or(FileError::Offline)
}

/// The real place of a file, and its size.
async fn file(
    place: &Place,
    root: Root,
    parts: &[String],
) -> Result<(Vec<String>, u64), FileError> {
    let path = || parts.join("/");
    match place.resolve(root, parts, Last::Follow).await? {
        Resolved::There { parts: real, stat } => match stat.kind {
            PathKind::File => Ok((real, stat.size)),
            PathKind::Folder => Err(FileError::IsFolder { path: path() }),
            _ => Err(FileError::Special { path: path() }),
        },
        Resolved::Missing { .. } | Resolved::NoRoot => Err(FileError::NotFound),
    }
}

pub(super) async fn read(
    shared: &Arc<Shared>,
    id: &str,
    root: Root,
    path: &str,
) -> Result<FileContent, FileError> {
    let parts = guard::relative(path)?;
    let row = place::row(shared, id).await?;
    let content = place::at(shared, &row, root, Need::Look, |place| {
        let parts = parts.clone();
        Box::pin(async move {
            let (real, size) = file(place, root, &parts).await?;
            content(place, root, &real, LARGEST_READ, Some(size)).await
        })
    })
    .await?;
    let content = content.ok_or(FileError::Offline)?;
    Ok(FileContent {
        hash: digest(&content),
        content,
    })
}

/// The bytes of a file at its real place. `size`, where it is known, spares reading what is too large anyway.
pub(super) async fn content(
    place: &Place,
    root: Root,
    parts: &[String],
    limit: u64,
    size: Option<u64>,
) -> Result<Vec<u8>, FileError> {
    let too_large = || FileError::TooLarge {
        path: parts.join("/"),
        limit,
    };
    if size.is_some_and(|size| size > limit) {
        return Err(too_large());
    }
    let path = absolute(root, parts);
    let archive = place
        .engine()
        .get(&place.container, &path, limit + ARCHIVE)
        .await;
    let archive = match archive {
        Ok(archive) => archive,
        Err(EngineError::NotFound {
            what: Missing::Path,
            ..
        }) => return Err(FileError::NotFound),
        Err(EngineError::TooLarge { .. }) => return Err(too_large()),
        Err(error) => return Err(error.into()),
    };
    let limits = archive::ReadLimits {
        entries: 4,
        bytes: limit,
    };
    match archive::file(&archive, limits) {
        Ok(Some(content)) => Ok(content),
        // It became something else between the look and the read.
        Ok(None) => Err(FileError::NotFound),
        Err(EngineError::TooLarge { .. }) => Err(too_large()),
        Err(error) => Err(error.into()),
    }
}
