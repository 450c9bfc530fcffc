//! Wires the rooms into one running platform; holds no logic of theirs.
//!
//! [`Platform::start`] takes the data folder (one owner at a time), opens the store, unlocks the vault if it can,
//! starts the reconciler, the messenger and the watcher, and hands them out. The API and the shell are its faces.

mod bundles;
mod changes;
mod data_folder;
pub mod doctor;
pub mod dotenv;
mod engines;
pub mod env;
mod faces;
mod failpoints;
mod file_reaction;
mod identity;
pub mod keep;
pub mod key_check;
pub mod logs;
mod owner;
mod plugged;
pub mod purge;
mod registry;
mod rotation;
mod running;
mod secrets;
mod secrets_backup;
mod settings;
pub mod shell;
mod start;
mod succession;
mod talk;
mod upkeep;
mod vault_choice;

pub use bundles::BundleExportError;
pub use data_folder::{DataFolder, default_data_dir};
pub use engines::LocalEngine;
pub use failpoints::FAILPOINTS;
pub use file_reaction::FileChange;
#[cfg(unix)]
pub use owner::local_file;
pub use owner::{OwnerInfo, find_owner};
pub use registry::{AddressError, InboundSecretError};
pub use rotation::RotationError;
pub use running::Platform;
pub use secrets::SecretsError;
pub use secrets_backup::SecretsBackupError;
pub use start::{Mode, PlatformOptions, StartError};
pub use succession::{owner_comes, owner_gone};
pub use vault_choice::VaultChoice;
