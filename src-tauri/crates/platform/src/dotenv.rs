//! The `.env` file of the folder a person starts the platform from (contract 01 section 1.1). The environment wins over
//! it. Org folders and personas have `.env` files of their own kind, read elsewhere by narrower rules.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Folders looked at: the working folder and those above it.
const LEVELS: usize = 6;
/// What makes a folder the root of somebody's platform: the places that templates come from.
const MARKS: &[&str] = &["workspace-configs-templates", "org-templates"];
/// No such file is larger.
const MOST: u64 = 256 * 1024;

/// What was taken from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The file.
    pub file: PathBuf,
    /// Names that were set; never their values.
    pub names: Vec<String>,
}

/// A `.env` file is there and cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DotenvError {
    /// It cannot be read.
    #[error("cannot read {file}: {source}; correct that, or start from another folder")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others could have put anything into it.
    #[error(
        "{file} is not used because other people may write it; `chmod o-w` it, or start from another folder"
    )]
    OpenToOthers {
        /// The file.
        file: PathBuf,
    },
}

/// Sets the variables of the `.env` file that belongs to the working folder, if there is one.
///
/// # Errors
/// See [`DotenvError`]; nothing is set then.
///
/// # Safety
/// No other thread may run yet: variables are read everywhere without a lock.
#[allow(
    unsafe_code,
    reason = "variables can be set before the first thread starts and at no other time"
)]
pub unsafe fn apply() -> Result<Option<Taken>, DotenvError> {
    let Some(file) = std::env::current_dir().ok().and_then(|here| find(&here)) else {
        return Ok(None);
    };
    let text = read(&file)?;
    let mut names = Vec::new();
    for (name, value) in missing(parse(&text), |name| std::env::var_os(name).is_some()) {
        // SAFETY: the caller promises that this is the only thread.
        unsafe { std::env::set_var(&name, value) };
        names.push(name);
    }
    Ok(Some(Taken { file, names }))
}

/// The file of the first folder, from here upwards, that is somebody's platform root and has one.
fn find(here: &Path) -> Option<PathBuf> {
    here.ancestors()
        .take(LEVELS)
        .filter(|folder| MARKS.iter().any(|mark| folder.join(mark).is_dir()))
        .map(|folder| folder.join(OsStr::new(".env")))
        .find(|file| file.is_file())
}

fn read(file: &Path) -> Result<String, DotenvError> {
    let unreadable = |source| DotenvError::Unreadable {
        file: file.to_owned(),
        source,
    };
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    if open_to_others(&opened.metadata().map_err(unreadable)?) {
        return Err(DotenvError::OpenToOthers {
            file: file.to_owned(),
        });
    }
    let mut text = String::new();
    opened
        .take(MOST)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}

#[cfg(unix)]
fn open_to_others(file: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let own = file.uid() == rustix::process::geteuid().as_raw() || file.uid() == 0;
    !own || file.mode() & 0o002 != 0
}

#[cfg(not(unix))]
fn open_to_others(_file: &std::fs::Metadata) -> bool {
    false
}

/// Those that the environment does not have; a variable that is set to nothing is set.
fn missing(
    pairs: BTreeMap<String, String>,
    is_set: impl Fn(&str) -> bool,
) -> impl Iterator<Item = (String, String)> {
    pairs.into_iter().filter(move |(name, _)| !is_set(name))
}

/// The pairs of a file; the last line of a name wins. Lines that are no pair are skipped.
fn parse(text: &str) -> BTreeMap<String, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines()
        .filter_map(|line| {
            let line = line.trim();
            let line = line.strip_prefix("export ").unwrap_or(line);
            let (name, value) = line.split_once('=')?;
            let name = name.trim();
            let value = value_of(value);
            (org_template::is_env_key(name) && !value.contains('\0'))
                .then(|| (name.to_owned(), value.to_owned()))
        })
        .collect()
}

/// Between equal quotes everything stays; otherwise a `#` at the start or behind white space begins a comment.
fn value_of(text: &str) -> &str {
    let text = text.trim();
    if let Some(inner) = quoted(text) {
        return inner;
    }
    let comment = text
        .char_indices()
        .find(|(at, letter)| *letter == '#' && !text[..*at].ends_with(|c: char| !c.is_whitespace()))
        .map_or(text.len(), |(at, _)| at);
    let bare = text[..comment].trim_end();
    quoted(bare).unwrap_or(bare)
}

fn quoted(text: &str) -> Option<&str> {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_the_contract_says() {
        let text = "\u{feff}A=1\nexport B=two words  \n# C=3\n\n  D = 'it # stays' \nE=\"x=y\"\nF=bare#part # comment\n\
                    G=# only a comment\nH=\nnot a pair\n=no key\nI J=1\nK=\"q\" # behind quotes\nexport  L=1\nA=2\nM='half\r\n";
        let pairs = parse(text);
        let expected = [
            ("A", "2"),
            ("B", "two words"),
            ("D", "it # stays"),
            ("E", "x=y"),
            ("F", "bare#part"),
            ("G", ""),
            ("H", ""),
            ("K", "q"),
            ("L", "1"),
            ("M", "'half"),
        ];
        let expected: BTreeMap<String, String> = expected
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn the_environment_wins_even_when_it_says_nothing() {
        let pairs = parse("SET=1\nEMPTY=1\nNEW=1\n");
        let new: Vec<_> = missing(pairs, |name| name != "NEW").collect();
        assert_eq!(new, [("NEW".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn only_a_platform_root_within_reach_counts() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b/c/d");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(root.path().join(".env"), "A=1\n").unwrap();
        // A stranger's `.env` on the way is none of ours.
        std::fs::write(deep.join(".env"), "A=2\n").unwrap();
        assert_eq!(find(&deep), None);
        std::fs::create_dir(root.path().join("org-templates")).unwrap();
        assert_eq!(find(&deep), Some(root.path().join(".env")));
        let deeper = deep.join("e/f");
        std::fs::create_dir_all(&deeper).unwrap();
        assert_eq!(find(&deeper), None, "that is seven levels");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_write_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join(".env");
        std::fs::write(&file, "A=1\n").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o664)).unwrap();
        assert_eq!(read(&file).unwrap(), "A=1\n");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert!(matches!(read(&file), Err(DotenvError::OpenToOthers { .. })));
    }
}
