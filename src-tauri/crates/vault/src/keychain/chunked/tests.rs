//! Values of any length over small entries.

use super::*;
use crate::keychain::{Cost, FileKeychain};
use crate::testing::{SimulatedKeychain, conformance};
use proptest::prelude::*;

#[tokio::test]
async fn the_simulated_keychain_obeys_the_rules() {
    let keychain = SimulatedKeychain::new();
    conformance(&keychain).await.unwrap();
    assert_eq!(
        keychain.entry_names(),
        Vec::<String>::new(),
        "no piece, index or probe may stay"
    );
}

#[tokio::test]
async fn the_file_keychain_obeys_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json");
    let cheap = Cost {
        memory_kib: 8,
        passes: 1,
    };
    let passphrase = Secret::from("correct horse");
    let keychain = FileKeychain::with_passphrase_at_cost(&path, passphrase, cheap)
        .await
        .unwrap();
    conformance(&keychain).await.unwrap();
    let key = crate::MasterKey::random().unwrap();
    let keychain = FileKeychain::with_key(folder.path().join("other.json"), key)
        .await
        .unwrap();
    conformance(&keychain).await.unwrap();
}

#[tokio::test]
async fn a_locked_keychain_says_so_to_every_call() {
    let keychain = SimulatedKeychain::new();
    keychain.set("a", &Secret::from("1")).await.unwrap();
    keychain.lock();
    let value = Secret::from("2");
    assert!(matches!(
        keychain.probe().await,
        KeychainState::Locked { .. }
    ));
    for error in [
        keychain.get("a").await.unwrap_err(),
        keychain.get("never-set").await.unwrap_err(),
        keychain.set("a", &value).await.unwrap_err(),
        keychain.delete("a").await.unwrap_err(),
        keychain.list().await.unwrap_err(),
    ] {
        assert_eq!(error.code(), "keychain_locked");
    }
    keychain.unlock();
    assert_eq!(keychain.get("a").await.unwrap(), Some(Secret::from("1")));
}

#[tokio::test]
async fn a_keychain_that_forgets_is_noticed() {
    let keychain = SimulatedKeychain::new();
    keychain.set("a", &Secret::from("1")).await.unwrap();
    keychain.forget_writes();
    assert!(matches!(
        keychain.probe().await,
        KeychainState::Failing { .. }
    ));
    assert_eq!(
        keychain
            .set("a", &Secret::from("2"))
            .await
            .unwrap_err()
            .code(),
        "keychain_not_kept"
    );
    keychain.mend();
    assert_eq!(keychain.get("a").await.unwrap(), Some(Secret::from("1")));
    keychain.vanish();
    assert!(matches!(
        keychain.probe().await,
        KeychainState::Absent { .. }
    ));
}

#[tokio::test]
async fn a_garbled_write_gives_the_former_value_back() {
    for length in [10, 6_000] {
        let keychain = SimulatedKeychain::new();
        let former = Secret::new(vec![1; length]);
        keychain.set("a", &former).await.unwrap();
        keychain.garble_next_write();
        let error = keychain
            .set("a", &Secret::new(vec![2; 7_000]))
            .await
            .unwrap_err();
        assert_eq!(error.code(), "keychain_not_kept");
        assert_eq!(keychain.get("a").await.unwrap(), Some(former));
        keychain.garble_next_write();
        keychain.set("b", &Secret::from("x")).await.unwrap_err();
        assert_eq!(keychain.get("b").await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_list_too_long_for_one_entry_is_kept() {
    let keychain = SimulatedKeychain::new();
    let names: Vec<_> = (0..120)
        .map(|n| format!("persona/a-rather-long-role-name-{n:03}"))
        .collect();
    for name in &names {
        keychain.set(name, &Secret::from("x")).await.unwrap();
    }
    assert_eq!(keychain.list().await.unwrap(), names);
}

#[tokio::test]
async fn pieces_that_do_not_belong_together_are_damage() {
    let keychain = SimulatedKeychain::new();
    keychain
        .set("a", &Secret::new(vec![1; 5_000]))
        .await
        .unwrap();
    let foreign = Secret::from(BASE64.encode([2; PIECE_LIMIT]));
    keychain.entries().write("a#a1", &foreign).await.unwrap();
    assert_eq!(
        keychain.get("a").await.unwrap_err().code(),
        "keychain_entry_damaged"
    );
    keychain.entries().erase("a#a1").await.unwrap();
    assert_eq!(
        keychain.get("a").await.unwrap_err().code(),
        "keychain_entry_damaged"
    );
    keychain
        .entries()
        .write("a", &Secret::from("something else"))
        .await
        .unwrap();
    assert_eq!(
        keychain.get("a").await.unwrap_err().code(),
        "keychain_entry_damaged"
    );
    // Setting it again repairs it.
    keychain.set("a", &Secret::from("1")).await.unwrap();
    assert_eq!(keychain.get("a").await.unwrap(), Some(Secret::from("1")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_row_of_values_comes_back(lengths in proptest::collection::vec(0_usize..9_000, 1..6), seed in any::<u8>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let keychain = SimulatedKeychain::new();
            for (at, length) in lengths.into_iter().enumerate() {
                let value = Secret::new(vec![seed.wrapping_add(at as u8); length]);
                keychain.set("entry", &value).await.unwrap();
                prop_assert_eq!(keychain.get("entry").await.unwrap(), Some(value));
            }
            keychain.delete("entry").await.unwrap();
            prop_assert!(keychain.entry_names().is_empty());
            Ok(())
        })?;
    }
}
