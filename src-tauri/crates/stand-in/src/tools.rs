//! The two programs that the platform runs in every agent's container to swap and remove folders, `mv` and `rm`. The
//! image holds nothing else, so this program answers to their names too; it knows exactly what the platform asks.

use std::{fs, io, path::Path};

/// Names under which this program is one of them.
pub const NAMES: [&str; 2] = ["mv", "rm"];

/// Runs as the program that `name` says: `mv [-f] [-T] [--] FROM TO` moves in one step, `rm [-r] [-f] [--] PATH…` removes
/// with everything inside and does not mind what is gone already. `None` if the name is neither.
pub fn run(name: &str, arguments: &[String]) -> Option<Result<(), String>> {
    let name = Path::new(name).file_name()?.to_str()?;
    if !NAMES.contains(&name) {
        return None;
    }
    Some(
        paths(arguments).and_then(|paths| match (name, paths.as_slice()) {
            ("mv", [from, to]) => {
                fs::rename(from, to).map_err(|error| format!("mv: {from} to {to}: {error}"))
            }
            ("mv", _) => Err("mv: two paths are needed".to_owned()),
            (_, paths) => paths.iter().try_for_each(|path| {
                remove(Path::new(path)).map_err(|error| format!("rm: {path}: {error}"))
            }),
        }),
    )
}

/// Everything that is no option.
fn paths(arguments: &[String]) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut options = true;
    for argument in arguments {
        match argument.as_str() {
            "--" if options => options = false,
            option if options && option.starts_with('-') => {
                if !option[1..].chars().all(|letter| "rfT".contains(letter)) {
                    return Err(format!("{option} is not known here"));
                }
            }
            path => found.push(path.to_owned()),
        }
    }
    Ok(found)
}

fn remove(path: &Path) -> io::Result<()> {
    let gone = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match gone {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, arguments: &[&str]) -> Option<Result<(), String>> {
        let arguments: Vec<String> = arguments.iter().map(|one| (*one).to_owned()).collect();
        run(name, &arguments)
    }

    #[test]
    fn folders_are_moved_and_removed_and_nothing_is_merged() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
        fs::create_dir_all(at("a/b")).unwrap();
        fs::write(at("a/b/c"), "x").unwrap();
        call("/usr/local/bin/mv", &["-f", "-T", "--", &at("a"), &at("z")])
            .unwrap()
            .unwrap();
        assert_eq!(fs::read(at("z/b/c")).unwrap(), b"x");
        fs::create_dir_all(at("full/one")).unwrap();
        assert!(
            call("mv", &["-T", "--", &at("z"), &at("full")])
                .unwrap()
                .is_err()
        );
        assert!(call("mv", &["--", &at("none"), &at("y")]).unwrap().is_err());
        call("rm", &["-rf", "--", &at("z"), &at("full"), &at("never")])
            .unwrap()
            .unwrap();
        assert!(!dir.path().join("z").exists() && !dir.path().join("full").exists());
        assert!(call("mv", &["-x", "--", "a", "b"]).unwrap().is_err());
        assert!(call("stand-in", &["mv"]).is_none());
    }
}
