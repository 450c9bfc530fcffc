//! 4.4 discovery, peers and access, 4.5 who may talk to whom.

use crate::{UNKNOWN, closed, open};
use product_tests::{Outside, answer};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Served;

async fn discover(served: &Served, caller: &Outside, target: &str) -> (u16, Value) {
    let path = format!("/registry/discover/{target}");
    caller.call(served, Method::GET, &path, None).await
}

async fn peers(served: &Served, caller: &Outside, query: &str) -> Vec<Value> {
    let path = format!("/registry/{}/peers{query}", caller.id);
    let (status, body) = caller.call(served, Method::GET, &path, None).await;
    assert_eq!(status, 200, "{body}");
    body.as_array().unwrap().clone()
}

fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().filter_map(|row| row["name"].as_str()).collect()
}

async fn named(served: &Served, body: Value) -> String {
    let (status, made) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn discover_wants_its_header_first_then_the_callers_credential() {
    let served = closed().await;
    let (a, b) = (
        Outside::create(&served, "A", None).await,
        Outside::create(&served, "B", None).await,
    );
    let path = format!("/registry/discover/{}", b.id);
    let bare = || served.bare(Method::GET, &path);
    let (status, refused) = answer(bare()).await;
    assert_eq!(
        (status, refused["error"].as_str()),
        (400, Some("X-Workspace-ID header is required"))
    );
    let (status, refused) = answer(bare().header("x-workspace-id", &a.id)).await;
    assert_eq!(
        (status, refused["error"].as_str()),
        (401, Some("missing workspace auth token"))
    );
    let foreign = bare().header("x-workspace-id", &a.id).bearer_auth(&b.token);
    let (status, refused) = answer(foreign).await;
    assert_eq!(
        (status, refused["error"].as_str()),
        (401, Some("invalid workspace auth token"))
    );
    for (caller, target) in [(a.id.as_str(), "nonsense"), ("nonsense", a.id.as_str())] {
        let path = format!("/registry/discover/{target}");
        let request = served
            .request(Method::GET, &path)
            .header("x-workspace-id", caller);
        let (status, refused) = answer(request).await;
        assert_eq!(
            (status, refused["error"].as_str()),
            (400, Some("invalid workspace ID"))
        );
    }
}

#[tokio::test]
async fn discover_answers_each_case() {
    let served = closed().await;
    let lead = Outside::create(&served, "Lead", None).await;
    let member = Outside::create(&served, "Member", Some(&lead.id)).await;
    let stranger = Outside::create(&served, "Other", None).await;
    let other = Outside::create(&served, "Other's", Some(&stranger.id)).await;

    for target in [member.id.as_str(), UNKNOWN] {
        let (status, refused) = discover(&served, &other, target).await;
        assert_eq!(
            (status, refused["error"].as_str()),
            (403, Some("not authorized to discover this workspace"))
        );
    }
    let (status, waiting) = discover(&served, &lead, &member.id).await;
    assert_eq!(
        (
            status,
            waiting["error"].as_str(),
            waiting["status"].as_str()
        ),
        (503, Some("workspace not available"), Some("awaiting_agent"))
    );
    // Registered by a person at a loopback address: seen from outside as it is, from a container by the host's name.
    let body =
        json!({"id": member.id, "url": "http://127.0.0.1:9/a2a?to=localhost", "agent_card": {}});
    assert_eq!(served.post("/registry/register", body).await.0, 200);
    let (status, found) = discover(&served, &lead, &member.id).await;
    assert_eq!(
        (status, found),
        (
            200,
            json!({"id": member.id, "name": "Member", "url": "http://127.0.0.1:9/a2a?to=localhost"})
        )
    );
    let inside = named(
        &served,
        json!({"name": "Inside", "runtime": "langgraph", "parent_id": lead.id}),
    )
    .await;
    let request = served
        .request(Method::GET, &format!("/registry/discover/{}", member.id))
        .header("x-workspace-id", &inside);
    let (status, found) = answer(request).await;
    assert_eq!(status, 200, "{found}");
    assert_eq!(
        found["url"],
        "http://host.docker.internal:9/a2a?to=host.docker.internal"
    );
}

#[tokio::test]
async fn discover_hands_out_no_address_that_is_not_dialled() {
    let mut served = open().await;
    let lead = Outside::create(&served, "Lead", None).await;
    let member = Outside::create(&served, "Member", Some(&lead.id)).await;
    let body = json!({"id": member.id, "url": "http://127.0.0.1:9", "agent_card": {}});
    let (status, _) = member
        .call(&served, Method::POST, "/registry/register", Some(body))
        .await;
    assert_eq!(status, 200, "open mode dials loopback");
    assert_eq!(discover(&served, &lead, &member.id).await.0, 200);
    // The same data in a closed mode: the agent's own word no longer opens loopback.
    let data = served.data_dir();
    served.kill().await;
    let closed = Served::start(testkit::ServedOptions {
        data_dir: Some(data),
        ..testkit::ServedOptions::default()
    })
    .await;
    let (status, refused) = discover(&closed, &lead, &member.id).await;
    assert_eq!(
        (status, refused["error"].as_str()),
        (503, Some("workspace URL failed safety check"))
    );
}

/// Section 7: the address is one the caller can reach. Who has none of its own is reached through the platform, so that
/// the runtime's `delegate_task` (contract 02 section 15.1), which posts to the address it is given, works with them too.
#[tokio::test]
async fn discover_of_an_agent_without_an_address_leads_through_the_platform() {
    let served = closed().await;
    let caller = Outside::create(&served, "Caller", None).await;
    let fetches = Outside::create(&served, "Fetches", Some(&caller.id)).await;
    let (status, refused) = discover(&served, &caller, &fetches.id).await;
    assert_eq!(
        (status, refused["status"].as_str()),
        (503, Some("awaiting_agent")),
        "nobody knows yet how it is reached"
    );
    fetches.poll(&served).await;
    let answers = named(
        &served,
        json!({"name": "Answers", "runtime": "mock", "parent_id": caller.id}),
    )
    .await;
    served
        .until(&answers, "online", product_tests::seconds(10), |row| {
            row["status"] == "online"
        })
        .await;
    for target in [&fetches.id, &answers] {
        let (status, found) = discover(&served, &caller, target).await;
        assert_eq!(status, 200, "{found}");
        let url = found["url"].as_str().unwrap();
        assert_eq!(url, format!("{}/workspaces/{target}/a2a", served.url()));
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "message/send", "params": {"message": {"role": "user",
            "parts": [{"kind": "text", "text": "hello"}]}}});
        let sent = reqwest::Client::new()
            .post(url)
            .bearer_auth(&caller.token)
            .header("x-workspace-id", &caller.id)
            .json(&message)
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), 200);
    }
    // A caller that came by an address with a credential of its own gets one that carries it: it may send no bearer.
    let by_address = format!("{}/c/{}", served.url(), caller.token);
    let found: Value = reqwest::Client::new()
        .get(format!("{by_address}/registry/discover/{answers}"))
        .header("x-workspace-id", &caller.id)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        found["url"].as_str().unwrap(),
        format!("{by_address}/workspaces/{answers}/a2a")
    );
    served
        .post(&format!("/workspaces/{}/pause", fetches.id), json!({}))
        .await;
    assert_eq!(discover(&served, &caller, &fetches.id).await.0, 503);
}

#[tokio::test]
async fn peers_are_siblings_then_children_then_the_parent_without_removed_ones() {
    let served = closed().await;
    let lead = Outside::create(&served, "Lead", None).await;
    let me = Outside::create(&served, "Me", Some(&lead.id)).await;
    let sibling = Outside::create(&served, "Sibling", Some(&lead.id)).await;
    let gone = Outside::create(&served, "Gone", Some(&lead.id)).await;
    let child = Outside::create(&served, "Child", Some(&me.id)).await;
    served.delete(&format!("/workspaces/{}", gone.id)).await;
    sibling.poll(&served).await;
    let rows = peers(&served, &me, "").await;
    assert_eq!(names(&rows), ["Sibling", "Child", "Lead"]);
    assert_eq!(
        rows[0],
        json!({"id": sibling.id, "name": "Sibling", "role": null, "tier": 2, "status": "online",
            "url": format!("{}/workspaces/{}/a2a", served.url(), sibling.id), "parent_id": lead.id, "active_tasks": 0, "agent_card": {"name": "P"}})
    );
    assert!(rows[1]["agent_card"].is_null());
    assert_eq!(names(&peers(&served, &child, "").await), ["Me"]);
    let other = Outside::create(&served, "Another root", None).await;
    assert_eq!(names(&peers(&served, &other, "").await), ["Lead"]);
    let alone = served.get(&format!("/registry/{UNKNOWN}/peers")).await;
    assert_eq!(
        (alone.0, alone.1["error"].as_str()),
        (404, Some("workspace not found"))
    );
}

#[tokio::test]
async fn peers_filter_by_name_or_role_whatever_the_case_and_null_roles_are_empty() {
    let served = closed().await;
    let me = Outside::create(&served, "Me", None).await;
    for (name, role) in [
        ("Writer", Some("Writes REPORTS")),
        ("Reviewer", None),
        ("Report desk", None),
    ] {
        named(
            &served,
            json!({"name": name, "runtime": "mock", "role": role}),
        )
        .await;
    }
    for (query, wanted) in [
        ("?q=report", vec!["Writer", "Report desk"]),
        ("?q=%20REVIEW%20", vec!["Reviewer"]),
        ("?q=", vec!["Writer", "Reviewer", "Report desk"]),
        ("?q=nothing", vec![]),
    ] {
        assert_eq!(names(&peers(&served, &me, query).await), wanted, "{query}");
    }
}

#[tokio::test]
async fn check_access_needs_both_ids_and_any_credential() {
    let served = closed().await;
    let lead = Outside::create(&served, "Lead", None).await;
    let member = Outside::create(&served, "Member", Some(&lead.id)).await;
    let stranger = Outside::create(&served, "Stranger", None).await;
    let ask = |caller: &str, target: &str| {
        member
            .request(&served, Method::POST, "/registry/check-access")
            .json(&json!({"caller_id": caller, "target_id": target}))
    };
    for (caller, target, allowed) in [
        (&lead.id, &member.id, true),
        (&member.id, &lead.id, true),
        (&lead.id, &stranger.id, true),
        (&member.id, &stranger.id, false),
        (&member.id, &UNKNOWN.to_owned(), false),
        (&UNKNOWN.to_owned(), &UNKNOWN.to_owned(), true),
    ] {
        assert_eq!(
            answer(ask(caller, target)).await,
            (200, json!({"allowed": allowed})),
            "{caller} to {target}"
        );
    }
    for body in [
        json!({}),
        json!({"caller_id": lead.id}),
        json!({"caller_id": "", "target_id": ""}),
    ] {
        let (status, refused) = served.post("/registry/check-access", body).await;
        assert_eq!(
            (status, refused["error"].as_str()),
            (400, Some("invalid request body"))
        );
    }
    let bare = served
        .bare(Method::POST, "/registry/check-access")
        .json(&json!({"caller_id": lead.id, "target_id": member.id}));
    assert_eq!(answer(bare).await.0, 401);
}

#[tokio::test]
async fn an_isolated_root_keeps_to_its_own_tree_until_the_switch_is_turned_back() {
    let served = closed().await;
    let one = Outside::create(&served, "One", None).await;
    let below = Outside::create(&served, "Below", Some(&one.id)).await;
    let two = Outside::create(&served, "Two", None).await;
    let three = Outside::create(&served, "Three", None).await;
    let allowed = |caller: String, target: String| {
        let served = &served;
        async move {
            let body = json!({"caller_id": caller, "target_id": target});
            served.post("/registry/check-access", body).await.1["allowed"] == true
        }
    };
    assert!(allowed(two.id.clone(), one.id.clone()).await, "the default");
    let path = format!("/workspaces/{}", one.id);
    let (status, refused) = one
        .call(
            &served,
            Method::PATCH,
            &path,
            Some(json!({"isolated": false})),
        )
        .await;
    assert_eq!(
        (status, refused["code"].as_str()),
        (403, Some("auth_forbidden"))
    );
    assert_eq!(served.patch(&path, json!({"isolated": true})).await.0, 200);
    assert_eq!(served.get(&path).await.1["isolated"], true);
    assert!(!allowed(two.id.clone(), one.id.clone()).await);
    assert!(!allowed(one.id.clone(), two.id.clone()).await);
    assert!(allowed(one.id.clone(), below.id.clone()).await);
    assert!(allowed(two.id.clone(), three.id.clone()).await);
    assert_eq!(names(&peers(&served, &two, "").await), ["Three"]);
    assert_eq!(discover(&served, &two, &one.id).await.0, 403);
    let path_two = format!("/workspaces/{}/a2a", one.id);
    let body = json!({"parts": [{"kind": "text", "text": "hello"}]});
    let (status, _) = two.call(&served, Method::POST, &path_two, Some(body)).await;
    assert_eq!(status, 403, "messages stop too");
    assert_eq!(served.patch(&path, json!({"isolated": false})).await.0, 200);
    assert!(allowed(two.id, one.id).await);
}
