//! 3.7 restart; 3.8 pause, resume, hibernate.

use crate::{made, named, served};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn restart_knows_removed_external_and_paused_ones() {
    let (served, _root) = served(&[]).await;
    let gone = named(&served, "Gone").await;
    served.delete(&format!("/workspaces/{gone}")).await;
    assert_eq!(
        served
            .post(&format!("/workspaces/{gone}/restart"), json!({}))
            .await
            .0,
        410
    );
    let outside = made(&served, json!({"name": "Outside", "external": true})).await;
    assert_eq!(
        served
            .post(&format!("/workspaces/{outside}/restart"), json!({}))
            .await
            .0,
        409
    );
    let boss = named(&served, "Boss").await;
    let child = made(
        &served,
        json!({"name": "Child", "runtime": "mock", "parent_id": boss}),
    )
    .await;
    let (status, answer) = served
        .post(&format!("/workspaces/{boss}/pause"), json!({}))
        .await;
    assert_eq!(
        (status, answer),
        (200, json!({"paused_count": 2, "status": "paused"}))
    );
    let (status, answer) = served
        .post(&format!("/workspaces/{child}/restart"), json!({}))
        .await;
    let text = "parent workspace \"Boss\" is paused — resume it first";
    assert_eq!((status, answer["error"].as_str()), (409, Some(text)));
    let (status, answer) = served
        .post(&format!("/workspaces/{boss}/pause"), json!({}))
        .await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("workspace not found or already paused"))
    );
    let (status, answer) = served
        .post(&format!("/workspaces/{boss}/restart"), json!({}))
        .await;
    assert_eq!(
        (status, answer["status"].as_str()),
        (200, Some("provisioning")),
        "a person's restart lifts a pause"
    );
    let (status, answer) = served
        .post(&format!("/workspaces/{child}/resume"), json!({}))
        .await;
    assert_eq!(
        (status, answer),
        (200, json!({"resumed_count": 1, "status": "provisioning"}))
    );
    let (status, answer) = served
        .post(&format!("/workspaces/{child}/resume"), json!({}))
        .await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("workspace not found or not paused"))
    );
}

#[tokio::test]
async fn hibernate_is_for_live_idle_ones_and_wake_for_sleeping_ones() {
    let (served, _root) = served(&[]).await;
    let waiting = made(&served, json!({"name": "Waiting"})).await;
    let (status, answer) = served
        .post(&format!("/workspaces/{waiting}/hibernate"), json!({}))
        .await;
    let text = "workspace not found or not in a hibernatable state (must be online or degraded)";
    assert_eq!((status, answer["error"].as_str()), (404, Some(text)));
    assert_eq!(
        served
            .post(&format!("/workspaces/{waiting}/wake"), json!({}))
            .await
            .0,
        404
    );
    let live = named(&served, "Live").await;
    served.online(1, Duration::from_secs(30)).await;
    let (status, answer) = served
        .post(&format!("/workspaces/{live}/hibernate"), json!({}))
        .await;
    assert_eq!(
        (status, answer["status"].as_str()),
        (200, Some("hibernated"))
    );
    let asleep = |rows: &[Value]| rows.iter().any(|row| row["status"] == "hibernated");
    testkit::eventually("its sleep", Duration::from_secs(30), || async {
        asleep(&served.workspaces().await).then_some(())
    })
    .await;
    let (status, answer) = served.say(&live, "Good morning").await;
    assert!(
        status == 200 || status == 202,
        "the message that wakes it is not lost: {status} {answer}"
    );
    served.online(1, Duration::from_secs(30)).await;
}

#[tokio::test]
async fn hibernate_of_a_busy_one_is_409_with_its_tasks_and_force_really_stops_it() {
    let (served, _root) = served(&[]).await;
    let busy = named(&served, "Busy").await;
    served.online(1, Duration::from_secs(30)).await;
    let (_, minted) = served
        .post(&format!("/workspaces/{busy}/tokens"), json!({}))
        .await;
    let beat = served
        .bare(reqwest::Method::POST, "/registry/heartbeat")
        .bearer_auth(minted["auth_token"].as_str().unwrap())
        .json(&json!({"workspace_id": busy, "active_tasks": 2, "current_task": "Counting"}))
        .send()
        .await
        .unwrap();
    assert_eq!(beat.status(), 200);
    served
        .until(&busy, "two tasks", Duration::from_secs(10), |row| {
            row["active_tasks"] == 2
        })
        .await;
    let path = format!("/workspaces/{busy}/hibernate");
    let (status, answer) = served.post(&path, json!({})).await;
    let text = "workspace has active tasks; use ?force=true to terminate them";
    assert_eq!(
        (status, answer["error"].as_str(), &answer["active_tasks"]),
        (409, Some(text), &json!(2))
    );
    let (status, answer) = served.post(&format!("{path}?force=true"), json!({})).await;
    assert_eq!((status, answer), (200, json!({"status": "hibernated"})));
    served
        .until(&busy, "its sleep", Duration::from_secs(30), |row| {
            row["status"] == "hibernated"
        })
        .await;
    let (status, answer) = served.post(&path, json!({})).await;
    assert_eq!(
        (status, answer),
        (200, json!({"status": "already_hibernated"})),
        "the answer tells what happened"
    );
}

#[tokio::test]
async fn resume_of_an_external_one_is_200_without_a_container() {
    let (served, _root) = served(&[]).await;
    let outside = made(&served, json!({"name": "Outside", "external": true})).await;
    let (status, _) = served
        .post(&format!("/workspaces/{outside}/pause"), json!({}))
        .await;
    assert_eq!(status, 200);
    let (status, answer) = served
        .post(&format!("/workspaces/{outside}/resume"), json!({}))
        .await;
    assert_eq!((status, &answer["resumed_count"]), (200, &json!(1)));
    let row = served
        .until(&outside, "its agent", Duration::from_secs(10), |row| {
            row["status"] == "awaiting_agent"
        })
        .await;
    assert_eq!(row["provisioning_started_at"], Value::Null, "{row}");
}
