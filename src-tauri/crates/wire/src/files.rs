//! Files of workspaces and workspace templates on the wire (contract 03 sections 5 and 6).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A line of `GET /workspaces/:id/files`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileEntry {
    /// Relative to the listed folder.
    pub path: String,
    /// Bytes; 0 for folders.
    pub size: u64,
    /// Whether it is a folder.
    pub dir: bool,
}

/// `GET /workspaces/:id/files/*path`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileBody {
    /// As asked for.
    pub path: String,
    /// Text, or what `encoding` says.
    pub content: String,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of its bytes; what `If-Match` takes.
    pub hash: String,
    /// `base64` where the bytes are no UTF-8 text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// `GET /workspaces/:id/files/*path?offset=&length=`: a part of a file, for files that are too large for one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilePartBody {
    /// As asked for.
    pub path: String,
    /// The bytes in base64: a part need not end where a letter does.
    pub content: String,
    /// `base64`.
    pub encoding: String,
    /// Where the part begins.
    pub offset: u64,
    /// Bytes of the part; 0 behind the end.
    pub size: u64,
    /// Bytes of the whole file.
    pub total: u64,
}

/// `PUT /workspaces/:id/files/*path`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PutFile {
    /// Text, or what `encoding` says.
    pub content: String,
    /// `base64` for bytes that are no text; absent or `utf-8` for text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Digest of what is replaced, as `If-Match` says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// A file of a set: its text, or the long form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum FileInSet {
    /// Its text.
    Text(String),
    /// With encoding and expectation.
    File(PutFile),
}

/// `PUT /workspaces/:id/files`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PutFiles {
    /// By path below `/configs`.
    pub files: BTreeMap<String, FileInSet>,
    /// Remove what is not among them.
    #[serde(default)]
    pub prune: bool,
}

/// What a written file calls for (contract 04 section 18). Nothing is done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileReaction {
    /// `none`, `in_place`, `restart`, `recreate` or `plan`.
    pub reaction: String,
    /// Why.
    pub reason: String,
}

/// Answer to a written or removed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileChanged {
    /// `saved` or `deleted`.
    pub status: String,
    /// As asked for.
    pub path: String,
    /// SHA-256 of what is there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// What the agent makes of it.
    #[serde(flatten)]
    pub reaction: FileReaction,
}

/// Answer to a written set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilesReplaced {
    /// `replaced`.
    pub status: String,
    /// Whose.
    pub workspace: String,
    /// How many were written.
    pub files: usize,
    /// `container` or `volume`.
    pub source: String,
    /// SHA-256 by path.
    pub hashes: BTreeMap<String, String>,
    /// What `prune` removed.
    pub removed: Vec<String>,
    /// What the agent makes of it.
    #[serde(flatten)]
    pub reaction: FileReaction,
}

/// An entry of `GET /workspaces/:id/shared-context`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SharedFile {
    /// As `shared_context` names it.
    pub path: String,
    /// Its text.
    pub content: String,
}

/// A model that a template offers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct TemplateModel {
    /// Its id.
    pub id: String,
    /// How to call it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Variables it needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required_env: Vec<String>,
}

/// An entry of `GET /templates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateView {
    /// Name of its folder; what `template` of a create takes.
    pub id: String,
    /// Name in its config.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Privilege class; 0 when it names none.
    pub tier: i64,
    /// Adapter; empty when it names none.
    pub runtime: String,
    /// Model; empty when it names none.
    pub model: String,
    /// Models it offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<TemplateModel>,
    /// Variables it needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_env: Vec<String>,
    /// Skills it brings.
    pub skills: Vec<String>,
    /// How many.
    pub skill_count: usize,
    /// Seconds an agent of it may take to come up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provision_timeout_seconds: Option<u64>,
}

/// `POST /templates/import`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportTemplate {
    /// Name of the agent; may be left out with `path`, whose folder then names it.
    #[serde(default)]
    pub name: String,
    /// Its files by path: text, or the long form.
    #[serde(default)]
    pub files: BTreeMap<String, FileInSet>,
    /// A folder of the platform's computer, in place of `files` (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Answer to an imported template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateImported {
    /// `imported`.
    pub status: String,
    /// Name of the new folder.
    pub id: String,
    /// As sent.
    pub name: String,
    /// What of a folder was left out, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}
