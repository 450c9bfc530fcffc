//! What events about plugins carry (contract 01 section 5.2).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A plugin of a workspace was installed, updated or removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PluginChanged {
    /// Which.
    pub plugin_name: String,
    /// `installed`, `updated`, `removed`.
    pub action: String,
    /// `none`, `scheduled`, `now`.
    pub restart: String,
}

/// An update of a plugin was found, applied, dismissed, or failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PluginUpdateChanged {
    /// The update.
    pub id: String,
    /// Which plugin.
    pub plugin_name: String,
    /// Name of what was found.
    pub target_ref: String,
    /// `pending`, `applied`, `failed`, `dismissed`.
    pub status: String,
}
