//! 5.1 `GET /ws`.

use crate::{
    closed, mock,
    raw::{Frame, Raw},
};
use product_tests::{Outside, answer, seconds};
use reqwest::Method;
use serde_json::{Value, json};
use store::{NewEvent, OpenOptions, Store, StoreError};
use testkit::{Served, ServedOptions};

#[tokio::test]
async fn the_unfiltered_stream_is_for_admin_class_and_the_filtered_one_for_the_workspaces_own_token()
 {
    let served = closed().await;
    let (agent, other) = (
        Outside::create(&served, "A", None).await,
        Outside::create(&served, "B", None).await,
    );
    let bearer = |token: &str| format!("Bearer {token}");
    let (own, foreign, admin) = (
        bearer(&agent.token),
        bearer(&other.token),
        bearer(&served.owner.bearer),
    );
    let id = ("x-workspace-id", agent.id.as_str());
    let cases: &[(&[(&'static str, &str)], &str)] = &[
        (&[], "admin auth required"),
        (&[("authorization", &own)], "invalid admin auth token"),
        (&[id], "missing workspace auth token"),
        (
            &[id, ("authorization", &foreign)],
            "invalid workspace auth token",
        ),
        (
            &[id, ("authorization", &admin)],
            "invalid workspace auth token",
        ),
        (
            &[id, ("authorization", "bearer x")],
            "missing workspace auth token",
        ),
    ];
    for (headers, text) in cases {
        let Err((status, body)) = Raw::open(&served, "", headers).await else {
            panic!("{headers:?} was let in");
        };
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        assert_eq!(
            (status, body["error"].as_str()),
            (401, Some(*text)),
            "{headers:?}"
        );
    }
    assert!(
        Raw::open(&served, "", &[("authorization", &admin)])
            .await
            .is_ok()
    );
    assert!(
        Raw::open(&served, "", &[id, ("authorization", &own)])
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_ticket_opens_it_once_with_the_rights_of_its_maker() {
    let served = closed().await;
    let (_, made) = served.post("/auth/tickets", json!({})).await;
    let query = format!("?ticket={}", made["ticket"].as_str().unwrap());
    assert!(Raw::open(&served, &query, &[]).await.is_ok());
    assert!(
        matches!(Raw::open(&served, &query, &[]).await, Err((401, _))),
        "single use"
    );
    let agent = Outside::create(&served, "A", None).await;
    let (_, made) = agent
        .call(&served, Method::POST, "/auth/tickets", Some(json!({})))
        .await;
    let query = format!("?ticket={}", made["ticket"].as_str().unwrap());
    assert!(matches!(
        Raw::open(&served, &query, &[]).await,
        Err((401, _))
    ));
}

#[tokio::test]
async fn an_origin_is_only_asked_about_where_one_is_sent() {
    let served =
        Served::start(ServedOptions::default().env("CORS_ORIGINS", "http://canvas.example")).await;
    let bearer = format!("Bearer {}", served.owner.bearer);
    let auth = ("authorization", bearer.as_str());
    assert!(Raw::open(&served, "", &[auth]).await.is_ok());
    let known = ("origin", "http://canvas.example");
    assert!(Raw::open(&served, "", &[auth, known]).await.is_ok());
    let foreign = ("origin", "http://elsewhere.example");
    assert!(matches!(
        Raw::open(&served, "", &[auth, foreign]).await,
        Err((403, _))
    ));
}

#[tokio::test]
async fn a_request_that_is_no_upgrade_is_400_text() {
    let served = closed().await;
    let response = served.request(Method::GET, "/ws").send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(response.text().await.unwrap(), "Bad Request\n");
}

#[tokio::test]
async fn the_envelope_has_its_fields_in_order_and_seq_last() {
    let served = closed().await;
    let mut live = Raw::admin(&served, "").await;
    live.say("frames from clients are read and dropped").await;
    let since = served.last_seq().await;
    let id = mock(&served, "A").await;
    let Frame::Text(text) = live.frame(seconds(20)).await else {
        panic!("no text");
    };
    let event: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(event["event"], "WORKSPACE_PROVISIONING");
    assert_eq!(event["workspace_id"], id.as_str());
    assert!(event["seq"].as_i64().unwrap() > since);
    let places: Vec<usize> = [
        "\"event\":",
        "\"workspace_id\":",
        "\"timestamp\":",
        "\"payload\":",
        "\"seq\":",
    ]
    .iter()
    .map(|key| text.find(key).unwrap())
    .collect();
    assert_eq!(places[0], 1);
    assert!(places.is_sorted(), "{text}");
    assert!(event["timestamp"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn an_agent_sees_events_about_those_it_may_talk_to_and_about_no_others() {
    let served = closed().await;
    let lead = Outside::create(&served, "Lead", None).await;
    let me = Outside::create(&served, "Me", Some(&lead.id)).await;
    let sibling = Outside::create(&served, "Sibling", Some(&lead.id)).await;
    let stranger = Outside::create(&served, "Stranger", None).await;
    let bearer = format!("Bearer {}", me.token);
    let headers = [
        ("x-workspace-id", me.id.as_str()),
        ("authorization", &bearer),
    ];
    let mut live = Raw::open(&served, "", &headers).await.ok().unwrap();
    let rename = |id: String, name: &'static str| {
        let served = &served;
        async move {
            served
                .patch(&format!("/workspaces/{id}"), json!({"name": name}))
                .await
        }
    };
    rename(stranger.id.clone(), "unseen").await;
    served
        .patch("/settings", json!({"quit_policy": "ask"}))
        .await;
    for (one, name) in [(&sibling, "s"), (&lead, "l"), (&me, "m")] {
        rename(one.id.clone(), name).await;
    }
    for one in [&sibling, &lead, &me] {
        let event = live.event().await;
        assert_eq!(event["workspace_id"], one.id.as_str(), "{event}");
    }
    // The hierarchy changes: so does what it sees, at once.
    let moved = served
        .patch(
            &format!("/workspaces/{}", stranger.id),
            json!({"parent_id": lead.id}),
        )
        .await;
    assert_eq!(moved.0, 200);
    for name in ["WORKSPACE_UPDATED", "WORKSPACE_MOVED"] {
        let event = live.event().await;
        assert_eq!(
            (event["event"].as_str(), event["workspace_id"].as_str()),
            (Some(name), Some(stranger.id.as_str()))
        );
    }
}

#[tokio::test]
async fn since_seq_replays_what_follows_and_goes_on_live_without_a_gap() {
    let served = closed().await;
    let since = served.last_seq().await;
    let id = mock(&served, "A").await;
    for number in 0..250 {
        let name = json!({"name": format!("A{number}")});
        served.patch(&format!("/workspaces/{id}"), name).await;
    }
    let mut live = Raw::admin(&served, &format!("?since_seq={since}")).await;
    served
        .patch(&format!("/workspaces/{id}"), json!({"name": "last"}))
        .await;
    let mut before = since;
    loop {
        let event = live.event().await;
        let seq = event["seq"].as_i64().unwrap();
        assert_eq!(seq, before + 1, "{event}");
        before = seq;
        if event["payload"]["name"] == "last" {
            break;
        }
    }
}

async fn resynced(mut live: Raw) {
    let event = live.event().await;
    assert_eq!(
        (event["event"].as_str(), event["workspace_id"].as_str()),
        (Some("RESYNC"), Some(""))
    );
    assert!(
        event["payload"]["last_seq"].is_i64() && event.get("seq").is_none(),
        "{event}"
    );
    assert!(matches!(
        live.frame(seconds(10)).await,
        Frame::Closed(Some(1013))
    ));
}

#[tokio::test]
async fn a_number_that_was_never_given_is_answered_with_resync_and_1013() {
    let served = closed().await;
    mock(&served, "A").await;
    let beyond = served.last_seq().await + 1_000;
    resynced(Raw::admin(&served, &format!("?since_seq={beyond}")).await).await;
    resynced(Raw::admin(&served, "?since_seq=-1").await).await;
    let now = served.last_seq().await;
    let mut fine = Raw::admin(&served, &format!("?since_seq={now}")).await;
    mock(&served, "B").await;
    assert_ne!(fine.event().await["event"], "RESYNC");
}

/// A data folder whose log begins two days ago: three transient rows, one structural one, in this order.
pub async fn old_log() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let then = chrono::Utc::now() - chrono::TimeDelta::days(2);
    let clock = std::sync::Arc::new(clock::SimulatedClock::at(then));
    let file = folder.path().join("molecule.sqlite");
    let store = Store::open(OpenOptions::new(file, clock)).await.unwrap();
    for kind in [
        wire::kind::TASK_UPDATED,
        wire::kind::TASK_UPDATED,
        wire::kind::TASK_UPDATED,
        wire::kind::SETTINGS_CHANGED,
    ] {
        let payload = match kind {
            wire::kind::TASK_UPDATED => json!({"active_tasks": 0, "current_task": ""}),
            _ => json!({"changed": []}),
        };
        let written: Result<i64, StoreError> = store
            .write(move |write| {
                Box::pin(async move { write.event(NewEvent::global(kind, payload)).await })
            })
            .await;
        written.unwrap();
    }
    store.close().await;
    folder
}

#[tokio::test]
async fn a_number_whose_followers_were_pruned_is_answered_with_resync_and_1013() {
    let folder = old_log().await;
    let served = Served::start(ServedOptions {
        data_dir: Some(folder.path().to_owned()),
        ..ServedOptions::default()
    })
    .await;
    testkit::eventually("the first pruning", seconds(20), || async {
        let (_, rows) = served.get("/events?type=TASK_UPDATED").await;
        rows.as_array().unwrap().is_empty().then_some(())
    })
    .await;
    resynced(Raw::admin(&served, "?since_seq=1").await).await;
    let mut kept = Raw::admin(&served, "?since_seq=3").await;
    assert_eq!(
        kept.event().await["event"],
        "SETTINGS_CHANGED",
        "nothing after 3 is missing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_resynced_and_closed_and_holds_no_memory() {
    let served = closed().await;
    let org = tempfile::tempdir().unwrap();
    let mut yaml = "name: Many\nworkspaces:\n".to_owned();
    for number in 0..200 {
        yaml += &format!("  - {{name: Role {number}, runtime: mock}}\n");
    }
    std::fs::write(org.path().join("org.yaml"), yaml).unwrap();
    served.import(org.path(), json!({})).await;
    served.online(200, seconds(120)).await;
    let agent = Outside::create(&served, "A", None).await;
    let mut idle = Raw::admin(&served, "").await;
    let mut reading = Raw::admin(&served, "").await;
    let memory = || {
        let text =
            std::fs::read_to_string(format!("/proc/{}/statm", served.pid().unwrap())).unwrap();
        text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
    };
    let before = memory();
    let reader = tokio::spawn(async move {
        let mut last = None;
        loop {
            let event = reading.event().await;
            let seq = event["seq"].as_i64().unwrap();
            let before = last.replace(seq).unwrap_or(seq - 1);
            assert_eq!(seq, before + 1, "one that reads misses nothing: {event}");
            if event["payload"]["summary"] == "last" {
                return;
            }
        }
    });
    // Large events until what the system buffers for the one that does not read is full, then many small ones.
    let filler = "x".repeat(30_000);
    let log = |summary: &'static str| {
        let body = json!({"activity_type": "agent_log", "summary": summary, "request_body": {"text": filler},
            "response_body": {"text": filler}});
        let path = format!("/workspaces/{}/activity", agent.id);
        let (agent, served) = (&agent, &served);
        async move {
            assert_eq!(
                agent.call(served, Method::POST, &path, Some(body)).await.0,
                200
            );
        }
    };
    for _ in 0..160 {
        log("row").await;
    }
    let full = served.last_seq().await;
    let mut turn = 0;
    while served.last_seq().await < full + 3_000 {
        let command = ["/stack/stop", "/stack/start"][turn % 2];
        assert_eq!(served.post(command, json!({"scope": "all"})).await.0, 200);
        turn += 1;
    }
    log("last").await;
    reader.await.unwrap();
    let grown = memory().saturating_sub(before);
    assert!(
        grown < 150 * 1024 * 1024,
        "{} MiB more for one idle client",
        grown >> 20
    );
    loop {
        match idle.frame(seconds(40)).await {
            Frame::Text(text) if text.contains("\"RESYNC\"") => break,
            Frame::Text(_) | Frame::Ping => {}
            Frame::Closed(code) => panic!("closed without RESYNC: {code:?}"),
        }
    }
    assert!(matches!(
        idle.frame(seconds(10)).await,
        Frame::Closed(Some(1013))
    ));
}

#[tokio::test]
async fn a_ping_comes_every_thirty_seconds() {
    let served = closed().await;
    let mut live = Raw::admin(&served, "").await;
    let began = std::time::Instant::now();
    while !matches!(live.frame(seconds(45)).await, Frame::Ping) {}
    let took = began.elapsed();
    assert!((28..45).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test]
async fn a_stop_closes_the_stream_with_1001() {
    let mut served = closed().await;
    let mut live = Raw::admin(&served, "").await;
    let (status, _) = served
        .post("/stack/shutdown", json!({"agents": "keep"}))
        .await;
    assert!(status < 300, "{status}");
    loop {
        match live.frame(seconds(10)).await {
            Frame::Closed(code) => {
                assert_eq!(code, Some(1001));
                break;
            }
            Frame::Text(_) | Frame::Ping => {}
        }
    }
    let ended = tokio::time::timeout(seconds(20), served.ended()).await;
    assert_eq!(ended.expect("no stream holds the stop"), Some(0));
}

#[tokio::test]
async fn a_number_that_is_none_is_told() {
    let served = closed().await;
    let bearer = format!("Bearer {}", served.owner.bearer);
    let auth = [("authorization", bearer.as_str())];
    let Err((status, text)) = Raw::open(&served, "?since_seq=yesterday", &auth).await else {
        panic!("it was let in");
    };
    assert_eq!(status, 400);
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["code"], "invalid_query", "{body}");
    let page = served.request(Method::GET, "/events?limit=many");
    let (status, body) = answer(page).await;
    assert_eq!(
        (status, body["code"].as_str()),
        (400, Some("invalid_query"))
    );
}
