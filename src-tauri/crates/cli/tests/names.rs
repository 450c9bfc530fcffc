//! Who is meant by a name, and what is said to whom it concerns.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by unwrapping"
)]

mod common;

use common::Home;
use serde_json::json;

/// The sample and an org of one's own, each with a Writer: what the README leads to.
fn two_writers(home: &Home) {
    home.run(&["up", "sample", "--no-wait", "--json"]).ok();
    let folder = home.folder(
        "my-org",
        &[(
            "org.yaml",
            "name: My org\nworkspaces:\n  - name: Lead\n    runtime: mock\n    children:\n      - {name: Writer, runtime: mock}\n",
        )],
    );
    home.run(&["import", folder.to_str().unwrap(), "--json"])
        .ok();
}

#[test]
fn two_roles_of_one_name_are_told_apart_by_their_paths() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    two_writers(&home);
    let unclear = home.run(&["agent", "show", "Writer"]);
    assert_eq!(unclear.code, 1);
    for path in [
        "\"My org/Lead/Writer\"",
        "\"Sample studio/Studio lead/Writer\"",
    ] {
        assert!(unclear.err.contains(path), "{}", unclear.err);
    }
    let json = home.run(&["--json", "agent", "show", "Writer"]).json();
    assert_eq!(json["candidates"].as_array().unwrap().len(), 2, "{json}");
    let shown = |name: &str| home.run(&["--json", "agent", "show", name]).ok()["id"].clone();
    let mine = shown("My org/Writer");
    assert_eq!(mine, shown("lead/writer"));
    assert_eq!(mine, shown("My org/Lead/Writer"));
    assert_ne!(mine, shown("Sample studio/Writer"));
    let near = home.run(&["agent", "show", "Wrtier"]);
    assert!(near.err.contains("did you mean \"Writer\""), "{}", near.err);

    // Every id on its own line feeds another command.
    let ids = home.run(&["agent", "list", "--quiet"]);
    assert_eq!(ids.text().lines().count(), 7);
    assert!(ids.out.lines().all(|id| id.len() == 36), "{}", ids.out);
    let some = home
        .run(&["--json", "restart", "My org/Writer", "Lead"])
        .ok();
    assert_eq!(some["changed"].as_array().unwrap().len(), 2);
    let unknown = home.run(&["--json", "stop", "Lead", "Nobody"]);
    assert_eq!(unknown.json()["code"], "not_found");
    assert_eq!(
        home.run(&["--json", "agent", "show", "Lead"]).ok()["status"],
        "online",
        "none is touched when one is not known"
    );
}

#[test]
fn a_message_to_one_that_cannot_answer_is_kept_and_delivered() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    two_writers(&home);
    home.run(&["stop", "My org/Writer"]).text();
    let kept = home.run(&["send", "My org/Writer", "canary 71"]);
    assert!(
        kept.text().contains("paused") && kept.out.contains("molecule-stack start"),
        "{}",
        kept.out
    );
    home.run(&["start", "My org/Writer"]).text();
    let id = home.run(&["--json", "agent", "show", "My org/Writer"]).ok()["id"].clone();
    let id = id.as_str().unwrap();
    let arrived = || {
        let rows = home.http("GET", &format!("/workspaces/{id}/activity"), None);
        rows.to_string().contains("canary 71")
    };
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !arrived() {
        assert!(std::time::Instant::now() < until, "it never came");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn tokens_end_by_name_or_by_what_they_begin_with() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    for name in ["laptop", "phone", "phone"] {
        home.run(&["token", "new", name]).text();
    }
    let done = home.run(&["token", "revoke", "Laptop"]);
    assert!(done.text().contains("laptop is revoked"), "{}", done.out);
    let gone = home.run(&["--json", "token", "revoke", "laptop"]);
    assert_eq!(gone.json()["code"], "not_found");
    assert_eq!(
        home.run(&["--json", "token", "revoke", "phone"]).json()["code"],
        "ambiguous"
    );
    let list = home.run(&["--json", "token", "list"]).ok();
    let prefix = list["tokens"][0]["prefix"].as_str().unwrap();
    home.run(&["token", "revoke", prefix]).text();
    home.run(&["token", "revoke", "phone"]).text();
    assert_eq!(
        home.run(&["--json", "token", "list"]).ok()["tokens"],
        json!([])
    );
}

#[test]
fn what_is_not_there_is_named() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    two_writers(&home);
    let files = home.run(&["files", "ls", "Lead", "nosuch"]);
    assert_eq!(files.code, 1, "{}", files.out);
    let own = home.run(&["files", "ls", "Lead"]);
    assert!(
        own.text().contains("answered by the platform"),
        "{}",
        own.out
    );
    let secret = home.run(&["secrets", "used-by", "NO_SUCH_KEY"]);
    assert!(secret.err.contains("NO_SUCH_KEY"), "{}", secret.err);
    let plugin = home.run(&["plugin", "show", "nosuch"]);
    assert!(
        plugin.err.contains("no plugin nosuch in ") && plugin.err.contains("plugins"),
        "{}",
        plugin.err
    );
    let wanted = home.run(&[
        "org",
        "set",
        "my org",
        "Writer",
        "--add-plugin",
        "nosuch",
        "--dry-run",
    ]);
    wanted.text();
    assert!(wanted.err.contains("the plugin nosuch"), "{}", wanted.err);
    let made = home.run(&["agent", "new", "Odd", "--runtime", "claude-cod"]);
    made.text();
    assert!(
        made.err.contains("did you mean claude-code?"),
        "{}",
        made.err
    );
    home.run(&["agent", "remove", "Odd", "--purge", "--yes"])
        .text();
    let events = home.run(&["events", "--limit", "1"]);
    assert!(
        events.text().contains("WORKSPACE_REMOVED") && events.out.contains("Odd"),
        "one that is gone for good keeps its name in the log: {}",
        events.out
    );
}
