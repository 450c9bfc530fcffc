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
            json!({"model": "m\nn"}),
            "model must not contain newline characters",
        ),
        (
            json!({"provider": "p".repeat(101)}),
            "provider must be at most 100 characters",
        ),
        // Null stands for the empty text, which is no name (1.5).
        (json!({"name": null}), "name must not be empty"),
        (json!({"parent_id": "no id"}), "invalid workspace ID"),
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

/// 1.5: null is a field's zero value; section 7: every field that needs a restart says so (contract 04 D29).
#[tokio::test]
async fn patch_with_null_clears_the_role_and_gives_sleep_back_to_the_settings() {
    let (served, _root) = served(&[]).await;
    let id = made(
        &served,
        json!({"name": "A", "runtime": "langgraph", "role": "Writes"}),
    )
    .await;
    let path = format!("/workspaces/{id}");
    let (_, answer) = served
        .patch(
            &path,
            json!({"role": "Reads", "hibernation_idle_minutes": 5}),
        )
        .await;
    assert_eq!(
        (&answer["needs_restart"], &answer["reasons"]),
        (&json!(true), &json!(["role"]))
    );
    let (_, row) = served.get(&path).await;
    assert_eq!(
        (&row["role"], &row["hibernation_idle_minutes"]),
        (&json!("Reads"), &json!(5))
    );
    let since = served.last_seq().await;
    let cleared = json!({"role": null, "hibernation_idle_minutes": null});
    assert_eq!(served.patch(&path, cleared.clone()).await.0, 200);
    let (_, row) = served.get(&path).await;
    assert!(
        row["role"].is_null() && row["hibernation_idle_minutes"].is_null(),
        "{row}"
    );
    let rows = told(&served, since).await;
    assert_eq!(
        of_kind(&rows, "WORKSPACE_UPDATED")[0].1["changed"],
        json!(["role", "hibernation_idle_minutes"])
    );
    // The same again changes nothing.
    let since = served.last_seq().await;
    served.patch(&path, cleared).await;
    assert!(told(&served, since).await.is_empty());
}

#[tokio::test]
async fn patch_keeps_every_position_a_number() {
    let (served, _root) = served(&[]).await;
    let parent = named(&served, "Parent").await;
    let child = made(
        &served,
        json!({"name": "C", "runtime": "mock", "parent_id": parent}),
    )
    .await;
    let place = |id: &str, x: f64| {
        let path = format!("/workspaces/{id}");
        let served = &served;
        async move { served.patch(&path, json!({"x": x, "y": 0})).await }
    };
    let (status, answer) = place(&child, 1.7e308).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (
            400,
            Some("positions must be numbers from -1000000000 to 1000000000")
        )
    );
    let far = json!({"name": "D", "runtime": "mock", "canvas": {"x": 1e300, "y": 0}});
    assert_eq!(served.post("/workspaces", far).await.0, 400);
    for x in [1e9, -1e9, 1e9, -1e9] {
        assert_eq!(place(&child, 1e9).await.0, 200);
        assert_eq!(place(&parent, x).await.0, 200);
        let (_, row) = served.get(&format!("/workspaces/{child}")).await;
        assert!(row["x"].as_f64().unwrap().abs() <= 1e9, "{row}");
    }
}
