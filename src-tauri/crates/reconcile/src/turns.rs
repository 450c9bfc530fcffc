//! Restarts that a change of secrets asked for: they wait until the changes come to rest, a few run at a time, idle agents
//! come first and busy ones after their task (contract 03 nos. 48 and 49, contract 04 D43).
//!
//! What is due is a table, written with the change that asked; this only decides when. A start forgets what was due,
//! because it reads the secrets anew, so neither a kill nor a restart by hand leaves one too many or one too few.

use crate::shared::Shared;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};
use store::{StoreError, rows::restarts};
use tokio::sync::broadcast::{self, error::RecvError};
use wire::{Event, kind};

/// Changes that follow each other this closely cost one restart.
const REST: Duration = Duration::from_secs(2);
/// A restart does not wait longer than this for changes to come to rest.
const LONGEST_REST: Duration = Duration::from_secs(20);
/// A busy agent is waited for this long.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// Restarts that are under way at a time.
const AT_ONCE: usize = 3;
/// One that has neither come up nor failed by then does not keep others waiting.
const SETTLE: Duration = Duration::from_secs(5 * 60);

/// One that waits for its turn; times are awake time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Waiting {
    first: Duration,
    last: Duration,
    tasks: i64,
    /// It has a container, or failed: there is something to restart.
    ripe: bool,
}

impl Waiting {
    /// When its turn comes, if there is room.
    fn ready(&self) -> Duration {
        let rest = (self.last + REST).min(self.first + LONGEST_REST);
        if self.tasks > 0 {
            rest.max(self.first + PATIENCE)
        } else {
            rest
        }
    }
}

/// One whose restart began: the number of the event that told it, and when.
#[derive(Debug, Clone, Copy)]
struct UnderWay {
    seq: i64,
    since: Duration,
}

pub(crate) struct Turns {
    shared: Arc<Shared>,
    waiting: BTreeMap<String, Waiting>,
    under_way: HashMap<String, UnderWay>,
    /// Something happened to what is due since it was read.
    stale: bool,
}

impl Turns {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            waiting: BTreeMap::new(),
            under_way: HashMap::new(),
            stale: true,
        }
    }

    pub async fn run(mut self, mut log: broadcast::Receiver<Arc<Event>>) {
        let watched = clock::watch(&self.shared.deps.clock, "restart-turns", clock::ROUND);
        loop {
            watched.tick();
            self.take_turns().await;
            let clock = self.shared.deps.clock.clone();
            let due = self.deadline();
            let tick = async move {
                match due {
                    Some(due) => clock.sleep(due.saturating_sub(clock.awake())).await,
                    None => std::future::pending().await,
                }
            };
            // While nobody waits, thousands of signs of life must not bring about a round each.
            let idle = self.waiting.is_empty() && self.under_way.is_empty() && !self.stale;
            tokio::select! {
                event = next(&mut log, idle) => match event {
                    Ok(event) => self.heard(&event),
                    // Ends may be among what was missed; those under way make room for the next.
                    Err(RecvError::Lagged(_)) => {
                        self.under_way.clear();
                        self.stale = true;
                    }
                    Err(RecvError::Closed) => return,
                },
                () = watched.asked() => {}
                () = tick => self.stale = true,
            }
        }
    }

    fn heard(&mut self, event: &Event) {
        let now = self.shared.awake();
        let id = event.workspace_id.as_str();
        self.stale |= self.waiting.contains_key(id) && event.event.starts_with("WORKSPACE_");
        match event.event.as_str() {
            kind::SECRETS_CHANGED => {
                self.stale = true;
                let asked = event.payload.get("restarts").and_then(|ids| ids.as_array());
                for id in asked.into_iter().flatten().filter_map(|id| id.as_str()) {
                    if let Some(waiting) = self.waiting.get_mut(id) {
                        waiting.last = now;
                    }
                }
            }
            kind::WORKSPACE_ONLINE
            | kind::WORKSPACE_DEGRADED
            | kind::WORKSPACE_PROVISION_FAILED
            | kind::WORKSPACE_PAUSED
            | kind::WORKSPACE_HIBERNATED
            | kind::WORKSPACE_REMOVED => {
                let over = self
                    .under_way
                    .get(id)
                    .is_some_and(|begun| event.seq.is_some_and(|seq| seq > begun.seq));
                if over {
                    self.under_way.remove(id);
                }
            }
            _ => {}
        }
        let tasks = event.payload.get("active_tasks").and_then(|n| n.as_i64());
        if let (Some(tasks), Some(waiting)) = (tasks, self.waiting.get_mut(id)) {
            waiting.tasks = tasks;
        }
    }

    /// Begins every restart whose turn it is.
    async fn take_turns(&mut self) {
        let now = self.shared.awake();
        self.under_way.retain(|_, begun| begun.since + SETTLE > now);
        if self.stale {
            if let Err(error) = self.look(now).await {
                tracing::warn!(%error, "due restarts could not be read; they are looked at again at the next change");
                return;
            }
            self.stale = false;
        }
        // Without an engine nothing could be restarted, and agents that run are better than none.
        while self.shared.link().is_some() && self.under_way.len() < AT_ONCE {
            let next = self
                .waiting
                .iter()
                .filter(|(id, one)| {
                    one.ripe && one.ready() <= now && !self.under_way.contains_key(*id)
                })
                .min_by_key(|(id, one)| (one.tasks > 0, one.first, (*id).clone()));
            let Some(id) = next.map(|(id, _)| id.clone()) else {
                return;
            };
            match workspaces::restart_due(&self.shared.deps.store, &id).await {
                Ok(Some(seq)) => {
                    tracing::info!(workspace = id, "it restarts to see its new secrets");
                    self.waiting.remove(&id);
                    self.under_way.insert(id, UnderWay { seq, since: now });
                }
                Ok(None) => drop(self.waiting.remove(&id)),
                Err(error) => {
                    tracing::warn!(workspace = id, %error, "a due restart could not be begun; it is tried again");
                    if let Some(waiting) = self.waiting.get_mut(&id) {
                        (waiting.first, waiting.last) = (now, now);
                    }
                }
            }
        }
    }

    /// What is due now; those that are known keep their times.
    async fn look(&mut self, now: Duration) -> Result<(), StoreError> {
        let due = restarts::due(self.shared.deps.store.read()).await?;
        let before = std::mem::take(&mut self.waiting);
        for one in due {
            let ripe = one.has_container || one.failed;
            let known = before.get(&one.workspace_id).copied();
            let waiting = known.unwrap_or(Waiting {
                first: now,
                last: now,
                tasks: one.active_tasks,
                ripe,
            });
            self.waiting
                .insert(one.workspace_id, Waiting { ripe, ..waiting });
        }
        Ok(())
    }

    /// When something changes by itself.
    fn deadline(&self) -> Option<Duration> {
        let now = self.shared.awake();
        let room = self.under_way.len() < AT_ONCE && self.shared.link().is_some();
        let turns = self
            .waiting
            .iter()
            .filter(|(id, one)| room && one.ripe && !self.under_way.contains_key(*id))
            .map(|(_, one)| one.ready());
        let settles = self
            .under_way
            .values()
            .filter(|_| !self.waiting.is_empty())
            .map(|begun| begun.since + SETTLE);
        turns.chain(settles).filter(|due| *due > now).min()
    }
}

/// A start reads the secrets anew, so what was due for it is done by that.
pub(crate) async fn forget(shared: &Shared, id: &str) -> Result<(), StoreError> {
    if !restarts::is_due(shared.deps.store.read(), id).await? {
        return Ok(());
    }
    let id = id.to_owned();
    shared
        .deps
        .store
        .write(move |write| {
            Box::pin(async move { restarts::forget(write.conn(), &id).await.map(drop) })
        })
        .await
}

/// The next event that may matter; with nobody in line that is only one that puts somebody there.
async fn next(
    log: &mut broadcast::Receiver<Arc<Event>>,
    idle: bool,
) -> Result<Arc<Event>, RecvError> {
    loop {
        let event = log.recv().await?;
        if !idle || event.event == kind::SECRETS_CHANGED {
            return Ok(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(first: u64, last: u64, tasks: i64) -> u64 {
        Waiting {
            first: Duration::from_secs(first),
            last: Duration::from_secs(last),
            tasks,
            ripe: true,
        }
        .ready()
        .as_secs()
    }

    #[test]
    fn changes_come_to_rest_but_not_for_ever() {
        assert_eq!(waiting(10, 10, 0), 12);
        assert_eq!(waiting(10, 15, 0), 17, "each change begins the pause anew");
        assert_eq!(
            waiting(10, 100, 0),
            30,
            "but somebody who never stops saving does not hold it up"
        );
        assert_eq!(waiting(10, 10, 1), 1810, "a task is waited for");
    }
}
