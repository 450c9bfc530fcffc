//! Path guards: lexical, as contract 03 sections 1.4 and 1.5 say. Symbolic links are not resolved here.

/// Joins `path` to `base` (both with forward slashes, `base` already clean, `""` = the root) and cleans the result.
/// Gives `None` when `path` is empty, absolute, or leaves the root. The root itself is `""`.
pub fn inside_root(base: &str, path: &str) -> Option<String> {
    if path.is_empty() || is_absolute(path) || path.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = base.split('/').filter(|p| !p.is_empty()).collect();
    // A backslash separates on Windows; treating it so everywhere keeps one template safe on every system.
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    // `a/../C:/x` begins with a drive only once it is clean.
    Some(parts.join("/")).filter(|clean| !is_absolute(clean))
}

/// The stricter guard of the files API (contract 03 section 1.5): no empty path, no `.`, nothing absolute, and no
/// two dots in a row anywhere.
pub fn rel_path(path: &str) -> bool {
    !path.is_empty()
        && path != "."
        && !is_absolute(path)
        && !path.contains("..")
        && !path.contains('\0')
}

/// Most bytes of a path and of one name; file systems of containers take no more.
const LONGEST: (usize, usize) = (4096, 255);

/// A path that passes [`rel_path`] as its parts, without `.` and double slashes.
///
/// # Errors
/// What is wrong with it, to be read after the path.
pub fn rel_parts(path: &str) -> Result<Vec<String>, &'static str> {
    if !rel_path(path) {
        return Err("is no relative path without two dots in a row");
    }
    if path.contains('\\') {
        return Err("holds a backslash; folders are divided by /");
    }
    if path.len() > LONGEST.0 || path.split('/').any(|part| part.len() > LONGEST.1) {
        return Err("is longer than a file system takes");
    }
    let parts: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .map(str::to_owned)
        .collect();
    if parts.is_empty() {
        return Err("names the root itself");
    }
    // `./C:/x` begins with a drive only once it is clean.
    if is_absolute(&parts[0]) {
        return Err("begins with a drive");
    }
    Ok(parts)
}

/// Absolute on any system: `/x`, `\x`, `C:\x`, `C:x`.
pub(crate) fn is_absolute(path: &str) -> bool {
    let bytes = path.as_bytes();
    path.starts_with(['/', '\\'])
        || (bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':')
}

/// The folder part of a clean path.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joined to a folder on Windows, such a path would leave it for another drive.
    #[test]
    fn a_drive_does_not_hide_behind_what_is_cleaned_away() {
        for path in ["./C:/x", ".//n: ", "./C:"] {
            assert_eq!(rel_parts(path), Err("begins with a drive"), "{path}");
        }
        assert_eq!(inside_root("", "a/../C:/x"), None);
        assert_eq!(inside_root("", "./C:/x"), None);
        assert_eq!(inside_root("a", "C/x:y").as_deref(), Some("a/C/x:y"));
        assert_eq!(rel_parts("a/C:/x").map(|parts| parts.len()), Ok(3));
    }
}
