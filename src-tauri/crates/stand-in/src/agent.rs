//! The agent's state, shared by everything that runs.

use crate::StartError;
use crate::beat::{Beat, Beats};
use crate::card;
use crate::folder::{Change, Folder};
use crate::platform::{Platform, PlatformError};
use crate::settings::Settings;
use crate::snapshot;
use crate::transcript::Transcript;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::Notify;

/// One running agent.
pub(crate) struct Agent {
    pub settings: Settings,
    pub platform: Platform,
    pub url: String,
    pub session_id: String,
    pub started: Instant,
    pub transcript: Mutex<Transcript>,
    pub health: Mutex<Health>,
    pub quiet: AtomicBool,
    folder: Mutex<Folder>,
    /// The card the platform has, once it took one; held while a newer one is sent, so that none overtakes another.
    registered: tokio::sync::Mutex<Option<Value>>,
    /// Files changed since the card was last made for the platform.
    card_is_stale: AtomicBool,
    tasks: Mutex<Tasks>,
    idle: Notify,
    beats: Beats,
}

/// What a heartbeat tells about success and failure.
#[derive(Default)]
pub(crate) struct Health {
    pub requests: u64,
    pub errors: u64,
    pub sample: String,
    /// Why the agent says it is wedged, if it does.
    pub wedged: Option<String>,
}

#[derive(Default)]
struct Tasks {
    next: u64,
    ended: u64,
    running: BTreeMap<u64, String>,
}

/// The result of looking at the files again.
pub(crate) struct Refreshed {
    pub change: Change,
    pub card_updated: bool,
    /// Why the platform did not take the new card; it is sent again at the next look.
    pub card_refused: Option<String>,
}

impl Agent {
    pub fn new(
        settings: Settings,
        folder: Folder,
        port: u16,
        beats: Beats,
    ) -> Result<Self, StartError> {
        let kept = snapshot::read(&settings);
        let wedged =
            (settings.mode == crate::command::Mode::Wedge).then(|| "told to be wedged".to_owned());
        Ok(Self {
            platform: Platform::new(&settings).map_err(StartError::Client)?,
            url: format!("http://{}:{port}", settings.host),
            session_id: kept.session_id,
            started: Instant::now(),
            transcript: Mutex::new(Transcript::starting_with(kept.lines)),
            health: Mutex::new(Health {
                wedged,
                ..Health::default()
            }),
            quiet: AtomicBool::new(settings.mode == crate::command::Mode::Quiet),
            folder: Mutex::new(folder),
            registered: tokio::sync::Mutex::new(None),
            card_is_stale: AtomicBool::new(false),
            tasks: Mutex::default(),
            idle: Notify::new(),
            beats,
            settings,
        })
    }

    /// The agent's folder, read again where it changed. Reads are small and local, so they happen in place.
    pub fn folder(&self) -> MutexGuard<'_, Folder> {
        self.look().0
    }

    fn look(&self) -> (MutexGuard<'_, Folder>, Change) {
        let mut folder = lock(&self.folder);
        let change = folder.refresh();
        log_change(&change);
        if !change.files.is_empty() {
            self.card_is_stale.store(true, Ordering::Relaxed);
        }
        (folder, change)
    }

    pub fn name(&self) -> String {
        card::name(&lock(&self.folder), self.settings.role.as_deref())
    }

    pub fn card(&self) -> Value {
        card::card(&self.folder(), self.settings.role.as_deref(), &self.url)
    }

    /// Registers with the present card.
    pub async fn register(&self) -> Result<(), PlatformError> {
        let mut registered = self.registered.lock().await;
        let card = self.card();
        self.platform.register(&self.url, &card).await?;
        *registered = Some(card);
        Ok(())
    }

    /// Looks at the files again and tells the platform when the card is another one now. Costs no model call, and next
    /// to nothing while no file changes: it runs twice a second in every agent.
    pub async fn refresh(&self) -> Refreshed {
        let change = self.look().1;
        let (mut card_updated, mut card_refused) = (false, None);
        if self.card_is_stale.load(Ordering::Relaxed) {
            let mut registered = self.registered.lock().await;
            // Before the first register there is nothing to update: that one will carry the newest card.
            if let Some(known) = registered.as_mut() {
                self.card_is_stale.store(false, Ordering::Relaxed);
                let card = self.card();
                if *known != card {
                    match self.platform.update_card(&card).await {
                        Ok(()) => {
                            *known = card;
                            card_updated = true;
                        }
                        Err(error) => {
                            self.card_is_stale.store(true, Ordering::Relaxed);
                            card_refused = Some(format!("the new card was not taken: {error}"));
                        }
                    }
                }
            }
        }
        Refreshed {
            change,
            card_updated,
            card_refused,
        }
    }

    /// Counts a request and whether it failed.
    pub fn count(&self, failure: Option<&str>) {
        let mut health = lock(&self.health);
        health.requests += 1;
        if let Some(text) = failure {
            health.errors += 1;
            health.sample = self.settings.scrub.text(text);
        }
    }

    /// Begins a task and pushes that to the platform; it ends when the answer is dropped.
    pub fn begin(self: &Arc<Self>, label: &str) -> Task {
        let id = {
            let mut tasks = lock(&self.tasks);
            tasks.next += 1;
            let id = tasks.next;
            tasks.running.insert(id, shorten(label));
            id
        };
        self.push();
        Task {
            agent: self.clone(),
            id,
        }
    }

    /// Number of running tasks and the label of the oldest one.
    pub fn running(&self) -> (i64, String) {
        let tasks = lock(&self.tasks);
        let label = tasks.running.values().next().cloned().unwrap_or_default();
        (
            i64::try_from(tasks.running.len()).unwrap_or(i64::MAX),
            label,
        )
    }

    pub fn tasks_begun_and_ended(&self) -> (u64, u64) {
        let tasks = lock(&self.tasks);
        (tasks.next, tasks.ended)
    }

    /// Returns once no task runs.
    pub async fn idle(&self) {
        loop {
            let changed = self.idle.notified();
            if self.running().0 == 0 {
                return;
            }
            changed.await;
        }
    }

    /// Asks for a full beat now, because the state it tells has changed.
    pub fn beat_now(&self) {
        self.beats.send(Beat::Full);
    }

    pub fn is_quiet(&self) -> bool {
        self.quiet.load(Ordering::Relaxed)
    }

    fn push(&self) {
        // Judged here and not when the queue is read: what happens in silence is never told, not even later.
        if self.is_quiet() {
            return;
        }
        let (active, label) = self.running();
        self.beats.send(Beat::Task { active, label });
    }
}

/// A running task; dropping it ends it, however the answer ended.
pub(crate) struct Task {
    agent: Arc<Agent>,
    id: u64,
}

impl Drop for Task {
    fn drop(&mut self) {
        {
            let mut tasks = lock(&self.agent.tasks);
            tasks.running.remove(&self.id);
            tasks.ended += 1;
        }
        self.agent.push();
        self.agent.idle.notify_waiters();
    }
}

/// Locks even after a panic elsewhere: the data are plain values that are never left half changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The first line, at most 80 characters: a label for a card on the canvas.
fn shorten(text: &str) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("message");
    match line.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

fn log_change(change: &Change) {
    if !change.files.is_empty() {
        println!("stand-in: read again: {}", change.files.join(", "));
    }
    for problem in &change.problems {
        eprintln!("stand-in: {problem}; the version before stays in force");
    }
}
