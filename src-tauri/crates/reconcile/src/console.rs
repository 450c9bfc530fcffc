//! What containers print: live, or the last of what an ended one printed; secrets masked (contract 04 D44, D55).

use crate::{
    error::ReconcileError,
    shared::{Link, Shared},
    start,
};
use containers::{EngineError, LogOptions, archive};
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError},
};
use store::rows::workspaces;
use vault::Secret;

/// Lines kept of an ended container.
const KEPT_LINES: u32 = 200;
/// Bytes kept of them, the last ones.
const KEPT_BYTES: usize = 8 * 1024;
/// Longest line that is held back to be masked whole.
const LONGEST_LINE: usize = 64 * 1024;

fn file(shared: &Shared, id: &str) -> PathBuf {
    shared
        .log_dir()
        .join(format!("{}.log", id.replace(['/', '\\', '.'], "_")))
}

/// Keeps the last output of a container that is about to go. A log that cannot be kept stops nothing.
pub(crate) async fn keep(shared: &Shared, link: &Link, id: &str, container: &str) {
    learn(shared, link, id, container).await;
    let text = match read(shared, link, container, KEPT_LINES).await {
        Ok(text) => text,
        Err(error) => {
            tracing::info!(workspace = id, %error, "the last output of a container could not be read");
            return;
        }
    };
    let text = tail(&text).to_owned();
    let path = file(shared, id);
    let written = async {
        if let Some(dir) = path.parent() {
            tokio::fs::create_dir_all(dir).await?;
        }
        let partial = path.with_extension("partial");
        tokio::fs::write(&partial, text).await?;
        tokio::fs::rename(&partial, &path).await
    };
    if let Err(error) = written.await {
        tracing::warn!(workspace = id, %error, "the last output of a container could not be kept");
    }
}

/// The last output that was kept.
pub(crate) async fn kept(shared: &Shared, id: &str) -> Option<String> {
    tokio::fs::read_to_string(file(shared, id)).await.ok()
}

/// A deleted workspace leaves none.
pub(crate) async fn forget(shared: &Shared, id: &str) {
    let removed = tokio::fs::remove_file(file(shared, id)).await;
    if let Err(error) = removed
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(workspace = id, %error, "the kept output of a deleted workspace could not be removed");
    }
}

/// Its secrets are known for masking, also when the platform was started after the container was.
async fn learn(shared: &Shared, link: &Link, id: &str, container: &str) {
    if let Ok(Some(row)) = workspaces::get(shared.deps.store.read(), id).await
        && let Err(failure) = start::learn(shared, &row).await
    {
        let why = failure.reason.text;
        // The reason is usually the same for all of them, and then it is told once.
        let mut told = shared
            .unmasked
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if *told != why {
            tracing::info!(why, "output of agents is masked by patterns only");
            *told = why;
        }
    }
    if let Ok(tar) = link
        .engine
        .get(container, "/configs/.auth_token", 4096)
        .await
        && let Ok(Some(token)) = archive::file(&tar, archive::ReadLimits::default())
    {
        shared
            .known
            .add([&Secret::new(token.trim_ascii().to_vec())]);
    }
}

async fn read(
    shared: &Shared,
    link: &Link,
    container: &str,
    lines: u32,
) -> Result<String, EngineError> {
    let options = LogOptions {
        tail: Some(lines),
        ..LogOptions::default()
    };
    let bytes = link
        .engine
        .logs(container, &options)
        .await?
        .try_fold(Vec::new(), |mut all, chunk| async move {
            all.extend_from_slice(&chunk.bytes);
            Ok(all)
        })
        .await?;
    Ok(shared
        .known
        .scrub(&String::from_utf8_lossy(&bytes))
        .into_owned())
}

/// The last bytes, from the beginning of a line where there is one.
fn tail(text: &str) -> &str {
    if text.len() <= KEPT_BYTES {
        return text;
    }
    let mut from = text.len() - KEPT_BYTES;
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let rest = &text[from..];
    rest.find('\n').map_or(rest, |end| &rest[end + 1..])
}

/// The output of a workspace: live, else what was kept; empty when there is none.
pub(crate) async fn console(
    shared: &Shared,
    id: &str,
    lines: u32,
) -> Result<String, ReconcileError> {
    if workspaces::get(shared.deps.store.read(), id)
        .await?
        .is_none()
    {
        return Err(ReconcileError::NotFound);
    }
    let container = shared.entry(id, |entry| entry.seen.clone());
    if let (Some(link), Some(seen)) = (shared.link(), container) {
        learn(shared, &link, id, &seen.id).await;
        match read(shared, &link, &seen.id, lines).await {
            Ok(text) => return Ok(text),
            // It went between the look and the read.
            Err(EngineError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let text = kept(shared, id).await.unwrap_or_default();
    let from = text.lines().count().saturating_sub(lines as usize);
    Ok(text
        .lines()
        .skip(from)
        .map(|line| format!("{line}\n"))
        .collect())
}

/// The live output line by line, until the container ends or the reader goes.
pub(crate) async fn follow(
    shared: &Arc<Shared>,
    id: &str,
) -> Result<BoxStream<'static, Result<String, ReconcileError>>, ReconcileError> {
    let seen = shared
        .entry(id, |entry| entry.seen.clone())
        .ok_or(ReconcileError::NotRunning)?;
    let link = shared.link().ok_or_else(|| ReconcileError::NoEngine {
        detail: shared.status.borrow().detail.clone(),
    })?;
    learn(shared, &link, id, &seen.id).await;
    let options = LogOptions {
        tail: Some(KEPT_LINES),
        follow: true,
        ..LogOptions::default()
    };
    let chunks = link.engine.logs(&seen.id, &options).await?;
    let known = shared.known.clone();
    let lines = whole_lines(chunks.map_ok(|chunk| chunk.bytes));
    Ok(lines
        .map_ok(move |line| known.scrub(&line).into_owned())
        .map_err(ReconcileError::from)
        .boxed())
}

/// Pieces put together to lines, because a secret that is cut in two would not be recognised.
fn whole_lines<E: Send + 'static>(
    pieces: impl Stream<Item = Result<Vec<u8>, E>> + Send + 'static,
) -> impl Stream<Item = Result<String, E>> + Send {
    let pieces = pieces
        .map_ok(Some)
        .chain(futures::stream::once(async { Ok(None) }));
    pieces
        .scan(Vec::new(), |rest: &mut Vec<u8>, piece| {
            let lines = match piece {
                Err(error) => vec![Err(error)],
                Ok(None) => cut(rest, true),
                Ok(Some(bytes)) => {
                    rest.extend_from_slice(&bytes);
                    cut(rest, false)
                }
            };
            futures::future::ready(Some(futures::stream::iter(lines)))
        })
        .flatten()
}

fn cut<E>(rest: &mut Vec<u8>, all: bool) -> Vec<Result<String, E>> {
    let mut lines = Vec::new();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line: Vec<u8> = rest.drain(..=end).collect();
        lines.push(Ok(String::from_utf8_lossy(&line).into_owned()));
    }
    if !rest.is_empty() && (all || rest.len() > LONGEST_LINE) {
        lines.push(Ok(
            String::from_utf8_lossy(&std::mem::take(rest)).into_owned()
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_part_begins_at_a_line() {
        let text = format!("{}\nlast\n", "ä".repeat(KEPT_BYTES));
        assert_eq!(tail(&text), "last\n");
        assert_eq!(tail("short"), "short");
    }

    #[tokio::test]
    async fn pieces_become_lines() {
        let pieces = futures::stream::iter(
            [b"ab".to_vec(), b"c\nd\ne".to_vec()].map(Ok::<_, std::io::Error>),
        );
        let lines: Vec<String> = whole_lines(pieces).try_collect().await.unwrap();
        assert_eq!(lines, ["abc\n", "d\n", "e"]);
    }
}
