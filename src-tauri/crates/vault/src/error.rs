//! What can go wrong with secrets. No variant ever carries a value.

use std::path::PathBuf;

/// Failure of the vault; the text is for people, [`VaultError::code`] for programs.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The keychain is there but gives and takes nothing until the person unlocks it.
    #[error(
        "{keychain} is locked. Unlock it (log in to the desktop again, or open the system's password application and \
         unlock the login keychain), then try again. You can also choose a passphrase instead."
    )]
    Locked {
        /// Which keychain, for example `The keychain of this computer`.
        keychain: String,
    },
    /// The file that holds the secrets waits for its passphrase.
    #[error(
        "The secrets are in {} and wait for the passphrase that was chosen for them. Give it in the Secrets room or to \
         `molecule-stack secrets unlock`; at a start, to `molecule-stack serve --passphrase-stdin`.",
        path.display()
    )]
    FileLocked {
        /// The file.
        path: PathBuf,
    },
    /// No keychain answers on this computer.
    #[error(
        "{keychain} does not answer. Start the system's keychain (for example gnome-keyring or KWallet) and try again, or \
         choose yourself where secrets are kept: give a passphrase in the Secrets room or to `molecule-stack secrets \
         unlock`, or start with SECRETS_ENCRYPTION_KEY (32 bytes, base64) in the environment."
    )]
    Absent {
        /// Which keychain.
        keychain: String,
        /// Why it does not answer, in the words of the system: for the log, not for people.
        reason: String,
    },
    /// The keychain answered one operation with an error.
    #[error("{keychain} could not {doing} the entry \"{entry}\": {reason}")]
    Refused {
        /// Which keychain.
        keychain: String,
        /// `read`, `write` or `delete`.
        doing: &'static str,
        /// Name of the entry.
        entry: String,
        /// The keychain's own words.
        reason: String,
    },
    /// A value read back after writing was not the one written; the old value was put back.
    #[error(
        "{keychain} did not keep what was written to the entry \"{entry}\". The former value was put back. Look at the \
         keychain in the system's password application, then try again."
    )]
    NotKept {
        /// Which keychain.
        keychain: String,
        /// Name of the entry.
        entry: String,
    },
    /// An entry cannot be read as something this program wrote.
    #[error("The entry \"{entry}\" in {keychain} is damaged: {reason}. Import or set it again.")]
    Damaged {
        /// Which keychain.
        keychain: String,
        /// Name of the entry.
        entry: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// A name that no entry may have.
    #[error(
        "\"{name}\" cannot be the name of a keychain entry: use 1 to 128 letters, digits, '.', '_', '-' and '/'."
    )]
    BadName {
        /// The name as given.
        name: String,
    },
    /// The passphrase does not open the file.
    #[error("The passphrase does not open {}. Check it and try again.", file.display())]
    WrongPassphrase {
        /// The file of sealed entries.
        file: PathBuf,
    },
    /// The passphrase does not open the backup.
    #[error("The passphrase does not open this backup of secrets. Check it and try again.")]
    WrongBackupPassphrase,
    /// The document is no backup of secrets.
    #[error(
        "This is no backup of secrets, or it is damaged: {reason}. Take another copy of it; nothing was changed."
    )]
    BadBackup {
        /// What does not fit.
        reason: &'static str,
    },
    /// A passphrase too short to be worth deriving a key from.
    #[error("The passphrase is too short: use at least {least} characters.")]
    WeakPassphrase {
        /// Smallest accepted length in characters.
        least: usize,
    },
    /// `SECRETS_ENCRYPTION_KEY` is not a key.
    #[error(
        "SECRETS_ENCRYPTION_KEY is malformed: {reason}. Give base64 of 32 bytes (for example from `openssl rand -base64 \
         32`) or exactly 32 characters."
    )]
    BadKey {
        /// What does not fit; never the key.
        reason: &'static str,
    },
    /// The key is the person's own; this program can neither make nor keep another one there.
    #[error(
        "The key comes from SECRETS_ENCRYPTION_KEY, so it is changed there: write a backup of the secrets (`molecule-stack \
         secrets export`), delete them, start with the new key and import the backup."
    )]
    KeyFromEnvironment,
    /// The file belongs to another key.
    #[error(
        "{} was sealed with another SECRETS_ENCRYPTION_KEY. Set the one it was made with, or move the file away to \
         begin anew.",
        file.display()
    )]
    WrongKey {
        /// The file of sealed entries.
        file: PathBuf,
    },
    /// Stored secrets exist that were sealed with a key that is not here.
    #[error(
        "Stored secrets were sealed with the key {needed}, which {keychain} does not hold. Choose the keychain, \
         passphrase or key they were stored with, or restore a backup of it; nothing was changed."
    )]
    MasterKeyMissing {
        /// Which keychain.
        keychain: String,
        /// Id of the missing key.
        needed: String,
    },
    /// A sealed value was changed, moved to another row, or belongs to another key.
    #[error(
        "The stored secret {key} of {owner} cannot be opened: it was changed or moved. Set it again."
    )]
    NotAuthentic {
        /// Owner the row belongs to.
        owner: String,
        /// Name of the secret.
        key: String,
    },
    /// A sealed value names a key that is not in the ring.
    #[error(
        "The stored secret {key} of {owner} was sealed with the key {needed}, which is not here."
    )]
    UnknownKey {
        /// Owner the row belongs to.
        owner: String,
        /// Name of the secret.
        key: String,
        /// Id of the missing key.
        needed: String,
    },
    /// A row says it was sealed in a way this program does not know.
    #[error(
        "A stored secret has the unknown encryption version {version}. A newer program may have written it."
    )]
    UnknownVersion {
        /// `encryption_version` of the row.
        version: i64,
    },
    /// A file or folder could not be used.
    #[error("Cannot {doing} {}: {source}", path.display())]
    File {
        /// `read`, `write`, `create`, `list`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file of sealed entries is not one.
    #[error("{} is not a file of sealed secrets, or is damaged: {reason}. Restore it from a backup or move it away.", path.display())]
    BadFile {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: &'static str,
    },
    /// The system gave no random bytes.
    #[error(
        "The system gave no random bytes: {reason}. Try again; if it stays so, restart the computer."
    )]
    Randomness {
        /// What the system said.
        reason: String,
    },
    /// A computation failed in a way that no input explains.
    #[error("Sealing failed: {reason}.")]
    Crypto {
        /// Which step.
        reason: &'static str,
    },
    /// The program is ending while a keychain call is still open.
    #[error("{keychain} was still busy when the program ended the call. Try again.")]
    Interrupted {
        /// Which keychain.
        keychain: String,
    },
}

impl VaultError {
    /// Stable word for programs, the `code` of an API error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } | Self::FileLocked { .. } => "keychain_locked",
            Self::Absent { .. } => "keychain_absent",
            Self::Refused { .. } | Self::Interrupted { .. } => "keychain_failed",
            Self::NotKept { .. } => "keychain_not_kept",
            Self::Damaged { .. } => "keychain_entry_damaged",
            Self::BadName { .. } => "bad_entry_name",
            Self::WrongBackupPassphrase => "wrong_passphrase",
            Self::BadBackup { .. } => "backup_damaged",
            Self::WrongPassphrase { .. } => "wrong_passphrase",
            Self::WeakPassphrase { .. } => "weak_passphrase",
            Self::BadKey { .. } => "bad_encryption_key",
            Self::KeyFromEnvironment => "key_from_environment",
            Self::WrongKey { .. } => "wrong_encryption_key",
            Self::MasterKeyMissing { .. } => "master_key_missing",
            Self::NotAuthentic { .. } => "secret_not_authentic",
            Self::UnknownKey { .. } => "secret_key_unknown",
            Self::UnknownVersion { .. } => "secret_version_unknown",
            Self::File { .. } => "file_failed",
            Self::BadFile { .. } => "secrets_file_damaged",
            Self::Randomness { .. } => "no_randomness",
            Self::Crypto { .. } => "sealing_failed",
        }
    }
}
