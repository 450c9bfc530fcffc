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

/// The stand-in program that belongs to `executable` (normally `std::env::current_exe()`); `None` when there is none.
///
/// It runs in containers, so what is looked for is its Linux build, and elsewhere than on Linux a program of the same name
/// for this system is passed by while there is a better one.
pub fn binary_beside(executable: &Path) -> Option<PathBuf> {
    // A link on the PATH leads to where the package lies.
    let own = executable.canonicalize();
    let found: Vec<PathBuf> = places(own.as_deref().unwrap_or(executable))
        .into_iter()
        .filter(|path| path.is_file())
        .collect();
    let for_linux = found.iter().find(|path| is_for_linux(path)).cloned();
    for_linux.or_else(|| found.into_iter().next())
}

/// Where the stand-in may lie, the likeliest first. It is no command of its own, so packages put it apart from those.
fn places(executable: &Path) -> Vec<PathBuf> {
    let Some(folder) = executable.parent() else {
        return Vec::new();
    };
    let above = folder.parent();
    let mut folders = vec![folder.to_owned()];
    // Test programs lie in a folder of their own below the others.
    folders.extend(above.map(Path::to_owned));
    // Beside /usr/bin (packaging/linux.conf.json), in a bundle of macOS (packaging/macos.conf.json), and where a checkout
    // elsewhere than on Linux has its Linux build (scripts/stand-in-linux.sh).
    for place in ["lib/molecule-desktop", "Resources", "linux"] {
        folders.extend(above.map(|above| above.join(place)));
    }
    let file = format!("stand-in{}", std::env::consts::EXE_SUFFIX);
    folders
        .into_iter()
        .flat_map(|folder| [folder.join(&file), folder.join("stand-in")])
        .collect()
}

fn is_for_linux(path: &Path) -> bool {
    std::fs::File::open(path).is_ok_and(|file| elf::needs(&file).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// What the bundler is told, as JSON.
    fn packaged(system: &str) -> Value {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../packaging")
            .join(format!("{system}.conf.json"));
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
    }

    fn put(path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }

    /// Both programs of a package, laid out below `root`, find the stand-in.
    fn found(root: &Path, program: &str, stand_in: &str) {
        let (program, stand_in) = (root.join(program), root.join(stand_in));
        put(&program);
        put(&stand_in);
        let expected = Some(stand_in.canonicalize().unwrap());
        assert_eq!(binary_beside(&program), expected);
        #[cfg(unix)]
        {
            let link = root.join("on-the-path");
            std::os::unix::fs::symlink(&program, &link).unwrap();
            assert_eq!(binary_beside(&link), expected, "through a link");
            std::fs::remove_file(link).unwrap();
        }
    }

    /// What packages say and what the programs look for are the same places.
    #[test]
    fn the_program_of_an_installed_package_is_found() {
        let linux = packaged("linux");
        for kind in ["deb", "rpm", "appimage"] {
            let files = linux["bundle"]["linux"][kind]["files"].as_object().unwrap();
            let stand_in = files
                .iter()
                .find(|(_, source)| source.as_str().unwrap().ends_with("/stand-in"))
                .unwrap()
                .0;
            for program in ["usr/bin/molecule-desktop", "usr/bin/molecule-stack"] {
                let root = tempfile::tempdir().unwrap();
                found(root.path(), program, stand_in.trim_start_matches('/'));
            }
            assert!(files.contains_key("/usr/bin/molecule-stack"), "{kind}");
        }

        let macos = packaged("macos");
        let (source, place) = macos["bundle"]["resources"]
            .as_object()
            .unwrap()
            .iter()
            .next()
            .unwrap();
        assert_eq!(
            source, "../target/linux/stand-in",
            "a container needs the Linux build"
        );
        let sidecars: Vec<&str> = macos["bundle"]["externalBin"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|path| path.as_str()?.rsplit('/').next())
            .collect();
        assert_eq!(sidecars, ["molecule-stack"]);
        for program in ["molecule-desktop", "molecule-stack"] {
            let root = tempfile::tempdir().unwrap();
            let contents = root.path().join("Molecule Desktop.app/Contents");
            found(
                &contents,
                &format!("MacOS/{program}"),
                &format!("Resources/{}", place.as_str().unwrap()),
            );
        }
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

    /// In a checkout on macOS the program beside is one for macOS.
    #[test]
    fn the_linux_build_is_preferred_wherever_it_lies() {
        let target = tempfile::tempdir().unwrap();
        let own = target.path().join("debug/molecule-stack");
        put(&target.path().join("debug/stand-in"));
        let built = target.path().join("linux/stand-in");
        std::fs::create_dir_all(built.parent().unwrap()).unwrap();
        // This test is such a program.
        std::fs::copy(std::env::current_exe().unwrap(), &built).unwrap();
        let expected = if cfg!(target_os = "linux") {
            built
        } else {
            target.path().join("debug/stand-in")
        };
        assert_eq!(binary_beside(&own), Some(expected));
    }
}
