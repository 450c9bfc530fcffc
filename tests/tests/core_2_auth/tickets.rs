//! 2.13 tickets, browser sessions, addresses that carry a credential.

use crate::{as_bearer, token_of, told, workspace};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

async fn ticket(served: &Served, bearer: &str) -> String {
    let request = served
        .bare(Method::POST, "/auth/tickets")
        .bearer_auth(bearer);
    let (status, body) = told(request).await;
    assert_eq!((status, &body["expires_in"]), (200, &json!(30)), "{body}");
    body["ticket"].as_str().unwrap().to_owned()
}

async fn session(served: &Served, ticket: &str) -> (u16, Value) {
    let body = json!({"ticket": ticket});
    told(served.bare(Method::POST, "/auth/session").json(&body)).await
}

#[tokio::test]
async fn a_ticket_is_spent_at_once_and_has_its_maker_s_rights() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let own = token_of(&served, &id).await;
    let app = served.owner.bearer.clone();

    let (status, first) = session(&served, &ticket(&served, &app).await).await;
    assert_eq!(status, 200, "{first}");
    assert_eq!(
        first["last_seq"].as_i64(),
        Some(served.last_seq().await),
        "who reads lists after this answer follows events from here"
    );
    let bearer = first["token"].as_str().unwrap();
    assert_eq!(
        as_bearer(&served, Method::GET, "/workspaces", bearer)
            .await
            .0,
        200
    );
    // A session makes tickets too.
    let again = ticket(&served, bearer).await;
    assert_eq!(session(&served, &again).await.0, 200);
    let (status, body) = session(&served, &again).await;
    assert_eq!(status, 401, "spent: {body}");
    assert!(
        body["error"]
            .as_str()
            .is_some_and(|text| text.contains("molecule-stack open")),
        "{body}"
    );

    let (_, agent) = session(&served, &ticket(&served, &own).await).await;
    let agent = agent["token"].as_str().unwrap();
    let state = format!("/workspaces/{id}/state");
    assert_eq!(as_bearer(&served, Method::GET, &state, agent).await.0, 200);
    assert_eq!(
        as_bearer(&served, Method::GET, "/workspaces", agent)
            .await
            .0,
        401
    );
    let (status, _) = told(served.bare(Method::POST, "/auth/tickets")).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn a_ticket_counts_in_the_query_of_five_places_only() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let app = served.owner.bearer.clone();
    let ask = async |path: &str, ticket: &str| {
        told(served.bare(Method::GET, &format!("{path}?ticket={ticket}")))
            .await
            .0
    };
    let stream = format!("/workspaces/{id}/events/stream");
    let good = ticket(&served, &app).await;
    assert_eq!(ask(&stream, &good).await, 200);
    assert_eq!(ask(&stream, &good).await, 401, "spent");
    // Whatever the route makes of the rest, the ticket was taken.
    let good = ticket(&served, &app).await;
    assert_eq!(ask("/ws", &good).await, 400, "no upgrade, but let in");
    for path in [
        "/workspaces",
        "/events",
        "/stack",
        &format!("/workspaces/{id}/state"),
    ] {
        let good = ticket(&served, &app).await;
        assert_eq!(ask(path, &good).await, 401, "{path}");
        assert_eq!(
            session(&served, &good).await.0,
            200,
            "{path}: and it was not spent"
        );
    }
    assert!(!served.output().contains(&good), "tickets are in no log");
}

#[tokio::test]
async fn a_session_ends_with_what_it_came_from() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let own = token_of(&served, &id).await;
    let (_, opened) = session(&served, &ticket(&served, &own).await).await;
    let opened = opened["token"].as_str().unwrap().to_owned();
    let (_, minted) = served.post("/org/tokens", json!({})).await;
    let org = minted["auth_token"].as_str().unwrap();
    let (_, of_org) = session(&served, &ticket(&served, org).await).await;
    let of_org = of_org["token"].as_str().unwrap().to_owned();
    assert_eq!(
        as_bearer(&served, Method::GET, "/workspaces", &of_org)
            .await
            .0,
        200
    );

    let path = format!("/org/tokens/{}", minted["id"].as_str().unwrap());
    assert_eq!(served.delete(&path).await.0, 200);
    assert_eq!(
        as_bearer(&served, Method::GET, "/workspaces", &of_org)
            .await
            .0,
        401
    );
    assert_eq!(
        served
            .delete(&format!("/workspaces/{id}?confirm=true"))
            .await
            .0,
        200
    );
    let state = format!("/workspaces/{id}/state");
    assert_eq!(
        as_bearer(&served, Method::GET, &state, &opened).await.0,
        401
    );
}

#[tokio::test]
async fn an_address_carries_a_credential_for_programs_and_not_for_pages() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let own = token_of(&served, &id).await;
    let get = |path: &str| served.bare(Method::GET, path);
    let state = format!("/c/{own}/workspaces/{id}/state");
    assert_eq!(told(get(&state)).await.0, 200);
    assert_eq!(
        told(get(&format!("/c/{own}/workspaces"))).await.0,
        401,
        "as its kind"
    );
    assert_eq!(told(get("/c/made-up/workspaces")).await.0, 401);
    assert_eq!(told(get("/c/made-up/health")).await.0, 200);
    // A request's own header is what counts.
    assert_eq!(
        told(get(&format!("/c/{own}/workspaces")).bearer_auth(&served.owner.bearer))
            .await
            .0,
        200
    );
    assert_eq!(told(get(&state).bearer_auth("made-up")).await.0, 401);
    for name in [
        "Sec-Fetch-Site",
        "Sec-Fetch-Mode",
        "Sec-Fetch-Dest",
        "Sec-Fetch-User",
    ] {
        let (status, body) = told(get(&state).header(name, "none")).await;
        assert_eq!(
            (status, &body["code"]),
            (403, &"address_from_browser".into()),
            "{name}"
        );
    }
    let node = get(&state).header("Sec-Fetch-Mode", "cors");
    assert_eq!(told(node).await.0, 200, "what Node's fetch says by itself");
    let (_, list) = served.get(&format!("/workspaces/{id}/tokens")).await;
    for one in list["tokens"].as_array().unwrap() {
        served
            .delete(&format!(
                "/workspaces/{id}/tokens/{}",
                one["id"].as_str().unwrap()
            ))
            .await;
    }
    assert_eq!(told(get(&state)).await.0, 401, "revoked");
    assert!(!served.output().contains(&own), "masked in every log");
}
