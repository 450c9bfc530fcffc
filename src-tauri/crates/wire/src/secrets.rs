//! Secrets and personas as the wire shows them: names and states, never values.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One secret of `GET /settings/secrets` or `GET /workspaces/:id/secrets` (contract 03 section 3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SecretView {
    /// Variable name.
    pub key: String,
    /// Always true; the value is never sent.
    pub has_value: bool,
    /// `global` or `workspace`.
    pub scope: String,
    /// `persona` when it comes from the role's persona and is changed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When it was first set.
    pub created_at: Timestamp,
    /// When it was last set.
    pub updated_at: Timestamp,
}

/// Sets one secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SetSecret {
    /// Variable name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// `POST /secrets/validate` (contract 03 no. 54): does this key work?
// There is no `Debug`: a key is in it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ValidateSecret {
    /// `anthropic`, `github`, `openai` or `openrouter`.
    pub provider: String,
    /// The key.
    pub key: String,
}

/// `POST /secrets/validate`, answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SecretValidated {
    /// The provider took it.
    pub valid: bool,
    /// Why not, or why nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// `bad_form`: it was not sent anywhere; `refused`: the provider does not take it; `unknown`: the provider could not
    /// be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// `GET …/secrets/{key}/dependents` (contract 03 no. 54).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SecretDependents {
    /// Names of the workspaces that get it, sorted.
    pub dependents: Vec<String>,
}

/// `GET /admin/secrets/key` (ours): the key that seals stored secrets, by its public name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SealingKey {
    /// Names the key without telling anything about it.
    pub key_id: String,
    /// Keys that still open what they sealed; none but while a rotation is under way.
    pub former: Vec<String>,
    /// Stored secrets, global and of workspaces.
    pub sealed: usize,
    /// Those among them that are not sealed with this key yet.
    pub waiting: usize,
}

/// `POST /admin/secrets/rotate` (ours; contract 03 no. 51).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeyRotated {
    /// `rotated`.
    pub status: String,
    /// The key that seals from now on.
    pub key_id: String,
    /// The key that sealed until now.
    pub former_key_id: String,
    /// Secrets that were sealed anew.
    pub resealed: usize,
    /// Somebody still held the former key; it leaves the keychain at the next start.
    pub former_key_kept: bool,
}

/// `POST /admin/secrets/export` (ours), request.
// There is no `Debug`: a passphrase is in it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ExportSecrets {
    /// What the backup is sealed under; at least 8 characters.
    pub passphrase: String,
}

/// `POST /admin/secrets/import` (ours), request.
// There is no `Debug`: a passphrase is in it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ImportSecrets {
    /// What the backup was sealed under.
    pub passphrase: String,
    /// The document that an export gave.
    #[schema(value_type = Object)]
    pub backup: serde_json::Value,
    /// Whether other values that are there are replaced.
    #[serde(default)]
    pub overwrite: bool,
}

/// `POST /admin/secrets/import` (ours), answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SecretsImported {
    /// One entry a secret.
    pub secrets: Vec<SecretImported>,
}

/// What became of one secret of a backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SecretImported {
    /// `global`, `workspace` or `persona`.
    pub scope: String,
    /// Names of the workspace from the root down, or the persona's slug; empty for a global one.
    pub name: String,
    /// Variable name.
    pub key: String,
    /// `created`, `updated`, `unchanged`, `kept` (another value is there and stays), `skipped`.
    pub action: String,
    /// Why it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// State of the place secrets are kept in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeychainView {
    /// `ready`, `locked`, `absent`, `passphrase`, `environment`.
    pub state: String,
    /// What that means and what to do.
    pub text: String,
    /// Whether a file of sealed secrets is there and only its passphrase is missing.
    #[serde(default)]
    pub waits_for_passphrase: bool,
}

/// One persona in the keychain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonaView {
    /// Folder name in the persona root, and the role's `files_dir`.
    pub slug: String,
    /// Variable names it holds.
    pub keys: Vec<String>,
    /// Workspaces whose `files_dir` is this slug.
    pub used_by: Vec<String>,
}

/// `GET /personas`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonaList {
    /// Where they are kept.
    pub keychain: KeychainView,
    /// Sorted by slug.
    pub personas: Vec<PersonaView>,
}

/// `POST /personas/import`, request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonaImport {
    /// Folder that holds `<slug>/env` files.
    pub path: String,
}

/// `POST /personas/import`, answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonaReport {
    /// One entry a folder.
    pub personas: Vec<PersonaOutcome>,
}

/// What happened to one persona folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonaOutcome {
    /// Folder name.
    pub slug: String,
    /// `created`, `updated`, `unchanged`, `skipped`.
    pub action: String,
    /// Names it holds now.
    pub keys: Vec<String>,
    /// Why it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
