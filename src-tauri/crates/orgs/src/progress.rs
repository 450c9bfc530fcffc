//! `org.import.progress`: how many roles of an import are online, told from the event log.

use crate::Orgs;
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use store::{NewEvent, StoreError, rows::workspaces};
use tokio::sync::{Notify, broadcast::error::RecvError};
use wire::{ImportResult, Status, kind};

/// Imports whose roles are on their way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trackers {
    list: Arc<Mutex<Vec<Tracker>>>,
    added: Arc<Notify>,
}

#[derive(Debug)]
struct Tracker {
    org: String,
    org_id: String,
    import_id: String,
    /// Rows the import made that still exist.
    ids: HashSet<String>,
    /// The last word about each: online, or failed.
    ended: HashMap<String, bool>,
    /// Counts that were told last.
    told: Option<(usize, usize, usize)>,
}

impl Trackers {
    /// Follows the rows that an import made.
    pub fn add(&self, result: &ImportResult, created: Vec<String>) {
        if created.is_empty() {
            return;
        }
        self.list().push(Tracker {
            org: result.org.clone(),
            org_id: result.org_id.clone(),
            import_id: result.import_id.clone(),
            ids: created.into_iter().collect(),
            ended: HashMap::new(),
            told: None,
        });
        self.added.notify_one();
    }

    fn list(&self) -> MutexGuard<'_, Vec<Tracker>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in one word about a workspace; `None` that it is gone.
    fn note(&self, id: &str, online: Option<bool>) {
        for tracker in self
            .list()
            .iter_mut()
            .filter(|tracker| tracker.ids.contains(id))
        {
            match online {
                Some(online) => {
                    tracker.ended.insert(id.to_owned(), online);
                }
                None => {
                    tracker.ids.remove(id);
                    tracker.ended.remove(id);
                }
            }
        }
    }

    /// What has to be told now. Imports whose roles are all online (or gone) are forgotten; failed ones may recover.
    fn news(&self) -> Vec<NewEvent> {
        let mut list = self.list();
        let mut events = Vec::new();
        for tracker in list.iter_mut() {
            let done = tracker.ended.values().filter(|online| **online).count();
            let counts = (done, tracker.ended.len() - done, tracker.ids.len());
            if tracker.told != Some(counts) {
                tracker.told = Some(counts);
                let (done, failed, total) = counts;
                let payload = json!({"name": tracker.org, "org_id": tracker.org_id, "import_id": tracker.import_id, "done": done, "failed": failed, "total": total});
                events.push(NewEvent::global(kind::IMPORT_PROGRESS, payload));
            }
        }
        list.retain(|tracker| tracker.told.is_some_and(|(done, _, total)| done < total));
        events
    }
}

impl Orgs {
    /// Tells the progress of imports until the future is dropped; the platform runs it once. A small reader of the
    /// event log: it owns nothing, and nothing is lost when it ends.
    pub async fn follow_progress(&self) {
        let mut live = self.store.events().subscribe_kept();
        let watched = clock::watch(&self.clock, "import-progress", clock::ROUND);
        loop {
            watched.tick();
            self.tell().await;
            tokio::select! {
                () = watched.asked() => {}
                // An import has just ended; its rows may have moved on while it was being noted.
                () = self.trackers.added.notified() => self.look().await,
                event = live.recv() => match event {
                    Ok(event) => match event.event.as_str() {
                        kind::WORKSPACE_ONLINE | kind::WORKSPACE_DEGRADED | kind::WORKSPACE_AWAITING_AGENT => {
                            self.trackers.note(&event.workspace_id, Some(true));
                        }
                        kind::WORKSPACE_PROVISION_FAILED => self.trackers.note(&event.workspace_id, Some(false)),
                        kind::WORKSPACE_REMOVED => self.trackers.note(&event.workspace_id, None),
                        _ => {}
                    },
                    Err(RecvError::Lagged(_)) => self.look().await,
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    async fn look(&self) {
        match workspaces::list_all(self.store.read()).await {
            Ok(rows) => {
                for row in rows {
                    match row.status {
                        Status::Online | Status::Degraded | Status::AwaitingAgent => {
                            self.trackers.note(&row.id, Some(true));
                        }
                        Status::Failed => self.trackers.note(&row.id, Some(false)),
                        Status::Removed => self.trackers.note(&row.id, None),
                        _ => {}
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the progress of an import could not be read"),
        }
    }

    async fn tell(&self) {
        let news = self.trackers.news();
        if news.is_empty() {
            return;
        }
        let told: Result<(), StoreError> = self
            .store
            .write(move |write| {
                Box::pin(async move {
                    for event in news {
                        write.event(event).await?;
                    }
                    Ok(())
                })
            })
            .await;
        if let Err(error) = told {
            tracing::warn!(%error, "the progress of an import could not be told");
        }
    }
}
