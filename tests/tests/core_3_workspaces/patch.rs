//! 3.4 patch.

use crate::{made, named, of_kind, served, told};
use serde_json::json;

#[tokio::test]
async fn patch_is_one_step_that_tells_what_changed() {
    let (served, _root) = served(&[]).await;
    let (a, b) = (named(&served, "A").await, named(&served, "B").await);
    let since = served.last_seq().await;
    let (status, answer) = served
        .patch(
            &format!("/workspaces/{b}"),
            json!({"name": "B2", "parent_id": a}),
        )
        .await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("updated")));
    let rows = told(&served, since).await;
    let (subject, moved) = &of_kind(&rows, "WORKSPACE_MOVED")[0];
    assert_eq!(
        (subject.as_str(), moved["new_parent_id"].as_str()),
        (b.as_str(), Some(a.as_str()))
    );
    assert_eq!(of_kind(&rows, "WORKSPACE_UPDATED").len(), 1);
    let cycle = json!({"name": "never", "parent_id": b});
    let (status, answer) = served.patch(&format!("/workspaces/{a}"), cycle).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (409, Some("parent would create a cycle"))
    );
    let (_, row) = served.get(&format!("/workspaces/{a}")).await;
    assert_eq!(row["name"], "A", "half a patch is no patch");
    let cases = [
        (
            json!({"name": "a\nb"}),
            "name must not contain newline characters",
        ),
        (
            json!({"name": "x".repeat(256)}),
            "name must be at most 255 characters",
        ),
        (
            json!({"role": "r".repeat(1001)}),
            "role must be at most 1000 characters",
        ),
        (
            json!({"runtime": "r".repeat(101)}),
            "runtime must be at most 100 characters",
        ),
        (
            json!({"workspace_dir": "/etc"}),
            "invalid workspace directory",
        ),
    ];
    for (body, text) in cases {
        let (status, answer) = served
            .patch(&format!("/workspaces/{a}"), body.clone())
            .await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some(text)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_moved_parent_takes_the_places_of_all_below_it_along() {
    let (served, _root) = served(&[]).await;
    let a = made(
        &served,
        json!({"name": "A", "runtime": "mock", "canvas": {"x": 10, "y": 20}}),
    )
    .await;
    let b = made(
        &served,
        json!({"name": "B", "runtime": "mock", "parent_id": a, "canvas": {"x": 30, "y": 40}}),
    )
    .await;
    served
        .patch(&format!("/workspaces/{a}"), json!({"x": 110, "y": 220}))
        .await;
    let (_, row) = served.get(&format!("/workspaces/{b}")).await;
    assert_eq!(
        (row["x"].as_f64(), row["y"].as_f64()),
        (Some(130.0), Some(240.0))
    );
}
