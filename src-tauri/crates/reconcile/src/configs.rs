//! The config volume of a workspace, for the room of plugins: files through the engine's archives, moves and removals by
//! the programs of the agent's image.

use crate::{error::ReconcileError, reconciler::Reconciler, shared::Link};
use async_trait::async_trait;
use containers::{Engine, EngineError, ExecSpec};
use plugins::{Volume, VolumeError};
use std::sync::Arc;

/// Bytes of a folder that are read back.
const LARGEST: u64 = 256 * 1024 * 1024;
/// Where the volume is in the container.
const ROOT: &str = "/configs";
/// Whom the files belong to, and root.
const USERS: [&str; 2] = ["1000:1000", "0:0"];
/// Exit codes of a program that could not be run.
const NOT_RUN: [i64; 2] = [126, 127];

/// `/configs` of one container, running or created.
pub(crate) struct Configs {
    engine: Arc<dyn Engine>,
    container: String,
}

impl Configs {
    pub fn of(link: &Link, container: &str) -> Self {
        Self {
            engine: link.engine.clone(),
            container: container.to_owned(),
        }
    }

    /// Runs a program as the user the files belong to, else as root: without capabilities root may not touch what belongs
    /// to the agent, and in some images the folder belongs to root.
    async fn run(&self, command: Vec<String>) -> Result<(), VolumeError> {
        let what = command.first().cloned().unwrap_or_default();
        let mut refusal = String::new();
        for user in USERS {
            let mut spec = ExecSpec::new(command.clone());
            spec.user = Some(user.to_owned());
            let done = self
                .engine
                .exec(&self.container, &spec)
                .await
                .map_err(failed)?;
            match done.exit_code {
                0 => return Ok(()),
                code if NOT_RUN.contains(&code) => return Err(VolumeError::NoTools),
                code => {
                    let words = String::from_utf8_lossy(&done.stderr).trim().to_owned();
                    refusal = format!("{what} ended with {code}: {words}");
                    if !words.to_ascii_lowercase().contains("permission denied") {
                        break;
                    }
                }
            }
        }
        Err(VolumeError::Failed(refusal))
    }
}

#[async_trait]
impl Volume for Configs {
    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, VolumeError> {
        match self.engine.get(&self.container, &at(path), LARGEST).await {
            Ok(tar) => Ok(Some(tar)),
            Err(EngineError::NotFound {
                what: containers::Missing::Path,
                ..
            }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    async fn put(&self, archive: Vec<u8>) -> Result<(), VolumeError> {
        self.engine
            .put(&self.container, ROOT, archive)
            .await
            .map_err(failed)
    }

    async fn rename(&self, from: &str, to: &str) -> Result<(), VolumeError> {
        // `-T`: a folder at the target is never moved into.
        self.run(vec![
            "mv".into(),
            "-f".into(),
            "-T".into(),
            "--".into(),
            at(from),
            at(to),
        ])
        .await
    }

    async fn remove(&self, paths: &[String]) -> Result<(), VolumeError> {
        if paths.is_empty() {
            return Ok(());
        }
        let mut command: Vec<String> = vec!["rm".into(), "-rf".into(), "--".into()];
        command.extend(paths.iter().map(|path| at(path)));
        self.run(command).await
    }
}

fn at(path: &str) -> String {
    format!("{ROOT}/{path}")
}

fn failed(error: EngineError) -> VolumeError {
    match error {
        EngineError::NotRunning { .. }
        | EngineError::Unavailable { .. }
        | EngineError::NotFound {
            what: containers::Missing::Container,
            ..
        } => VolumeError::Gone,
        // The folder is a volume: it is away only while its container is being taken away.
        EngineError::NotFound {
            what: containers::Missing::Path,
            name,
            ..
        } if name == ROOT => VolumeError::Gone,
        error => VolumeError::Failed(error.to_string()),
    }
}

impl Reconciler {
    /// The config volume of a workspace whose container runs.
    ///
    /// # Errors
    /// [`ReconcileError::NotRunning`], [`ReconcileError::NoEngine`].
    pub fn configs(&self, id: &str) -> Result<Arc<dyn Volume>, ReconcileError> {
        let shared = self.shared();
        let seen = shared
            .entry(id, |entry| entry.seen.clone())
            .filter(|seen| seen.runs())
            .ok_or(ReconcileError::NotRunning)?;
        let link = shared.link().ok_or_else(|| ReconcileError::NoEngine {
            detail: shared.status.borrow().detail.clone(),
        })?;
        Ok(Arc::new(Configs::of(&link, &seen.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use containers::Missing;

    #[test]
    fn a_container_that_is_being_taken_away_counts_as_gone() {
        let missing = |what, name: &str| {
            failed(EngineError::NotFound {
                what,
                name: name.to_owned(),
                source: None,
            })
        };
        assert!(matches!(
            missing(Missing::Container, "ws-1"),
            VolumeError::Gone
        ));
        assert!(matches!(missing(Missing::Path, ROOT), VolumeError::Gone));
        assert!(matches!(
            missing(Missing::Path, "/configs/plugins/demo"),
            VolumeError::Failed(_)
        ));
    }
}
