//! Archives into and out of containers, started or not; no helper container and no shell takes part (D9, D28).

use super::{Docker, answer};
use crate::{EngineError, FilePart, Listed, Missing, PathKind, PathStat, Survey, archive};
use bollard::{
    errors::Error,
    query_parameters::{
        ContainerArchiveInfoOptions, DownloadFromContainerOptions, InspectContainerOptions,
        UploadToContainerOptions,
    },
};
use futures::StreamExt;
use std::io::Read;
use tokio::sync::mpsc;

/// Bits of a file's mode in the engine's own numbering.
const FOLDER: u32 = 1 << 31;
const LINK: u32 = 1 << 27;
const SPECIAL: u32 = 1 << 26 | 1 << 25 | 1 << 24 | 1 << 21 | 1 << 19;
const PERMISSIONS: u32 = 0o777;

impl Docker {
    pub(super) async fn upload(
        &self,
        id: &str,
        dir: &str,
        archive: Vec<u8>,
    ) -> Result<(), EngineError> {
        let doing = format!("Copying files into {id}");
        if self.is_podman {
            // It would make a folder that is missing.
            if self.stat_path(id, dir).await?.is_none() {
                return Err(missing(false, id, dir, None));
            }
        }
        let options = UploadToContainerOptions {
            path: dir.to_owned(),
            no_overwrite_dir_non_dir: None,
            // Left out, Podman gives all files to the container's user instead of the archive's.
            copy_uidgid: self.is_podman.then(|| "false".to_owned()),
        };
        match self
            .api
            .upload_to_container(id, Some(options), bollard::body_full(archive.into()))
            .await
        {
            Ok(()) => Ok(()),
            Err(error) if answer::is_status(&error, 400) || answer::is_status(&error, 403) => {
                Err(EngineError::Invalid {
                    what: format!("The engine does not take the files for {dir} of {id}."),
                    remedy:
                        "The folder may be read-only, or a file may stand where a folder should."
                            .to_owned(),
                    source: answer::cause(&error),
                })
            }
            Err(error) => Err(self.path_failed(&doing, id, dir, error)),
        }
    }

    pub(super) async fn download(
        &self,
        id: &str,
        path: &str,
        limit: u64,
    ) -> Result<Vec<u8>, EngineError> {
        let options = DownloadFromContainerOptions {
            path: path.to_owned(),
        };
        let mut pieces = std::pin::pin!(self.api.download_from_container(id, Some(options)));
        let mut archive = Vec::new();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| {
                self.path_failed(&format!("Reading files of {id}"), id, path, error)
            })?;
            if archive.len() as u64 + piece.len() as u64 > limit {
                return Err(EngineError::TooLarge {
                    what: path.to_owned(),
                    limit,
                });
            }
            archive.extend_from_slice(&piece);
        }
        if self.is_podman {
            return archive::named(&last_part(path), archive);
        }
        Ok(archive)
    }

    pub(super) async fn download_part(
        &self,
        id: &str,
        path: &str,
        offset: u64,
        length: u64,
    ) -> Result<Option<FilePart>, EngineError> {
        let doing = format!("Reading files of {id}");
        self.read_archive(id, path, &doing, move |pieces| {
            archive::part(pieces, offset, length)
        })
        .await
    }

    pub(super) async fn stat_path(
        &self,
        id: &str,
        path: &str,
    ) -> Result<Option<PathStat>, EngineError> {
        let stat = self.stat_as_told(id, path).await?;
        let is_link = |stat: &PathStat| matches!(stat.kind, PathKind::Link(_));
        if self.is_podman
            && !stat.as_ref().is_some_and(is_link)
            && let Some(target) = self.hidden_link(id, path).await?
        {
            return Ok(Some(PathStat {
                kind: PathKind::Link(target),
                size: 0,
                mode: PERMISSIONS,
            }));
        }
        Ok(stat)
    }

    async fn stat_as_told(&self, id: &str, path: &str) -> Result<Option<PathStat>, EngineError> {
        let options = ContainerArchiveInfoOptions {
            path: path.to_owned(),
        };
        let stat = match self.api.get_container_archive_info(id, Some(options)).await {
            Ok(stat) => stat,
            // The answer to this call has no words, so what is missing has to be looked up.
            Err(error) if answer::is_status(&error, 404) => {
                return match self.observe(id).await? {
                    Some(_) => Ok(None),
                    None => Err(missing(true, id, path, Some(&error))),
                };
            }
            // Links that lead in a circle end here; only the answer with words tells them from trouble.
            Err(error) if answer::is_status(&error, 500) && self.is_ring(id, path).await => {
                return Ok(Some(PathStat {
                    kind: PathKind::Link(String::new()),
                    size: 0,
                    mode: PERMISSIONS,
                }));
            }
            Err(error) => {
                return Err(self.path_failed(
                    &format!("Looking at files of {id}"),
                    id,
                    path,
                    error,
                ));
            }
        };
        let mode = stat.file_mode;
        let kind = if mode & LINK != 0 {
            PathKind::Link(stat.link_target)
        } else if mode & FOLDER != 0 {
            PathKind::Folder
        } else if mode & SPECIAL != 0 {
            PathKind::Other
        } else {
            PathKind::File
        };
        Ok(Some(PathStat {
            kind,
            size: u64::try_from(stat.size).unwrap_or_default(),
            mode: mode & PERMISSIONS,
        }))
    }

    /// The target of a link that [`Self::stat_path`] cannot see: in a volume of a container that does not run, Podman
    /// looks behind links without telling. The archive of the folder around it shows it.
    async fn hidden_link(&self, id: &str, path: &str) -> Result<Option<String>, EngineError> {
        let info = match self
            .api
            .inspect_container(id, None::<InspectContainerOptions>)
            .await
        {
            Ok(info) => info,
            Err(error) if answer::is_status(&error, 404) => return Ok(None),
            Err(error) => return Err(self.failed(&format!("Looking at {id}"), error)),
        };
        let is_running = info.state.and_then(|state| state.running);
        let mut places = info.mounts.iter().flatten();
        let is_in_volume = places.any(|mount| {
            let place = mount.destination.as_deref().unwrap_or_default();
            let place = place.trim_end_matches('/');
            path.strip_prefix(place)
                .is_some_and(|below| below.starts_with('/') && below.len() > 1)
        });
        let Some((around, name)) = path.trim_end_matches('/').rsplit_once('/') else {
            return Ok(None);
        };
        if is_running == Some(true) || !is_in_volume {
            return Ok(None);
        }
        let name = name.to_owned();
        let doing = format!("Looking at files of {id}");
        let found = self
            .read_archive(id, &inside(around), &doing, move |pieces| {
                archive::link_in(&name, pieces)
            })
            .await;
        match found {
            Err(EngineError::NotFound {
                what: Missing::Path,
                ..
            }) => Ok(None),
            found => found,
        }
    }

    async fn is_ring(&self, id: &str, path: &str) -> bool {
        let options = DownloadFromContainerOptions {
            path: path.to_owned(),
        };
        let mut pieces = std::pin::pin!(self.api.download_from_container(id, Some(options)));
        match pieces.next().await {
            Some(Err(error)) => answer::refusal(&error)
                .is_some_and(|(_, words)| words.contains("too many") || words.contains("loop")),
            _ => false,
        }
    }

    pub(super) async fn survey_folder(
        &self,
        id: &str,
        path: &str,
        survey: &Survey,
    ) -> Result<Vec<Listed>, EngineError> {
        let survey = survey.clone();
        let doing = format!("Listing files of {id}");
        if self.is_podman {
            let path = inside(path);
            return self
                .read_archive(id, &path, &doing, move |pieces| {
                    archive::survey("", pieces, &survey)
                })
                .await;
        }
        let base = last_part(path);
        self.read_archive(id, path, &doing, move |pieces| {
            archive::survey(&base, pieces, &survey)
        })
        .await
    }

    /// Has the archive of a path read while it arrives, on a thread that may wait; no more is asked for than is read.
    async fn read_archive<T: Send + 'static>(
        &self,
        id: &str,
        path: &str,
        doing: &str,
        read: impl FnOnce(Pieces) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let (pieces, received) = mpsc::channel(8);
        let reading = tokio::task::spawn_blocking(move || {
            read(Pieces {
                received,
                rest: Vec::new(),
                at: 0,
            })
        });
        let options = DownloadFromContainerOptions {
            path: path.to_owned(),
        };
        let mut sent = std::pin::pin!(self.api.download_from_container(id, Some(options)));
        let mut failed = None;
        while let Some(piece) = sent.next().await {
            match piece {
                // The reader has seen enough, or what it cannot take.
                Ok(piece) if pieces.send(piece.to_vec()).await.is_err() => break,
                Ok(_) => {}
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        drop(pieces);
        let read = reading.await;
        if let Some(error) = failed {
            return Err(self.path_failed(doing, id, path, error));
        }
        read.unwrap_or_else(|error| {
            Err(EngineError::Failed {
                doing: doing.to_owned(),
                source: Some(crate::Cause(error.to_string())),
            })
        })
    }

    fn path_failed(&self, doing: &str, id: &str, path: &str, error: Error) -> EngineError {
        match answer::refusal(&error) {
            Some((404, words)) => {
                let is_container =
                    words.contains("no such container") || words.contains("no container with");
                missing(is_container, id, path, Some(&error))
            }
            _ => self.failed(doing, error),
        }
    }
}

/// What is in a folder, without its name: Podman leaves that name out of some archives (see [`archive::named`]), and
/// never says so.
fn inside(folder: &str) -> String {
    format!("{}/.", folder.trim_end_matches('/'))
}

fn last_part(path: &str) -> String {
    let path = path.trim_end_matches('/');
    path.rsplit_once('/')
        .map_or("", |(_, name)| name)
        .to_owned()
}

fn missing(is_container: bool, id: &str, path: &str, error: Option<&Error>) -> EngineError {
    let (what, name) = if is_container {
        (Missing::Container, id)
    } else {
        (Missing::Path, path)
    };
    EngineError::NotFound {
        what,
        name: name.to_owned(),
        source: error.and_then(answer::cause),
    }
}

/// What arrives piece by piece, read by a thread that may wait.
struct Pieces {
    received: mpsc::Receiver<Vec<u8>>,
    rest: Vec<u8>,
    at: usize,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.rest.len() {
            match self.received.blocking_recv() {
                Some(piece) => (self.rest, self.at) = (piece, 0),
                None => return Ok(0),
            }
        }
        let rest = &self.rest[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}
