//! Cursors, the feed of agents that fetch, search.

use super::*;

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
