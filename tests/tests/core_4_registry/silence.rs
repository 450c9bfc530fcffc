//! 4.6 liveness and 4.7 the provisioning timeout, as far as a socket shows them; every age is drilled with a clock that
//! tests move in `reconcile`.

use product_tests::{Live, Outside, seconds};
use serde_json::json;
use testkit::{Served, ServedOptions};

#[tokio::test]
async fn an_external_agent_that_falls_silent_is_awaited_without_any_engine_and_comes_back_with_a_beat()
 {
    let options = ServedOptions::default().env("REMOTE_LIVENESS_STALE_AFTER", "2");
    let served = Served::start(options).await;
    let agent = Outside::create(&served, "A", None).await;
    agent.poll(&served).await;
    let mut live = Live::connect(&served, None).await;
    let seen = live
        .until("its silence", seconds(20), |event| {
            event["event"] == "WORKSPACE_AWAITING_AGENT"
        })
        .await;
    let names: Vec<&str> = seen
        .iter()
        .filter_map(|event| event["event"].as_str())
        .collect();
    assert_eq!(names, ["WORKSPACE_OFFLINE", "WORKSPACE_AWAITING_AGENT"]);
    let (_, row) = served.get(&format!("/workspaces/{}", agent.id)).await;
    assert_eq!(row["status"], "awaiting_agent");
    assert_eq!(agent.beat(&served, json!({})).await.0, 200);
    served
        .until(&agent.id, "its return", seconds(10), |row| {
            row["status"] == "online"
        })
        .await;
}
