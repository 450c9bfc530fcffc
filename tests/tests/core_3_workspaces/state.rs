//! 3.6 state.

use crate::{named, served};
use serde_json::json;

#[tokio::test]
async fn state_says_paused_and_404_says_gone() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    served
        .post(&format!("/workspaces/{a}/pause"), json!({}))
        .await;
    let (status, state) = served.get(&format!("/workspaces/{a}/state")).await;
    assert_eq!(
        (status, &state["paused"], &state["deleted"]),
        (200, &json!(true), &json!(false))
    );
    served.delete(&format!("/workspaces/{a}")).await;
    let (status, state) = served.get(&format!("/workspaces/{a}/state")).await;
    assert_eq!(
        (status, &state["deleted"], &state["status"]),
        (404, &json!(true), &json!("removed"))
    );
}
