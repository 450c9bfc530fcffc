//! Secrets of personas and of everybody: from a real keychain into a container's environment, and into nothing that we
//! keep or show (design law 5).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Engine, minutes, with_keyring};
use reqwest::Method;
use serde_json::{Value, json};
use std::{fs, path::Path};
use testkit::{GeneratedOrg, Served, ServedOptions};

/// Values that are looked for everywhere afterwards. Of the kind that no pattern of known tokens matches.
const PERSONA: &str = "canary-of-the-persona-5c1f0be2";
const GLOBAL: &str = "canary-of-everybody-77d02a91";
const SHADOWED: &str = "canary-that-is-shadowed-0b6e44d8";
const OWN: &str = "canary-of-one-workspace-e80c3f15";
const ALL: &[&str] = &[PERSONA, GLOBAL, SHADOWED, OWN];

/// Which canaries some bytes hold.
fn canaries(bytes: &[u8]) -> Vec<&'static str> {
    ALL.iter()
        .copied()
        .filter(|canary| {
            bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes())
        })
        .collect()
}

/// Files below a folder that hold a canary.
fn files_with_canaries(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            files_with_canaries(&path, found);
        } else if let Ok(bytes) = fs::read(&path)
            && !canaries(&bytes).is_empty()
        {
            found.push(format!("{}: {:?}", path.display(), canaries(&bytes)));
        }
    }
}

/// Command lines of every process, as any user of the computer can read them.
fn process_list() -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let own = entry.file_name().to_string_lossy() == std::process::id().to_string();
        if !own {
            all.extend(fs::read(entry.path().join("cmdline")).unwrap_or_default());
            all.push(b'\n');
        }
    }
    all
}

#[test]
fn secrets_reach_containers_and_nothing_else() {
    with_keyring("secrets_reach_containers_and_nothing_else", async || {
        let options = ServedOptions {
            keychain: true,
            ..ServedOptions::with_engine()
        };
        let served = Served::start(options).await;
        let engine = Engine::connect().await;
        served.stand_ins().await;

        // In: personas through the command line, a global secret, one of a workspace.
        let personas = tempfile::tempdir().unwrap();
        fs::create_dir(personas.path().join("head")).unwrap();
        fs::write(
            personas.path().join("head/env"),
            format!("GITEA_TOKEN={PERSONA}\nSHARED_NAME={PERSONA}\n"),
        )
        .unwrap();
        let output = served
            .command(&[
                "--json",
                "secrets",
                "import-personas",
                personas.path().to_str().unwrap(),
            ])
            .await;
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert_eq!(canaries(said.as_bytes()), Vec::<&str>::new(), "{said}");
        let (_, list) = served.get("/personas").await;
        assert_eq!(list["personas"][0]["slug"], "head", "{list}");
        let (_, stack) = served.get("/stack").await;
        println!("keychain: {}", stack["keychain"]);
        for (key, value) in [("EVERYBODY", GLOBAL), ("SHARED_NAME", SHADOWED)] {
            let (status, body) = served
                .post("/settings/secrets", json!({"key": key, "value": value}))
                .await;
            assert!(status < 300, "{status} {body}");
        }
        let org = served.folder().join("org");
        GeneratedOrg {
            teams: 1,
            members: 0,
            ..GeneratedOrg::small()
        }
        .write(&org)
        .unwrap();
        served.import(&org, json!({})).await;
        served.online(2, minutes(3)).await;
        let head = served.named("Head").await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let lead = served.named("Lead 1").await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let (status, body) = served
            .post(
                &format!("/workspaces/{head}/secrets"),
                json!({"key": "OF_ITS_OWN", "value": OWN}),
            )
            .await;
        assert!(status < 300, "{status} {body}");
        let (status, body) = served
            .post(&format!("/workspaces/{head}/restart"), json!({}))
            .await;
        assert!(status < 300, "{status} {body}");
        let container = containers::names::container_name(&head);
        testkit::eventually("the restarted container", minutes(2), || async {
            engine
                .environment(&container)
                .await
                .iter()
                .any(|line| line.starts_with("OF_ITS_OWN="))
                .then_some(())
        })
        .await;
        served
            .until(&head, "being online", minutes(2), |one| {
                one["status"] == "online"
            })
            .await;

        // Out: where they belong. The persona is the role's own and nobody else's.
        let env = engine.environment(&container).await;
        for line in [
            format!("GITEA_TOKEN={PERSONA}"),
            format!("EVERYBODY={GLOBAL}"),
            format!("SHARED_NAME={PERSONA}"),
            format!("OF_ITS_OWN={OWN}"),
        ] {
            assert!(
                env.contains(&line),
                "{line} is not in {:?}",
                env.iter()
                    .map(|line| line.split('=').next())
                    .collect::<Vec<_>>()
            );
        }
        let env = engine
            .environment(&containers::names::container_name(&lead))
            .await;
        assert!(
            env.contains(&format!("EVERYBODY={GLOBAL}"))
                && env.contains(&format!("SHARED_NAME={SHADOWED}"))
        );
        assert!(
            !env.iter()
                .any(|line| line.contains(PERSONA) || line.contains(OWN)),
            "another role was given them"
        );
        let token = engine
            .file(&container, "/configs/.auth_token")
            .await
            .expect("a token")
            .text();
        let values = served
            .bare(Method::GET, &format!("/workspaces/{head}/secrets/values"))
            .bearer_auth(token.trim())
            .send()
            .await
            .unwrap();
        assert_eq!(values.status().as_u16(), 200);
        let values = values.text().await.unwrap();
        assert!(values.contains(OWN), "its own token reads its own secrets");
        let (status, _) = served
            .get(&format!("/workspaces/{head}/secrets/values"))
            .await;
        assert_eq!(status, 401, "not even the app reads them");

        // An agent that says its secret aloud is masked in what is kept and shown.
        for text in [format!("my token is {PERSONA}"), format!("skill {GLOBAL}")] {
            let (status, answer) = served.say(&head, &text).await;
            assert_eq!(status, 200, "{answer}");
        }
        nowhere(&served, &head, token.trim()).await;
        served.command(&["down"]).await;
        let mut found = Vec::new();
        files_with_canaries(&served.data_dir(), &mut found);
        assert!(found.is_empty(), "after the end: {found:#?}");
    });
}

/// The search: data folder, logs, processes, events, every answer.
async fn nowhere(served: &Served, head: &str, token: &str) {
    let mut found = Vec::new();
    files_with_canaries(&served.data_dir(), &mut found);
    // The keyring's own file is in the home folder; it is encrypted too.
    files_with_canaries(Path::new(&std::env::var("HOME").unwrap()), &mut found);
    for (what, bytes) in [
        ("output", served.output().into_bytes()),
        ("process list", process_list()),
    ] {
        if !canaries(&bytes).is_empty() {
            found.push(format!("{what}: {:?}", canaries(&bytes)));
        }
    }
    let (_, document) = served.get("/openapi.json").await;
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        if methods.get("get").is_none()
            || path.contains("stream")
            || path == "/ws"
            || path.ends_with("/secrets/values")
        {
            continue;
        }
        let filled = path
            .replace("{id}", head)
            .replace("{queue_id}", "00000000-0000-4000-8000-000000000000");
        let filled = if path == "/events" || path == "/events/{id}" {
            format!("{filled}?limit=1000")
        } else {
            filled
        };
        for bearer in [served.owner.bearer.as_str(), token] {
            let response = served
                .bare(Method::GET, &filled)
                .bearer_auth(bearer)
                .header("x-workspace-id", head)
                .send()
                .await
                .unwrap();
            let body = response.bytes().await.unwrap_or_default();
            if !canaries(&body).is_empty() {
                found.push(format!("GET {filled}: {:?}", canaries(&body)));
            }
            asked += 1;
        }
    }
    assert!(asked > 40, "only {asked} answers");
    for name in [
        "ACTIVITY_LOGGED,A2A_RESPONSE,TASK_UPDATED,AGENT_MESSAGE,SECRETS_CHANGED,CHANGE_DETECTED,WORKSPACE_PROGRESS",
    ] {
        let (_, events) = served.get(&format!("/events?limit=1000&type={name}")).await;
        if !canaries(events.to_string().as_bytes()).is_empty() {
            found.push(format!(
                "events {name}: {:?}",
                canaries(events.to_string().as_bytes())
            ));
        }
    }
    let bundle = served.folder().join("bundle.tar");
    let output = served
        .command(&["doctor", "--bundle", bundle.to_str().unwrap()])
        .await;
    let said = [output.stdout, output.stderr].concat();
    for (what, bytes) in [
        ("doctor", said),
        ("bundle", fs::read(&bundle).unwrap_or_default()),
    ] {
        if !canaries(&bytes).is_empty() {
            found.push(format!("{what}: {:?}", canaries(&bytes)));
        }
    }
    let output = served.command(&["logs", "Head"]).await;
    if !canaries(&output.stdout).is_empty() {
        found.push("the container's output".into());
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// With no keychain the platform runs, keeps no secret, and says what to choose from.
#[tokio::test]
async fn no_51_without_a_keychain_nothing_is_kept_in_clear() {
    let options = ServedOptions {
        keychain: true,
        ..ServedOptions::default()
    }
    .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus");
    let served = Served::start(options).await;
    let stack = testkit::eventually("a word about the keychain", minutes(1), || async {
        let (_, stack) = served.get("/stack").await;
        (stack["keychain"]["state"] != "opening").then_some(stack)
    })
    .await;
    println!("{}", stack["keychain"]);
    assert!(
        !stack["keychain"]["text"]
            .as_str()
            .unwrap_or_default()
            .is_empty(),
        "{stack}"
    );
    let (status, answer): (u16, Value) = served
        .post(
            "/settings/secrets",
            json!({"key": "EVERYBODY", "value": GLOBAL}),
        )
        .await;
    assert_eq!(status, 409, "{answer}");
    assert!(
        answer["error"]
            .as_str()
            .is_some_and(|text| !text.is_empty()),
        "{answer}"
    );
    let mut found = Vec::new();
    files_with_canaries(&served.data_dir(), &mut found);
    assert!(
        found.is_empty() && canaries(served.output().as_bytes()).is_empty(),
        "{found:#?}"
    );
}
