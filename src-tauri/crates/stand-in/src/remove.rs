//! Removing files of a volume for the platform, whose engine can write into a volume and read it, but not take away.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Removes files, links and folders with all they hold; links are never followed. What is gone already is fine. Goes
/// on after a failure, so that one stubborn file does not keep the others.
///
/// # Errors
/// A sentence for each path that could not be removed.
pub fn remove(paths: &[PathBuf]) -> Result<(), Vec<String>> {
    let failures: Vec<String> = paths
        .iter()
        .filter_map(|path| match one(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Some(format!("{} could not be removed: {error}", path.display()))
            }
            _ => None,
        })
        .collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures)
    }
}

fn one(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn links_go_and_what_they_lead_to_stays() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("kept/inner")).unwrap();
        fs::write(at("kept/file"), "x").unwrap();
        fs::create_dir_all(at("gone/deep")).unwrap();
        std::os::unix::fs::symlink(at("kept"), at("gone/deep/link")).unwrap();
        std::os::unix::fs::symlink(at("kept"), at("link")).unwrap();
        fs::write(at("file"), "x").unwrap();
        remove(&[at("gone"), at("link"), at("file"), at("never")]).unwrap();
        let left: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["kept"]);
        assert!(at("kept/file").exists());
    }

    #[test]
    fn a_failure_is_told_and_the_rest_goes() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "x").unwrap();
        // Below a file nothing can be looked up.
        let failures = remove(&[file.join("below"), file.clone()]).unwrap_err();
        assert_eq!(failures.len(), 1, "{failures:?}");
        assert!(!file.exists());
    }
}
