//! Archives into and out of containers, started or not; no helper container and no shell takes part (D9, D28).

use super::{Docker, answer};
use crate::{EngineError, Missing};
use bollard::{
    errors::Error,
    query_parameters::{
        ContainerArchiveInfoOptions, DownloadFromContainerOptions, UploadToContainerOptions,
    },
};
use futures::StreamExt;

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
            let look = ContainerArchiveInfoOptions {
                path: dir.to_owned(),
            };
            match self.api.get_container_archive_info(id, Some(look)).await {
                Ok(_) => {}
                // This answer has no words that say what is missing.
                Err(error) if answer::is_status(&error, 404) => {
                    let is_there = self.observe(id).await?.is_some();
                    return Err(missing(!is_there, id, dir, &error));
                }
                Err(error) => return Err(self.path_failed(&doing, id, dir, error)),
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
        Ok(archive)
    }

    fn path_failed(&self, doing: &str, id: &str, path: &str, error: Error) -> EngineError {
        match answer::refusal(&error) {
            Some((404, words)) => {
                let is_container =
                    words.contains("no such container") || words.contains("no container with");
                missing(is_container, id, path, &error)
            }
            _ => self.failed(doing, error),
        }
    }
}

fn missing(is_container: bool, id: &str, path: &str, error: &Error) -> EngineError {
    let (what, name) = if is_container {
        (Missing::Container, id)
    } else {
        (Missing::Path, path)
    };
    EngineError::NotFound {
        what,
        name: name.to_owned(),
        source: answer::cause(error),
    }
}
