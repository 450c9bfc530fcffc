//! What the engine tells, put into what is known.

use crate::{
    connect::Connected,
    entry::{Entry, Seen},
    shared::{Link, Shared, State},
};
use containers::{ContainerState, EngineEvent, EventKind, names};
use wire::{Desired, Status};

impl State {
    /// Whether the engine has the work volume of a workspace.
    pub fn has_work_volume(&self, id: &str) -> bool {
        self.volumes.contains(&names::work_volume(id))
    }
}

impl Entry {
    /// It is being started, or its place among the starts is taken.
    pub fn starting(&self) -> bool {
        self.reserved > 0
            && self.queued.is_none()
            && self
                .seen
                .as_ref()
                .is_none_or(|seen| seen.state == ContainerState::Created)
    }

    /// It has something to do with a container, so that an engine has to be looked for.
    pub fn waits_for_engine(&self) -> bool {
        let wanted = self.facts.as_ref().is_some_and(|facts| {
            facts.has_container
                && match facts.desired {
                    Desired::Running => facts.status != Status::Failed,
                    Desired::Stopped => facts.status == Status::Hibernating,
                    Desired::Absent => false,
                }
        });
        wanted || self.seen.is_some()
    }
}

impl Shared {
    /// A new connection: what was known of containers and volumes is replaced by what is there.
    pub fn connected(&self, connected: &Connected) {
        let now = self.awake();
        let mut state = self.state();
        state.epoch += 1;
        let epoch = state.epoch;
        state.link = Some(Link {
            engine: connected.engine.clone(),
            info: connected.info.clone(),
            budget: containers::budget::budget_of(&connected.info, None).available,
            epoch,
        });
        state.network = None;
        state.relay = None;
        state.images.clear();
        state.helper = None;
        state.volumes = connected
            .volumes
            .iter()
            .map(|volume| volume.name.clone())
            .collect();
        for entry in state.entries.values_mut() {
            entry.seen = None;
            entry.reserved = 0;
            entry.condemned = None;
            entry.lost_touch = false;
            // What was told about the engine is over.
            entry.trouble = None;
            entry.told = None;
        }
        let fresh = || Entry {
            sign_at: now,
            active_at: now,
            ..Entry::default()
        };
        for container in &connected.containers {
            // Without a workspace it is a helper of somebody else in this house.
            if let Some(id) = &container.workspace_id {
                let entry = state.entries.entry(id.clone()).or_insert_with(fresh);
                let seen = Seen::of(container);
                // Names are unique, but a leftover may carry the same workspace under another name: the running one counts.
                if entry.seen.as_ref().is_none_or(|known| !known.runs()) {
                    entry.seen = Some(seen);
                }
            }
        }
        for volume in &connected.volumes {
            if let Some(id) = &volume.workspace_id {
                state.entries.entry(id.clone()).or_insert_with(fresh);
            }
        }
    }

    /// Notes which running containers were told another address than the platform listens on now (D12).
    pub fn compare_addresses(&self, address: &str) {
        for (id, entry) in &mut self.state().entries {
            let told = entry
                .seen
                .as_ref()
                .and_then(|seen| seen.told_address.as_deref());
            entry.lost_touch = told.is_some_and(|told| told != address);
            if entry.lost_touch {
                tracing::info!(
                    workspace = id,
                    told,
                    address,
                    "its container knows an address of an earlier run; it is made anew when it is idle"
                );
            }
        }
    }

    /// One event; gives the workspace that should be looked at. Events of containers that are not the current one of
    /// their workspace are old news.
    pub fn noted(&self, event: &EngineEvent) -> Option<String> {
        let id = event.workspace_id.clone()?;
        let mut state = self.state();
        let entry = state.entries.get_mut(&id)?;
        let seen = entry
            .seen
            .as_mut()
            .filter(|seen| seen.id == event.container_id)?;
        match &event.event {
            EventKind::Start => {
                seen.state = ContainerState::Running;
                return None;
            }
            EventKind::Die { exit_code } => {
                seen.state = ContainerState::Exited;
                seen.exit_code = *exit_code;
                seen.host_port = None;
            }
            EventKind::OutOfMemory => {
                seen.out_of_memory = true;
                return None;
            }
            EventKind::Destroy => entry.seen = None,
            // Told by the agent's own beats; the image's check only confirms it.
            EventKind::Health { .. } => return None,
        }
        Some(id)
    }
}
