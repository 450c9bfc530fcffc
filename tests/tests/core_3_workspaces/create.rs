//! 3.2 create.

use crate::{made, served, told};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

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
        (
            json!({"name": "A", "parent_id": "no id"}),
            "invalid workspace ID",
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
    // What is wrong is named, whichever field has the same limit.
    let body = json!({"name": "A", "model": "m".repeat(101)});
    let (_, answer) = served.post("/workspaces", body).await;
    assert_eq!(answer["detail"], "model must be at most 100 characters");
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
        listed["tokens"][0]["kind"], "user",
        "the platform does not rotate it: {listed}"
    );
}

/// 3.2, effects in their order: every new workspace begins with the event that a canvas makes a card of.
#[tokio::test]
async fn create_of_an_external_one_tells_provisioning_first_then_its_own_event() {
    let (served, _root) = served(&[]).await;
    for (body, own) in [
        (
            json!({"name": "Waits", "external": true}),
            "WORKSPACE_AWAITING_AGENT",
        ),
        (
            json!({"name": "There", "runtime": "external", "url": "http://203.0.113.9/"}),
            "WORKSPACE_ONLINE",
        ),
    ] {
        let since = served.last_seq().await;
        let id = made(&served, body.clone()).await;
        let rows = told(&served, since).await;
        let kinds: Vec<&str> = rows.iter().map(|(kind, ..)| kind.as_str()).collect();
        assert_eq!(kinds, ["WORKSPACE_PROVISIONING", own]);
        assert!(rows.iter().all(|(_, subject, _)| *subject == id));
        assert_eq!(
            (
                &rows[0].2["name"],
                &rows[0].2["tier"],
                &rows[0].2["runtime"]
            ),
            (&body["name"], &json!(2), &json!("external"))
        );
        assert_eq!(rows[1].2, json!({"external": true, "name": body["name"]}));
    }
}

#[tokio::test]
async fn create_prints_the_address_that_a_front_was_asked_at() {
    let (served, _root) = served(&[]).await;
    let base = |proto: &'static str, host: &'static str| {
        let request = served
            .request(Method::POST, "/workspaces")
            .header("x-forwarded-proto", proto)
            .header("x-forwarded-host", host)
            .json(&json!({"name": "A", "external": true}));
        async move {
            let (_, body) = product_tests::answer(request).await;
            body["connection"]["platform_url"]
                .as_str()
                .unwrap()
                .to_owned()
        }
    };
    assert_eq!(base("https", "p.example").await, "https://p.example");
    assert_eq!(
        base("https", "p.example:8443").await,
        "https://p.example:8443"
    );
    // The snippets are pasted into a shell.
    let own = served.url();
    assert_eq!(base("ftp", "$(touch /tmp/x)").await, own);
}

/// Contract 04 sections 4.1 and 4.6: without a template of its own an agent is made of its runtime's default folder.
#[tokio::test]
async fn create_without_template_takes_the_runtimes_default_folder() {
    let (mut served, root) = served(&[
        (
            "claude-code-default",
            "name: Default\nruntime: claude-code\n",
        ),
        ("own", "name: Own\nruntime: claude-code\n"),
    ])
    .await;
    let cases = [
        (
            json!({"name": "A", "runtime": "claude-code"}),
            Some("claude-code-default"),
        ),
        (
            json!({"name": "B", "runtime": "claude-code", "template": "nowhere"}),
            Some("claude-code-default"),
        ),
        (json!({"name": "C", "template": "own"}), Some("own")),
        // langgraph has no such folder here.
        (json!({"name": "D"}), None),
    ];
    let mut made_of = Vec::new();
    for (body, folder) in cases {
        made_of.push((made(&served, body).await, folder));
    }
    served.kill().await;
    let store = store::Store::open(store::OpenOptions::new(
        served.data_dir().join("molecule.sqlite"),
        std::sync::Arc::new(clock::SystemClock::new()),
    ))
    .await
    .unwrap();
    for (id, folder) in made_of {
        let row = store.workspace(&id).await.unwrap().unwrap();
        let wanted = folder.map(|folder| root.path().join(folder).to_string_lossy().into_owned());
        assert_eq!(row.template_dir, wanted, "{}", row.name);
    }
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
