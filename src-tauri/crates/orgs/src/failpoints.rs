//! Named points at which a drill can end the platform while it imports or saves (feature `failpoints`).
//!
//! `FAILPOINTS=import.rows=return(abort)` ends the process there. Without the feature the points are nothing.

/// Every point, in the order in which they are met.
pub const FAILPOINTS: &[&str] = &[
    "import.begin",
    "import.noted",
    "import.rows",
    "import.written",
    "import.committed",
    "save.prepared",
    "save.renaming",
    "save.renamed",
];

/// Passes, unless a drill says otherwise.
pub(crate) fn reached(name: &str) {
    debug_assert!(FAILPOINTS.contains(&name), "{name} is not listed");
    fail::fail_point!(name, |_| std::process::abort());
}
