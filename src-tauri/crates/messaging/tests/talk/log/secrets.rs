//! Nothing secret is kept in clear.

use super::*;

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
