//! The one loop that listens: to the event log, the engine, commands, ended jobs and the clock; it starts the jobs.

use crate::{
    connect::Pauses,
    jobs::Done,
    reconciler::Command,
    shared::{Pulse, Shared},
};
use containers::{EngineError, EngineEvent};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{broadcast, mpsc},
    task::{Id, JoinSet},
};
use wire::{Event, kind};

/// Events heard in one turn at most, so that commands and the clock have theirs.
const CROWD: usize = 256;

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
