//! Schedules as clients of the contract make, change and run them (contract 02 section 10, 16.8). The number in a name is
//! the row of the table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Outside, answer, minutes, told};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions, eventually};

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

/// Waits until the last run of a schedule is over; the whole history.
async fn over(served: &Served, one: &str) -> Vec<Value> {
    eventually("the run being over", minutes(1), async || {
        let (status, runs) = served.get(&format!("{one}/history")).await;
        assert_eq!(status, 200, "{runs}");
        let runs = runs.as_array().unwrap().clone();
        let last = runs.first().map(|run| !run["ended_at"].is_null());
        last.unwrap_or(false).then_some(runs)
    })
    .await
}

#[tokio::test]
async fn no_82_and_83_a_run_that_is_asked_for_is_carried_out_and_told() {
    let served = Served::start(ServedOptions::default()).await;
    let path = agent(&served).await;
    let body = json!({"name": "x", "cron_expr": "0 0 1 1 *", "prompt": "Look.", "enabled": false});
    let (_, made) = served.post(&path, body).await;
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let run = format!("{one}/run");
    let workspace = path.split('/').nth(2).unwrap();

    let (status, dry) = served.post(&run, json!({"dry_run": true})).await;
    let same = json!({"status": "fired", "workspace_id": workspace, "prompt": "Look."});
    assert_eq!((status, &dry), (200, &same));
    assert_eq!(
        served.get(&format!("{one}/history")).await,
        (200, json!([]))
    );
    assert_eq!(
        error(&served.post(&run, json!({"dry_run": "yes"})).await),
        (400, "invalid request body"),
        "what may have asked to run nothing does not run it"
    );

    let (_, stack) = served.get("/stack").await;
    let since = stack["last_seq"].as_i64().unwrap();
    // Without a body, as most clients ask.
    let (status, fired) = answer(served.request(Method::POST, &run)).await;
    assert_eq!(
        (status, &fired["status"]),
        (200, &json!("fired")),
        "{fired}"
    );
    let (_, list) = served.get(&path).await;
    assert_eq!(
        (&list[0]["last_status"], &list[0]["current_run"]["run_id"]),
        (&json!("queued"), &fired["run_id"])
    );
    let (status, again) = served.post(&run, json!({})).await;
    assert_eq!(
        (status, &again["code"]),
        (409, &json!("schedule_running")),
        "{again}"
    );
    assert_eq!(again["run_id"], fired["run_id"]);
    let past = over(&served, &one).await;
    assert_eq!(
        (&past[0]["run_id"], &past[0]["status"], &past[0]["cause"]),
        (&fired["run_id"], &json!("ok"), &json!("asked"))
    );
    assert!(past[0]["duration_ms"].is_i64(), "no. 83: {past:?}");
    let (_, list) = served.get(&path).await;
    assert_eq!(
        (
            &list[0]["last_status"],
            &list[0]["run_count"],
            &list[0]["current_run"]
        ),
        (&json!("ok"), &json!(1), &Value::Null)
    );
    let events = told(&served, since, &["CRON_STARTED", "CRON_EXECUTED"]).await;
    let ids = json!({"schedule_id": made["id"], "schedule_name": "x", "run_id": fired["run_id"]});
    for ((name, subject, payload), more) in events.iter().zip([
        json!({"cause": "asked", "next_run_at": list[0]["next_run_at"]}),
        json!({"status": "ok"}),
    ]) {
        let mut wanted = ids.clone();
        wanted
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        assert_eq!((subject.as_str(), payload), (workspace, &wanted), "{name}");
        wire::check_payload(name, payload).unwrap();
    }
    let (_, rows) = served
        .get(&format!("/workspaces/{workspace}/activity?type=cron_run"))
        .await;
    assert_eq!(
        (&rows[0]["summary"], &rows[0]["request_body"]["prompt"]),
        (&json!("Cron: x"), &json!("Look."))
    );

    served
        .post(&format!("/workspaces/{workspace}/pause"), json!({}))
        .await;
    let refused = served.post(&run, json!({})).await;
    assert_eq!(
        error(&refused),
        (503, "workspace has no URL"),
        "{}",
        refused.1
    );
    assert!(
        refused.1["detail"].as_str().unwrap().contains("paused"),
        "{}",
        refused.1
    );
    let nobody = served.post(&format!("{path}/nothing/run"), json!({})).await;
    assert_eq!(error(&nobody), (404, "schedule not found"));
    let nobody = served.get(&format!("{path}/nothing/history")).await;
    assert_eq!(error(&nobody), (404, "schedule not found"));
}

#[tokio::test]
async fn no_87_health_is_for_those_who_may_talk_to_it_and_their_bearer_says_who_they_are() {
    let served = Served::start(ServedOptions::default()).await;
    let lead = Outside::create(&served, "Lead", None).await;
    let member = Outside::create(&served, "Member", Some(&lead.id)).await;
    let other = Outside::create(&served, "Other", None).await;
    let below = Outside::create(&served, "Below", Some(&other.id)).await;
    let path = format!("/workspaces/{}/schedules", member.id);
    let body = json!({"name": "x", "cron_expr": "0 9 * * *", "prompt": "Secret plan."});
    let (_, made) = served.post(&path, body).await;
    let health = format!("{path}/health");
    for who in [&member, &lead] {
        let request = served.bare(Method::GET, &health).bearer_auth(&who.token);
        let (status, list) = answer(request).await;
        assert_eq!(status, 200, "{list}");
        assert_eq!(list[0]["id"], made["id"]);
        assert!(list[0].get("prompt").is_none() && list[0].get("cron_expr").is_none());
    }
    let request = served.bare(Method::GET, &health).bearer_auth(&below.token);
    assert_eq!(answer(request).await.0, 403);
    assert_eq!(answer(served.bare(Method::GET, &health)).await.0, 401);

    let (status, all) = served.get("/admin/schedules/health").await;
    assert_eq!(
        (
            status,
            &all[0]["workspace_name"],
            &all[0]["status"],
            &all[0]["stale_threshold_seconds"]
        ),
        (
            200,
            &json!("Member"),
            &json!("never_run"),
            &json!(2 * 86_400)
        )
    );
    let request = served
        .bare(Method::GET, "/admin/schedules/health")
        .bearer_auth(&member.token);
    assert_eq!(answer(request).await.0, 401);
    let (_, loops) = served.get("/admin/liveness").await;
    assert!(loops["subsystems"]["scheduler"].is_object(), "{loops}");
}

#[tokio::test]
async fn a_power_cut_at_any_point_of_a_run_neither_loses_nor_repeats_it() {
    let mut served = Served::start(ServedOptions::default()).await;
    let path = agent(&served).await;
    let workspace = path.split('/').nth(2).unwrap().to_owned();
    for (point, wanted) in [
        ("schedule.begun", "ok"),
        // The agent may have it: that is told, and it is not sent again.
        ("schedule.taken", "error"),
        ("schedule.answered", "error"),
        ("schedule.recorded", "ok"),
    ] {
        let body = json!({"name": point, "cron_expr": "0 0 1 1 *", "prompt": point});
        let (_, made) = served.post(&path, body).await;
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        served
            .again(&[("FAILPOINTS", &format!("{point}=return(abort)"))])
            .await;
        served
            .until(&workspace, "being online", minutes(1), |one| {
                one["status"] == "online"
            })
            .await;
        served
            .ask(Method::POST, &format!("{one}/run"), Some(json!({})))
            .await;
        served.ended().await;
        served.again(&[]).await;
        let past = over(&served, &one).await;
        assert_eq!(past.len(), 1, "{point}: {past:?}");
        assert_eq!(past[0]["status"], wanted, "{point}: {past:?}");
        let (_, rows) = served
            .get(&format!(
                "/workspaces/{workspace}/activity?type=a2a_receive"
            ))
            .await;
        let delivered = rows
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["request_body"].to_string().contains(point))
            .count();
        assert_eq!(delivered, usize::from(wanted == "ok"), "{point}");
    }
}
