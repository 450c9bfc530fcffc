//! The built-in agent (contract 04 section 3.1).

use crate::support::*;
use futures::StreamExt;
use messaging::{Caller, SendOptions, StreamOutcome};
use serde_json::{Value, json};
use store::{NewEvent, rows::files};
use wire::{Status, kind};

#[tokio::test]
async fn a_team_of_mock_agents_streams_shares_the_work_and_says_that_it_is_no_model() {
    let world = World::new().await;
    let lead = world
        .workspace("Lead", None, "mock", Status::Online, None)
        .await;
    let dev = world
        .workspace("Dev", Some(&lead), "mock", Status::Online, None)
        .await;
    let qa = world
        .workspace("Tester", Some(&lead), "mock", Status::Online, None)
        .await;
    let junior = world
        .workspace("Junior", Some(&dev), "mock", Status::Online, None)
        .await;
    let mut events = world.events();
    let mut ask = says("Build a login page");
    ask["method"] = json!("message/stream");
    let stream = world
        .messaging
        .stream(&lead, Caller::Person, ask, SendOptions::default())
        .await
        .unwrap();
    let StreamOutcome::Events(stream) = stream else {
        panic!("it streams")
    };
    let pieces: Vec<Value> = soon(stream.collect()).await;
    assert!(pieces.len() > 4, "several pieces");
    let last = pieces.last().unwrap();
    assert_eq!(last["result"]["kind"], "message");
    let whole = last["result"]["parts"][0]["text"].as_str().unwrap();
    let joined: String = pieces[..pieces.len() - 1]
        .iter()
        .map(|piece| {
            piece["result"]["artifact"]["parts"][0]["text"]
                .as_str()
                .unwrap()
        })
        .collect();
    assert_eq!(joined, whole);
    assert!(
        whole.contains("no model") && whole.contains("Dev") && whole.contains("Tester"),
        "{whole}"
    );

    // Each message inside the team is a row of its own, from who asked.
    for (id, from) in [(&dev, &lead), (&qa, &lead), (&junior, &dev)] {
        let rows = world.activity(id).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["source_id"], json!(from));
    }
    // And the work was visible.
    let task = until(&mut events, is(kind::TASK_UPDATED, &lead)).await;
    assert_eq!(
        task.payload,
        json!({"current_task": "Build a login page", "active_tasks": 1})
    );
    let done = until(&mut events, is(kind::TASK_UPDATED, &lead)).await;
    assert_eq!(done.payload, json!({"current_task": "", "active_tasks": 0}));
    let row = world.row(&lead).await;
    assert_eq!((row.active_tasks, row.status), (0, Status::Online));
    assert!(row.last_active_at.is_some() && row.last_heartbeat_at.is_none());
}

/// Contract 04 section 16.7: once, through the platform, visible in the chat; a mock agent's too.
#[tokio::test]
async fn an_initial_prompt_is_answered_once_like_any_message() {
    let world = World::new().await;
    let mut events = world.events();
    let id = world
        .workspace("Ada", None, "mock", Status::Online, None)
        .await;
    let other = world
        .workspace("Bob", None, "mock", Status::Online, None)
        .await;
    let allow = |id: &str, prompt: &'static str| {
        let (store, id) = (world.store.clone(), id.to_owned());
        async move {
            write(&store, move |write| {
                Box::pin(async move {
                    let config = format!("name: x\ninitial_prompt: {prompt}\n");
                    files::set_made(write.conn(), &id, "config.yaml", config.as_bytes()).await?;
                    let event = NewEvent::about(
                        &id,
                        kind::WORKSPACE_UPDATED,
                        json!({"changed": ["prompts"]}),
                    );
                    write.event(event).await.map(drop)
                })
            })
            .await;
        }
    };
    allow(&id, "Look around.").await;
    until(&mut events, is(kind::ACTIVITY_LOGGED, &id)).await;
    let rows = world.activity(&id).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (&rows[0]["source_kind"], &rows[0]["status"]),
        (&json!("system"), &json!("ok"))
    );
    let key = rows[0]["request_body"]["params"]["message"]["messageId"].as_str();
    assert!(
        key.is_some_and(|key| key.len() == 16 && key.starts_with("initial-")),
        "{rows:?}"
    );
    let chat = world.chat(&id).await;
    assert_eq!(chat[0], ("system".to_owned(), "Look around.".to_owned()));
    assert!(chat[1].1.starts_with("Ada here"), "{chat:?}");

    // Another prompt, another start of the platform: it was asked once and is not asked again. The other agent, whose
    // change comes after, is the sign that the first one's was heard.
    allow(&id, "Look again.").await;
    let again = world.started_anew().await;
    allow(&other, "Begin.").await;
    until(&mut events, is(kind::ACTIVITY_LOGGED, &other)).await;
    assert_eq!(world.activity(&id).await.len(), 1);
    again.shutdown().await;
}

#[tokio::test]
async fn it_answers_greetings_history_empty_messages_and_unknown_methods_by_its_rules() {
    let world = World::new().await;
    let id = world
        .workspace("Ada", None, "mock", Status::Online, None)
        .await;
    let text = |outcome: messaging::SendOutcome| {
        outcome.body["result"]["parts"][0]["text"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(
        text(world.send(&id, says("Hello")).await.unwrap())
            .starts_with("Hello, I am Ada (Ada's work).")
    );
    let mut past = says("What did I ask you?");
    past["params"]["metadata"] =
        json!({"history": [{"role": "user", "parts": [{"kind": "text", "text": "tea?"}]}]});
    assert!(
        text(world.send(&id, past).await.unwrap()).contains("1 message; the last one was: “tea?”")
    );
    let named = world.send(&id, says("Only named people")).await.unwrap();
    assert!(text(named).contains("You asked: “Only named people”"));
    let empty = json!({"method": "message/send", "params": {"message": {"parts": []}}});
    assert_eq!(
        text(world.send(&id, empty).await.unwrap()),
        "Error: message contained no text content."
    );
    let odd = world
        .send(
            &id,
            json!({"jsonrpc": "2.0", "id": 3, "method": "tasks/get"}),
        )
        .await
        .unwrap();
    assert_eq!(
        (odd.status, &odd.body["id"], &odd.body["error"]["code"]),
        (200, &json!(3), &json!(-32601))
    );
}

#[tokio::test]
async fn a_paused_one_refuses_and_a_sleeping_one_is_woken() {
    let world = World::new().await;
    let paused = world
        .workspace("P", None, "mock", Status::Paused, None)
        .await;
    let error = world.send(&paused, says("x")).await.unwrap_err();
    assert_eq!(
        (error.status(), &error.body()["status"]),
        (503, &json!("paused"))
    );
    let sleeping = world
        .workspace("S", None, "mock", Status::Hibernated, None)
        .await;
    assert_eq!(world.send(&sleeping, says("x")).await.unwrap().status, 202);
    let mut events = world.events();
    world.comes_online(&sleeping, "").await;
    until(&mut events, is(kind::A2A_RESPONSE, &sleeping)).await;
    assert_eq!(world.chat(&sleeping).await.len(), 2);
}
