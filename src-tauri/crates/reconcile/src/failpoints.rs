//! Named points at which a drill can end the platform (feature `failpoints`).
//!
//! `FAILPOINTS=start.create=return(abort)` ends the process there, `return(hang)` leaves the job hanging so that a test
//! can drop it, `panic` ends the job. The variable is read by `fail::FailScenario::setup()`, which the program calls at
//! its start. Without the feature the points are nothing.

/// Every point, in the order in which they are met.
pub const FAILPOINTS: &[&str] = &[
    "start.begin",
    "start.network",
    "start.image",
    "start.volumes",
    "start.token",
    "start.create",
    "start.record",
    "start.files",
    "start.plugins",
    "start.delivered",
    "start.check",
    "start.start",
    "start.running",
    "start.url",
    "restart.begin",
    "stop.begin",
    "stop.stopped",
    "stop.log",
    "stop.removed",
    "stop.row",
    "retire.begin",
    "retire.log",
    "retire.removed",
    "retire.row",
    "remove.begin",
    "remove.container",
    "remove.volume",
    "remove.done",
];

fn asked(name: &str) -> Option<String> {
    debug_assert!(FAILPOINTS.contains(&name), "{name} is not listed");
    fail::fail_point!(name, |word| Some(word.unwrap_or_default()));
    None
}

/// Passes, unless a drill says otherwise.
pub(crate) async fn reached(name: &str) {
    match asked(name).as_deref() {
        None => {}
        Some("abort") => std::process::abort(),
        Some(_) => std::future::pending::<()>().await,
    }
}
