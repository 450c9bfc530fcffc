//! The bytes of a file as they are delivered, and their digest.

use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

/// SHA-256 of delivered bytes in lower-case hex, the form of `delivered_files`.
pub fn digest(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file that was looked at.
#[derive(Debug)]
pub(crate) enum Content {
    /// It can be delivered.
    Bytes { bytes: Vec<u8>, executable: bool },
    /// It is larger than may be carried live; the digest tells whether it changed.
    TooLarge { digest: String, bytes: u64 },
    /// It vanished meanwhile.
    Missing,
}

impl Content {
    pub fn digest(&self) -> Option<String> {
        match self {
            Self::Bytes { bytes, .. } => Some(digest(bytes)),
            Self::TooLarge { digest, .. } => Some(digest.clone()),
            Self::Missing => None,
        }
    }
}

/// Reads `target` as what is delivered to `path`, up to `limit` bytes.
///
/// # Errors
/// What the system said, when the file is there and cannot be read.
pub(crate) fn read(target: &Path, path: &str, limit: u64) -> io::Result<Content> {
    let metadata = match fs::metadata(target) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Ok(Content::Missing),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::Missing),
        Err(error) => return Err(error),
    };
    let mut file = match File::open(target) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::Missing),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    // One byte more than allowed: the file may grow while it is read.
    (&mut file)
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 <= limit {
        return Ok(Content::Bytes {
            bytes: containers::archive::as_delivered(path, bytes),
            executable: executable(&metadata),
        });
    }
    let mut hash = Sha256::new();
    let mut length = bytes.len() as u64;
    hash.update(&bytes);
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        hash.update(&piece[..read]);
        length += read as u64;
    }
    Ok(Content::TooLarge {
        digest: hex(&hash.finalize()),
        bytes: length,
    })
}

#[cfg(unix)]
fn executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn executable(_metadata: &fs::Metadata) -> bool {
    false
}
