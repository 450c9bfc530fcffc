//! From a folder to agents: `up`, `import`, plans, conflicts, removal.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by unwrapping"
)]

mod common;

use common::Home;
use serde_json::{Value, json};
use std::process::Stdio;

/// Two roles of the built-in runtime, the model of the second as given.
fn acme(model: &str) -> String {
    format!(
        "name: Acme\nworkspaces:\n  - name: Lead\n    runtime: mock\n    children:\n      - name: Writer\n        \
         runtime: mock\n        model: {model}\n"
    )
}

fn agents(home: &Home) -> Vec<Value> {
    home.run(&["--json", "status"]).ok()["workspaces"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn up_starts_the_platform_and_brings_the_sample_to_life() {
    let home = Home::new();
    let up = home
        .run(&["up", "sample", "--no-engine", "--port", "0", "--json"])
        .ok();
    assert_eq!(up["started"], true);
    let roles = up["workspaces"].as_array().unwrap();
    assert_eq!(roles.len(), 5);
    assert!(
        roles.iter().all(|role| role["status"] == "online"),
        "{roles:?}"
    );
    assert!(
        agents(&home).iter().all(|one| one["status"] == "online"),
        "and they stay"
    );

    // A second one joins what runs, and finds nothing to do.
    let again = home.run(&["up", "sample", "--no-engine"]);
    assert!(
        again.text().contains("runs already") && again.out.contains("5 unchanged"),
        "{}",
        again.out
    );
    assert!(
        again.err.contains("--no-engine has no effect"),
        "a flag that does nothing is said: {}",
        again.err
    );
    assert!(again.out.contains("5 online"), "{}", again.out);
    assert!(
        again.out.contains("model calls"),
        "the cost is said: {}",
        again.out
    );
    assert_eq!(agents(&home).len(), 5);
    home.run(&["down"]).text();
    assert!(
        home.data().join("logs/console.txt").exists(),
        "what it said went to the data folder"
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let folder = home.folder("acme", &[("org.yaml", &acme("small"))]);
    let plan = home
        .run(&["import", folder.to_str().unwrap(), "--dry-run", "--json"])
        .ok();
    assert_eq!(plan["org"], "Acme");
    let actions: Vec<&str> = plan["plan"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["create", "create"]);
    assert!(agents(&home).is_empty());
}

#[test]
fn broken_yaml_is_named_with_its_place_and_nothing_changes() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let folder = home.folder(
        "broken",
        &[("org.yaml", "name: Broken\nworkspaces:\n  - name: [open\n")],
    );
    let before = home.run(&["--json", "events"]).ok();
    for verb in ["import", "up"] {
        let done = home.run(&[verb, folder.to_str().unwrap()]);
        assert_eq!(done.code, 1, "{}", done.out);
        let place = done
            .err
            .split_whitespace()
            .find(|word| word.contains("org.yaml:"))
            .unwrap_or_default();
        let numbers: Vec<&str> = place.trim_end_matches(':').rsplit(':').take(2).collect();
        assert!(
            numbers
                .iter()
                .all(|number| number.parse::<u32>().is_ok_and(|n| n > 0)),
            "file:line:column in {}",
            done.err
        );
        let json = home.run(&["--json", verb, folder.to_str().unwrap()]);
        assert_eq!(json.code, 1);
        let body = json.json();
        assert!(
            body["file"]
                .as_str()
                .is_some_and(|file| file.ends_with("org.yaml")),
            "{body}"
        );
        assert!(
            body["line"].as_u64().is_some_and(|line| line >= 3) && body["column"].is_u64(),
            "{body}"
        );
        assert!(!body["code"].as_str().unwrap().is_empty());
    }
    assert!(agents(&home).is_empty());
    assert_eq!(
        home.run(&["--json", "events"]).ok(),
        before,
        "nothing happened"
    );
}

#[test]
fn a_folder_that_is_not_there_or_holds_no_org_is_named() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let none = home.run(&["--json", "import", "./nowhere"]);
    assert_eq!(none.code, 1);
    assert!(none.json()["error"].as_str().unwrap().contains("nowhere"));
    let empty = home.folder("empty", &[("readme.txt", "no org")]);
    let done = home.run(&["--json", "import", empty.to_str().unwrap()]);
    assert_eq!(done.code, 1);
    assert!(
        done.json()["error"].as_str().unwrap().contains("org.yaml"),
        "{}",
        done.out
    );
}

/// `up` that brings nothing up leaves nothing behind, and says so; a platform with agents of its own goes on, and is named.
#[test]
fn an_up_that_imports_nothing_leaves_no_platform_behind() {
    let home = Home::new();
    let bad = home.folder(
        "bad",
        // What the files lack is known by the platform alone.
        &[(
            "org.yaml",
            "name: Bad\nrequired_env: [NOT_SET_ANYWHERE]\nworkspaces:\n  - {name: A, runtime: mock}\n",
        )],
    );
    let bad = ["up", bad.to_str().unwrap(), "--no-engine", "--port", "0"];
    let refused = home.run(&bad);
    assert_eq!(refused.code, 1, "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("NOT_SET_ANYWHERE"), "{}", refused.err);
    assert!(refused.err.contains("is stopped again"), "{}", refused.err);
    assert_eq!(
        home.run(&["--json", "status"]).json()["code"],
        "not_running"
    );

    home.run(&["up", "sample", "--no-engine", "--port", "0", "--dry-run"])
        .text();
    assert_eq!(
        home.run(&["--json", "status"]).json()["code"],
        "not_running"
    );

    home.run(&["up", "sample", "--no-engine", "--port", "0"])
        .text();
    home.run(&["down"]).text();
    let refused = home.run(&bad);
    assert_eq!(refused.code, 1, "{}{}", refused.out, refused.err);
    assert!(
        refused.err.contains("molecule-stack down"),
        "{}",
        refused.err
    );
    home.run(&["--json", "status"]).ok();
}

#[test]
fn a_value_changed_on_both_sides_is_a_conflict_until_it_is_answered() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let folder = home.folder("acme", &[("org.yaml", &acme("small"))]);
    let path = folder.to_str().unwrap();
    home.run(&["import", path, "--json"]).ok();
    let writer = agents(&home)
        .into_iter()
        .find(|one| one["name"] == "Writer")
        .unwrap();
    let id = writer["id"].as_str().unwrap();
    home.http(
        "PATCH",
        &format!("/workspaces/{id}"),
        Some(json!({"model": "of-the-canvas"})),
    );
    home.folder("acme", &[("org.yaml", &acme("of-the-files"))]);

    let refused = home.run(&["--json", "import", path]);
    assert_eq!(refused.code, 6, "{}", refused.out);
    let body = refused.json();
    assert_eq!(body["code"], "plan_conflicts");
    let conflict = &body["conflicts"][0];
    assert_eq!(
        (&conflict["files"], &conflict["canvas"]),
        (&json!("of-the-files"), &json!("of-the-canvas"))
    );
    let people = home.run(&["import", path]);
    assert_eq!(people.code, 6);
    assert!(people.err.contains("--resolve"), "{}", people.err);
    let dry = home.run(&["--json", "import", path, "--dry-run"]);
    assert_eq!(
        (dry.code, dry.json()["conflicts"].as_array().unwrap().len()),
        (6, 1)
    );
    let kept = |home: &Home| {
        agents(home)
            .into_iter()
            .find(|one| one["name"] == "Writer")
            .unwrap()["model"]
            .clone()
    };
    assert_eq!(kept(&home), "of-the-canvas", "nothing is applied meanwhile");

    let answer = format!(
        "{}/{}=files",
        conflict["key"].as_str().unwrap(),
        conflict["field"].as_str().unwrap()
    );
    home.run(&["import", path, "--resolve", &answer, "--json"])
        .ok();
    assert_eq!(kept(&home), "of-the-files");
    assert_eq!(home.run(&["import", path, "--resolve", "nonsense"]).code, 2);
}

#[test]
fn roles_leave_only_when_asked_and_an_org_leaves_whole() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let folder = home.folder("acme", &[("org.yaml", &acme("small"))]);
    let path = folder.to_str().unwrap();
    home.run(&["import", path, "--json"]).ok();
    home.folder(
        "acme",
        &[(
            "org.yaml",
            "name: Acme\nworkspaces:\n  - name: Lead\n    runtime: mock\n",
        )],
    );
    home.run(&["import", path, "--json"]).ok();
    assert_eq!(agents(&home).len(), 2, "a role that the files lost stays");
    home.run(&["import", path, "--prune", "--json"]).ok();
    assert_eq!(agents(&home).len(), 1);

    let listed = home.run(&["--json", "org", "list"]).ok();
    let dir = listed["folders"][0]["dir"].as_str().unwrap().to_owned();
    assert!(home.run(&["org", "list"]).text().contains(&dir));
    let unasked = home.run(&["org", "remove", &dir]);
    assert_eq!(
        unasked.code, 2,
        "without a terminal nobody can be asked: {}",
        unasked.err
    );
    assert_eq!(agents(&home).len(), 1);
    home.run(&["org", "remove", &dir, "--yes", "--json"]).ok();
    assert!(agents(&home).is_empty());
    assert!(folder.join("org.yaml").exists(), "the folder on disk stays");
    assert_eq!(
        home.run(&["--json", "org", "remove", &dir, "--yes"]).json()["code"],
        "org_not_registered"
    );
}

#[test]
fn roles_that_need_an_engine_say_so() {
    let home = Home::new();
    let folder = home.folder(
        "boxed",
        &[(
            "org.yaml",
            "name: Boxed\nworkspaces:\n  - name: Boxed\n    runtime: langgraph\n",
        )],
    );
    let path = folder.to_str().unwrap();
    let up = home.run(&[
        "up",
        path,
        "--no-engine",
        "--port",
        "0",
        "--json",
        "--force",
    ]);
    assert_eq!(up.code, 4, "{}{}", up.out, up.err);
    let body = up.json();
    assert_eq!(body["code"], "docker_unavailable");
    assert_eq!(body["roles"][0]["name"], "Boxed");
    home.run(&["up", path, "--no-wait", "--json", "--force"])
        .ok();
}

#[test]
fn agents_stop_start_and_answer() {
    let home = Home::new();
    home.run(&["up", "sample", "--no-engine", "--port", "0", "--json"])
        .ok();
    let one = agents(&home).remove(0);
    let (name, id) = (one["name"].as_str().unwrap(), one["id"].as_str().unwrap());

    let answer = home.run(&["send", name, "hello there"]);
    assert!(!answer.text().trim().is_empty());
    let answer = home.pipe(&["--json", "send", id], "hello from a pipe").ok();
    assert!(answer["result"].is_object(), "{answer}");
    assert_eq!(home.run(&["send", name, "  "]).code, 2);
    assert_eq!(
        home.run(&["--json", "send", "Nobody", "x"]).json()["code"],
        "not_found"
    );

    assert_eq!(home.run(&["stop"]).code, 2, "neither a name nor --all");
    let stopped = home.run(&["--json", "stop", name]).ok();
    assert_eq!(stopped["changed"], json!([id]));
    let state = |home: &Home| {
        agents(home)
            .into_iter()
            .find(|one| one["id"] == id)
            .unwrap()["status"]
            .clone()
    };
    assert_eq!(state(&home), "paused");
    assert!(home.run(&["stop", name]).text().contains("Nothing to do"));
    // A short id, as `status` prints it, names one too.
    assert_eq!(
        home.run(&["--json", "start", &id[..8]]).ok()["changed"],
        json!([id])
    );
    assert_eq!(
        home.run(&["--json", "restart", "--all"]).ok()["changed"]
            .as_array()
            .unwrap()
            .len(),
        5
    );

    // The built-in runtime has no container; the answer is a reason, not silence.
    let logs = home.run(&["--json", "logs", name]);
    assert!(
        logs.json()
            .get(if logs.code == 0 { "output" } else { "code" })
            .is_some(),
        "{}",
        logs.out
    );
}

#[test]
fn two_at_once_share_one_platform() {
    let home = Home::new();
    let folder = home.folder("acme", &[("org.yaml", &acme("small"))]);
    let words = ["--no-engine", "--port", "0", "--json"];
    let [first, second] = ["sample", folder.to_str().unwrap()].map(|org| {
        let mut command = home.command(&["up", org]);
        command
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    });
    let [first, second] =
        [first, second].map(|child| common::Done::from(child.wait_with_output().unwrap()).ok());
    assert_eq!(first["port"], second["port"]);
    assert_eq!(agents(&home).len(), 7);
}

#[test]
fn an_agent_outside_is_waited_for_by_itself_and_not_by_up() {
    let home = Home::new();
    let yaml =
        "name: Outside\nworkspaces:\n  - name: Far\n    external: true\n    runtime: external\n";
    let folder = home.folder("outside", &[("org.yaml", yaml)]);
    let up = home.run(&["up", folder.to_str().unwrap(), "--no-engine", "--port", "0"]);
    assert!(
        up.text().contains("1 waiting for an agent outside"),
        "{}",
        up.out
    );
}

#[test]
fn a_broken_org_starts_no_platform() {
    let home = Home::new();
    let folder = home.folder(
        "broken",
        &[(
            "org.yaml",
            "name: Broken\nworkspaces:\n  - name: A\n   role: x\n",
        )],
    );
    let path = folder.to_str().unwrap();
    let up = ["up", path, "--no-engine", "--port", "0"];
    let refused = home.run(&up);
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(
        refused.out.is_empty(),
        "nothing was started: {}",
        refused.out
    );
    assert!(
        refused.err.contains("org.yaml:4:4")
            && refused.err.contains("    4 |    role: x\n      |    ^\n"),
        "the line and the place in it: {}",
        refused.err
    );
    assert_eq!(
        home.run(&["--json", "status"]).json()["code"],
        "not_running"
    );
    assert!(!home.data().join("molecule.sqlite").exists());
    // What the platform itself says of it is the same.
    let early = home.run(&[&["--json"], &up[..]].concat()).json();
    let _serving = home.serve(&[]);
    let late = home.run(&["--json", "import", path]).json();
    for key in [
        "error", "code", "detail", "errors", "file", "line", "column",
    ] {
        assert_eq!(early[key], late[key], "{key}");
    }
    let people = home.run(&["import", path]);
    assert!(people.err.contains("      |    ^\n"), "{}", people.err);
}

const WATCH: &str = "name: Watch\nworkspaces:\n  - name: Keeper   # keeps\n    files_dir: keeper\n    runtime: mock\n    plugins: [notes]\n    schedules:\n      - {name: noon, cron_expr: '0 12 * * *', prompt: Eat.}\n";

#[test]
fn schedules_are_seen_added_changed_and_saved() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let folder = home.folder("watch", &[("org.yaml", WATCH), ("keeper/a.md", "a")]);
    home.run(&["import", folder.to_str().unwrap()]).text();
    let of_all = home.run(&["schedule", "list"]);
    assert!(of_all.text().contains("AGENT") && of_all.text().contains("Keeper"));
    let of_all = home.run(&["--json", "schedule", "list"]).ok();
    assert_eq!(of_all[0]["workspace_name"], "Keeper", "{of_all}");
    let listed = home.run(&["schedule", "list", "Keeper"]);
    assert!(
        listed.text().contains("noon") && listed.out.contains("off"),
        "{}",
        listed.out
    );
    let made = home
        .run(&[
            "--json",
            "schedule",
            "add",
            "Keeper",
            "0 7 * * 1-5",
            "Look out.",
            "--name",
            "morning",
            "--timezone",
            "Europe/Berlin",
        ])
        .ok();
    assert_eq!(
        (&made["status"], &made["name"]),
        (&json!("created"), &json!("morning"))
    );
    home.run(&["schedule", "on", "Keeper", "noon"]).text();
    home.run(&["schedule", "set", "Keeper", "noon", "--cron", "30 12 * * *"])
        .text();
    let rows = home.run(&["--json", "schedule", "list", "Keeper"]).ok();
    assert_eq!(
        (&rows[0]["cron_expr"], &rows[0]["enabled"], &rows[1]["name"]),
        (&json!("30 12 * * *"), &json!(true), &json!("morning"))
    );
    let bad = home.run(&["--json", "schedule", "add", "Keeper", "never", "x"]);
    assert_eq!(bad.code, 1);
    assert!(
        bad.json()["detail"]
            .as_str()
            .unwrap()
            .contains("five fields"),
        "{}",
        bad.out
    );
    let nobody = home.run(&["schedule", "rm", "Keeper", "midnight", "--yes"]);
    assert!(
        nobody.err.contains("has no schedule midnight"),
        "{}",
        nobody.err
    );

    home.run(&["org", "save", "watch"]).text();
    let text = std::fs::read_to_string(folder.join("org.yaml")).unwrap();
    assert!(text.contains("- name: Keeper   # keeps\n"), "{text}");
    assert!(text.contains("cron_expr: '30 12 * * *'"), "{text}");
    assert!(text.contains("name: morning"), "{text}");
    home.run(&["schedule", "rm", "Keeper", "morning", "--yes"])
        .text();
    home.run(&["org", "save", "watch"]).text();
    let text = std::fs::read_to_string(folder.join("org.yaml")).unwrap();
    assert!(!text.contains("morning"), "{text}");
}

#[test]
fn values_that_only_the_files_keep_are_changed_there() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let folder = home.folder("watch", &[("org.yaml", WATCH), ("keeper/a.md", "a")]);
    home.run(&["import", folder.to_str().unwrap()]).text();
    let roles = home.run(&["--json", "org", "roles", "watch"]).ok();
    assert_eq!(
        (&roles[0]["key"], &roles[0]["fields"]["plugins"]["line"]),
        (&json!("dir:keeper"), &json!(6))
    );
    assert!(roles[0]["id"].is_string(), "the agent that lives from it");
    let prompt = home
        .folder("prompts", &[("first.md", "Begin.\nThen go on.\n")])
        .join("first.md");
    let set = |more: &[&str]| {
        let from = format!("initial_prompt={}", prompt.display());
        let mut all = vec![
            "org",
            "set",
            "watch",
            "Keeper",
            "tier=1",
            "--add-plugin",
            "search",
            "--remove-plugin",
            "notes",
            "--from-file",
            &from,
        ];
        all.extend(more);
        home.run(&all)
    };
    let shown = set(&["--dry-run"]);
    assert!(shown.text().contains("+    tier: 1"), "{}", shown.out);
    assert_eq!(
        std::fs::read_to_string(folder.join("org.yaml")).unwrap(),
        WATCH
    );
    set(&[]).text();
    let text = std::fs::read_to_string(folder.join("org.yaml")).unwrap();
    assert!(text.contains("plugins: [search]\n"), "{text}");
    assert!(
        text.contains("initial_prompt: |\n      Begin.\n      Then go on.\n"),
        "{text}"
    );
    assert_eq!(agents(&home)[0]["tier"], 1, "the rows follow");
    // What else waits on the canvas is named before it goes along.
    home.run(&["agent", "set", "Keeper", "--role", "guards"])
        .text();
    let along = home.run(&["org", "set", "watch", "Keeper", "tier=2"]);
    assert_eq!(along.code, 0, "{}{}", along.out, along.err);
    assert!(along.err.contains("role of Keeper"), "{}", along.err);
    let unknown = home.run(&["org", "set", "watch", "Keeper", "colour=red"]);
    assert_eq!(unknown.code, 2, "{}", unknown.err);
    let secret = home.run(&[
        "org", "set", "watch", "Keeper",
        r#"channels=[{"kind":"discord","config":{"webhook_url":"https://discord.com/api/webhooks/1/canary"}}]"#,
    ]);
    assert_eq!(
        secret.code, 1,
        "a secret in clear goes into no file: {}",
        secret.out
    );
    assert!(
        !std::fs::read_to_string(folder.join("org.yaml"))
            .unwrap()
            .contains("canary")
    );
}
