//! Native dialogs: pick a folder, ask a question, say that something failed.
//!
//! A dialog is built on the main thread, because macOS demands it, and awaited anywhere.

use std::path::PathBuf;

use tauri::AppHandle;
use tokio::sync::oneshot;

/// The answer to a question with three buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The first button.
    First,
    /// The second button.
    Second,
    /// The third button, or the dialog was closed.
    Cancel,
}

/// Lets the person pick a folder; `None` when they closed the dialog. Fails only while the app is ending.
pub async fn pick_folder(app: &AppHandle, title: &str) -> Result<Option<PathBuf>, tauri::Error> {
    let title = title.to_owned();
    let picked = on_main_thread(app, move || {
        rfd::AsyncFileDialog::new()
            .set_title(title)
            .set_can_create_directories(true)
            .pick_folder()
    })
    .await?
    .await;
    Ok(picked.map(|folder| folder.path().to_path_buf()))
}

/// Asks a question with three labelled buttons.
pub async fn ask(
    app: &AppHandle,
    title: &str,
    text: &str,
    buttons: [&str; 3],
) -> Result<Answer, tauri::Error> {
    let (title, text) = (title.to_owned(), text.to_owned());
    let [first, second, third] = buttons.map(str::to_owned);
    let labels = (first.clone(), second.clone());
    let result = on_main_thread(app, move || {
        rfd::AsyncMessageDialog::new()
            .set_title(title)
            .set_description(text)
            .set_level(rfd::MessageLevel::Info)
            .set_buttons(rfd::MessageButtons::YesNoCancelCustom(first, second, third))
            .show()
    })
    .await?
    .await;
    // Some systems answer with the button's kind, others with its label.
    Ok(match result {
        rfd::MessageDialogResult::Yes => Answer::First,
        rfd::MessageDialogResult::No => Answer::Second,
        rfd::MessageDialogResult::Custom(label) if label == labels.0 => Answer::First,
        rfd::MessageDialogResult::Custom(label) if label == labels.1 => Answer::Second,
        _ => Answer::Cancel,
    })
}

/// Shows an error and returns when the person has closed it.
pub async fn error(app: &AppHandle, title: &str, text: &str) -> Result<(), tauri::Error> {
    let (title, text) = (title.to_owned(), text.to_owned());
    on_main_thread(app, move || {
        rfd::AsyncMessageDialog::new()
            .set_title(title)
            .set_description(text)
            .set_level(rfd::MessageLevel::Error)
            .set_buttons(rfd::MessageButtons::Ok)
            .show()
    })
    .await?
    .await;
    Ok(())
}

/// Runs `make` on the main thread and hands back what it made.
async fn on_main_thread<T: Send + 'static>(
    app: &AppHandle,
    make: impl FnOnce() -> T + Send + 'static,
) -> Result<T, tauri::Error> {
    let (send, made) = oneshot::channel();
    app.run_on_main_thread(move || {
        // The receiver is gone only when the asker was: then nobody needs the answer.
        let _ = send.send(make());
    })?;
    made.await.map_err(|_| tauri::Error::FailedToReceiveMessage)
}
