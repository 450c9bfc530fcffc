//! The tray icon: open the window, quit.

use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, include_image};

const ICON: Image<'_> = include_image!("icons/tray.png");

/// What a person can choose in the tray's menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Show the window.
    Open,
    /// End the app.
    Quit,
}

/// Puts the icon into the tray. Answers whether somebody will show it: a desktop without a tray takes the icon and
/// drops it silently, and the person must then be told how to get back to a closed window.
pub fn build(app: &AppHandle, chosen: impl Fn(&AppHandle, Choice) + Send + Sync + 'static) -> bool {
    if !somebody_shows_trays() {
        return false;
    }
    // The library behind the icon is loaded when it is first used, and its loader panics where it is not installed.
    // That must cost the icon, not the app.
    let built = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| icon(app, chosen)));
    match built {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the tray icon could not be made");
            false
        }
        Err(_) => {
            tracing::warn!(
                "the tray icon could not be made: its library is not installed (libayatana-appindicator3)"
            );
            false
        }
    }
}

fn icon(
    app: &AppHandle,
    chosen: impl Fn(&AppHandle, Choice) + Send + Sync + 'static,
) -> tauri::Result<()> {
    let open = MenuItem::with_id(app, "open", "Open Molecule Desktop", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", "Quit", true, None::<&str>)?;
    let menu = Menu::with_items(app, &[&open, &PredefinedMenuItem::separator(app)?, &quit])?;
    TrayIconBuilder::with_id("molecule")
        .icon(ICON)
        .tooltip("Molecule Desktop")
        .menu(&menu)
        .on_menu_event(move |app, event| match event.id().as_ref() {
            "open" => chosen(app, Choice::Open),
            "quit" => chosen(app, Choice::Quit),
            _ => {}
        })
        .build(app)?;
    Ok(())
}

/// On Linux a tray is a program on the message bus; elsewhere it is part of the system.
#[cfg(target_os = "linux")]
fn somebody_shows_trays() -> bool {
    // The blocking connection runs an executor of its own and must not be started inside ours.
    std::thread::spawn(|| {
        let connection = zbus::blocking::Connection::session()?;
        let bus = zbus::blocking::fdo::DBusProxy::new(&connection)?;
        Ok::<bool, zbus::Error>(bus.name_has_owner("org.kde.StatusNotifierWatcher".try_into()?)?)
    })
    .join()
    .is_ok_and(|answer| answer.unwrap_or(false))
}

#[cfg(not(target_os = "linux"))]
fn somebody_shows_trays() -> bool {
    true
}
