//! Named points at which a drill can end the platform while it rotates its key (feature `failpoints`).
//!
//! `FAILPOINTS=rotate.keyed=return(abort)` ends the process there. Without the feature the points are nothing.

/// Every point, in the order in which they are met.
pub const FAILPOINTS: &[&str] = &[
    "rotate.begin",
    "rotate.keyed",
    "rotate.alone",
    "rotate.resealing",
    "rotate.resealed",
    "rotate.committed",
    "rotate.retired",
];

/// Passes, unless a drill says otherwise.
pub(crate) fn reached(name: &str) {
    debug_assert!(FAILPOINTS.contains(&name), "{name} is not listed");
    fail::fail_point!(name, |_| std::process::abort());
}
