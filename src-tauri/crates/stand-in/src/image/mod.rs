//! The image of this program, made on the spot: no registry and no build tool is asked.
//!
//! A container engine can import a tar of a root file system as an image. [`RootFs`] makes that tar from the
//! program's file: the program, the shared libraries it needs (none when it is linked statically), a user, a few
//! folders and the certificates for TLS. The same inputs give the same bytes, so the digest can name the image.

mod elf;
mod rootfs;

use std::path::{Path, PathBuf};

pub use rootfs::RootFs;

/// Where the program is inside the image.
pub const PROGRAM: &str = "/usr/local/bin/stand-in";

/// User and group id the program runs as (contract 04 section 3.6).
pub const OWNER: u32 = 1000;

/// Repository part of the image's name.
pub const REPOSITORY: &str = "molecule-local/stand-in";

/// The stand-in program in the same folder as `executable` (normally `std::env::current_exe()`), one folder up, where
/// test programs find it, or where packages put it: it is no command of its own, so beside `/usr/bin` it is in
/// `/usr/lib/molecule-desktop` (`packaging/linux.conf.json`). `None` when there is none.
pub fn binary_beside(executable: &Path) -> Option<PathBuf> {
    let file = format!("stand-in{}", std::env::consts::EXE_SUFFIX);
    let folder = executable.parent()?;
    let installed = folder
        .parent()
        .map(|prefix| prefix.join("lib/molecule-desktop"));
    let candidates = [
        Some(folder.to_owned()),
        folder.parent().map(Path::to_owned),
        installed,
    ];
    candidates
        .into_iter()
        .flatten()
        .map(|place| place.join(&file))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_an_installed_package_is_found() {
        let prefix = tempfile::tempdir().unwrap();
        let library = prefix.path().join("lib/molecule-desktop");
        std::fs::create_dir_all(&library).unwrap();
        std::fs::create_dir(prefix.path().join("bin")).unwrap();
        let program = library.join(format!("stand-in{}", std::env::consts::EXE_SUFFIX));
        std::fs::write(&program, "").unwrap();
        let own = prefix.path().join("bin/molecule-desktop");
        assert_eq!(binary_beside(&own), Some(program));
    }

    #[test]
    fn the_program_is_found_beside_and_one_folder_up() {
        let folder = tempfile::tempdir().unwrap();
        let deps = folder.path().join("deps");
        std::fs::create_dir(&deps).unwrap();
        assert_eq!(binary_beside(&deps.join("test")), None);
        let program = folder
            .path()
            .join(format!("stand-in{}", std::env::consts::EXE_SUFFIX));
        std::fs::write(&program, b"x").unwrap();
        assert_eq!(binary_beside(&deps.join("test")), Some(program.clone()));
        assert_eq!(binary_beside(&folder.path().join("app")), Some(program));
    }
}
