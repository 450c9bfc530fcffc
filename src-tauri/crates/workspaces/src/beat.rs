//! Heartbeats (contract 01 section 4.2, corrections of section 7): folded in memory, flushed within 250 ms; a beat that
//! changes the status is written at once.

use crate::{WorkspaceError, registry::kept_reason};
use clock::Clock;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::{
    NewEvent, Store, WorkspaceRow, Write,
    rows::workspaces::{self, BeatFields},
};
use tokio::sync::Notify;
use wire::{Event, Heartbeat, RuntimeMetadata, Status, Timestamp, kind};

/// Longest time a beat stays in memory only.
const FLUSH: Duration = Duration::from_millis(250);
/// Most US cents a month a beat may report.
const MOST_SPEND: i64 = 1_000_000_000_000;

/// What a runtime said it handles itself, kept in memory per workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Names that are true.
    pub names: Vec<String>,
    /// Overrides the idle timeout of calls to it.
    pub idle_timeout: Option<Duration>,
}

impl Capabilities {
    /// Whether the runtime declared this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    fn of(metadata: &RuntimeMetadata) -> Self {
        Self {
            names: metadata
                .capabilities
                .iter()
                .filter(|(_, on)| **on)
                .map(|(name, _)| name.clone())
                .collect(),
            idle_timeout: metadata
                .idle_timeout_seconds
                .and_then(|seconds| u64::try_from(seconds).ok())
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs),
        }
    }
}

/// Takes heartbeats. Clones share the memory.
#[derive(Debug, Clone)]
pub struct Beats {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    folded: Mutex<HashMap<String, BeatFields>>,
    capabilities: Mutex<HashMap<String, Capabilities>>,
    /// Status and task as last read or written; dropped when the log says the row changed.
    known: Mutex<HashMap<String, Known>>,
    due: Notify,
}

#[derive(Debug, Clone)]
struct Known {
    status: Status,
    current: bool,
    error_rate: f64,
    task: String,
    active_tasks: i64,
    uptime: i64,
}

impl From<&WorkspaceRow> for Known {
    fn from(row: &WorkspaceRow) -> Self {
        Self {
            status: row.status,
            current: !row.has_container() || row.running_generation == Some(row.generation),
            error_rate: row.last_error_rate,
            task: row.current_task.clone().unwrap_or_default(),
            active_tasks: row.active_tasks,
            uptime: row.uptime_seconds,
        }
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Beats {
    /// Starts taking beats; two small tasks live as long as the store: one flushes, one forgets what the log changed.
    pub fn start(store: Store, clock: Arc<dyn Clock>) -> Self {
        let inner = Arc::new(Inner {
            store,
            clock,
            folded: Mutex::default(),
            capabilities: Mutex::default(),
            known: Mutex::default(),
            due: Notify::new(),
        });
        tokio::spawn(flush_when_due(inner.clone()));
        tokio::spawn(forget_what_changed(inner.clone()));
        Self { inner }
    }

    /// What this runtime said it handles itself.
    pub fn capabilities(&self, id: &str) -> Capabilities {
        held(&self.inner.capabilities)
            .get(id)
            .cloned()
            .unwrap_or_default()
    }

    /// Takes one beat. Absent fields mean "unchanged"; a beat with uptime 0 and no state only pushes the task.
    ///
    /// # Errors
    /// 404 for an unknown id, 410 for a removed one.
    pub async fn beat(&self, beat: Heartbeat) -> Result<(), WorkspaceError> {
        let id = beat.workspace_id.clone();
        let inner = &self.inner;
        let before = inner.known(&id).await?;
        if let Some(metadata) = &beat.runtime_metadata {
            // Stored before the status is judged, so that a declaration counts for its own beat (contract 04 D38).
            held(&inner.capabilities).insert(id.clone(), Capabilities::of(metadata));
        }
        let push = beat.uptime_seconds == Some(0) && beat.runtime_state.is_none();
        let fields = fields(&beat, push, inner.clock.now().into());
        let task = fields
            .current_task
            .clone()
            .unwrap_or_else(|| before.task.clone());
        let active_tasks = fields.active_tasks.unwrap_or(before.active_tasks);
        let after = (!push)
            .then(|| judge(&beat, &before, self.capabilities(&id).has("status_mgmt")))
            .flatten();
        let task_changed = task != before.task;

        held(&inner.folded)
            .entry(id.clone())
            .or_default()
            .merge(fields);
        if let Some(known) = held(&inner.known).get_mut(&id) {
            known.task.clone_from(&task);
            known.active_tasks = active_tasks;
            known.error_rate = beat
                .error_rate
                .filter(|_| !push)
                .unwrap_or(known.error_rate);
            known.uptime = beat
                .uptime_seconds
                .filter(|_| !push)
                .unwrap_or(known.uptime);
            if let Some((status, _)) = &after {
                known.status = *status;
            }
        }
        if after.is_some() || task_changed {
            inner
                .write_now(
                    &id,
                    after,
                    task_changed
                        .then(|| json!({"active_tasks": active_tasks, "current_task": task})),
                )
                .await?;
        } else {
            inner.due.notify_one();
        }
        let uptime = beat
            .uptime_seconds
            .filter(|_| !push)
            .unwrap_or(before.uptime);
        inner.store.events().publish_unkept(Event {
            event: kind::WORKSPACE_HEARTBEAT.to_owned(),
            workspace_id: id,
            timestamp: Timestamp(inner.clock.now()),
            payload: json!({"active_tasks": active_tasks, "uptime_seconds": uptime}),
            seq: None,
        });
        Ok(())
    }

    /// Writes everything that is still only in memory.
    ///
    /// # Errors
    /// When the database does not take it; the beats stay folded.
    pub async fn flush(&self) -> Result<(), WorkspaceError> {
        self.inner.flush().await
    }
}

fn fields(beat: &Heartbeat, push: bool, now: Timestamp) -> BeatFields {
    let works = beat.active_tasks.is_some_and(|tasks| tasks > 0);
    BeatFields {
        at: now.to_storage(),
        error_rate: beat.error_rate.filter(|_| !push),
        sample_error: beat.sample_error.clone().filter(|_| !push),
        active_tasks: beat.active_tasks,
        current_task: beat.current_task.clone(),
        uptime_seconds: beat.uptime_seconds.filter(|_| !push),
        monthly_spend: beat
            .monthly_spend
            .filter(|cents| *cents > 0)
            .map(|cents| cents.min(MOST_SPEND)),
        // Idleness counts from the last work: while a task runs, and at the moment one is said to have ended.
        active: works || (push && beat.active_tasks.is_some()),
    }
}

/// The status after a beat and the event that tells it, if it changes.
fn judge(beat: &Heartbeat, before: &Known, own_status: bool) -> Option<(Status, NewEventBody)> {
    let wedged = beat.runtime_state.as_deref() == Some("wedged");
    let rate = beat.error_rate.unwrap_or(before.error_rate);
    let sample = beat.sample_error.clone().unwrap_or_default();
    match before.status {
        Status::Online if wedged => Some((
            Status::Degraded,
            (
                kind::WORKSPACE_DEGRADED,
                json!({"runtime_state": "wedged", "sample_error": sample}),
            ),
        )),
        Status::Online if rate >= 0.5 && !own_status => Some((
            Status::Degraded,
            (
                kind::WORKSPACE_DEGRADED,
                json!({"error_rate": rate, "sample_error": sample}),
            ),
        )),
        Status::Degraded if !wedged && rate < 0.1 && !own_status => {
            Some((Status::Online, (kind::WORKSPACE_ONLINE, json!({}))))
        }
        Status::Offline | Status::AwaitingAgent if before.current => {
            Some((Status::Online, (kind::WORKSPACE_ONLINE, json!({}))))
        }
        Status::Provisioning if before.current => Some((
            Status::Online,
            (
                kind::WORKSPACE_ONLINE,
                json!({"recovered_from": "provisioning"}),
            ),
        )),
        _ => None,
    }
}

type NewEventBody = (&'static str, Value);

impl Inner {
    async fn known(&self, id: &str) -> Result<Known, WorkspaceError> {
        // While a new container is awaited the row is read each time: its start changes it without an event.
        if let Some(known) = held(&self.known).get(id).filter(|known| known.current) {
            return Ok(known.clone());
        }
        let row = workspaces::get(self.store.read(), id)
            .await?
            .ok_or(WorkspaceError::NotFound("workspace not found"))?;
        if row.status == Status::Removed {
            return Err(WorkspaceError::removed(&row));
        }
        let known = Known::from(&row);
        held(&self.known).insert(id.to_owned(), known.clone());
        Ok(known)
    }

    /// Writes this workspace's folded fields together with what must not wait.
    async fn write_now(
        &self,
        id: &str,
        after: Option<(Status, NewEventBody)>,
        task: Option<Value>,
    ) -> Result<(), WorkspaceError> {
        let fields = held(&self.folded).remove(id);
        let id = id.to_owned();
        self.store
            .write(move |write: &mut Write| {
                Box::pin(async move {
                    if let Some(fields) = &fields {
                        workspaces::set_beats(
                            write.conn(),
                            &BTreeMap::from([(id.clone(), fields.clone())]),
                        )
                        .await?;
                    }
                    if let Some((status, (name, payload))) = after {
                        let Some(row) = workspaces::get(write.conn(), &id).await? else {
                            return Ok(());
                        };
                        // Somebody paused, removed or restarted it in between: their word stands.
                        let judged = Known::from(&row);
                        let allowed: &[Status] = match status {
                            Status::Degraded => &[Status::Online],
                            _ => &[
                                Status::Degraded,
                                Status::Offline,
                                Status::AwaitingAgent,
                                Status::Provisioning,
                            ],
                        };
                        let now = write.stamp();
                        if judged.current
                            && workspaces::set_status(
                                write.conn(),
                                &id,
                                allowed,
                                status,
                                kept_reason(&row),
                                &now,
                            )
                            .await?
                        {
                            write.event(NewEvent::about(&id, name, payload)).await?;
                        }
                    }
                    if let Some(payload) = task {
                        write
                            .event(NewEvent::about(&id, kind::TASK_UPDATED, payload))
                            .await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn flush(&self) -> Result<(), WorkspaceError> {
        let folded: BTreeMap<String, BeatFields> = held(&self.folded).drain().collect();
        if folded.is_empty() {
            return Ok(());
        }
        let again = folded.clone();
        let done: Result<(), WorkspaceError> = self
            .store
            .write(move |write: &mut Write| {
                Box::pin(async move { Ok(workspaces::set_beats(write.conn(), &folded).await?) })
            })
            .await;
        if done.is_err() {
            let mut waiting = held(&self.folded);
            for (id, older) in again {
                let newer = waiting.remove(&id);
                let slot = waiting.entry(id).or_insert(older);
                if let Some(newer) = newer {
                    slot.merge(newer);
                }
            }
        }
        done
    }
}

async fn flush_when_due(inner: Arc<Inner>) {
    loop {
        inner.due.notified().await;
        inner.clock.sleep(FLUSH).await;
        match inner.flush().await {
            Ok(()) => {}
            Err(WorkspaceError::Store(store::StoreError::Closed)) => return,
            Err(error) => {
                tracing::warn!(%error, "heartbeats could not be written; they are kept and tried again");
                inner.due.notify_one();
            }
        }
    }
}

async fn forget_what_changed(inner: Arc<Inner>) {
    let mut events = inner.store.events().subscribe();
    loop {
        match events.recv().await {
            Ok(event)
                if event.event.starts_with("WORKSPACE_")
                    && event.event != kind::WORKSPACE_HEARTBEAT =>
            {
                held(&inner.known).remove(&event.workspace_id);
            }
            Ok(_) => {}
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => held(&inner.known).clear(),
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
        }
    }
}
