//! Named points at which a drill can end the platform while a plugin is brought or taken away (feature `failpoints`).
//!
//! `FAILPOINTS=plugin.swapped=return(abort)` ends the process there, `return(hang)` leaves the work hanging so that a
//! test can drop it, any other word makes the step fail. Without the feature the points are nothing.

/// Every point, in the order in which an install, then an uninstall, meets them.
pub const FAILPOINTS: &[&str] = &[
    "plugin.fetched",
    "plugin.begin",
    "plugin.staged",
    "plugin.snapshot",
    "plugin.swapped",
    "plugin.marked",
    "plugin.planned",
    "plugin.owned",
    "plugin.cleaned",
    "plugin.recorded",
    "unplug.begin",
    "unplug.owned",
    "unplug.folder",
    "unplug.recorded",
];

fn asked(name: &str) -> Option<String> {
    debug_assert!(FAILPOINTS.contains(&name), "{name} is not listed");
    fail::fail_point!(name, |word| Some(word.unwrap_or_default()));
    None
}

/// Passes, unless a drill says otherwise; `Err` holds the drill's word for a step that should fail.
pub(crate) async fn reached(name: &str) -> Result<(), String> {
    match asked(name) {
        None => Ok(()),
        Some(word) if word == "abort" => std::process::abort(),
        Some(word) if word == "hang" => std::future::pending().await,
        Some(word) => Err(word),
    }
}
