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

/// The table of 3.3, and what section 6 adds to both reads.
#[tokio::test]
async fn list_and_single_read_carry_the_fields_of_their_columns() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    let list = served.workspaces().await.remove(0);
    let (_, single) = served.get(&format!("/workspaces/{a}")).await;
    for key in [
        "id",
        "name",
        "status",
        "runtime",
        "role",
        "tier",
        "active_tasks",
        "max_concurrent_tasks",
        "uptime_seconds",
        "url",
        "parent_id",
        "agent_card",
        "last_error_rate",
        "x",
        "y",
        "collapsed",
        "last_heartbeat_at",
        "created_at",
        "update_tier",
        "delivery_mode",
        "provisioning_started_at",
        "needs_restart",
        "width",
        "height",
        "z",
        "placed",
    ] {
        assert!(list.get(key).is_some(), "{key} in the list: {list}");
        assert!(
            single.get(key).is_some(),
            "{key} in the single read: {single}"
        );
    }
    for key in [
        "current_task",
        "last_sample_error",
        "workspace_access",
        "workspace_dir",
        "budget_limit",
        "monthly_spend",
    ] {
        assert!(list.get(key).is_some(), "{key} in the list: {list}");
        assert_eq!(single.get(key), None, "{key} is not for every credential");
    }
    assert!(single.get("last_outbound_at").is_some(), "{single}");
    assert_eq!(list.get("last_outbound_at"), None);
    for (key, value) in [
        ("url", json!("")),
        ("parent_id", Value::Null),
        ("agent_card", Value::Null),
        ("last_error_rate", json!(0)),
        ("collapsed", json!(false)),
        ("update_tier", json!("production")),
        ("delivery_mode", json!("push")),
        ("max_concurrent_tasks", json!(1)),
    ] {
        assert_eq!(single[key], value, "{key}");
    }
}
