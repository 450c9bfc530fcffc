//! Through which container the files of a workspace are reached: its own, whatever state that is in, else a helper that
//! holds its volumes and is never started just to look.

use super::{
    FileError, Root,
    resolve::{self, Last, Resolved},
};
use crate::{
    shared::{Link, Shared},
    start::{self, ImageReady},
};
use containers::{
    ContainerSpec, Engine, EngineError, LogOptions, Missing, Mount, TierOverrides, VolumeSpec,
    limits, names,
};
use futures::{StreamExt, future::BoxFuture};
use std::{sync::Arc, time::Duration};
use store::{WorkspaceRow, rows};
use wire::{Status, WorkspaceAccess};
use workspaces::WorkspaceError;

/// Label of helpers, for whoever looks at the engine; a leftover is swept like every container without a workspace.
const HELPER_LABEL: &str = "molecule.helper";
/// See [`HELPER_LABEL`].
const HELPER: &str = "files";
/// How long taking away may last.
const PATIENCE: Duration = Duration::from_secs(120);
/// Tries while a container is replaced under a call.
const TRIES: usize = 5;

/// What a call needs of the volumes of a workspace that does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// What is there, if it is there.
    Look,
    /// The config volume, made if it is not there.
    Write,
}

/// A container through which files are reached.
pub(super) struct Place {
    pub link: Link,
    /// Id of the container.
    pub container: String,
    /// It is the workspace's own.
    pub live: bool,
}

impl Place {
    pub fn engine(&self) -> &dyn Engine {
        self.link.engine.as_ref()
    }

    pub async fn resolve(
        &self,
        root: Root,
        parts: &[String],
        last: Last,
    ) -> Result<Resolved, FileError> {
        resolve::resolve(self.engine(), &self.container, root, parts, last).await
    }
}

/// The row of a workspace that is there.
pub(super) async fn row(shared: &Shared, id: &str) -> Result<WorkspaceRow, FileError> {
    let row = rows::workspaces::get(shared.deps.store.read(), id).await?;
    let row = row.ok_or(WorkspaceError::NotFound("workspace not found"))?;
    if row.status == Status::Removed {
        return Err(WorkspaceError::Removed {
            id: row.id,
            removed_at: row.removed_at,
        }
        .into());
    }
    Ok(row)
}

pub(super) fn link(shared: &Shared) -> Result<Link, FileError> {
    shared.link().ok_or_else(|| FileError::NoEngine {
        detail: shared.status.borrow().detail.clone(),
    })
}

/// Does `work` in the place of a workspace's files; `None` when there is nothing to look into. If the container is
/// replaced meanwhile, the work is done again: it has to be repeatable.
pub(super) async fn at<T>(
    shared: &Arc<Shared>,
    row: &WorkspaceRow,
    root: Root,
    need: Need,
    work: impl for<'a> Fn(&'a Place) -> BoxFuture<'a, Result<T, FileError>> + Send + Sync,
) -> Result<Option<T>, FileError> {
    if !row.has_container() {
        return Ok(None);
    }
    let mut tries = 0;
    loop {
        tries += 1;
        let link = link(shared)?;
        let own = shared.entry(&row.id, |entry| entry.seen.clone());
        let done = if let Some(own) = own {
            let place = Place {
                link,
                container: own.id,
                live: true,
            };
            work(&place).await
        } else {
            let Some(mounts) = mounts(shared, &link, row, root, need).await? else {
                return Ok(None);
            };
            let place = Place {
                container: helper(shared, &link, row, mounts, Vec::new()).await?,
                link,
                live: false,
            };
            let done = work(&place).await;
            drop_helper(&place.link, &place.container).await;
            done
        };
        match done {
            Err(FileError::Engine(EngineError::NotFound {
                what: Missing::Container,
                ..
            })) if tries < TRIES => {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            done => return done.map(Some),
        }
    }
}

/// The volumes and folders that hold a root while nothing runs; `None` if it lives in the container alone, or there is
/// nothing yet.
async fn mounts(
    shared: &Shared,
    link: &Link,
    row: &WorkspaceRow,
    root: Root,
    need: Need,
) -> Result<Option<Vec<Mount>>, FileError> {
    let name = match root {
        Root::Configs => names::config_volume(&row.id),
        Root::Workspace => match &row.workspace_dir {
            Some(dir) if row.workspace_access != WorkspaceAccess::None => {
                return Ok(Some(vec![Mount::Bind {
                    source: dir.into(),
                    target: root.path().into(),
                    read_only: true,
                }]));
            }
            _ => names::work_volume(&row.id),
        },
        Root::Home | Root::Plugins => return Ok(None),
    };
    if !shared.state().volumes.contains(&name) {
        if need == Need::Look {
            return Ok(None);
        }
        link.engine
            .ensure_volume(&VolumeSpec {
                name: name.clone(),
                workspace_id: Some(row.id.clone()),
            })
            .await?;
        shared.state().volumes.insert(name.clone());
    }
    Ok(Some(vec![Mount::Volume {
        name,
        target: root.path().into(),
        read_only: false,
    }]))
}

/// Makes a helper around these mounts. `remove`: the absolute paths that it takes away once it is started.
async fn helper(
    shared: &Arc<Shared>,
    link: &Link,
    row: &WorkspaceRow,
    mounts: Vec<Mount>,
    remove: Vec<String>,
) -> Result<String, FileError> {
    let image = image(shared, link, &row.runtime).await?;
    if shared.state().network.is_none() {
        link.engine.ensure_network().await?;
    }
    let name = format!("molecule-files-{}", uuid::Uuid::new_v4().simple());
    let mut spec = ContainerSpec::new(name, &image.reference, limits(2, &TierOverrides::default()));
    spec.labels = [(HELPER_LABEL.to_owned(), HELPER.to_owned())].into();
    spec.mounts = mounts;
    // Whoever owns what it takes away.
    spec.user = Some("0:0".into());
    spec.entrypoint = if image.stand_in {
        vec![stand_in::image::PROGRAM.into(), "--remove".into()]
    } else {
        vec!["rm".into(), "-rf".into(), "--".into()]
    };
    spec.command = remove;
    Ok(link.engine.create(&spec).await?)
}

/// An image for helpers: the built-in one, which needs no registry and no program of the agent's image, else the
/// agent's own if it is there.
async fn image(shared: &Arc<Shared>, link: &Link, runtime: &str) -> Result<ImageReady, FileError> {
    if let Some(image) = shared.state().helper.clone() {
        return Ok(image);
    }
    let built_in = start::stand_in(shared, &link.engine).await;
    if let Ok(image) = &built_in {
        shared.state().helper = Some(image.clone());
    }
    match built_in {
        Ok(image) => Ok(image),
        Err(Err(error)) => Err(error.into()),
        Err(Ok(failure)) => match start::local(shared, &link.engine, runtime).await? {
            Some(image) => Ok(image),
            None => Err(FileError::NoHelper {
                why: failure.reason.text,
            }),
        },
    }
}

async fn drop_helper(link: &Link, container: &str) {
    if let Err(error) = link.engine.remove(container).await {
        // It is swept at the next connection.
        tracing::warn!(container, %error, "a helper container could not be removed");
    }
}

/// Takes absolute paths below `/configs` away, whether the agent runs or not and whatever its image holds.
pub(super) async fn take_away(
    shared: &Arc<Shared>,
    link: &Link,
    row: &WorkspaceRow,
    paths: Vec<String>,
) -> Result<(), FileError> {
    let Some(mounts) = mounts(shared, link, row, Root::Configs, Need::Look).await? else {
        return Ok(());
    };
    let container = helper(shared, link, row, mounts, paths).await?;
    let done = tokio::time::timeout(PATIENCE, run(link, &container)).await;
    drop_helper(link, &container).await;
    done.unwrap_or_else(|_| {
        Err(EngineError::Timeout {
            doing: "Removing files".into(),
            after: PATIENCE,
        }
        .into())
    })
}

async fn run(link: &Link, container: &str) -> Result<(), FileError> {
    link.engine.start(container).await?;
    let options = LogOptions {
        follow: true,
        ..LogOptions::default()
    };
    let mut output = link.engine.logs(container, &options).await?;
    let mut said = Vec::new();
    while let Some(piece) = output.next().await {
        said.extend(piece?.bytes);
        said.truncate(4096);
    }
    loop {
        // Its output may end a moment before its state does.
        match link.engine.inspect(container).await? {
            Some(info) if info.exit_code.is_none() => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Some(info) if info.exit_code == Some(0) => return Ok(()),
            _ => {
                return Err(FileError::NotRemoved {
                    why: String::from_utf8_lossy(&said).trim().to_owned(),
                });
            }
        }
    }
}
