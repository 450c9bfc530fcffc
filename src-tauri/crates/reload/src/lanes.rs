//! One lane an owner: its changes are followed one after the other, those that come meanwhile are folded together, and a
//! slow or failing owner holds up nobody else.

use crate::{inside::Inside, org, workspace};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;

/// Who a change belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    Workspace(String),
    Org(String),
}

impl Owner {
    pub fn id(&self) -> &str {
        match self {
            Self::Workspace(id) | Self::Org(id) => id,
        }
    }
}

/// What to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    All,
    /// Files and folders, relative to the owner's folder.
    Paths(BTreeSet<String>),
}

/// Something to do in a lane.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    /// When the change was noticed, by the awake clock.
    pub first: Duration,
    pub scope: Scope,
    /// A person saved something: say what follows even if it is little.
    pub loud: bool,
    /// Believe only what the database says was delivered: the container may be another one.
    pub fresh: bool,
    /// How often this was tried already.
    pub tries: u32,
}

impl Work {
    fn merge(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.loud |= other.loud;
        self.fresh |= other.fresh;
        self.tries = self.tries.min(other.tries);
        self.scope = match (std::mem::replace(&mut self.scope, Scope::All), other.scope) {
            (Scope::Paths(mut mine), Scope::Paths(theirs)) => {
                mine.extend(theirs);
                Scope::Paths(mine)
            }
            _ => Scope::All,
        };
    }
}

/// Waiting work by owner; an entry exists while its lane runs.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    lanes: Mutex<HashMap<Owner, Option<Work>>>,
    ended: Notify,
}

impl Lanes {
    fn add(&self, owner: &Owner, work: Work) -> bool {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        match lanes.get_mut(owner) {
            Some(Some(waiting)) => {
                waiting.merge(work);
                false
            }
            Some(empty) => {
                *empty = Some(work);
                false
            }
            None => {
                lanes.insert(owner.clone(), Some(work));
                true
            }
        }
    }

    fn next(&self, owner: &Owner) -> Option<Work> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let work = lanes.get_mut(owner).and_then(Option::take);
        if work.is_none() {
            lanes.remove(owner);
            self.ended.notify_waiters();
        }
        work
    }

    /// Waits until no lane runs.
    pub async fn idle(&self) {
        loop {
            let ended = self.ended.notified();
            tokio::pin!(ended);
            // Registered before looking, so that an end in between is not missed.
            ended.as_mut().enable();
            if self
                .lanes
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_empty()
            {
                return;
            }
            ended.await;
        }
    }
}

/// Puts work into a lane and runs the lane if it does not run yet.
pub(crate) fn push(inside: &Arc<Inside>, owner: Owner, work: Work) {
    // What is dropped while paused is found again when everything is compared at the end of the pause.
    if inside.is_paused() || inside.stop.is_cancelled() || !inside.lanes.add(&owner, work) {
        return;
    }
    let inside = Arc::clone(inside);
    inside.tasks.clone().spawn(async move {
        while let Some(work) = inside.lanes.next(&owner) {
            if inside.stop.is_cancelled() {
                continue;
            }
            let Ok(_turn) = inside.turns.acquire().await else {
                continue;
            };
            let done = match &owner {
                Owner::Workspace(id) => workspace::follow(&inside, id, &work).await,
                Owner::Org(id) => org::follow(&inside, id, &work).await,
            };
            if let Err(error) = done {
                tracing::warn!(owner = owner.id(), %error, "a change could not be followed");
                again(&inside, &owner, work);
            }
        }
    });
}

/// Tries again after a pause that doubles; gives up after a few tries. Says whether it will be tried.
pub(crate) fn again(inside: &Arc<Inside>, owner: &Owner, mut work: Work) -> bool {
    if work.tries >= inside.settings.retries {
        return false;
    }
    let pause = inside
        .settings
        .retry
        .saturating_mul(1 << work.tries.min(16));
    work.tries += 1;
    later(inside, owner.clone(), work, pause);
    true
}

/// Puts work into a lane after a pause.
pub(crate) fn later(inside: &Arc<Inside>, owner: Owner, work: Work, pause: Duration) {
    let inside = Arc::clone(inside);
    inside.tasks.clone().spawn(async move {
        tokio::select! {
            () = inside.stop.cancelled() => {}
            () = inside.clock.sleep(pause) => push(&inside, owner, work),
        }
    });
}
