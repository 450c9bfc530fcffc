//! Chat history and tokens.

use super::*;

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
