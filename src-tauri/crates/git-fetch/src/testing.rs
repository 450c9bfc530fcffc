//! Real repositories and a real git server for tests: [`Forge`] makes bare repositories in a throw-away folder,
//! [`Server`] serves them over http through `git http-backend` and can demand a credential.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod server;

pub use server::Server;

use crate::settings::Transports;
use crate::{Commit, Scheme};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Bare repositories at `<folder>/<owner>/<name>.git`.
#[derive(Debug)]
pub struct Forge {
    folder: tempfile::TempDir,
}

/// One file of a commit.
#[derive(Debug, Clone)]
pub enum Item<'a> {
    /// A file with this content.
    File(&'a [u8]),
    /// A file that may be executed.
    Program(&'a [u8]),
    /// A symbolic link to this target.
    Link(&'a str),
    /// The commit of another repository, as a submodule has it.
    Submodule,
}

impl Default for Forge {
    fn default() -> Self {
        Self::new()
    }
}

impl Forge {
    /// An empty forge.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for repositories");
        Self { folder }
    }

    /// Where the repositories are.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Serves what addresses of `host` (`git.example`) name from this folder.
    pub fn transports(&self, host: &str) -> Transports {
        let to = format!("file://{}/", self.path().display());
        Transports::for_tests(&[Scheme::File]).rewrite(&format!("https://{host}/"), &to)
    }

    /// The bare repository.
    pub fn bare(&self, repo: &str) -> PathBuf {
        self.path().join(format!("{repo}.git"))
    }

    /// Commits text files onto `main`; see [`Forge::commit_items`].
    pub fn commit(&self, repo: &str, files: &[(&str, &str)]) -> Commit {
        let items: Vec<_> = files
            .iter()
            .map(|(path, text)| (*path, Item::File(text.as_bytes())))
            .collect();
        self.commit_items(repo, &items)
    }

    /// Commits onto `main` of a repository (made if it is not there): earlier files stay unless named again.
    pub fn commit_items(&self, repo: &str, items: &[(&str, Item<'_>)]) -> Commit {
        let bare = self.bare(repo);
        if !bare.exists() {
            std::fs::create_dir_all(&bare).unwrap();
            git(
                &bare,
                &["init", "--quiet", "--bare", "--initial-branch=main"],
            );
        }
        let work = tempfile::tempdir().unwrap();
        git(work.path(), &["init", "--quiet", "--initial-branch=main"]);
        git(
            work.path(),
            &["remote", "add", "origin", &bare.display().to_string()],
        );
        // Commits hold what the test wrote, whatever attributes it commits along.
        let exact = "* -text -ident -filter -working-tree-encoding\n";
        std::fs::create_dir_all(work.path().join(".git/info")).unwrap();
        std::fs::write(work.path().join(".git/info/attributes"), exact).unwrap();
        let has_main = try_git(&bare, &["rev-parse", "--verify", "--quiet", "main"]).is_some();
        if has_main {
            git(work.path(), &["pull", "--quiet", "origin", "main"]);
        }
        for (path, item) in items {
            let at = work.path().join(path);
            std::fs::create_dir_all(at.parent().unwrap()).unwrap();
            match item {
                Item::File(content) => std::fs::write(&at, content).unwrap(),
                Item::Program(content) => {
                    std::fs::write(&at, content).unwrap();
                    git(work.path(), &["add", "--", path]);
                    git(work.path(), &["update-index", "--chmod=+x", "--", path]);
                    continue;
                }
                Item::Link(target) => {
                    std::fs::write(work.path().join(".link"), target).unwrap();
                    let blob = git(work.path(), &["hash-object", "-w", ".link"]);
                    std::fs::remove_file(work.path().join(".link")).unwrap();
                    let info = format!("120000,{blob},{path}");
                    git(
                        work.path(),
                        &["update-index", "--add", "--cacheinfo", &info],
                    );
                    continue;
                }
                Item::Submodule => {
                    let info = format!("160000,{},{path}", "1234567890".repeat(4));
                    git(
                        work.path(),
                        &["update-index", "--add", "--cacheinfo", &info],
                    );
                    continue;
                }
            }
            git(work.path(), &["add", "--force", "--", path]);
        }
        git(
            work.path(),
            &["commit", "--quiet", "--allow-empty", "--message", "change"],
        );
        git(work.path(), &["push", "--quiet", "origin", "HEAD:main"]);
        Commit::parse(&git(work.path(), &["rev-parse", "HEAD"])).unwrap()
    }

    /// Any git command in a bare repository; gives its output.
    pub fn git(&self, repo: &str, arguments: &[&str]) -> String {
        git(&self.bare(repo), arguments)
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    try_git(folder, arguments).unwrap_or_else(|| panic!("git {arguments:?} failed"))
}

fn try_git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=Tester",
            "-c",
            "user.email=tester@example.org",
        ])
        .args([
            "-c",
            "core.autocrlf=false",
            "-c",
            "advice.addEmbeddedRepo=false",
        ])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}
