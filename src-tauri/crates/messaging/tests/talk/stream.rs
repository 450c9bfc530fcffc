//! `message/stream`: passed on live, recorded whole (contract 02 no. 15).

use crate::support::*;
use axum::{body::Body, response::Response};
use futures::StreamExt;
use messaging::{Caller, SendOptions, StreamOutcome};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use wire::kind;

type Chunks = mpsc::UnboundedSender<Result<String, std::io::Error>>;

/// An agent whose stream the test feeds.
async fn fed() -> (TestAgent, Chunks) {
    let (chunks, reader) = mpsc::unbounded_channel();
    let reader = Arc::new(Mutex::new(Some(reader)));
    let agent = agent(move |_| {
        let reader = reader.lock().unwrap().take().expect("one stream only");
        async move {
            Response::builder()
                .header("content-type", "text/event-stream; charset=utf-8")
                .body(Body::from_stream(UnboundedReceiverStream::new(reader)))
                .unwrap()
        }
    })
    .await;
    (agent, chunks)
}

fn piece(text: &str, append: bool) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "result": {"kind": "artifact-update", "taskId": "t", "append": append,
        "artifact": {"artifactId": "a", "parts": [{"kind": "text", "text": text}]}}})
}

fn frame(event: &Value) -> Result<String, std::io::Error> {
    Ok(format!("data: {event}\n\n"))
}

fn ask(text: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "message/stream", "params": {"message": {"parts": [{"kind": "text", "text": text}]}}})
}

async fn start(world: &World, id: &str) -> futures::stream::BoxStream<'static, Value> {
    match soon(
        world
            .messaging
            .stream(id, Caller::Person, ask("go"), SendOptions::default()),
    )
    .await
    .unwrap()
    {
        StreamOutcome::Events(events) => events,
        StreamOutcome::Whole(whole) => panic!("no stream: {whole:?}"),
    }
}

#[tokio::test]
async fn events_are_passed_on_one_by_one_and_the_row_holds_the_whole_answer() {
    let world = World::new().await;
    let (agent, chunks) = fed().await;
    let id = world.online("A", &agent.url).await;
    // The first chunk must be there before the answer's head is: without it the client would wait for it.
    let mut stream = {
        chunks.send(frame(&piece("One ", false))).unwrap();
        start(&world, &id).await
    };
    assert_eq!(soon(stream.next()).await.unwrap(), piece("One ", false));
    for (text, usage) in [("two ", false), ("three", true)] {
        let mut event = piece(text, true);
        if usage {
            event["result"]["usage"] = json!({"input_tokens": 11, "output_tokens": 7});
        }
        chunks.send(frame(&event)).unwrap();
        assert_eq!(
            soon(stream.next()).await.unwrap(),
            event,
            "seen before the next one is sent"
        );
    }
    assert!(
        world.activity(&id).await.is_empty(),
        "the row comes at the end"
    );
    let mut events = world.events();
    drop(chunks);
    assert_eq!(soon(stream.next()).await, None);
    let logged = soon(async { world.activity(&id).await }).await;
    assert_eq!(logged.len(), 1);
    assert_eq!(
        logged[0]["response_body"]["result"]["parts"][0]["text"],
        "One two three"
    );
    assert_eq!(
        (&logged[0]["method"], &logged[0]["status"]),
        (&json!("message/stream"), &json!("ok"))
    );
    assert_eq!(
        until(&mut events, is(kind::A2A_RESPONSE, &id))
            .await
            .payload["method"],
        "message/stream"
    );
    assert_eq!(
        world.chat(&id).await,
        [
            ("user".into(), "go".into()),
            ("agent".into(), "One two three".into())
        ]
    );
    let tokens = world.messaging.tokens_today().await.unwrap();
    assert_eq!(
        (tokens.input_tokens, tokens.output_tokens, tokens.call_count),
        (11, 7, 1)
    );
}

#[tokio::test]
async fn a_closed_tab_does_not_end_the_agents_work() {
    let world = World::new().await;
    let (agent, chunks) = fed().await;
    let id = world.online("A", &agent.url).await;
    chunks.send(frame(&piece("begun, ", false))).unwrap();
    let mut stream = start(&world, &id).await;
    soon(stream.next()).await.unwrap();
    drop(stream);
    let mut events = world.events();
    chunks.send(frame(&piece("and ended", true))).unwrap();
    drop(chunks);
    until(&mut events, is(kind::A2A_RESPONSE, &id)).await;
    assert_eq!(
        world.chat(&id).await[1],
        ("agent".into(), "begun, and ended".into())
    );
}

#[tokio::test]
async fn a_stream_that_breaks_says_so_and_keeps_what_there_was() {
    let world = World::new().await;
    let (agent, chunks) = fed().await;
    let id = world.online("A", &agent.url).await;
    chunks.send(frame(&piece("half", false))).unwrap();
    let mut stream = start(&world, &id).await;
    soon(stream.next()).await.unwrap();
    chunks.send(Err(std::io::Error::other("gone"))).unwrap();
    let last = soon(stream.next()).await.unwrap();
    assert_eq!(last["error"]["code"], -32603);
    let _ = soon(stream.collect::<Vec<_>>()).await;
    let row = &world.activity(&id).await[0];
    assert_eq!(
        (
            &row["status"],
            &row["response_body"]["result"]["parts"][0]["text"]
        ),
        (&json!("error"), &json!("half"))
    );
}

#[tokio::test]
async fn an_agent_that_does_not_stream_gives_one_whole_answer_and_a_refusal_is_an_error() {
    let world = World::new().await;
    let id = world.online("A", &echo().await.url).await;
    match world
        .messaging
        .stream(&id, Caller::Person, ask("go"), SendOptions::default())
        .await
        .unwrap()
    {
        StreamOutcome::Whole(whole) => {
            assert_eq!(whole.body["result"]["parts"][0]["text"], "echo: go")
        }
        StreamOutcome::Events(_) => panic!("it does not stream"),
    }
    let unknown = world
        .messaging
        .stream(
            &store::new_id(),
            Caller::Person,
            ask("go"),
            SendOptions::default(),
        )
        .await;
    assert_eq!(unknown.unwrap_err().status(), 404);
}

#[tokio::test]
async fn a_client_that_wants_one_answer_gets_the_stream_put_together() {
    let world = World::new().await;
    let (agent, chunks) = fed().await;
    let id = world.online("A", &agent.url).await;
    for (text, append) in [("a", false), ("b", true)] {
        chunks.send(frame(&piece(text, append))).unwrap();
    }
    drop(chunks);
    let outcome = world.send(&id, ask("go")).await.unwrap();
    assert_eq!(
        (outcome.status, &outcome.body["result"]["parts"][0]["text"]),
        (200, &json!("ab"))
    );
}
