//! The one window: it shows the served canvas and can do nothing else.
//!
//! It has no Tauri capability and its page comes from the loopback server, so whatever runs in the page reaches the
//! machine only through the HTTP API, with the same checks as any other client.

use std::path::Path;
use std::sync::Arc;

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};

use crate::navigation::{Bound, Wish};

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

/// Leads the open window to `link`, which may be the canvas of another platform than before. On the same port the page
/// stays what it is and goes on with the new ticket, so that nothing a person has typed is lost. Answers whether there
/// was a window.
pub fn lead(app: &AppHandle, link: Url, bound: &Bound) -> bool {
    bound.to(port_of(&link));
    let Some(window) = app.get_webview_window(LABEL) else {
        return false;
    };
    if let Err(error) = window.navigate(link) {
        tracing::warn!(%error, "the window could not be led to the new platform");
    }
    true
}

/// Tells the page that the process which ran the platform has ended and that this one can start it. A page can be told,
/// but it can call nothing here.
pub fn tell_ended(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    if let Err(error) = window.eval("window.dispatchEvent(new Event('molecule:platform-ended'))") {
        tracing::warn!(%error, "the page could not be told that the platform ended");
    }
}

fn port_of(link: &Url) -> u16 {
    link.port_or_known_default().unwrap_or_default()
}

/// Opens the window on `link`, the canvas with its single-use ticket. What the page stores (panel sizes, theme) lies in
/// `storage`, inside the data folder, so that it goes when the data goes. `start_here` runs when the page asks for a
/// platform in this process. Must run on the main thread.
pub fn open(
    app: &AppHandle,
    link: Url,
    storage: &Path,
    bound: Arc<Bound>,
    start_here: impl Fn() + Send + 'static,
) -> tauri::Result<()> {
    bound.to(port_of(&link));
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::External(link))
        .title("Molecule Desktop")
        .inner_size(1280.0, 800.0)
        .min_inner_size(720.0, 480.0)
        .data_directory(storage.to_path_buf())
        .devtools(cfg!(debug_assertions))
        .on_navigation(move |url| match bound.look_at(url) {
            Wish::Load => true,
            Wish::StartHere => {
                start_here();
                false
            }
            Wish::Elsewhere => {
                // Only scheme and host: a path or query may carry what belongs in no log.
                tracing::warn!(
                    scheme = url.scheme(),
                    host = url.host_str(),
                    "the window was asked to leave the canvas; refused"
                );
                false
            }
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
