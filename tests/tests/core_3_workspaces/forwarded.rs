//! 6 and 7: `forwarded_to`. Who asks for a workspace that another replaced is told of the other.

use crate::{made, named, of_kind, served, told};
use reqwest::{Method, redirect::Policy};
use serde_json::json;
use testkit::Served;

async fn discover(served: &Served, follow: bool, caller: &str, target: &str) -> reqwest::Response {
    let policy = if follow {
        Policy::default()
    } else {
        Policy::none()
    };
    let client = reqwest::Client::builder().redirect(policy).build().unwrap();
    let port = served.owner.port;
    client
        .get(format!(
            "http://127.0.0.1:{port}/registry/discover/{target}"
        ))
        .bearer_auth(&served.owner.bearer)
        .header("x-workspace-id", caller)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_delete_with_forward_to_names_the_successor_wherever_the_old_one_is_asked_for() {
    let (served, _root) = served(&[]).await;
    let (old, heir) = (named(&served, "Old").await, named(&served, "Heir").await);
    let asking = named(&served, "Asking").await;
    let since = served.last_seq().await;
    let (status, answer) = served
        .delete(&format!("/workspaces/{old}?forward_to={heir}"))
        .await;
    assert_eq!(
        (status, answer),
        (200, json!({"cascade_deleted": 0, "status": "removed"}))
    );
    let removed = of_kind(&told(&served, since).await, "WORKSPACE_REMOVED");
    let payload = json!({"name": "Old", "cascade_deleted": 0, "forwarded_to": heir});
    assert_eq!(removed, [(old.clone(), payload)]);

    let (status, gone) = served.get(&format!("/workspaces/{old}")).await;
    assert_eq!(
        (status, gone["forwarded_to"].as_str()),
        (410, Some(heir.as_str()))
    );
    let (status, gone) = served.say(&old, "are you there?").await;
    assert_eq!(
        (status, gone["forwarded_to"].as_str()),
        (410, Some(heir.as_str()))
    );

    let moved = discover(&served, false, &asking, &old).await;
    assert_eq!(moved.status(), 301);
    assert_eq!(
        moved.headers()["location"],
        format!("/registry/discover/{heir}")
    );
    let body: serde_json::Value = moved.json().await.unwrap();
    assert_eq!(
        (body["code"].as_str(), body["forwarded_to"].as_str()),
        (Some("workspace_forwarded"), Some(heir.as_str()))
    );
    // A client that follows redirects ends at the successor, with its own right to ask for it.
    let found = discover(&served, true, &asking, &old).await;
    assert_eq!(
        found.url().path(),
        format!("/registry/discover/{heir}"),
        "{}",
        found.status()
    );
}

#[tokio::test]
async fn a_chain_of_successors_leads_to_the_one_that_is_there_and_a_broken_one_to_nobody() {
    let (served, _root) = served(&[]).await;
    let [a, b, c] = [
        named(&served, "A").await,
        named(&served, "B").await,
        named(&served, "C").await,
    ];
    for (gone, heir) in [(&a, &b), (&b, &c)] {
        let path = format!("/workspaces/{gone}?forward_to={heir}");
        assert_eq!(served.delete(&path).await.0, 200);
    }
    let (_, body) = served.get(&format!("/workspaces/{a}")).await;
    assert_eq!(body["forwarded_to"], c.as_str());
    served.delete(&format!("/workspaces/{c}?purge=true")).await;
    for gone in [&a, &b] {
        let (status, body) = served.get(&format!("/workspaces/{gone}")).await;
        assert_eq!(status, 410);
        assert_eq!(body.get("forwarded_to"), None, "{body}");
    }
}

#[tokio::test]
async fn a_successor_that_is_none_is_refused_and_nothing_is_removed() {
    let (served, _root) = served(&[]).await;
    let lead = named(&served, "Lead").await;
    let child = made(
        &served,
        json!({"name": "Child", "runtime": "mock", "parent_id": lead}),
    )
    .await;
    let other = named(&served, "Other").await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (query, status, code) in [
        (format!("forward_to={unknown}"), 404, "not_found"),
        (format!("forward_to={lead}"), 409, "successor_removed"),
        (format!("forward_to={child}"), 409, "successor_removed"),
        ("forward_to=nobody".to_owned(), 400, "invalid_id"),
        (
            format!("forward_to={other}&purge=true"),
            400,
            "forward_and_purge",
        ),
    ] {
        let path = format!("/workspaces/{lead}?confirm=true&{query}");
        let request = served.request(Method::DELETE, &path);
        let response = request.send().await.unwrap();
        let got = response.status().as_u16();
        let body: serde_json::Value = response.json().await.unwrap();
        assert_eq!(
            (got, body["code"].as_str()),
            (status, Some(code)),
            "{query}: {body}"
        );
    }
    assert_eq!(served.workspaces().await.len(), 3);
}
