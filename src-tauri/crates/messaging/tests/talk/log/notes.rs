//! Rows that agents write, and notes to the person.

use super::*;

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
