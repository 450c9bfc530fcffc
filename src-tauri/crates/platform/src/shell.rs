//! What only the operating system can do, behind one trait (design law 1). The desktop shell implements it; a server
//! without a window has none, and `/shell/*` answers 501.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use utoipa::ToSchema;

/// What the shell is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ShellInfo {
    /// `linux`, `macos`, `windows`.
    pub os: String,
    /// Whether a tray icon is shown.
    pub tray: bool,
    /// Whether the app starts at login.
    pub autostart: bool,
}

/// What Quit does with agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuitAgents {
    /// They stop.
    Stop,
    /// They stay and are found again at the next start.
    Keep,
}

/// The shell could not do it.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// This desktop has no such thing.
    #[error("{0}")]
    Unsupported(String),
    /// The system refused.
    #[error("{0}")]
    Failed(String),
}

/// The desktop.
#[async_trait]
pub trait Shell: Send + Sync {
    /// Lets the person pick a folder; `None` when they cancel.
    async fn pick_folder(&self, title: &str) -> Result<Option<PathBuf>, ShellError>;
    /// Opens a link or a folder in the person's own program.
    async fn open(&self, target: &str) -> Result<(), ShellError>;
    /// Shows a notification; a click brings the window to the front.
    async fn notify(&self, title: &str, body: &str) -> Result<(), ShellError>;
    /// What it is.
    fn info(&self) -> ShellInfo;
    /// Starts the app at login, or no longer.
    async fn set_autostart(&self, on: bool) -> Result<(), ShellError>;
    /// Brings the window to the front.
    async fn show_window(&self);
    /// Ends the app.
    async fn quit(&self, agents: QuitAgents);
}
