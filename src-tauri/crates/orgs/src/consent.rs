//! What a person said yes to, kept with the org in `orgs.prompts` and `orgs.tier_granted`.

use crate::request::Wanted;
use org_template::Role;
use serde::{Deserialize, Serialize};
use std::path::Path;
use store::rows::orgs::OrgRow;
use wire::Prompts;

/// Highest tier that needs no grant (contract 04 D48).
pub(crate) const FREE_TIER: i64 = 2;

/// Prompts that may cause model calls, and folders of this computer that may be mounted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    #[serde(flatten)]
    prompts: Prompts,
    folders: Vec<String>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Consent {
    kept: Kept,
    pub tier: i64,
}

impl Consent {
    /// What was agreed to before, and what the request adds, changes or takes back.
    pub fn of(row: Option<&OrgRow>, wanted: &Wanted) -> Self {
        let mut consent = Self::before(row);
        if let Some(prompts) = wanted.prompts {
            consent.kept.prompts = prompts;
        }
        for folder in wanted.folders.iter().filter(|f| !f.trim().is_empty()) {
            if !consent.kept.folders.contains(folder) {
                consent.kept.folders.push(folder.clone());
            }
        }
        consent
            .kept
            .folders
            .retain(|folder| !wanted.revoked.contains(folder));
        consent.tier = wanted.grant_tier.unwrap_or(consent.tier);
        consent
    }

    /// What was agreed to before.
    pub fn before(row: Option<&OrgRow>) -> Self {
        Self {
            kept: row
                .and_then(|row| serde_json::from_str(&row.prompts).ok())
                .unwrap_or_default(),
            tier: row.map_or(FREE_TIER, |row| row.tier_granted),
        }
    }

    /// Folders that may be mounted.
    pub fn folders(&self) -> &[String] {
        &self.kept.folders
    }

    /// Which prompts are on.
    pub fn prompts(&self) -> Prompts {
        self.kept.prompts
    }

    /// As it is stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.kept).unwrap_or_else(|_| "{}".to_owned())
    }

    /// Whether a folder, or one above it, was allowed.
    pub fn allows(&self, folder: &str) -> bool {
        let folder = Path::new(folder);
        self.kept
            .folders
            .iter()
            .any(|allowed| folder.starts_with(allowed))
    }

    /// Takes out of a role what was not ticked, so that its config causes no model call by itself.
    pub fn cut(&self, role: &mut Role) {
        if !self.kept.prompts.initial {
            role.initial_prompt = None;
        }
        if !self.kept.prompts.idle {
            role.idle = None;
        }
    }
}
