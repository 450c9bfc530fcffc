//! 4.2 heartbeat.

use crate::{closed, open};
use product_tests::{Live, Outside, answer, seconds, told};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Served;

/// A workspace whose agent polls and is online.
async fn online(served: &Served) -> Outside {
    let agent = Outside::create(served, "A", None).await;
    agent.poll(served).await;
    agent
}

async fn row(
    served: &Served,
    agent: &Outside,
    what: &str,
    wanted: impl Fn(&Value) -> bool,
) -> Value {
    served.until(&agent.id, what, seconds(10), wanted).await
}

async fn ok(served: &Served, agent: &Outside, beat: Value) {
    let (status, answer) = agent.beat(served, beat.clone()).await;
    assert_eq!((status, answer), (200, json!({"status": "ok"})), "{beat}");
}

#[tokio::test]
async fn every_field_of_a_beat_is_stored_and_absent_ones_stay() {
    let served = closed().await;
    let agent = online(&served).await;
    let full = json!({"error_rate": 0.25, "sample_error": "one failed", "active_tasks": 2, "current_task": "Drafting",
        "uptime_seconds": 60, "monthly_spend": 1234, "runtime_state": "", "status": "ignored", "extra": {"a": 1}});
    ok(&served, &agent, full).await;
    let whole = |row: &Value| {
        row["last_error_rate"] == 0.25
            && row["last_sample_error"] == "one failed"
            && row["active_tasks"] == 2
            && row["current_task"] == "Drafting"
            && row["uptime_seconds"] == 60
            && row["monthly_spend"] == 1234
    };
    row(&served, &agent, "all fields", whole).await;
    ok(&served, &agent, json!({})).await;
    ok(
        &served,
        &agent,
        json!({"uptime_seconds": 61, "monthly_spend": 0}),
    )
    .await;
    ok(
        &served,
        &agent,
        json!({"uptime_seconds": 62, "monthly_spend": -5, "active_tasks": null}),
    )
    .await;
    let later = row(&served, &agent, "its uptime", |row| {
        row["uptime_seconds"] == 62
    })
    .await;
    assert_eq!(later["current_task"], "Drafting", "absent is unchanged");
    assert_eq!(
        (&later["active_tasks"], &later["monthly_spend"]),
        (&json!(2), &json!(1234))
    );
    ok(
        &served,
        &agent,
        json!({"current_task": "", "active_tasks": 0.0, "uptime_seconds": 63.0,
        "monthly_spend": 9_000_000_000_000_i64, "error_rate": 7}),
    )
    .await;
    let last = row(&served, &agent, "the cleared task", |row| {
        row["current_task"] == ""
    })
    .await;
    assert_eq!(last["active_tasks"], 0, "whole floats are whole numbers");
    row(&served, &agent, "the capped spend", |row| {
        row["monthly_spend"] == 1_000_000_000_000_i64 && row["last_error_rate"] == 1
    })
    .await;
}

#[tokio::test]
async fn a_beat_that_is_none_is_refused_and_says_what_is_wrong() {
    let served = closed().await;
    let agent = online(&served).await;
    for body in [
        json!({}),
        json!([]),
        json!({"workspace_id": agent.id, "active_tasks": "two"}),
        json!({"workspace_id": agent.id, "active_tasks": 1.5}),
        json!({"workspace_id": agent.id, "runtime_metadata": "none"}),
        json!({"workspace_id": agent.id, "runtime_metadata": {"capabilities": {"scheduler": "yes"}}}),
    ] {
        let path = "/registry/heartbeat";
        let (status, refused) = agent
            .call(&served, Method::POST, path, Some(body.clone()))
            .await;
        assert_eq!(
            (status, refused["error"].as_str()),
            (400, Some("invalid request body")),
            "{body}"
        );
        assert!(refused["detail"].is_string(), "{refused}");
    }
    let bad = served
        .bare(Method::POST, "/registry/heartbeat")
        .bearer_auth(&agent.token)
        .json(&json!({"workspace_id": "x"}));
    let (status, refused) = answer(bad).await;
    assert_eq!(
        (status, refused["error"].as_str()),
        (400, Some("invalid workspace ID"))
    );
}

#[tokio::test]
async fn names_in_any_case_are_understood() {
    let served = closed().await;
    let agent = online(&served).await;
    let path = "/registry/heartbeat";
    for body in [
        json!({"WORKSPACE_ID": agent.id, "Uptime_Seconds": 17, "current_task": "caps"}),
        json!({"workspace_id": agent.id, "uptime_seconds": 18, "sample_error": "With Capitals"}),
    ] {
        let (status, answer) = agent
            .call(&served, Method::POST, path, Some(body.clone()))
            .await;
        assert_eq!(status, 200, "{body}: {answer}");
    }
    row(&served, &agent, "both", |row| {
        row["uptime_seconds"] == 18
            && row["current_task"] == "caps"
            && row["last_sample_error"] == "With Capitals"
    })
    .await;
}

#[tokio::test]
async fn a_task_push_changes_the_task_and_nothing_else() {
    let served = closed().await;
    let agent = online(&served).await;
    let capable = json!({"error_rate": 0.2, "sample_error": "kept", "uptime_seconds": 90, "monthly_spend": 7,
        "runtime_metadata": {"capabilities": {"status_mgmt": true}}});
    ok(&served, &agent, capable).await;
    ok(
        &served,
        &agent,
        json!({"uptime_seconds": 0, "current_task": "Counting", "active_tasks": 1, "error_rate": 0,
        "sample_error": "", "monthly_spend": 99}),
    )
    .await;
    let pushed = row(&served, &agent, "its task", |row| {
        row["current_task"] == "Counting"
    })
    .await;
    assert_eq!(pushed["active_tasks"], 1);
    assert_eq!(pushed["last_error_rate"], 0.2);
    assert_eq!(pushed["last_sample_error"], "kept");
    assert_eq!(
        (&pushed["uptime_seconds"], &pushed["monthly_spend"]),
        (&json!(90), &json!(7))
    );
    // The declaration of before still counts: an error rate does not degrade it.
    let since = served.last_seq().await;
    ok(
        &served,
        &agent,
        json!({"error_rate": 0.9, "uptime_seconds": 91}),
    )
    .await;
    row(&served, &agent, "the rate", |row| {
        row["last_error_rate"] == 0.9
    })
    .await;
    assert!(
        told(&served, since, &["WORKSPACE_DEGRADED"])
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn wedge_error_rate_and_recovery_turn_the_status_and_tell_why() {
    let served = closed().await;
    let agent = online(&served).await;
    let steps = [
        (json!({"error_rate": 0.49, "uptime_seconds": 1}), None),
        (
            json!({"error_rate": 0.5, "sample_error": "half", "uptime_seconds": 2}),
            Some((
                "WORKSPACE_DEGRADED",
                json!({"error_rate": 0.5, "sample_error": "half"}),
            )),
        ),
        (json!({"error_rate": 0.1, "uptime_seconds": 3}), None),
        (
            json!({"error_rate": 0.09, "runtime_state": "ok", "uptime_seconds": 0}),
            Some(("WORKSPACE_ONLINE", json!({}))),
        ),
        (
            json!({"error_rate": 0, "runtime_state": "wedged", "sample_error": "stuck", "uptime_seconds": 4}),
            Some((
                "WORKSPACE_DEGRADED",
                json!({"runtime_state": "wedged", "sample_error": "stuck"}),
            )),
        ),
        (
            json!({"runtime_state": "wedged", "uptime_seconds": 5}),
            None,
        ),
        (json!({"uptime_seconds": 0}), None),
        (
            json!({"uptime_seconds": 6}),
            Some(("WORKSPACE_ONLINE", json!({}))),
        ),
    ];
    for (beat, wanted) in steps {
        let since = served.last_seq().await;
        ok(&served, &agent, beat.clone()).await;
        let turned = told(&served, since, &["WORKSPACE_DEGRADED", "WORKSPACE_ONLINE"]).await;
        let turned: Vec<(&str, Value)> = turned
            .iter()
            .map(|(name, _, payload)| (name.as_str(), payload.clone()))
            .collect();
        assert_eq!(turned, Vec::from_iter(wanted), "{beat}");
    }
}

#[tokio::test]
async fn status_mgmt_speaks_for_itself_but_never_against_a_wedge() {
    let served = closed().await;
    let agent = online(&served).await;
    let own = json!({"capabilities": {"status_mgmt": true}});
    let status = |wanted: &'static str| move |row: &Value| row["status"] == wanted;
    // The declaration counts for its own beat.
    ok(
        &served,
        &agent,
        json!({"error_rate": 1, "uptime_seconds": 1, "runtime_metadata": own}),
    )
    .await;
    let seen = row(&served, &agent, "its rate", |row| {
        row["last_error_rate"] == 1
    })
    .await;
    assert_eq!(seen["status"], "online");
    ok(
        &served,
        &agent,
        json!({"runtime_state": "wedged", "uptime_seconds": 2}),
    )
    .await;
    row(&served, &agent, "the wedge", status("degraded")).await;
    ok(
        &served,
        &agent,
        json!({"error_rate": 0, "uptime_seconds": 3}),
    )
    .await;
    let seen = row(&served, &agent, "its uptime", |row| {
        row["uptime_seconds"] == 3
    })
    .await;
    assert_eq!(seen["status"], "degraded", "it lifts its own status itself");
    // Null takes a declaration back; absent does not.
    ok(
        &served,
        &agent,
        json!({"error_rate": 0, "uptime_seconds": 4, "runtime_metadata": null}),
    )
    .await;
    row(&served, &agent, "recovery", status("online")).await;
}

#[tokio::test]
async fn a_beat_brings_awaited_and_starting_agents_online() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let since = served.last_seq().await;
    ok(&served, &agent, json!({"uptime_seconds": 1})).await;
    let turned = told(&served, since, &["WORKSPACE_ONLINE"]).await;
    assert_eq!(turned.len(), 1);
    assert_eq!(turned[0].2, json!({}));
}

#[tokio::test]
async fn events_of_a_beat_come_in_order_and_the_heartbeat_always_last() {
    let served = closed().await;
    let agent = online(&served).await;
    let mut live = Live::connect(&served, None).await;
    let beat =
        json!({"error_rate": 0.8, "current_task": "New", "active_tasks": 1, "uptime_seconds": 9});
    ok(&served, &agent, beat.clone()).await;
    let is_beat = |event: &Value| event["event"] == "WORKSPACE_HEARTBEAT";
    let seen = live.until("the beat", seconds(10), is_beat).await;
    let names: Vec<&str> = seen
        .iter()
        .filter_map(|event| event["event"].as_str())
        .collect();
    assert_eq!(
        names,
        ["WORKSPACE_DEGRADED", "TASK_UPDATED", "WORKSPACE_HEARTBEAT"]
    );
    assert_eq!(
        seen[1]["payload"],
        json!({"active_tasks": 1, "current_task": "New"})
    );
    assert_eq!(
        seen[2]["payload"],
        json!({"active_tasks": 1, "uptime_seconds": 9})
    );
    assert!(seen[2].get("seq").is_none(), "it is not kept");
    ok(&served, &agent, beat).await;
    let seen = live.until("the second beat", seconds(10), is_beat).await;
    assert_eq!(seen.len(), 1, "the same task is no news: {seen:#?}");
}

#[tokio::test]
async fn a_beat_with_room_delivers_what_waits() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let body = json!({"parts": [{"kind": "text", "text": "later"}]});
    // It does not listen yet, and the sender may wait.
    let request = served
        .request(Method::POST, &format!("/workspaces/{}/a2a", agent.id))
        .header("prefer", "respond-async")
        .json(&body);
    let (status, kept) = answer(request).await;
    assert_eq!((status, &kept["queued"]), (202, &json!(true)), "{kept}");
    let echo = testkit::EchoAgent::start().await.unwrap();
    let mut live = Live::connect(&served, None).await;
    agent.register(&served, &echo).await;
    ok(
        &served,
        &agent,
        json!({"active_tasks": 0, "uptime_seconds": 5}),
    )
    .await;
    live.until("its delivery", seconds(20), |event| {
        event["event"] == "QUEUE_UPDATED" && event["payload"]["status"] == "completed"
    })
    .await;
}
