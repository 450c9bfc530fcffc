//! Two data folders on one real engine, one made of a backup of the other: neither takes what the other lives on, and a
//! backup whose installation is gone takes its volumes over.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Engine, minutes, seconds};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions, eventually};

/// A command that must succeed; its JSON document.
async fn done(served: &Served, args: &[&str]) -> Value {
    let mut all = vec!["--json"];
    all.extend(args);
    let output = served.command(&all).await;
    assert!(
        output.status.success(),
        "{args:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_copy_leaves_the_living_one_alone_and_a_lost_one_gets_its_volumes_back() {
    let engine = Engine::connect().await;
    let mut first = Served::start(ServedOptions::with_engine()).await;
    let network = first.network();
    first.stand_ins().await;
    let id = first.agent("Keeper", "stand-in").await;
    first.online(1, minutes(3)).await;
    let file = format!("/workspaces/{id}/files/mark.txt");
    let body = json!({"content": "written before the loss"});
    let (status, put) = first.ask(Method::PUT, &file, Some(body)).await.unwrap();
    assert_eq!(status, 200, "{put}");
    let container = engine.id_of(&id).await.expect("a container");
    let kept = tempfile::tempdir().unwrap();
    let backup = kept.path().join("first.backup");
    let backup = backup.to_str().unwrap();
    done(&first, &["backup", backup]).await;

    // The list can be had while the platform runs, and names roles.
    let listed = done(&first, &["purge", "--dry-run"]).await;
    let role = &listed["leftovers"]["roles"][0];
    assert_eq!(role["role"], "Keeper", "{listed}");
    assert_eq!(role["containers"].as_array().map(Vec::len), Some(1));
    assert!(!role["volumes"].as_array().unwrap().is_empty());

    // A copy beside it: other id, so nothing in the engine is its own.
    let mut copy = Served::start(ServedOptions::with_engine()).await;
    copy.kill().await;
    assert_eq!(
        done(&copy, &["restore", backup, "--yes"]).await["copy"],
        true
    );
    let listed = done(&copy, &["purge"]).await;
    assert_eq!(listed["leftovers"]["roles"], json!([]), "{listed}");
    copy.again(&[]).await;
    copy.until(&id, "its refusal to share a volume", minutes(2), |one| {
        let reason = &one["status_reason"];
        reason["code"] == "name_taken" && reason.to_string().contains("another installation")
    })
    .await;
    copy.kill().await;
    done(&copy, &["purge", "--yes"]).await;
    assert_eq!(
        engine.id_of(&id).await.as_ref(),
        Some(&container),
        "the living one's container runs on"
    );
    let (status, read) = first.get(&file).await;
    assert_eq!(
        (status, &read["content"]),
        (200, &json!("written before the loss")),
        "{read}"
    );

    // The first one's data folder is lost, the engine still has its volumes: they come back with its backup.
    first.kill().await;
    std::fs::remove_dir_all(first.data_dir()).unwrap();
    let mut again =
        Served::start(ServedOptions::with_engine().env("MOLECULE_NETWORK", &network)).await;
    again.kill().await;
    assert_eq!(
        done(&again, &["restore", backup, "--yes", "--original-gone"]).await["copy"],
        false
    );
    again.again(&[]).await;
    again.online(1, minutes(3)).await;
    // Its row says online from the backup on; the engine is found a moment later.
    eventually("the file in the found volume", minutes(2), || async {
        let (status, read) = again.get(&file).await;
        assert!(matches!(status, 200 | 503), "{status} {read}");
        (status == 200 && read["content"] == "written before the loss").then_some(())
    })
    .await;
    again.kill().await;
    let gone = done(&again, &["purge", "--yes"]).await;
    assert_eq!(gone["leftovers"]["roles"][0]["role"], "Keeper", "{gone}");
    eventually("its container is gone", seconds(30), || async {
        engine.id_of(&id).await.is_none().then_some(())
    })
    .await;
}
