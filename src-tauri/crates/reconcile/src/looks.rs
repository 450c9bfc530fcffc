//! A look at a workspace: what its row says, what was observed, what follows from the two.

use crate::{
    decide::{Volumes, Work, decide},
    end,
    entry::{Entry, Facts},
    outcome::Outcome,
    rows::{Change, note},
    status::{Failure, Observed},
    supervisor::Supervisor,
};
use futures::FutureExt;
use std::{collections::HashSet, time::Duration};
use store::{StoreError, WorkspaceRow, rows::workspaces};
use wire::Status;

impl Supervisor {
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
            // It may have registered before a start that was cut off could write down where it is reached.
            let spoke = row.container_id.as_deref() == Some(seen.id.as_str())
                && row.running_generation == Some(row.generation)
                && row.status == Status::Provisioning
                && row.last_heartbeat_at.is_some();
            change.observed = Some(if spoke {
                Observed::Alive
            } else {
                Observed::Starting
            });
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
