//! Containers and volumes: what is asked for and what is there.

use crate::{ExtraHost, Limits};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::{collections::BTreeMap, fmt, path::PathBuf};

/// The port every agent listens on inside its container (contract 04, section 2).
pub const AGENT_PORT: u16 = 8000;

/// The engine's id of a container.
pub type ContainerId = String;

/// Environment variables. `Debug` shows the names only, because values may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Sets a variable; a later value replaces an earlier one.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As `NAME=value`, the way engines take it.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// Something of the outside that appears inside a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mount {
    /// A named volume; one that is missing is made with the labels of the container's workspace.
    Volume {
        /// The volume's name.
        name: String,
        /// Where it appears, absolute.
        target: String,
        /// Nothing may be written through it.
        read_only: bool,
    },
    /// A folder or file of the machine the engine runs on; it must exist.
    Bind {
        /// Its absolute path there.
        source: PathBuf,
        /// Where it appears, absolute.
        target: String,
        /// Nothing may be written through it.
        read_only: bool,
    },
}

/// A port of the container that is reachable on the engine's loopback address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publish {
    /// The port inside.
    pub container_port: u16,
    /// The port on 127.0.0.1; 0 lets the engine choose a free one.
    pub host_port: u16,
}

impl Publish {
    /// The agent's port on a free loopback port.
    pub fn agent() -> Self {
        Self {
            container_port: AGENT_PORT,
            host_port: 0,
        }
    }
}

/// A container to create. The engine adds the labels of the installation (contract 04, section 2 and D42), joins its
/// network under `name`, uses `name` as host name (D21) and sets the restart policy to `no`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerSpec {
    /// The container's name, see [`crate::names::container_name`].
    pub name: String,
    /// The full id of the workspace it runs; `None` for helpers.
    pub workspace_id: Option<String>,
    /// Which start of the workspace this is; becomes a label.
    pub generation: i64,
    /// Digest of what the container was made from; becomes a label.
    pub spec_hash: String,
    /// The image reference; must be there already.
    pub image: String,
    /// `os/arch`; `None` is the engine's own.
    pub platform: Option<String>,
    /// Instead of the image's entry point, if not empty.
    pub entrypoint: Vec<String>,
    /// Instead of the image's command, if not empty.
    pub command: Vec<String>,
    /// Environment; values never appear in `Debug` output.
    pub env: Environment,
    /// Added labels; those of the installation win.
    pub labels: BTreeMap<String, String>,
    /// Volumes and folders.
    pub mounts: Vec<Mount>,
    /// What it may use, see [`crate::limits`].
    pub limits: Limits,
    /// `uid:gid` or a name; before the user of `limits`, before the image's.
    pub user: Option<String>,
    /// Ports on loopback; ignored with host networking.
    pub publish: Vec<Publish>,
    /// No network at all: no alias, no published port, nothing but its own loopback.
    pub offline: bool,
    /// Its standard streams are held from outside, see [`crate::Engine::attach`]; they are not logged then.
    pub open_stdin: bool,
    /// Entries for its hosts file, see [`crate::Reach::extra_hosts`]; ignored with host networking.
    pub extra_hosts: Vec<ExtraHost>,
}

impl ContainerSpec {
    /// A container of this name and image with limits, and nothing else.
    pub fn new(name: impl Into<String>, image: impl Into<String>, limits: Limits) -> Self {
        Self {
            name: name.into(),
            workspace_id: None,
            generation: 0,
            spec_hash: String::new(),
            image: image.into(),
            platform: None,
            entrypoint: Vec::new(),
            command: Vec::new(),
            env: Environment::default(),
            labels: BTreeMap::new(),
            mounts: Vec::new(),
            limits,
            user: None,
            publish: Vec::new(),
            offline: false,
            open_stdin: false,
            extra_hosts: Vec::new(),
        }
    }
}

/// Where a container is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainerState {
    /// Created, never started.
    Created,
    /// Its program runs.
    Running,
    /// Frozen.
    Paused,
    /// Its program ended.
    Exited,
    /// Being removed, or could not be.
    Dead,
}

/// What an image's own health check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Not decided yet.
    Starting,
    /// Well.
    Healthy,
    /// Not well.
    Unhealthy,
}

/// A container as the engine sees it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContainerInfo {
    /// The engine's id.
    pub id: ContainerId,
    /// Its name, without the leading slash.
    pub name: String,
    /// The reference it was made from.
    pub image: String,
    /// The content id of that image.
    pub image_id: String,
    /// Where it is in its life.
    pub state: ContainerState,
    /// The exit code, once it has ended.
    pub exit_code: Option<i64>,
    /// It ended, or lost a process, for want of memory.
    pub out_of_memory: bool,
    /// The loopback port of 8000/tcp while it runs.
    pub host_port: Option<u16>,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// The workspace it runs, from its label.
    pub workspace_id: Option<String>,
    /// The generation it was made for, from its label.
    pub generation: Option<i64>,
    /// The digest of what it was made from, from its label.
    pub spec_hash: Option<String>,
    /// When it was started last.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended last.
    pub finished_at: Option<DateTime<Utc>>,
    /// What the image's health check says; `None` if it has none.
    pub health: Option<Health>,
}

/// A volume to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeSpec {
    /// Its name, see [`crate::names`].
    pub name: String,
    /// The workspace it belongs to; becomes a label.
    pub workspace_id: Option<String>,
}

/// A volume as the engine sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VolumeInfo {
    /// Its name.
    pub name: String,
    /// The workspace it belongs to, from its label.
    pub workspace_id: Option<String>,
    /// All labels.
    pub labels: BTreeMap<String, String>,
}
