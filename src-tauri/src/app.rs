//! Start and end of the program: who runs on which thread, and in which order.
//!
//! The main thread belongs to the windows. Everything else runs on one tokio runtime that is started before them, so
//! that the server answers before a window asks.

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tauri::{AppHandle, Manager, RunEvent};

use crate::desktop::Desktop;
use crate::stack::{Opened, Stack, StackError};
use crate::{dialogs, window};

/// Given at login by autostart: start without opening the window, where a tray icon can open it.
pub const BACKGROUND: &str = "--background";

/// The name on the message bus, and of the bundle.
const IDENTIFIER: &str = "dev.molecule.desktop";

/// Runs the app until it is quit and gives its exit code.
pub fn run() -> anyhow::Result<i32> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    tauri::async_runtime::set(runtime.handle().clone());
    let data_folder = Stack::data_folder()?;

    let app = tauri::Builder::default()
        // First of all plugins: a second start must end before it does anything else.
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .dbus_id(bus_name(&data_folder))
                .callback(|app, _arguments, _folder| show_first(app))
                .build(),
        )
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_filename(data_folder.join("window.json").to_string_lossy())
                .with_state_flags(window::REMEMBERED)
                .build(),
        )
        .plugin(
            tauri_plugin_autostart::Builder::new()
                .arg(BACKGROUND)
                .build(),
        )
        .setup(move |app| {
            start(app.handle(), &data_folder);
            Ok(())
        })
        .build(tauri::generate_context!())?;

    let code = app.run_return(on_event);
    Ok(code)
}

/// A second start: the window of this one comes to the front. Before it opens there is nothing to raise, and it opens
/// anyway.
fn show_first(app: &AppHandle) {
    if let Some(desktop) = app.try_state::<Arc<Desktop>>() {
        desktop.show_later();
    }
}

/// Opens the stack, then tray and window. Runs on the main thread, before its event loop: no window can show before
/// the server answers.
fn start(app: &AppHandle, data_folder: &Path) {
    #[cfg(unix)]
    {
        let asking = app.clone();
        let shown = move || show_first(&asking);
        match crate::claim::claim(data_folder, shown) {
            Ok(crate::claim::Claim::First(held)) => {
                app.manage(held);
            }
            Ok(crate::claim::Claim::Shown) => return app.exit(0),
            // Opening the stack says what is wrong with the folder, and better.
            Err(error) => tracing::warn!(%error, "a second start cannot find this window"),
        }
    }
    match tauri::async_runtime::block_on(Stack::open(app.clone())) {
        Ok(Opened::Ready(stack)) => {
            let desktop = Desktop::new(app.clone(), *stack);
            app.manage(Arc::clone(&desktop));
            desktop.put_into_tray();
            let background = std::env::args().any(|argument| argument == BACKGROUND);
            if !(background && desktop.has_tray()) {
                desktop.show_later();
            }
            tauri::async_runtime::spawn(quit_on_signal(Arc::clone(&desktop)));
            tauri::async_runtime::spawn(async move {
                if desktop.is_joined() {
                    desktop.follow().await;
                } else {
                    desktop.quit_when_asked().await;
                }
            });
        }
        // Another window of the same stack came to the front instead.
        Ok(Opened::Raised) => app.exit(0),
        Err(error) => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { refuse(&app, &error).await });
        }
    }
}

/// Says why the app does not start, in the terminal and in a dialog, and ends it.
async fn refuse(app: &AppHandle, error: &StackError) {
    eprintln!("{error}");
    if dialogs::error(app, "Molecule Desktop cannot start", &error.to_string())
        .await
        .is_err()
    {
        tracing::warn!("the error could not be shown: the app is ending");
    }
    app.exit(1);
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        // Without a code nobody asked for the end: the last window was closed.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => {
            let stays = match app.try_state::<Arc<Desktop>>() {
                Some(desktop) => desktop.window_closed(),
                // Still starting, or the dialog that says why it does not.
                None => true,
            };
            if stays {
                api.prevent_exit();
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => {
            if let Some(desktop) = app.try_state::<Arc<Desktop>>() {
                desktop.show_later();
            }
        }
        _ => {}
    }
}

/// Ends the app when the system asks for it: Ctrl-C in its terminal, or the end of the login session.
async fn quit_on_signal(desktop: Arc<Desktop>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut interrupt), Ok(mut terminate)) = (
            signal(SignalKind::interrupt()),
            signal(SignalKind::terminate()),
        ) else {
            tracing::warn!(
                "signals cannot be received, so Ctrl-C ends the app without an orderly stop"
            );
            return;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    desktop.quit_unasked().await;
}

/// One instance a data folder, not one a person: the folder is part of the name, in letters that a bus name may have.
fn bus_name(data_folder: &Path) -> String {
    let digest = Sha256::digest(data_folder.as_os_str().as_encoded_bytes());
    let short: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{IDENTIFIER}.d{short}")
}

#[cfg(test)]
mod tests {
    use super::bus_name;
    use std::path::Path;

    #[test]
    fn two_data_folders_are_two_instances() {
        let one = bus_name(Path::new("/home/a/data"));
        assert_eq!(one, bus_name(Path::new("/home/a/data")));
        assert_ne!(one, bus_name(Path::new("/home/b/data")));
    }

    #[test]
    fn the_name_is_one_that_a_message_bus_takes() {
        // An element may not begin with a digit, which a bare digest could.
        let name = bus_name(Path::new("/tmp/ünicode folder"));
        assert!(name.split('.').all(
            |element| element.starts_with(|c: char| c.is_ascii_alphabetic())
                && element.chars().all(|c| c.is_ascii_alphanumeric())
        ));
    }
}
