//! Events that are not missed, backups that come back, a purge that takes everything, a doctor that keeps secrets.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by unwrapping"
)]

mod common;

use common::{Home, holds};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::Stdio,
};

const CANARY: &str = "canary-value-Xp8sKd3Vn6Yb";

fn names(home: &Home) -> Vec<String> {
    let list = home.run(&["--json", "secrets", "list"]).ok();
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| one["key"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn events_are_one_document_or_one_line_each() {
    let home = Home::new();
    home.run(&["up", "sample", "--no-engine", "--port", "0", "--json"])
        .ok();
    let events = home.run(&["--json", "events", "--limit", "500"]).ok();
    let seqs: Vec<i64> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["seq"].as_i64().unwrap())
        .collect();
    assert!(
        !seqs.is_empty() && seqs.is_sorted(),
        "oldest first: {seqs:?}"
    );
    let last = seqs[seqs.len() - 1];
    let after = home
        .run(&["--json", "events", "--since", &(last - 1).to_string()])
        .ok();
    assert_eq!(after.as_array().unwrap().len(), 1);
    let people = home.run(&["events", "--limit", "500"]);
    assert!(people.text().contains("WORKSPACE_ONLINE"));
}

#[test]
fn follow_goes_on_by_number_after_a_restart() {
    let home = Home::new();
    let first = home.serve(&[]);
    let mut follow = home
        .command(&["--json", "events", "--follow", "--since", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(follow.stdout.take().unwrap()).lines();
    let mut until = |kind: &str, about: &str| -> Vec<i64> {
        let mut seqs = Vec::new();
        loop {
            let event: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
            seqs.extend(event["seq"].as_i64());
            if event["event"] == kind && event["payload"].to_string().contains(about) {
                return seqs;
            }
        }
    };
    home.run(&["--json", "settings", "--memory", "1000"]).ok();
    let mut seen = until("SETTINGS_CHANGED", "memory_budget_mb");
    // Killed, not stopped: the follower is told nothing.
    first.kill();
    let _second = home.serve(&[]);
    home.run(&["--json", "settings", "--sleep-after", "5"]).ok();
    seen.extend(until("SETTINGS_CHANGED", "hibernation_idle_minutes"));
    let _ = follow.kill();
    let mut said = String::new();
    follow
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    follow.wait().unwrap();
    assert!(
        said.contains("went away") && said.contains("back"),
        "{said}"
    );
    assert!(
        seen.windows(2).all(|pair| pair[0] < pair[1]),
        "each once, in order: {seen:?}"
    );
    let all = home.run(&["--json", "events", "--limit", "1000"]).ok();
    for event in all.as_array().unwrap() {
        let seq = event["seq"].as_i64().unwrap();
        assert!(
            seq > *seen.last().unwrap() || seen.contains(&seq),
            "{seq} was missed"
        );
    }
}

#[test]
fn a_backup_comes_back_with_its_secrets_sealed() {
    let home = Home::new();
    let serving = home.serve(&[]);
    home.pipe(&["secrets", "set", "KEPT_KEY"], CANARY).text();
    home.run(&["--json", "backup", "running.tar"]).ok();
    home.pipe(&["secrets", "set", "LATER_KEY"], CANARY).text();
    let early = home.run(&["--json", "restore", "running.tar", "--yes"]);
    assert_eq!(early.code, 3, "not under a running platform: {}", early.out);
    assert_eq!(early.json()["pid"].as_u64(), Some(serving.pid()));
    home.run(&["down"]).text();
    serving.wait();
    home.run(&["--json", "backup", "resting.tar"]).ok();
    for file in ["running.tar", "resting.tar"] {
        assert!(
            !holds(&fs::read(home.path().join(file)).unwrap(), CANARY),
            "{file} holds a secret in clear"
        );
    }

    assert_eq!(
        home.run(&["restore", "running.tar"]).code,
        2,
        "nobody can be asked"
    );
    home.run(&["--json", "restore", "running.tar", "--yes"])
        .ok();
    let serving = home.serve(&[]);
    assert_eq!(names(&home), ["KEPT_KEY"]);
    home.run(&["down"]).text();
    serving.wait();
    home.run(&["--json", "restore", "resting.tar", "--yes"])
        .ok();
    let _serving = home.serve(&[]);
    assert_eq!(names(&home), ["KEPT_KEY", "LATER_KEY"]);
    assert!(
        home.data().join("molecule.before-restore.sqlite").exists(),
        "what was there before is kept"
    );
}

#[test]
fn a_backup_replaces_no_file_unasked() {
    let home = Home::new();
    let serving = home.serve(&[]);
    let file = home.path().join("kept.tar");
    fs::write(&file, "something of the person's").unwrap();
    for stopped in [false, true] {
        if stopped {
            home.run(&["down"]).text();
        }
        let refused = home.run(&["--json", "backup", "kept.tar"]);
        assert_eq!(
            (refused.code, refused.json()["code"].as_str()),
            (1, Some("file_exists"))
        );
        assert!(
            refused.json()["error"]
                .as_str()
                .unwrap()
                .contains("--force")
        );
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            "something of the person's"
        );
    }
    serving.wait();
    home.run(&["--json", "backup", "kept.tar", "--force"]).ok();
    home.run(&["--json", "restore", "kept.tar", "--yes"]).ok();
}

#[test]
fn a_backup_restored_beside_its_installation_is_a_copy_with_an_id_of_its_own() {
    let home = Home::new();
    let serving = home.serve(&[]);
    home.pipe(&["secrets", "set", "KEPT_KEY"], CANARY).text();
    home.run(&["--json", "backup", "first.tar"]).ok();
    let second = home.path().join("second");
    let beside = |arguments: &[&str]| -> common::Done {
        let mut command = home.command(arguments);
        command.env("MOLECULE_HOME", &second);
        command.output().unwrap().into()
    };
    // Whoever says that the original is gone is not believed while it can be seen.
    let refused = beside(&["--json", "restore", "first.tar", "--yes", "--original-gone"]);
    assert_eq!(
        (refused.code, refused.json()["code"].as_str()),
        (1, Some("original_lives")),
        "{}",
        refused.out
    );
    assert!(
        !second.join("molecule.sqlite").exists(),
        "nothing was put there"
    );
    let copy = beside(&["--json", "restore", "first.tar", "--yes"]).ok();
    assert_eq!(copy["copy"], true);

    // In its own folder it stays who it is, and so it does where the original is gone and the person says so.
    home.run(&["down"]).text();
    serving.wait();
    assert_eq!(
        home.run(&["--json", "restore", "first.tar", "--yes"]).ok()["copy"],
        false
    );
    home.run(&["--json", "purge", "--yes"]).ok();
    assert_eq!(
        beside(&["--json", "restore", "first.tar", "--yes"]).ok()["copy"],
        true,
        "closed by default: it may live on another computer"
    );
    assert_eq!(
        beside(&["--json", "restore", "first.tar", "--yes", "--original-gone"]).ok()["copy"],
        false
    );
}

#[test]
fn what_is_no_backup_changes_nothing() {
    let home = Home::new();
    let serving = home.serve(&[]);
    home.pipe(&["secrets", "set", "KEPT_KEY"], CANARY).text();
    home.run(&["down"]).text();
    serving.wait();
    fs::write(home.path().join("text.tar"), "no archive at all").unwrap();
    let refused = home.run(&["--json", "restore", "text.tar", "--yes"]);
    assert_eq!(
        (refused.code, refused.json()["code"].as_str()),
        (1, Some("not_a_backup"))
    );
    assert_eq!(
        home.run(&["--json", "restore", "none.tar", "--yes"]).json()["code"],
        "not_found"
    );
    let _serving = home.serve(&[]);
    assert_eq!(names(&home), ["KEPT_KEY"]);
}

#[test]
fn purge_lists_first_and_removes_only_when_told() {
    let home = Home::new();
    assert_eq!(
        home.run(&["--json", "purge", "--yes"]).json()["code"],
        "no_data"
    );
    assert!(!home.data().exists(), "looking makes nothing");
    let serving = home.serve(&[]);
    let early = home.run(&["--json", "purge", "--yes"]);
    assert_eq!(
        (early.code, early.json()["code"].as_str()),
        (3, Some("in_use"))
    );
    let error = early.json()["error"].as_str().unwrap().to_owned();
    assert!(
        error.contains("molecule-stack down") && error.contains("molecule-stack purge --yes"),
        "what to do, in order: {error}"
    );
    // Looking needs nobody to stop.
    let during = home.run(&["--json", "purge", "--dry-run"]).ok();
    assert_eq!(during["removed"], false);
    assert_eq!(
        during["leftovers"]["data_dir"],
        home.data().to_str().unwrap()
    );
    home.run(&["down"]).text();
    serving.wait();
    let listed = home.run(&["--json", "purge"]).ok();
    assert_eq!(listed["removed"], false);
    assert!(
        home.run(&["purge"])
            .text()
            .contains(home.data().to_str().unwrap())
    );
    assert!(
        home.data().join("molecule.sqlite").exists(),
        "a list removes nothing"
    );
    assert_eq!(
        home.run(&["--json", "purge", "--yes"]).ok()["removed"],
        true
    );
    assert!(!home.data().exists());
}

#[test]
fn doctor_looks_before_and_during_and_its_bundle_is_masked() {
    let home = Home::new();
    let before = home.run(&["--json", "doctor"]).ok();
    assert_eq!(
        (&before["good"], &before["running"]),
        (&true.into(), &false.into())
    );
    let found: Vec<&str> = before["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    for part in ["data folder", "database", "keychain", "container engine"] {
        assert!(found.contains(&part), "{part} in {found:?}");
    }
    let mut broken = home.command(&["doctor"]);
    let broken: common::Done = broken
        .env("SECRETS_ENCRYPTION_KEY", "too short")
        .output()
        .unwrap()
        .into();
    assert_eq!(broken.code, 1, "something is bad: {}", broken.out);
    assert!(broken.out.contains("BAD"));

    let serving = home.serve(&[]);
    home.pipe(&["secrets", "set", "MODEL_API_KEY"], CANARY)
        .text();
    let made = home.run(&["--json", "token", "new", "client"]).ok();
    // Whatever a log line holds that looks like a credential is masked, also one that our own logs never had.
    let log = fs::read_dir(home.data().join("logs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "log"))
        .unwrap();
    let mut text = fs::read_to_string(&log).unwrap();
    text.push_str("{\"message\":\"calling with sk-bundle0canary0bundle0canary and ANY_TOKEN=bundle-canary-2\"}\n");
    fs::write(&log, text).unwrap();
    let during = home
        .run(&["--json", "doctor", "--bundle", "report.tar"])
        .ok();
    assert_eq!(during["running"], true);
    let bytes = fs::read(home.path().join("report.tar")).unwrap();
    for name in ["doctor.json", "stack.json", "settings.json", "log.jsonl"] {
        assert!(holds(&bytes, name), "{name}");
    }
    assert!(holds(&bytes, "[REDACTED:"), "the masked line is in it");
    for secret in [
        CANARY,
        "bundle0canary",
        "bundle-canary-2",
        home.key(),
        made["auth_token"].as_str().unwrap(),
    ] {
        assert!(!holds(&bytes, secret), "{secret}");
    }
    home.run(&["down"]).text();
    serving.wait();
}
