//! The one window: it shows the served canvas and can do nothing else.
//!
//! It has no Tauri capability and its page comes from the loopback server, so whatever runs in the page reaches the
//! machine only through the HTTP API, with the same checks as any other client.

use std::path::Path;

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};

use crate::navigation;

const LABEL: &str = "canvas";

/// What is remembered of the window. Not whether it was visible: a window closed to the tray must not come back
/// invisible.
pub const REMEMBERED: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED)
    .union(StateFlags::FULLSCREEN);

/// Brings the open window to the front. Answers whether there was one.
pub fn raise(app: &AppHandle) -> bool {
    let Some(window) = app.get_webview_window(LABEL) else {
        return false;
    };
    for result in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = result {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    }
    true
}

/// Closes the window for good, without asking the page.
pub fn close(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    if let Err(error) = window.close() {
        tracing::warn!(%error, "the window could not be closed");
    }
}

/// Opens the window on `link`, the canvas with its single-use ticket. What the page stores (panel sizes, theme) lies in
/// `storage`, inside the data folder, so that it goes when the data goes. Must run on the main thread.
pub fn open(app: &AppHandle, link: Url, storage: &Path) -> tauri::Result<()> {
    let port = link.port_or_known_default().unwrap_or_default();
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::External(link))
        .title("Molecule Desktop")
        .inner_size(1280.0, 800.0)
        .min_inner_size(720.0, 480.0)
        .data_directory(storage.to_path_buf())
        .devtools(cfg!(debug_assertions))
        .on_navigation(move |url| {
            let allowed = navigation::allowed(url, port);
            if !allowed {
                // Only scheme and host: a path or query may carry what belongs in no log.
                tracing::warn!(
                    scheme = url.scheme(),
                    host = url.host_str(),
                    "the window was asked to leave the canvas; refused"
                );
            }
            allowed
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        // Shown below, when its events are wired: a close that came before would take the window away unnoticed, and
        // the program would stay without one.
        .visible(false)
        .build()?;
    let app = app.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { .. } = event {
            // Saved at once: after closing the app goes on, and may be ended in ways that save nothing.
            if let Err(error) = app.save_window_state(REMEMBERED) {
                tracing::warn!(%error, "size and place of the window could not be saved");
            }
        }
    });
    window.show()
}
