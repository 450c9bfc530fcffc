//! Activity, notes, search, chat history, redaction, tokens (contract 02 sections 4.3, 6 and 7.4).

use crate::support::*;
use messaging::{ActivityQuery, ActivityReader, MessagingError};
use serde_json::{Value, json};
use std::time::Duration;
use store::rows::workspaces::Column;
use wire::{Status, kind};

/// The workspace that reads its own log.
const OWN: ActivityReader<'static> = ActivityReader::Own {
    platform: "http://platform",
};

fn query(pairs: &[(&str, &str)]) -> ActivityQuery {
    let map: serde_json::Map<String, Value> = pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), json!(value)))
        .collect();
    serde_json::from_value(Value::Object(map)).unwrap()
}

async fn summaries(
    world: &World,
    id: &str,
    pairs: &[(&str, &str)],
    reader: ActivityReader<'_>,
) -> Vec<String> {
    let rows = world
        .messaging
        .activity(id, &query(pairs), reader)
        .await
        .unwrap();
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row["summary"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_agents_own_rows_are_checked_stored_and_told() {
    let world = World::new().await;
    let id = world.online("A", "http://127.0.0.1:9").await;
    let refused = |body: Value| {
        let (world, id) = (&world, id.clone());
        async move { world.messaging.log_activity(&id, &body).await.unwrap_err() }
    };
    let missing = refused(json!({"summary": "x"})).await;
    assert_eq!(missing.body()["error"], "invalid request body");
    assert!(missing.body().to_string().contains("ActivityType"));
    assert_eq!(refused(json!("no")).await.status(), 400);
    assert_eq!(
        refused(json!({"activity_type": "bad_type"}))
            .await
            .to_string(),
        "invalid activity_type, must be one of: a2a_send, a2a_receive, task_update, agent_log, skill_promotion, memory_write, error"
    );
    let foreign = refused(json!({"activity_type": "agent_log", "source_id": "other"})).await;
    assert_eq!(
        (foreign.status(), foreign.to_string().as_str()),
        (403, "source_id must match authenticated workspace")
    );
    let body = json!({"activity_type": "agent_log"});
    assert_eq!(
        world
            .messaging
            .log_activity(&store::new_id(), &body)
            .await
            .unwrap_err()
            .status(),
        404
    );

    let mut events = world.events();
    let body = json!({"activity_type": "a2a_send", "target_id": store::new_id(), "summary": "asked", "duration_ms": 12.0,
        "metadata": {"task": "t"}, "error_detail": "ü".repeat(5000)});
    assert_eq!(
        world.messaging.log_activity(&id, &body).await.unwrap(),
        json!({"status": "logged"})
    );
    let event = until(&mut events, is(kind::ACTIVITY_LOGGED, &id)).await;
    let row = world.activity(&id).await.remove(0);
    assert_eq!(
        (&row["request_body"], &row["duration_ms"]),
        (&json!({"task": "t"}), &json!(12))
    );
    assert_eq!(
        row["error_detail"].as_str().unwrap().chars().count(),
        4099,
        "cut on a character, with dots"
    );
    for key in [
        "id",
        "created_at",
        "workspace_id",
        "request_body",
        "summary",
        "target_id",
    ] {
        assert_eq!(
            event.payload[key], row[key],
            "the event carries the full row: {key}"
        );
    }
    assert_eq!(event.payload["response_body"], Value::Null);
}

#[tokio::test]
async fn bodies_above_32_kib_are_left_out_of_the_event_only() {
    let world = World::new().await;
    let id = world.online("A", "http://127.0.0.1:9").await;
    let mut events = world.events();
    let body =
        json!({"activity_type": "agent_log", "request_body": {"text": "word ".repeat(8000)}});
    world.messaging.log_activity(&id, &body).await.unwrap();
    let event = until(&mut events, is(kind::ACTIVITY_LOGGED, &id)).await;
    assert_eq!(
        (&event.payload["request_body"], &event.payload["truncated"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(
        world.activity(&id).await[0]["request_body"],
        body["request_body"]
    );
}

#[tokio::test]
async fn a_note_to_the_person_is_stored_then_told_and_stands_in_the_chat() {
    let world = World::new().await;
    let id = world.online("Ada", "http://127.0.0.1:9").await;
    for (body, text) in [
        (json!({}), "message is required"),
        (json!({"message": ""}), "message is required"),
        (
            json!({"message": "x", "attachments": 5}),
            "message is required",
        ),
        (
            json!({"message": "x", "attachments": [{"uri": "u", "name": "n"}, {"uri": "u"}]}),
            "attachment[1]: uri and name are required",
        ),
    ] {
        let error = world.messaging.notify(&id, &body).await.unwrap_err();
        assert_eq!((error.status(), error.to_string().as_str()), (400, text));
    }
    let unknown = world
        .messaging
        .notify(&store::new_id(), &json!({"message": "x"}))
        .await
        .unwrap_err();
    assert!(matches!(unknown, MessagingError::NotFound));

    let mut events = world.events();
    let file = json!({"uri": "workspace:/workspace/out.pdf", "name": "out.pdf", "mimeType": "application/pdf", "size": 5});
    let body = json!({"message": "Build is ready", "attachments": [file], "type": "ignored"});
    assert_eq!(
        world.messaging.notify(&id, &body).await.unwrap(),
        json!({"status": "sent"})
    );
    let event = until(&mut events, is(kind::AGENT_MESSAGE, &id)).await;
    assert_eq!(
        event.payload,
        json!({"message": "Build is ready", "workspace_id": id, "name": "Ada", "attachments": [file]})
    );
    let row = world.activity(&id).await.remove(0);
    assert_eq!(
        (&row["method"], &row["source_id"], &row["target_id"]),
        (&json!("notify"), &Value::Null, &Value::Null)
    );
    assert_eq!(
        row["response_body"],
        json!({"result": "Build is ready", "parts": [{"kind": "file", "file": file}]})
    );
    let page = world.messaging.chat_history(&id, None, None).await.unwrap();
    assert_eq!(
        (
            &page["messages"][0]["role"],
            &page["messages"][0]["attachments"]
        ),
        (&json!("agent"), &json!([file]))
    );
    assert_eq!(page["messages"][0]["timestamp"], row["created_at"]);

    let derived = json!({"type": "delegation_result", "status": "completed", "task_id": "t-1"});
    world.messaging.notify(&id, &derived).await.unwrap();
    assert_eq!(
        world.chat(&id).await[1].1,
        "delegation result: completed: t-1"
    );
}

#[tokio::test]
async fn cursors_never_skip_or_repeat_rows_of_the_same_moment() {
    let (world, clock) = World::simulated().await;
    let id = world.online("A", "http://127.0.0.1:9").await;
    for n in 0..6 {
        world
            .messaging
            .log_activity(
                &id,
                &json!({"activity_type": "agent_log", "summary": format!("{n}")}),
            )
            .await
            .unwrap();
        if n == 3 {
            clock.advance(Duration::from_secs(10));
        }
    }
    use ActivityReader::Other;
    assert_eq!(
        summaries(&world, &id, &[], Other).await,
        ["5", "4", "3", "2", "1", "0"]
    );
    assert_eq!(
        summaries(&world, &id, &[("limit", "2")], Other).await,
        ["5", "4"]
    );
    assert_eq!(
        summaries(
            &world,
            &id,
            &[("limit", "junk"), ("type", "agent_log")],
            Other
        )
        .await
        .len(),
        6
    );
    assert_eq!(
        summaries(&world, &id, &[("since_secs", "5")], Other).await,
        ["4", "5"]
    );
    assert!(
        summaries(&world, &id, &[("since_secs", "0")], Other)
            .await
            .is_empty()
    );
    let mut cursor = world.activity(&id).await.pop().unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut read = Vec::new();
    loop {
        let rows = world
            .messaging
            .activity(&id, &query(&[("since_id", &cursor), ("limit", "2")]), Other)
            .await
            .unwrap();
        let Some(last) = rows.as_array().unwrap().last() else {
            break;
        };
        cursor = last["id"].as_str().unwrap().to_owned();
        read.extend(
            rows.as_array()
                .unwrap()
                .iter()
                .map(|row| row["summary"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(read, ["1", "2", "3", "4", "5"]);
    let zero = query(&[("since_id", "00000000-0000-0000-0000-000000000000")]);
    let lost = world
        .messaging
        .activity(&id, &zero, Other)
        .await
        .unwrap_err();
    assert_eq!(
        lost.outcome().body,
        json!({"error": "since_id not found", "code": "cursor_lost"})
    );
    assert_eq!(lost.status(), 410);
    let source = world
        .messaging
        .activity(&id, &query(&[("source", "x")]), Other)
        .await
        .unwrap_err();
    assert_eq!(source.to_string(), "source must be 'canvas' or 'agent'");
    assert_eq!(
        summaries(&world, &store::new_id(), &[], Other).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn an_agent_that_fetches_reads_oldest_first_without_its_own_notes_and_knows_who_asks() {
    let (world, clock) = World::simulated().await;
    let id = world
        .workspace("Poller", None, "external", Status::Online, None)
        .await;
    let peer = world
        .workspace("Peer", None, "external", Status::Online, None)
        .await;
    world.set(&id, Column::DeliveryMode, "poll").await;
    world.send(&id, says("first")).await.unwrap();
    clock.advance(Duration::from_secs(1));
    world
        .messaging
        .notify(&id, &json!({"message": "own words"}))
        .await
        .unwrap();
    clock.advance(Duration::from_secs(1));
    let from = messaging::Caller::Workspace(peer.clone());
    world
        .messaging
        .send(&id, from, says("second"), Default::default())
        .await
        .unwrap();
    let rows = world
        .messaging
        .activity(&id, &query(&[("type", "a2a_receive")]), OWN)
        .await
        .unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[0]["data"]["text"], &rows[0]["data"]["source"]),
        (&json!("first"), &json!("canvas_user"))
    );
    assert_eq!(
        rows[1]["data"],
        json!({"source": "peer_agent", "source_id": peer, "text": "second", "peer_name": "Peer",
        "peer_role": "Peer's work", "agent_card_url": format!("http://platform/registry/discover/{peer}")})
    );
    let part = &rows[0]["request_body"]["params"]["message"]["parts"][0];
    assert_eq!(
        (&part["kind"], &part["type"]),
        (&json!("text"), &json!("text"))
    );
    // The canvas reads newest first, notes included.
    assert_eq!(
        summaries(
            &world,
            &id,
            &[("type", "a2a_receive")],
            ActivityReader::Other
        )
        .await
        .len(),
        3
    );
    assert_eq!(
        summaries(&world, &id, &[("peer_id", &peer)], ActivityReader::Other)
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn section_4_2_what_was_refused_or_reported_by_the_agent_itself_is_no_message_to_fetch() {
    let world = World::new().await;
    let root = world
        .workspace("Root", None, "external", Status::Online, None)
        .await;
    let id = world
        .workspace("Poller", Some(&root), "external", Status::Online, None)
        .await;
    let stranger = world
        .workspace("Stranger", None, "external", Status::Online, None)
        .await;
    world.set(&id, Column::DeliveryMode, "poll").await;
    let from = messaging::Caller::Workspace(stranger);
    let refused = world
        .messaging
        .send(&id, from, says("let me in"), Default::default())
        .await;
    assert_eq!(refused.unwrap_err().status(), 403);
    let report = json!({"activity_type": "a2a_receive", "method": "message/send", "target_id": root,
        "summary": "asked the root", "response_body": {"result": "its answer"}});
    world.messaging.log_activity(&id, &report).await.unwrap();
    world.send(&id, says("the only message")).await.unwrap();
    for pairs in [
        &[("type", "a2a_receive")][..],
        &[("type", "a2a_receive"), ("since_secs", "60")],
        &[("since_secs", "60")],
    ] {
        let rows = world
            .messaging
            .activity(&id, &query(pairs), OWN)
            .await
            .unwrap();
        let texts: Vec<&Value> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["data"]["text"])
            .collect();
        assert_eq!(texts, ["the only message"], "{pairs:?}");
    }
    // A reader of the log sees all three, and a cursor may stand on a row that is not delivered.
    let all = world
        .messaging
        .activity(&id, &query(&[]), ActivityReader::Other)
        .await
        .unwrap();
    assert_eq!(all.as_array().unwrap().len(), 3);
    let cursor = all[2]["id"].as_str().unwrap();
    assert_eq!(
        summaries(&world, &id, &[("since_id", cursor)], OWN)
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn search_finds_substrings_of_any_case_and_no_character_is_a_wildcard() {
    let world = World::new().await;
    let id = world.online("A", "http://127.0.0.1:9").await;
    for text in [
        "Quarterly REPORT ready",
        "50% done",
        "nothing",
        "say \"hi\" to Zoë",
    ] {
        let body =
            json!({"activity_type": "agent_log", "summary": "s", "request_body": {"text": text}});
        world.messaging.log_activity(&id, &body).await.unwrap();
    }
    for (words, found) in [
        ("report", 1),
        ("erly rep", 1),
        ("0%", 1),
        ("%", 1),
        ("0% d", 1),
        ("__", 0),
        ("zoë", 1),
        ("", 4),
        ("\\\"hi\\\"", 1),
        ("absent", 0),
        ("NEAR(", 0),
    ] {
        let items = world.messaging.search(&id, words, None).await.unwrap();
        assert_eq!(items.as_array().unwrap().len(), found, "{words:?}");
    }
    let item = world
        .messaging
        .search(&id, "report", Some("1"))
        .await
        .unwrap();
    assert_eq!(
        (&item[0]["kind"], &item[0]["label"]),
        (&json!("activity"), &json!("agent_log"))
    );
}

#[tokio::test]
async fn chat_pages_keep_turns_whole_oldest_first() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let empty = world.messaging.chat_history(&id, None, None).await.unwrap();
    assert_eq!(empty, json!({"messages": [], "reached_end": true}));
    for n in 0..5 {
        world.send(&id, says(&format!("q{n}"))).await.unwrap();
        clock.advance(Duration::from_secs(1));
    }
    let text = |page: &Value| -> Vec<String> {
        page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["content"].as_str().unwrap().to_owned())
            .collect()
    };
    let page = world
        .messaging
        .chat_history(&id, Some("2"), None)
        .await
        .unwrap();
    assert_eq!(text(&page), ["q3", "echo: q3", "q4", "echo: q4"]);
    assert_eq!(page["reached_end"], false);
    let before = page["messages"][0]["timestamp"].as_str().unwrap();
    let page = world
        .messaging
        .chat_history(&id, Some("3"), Some(before))
        .await
        .unwrap();
    assert_eq!(
        text(&page),
        ["q0", "echo: q0", "q1", "echo: q1", "q2", "echo: q2"]
    );
    assert_eq!(page["reached_end"], true);
    assert_eq!(
        page["messages"][0]["timestamp"],
        page["messages"][1]["timestamp"]
    );
    let row = world.activity(&id).await.pop().unwrap();
    assert_eq!(
        page["messages"][0]["id"],
        json!(format!("{}:u", row["id"].as_str().unwrap()))
    );
    for (limit, before) in [
        (Some("x"), None),
        (Some("0"), None),
        (None, Some("yesterday")),
    ] {
        assert_eq!(
            world
                .messaging
                .chat_history(&id, limit, before)
                .await
                .unwrap_err()
                .status(),
            400
        );
    }
    // Activity may go; the chat stays until the person says so (no. 57).
    clock.advance(Duration::from_secs(10 * 24 * 3600));
    assert_eq!(world.messaging.prune_activity(7).await.unwrap(), 5);
    assert_eq!(world.messaging.prune_activity(0).await.unwrap(), 0);
    assert_eq!(world.chat(&id).await.len(), 10);
    assert_eq!(world.messaging.clear_chat(&id).await.unwrap(), 10);
}

#[tokio::test]
async fn agent_errors_are_system_entries_and_notes_to_itself_are_not_shown() {
    let world = World::new().await;
    let agent = agent(|body| async move {
        match text_of(&body).as_str() {
            "fail" => json_answer(
                500,
                json!({"result": {"parts": [{"kind": "text", "text": "sorry"}]}}),
            ),
            _ => json_answer(200, reply(&body, "Agent Error: no key")),
        }
    })
    .await;
    let id = world.online("A", &agent.url).await;
    world.send(&id, says("x")).await.unwrap();
    world.send(&id, says("fail")).await.unwrap();
    let note = "Delegation results are ready. Review them and take appropriate action: …";
    world
        .messaging
        .send(
            &id,
            messaging::Caller::System("schedule"),
            says("daily"),
            Default::default(),
        )
        .await
        .unwrap();
    world.send(&id, says(note)).await.unwrap();
    let roles: Vec<String> = world
        .chat(&id)
        .await
        .into_iter()
        .map(|(role, _)| role)
        .collect();
    assert_eq!(
        roles,
        [
            "user", "system", "user", "system", "system", "system", "system"
        ]
    );
    assert_eq!(world.activity(&id).await[1]["source_kind"], "schedule");
    // A restart note leaves nothing behind.
    let before = world.activity(&id).await.len();
    world
        .messaging
        .send(
            &id,
            messaging::Caller::System("restart-context"),
            says("note"),
            Default::default(),
        )
        .await
        .unwrap();
    assert_eq!(world.activity(&id).await.len(), before);
}

#[tokio::test]
async fn no_secret_that_is_known_or_looks_like_one_is_kept_in_clear() {
    let canary = "canary-7f3a9c1e5b2d4860";
    let pattern = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    let world = World::new().await;
    let spill = format!("the key is {canary} and {pattern}");
    let agent = {
        let spill = spill.clone();
        agent(move |body| {
            let spill = spill.clone();
            async move { json_answer(200, reply(&body, &spill)) }
        })
        .await
    };
    world.secrets.add([&vault::Secret::from(canary.to_owned())]);
    let id = world.online("A", &agent.url).await;
    let outcome = world
        .send(&id, says(&format!("use {canary}")))
        .await
        .unwrap();
    assert!(
        outcome.body.to_string().contains(canary),
        "the sender gets the answer as it is"
    );
    assert!(agent.texts()[0].contains(canary), "and so does the agent");
    let logged =
        json!({"activity_type": "agent_log", "summary": spill, "metadata": {(canary): spill}});
    world.messaging.log_activity(&id, &logged).await.unwrap();
    world
        .messaging
        .notify(&id, &json!({"message": spill}))
        .await
        .unwrap();
    // A message that waits must be kept as it is, until it was delivered.
    let sleeper = world
        .workspace("S", None, "langgraph", Status::Hibernated, None)
        .await;
    world.send(&sleeper, says(&spill)).await.unwrap();
    let mut events = world.events();
    world.comes_online(&sleeper, &agent.url).await;
    until(&mut events, |event| {
        event.event == kind::QUEUE_UPDATED && event.payload["status"] == "completed"
    })
    .await;

    for table in [
        "activity_logs",
        "message_bodies",
        "chat_messages",
        "a2a_queue",
        "structure_events",
    ] {
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT json_group_array(json_array({})) FROM {table}",
            columns(&world, table).await
        )))
        .fetch_all(world.store.read())
        .await
        .unwrap();
        let text = rows.concat();
        assert!(
            text.len() > 2 || table == "message_bodies",
            "{table} was read"
        );
        assert!(!text.contains(canary), "{table} shows a known secret");
        assert!(
            !text.contains(&pattern),
            "{table} shows what looks like a token"
        );
    }
}

#[tokio::test]
async fn an_agent_that_fetches_gets_the_message_as_it_was_sent_and_nobody_else_sees_its_secret() {
    let canary = "canary-0b1c2d3e4f5a6978";
    let world = World::new().await;
    world.secrets.add([&vault::Secret::from(canary.to_owned())]);
    let id = world
        .workspace("Poller", None, "external", Status::Online, None)
        .await;
    world.set(&id, Column::DeliveryMode, "poll").await;
    let mut events = world.events();
    world
        .send(&id, says(&format!("use {canary}")))
        .await
        .unwrap();
    let event = until(&mut events, is(kind::ACTIVITY_LOGGED, &id)).await;
    assert!(!event.payload.to_string().contains(canary));
    assert!(!world.chat(&id).await[0].1.contains(canary));
    assert_eq!(
        world.messaging.search(&id, canary, None).await.unwrap(),
        json!([])
    );
    let rows = world
        .messaging
        .activity(&id, &query(&[("type", "a2a_receive")]), OWN)
        .await
        .unwrap();
    assert_eq!(rows[0]["data"]["text"], json!(format!("use {canary}")));
}

async fn columns(world: &World, table: &str) -> String {
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)")
        .bind(table.to_owned())
        .fetch_all(world.store.read())
        .await
        .unwrap();
    names.join(", ")
}

#[tokio::test]
async fn tokens_are_counted_by_utc_day_and_capped_by_call() {
    let (world, clock) = World::simulated().await;
    let agent = agent(|body| async move {
        let mut answer = reply(&body, "ok");
        answer["usage"] = json!({"input_tokens": 99_000_000, "output_tokens": 1_000_000});
        json_answer(200, answer)
    })
    .await;
    let id = world.online("A", &agent.url).await;
    world.send(&id, says("x")).await.unwrap();
    let day = world.messaging.tokens_today_of(&id).await.unwrap();
    assert_eq!(
        (day.input_tokens, day.output_tokens, day.call_count),
        (10_000_000, 1_000_000, 1)
    );
    assert!((day.estimated_cost_usd - 45.0).abs() < 1e-9);
    clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(world.messaging.tokens_today().await.unwrap().call_count, 0);
}
