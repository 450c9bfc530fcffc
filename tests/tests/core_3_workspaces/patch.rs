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

#[tokio::test]
async fn null_takes_a_workspace_out_of_its_team_and_unknown_keys_change_nothing() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    let b = made(
        &served,
        json!({"name": "B", "runtime": "mock", "parent_id": a}),
    )
    .await;
    let path = format!("/workspaces/{b}");
    let since = served.last_seq().await;
    let other = json!({"budget_limit": 5, "canvas": {"x": 1}, "nonsense": true});
    assert_eq!(served.patch(&path, other).await.0, 200);
    let rows = told(&served, since).await;
    let updated = of_kind(&rows, "WORKSPACE_UPDATED");
    assert!(updated.is_empty(), "nothing changed: {updated:?}");
    let (status, _) = served.patch(&path, json!({"parent_id": null})).await;
    assert_eq!(status, 200);
    let (_, row) = served.get(&path).await;
    assert_eq!(row["parent_id"], json!(null));
    for (body, status) in [
        (
            json!({"parent_id": "00000000-0000-4000-8000-000000000000"}),
            404,
        ),
        (json!({"tier": 5}), 400),
        (json!({"tier": 1.5}), 400),
        (json!({"name": 7}), 400),
        (json!({"workspace_access": "all"}), 400),
        (json!({"max_concurrent_tasks": 0}), 400),
        (json!({"update_tier": "later"}), 400),
    ] {
        let (got, answer) = served.patch(&path, body.clone()).await;
        assert_eq!(got, status, "{body}: {answer}");
        assert!(answer["code"].is_string(), "{answer}");
    }
    let unknown = "/workspaces/00000000-0000-4000-8000-000000000000";
    let (status, answer) = served.patch(unknown, json!({"name": "x"})).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("workspace not found"))
    );
    served.delete(&path).await;
    let (status, _) = served.patch(&path, json!({"name": "Later"})).await;
    assert_eq!(status, 200, "removed rows are patchable");
}
