//! Refs to commits to folders, from bare repositories on disk.

use super::*;
use git_fetch::testing::{Item, Server};
use git_fetch::{Commit, GitError, Limits};
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

#[tokio::test]
async fn d13_a_commit_lands_in_a_folder_named_after_it() {
    let place = Place::new();
    let commit = place.forge.commit(
        "acme/quality",
        &[
            ("qa/workspace.yaml", "name: QA\n"),
            ("run.sh", "a\r\nb\r\n"),
        ],
    );
    let git = place.fetcher();
    let fetched = git
        .get(&place.cache, &repo("acme/quality"), &at("main"))
        .await
        .unwrap();
    assert_eq!(fetched.commit, commit);
    assert!(
        fetched
            .path
            .ends_with(format!("cache/acme__quality/{commit}"))
    );
    assert_eq!(
        fs::read_to_string(fetched.path.join("qa/workspace.yaml")).unwrap(),
        "name: QA\n"
    );
    assert_eq!(
        fs::read(fetched.path.join("run.sh")).unwrap(),
        b"a\r\nb\r\n",
        "not a byte is converted"
    );
    assert!(fetched.path.join(".git").is_dir() && fetched.path.join(".complete").is_file());
    let ignored = fs::read_to_string(place.folder.path().join("cache/.gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "*"));

    let again = git
        .get(&place.cache, &repo("acme/quality"), &at("main"))
        .await
        .unwrap();
    assert!(again.cached && !again.remembered);
    assert_eq!((again.commit, again.path), (fetched.commit, fetched.path));
}

#[tokio::test]
async fn a_branch_wins_over_a_tag_and_a_tag_is_followed_to_its_commit() {
    let place = Place::new();
    let first = place.forge.commit("a/b", &[("f", "1")]);
    place.forge.git(
        "a/b",
        &["tag", "--annotate", "--message=one", "v1", first.as_str()],
    );
    place.forge.git("a/b", &["tag", "both", first.as_str()]);
    let second = place.forge.commit("a/b", &[("f", "2")]);
    place.forge.git("a/b", &["branch", "both", second.as_str()]);
    place
        .forge
        .git("a/b", &["branch", "nested/v1", second.as_str()]);
    let git = place.fetcher();
    for (wanted, commit) in [
        ("v1", &first),
        ("both", &second),
        ("refs/tags/both", &first),
        ("refs/tags/v1", &first),
        ("HEAD", &second),
        ("nested/v1", &second),
    ] {
        assert_eq!(
            &git.resolve(&repo("a/b"), &at(wanted)).await.unwrap(),
            commit,
            "{wanted}"
        );
    }
    let fetched = git
        .get(&place.cache, &repo("a/b"), &at("v1"))
        .await
        .unwrap();
    assert_eq!(fs::read_to_string(fetched.path.join("f")).unwrap(), "1");
}

#[tokio::test]
async fn no_41_a_full_hash_needs_no_lookup() {
    let place = Place::new();
    let old = place.forge.commit("a/b", &[("f", "1")]);
    place.forge.commit("a/b", &[("f", "2")]);
    let server = Server::open(&place.forge).await;
    let git = fetcher(server.transports(HOST));
    let fetched = git
        .get(&place.cache, &repo("a/b"), &at(old.as_str()))
        .await
        .unwrap();
    assert_eq!(fs::read_to_string(fetched.path.join("f")).unwrap(), "1");
    let asked = server.seen().len();
    assert!(
        git.get(&place.cache, &repo("a/b"), &at(old.as_str()))
            .await
            .unwrap()
            .cached
    );
    assert_eq!(
        server.seen().len(),
        asked,
        "a commit that is here is not asked for"
    );
}

#[tokio::test]
async fn c5_an_unknown_ref_fails_at_the_lookup() {
    let place = Place::new();
    place.forge.commit("a/b", &[("f", "1")]);
    let git = place.fetcher();
    let error = git
        .get(&place.cache, &repo("a/b"), &at("nope"))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, GitError::UnknownRef { wanted, .. } if wanted == "nope"),
        "{error}"
    );
    assert!(
        !place.folder.path().join("cache").exists(),
        "nothing was made"
    );
    let missing = "0123456789".repeat(4);
    let error = git
        .get(&place.cache, &repo("a/b"), &at(&missing))
        .await
        .unwrap_err();
    assert!(matches!(error, GitError::UnknownRef { .. }), "{error}");
    let error = git
        .get(&place.cache, &repo("a/none"), &at("main"))
        .await
        .unwrap_err();
    assert!(matches!(error, GitError::Failed { .. }), "{error}");
}

#[tokio::test]
async fn no_41_without_a_network_the_last_commit_of_a_ref_is_used() {
    let place = Place::new();
    let commit = place.forge.commit("a/b", &[("f", "1")]);
    let server = Server::open(&place.forge).await;
    let git = fetcher(server.transports(HOST));
    assert_eq!(
        git.offline(&place.cache, &repo("a/b"), &at("main"))
            .await
            .unwrap(),
        None
    );
    git.get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap();
    let transports = server.transports(HOST);
    drop(server);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let git = fetcher(transports);
    let fetched = git
        .get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap();
    assert!(fetched.remembered && fetched.cached);
    assert_eq!(fetched.commit, commit);
    let here = git
        .offline(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(here.commit, commit);
    let error = git
        .get(&place.cache, &repo("a/b"), &at("other"))
        .await
        .unwrap_err();
    assert!(error.is_offline(), "{error}");
}

#[tokio::test]
async fn a_server_of_plain_files_is_enough() {
    let place = Place::new();
    let commit = place.forge.commit("a/b", &[("f", "1")]);
    place.forge.git("a/b", &["update-server-info"]);
    let server = Server::dumb(&place.forge).await;
    let git = fetcher(server.transports(HOST));
    let fetched = git
        .get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap();
    assert_eq!(fetched.commit, commit);
    assert_eq!(fs::read_to_string(fetched.path.join("f")).unwrap(), "1");
}

#[tokio::test]
async fn racing_fetches_of_one_commit_all_succeed() {
    let place = Place::new();
    let commit = place.forge.commit("a/b", &[("f", "1"), ("d/g", "2")]);
    let races = (0..8).map(|_| {
        let (git, cache) = (place.fetcher(), place.cache.clone());
        tokio::spawn(async move { git.get(&cache, &repo("a/b"), &at("main")).await })
    });
    for race in races.collect::<Vec<_>>() {
        assert_eq!(race.await.unwrap().unwrap().commit, commit);
    }
    assert!(
        place
            .fetcher()
            .get(&place.cache, &repo("a/b"), &at("main"))
            .await
            .unwrap()
            .cached
    );
    assert_eq!(
        names(&place, "a__b"),
        [commit.to_string(), "refs.json".to_owned()].map(String::from)
    );
}

/// Names in a repository's folder of the cache, sorted.
fn names(place: &Place, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(place.folder.path().join("cache").join(folder)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn c8_an_interrupted_fetch_is_done_again() {
    let place = Place::new();
    let commit = place.forge.commit("a/b", &[("f", "1")]);
    let git = place.fetcher();
    // What an older importer leaves when it is killed: the folder without its marker.
    let half = place.cache.folder(&repo("a/b"), &commit);
    fs::create_dir_all(half.join(".git")).unwrap();
    fs::write(half.join("f"), "half").unwrap();
    // What this one leaves: a folder nobody fills any more.
    let left = half.parent().unwrap().join(".filling-old");
    fs::create_dir_all(left.join(".git")).unwrap();
    let fetched = git
        .get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap();
    assert!(!fetched.cached);
    assert_eq!(fs::read_to_string(fetched.path.join("f")).unwrap(), "1");
    assert_eq!(
        names(&place, "a__b").len(),
        2,
        "{:?}",
        names(&place, "a__b")
    );
}

#[tokio::test]
async fn giving_up_ends_git_and_leaves_nothing() {
    let place = Place::new();
    place.forge.commit("a/b", &[("f", "1")]);
    let server = Server::slow(&place.forge, Duration::from_secs(60)).await;
    let limits = Limits {
        resolve: Duration::from_millis(700),
        fetch: Duration::from_millis(700),
        ..Limits::default()
    };
    let git = fetcher(server.transports(HOST)).with_limits(limits);
    let error = git.resolve(&repo("a/b"), &at("main")).await.unwrap_err();
    assert!(matches!(error, GitError::TimedOut { .. }), "{error}");
    let commit = Commit::parse(&"0123456789".repeat(4)).unwrap();
    let error = git
        .fetch(&place.cache, &repo("a/b"), &commit, None)
        .await
        .unwrap_err();
    assert!(matches!(error, GitError::TimedOut { .. }), "{error}");
    let patient = fetcher(server.transports(HOST));
    let url = repo("a/b");
    let waiting = patient.fetch(&place.cache, &url, &commit, None);
    let gone = tokio::time::timeout(Duration::from_millis(700), waiting).await;
    assert!(gone.is_err(), "the caller went away");
    assert_eq!(names(&place, "a__b"), Vec::<String>::new());
    #[cfg(target_os = "linux")]
    {
        let running = || {
            let output = std::process::Command::new("pgrep")
                .args(["-f", &server.url()])
                .output()
                .unwrap();
            !output.stdout.is_empty()
        };
        for _ in 0..50 {
            if !running() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("git or its transport still runs");
    }
}

#[tokio::test]
async fn no_45_a_commit_over_the_limits_is_refused() {
    let place = Place::new();
    // Small on the wire, large on disk.
    place
        .forge
        .commit_items("a/big", &[("zeros", Item::File(&vec![0; 3 << 20]))]);
    let small = Limits {
        bytes: 1 << 20,
        ..Limits::default()
    };
    let git = place.fetcher().with_limits(small);
    let error = git
        .get(&place.cache, &repo("a/big"), &at("main"))
        .await
        .unwrap_err();
    assert!(matches!(error, GitError::TooLarge { .. }), "{error}");
    let files: Vec<(String, String)> = (0..30).map(|n| (format!("f{n}"), n.to_string())).collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    place.forge.commit("a/many", &files);
    let few = Limits {
        files: 29,
        ..Limits::default()
    };
    let git = place.fetcher().with_limits(few);
    let error = git
        .get(&place.cache, &repo("a/many"), &at("main"))
        .await
        .unwrap_err();
    assert!(matches!(error, GitError::TooLarge { .. }), "{error}");
    assert_eq!(names(&place, "a__many"), Vec::<String>::new());
}

#[tokio::test]
async fn no_44_a_sweep_keeps_what_is_in_use_and_the_last_ones() {
    let place = Place::new();
    let git = place.fetcher();
    let mut all = Vec::new();
    for n in 0..6 {
        place.forge.commit("a/b", &[("f", &n.to_string())]);
        all.push(
            git.get(&place.cache, &repo("a/b"), &at("main"))
                .await
                .unwrap()
                .commit,
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let in_use = BTreeSet::from([Cache::name(&repo("a/b"), &all[0])]);
    let swept = place.cache.sweep(&in_use, 3).unwrap();
    let expected: BTreeSet<String> = all[1..3]
        .iter()
        .map(|c| Cache::name(&repo("a/b"), c))
        .collect();
    assert_eq!(swept.removed.into_iter().collect::<BTreeSet<_>>(), expected);
    assert_eq!(
        place.cache.sweep(&in_use, 3).unwrap().removed,
        Vec::<String>::new()
    );
    assert!(place.cache.folder(&repo("a/b"), &all[0]).is_dir());
}
