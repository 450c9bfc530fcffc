//! 4.1 register and 4.3 update-card.

use crate::{UNKNOWN, closed, open};
use product_tests::{Live, Outside, answer, seconds, told};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{EchoAgent, Served};

async fn register(served: &Served, agent: &Outside, body: Value) -> (u16, Value) {
    agent
        .call(served, Method::POST, "/registry/register", Some(body))
        .await
}

fn card() -> Value {
    json!({"name": "Analyst", "skills": [{"id": "triage"}]})
}

#[tokio::test]
async fn register_in_push_mode_goes_online_with_url_and_card_and_tells_both() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let since = served.last_seq().await;
    let body = json!({"id": agent.id, "url": "http://93.184.215.14:8000", "agent_card": card()});
    let (status, answer) = register(&served, &agent, body).await;
    assert_eq!((status, &answer["status"]), (200, &json!("registered")));
    assert!(
        answer.get("auth_token").is_none(),
        "it has a live token: {answer}"
    );
    assert!(answer.get("delivery_mode").is_none(), "{answer}");
    let (_, row) = served.get(&format!("/workspaces/{}", agent.id)).await;
    assert_eq!(row["status"], "online");
    assert_eq!(row["url"], "http://93.184.215.14:8000");
    assert_eq!(row["agent_card"], card());
    assert!(row["last_heartbeat_at"].is_string());
    let online = told(&served, since, &["WORKSPACE_ONLINE"]).await;
    assert_eq!(online.len(), 1);
    assert_eq!(online[0].1, agent.id);
    assert_eq!(
        online[0].2,
        json!({"agent_card": card(), "url": "http://93.184.215.14:8000"})
    );
}

#[tokio::test]
async fn register_takes_workspace_id_in_place_of_id_and_both_when_they_agree() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let other = Outside::create(&served, "B", None).await;
    for ids in [
        json!({"workspace_id": agent.id}),
        json!({"id": agent.id, "workspace_id": agent.id}),
    ] {
        let mut body = json!({"delivery_mode": "poll", "agent_card": null});
        body.as_object_mut()
            .unwrap()
            .extend(ids.as_object().unwrap().clone());
        let (status, answer) = register(&served, &agent, body).await;
        assert_eq!(status, 200, "{ids}: {answer}");
    }
    let both = json!({"id": agent.id, "workspace_id": other.id, "agent_card": {}, "delivery_mode": "poll"});
    let (status, answer) = register(&served, &agent, both).await;
    assert_eq!(
        (status, &answer["error"]),
        (400, &json!("invalid request body"))
    );
}

#[tokio::test]
async fn register_refuses_each_bad_body_with_its_text_and_changes_nothing() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let id = &agent.id;
    let since = served.last_seq().await;
    let cases = [
        (json!({}), "invalid request body"),
        (json!({"id": id}), "invalid request body"),
        (json!({"agent_card": {}}), "invalid request body"),
        (json!({"id": 7, "agent_card": {}}), "invalid request body"),
        (
            json!({"id": "nonsense", "agent_card": {}, "url": "http://93.184.215.14"}),
            "invalid workspace ID",
        ),
        (
            json!({"id": id, "agent_card": {}, "url": "http://93.184.215.14", "delivery_mode": "pull"}),
            "delivery_mode must be 'push' or 'poll'",
        ),
        (
            json!({"id": id, "agent_card": {}}),
            "url is required for push-mode workspaces",
        ),
        (
            json!({"id": id, "agent_card": {}, "url": ""}),
            "url is required for push-mode workspaces",
        ),
        (
            json!({"id": id, "agent_card": {}, "url": "ftp://93.184.215.14/"}),
            "url must be an http or https address with a host",
        ),
        (
            json!({"id": id, "agent_card": {}, "url": "not a url"}),
            "url must be an http or https address with a host",
        ),
        (
            json!({"id": id, "agent_card": {}, "url": "http://no-such-host.invalid:8000"}),
            "the host name in url cannot be resolved",
        ),
    ];
    for (body, text) in cases {
        let (status, answer) = register(&served, &agent, body.clone()).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some(text)),
            "{body}"
        );
        assert!(answer["code"].is_string(), "{answer}");
    }
    assert_eq!(served.last_seq().await, since, "nothing was told");
    let (_, row) = served.get(&format!("/workspaces/{id}")).await;
    assert_eq!(
        (&row["status"], &row["url"]),
        (&json!("awaiting_agent"), &json!(""))
    );
}

#[tokio::test]
async fn register_refuses_every_blocked_range_for_an_agents_own_word() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    for host in [
        "169.254.169.254",
        "127.0.0.1",
        "localhost",
        "[fe80::1]",
        "[::1]",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "100.64.0.1",
        "224.0.0.1",
        "[fc00::1]",
        "[2001:db8::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "[fd00::1]",
        "[::ffff:169.254.169.254]",
        "2130706433",
    ] {
        let url = format!("http://{host}:8000");
        let body = json!({"id": agent.id, "agent_card": {}, "url": url});
        let (status, answer) = register(&served, &agent, body).await;
        assert_eq!(status, 400, "{host}: {answer}");
        assert_eq!(answer["code"], "agent_url_refused", "{host}");
        assert!(
            answer["error"]
                .as_str()
                .unwrap()
                .starts_with("url leads to"),
            "{host}: {answer}"
        );
    }
}

#[tokio::test]
async fn loopback_is_taken_from_an_admin_class_caller_and_then_dialled_but_metadata_never_is() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let echo = EchoAgent::start().await.unwrap();
    let body = json!({"id": agent.id, "agent_card": {}, "url": echo.url()});
    let (status, _) = register(&served, &agent, body.clone()).await;
    assert_eq!(status, 400, "the agent's own word");
    let (status, answer) = served.post("/registry/register", body.clone()).await;
    assert_eq!(status, 200, "{answer}");
    let (status, said) = served.say(&agent.id, "hello").await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(said["result"]["parts"][0]["text"], "echo: hello");
    let (status, answer) = register(&served, &agent, body).await;
    assert_eq!(status, 200, "an agent may repeat it: {answer}");
    assert_eq!(served.say(&agent.id, "again").await.0, 200);
    let other = json!({"id": agent.id, "agent_card": {}, "url": "http://127.0.0.1:1"});
    assert_eq!(register(&served, &agent, other).await.0, 400);
    let metadata = json!({"id": agent.id, "agent_card": {}, "url": "http://169.254.169.254"});
    assert_eq!(served.post("/registry/register", metadata).await.0, 400);
}

#[tokio::test]
async fn an_address_given_at_creation_is_a_persons_word_and_is_dialled() {
    let served = closed().await;
    let echo = EchoAgent::start().await.unwrap();
    let body = json!({"name": "A", "external": true, "url": echo.url()});
    let (status, made) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{made}");
    let (status, said) = served.say(made["id"].as_str().unwrap(), "hello").await;
    assert_eq!(status, 200, "{said}");
}

#[tokio::test]
async fn poll_mode_needs_no_url_looks_at_none_and_is_kept_by_a_register_that_does_not_name_it() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let first = json!({"id": agent.id, "delivery_mode": "poll", "url": "http://10.0.0.1", "agent_card": {}});
    let (status, answer) = register(&served, &agent, first).await;
    assert_eq!((status, &answer["delivery_mode"]), (200, &json!("poll")));
    for body in [
        json!({"id": agent.id, "agent_card": {}}),
        json!({"id": agent.id, "agent_card": {}, "url": "http://127.0.0.1:9"}),
    ] {
        let (status, answer) = register(&served, &agent, body).await;
        assert_eq!(
            (status, &answer["delivery_mode"]),
            (200, &json!("poll")),
            "{answer}"
        );
    }
    let (_, row) = served.get(&format!("/workspaces/{}", agent.id)).await;
    assert_eq!(
        (&row["delivery_mode"], &row["url"], &row["status"]),
        (&json!("poll"), &json!(""), &json!("online"))
    );
    let (status, answer) = served.say(&agent.id, "hello").await;
    assert_eq!((status, &answer["delivery_mode"]), (200, &json!("poll")));
    let back = json!({"id": agent.id, "delivery_mode": "push", "agent_card": {}});
    let (status, answer) = register(&served, &agent, back).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (400, Some("url is required for push-mode workspaces"))
    );
}

#[tokio::test]
async fn remote_no_inbound_is_poll_mode() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let body = json!({"id": agent.id, "url": "remote://no-inbound", "agent_card": {}});
    let (status, answer) = register(&served, &agent, body).await;
    assert_eq!((status, &answer["delivery_mode"]), (200, &json!("poll")));
}

#[tokio::test]
async fn every_register_returns_the_same_inbound_secret_and_the_database_has_it_sealed_only() {
    let mut served = closed().await;
    let (a, b) = (
        Outside::create(&served, "A", None).await,
        Outside::create(&served, "B", None).await,
    );
    let secret = |answer: Value| {
        answer["platform_inbound_secret"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let body = |agent: &Outside| json!({"id": agent.id, "delivery_mode": "poll", "agent_card": {}});
    let first = secret(register(&served, &a, body(&a)).await.1);
    assert_eq!(first.len(), 43);
    let second = secret(register(&served, &b, body(&b)).await.1);
    assert_ne!(first, second, "one a workspace");
    served.again(&[]).await;
    assert_eq!(
        secret(register(&served, &a, body(&a)).await.1),
        first,
        "it outlives a restart"
    );
    let data = served.data_dir();
    served.kill().await;
    for entry in std::fs::read_dir(data).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes
                    .windows(first.len())
                    .any(|window| window == first.as_bytes()),
                "in clear in {}",
                path.display()
            );
        }
    }
}

#[tokio::test]
async fn the_refusals_of_class_r_say_which_credential_is_missing() {
    let served = closed().await;
    let (agent, other) = (
        Outside::create(&served, "A", None).await,
        Outside::create(&served, "B", None).await,
    );
    let register = json!({"id": agent.id, "delivery_mode": "poll", "agent_card": {}});
    let beat = json!({"workspace_id": agent.id});
    let card = json!({"workspace_id": agent.id, "agent_card": {}});
    for (path, body, admin) in [
        ("/registry/register", register, true),
        ("/registry/heartbeat", beat, false),
        ("/registry/update-card", card, true),
    ] {
        let ask = || served.bare(Method::POST, path).json(&body);
        let (status, none) = answer(ask()).await;
        assert_eq!(
            (status, none["error"].as_str(), none["code"].as_str()),
            (
                401,
                Some("missing workspace auth token"),
                Some("auth_required")
            ),
            "{path}"
        );
        assert!(none["hint"].as_str().unwrap().contains(&agent.id), "{none}");
        for wrong in [other.token.as_str(), "nonsense"] {
            let (status, refused) = answer(ask().bearer_auth(wrong)).await;
            assert_eq!(
                (status, refused["error"].as_str()),
                (401, Some("invalid workspace auth token")),
                "{path}"
            );
        }
        let (status, _) = answer(ask().bearer_auth(&served.owner.bearer)).await;
        assert_eq!(
            status,
            if admin { 200 } else { 401 },
            "{path} as admin-class"
        );
        let (status, own) = answer(ask().bearer_auth(&agent.token)).await;
        assert_eq!(status, 200, "{path}: {own}");
    }
}

#[tokio::test]
async fn an_unknown_id_is_404_for_admin_class_else_401_and_makes_no_row() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let body = json!({"id": UNKNOWN, "delivery_mode": "poll", "agent_card": {}});
    let (status, refused) = served.post("/registry/register", body.clone()).await;
    assert_eq!(
        (status, refused["error"].as_str()),
        (404, Some("workspace not found"))
    );
    let card = json!({"workspace_id": UNKNOWN, "agent_card": {}});
    assert_eq!(served.post("/registry/update-card", card).await.0, 404);
    let beat = json!({"workspace_id": UNKNOWN});
    assert_eq!(served.post("/registry/heartbeat", beat).await.0, 404);
    let beat = json!({"workspace_id": agent.id});
    let (status, _) = served.post("/registry/heartbeat", beat).await;
    assert_eq!(status, 401, "nobody beats for an agent but itself");
    assert_eq!(register(&served, &agent, body).await.0, 401);
    assert_eq!(served.workspaces().await.len(), 1);
}

#[tokio::test]
async fn a_removed_workspace_is_401_for_its_old_token_and_410_for_those_let_in() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    agent.poll(&served).await;
    served.delete(&format!("/workspaces/{}", agent.id)).await;
    let since = served.last_seq().await;
    for (path, body) in [
        (
            "/registry/register",
            json!({"id": agent.id, "delivery_mode": "poll", "agent_card": {}}),
        ),
        ("/registry/heartbeat", json!({"workspace_id": agent.id})),
        (
            "/registry/update-card",
            json!({"workspace_id": agent.id, "agent_card": {"name": "ghost"}}),
        ),
    ] {
        let (status, _) = agent
            .call(&served, Method::POST, path, Some(body.clone()))
            .await;
        assert_eq!(status, 401, "{path} with the old token");
        if path == "/registry/heartbeat" {
            continue;
        }
        let (status, gone) = served.post(path, body).await;
        assert_eq!(
            (status, gone["error"].as_str(), gone["id"].as_str()),
            (410, Some("workspace removed"), Some(agent.id.as_str())),
            "{path}"
        );
        assert!(gone["removed_at"].is_string() && gone["hint"].is_string());
    }
    assert_eq!(served.last_seq().await, since, "no side effects");
}

#[tokio::test]
async fn a_paused_or_sleeping_workspace_is_not_lifted_by_its_agent() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    agent.poll(&served).await;
    let path = format!("/workspaces/{}/pause", agent.id);
    assert_eq!(served.post(&path, json!({})).await.0, 200);
    let body = json!({"id": agent.id, "delivery_mode": "poll", "agent_card": {}});
    let (status, refused) = register(&served, &agent, body).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("paused")));
    let (status, _) = agent.beat(&served, json!({"uptime_seconds": 5})).await;
    assert_eq!(status, 200, "a beat is heard");
    let (_, row) = served.get(&format!("/workspaces/{}", agent.id)).await;
    assert_eq!(row["status"], "paused", "and changes nothing about that");
}

#[tokio::test]
async fn update_card_replaces_the_card_for_the_agent_and_for_admin_class() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    agent.poll(&served).await;
    let mut live = Live::connect(&served, None).await;
    for (name, own) in [("by the agent", true), ("by the canvas", false)] {
        let body = json!({"workspace_id": agent.id, "agent_card": {"name": name}});
        let (status, answer) = if own {
            let path = "/registry/update-card";
            agent.call(&served, Method::POST, path, Some(body)).await
        } else {
            served.post("/registry/update-card", body).await
        };
        assert_eq!((status, answer), (200, json!({"status": "updated"})));
        let seen = live
            .until("the card", seconds(10), |event| {
                event["event"] == "AGENT_CARD_UPDATED"
            })
            .await;
        assert_eq!(
            seen.last().unwrap()["payload"],
            json!({"agent_card": {"name": name}})
        );
    }
    for body in [
        json!({"workspace_id": agent.id}),
        json!({"agent_card": {}}),
        json!([]),
    ] {
        let path = "/registry/update-card";
        let (status, refused) = agent.call(&served, Method::POST, path, Some(body)).await;
        assert_eq!(
            (status, refused["error"].as_str()),
            (400, Some("invalid request body"))
        );
    }
}

#[tokio::test]
async fn in_open_mode_a_stranger_registers_itself_and_its_token_counts_once_it_was_presented() {
    let served = open().await;
    let id = "3f9a1c77-52be-4d10-9a6e-0b1c2d3e4f50";
    let body = json!({"id": id, "url": "http://127.0.0.1:9", "agent_card": {"name": "S"}});
    let ask = || served.bare(Method::POST, "/registry/register").json(&body);
    let (status, made) = answer(ask()).await;
    assert_eq!(status, 200, "{made}");
    let token = made["auth_token"].as_str().unwrap().to_owned();
    let (_, row) = answer(served.bare(Method::GET, &format!("/workspaces/{id}"))).await;
    assert_eq!(
        (&row["name"], &row["status"], &row["tier"]),
        (&json!(id), &json!("online"), &json!(2))
    );
    let (status, again) = answer(ask()).await;
    assert_eq!(status, 200, "nobody presented a token yet: {again}");
    assert!(again["auth_token"].is_string(), "{again}");
    let beat = || {
        served
            .bare(Method::POST, "/registry/heartbeat")
            .json(&json!({"workspace_id": id}))
    };
    assert_eq!(answer(beat()).await.0, 200);
    assert_eq!(answer(beat().bearer_auth(&token)).await.0, 200);
    testkit::eventually("the first use to be noted", seconds(10), || async {
        (answer(beat()).await.0 == 401).then_some(())
    })
    .await;
    assert_eq!(answer(ask()).await.0, 401);
    let stranger = json!({"workspace_id": UNKNOWN});
    let beat = served
        .bare(Method::POST, "/registry/heartbeat")
        .json(&stranger);
    assert_eq!(answer(beat).await, (200, json!({"status": "ok"})));
}
