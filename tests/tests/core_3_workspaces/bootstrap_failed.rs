//! 3.9 bootstrap-failed.

use crate::{made, of_kind, served, told};
use serde_json::json;

#[tokio::test]
async fn bootstrap_failed_acts_on_a_workspace_that_is_coming_up_and_on_no_other() {
    let (served, _root) = served(&[]).await;
    let a = made(&served, json!({"name": "A"})).await;
    let path = format!("/admin/workspaces/{a}/bootstrap-failed");
    let since = served.last_seq().await;
    let tail = "x".repeat(9000);
    let (status, answer) = served
        .post(&path, json!({"error": "no disk", "log_tail": tail}))
        .await;
    assert_eq!((status, answer), (200, json!({"ok": true})));
    let failed = of_kind(&told(&served, since).await, "WORKSPACE_PROVISION_FAILED");
    assert_eq!(failed[0].1["source"], "bootstrap_watcher");
    assert_eq!(failed[0].1["error"], "no disk");
    assert!(
        failed[0].1["log_tail"]
            .as_str()
            .unwrap()
            .starts_with("…(truncated)")
    );
    let rows = served.workspaces().await;
    assert_eq!(rows[0]["status"], "failed");
    assert!(
        rows[0]["last_sample_error"]
            .as_str()
            .unwrap()
            .starts_with("no disk\n\n")
    );
    assert_eq!(
        served.post(&path, json!({})).await,
        (200, json!({"no_change": true, "ok": true}))
    );
    let unknown = "/admin/workspaces/00000000-0000-4000-8000-000000000000/bootstrap-failed";
    assert_eq!(
        served.post(unknown, json!({})).await,
        (200, json!({"no_change": true, "ok": true}))
    );
}
