//! The root file system as a tar.

use super::{OWNER, PROGRAM, elf};
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};

/// Certificate bundles of the common systems; the first that is there goes into the image.
const CERTIFICATES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
];

/// Folders that loaders search without being told; the program's architecture decides which exist.
const LIBRARY_FOLDERS: [&str; 8] = [
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
];

/// Makes the root file system for the stand-in program `binary` as an uncompressed tar.
///
/// The same program on the same machine always gives the same bytes: entries are sorted, times are zero.
///
/// # Errors
/// When the program cannot be read, is no Linux program (on another system the Linux build has to be given), or needs
/// a shared library that this machine does not have.
pub fn rootfs_tar(binary: &Path) -> io::Result<Vec<u8>> {
    let program = fs::read(binary).map_err(|error| at(binary, &error))?;
    let needs = elf::needs(&program).map_err(|error| at(binary, &error))?;
    let mut files = BTreeMap::new();
    if let Some(loader) = &needs.loader {
        add_libraries(&mut files, loader, needs.libraries)?;
    }
    files.insert(relative(PROGRAM), (0o755, program));
    for (path, text) in [
        (
            "etc/passwd",
            "root:x:0:0:root:/:/sbin/nologin\nagent:x:1000:1000:agent:/home/agent:/sbin/nologin\n",
        ),
        ("etc/group", "root:x:0:\nagent:x:1000:\n"),
        ("etc/nsswitch.conf", "hosts: files dns\n"),
    ] {
        files.insert(path.to_owned(), (0o644, text.as_bytes().to_vec()));
    }
    if let Some(bundle) = CERTIFICATES.iter().find_map(|path| fs::read(path).ok()) {
        files.insert(relative(CERTIFICATES[0]), (0o644, bundle));
    }
    pack(&files)
}

/// Adds the loader and all libraries, those that libraries need too.
///
/// All libraries go into the folder where the C library was found: the loader looks there without a cache file.
fn add_libraries(
    files: &mut BTreeMap<String, (u32, Vec<u8>)>,
    loader: &str,
    libraries: Vec<String>,
) -> io::Result<()> {
    let loader_bytes = fs::read(loader).map_err(|error| at(Path::new(loader), &error))?;
    let machine = loader_bytes.get(18..20).map(<[u8]>::to_vec);
    let loader_name = Path::new(loader)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    files.insert(relative(loader), (0o755, loader_bytes));
    let mut found: BTreeMap<String, (PathBuf, Vec<u8>)> = BTreeMap::new();
    let mut waiting = VecDeque::from(libraries);
    while let Some(name) = waiting.pop_front() {
        if found.contains_key(&name) || Some(&name) == loader_name.as_ref() {
            continue;
        }
        let (folder, bytes) = find(&name, machine.as_deref()).ok_or_else(|| {
            let text = format!(
                "the stand-in needs the library {name}, which was not found on this machine"
            );
            io::Error::new(io::ErrorKind::NotFound, text)
        })?;
        waiting.extend(
            elf::needs(&bytes)
                .map_err(|error| at(&folder.join(&name), &error))?
                .libraries,
        );
        found.insert(name, (folder, bytes));
    }
    let home = found
        .iter()
        .find(|(name, _)| name.starts_with("libc."))
        .map_or_else(|| PathBuf::from("/lib"), |(_, (folder, _))| folder.clone());
    for (name, (_, bytes)) in found {
        files.insert(relative(&home.join(name).to_string_lossy()), (0o755, bytes));
    }
    Ok(())
}

/// The library called `name` for the same machine type, and its folder.
fn find(name: &str, machine: Option<&[u8]>) -> Option<(PathBuf, Vec<u8>)> {
    let told = linker_folders(Path::new("/etc/ld.so.conf"), 0);
    LIBRARY_FOLDERS
        .iter()
        .map(PathBuf::from)
        .chain(told)
        .find_map(|folder| {
            let bytes = fs::read(folder.join(name)).ok()?;
            (bytes.get(18..20) == machine).then_some((folder, bytes))
        })
}

/// The further folders that `ld.so.conf` names; its `include` lines are followed two levels deep.
fn linker_folders(file: &Path, depth: u8) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for line in fs::read_to_string(file).unwrap_or_default().lines() {
        let line = line.trim();
        if let Some(pattern) = line.strip_prefix("include ") {
            let place = Path::new(pattern.trim()).parent().unwrap_or(Path::new("/"));
            let mut parts: Vec<_> = fs::read_dir(place)
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.path())
                .collect();
            parts.retain(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "conf")
            });
            parts.sort();
            if depth < 2 {
                folders.extend(
                    parts
                        .iter()
                        .flat_map(|part| linker_folders(part, depth + 1)),
                );
            }
        } else if line.starts_with('/') {
            folders.push(PathBuf::from(line));
        }
    }
    folders
}

fn pack(files: &BTreeMap<String, (u32, Vec<u8>)>) -> io::Result<Vec<u8>> {
    let mut folders: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for path in files.keys() {
        for parent in Path::new(path)
            .ancestors()
            .skip(1)
            .filter(|parent| *parent != Path::new(""))
        {
            folders.insert(parent.to_string_lossy().into_owned(), (0o755, 0));
        }
    }
    for (path, mode, owner) in [
        ("tmp", 0o1777, 0),
        ("run", 0o755, 0),
        ("home", 0o755, 0),
        ("configs", 0o755, OWNER),
        ("workspace", 0o755, OWNER),
        ("home/agent", 0o755, OWNER),
    ] {
        folders.insert(path.to_owned(), (mode, owner));
    }
    let mut tar = Builder::new(Vec::new());
    for (path, (mode, owner)) in &folders {
        let mut header = header(EntryType::Directory, *mode, *owner, 0);
        tar.append_data(&mut header, format!("{path}/"), io::empty())?;
    }
    // The programs by which the platform moves and removes files in any agent's container.
    for name in crate::tools::NAMES {
        let mut header = header(EntryType::Symlink, 0o777, 0, 0);
        let place = format!("{}/{name}", relative(PROGRAM).trim_end_matches("/stand-in"));
        tar.append_link(&mut header, place, PROGRAM)?;
    }
    for (path, (mode, bytes)) in files {
        let mut header = header(EntryType::Regular, *mode, 0, bytes.len() as u64);
        tar.append_data(&mut header, path, bytes.as_slice())?;
    }
    tar.into_inner()
}

fn header(kind: EntryType, mode: u32, owner: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(owner.into());
    header.set_gid(owner.into());
    header.set_mtime(0);
    header.set_size(size);
    header
}

fn relative(path: &str) -> String {
    path.trim_start_matches('/').to_owned()
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} {error}", path.display()))
}
