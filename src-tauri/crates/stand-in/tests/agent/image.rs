//! The image's root file system holds all that the program needs.

#![cfg(target_os = "linux")]

use crate::child::PROGRAM;
use sha2::{Digest, Sha256};
use stand_in::image::{self, RootFs};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

fn rootfs_tar() -> Vec<u8> {
    let rootfs = RootFs::of(Path::new(PROGRAM)).unwrap();
    rootfs.write(Vec::new()).unwrap()
}

#[test]
fn the_same_program_gives_the_same_bytes() {
    let bytes = rootfs_tar();
    assert!(bytes == rootfs_tar());
    let digest = Sha256::digest(&bytes);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let name = RootFs::of(Path::new(PROGRAM)).unwrap().name().unwrap();
    assert_eq!(name, format!("molecule-local/stand-in:{}", &digest[..12]));
}

#[test]
fn owners_and_modes_fit_the_agents_user() {
    let tar = rootfs_tar();
    let mut archive = tar::Archive::new(tar.as_slice());
    let entries: BTreeMap<String, (u32, u64)> = archive
        .entries()
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let path = entry
                .path()
                .unwrap()
                .to_string_lossy()
                .trim_end_matches('/')
                .to_owned();
            (
                path,
                (
                    entry.header().mode().unwrap(),
                    entry.header().uid().unwrap(),
                ),
            )
        })
        .collect();
    assert_eq!(entries["tmp"], (0o1777, 0));
    for path in ["configs", "workspace", "home/agent"] {
        assert_eq!(entries[path], (0o755, 1000));
    }
    assert_eq!(entries["usr/local/bin/stand-in"], (0o755, 0));
    assert!(entries.contains_key("etc/passwd"));
}

/// With the libraries of the tar only, no cache and no folder of this machine, the program starts.
#[test]
fn the_packed_program_starts_with_the_packed_libraries() {
    let folder = tempfile::tempdir().unwrap();
    let tar = rootfs_tar();
    tar::Archive::new(tar.as_slice())
        .unpack(folder.path())
        .unwrap();
    let inside = |path: &Path| folder.path().join(path.strip_prefix("/").unwrap());
    let program = inside(Path::new(image::PROGRAM));
    let files = files_below(folder.path());
    let loader = files.iter().find(|path| {
        path.file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("ld-linux")
    });
    let mut command = match loader {
        Some(loader) => {
            let libraries = files
                .iter()
                .find(|path| path.file_name().unwrap() == "libc.so.6")
                .unwrap();
            let mut command = Command::new(loader);
            command
                .args(["--inhibit-cache", "--library-path"])
                .arg(libraries.parent().unwrap())
                .arg(&program);
            command
        }
        None => Command::new(&program),
    };
    let output = command.env_clear().arg("--version").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("stand-in "));
}

#[test]
fn a_file_that_is_no_program_is_refused_with_its_path() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "#!/bin/sh\n").unwrap();
    let text = refusal(file.path());
    assert!(
        text.contains("is not a 64-bit Linux program")
            && text.contains(&*file.path().to_string_lossy()),
        "{text}"
    );
    assert!(refusal(Path::new("/nowhere")).contains("/nowhere"));
}

fn refusal(program: &Path) -> String {
    RootFs::of(program).map(|_| ()).unwrap_err().to_string()
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
