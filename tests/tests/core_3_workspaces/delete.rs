//! 3.5 delete.

use crate::{made, named, of_kind, served, told};
use serde_json::json;

#[tokio::test]
async fn delete_of_a_team_asks_first_with_every_descendant_then_removes_children_before_parents() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    let b = made(
        &served,
        json!({"name": "B", "runtime": "mock", "parent_id": a}),
    )
    .await;
    let c = made(
        &served,
        json!({"name": "C", "runtime": "mock", "parent_id": b}),
    )
    .await;
    let (status, answer) = served.delete(&format!("/workspaces/{a}")).await;
    assert_eq!(status, 409);
    assert_eq!(answer["status"], "confirmation_required");
    assert_eq!(answer["children_count"], 2);
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .contains("?confirm=true")
    );
    let since = served.last_seq().await;
    let (status, answer) = served
        .delete(&format!("/workspaces/{a}?confirm=true"))
        .await;
    assert_eq!(
        (status, answer),
        (200, json!({"cascade_deleted": 2, "status": "removed"}))
    );
    let removed = of_kind(&told(&served, since).await, "WORKSPACE_REMOVED");
    let order: Vec<&str> = removed.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(order, [c.as_str(), b.as_str(), a.as_str()]);
    assert_eq!(removed[0].1, json!({"name": "C"}));
    assert_eq!(removed[2].1, json!({"name": "A", "cascade_deleted": 2}));
    assert_eq!(
        served.delete(&format!("/workspaces/{a}")).await.0,
        200,
        "again is fine"
    );
    let unknown = "/workspaces/00000000-0000-4000-8000-000000000000";
    assert_eq!(served.delete(unknown).await.0, 404);
}

#[tokio::test]
async fn purge_leaves_no_row_but_the_history() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    let (status, answer) = served.delete(&format!("/workspaces/{a}?purge=true")).await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("purged")));
    assert_eq!(
        served
            .get(&format!("/workspaces/{a}?include_removed=true"))
            .await
            .0,
        404
    );
    let (_, rows) = served.get(&format!("/events/{a}")).await;
    assert!(!rows.as_array().unwrap().is_empty());
}
