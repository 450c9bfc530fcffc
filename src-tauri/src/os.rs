//! What only the operating system can do, as the platform asks for it (`/shell/*`, design law 1).

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use platform::shell::{QuitAgents, Shell, ShellError, ShellInfo};
use tauri::{AppHandle, Manager};
use tauri_plugin_autostart::ManagerExt;

use crate::desktop::Desktop;
use crate::{dialogs, links, notice};

/// The desktop behind the platform's shell routes.
///
/// The server starts before the app around it is complete, so the running app is looked up at each call.
pub struct DesktopShell {
    app: AppHandle,
}

impl DesktopShell {
    /// The shell of this app.
    pub fn new(app: AppHandle) -> Self {
        Self { app }
    }

    fn desktop(&self) -> Option<Arc<Desktop>> {
        self.app
            .try_state::<Arc<Desktop>>()
            .map(|state| Arc::clone(&state))
    }
}

/// Runs what waits for the message bus or another program, off the threads that serve requests.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ShellError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ShellError::Failed("The app is ending, so this was not done.".to_owned()))
}

#[async_trait]
impl Shell for DesktopShell {
    async fn pick_folder(&self, title: &str) -> Result<Option<PathBuf>, ShellError> {
        dialogs::pick_folder(&self.app, title)
            .await
            .map_err(|error| {
                ShellError::Failed(format!(
                    "The folder dialog did not open: {error}. Type the path instead."
                ))
            })
    }

    async fn open(&self, target: &str) -> Result<(), ShellError> {
        let target = target.to_owned();
        aside(move || links::open(&target))
            .await?
            .map_err(ShellError::Failed)
    }

    async fn notify(&self, title: &str, body: &str) -> Result<(), ShellError> {
        let (title, body, desktop) = (title.to_owned(), body.to_owned(), self.desktop());
        let shown = aside(move || {
            notice::show(&title, &body, move || {
                if let Some(desktop) = desktop {
                    desktop.show_later();
                }
            })
        })
        .await?;
        shown.map_err(|error| {
            ShellError::Unsupported(format!("This desktop showed no notification: {error}."))
        })
    }

    fn info(&self) -> ShellInfo {
        ShellInfo {
            os: std::env::consts::OS.to_owned(),
            tray: self.desktop().is_some_and(|desktop| desktop.has_tray()),
            autostart: self.app.autolaunch().is_enabled().unwrap_or(false),
        }
    }

    async fn set_autostart(&self, on: bool) -> Result<(), ShellError> {
        let app = self.app.clone();
        let done = aside(move || {
            if on {
                app.autolaunch().enable()
            } else {
                app.autolaunch().disable()
            }
        })
        .await?;
        done.map_err(|error| {
            let what = if on {
                "start at login"
            } else {
                "be taken out of what starts at login"
            };
            ShellError::Failed(format!("Molecule Desktop could not {what}: {error}."))
        })
    }

    async fn show_window(&self) {
        if let Some(desktop) = self.desktop() {
            desktop.show().await;
        }
    }

    async fn quit(&self, agents: QuitAgents) {
        // Not awaited: the end waits for open requests, and this is one.
        if let Some(desktop) = self.desktop() {
            tauri::async_runtime::spawn(async move { desktop.quit(Some(agents)).await });
        }
    }
}
