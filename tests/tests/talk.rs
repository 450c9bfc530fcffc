//! Talk: agents that live elsewhere and agents in containers, who may speak with whom, streams, and readers of the event
//! log that miss nothing when the platform dies and comes back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use futures::StreamExt;
use product_tests::{Engine, Live, Outside, minutes, seconds};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{OpenOptions, Store, StoreError};
use testkit::{EchoAgent, Served, ServedOptions, eventually};

async fn outside(served: &Served, name: &str, parent: Option<&str>) -> Outside {
    Outside::create(served, name, parent).await
}

async fn say(from: &Outside, served: &Served, to: &str, text: &str) -> (u16, Value) {
    let path = format!("/workspaces/{to}/a2a");
    let body = message("message/send", text);
    from.call(served, Method::POST, &path, Some(body)).await
}

fn message(method: &str, text: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": method,
        "params": {"message": {"role": "user", "messageId": "m", "parts": [{"kind": "text", "text": text}]}}})
}

/// Contract 02 section 2: what waits too long is dropped by an administrator, and the sender learns it.
#[tokio::test]
async fn stale_messages_are_dropped_by_post_admin_a2a_queue_drop_stale() {
    let served = Served::start(ServedOptions::default()).await;
    let target = outside(&served, "Target", None).await;
    served
        .post(&format!("/workspaces/{}/pause", target.id), json!({}))
        .await;
    let request = served
        .request(Method::POST, &format!("/workspaces/{}/a2a", target.id))
        .header("prefer", "respond-async")
        .json(&message("message/send", "later"));
    let (status, kept) = product_tests::answer(request).await;
    assert_eq!(status, 202, "{kept}");
    let drop = |query: &'static str| {
        let served = &served;
        async move {
            let path = format!("/admin/a2a-queue/drop-stale{query}");
            served.post(&path, json!({})).await
        }
    };
    for query in [
        "?max_age_minutes=0",
        "?max_age_minutes=-1",
        "?max_age_minutes=x",
    ] {
        let (status, refused) = drop(query).await;
        assert_eq!(
            (status, refused["error"].as_str()),
            (400, Some("max_age_minutes must be a positive integer"))
        );
    }
    assert_eq!(drop("?workspace_id=nonsense").await.0, 400);
    // It is younger than both: nothing goes.
    assert_eq!(drop("").await, (200, json!({"dropped": 0})));
    assert_eq!(
        drop("?max_age_minutes=1").await,
        (200, json!({"dropped": 0}))
    );
    let path = "/admin/a2a-queue/drop-stale";
    assert_eq!(target.call(&served, Method::POST, path, None).await.0, 401);
}

/// Contract 02 section 1.5: of an agent's yes its caller gets the agent's bytes as `application/json`, whatever they are;
/// what is kept of them is JSON (no. 56).
#[tokio::test]
async fn what_an_agent_answers_with_2xx_reaches_its_caller_byte_for_byte_json_or_not() {
    let served = Served::start(ServedOptions {
        open_mode: true,
        ..ServedOptions::default()
    })
    .await;
    let caller = outside(&served, "Caller", None).await;
    let odd = "{ \"jsonrpc\": \"2.0\",\n  \"id\": 123456789012345678901234567890,\n  \"result\": \"<b>\u{e4} \u{2028}\", \"x\": 1.0 }\n";
    // Kept as JSON: what no double holds is rounded, and whole numbers have no fraction.
    let mut kept_odd: Value = serde_json::from_str(odd).unwrap();
    kept_odd["x"] = json!(1);
    for (status, body, kept) in [
        (200, odd.as_bytes(), kept_odd),
        (
            200,
            b"Done, \"sir\".".as_slice(),
            json!({"raw": "Done, \"sir\"."}),
        ),
        (201, b"".as_slice(), json!({"raw": ""})),
        (202, b"null".as_slice(), Value::Null),
        (200, b"\xff\x00".as_slice(), json!({"raw": "\u{fffd}\u{0}"})),
    ] {
        let agent = EchoAgent::saying(status, body.to_vec()).await.unwrap();
        let target = outside(&served, "Target", None).await;
        target.register(&served, &agent).await;
        let path = format!("/workspaces/{}/a2a", target.id);
        let ask = || {
            let message = message("message/send", "go");
            caller.request(&served, Method::POST, &path).json(&message)
        };
        let answer = ask().send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.bytes().await.unwrap().as_ref(), body);
        let activity = format!("/workspaces/{}/activity", target.id);
        let (_, rows) = served.get(&activity).await;
        assert_eq!(rows[0]["response_body"], kept, "{rows}");
        assert_eq!(rows[0]["status"], "ok", "{rows}");
        if body.starts_with(b"Done") {
            // The window and the command line read the words, not the form they are kept in.
            let history = format!("/workspaces/{}/chat-history", target.id);
            assert_eq!(served.say(&target.id, "go").await.0, 200);
            let (_, chat) = served.get(&history).await;
            let said = chat["messages"].as_array().and_then(|all| all.last());
            assert_eq!(
                said.map(|one| &one["content"]),
                Some(&json!("Done, \"sir\".")),
                "{chat}"
            );
            let shown = served.command(&["send", &target.id, "go"]).await;
            assert_eq!(
                String::from_utf8_lossy(&shown.stdout).trim(),
                "Done, \"sir\"."
            );
        }

        // A client that would take a stream gets the same, where the agent does not stream.
        let whole = ask()
            .header("accept", "text/event-stream")
            .json(&message("message/stream", "go"));
        let whole = whole.send().await.unwrap();
        assert_eq!(whole.bytes().await.unwrap().as_ref(), body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_that_live_elsewhere() {
    // Agents on loopback are dialled in the open mode only.
    let served = Served::start(ServedOptions {
        open_mode: true,
        ..ServedOptions::default()
    })
    .await;
    let lead = outside(&served, "Lead", None).await;
    let member = outside(&served, "Member", Some(&lead.id)).await;
    let stranger_root = outside(&served, "Other root", None).await;
    let stranger_lead = outside(&served, "Other lead", Some(&stranger_root.id)).await;
    let stranger = outside(&served, "Stranger", Some(&stranger_lead.id)).await;
    let (first, second) = (
        EchoAgent::start().await.unwrap(),
        EchoAgent::start().await.unwrap(),
    );
    lead.register(&served, &first).await;
    member.register(&served, &second).await;
    for one in [&lead, &member] {
        served
            .until(&one.id, "being online", seconds(20), |row| {
                row["status"] == "online"
            })
            .await;
    }

    // A heartbeat is a sign of life, and its task shows.
    let beat = json!({"workspace_id": member.id, "active_tasks": 1, "current_task": "counting", "uptime_seconds": 7});
    let (status, answer) = member
        .call(&served, Method::POST, "/registry/heartbeat", Some(beat))
        .await;
    assert_eq!((status, &answer["status"]), (200, &json!("ok")));
    served
        .until(&member.id, "its task", seconds(20), |row| {
            row["current_task"] == "counting"
        })
        .await;

    // Discovery and peers follow the hierarchy.
    let (status, found) = lead
        .call(
            &served,
            Method::GET,
            &format!("/registry/discover/{}", member.id),
            None,
        )
        .await;
    assert_eq!(status, 200, "{found}");
    assert_eq!(found["url"], second.url(), "{found}");
    let (status, refused) = stranger
        .call(
            &served,
            Method::GET,
            &format!("/registry/discover/{}", member.id),
            None,
        )
        .await;
    assert_eq!(status, 403, "{refused}");
    assert_eq!(
        refused["error"],
        "not authorized to discover this workspace"
    );
    let (status, peers) = member
        .call(
            &served,
            Method::GET,
            &format!("/registry/{}/peers", member.id),
            None,
        )
        .await;
    assert_eq!(status, 200, "{peers}");
    let names: Vec<&str> = peers
        .as_array()
        .unwrap()
        .iter()
        .map(|peer| peer["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Lead"]);

    // Parent and child talk; branches do not. The token decides who speaks, not the header.
    let (status, answer) = say(&lead, &served, &member.id, "hello").await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        answer["result"]["parts"][0]["text"], "echo: hello",
        "{answer}"
    );
    let (status, answer) = say(&member, &served, &lead.id, "and back").await;
    assert_eq!(status, 200, "{answer}");
    let (status, refused) = say(&stranger, &served, &member.id, "psst").await;
    assert_eq!(status, 403, "{refused}");
    assert_eq!(
        refused["error"],
        "access denied: workspaces cannot communicate per hierarchy rules"
    );
    let request = served
        .bare(Method::POST, &format!("/workspaces/{}/a2a", member.id))
        .bearer_auth(&stranger.token);
    let posing = request
        .header("x-workspace-id", &lead.id)
        .json(&message("message/send", "I am Lead"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        posing.status().as_u16(),
        403,
        "a token speaks for its own workspace only"
    );
    let (_, access) = served
        .post(
            "/registry/check-access",
            json!({"caller_id": lead.id, "target_id": member.id}),
        )
        .await;
    assert_eq!(access["allowed"], true);
    let (_, access) = served
        .post(
            "/registry/check-access",
            json!({"caller_id": stranger.id, "target_id": member.id}),
        )
        .await;
    assert_eq!(access["allowed"], false);

    // What was said is on record at both ends.
    let (status, activity) = served
        .get(&format!("/workspaces/{}/activity", member.id))
        .await;
    assert_eq!(status, 200, "{activity}");
    assert!(activity.to_string().contains("hello"), "{activity}");

    // A reader that speaks for an agent sees its own branch and no other.
    let mut live = Live::connect_as(&served, None, &member.token, Some(&member.id)).await;
    let mut foreign = Live::connect_as(&served, None, &stranger.token, Some(&stranger.id)).await;
    let rename = |name: &str| json!({"name": name});
    let (status, _) = served
        .patch(&format!("/workspaces/{}", lead.id), rename("Lead of all"))
        .await;
    assert_eq!(status, 200);
    let (status, _) = served
        .patch(
            &format!("/workspaces/{}", stranger_lead.id),
            rename("Lead elsewhere"),
        )
        .await;
    assert_eq!(status, 200);
    let seen = live
        .until("the parent's new name", seconds(20), |event| {
            event["workspace_id"] == lead.id.as_str()
        })
        .await;
    assert!(
        seen.iter()
            .all(|event| event["workspace_id"] != stranger_lead.id.as_str()),
        "{seen:#?}"
    );
    let seen = foreign
        .until("the other lead's new name", seconds(20), |event| {
            event["workspace_id"] == stranger_lead.id.as_str()
        })
        .await;
    assert!(
        seen.iter()
            .all(|event| event["workspace_id"] != lead.id.as_str()),
        "{seen:#?}"
    );
}

/// In the closed mode an agent may not have the platform dial loopback: that is where the platform itself lives.
#[tokio::test]
async fn an_agent_cannot_point_the_platform_at_itself() {
    let served = Served::start(ServedOptions::default()).await;
    let one = outside(&served, "One", None).await;
    let body = json!({"id": one.id, "url": format!("http://127.0.0.1:{}", served.owner.port), "agent_card": {}});
    let (status, answer) = one
        .call(&served, Method::POST, "/registry/register", Some(body))
        .await;
    assert_eq!(status, 400, "{answer}");
    assert!(
        answer["error"]
            .as_str()
            .unwrap_or_default()
            .contains("127.0.0.1"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_in_containers_talk_and_stream() {
    let served = Served::start(ServedOptions::with_engine()).await;
    served.stand_ins().await;
    let make = async |name: &str, parent: Option<&str>| {
        let (status, made) = served
            .post(
                "/workspaces",
                json!({"name": name, "runtime": "claude-code", "parent_id": parent}),
            )
            .await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    };
    let lead = make("Lead", None).await;
    make("Member", Some(&lead)).await;
    let elsewhere = make("Elsewhere", None).await;
    let far = make("Far", Some(&elsewhere)).await;
    served.online(4, minutes(3)).await;

    // Person to agent, agent to agent through the platform, and refused where the hierarchy says no.
    let (status, answer) = served.say(&lead, "hello").await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer.to_string().contains("Lead: hello"), "{answer}");
    let (status, answer) = served.say(&lead, "/delegate Member count to three").await;
    assert_eq!(status, 200, "{answer}");
    assert!(
        answer.to_string().contains("Member: count to three"),
        "{answer}"
    );
    let (_, access) = served
        .post(
            "/registry/check-access",
            json!({"caller_id": lead, "target_id": far}),
        )
        .await;
    assert_eq!(access["allowed"], false);
    let engine = Engine::connect().await;
    let token = engine
        .file(
            &containers::names::container_name(&lead),
            "/configs/.auth_token",
        )
        .await
        .expect("a token")
        .text();
    let refused = served
        .bare(Method::POST, &format!("/workspaces/{far}/a2a"))
        .bearer_auth(token.trim())
        .json(&message("message/send", "over there"))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status().as_u16(), 403);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(
        refused["error"],
        "access denied: workspaces cannot communicate per hierarchy rules"
    );

    // A stream's pieces come in the order in which they were made, and the record holds the whole.
    let response = served
        .request(Method::POST, &format!("/workspaces/{lead}/a2a"))
        .header("accept", "text/event-stream")
        .json(&message("message/stream", "/stream 8"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(kind.starts_with("text/event-stream"), "{kind}");
    let mut bytes = response.bytes_stream();
    let mut text = String::new();
    while let Some(chunk) = bytes.next().await {
        text.push_str(&String::from_utf8_lossy(&chunk.unwrap()));
    }
    let places: Vec<Option<usize>> = (1..=8)
        .map(|number| text.find(&format!("piece {number} of 8")))
        .collect();
    assert!(places.iter().all(Option::is_some), "{text}");
    assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{text}");
    eventually("the whole answer on record", seconds(20), || async {
        let (_, history) = served
            .get(&format!("/workspaces/{lead}/chat-history"))
            .await;
        let history = history.to_string();
        (history.contains("piece 1 of 8") && history.contains("piece 8 of 8")).then_some(())
    })
    .await;
}

fn seqs(events: &[Value]) -> Vec<i64> {
    events
        .iter()
        .filter_map(|event| event["seq"].as_i64())
        .collect()
}

/// Stirs the log: rows, names, places.
async fn stir(served: &Served, round: usize) {
    for number in 0..8 {
        let (status, made) = served
            .post(
                "/workspaces",
                json!({"name": format!("W{round}-{number}"), "runtime": "mock"}),
            )
            .await;
        assert_eq!(status, 201, "{made}");
        let path = format!("/workspaces/{}", made["id"].as_str().unwrap());
        let (status, _) = served
            .patch(&path, json!({"role": format!("role {number}")}))
            .await;
        assert_eq!(status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_misses_nothing_when_the_platform_dies() {
    let mut served = Served::start(ServedOptions::default()).await;
    let start = served.last_seq().await;
    let mut live = Live::connect(&served, Some(start)).await;
    let mut mine: Vec<i64> = Vec::new();
    for round in 0..3 {
        stir(&served, round).await;
        // The reader is somewhere in the middle when the platform goes.
        let half = format!("W{round}-3");
        mine.extend(seqs(
            &live
                .until("half of them", seconds(20), |event| {
                    event["payload"].to_string().contains(&half)
                })
                .await,
        ));
        served.kill().await;
        while let Some(event) = live.next().await {
            mine.extend(event["seq"].as_i64());
        }
        served.again(&[]).await;
        live = Live::connect(&served, mine.last().copied()).await;
    }
    stir(&served, 9).await;
    let end = served.last_seq().await;
    mine.extend(seqs(
        &live
            .until("the last event", seconds(20), |event| {
                event["seq"].as_i64() >= Some(end)
            })
            .await,
    ));
    let mut twin = Live::connect(&served, Some(start)).await;
    let all = seqs(
        &twin
            .until("the last event again", seconds(20), |event| {
                event["seq"].as_i64() >= Some(end)
            })
            .await,
    );
    assert!(
        mine.windows(2).all(|pair| pair[0] < pair[1]),
        "twice or out of order: {mine:?}"
    );
    assert_eq!(
        mine, all,
        "one who was cut off three times saw the same as one who never was"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_was_away_for_too_long_is_told_to_read_again() {
    let mut served = Served::start(ServedOptions::default()).await;
    let start = served.last_seq().await;
    stir(&served, 0).await;
    // A message to a mock agent leaves transient rows, which live for a day.
    let one = served.named("W0-0").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, answer) = served.say(&one, "hello").await;
    assert_eq!(status, 200, "{answer}");
    served.kill().await;

    // Two days go by: what the platform itself drops once a day is dropped, by its own rule.
    let store = Store::open(OpenOptions::new(
        served.data_dir().join("molecule.sqlite"),
        Arc::new(clock::SystemClock::new()),
    ))
    .await
    .unwrap();
    let dropped: Result<u64, StoreError> = store
        .write(|write| {
            Box::pin(async move {
                let later = write.now() + chrono::TimeDelta::days(2);
                store::prune_events(write.conn(), store::Retention::default(), later).await
            })
        })
        .await;
    assert!(dropped.unwrap() > 0, "nothing was old enough");
    store.close().await;

    served.again(&[]).await;
    let mut live = Live::connect(&served, Some(start)).await;
    let seen = live
        .until("the word to read again", seconds(20), |event| {
            event["event"] == "RESYNC"
        })
        .await;
    assert_eq!(seen.len(), 1, "nothing with a gap in it before: {seen:#?}");
    assert!(
        seen[0]["payload"]["last_seq"]
            .as_i64()
            .is_some_and(|seq| seq > start),
        "{seen:#?}"
    );
    assert!(live.next().await.is_none(), "the stream ends there");
    // From the number it was told, it goes on.
    let mut live = Live::connect(&served, seen[0]["payload"]["last_seq"].as_i64()).await;
    stir(&served, 1).await;
    live.until("what happens from now on", seconds(20), |event| {
        event["payload"].to_string().contains("W1-7")
    })
    .await;
}
