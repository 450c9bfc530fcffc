//! Notifications of the desktop, whose clicks bring the window to the front.

/// Shows a notification; `clicked` runs when the person clicks it. Returns when the notification has been handed over.
pub fn show(
    title: &str,
    body: &str,
    clicked: impl FnOnce() + Send + 'static,
) -> Result<(), notify_rust::error::Error> {
    let mut notification = notify_rust::Notification::new();
    notification
        .appname("Molecule Desktop")
        .summary(title)
        .body(body)
        .icon("molecule-desktop");
    deliver(&mut notification, clicked)
}

/// A click is the action named `default`, and somebody must wait for it: one quiet thread until the notification is
/// closed.
#[cfg(target_os = "linux")]
fn deliver(
    notification: &mut notify_rust::Notification,
    clicked: impl FnOnce() + Send + 'static,
) -> Result<(), notify_rust::error::Error> {
    let shown = notification.action("default", "Open").show()?;
    std::thread::spawn(move || {
        shown.wait_for_action(|action| {
            if action == "default" {
                clicked();
            }
        });
    });
    Ok(())
}

/// macOS and Windows bring the app to the front by themselves.
#[cfg(not(target_os = "linux"))]
fn deliver(
    notification: &mut notify_rust::Notification,
    _clicked: impl FnOnce() + Send + 'static,
) -> Result<(), notify_rust::error::Error> {
    notification.show().map(|_| ())
}
