//! The data folder: where it is, that only its owner can read it, and that one process owns it at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

/// `MOLECULE_HOME`, or the folder the operating system gives programs for their data.
pub fn default_data_dir() -> Option<PathBuf> {
    match std::env::var_os("MOLECULE_HOME") {
        Some(home) if !home.is_empty() => Some(PathBuf::from(home)),
        _ => dirs::data_local_dir().map(|dir| dir.join("molecule-desktop")),
    }
}

/// A data folder this process owns until it is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes the folder (readable by its owner only) and takes its lock.
    ///
    /// # Errors
    /// `Ok(Err(pid))` when another process owns it; an I/O error when the folder cannot be used.
    pub fn claim(path: &Path) -> io::Result<Result<Self, Option<u32>>> {
        fs::create_dir_all(path)?;
        restrict(path)?;
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path.join("owner.lock"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // The owner may be writing its number this very moment; then it is simply not known.
                let _ = file.read_to_string(&mut text);
                return Ok(Err(text.trim().parse().ok()));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Ok(Self {
            path: path.to_owned(),
            _lock: file,
        }))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.path.join("molecule.sqlite")
    }

    /// Where log files go.
    pub fn logs(&self) -> PathBuf {
        self.path.join("logs")
    }

    /// Sealed entries where no keychain answers and the person chose a file.
    pub fn sealed_file(&self) -> PathBuf {
        self.path.join("keychain.sealed")
    }
}

#[cfg(unix)]
fn restrict(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn restrict(_path: &Path) -> io::Result<()> {
    // Folders below the user's profile are readable by that user only.
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = DataFolder::claim(dir.path()).unwrap().unwrap();
        let second = DataFolder::claim(dir.path()).unwrap();
        assert_eq!(
            second.unwrap_err(),
            Some(std::process::id()),
            "the second is told who owns it"
        );
        drop(first);
        assert!(
            DataFolder::claim(dir.path()).unwrap().is_ok(),
            "a lock ends with its owner"
        );
    }
}
