//! The file of sealed entries.

use super::*;

/// The least Argon2 allows: these tests are about the file, not about the cost of a guess.
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};

async fn open(path: &Path, passphrase: &str) -> Result<FileKeychain, VaultError> {
    FileKeychain::with_passphrase_at_cost(path, Secret::from(passphrase), CHEAP).await
}

#[tokio::test]
async fn the_file_opens_again_with_its_passphrase_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sealed/secrets.json");
    let first = open(&path, "correct horse").await.unwrap();
    first
        .set("persona/pm", &Secret::from("value"))
        .await
        .unwrap();
    let again = open(&path, "correct horse").await.unwrap();
    assert_eq!(
        again.get("persona/pm").await.unwrap(),
        Some(Secret::from("value"))
    );
    assert_eq!(
        open(&path, "wrong horse").await.unwrap_err().code(),
        "wrong_passphrase"
    );
    assert!(FileKeychain::wants_passphrase(&path).unwrap());
}

#[tokio::test]
async fn a_short_passphrase_makes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json");
    assert_eq!(
        open(&path, "seven77").await.unwrap_err().code(),
        "weak_passphrase"
    );
    assert!(!path.exists());
}

#[tokio::test]
async fn the_standard_cost_works() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json");
    FileKeychain::with_passphrase(&path, Secret::from("correct horse"))
        .await
        .unwrap();
    assert_eq!(
        FileKeychain::with_passphrase(&path, Secret::from("other horse"))
            .await
            .unwrap_err()
            .code(),
        "wrong_passphrase"
    );
}

#[tokio::test]
async fn another_environment_key_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json");
    FileKeychain::with_key(&path, MasterKey::from_bytes([1; 32]))
        .await
        .unwrap();
    let error = FileKeychain::with_key(&path, MasterKey::from_bytes([2; 32]))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "wrong_encryption_key");
    assert_eq!(
        open(&path, "correct horse").await.unwrap_err().code(),
        "secrets_file_damaged"
    );
    assert!(!FileKeychain::wants_passphrase(&path).unwrap());
}

#[tokio::test]
async fn entries_swapped_in_the_file_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json");
    let keychain = open(&path, "correct horse").await.unwrap();
    keychain.set("one", &Secret::from("1")).await.unwrap();
    keychain.set("two", &Secret::from("2")).await.unwrap();
    let mut document = read(&path).unwrap().unwrap();
    let one = document.entries["one"].clone();
    document.entries.insert("two".to_owned(), one);
    write(&path, &document).unwrap();
    assert_eq!(
        keychain.get("two").await.unwrap_err().code(),
        "keychain_entry_damaged"
    );
}

#[tokio::test]
async fn a_file_that_is_none_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json");
    for text in ["", "{}", "not json", "{\"format\":9}"] {
        std::fs::write(&path, text).unwrap();
        assert_eq!(
            open(&path, "correct horse").await.unwrap_err().code(),
            "secrets_file_damaged"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[tokio::test]
async fn a_file_that_asks_for_absurd_work_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json");
    open(&path, "correct horse").await.unwrap();
    let mut document = read(&path).unwrap().unwrap();
    document.key = KeySource::Passphrase(
        Recipe::new(Cost {
            memory_kib: u32::MAX,
            passes: 1,
        })
        .unwrap(),
    );
    write(&path, &document).unwrap();
    assert_eq!(
        open(&path, "correct horse").await.unwrap_err().code(),
        "secrets_file_damaged"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json");
    open(&path, "correct horse")
        .await
        .unwrap()
        .set("a", &Secret::from("b"))
        .await
        .unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}
