//! What a person may ask: does it watch, what does it not see, what does it hold back?

use serde::Serialize;

/// A snapshot of hot reload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReloadState {
    /// A person paused it.
    pub paused: bool,
    /// Top folders that it follows.
    pub roots: usize,
    /// Folders under watch, counted as the operating system counts them.
    pub folders: usize,
    /// Top folders that are not there at the moment.
    pub missing: Vec<String>,
    /// Why some changes are not noticed by themselves.
    pub problem: Option<WatchProblem>,
    /// Files held back because they keep changing in a loop.
    pub held: Vec<HeldFile>,
}

/// Why changes are not noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WatchProblem {
    /// `watch_limit`, `too_many_folders`, `unreadable_folder`, `no_watcher` or `no_sources`.
    pub code: &'static str,
    /// What happened, to what, what to do.
    pub text: String,
}

/// A file that keeps changing in a loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldFile {
    /// Workspace or org that it belongs to.
    pub owner: String,
    /// Path below the owner's folder.
    pub path: String,
    /// Who seems to cause it.
    pub why: String,
}
