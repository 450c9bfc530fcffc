//! Schedules as clients of the contract make and change them (contract 02 section 10.1, 16.8 nos. 78 to 81). The number
//! in a name is the row of the table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

async fn agent(served: &Served) -> String {
    let (status, made) = served
        .post("/workspaces", json!({"name": "A", "runtime": "mock"}))
        .await;
    assert_eq!(status, 201, "{made}");
    format!("/workspaces/{}/schedules", made["id"].as_str().unwrap())
}

fn error(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn schedules_are_made_listed_changed_and_deleted() {
    let served = Served::start(ServedOptions::default()).await;
    let path = agent(&served).await;
    let body = json!({"name": "morning", "cron_expr": "0 9 * * 1-5", "prompt": "Plan.\r\n", "timezone": "Europe/Berlin"});
    let (status, made) = served.post(&path, body).await;
    assert_eq!(
        (status, &made["status"]),
        (201, &json!("created")),
        "{made}"
    );
    assert!(made["next_run_at"].is_string(), "{made}");
    let (_, list) = served.get(&path).await;
    let row = &list[0];
    assert_eq!(row["id"], made["id"]);
    assert_eq!(
        (
            &row["prompt"],
            &row["enabled"],
            &row["source"],
            &row["last_run_at"]
        ),
        (
            &json!("Plan.\n"),
            &json!(true),
            &json!("runtime"),
            &Value::Null
        )
    );
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let (status, changed) = served
        .patch(&one, json!({"enabled": false, "prompt": "Look."}))
        .await;
    assert_eq!((status, changed), (200, json!({"status": "updated"})));
    let (_, list) = served.get(&path).await;
    assert_eq!(
        (&list[0]["enabled"], &list[0]["prompt"]),
        (&json!(false), &json!("Look."))
    );
    let (status, gone) = served.delete(&one).await;
    assert_eq!((status, gone), (200, json!({"status": "deleted"})));
    assert_eq!(
        error(&served.delete(&one).await),
        (404, "schedule not found")
    );
    assert_eq!(
        error(&served.patch(&one, json!({"enabled": true})).await),
        (404, "schedule not found")
    );
    assert_eq!(served.get(&path).await, (200, json!([])));
}

#[tokio::test]
async fn no_78_to_81_what_cannot_be_kept_is_refused_with_its_reason() {
    let served = Served::start(ServedOptions::default()).await;
    let path = agent(&served).await;
    let made = |body: Value| served.post(&path, body);
    for (body, text) in [
        (json!({}), "cron_expr and prompt are required"),
        (
            json!({"cron_expr": "* * * * *"}),
            "cron_expr and prompt are required",
        ),
        (
            json!({"cron_expr": "* * * * *", "prompt": "x", "timezone": "Moon/Base"}),
            "invalid timezone: Moon/Base",
        ),
        (
            json!({"cron_expr": "@daily", "prompt": "x"}),
            "invalid request body",
        ),
        (
            json!({"cron_expr": "0 0 31 2 *", "prompt": "x"}),
            "cron_expr never matches",
        ),
        (
            json!({"cron_expr": 5, "prompt": "x"}),
            "invalid request body",
        ),
    ] {
        let answer = made(body.clone()).await;
        assert_eq!(error(&answer), (400, text), "{body}: {}", answer.1);
    }
    let zoned = json!({"name": "a", "cron_expr": "CRON_TZ=Asia/Tokyo 0 9 * * *", "prompt": "x"});
    assert_eq!(made(zoned.clone()).await.0, 201);
    assert_eq!(
        error(&made(zoned).await),
        (409, "schedule name already exists")
    );
    let (_, list) = served.get(&path).await;
    assert_eq!(
        (&list[0]["cron_expr"], &list[0]["timezone"]),
        (&json!("0 9 * * *"), &json!("Asia/Tokyo"))
    );
    for _ in 0..2 {
        let (status, unnamed) = made(json!({"cron_expr": "0 9 * * *", "prompt": "x"})).await;
        assert_eq!(
            status, 201,
            "no. 80: a second one without a name gets a name too: {unnamed}"
        );
    }
    let nobody = served
        .post(
            "/workspaces/00000000-0000-4000-8000-000000000000/schedules",
            json!({"cron_expr": "0 9 * * *", "prompt": "x"}),
        )
        .await;
    assert_eq!(nobody.0, 404, "{}", nobody.1);
}
