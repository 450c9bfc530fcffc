//! Every route of the OpenAPI document asks who calls: without a credential, with one that is not enough, from a
//! foreign host name, from a foreign page (contract 01 section 2.13, design law 4).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Engine, minutes};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::fmt::Write;
use testkit::{Served, ServedOptions};

/// Open without a credential, as the contract lists them. The canvas's own files are not in the document.
const OPEN: &[&str] = &["GET /health", "GET /health/ready", "POST /auth/session"];

/// What a container may do with the token it was given: talk, tell about itself, look after itself. Everything else is
/// for admin-class callers only.
const FOR_THE_WORKSPACE: &[&str] = &[
    "GET /workspaces/{id}",
    "PATCH /workspaces/{id}",
    "GET /workspaces/{id}/state",
    "GET /workspaces/{id}/model",
    "PUT /workspaces/{id}/model",
    "GET /workspaces/{id}/provider",
    "PUT /workspaces/{id}/provider",
    "GET /workspaces/{id}/config",
    "PATCH /workspaces/{id}/config",
    "POST /workspaces/{id}/agent",
    "PATCH /workspaces/{id}/agent",
    "DELETE /workspaces/{id}/agent",
    "POST /workspaces/{id}/agent/move",
    "GET /workspaces/{id}/agents",
    "POST /workspaces/{id}/expand",
    "POST /workspaces/{id}/collapse",
    "GET /workspaces/{id}/activity",
    "POST /workspaces/{id}/activity",
    "POST /workspaces/{id}/notify",
    "GET /workspaces/{id}/session-search",
    "GET /workspaces/{id}/chat-history",
    "GET /workspaces/{id}/events/stream",
    "POST /workspaces/{id}/restart",
    "POST /workspaces/{id}/pause",
    "POST /workspaces/{id}/resume",
    "POST /workspaces/{id}/hibernate",
    "POST /workspaces/{id}/wake",
    "GET /workspaces/{id}/secrets",
    "POST /workspaces/{id}/secrets",
    "PUT /workspaces/{id}/secrets",
    "GET /workspaces/{id}/secrets/values",
    "DELETE /workspaces/{id}/secrets/{key}",
    "GET /workspaces/{id}/tokens",
    "POST /workspaces/{id}/a2a",
    "GET /workspaces/{id}/a2a-queue/{queue_id}",
    "POST /registry/register",
    "POST /registry/heartbeat",
    "POST /registry/update-card",
    "GET /registry/discover/{id}",
    "GET /registry/{id}/peers",
];

/// Any valid credential will do; these say nothing about anybody in particular, or only what every agent may know.
const FOR_ANYBODY_KNOWN: &[&str] = &[
    "GET /workspaces/{id}",
    "GET /canvas/viewport",
    "POST /auth/tickets",
    "POST /registry/check-access",
];

struct Route {
    name: String,
    method: Method,
    path: String,
    body: Option<Value>,
}

/// Every route of the document, with the ids of `target` in it and the least body that its handler reads before it asks
/// who calls.
async fn routes(served: &Served, target: &str) -> Vec<Route> {
    let (status, document) = served.get("/openapi.json").await;
    assert_eq!(status, 200, "{document}");
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            let Ok(verb) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            if !["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                continue;
            }
            let name = format!("{verb} {path}");
            let filled = path
                .replace("{id}", target)
                .replace("{token_id}", "00000000-0000-4000-8000-000000000000")
                .replace("{queue_id}", "00000000-0000-4000-8000-000000000000")
                .replace("{key}", "SOME_KEY")
                .replace("{slug}", "nobody")
                .replace("{dir}", "nowhere");
            assert!(
                !filled.contains('{'),
                "{name}: a parameter that this test does not know"
            );
            let body = match path.as_str() {
                "/registry/register" => {
                    json!({"id": target, "url": "http://127.0.0.1:9", "agent_card": {}})
                }
                "/registry/heartbeat" => json!({"workspace_id": target}),
                "/registry/update-card" => json!({"workspace_id": target, "agent_card": {}}),
                "/registry/check-access" => json!({"caller_id": target, "target_id": target}),
                "/auth/session" => json!({"ticket": "none"}),
                "/workspaces/{id}/a2a" => {
                    json!({"method": "message/send", "params": {"message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]}}})
                }
                _ => json!({}),
            };
            let body = (verb != Method::GET && verb != Method::DELETE).then_some(body);
            routes.push(Route {
                name,
                method: verb,
                path: filled,
                body,
            });
        }
    }
    assert!(
        routes.len() > 60,
        "only {} routes in the document",
        routes.len()
    );
    routes
}

impl Route {
    fn request(&self, served: &Served, caller: &str) -> RequestBuilder {
        let request = served.bare(self.method.clone(), &self.path);
        // Discovery wants to know who asks before it can say that they may not.
        let request = if self.path.contains("/discover/") {
            request.header("x-workspace-id", caller)
        } else {
            request
        };
        match &self.body {
            Some(body) => request.json(body),
            None => request,
        }
    }
}

/// Status and error text. A stream's body is not waited for.
async fn told(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    if status < 400 {
        return (status, String::new());
    }
    (status, response.text().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_who_calls() {
    let options = ServedOptions::with_engine().env("MOLECULE_ENABLE_TEST_TOKENS", "1");
    let served = Served::start(options).await;
    served.stand_ins().await;
    // `other` is a grandchild of another root: no path of the hierarchy leads from it to `target`.
    let make = async |name: &str, parent: Option<&str>, runtime: &str| {
        let (status, made) = served
            .post(
                "/workspaces",
                json!({"name": name, "runtime": runtime, "parent_id": parent}),
            )
            .await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    };
    let target = make("Target", None, "mock").await;
    let root = make("Root", None, "mock").await;
    let middle = make("Middle", Some(&root), "mock").await;
    let other = make("Other", Some(&middle), "claude-code").await;
    served
        .until(&other, "a running container", minutes(3), |one| {
            one["status"] == "online"
        })
        .await;
    let engine = Engine::connect().await;
    let container = containers::names::container_name(&other);
    let token = engine
        .file(&container, "/configs/.auth_token")
        .await
        .expect("the token file")
        .text();
    let token = token.trim();

    let mut table = format!(
        "{:<50} {:>6} {:>9} {:>9} {:>6} {:>7}\n",
        "route", "none", "foreign", "own", "host", "origin"
    );
    let mut wrong = Vec::new();
    for (foreign, own) in routes(&served, &target)
        .await
        .iter()
        .zip(routes(&served, &other).await.iter())
    {
        let name = foreign.name.as_str();
        let open = OPEN.contains(&name);
        let mut check = |what: &str, fine: bool, told: &(u16, String)| {
            if !fine {
                wrong.push(format!("{name}: {what}: {} {}", told.0, told.1));
            }
            told.0
        };
        let refused = |told: &(u16, String)| matches!(told.0, 401 | 403);

        let none = told(foreign.request(&served, &target)).await;
        // A ticket that is none is refused by the route itself.
        let none = check(
            "no credential",
            if name == "POST /auth/session" {
                none.0 == 401
            } else if open {
                none.0 < 400 || none.0 == 503
            } else {
                none.0 == 401
            },
            &none,
        );

        let as_other = told(foreign.request(&served, &other).bearer_auth(token)).await;
        // Whether a message of others is kept is not told either: it is "not found" for whoever has no part in it.
        let hidden = name == "GET /workspaces/{id}/a2a-queue/{queue_id}" && as_other.0 == 404;
        let fine = open || hidden || FOR_ANYBODY_KNOWN.contains(&name) || refused(&as_other);
        let as_other = check(
            "the token of another workspace's container",
            fine,
            &as_other,
        );

        let as_own = told(own.request(&served, &other).bearer_auth(token));
        // What would end or change the caller's container is not carried out here; that it may is said by the class.
        let skip = ["/restart", "/pause", "/hibernate", "/wake", "/resume"]
            .iter()
            .any(|end| name.ends_with(end))
            || name.starts_with("PATCH ")
            || name == "POST /registry/register"
            || name.starts_with("PUT /workspaces");
        let own_status = if FOR_THE_WORKSPACE.contains(&name) && skip {
            "-".to_owned()
        } else {
            let as_own = as_own.await;
            let fine = if open {
                true
            } else if FOR_THE_WORKSPACE.contains(&name) || FOR_ANYBODY_KNOWN.contains(&name) {
                as_own.0 != 401
            } else {
                refused(&as_own)
            };
            check("a container's own token", fine, &as_own).to_string()
        };

        let host = told(
            foreign
                .request(&served, &target)
                .bearer_auth(&served.owner.bearer)
                .header("host", "evil.example"),
        )
        .await;
        let host = check("a foreign Host", host.0 == 403, &host);
        let origin = told(
            foreign
                .request(&served, &target)
                .bearer_auth(&served.owner.bearer)
                .header("origin", "http://evil.example"),
        )
        .await;
        let origin = check("a foreign Origin", origin.0 == 403, &origin);
        writeln!(
            table,
            "{name:<50} {none:>6} {as_other:>9} {own_status:>9} {host:>6} {origin:>7}"
        )
        .unwrap();
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{}\n\n{table}", wrong.join("\n"));
}

/// The open list is open, and nothing of the platform's content is in it.
#[tokio::test]
async fn the_canvas_and_health_are_open() {
    let served = Served::start(ServedOptions::default()).await;
    for path in ["/", "/health", "/health/ready"] {
        let response = served.bare(Method::GET, path).send().await.unwrap();
        assert!(
            response.status().is_success(),
            "{path}: {}",
            response.status()
        );
    }
    let (status, _) = told(served.bare(Method::GET, "/openapi.json")).await;
    assert_eq!(
        status, 401,
        "the document is for those who have a credential"
    );
}

/// A ticket opens one session and is spent; a session and a token of the person's own are admin-class until they end.
#[tokio::test]
async fn tickets_sessions_and_tokens_of_the_person() {
    let served = Served::start(ServedOptions::default()).await;
    let (status, ticket) = served.post("/auth/tickets", json!({})).await;
    assert_eq!(status, 200, "{ticket}");
    let session = async || {
        let response = served
            .bare(Method::POST, "/auth/session")
            .json(&json!({"ticket": ticket["ticket"]}))
            .send()
            .await;
        let response = response.unwrap();
        (
            response.status().as_u16(),
            response.json::<Value>().await.unwrap_or_default(),
        )
    };
    let (status, first) = session().await;
    assert_eq!(status, 200, "{first}");
    let (status, again) = session().await;
    assert_eq!(status, 401, "a ticket is spent after one use: {again}");
    assert_eq!(
        first["last_seq"].as_i64(),
        Some(served.last_seq().await),
        "who reads lists after this answer follows events from here"
    );
    let bearer = first["token"].as_str().unwrap();
    let (status, _) = told(served.bare(Method::GET, "/workspaces").bearer_auth(bearer)).await;
    assert_eq!(status, 200);

    let (status, minted) = served.post("/org/tokens", json!({"name": "script"})).await;
    assert_eq!(status, 200, "{minted}");
    let token = minted["auth_token"].as_str().unwrap();
    let (status, _) = told(served.bare(Method::GET, "/workspaces").bearer_auth(token)).await;
    assert_eq!(status, 200);
    // The same credential in the address, for clients that can send none; a web page may not use it.
    let (status, _) = told(served.bare(Method::GET, &format!("/c/{token}/workspaces"))).await;
    assert_eq!(status, 200);
    let (status, _) = told(
        served
            .bare(Method::GET, &format!("/c/{token}/workspaces"))
            .header("sec-fetch-site", "cross-site"),
    )
    .await;
    assert_eq!(status, 403);
    let (status, _) = served
        .delete(&format!("/org/tokens/{}", minted["id"].as_str().unwrap()))
        .await;
    assert_eq!(status, 200);
    let (status, _) = told(served.bare(Method::GET, "/workspaces").bearer_auth(token)).await;
    assert_eq!(status, 401, "a revoked token opens nothing");
}
