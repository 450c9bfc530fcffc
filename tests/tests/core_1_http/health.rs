//! 1.10 health, metrics, liveness.

use crate::{bearer, send};
use product_tests::{Live, seconds};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use testkit::{Served, ServedOptions, eventually};

#[tokio::test]
async fn health_is_open_and_says_what_the_command_line_shows() {
    let served = Served::start(ServedOptions::default()).await;
    let answer = send(&served, "GET /health", &[]).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.body.starts_with(r#"{"status":"ok","version":""#),
        "scripts search for this: {}",
        answer.body
    );
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    for key in ["version", "uptime", "database"] {
        assert!(body[key].is_string(), "{key}: {body}");
    }
    assert!(body.get("mode").is_none(), "only open mode is told");
    let answer = send(&served, "GET /health/ready", &[]).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, r#"{"status":"ok"}"#)
    );
}

#[tokio::test]
async fn health_tells_of_open_mode() {
    let options = ServedOptions {
        open_mode: true,
        ..ServedOptions::default()
    };
    let served = Served::start(options).await;
    let answer = send(&served, "GET /health", &[]).await;
    assert!(answer.body.contains(r#""mode":"open""#), "{}", answer.body);
}

/// Samples by name with labels.
fn samples(text: &str) -> BTreeMap<String, f64> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a sample");
            (name.to_owned(), value.parse().expect("a number"))
        })
        .collect()
}

async fn metrics(served: &Served) -> (String, BTreeMap<String, f64>) {
    let response = served
        .request(Method::GET, "/metrics")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let text = response.text().await.unwrap();
    let samples = samples(&text);
    (text, samples)
}

#[tokio::test]
async fn metrics_are_a_valid_exposition() {
    let served = Served::start(ServedOptions::default()).await;
    let (_, _) = metrics(&served).await;
    let (text, samples) = metrics(&served).await;
    // Each family has one HELP and one TYPE, and its samples follow them.
    let mut types = BTreeMap::new();
    let mut family = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            family = rest.split(' ').next().unwrap();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(name, family);
            assert!(
                types.insert(name.to_owned(), kind.to_owned()).is_none(),
                "{name} twice"
            );
        } else {
            let name = line.split(['{', ' ']).next().unwrap();
            let stem = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| name.strip_suffix(end))
                .filter(|stem| *stem == family)
                .unwrap_or(name);
            assert_eq!(stem, family, "{line}");
        }
    }
    for (name, kind) in [
        ("molecule_http_requests_total", "counter"),
        ("molecule_http_request_duration_seconds_total", "counter"),
        ("molecule_http_request_duration_seconds", "histogram"),
        ("molecule_websocket_connections_active", "gauge"),
        ("go_goroutines", "gauge"),
        ("go_memstats_alloc_bytes", "gauge"),
        ("go_memstats_sys_bytes", "gauge"),
        ("go_memstats_heap_inuse_bytes", "gauge"),
        ("go_gc_duration_seconds_total", "counter"),
    ] {
        assert_eq!(types.get(name).map(String::as_str), Some(kind), "{name}");
    }
    let own = r#"molecule_http_requests_total{method="GET",path="/metrics",status="200"}"#;
    assert_eq!(samples.get(own), Some(&1.0));
    let bucket =
        r#"molecule_http_request_duration_seconds_bucket{method="GET",path="/metrics",le="+Inf"}"#;
    assert_eq!(samples.get(bucket), Some(&1.0));
}

/// Refusals of every stage are counted, with the route's pattern and never with what a caller wrote into the path.
#[tokio::test]
async fn metrics_count_what_is_refused() {
    let served = Served::start(ServedOptions::default().env("RATE_LIMIT", "3")).await;
    let id = "11111111-1111-4111-8111-111111111111";
    let path = format!("GET /workspaces/{id}/state");
    assert_eq!(send(&served, &path, &[]).await.status, 401);
    assert_eq!(send(&served, "BREW /workspaces", &[]).await.status, 404);
    assert_eq!(send(&served, "GET /secret-path", &[]).await.status, 404);
    assert_eq!(send(&served, "GET /secret-path", &[]).await.status, 429);
    let host = [("Host", "evil.example")];
    assert_eq!(send(&served, "GET /health", &host).await.status, 403);
    let origin = [("Origin", "http://evil.example")];
    assert_eq!(send(&served, "GET /workspaces", &origin).await.status, 403);
    let (text, samples) = metrics(&served).await;
    for (labels, count) in [
        (
            r#"method="GET",path="/workspaces/:id/state",status="401""#,
            1.0,
        ),
        (r#"method="OTHER",path="unmatched",status="404""#, 1.0),
        (r#"method="GET",path="unmatched",status="404""#, 1.0),
        (r#"method="GET",path="unmatched",status="429""#, 1.0),
        (r#"method="GET",path="/health",status="403""#, 1.0),
        (r#"method="GET",path="/workspaces",status="403""#, 1.0),
    ] {
        let name = format!("molecule_http_requests_total{{{labels}}}");
        assert_eq!(samples.get(&name), Some(&count), "{name}\n{text}");
    }
    assert!(!text.contains("secret-path") && !text.contains(id));
}

#[tokio::test]
async fn metrics_need_an_admin_credential_and_count_open_sockets() {
    let served = Served::start(ServedOptions::default()).await;
    let answer = send(&served, "GET /metrics", &[]).await;
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains(r#""error":"admin auth required""#));
    let open = |samples: &BTreeMap<String, f64>| samples["molecule_websocket_connections_active"];
    assert_eq!(open(&metrics(&served).await.1), 0.0);
    let live = Live::connect(&served, None).await;
    eventually("one open socket", seconds(5), || async {
        (open(&metrics(&served).await.1) == 1.0).then_some(())
    })
    .await;
    drop(live);
    eventually("no open socket", seconds(5), || async {
        (open(&metrics(&served).await.1) == 0.0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn liveness_shows_every_loop_with_its_period() {
    let served = Served::start(ServedOptions::default()).await;
    assert_eq!(send(&served, "GET /admin/liveness", &[]).await.status, 401);
    let own = [("Authorization", bearer(&served))];
    let own: Vec<(&str, &str)> = own
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = send(&served, "GET /admin/liveness", &own).await;
    assert_eq!(answer.status, 200);
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let subsystems = body["subsystems"].as_object().unwrap();
    for name in [
        "heartbeat-cache",
        "heartbeat-flush",
        "heartbeat-pulse",
        "import-progress",
        "message-delivery",
        "message-expiry",
        "network-listener",
        "plugin-shelf",
        "plugin-updates",
        "plugins",
        "reconciler",
        "reload",
        "reload-follower",
        "restart-turns",
        "retention",
        "store-writer",
    ] {
        let one = &subsystems[name];
        assert!(
            one["last_tick_at"]
                .as_str()
                .is_some_and(|at| at.ends_with('Z')),
            "{name}: {one}"
        );
        assert_eq!(
            one["seconds_ago"],
            json!(0),
            "{name} answers when it is asked"
        );
        assert!(
            one["period_seconds"]
                .as_u64()
                .is_some_and(|period| period > 0)
        );
        assert_eq!(one["stale"], json!(false), "{name}");
    }
}
