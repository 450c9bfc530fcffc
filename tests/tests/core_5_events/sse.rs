//! 5.3 `GET /workspaces/:id/events/stream`.

use crate::{closed, mock};
use product_tests::{Outside, answer, seconds};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::Served;

/// A stream, read line by line.
struct Lines {
    response: Response,
    held: String,
}

impl Lines {
    async fn open(served: &Served, id: &str, query: &str, headers: &[(&str, &str)]) -> Self {
        let path = format!("/workspaces/{id}/events/stream{query}");
        let mut request = served.request(Method::GET, &path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        Self {
            response,
            held: String::new(),
        }
    }

    /// The next line; `None` at the end.
    async fn line(&mut self, limit: Duration) -> Option<String> {
        loop {
            if let Some((line, rest)) = self.held.split_once('\n') {
                let line = line.to_owned();
                self.held = rest.to_owned();
                return Some(line);
            }
            let chunk = tokio::time::timeout(limit, self.response.chunk()).await;
            let chunk = chunk.expect("a line in time").ok().flatten()?;
            self.held.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event: its data and its id.
    async fn event(&mut self) -> Option<(Value, Option<i64>)> {
        let (mut data, mut id) = (None, None);
        loop {
            let line = self.line(seconds(20)).await?;
            if let Some(text) = line.strip_prefix("data: ") {
                data = Some(serde_json::from_str(text).unwrap());
            } else if let Some(text) = line.strip_prefix("id: ") {
                id = Some(text.parse().unwrap());
            } else if line.is_empty()
                && let Some(data) = data.take()
            {
                return Some((data, id));
            }
        }
    }
}

#[tokio::test]
async fn the_head_and_the_first_bytes_are_as_clients_expect_them() {
    let served = closed().await;
    let id = mock(&served, "A").await;
    let mut lines = Lines::open(&served, &id, "", &[]).await;
    let head = lines.response.headers().clone();
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache"),
        ("x-accel-buffering", "no"),
    ] {
        assert_eq!(head[name], value, "{name}");
    }
    assert_eq!(lines.line(seconds(5)).await.as_deref(), Some(": ping"));
    assert_eq!(lines.line(seconds(5)).await.as_deref(), Some(""));
}

#[tokio::test]
async fn it_carries_exactly_one_workspace_with_type_timestamp_data_and_id() {
    let served = closed().await;
    let id = Outside::create(&served, "A", None).await.id;
    let other = Outside::create(&served, "B", None).await.id;
    let mut lines = Lines::open(&served, &id, "", &[]).await;
    for (one, name) in [(&other, "unseen"), (&id, "seen")] {
        served
            .patch(&format!("/workspaces/{one}"), json!({"name": name}))
            .await;
    }
    let (event, seq) = loop {
        let (event, seq) = lines.event().await.unwrap();
        if event["type"] == "WORKSPACE_UPDATED" {
            break (event, seq);
        }
    };
    assert_eq!(event["data"]["name"], "seen", "{event}");
    assert!(event["timestamp"].as_i64().unwrap() > 1_700_000_000_000);
    assert_eq!(event.as_object().unwrap().len(), 3, "{event}");
    assert_eq!(seq, Some(served.last_seq().await));
}

#[tokio::test]
async fn a_sign_of_life_has_no_id() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    agent.poll(&served).await;
    let mut lines = Lines::open(&served, &agent.id, "", &[]).await;
    agent.beat(&served, json!({"uptime_seconds": 4})).await;
    let (event, seq) = lines.event().await.unwrap();
    assert_eq!(event["type"], "WORKSPACE_HEARTBEAT");
    assert_eq!(seq, None);
}

#[tokio::test]
async fn last_event_id_and_since_seq_replay_what_follows() {
    let served = closed().await;
    let id = Outside::create(&served, "A", None).await.id;
    let since = served.last_seq().await;
    served
        .patch(&format!("/workspaces/{id}"), json!({"name": "missed"}))
        .await;
    let text = since.to_string();
    let query = format!("?since_seq={since}");
    for (query, headers) in [
        (query.as_str(), vec![]),
        ("", vec![("last-event-id", text.as_str())]),
    ] {
        let mut lines = Lines::open(&served, &id, query, &headers).await;
        let (event, seq) = lines.event().await.unwrap();
        assert_eq!(event["data"]["name"], "missed");
        assert!(seq.unwrap() > since);
    }
}

#[tokio::test]
async fn a_number_that_was_never_given_gets_resync_and_the_end() {
    let served = closed().await;
    let id = Outside::create(&served, "A", None).await.id;
    let mut lines = Lines::open(&served, &id, "", &[("last-event-id", "999999")]).await;
    let (event, seq) = lines.event().await.unwrap();
    assert_eq!((event["type"].as_str(), seq), (Some("RESYNC"), None));
    assert!(event["data"]["last_seq"].is_i64());
    assert!(lines.event().await.is_none(), "the stream ends here");
}

#[tokio::test]
async fn a_comment_comes_every_fifteen_seconds_while_nothing_happens() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let mut lines = Lines::open(&served, &agent.id, "", &[]).await;
    let began = std::time::Instant::now();
    let mut pings = 0;
    while pings < 2 {
        let line = lines.line(seconds(30)).await.unwrap();
        pings += u32::from(line == ": ping");
    }
    assert!(
        (13..30).contains(&began.elapsed().as_secs()),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn who_may_read_it() {
    let served = closed().await;
    let (agent, other) = (
        Outside::create(&served, "A", None).await,
        Outside::create(&served, "B", None).await,
    );
    let path = format!("/workspaces/{}/events/stream", agent.id);
    assert_eq!(answer(served.bare(Method::GET, &path)).await.0, 401);
    assert_eq!(other.call(&served, Method::GET, &path, None).await.0, 401);
    let own = agent
        .request(&served, Method::GET, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(own.status(), 200);
    let (_, made) = served.post("/auth/tickets", json!({})).await;
    let with_ticket = format!("{path}?ticket={}", made["ticket"].as_str().unwrap());
    let ticket = served.bare(Method::GET, &with_ticket).send().await.unwrap();
    assert_eq!(ticket.status(), 200);
    let unknown = "/workspaces/00000000-0000-4000-8000-000000000000/events/stream";
    let (status, refused) = served.get(unknown).await;
    assert_eq!(
        (status, refused["error"].as_str()),
        (404, Some("workspace not found"))
    );
}

#[tokio::test]
async fn a_stop_ends_it() {
    let mut served = closed().await;
    let id = mock(&served, "A").await;
    let mut lines = Lines::open(&served, &id, "", &[]).await;
    let (status, _) = served
        .post("/stack/shutdown", json!({"agents": "keep"}))
        .await;
    assert!(status < 300, "{status}");
    while lines.event().await.is_some() {}
    let ended = tokio::time::timeout(seconds(20), served.ended()).await;
    assert_eq!(ended.expect("no stream holds the stop"), Some(0));
}
