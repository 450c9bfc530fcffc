//! 3.3 the list and the single read.

use crate::{named, served};
use serde_json::{Value, json};

#[tokio::test]
async fn list_is_oldest_first_without_removed_ones_and_single_of_a_removed_one_is_410() {
    let (served, _root) = served(&[]).await;
    let (a, b) = (named(&served, "A").await, named(&served, "B").await);
    let names: Vec<Value> = served
        .workspaces()
        .await
        .iter()
        .map(|row| row["name"].clone())
        .collect();
    assert_eq!(names, ["A", "B"]);
    let (status, answer) = served.delete(&format!("/workspaces/{a}")).await;
    assert_eq!(
        (status, answer),
        (200, json!({"cascade_deleted": 0, "status": "removed"}))
    );
    assert_eq!(served.workspaces().await.len(), 1);
    let (status, gone) = served.get(&format!("/workspaces/{a}")).await;
    assert_eq!(status, 410);
    assert_eq!(gone["error"], "workspace removed");
    assert_eq!(gone["id"], a.as_str());
    assert!(gone["removed_at"].is_string() && gone["hint"].is_string());
    let (status, row) = served
        .get(&format!("/workspaces/{a}?include_removed=true"))
        .await;
    assert_eq!((status, row["status"].as_str()), (200, Some("removed")));
    assert_eq!(served.get("/workspaces/nonsense").await.0, 400);
    let unknown = "/workspaces/00000000-0000-4000-8000-000000000000";
    assert_eq!(served.get(unknown).await.0, 404);
    let (_, row) = served.get(&format!("/workspaces/{b}")).await;
    assert!(
        row.get("current_task").is_none_or(Value::is_null),
        "stripped from the single read"
    );
    assert!(row["created_at"].is_string());
}
