//! Every row of the answer tables (contract 02 sections 1.2, 1.3, 1.5 and 4.2), with its text.

use crate::support::*;
use axum::response::IntoResponse;
use messaging::{AgentFacts, Caller, SendOptions};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use store::rows::workspaces::Column;
use wire::Status;

#[tokio::test]
async fn unknown_target_is_404_workspace_not_found_even_with_a_bad_body() {
    let world = World::new().await;
    for body in [says("x"), json!(5)] {
        let error = world.send(&store::new_id(), body).await.unwrap_err();
        assert_eq!(
            told(error),
            (404, None, json!({"error": "workspace not found"}))
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_400_invalid_json() {
    let world = World::new().await;
    let id = world.online("A", &echo().await.url).await;
    let error = world.send(&id, json!([1])).await.unwrap_err();
    assert_eq!(told(error), (400, None, json!({"error": "invalid JSON"})));
}

#[tokio::test]
async fn a_cousin_is_403_access_denied_and_an_unknown_target_of_a_workspace_too() {
    let world = World::new().await;
    let agent = echo().await;
    let root = world.online("Root", &agent.url).await;
    let (left, right) = {
        let team = |name: &'static str, parent: String| {
            let (world, url) = (&world, agent.url.clone());
            async move {
                world
                    .workspace(name, Some(&parent), "langgraph", Status::Online, Some(&url))
                    .await
            }
        };
        (
            team("Left", root.clone()).await,
            team("Right", root.clone()).await,
        )
    };
    let cousin = world
        .workspace(
            "Cousin",
            Some(&right),
            "langgraph",
            Status::Online,
            Some(&agent.url),
        )
        .await;
    let ask = |from: &str, to: &str| {
        let (messaging, from, to) = (world.messaging.clone(), from.to_owned(), to.to_owned());
        async move {
            messaging
                .send(
                    &to,
                    Caller::Workspace(from),
                    says("x"),
                    SendOptions::default(),
                )
                .await
        }
    };
    let denied =
        json!({"error": "access denied: workspaces cannot communicate per hierarchy rules"});
    assert_eq!(
        told(ask(&left, &cousin).await.unwrap_err()),
        (403, None, denied.clone())
    );
    assert_eq!(
        told(ask(&left, &store::new_id()).await.unwrap_err()),
        (403, None, denied)
    );
    for (from, to) in [
        (&left, &right),
        (&root, &cousin),
        (&cousin, &root),
        (&left, &left),
    ] {
        assert_eq!(ask(from, to).await.unwrap().status, 200);
    }
    // The refusal left one row, and a second one within the minute none (no. 27).
    let _ = ask(&left, &cousin).await;
    let rows = world.activity(&cousin).await;
    let refused: Vec<&Value> = rows.iter().filter(|row| row["status"] == "error").collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0]["source_id"], json!(left));
    // A name that is no id is nobody's (no. 24).
    let _ = ask("no id at all", &cousin).await;
    let rows = world.activity(&cousin).await;
    assert_eq!(
        (&rows[0]["status"], &rows[0]["source_id"]),
        (&json!("error"), &Value::Null)
    );
}

#[tokio::test]
async fn a_spent_budget_is_402_workspace_budget_limit_exceeded() {
    let world = World::new().await;
    let id = world.online("A", &echo().await.url).await;
    world.set(&id, Column::BudgetLimit, 0).await;
    let error = world.send(&id, says("x")).await.unwrap_err();
    assert_eq!(
        told(error),
        (
            402,
            None,
            json!({"error": "workspace budget limit exceeded"})
        )
    );
}

#[tokio::test]
async fn a_removed_target_is_410_workspace_removed() {
    let world = World::new().await;
    let id = world.online("A", &echo().await.url).await;
    let key = id.clone();
    write(&world.store, move |write| {
        Box::pin(async move {
            let now = write.stamp();
            store::rows::workspaces::mark_removed(write.conn(), &key, &now)
                .await
                .map(drop)
        })
    })
    .await;
    let error = world.send(&id, says("x")).await.unwrap_err();
    let (status, _, body) = told(error);
    assert_eq!((status, &body["error"]), (410, &json!("workspace removed")));
    // The body of contract 01 section 3.3.
    assert_eq!(body["id"], json!(id));
    assert!(
        body["removed_at"].is_string() && body["hint"].is_string(),
        "{body}"
    );
}

#[tokio::test]
async fn a_target_without_address_is_503_workspace_has_no_url_with_its_status() {
    let world = World::new().await;
    for status in [
        Status::Paused,
        Status::Provisioning,
        Status::Failed,
        Status::Offline,
        Status::AwaitingAgent,
    ] {
        let id = world.workspace("A", None, "langgraph", status, None).await;
        let (code, retry, body) = told(world.send(&id, says("x")).await.unwrap_err());
        assert_eq!((code, retry), (503, None));
        assert_eq!(body["error"], "workspace has no URL");
        assert_eq!(body["status"], status.as_str());
        assert!(body["detail"].is_string(), "it says what to do");
        // The same with `Prefer: respond-async` waits (no. 29).
        let options = SendOptions {
            prefer_async: true,
            timeout: None,
        };
        let kept = world
            .messaging
            .send(&id, Caller::Person, says("x"), options)
            .await
            .unwrap();
        assert_eq!(
            (kept.status, &kept.body["queued"], &kept.body["queue_depth"]),
            (202, &json!(true), &json!(1))
        );
    }
    assert_eq!(
        world.wake.calls(),
        Vec::<String>::new(),
        "nothing wakes what a person stopped"
    );
}

#[tokio::test]
async fn a_hibernated_target_is_202_queued_waking() {
    let world = World::new().await;
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let outcome = world.send(&id, says("x")).await.unwrap();
    assert_eq!(outcome.status, 202);
    assert_eq!(
        (&outcome.body["queued"], &outcome.body["waking"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(world.wake.calls(), [format!("wake {id}")]);
    let status = world
        .messaging
        .queue_status(outcome.body["queue_id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(status.body()["status"], "queued");
    assert_eq!(
        world.chat(&id).await,
        [("user".into(), "x".into())],
        "the person sees it waiting"
    );
}

#[tokio::test]
async fn a_target_that_waits_for_memory_is_202_queued_and_room_is_asked_for() {
    let world = World::new().await;
    let id = world
        .workspace("A", None, "langgraph", Status::Provisioning, None)
        .await;
    world
        .status(&id, Status::Provisioning, Some("waiting_for_memory"))
        .await;
    let outcome = world.send(&id, says("x")).await.unwrap();
    assert_eq!(outcome.status, 202);
    assert!(
        outcome.body["message"]
            .as_str()
            .unwrap()
            .contains("waits for memory")
    );
    assert_eq!(world.wake.calls(), [format!("release {id}")]);
}

#[tokio::test]
async fn an_address_that_was_not_assigned_by_us_is_502_not_publicly_routable() {
    let world = World::new().await;
    let agent = echo().await;
    let external = world
        .workspace("E", None, "external", Status::Online, Some(&agent.url))
        .await;
    let metadata = world
        .online("M", "http://169.254.169.254/latest/meta-data")
        .await;
    let path = world.online("P", &format!("{}/admin", agent.url)).await;
    let odd = world.online("O", "remote://no-inbound").await;
    for id in [external, metadata, path, odd] {
        let error = world.send(&id, says("x")).await.unwrap_err();
        assert_eq!(
            told(error),
            (
                502,
                None,
                json!({"error": "workspace URL is not publicly routable"})
            )
        );
    }
    assert_eq!(agent.bodies(), Vec::<Value>::new());
}

#[tokio::test]
async fn an_answer_is_passed_on_as_it_is_and_so_is_an_agents_32601() {
    let world = World::new().await;
    let agent = agent(|body| async move {
        match body["method"].as_str() {
            Some("message/send") => json_answer(200, reply(&body, "hi")),
            _ => json_answer(200, json!({"jsonrpc": "2.0", "id": body["id"], "error": {"code": -32601, "message": "no"}})),
        }
    })
    .await;
    let id = world.online("A", &agent.url).await;
    let outcome = world.send(&id, says("hello")).await.unwrap();
    assert_eq!(
        (outcome.status, &outcome.body["result"]["parts"][0]["text"]),
        (200, &json!("hi"))
    );
    let outcome = world
        .send(
            &id,
            json!({"jsonrpc": "2.0", "id": 9, "method": "tasks/odd"}),
        )
        .await
        .unwrap();
    assert_eq!(
        outcome.body,
        json!({"jsonrpc": "2.0", "id": 9, "error": {"code": -32601, "message": "no"}})
    );
    let short = world
        .send(&id, json!({"agent_id": id, "message": "hello"}))
        .await
        .unwrap();
    assert_eq!(short.body, json!({"result": "hi"}));

    let rows = world.activity(&id).await;
    assert_eq!(rows.len(), 3);
    let first = &rows[2];
    assert_eq!(
        (&first["activity_type"], &first["status"]),
        (&json!("a2a_receive"), &json!("ok"))
    );
    assert_eq!(first["summary"], "message/send → A");
    assert_eq!(
        (&first["source_id"], &first["target_id"]),
        (&Value::Null, &json!(id))
    );
    assert_eq!(
        first["request_body"]["params"]["message"]["parts"][0]["text"],
        "hello"
    );
    assert!(first["duration_ms"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn an_agents_failure_keeps_its_status_and_its_words() {
    let world = World::new().await;
    for (answer, expected) in [
        (
            json!({"error": "I broke"}),
            json!({"error": "I broke", "code": "agent_error"}),
        ),
        (
            json!({"error": {"code": -32000, "message": "deep"}}),
            json!({"error": "deep", "code": -32000}),
        ),
        (
            json!({}),
            json!({"error": "Bad Gateway", "code": "agent_error"}),
        ),
    ] {
        let agent = agent(move |_| {
            let answer = answer.clone();
            async move { json_answer(502, answer) }
        })
        .await;
        let id = world.online("A", &agent.url).await;
        let outcome = world.send(&id, says("x")).await.unwrap();
        assert_eq!((outcome.status, outcome.body), (502, expected));
        assert_eq!(world.activity(&id).await[0]["status"], "error");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let world = World::new().await;
    let secret = echo().await;
    let to = secret.url.clone();
    let agent = agent(move |_| {
        let to = to.clone();
        async move { axum::response::Redirect::temporary(&to).into_response() }
    })
    .await;
    let id = world.online("A", &agent.url).await;
    let outcome = world.send(&id, says("x")).await.unwrap();
    assert_eq!(
        (outcome.status, &outcome.body["error"]),
        (307, &json!("Temporary Redirect"))
    );
    assert!(secret.bodies().is_empty());
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_502_failed_to_read_with_delivery_confirmed() {
    let world = World::new().await;
    let url = raw_agent(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"jsonrpc\"").await;
    let id = world.online("A", &url).await;
    let error = world.send(&id, says("x")).await.unwrap_err();
    let body = json!({"error": "failed to read agent response", "delivery_confirmed": true});
    assert_eq!(told(error), (502, None, body));
    let row = &world.activity(&id).await[0];
    assert!(
        row["summary"]
            .as_str()
            .unwrap()
            .starts_with("A2A request to A failed: ")
    );
    assert_eq!(row["status"], "error");
}

#[tokio::test]
async fn an_answer_above_10_mib_is_502_agent_response_too_large() {
    let world = World::new().await;
    let agent = agent(|_| async { raw_answer(200, vec![b' '; 10 * 1024 * 1024 + 1]) }).await;
    let id = world.online("A", &agent.url).await;
    let error = world.send(&id, says("x")).await.unwrap_err();
    assert_eq!(
        told(error),
        (
            502,
            None,
            json!({"error": "agent response too large", "delivery_confirmed": true})
        )
    );
}

#[tokio::test]
async fn a_connection_that_ends_without_answer_is_503_busy_and_never_sent_twice() {
    let world = World::new().await;
    let id = world.online("A", &raw_agent(b"").await).await;
    let error = world.send(&id, says("x")).await.unwrap_err();
    let busy = json!({"error": "workspace agent busy — retry after a short backoff", "busy": true, "retry_after": 30});
    assert_eq!(told(error), (503, Some(30), busy));
    world.facts.0.lock().unwrap().insert(
        id.clone(),
        AgentFacts {
            session: true,
            scheduler: false,
            idle_timeout: None,
        },
    );
    let error = world.send(&id, says("x")).await.unwrap_err();
    let busy = json!({"error": "workspace agent busy — adapter handles retry (native_session)", "busy": true,
        "retry_after": 30, "native_session": true});
    assert_eq!(told(error), (503, Some(30), busy));
}

#[tokio::test]
async fn nobody_there_is_502_failed_to_reach_and_a_dead_container_503_restart_triggered() {
    let world = World::new().await;
    let id = world.online("A", &nobody().await).await;
    let error = world.send(&id, says("x")).await.unwrap_err();
    assert_eq!(
        told(error),
        (
            502,
            None,
            json!({"error": "failed to reach workspace agent"})
        )
    );
    assert!(world.wake.calls().is_empty());
    world.wake.dead.lock().unwrap().insert(id.clone());
    let error = world.send(&id, says("x")).await.unwrap_err();
    let body = json!({"error": "workspace agent unreachable — container restart triggered", "restarting": true});
    assert_eq!(told(error), (503, None, body));
    assert_eq!(world.wake.calls(), [format!("restart {id}")]);
    let options = SendOptions {
        prefer_async: true,
        timeout: None,
    };
    let kept = world
        .messaging
        .send(&id, Caller::Person, says("x"), options)
        .await
        .unwrap();
    assert_eq!(
        kept.status, 202,
        "nothing was delivered, and the sender said it may wait"
    );
}

#[tokio::test]
async fn a_target_that_accepts_no_connection_in_time_is_202_busy_queued() {
    let world = World::with(
        messaging::Options {
            connect_timeout: Duration::from_millis(200),
            ..options()
        },
        Arc::new(clock::SystemClock::new()),
    )
    .await;
    // A listener whose backlog is full: the system drops further connections.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    let mut held = Vec::new();
    while let Ok(Ok(one)) = tokio::time::timeout(
        Duration::from_millis(300),
        tokio::net::TcpStream::connect(address),
    )
    .await
    {
        held.push(one);
    }
    let id = world.online("A", &format!("http://{address}")).await;
    let outcome = world.send(&id, says("x")).await.unwrap();
    assert_eq!(outcome.status, 202);
    let message = "workspace agent busy — request queued, will dispatch when capacity available";
    assert_eq!(
        (&outcome.body["queued"], &outcome.body["message"]),
        (&json!(true), &json!(message))
    );
    assert!(outcome.body["queue_id"].is_string() && outcome.body["queue_depth"] == 1);
    assert_eq!(
        world.activity(&id).await[0]["status"],
        "error",
        "the attempt is written down"
    );
    drop((full, held));
}

/// Contract 01 section 1.2: inside a container the host's loopback is the platform's own, so agents are dialled by name.
#[tokio::test]
async fn a_platform_in_a_container_dials_its_agents_by_their_name_in_the_network() {
    let inside = messaging::Options {
        in_container: true,
        ..options()
    };
    let world = World::with(inside, Arc::new(clock::SystemClock::new())).await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let sent = world.send(&id, says("x")).await;
    // Nobody has that name here; who listens at loopback is not asked instead.
    assert!(
        sent.as_ref().map_or(true, |outcome| outcome.status != 200),
        "{sent:?}"
    );
    assert_eq!(agent.bodies(), Vec::<Value>::new());
}
