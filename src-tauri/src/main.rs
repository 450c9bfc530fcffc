//! The desktop shell: the platform in one process with a window, a tray icon and what only the operating system can
//! do. It holds no logic of the platform; whatever the window shows comes over the same HTTP API that a browser uses.

// A program with a window opens no console beside it.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod app;
#[cfg(unix)]
mod claim;
mod desktop;
mod dialogs;
mod display;
mod follow;
mod links;
mod navigation;
mod notice;
mod os;
mod stack;
mod tray;
mod window;

#[allow(
    unsafe_code,
    reason = "the working folder's variables are set before the first thread starts"
)]
fn main() {
    // SAFETY: nothing ran before this line.
    match unsafe { platform::dotenv::apply() } {
        Ok(_) => {}
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
    if let Err(text) = display::require() {
        eprintln!("{text}");
        std::process::exit(1);
    }
    match app::run() {
        Ok(code) => std::process::exit(code),
        Err(error) => {
            eprintln!("Molecule Desktop cannot start: {error:#}");
            std::process::exit(1);
        }
    }
}
