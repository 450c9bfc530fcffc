//! Each way to meet a message.

use crate::child::{Setup, TOKEN, message};
use crate::platform::{Platform, is_whole_beat};
use serde_json::{Value, json};

#[tokio::test]
async fn echo_answers_with_the_name_and_pushes_the_task() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    assert_eq!(
        agent.say("Summarise the report").await,
        "Analyst: Summarise the report"
    );
    let is_push = |call: &crate::platform::Call| {
        call.path.ends_with("/heartbeat") && call.body.get("runtime_metadata").is_none()
    };
    let label = "Summarise the report";
    let start = platform
        .wait("the start", |call| {
            is_push(call) && call.body["current_task"] == label
        })
        .await;
    assert_eq!(
        (&start.body["active_tasks"], &start.body["uptime_seconds"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(start.token, TOKEN, "pushes carry the token too");
    let end = platform
        .wait("the end", |call| {
            is_push(call) && call.body["active_tasks"] == 0
        })
        .await;
    assert_eq!(end.body["current_task"], "");
}

#[tokio::test]
async fn both_forms_of_text_parts_and_files_are_read() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    let parts = json!([{"type": "text", "text": "a"}, {"text": "b"}, {"kind": "file", "file": {"name": "q1.pdf"}}]);
    let answer = agent
        .rpc(
            "message/send",
            json!({"message": {"parts": parts, "contextId": "c-1"}}),
        )
        .await;
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(
        answer["result"]["parts"][0]["text"],
        "Analyst: a\nb\n(files: q1.pdf)"
    );
    assert_eq!(
        (&answer["result"]["kind"], &answer["result"]["role"]),
        (&json!("message"), &json!("agent"))
    );
    assert_eq!(answer["result"]["contextId"], "c-1");
}

#[tokio::test]
async fn wrong_calls_get_json_rpc_errors() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    for (method, params, code) in [
        ("tasks/get", json!({}), -32601),
        ("tasks/cancel", json!({"id": "x"}), -32601),
        ("message/send", json!({}), -32602),
        ("message/send", json!({"message": {"parts": "no"}}), -32602),
    ] {
        let answer = agent.rpc(method, params).await;
        assert_eq!(answer.status(), 200);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(
            (&answer["error"]["code"], &answer["id"]),
            (&json!(code), &json!(7)),
            "{answer}"
        );
    }
    for (body, code) in [("{", -32700), ("[1]", -32600), ("7", -32600)] {
        let answer = agent
            .client
            .post(&agent.url)
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap()["error"]["code"], code);
    }
    assert_eq!(
        agent.say("  ").await,
        "Error: message contained no text content."
    );
}

#[tokio::test]
async fn slow_answers_late_and_by_mode_as_well() {
    let platform = Platform::start().await;
    let agent = Setup::new()
        .with("STAND_IN_MODE", "slow")
        .with("STAND_IN_DELAY_SECONDS", "0.1")
        .start(&platform)
        .await;
    assert_eq!(agent.say("by mode").await, "Analyst: by mode");
    assert_eq!(
        agent.say("/slow 0.1 by command").await,
        "Analyst: by command"
    );
    assert_eq!(agent.say("/slow 0.1").await, "Analyst: done");
}

#[tokio::test]
async fn fail_is_a_500_and_counts_as_an_error() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    for method in ["message/send", "message/stream"] {
        let seen = platform.calls().len();
        let answer = agent
            .rpc(method, message("/fail out of paper", json!({})))
            .await;
        assert_eq!(answer.status(), 500);
        assert_eq!(
            answer.json::<Value>().await.unwrap(),
            json!({"error": "out of paper"})
        );
        let beat = platform.wait_from(seen, "a beat with the error", |call| {
            is_whole_beat(call) && call.body["error_rate"].as_f64() > Some(0.0)
        });
        assert_eq!(beat.await.body["sample_error"], "out of paper");
    }
    let seen = platform.calls().len();
    let well = platform.wait_from(seen, "a beat without", |call| {
        is_whole_beat(call) && call.body["error_rate"] == 0.0
    });
    well.await;
}

#[tokio::test]
async fn crash_ends_the_process_with_code_3() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "message/send", "params": message("/crash", json!({}))});
    assert!(
        agent
            .client
            .post(&agent.url)
            .json(&body)
            .send()
            .await
            .is_err()
    );
    assert_eq!(agent.ended().await.0.code(), Some(3));
}

#[tokio::test]
async fn hang_keeps_beating_and_a_hung_up_caller_ends_it() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    for method in ["message/send", "message/stream"] {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": message("/hang", json!({}))});
        let call = agent.client.post(&agent.url).json(&body);
        let seen = platform.calls().len();
        let hanging = tokio::spawn(async move { call.send().await.unwrap().text().await });
        let busy =
            |call: &crate::platform::Call| is_whole_beat(call) && call.body["active_tasks"] == 1;
        platform
            .wait_from(seen, "a beat while it hangs", busy)
            .await;
        let seen = platform.calls().len();
        platform.wait_from(seen, "another one", busy).await;
        assert_eq!(agent.say("still there").await, "Analyst: still there");
        hanging.abort();
        let seen = platform.calls().len();
        let free = platform.wait_from(seen, "a free beat", |call| {
            is_whole_beat(call) && call.body["active_tasks"] == 0
        });
        free.await;
    }
}

#[tokio::test]
async fn wedge_is_told_until_it_is_healed() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    agent.say("/wedge no more ideas").await;
    let wedged = |call: &crate::platform::Call| {
        is_whole_beat(call) && call.body["runtime_state"] == "wedged"
    };
    assert_eq!(
        platform.wait("a wedged beat", wedged).await.body["sample_error"],
        "no more ideas"
    );
    agent.say("/heal").await;
    let seen = platform.calls().len();
    platform
        .wait_from(seen, "a healthy beat", |call| {
            is_whole_beat(call) && !wedged(call)
        })
        .await;

    let platform = Platform::start().await;
    let _agent = Setup::new()
        .with("STAND_IN_MODE", "wedge")
        .start(&platform)
        .await;
    platform.wait("a wedged beat by mode", wedged).await;
}

#[tokio::test]
async fn quiet_tells_nothing_until_it_is_loud() {
    let platform = Platform::start().await;
    let agent = Setup::new()
        .with("STAND_IN_MODE", "quiet")
        .start(&platform)
        .await;
    assert_eq!(agent.say("in silence").await, "Analyst: in silence");
    agent.say("/loud").await;
    platform.wait("a beat", is_whole_beat).await;
    let told = |calls: &[crate::platform::Call]| {
        calls
            .iter()
            .any(|call| call.body["current_task"] == "in silence")
    };
    assert!(!told(&platform.calls()));
    agent.say("/quiet").await;
    agent.say("in silence").await;
    agent.say("/loud").await;
    let seen = platform.calls().len();
    platform.wait_from(seen, "a beat", is_whole_beat).await;
    assert!(!told(&platform.calls()));
}

#[tokio::test]
async fn stream_sends_pieces_and_ends_with_what_send_would_answer() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    let events = agent.stream("/stream 4").await.all().await;
    assert_eq!(events.len(), 5);
    assert!(
        events
            .iter()
            .all(|event| event["jsonrpc"] == "2.0" && event["id"] == 7)
    );
    let pieces: Vec<&str> = events[..4]
        .iter()
        .map(|event| {
            event["result"]["artifact"]["parts"][0]["text"]
                .as_str()
                .unwrap()
        })
        .collect();
    assert!(
        events[..4]
            .iter()
            .all(|event| event["result"]["kind"] == "artifact-update")
    );
    assert_eq!(events[0]["result"]["append"], false);
    assert_eq!(events[1]["result"]["append"], true);
    let last = &events[4]["result"];
    assert_eq!(last["kind"], "message");
    assert_eq!(last["parts"][0]["text"].as_str().unwrap(), pieces.concat());
    assert_eq!(agent.say("/stream 4").await, pieces.concat());
}

#[tokio::test]
async fn tokens_are_reported() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    let answer = agent.send("/tokens 120 30 hi").await;
    assert_eq!(
        answer["result"]["usage"],
        json!({"input_tokens": 120, "output_tokens": 30})
    );
    assert_eq!(answer["result"]["parts"][0]["text"], "Analyst: hi");
    assert!(
        agent.send("hi").await["result"].get("usage").is_none(),
        "no model, no usage"
    );
}

#[tokio::test]
async fn delegate_asks_a_peer_through_the_platform() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    assert_eq!(
        agent.say("/delegate backend engineer fix it").await,
        "Backend Engineer answered: peer says hi"
    );
    let asked = platform.wait_for_path("/workspaces/p-2/a2a").await;
    assert_eq!(
        (asked.token.as_str(), asked.workspace.as_str()),
        (TOKEN, "w-1")
    );
    assert_eq!(
        asked.body["params"]["message"]["parts"][0],
        json!({"kind": "text", "text": "fix it"})
    );
    let wrong = agent.say("/delegate nobody fix it").await;
    assert!(
        wrong.starts_with("Agent error: ") && wrong.contains("Backend Engineer"),
        "{wrong}"
    );
}

#[tokio::test]
async fn the_transcript_wants_exactly_the_agents_token() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    agent.say("one").await;
    let get = |query: &str, header: Option<&str>| {
        let call = agent.client.get(format!("{}/transcript{query}", agent.url));
        let call = header
            .into_iter()
            .fold(call, |call, header| call.header("authorization", header));
        async move {
            let answer = call.send().await.unwrap();
            (
                answer.status().as_u16(),
                answer.json::<Value>().await.unwrap(),
            )
        }
    };
    let bearer = format!("Bearer {TOKEN}");
    for wrong in [
        None,
        Some("Bearer x"),
        Some(TOKEN),
        Some("bearer first-token-0123456789"),
    ] {
        assert_eq!(
            get("", wrong).await,
            (401, json!({"error": "unauthorized"}))
        );
    }
    let (status, error) = get("?since=x", Some(&bearer)).await;
    assert_eq!(
        (status, error),
        (400, json!({"error": "since and limit must be integers"}))
    );
    let (status, page) = get("?since=0&limit=1", Some(&bearer)).await;
    assert_eq!(
        (status, &page["runtime"], &page["supported"]),
        (200, &json!("claude-code"), &json!(true))
    );
    assert_eq!((&page["cursor"], &page["more"]), (&json!(1), &json!(true)));
    assert_eq!(page["lines"][0]["text"], "one");
    std::fs::remove_file(agent.setup.path(".auth_token")).unwrap();
    assert_eq!(
        get("", Some(&bearer)).await.0,
        401,
        "without a known token nobody is let in"
    );
}
