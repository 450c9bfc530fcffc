//! Back-pressure: how many runs of schedules are under way at a time (contract 02 section 10.3).

use crate::{Messaging, messaging::lock};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Runs that agents work on at the same time, in the whole platform.
const MOST_AT_ONCE: usize = 10;

/// A place among them; free again when dropped.
pub(crate) type Place = OwnedSemaphorePermit;

/// What the scheduler remembers between two looks at the database.
#[derive(Debug)]
pub(crate) struct ScheduledState {
    places: Arc<Semaphore>,
    /// Targets whose next message is of a schedule and found no place.
    held: Mutex<HashSet<String>>,
}

impl Default for ScheduledState {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            held: Mutex::default(),
        }
    }
}

impl ScheduledState {
    /// A place, if one is free.
    pub fn place(&self) -> Option<Place> {
        self.places.clone().try_acquire_owned().ok()
    }

    /// Remembers a target for when a place becomes free. False when one is free already: look again.
    pub fn hold(&self, target: &str) -> bool {
        lock(&self.held).insert(target.to_owned());
        if self.places.available_permits() == 0 {
            return true;
        }
        lock(&self.held).remove(target);
        false
    }
}

impl Messaging {
    /// A place that was taken for a look, and not needed. Whoever found none meanwhile looks again: nothing else would
    /// tell it.
    pub(crate) fn leave_place(&self, place: Option<Place>) {
        if place.is_some() {
            drop(place);
            self.let_held_go();
        }
    }

    /// A place is free: whoever waited for one looks again.
    pub(crate) fn let_held_go(&self) {
        let held = std::mem::take(&mut *lock(&self.inner.scheduled.held));
        for target in held {
            self.pump_later(&target, false);
        }
    }
}
