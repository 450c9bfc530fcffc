//! Imports that nobody waits for (contract 03 no. 5). Names carry the contract's number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::seconds;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions, eventually};

fn org(served: &Served, name: &str, yaml: &str) -> String {
    let folder = served.folder().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("org.yaml"), yaml).unwrap();
    folder.to_str().unwrap().to_owned()
}

async fn registered(served: &Served, name: &str, yaml: &str) -> String {
    let path = org(served, name, yaml);
    let (status, body) = served.post("/org/folders", json!({"path": path})).await;
    assert_eq!(status, 200, "{body}");
    body["dir"].as_str().unwrap().to_owned()
}

async fn ended(served: &Served, id: &str) -> Value {
    let path = format!("/org/imports/{id}");
    eventually("the end of an import", seconds(30), || async {
        let (status, body) = served.get(&path).await;
        assert_eq!(status, 200, "{body}");
        (body["status"] != "running").then_some(body)
    })
    .await
}

#[tokio::test]
async fn no_5_an_import_goes_on_while_nobody_waits() {
    let mut served = Served::start(ServedOptions::default()).await;
    let mut yaml = String::from("name: Many\nworkspaces:\n  - {name: Out, external: true}\n");
    for n in 0..300 {
        yaml.push_str(&format!("  - {{name: R{n}, runtime: mock}}\n"));
    }
    let dir = registered(&served, "many", &yaml).await;
    let since = served.last_seq().await;
    let (status, begun) = served
        .post("/org/import", json!({"dir": dir, "async": true}))
        .await;
    assert_eq!(
        (status, &begun["status"]),
        (202, &json!("running")),
        "{begun}"
    );
    let id = begun["import_id"].as_str().unwrap().to_owned();
    let end = ended(&served, &id).await;
    assert_eq!(end["status"], "completed", "{end}");
    let result = &end["result"];
    assert_eq!(
        (&result["count"], &result["org"]),
        (&json!(301), &json!("Many"))
    );
    assert_eq!(result["import_id"], id.as_str());
    let token = &result["workspaces"][0]["auth_token"];
    assert!(token.is_string(), "shown once");
    let again = ended(&served, &id).await;
    assert_eq!(again["result"]["workspaces"][0]["auth_token"], Value::Null);
    assert_eq!(again["event"]["created"], 301);
    // Its events carry the same id, from the first to the last.
    let names = [
        "org.import.started",
        "org.import.progress",
        "org.import.completed",
    ];
    let told = eventually("its progress", seconds(30), || async {
        let told = served.events(&names, since).await;
        let last = told.last()?;
        (last["event_type"] == "org.import.progress").then_some(told)
    })
    .await;
    assert!(told.len() >= 3, "{told:?}");
    assert!(
        told.iter()
            .all(|event| event["payload"]["import_id"] == id.as_str()),
        "{told:?}"
    );

    // After a restart the log still knows.
    served.again(&[]).await;
    let after = ended(&served, &id).await;
    assert_eq!(
        (&after["status"], &after["event"]["created"]),
        (&json!("completed"), &json!(301))
    );
    assert_eq!(after["result"], Value::Null);
    assert_eq!(served.get("/org/imports/none").await.0, 404);
}

#[tokio::test]
async fn no_5_what_is_wrong_is_told_at_once_or_at_the_end() {
    let served = Served::start(ServedOptions::default()).await;
    let begin = |body: Value| served.post("/org/import", body);
    assert_eq!(begin(json!({"dir": "none", "async": true})).await.0, 404);
    assert_eq!(begin(json!({"dir": "../x", "async": true})).await.0, 400);
    assert_eq!(
        begin(json!({"dir": "x", "mode": "odd", "async": true}))
            .await
            .0,
        400
    );
    let dir = registered(
        &served,
        "broken",
        "name: B\nworkspaces: [{name: A, tier: three}]\n",
    )
    .await;
    let (status, begun) = begin(json!({"dir": dir, "async": true})).await;
    assert_eq!(status, 202, "{begun}");
    let id = begun["import_id"].as_str().unwrap();
    let end = ended(&served, id).await;
    assert_eq!(end["status"], "failed", "{end}");
    let (status, waited) = begin(json!({"dir": dir})).await;
    assert_eq!(status, 400);
    assert_eq!(
        end["error"], waited,
        "the same words as when it is waited for"
    );
    assert_eq!(
        end["event"],
        Value::Null,
        "refused before it began, so no event tells of it"
    );
    let dir = registered(
        &served,
        "needs",
        "name: N\nrequired_env: [NOT_THERE]\nworkspaces: [{name: A, runtime: mock}]\n",
    )
    .await;
    let (_, begun) = begin(json!({"dir": dir, "async": true})).await;
    let end = ended(&served, begun["import_id"].as_str().unwrap()).await;
    assert_eq!(end["error"]["code"], "missing_env", "{end}");
    assert_eq!(
        end["event"]["error"],
        "missing required environment variables"
    );
    assert!(served.workspaces().await.is_empty());

    let path = org(
        &served,
        "fine",
        "name: F\nworkspaces: [{name: A, runtime: mock}]\n",
    );
    let done = served
        .command(&["import", &path, "--detach", "--json"])
        .await;
    let said: Value = serde_json::from_slice(&done.stdout).unwrap();
    let id = said["begun"]["import_id"].as_str().unwrap().to_owned();
    assert_eq!(ended(&served, &id).await["status"], "completed");
    let done = served.command(&["org", "import-state", &id]).await;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert_eq!(
        text.trim(),
        "Imported F: 1 created, 0 known, 0 changed, 0 removed."
    );
}
