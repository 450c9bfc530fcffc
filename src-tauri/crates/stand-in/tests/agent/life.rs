//! Start, register, heartbeats, tokens, end.

use crate::child::{Setup, TOKEN, json_file};
use crate::platform::{Platform, is_whole_beat};
use serde_json::json;

#[tokio::test]
async fn a_missing_variable_or_config_ends_the_start_with_its_name() {
    let setup = Setup::new();
    for (name, wanted) in [
        ("WORKSPACE_ID", "WORKSPACE_ID is not set"),
        ("PLATFORM_URL", "PLATFORM_URL is not set"),
    ] {
        let output = setup
            .command("http://127.0.0.1:1")
            .env_remove(name)
            .output()
            .await
            .unwrap();
        assert!(!output.status.success());
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(wanted),
            "{output:?}"
        );
    }
    std::fs::remove_file(setup.path("config.yaml")).unwrap();
    let output = setup.command("http://127.0.0.1:1").output().await.unwrap();
    assert!(!output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("config.yaml is missing"),
        "{output:?}"
    );
}

#[tokio::test]
async fn crash_at_start_ends_with_code_3() {
    let setup = Setup::new().with("STAND_IN_MODE", "crash-at-start");
    let output = setup.command("http://127.0.0.1:1").output().await.unwrap();
    assert_eq!(output.status.code(), Some(3));
}

#[tokio::test]
async fn it_registers_and_beats_as_the_contract_says() {
    let platform = Platform::start().await;
    let credential = "c0ffee-credential";
    let agent = Setup::new()
        .start_at(&format!("{}/c/{credential}", platform.url))
        .await;
    let register = platform.wait_for_path("/registry/register").await;
    let port = agent.url.rsplit(':').next().unwrap();
    assert_eq!(
        register.path,
        format!("/c/{credential}/registry/register"),
        "the path of the address is kept"
    );
    assert_eq!(
        (register.token.as_str(), register.workspace.as_str()),
        (TOKEN, "w-1")
    );
    assert_eq!(register.body["id"], "w-1");
    assert_eq!(register.body["url"], format!("http://ws-one:{port}"));
    let card = &register.body["agent_card"];
    assert_eq!(
        (&card["name"], &card["description"]),
        (&json!("Analyst"), &json!("Reads reports"))
    );
    assert_eq!(card["skills"][0]["id"], "triage");
    assert_eq!(card["skills"][0]["tags"], json!(["ops"]));
    assert_eq!(card["url"], register.body["url"]);
    assert_eq!(card["capabilities"]["streaming"], true);

    let beat = platform.wait("a heartbeat", is_whole_beat).await;
    assert_eq!(beat.token, TOKEN);
    assert_eq!(beat.body["workspace_id"], "w-1");
    assert_eq!(beat.body["active_tasks"], 0);
    assert_eq!(beat.body["error_rate"], 0.0);
    assert_eq!(
        beat.body["runtime_metadata"]["capabilities"]["reload"],
        true
    );
    assert!(
        beat.body.get("runtime_state").is_none(),
        "a healthy agent names no state"
    );
    assert!(!agent.output.text().contains(credential));
    for path in ["/.well-known/agent-card.json", "/.well-known/agent.json"] {
        let served = agent
            .client
            .get(format!("{}{path}", agent.url))
            .send()
            .await
            .unwrap();
        assert_eq!(&served.json::<serde_json::Value>().await.unwrap(), card);
    }
}

#[tokio::test]
async fn it_registers_again_until_it_is_taken() {
    let platform = Platform::start().await;
    platform.answer_next("/register", 503, json!({"error": "starting"}));
    platform.answer_next("/register", 401, json!({"error": "no token"}));
    let agent = Setup::new().start(&platform).await;
    agent.output.wait_for("Analyst registered").await;
    let registers = platform
        .calls()
        .iter()
        .filter(|call| call.path.ends_with("/register"))
        .count();
    assert_eq!(registers, 3);
}

#[tokio::test]
async fn a_refused_register_is_final_but_beats_go_on() {
    let platform = Platform::start().await;
    platform.answer_next("/register", 410, json!({"error": "workspace removed"}));
    let agent = Setup::new().start(&platform).await;
    agent.output.wait_for("refused this agent for good").await;
    let seen = platform.calls().len();
    platform
        .wait_from(seen, "a later beat", is_whole_beat)
        .await;
    assert_eq!(
        platform
            .calls()
            .iter()
            .filter(|call| call.path.ends_with("/register"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_rotated_token_is_used_at_once_and_a_given_one_is_kept() {
    let platform = Platform::start().await;
    platform.answer_next(
        "/register",
        200,
        json!({"status": "registered", "auth_token": "second-token-0123456789"}),
    );
    let agent = Setup::new().start(&platform).await;
    platform
        .wait("a beat with the given token", |call| {
            call.token == "second-token-0123456789"
        })
        .await;
    let file = agent.setup.path(".auth_token");
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "second-token-0123456789"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    agent.setup.write(".auth_token", "third-token-0123456789\n");
    platform
        .wait("a beat with the rotated token", |call| {
            call.token == "third-token-0123456789"
        })
        .await;
}

#[tokio::test]
async fn an_unreadable_token_file_is_told_and_the_environment_helps_out() {
    let platform = Platform::start().await;
    let setup = Setup::new().with("MOLECULE_WORKSPACE_TOKEN", "token-of-the-environment");
    std::fs::remove_file(setup.path(".auth_token")).unwrap();
    // A folder in its place cannot be read by anybody, root included.
    std::fs::create_dir(setup.path(".auth_token")).unwrap();
    let agent = setup.start(&platform).await;
    platform
        .wait("a beat", |call| {
            is_whole_beat(call) && call.token == "token-of-the-environment"
        })
        .await;
    agent.output.wait_for("cannot be read").await;
}

#[tokio::test]
async fn term_leaves_a_scrubbed_snapshot_that_the_next_start_reads() {
    let platform = Platform::start().await;
    let agent = Setup::new()
        .with("SOME_API_KEY", "canary-key-42")
        .start(&platform)
        .await;
    agent
        .say(&format!("my secrets are canary-key-42 and {TOKEN}"))
        .await;
    let hanging = {
        let (client, url) = (agent.client.clone(), agent.url.clone());
        let params = crate::child::message("/hang\nlong work", json!({}));
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "message/send", "params": params});
        tokio::spawn(async move { client.post(url).json(&body).send().await })
    };
    platform
        .wait("the push of a task", |call| {
            call.body["current_task"] == "/hang"
        })
        .await;
    agent.terminate();
    let (status, output, setup) = agent.ended().await;
    assert!(status.success(), "{output}");
    assert!(
        hanging.await.unwrap().is_err(),
        "the hanging task was aborted"
    );

    let snapshot = json_file(&setup.path(".agent_snapshot.json"));
    assert_eq!(snapshot["workspace_id"], "w-1");
    assert_eq!(
        (&snapshot["active_tasks"], &snapshot["current_task"]),
        (&json!(1), &json!("/hang"))
    );
    assert!(
        snapshot["timestamp"].as_str().unwrap().ends_with('Z')
            && snapshot["uptime_seconds"].is_u64()
    );
    let session = snapshot["session_id"].clone();
    assert!(session.is_string());
    assert_eq!(snapshot["adapter"]["session_id"], session);
    let lines = snapshot["adapter"]["transcript_lines"].to_string();
    assert!(
        lines.contains("my secrets are *** and ***") && !lines.contains("canary"),
        "{lines}"
    );

    let again = setup.start(&platform).await;
    again.terminate();
    let (_, _, setup) = again.ended().await;
    let snapshot = json_file(&setup.path(".agent_snapshot.json"));
    assert_eq!(snapshot["session_id"], session);
    assert!(
        snapshot["adapter"]["transcript_lines"]
            .as_array()
            .unwrap()
            .len()
            >= 3
    );
}

#[tokio::test]
async fn a_platform_that_is_away_stops_no_answer() {
    let agent = Setup::new().start_at("http://127.0.0.1:1").await;
    agent.output.wait_for("not registered yet").await;
    assert_eq!(agent.say("hello").await, "Analyst: hello");
}
