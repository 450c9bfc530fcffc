//! Contract 03 section 5 and fixtures D.46 on templates, against the real program over a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

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

async fn put(served: &Served, path: &str, body: Value) -> (u16, Value) {
    served.ask(Method::PUT, path, Some(body)).await.unwrap()
}

const WRITER: &str = "name: Acme Writer\ndescription: Drafts release notes\ntier: 2\nruntime: claude-code\nmodel: opus\n\
    runtime_config:\n  provision_timeout_seconds: 600\n  required_env: [ACME_TOKEN]\n  models:\n    - id: opus\n      \
    name: Large\n      required_env: [ACME_TOKEN]\nskills: [outline]\n";

/// Section 5.1, the example record whole; broken and foreign folders are absent; keys without a value are left out.
#[tokio::test]
async fn templates_are_listed_as_the_contract_shows_them() {
    let (served, root) = served(&[
        ("acme-writer", WRITER),
        ("bare", "name: Bare\n"),
        ("broken", "name: [\n"),
    ])
    .await;
    std::fs::create_dir(root.path().join("no-config")).unwrap();
    std::fs::write(root.path().join("README.md"), "x").unwrap();
    let (status, list) = served.get("/templates").await;
    assert_eq!(status, 200, "{list}");
    assert_eq!(
        list,
        json!([
            {"id": "acme-writer", "name": "Acme Writer", "description": "Drafts release notes", "tier": 2,
             "runtime": "claude-code", "model": "opus",
             "models": [{"id": "opus", "name": "Large", "required_env": ["ACME_TOKEN"]}],
             "required_env": ["ACME_TOKEN"], "skills": ["outline"], "skill_count": 1,
             "provision_timeout_seconds": 600},
            {"id": "bare", "name": "Bare", "description": "", "tier": 0, "runtime": "", "model": "",
             "skills": [], "skill_count": 0},
        ])
    );
    let (status, _) = {
        let answer = served.bare(Method::GET, "/templates").send().await.unwrap();
        (answer.status().as_u16(), ())
    };
    assert_eq!(status, 401, "class A");
}

/// No. 73: what templates say about starts is in the rows of their runtime, the longest of them.
#[tokio::test]
async fn no_73_rows_carry_the_longest_start_of_their_runtime() {
    let longer =
        "name: B\nruntime: claude-code\nruntime_config:\n  provision_timeout_seconds: 900\n";
    let (served, _root) = served(&[("acme-writer", WRITER), ("b", longer)]).await;
    let body = json!({"name": "A", "template": "acme-writer"});
    let (status, made) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{made}");
    let other = json!({"name": "Other", "runtime": "langgraph"});
    served.post("/workspaces", other).await;
    assert_eq!(served.named("A").await["provision_timeout_ms"], 900_000);
    assert!(
        served
            .named("Other")
            .await
            .get("provision_timeout_ms")
            .is_none()
    );
    // An import is a change of the templates.
    let config = "name: C\nruntime: langgraph\nruntime_config:\n  provision_timeout_seconds: 70\n";
    let body = json!({"name": "C", "files": {"config.yaml": config}});
    assert_eq!(served.post("/templates/import", body).await.0, 201);
    assert_eq!(served.named("Other").await["provision_timeout_ms"], 70_000);
}

/// Fixture D.46: importing `My Agent!` with `notes.md` and `skills/z/SKILL.md`: id `my-agent`, its config lists both;
/// again: 409.
#[tokio::test]
async fn d46_11_a_template_is_imported_once() {
    let (served, root) = served(&[]).await;
    let body = json!({"name": "My Agent!", "files": {
        "notes.md": "n", "skills/z/SKILL.md": "z",
        "logo.png": {"content": "AP/+", "encoding": "base64"},
    }});
    let (status, answer) = served.post("/templates/import", body.clone()).await;
    assert_eq!(status, 201, "{answer}");
    assert_eq!(
        answer,
        json!({"status": "imported", "id": "my-agent", "name": "My Agent!"})
    );
    let at = |path: &str| root.path().join("my-agent").join(path);
    assert_eq!(std::fs::read(at("logo.png")).unwrap(), [0, 255, 254]);
    let config = std::fs::read_to_string(at("config.yaml")).unwrap();
    for line in [
        "description: Imported agent",
        "prompt_files: [\"notes.md\"]",
        "skills: [\"z\"]",
    ] {
        assert!(config.contains(line), "{config}");
    }
    let (_, list) = served.get("/templates").await;
    assert_eq!(list[0]["id"], "my-agent");
    let (status, again) = served.post("/templates/import", body).await;
    assert_eq!((status, &again["id"]), (409, &json!("my-agent")), "{again}");
    assert_eq!(again["error"], "template already exists");
    // It can be used at once.
    let (status, made) = served
        .post(
            "/workspaces",
            json!({"name": "A", "template": "my-agent", "runtime": "mock"}),
        )
        .await;
    assert_eq!(status, 201, "{made}");
}

/// No. 61: what is refused leaves nothing behind, and the corrected retry is taken.
#[tokio::test]
async fn no_61_refused_imports_leave_nothing() {
    let (served, root) = served(&[]).await;
    let many: serde_json::Map<String, Value> =
        (0..201).map(|n| (format!("{n}.md"), json!(""))).collect();
    for (body, text) in [
        (json!({"name": "a"}), "invalid request body"),
        (json!({"files": {"a": ""}}), "invalid request body"),
        (json!({"name": "a", "files": {}}), "invalid request body"),
        (
            json!({"name": "a", "files": {"ok.md": "", "../x": ""}}),
            "invalid request body",
        ),
        (
            json!({"name": "a", "files": {".env": "K=v"}}),
            "invalid request body",
        ),
        (
            json!({"name": "a", "files": {"x": {"content": "?", "encoding": "base64"}}}),
            "invalid request body",
        ),
        (
            json!({"name": "a", "files": many}),
            "too many files (201), max 200",
        ),
    ] {
        let (status, answer) = served.post("/templates/import", body.clone()).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some(text)),
            "{body}: {answer}"
        );
    }
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
    let body = json!({"name": "a", "files": {"ok.md": ""}});
    assert_eq!(served.post("/templates/import", body).await.0, 201);
}

/// Contract 04 section 10.3: which template a restart applies is in its answer; a plain one applies none.
#[tokio::test]
async fn a_restart_says_which_template_it_applies() {
    let default = "name: Default\nruntime: langgraph\n";
    let (served, _root) =
        served(&[("my-agent", "name: M\n"), ("langgraph-default", default)]).await;
    let mut ids = Vec::new();
    for name in ["My Agent", "Other"] {
        let body = json!({"name": name, "runtime": "langgraph"});
        let (_, made) = served.post("/workspaces", body).await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    for (id, body, label) in [
        (&ids[0], json!({}), "existing-volume"),
        (
            &ids[0],
            json!({"template": "langgraph-default"}),
            "langgraph-default",
        ),
        (&ids[0], json!({"template": "../x"}), "existing-volume"),
        (&ids[0], json!({"apply_template": true}), "my-agent"),
        (
            &ids[1],
            json!({"apply_template": true}),
            "langgraph-default",
        ),
    ] {
        let (status, answer) = served
            .post(&format!("/workspaces/{id}/restart"), body.clone())
            .await;
        assert_eq!(
            (status, &answer["config_dir"]),
            (200, &json!(label)),
            "{body}: {answer}"
        );
    }
}

/// Section 6 without an engine: what is wrong with a request is said before anything else, then what is missing.
#[tokio::test]
async fn no_71_file_requests_are_judged_without_an_engine() {
    let (served, _root) = served(&[]).await;
    let body = json!({"name": "A", "runtime": "langgraph"});
    let (_, made) = served.post("/workspaces", body).await;
    let files = format!("/workspaces/{}/files", made["id"].as_str().unwrap());
    let refused = async |query: &str| served.get(&format!("{files}{query}")).await;
    let (status, answer) = refused("?root=/etc").await;
    assert_eq!(status, 400);
    assert_eq!(
        answer["error"],
        "root must be one of: /configs, /workspace, /home, /plugins"
    );
    for query in ["?depth=6", "?depth=0", "?depth=many"] {
        let (status, answer) = refused(query).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some("depth must be 1-5")),
            "{query}"
        );
    }
    for query in ["?offset=-1", "?length=all", "?offset=1.5"] {
        let (status, answer) = refused(&format!("/a{query}")).await;
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!("invalid_range")),
            "{query}"
        );
    }
    for path in ["a..b", "x%2F..%2F..%2Fetc", "a%5Cb"] {
        let (status, answer) = refused(&format!("/{path}")).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some("invalid path")),
            "{path}"
        );
        let (status, answer) =
            put(&served, &format!("{files}/{path}"), json!({"content": ""})).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some("invalid path")),
            "{path}"
        );
    }
    let (status, answer) = served.delete(&format!("{files}/%2Fetc")).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (400, Some("absolute paths not permitted"))
    );
    let (status, answer) = put(&served, &files, json!({"files": {"../x": ""}})).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (400, Some("invalid request body"))
    );
    for body in [json!({}), json!({"files": 7}), json!({"files": {"a": 7}})] {
        let (status, answer) = put(&served, &files, body).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some("invalid request body"))
        );
    }
    let (status, _) = put(&served, &format!("{files}/a"), json!({"text": ""})).await;
    assert_eq!(status, 400);
    let large = "x".repeat(10 * 1024 * 1024);
    let (status, answer) = put(&served, &format!("{files}/a"), json!({"content": large})).await;
    assert_eq!(
        (status, answer["code"].as_str()),
        (413, Some("body_too_large")),
        "{answer}"
    );
    let (status, answer) = put(&served, &format!("{files}/a"), json!({"content": ""})).await;
    assert_eq!(
        (status, answer["code"].as_str()),
        (503, Some("docker_unavailable")),
        "{answer}"
    );
    let unknown = "/workspaces/5e0bd3b1-0000-4000-8000-000000000000";
    for path in ["files", "files/a", "shared-context"] {
        let (status, answer) = served.get(&format!("{unknown}/{path}")).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (404, Some("workspace not found")),
            "{path}"
        );
    }
    let mock = json!({"name": "M", "runtime": "mock"});
    let (_, made) = served.post("/workspaces", mock).await;
    let mock = format!("/workspaces/{}", made["id"].as_str().unwrap());
    assert_eq!(served.get(&format!("{mock}/files")).await, (200, json!([])));
    assert_eq!(
        served.get(&format!("{mock}/shared-context")).await,
        (200, json!([]))
    );
    let (status, answer) = put(&served, &format!("{mock}/files/a"), json!({"content": ""})).await;
    assert_eq!(
        (status, answer["code"].as_str()),
        (409, Some("no_container")),
        "{answer}"
    );
}

/// Section 2.13 of contract 01: shared context takes the token of a direct child, nothing else does.
#[tokio::test]
async fn no_72_shared_context_admits_a_direct_child() {
    let (served, _root) = served(&[]).await;
    let mut ids: Vec<String> = Vec::new();
    for (name, parent) in [("top", None), ("child", Some(0)), ("grandchild", Some(1))] {
        let mut body = json!({"name": name, "runtime": "mock"});
        if let Some(parent) = parent {
            body["parent_id"] = json!(ids[parent]);
        }
        let (status, made) = served.post("/workspaces", body).await;
        assert_eq!(status, 201, "{made}");
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let token = async |id: &str| {
        let (status, answer) = served
            .post(&format!("/workspaces/{id}/tokens"), json!({}))
            .await;
        assert!(status < 300, "{answer}");
        let token = answer.get("auth_token").or(answer.get("token")).unwrap();
        token.as_str().unwrap().to_owned()
    };
    let (top, child) = (&ids[0], &ids[1]);
    let ask = async |path: String, token: &str| {
        let request = served.bare(Method::GET, &path).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    };
    let (childs, grandchilds) = (token(child).await, token(&ids[2]).await);
    assert_eq!(
        ask(format!("/workspaces/{top}/shared-context"), &childs).await,
        200
    );
    assert_eq!(
        ask(format!("/workspaces/{top}/shared-context"), &grandchilds).await,
        401
    );
    assert_eq!(ask(format!("/workspaces/{top}/files"), &childs).await, 401);
    assert_eq!(
        ask(format!("/workspaces/{child}/files"), &childs).await,
        200
    );
}
