//! 3.11 agent records.

use crate::{named, of_kind, served, told};
use serde_json::json;

#[tokio::test]
async fn agent_records_are_assigned_replaced_moved_and_removed_one_at_a_time() {
    let (served, _root) = served(&[]).await;
    let (a, b) = (named(&served, "A").await, named(&served, "B").await);
    let at = |id: &str| format!("/workspaces/{id}/agent");
    let since = served.last_seq().await;
    for body in [json!({}), json!({"model": ""}), json!({"model": 1})] {
        let (status, answer) = served.post(&at(&a), body).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some("invalid request body"))
        );
    }
    let (status, first) = served.post(&at(&a), json!({"model": "opus"})).await;
    assert_eq!((status, first["model"].as_str()), (201, Some("opus")));
    let (status, answer) = served.post(&at(&a), json!({"model": "opus"})).await;
    let text = "workspace already has an active agent, use PATCH to replace";
    assert_eq!((status, answer["error"].as_str()), (409, Some(text)));
    let (status, second) = served.patch(&at(&a), json!({"model": "sonnet"})).await;
    assert_eq!((status, second["old_model"].as_str()), (200, Some("opus")));
    let (status, list) = served.get("/agents").await;
    assert_eq!((status, list.as_array().unwrap().len()), (200, 1));
    assert_eq!(list[0]["workspace_id"], a.as_str());
    let old = first["agent_id"].as_str().unwrap();
    assert_eq!(
        served.get(&format!("/agents/{old}")).await.1["status"],
        "replaced"
    );
    let (status, moved) = served
        .post(
            &format!("{}/move", at(&a)),
            json!({"target_workspace_id": b}),
        )
        .await;
    assert_eq!(
        (status, moved["to_workspace"].as_str()),
        (200, Some(b.as_str()))
    );
    assert_eq!(
        served.get(&format!("/workspaces/{b}/agents")).await.1[0]["model"],
        "sonnet"
    );
    let (status, answer) = served.patch(&at(&a), json!({"model": "x"})).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("no active agent to replace"))
    );
    served.post(&at(&a), json!({"model": "x"})).await;
    let (status, answer) = served
        .post(
            &format!("{}/move", at(&a)),
            json!({"target_workspace_id": b}),
        )
        .await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (409, Some("target workspace already has an active agent"))
    );
    let unknown = json!({"target_workspace_id": "00000000-0000-4000-8000-000000000000"});
    let (status, answer) = served.post(&format!("{}/move", at(&a)), unknown).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("target workspace not found"))
    );
    let (status, answer) = served.delete(&at(&b)).await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("removed")));
    let (status, answer) = served.delete(&at(&b)).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("no active agent to remove"))
    );
    let rows = told(&served, since).await;
    let moved = of_kind(&rows, "AGENT_MOVED");
    assert_eq!(
        (moved[0].0.as_str(), moved[1].0.as_str()),
        (a.as_str(), b.as_str()),
        "the source first"
    );
    for kind in ["AGENT_ASSIGNED", "AGENT_REPLACED", "AGENT_REMOVED"] {
        assert!(!of_kind(&rows, kind).is_empty(), "{kind}");
    }
}
