//! The event `CHANGE_DETECTED` (contract 01 section 5.2, contract 04 D60).

use crate::{ReloadError, reaction::Outcome};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use store::{NewEvent, Store, StoreError, rows};
use wire::kind;

/// Paths named in one event at most; `paths_total` counts them all.
const PATHS: usize = 50;

/// What one event says.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    /// `workspace_files`, `org_files` or `watcher`.
    pub source: &'static str,
    /// Workspace that it is about.
    pub workspace_id: Option<String>,
    /// Org that it is about.
    pub org_id: Option<String>,
    /// All workspaces that are filled from the same folder.
    pub workspace_ids: Vec<String>,
    /// Changed paths, relative to the owner's folder.
    pub paths: Vec<String>,
    /// What was done.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// From the first notice of a change until its bytes were delivered.
    pub took: Duration,
}

impl Notice {
    /// About the watcher itself.
    pub fn watcher(reason: String) -> Self {
        Self {
            source: "watcher",
            workspace_id: None,
            org_id: None,
            workspace_ids: Vec::new(),
            paths: Vec::new(),
            outcome: Outcome::None,
            reason,
            took: Duration::ZERO,
        }
    }

    fn payload(&self) -> Value {
        let mut payload = json!({
            "source": self.source,
            "paths": self.paths.iter().take(PATHS).collect::<Vec<_>>(),
            "reaction": self.outcome,
            "reason": self.reason,
            "duration_ms": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            "paths_total": self.paths.len(),
            "workspace_ids": self.workspace_ids,
        });
        if let Some(org) = &self.org_id {
            payload["org_id"] = json!(org);
        }
        payload
    }
}

/// What is remembered together with an event, so that neither is without the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remember {
    /// Digests of what reached a workspace; `None` forgets a path.
    pub delivered: BTreeMap<String, Option<String>>,
    /// Digest of an org's files.
    pub org: Option<(String, String)>,
}

/// Key of the setting that holds the digest of an org's files.
pub(crate) fn org_setting(org_id: &str) -> String {
    format!("reload_org_files:{org_id}")
}

/// Writes what is remembered and the event, if any, in one transaction.
pub(crate) async fn write(
    store: &Store,
    workspace_id: Option<&str>,
    remember: Remember,
    notice: Option<Notice>,
) -> Result<(), ReloadError> {
    let workspace = workspace_id.map(str::to_owned);
    store
        .write(move |write| {
            Box::pin(async move {
                if let Some(id) = &workspace {
                    // It may have been purged meanwhile; its digests went with it.
                    if rows::workspaces::get(write.conn(), id).await?.is_none() {
                        return Ok(());
                    }
                    let mut set = BTreeMap::new();
                    for (path, digest) in remember.delivered {
                        match digest {
                            Some(digest) => {
                                set.insert(path, digest);
                            }
                            None => rows::files::unset_delivered(write.conn(), id, &path).await?,
                        }
                    }
                    if !set.is_empty() {
                        rows::files::set_delivered(write.conn(), id, &set).await?;
                    }
                }
                if let Some((org, digest)) = remember.org {
                    let now = write.stamp();
                    rows::settings::set(write.conn(), &org_setting(&org), &digest, &now).await?;
                }
                if let Some(notice) = notice {
                    let payload = notice.payload();
                    let event = match notice.workspace_id {
                        Some(id) => NewEvent::about(id, kind::CHANGE_DETECTED, payload),
                        None => NewEvent::global(kind::CHANGE_DETECTED, payload),
                    };
                    write.event(event).await?;
                }
                Ok::<(), StoreError>(())
            })
        })
        .await?;
    Ok(())
}
