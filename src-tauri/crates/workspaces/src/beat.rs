//! Heartbeats (contract 01 section 4.2, corrections of section 7): folded in memory, flushed within 250 ms; a beat that
//! changes the status or the task is written at once.
//!
//! Thousands of beats a second cost no read and no write: what a beat is compared with is remembered until the event log
//! says that the row changed.

use crate::{
    Capabilities, WorkspaceError,
    judge::{Known, Turn, judge},
    pulse::{Pulse, Sign},
    registry::kept_reason,
};
use clock::Clock;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::{
    NewEvent, Store, StoreError, Write,
    rows::workspaces::{self, BeatFields},
};
use tokio::sync::{Notify, broadcast::error::RecvError};
use wire::{Heartbeat, Status, Timestamp, kind};

/// Longest time a beat stays in memory only.
const FLUSH: Duration = Duration::from_millis(250);
/// Most US cents a month a beat may report.
const MOST_SPEND: i64 = 1_000_000_000_000;
/// Characters of a task's label.
const LONGEST_TASK: usize = 1_000;
/// Characters of an error text.
const LONGEST_ERROR: usize = 8_192;

/// Takes heartbeats. Clones share the memory.
#[derive(Debug, Clone)]
pub struct Beats {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    agents: Mutex<HashMap<String, Agent>>,
    due: Notify,
    pulse: Arc<Pulse>,
}

/// One workspace's memory between beats.
#[derive(Debug, Default)]
struct Agent {
    /// Status and task as last read or written; forgotten when the log says the row changed.
    known: Option<Known>,
    /// How often it was forgotten: a row that was read before that is not remembered.
    forgotten: u64,
    folded: Option<BeatFields>,
    capabilities: Capabilities,
}

impl Agent {
    fn forget(&mut self) {
        self.known = None;
        self.forgotten += 1;
    }

    fn fold(&mut self, newer: BeatFields) {
        match &mut self.folded {
            Some(fields) => fields.merge(newer),
            None => self.folded = Some(newer),
        }
    }
}

/// A row read because nothing was remembered.
struct Read {
    known: Known,
    forgotten: u64,
}

/// What a beat comes to.
struct Taken {
    active_tasks: i64,
    uptime: i64,
    turn: Option<Turn>,
    /// Payload of `TASK_UPDATED`, when the task's text changed.
    task: Option<Value>,
    /// What is written at once.
    now: Option<BeatFields>,
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Beats {
    /// Starts taking beats; three small tasks live as long as the store: one flushes, one tells, one forgets what the log
    /// changed.
    pub fn start(store: Store, clock: Arc<dyn Clock>) -> Self {
        let pulse = Arc::new(Pulse::new(store.events().clone()));
        tokio::spawn(pulse.clone().run(clock.clone()));
        let inner = Arc::new(Inner {
            store,
            clock,
            agents: Mutex::default(),
            due: Notify::new(),
            pulse,
        });
        tokio::spawn(flush_when_due(inner.clone()));
        tokio::spawn(forget_what_changed(inner.clone()));
        Self { inner }
    }

    /// What this runtime said it handles itself.
    pub fn capabilities(&self, id: &str) -> Capabilities {
        held(&self.inner.agents)
            .get(id)
            .map(|agent| agent.capabilities.clone())
            .unwrap_or_default()
    }

    /// Takes one beat. Absent fields mean "unchanged"; a beat with uptime 0 and no state only pushes the task. Figures out
    /// of range count as the nearest one in range, texts are cut.
    ///
    /// # Errors
    /// 404 for an unknown id, 410 for a removed one.
    pub async fn beat(&self, mut beat: Heartbeat) -> Result<(), WorkspaceError> {
        tidy(&mut beat);
        let inner = &self.inner;
        let now = Timestamp(inner.clock.now());
        let taken = loop {
            let read = if inner.is_known(&beat.workspace_id) {
                None
            } else {
                Some(inner.read(&beat.workspace_id).await?)
            };
            // Forgotten at this very moment: read it again.
            if let Some(taken) = inner.take(&beat, read, now) {
                break taken;
            }
        };
        let id = beat.workspace_id;
        match taken.now {
            Some(fields) => {
                let done = inner
                    .write(&id, fields.clone(), taken.turn, taken.task)
                    .await;
                if done.is_err() {
                    // What was remembered did not happen; what was said is kept for the next flush.
                    let mut agents = held(&inner.agents);
                    let agent = agents.entry(id.clone()).or_default();
                    agent.forget();
                    let newer = agent.folded.replace(fields);
                    if let Some(newer) = newer {
                        agent.fold(newer);
                    }
                    drop(agents);
                    inner.due.notify_one();
                }
                done?;
            }
            None => inner.due.notify_one(),
        }
        let sign = Sign {
            at: now,
            active_tasks: taken.active_tasks,
            uptime: taken.uptime,
        };
        inner.pulse.tell(&id, sign);
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

/// Everything from outside is within its bounds afterwards.
fn tidy(beat: &mut Heartbeat) {
    beat.error_rate = beat
        .error_rate
        .filter(|rate| rate.is_finite())
        .map(|rate| rate.clamp(0.0, 1.0));
    beat.active_tasks = beat.active_tasks.map(|tasks| tasks.max(0));
    beat.uptime_seconds = beat.uptime_seconds.map(|seconds| seconds.max(0));
    beat.monthly_spend = beat
        .monthly_spend
        .filter(|cents| *cents > 0)
        .map(|cents| cents.min(MOST_SPEND));
    for (text, most) in [
        (&mut beat.current_task, LONGEST_TASK),
        (&mut beat.sample_error, LONGEST_ERROR),
    ] {
        if let Some(text) = text
            && let Some((cut, _)) = text.char_indices().nth(most)
        {
            text.truncate(cut);
            text.push_str("...");
        }
    }
}

fn is_push(beat: &Heartbeat) -> bool {
    beat.uptime_seconds == Some(0) && beat.runtime_state.is_none()
}

fn fields(beat: &Heartbeat, push: bool, at: Timestamp) -> BeatFields {
    let works = beat.active_tasks.is_some_and(|tasks| tasks > 0);
    BeatFields {
        at,
        error_rate: beat.error_rate.filter(|_| !push),
        sample_error: beat.sample_error.clone().filter(|_| !push),
        active_tasks: beat.active_tasks,
        current_task: beat.current_task.clone(),
        uptime_seconds: beat.uptime_seconds.filter(|_| !push),
        monthly_spend: beat.monthly_spend.filter(|_| !push),
        // Idleness counts from the last work: while a task runs, and at the moment one is said to have ended.
        active: works || (push && beat.active_tasks.is_some()),
    }
}

impl Inner {
    /// While a new container is awaited the row is read each time: its start changes it without an event.
    fn is_known(&self, id: &str) -> bool {
        held(&self.agents)
            .get(id)
            .and_then(|agent| agent.known.as_ref())
            .is_some_and(|known| known.current)
    }

    async fn read(&self, id: &str) -> Result<Read, WorkspaceError> {
        let forgotten = held(&self.agents)
            .get(id)
            .map_or(0, |agent| agent.forgotten);
        let row = workspaces::get(self.store.read(), id)
            .await?
            .ok_or(WorkspaceError::NotFound("workspace not found"))?;
        if row.status == Status::Removed {
            return Err(WorkspaceError::removed(&row));
        }
        Ok(Read {
            known: Known::from(&row),
            forgotten,
        })
    }

    /// Folds a beat over what is remembered and says what must be written at once. `None` when nothing is remembered.
    fn take(&self, beat: &Heartbeat, read: Option<Read>, now: Timestamp) -> Option<Taken> {
        let mut agents = held(&self.agents);
        if !agents.contains_key(&beat.workspace_id) {
            agents.insert(beat.workspace_id.clone(), Agent::default());
        }
        let agent = agents.get_mut(&beat.workspace_id)?;
        let mut known = match read {
            Some(read) if read.forgotten == agent.forgotten => read.known,
            Some(_) => return None,
            None => agent.known.take()?,
        };
        if let Some(metadata) = &beat.runtime_metadata {
            // Stored before the status is judged, so that a declaration counts for its own beat (contract 04 D38).
            agent.capabilities = metadata.as_ref().map(Capabilities::of).unwrap_or_default();
        }
        let push = is_push(beat);
        let turn = if push {
            None
        } else {
            judge(beat, &known, agent.capabilities.has("status_mgmt"))
        };
        let fields = fields(beat, push, now);
        known.active_tasks = fields.active_tasks.unwrap_or(known.active_tasks);
        known.error_rate = fields.error_rate.unwrap_or(known.error_rate);
        known.uptime = fields.uptime_seconds.unwrap_or(known.uptime);
        if let Some(turn) = &turn {
            known.status = turn.status;
        }
        let task = fields
            .current_task
            .as_ref()
            .filter(|task| **task != known.task)
            .cloned();
        let told = task.map(|task| {
            let payload = json!({"active_tasks": known.active_tasks, "current_task": task});
            known.task = task;
            payload
        });
        agent.fold(fields);
        let at_once = turn.is_some() || told.is_some();
        let taken = Taken {
            active_tasks: known.active_tasks,
            uptime: known.uptime,
            turn,
            task: told,
            now: if at_once { agent.folded.take() } else { None },
        };
        agent.known = Some(known);
        Some(taken)
    }

    /// Writes what must not wait, with everything the workspace said before.
    async fn write(
        &self,
        id: &str,
        fields: BeatFields,
        turn: Option<Turn>,
        task: Option<Value>,
    ) -> Result<(), WorkspaceError> {
        let id = id.to_owned();
        self.store
            .write(move |write: &mut Write| {
                Box::pin(async move {
                    let beats = BTreeMap::from([(id.clone(), fields)]);
                    workspaces::set_beats(write.conn(), &beats).await?;
                    if let Some(turn) = turn {
                        make(write, &id, turn).await?;
                    }
                    if let Some(payload) = task {
                        let event = NewEvent::about(&id, kind::TASK_UPDATED, payload);
                        write.event(event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn flush(&self) -> Result<(), WorkspaceError> {
        let folded: BTreeMap<String, BeatFields> = held(&self.agents)
            .iter_mut()
            .filter_map(|(id, agent)| Some((id.clone(), agent.folded.take()?)))
            .collect();
        if folded.is_empty() {
            return Ok(());
        }
        let batch = folded.clone();
        let done: Result<(), WorkspaceError> = self
            .store
            .write(move |write| {
                Box::pin(async move { Ok(workspaces::set_beats(write.conn(), &batch).await?) })
            })
            .await;
        if done.is_err() {
            let mut agents = held(&self.agents);
            for (id, older) in folded {
                // A workspace that was removed meanwhile needs none of it.
                if let Some(agent) = agents.get_mut(&id) {
                    let newer = agent.folded.replace(older);
                    if let Some(newer) = newer {
                        agent.fold(newer);
                    }
                }
            }
        }
        done
    }
}

/// Somebody may have paused, removed or restarted the workspace in between: their word stands.
async fn make(write: &mut Write, id: &str, turn: Turn) -> Result<(), StoreError> {
    let Some(row) = workspaces::get(write.conn(), id).await? else {
        return Ok(());
    };
    if !Known::from(&row).current {
        return Ok(());
    }
    let now = write.stamp();
    let reason = kept_reason(&row);
    if workspaces::set_status(write.conn(), id, turn.from(), turn.status, reason, &now).await? {
        let event = NewEvent::about(id, turn.event, turn.payload);
        write.event(event).await?;
    }
    Ok(())
}

async fn flush_when_due(inner: Arc<Inner>) {
    let watched = clock::watch(&inner.clock, "heartbeat-flush", clock::ROUND);
    loop {
        watched.waits(inner.due.notified()).await;
        inner.clock.sleep(FLUSH).await;
        match inner.flush().await {
            Ok(()) => {}
            Err(WorkspaceError::Store(StoreError::Closed)) => return,
            Err(error) => {
                tracing::warn!(%error, "heartbeats could not be written; they are kept and tried again");
                inner.due.notify_one();
            }
        }
    }
}

async fn forget_what_changed(inner: Arc<Inner>) {
    let mut events = inner.store.events().subscribe_kept();
    let watched = clock::watch(&inner.clock, "heartbeat-cache", clock::ROUND);
    loop {
        match watched.waits(events.recv()).await {
            Ok(event) if event.event == kind::WORKSPACE_REMOVED => {
                if let Some(agent) = held(&inner.agents).get_mut(&event.workspace_id) {
                    agent.forget();
                    agent.folded = None;
                    agent.capabilities = Capabilities::default();
                }
            }
            Ok(event) if event.event.starts_with("WORKSPACE_") => {
                if let Some(agent) = held(&inner.agents).get_mut(&event.workspace_id) {
                    agent.forget();
                }
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => held(&inner.agents).values_mut().for_each(Agent::forget),
            Err(RecvError::Closed) => return,
        }
    }
}
