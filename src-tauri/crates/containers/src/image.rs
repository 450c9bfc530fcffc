//! Images: what the engine has, what a pull reports, what an imported one gets.

use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

/// An image the engine has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImageInfo {
    /// Its content id, such as `sha256:…`.
    pub id: String,
    /// The reference it was asked for by.
    pub reference: String,
    /// `os/arch`.
    pub platform: String,
    /// Bytes on the engine's disk.
    pub size_bytes: u64,
    /// Labels of the image.
    pub labels: BTreeMap<String, String>,
    /// The user its program runs as; empty means root.
    pub user: String,
}

/// One line of a pull's progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullProgress {
    /// What is going on, such as `Downloading`.
    pub status: String,
    /// The layer it concerns.
    pub layer: Option<String>,
    /// Bytes done of this layer.
    pub current: Option<u64>,
    /// Bytes of this layer.
    pub total: Option<u64>,
}

/// Called for each line of progress; must return at once.
pub type ProgressFn = Arc<dyn Fn(PullProgress) + Send + Sync>;

/// What an image made from a root file system does when it is run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageConfig {
    /// The program and its fixed arguments.
    pub entrypoint: Vec<String>,
    /// The command, or the arguments of the entry point.
    pub cmd: Vec<String>,
    /// Environment.
    pub env: BTreeMap<String, String>,
    /// TCP ports the program listens on.
    pub expose: Vec<u16>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// The user it runs as, `uid:gid` or a name; `None` means root.
    pub user: Option<String>,
    /// The folder it starts in.
    pub working_dir: Option<String>,
}
