//! Repositories and caches that mean harm.

use super::*;
use git_fetch::testing::Item;
use std::fs;

#[tokio::test]
async fn a_changed_cache_is_not_believed() {
    let place = Place::new();
    place
        .forge
        .commit("a/b", &[("f", "1"), ("d/g", "2"), ("d.x", "3")]);
    let git = place.fetcher();
    let folder = git
        .get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap()
        .path;
    let harm: [(&str, &dyn Fn()); 7] = [
        ("content", &|| fs::write(folder.join("f"), "x").unwrap()),
        ("extra", &|| fs::write(folder.join("d/more"), "x").unwrap()),
        ("missing", &|| fs::remove_file(folder.join("d/g")).unwrap()),
        ("marker", &|| {
            fs::write(folder.join(".complete"), "{}").unwrap()
        }),
        ("no marker", &|| {
            fs::remove_file(folder.join(".complete")).unwrap()
        }),
        ("no git", &|| {
            fs::remove_dir_all(folder.join(".git")).unwrap()
        }),
        ("forged marker", &|| {
            // Content and list agree with each other, but not with the commit.
            let text = fs::read_to_string(folder.join(".complete")).unwrap();
            let one = "56a6051ca2b02b04ef92d5150c9ef600403cb1de";
            let evil = "c59d9b6344f1af00e504ba698129f07a34bbed8d";
            assert!(text.contains(one));
            fs::write(folder.join(".complete"), text.replace(one, evil)).unwrap();
            fs::write(folder.join("f"), "evil").unwrap();
        }),
    ];
    for (what, harm) in harm {
        harm();
        assert_eq!(
            git.offline(&place.cache, &repo("a/b"), &at("main"))
                .await
                .unwrap(),
            None,
            "{what}"
        );
        let again = git
            .get(&place.cache, &repo("a/b"), &at("main"))
            .await
            .unwrap();
        assert!(!again.cached, "{what}");
        assert_eq!(fs::read_to_string(folder.join("f")).unwrap(), "1", "{what}");
        assert_eq!(
            fs::read_to_string(folder.join("d/g")).unwrap(),
            "2",
            "{what}"
        );
        assert!(!folder.join("d/more").exists(), "{what}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_that_leave_the_tree_are_left_out_and_named() {
    let place = Place::new();
    let items = [
        ("real/file", Item::File(b"text")),
        ("inside", Item::Link("real/file")),
        ("folder", Item::Link("real")),
        ("etc", Item::Link("/etc")),
        ("climb", Item::Link("../../../../../../../etc/passwd")),
        ("git", Item::Link(".git/config")),
        ("dangling", Item::Link("nowhere")),
        // Looks inside by its text, and is not: the folder it goes through leads up first.
        ("p/q/up", Item::Link("../..")),
        ("p/q/out", Item::Link("up/../secret")),
    ];
    fs::create_dir_all(place.folder.path().join("cache")).unwrap();
    place.forge.commit_items("a/b", &items);
    let git = place.fetcher();
    let fetched = git
        .get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap();
    assert_eq!(
        fetched.left_out,
        ["climb", "dangling", "etc", "git", "p/q/out"]
    );
    assert_eq!(
        fs::read_to_string(fetched.path.join("inside")).unwrap(),
        "text"
    );
    assert_eq!(
        fs::read_to_string(fetched.path.join("folder/file")).unwrap(),
        "text"
    );
    for gone in &fetched.left_out {
        assert!(
            fs::symlink_metadata(fetched.path.join(gone)).is_err(),
            "{gone}"
        );
    }
    let again = git
        .get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap();
    assert!(again.cached);
    assert_eq!(again.left_out, fetched.left_out);
    // Put back by hand it would be the commit's own link, and still leads out.
    std::os::unix::fs::symlink("/etc", fetched.path.join("etc")).unwrap();
    assert!(
        !git.get(&place.cache, &repo("a/b"), &at("main"))
            .await
            .unwrap()
            .cached
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_cache_folder_that_is_a_link_is_not_used() {
    let place = Place::new();
    place.forge.commit("a/b", &[("f", "1")]);
    let elsewhere = place.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, place.folder.path().join("cache")).unwrap();
    let error = place
        .fetcher()
        .get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap_err();
    assert!(matches!(error, git_fetch::GitError::Cache(_)), "{error}");
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[tokio::test]
async fn no_45_neither_submodules_nor_filters_nor_conversions() {
    let place = Place::new();
    let items = [
        (
            ".gitmodules",
            Item::File(b"[submodule \"s\"]\n\tpath = s\n\turl = https://git.example.org/a/s\n"),
        ),
        ("s", Item::Submodule),
        (
            ".gitattributes",
            Item::File(
                b"*.bin filter=lfs\n*.txt text eol=crlf ident working-tree-encoding=UTF-16\n",
            ),
        ),
        (
            "large.bin",
            Item::File(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
        ),
        ("text.txt", Item::File(b"$Id$\nline\n")),
        ("tool", Item::Program(b"#!/bin/sh\n")),
    ];
    place.forge.commit_items("a/b", &items);
    let fetched = place
        .fetcher()
        .get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap();
    assert_eq!(
        fs::read(fetched.path.join("text.txt")).unwrap(),
        b"$Id$\nline\n"
    );
    assert!(
        fs::read_to_string(fetched.path.join("large.bin"))
            .unwrap()
            .starts_with("version")
    );
    assert_eq!(fs::read_dir(fetched.path.join("s")).unwrap().count(), 0);
    assert!(
        place
            .fetcher()
            .get(&place.cache, &repo("a/b"), &at("main"))
            .await
            .unwrap()
            .cached
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let place = Place::new();
    place.forge.commit("a/b", &[("f", "1")]);
    let target = git_fetch::testing::Server::open(&place.forge).await;
    let server = git_fetch::testing::Server::redirecting(&place.forge, &target.url()).await;
    let error = fetcher(server.transports(HOST))
        .get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, git_fetch::GitError::Failed { .. }),
        "{error}"
    );
    assert_eq!(target.seen(), Vec::<String>::new());
}
