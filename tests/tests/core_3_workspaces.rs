//! Contract 01 section 3, workspaces, rule by rule against the real program over a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Served, ServedOptions};

/// A platform without an engine, with workspace templates of its own.
async fn served(templates: &[(&str, &str)]) -> (Served, tempfile::TempDir) {
    let root = tempfile::tempdir().unwrap();
    for (dir, text) in templates {
        std::fs::create_dir_all(root.path().join(dir)).unwrap();
        std::fs::write(root.path().join(dir).join("config.yaml"), text).unwrap();
    }
    let configs = root.path().to_string_lossy().into_owned();
    let served = Served::start(ServedOptions::default().env("CONFIGS_DIR", &configs)).await;
    (served, root)
}

async fn made(served: &Served, body: Value) -> String {
    let (status, answer) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

async fn named(served: &Served, name: &str) -> String {
    made(served, json!({"name": name, "runtime": "mock"})).await
}

/// Type, subject and payload of every event after `since`.
async fn told(served: &Served, since: i64) -> Vec<(String, String, Value)> {
    let (status, rows) = served
        .get(&format!("/events?since_seq={since}&limit=500"))
        .await;
    assert_eq!(status, 200, "{rows}");
    let mut rows: Vec<Value> = rows.as_array().unwrap().clone();
    rows.sort_by_key(|row| row["seq"].as_i64());
    rows.iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            (
                text("event_type"),
                text("workspace_id"),
                row["payload"].clone(),
            )
        })
        .collect()
}

fn of_kind(rows: &[(String, String, Value)], kind: &str) -> Vec<(String, Value)> {
    rows.iter()
        .filter(|row| row.0 == kind)
        .map(|row| (row.1.clone(), row.2.clone()))
        .collect()
}

// 3.2 create

#[tokio::test]
async fn create_answers_201_provisioning_with_its_namespace() {
    let (served, _root) = served(&[]).await;
    let (status, answer) = served
        .post("/workspaces", json!({"name": "A", "unknown": 1}))
        .await;
    assert_eq!(status, 201);
    let id = answer["id"].as_str().unwrap();
    assert_eq!(answer["status"], "provisioning");
    assert_eq!(answer["workspace_access"], "none");
    assert_eq!(answer["awareness_namespace"], format!("workspace:{id}"));
    let (_, row) = served.get(&format!("/workspaces/{id}")).await;
    assert_eq!(row["tier"], 2, "the default tier");
    assert_eq!(row["runtime"], "langgraph");
}

#[tokio::test]
async fn create_refuses_each_bad_field_and_makes_nothing() {
    let (served, _root) = served(&[]).await;
    let cases = [
        (json!({}), "invalid workspace payload"),
        (json!({"name": ""}), "invalid workspace payload"),
        (json!({"name": 7}), "invalid workspace payload"),
        (json!({"name": "a\nb"}), "invalid workspace fields"),
        (json!({"name": "a{b"}), "invalid workspace fields"),
        (json!({"name": "x".repeat(256)}), "invalid workspace fields"),
        (
            json!({"name": "A", "role": "r".repeat(1001)}),
            "invalid workspace fields",
        ),
        (
            json!({"name": "A", "model": "m".repeat(101)}),
            "invalid workspace fields",
        ),
        (
            json!({"name": "A", "workspace_dir": "relative"}),
            "invalid workspace directory",
        ),
        (
            json!({"name": "A", "workspace_dir": "/srv/../etc"}),
            "invalid workspace directory",
        ),
        (
            json!({"name": "A", "workspace_dir": "/etc/x"}),
            "invalid workspace directory",
        ),
        (
            json!({"name": "A", "workspace_access": "all"}),
            "invalid workspace access",
        ),
        (
            json!({"name": "A", "workspace_access": "read_only"}),
            "invalid workspace access",
        ),
        (json!({"name": "A", "template": "../x"}), "invalid template"),
        (
            json!({"name": "A", "template": "/etc", "runtime": "mock", "model": "m"}),
            "invalid template",
        ),
    ];
    for (body, text) in cases {
        let (status, answer) = served.post("/workspaces", body.clone()).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some(text)),
            "{body}"
        );
        assert!(answer["code"].is_string(), "{answer}");
    }
    assert!(served.workspaces().await.is_empty());
}

#[tokio::test]
async fn create_takes_runtime_and_model_from_its_template() {
    let template = "name: Coder\nruntime: \"claude-code\"\nruntime_config:\n  model: opus\n";
    let (served, _root) = served(&[("coder", template)]).await;
    let id = made(&served, json!({"name": "A", "template": "coder"})).await;
    let (_, row) = served.get(&format!("/workspaces/{id}")).await;
    assert_eq!(
        (row["runtime"].as_str(), row["model"].as_str()),
        (Some("claude-code"), Some("opus"))
    );
    let id = made(
        &served,
        json!({"name": "B", "template": "coder", "model": "sonnet"}),
    )
    .await;
    let (_, row) = served.get(&format!("/workspaces/{id}")).await;
    assert_eq!(row["model"], "sonnet", "what the request says comes first");
}

#[tokio::test]
async fn create_of_an_external_one_without_url_waits_for_its_agent_and_shows_the_token_once() {
    let (served, _root) = served(&[]).await;
    let (status, answer) = served
        .post("/workspaces", json!({"name": "Mine", "external": true}))
        .await;
    assert_eq!(status, 201);
    assert_eq!(answer["status"], "awaiting_agent");
    let connection = &answer["connection"];
    let token = connection["auth_token"].as_str().unwrap();
    assert_eq!(token.len(), 43);
    assert!(
        connection["registry_endpoint"]
            .as_str()
            .unwrap()
            .ends_with("/registry/register")
    );
    let id = answer["id"].as_str().unwrap();
    let state = served
        .bare(Method::GET, &format!("/workspaces/{id}/state"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(state.status(), 200);
    let listed = served
        .bare(Method::GET, &format!("/workspaces/{id}/tokens"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap()
        .json::<Value>()
        .await
        .unwrap();
    assert_eq!(
        listed["tokens"][0]["kind"], "minted",
        "the platform does not rotate it: {listed}"
    );
}

#[tokio::test]
async fn the_snippets_of_an_external_one_work_as_they_are() {
    let (served, _root) = served(&[]).await;
    let (_, answer) = served
        .post(
            "/workspaces",
            json!({"name": "It's \"mine\"", "external": true}),
        )
        .await;
    let connection = &answer["connection"];
    let text = |key: &str| connection[key].as_str().unwrap().to_owned();
    let home = tempfile::tempdir().unwrap();
    let run = |program: &str, script: String| {
        let mut command = tokio::process::Command::new(program);
        command
            .args(["-c", &script])
            .env("HOME", home.path())
            .env("AGENT_URL", "http://203.0.113.9/")
            .env("WORKSPACE_AUTH_TOKEN", text("auth_token"))
            .kill_on_drop(true);
        command
    };
    let mut agent = run("python3", text("python_snippet"))
        .spawn()
        .expect("python3 is installed");
    testkit::eventually(
        "the agent of the Python snippet",
        Duration::from_secs(30),
        || async {
            let rows = served.workspaces().await;
            (rows[0]["status"] == "online" && rows[0]["agent_card"]["name"] == "It's \"mine\"")
                .then_some(())
        },
    )
    .await;
    agent.kill().await.unwrap();
    let shell = run("sh", text("claude_code_channel_snippet"))
        .status()
        .await
        .unwrap();
    assert!(shell.success());
    let file = home.path().join(".claude/channels/molecule/.env");
    let settings = std::fs::read_to_string(&file).unwrap();
    assert!(
        settings.contains(&format!(
            "MOLECULE_WORKSPACE_TOKENS={}\n",
            text("auth_token")
        )),
        "{settings}"
    );
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

// 3.3 list and single

#[tokio::test]
async fn list_is_oldest_first_without_removed_ones_and_single_of_a_removed_one_is_410() {
    let (served, _root) = served(&[]).await;
    let (a, b) = (named(&served, "A").await, named(&served, "B").await);
    let names: Vec<Value> = served
        .workspaces()
        .await
        .iter()
        .map(|row| row["name"].clone())
        .collect();
    assert_eq!(names, ["A", "B"]);
    let (status, answer) = served.delete(&format!("/workspaces/{a}")).await;
    assert_eq!(
        (status, answer),
        (200, json!({"cascade_deleted": 0, "status": "removed"}))
    );
    assert_eq!(served.workspaces().await.len(), 1);
    let (status, gone) = served.get(&format!("/workspaces/{a}")).await;
    assert_eq!(status, 410);
    assert_eq!(gone["error"], "workspace removed");
    assert_eq!(gone["id"], a.as_str());
    assert!(gone["removed_at"].is_string() && gone["hint"].is_string());
    let (status, row) = served
        .get(&format!("/workspaces/{a}?include_removed=true"))
        .await;
    assert_eq!((status, row["status"].as_str()), (200, Some("removed")));
    assert_eq!(served.get("/workspaces/nonsense").await.0, 400);
    let unknown = "/workspaces/00000000-0000-4000-8000-000000000000";
    assert_eq!(served.get(unknown).await.0, 404);
    let (_, row) = served.get(&format!("/workspaces/{b}")).await;
    assert!(
        row.get("current_task").is_none_or(Value::is_null),
        "stripped from the single read"
    );
    assert!(row["created_at"].is_string());
}

// 3.4 patch

#[tokio::test]
async fn patch_is_one_step_that_tells_what_changed() {
    let (served, _root) = served(&[]).await;
    let (a, b) = (named(&served, "A").await, named(&served, "B").await);
    let since = served.last_seq().await;
    let (status, answer) = served
        .patch(
            &format!("/workspaces/{b}"),
            json!({"name": "B2", "parent_id": a}),
        )
        .await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("updated")));
    let rows = told(&served, since).await;
    let (subject, moved) = &of_kind(&rows, "WORKSPACE_MOVED")[0];
    assert_eq!(
        (subject.as_str(), moved["new_parent_id"].as_str()),
        (b.as_str(), Some(a.as_str()))
    );
    assert_eq!(of_kind(&rows, "WORKSPACE_UPDATED").len(), 1);
    let cycle = json!({"name": "never", "parent_id": b});
    let (status, answer) = served.patch(&format!("/workspaces/{a}"), cycle).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (409, Some("parent would create a cycle"))
    );
    let (_, row) = served.get(&format!("/workspaces/{a}")).await;
    assert_eq!(row["name"], "A", "half a patch is no patch");
    let cases = [
        (
            json!({"name": "a\nb"}),
            "name must not contain newline characters",
        ),
        (
            json!({"name": "x".repeat(256)}),
            "name must be at most 255 characters",
        ),
        (
            json!({"role": "r".repeat(1001)}),
            "role must be at most 1000 characters",
        ),
        (
            json!({"runtime": "r".repeat(101)}),
            "runtime must be at most 100 characters",
        ),
        (
            json!({"workspace_dir": "/etc"}),
            "invalid workspace directory",
        ),
    ];
    for (body, text) in cases {
        let (status, answer) = served
            .patch(&format!("/workspaces/{a}"), body.clone())
            .await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some(text)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_moved_parent_takes_the_places_of_all_below_it_along() {
    let (served, _root) = served(&[]).await;
    let a = made(
        &served,
        json!({"name": "A", "runtime": "mock", "canvas": {"x": 10, "y": 20}}),
    )
    .await;
    let b = made(
        &served,
        json!({"name": "B", "runtime": "mock", "parent_id": a, "canvas": {"x": 30, "y": 40}}),
    )
    .await;
    served
        .patch(&format!("/workspaces/{a}"), json!({"x": 110, "y": 220}))
        .await;
    let (_, row) = served.get(&format!("/workspaces/{b}")).await;
    assert_eq!(
        (row["x"].as_f64(), row["y"].as_f64()),
        (Some(130.0), Some(240.0))
    );
}

// 3.5 delete

#[tokio::test]
async fn delete_of_a_team_asks_first_with_every_descendant_then_removes_children_before_parents() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    let b = made(
        &served,
        json!({"name": "B", "runtime": "mock", "parent_id": a}),
    )
    .await;
    let c = made(
        &served,
        json!({"name": "C", "runtime": "mock", "parent_id": b}),
    )
    .await;
    let (status, answer) = served.delete(&format!("/workspaces/{a}")).await;
    assert_eq!(status, 409);
    assert_eq!(answer["status"], "confirmation_required");
    assert_eq!(answer["children_count"], 2);
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .contains("?confirm=true")
    );
    let since = served.last_seq().await;
    let (status, answer) = served
        .delete(&format!("/workspaces/{a}?confirm=true"))
        .await;
    assert_eq!(
        (status, answer),
        (200, json!({"cascade_deleted": 2, "status": "removed"}))
    );
    let removed = of_kind(&told(&served, since).await, "WORKSPACE_REMOVED");
    let order: Vec<&str> = removed.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(order, [c.as_str(), b.as_str(), a.as_str()]);
    assert_eq!(removed[0].1, json!({}));
    assert_eq!(removed[2].1, json!({"cascade_deleted": 2}));
    assert_eq!(
        served.delete(&format!("/workspaces/{a}")).await.0,
        200,
        "again is fine"
    );
    let unknown = "/workspaces/00000000-0000-4000-8000-000000000000";
    assert_eq!(served.delete(unknown).await.0, 404);
}

#[tokio::test]
async fn purge_leaves_no_row_but_the_history() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    let (status, answer) = served.delete(&format!("/workspaces/{a}?purge=true")).await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("purged")));
    assert_eq!(
        served
            .get(&format!("/workspaces/{a}?include_removed=true"))
            .await
            .0,
        404
    );
    let (_, rows) = served.get(&format!("/events/{a}")).await;
    assert!(!rows.as_array().unwrap().is_empty());
}

// 3.6 state

#[tokio::test]
async fn state_says_paused_and_404_says_gone() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    served
        .post(&format!("/workspaces/{a}/pause"), json!({}))
        .await;
    let (status, state) = served.get(&format!("/workspaces/{a}/state")).await;
    assert_eq!(
        (status, &state["paused"], &state["deleted"]),
        (200, &json!(true), &json!(false))
    );
    served.delete(&format!("/workspaces/{a}")).await;
    let (status, state) = served.get(&format!("/workspaces/{a}/state")).await;
    assert_eq!(
        (status, &state["deleted"], &state["status"]),
        (404, &json!(true), &json!("removed"))
    );
}

// 3.7, 3.8 lifecycle

#[tokio::test]
async fn restart_knows_removed_external_and_paused_ones() {
    let (served, _root) = served(&[]).await;
    let gone = named(&served, "Gone").await;
    served.delete(&format!("/workspaces/{gone}")).await;
    assert_eq!(
        served
            .post(&format!("/workspaces/{gone}/restart"), json!({}))
            .await
            .0,
        410
    );
    let outside = made(&served, json!({"name": "Outside", "external": true})).await;
    assert_eq!(
        served
            .post(&format!("/workspaces/{outside}/restart"), json!({}))
            .await
            .0,
        409
    );
    let boss = named(&served, "Boss").await;
    let child = made(
        &served,
        json!({"name": "Child", "runtime": "mock", "parent_id": boss}),
    )
    .await;
    let (status, answer) = served
        .post(&format!("/workspaces/{boss}/pause"), json!({}))
        .await;
    assert_eq!(
        (status, answer),
        (200, json!({"paused_count": 2, "status": "paused"}))
    );
    let (status, answer) = served
        .post(&format!("/workspaces/{child}/restart"), json!({}))
        .await;
    let text = "parent workspace \"Boss\" is paused — resume it first";
    assert_eq!((status, answer["error"].as_str()), (409, Some(text)));
    let (status, answer) = served
        .post(&format!("/workspaces/{boss}/pause"), json!({}))
        .await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("workspace not found or already paused"))
    );
    let (status, answer) = served
        .post(&format!("/workspaces/{boss}/restart"), json!({}))
        .await;
    assert_eq!(
        (status, answer["status"].as_str()),
        (200, Some("provisioning")),
        "a person's restart lifts a pause"
    );
    let (status, answer) = served
        .post(&format!("/workspaces/{child}/resume"), json!({}))
        .await;
    assert_eq!(
        (status, answer),
        (200, json!({"resumed_count": 1, "status": "provisioning"}))
    );
    let (status, answer) = served
        .post(&format!("/workspaces/{child}/resume"), json!({}))
        .await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("workspace not found or not paused"))
    );
}

#[tokio::test]
async fn hibernate_is_for_live_idle_ones_and_wake_for_sleeping_ones() {
    let (served, _root) = served(&[]).await;
    let waiting = made(&served, json!({"name": "Waiting"})).await;
    let (status, answer) = served
        .post(&format!("/workspaces/{waiting}/hibernate"), json!({}))
        .await;
    let text = "workspace not found or not in a hibernatable state (must be online or degraded)";
    assert_eq!((status, answer["error"].as_str()), (404, Some(text)));
    assert_eq!(
        served
            .post(&format!("/workspaces/{waiting}/wake"), json!({}))
            .await
            .0,
        404
    );
    let live = named(&served, "Live").await;
    served.online(1, Duration::from_secs(30)).await;
    let (status, answer) = served
        .post(&format!("/workspaces/{live}/hibernate"), json!({}))
        .await;
    assert_eq!(
        (status, answer["status"].as_str()),
        (200, Some("hibernated"))
    );
    let asleep = |rows: &[Value]| rows.iter().any(|row| row["status"] == "hibernated");
    testkit::eventually("its sleep", Duration::from_secs(30), || async {
        asleep(&served.workspaces().await).then_some(())
    })
    .await;
    let (status, answer) = served.say(&live, "Good morning").await;
    assert!(
        status == 200 || status == 202,
        "the message that wakes it is not lost: {status} {answer}"
    );
    served.online(1, Duration::from_secs(30)).await;
}

// 3.9 bootstrap-failed

#[tokio::test]
async fn bootstrap_failed_acts_on_a_workspace_that_is_coming_up_and_on_no_other() {
    let (served, _root) = served(&[]).await;
    let a = made(&served, json!({"name": "A"})).await;
    let path = format!("/admin/workspaces/{a}/bootstrap-failed");
    let since = served.last_seq().await;
    let tail = "x".repeat(9000);
    let (status, answer) = served
        .post(&path, json!({"error": "no disk", "log_tail": tail}))
        .await;
    assert_eq!((status, answer), (200, json!({"ok": true})));
    let failed = of_kind(&told(&served, since).await, "WORKSPACE_PROVISION_FAILED");
    assert_eq!(failed[0].1["source"], "bootstrap_watcher");
    assert_eq!(failed[0].1["error"], "no disk");
    assert!(
        failed[0].1["log_tail"]
            .as_str()
            .unwrap()
            .starts_with("…(truncated)")
    );
    let rows = served.workspaces().await;
    assert_eq!(rows[0]["status"], "failed");
    assert!(
        rows[0]["last_sample_error"]
            .as_str()
            .unwrap()
            .starts_with("no disk\n\n")
    );
    assert_eq!(
        served.post(&path, json!({})).await,
        (200, json!({"no_change": true, "ok": true}))
    );
    let unknown = "/admin/workspaces/00000000-0000-4000-8000-000000000000/bootstrap-failed";
    assert_eq!(
        served.post(unknown, json!({})).await,
        (200, json!({"no_change": true, "ok": true}))
    );
}

// 3.10 expand and collapse

#[tokio::test]
async fn expand_makes_each_named_role_once_and_collapse_removes_all_below() {
    let lead = "name: Dev Lead\nsub_workspaces:\n  - config: coder\n    name: Coder\n    role: Writes\n  - config: tester\n";
    let (served, _root) =
        served(&[("dev-lead", lead), ("coder", "name: C\nruntime: mock\n")]).await;
    let a = named(&served, "Dev Lead").await;
    let since = served.last_seq().await;
    let (status, first) = served
        .post(&format!("/workspaces/{a}/expand"), json!({}))
        .await;
    assert_eq!((status, first["status"].as_str()), (200, Some("expanded")));
    let names: Vec<&str> = first["children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Coder", "tester"]);
    let rows = told(&served, since).await;
    assert_eq!(
        of_kind(&rows, "WORKSPACE_EXPANDED")[0].1["children"],
        first["children"]
    );
    let (_, again) = served
        .post(&format!("/workspaces/{a}/expand"), json!({}))
        .await;
    assert_eq!(
        again["children"], first["children"],
        "kept and new alike, none twice"
    );
    assert_eq!(served.workspaces().await.len(), 3);
    let child = first["children"][0]["id"].as_str().unwrap();
    made(
        &served,
        json!({"name": "Deep", "runtime": "mock", "parent_id": child}),
    )
    .await;
    let (status, answer) = served
        .post(&format!("/workspaces/{a}/collapse"), json!({}))
        .await;
    assert_eq!(
        (status, answer["status"].as_str()),
        (409, Some("confirmation_required"))
    );
    let since = served.last_seq().await;
    let (status, answer) = served
        .post(&format!("/workspaces/{a}/collapse?confirm=true"), json!({}))
        .await;
    assert_eq!(
        (status, answer),
        (
            200,
            json!({"removed": ["Coder", "tester"], "status": "collapsed"})
        )
    );
    let collapsed = of_kind(&told(&served, since).await, "WORKSPACE_COLLAPSED");
    assert_eq!(
        collapsed[0].1,
        json!({"removed_children": ["Coder", "tester"]})
    );
    assert_eq!(served.workspaces().await.len(), 1, "grandchildren too");
}

#[tokio::test]
async fn expand_says_what_is_missing() {
    let (served, _root) = served(&[("plain", "name: Plain\n"), ("broken", "name: [\n")]).await;
    for (name, status, text) in [
        ("Nobody", 400, "no config found for workspace"),
        (
            "Plain",
            400,
            "workspace has no sub_workspaces defined in config",
        ),
        ("Broken", 500, "failed to parse config"),
    ] {
        let id = named(&served, name).await;
        let (got, answer) = served
            .post(&format!("/workspaces/{id}/expand"), json!({}))
            .await;
        assert_eq!((got, answer["error"].as_str()), (status, Some(text)));
    }
}

// 3.11 agent records

#[tokio::test]
async fn agent_records_are_assigned_replaced_moved_and_removed_one_at_a_time() {
    let (served, _root) = served(&[]).await;
    let (a, b) = (named(&served, "A").await, named(&served, "B").await);
    let at = |id: &str| format!("/workspaces/{id}/agent");
    let since = served.last_seq().await;
    for body in [json!({}), json!({"model": ""}), json!({"model": 1})] {
        let (status, answer) = served.post(&at(&a), body).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some("invalid request body"))
        );
    }
    let (status, first) = served.post(&at(&a), json!({"model": "opus"})).await;
    assert_eq!((status, first["model"].as_str()), (201, Some("opus")));
    let (status, answer) = served.post(&at(&a), json!({"model": "opus"})).await;
    let text = "workspace already has an active agent, use PATCH to replace";
    assert_eq!((status, answer["error"].as_str()), (409, Some(text)));
    let (status, second) = served.patch(&at(&a), json!({"model": "sonnet"})).await;
    assert_eq!((status, second["old_model"].as_str()), (200, Some("opus")));
    let (status, list) = served.get("/agents").await;
    assert_eq!((status, list.as_array().unwrap().len()), (200, 1));
    assert_eq!(list[0]["workspace_id"], a.as_str());
    let old = first["agent_id"].as_str().unwrap();
    assert_eq!(
        served.get(&format!("/agents/{old}")).await.1["status"],
        "replaced"
    );
    let (status, moved) = served
        .post(
            &format!("{}/move", at(&a)),
            json!({"target_workspace_id": b}),
        )
        .await;
    assert_eq!(
        (status, moved["to_workspace"].as_str()),
        (200, Some(b.as_str()))
    );
    assert_eq!(
        served.get(&format!("/workspaces/{b}/agents")).await.1[0]["model"],
        "sonnet"
    );
    let (status, answer) = served.patch(&at(&a), json!({"model": "x"})).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("no active agent to replace"))
    );
    served.post(&at(&a), json!({"model": "x"})).await;
    let (status, answer) = served
        .post(
            &format!("{}/move", at(&a)),
            json!({"target_workspace_id": b}),
        )
        .await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (409, Some("target workspace already has an active agent"))
    );
    let unknown = json!({"target_workspace_id": "00000000-0000-4000-8000-000000000000"});
    let (status, answer) = served.post(&format!("{}/move", at(&a)), unknown).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("target workspace not found"))
    );
    let (status, answer) = served.delete(&at(&b)).await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("removed")));
    let (status, answer) = served.delete(&at(&b)).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("no active agent to remove"))
    );
    let rows = told(&served, since).await;
    let moved = of_kind(&rows, "AGENT_MOVED");
    assert_eq!(
        (moved[0].0.as_str(), moved[1].0.as_str()),
        (a.as_str(), b.as_str()),
        "the source first"
    );
    for kind in ["AGENT_ASSIGNED", "AGENT_REPLACED", "AGENT_REMOVED"] {
        assert!(!of_kind(&rows, kind).is_empty(), "{kind}");
    }
}

// 3.12, 3.13, 3.14

#[tokio::test]
async fn model_and_provider_are_set_and_cleared() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    for key in ["model", "provider"] {
        let path = format!("/workspaces/{a}/{key}");
        assert_eq!(
            served.get(&path).await,
            (200, json!({key: "", "source": "default"}))
        );
        let (status, answer) = served
            .ask(Method::PUT, &path, Some(json!({key: "x"})))
            .await
            .unwrap();
        assert_eq!(
            (status, answer),
            (200, json!({key: "x", "status": "saved"}))
        );
        assert_eq!(
            served.get(&path).await.1,
            json!({key: "x", "source": "workspace_secrets"})
        );
        let (status, answer) = served
            .ask(Method::PUT, &path, Some(json!({key: ""})))
            .await
            .unwrap();
        assert_eq!((status, answer), (200, json!({"status": "cleared"})));
    }
}

#[tokio::test]
async fn the_config_document_merges_at_the_top_and_knows_its_limit() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    let path = format!("/workspaces/{a}/config");
    assert_eq!(served.get(&path).await, (200, json!({"data": {}})));
    served.patch(&path, json!({"a": {"x": 1}, "b": 1})).await;
    let (status, answer) = served.patch(&path, json!({"a": {"y": 2}, "b": null})).await;
    assert_eq!((status, answer), (200, json!({"status": "updated"})));
    assert_eq!(
        served.get(&path).await.1["data"],
        json!({"a": {"y": 2}, "b": null})
    );
    let (status, answer) = served
        .patch(&path, json!({"big": "x".repeat(262_144)}))
        .await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (413, Some("body too large or unreadable"))
    );
    let broken = served
        .request(Method::PATCH, &path)
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(broken.status(), 400);
    assert_eq!(
        broken.json::<Value>().await.unwrap()["error"],
        "invalid JSON"
    );
}

#[tokio::test]
async fn the_viewport_is_one_shared_record() {
    let (served, _root) = served(&[]).await;
    assert_eq!(
        served.get("/canvas/viewport").await,
        (200, json!({"x": 0, "y": 0, "zoom": 1}))
    );
    let body = json!({"x": 1.5, "zoom": 2});
    let (status, answer) = served
        .ask(Method::PUT, "/canvas/viewport", Some(body))
        .await
        .unwrap();
    assert_eq!((status, answer), (200, json!({"status": "saved"})));
    assert_eq!(
        served.get("/canvas/viewport").await.1,
        json!({"x": 1.5, "y": 0, "zoom": 2})
    );
}
