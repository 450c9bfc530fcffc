//! Named points at which a drill can end the platform while a schedule is carried out (feature `failpoints`).
//!
//! `FAILPOINTS=schedule.begun=return(abort)` ends the process there, `return(hang)` leaves the run hanging. Without the
//! feature the points are nothing.

/// Every point, in the order in which a run meets them.
pub const FAILPOINTS: &[&str] = &[
    "schedule.due",
    "schedule.begun",
    "schedule.taken",
    "schedule.answered",
    "schedule.recorded",
];

fn asked(name: &str) -> Option<String> {
    debug_assert!(FAILPOINTS.contains(&name), "{name} is not listed");
    fail::fail_point!(name, |word| Some(word.unwrap_or_default()));
    None
}

/// Passes, unless a drill says otherwise.
pub(crate) async fn reached(name: &str) {
    match asked(name).as_deref() {
        Some("abort") => std::process::abort(),
        Some("hang") => std::future::pending().await,
        _ => {}
    }
}
