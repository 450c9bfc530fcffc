//! Roles of an org as its files say them: what can be edited and saved.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One entry of `GET /org/folders/{dir}/roles`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrgRole {
    /// Key of the role: what edits, choices and plans name it by.
    pub key: String,
    /// Its name in the files.
    pub name: String,
    /// Workspace that lives from it, when there is one.
    pub id: Option<String>,
    /// Key of the role above.
    pub parent: Option<String>,
    /// File that it begins in, below the org folder.
    pub file: Option<String>,
    /// Line in it.
    pub line: Option<u32>,
    /// Values by field, merged with the org's defaults. Settings of channels are replaced by marks.
    pub fields: BTreeMap<String, OrgRoleField>,
    /// Fields that a save can write.
    pub editable: Vec<String>,
    /// The repository it is read from, when that is another one than the org's: then nothing of it is ever written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<crate::StepOrigin>,
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrgRoleField {
    /// The value; null when nobody says it.
    pub value: Value,
    /// File that says it.
    pub file: Option<String>,
    /// Line in it.
    pub line: Option<u32>,
}
