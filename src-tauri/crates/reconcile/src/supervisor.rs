//! The one loop that listens: to the event log, the engine, commands, ended jobs and the clock; it starts the jobs.

use crate::{
    connect::{Connected, Pauses},
    decide::{Volumes, Work, decide},
    end,
    entry::{Entry, Facts},
    outcome::Outcome,
    reconciler::Command,
    rows::{Change, note},
    shared::{Link, Pulse, Shared},
    start::{ImageReady, fetch, start},
    status::{Failure, Observed},
};
use containers::{EngineError, EngineEvent};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use store::{StoreError, WorkspaceRow, rows::workspaces};
use tokio::{
    sync::{broadcast, mpsc},
    task::{Id, JoinError, JoinSet},
};
use wire::{Event, Status, kind};

/// Pause before a step other than a start is tried again.
const STEP_PAUSE: Duration = Duration::from_secs(10);

/// Events heard in one turn at most, so that commands and the clock have theirs.
const CROWD: usize = 256;

/// What an ended job reports.
pub(crate) enum Done {
    /// A job of a workspace; the epoch of the engine it worked with.
    Job {
        id: String,
        epoch: u64,
        outcome: Outcome,
    },
    /// A look for an engine.
    Engine(Result<Box<Connected>, EngineError>),
    /// An image.
    Image {
        runtime: String,
        epoch: u64,
        result: Result<ImageReady, Result<Failure, EngineError>>,
    },
    /// Something that nobody waits for.
    Other,
}

pub(crate) type EngineEvents = BoxStream<'static, Result<EngineEvent, EngineError>>;

pub(crate) struct Supervisor {
    pub(crate) shared: Arc<Shared>,
    pub(crate) jobs: JoinSet<Done>,
    /// Whose job a task is, for those that panic.
    pub(crate) owners: HashMap<Id, String>,
    pub(crate) events: Option<EngineEvents>,
    pub(crate) pauses: Pauses,
    pub(crate) looking: bool,
    /// Whether an engine was looked for at all; before that nobody is told that there is none.
    pub(crate) looked: bool,
    /// Whether an engine answered in this run already.
    pub(crate) connected_before: bool,
    pub(crate) next_look: Option<Duration>,
    /// Runtimes whose image is being fetched.
    pub(crate) fetching: HashSet<String>,
    /// When the next tick was due.
    pub(crate) due: Option<Duration>,
    /// Newest event of the log that was dealt with.
    seq: i64,
    /// Commands that were obeyed.
    commands: u64,
}

impl Supervisor {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            jobs: JoinSet::new(),
            owners: HashMap::new(),
            events: None,
            pauses: Pauses::default(),
            looking: false,
            looked: false,
            connected_before: false,
            next_look: None,
            fetching: HashSet::new(),
            due: None,
            seq: 0,
            commands: 0,
        }
    }

    pub async fn run(
        mut self,
        mut commands: mpsc::UnboundedReceiver<Command>,
        mut log: broadcast::Receiver<Arc<Event>>,
    ) {
        self.seq = self.shared.deps.store.events().last_seq();
        let watched = clock::watch(&self.shared.deps.clock, "reconciler", clock::ROUND);
        self.look_for_engine();
        self.look_at_all().await;
        loop {
            watched.tick();
            self.due = self.deadline().map(|due| due.max(self.shared.awake()));
            self.shared.pulse.send_replace(Pulse {
                seq: self.seq,
                commands: self.commands,
                idle: self.jobs.is_empty(),
                due: self.due,
            });
            let tick = tick(&self.shared, self.due);
            tokio::select! {
                                      command = commands.recv() => match command {
                                          None => return,
                                          Some(Command::Shutdown(agents, answer)) => {
                                              let report = self.shut_down(agents).await;
                                              let _ = answer.send(report);
                                              return;
                                          }
                                          Some(command) => {
            self.obey(command).await;
            self.commands += 1;
            }
                                      },
                                      event = log.recv() => if !self.hear_out(event, &mut log).await { return },
                                      Some(done) = self.jobs.join_next_with_id(), if !self.jobs.is_empty() => self.ended(done).await,
                                      event = next(&mut self.events) => match event {
                                          Some(Ok(event)) => self.happened(event).await,
                                          Some(Err(error)) => self.engine_lost(error).await,
                                          None => self.engine_lost(EngineError::Unavailable { endpoint: "its event stream".into(), source: None }).await,
                                      },
                                      () = watched.asked() => {}
                                      () = tick => self.tick().await,
                                  }
        }
    }

    /// An event, and those that came behind it: signs of life come in crowds, and when the next thing falls due is worked
    /// out once for all of them. False when the log ended.
    async fn hear_out(
        &mut self,
        first: Result<Arc<Event>, broadcast::error::RecvError>,
        log: &mut broadcast::Receiver<Arc<Event>>,
    ) -> bool {
        use broadcast::error::{RecvError, TryRecvError};
        let mut next = first;
        for turn in 1.. {
            match next {
                Ok(event) => {
                    self.heard(&event).await;
                    self.seq = event.seq.unwrap_or(self.seq);
                }
                Err(RecvError::Lagged(_)) => {
                    // Beats may be among what was missed.
                    self.begin_anew();
                    self.seq = self.shared.deps.store.events().last_seq();
                    self.look_at_all().await;
                }
                Err(RecvError::Closed) => return false,
            }
            if turn == CROWD {
                break;
            }
            next = match log.try_recv() {
                Ok(event) => Ok(event),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                Err(TryRecvError::Lagged(missed)) => Err(RecvError::Lagged(missed)),
            };
        }
        true
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Look(id) => self.look_at(&id).await,
            Command::LookAll => {
                self.shared.forget_waits();
                self.look_at_all().await;
            }
            Command::Find => {
                self.pauses.begin_anew();
                self.look_for_engine();
            }
            Command::Settings(settings) => {
                self.shared.put_in_force(*settings);
                self.look_at_all().await;
            }
            Command::Release(id, answer) => {
                let release = self.release(&id).await;
                let _ = answer.send(release);
            }
            // Handled by the loop, which ends with it.
            Command::Shutdown(..) => {}
        }
    }

    /// An event of the log.
    async fn heard(&mut self, event: &Event) {
        let id = event.workspace_id.as_str();
        let now = self.shared.awake();
        match event.event.as_str() {
            kind::WORKSPACE_HEARTBEAT | kind::TASK_UPDATED => {
                let tasks = event
                    .payload
                    .get("active_tasks")
                    .and_then(serde_json::Value::as_i64);
                self.shared.known_entry(id, |entry| {
                    entry.sign_at = now;
                    if let (Some(tasks), Some(facts)) = (tasks, entry.facts.as_mut()) {
                        if tasks > 0 || facts.active_tasks > 0 {
                            entry.active_at = now;
                        }
                        facts.active_tasks = tasks;
                    }
                });
            }
            kind::WORKSPACE_PROVISIONING
            | kind::WORKSPACE_ONLINE
            | kind::WORKSPACE_DEGRADED
            | kind::WORKSPACE_OFFLINE
            | kind::WORKSPACE_AWAITING_AGENT
            | kind::WORKSPACE_PROVISION_FAILED
            | kind::WORKSPACE_PAUSED
            | kind::WORKSPACE_HIBERNATED
            | kind::WORKSPACE_REMOVED
            | kind::WORKSPACE_EXPANDED
            | kind::WORKSPACE_COLLAPSED
            | kind::WORKSPACE_UPDATED
            | kind::WORKSPACE_MOVED => {
                if event.event == kind::WORKSPACE_ONLINE {
                    self.shared.known_entry(id, |entry| {
                        entry.sign_at = now;
                        entry.active_at = now;
                        entry.started_at = None;
                        entry.trouble = None;
                        entry.backoff.well(now);
                    });
                }
                self.look_at(id).await;
            }
            kind::SECRETS_CHANGED => {
                self.shared.forget_waits();
                self.look_at_all().await;
            }
            _ => {}
        }
    }

    /// Looks at one row.
    pub(crate) async fn look_at(&mut self, id: &str) {
        if id.is_empty() {
            return;
        }
        match workspaces::get(self.shared.deps.store.read(), id).await {
            Ok(row) => {
                self.look(id, row);
                self.pump().await;
            }
            Err(error) => self.unreadable(&error),
        }
    }

    /// Looks at every row, and at whatever the engine has of ours without a row.
    pub(crate) async fn look_at_all(&mut self) {
        let rows = match workspaces::list_all(self.shared.deps.store.read()).await {
            Ok(rows) => rows,
            Err(error) => return self.unreadable(&error),
        };
        let mut known: HashSet<String> = HashSet::with_capacity(rows.len());
        for row in rows {
            let id = row.id.clone();
            known.insert(id.clone());
            self.look(&id, Some(row));
        }
        let orphans: Vec<String> = {
            let state = self.shared.state();
            state
                .entries
                .keys()
                .filter(|id| !known.contains(*id))
                .cloned()
                .collect()
        };
        for id in orphans {
            self.look(&id, None);
        }
        self.pump().await;
    }

    fn unreadable(&self, error: &StoreError) {
        // The next event, or the next tick, looks again.
        tracing::error!(%error, "workspaces could not be read; the reconciler looks again at the next change");
    }

    /// Decides what one workspace needs and starts it.
    fn look(&mut self, id: &str, row: Option<WorkspaceRow>) {
        let now = self.shared.awake();
        let (work, link, shown) = {
            let mut state = self.shared.state();
            let tiers = state.settings.tiers;
            let link = state.link.clone();
            let volumes = Volumes {
                own: state.has_volumes(id),
                work: state.has_work_volume(id),
            };
            if row.is_none() && !state.entries.contains_key(id) && volumes == Volumes::default() {
                return;
            }
            let entry = state.entries.entry(id.to_owned()).or_insert_with(|| Entry {
                sign_at: now,
                active_at: now,
                ..Entry::default()
            });
            learn(entry, row.as_ref(), &tiers, now);
            if entry.busy {
                // It is looked at again when its job has ended.
                return;
            }
            let work = decide(row.as_ref(), entry, volumes, now);
            if !matches!(work, Work::Start) {
                entry.dequeue();
            }
            if row.is_none() && work == Work::Nothing {
                state.entries.remove(id);
                return;
            }
            let shown = row.as_ref().map(|row| (row.status, note(row)));
            (work, link, shown)
        };
        // A step that failed is not tried again before its pause is over.
        let paused = self
            .shared
            .entry(id, |entry| entry.retry_at.is_some_and(|at| at > now));
        if paused && work != Work::Start {
            return;
        }
        // Without an engine nothing is known of containers: rows keep what they are, and what waits is told.
        let work = match (work, &link) {
            (Work::Mock, _) | (Work::Nothing, _) | (Work::Wait(_), _) => work,
            (Work::Settle, None) if row.as_ref().is_some_and(|row| !row.has_container()) => {
                Work::Settle
            }
            (Work::Start, _) => work,
            (_, None) => Work::Nothing,
            (work, Some(_)) => work,
        };
        match work {
            Work::Nothing | Work::Wait(_) => {}
            Work::Start => self.enqueue(id),
            Work::Mock => self.write(id, Change::to(Observed::Alive)),
            Work::Adopt => self.adopt(id, row.as_ref(), shown),
            Work::Settle => self.job(id, 0, |shared, id| {
                async move { end::settle(&shared, &id).await }.boxed()
            }),
            Work::Stop | Work::Replace | Work::Retire | Work::Remove { .. } => {
                let Some(link) = link else { return };
                let epoch = link.epoch;
                self.job(id, epoch, move |shared, id| {
                    async move {
                        match work {
                            Work::Stop => end::stop(&shared, &link, &id).await,
                            Work::Replace => end::replace(&shared, &link, &id).await,
                            Work::Retire => end::retire(&shared, &link, &id).await,
                            Work::Remove { purge } => end::remove(&shared, &link, &id, purge).await,
                            _ => Outcome::Done,
                        }
                    }
                    .boxed()
                });
            }
        }
    }

    /// The row learns of a container that runs: after a start that was cut off, or of an earlier platform.
    fn adopt(
        &mut self,
        id: &str,
        row: Option<&WorkspaceRow>,
        shown: Option<(Status, Option<Failure>)>,
    ) {
        use store::rows::workspaces::Column;
        let Some(row) = row else { return };
        let seen = self.shared.entry(id, |entry| entry.seen.clone());
        let Some(seen) = seen else { return };
        let now = self.shared.deps.clock.now();
        let mut change = Change::columns(Vec::new())
            .of_generation(row.generation)
            .set(Column::ContainerId, seen.id.as_str())
            .set(Column::RunningGeneration, row.generation)
            .set(Column::Url, crate::start::address(id, seen.host_port));
        if matches!(shown, Some((Status::Provisioning | Status::Offline, _))) {
            change.observed = Some(Observed::Starting);
            change = change.from(&[Status::Provisioning, Status::Offline]).set(
                Column::ProvisioningStartedAt,
                wire::Timestamp(now).to_storage(),
            );
            let awake = self.shared.awake();
            self.shared.entry(id, |entry| {
                entry.started_at.get_or_insert(awake);
            });
        }
        self.write(id, change);
    }

    /// Writes down why one of the queue waits.
    pub(crate) fn tell(&mut self, id: &str, change: Change) {
        self.write(id, change);
        self.shared.entry(id, |entry| entry.telling = true);
    }

    /// A write as the job of a workspace.
    pub(crate) fn write(&mut self, id: &str, change: Change) {
        self.job(id, 0, move |shared, id| {
            async move {
                match shared.publish(&id, change).await {
                    Ok(_) => Outcome::Done,
                    Err(error) => error.into(),
                }
            }
            .boxed()
        });
    }

    /// Starts a job of a workspace that has none.
    pub(crate) fn job(
        &mut self,
        id: &str,
        epoch: u64,
        work: impl FnOnce(Arc<Shared>, String) -> BoxFuture<'static, Outcome>,
    ) {
        self.shared.entry(id, |entry| entry.busy = true);
        let work = work(self.shared.clone(), id.to_owned());
        let owner = id.to_owned();
        let task = self.jobs.spawn(async move {
            Done::Job {
                outcome: work.await,
                epoch,
                id: owner,
            }
        });
        self.owners.insert(task.id(), id.to_owned());
    }

    /// A job ended.
    async fn ended(&mut self, done: Result<(Id, Done), JoinError>) {
        let (id, epoch, outcome) = match done {
            Err(error) => {
                let Some(id) = self.owners.remove(&error.id()) else {
                    // A look for an engine or an image; both may be asked for again.
                    self.looking = false;
                    self.fetching.clear();
                    return;
                };
                // A defect of ours. It must not leave the workspace without anybody who cares for it.
                tracing::error!(workspace = id, %error, "a job ended unexpectedly");
                let failure = Failure::passing(
                    "internal",
                    "An internal error stopped this step; the log has the details.",
                );
                (id, 0, Outcome::Wait(failure))
            }
            Ok((task, done)) => {
                self.owners.remove(&task);
                match done {
                    Done::Job { id, epoch, outcome } => (id, epoch, outcome),
                    Done::Engine(result) => return self.engine_found(result).await,
                    Done::Image {
                        runtime,
                        epoch,
                        result,
                    } => return self.image_ready(runtime, epoch, result).await,
                    Done::Other => return,
                }
            }
        };
        self.shared.entry(&id, |entry| {
            entry.busy = false;
            entry.telling = false;
        });
        match outcome {
            Outcome::EngineLost(error) => {
                if self
                    .shared
                    .state()
                    .link
                    .as_ref()
                    .is_some_and(|link| link.epoch == epoch)
                {
                    self.engine_lost(error).await;
                }
            }
            Outcome::Wait(failure) | Outcome::Retry(failure) | Outcome::Failed(failure, _) => {
                // A start draws its own consequences; this is any other step.
                let later = self.shared.awake() + STEP_PAUSE;
                self.shared.entry(&id, |entry| {
                    entry.retry_at.get_or_insert(later);
                });
                tracing::warn!(
                    workspace = id,
                    why = failure.reason.text,
                    "a step is tried again later"
                );
            }
            Outcome::Done | Outcome::Superseded => {}
        }
        // What is may have changed; what should be may have too.
        self.look_at(&id).await;
    }

    /// The start job of an admitted workspace.
    pub(crate) fn begin(&mut self, id: &str, image: ImageReady, link: Link) {
        let epoch = link.epoch;
        self.job(id, epoch, move |shared, id| {
            async move {
                let generation = shared.entry(&id, |entry| entry.generation);
                let outcome = start(&shared, &link, &id, &image).await;
                match outcome {
                    Outcome::Done => {
                        shared.entry(&id, |entry| {
                            entry.retry_at = None;
                            entry.trouble = None;
                        });
                        Outcome::Done
                    }
                    Outcome::EngineLost(error) => Outcome::EngineLost(error),
                    outcome => {
                        shared.entry(&id, |entry| entry.reserved = 0);
                        shared.conclude(&id, generation, outcome, false, None).await;
                        Outcome::Done
                    }
                }
            }
            .boxed()
        });
    }

    /// Fetches the image of a runtime unless that is going on.
    pub(crate) fn fetch(&mut self, runtime: &str, told: &str, link: &Link) {
        if !self.fetching.insert(runtime.to_owned()) {
            return;
        }
        let (shared, link, runtime, told) = (
            self.shared.clone(),
            link.clone(),
            runtime.to_owned(),
            told.to_owned(),
        );
        self.jobs.spawn(async move {
            let result = fetch(&shared, &link.engine, &runtime, &told).await;
            crate::failpoints::reached("start.image").await;
            Done::Image {
                runtime,
                epoch: link.epoch,
                result,
            }
        });
    }
}

/// What the row says now.
fn learn(
    entry: &mut Entry,
    row: Option<&WorkspaceRow>,
    tiers: &containers::TierOverrides,
    now: Duration,
) {
    let before = std::mem::replace(&mut entry.facts, row.map(|row| Facts::of(row, tiers)));
    let Some(facts) = entry.facts.clone() else {
        return;
    };
    if before.is_some_and(|before| before.desired != facts.desired) {
        // Another wish does not wait for the pause of the one before.
        entry.retry_at = None;
    }
    if facts.generation != entry.generation {
        if entry.generation != 0 {
            // A person restarted it: what went wrong before does not count any more.
            entry.backoff.forget();
            entry.retry_at = None;
            entry.trouble = None;
        }
        entry.generation = facts.generation;
    }
    if facts.last_active_at != entry.active_mark {
        entry.active_mark = facts.last_active_at;
        entry.active_at = now;
    }
    if entry.seen.is_some() && entry.reserved == 0 {
        entry.reserved = facts.memory;
    }
    // A start that was under way when an earlier platform ended; without this it would be awaited for ever.
    let awaited = facts.status == Status::Provisioning
        && entry
            .seen
            .as_ref()
            .is_some_and(|seen| seen.runs() && seen.generation == Some(facts.generation));
    if awaited {
        entry.started_at.get_or_insert(now);
    }
}

async fn next(events: &mut Option<EngineEvents>) -> Option<Result<EngineEvent, EngineError>> {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}

/// Waits until a deadline; for ever without one.
fn tick(shared: &Arc<Shared>, due: Option<Duration>) -> BoxFuture<'static, ()> {
    let clock = shared.deps.clock.clone();
    async move {
        match due {
            Some(due) => clock.sleep(due.saturating_sub(clock.awake())).await,
            None => std::future::pending().await,
        }
    }
    .boxed()
}
