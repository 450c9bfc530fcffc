//! `setup.sh` of plugins, run apart from the agent before it starts (contract 03 no. 92): in a container of the agent's own
//! image that sees the config volume and nothing else. No secret, no network, no rights, two minutes.

use super::image::ImageReady;
use crate::shared::{Link, Shared};
use async_trait::async_trait;
use containers::{
    ContainerSpec, Engine, EngineError, LogOptions, Mount, TierOverrides,
    archive::{Archive, Owner},
    limits, names,
};
use futures::StreamExt;
use plugins::{Ran, SETUP_LIMIT, Scripts, VolumeError};
use std::{sync::Arc, time::Duration};
use store::WorkspaceRow;

/// Label of helpers, for whoever looks at the engine; a leftover is swept like every container without a workspace.
const HELPER_LABEL: &str = "molecule.helper";
/// See [`HELPER_LABEL`].
const HELPER: &str = "setup";
/// Bytes of output that are held; of more the beginning is dropped.
const HELD: usize = 64 * 1024;
/// Shells that can run it, the one of the contract first.
const SHELLS: [&str; 2] = ["bash", "sh"];
/// The home of an agent; in this container it is scratch memory.
const HOME: &str = "/home/agent";

/// How much longer than usual a start may take that runs so many scripts.
pub(super) fn allowance(scripts: u32) -> Duration {
    (SETUP_LIMIT + Duration::from_secs(10)) * scripts
}

/// The scripts of one workspace.
pub(super) struct Apart<'a> {
    pub shared: &'a Shared,
    pub link: &'a Link,
    pub row: &'a WorkspaceRow,
    pub image: &'a ImageReady,
}

#[async_trait]
impl Scripts for Apart<'_> {
    async fn run(&self, folder: &str) -> Result<Ran, VolumeError> {
        if self.image.stand_in {
            return Err(VolumeError::NoTools);
        }
        for shell in SHELLS {
            let spec = self.spec(shell, folder);
            let engine = self.link.engine.as_ref();
            let container = engine.create(&spec).await.map_err(failed)?;
            let helper = Helper {
                engine: self.link.engine.clone(),
                container: Some(container.clone()),
            };
            let done = async {
                engine.put(&container, "/", owned_by_agent()?).await?;
                self.one(engine, &container).await
            }
            .await;
            helper.remove().await;
            match done {
                // The image has no such shell.
                Err(EngineError::StartFailed { .. }) => {}
                other => return other.map_err(failed),
            }
        }
        Err(VolumeError::NoTools)
    }
}

impl Apart<'_> {
    fn spec(&self, shell: &str, folder: &str) -> ContainerSpec {
        let name = format!("molecule-setup-{}", uuid::Uuid::new_v4().simple());
        // Tier 1: no rights, and a user that is not root. What it writes outside the volume goes with this container.
        let mut limits = limits(1, &TierOverrides::default());
        limits.read_only_root = false;
        limits.tmpfs.retain(|path, _| path == HOME);
        let mut spec = ContainerSpec::new(name, &self.image.reference, limits);
        spec.labels = [(HELPER_LABEL.to_owned(), HELPER.to_owned())].into();
        spec.mounts = vec![Mount::Volume {
            name: names::config_volume(&self.row.id),
            target: "/configs".into(),
            read_only: false,
        }];
        spec.offline = true;
        spec.env.set("CONFIGS_DIR", "/configs").set("HOME", HOME);
        spec.entrypoint = vec![shell.to_owned()];
        // The folder is an argument, never part of the command.
        spec.command = vec![
            "-c".to_owned(),
            r#"cd "$1" && exec "$0" ./setup.sh"#.to_owned(),
            shell.to_owned(),
            format!("/configs/{folder}"),
        ];
        spec
    }

    async fn one(&self, engine: &dyn Engine, container: &str) -> Result<Ran, EngineError> {
        engine.start(container).await?;
        let mut said = Vec::new();
        let work = async {
            let options = LogOptions {
                follow: true,
                ..LogOptions::default()
            };
            let mut output = engine.logs(container, &options).await?;
            while let Some(piece) = output.next().await {
                said.extend(piece?.bytes);
                if said.len() > 2 * HELD {
                    said.drain(..said.len() - HELD);
                }
            }
            loop {
                // Its output may end a moment before its state does.
                match engine.inspect(container).await? {
                    Some(info) if info.exit_code.is_none() => {
                        self.shared
                            .deps
                            .clock
                            .sleep(Duration::from_millis(20))
                            .await;
                    }
                    Some(info) => return Ok::<_, EngineError>(info.exit_code),
                    None => {
                        return Err(EngineError::NotFound {
                            what: containers::Missing::Container,
                            name: container.to_owned(),
                            source: None,
                        });
                    }
                }
            }
        };
        let exit_code = tokio::select! {
            done = work => done?,
            () = self.shared.deps.clock.sleep(SETUP_LIMIT) => None,
        };
        // What it could read of its agent is in `/configs`; whatever of that is a secret is not repeated.
        let text = String::from_utf8_lossy(&said);
        Ok(Ran {
            exit_code,
            log: self.shared.known.scrub(&text).into_owned(),
        })
    }
}

/// The volume belongs to the agent, as it does once an agent's own entry point ran.
fn owned_by_agent() -> Result<Vec<u8>, EngineError> {
    let mut archive = Archive::new();
    archive.folder("configs", 0o755, Owner::AGENT)?;
    archive.finish()
}

/// A container that goes, also when the start it belongs to is given up.
struct Helper {
    engine: Arc<dyn Engine>,
    container: Option<String>,
}

impl Helper {
    async fn remove(mut self) {
        if let Some(container) = self.container.take() {
            gone(self.engine.as_ref(), &container).await;
        }
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        if let Some(container) = self.container.take() {
            let engine = self.engine.clone();
            tokio::spawn(async move { gone(engine.as_ref(), &container).await });
        }
    }
}

async fn gone(engine: &dyn Engine, container: &str) {
    if let Err(error) = engine.remove(container).await {
        // It is swept at the next connection.
        tracing::warn!(container, %error, "a helper container could not be removed");
    }
}

fn failed(error: EngineError) -> VolumeError {
    match error {
        EngineError::Unavailable { .. } | EngineError::NotFound { .. } => VolumeError::Gone,
        error => VolumeError::Failed(error.to_string()),
    }
}
