//! The root file system as a tar.

use super::{OWNER, PROGRAM, REPOSITORY, elf};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::{self, Read, Write};
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

/// What a file of the image holds.
enum Content {
    /// A file of this machine, read when it is written.
    Of(PathBuf),
    Text(&'static str),
}

/// The root file system for the stand-in program: what will be in the image, read piece by piece when it is written.
pub struct RootFs {
    /// By place inside the image: permission bits and content.
    files: BTreeMap<String, (u32, Content)>,
}

impl RootFs {
    /// Looks up what the program `binary` needs.
    ///
    /// # Errors
    /// When the program cannot be read, is no Linux program (on another system the Linux build has to be given), or
    /// needs a shared library that this machine does not have.
    pub fn of(binary: &Path) -> io::Result<Self> {
        let needs = needs(binary)?;
        let mut files = BTreeMap::new();
        if let Some(loader) = &needs.loader {
            add_libraries(&mut files, loader, needs.libraries)?;
        }
        files.insert(relative(PROGRAM), (0o755, Content::Of(binary.to_owned())));
        for (path, text) in [
            (
                "etc/passwd",
                "root:x:0:0:root:/:/sbin/nologin\nagent:x:1000:1000:agent:/home/agent:/sbin/nologin\n",
            ),
            ("etc/group", "root:x:0:\nagent:x:1000:\n"),
            ("etc/nsswitch.conf", "hosts: files dns\n"),
        ] {
            files.insert(path.to_owned(), (0o644, Content::Text(text)));
        }
        let bundle = CERTIFICATES.iter().map(PathBuf::from);
        if let Some(bundle) = bundle.into_iter().find(|path| File::open(path).is_ok()) {
            files.insert(relative(CERTIFICATES[0]), (0o644, Content::Of(bundle)));
        }
        Ok(Self { files })
    }

    /// Name for the image with this root file system: `molecule-local/stand-in:<first 12 hex digits of its SHA-256>`.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn name(&self) -> io::Result<String> {
        let digest = self.write(Digesting(Sha256::new()))?.0.finalize();
        let hex: String = digest
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(format!("{REPOSITORY}:{hex}"))
    }

    /// Writes it as an uncompressed tar and gives `out` back.
    ///
    /// The same program on the same machine always gives the same bytes: entries are sorted, times are zero.
    ///
    /// # Errors
    /// When a file cannot be read, changed its size meanwhile, or `out` takes no more.
    pub fn write<W: Write>(&self, out: W) -> io::Result<W> {
        pack(&self.files, out)
    }
}

/// Takes the digest of what is written to it.
struct Digesting(Sha256);

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn needs(binary: &Path) -> io::Result<elf::Needs> {
    File::open(binary)
        .and_then(|file| elf::needs(&file))
        .map_err(|error| at(binary, &error))
}

/// Adds the loader and all libraries, those that libraries need too.
///
/// All libraries go into the folder where the C library was found: the loader looks there without a cache file.
fn add_libraries(
    files: &mut BTreeMap<String, (u32, Content)>,
    loader: &str,
    libraries: Vec<String>,
) -> io::Result<()> {
    let loader = Path::new(loader);
    let machine = machine(loader).map_err(|error| at(loader, &error))?;
    let loader_name = loader
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    files.insert(
        relative(&loader.to_string_lossy()),
        (0o755, Content::Of(loader.to_owned())),
    );
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut waiting = VecDeque::from(libraries);
    while let Some(name) = waiting.pop_front() {
        if found.contains_key(&name) || Some(&name) == loader_name.as_ref() {
            continue;
        }
        let folder = find(&name, machine).ok_or_else(|| {
            let text = format!(
                "the stand-in needs the library {name}, which was not found on this machine"
            );
            io::Error::new(io::ErrorKind::NotFound, text)
        })?;
        waiting.extend(needs(&folder.join(&name))?.libraries);
        found.insert(name, folder);
    }
    let home = found
        .iter()
        .find(|(name, _)| name.starts_with("libc."))
        .map_or_else(|| PathBuf::from("/lib"), |(_, folder)| folder.clone());
    for (name, folder) in found {
        let place = relative(&home.join(&name).to_string_lossy());
        files.insert(place, (0o755, Content::Of(folder.join(name))));
    }
    Ok(())
}

/// The machine type that an ELF file is for.
fn machine(file: &Path) -> io::Result<[u8; 2]> {
    let mut head = [0; 20];
    File::open(file)?.read_exact(&mut head)?;
    Ok([head[18], head[19]])
}

/// The folder of the library called `name` for this machine type.
fn find(name: &str, wanted: [u8; 2]) -> Option<PathBuf> {
    let told = linker_folders(Path::new("/etc/ld.so.conf"), 0);
    LIBRARY_FOLDERS
        .iter()
        .map(PathBuf::from)
        .chain(told)
        .find(|folder| machine(&folder.join(name)).is_ok_and(|found| found == wanted))
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

fn pack<W: Write>(files: &BTreeMap<String, (u32, Content)>, out: W) -> io::Result<W> {
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
    let mut tar = Builder::new(out);
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
    for (path, (mode, content)) in files {
        let mut add = |size, content: &mut dyn Read| {
            let mut header = header(EntryType::Regular, *mode, 0, size);
            tar.append_data(&mut header, path, content)
        };
        match content {
            Content::Text(text) => add(text.len() as u64, &mut text.as_bytes())?,
            Content::Of(place) => add_file(place, add).map_err(|error| at(place, &error))?,
        }
    }
    tar.into_inner()
}

/// Adds a file of this machine, as long as it is exactly as long as it was when it was opened.
fn add_file(
    place: &Path,
    mut add: impl FnMut(u64, &mut dyn Read) -> io::Result<()>,
) -> io::Result<()> {
    let file = File::open(place)?;
    let size = file.metadata()?.len();
    let mut content = file.take(size);
    add(size, &mut content)?;
    match content.limit() {
        0 => Ok(()),
        _ => Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "changed while it was read",
        )),
    }
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
