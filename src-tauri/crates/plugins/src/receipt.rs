//! The receipt of a plugin: what was written for it outside its folder, so that exactly that is replaced or taken away.

use crate::{Setup, settings::Added};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What was written for a plugin. While files are being written it names the state before and the one after, so that
/// both count as the plugin's own whenever the platform ends in between.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// Digests that are the plugin's own, by path.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, BTreeSet<String>>,
    /// What was added to the settings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Added>,
    /// Shared files that did not exist before.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub made: BTreeSet<String>,
    /// What was left as it is, because somebody else wrote or changed it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<String>,
    /// Emptied because they could not be removed while nothing ran; they go as soon as it runs.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub stubs: BTreeSet<String>,
    /// The agent still runs with what was there before; its next start clears this.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub restart_due: bool,
    /// What became of its `setup.sh`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup: Option<Setup>,
    /// Whole texts being written while nothing runs. If the platform ends meanwhile, they are what counts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub writing: BTreeMap<String, String>,
}

impl Receipt {
    /// From the text in the row; what cannot be read owns nothing.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// For the row.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".into())
    }
}
