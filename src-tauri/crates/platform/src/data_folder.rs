//! The data folder: where it is, that only its owner can read it, and that one process owns it at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// The file whose lock makes a process the owner. It holds that process's number.
pub(crate) const LOCK: &str = "owner.lock";
/// Whoever waits for an owner's end holds the lock for an instant when it comes (see `succession`); a new owner waits
/// that long for it, so often.
const INSTANT: Duration = Duration::from_millis(5);
const INSTANTS: u32 = 200;

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
            .open(path.join(LOCK))?;
        if !take(&file)? {
            let mut text = String::new();
            // The owner may be writing its number this very moment; then it is simply not known.
            let _ = file.read_to_string(&mut text);
            return Ok(Err(text.trim().parse().ok()));
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

/// Takes the lock for this process alone; false when another one owns the folder. Those who wait for an owner's end
/// share the lock for an instant, which is no ownership.
fn take(file: &File) -> io::Result<bool> {
    for _ in 0..INSTANTS {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        match file.try_lock_shared() {
            Ok(()) => file.unlock()?,
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        std::thread::sleep(INSTANT);
    }
    Ok(false)
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

    #[test]
    fn who_waits_for_the_end_of_an_owner_does_not_keep_the_next_one_out() {
        let dir = tempfile::tempdir().unwrap();
        drop(DataFolder::claim(dir.path()).unwrap().unwrap());
        let waiter = File::open(dir.path().join(LOCK)).unwrap();
        waiter.lock_shared().unwrap();
        let ends = std::thread::spawn(move || {
            std::thread::sleep(INSTANT * 4);
            drop(waiter);
        });
        assert!(DataFolder::claim(dir.path()).unwrap().is_ok());
        ends.join().unwrap();
    }
}
