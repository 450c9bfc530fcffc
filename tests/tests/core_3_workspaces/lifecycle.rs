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
