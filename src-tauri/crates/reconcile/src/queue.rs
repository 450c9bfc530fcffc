//! Those that wait to start: who goes next, what they are told, and making room for one that a message waits for.

use crate::{
    admission::{Candidate, Room, Wait, admit},
    reconciler::Release,
    rows::Change,
    settings::Settings,
    start::ImageReady,
    status::{Failure, Observed},
    supervisor::Supervisor,
};
use containers::{EngineError, MIB};
use std::time::Duration;
use wire::Status;

/// Positions above this one are not told: the queue moves too fast for them.
const NEAR: usize = 3;

impl Supervisor {
    /// It should run, and waits for its turn.
    pub(crate) fn enqueue(&mut self, id: &str) {
        let mut state = self.shared.state();
        state.arrivals += 1;
        let arrival = state.arrivals;
        if let Some(entry) = state.entries.get_mut(id) {
            entry.queued.get_or_insert(arrival);
        }
    }

    /// Starts whoever may start, and tells the others why they wait.
    pub(crate) async fn pump(&mut self) {
        let Some(link) = self.shared.link() else {
            if self.looked || self.shared.deps.engines.is_off() {
                self.tell_no_engine();
            }
            return;
        };
        let (queue, room, runtimes) = {
            let state = self.shared.state();
            let mut queue = Vec::new();
            let mut runtimes = Vec::new();
            for (id, entry) in &state.entries {
                let (Some(since), Some(facts)) = (entry.queued, &entry.facts) else {
                    continue;
                };
                if entry.busy && !entry.telling {
                    continue;
                }
                runtimes.push((since, facts.runtime.clone(), id.clone()));
                if state.images.contains_key(&facts.runtime) {
                    queue.push(Candidate {
                        id: id.clone(),
                        memory: facts.memory,
                        urgent: entry.urgent,
                        depth: depth(&state, id),
                        since,
                        busy: entry.busy,
                    });
                }
            }
            runtimes.sort();
            let starting = state
                .entries
                .values()
                .filter(|entry| entry.busy && entry.starting())
                .count();
            let room = Room {
                budget: state.budget(),
                planned: state.planned(),
                places: state
                    .settings
                    .concurrent_starts
                    .max(1)
                    .saturating_sub(starting),
            };
            (queue, room, runtimes)
        };
        for (_, runtime, id) in runtimes {
            let ready = self.shared.state().images.contains_key(&runtime);
            if !ready {
                self.fetch(&runtime, &id, &link);
            }
        }
        for (position, (one, wait)) in admit(queue, room).into_iter().enumerate() {
            if one.busy {
                continue;
            }
            match wait {
                None => {
                    let image = {
                        let mut state = self.shared.state();
                        let image = state
                            .entries
                            .get(&one.id)
                            .and_then(|entry| entry.facts.as_ref())
                            .map(|facts| facts.runtime.clone());
                        let image = image.and_then(|runtime| state.images.get(&runtime).cloned());
                        if let (Some(entry), Some(_)) = (state.entries.get_mut(&one.id), &image) {
                            entry.dequeue();
                            entry.reserved = one.memory;
                        }
                        image
                    };
                    if let Some(image) = image {
                        self.begin(&one.id, image, link.clone());
                    }
                }
                Some(wait) => self.tell_wait(&one, wait, position + 1, room.budget),
            }
        }
    }

    /// Says why one waits, once for each reason and near position.
    fn tell_wait(&mut self, one: &Candidate, wait: Wait, position: usize, budget: u64) {
        // Far behind, a number would be old before it is read.
        let shown = if position <= NEAR { position } else { 0 };
        let place = match shown {
            0 => String::new(),
            near => format!(" (position {near})"),
        };
        let news = self.shared.entry(&one.id, |entry| {
            let news = entry.told != Some((wait, shown));
            entry.told = Some((wait, shown));
            news
        });
        if !news {
            return;
        }
        let needs = one.memory / MIB;
        let failure = match wait {
            Wait::Place => Failure::passing(
                "queued",
                format!("It starts as soon as others have started{place}."),
            ),
            Wait::Memory => Failure::passing(
                "waiting_for_memory",
                format!(
                    "Memory is short{place}: {needs} MiB are set aside for each agent, and others have the {} MiB there are. \
                     It starts when another one stops or sleeps; a message to it puts the longest-idle one to sleep. The \
                     memory budget in the settings can be raised.",
                    budget / MIB
                ),
            ),
            Wait::TooLarge => Failure::passing(
                "waiting_for_memory",
                format!(
                    "It needs {needs} MiB, more than the {} MiB that agents may use together. Raise the memory budget in \
                     the settings, or give it a lower tier.",
                    budget / MIB
                ),
            ),
        };
        let mut change = Change::to(Observed::Nothing)
            .because(Some(failure))
            .from(&[Status::Provisioning, Status::Offline])
            .with("phase", "queued");
        if shown > 0 {
            change = change.with("position", shown);
        }
        self.tell(&one.id, change);
    }

    /// Says to those that should start that there is no engine.
    fn tell_no_engine(&mut self) {
        let detail = self.shared.status.borrow().detail.clone();
        let told: Vec<(String, Failure)> = {
            let mut state = self.shared.state();
            let settings = state.settings.clone();
            let mut told = Vec::new();
            for (id, entry) in &mut state.entries {
                if entry.queued.is_none() || entry.busy {
                    continue;
                }
                let runtime = entry.facts.as_ref().map(|facts| facts.runtime.as_str());
                let missing = runtime.and_then(|runtime| no_image(runtime, &settings));
                let text = match missing {
                    Some(missing) => format!("{missing} {detail}"),
                    None => detail.clone(),
                };
                let failure = Failure::passing("docker_unavailable", text);
                if entry.trouble.as_ref() != Some(&failure) {
                    entry.trouble = Some(failure.clone());
                    entry.told = None;
                    told.push((id.clone(), failure));
                }
            }
            told
        };
        for (id, failure) in told {
            let change = Change::to(Observed::Nothing)
                .because(Some(failure))
                .from(&[Status::Provisioning, Status::Offline]);
            self.tell(&id, change);
        }
    }

    /// An image is there, or will not come.
    pub(crate) async fn image_ready(
        &mut self,
        runtime: String,
        epoch: u64,
        result: Result<ImageReady, Result<Failure, EngineError>>,
    ) {
        let current = self
            .shared
            .state()
            .link
            .as_ref()
            .is_some_and(|link| link.epoch == epoch);
        if !current {
            return;
        }
        self.fetching.remove(&runtime);
        match result {
            Ok(image) => {
                self.shared.state().images.insert(runtime, image);
            }
            Err(Err(
                error @ (EngineError::Unavailable { .. } | EngineError::PermissionDenied { .. }),
            )) => {
                return self.engine_lost(error).await;
            }
            Err(problem) => {
                let outcome = || match &problem {
                    Ok(failure) => crate::outcome::Outcome::of(failure.clone()),
                    Err(error) => error.clone().into(),
                };
                let waiting: Vec<(String, i64)> = {
                    let mut state = self.shared.state();
                    let waiting = state.entries.iter_mut().filter(|(_, entry)| {
                        entry.queued.is_some()
                            && !entry.busy
                            && entry
                                .facts
                                .as_ref()
                                .is_some_and(|facts| facts.runtime == runtime)
                    });
                    waiting
                        .map(|(id, entry)| {
                            entry.dequeue();
                            (id.clone(), entry.generation)
                        })
                        .collect()
                };
                for (id, generation) in waiting {
                    let outcome = outcome();
                    self.job(&id, epoch, move |shared, id| {
                        Box::pin(async move {
                            shared.conclude(&id, generation, outcome, false, None).await;
                            crate::outcome::Outcome::Done
                        })
                    });
                }
            }
        }
        self.pump().await;
    }

    /// A message waits for this agent.
    pub(crate) async fn release(&mut self, id: &str) -> Release {
        self.look_at(id).await;
        let wanted = {
            let mut state = self.shared.state();
            let Some(entry) = state.entries.get_mut(id) else {
                return Release::NotWaiting;
            };
            let waits = entry.queued.is_some() || (entry.busy && entry.told.is_some());
            if !waits {
                return if entry.busy && entry.starting() {
                    Release::Starting
                } else {
                    Release::NotWaiting
                };
            }
            entry.urgent = true;
            entry.facts.as_ref().map_or(0, |facts| facts.memory)
        };
        self.pump().await;
        let (budget, planned, waits, linked) = {
            let state = self.shared.state();
            let waits = state
                .entries
                .get(id)
                .is_some_and(|entry| entry.reserved == 0);
            (state.budget(), state.planned(), waits, state.link.is_some())
        };
        if !waits {
            return Release::Starting;
        }
        if !linked || wanted > budget {
            return Release::Waiting;
        }
        let needed = planned.saturating_add(wanted).saturating_sub(budget);
        if needed == 0 {
            return Release::Starting;
        }
        self.make_room(id, needed).await
    }

    /// Puts the longest-idle agents to sleep until so many bytes come free.
    async fn make_room(&mut self, id: &str, needed: u64) -> Release {
        let mut idle: Vec<(Duration, u64, String)> = {
            let state = self.shared.state();
            let idle = state.entries.iter().filter(|(other, entry)| {
                other.as_str() != id
                    && !entry.busy
                    && entry.reserved > 0
                    && entry
                        .facts
                        .as_ref()
                        .is_some_and(|facts| facts.is_alive() && facts.active_tasks == 0)
            });
            idle.map(|(other, entry)| (entry.active_at, entry.reserved, other.clone()))
                .collect()
        };
        idle.sort();
        let mut freed = 0;
        let mut asleep = Vec::new();
        for (_, memory, other) in idle {
            if freed >= needed {
                break;
            }
            // It may have begun to work a moment ago; then the next one is asked.
            if workspaces::hibernate(&self.shared.deps.store, &other, false)
                .await
                .is_ok()
            {
                freed += memory;
                asleep.push(other);
            }
        }
        if freed >= needed {
            Release::MadeRoom(asleep)
        } else {
            Release::NoneIdle
        }
    }
}

/// What a role of this runtime will miss when an engine answers: nobody here knows an image for it.
fn no_image(runtime: &str, settings: &Settings) -> Option<String> {
    if settings.image_registry.is_some() {
        return None;
    }
    org_template::unknown_runtime(runtime, &settings.runtime_images).map(|(_, hint)| {
        format!("The runtime {runtime} is not known here, and no image is named for it ({hint}).")
    })
}

/// Distance from the root, as far as rows are known.
fn depth(state: &crate::shared::State, id: &str) -> usize {
    let mut depth = 0;
    let mut at = id;
    while depth < 64 {
        let parent = state
            .entries
            .get(at)
            .and_then(|entry| entry.facts.as_ref())
            .and_then(|facts| facts.parent_id.as_deref());
        match parent {
            Some(parent) => at = parent,
            None => break,
        }
        depth += 1;
    }
    depth
}
