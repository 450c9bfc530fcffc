//! Secrets as the contract's cases tell them (contract 03 fixtures D.46): scopes, values, refusals, restarts. The number
//! in a name is the row of the table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::seconds;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{OpenOptions, Store, StoreError, rows};
use testkit::{Served, ServedOptions, eventually};

async fn make(served: &Served, name: &str, runtime: &str) -> String {
    let (status, made) = served
        .post("/workspaces", json!({"name": name, "runtime": runtime}))
        .await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

async fn token(served: &Served, id: &str) -> String {
    let (status, minted) = served
        .post(&format!("/workspaces/{id}/tokens"), json!({"name": "test"}))
        .await;
    assert!(status < 300, "{minted}");
    minted["auth_token"].as_str().unwrap().to_owned()
}

async fn set(served: &Served, workspace: Option<&str>, key: &str, value: &str) {
    let path = match workspace {
        Some(id) => format!("/workspaces/{id}/secrets"),
        None => "/settings/secrets".to_owned(),
    };
    let (status, body) = served
        .post(&path, json!({"key": key, "value": value}))
        .await;
    assert_eq!(status, 200, "{body}");
    let scope = if workspace.is_some() {
        "workspace"
    } else {
        "global"
    };
    assert_eq!(body, json!({"key": key, "scope": scope, "status": "saved"}));
}

async fn values(served: &Served, id: &str, bearer: &str) -> (u16, Value) {
    let response = served
        .bare(Method::GET, &format!("/workspaces/{id}/secrets/values"))
        .bearer_auth(bearer)
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// The database of a platform that does not run.
async fn at_rest(served: &Served) -> Store {
    let clock = Arc::new(clock::SystemClock::new());
    let path = served.data_dir().join("molecule.sqlite");
    Store::open(OpenOptions::new(path, clock)).await.unwrap()
}

/// Global A and B, a workspace with B and C.
async fn layered() -> (Served, String, String) {
    let served = Served::start(ServedOptions::default()).await;
    let id = make(&served, "Keeper", "mock").await;
    for (key, value) in [("A", "g"), ("B", "g")] {
        set(&served, None, key, value).await;
    }
    for (key, value) in [("B", "w"), ("C", "w")] {
        set(&served, Some(&id), key, value).await;
    }
    let token = token(&served, &id).await;
    (served, id, token)
}

#[tokio::test]
async fn d46_1_no_47_the_list_names_scopes_and_no_values() {
    let (served, id, _) = layered().await;
    let (status, list) = served.get(&format!("/workspaces/{id}/secrets")).await;
    assert_eq!(status, 200, "{list}");
    let shown: Vec<Value> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["key"], one["scope"], one["has_value"]]))
        .collect();
    assert_eq!(
        shown,
        [
            json!(["B", "workspace", true]),
            json!(["C", "workspace", true]),
            json!(["A", "global", true])
        ],
        "its own by name, then the global ones that it does not override"
    );
    for one in list.as_array().unwrap() {
        let names: Vec<&String> = one.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            ["key", "has_value", "scope", "created_at", "updated_at"]
        );
    }
    // The other name of the same list, and what is not there.
    let (_, global) = served.get("/settings/secrets").await;
    assert_eq!(served.get("/admin/secrets").await, (200, global));
    let unknown = "/workspaces/00000000-0000-4000-8000-000000000000/secrets";
    assert_eq!(served.get(unknown).await.0, 404);
    let body = json!({"key": "A", "value": "x"});
    assert_eq!(served.post(unknown, body).await.0, 404, "no. 47");
    assert_eq!(served.get("/workspaces/ABC/secrets").await.0, 400);
}

#[tokio::test]
async fn d46_2_values_are_the_globals_under_the_workspaces_own() {
    let (served, id, token) = layered().await;
    assert_eq!(
        values(&served, &id, &token).await,
        (200, json!({"A": "g", "B": "w", "C": "w"}))
    );
    assert_eq!(values(&served, &id, &served.owner.bearer).await.0, 401);
    let other = make(&served, "Other", "mock").await;
    assert_eq!(
        values(&served, &other, &token).await.0,
        401,
        "a token of another one"
    );
    let bare = served
        .bare(Method::GET, &format!("/workspaces/{id}/secrets/values"))
        .send()
        .await
        .unwrap();
    assert_eq!(bare.status().as_u16(), 401);
    let body: Value = bare.json().await.unwrap();
    assert_eq!(body["error"], "missing workspace auth token");
}

#[tokio::test]
async fn d46_3_a_row_in_clear_is_readable_and_sealed_at_once() {
    let (mut served, id, token) = layered().await;
    served.command(&["down"]).await;
    served.ended().await;
    let store = at_rest(&served).await;
    let about = id.clone();
    store
        .write::<_, StoreError, _>(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::secrets::set(write.conn(), Some(&about), "D", b"in-clear", 0, &now).await
            })
        })
        .await
        .unwrap();
    store.close().await;
    served.again(&[]).await;
    let sealed = json!({"A": "g", "B": "w", "C": "w", "D": "in-clear"});
    assert_eq!(values(&served, &id, &token).await, (200, sealed));
    eventually("everything sealed", seconds(20), || async {
        let (_, key) = served.get("/admin/secrets/key").await;
        (key["waiting"] == 0 && key["sealed"] == 5).then_some(())
    })
    .await;
    served.kill().await;
    let store = at_rest(&served).await;
    for row in rows::secrets::all(store.read()).await.unwrap() {
        assert_eq!(row.encryption_version, 2, "{row:?}");
        assert!(!row.encrypted_value.ends_with(b"in-clear"));
    }
    store.close().await;
}

#[tokio::test]
async fn d46_4_no_50_without_the_key_values_are_refused_whole() {
    const OTHER: &str = "/v38+/r5+Pf29fTz8vHw7+7t7Ovq6ejn5uXk4+Lh4OA=";
    let (mut served, id, token) = layered().await;
    let told = |body: &Value| (body["error"].clone(), body["failed_keys"].clone());
    let refusal = json!("one or more secrets failed to decrypt; refusing to return partial bundle");
    served.again(&[("SECRETS_ENCRYPTION_KEY", OTHER)]).await;
    let (status, body) = values(&served, &id, &token).await;
    assert_eq!(status, 500, "{body}");
    let all = json!(["global:A", "global:B", "workspace:B", "workspace:C"]);
    assert_eq!(told(&body), (refusal.clone(), all));
    assert!(!body.to_string().contains(OTHER), "{body}");
    // Nor can one be set: it would be sealed with another key than the rest.
    let refused = served
        .post("/settings/secrets", json!({"key": "A", "value": "new"}))
        .await;
    assert_eq!(refused.0, 409, "{}", refused.1);
    served.again(&[]).await;
    assert_eq!(values(&served, &id, &token).await.0, 200);
    // One that was tampered with is named, and the others are not handed out without it.
    served.kill().await;
    let store = at_rest(&served).await;
    let about = id.clone();
    store
        .write::<_, StoreError, _>(move |write| {
            Box::pin(async move {
                let row = rows::secrets::get(write.conn(), Some(&about), "C").await?;
                let mut sealed = row.unwrap().encrypted_value;
                *sealed.last_mut().unwrap() ^= 1;
                rows::secrets::reseal(write.conn(), Some(&about), "C", &sealed, 2).await
            })
        })
        .await
        .unwrap();
    store.close().await;
    served.again(&[]).await;
    let (status, body) = values(&served, &id, &token).await;
    assert_eq!(
        (status, told(&body)),
        (500, (refusal, json!(["workspace:C"])))
    );
    set(&served, Some(&id), "C", "w").await;
    assert_eq!(values(&served, &id, &token).await.0, 200);
}

#[tokio::test]
async fn d46_5_no_48_a_global_secret_restarts_all_that_see_it() {
    let served = Served::start(ServedOptions::default()).await;
    let sees = make(&served, "Sees", "claude-code").await;
    let overrides = make(&served, "Overrides", "claude-code").await;
    let paused = make(&served, "Paused", "claude-code").await;
    let removed = make(&served, "Removed", "claude-code").await;
    make(&served, "Outside", "external").await;
    set(&served, Some(&overrides), "B", "w").await;
    let (status, body) = served
        .post(&format!("/workspaces/{paused}/pause"), json!({}))
        .await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = served.delete(&format!("/workspaces/{removed}")).await;
    assert_eq!(status, 200, "{body}");
    let since = served.last_seq().await;
    set(&served, None, "B", "g").await;
    set(&served, None, "B", "g").await;
    let events = served.events(&["SECRETS_CHANGED"], since).await;
    assert_eq!(events.len(), 1, "no change, no event (no. 48): {events:?}");
    let told = &events[0];
    assert_eq!(
        told["payload"],
        json!({"action": "set", "keys": ["B"], "restarts": [sees]})
    );
    assert_eq!(told["workspace_id"], Value::Null);
    let (status, body) = served.delete("/admin/secrets/B").await;
    assert_eq!(
        (status, body),
        (
            200,
            json!({"key": "B", "scope": "global", "status": "deleted"})
        )
    );
    let events = served.events(&["SECRETS_CHANGED"], since).await;
    assert_eq!(events[1]["payload"]["action"], "deleted");
    assert_eq!(events[1]["payload"]["restarts"], json!([sees]));
}

#[tokio::test]
async fn d46_6_an_unknown_key_cannot_be_deleted() {
    let (served, id, _) = layered().await;
    for path in [
        "/settings/secrets/NONE".to_owned(),
        "/admin/secrets/NONE".to_owned(),
        format!("/workspaces/{id}/secrets/NONE"),
        // A global one is not the workspace's to delete.
        format!("/workspaces/{id}/secrets/A"),
    ] {
        let (status, body) = served.delete(&path).await;
        assert_eq!(
            (status, &body["error"]),
            (404, &json!("secret not found")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn d46_7_no_52_the_admin_token_does_not_read_values() {
    let admin = "an-admin-token-of-this-test";
    let served = Served::start(ServedOptions::default().env("ADMIN_TOKEN", admin)).await;
    let id = make(&served, "Keeper", "mock").await;
    set(&served, Some(&id), "C", "w").await;
    let token = token(&served, &id).await;
    let (status, body) = values(&served, &id, admin).await;
    assert_eq!(
        (status, &body["error"]),
        (401, &json!("invalid workspace auth token"))
    );
    assert_eq!(values(&served, &id, &token).await, (200, json!({"C": "w"})));
}

#[tokio::test]
async fn no_46_names_of_the_platform_and_broken_names_are_refused() {
    let served = Served::start(ServedOptions::default()).await;
    let id = make(&served, "Keeper", "mock").await;
    for key in [
        "WORKSPACE_ID",
        "PLATFORM_URL",
        "MOLECULE_URL",
        "MOLECULE_WORKSPACE_TOKEN",
        "WORKSPACE_CONFIG_PATH",
        "PYTHONPATH",
        "PARENT_ID",
        "TIER",
        "",
        "1A",
        "A-B",
        "A B",
        "A=B",
        "Ä",
        "A\n",
    ] {
        for path in [
            "/settings/secrets".to_owned(),
            format!("/workspaces/{id}/secrets"),
        ] {
            let (status, body) = served
                .post(&path, json!({"key": key, "value": "canary-value-1234"}))
                .await;
            assert_eq!(status, 400, "{key:?}: {body}");
            assert!(!body.to_string().contains("canary"), "{body}");
        }
        let made = json!({"name": "X", "runtime": "mock", "secrets": {key: "canary-value-1234"}});
        assert_eq!(served.post("/workspaces", made).await.0, 400, "{key:?}");
    }
    assert_eq!(served.get("/settings/secrets").await.1, json!([]));
    for body in [
        json!({"key": "A"}),
        json!({"key": "A", "value": ""}),
        json!([]),
    ] {
        assert_eq!(served.post("/settings/secrets", body).await.0, 400);
    }
}

const PASSPHRASE: &str = "correct horse battery";

async fn personas(served: &Served, value: &str) {
    let folder = served.folder().join("personas");
    std::fs::create_dir_all(folder.join("lead")).unwrap();
    std::fs::write(folder.join("lead/env"), format!("GITEA_TOKEN={value}\n")).unwrap();
    let (status, report) = served
        .post("/personas/import", json!({"path": folder}))
        .await;
    assert_eq!(status, 200, "{report}");
}

fn actions(report: &Value) -> Vec<String> {
    let mut lines: Vec<String> = report["secrets"]
        .as_array()
        .unwrap_or_else(|| panic!("{report}"))
        .iter()
        .map(|one| {
            let word = |name: &str| one[name].as_str().unwrap().to_owned();
            format!(
                "{}:{}:{}={}",
                word("scope"),
                word("name"),
                word("key"),
                word("action")
            )
        })
        .collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn a_backup_brings_every_secret_back_here_and_on_another_computer() {
    let (served, id, token) = layered().await;
    personas(&served, "canary-of-the-persona").await;
    let (status, backup) = served
        .post("/admin/secrets/export", json!({"passphrase": PASSPHRASE}))
        .await;
    assert_eq!(status, 200, "{backup}");
    for word in ["canary", "GITEA", "Keeper", PASSPHRASE] {
        assert!(!backup.to_string().contains(word), "{word}");
    }
    let weak = served
        .post("/admin/secrets/export", json!({"passphrase": "short"}))
        .await;
    assert_eq!((weak.0, &weak.1["code"]), (400, &json!("weak_passphrase")));
    let import = async |served: &Served, passphrase: &str, overwrite: bool| {
        let body = json!({"passphrase": passphrase, "backup": backup, "overwrite": overwrite});
        served.post("/admin/secrets/import", body).await
    };
    let (status, body) = import(&served, "wrong horse battery", false).await;
    assert_eq!((status, &body["code"]), (400, &json!("wrong_passphrase")));
    let body = json!({"passphrase": PASSPHRASE, "backup": {"kind": "else"}});
    let (status, body) = served.post("/admin/secrets/import", body).await;
    assert_eq!((status, &body["code"]), (400, &json!("backup_damaged")));

    // Here: what is gone comes back, what differs stays unless told otherwise.
    let everything = json!({"A": "g", "B": "w", "C": "w"});
    served.delete("/settings/secrets/A").await;
    set(&served, Some(&id), "C", "other").await;
    let since = served.last_seq().await;
    let (_, report) = import(&served, PASSPHRASE, false).await;
    assert_eq!(
        actions(&report),
        [
            "global::A=created",
            "global::B=unchanged",
            "persona:lead:GITEA_TOKEN=unchanged",
            "workspace:Keeper:B=unchanged",
            "workspace:Keeper:C=kept"
        ]
    );
    assert_eq!(
        values(&served, &id, &token).await.1,
        json!({"A": "g", "B": "w", "C": "other"})
    );
    let events = served.events(&["SECRETS_CHANGED"], since).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["payload"]["keys"], json!(["A"]));
    let (_, report) = import(&served, PASSPHRASE, true).await;
    assert!(actions(&report).contains(&"workspace:Keeper:C=updated".to_owned()));
    assert_eq!(values(&served, &id, &token).await.1, everything);

    // There: another key, another id of the same role.
    let there = Served::start(ServedOptions::default().env(
        "SECRETS_ENCRYPTION_KEY",
        "/v38+/r5+Pf29fTz8vHw7+7t7Ovq6ejn5uXk4+Lh4OA=",
    ))
    .await;
    let (_, report) = import(&there, PASSPHRASE, false).await;
    assert_eq!(
        actions(&report),
        [
            "global::A=created",
            "global::B=created",
            "persona:lead:GITEA_TOKEN=created",
            "workspace:Keeper:B=skipped",
            "workspace:Keeper:C=skipped"
        ],
        "nobody of that name is there yet"
    );
    let other = make(&there, "Keeper", "mock").await;
    import(&there, PASSPHRASE, false).await;
    let token = self::token(&there, &other).await;
    assert_eq!(values(&there, &other, &token).await, (200, everything));
    let (_, list) = there.get("/personas").await;
    assert_eq!(list["personas"][0]["keys"], json!(["GITEA_TOKEN"]));
    for served in [&served, &there] {
        let said = served.output();
        assert!(
            !said.contains(PASSPHRASE) && !said.contains("canary"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn no_54_who_gets_a_secret_is_told_before_it_is_deleted() {
    let (served, id, _) = layered().await;
    for (name, runtime) in [("Zed", "mock"), ("Outside", "external"), ("Gone", "mock")] {
        make(&served, name, runtime).await;
    }
    let gone = served.workspaces().await;
    let gone = gone.iter().find(|one| one["name"] == "Gone").unwrap()["id"].clone();
    let path = format!("/workspaces/{}", gone.as_str().unwrap());
    assert_eq!(served.delete(&path).await.0, 200);
    for (path, names) in [
        (
            "/settings/secrets/A/dependents".to_owned(),
            json!(["Keeper", "Outside", "Zed"]),
        ),
        // The keeper has one of its own.
        (
            "/settings/secrets/B/dependents".to_owned(),
            json!(["Outside", "Zed"]),
        ),
        (
            format!("/workspaces/{id}/secrets/B/dependents"),
            json!(["Keeper"]),
        ),
    ] {
        let told = served.get(&path).await;
        assert_eq!(told, (200, json!({"dependents": names})), "{path}");
    }
    for path in [
        "/settings/secrets/NONE/dependents".to_owned(),
        // A global one is not the workspace's.
        format!("/workspaces/{id}/secrets/A/dependents"),
        format!("/workspaces/{}/secrets/A/dependents", store::new_id()),
    ] {
        assert_eq!(served.get(&path).await.0, 404, "{path}");
    }
    let said = served.command(&["secrets", "used-by", "B"]).await;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert_eq!(text.trim(), "B goes to 2 agents: Outside, Zed.");
}

#[tokio::test]
async fn no_54_a_key_is_tried_with_its_provider_and_not_kept() {
    let key = format!("ghp_{}", "c4n4ry".repeat(6));
    let provider = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", provider.local_addr().unwrap());
    let accepts = format!("Bearer {key}");
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        while let Ok((mut stream, _)) = provider.accept().await {
            let mut text = vec![0; 4096];
            let mut length = 0;
            while !text[..length].windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut text[length..]).await {
                    Ok(read) if read > 0 => length += read,
                    _ => break,
                }
            }
            let good = String::from_utf8_lossy(&text[..length]).contains(&accepts);
            let status = if good { "200 OK" } else { "401 Unauthorized" };
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).await;
        }
    });
    let options = ServedOptions::default().env("GITHUB_API_URL", &address);
    let served = Served::start(options).await;
    let try_one = |provider: &str, key: &str| {
        served.post(
            "/secrets/validate",
            json!({"provider": provider, "key": key}),
        )
    };
    assert_eq!(try_one("github", &key).await, (200, json!({"valid": true})));
    let (status, body) = try_one("github", &key.replace("c4", "d4")).await;
    assert_eq!(
        (status, &body["valid"], &body["code"]),
        (200, &json!(false), &json!("refused"))
    );
    assert!(body["error"].as_str().unwrap().contains("GitHub"), "{body}");
    let (_, body) = try_one("github", "sk-ant-notgithub").await;
    assert_eq!(body["code"], "bad_form", "{body}");
    let (status, body) = try_one("nobody", &key).await;
    assert_eq!((status, &body["code"]), (400, &json!("unknown_provider")));
    for body in [json!({"provider": "github"}), json!([])] {
        assert_eq!(served.post("/secrets/validate", body).await.0, 400);
    }
    let bare = served.bare(Method::POST, "/secrets/validate");
    let bare = bare
        .json(&json!({"provider": "github", "key": key}))
        .send()
        .await
        .unwrap();
    assert_eq!(bare.status().as_u16(), 401, "a stranger tries no keys");
    assert_eq!(
        served.get("/settings/secrets").await.1,
        json!([]),
        "nothing is kept"
    );
    assert!(!served.output().contains("4n4ry"), "{}", served.output());
}

/// Section 3.2: key and value, both not empty, or the body is refused as one that cannot be read.
#[tokio::test]
async fn section_3_2_an_empty_key_or_value_is_400_invalid_request_body() {
    let served = Served::start(ServedOptions::default()).await;
    let id = make(&served, "A", "mock").await;
    for path in [
        format!("/workspaces/{id}/secrets"),
        "/settings/secrets".to_owned(),
        "/admin/secrets".to_owned(),
    ] {
        for body in [
            json!({"key": "", "value": "x"}),
            json!({"key": "KEY", "value": ""}),
            json!({"key": "KEY"}),
            json!({"value": "x"}),
        ] {
            let (status, refused) = served.post(&path, body.clone()).await;
            assert_eq!(
                (status, refused["error"].as_str()),
                (400, Some("invalid request body")),
                "{path} {body}"
            );
        }
    }
}
