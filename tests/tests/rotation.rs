//! The key of stored secrets is rotated in a real keychain, and the platform is ended at every step of it (contract 03 no.
//! 51): whatever the moment, the next start reads every secret, and one key is left.
//!
//! Needs programs built with their abort points (`--features cli/failpoints`; `make test` does).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{minutes, seconds, with_keyring};
use rand::RngExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Served, ServedOptions, eventually};

const GLOBAL: &str = "canary-of-everybody-77d02a91";
const OWN: &str = "canary-of-one-workspace-e80c3f15";

/// A platform with two secrets, and the workspace's own token that reads them.
struct House {
    served: Served,
    id: String,
    token: String,
}

impl House {
    async fn new() -> Self {
        let served = Served::start(ServedOptions {
            keychain: true,
            ..ServedOptions::default()
        })
        .await;
        let (status, made) = served
            .post("/workspaces", json!({"name": "Keeper", "runtime": "mock"}))
            .await;
        assert_eq!(status, 201, "{made}");
        let id = made["id"].as_str().unwrap().to_owned();
        let (status, minted) = served
            .post(&format!("/workspaces/{id}/tokens"), json!({"name": "test"}))
            .await;
        assert!(status < 300, "{minted}");
        let token = minted["auth_token"].as_str().unwrap().to_owned();
        for (path, key, value) in [
            ("/settings/secrets".to_owned(), "SHARED", GLOBAL),
            (format!("/workspaces/{id}/secrets"), "OWN", OWN),
        ] {
            let (status, body) = served
                .post(&path, json!({"key": key, "value": value}))
                .await;
            assert_eq!(status, 200, "{body}");
        }
        Self { served, id, token }
    }

    /// Every secret opens, whatever was going on before.
    async fn assert_whole(&self, when: &str) {
        let response = self
            .served
            .bare(
                Method::GET,
                &format!("/workspaces/{}/secrets/values", self.id),
            )
            .bearer_auth(&self.token)
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let values: Value = response.json().await.unwrap();
        assert_eq!(status, 200, "{when}: {values}\n{}", self.served.output());
        assert_eq!(values, json!({"OWN": OWN, "SHARED": GLOBAL}), "{when}");
    }

    async fn key(&self) -> Value {
        let (status, key) = self.served.get("/admin/secrets/key").await;
        assert_eq!(status, 200, "{key}");
        key
    }

    /// One key is left and sealed everything.
    async fn one_key(&self, when: &str) -> String {
        let key = eventually(&format!("one key after {when}"), seconds(30), || async {
            let key = self.key().await;
            (key["former"] == json!([]) && key["waiting"] == 0).then_some(key)
        })
        .await;
        assert_eq!(key["sealed"], 2, "{when}: {key}");
        key["key_id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn the_platform_ends_at_every_step_of_a_rotation() {
    with_keyring(
        "the_platform_ends_at_every_step_of_a_rotation",
        async || {
            let mut house = House::new().await;
            let mut missed = Vec::new();
            for point in platform::FAILPOINTS {
                let before = house.one_key("the last drill").await;
                house
                    .served
                    .again(&[("FAILPOINTS", &format!("{point}=return(abort)"))])
                    .await;
                house.assert_whole(&format!("before {point}")).await;
                let rotate =
                    house
                        .served
                        .ask(Method::POST, "/admin/secrets/rotate", Some(json!({})));
                assert!(rotate.await.is_none(), "{point}: it was answered");
                match tokio::time::timeout(seconds(40), house.served.ended()).await {
                    Ok(code) => println!("{point}: ended ({code:?})"),
                    Err(_) => missed.push(*point),
                }
                house.served.again(&[]).await;
                house.assert_whole(point).await;
                let after = house.one_key(point).await;
                // Before the new key is in the keychain nothing has happened; from then on it is the one that stays.
                assert_eq!(before == after, *point == "rotate.begin", "{point}");
                house.assert_whole(&format!("{point}, settled")).await;
            }
            assert!(
                missed.is_empty(),
                "the programs were built without these points: {missed:?}"
            );
        },
    );
}

#[test]
fn killed_at_any_moment_of_a_rotation_nothing_is_lost() {
    with_keyring(
        "killed_at_any_moment_of_a_rotation_nothing_is_lost",
        async || {
            let mut house = House::new().await;
            house.one_key("the start").await;
            for round in 0..12 {
                let pid = house.served.pid().unwrap().to_string();
                let pause = Duration::from_millis(rand::rng().random_range(0..160));
                let rotate =
                    house
                        .served
                        .ask(Method::POST, "/admin/secrets/rotate", Some(json!({})));
                let kill = async {
                    tokio::time::sleep(pause).await;
                    let done = tokio::process::Command::new("kill")
                        .args(["-KILL", &pid])
                        .status()
                        .await;
                    assert!(done.is_ok_and(|status| status.success()));
                };
                let (answer, ()) = tokio::join!(rotate, kill);
                println!("round {round}: killed after {pause:?}, answer {answer:?}");
                house.served.again(&[]).await;
                let when = format!("round {round}, killed after {pause:?}");
                house.assert_whole(&when).await;
                let key = house.one_key(&when).await;
                if let Some((200, rotated)) = answer {
                    assert_eq!(rotated["key_id"], key.as_str(), "{when}: acknowledged");
                }
            }
        },
    );
}

#[test]
fn no_51_a_person_rotates_the_key() {
    with_keyring("no_51_a_person_rotates_the_key", async || {
        let house = House::new().await;
        let before = house.one_key("the start").await;
        let refused = house
            .served
            .command(&["--json", "secret", "rotate-key"])
            .await;
        assert_eq!(refused.status.code(), Some(2), "nobody could be asked");
        let output = house
            .served
            .command(&["--json", "secret", "rotate-key", "--yes"])
            .await;
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let rotated: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(rotated["former_key_id"], before.as_str());
        assert_eq!(rotated["resealed"], 2);
        assert_eq!(rotated["former_key_kept"], false);
        assert_eq!(
            rotated["key_id"],
            house.one_key("the rotation").await.as_str()
        );
        house.assert_whole("after the rotation").await;
        let events = house.served.events(&["SECRETS_CHANGED"], 0).await;
        let last = &events.last().unwrap()["payload"];
        assert_eq!(last["action"], "resealed", "{last}");
        // Secrets set while one rotation follows the other end up under the last key.
        let path = format!("/workspaces/{}/secrets", house.id);
        let sets = async {
            for _ in 0..20 {
                let (status, body) = house
                    .served
                    .post(&path, json!({"key": "OWN", "value": "passing-value"}))
                    .await;
                assert_eq!(status, 200, "{body}");
                let (status, body) = house
                    .served
                    .post(&path, json!({"key": "OWN", "value": OWN}))
                    .await;
                assert_eq!(status, 200, "{body}");
            }
        };
        let rotations = async {
            for _ in 0..5 {
                let (status, body) = house.served.post("/admin/secrets/rotate", json!({})).await;
                assert_eq!(
                    (status, &body["former_key_kept"]),
                    (200, &json!(false)),
                    "{body}"
                );
            }
        };
        tokio::time::timeout(minutes(2), async { tokio::join!(sets, rotations) })
            .await
            .unwrap();
        house.one_key("rotations under load").await;
        house.assert_whole("rotations under load").await;
    });
}
