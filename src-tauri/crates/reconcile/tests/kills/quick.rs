//! An agent that is quicker than the engine's answer to its start.

use crate::house::House;
use fail::FailScenario;
use serde_json::json;
use wire::Status;

/// It registers before the platform knows where it is reached: it is not shown as online while nobody can speak to it, and
/// is at once when somebody can.
#[tokio::test]
async fn an_agent_is_online_only_once_it_can_be_spoken_to() {
    let scenario = FailScenario::setup();
    let mut house = House::new().await;
    fail::cfg("start.running", "return(hang)").unwrap();
    house.start();
    let id = house.plain("a").await;
    let row = house
        .until_row(&id, |row| row.last_heartbeat_at.is_some())
        .await;
    assert_eq!(row.status, Status::Provisioning, "{row:?}");
    assert!(house.events("WORKSPACE_ONLINE").await.is_empty());

    // Cut off there: the next platform finds it running and says so without a word from it.
    house.kill().await;
    fail::remove("start.running");
    house.start();
    house.until(&id, Status::Online).await;
    online_with_its_address(&house, &id, 1).await;

    // Not cut off: its start says so.
    house.restart(&id).await;
    house
        .until_row(&id, |row| {
            row.status == Status::Online && row.running_generation == Some(row.generation)
        })
        .await;
    online_with_its_address(&house, &id, 2).await;
    scenario.teardown();
}

async fn online_with_its_address(house: &House, id: &str, times: usize) {
    let told = house.events("WORKSPACE_ONLINE").await;
    assert_eq!(told.len(), times, "{told:?}");
    let row = house.row(id).await;
    let newest = told.iter().max_by_key(|event| event.seq).unwrap();
    assert_eq!(newest.payload["url"], json!(row.url));
    assert!(
        row.url
            .is_some_and(|url| url.starts_with("http://127.0.0.1:"))
    );
}
