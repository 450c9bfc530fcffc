//! 5.4 the event log and how long it keeps what.

use crate::{closed, mock, websocket::old_log};
use product_tests::{Outside, answer, seconds};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

async fn page(served: &Served, path: &str) -> Vec<Value> {
    let (status, rows) = served.get(path).await;
    assert_eq!(status, 200, "{path}: {rows}");
    rows.as_array().unwrap().clone()
}

fn seqs(rows: &[Value]) -> Vec<i64> {
    rows.iter()
        .map(|row| row["seq"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn rows_have_their_six_fields_newest_first_a_hundred_without_a_limit() {
    let served = closed().await;
    let id = mock(&served, "A").await;
    for number in 0..120 {
        let name = json!({"name": format!("A{number}")});
        served.patch(&format!("/workspaces/{id}"), name).await;
    }
    let rows = page(&served, "/events").await;
    assert_eq!(rows.len(), 100);
    assert!(seqs(&rows).windows(2).all(|pair| pair[0] > pair[1]));
    let keys: Vec<&str> = rows[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "created_at",
            "event_type",
            "id",
            "payload",
            "seq",
            "workspace_id"
        ]
    );
    assert_eq!(rows[0]["payload"]["name"], "A119");
    assert_eq!(page(&served, "/events?limit=7").await.len(), 7);
    assert_eq!(page(&served, "/events?limit=0").await.len(), 100);
    assert!(page(&served, "/events?limit=100000").await.len() > 120);
    served
        .patch("/settings", json!({"quit_policy": "ask"}))
        .await;
    let global = &page(&served, "/events?limit=1").await[0];
    assert!(global["workspace_id"].is_null(), "{global}");
}

#[tokio::test]
async fn before_and_since_seq_page_both_ways_without_a_gap() {
    let served = closed().await;
    let id = Outside::create(&served, "A", None).await.id;
    let since = served.last_seq().await;
    for number in 0..25 {
        let name = json!({"name": format!("A{number}")});
        served.patch(&format!("/workspaces/{id}"), name).await;
    }
    let mut back = Vec::new();
    let mut before = i64::MAX;
    loop {
        let rows = page(&served, &format!("/events/{id}?limit=10&before={before}")).await;
        let Some(last) = seqs(&rows).last().copied() else {
            break;
        };
        before = last;
        back.extend(seqs(&rows));
    }
    back.retain(|seq| *seq > since);
    let mut forward = Vec::new();
    let mut after = since;
    loop {
        let mut rows =
            seqs(&page(&served, &format!("/events/{id}?limit=10&since_seq={after}")).await);
        rows.reverse();
        let Some(last) = rows.last().copied() else {
            break;
        };
        after = last;
        forward.extend(rows);
    }
    back.reverse();
    assert_eq!(forward, back);
    assert_eq!(forward.len(), 25);
}

#[tokio::test]
async fn type_takes_names_and_transient_ones_come_only_when_asked_for() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    agent.poll(&served).await;
    agent
        .beat(
            &served,
            json!({"current_task": "x", "active_tasks": 1, "uptime_seconds": 3}),
        )
        .await;
    let kinds = |rows: Vec<Value>| -> Vec<String> {
        rows.iter()
            .map(|row| row["event_type"].as_str().unwrap().to_owned())
            .collect()
    };
    let plain = kinds(page(&served, &format!("/events/{}", agent.id)).await);
    assert!(plain.iter().any(|kind| kind == "WORKSPACE_ONLINE"));
    assert!(
        !plain.iter().any(|kind| kind == "TASK_UPDATED"),
        "{plain:?}"
    );
    let asked = format!("/events/{}?type=TASK_UPDATED,WORKSPACE_ONLINE", agent.id);
    assert_eq!(
        kinds(page(&served, &asked).await),
        ["TASK_UPDATED", "WORKSPACE_ONLINE"]
    );
    let beats = page(&served, "/events?type=WORKSPACE_HEARTBEAT").await;
    assert!(beats.is_empty(), "signs of life are not kept");
}

#[tokio::test]
async fn it_is_for_admin_class_and_a_malformed_id_is_400() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    for path in ["/events".to_owned(), format!("/events/{}", agent.id)] {
        let (status, refused) = answer(served.bare(Method::GET, &path)).await;
        assert_eq!(
            (status, refused["error"].as_str()),
            (401, Some("admin auth required"))
        );
        let (status, refused) = agent.call(&served, Method::GET, &path, None).await;
        assert_eq!(
            (status, refused["error"].as_str()),
            (401, Some("invalid admin auth token"))
        );
    }
    let (status, refused) = served.get("/events/nonsense").await;
    assert_eq!(
        (status, refused["error"].as_str()),
        (400, Some("invalid workspace ID"))
    );
    let unknown = page(&served, "/events/00000000-0000-4000-8000-000000000000").await;
    assert!(unknown.is_empty());
}

#[tokio::test]
async fn each_class_is_kept_as_long_as_its_setting_says() {
    let folder = old_log().await;
    let served = Served::start(ServedOptions {
        data_dir: Some(folder.path().to_owned()),
        ..ServedOptions::default()
    })
    .await;
    let (_, settings) = served.get("/settings").await;
    assert_eq!(
        (
            &settings["events_structural_days"],
            &settings["events_operational_days"],
            &settings["events_transient_hours"]
        ),
        (&json!(0), &json!(30), &json!(24))
    );
    let left = |kind: &'static str| {
        let served = &served;
        async move { page(served, &format!("/events?type={kind}")).await.len() }
    };
    testkit::eventually("the transient ones to go", seconds(20), || async {
        (left("TASK_UPDATED").await == 0).then_some(())
    })
    .await;
    assert_eq!(left("SETTINGS_CHANGED").await, 1, "30 days are not over");
    let (status, _) = served
        .patch("/settings", json!({"events_operational_days": 1}))
        .await;
    assert_eq!(status, 200);
    testkit::eventually("the operational one to go", seconds(20), || async {
        let rows = page(&served, "/events?type=SETTINGS_CHANGED").await;
        // The change of the setting itself is told, and is new.
        (rows.len() == 1 && rows[0]["payload"]["changed"] == json!(["events_operational_days"]))
            .then_some(())
    })
    .await;
}
