//! Images: looked up, pulled, and made from a root file system without any registry.

use super::{Docker, answer, saved};
use crate::{EngineError, ImageConfig, ImageInfo, ProgressFn, PullProgress};
use bollard::query_parameters::{CreateImageOptions, ImportImageOptions, RemoveImageOptions};
use futures::StreamExt;
use std::{path::Path, time::Duration};
use tokio_util::io::ReaderStream;

/// A first pull or a large import may take this long until the engine begins to answer (contract 04, D1).
const IMAGE_LIMIT: Duration = Duration::from_secs(20 * 60);

/// How often Podman is asked to load an image before its refusal counts, and the pause between.
const LOADS: u32 = 4;
const BETWEEN_LOADS: Duration = Duration::from_millis(500);

/// Bytes of a saved image that are read and sent at a time.
const PIECE: usize = 64 * 1024;

impl Docker {
    pub(super) async fn look_up_image(
        &self,
        reference: &str,
    ) -> Result<Option<ImageInfo>, EngineError> {
        let image = match self.api.inspect_image(reference).await {
            Ok(image) => image,
            Err(error) if answer::is_status(&error, 404) => return Ok(None),
            Err(error) if answer::is_status(&error, 400) => {
                return Err(bad_reference(reference, &error));
            }
            Err(error) => {
                return Err(self.failed(&format!("Looking up the image {reference}"), error));
            }
        };
        let config = image.config.unwrap_or_default();
        Ok(Some(ImageInfo {
            id: image.id.unwrap_or_default(),
            reference: reference.to_owned(),
            platform: format!(
                "{}/{}",
                image.os.unwrap_or_default(),
                image.architecture.unwrap_or_default()
            ),
            size_bytes: image
                .size
                .and_then(|bytes| u64::try_from(bytes).ok())
                .unwrap_or(0),
            labels: config.labels.unwrap_or_default().into_iter().collect(),
            user: config.user.unwrap_or_default(),
        }))
    }

    pub(super) async fn pull_image(
        &self,
        reference: &str,
        platform: Option<&str>,
        progress: ProgressFn,
    ) -> Result<(), EngineError> {
        let (repo, tag) = split_reference(reference);
        let options = CreateImageOptions {
            from_image: Some(repo.to_owned()),
            tag: Some(tag.to_owned()),
            platform: platform.unwrap_or_default().to_owned(),
            from_src: None,
            repo: None,
            message: None,
            changes: Vec::new(),
        };
        let api = self.patient(IMAGE_LIMIT);
        let mut lines = std::pin::pin!(api.create_image(Some(options), None, None));
        while let Some(line) = lines.next().await {
            let line = line.map_err(|error| self.pull_failed(reference, error))?;
            let figures = line.progress_detail.unwrap_or_default();
            let bytes = |figure: Option<i64>| figure.and_then(|bytes| u64::try_from(bytes).ok());
            progress(PullProgress {
                status: line.status.unwrap_or_default(),
                layer: line.id,
                current: bytes(figures.current),
                total: bytes(figures.total),
            });
        }
        // Some engines end the stream of a failed pull without an error line.
        match self.look_up_image(reference).await? {
            Some(_) => Ok(()),
            None => Err(EngineError::PullFailed {
                reference: reference.to_owned(),
                source: None,
            }),
        }
    }

    fn pull_failed(&self, reference: &str, error: bollard::errors::Error) -> EngineError {
        use bollard::errors::Error;
        match error {
            Error::DockerStreamError { .. } | Error::DockerResponseServerError { .. } => {
                EngineError::PullFailed {
                    reference: reference.to_owned(),
                    source: answer::cause(&error),
                }
            }
            other => self.failed(&format!("Pulling the image {reference}"), other),
        }
    }

    /// As a saved image rather than as an import: an import takes its settings as build instructions, which engines
    /// read differently, and some forget the tag.
    pub(super) async fn import_image(
        &self,
        reference: &str,
        rootfs_tar: &Path,
        config: ImageConfig,
    ) -> Result<ImageInfo, EngineError> {
        let doing = format!("Making the image {reference}");
        let arch = self.probe().await?.arch;
        let (name, rootfs) = (reference.to_owned(), rootfs_tar.to_owned());
        let saved = tokio::task::spawn_blocking(move || {
            let file = tempfile::NamedTempFile::new()
                .map_err(|error| saved::unreadable(&std::env::temp_dir(), &error))?;
            saved::image(&name, &arch, &rootfs, &config, file)
        })
        .await
        .unwrap_or_else(|error| Err(saved::unreadable(rootfs_tar, &error.into())))?
        .0;
        let mut tries = 1;
        while let Err(error) = self.load(saved.path()).await {
            let words = error.to_string().to_lowercase();
            // Podman says so of every trouble; as the archive is sound, it lost a layer that another call removed.
            let is_race = self.is_podman && words.contains("payload does not match");
            if !is_race && words.contains("reference") {
                return Err(bad_reference(reference, &error));
            }
            if !is_race || tries == LOADS {
                return Err(self.failed(&doing, error));
            }
            tries += 1;
            tokio::time::sleep(BETWEEN_LOADS).await;
        }
        self.look_up_image(reference)
            .await?
            .ok_or_else(|| EngineError::ImageMissing {
                reference: reference.to_owned(),
                source: None,
            })
    }

    async fn load(&self, saved: &Path) -> Result<(), bollard::errors::Error> {
        let saved = ReaderStream::with_capacity(tokio::fs::File::open(saved).await?, PIECE);
        let options = ImportImageOptions {
            quiet: true,
            platform: None,
        };
        let api = self.patient(IMAGE_LIMIT);
        let mut lines =
            std::pin::pin!(api.import_image(options, bollard::body_try_stream(saved), None));
        while let Some(line) = lines.next().await {
            line?;
        }
        Ok(())
    }

    pub(super) async fn drop_image(&self, reference: &str) -> Result<(), EngineError> {
        match self
            .api
            .remove_image(reference, None::<RemoveImageOptions>, None)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if answer::is_status(&error, 404) => Ok(()),
            Err(error) if answer::is_status(&error, 409) => Err(EngineError::InUse {
                name: reference.to_owned(),
                source: answer::cause(&error),
            }),
            Err(error) => Err(self.failed(&format!("Removing the image {reference}"), error)),
        }
    }
}

fn bad_reference(reference: &str, error: &bollard::errors::Error) -> EngineError {
    EngineError::Invalid {
        what: format!("{reference} is not an image reference the engine takes."),
        remedy: "Write it as name:tag, in lower case.".to_owned(),
        source: answer::cause(error),
    }
}

/// Name and tag (or digest); a colon before the last slash is a port, not a tag.
pub(super) fn split_reference(reference: &str) -> (&str, &str) {
    if let Some((name, digest)) = reference.split_once('@') {
        return (name, digest);
    }
    let name_start = reference.rfind('/').map_or(0, |slash| slash + 1);
    match reference[name_start..].rfind(':') {
        Some(colon) => (
            &reference[..name_start + colon],
            &reference[name_start + colon + 1..],
        ),
        None => (reference, "latest"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_split_at_the_tag_and_not_at_a_port() {
        assert_eq!(split_reference("stand-in"), ("stand-in", "latest"));
        assert_eq!(split_reference("a/b:1"), ("a/b", "1"));
        assert_eq!(
            split_reference("localhost:5000/b"),
            ("localhost:5000/b", "latest")
        );
        assert_eq!(
            split_reference("localhost:5000/b:2"),
            ("localhost:5000/b", "2")
        );
        assert_eq!(split_reference("a@sha256:00"), ("a", "sha256:00"));
    }
}
