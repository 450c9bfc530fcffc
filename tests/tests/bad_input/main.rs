//! Input that nobody should give and somebody will: each gets a clear error with its place, through the API and through
//! the command line, and nothing changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

#[cfg(target_os = "linux")]
mod disk;
mod names;
mod orgs;
mod unreadable;

use std::path::{Path, PathBuf};
use testkit::{GeneratedOrg, Served};

/// A small org that is fine but for what `spoil` does to it.
fn org(served: &Served, name: &str, spoil: impl FnOnce(&Path)) -> PathBuf {
    let folder = served.folder().join(name);
    GeneratedOrg {
        runtime: "mock".into(),
        ..GeneratedOrg::small()
    }
    .write(&folder)
    .unwrap();
    spoil(&folder);
    folder
}
