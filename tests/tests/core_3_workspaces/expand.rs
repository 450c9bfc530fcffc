//! 3.10 expand and collapse.

use crate::{made, named, of_kind, served, told};
use serde_json::json;

#[tokio::test]
async fn expand_makes_each_named_role_once_and_collapse_removes_all_below() {
    let lead = "name: Dev Lead\nsub_workspaces:\n  - config: coder\n    name: Coder\n    role: Writes\n  - config: tester\n";
    let (served, _root) =
        served(&[("dev-lead", lead), ("coder", "name: C\nruntime: mock\n")]).await;
    let a = named(&served, "Dev Lead").await;
    let since = served.last_seq().await;
    let (status, first) = served
        .post(&format!("/workspaces/{a}/expand"), json!({}))
        .await;
    assert_eq!((status, first["status"].as_str()), (200, Some("expanded")));
    let names: Vec<&str> = first["children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Coder", "tester"]);
    let rows = told(&served, since).await;
    assert_eq!(
        of_kind(&rows, "WORKSPACE_EXPANDED")[0].1["children"],
        first["children"]
    );
    let (_, again) = served
        .post(&format!("/workspaces/{a}/expand"), json!({}))
        .await;
    assert_eq!(
        again["children"], first["children"],
        "kept and new alike, none twice"
    );
    assert_eq!(served.workspaces().await.len(), 3);
    let child = first["children"][0]["id"].as_str().unwrap();
    made(
        &served,
        json!({"name": "Deep", "runtime": "mock", "parent_id": child}),
    )
    .await;
    let (status, answer) = served
        .post(&format!("/workspaces/{a}/collapse"), json!({}))
        .await;
    assert_eq!(
        (status, answer["status"].as_str()),
        (409, Some("confirmation_required"))
    );
    let since = served.last_seq().await;
    let (status, answer) = served
        .post(&format!("/workspaces/{a}/collapse?confirm=true"), json!({}))
        .await;
    assert_eq!(
        (status, answer),
        (
            200,
            json!({"removed": ["Coder", "tester"], "status": "collapsed"})
        )
    );
    let collapsed = of_kind(&told(&served, since).await, "WORKSPACE_COLLAPSED");
    assert_eq!(
        collapsed[0].1,
        json!({"removed_children": ["Coder", "tester"]})
    );
    assert_eq!(served.workspaces().await.len(), 1, "grandchildren too");
}

#[tokio::test]
async fn expand_says_what_is_missing() {
    let (served, _root) = served(&[("plain", "name: Plain\n"), ("broken", "name: [\n")]).await;
    for (name, status, text) in [
        ("Nobody", 400, "no config found for workspace"),
        (
            "Plain",
            400,
            "workspace has no sub_workspaces defined in config",
        ),
        ("Broken", 500, "failed to parse config"),
    ] {
        let id = named(&served, name).await;
        let (got, answer) = served
            .post(&format!("/workspaces/{id}/expand"), json!({}))
            .await;
        assert_eq!((got, answer["error"].as_str()), (status, Some(text)));
    }
}
