//! Where the built programs are.

use std::path::PathBuf;

/// A program of this workspace, as the test run built it.
///
/// # Panics
/// When it was not built; the text says how.
#[allow(
    clippy::panic,
    clippy::expect_used,
    reason = "test support: a missing program is a broken test run"
)]
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own program");
    // target/<profile>/deps/<test> -> target/<profile>/<name>
    let beside = test
        .ancestors()
        .nth(2)
        .expect("a test lies in target/<profile>/deps")
        .to_owned();
    // Programs of another build, for example those of a package that was installed.
    let folder = std::env::var_os("MOLECULE_TEST_PROGRAMS").map_or(beside, PathBuf::from);
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not built; run `cargo build -p cli -p stand-in` first (`make test` does)",
        path.display()
    );
    path
}
