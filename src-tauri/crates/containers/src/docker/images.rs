//! Images: looked up, pulled, and made from a root file system without any registry.

use super::{Docker, answer};
use crate::{EngineError, ImageConfig, ImageInfo, ProgressFn, PullProgress};
use bollard::query_parameters::{CreateImageOptions, RemoveImageOptions};
use futures::{StreamExt, TryStreamExt};
use std::time::Duration;

/// A first pull or a large import may take this long until the engine begins to answer (contract 04, D1).
const IMAGE_LIMIT: Duration = Duration::from_secs(20 * 60);

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

    pub(super) async fn import_image(
        &self,
        reference: &str,
        rootfs_tar: Vec<u8>,
        config: &ImageConfig,
    ) -> Result<ImageInfo, EngineError> {
        let (repo, tag) = split_reference(reference);
        let options = CreateImageOptions {
            from_src: Some("-".to_owned()),
            repo: Some(repo.to_owned()),
            tag: Some(tag.to_owned()),
            changes: changes(config)?,
            from_image: None,
            message: None,
            platform: String::new(),
        };
        let doing = format!("Making the image {reference}");
        self.patient(IMAGE_LIMIT)
            .create_image(
                Some(options),
                Some(bollard::body_full(rootfs_tar.into())),
                None,
            )
            .try_for_each(|_| async { Ok(()) })
            .await
            .map_err(|error| match answer::refusal(&error) {
                Some((400, _)) => bad_reference(reference, &error),
                _ => self.failed(&doing, error),
            })?;
        self.look_up_image(reference)
            .await?
            .ok_or_else(|| EngineError::ImageMissing {
                reference: reference.to_owned(),
                source: None,
            })
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
fn split_reference(reference: &str) -> (&str, &str) {
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

/// The configuration as build instructions, which is how an import takes it.
fn changes(config: &ImageConfig) -> Result<Vec<String>, EngineError> {
    let mut lines = Vec::new();
    for (name, value) in &config.env {
        lines.push(format!("ENV {}={}", plain(name)?, quoted(value)?));
    }
    for (name, value) in &config.labels {
        lines.push(format!("LABEL {}={}", quoted(name)?, quoted(value)?));
    }
    for port in &config.expose {
        lines.push(format!("EXPOSE {port}/tcp"));
    }
    if let Some(user) = &config.user {
        lines.push(format!("USER {}", plain(user)?));
    }
    if let Some(dir) = &config.working_dir {
        lines.push(format!("WORKDIR {}", plain(dir)?));
    }
    for (word, list) in [("ENTRYPOINT", &config.entrypoint), ("CMD", &config.cmd)] {
        if !list.is_empty() {
            lines.push(format!("{word} {}", serde_json::Value::from(list.clone())));
        }
    }
    Ok(lines)
}

fn plain(text: &str) -> Result<&str, EngineError> {
    let is_plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_graphic() && !"\"'\\$=".contains(c));
    if is_plain {
        Ok(text)
    } else {
        Err(bad_setting(text))
    }
}

fn quoted(text: &str) -> Result<String, EngineError> {
    if text.contains(['\n', '\r', '\0']) {
        return Err(bad_setting(text));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    Ok(out)
}

fn bad_setting(text: &str) -> EngineError {
    EngineError::Invalid {
        what: format!("An image cannot be given the setting {text:?}."),
        remedy: "Use one line of plain text.".to_owned(),
        source: None,
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

    #[test]
    fn settings_cannot_become_other_instructions() {
        let with = |value: &str| ImageConfig {
            env: [("A".to_owned(), value.to_owned())].into(),
            cmd: vec![
                "/bin/sh".to_owned(),
                "-c".to_owned(),
                "echo \"$A\"".to_owned(),
            ],
            ..ImageConfig::default()
        };
        assert_eq!(
            changes(&with("a \"b\" $c \\")).unwrap(),
            [
                "ENV A=\"a \\\"b\\\" \\$c \\\\\"",
                "CMD [\"/bin/sh\",\"-c\",\"echo \\\"$A\\\"\"]"
            ]
        );
        assert_eq!(
            changes(&with("x\nUSER root")).unwrap_err().code(),
            "invalid"
        );
    }
}
