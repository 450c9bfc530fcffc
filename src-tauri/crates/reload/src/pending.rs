//! What the watcher noticed and nobody has looked at yet. Bounded: too many paths become "look at everything".

use crate::{ReloadSettings, watch::Interest};
use clock::Clock;
use notify::{
    Event, EventKind,
    event::{AccessKind, AccessMode, ModifyKind},
};
use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Notify;

/// Paths kept one by one; more of them are cheaper to find by comparing everything.
const PATHS: usize = 10_000;

/// A burst of changes.
#[derive(Debug, Default)]
pub(crate) struct Burst {
    /// When the first came, by the awake clock.
    pub first: Option<Duration>,
    last: Duration,
    /// Changed paths.
    pub paths: BTreeSet<PathBuf>,
    /// Paths that came, went or were renamed: watches below them may be void.
    pub structural: BTreeSet<PathBuf>,
    /// Events were lost or were too many.
    pub everything: bool,
    /// The list of folders may have changed.
    pub sources: bool,
    /// What the watcher complained about.
    pub errors: Vec<notify::Error>,
}

/// The hand-over between the watcher's thread and the loop.
#[derive(Debug)]
pub(crate) struct Pending {
    burst: Mutex<Burst>,
    some: Notify,
    clock: Arc<dyn Clock>,
    interest: Arc<RwLock<Interest>>,
}

impl Pending {
    pub fn new(clock: Arc<dyn Clock>, interest: Arc<RwLock<Interest>>) -> Self {
        Self {
            burst: Mutex::default(),
            some: Notify::new(),
            clock,
            interest,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Burst> {
        self.burst.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, add: impl FnOnce(&mut Burst)) {
        let now = self.clock.awake();
        let mut burst = self.lock();
        add(&mut burst);
        burst.first.get_or_insert(now);
        burst.last = now;
        drop(burst);
        self.some.notify_one();
    }

    /// Takes one notice of the watcher; called on its thread.
    pub fn event(&self, event: Result<Event, notify::Error>) {
        let event = match event {
            Ok(event) => event,
            Err(error) => return self.note(|burst| burst.errors.push(error)),
        };
        if event.need_rescan() {
            return self.note(|burst| burst.everything = true);
        }
        let structural = match event.kind {
            // Opening and reading are no changes, and we read these files ourselves.
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
            EventKind::Access(_) => return,
            EventKind::Create(_)
            | EventKind::Remove(_)
            | EventKind::Modify(ModifyKind::Name(_)) => true,
            _ => false,
        };
        let interest = self.interest.read().unwrap_or_else(PoisonError::into_inner);
        let paths: Vec<PathBuf> = event
            .paths
            .into_iter()
            .filter(|path| interest.wants(path))
            .collect();
        drop(interest);
        if paths.is_empty() {
            return;
        }
        self.note(|burst| {
            for path in paths {
                if burst.paths.len() >= PATHS {
                    burst.everything = true;
                    burst.paths.clear();
                }
                if structural {
                    burst.structural.insert(path.clone());
                }
                burst.paths.insert(path);
            }
        });
    }

    /// Everything has to be compared.
    pub fn everything(&self) {
        self.note(|burst| burst.everything = true);
    }

    /// The list of folders may have changed.
    pub fn sources(&self) {
        self.note(|burst| burst.sources = true);
    }

    /// Waits until there is something.
    pub async fn some(&self) {
        while self.lock().first.is_none() {
            self.some.notified().await;
        }
    }

    /// Waits until the burst is over or long enough.
    pub async fn settle(&self, settings: &ReloadSettings) {
        loop {
            let (first, last) = {
                let burst = self.lock();
                (burst.first, burst.last)
            };
            let Some(first) = first else { return };
            let due = (last + settings.quiet).min(first + settings.at_most);
            let now = self.clock.awake();
            if now >= due {
                return;
            }
            self.clock.sleep(due - now).await;
        }
    }

    /// Takes the burst.
    pub fn take(&self) -> Burst {
        std::mem::take(&mut *self.lock())
    }
}
