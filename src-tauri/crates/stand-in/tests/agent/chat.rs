//! `chat` mode against scripted providers.

use crate::child::{Child, Setup};
use crate::platform::{Platform, is_whole_beat};
use crate::provider::Provider;
use serde_json::json;

const KEY: &str = "sk-canary-key-0123456789";
const SSE: &str = "text/event-stream";

async fn agent(platform: &Platform, pairs: &[(&str, &str)]) -> Child {
    let setup = Setup::new().with("STAND_IN_MODE", "chat");
    pairs
        .iter()
        .fold(setup, |setup, (name, value)| setup.with(name, value))
        .start(platform)
        .await
}

fn openai(text: &str) -> String {
    format!(
        "data: {}\n\n",
        json!({"choices": [{"delta": {"content": text}}]})
    )
}

const OPENAI_END: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
    data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n";

#[tokio::test]
async fn openai_is_streamed_word_by_word() {
    let (platform, provider) = (Platform::start().await, Provider::start().await);
    let base = format!("{}/v1", provider.url);
    let agent = agent(
        &platform,
        &[
            ("OPENAI_API_KEY", KEY),
            ("OPENAI_BASE_URL", &base),
            ("MODEL", "openai:tiny-1"),
        ],
    )
    .await;
    let script = provider.answer_slowly(200, SSE);
    script.send(openai("Good ")).unwrap();
    let mut events = agent.stream("hello").await;
    let text = |event: &serde_json::Value| event["result"]["artifact"]["parts"][0]["text"].clone();
    // The provider has not said more than this yet, so the first word cannot have waited for the rest.
    assert_eq!(text(&events.next().await.unwrap()), "Good ");
    script.send(openai("mörning")).unwrap();
    assert_eq!(text(&events.next().await.unwrap()), "mörning");
    script.send(OPENAI_END.to_owned()).unwrap();
    drop(script);
    let last = events.next().await.unwrap();
    assert_eq!(last["result"]["parts"][0]["text"], "Good mörning");
    assert_eq!(
        last["result"]["usage"],
        json!({"input_tokens": 11, "output_tokens": 2})
    );
    assert_eq!(events.next().await, None);

    let asked = &provider.asked()[0];
    assert_eq!(asked.path, "/v1/chat/completions");
    assert_eq!(asked.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(
        (&asked.body["model"], &asked.body["stream"]),
        (&json!("tiny-1"), &json!(true))
    );
}

#[tokio::test]
async fn history_prompt_and_fresh_skills_are_sent() {
    let (platform, provider) = (Platform::start().await, Provider::start().await);
    let agent = agent(
        &platform,
        &[
            ("OPENAI_API_KEY", KEY),
            ("OPENAI_BASE_URL", &provider.url),
            ("MODEL", "m"),
        ],
    )
    .await;
    agent
        .setup
        .write("skills/triage/SKILL.md", "Sort by colour.");
    provider.answer(200, SSE, &(openai("ok") + OPENAI_END));
    let history = json!([
        {"role": "user", "parts": [{"kind": "text", "text": "hello"}]},
        {"role": "agent", "parts": [{"type": "text", "text": "hi"}]},
    ]);
    let answer = agent
        .send_with("and now?", json!({"history": history}))
        .await;
    assert_eq!(answer["result"]["parts"][0]["text"], "ok");
    let messages = provider.asked()[0].body["messages"].clone();
    let system = messages[0]["content"].as_str().unwrap();
    assert!(
        system.starts_with("You read reports.") && system.contains("Sort by colour."),
        "{system}"
    );
    assert_eq!(messages[0]["role"], "system");
    assert_eq!(messages[1], json!({"role": "user", "content": "hello"}));
    assert_eq!(messages[2], json!({"role": "assistant", "content": "hi"}));
    assert_eq!(messages[3], json!({"role": "user", "content": "and now?"}));
}

#[tokio::test]
async fn an_endpoint_that_does_not_stream_and_wants_no_key_works() {
    let (platform, provider) = (Platform::start().await, Provider::start().await);
    let agent = agent(&platform, &[("OPENAI_BASE_URL", &provider.url)]).await;
    provider.answer(
        200,
        "application/json",
        "{\"data\":[{\"id\":\"local-model\"}]}",
    );
    let body = json!({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]});
    provider.answer(
        200,
        "application/json",
        &serde_json::to_string_pretty(&body).unwrap(),
    );
    assert_eq!(agent.say("hello").await, "Hi");
    let asked = provider.asked();
    assert_eq!(
        (asked[0].path.as_str(), asked[1].body["model"].as_str()),
        ("/models", Some("local-model"))
    );
    assert!(!asked[1].headers.contains_key("authorization"));
}

#[tokio::test]
async fn anthropic_is_streamed() {
    let (platform, provider) = (Platform::start().await, Provider::start().await);
    let agent = agent(
        &platform,
        &[
            ("ANTHROPIC_API_KEY", KEY),
            ("ANTHROPIC_BASE_URL", &provider.url),
            ("MODEL", "anthropic:claude-x-1"),
        ],
    )
    .await;
    let lines = [
        json!({"type": "message_start", "message": {"usage": {"input_tokens": 9, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Hel"}}),
        json!({"type": "content_block_delta", "delta": {"type": "text_delta", "text": "lo"}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}}),
        json!({"type": "message_stop"}),
    ];
    let body: String = lines
        .iter()
        .map(|line| format!("event: x\ndata: {line}\n\n"))
        .collect();
    provider.answer(200, SSE, &body);
    let events = agent.stream("hi").await.all().await;
    assert_eq!(events.len(), 3);
    assert_eq!(events[2]["result"]["parts"][0]["text"], "Hello");
    assert_eq!(
        events[2]["result"]["usage"],
        json!({"input_tokens": 9, "output_tokens": 5})
    );
    let asked = &provider.asked()[0];
    assert_eq!(asked.path, "/v1/messages");
    assert_eq!(asked.headers["x-api-key"], KEY);
    assert_eq!(
        (&asked.body["model"], asked.body["max_tokens"].is_u64()),
        (&json!("claude-x-1"), true)
    );
    assert!(
        asked.body["system"]
            .as_str()
            .unwrap()
            .starts_with("You read reports.")
    );
}

#[tokio::test]
async fn ollama_is_asked_for_its_model() {
    let (platform, provider) = (Platform::start().await, Provider::start().await);
    let host = provider.url.trim_start_matches("http://");
    let agent = agent(&platform, &[("OLLAMA_HOST", host)]).await;
    provider.answer(
        200,
        "application/json",
        "{\"models\":[{\"name\":\"small:1b\"}]}",
    );
    let lines = "{\"message\":{\"content\":\"Hal\"},\"done\":false}\n\
        {\"message\":{\"content\":\"lo\"},\"done\":true,\"prompt_eval_count\":4,\"eval_count\":2}\n";
    provider.answer(200, "application/x-ndjson", lines);
    let answer = agent.send("hi").await;
    assert_eq!(answer["result"]["parts"][0]["text"], "Hallo");
    assert_eq!(
        answer["result"]["usage"],
        json!({"input_tokens": 4, "output_tokens": 2})
    );
    let asked = provider.asked();
    assert_eq!(
        (asked[0].path.as_str(), asked[1].path.as_str()),
        ("/api/tags", "/api/chat")
    );
    assert_eq!(asked[1].body["model"], "small:1b");
}

#[tokio::test]
async fn errors_become_answers_that_say_what_to_do() {
    let (platform, provider) = (Platform::start().await, Provider::start().await);
    let agent = agent(
        &platform,
        &[
            ("OPENAI_API_KEY", KEY),
            ("OPENAI_BASE_URL", &provider.url),
            ("MODEL", "m-1"),
        ],
    )
    .await;
    for (status, told, next) in [
        (401, "wrong key", "OPENAI_API_KEY"),
        (404, "no such model", "MODEL"),
        (429, "too many", "limits"),
        (503, "overloaded", "later"),
    ] {
        let body = json!({"error": {"message": format!("{told}: {KEY}")}});
        provider.answer(status, "application/json", &body.to_string());
        let text = agent.say("hi").await;
        assert!(
            text.starts_with("Agent error: ") && text.contains(told) && text.contains(next),
            "{text}"
        );
        assert!(
            text.contains(&status.to_string()) && !text.contains("canary"),
            "{text}"
        );
    }
    platform
        .wait("a beat with the error", |call| {
            is_whole_beat(call) && call.body["error_rate"] != 0.0
        })
        .await;

    provider.answer(200, SSE, &openai("half an ans"));
    let text = agent.say("hi").await;
    assert!(
        text.starts_with("half an ans\n\nAgent error: ") && text.contains("broke off"),
        "{text}"
    );
    provider.answer(
        200,
        SSE,
        &format!("data: {}\n\n", json!({"error": {"message": "burnt"}})),
    );
    assert!(agent.say("hi").await.contains("burnt"));
    provider.answer(302, "text/plain", "");
    assert!(
        agent.say("hi").await.contains("302"),
        "a redirect is not followed: the key stays here"
    );

    agent.terminate();
    let (_, output, setup) = agent.ended().await;
    let snapshot = std::fs::read_to_string(setup.path(".agent_snapshot.json")).unwrap();
    let told: Vec<String> = platform
        .calls()
        .iter()
        .map(|call| call.body.to_string())
        .collect();
    for place in [output, snapshot, told.concat()] {
        assert!(!place.contains(KEY), "the key is in {place}");
    }
}

#[tokio::test]
async fn an_endpoint_that_is_away_is_named_by_its_variable() {
    let platform = Platform::start().await;
    let base = "http://user:secret-password@127.0.0.1:1";
    let agent = agent(
        &platform,
        &[
            ("OPENAI_API_KEY", KEY),
            ("OPENAI_BASE_URL", base),
            ("MODEL", "m"),
        ],
    )
    .await;
    let text = agent.say("hi").await;
    assert!(
        text.contains("127.0.0.1:1 cannot be reached") && text.contains("OPENAI_BASE_URL"),
        "{text}"
    );
    assert!(
        !text.contains("secret-password") && !text.contains(KEY),
        "{text}"
    );
}

#[tokio::test]
async fn a_model_without_its_key_is_told_with_the_name_to_set() {
    let platform = Platform::start().await;
    let agent = agent(&platform, &[("MODEL", "anthropic:claude-x-1")]).await;
    let text = agent.say("hi").await;
    assert!(
        text.starts_with("Agent error: ") && text.contains("ANTHROPIC_API_KEY is not set"),
        "{text}"
    );
}
