//! Many cards moved in one step.

use crate::{made, named, of_kind, served, told};
use serde_json::{Value, json};
use testkit::Served;

async fn at(served: &Served, id: &str) -> (f64, f64, Value) {
    let (_, row) = served.get(&format!("/workspaces/{id}")).await;
    (
        row["x"].as_f64().unwrap(),
        row["y"].as_f64().unwrap(),
        row["width"].clone(),
    )
}

async fn below(served: &Served, name: &str, parent: &str, x: i64, y: i64) -> String {
    let body =
        json!({"name": name, "runtime": "mock", "parent_id": parent, "canvas": {"x": x, "y": y}});
    made(served, body).await
}

#[tokio::test]
async fn places_are_absolute_and_what_is_not_named_moves_with_its_lead() {
    let (served, _root) = served(&[]).await;
    let a = made(
        &served,
        json!({"name": "A", "runtime": "mock", "canvas": {"x": 10, "y": 20}}),
    )
    .await;
    let b = below(&served, "B", &a, 30, 150).await;
    let c = below(&served, "C", &b, 50, 300).await;
    let d = below(&served, "D", &a, 300, 150).await;
    served
        .patch(
            &format!("/workspaces/{a}"),
            json!({"width": 900, "height": 700}),
        )
        .await;
    let since = served.last_seq().await;
    // The member before its lead: the order of the call does not matter.
    let body = json!({"places": [{"id": b, "x": 500, "y": 600}, {"id": a, "x": 110, "y": 20}]});
    let (status, answer) = served.put("/canvas/places", body.clone()).await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("placed")));
    assert_eq!(at(&served, &a).await, (110.0, 20.0, Value::Null));
    assert_eq!(at(&served, &b).await, (500.0, 600.0, Value::Null));
    assert_eq!(
        at(&served, &c).await,
        (520.0, 750.0, Value::Null),
        "with B, and not with A too"
    );
    assert_eq!(at(&served, &d).await, (400.0, 150.0, Value::Null), "with A");
    let rows = told(&served, since).await;
    let moved: Vec<String> = of_kind(&rows, "WORKSPACE_MOVED")
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert_eq!(
        moved,
        [a.as_str(), b.as_str()],
        "a lead is told before what lies in it"
    );
    let sized = &of_kind(&rows, "WORKSPACE_UPDATED")[0];
    assert_eq!(
        (&sized.1["width"], sized.0.as_str()),
        (&Value::Null, a.as_str())
    );

    let since = served.last_seq().await;
    assert_eq!(served.put("/canvas/places", body).await.0, 200);
    assert!(
        told(&served, since).await.is_empty(),
        "all stands there already"
    );
}

#[tokio::test]
async fn one_bad_place_leaves_all_as_it_was() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    let before = at(&served, &a).await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    let good = json!({"id": a, "x": 5, "y": 6});
    for (places, status) in [
        (json!([good, {"id": unknown, "x": 1, "y": 2}]), 404),
        (json!([good, {"id": a, "x": 1, "y": 2}]), 400),
        (json!([{"id": a, "x": "left", "y": 2}]), 400),
        (json!([{"id": a, "x": 1}]), 400),
        (json!({"id": a}), 400),
        (json!(vec![json!({"id": a, "x": 1, "y": 2}); 10_001]), 400),
    ] {
        let (got, answer) = served
            .put("/canvas/places", json!({"places": places}))
            .await;
        assert_eq!(got, status, "{answer}");
        assert!(answer["error"].is_string() && answer["code"].is_string());
    }
    assert_eq!(at(&served, &a).await, before);
}
