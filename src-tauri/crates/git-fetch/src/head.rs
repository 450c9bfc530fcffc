//! The commit a folder on disk stands at, read from its repository's own files: no git command is ever run inside a
//! folder that was there before.

use crate::reference::Commit;
use std::{
    fs,
    io::Read,
    path::{Component, Path, PathBuf},
};

/// `HEAD`, a ref and a `.git` file are one line each; the list of packed refs of a big repository is longer.
const LINE_BYTES: u64 = 4096;
const PACKED_BYTES: u64 = 16 << 20;

/// The commit that is checked out where `folder` lies, in it or in a folder above; `None` where there is no repository,
/// no commit yet, or a form of refs that is not read here. Says nothing about changes that were not committed. Blocks.
pub fn head(folder: &Path) -> Option<Commit> {
    let folder = folder.canonicalize().ok()?;
    let git = folder.ancestors().find_map(git_dir)?;
    let head = line(&git.join("HEAD"))?;
    let Some(name) = head.strip_prefix("ref:").map(str::trim) else {
        return Commit::parse(&head);
    };
    // A name is a path below the repository and nothing else.
    let below = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !below || !name.starts_with("refs/") {
        return None;
    }
    // A further work tree keeps its own HEAD and shares the refs.
    let shared = line(&git.join("commondir")).map(|path| git.join(path));
    let places = [Some(git), shared];
    places.into_iter().flatten().find_map(|place| {
        line(&place.join(name))
            .and_then(|text| Commit::parse(&text))
            .or_else(|| packed(&place, name))
    })
}

fn git_dir(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let elsewhere = line(&git)?;
    let path = elsewhere.strip_prefix("gitdir:")?.trim();
    Some(folder.join(path)).filter(|git| git.is_dir())
}

fn packed(git: &Path, name: &str) -> Option<Commit> {
    let text = read(&git.join("packed-refs"), PACKED_BYTES)?;
    text.lines().find_map(|one| {
        let (hash, of) = one.split_once(' ')?;
        (of == name).then(|| Commit::parse(hash)).flatten()
    })
}

fn line(path: &Path) -> Option<String> {
    Some(read(path, LINE_BYTES)?.trim().to_owned())
}

fn read(path: &Path, most: u64) -> Option<String> {
    if !path.is_file() {
        return None;
    }
    let mut text = String::new();
    let file = fs::File::open(path).ok()?;
    file.take(most).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn git(folder: &Path, arguments: &[&str]) -> String {
        let done = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(arguments)
            .current_dir(folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    #[test]
    fn no_39_the_commit_of_a_folder_is_what_git_says_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let said = |folder: &Path| head(folder).map(|commit| commit.to_string());
        assert_eq!(said(root), None, "no repository");
        git(root, &["init", "-q", "-b", "trunk"]);
        assert_eq!(said(root), None, "no commit yet");
        fs::create_dir(root.join("org")).unwrap();
        fs::write(root.join("org/org.yaml"), "name: A\n").unwrap();
        git(root, &["add", "."]);
        git(root, &["commit", "-q", "-m", "one"]);
        let first = git(root, &["rev-parse", "HEAD"]);
        assert_eq!(said(&root.join("org")), Some(first.clone()), "from below");
        git(root, &["pack-refs", "--all"]);
        assert_eq!(said(root), Some(first.clone()), "packed");
        git(root, &["commit", "-q", "--allow-empty", "-m", "two"]);
        let second = git(root, &["rev-parse", "HEAD"]);
        assert_eq!(said(root), Some(second.clone()), "a loose ref goes first");
        git(root, &["worktree", "add", "-q", "-b", "side", "tree"]);
        assert_eq!(said(&root.join("tree")), Some(second), "a second work tree");
        git(root, &["checkout", "-q", &first]);
        assert_eq!(said(root), Some(first), "detached");
        fs::write(root.join(".git/HEAD"), "ref: refs/../../secret").unwrap();
        assert_eq!(said(root), None);
    }
}
