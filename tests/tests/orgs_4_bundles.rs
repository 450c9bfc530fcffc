//! Bundles as the contract's cases tell them (contract 03 section 4 and fixtures D.46): a round trip, and what is refused.
//! The number in a name is the row of the table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Engine, minutes};
use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

const CANARY: &str = "canary-of-everybody-77d02a91";

async fn make(served: &Served, body: Value) -> String {
    let (status, made) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

async fn export(served: &Served, id: &str) -> Value {
    let (status, bundle) = served.get(&format!("/bundles/export/{id}")).await;
    assert_eq!(status, 200, "{bundle}");
    bundle
}

#[tokio::test]
async fn d46_12_no_55_a_bundle_makes_the_same_team_anew() {
    let served = Served::start(ServedOptions::default()).await;
    let head = json!({"name": "Head", "runtime": "mock", "role": "Leads", "tier": 3, "model": "opus", "canvas": {"x": 50, "y": 60}});
    let old = make(&served, head).await;
    let child = json!({"name": "Helper", "runtime": "mock", "parent_id": old, "canvas": {"x": 80, "y": 200}});
    let old_child = make(&served, child).await;
    let bundle = export(&served, &old).await;
    let names: Vec<&String> = bundle.as_object().unwrap().keys().collect();
    for name in [
        "schema",
        "id",
        "name",
        "description",
        "tier",
        "model",
        "system_prompt",
        "skills",
        "tools",
        "prompts",
        "sub_workspaces",
        "agent_card",
        "author",
        "version",
    ] {
        assert!(names.contains(&&name.to_owned()), "{name}: {names:?}");
    }
    assert_eq!(bundle["schema"], "1.0");
    assert_eq!(bundle["id"], old.as_str());
    assert_eq!(bundle["sub_workspaces"][0]["id"], old_child.as_str());
    assert!(
        bundle["prompts"]["config.yaml"]
            .as_str()
            .unwrap()
            .contains("Head")
    );
    let (status, body) = served
        .delete(&format!("/workspaces/{old}?confirm=true"))
        .await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = served.get(&format!("/bundles/export/{old}")).await;
    assert_eq!((status, &body["error"]), (404, &json!("bundle not found")));

    let since = served.last_seq().await;
    let (status, made) = served.post("/bundles/import", bundle.clone()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["status"], "provisioning");
    assert_eq!(made["children"][0]["name"], "Helper");
    let events = served.events(&["WORKSPACE_PROVISIONING"], since).await;
    let first = &events[0]["payload"];
    assert_eq!(first["source_bundle_id"], old.as_str(), "{first}");
    assert_eq!(
        (&first["name"], &first["tier"]),
        (&json!("Head"), &json!(3))
    );
    let head = served.named("Head").await;
    let helper = served.named("Helper").await;
    assert_ne!(head["id"], old.as_str());
    assert_eq!(head["id"], made["workspace_id"]);
    assert_eq!((&head["tier"], &head["role"]), (&json!(3), &json!("Leads")));
    assert_eq!(helper["parent_id"], head["id"]);
    let at = |row: &Value, axis: &str| row[axis].as_f64().unwrap();
    assert_eq!(
        at(&helper, "x") - at(&head, "x"),
        30.0,
        "places keep together"
    );
    assert_eq!(at(&helper, "y") - at(&head, "y"), 140.0);
    let (_, model) = served
        .get(&format!(
            "/workspaces/{}/model",
            head["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(model["model"], "opus");
    // The same once more is a second team beside the first.
    let (status, again) = served.post("/bundles/import", bundle.clone()).await;
    assert_eq!(status, 201, "{again}");
    assert_eq!(served.workspaces().await.len(), 4);
    // Out again it is the same but for its ids and place.
    let twice = export(&served, made["workspace_id"].as_str().unwrap()).await;
    assert_eq!(twice["digests"], bundle["digests"]);
    assert_eq!(twice["prompts"], bundle["prompts"]);
}

#[tokio::test]
async fn d46_13_no_58_59_a_bundle_that_is_wrong_anywhere_makes_nothing() {
    let served = Served::start(ServedOptions::default()).await;
    let skill = |path: &str| json!({"id": "s", "name": "s", "files": {path: "x"}});
    let inside = json!({"name": "B", "skills": [skill("../../x")]});
    for bundle in [
        json!({"name": "A", "skills": [skill("../../x")]}),
        json!({"name": "A", "sub_workspaces": [inside]}),
        json!({"name": "A", "schema": "9.9"}),
        json!({"name": "A", "files": [{"path": ".auth_token", "content": "x"}]}),
        json!({"schema": "1.0"}),
        json!({"name": 7}),
        json!([]),
    ] {
        let (status, body) = served.post("/bundles/import", bundle.clone()).await;
        assert_eq!(
            (status, &body["error"]),
            (400, &json!("invalid bundle")),
            "{bundle}"
        );
        assert_eq!(body["code"], "invalid_bundle");
    }
    assert_eq!(served.workspaces().await, Vec::<Value>::new());
    // Prompts that call a model by themselves wait for a person.
    let config = "name: A\nruntime: mock\ninitial_prompt: Begin at once.\n";
    let bundle = json!({"name": "A", "prompts": {"config.yaml": config}});
    let (status, made) = served.post("/bundles/import", bundle).await;
    assert_eq!((status, &made["status"]), (201, &json!("paused")), "{made}");
    assert_eq!(served.named("A").await["status"], "paused");
    let cli = served.folder().join("a.bundle.json");
    let path = cli.to_str().unwrap();
    let output = served.command(&["bundle", "export", "A", path]).await;
    assert!(output.status.success(), "{output:?}");
    let output = served.command(&["--json", "bundle", "import", path]).await;
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(made["name"], "A");
    assert_eq!(served.workspaces().await.len(), 2);
}

/// Real volumes: what an agent holds comes along byte for byte, running or not, and no secret does.
#[tokio::test]
async fn no_56_57_60_container_files_come_along_byte_for_byte_and_secrets_do_not() {
    let served = Served::start(ServedOptions::with_engine()).await;
    let engine = Engine::connect().await;
    served.stand_ins().await;
    let (status, body) = served
        .post(
            "/settings/secrets",
            json!({"key": "EVERYBODY", "value": CANARY}),
        )
        .await;
    assert_eq!(status, 200, "{body}");
    let bytes: Vec<u8> = (0..=255).collect();
    let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/w==";
    let skill = json!({"id": "drill", "files": {
        "SKILL.md": "---\nname: drill\ndescription: d\n---\n\nDoes drills. \n",
        "scripts/run.sh": "#!/bin/sh\r\necho drill\n",
    }});
    let bundle = json!({
        "name": "First", "runtime": "claude-code", "system_prompt": "  Be brief.\n\n",
        "prompts": {"config.yaml": "name: First\nruntime: claude-code\n"},
        "skills": [skill], "files": [{"path": "data/raw.bin", "content": base64, "encoding": "base64"},
            {"path": "notes.md", "content": format!("the key is {CANARY}.\n")}],
        "executable": ["skills/drill/scripts/run.sh"],
    });
    let (status, made) = served.post("/bundles/import", bundle).await;
    assert_eq!(status, 201, "{made}");
    let first = made["workspace_id"].as_str().unwrap().to_owned();
    served
        .until(&first, "being online", minutes(3), |one| {
            one["status"] == "online"
        })
        .await;
    let running = export(&served, &first).await;
    let (status, body) = served
        .post(&format!("/workspaces/{first}/pause"), json!({}))
        .await;
    assert_eq!(status, 200, "{body}");
    testkit::eventually("no container", minutes(1), || async {
        engine.id_of(&first).await.is_none().then_some(())
    })
    .await;
    let stopped = export(&served, &first).await;
    for (when, bundle) in [("running", &running), ("stopped", &stopped)] {
        let text = bundle.to_string();
        assert!(!text.contains(CANARY), "{when}: {text}");
        assert!(!text.contains("auth_token\",\"content"), "{when}: {text}");
        assert_eq!(
            bundle["system_prompt"], "  Be brief.\n\n",
            "{when}: exact, blanks included"
        );
        assert_eq!(bundle["skills"][0]["description"], "Does drills.");
        assert_eq!(
            bundle["skills"][0]["files"]["scripts/run.sh"],
            "#!/bin/sh\r\necho drill\n"
        );
        let redacted = bundle["redacted"].as_array().unwrap();
        let told =
            |path: &str, action: &str| redacted.contains(&json!({"path": path, "action": action}));
        assert!(told("notes.md", "redacted"), "{when}: {redacted:?}");
        assert!(told(".auth_token", "left out"), "{when}: {redacted:?}");
        assert!(bundle.get("agent_card").is_some());
    }
    assert_eq!(running["digests"], stopped["digests"]);
    let (status, made) = served.post("/bundles/import", stopped).await;
    assert_eq!(status, 201, "{made}");
    let second = made["workspace_id"].as_str().unwrap().to_owned();
    served
        .until(&second, "being online", minutes(3), |one| {
            one["status"] == "online"
        })
        .await;
    let container = containers::names::container_name(&second);
    let file = engine.file(&container, "/configs/data/raw.bin").await;
    assert_eq!(file.unwrap().content, bytes);
    let script = engine
        .file(&container, "/configs/skills/drill/scripts/run.sh")
        .await
        .unwrap();
    assert_eq!(script.mode & 0o111, 0o111, "it can still be run");
    assert_eq!(script.text(), "#!/bin/sh\r\necho drill\n");
    assert!(
        engine
            .file(&container, "/configs/.auth_token")
            .await
            .is_some(),
        "a token of its own"
    );
    let env = engine.environment(&container).await;
    assert!(
        env.contains(&format!("EVERYBODY={CANARY}")),
        "secrets of all reach it as they reach any"
    );
}

/// No. 55 and 60: schedules and plugins go along; what would call a model by itself waits for a person.
#[tokio::test]
async fn no_60_a_bundle_carries_schedules_and_the_sources_of_plugins() {
    let served = Served::start(ServedOptions::default()).await;
    let old = make(&served, json!({"name": "Keeper", "runtime": "mock"})).await;
    let body = json!({"name": "morning", "cron_expr": "0 9 * * *", "prompt": "Look out.", "timezone": "Europe/Berlin"});
    let (status, made) = served
        .post(&format!("/workspaces/{old}/schedules"), body)
        .await;
    assert_eq!(status, 201, "{made}");
    let mut bundle = export(&served, &old).await;
    assert_eq!(
        bundle["schedules"],
        json!([{"name": "morning", "cron_expr": "0 9 * * *", "timezone": "Europe/Berlin", "prompt": "Look out.", "enabled": true}])
    );
    bundle["plugins"] = json!([{"name": "notes", "source": "local://notes"}]);
    let since = served.last_seq().await;
    let (status, made) = served.post("/bundles/import", bundle.clone()).await;
    assert_eq!(status, 201, "{made}");
    let new = made["workspace_id"].as_str().unwrap();
    let (_, list) = served.get(&format!("/workspaces/{new}/schedules")).await;
    assert_eq!(
        (&list[0]["name"], &list[0]["enabled"], &list[0]["prompt"]),
        (&json!("morning"), &json!(false), &json!("Look out."))
    );
    // It is looked for by the same steps as any other, and is not on this computer.
    testkit::eventually("the plugin being looked for", minutes(1), || async {
        let told = served.events(&["WORKSPACE_UPDATED"], since).await;
        told.into_iter()
            .find(|event| event["payload"]["plugins"]["source"] == "local://notes")
    })
    .await;
    for wrong in [
        json!([{"name": "a", "cron_expr": "never", "prompt": "x"}]),
        json!([{"name": "", "cron_expr": "0 9 * * *", "prompt": "x"}]),
        json!([{"name": "a", "cron_expr": "0 9 * * *", "prompt": "x"}, {"name": "a", "cron_expr": "0 9 * * *", "prompt": "y"}]),
    ] {
        let mut bad = bundle.clone();
        bad["schedules"] = wrong;
        let (status, answer) = served.post("/bundles/import", bad).await;
        assert_eq!(
            (status, &answer["error"]),
            (400, &json!("invalid bundle")),
            "{answer}"
        );
    }
}
