//! What is sealed opens in its place only.

use super::*;
use proptest::prelude::*;

const PLACE: Place<'static> = Place {
    table: "workspace_secrets",
    owner: "w1",
    key: "TOKEN",
};

#[test]
fn no_51_a_value_opens_only_in_its_own_place() {
    let sealer = Sealer::new(MasterKey::random().unwrap());
    let blob = sealer.seal(PLACE, b"value").unwrap();
    assert_eq!(sealer.open(PLACE, &blob).unwrap().expose(), b"value");
    // Every part of the place is bound, and parts cannot borrow letters from each other.
    for moved in [
        Place {
            table: "global_secrets",
            ..PLACE
        },
        Place {
            owner: "w2",
            ..PLACE
        },
        Place {
            key: "TOKEN2",
            ..PLACE
        },
        Place {
            owner: "w1T",
            key: "OKEN",
            ..PLACE
        },
    ] {
        let error = sealer.open(moved, &blob).unwrap_err();
        assert_eq!(error.code(), "secret_not_authentic", "{moved:?}");
    }
}

#[test]
fn equal_values_are_sealed_differently() {
    let sealer = Sealer::new(MasterKey::random().unwrap());
    assert_ne!(
        sealer.seal(PLACE, b"v").unwrap(),
        sealer.seal(PLACE, b"v").unwrap()
    );
}

#[test]
fn a_former_key_still_opens_and_asks_for_resealing() {
    let old = MasterKey::random().unwrap();
    let blob = Sealer::new(old.clone()).seal(PLACE, b"value").unwrap();
    let ring = Sealer::with_former(MasterKey::random().unwrap(), vec![old]);
    assert_eq!(ring.open(PLACE, &blob).unwrap().expose(), b"value");
    assert!(ring.wants_resealing(2, &blob));
    assert!(!ring.wants_resealing(2, &ring.seal(PLACE, b"value").unwrap()));
    assert!(ring.wants_resealing(PLAIN_VERSION, b"value"));
}

#[tokio::test]
async fn a_ring_is_released_when_its_last_clone_is_gone() {
    let sealer = Sealer::new(MasterKey::random().unwrap());
    let busy = sealer.clone();
    let mut released = Box::pin(sealer.released());
    assert!(
        futures_now(&mut released).await.is_none(),
        "somebody may still seal with it"
    );
    drop(busy);
    assert!(futures_now(&mut released).await.is_some());
    // With nobody else around it is released at once.
    Sealer::new(MasterKey::random().unwrap()).released().await;
}

/// The answer of a future that has one now.
async fn futures_now<T>(future: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
    tokio::select! {
        biased;
        answer = future => Some(answer),
        () = std::future::ready(()) => None,
    }
}

#[test]
fn another_key_is_named() {
    let other = Sealer::new(MasterKey::random().unwrap());
    let blob = other.seal(PLACE, b"value").unwrap();
    let error = Sealer::new(MasterKey::random().unwrap())
        .open(PLACE, &blob)
        .unwrap_err();
    assert_eq!(error.code(), "secret_key_unknown");
    assert!(error.to_string().contains(&other.key_id().to_string()));
}

#[test]
fn rows_of_every_version() {
    let sealer = Sealer::new(MasterKey::random().unwrap());
    assert_eq!(
        sealer.open_row(PLACE, 0, b"plain").unwrap().expose(),
        b"plain"
    );
    let blob = sealer.seal(PLACE, b"x").unwrap();
    assert_eq!(sealer.open_row(PLACE, 2, &blob).unwrap().expose(), b"x");
    for version in [1, 3, -1] {
        assert_eq!(
            sealer.open_row(PLACE, version, &blob).unwrap_err().code(),
            "secret_version_unknown"
        );
    }
}

#[test]
fn key_text_is_base64_or_32_characters() {
    let bytes = [7_u8; 32];
    let padded = STANDARD.encode(bytes);
    let id = MasterKey::from_bytes(bytes).id();
    assert_eq!(MasterKey::parse(&padded).unwrap().id(), id);
    assert_eq!(
        MasterKey::parse(padded.trim_end_matches('=')).unwrap().id(),
        id
    );
    assert_eq!(MasterKey::parse(&format!(" {padded}\n")).unwrap().id(), id);
    // Letters only is valid base64 of 24 bytes as well; it is meant as 32 characters.
    assert!(MasterKey::parse("abcdefghijklmnopqrstuvwxyzabcdef").is_ok());
    for bad in [
        "",
        "short",
        "abcdefghijklmnopqrstuvwxyzabcdefg",
        &STANDARD.encode([1_u8; 31]),
    ] {
        let error = MasterKey::parse(bad).unwrap_err();
        assert_eq!(error.code(), "bad_encryption_key");
        assert!(
            bad.is_empty() || !error.to_string().contains(bad),
            "the key must not be shown"
        );
    }
}

#[test]
fn key_ids_survive_text() {
    let id = MasterKey::random().unwrap().id();
    assert_eq!(KeyId::parse(&id.to_string()), Some(id));
    assert_eq!(KeyId::parse("zz"), None);
    assert_eq!(KeyId::parse("zzzzzzzzzzzzzzzz"), None);
}

proptest! {
    #[test]
    fn what_was_sealed_opens(plain in proptest::collection::vec(any::<u8>(), 0..4096), table in ".*", owner in ".*", key in ".*") {
        let sealer = Sealer::new(MasterKey::from_bytes([3; 32]));
        let place = Place { table: &table, owner: &owner, key: &key };
        let blob = sealer.seal(place, &plain).unwrap();
        let opened = sealer.open(place, &blob).unwrap();
        prop_assert_eq!(opened.expose(), plain.as_slice());
    }

    #[test]
    fn changing_any_byte_is_noticed(plain in proptest::collection::vec(any::<u8>(), 0..64), flip in 1_u8..=255) {
        let sealer = Sealer::new(MasterKey::from_bytes([3; 32]));
        let blob = sealer.seal(PLACE, &plain).unwrap();
        for at in 0..blob.len() {
            let mut changed = blob.clone();
            changed[at] ^= flip;
            prop_assert!(sealer.open(PLACE, &changed).is_err(), "byte {} of {}", at, blob.len());
        }
    }

    #[test]
    fn any_bytes_are_refused_calmly(blob in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Sealer::new(MasterKey::from_bytes([3; 32])).open(PLACE, &blob).is_err());
    }

    #[test]
    fn cut_values_are_refused(cut in 0_usize..60) {
        let sealer = Sealer::new(MasterKey::from_bytes([3; 32]));
        let blob = sealer.seal(PLACE, b"0123456789").unwrap();
        prop_assert!(cut >= blob.len() || sealer.open(PLACE, &blob[..cut]).is_err());
    }
}
