//! Once agents ran in containers, the data folder is all that knows what an engine holds of them: it does not go while no
//! engine can be asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Engine, minutes};
use serde_json::{Value, json};
use testkit::{Served, ServedOptions, program};
use tokio::process::Command;

async fn purge(served: &Served, more: &[&str]) -> (Option<i32>, Value) {
    let output = Command::new(program("molecule-stack"))
        .args(["--json", "purge", "--yes", "--data-dir"])
        .arg(served.data_dir())
        .args(more)
        .env("HOME", served.folder())
        .env("MOLECULE_NETWORK", served.network())
        .env(
            "DOCKER_HOST",
            format!("unix://{}/no-engine.sock", served.folder().display()),
        )
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    (output.status.code(), body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_forgets_nothing_that_an_engine_holds() {
    let served = Served::start(ServedOptions::with_engine()).await;
    let engine = Engine::connect().await;
    served.stand_ins().await;
    let id = served.agent("Writer", "claude-code").await;
    served.online(1, minutes(3)).await;
    let down = served.command(&["down"]).await;
    assert!(down.status.success(), "{down:?}");

    let (exit, refused) = purge(&served, &[]).await;
    assert_eq!(
        (exit, &refused["code"]),
        (Some(4), &json!("docker_unavailable")),
        "{refused}"
    );
    let error = refused["error"].as_str().unwrap();
    for word in ["--without-engine", "molecule.platform.instance="] {
        assert!(error.contains(word), "{word}: {error}");
    }
    assert!(served.data_dir().join("molecule.sqlite").exists());

    // With the engine it takes all of it.
    let volumes = || engine.volumes("molecule.workspace.id", &id);
    assert!(!volumes().await.is_empty(), "the volume outlives a stop");
    let done = served.command(&["--json", "purge", "--yes"]).await;
    assert!(done.status.success(), "{done:?}");
    assert!(volumes().await.is_empty());
    assert!(!served.data_dir().exists());
}

/// Where nothing ever ran in a container there is nothing to ask an engine for.
#[tokio::test(flavor = "multi_thread")]
async fn a_purge_of_agents_without_containers_needs_no_engine() {
    let served = Served::start(ServedOptions::default()).await;
    let (status, made) = served
        .post("/workspaces", json!({"name": "Mock", "runtime": "mock"}))
        .await;
    assert_eq!(status, 201, "{made}");
    let down = served.command(&["down"]).await;
    assert!(down.status.success(), "{down:?}");
    let (exit, done) = purge(&served, &[]).await;
    assert_eq!((exit, &done["removed"]), (Some(0), &json!(true)), "{done}");
    assert!(!served.data_dir().exists());
}
