//! Secrets, personas, tokens, settings: what is set is listed, and no value is seen again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by unwrapping"
)]

mod common;

use common::{Home, holds};
use serde_json::json;

const CANARY: &str = "canary-value-7Qm2xLw9Zr4T";

#[test]
fn secrets_are_set_from_standard_input_and_never_shown() {
    let home = Home::new();
    let serving = home.serve(&[]);
    let set = home.pipe(&["secrets", "set", "MODEL_API_KEY"], &format!("{CANARY}\n"));
    assert!(set.text().contains("MODEL_API_KEY") && !set.out.contains(CANARY));
    let list = home.run(&["--json", "secrets", "list"]).ok();
    assert_eq!(
        (&list[0]["key"], &list[0]["scope"]),
        (&json!("MODEL_API_KEY"), &json!("global"))
    );
    assert!(
        home.run(&["secrets", "list"])
            .text()
            .contains("MODEL_API_KEY")
    );
    assert_eq!(
        home.pipe(&["secrets", "set", "MODEL_API_KEY"], "\n").code,
        2,
        "no value is no secret"
    );
    let wrong = home.pipe(&["--json", "secrets", "set", "not a name"], "value");
    assert_eq!(wrong.code, 1);
    assert!(!wrong.json()["error"].as_str().unwrap().is_empty());

    // Nothing that is kept or said has it in clear.
    for words in [
        &["--json", "events", "--limit", "500"][..],
        &["--json", "status"],
        &["--json", "settings"],
    ] {
        assert!(!home.run(words).text().contains(CANARY), "{words:?}");
    }
    // What is not there is said before anybody is asked whether to delete it.
    let none = home.run(&["--json", "secrets", "delete", "NOWHERE"]);
    assert_eq!((none.code, &none.json()["code"]), (1, &"not_found".into()));
    for (path, bytes) in home.kept() {
        assert!(
            !holds(&bytes, CANARY) && !holds(&bytes, home.key()),
            "{}",
            path.display()
        );
    }

    let refused = home.run(&["--json", "secret", "rotate-key", "--yes"]);
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &json!("key_from_environment")),
        "a key of the environment is the person's own"
    );
    assert_eq!(
        home.run(&["secrets", "delete", "MODEL_API_KEY"]).code,
        2,
        "nobody can be asked"
    );
    home.run(&["--json", "secrets", "delete", "MODEL_API_KEY", "--yes"])
        .ok();
    assert_eq!(home.run(&["--json", "secrets", "list"]).ok(), json!([]));
    home.run(&["down"]).text();
    let (_, out, err) = serving.wait();
    assert!(!out.contains(CANARY) && !err.contains(CANARY));
}

#[test]
fn an_agents_own_secret_is_its_own() {
    let home = Home::new();
    home.run(&["up", "sample", "--no-engine", "--port", "0", "--json"])
        .ok();
    let status = home.run(&["--json", "status"]).ok();
    let name = status["workspaces"][0]["name"].as_str().unwrap();
    home.pipe(
        &["--json", "secrets", "set", "OWN_KEY", "--agent", name],
        CANARY,
    )
    .ok();
    assert_eq!(
        home.run(&["--json", "secrets", "list"]).ok(),
        json!([]),
        "others do not have it"
    );
    let own = home
        .run(&["--json", "secrets", "list", "--agent", name])
        .ok();
    assert_eq!(
        (&own[0]["key"], &own[0]["scope"]),
        (&json!("OWN_KEY"), &json!("workspace"))
    );
    home.run(&[
        "--json", "secrets", "delete", "OWN_KEY", "--agent", name, "--yes",
    ])
    .ok();
}

#[test]
fn all_secrets_go_into_a_file_and_come_back() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    home.pipe(&["secrets", "set", "MODEL_API_KEY"], CANARY)
        .text();
    let file = home.folder("backup", &[("note", "")]).join("secrets.json");
    let path = file.to_str().unwrap();
    let weak = home.pipe(&["--json", "secrets", "export", path], "short\n");
    assert_eq!(
        (weak.code, &weak.json()["code"]),
        (1, &json!("weak_passphrase"))
    );
    assert!(!file.exists(), "whole or not at all");
    home.pipe(&["--json", "secrets", "export", path], "correct horse\n")
        .ok();
    assert!(!holds(&std::fs::read(&file).unwrap(), CANARY));
    assert_eq!(
        home.pipe(&["secrets", "export", path], "correct horse\n")
            .code,
        2,
        "a file that is there is not replaced unasked"
    );
    home.run(&["secrets", "delete", "MODEL_API_KEY", "--yes"])
        .text();
    let wrong = home.pipe(&["--json", "secrets", "import", path], "wrong horse\n");
    assert_eq!(
        (wrong.code, &wrong.json()["code"]),
        (1, &json!("wrong_passphrase"))
    );
    let back = home.pipe(&["secrets", "import", path], "correct horse\n");
    assert!(back.text().contains("created"), "{}", back.out);
    let list = home.run(&["--json", "secrets", "list"]).ok();
    assert_eq!(list[0]["key"], "MODEL_API_KEY");
}

#[test]
fn personas_come_from_a_folder() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let folder = home.folder(
        "personas",
        &[
            ("lead/env", &format!("GITHUB_TOKEN={CANARY}\n")),
            ("writer/env", "NAME=writer\nEMAIL=writer@example.test\n"),
        ],
    );
    let report = home
        .run(&[
            "--json",
            "secrets",
            "import-personas",
            folder.to_str().unwrap(),
        ])
        .ok();
    assert!(
        report["personas"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["action"] == "created"),
        "{report}"
    );
    let again = home
        .run(&[
            "--json",
            "secrets",
            "import-personas",
            folder.to_str().unwrap(),
        ])
        .ok();
    assert!(
        again["personas"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["action"] == "unchanged"),
        "{again}"
    );
    let list = home.run(&["--json", "secrets", "personas"]).ok();
    assert_eq!(list["personas"][0]["slug"], "lead");
    // A folder of something else is a mistake, and not an import of nothing.
    let other = home.folder("other", &[("notes/readme.md", "no persona")]);
    let other = [
        "--json",
        "secrets",
        "import-personas",
        other.to_str().unwrap(),
    ];
    let wrong = home.run(&other);
    assert_eq!(
        (wrong.code, &wrong.json()["code"]),
        (1, &"no_personas".into())
    );
    assert_eq!(wrong.json()["personas"][0]["slug"], "notes");
    assert!(
        home.run(&["secrets", "personas"])
            .text()
            .contains("GITHUB_TOKEN")
    );
    for (path, bytes) in home.kept() {
        assert!(!holds(&bytes, CANARY), "{}", path.display());
    }
}

#[test]
fn tokens_open_the_api_and_are_ended() {
    let home = Home::new();
    let serving = home.serve(&[]);
    let made = home
        .run(&["--json", "token", "new", "laptop", "--address"])
        .ok();
    let token = made["auth_token"].as_str().unwrap();
    assert_eq!(
        made["address"],
        format!("http://127.0.0.1:{}/c/{token}/", serving.port())
    );
    assert_eq!(
        home.run(&["token", "new", "--address"])
            .text()
            .lines()
            .count(),
        1,
        "only the address, for scripts"
    );

    let address = made["address"].as_str().unwrap();
    let (status, body) = common::get(&format!("{address}workspaces"));
    assert_eq!(
        (status, body),
        (200, json!([])),
        "the address alone opens the API"
    );

    let list = home.run(&["--json", "token", "list"]).ok();
    assert_eq!(list["count"], 2);
    assert!(!list.to_string().contains(token), "a token is shown once");
    assert!(home.run(&["token"]).text().contains("laptop"));
    home.run(&["--json", "token", "revoke", made["id"].as_str().unwrap()])
        .ok();
    assert_eq!(common::get(&format!("{address}workspaces")).0, 401);
    assert_eq!(
        home.run(&["--json", "token", "revoke", "none"]).json()["code"],
        "not_found"
    );
}

#[test]
fn a_link_opens_the_canvas_once() {
    let home = Home::new();
    let serving = home.serve(&["--print-link"]);
    let printed = serving.said["link"].as_str().unwrap().to_owned();
    let opened = home.run(&["--json", "open"]).ok();
    for link in [printed.as_str(), opened["link"].as_str().unwrap()] {
        let ticket = link
            .strip_prefix(&format!("http://127.0.0.1:{}/#t=", serving.port()))
            .unwrap();
        let session = format!("http://127.0.0.1:{}/auth/session", serving.port());
        assert_eq!(common::post(&session, &json!({"ticket": ticket})).0, 200);
        assert_eq!(
            common::post(&session, &json!({"ticket": ticket})).0,
            401,
            "a link works once"
        );
    }
}

#[test]
fn settings_are_shown_and_changed() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let defaults = home.run(&["--json", "settings"]).ok();
    assert_eq!(
        (&defaults["memory_budget_mb"], &defaults["runtime_images"]),
        (&json!(0), &json!({}))
    );
    let changed = home
        .run(&[
            "--json",
            "settings",
            "--memory",
            "4096",
            "--image",
            "*=stand-in",
            "--sleep-after",
            "30",
        ])
        .ok();
    assert_eq!(changed["memory_budget_mb"], 4096);
    assert_eq!(changed["runtime_images"], json!({"*": "stand-in"}));
    let people = home.run(&["settings", "--image", "*="]);
    assert!(
        people.text().contains("4096 MiB") && !people.out.contains("stand-in"),
        "{}",
        people.out
    );
    assert_eq!(
        home.run(&["--json", "settings"]).ok()["hibernation_idle_minutes"],
        30,
        "what is not named stays"
    );
    assert_eq!(home.run(&["settings", "--image", "nothing"]).code, 2);
    assert_eq!(
        home.run(&["--json", "settings", "--sleep-after=-1"]).code,
        2
    );
}

/// Without a keychain and without a key in the environment.
fn bare(home: &Home, arguments: &[&str]) -> std::process::Command {
    let mut command = home.command(arguments);
    command
        .env_remove("SECRETS_ENCRYPTION_KEY")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    command
}

fn with_input(mut command: std::process::Command, input: &str) -> common::Done {
    use std::io::Write;
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap().into()
}

#[test]
fn a_place_for_secrets_is_chosen_and_opened_while_the_platform_runs() {
    const PASSPHRASE: &str = "correct horse battery staple\n";
    let home = Home::new();
    let org = home.path().join("org");
    std::fs::create_dir(&org).unwrap();
    std::fs::write(
        org.join("org.yaml"),
        "name: Keepers\nworkspaces:\n  - name: Keeper\n    runtime: mock\n",
    )
    .unwrap();
    std::fs::write(org.join(".env"), "SOME_API_KEY=canary-of-the-org\n").unwrap();
    let up = |more: &[&str], input: &str| {
        let mut arguments = vec!["--json", "up", "org", "--no-engine", "--port", "0"];
        arguments.extend(more);
        with_input(bare(&home, &arguments), input)
    };
    let run =
        |arguments: &[&str]| -> common::Done { bare(&home, arguments).output().unwrap().into() };
    let stop = || drop(run(&["down"]).text().to_owned());

    // The first choice, on a platform that `up` starts at that moment: the import waits until the place is open.
    up(&["--passphrase-stdin"], PASSPHRASE).ok();
    stop();
    for _ in 0..3 {
        up(&["--passphrase-stdin"], PASSPHRASE).ok();
        stop();
    }

    // Started without a word, it waits for the passphrase, which a command can give.
    up(&[], "");
    let locked = run(&["--json", "secrets", "personas"]);
    assert_eq!(locked.code, 1, "nobody could look: {}", locked.out);
    let said = locked.json();
    assert_eq!(said["code"], "keychain_locked", "{said}");
    assert!(
        said["error"].as_str().unwrap().contains("secrets unlock"),
        "it says what to do: {said}"
    );
    // Nor is anything asked for that nobody can keep.
    let set = with_input(bare(&home, &["--json", "secrets", "set", "KEY"]), "value");
    assert_eq!(
        (set.code, &set.json()["code"]),
        (1, &"keychain_locked".into())
    );
    let people = run(&["secrets", "personas"]);
    assert_eq!((people.code, people.out.as_str()), (1, ""));
    assert!(people.err.contains("secrets unlock"), "{}", people.err);
    let wrong = with_input(
        bare(&home, &["--json", "secrets", "unlock"]),
        "something else\n",
    );
    assert_eq!(wrong.code, 1, "{}", wrong.out);
    let empty = with_input(
        bare(
            &home,
            &["--json", "secrets", "unlock", "--passphrase-stdin"],
        ),
        "\n",
    );
    assert_eq!(empty.code, 2, "{}", empty.out);
    let view = with_input(
        bare(
            &home,
            &["--json", "secrets", "unlock", "--passphrase-stdin"],
        ),
        PASSPHRASE,
    )
    .ok();
    assert_eq!(view["state"], "passphrase", "{view}");
    let again = with_input(bare(&home, &["--json", "secrets", "unlock"]), PASSPHRASE);
    assert_eq!(again.json()["code"], "vault_open");
    stop();

    // The same through `up` on a platform that runs already.
    up(&[], "");
    up(&["--passphrase-stdin"], PASSPHRASE).ok();
    let again = with_input(bare(&home, &["--json", "secrets", "unlock"]), PASSPHRASE);
    assert_eq!(again.json()["code"], "vault_open");
    stop();
}
