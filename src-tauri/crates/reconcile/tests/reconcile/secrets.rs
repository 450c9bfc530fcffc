//! Secrets and tokens: who gets what, and what is never seen.

use crate::house::{Agent, House};
use std::{sync::Arc, time::Duration};
use store::rows;
use vault::{KeyChoice, Place, Vault, testing::SimulatedKeychain, tokens::TokenHash};
use wire::Status;

async fn vault(house: &House) -> Arc<Vault> {
    let keychain = Arc::new(SimulatedKeychain::new());
    let vault = Arc::new(
        Vault::unlock(KeyChoice::Keychain(keychain), None)
            .await
            .unwrap(),
    );
    *house.vault.write().await = Some(vault.clone());
    vault
}

async fn secret(house: &House, vault: &Vault, workspace: Option<&str>, key: &str, value: &str) {
    let (table, owner) = match workspace {
        Some(id) => ("workspace_secrets", id),
        None => ("global_secrets", "global"),
    };
    let sealed = vault
        .sealer()
        .seal(Place { table, owner, key }, value.as_bytes())
        .unwrap();
    let (workspace, key) = (workspace.map(str::to_owned), key.to_owned());
    house
        .store
        .write::<_, store::StoreError, _>(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::secrets::set(write.conn(), workspace.as_deref(), &key, &sealed, 2, &now).await
            })
        })
        .await
        .unwrap();
}

/// As a person sets it: sealed, told, and with a restart for those that see it.
async fn set(
    house: &House,
    vault: &Vault,
    workspace: Option<&str>,
    key: &str,
    value: &str,
) -> bool {
    let id = workspace.map(str::to_owned);
    let none = std::collections::BTreeSet::new();
    let (sealer, value) = (vault.sealer().clone(), value.into());
    workspaces::secrets::set(&house.store, sealer, id, key.into(), value, none)
        .await
        .unwrap()
}

async fn online(house: &House, id: &str, generation: i64) {
    house
        .until_row(id, |row| {
            row.status == Status::Online && row.running_generation == Some(generation)
        })
        .await;
}

/// Lets whoever follows the event log get to it.
async fn heard() {
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn due(house: &House) -> Vec<String> {
    let due = rows::restarts::due(house.store.read()).await.unwrap();
    due.into_iter().map(|one| one.workspace_id).collect()
}

#[tokio::test]
async fn no_48_changes_of_secrets_cost_one_restart_each_three_at_a_time_and_idle_ones_first() {
    let house = House::started().await;
    let open = vault(&house).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d", "e", "busy", "own"] {
        ids.push(house.plain(name).await);
    }
    for id in &ids {
        online(&house, id, 1).await;
    }
    let (own, busy) = (ids.pop().unwrap(), ids.pop().unwrap());
    set(&house, &open, Some(&own), "SHARED", "its-own-value").await;
    heard().await;
    house.clock.advance(Duration::from_secs(2));
    online(&house, &own, 2).await;
    house.settled().await;
    house.tasks(&busy, 1).await;
    // The turns are in no order that a test could know, because ids are random.
    let idle: Vec<(String, i64)> = ids
        .iter()
        .map(|id| (id.clone(), 2))
        .chain([(own.clone(), 3)])
        .collect();
    for (id, _) in &idle {
        house.behave(id, Agent::Mute);
    }
    assert!(set(&house, &open, None, "SHARED", "first-value").await);
    assert!(set(&house, &open, None, "SHARED", "second-value").await);
    assert!(set(&house, &open, None, "OTHER", "other-value").await);
    assert!(
        !set(&house, &open, None, "OTHER", "other-value").await,
        "the same value is no change"
    );
    let told = house.events(wire::kind::SECRETS_CHANGED).await;
    let plan = told[1].payload["restarts"].as_array().unwrap();
    assert_eq!(plan.len(), 6, "all but the one that overrides it");
    assert_eq!(plan[5], busy.as_str(), "the plan names busy ones last");
    assert_eq!(told.len(), 4);
    heard().await;
    for id in &ids {
        assert_eq!(
            house.row(id).await.generation,
            1,
            "changes may still follow"
        );
        assert!(house.row(id).await.needs_restart);
    }
    house.clock.advance(Duration::from_secs(2));
    let begun = async |wanted: usize| {
        for _ in 0..400 {
            let mut count = 0;
            for (id, generation) in &idle {
                count += usize::from(house.row(id).await.generation == *generation);
            }
            if count == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("never {wanted} at a time");
    };
    begun(3).await;
    heard().await;
    begun(3).await;
    // Each that comes up makes room for the next.
    let register = async |id: &str| {
        let register = wire::Register {
            id: id.to_owned(),
            url: Some("http://inside:8000".into()),
            agent_card: serde_json::json!({"name": "agent"}),
            delivery_mode: None,
        };
        workspaces::register(&house.store, register, false, false)
            .await
            .unwrap();
    };
    let mut left = idle.clone();
    let all = async {
        while !left.is_empty() {
            for at in (0..left.len()).rev() {
                let (id, generation) = left[at].clone();
                if house.row(&id).await.running_generation == Some(generation) {
                    register(&id).await;
                    left.remove(at);
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let all = tokio::time::timeout(Duration::from_secs(60), all).await;
    assert!(all.is_ok(), "some never had their turn");
    begun(6).await;
    heard().await;
    assert_eq!(
        due(&house).await,
        std::slice::from_ref(&busy),
        "its task goes on"
    );
    assert_eq!(house.row(&busy).await.generation, 1);
    house.tasks(&busy, 0).await;
    house.beat(&busy).await;
    online(&house, &busy, 2).await;
    assert_eq!(due(&house).await, Vec::<String>::new());
    for id in ids.iter().chain([&busy, &own]) {
        assert_eq!(house.variable(id, "OTHER").as_deref(), Some("other-value"));
        assert_eq!(
            house.row(id).await.generation,
            if *id == own { 3 } else { 2 }
        );
        assert!(!house.row(id).await.needs_restart);
    }
}

#[tokio::test]
async fn no_49_a_secret_saved_while_a_restart_runs_is_not_missed_and_a_kill_loses_no_restart() {
    let mut house = House::started().await;
    let open = vault(&house).await;
    let id = house.plain("a").await;
    online(&house, &id, 1).await;
    house.behave(&id, Agent::Mute);
    house.restart(&id).await;
    house
        .until_row(&id, |row| row.running_generation == Some(2))
        .await;
    // Its container is there and read the secrets; this one came too late for it.
    assert!(set(&house, &open, Some(&id), "LATE", "late-value").await);
    heard().await;
    house.kill().await;
    assert_eq!(due(&house).await, std::slice::from_ref(&id));
    house.behave(&id, Agent::Well);
    house.start();
    heard().await;
    house.clock.advance(Duration::from_secs(2));
    online(&house, &id, 3).await;
    assert_eq!(house.variable(&id, "LATE").as_deref(), Some("late-value"));
    // A restart by hand reads it too, so nothing is left to do.
    assert!(set(&house, &open, Some(&id), "LATE", "later-value").await);
    house.restart(&id).await;
    online(&house, &id, 4).await;
    heard().await;
    assert_eq!(due(&house).await, Vec::<String>::new());
    house.clock.advance(Duration::from_secs(60));
    heard().await;
    assert_eq!(house.row(&id).await.generation, 4);
    // What is paused starts with it later, and nothing is restarted for it.
    workspaces::pause(&house.store, &id).await.unwrap();
    assert!(set(&house, &open, None, "MORE", "more-value").await);
    assert_eq!(due(&house).await, Vec::<String>::new());
}

async fn token(house: &House, id: &str) -> Vec<u8> {
    house
        .engine
        .file(&house.container(id), "/configs/.auth_token")
        .unwrap()
}

async fn is_valid(house: &House, token: &[u8]) -> bool {
    let hash = TokenHash::of(std::str::from_utf8(token).unwrap());
    rows::tokens::find(house.store.read(), hash.as_bytes(), &house.now())
        .await
        .unwrap()
        .is_some()
}

#[tokio::test]
async fn a_restart_rotates_the_runtime_token_with_grace_and_leaves_a_persons_token_alone() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    let own = vault::tokens::mint().unwrap();
    let (about, hash, prefix) = (id.clone(), *own.hash.as_bytes(), own.prefix.clone());
    house
        .store
        .write::<_, store::StoreError, _>(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::tokens::add(write.conn(), &about, &hash, &prefix, "user", &now, &now).await
            })
        })
        .await
        .unwrap();
    let first = token(&house, &id).await;
    house.restart(&id).await;
    house
        .until_row(&id, |row| {
            row.status == Status::Online && row.running_generation == Some(2)
        })
        .await;
    house.settled().await;
    let second = token(&house, &id).await;
    assert_ne!(first, second);
    assert!(
        is_valid(&house, &first).await,
        "a beat under way with the old one still counts"
    );
    house.clock.advance(std::time::Duration::from_secs(301));
    assert!(
        !is_valid(&house, &first).await,
        "five minutes later it does not"
    );
    assert!(is_valid(&house, &second).await);
    assert!(
        is_valid(&house, own.token.expose()).await,
        "the platform rotates only what it delivered"
    );
}

#[tokio::test]
async fn secrets_wait_for_the_vault_and_then_reach_the_container_only() {
    let house = House::started().await;
    let open = vault(&house).await;
    secret(&house, &open, None, "SHARED_TOKEN", "hush-hush-global-1234").await;
    secret(&house, &open, None, "BOTH", "hush-hush-low-12345").await;
    *house.vault.write().await = None;
    let id = house.plain("a").await;
    house.behave(&id, Agent::Mute);
    let row = house
        .until_row(&id, |row| {
            row.status_code.as_deref() == Some("keychain_locked")
        })
        .await;
    assert_eq!(row.status, Status::Provisioning);
    secret(&house, &open, Some(&id), "BOTH", "hush-hush-high-12345").await;
    *house.vault.write().await = Some(open);
    house.reconciler().vault_opened();
    house
        .until_row(&id, |row| row.provisioning_started_at.is_some())
        .await;
    house.settled().await;
    let all = format!("{:?}", house.row(&id).await);
    assert!(!all.contains("hush-hush"));
    let events = store::events_page(
        house.store.read(),
        &store::EventFilter {
            limit: 1000,
            ..Default::default()
        },
    )
    .await
    .unwrap();
    assert!(!format!("{events:?}").contains("hush-hush"));
    let database = house.store.path().display().to_string();
    for file in [&database, &format!("{database}-wal")] {
        let bytes = std::fs::read(file).unwrap();
        assert!(
            !bytes.windows(9).any(|part| part == b"hush-hush"),
            "nothing we keep holds it in clear: {file}"
        );
    }
}
