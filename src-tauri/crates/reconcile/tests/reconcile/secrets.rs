//! Secrets and tokens: who gets what, and what is never seen.

use crate::house::{Agent, House};
use std::sync::Arc;
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
    secret(&house, &open, None, "SHARED_TOKEN", "canary-global-1234").await;
    secret(&house, &open, None, "BOTH", "canary-low-12345").await;
    *house.vault.write().await = None;
    let id = house.plain("a").await;
    house.behave(&id, Agent::Mute);
    let row = house
        .until_row(&id, |row| {
            row.status_code.as_deref() == Some("keychain_locked")
        })
        .await;
    assert_eq!(row.status, Status::Provisioning);
    secret(&house, &open, Some(&id), "BOTH", "canary-high-12345").await;
    *house.vault.write().await = Some(open);
    house.reconciler().vault_opened();
    house
        .until_row(&id, |row| row.provisioning_started_at.is_some())
        .await;
    house.settled().await;
    let all = format!("{:?}", house.row(&id).await);
    assert!(!all.contains("canary"));
    let events = store::events_page(
        house.store.read(),
        &store::EventFilter {
            limit: 1000,
            ..Default::default()
        },
    )
    .await
    .unwrap();
    assert!(!format!("{events:?}").contains("canary"));
    let database = std::fs::read(house.store.path()).unwrap();
    assert!(
        !database.windows(6).any(|bytes| bytes == b"canary"),
        "nothing we keep holds it in clear"
    );
}
