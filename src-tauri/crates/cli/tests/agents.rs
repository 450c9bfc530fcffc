//! One agent from its making to its end, by commands alone: what a person does on the canvas.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by unwrapping"
)]

mod common;

use common::Home;
use serde_json::Value;

fn shown(home: &Home, name: &str) -> Value {
    home.run(&["--json", "agent", "show", name]).ok()
}

fn new(home: &Home, name: &str, more: &[&str]) -> String {
    let mut arguments = vec!["--json", "agent", "new", name, "--runtime", "mock"];
    arguments.extend(more);
    home.run(&arguments).ok()["id"].as_str().unwrap().to_owned()
}

fn names(list: &Value) -> Vec<&str> {
    let names = list.as_array().unwrap().iter();
    names.map(|one| one["name"].as_str().unwrap()).collect()
}

#[test]
fn an_agent_is_made_changed_paused_woken_and_removed() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    new(&home, "Lead", &["--role", "Leads", "--tier", "1"]);
    new(&home, "Writer", &["--parent", "Lead"]);
    let list = home.run(&["--json", "agent", "list"]).ok();
    assert_eq!(names(&list), ["Lead", "Writer"]);
    let people = home.run(&["agent", "show", "Lead"]);
    for word in ["Leads", "mock", "a root"] {
        assert!(people.text().contains(word), "{word}: {}", people.out);
    }
    assert!(
        home.run(&["agent", "show", "Writer"])
            .text()
            .contains("Lead")
    );

    home.run(&[
        "agent",
        "set",
        "Writer",
        "--name",
        "Editor",
        "--role",
        "Edits",
        "--max-tasks",
        "3",
        "--sleep-after",
        "15",
        "--updates",
        "canary",
        "--root",
    ])
    .text();
    let editor = shown(&home, "Editor");
    assert_eq!(editor["role"], "Edits");
    assert_eq!(editor["max_concurrent_tasks"], 3);
    assert_eq!(editor["update_tier"], "canary");
    assert_eq!(editor["parent_id"], Value::Null);
    assert_eq!(editor["hibernation_idle_minutes"], 15);
    let people = home.run(&["agent", "show", "Editor"]);
    assert!(people.text().contains("after 15 min"), "{}", people.out);
    let nothing = home.run(&["--json", "agent", "set", "Editor"]);
    assert_eq!(
        (nothing.code, nothing.json()["code"].as_str()),
        (2, Some("usage"))
    );
    let bad = home.run(&["agent", "set", "Editor", "--tier", "9"]);
    assert_eq!(bad.code, 2, "{}", bad.err);

    let paused = home.run(&["--json", "agent", "pause", "Editor"]).ok();
    assert_eq!(paused["paused_count"], 1);
    assert_eq!(shown(&home, "Editor")["status"], "paused");
    assert_eq!(
        home.run(&["--json", "agent", "pause", "Editor"]).json()["code"],
        "not_found",
        "it is paused already"
    );
    home.run(&["agent", "resume", "Editor"]).text();

    let answer = home.run(&["--json", "agent", "expand", "Editor"]);
    assert_eq!(
        (answer.code, answer.json()["code"].as_str()),
        (1, Some("no_config"))
    );
}

#[test]
fn isolation_keeps_other_roots_away_and_peers_show_it() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    new(&home, "One", &[]);
    new(&home, "Two", &[]);
    let peers = home.run(&["--json", "agent", "peers", "One"]).ok();
    assert_eq!(names(&peers), ["Two"]);
    assert_eq!(
        home.run(&["--json", "agent", "peers", "One", "--search", "nobody"])
            .ok(),
        serde_json::json!([])
    );
    home.run(&["agent", "set", "Two", "--isolated", "true"])
        .text();
    assert_eq!(shown(&home, "Two")["isolated"], true);
    assert_eq!(home.run(&["agent", "peers", "One"]).text().trim(), "None.");
    home.run(&["agent", "set", "Two", "--isolated", "false"])
        .text();
    assert!(home.run(&["agent", "peers", "One"]).text().contains("Two"));
}

#[test]
fn what_is_lost_is_named_and_asked_for() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    new(&home, "Lead", &[]);
    new(&home, "Writer", &["--parent", "Lead"]);
    let heir = new(&home, "Heir", &[]);
    let asked = home.run(&["agent", "remove", "Lead"]);
    assert_eq!(asked.code, 2, "nobody can be asked: {}", asked.err);
    assert!(asked.err.contains("Remove Lead"), "{}", asked.err);
    let done = home
        .run(&[
            "--json",
            "agent",
            "remove",
            "Lead",
            "--forward-to",
            "Heir",
            "--yes",
        ])
        .ok();
    assert_eq!(done["cascade_deleted"], 1);
    let events = home
        .run(&["--json", "events", "--limit", "5"])
        .ok()
        .to_string();
    assert!(
        events.contains(&format!("\"forwarded_to\":\"{heir}\"")),
        "{events}"
    );
    let left = home.run(&["--json", "agent", "list"]).ok();
    assert_eq!(names(&left), ["Heir"]);
    new(&home, "Below", &["--parent", "Heir"]);
    let words = home.run(&["agent", "collapse", "Heir", "--yes"]);
    assert!(words.text().contains("Removed: Below"), "{}", words.out);
    let purged = home
        .run(&["--json", "agent", "remove", "Heir", "--purge", "--yes"])
        .ok();
    assert_eq!(purged["status"], "purged");
}

#[test]
fn the_model_meant_for_an_agent_is_noted_replaced_handed_on_and_forgotten() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    new(&home, "One", &[]);
    new(&home, "Two", &[]);
    home.run(&["agent", "assign", "One", "opus"]).text();
    let replaced = home
        .run(&["--json", "agent", "assign", "One", "sonnet"])
        .ok();
    assert_eq!(replaced["old_model"], "opus");
    let words = home.run(&["agent", "reassign", "One", "Two"]);
    assert!(words.text().contains("sonnet is noted for Two"));
    assert_eq!(home.run(&["agent", "unassign", "One"]).code, 1);
    home.run(&["agent", "unassign", "Two"]).text();
}

#[test]
fn an_agent_that_runs_elsewhere_gets_its_token_once_and_more_by_name() {
    let home = Home::new();
    let serving = home.serve(&[]);
    let made = home
        .run(&["--json", "agent", "new", "Laptop", "--external"])
        .ok();
    assert!(made["connection"]["auth_token"].is_string(), "{made}");
    let people = home.run(&["agent", "new", "Second", "--external"]);
    assert!(people.text().contains("/registry/register"));
    assert!(people.err.contains("only now"), "{}", people.err);

    let minted = home
        .run(&[
            "--json",
            "token",
            "new",
            "plugin",
            "--agent",
            "Laptop",
            "--address",
        ])
        .ok();
    let token = minted["auth_token"].as_str().unwrap();
    assert_eq!(
        minted["address"],
        format!("http://127.0.0.1:{}/c/{token}/", serving.port())
    );
    let list = home
        .run(&["--json", "token", "list", "--agent", "Laptop"])
        .ok();
    let listed = list["tokens"].as_array().unwrap();
    let id = listed
        .iter()
        .find(|one| one["name"] == "plugin")
        .and_then(|one| one["id"].as_str())
        .unwrap();
    assert!(!list.to_string().contains(token), "shown once");
    let elsewhere = home.run(&["token", "revoke", id]);
    assert_eq!(elsewhere.code, 1, "it is that agent's, not the person's");
    home.run(&["token", "revoke", id, "--agent", "Laptop"])
        .text();
    let list = home
        .run(&["--json", "token", "list", "--agent", "Laptop"])
        .ok();
    assert!(!list.to_string().contains(id));
}
