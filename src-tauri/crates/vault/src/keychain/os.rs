//! The operating system's keychain: secret service on Linux, Keychain on macOS, Credential Manager on Windows.

use super::{Chunked, Entries, KeychainKind, Namespace};
use crate::{Secret, VaultError};
use async_trait::async_trait;
use keyring_core::{CredentialStore, Entry, Error};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a call may wait. A desktop keychain shows its password prompt inside the call, so this is a person's time;
/// when it is over the prompt stays and the keychain is reported as locked.
const PATIENCE: Duration = Duration::from_secs(60);

/// The keychain of this computer.
pub type OsKeychain = Chunked<OsEntries>;

impl OsKeychain {
    /// Entries of `namespace`. Nothing is opened yet: the first call connects.
    pub fn new(namespace: Namespace) -> Self {
        Self::over(OsEntries {
            namespace,
            connection: Arc::default(),
        })
    }
}

/// Small entries in the system's keychain.
pub struct OsEntries {
    namespace: Namespace,
    /// Opened at first use and again after a failure: keychains appear, restart and vanish while we run.
    connection: Arc<Mutex<Option<Arc<CredentialStore>>>>,
}

/// What the thread that talks to the keychain came back with.
enum Failure {
    Connect(Error),
    Call(Error),
}

impl OsEntries {
    async fn call<T: Send + 'static>(
        &self,
        doing: &'static str,
        entry: &str,
        work: impl Fn(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let connection = Arc::clone(&self.connection);
        let service = self.namespace.service();
        let account = self.namespace.account(entry);
        let label = format!("{service}: {entry}");
        // A thread of its own, not the runtime's pool: a call that waits for a password prompt would otherwise hold up
        // the end of the program until the person answers.
        let started = std::thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || {
                // The receiver is gone when patience ran out; the result is then of no use.
                let _ = answer.send(attempt(&connection, service, &account, &label, &work));
            });
        if let Err(error) = started {
            return Err(self.refused(doing, entry, error.to_string()));
        }
        match tokio::time::timeout(PATIENCE, answered).await {
            Err(_) => Err(self.locked()),
            Ok(Err(_)) => Err(VaultError::Interrupted {
                keychain: self.describe(),
            }),
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(Failure::Connect(error)))) => Err(VaultError::Absent {
                keychain: self.describe(),
                reason: error.to_string(),
            }),
            Ok(Ok(Err(Failure::Call(Error::NoStorageAccess(_))))) => Err(self.locked()),
            Ok(Ok(Err(Failure::Call(error)))) => Err(self.refused(doing, entry, error.to_string())),
        }
    }

    fn locked(&self) -> VaultError {
        VaultError::Locked {
            keychain: self.describe(),
        }
    }

    fn refused(&self, doing: &'static str, entry: &str, reason: String) -> VaultError {
        VaultError::Refused {
            keychain: self.describe(),
            doing,
            entry: entry.to_owned(),
            reason,
        }
    }
}

/// Runs `work` on a fresh or kept connection; one that turns out dead is replaced once.
fn attempt<T>(
    connection: &Mutex<Option<Arc<CredentialStore>>>,
    service: &str,
    account: &str,
    label: &str,
    work: &impl Fn(&Entry) -> Result<T, Error>,
) -> Result<T, Failure> {
    // A panic of another call leaves at worst a dead connection, which is replaced below.
    let mut kept = connection.lock().unwrap_or_else(PoisonError::into_inner);
    let was_open = kept.is_some();
    let store = match kept.as_ref() {
        Some(store) => Arc::clone(store),
        None => kept.insert(connect().map_err(Failure::Connect)?).clone(),
    };
    let first = open(&store, service, account, label).and_then(|entry| work(&entry));
    match first {
        Err(Error::PlatformFailure(reason)) => {
            *kept = None;
            if !was_open {
                return Err(Failure::Call(Error::PlatformFailure(reason)));
            }
            let store = kept.insert(connect().map_err(Failure::Connect)?).clone();
            open(&store, service, account, label)
                .and_then(|entry| work(&entry))
                .map_err(Failure::Call)
        }
        other => other.map_err(Failure::Call),
    }
}

fn connect() -> Result<Arc<CredentialStore>, Error> {
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new()?;
    #[cfg(windows)]
    let store = windows_native_keyring_store::Store::new()?;
    #[cfg(all(unix, not(target_os = "macos")))]
    let store = zbus_secret_service_keyring_store::store::Store::new()?;
    Ok(store)
}

fn open(
    store: &Arc<CredentialStore>,
    service: &str,
    account: &str,
    label: &str,
) -> Result<Entry, Error> {
    // Only the secret service knows labels; its windows would otherwise show a made-up one.
    let labels = HashMap::from([("label", label)]);
    let modifiers = cfg!(all(unix, not(target_os = "macos"))).then_some(&labels);
    store.build(service, account, modifiers)
}

#[async_trait]
impl Entries for OsEntries {
    async fn read(&self, entry: &str) -> Result<Option<Secret>, VaultError> {
        self.call("read", entry, |entry| match entry.get_secret() {
            Ok(bytes) => Ok(Some(Secret::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    async fn write(&self, entry: &str, text: &Secret) -> Result<(), VaultError> {
        let text = text.clone();
        self.call("write", entry, move |entry| entry.set_secret(text.expose()))
            .await
    }

    async fn erase(&self, entry: &str) -> Result<bool, VaultError> {
        self.call("delete", entry, |entry| match entry.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(error),
        })
        .await
    }

    fn kind(&self) -> KeychainKind {
        KeychainKind::System
    }

    fn describe(&self) -> String {
        format!(
            "The keychain of this computer ({})",
            self.namespace.service()
        )
    }
}
