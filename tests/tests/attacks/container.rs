//! What a container can do with the token it was given: its own affairs, and nothing of anybody else. Needs an engine.

use crate::{Table, workspace};
use product_tests::{Class, Engine, minutes, routes};
use serde_json::json;
use testkit::{Served, ServedOptions};

#[tokio::test(flavor = "multi_thread")]
async fn a_container_s_token_opens_its_own_workspace_only() {
    let options = ServedOptions::with_engine()
        .env("MOLECULE_ENABLE_TEST_TOKENS", "1")
        .env("RATE_LIMIT", "1000000");
    let served = Served::start(options).await;
    served.stand_ins().await;
    // A grandchild of another root: no path of the hierarchy leads from it to the target.
    let make = async |name: &str, parent: &str, runtime: &str| {
        let body = json!({"name": name, "runtime": runtime, "parent_id": parent});
        let (status, made) = served.post("/workspaces", body).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    };
    let target = workspace(&served, "Target").await;
    let root = workspace(&served, "Root").await;
    let middle = make("Middle", &root, "mock").await;
    let own = make("Own", &middle, "claude-code").await;
    served
        .until(&own, "a running container", minutes(3), |one| {
            one["status"] == "online"
        })
        .await;
    let engine = Engine::connect().await;
    let token = engine
        .file(
            &containers::names::container_name(&own),
            "/configs/.auth_token",
        )
        .await
        .expect("the token file")
        .text();
    let token = token.trim();

    let mut table = Table::new(&["bearer", "address", "as target"]);
    for route in routes(&served).await {
        let foreign = match route.class {
            // Nothing of anybody in particular, or signed by somebody else.
            Class::H | Class::S | Class::U | Class::O => continue,
            _ => route.request(&served, &target),
        };
        let status = async |request: reqwest::RequestBuilder| {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            // Whether a message of others is kept is not told either.
            let hidden = route.name.contains("a2a-queue") && status == 404;
            (status, matches!(status, 401 | 403) || hidden)
        };
        let bearer = status(foreign.bearer_auth(token)).await;
        let path = format!("/c/{token}{}", route.path(&target));
        let address = served
            .bare(route.method.clone(), &path)
            .header("x-workspace-id", &target);
        let address = if route.takes_a_body() {
            address.json(&json!({"id": target, "workspace_id": target, "agent_card": {}, "method": "message/send"}))
        } else {
            address
        };
        let address = status(address).await;
        let posing = route
            .request(&served, &target)
            .bearer_auth(token)
            .header("x-source-workspace-id", &target);
        let posing = status(posing).await;
        table.row(&route.name, &[bearer, address, posing]);
    }
    table.end();

    // Its token was delivered, not minted: it makes and ends none.
    let tokens = format!("/workspaces/{own}/tokens");
    for request in [
        served.bare(reqwest::Method::POST, &tokens).json(&json!({})),
        served.bare(
            reqwest::Method::DELETE,
            &format!("{tokens}/00000000-0000-4000-8000-000000000000"),
        ),
    ] {
        let response = request.bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), 403);
    }
    let response = served
        .bare(reqwest::Method::GET, &format!("/workspaces/{own}/state"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200, "its own affairs go on");
}
