//! The image of this program, made on the spot: no registry and no build tool is asked.
//!
//! A container engine can import a tar of a root file system as an image. [`rootfs_tar`] makes that tar from the
//! program's file: the program, the shared libraries it needs (none when it is linked statically), a user, a few
//! folders and the certificates for TLS. The same inputs give the same bytes, so the digest can name the image.

mod elf;
mod rootfs;

use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

pub use rootfs::rootfs_tar;

/// Where the program is inside the image.
pub const PROGRAM: &str = "/usr/local/bin/stand-in";

/// User and group id the program runs as (contract 04 section 3.6).
pub const OWNER: u32 = 1000;

/// Repository part of the image's name.
pub const REPOSITORY: &str = "molecule-local/stand-in";

/// Image settings to hand to the engine's import as its `changes`, one Dockerfile instruction each. Only those that old
/// engines take at an import too; the stop signal is left out, because theirs is TERM anyway.
pub fn changes() -> Vec<String> {
    vec![
        format!("ENTRYPOINT [\"{PROGRAM}\"]"),
        format!("USER {OWNER}:{OWNER}"),
        "WORKDIR /workspace".to_owned(),
        "EXPOSE 8000/tcp".to_owned(),
        "ENV HOME=/home/agent".to_owned(),
    ]
}

/// Name for the image with this root file system: `molecule-local/stand-in:<first 12 hex digits of its SHA-256>`.
pub fn name(rootfs: &[u8]) -> String {
    let digest = Sha256::digest(rootfs);
    let hex: String = digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{REPOSITORY}:{hex}")
}

/// The stand-in program in the same folder as `executable` (normally `std::env::current_exe()`), or one folder up,
/// where test programs find it. `None` when there is none.
pub fn binary_beside(executable: &Path) -> Option<PathBuf> {
    let file = format!("stand-in{}", std::env::consts::EXE_SUFFIX);
    let folder = executable.parent()?;
    let candidates = [Some(folder), folder.parent()];
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
    fn the_name_follows_the_content() {
        assert_eq!(name(b""), "molecule-local/stand-in:e3b0c44298fc");
        assert_ne!(name(b"a"), name(b"b"));
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
