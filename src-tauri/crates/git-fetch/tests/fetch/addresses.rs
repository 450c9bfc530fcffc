//! What may be asked for at all: addresses, refs, the allowlist. Nothing here touches a network.

use super::*;
use git_fetch::{Commit, GitError, Ref};

#[test]
fn an_address_has_a_host_and_a_path() {
    let url = RepoUrl::on_host("Git.Example.org:8443", "acme-team/quality").unwrap();
    assert_eq!(url.place(), "git.example.org:8443/acme-team/quality");
    assert_eq!(url.folder(), "acme-team__quality");
    assert_eq!(
        RepoUrl::on_host("https://git.example.org/", "a/b.git")
            .unwrap()
            .place(),
        "git.example.org/a/b"
    );
    assert_eq!(
        RepoUrl::parse("https://github.com/o/r.git").unwrap().repo(),
        "o/r"
    );
    assert_eq!(
        RepoUrl::parse("https://gitlab.com/group/sub/r")
            .unwrap()
            .folder(),
        "group__sub__r"
    );
}

#[test]
fn odd_addresses_are_refused() {
    for (host, name) in [
        ("git.example.org", "owner"),
        ("git.example.org", "a/b/c"),
        ("git.example.org", "../b"),
        ("git.example.org", "a/.."),
        ("git.example.org", "-a/b"),
        ("git.example.org", "a/b c"),
        ("git.example.org", "a/.git"),
        ("git.example.org", "a//b"),
        ("git.example.org", ""),
        ("user@git.example.org", "a/b"),
        ("git.example.org/x", "a/b"),
        ("-oProxyCommand=x", "a/b"),
        ("", "a/b"),
        ("git.example.org:0", "a/b"),
        ("git.example.org:99999", "a/b"),
    ] {
        assert!(RepoUrl::on_host(host, name).is_err(), "{host} {name}");
    }
    for url in [
        "git.example.org/a/b",
        "ftp://h/a/b",
        "ext::sh -c x",
        "https://h/a/b?x",
        "https://h/a/b#x",
        "file://host/a",
    ] {
        assert!(RepoUrl::parse(url).is_err(), "{url}");
    }
}

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    let error = RepoUrl::parse("https://me:hunter2@git.example.org/a/b")
        .unwrap_err()
        .to_string();
    assert!(!error.contains("hunter2"), "{error}");
    let error = RepoUrl::on_host("me:hunter2@git.example.org", "a/b")
        .unwrap_err()
        .to_string();
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn c7_refs_that_mean_something_else_are_refused() {
    for bad in [
        "",
        "main; rm -rf /",
        "a..b",
        "-x",
        "--upload-pack=x",
        "a b",
        "/a",
        "a/",
        "a//b",
        "x.lock",
        "a.",
        "a\nb",
        "a:b",
        "^x",
    ] {
        assert!(Ref::parse(bad).is_err(), "{bad:?}");
    }
    assert!(Ref::parse(&"x".repeat(251)).is_err());
    for good in ["main", "v1.0.0", "feature/x_y-z", "refs/heads/main", "HEAD"] {
        assert_eq!(Ref::parse(good).unwrap().commit(), None);
    }
    let full = "ABCDEF0123456789abcdef0123456789abcdef01";
    assert_eq!(Ref::parse(full).unwrap().commit(), Commit::parse(full));
    assert_eq!(Ref::parse(&full[..39]).unwrap().commit(), None);
}

#[test]
fn c9_the_allowlist_compares_whole_names() {
    let list = allowed(
        "git.example.org/acme/, other.example/team/*, third.example/one/repo ,fourth.example",
    );
    let yes = |host: &str, name: &str| list.allows(&RepoUrl::on_host(host, name).unwrap());
    assert!(yes("git.example.org", "acme/x"));
    assert!(yes("GIT.example.org", "acme/x"));
    assert!(!yes("git.example.org", "acme-evil/x"));
    assert!(!yes("git.example.org.evil.org", "acme/x"));
    assert!(!yes("git.example.org:444", "acme/x"));
    assert!(yes("other.example", "team/x") && !yes("other.example", "teams/x"));
    assert!(yes("third.example", "one/repo") && !yes("third.example", "one/repo2"));
    assert!(yes("fourth.example", "any/thing"));
}

#[test]
fn c9_unset_is_the_default_and_empty_refuses_everything() {
    let ours = RepoUrl::on_host("git.moleculesai.app", "molecule-ai/x").unwrap();
    let unset = Allowlist::from_setting(None).unwrap();
    assert!(unset.allows(&ours));
    assert_eq!(unset, Allowlist::default());
    assert!(!unset.allows(&RepoUrl::on_host("github.com", "foo/bar").unwrap()));
    for empty in ["", " ", " , "] {
        assert!(!allowed(empty).allows(&ours));
    }
    for bad in ["*", "https://u@h/x", "h/../x", "h/a*"] {
        assert!(
            matches!(
                Allowlist::from_setting(Some(bad)),
                Err(GitError::AllowlistEntry { .. })
            ),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn c6_what_is_not_allowed_never_reaches_the_network() {
    let place = Place::new();
    place.forge.commit("foo/bar", &[("a", "1")]);
    let server = git_fetch::testing::Server::open(&place.forge).await;
    let git = GitFetch::default().with_transports(server.transports("github.com"));
    let url = RepoUrl::on_host("github.com", "foo/bar").unwrap();
    let error = git.get(&place.cache, &url, &at("main")).await.unwrap_err();
    assert!(matches!(error, GitError::NotAllowed { .. }), "{error}");
    assert_eq!(server.seen(), Vec::<String>::new());
}

#[tokio::test]
async fn other_transports_are_off_until_a_test_turns_them_on() {
    let place = Place::new();
    place.forge.commit("a/b", &[("a", "1")]);
    let git = GitFetch::new(allowed("localhost/, h/"));
    for url in [
        format!("file://{}", place.forge.bare("a/b").display()),
        "http://h/a/b".into(),
        "ssh://h/a/b".into(),
    ] {
        let url = RepoUrl::parse(&url).unwrap();
        let error = git.resolve(&url, &at("main")).await.unwrap_err();
        assert!(matches!(error, GitError::Transport { .. }), "{error}");
    }
}
