//! What time does: silence, starts that take too long, idleness, pauses. One timer, and only while something can age;
//! only awake time counts (design law 2).

use crate::{
    entry::{Entry, Facts},
    rows::Change,
    settings::Settings,
    status::{Failure, Observed},
    supervisor::Supervisor,
};
use serde_json::json;
use std::time::Duration;
use wire::{Desired, Status};

/// Limits of contract 01 section 4.7.
const PROVISIONING: Duration = Duration::from_secs(600);
const PROVISIONING_HERMES: Duration = Duration::from_secs(1800);

/// What is due for a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Its pause is over.
    Retry,
    /// No sign of life from a container.
    Silent,
    /// No sign of life from an external agent.
    Away,
    /// Started, and never heard of.
    NeverCame(Duration),
    /// Nothing to do for long enough to sleep.
    Idle,
}

/// What falls due next for one workspace, and when. `linked`: the engine answers; ages of containers stand still
/// without it, because nobody could tell silence from a missing engine.
pub(crate) fn next(
    entry: &Entry,
    settings: &Settings,
    liveness: Duration,
    linked: bool,
) -> Option<(Duration, Due)> {
    let mut due: Vec<(Duration, Due)> = entry
        .retry_at
        .map(|at| (at, Due::Retry))
        .into_iter()
        .collect();
    due.extend(
        entry
            .facts
            .as_ref()
            .and_then(|facts| age(entry, facts, settings, liveness, linked)),
    );
    due.into_iter().min_by_key(|(at, _)| *at)
}

fn age(
    entry: &Entry,
    facts: &Facts,
    settings: &Settings,
    liveness: Duration,
    linked: bool,
) -> Option<(Duration, Due)> {
    let mut due = Vec::new();
    if facts.desired == Desired::Running {
        if facts.external && facts.is_alive() {
            due.push((entry.sign_at + settings.external_liveness, Due::Away));
        }
        let runs = entry.seen.as_ref().is_some_and(crate::entry::Seen::runs);
        if facts.has_container && linked && runs && entry.condemned.is_none() {
            if facts.is_alive() {
                due.push((entry.sign_at + liveness, Due::Silent));
                if let Some(limit) = idle_limit(facts, settings).filter(|_| facts.active_tasks == 0)
                {
                    due.push((entry.active_at + limit, Due::Idle));
                }
            } else if let (Status::Provisioning, Some(started)) = (facts.status, entry.started_at) {
                let limit = provisioning_limit(facts, settings, entry.start_limit);
                due.push((started + limit, Due::NeverCame(limit)));
            }
        }
    }
    due.into_iter().min_by_key(|(at, _)| *at)
}

/// A person's own limit, else what the agent's config or the templates of its runtime ask for, the longer of the two,
/// else the built-in one.
fn provisioning_limit(facts: &Facts, settings: &Settings, own: Option<Duration>) -> Duration {
    let by_runtime = if facts.runtime == "hermes" {
        PROVISIONING_HERMES
    } else {
        PROVISIONING
    };
    let templates = settings.declared_timeouts.get(&facts.runtime).copied();
    let asked = own.max(templates).unwrap_or(by_runtime);
    settings.provision_timeout.unwrap_or(asked)
}

fn idle_limit(facts: &Facts, settings: &Settings) -> Option<Duration> {
    let minutes = facts.idle_minutes.or(settings.hibernation_idle_minutes)?;
    u64::try_from(minutes)
        .ok()
        .filter(|minutes| *minutes > 0)
        .map(|minutes| Duration::from_secs(minutes * 60))
}

impl Supervisor {
    /// When the next thing falls due.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let looks = self.next_look();
        let state = self.shared.state();
        let liveness = self.shared.options().liveness;
        let linked = state.link.is_some();
        let ages = state
            .entries
            .values()
            .filter(|entry| !entry.busy)
            .filter_map(|entry| next(entry, &state.settings, liveness, linked))
            .map(|(at, _)| at)
            .min();
        [looks, ages].into_iter().flatten().min()
    }

    /// Every age begins anew: at start, after a late tick, when the engine returns.
    pub(crate) fn begin_anew(&self) {
        let now = self.shared.awake();
        for entry in self.shared.state().entries.values_mut() {
            entry.begin_anew(now);
        }
    }

    /// The timer went off.
    pub(crate) async fn tick(&mut self) {
        let now = self.shared.awake();
        if self
            .due
            .is_some_and(|due| now > due + self.shared.options().late)
        {
            // The process did not run meanwhile; nobody could have been heard.
            tracing::info!("a tick came late; every age begins anew");
            self.begin_anew();
        }
        if self.next_look().is_some_and(|at| at <= now) {
            self.look_for_engine();
        }
        let due: Vec<(String, Due)> = {
            let state = self.shared.state();
            let liveness = self.shared.options().liveness;
            let linked = state.link.is_some();
            let ages = state
                .entries
                .iter()
                .filter(|(_, entry)| !entry.busy)
                .filter_map(|(id, entry)| {
                    next(entry, &state.settings, liveness, linked)
                        .filter(|(at, _)| *at <= now)
                        .map(|(_, due)| (id.clone(), due))
                });
            ages.collect()
        };
        for (id, due) in due {
            self.fell_due(&id, due, now).await;
        }
    }

    async fn fell_due(&mut self, id: &str, due: Due, now: Duration) {
        match due {
            Due::Retry => {
                self.shared.entry(id, |entry| entry.retry_at = None);
                self.look_at(id).await;
            }
            Due::Silent => {
                let seconds = self.shared.options().liveness.as_secs();
                let failure = Failure::passing(
                    "silent",
                    format!("It gave no sign of life for {seconds} seconds."),
                );
                self.shared
                    .entry(id, |entry| entry.condemned = Some(failure.clone()));
                // Told at once; its container follows, and with it the pause before the next start.
                let change = Change::to(Observed::Lost)
                    .because(Some(failure))
                    .from(&[Status::Online, Status::Degraded])
                    .set(
                        store::rows::workspaces::Column::RunningGeneration,
                        None::<i64>,
                    );
                self.write(id, change);
            }
            Due::Away => {
                let change = Change::to(Observed::Away).from(&[Status::Online, Status::Degraded]);
                self.write(id, change);
            }
            Due::NeverCame(limit) => self.never_came(id, limit),
            Due::Idle => self.fell_asleep(id, now).await,
        }
    }

    /// It runs and never registered: failed, and left as it is for a look at its output. A late register heals it.
    fn never_came(&mut self, id: &str, limit: Duration) {
        let facts = self.shared.entry(id, |entry| {
            entry.started_at = None;
            entry.facts.clone()
        });
        let Some(facts) = facts else { return };
        let text = "provisioning timed out — container started but never called /registry/register. Check container logs \
                    and network connectivity to the platform.";
        let change = Change::to(Observed::Starting)
            .because(Some(Failure::lasting("timeout", text)))
            .of_generation(facts.generation)
            .from(&[Status::Provisioning])
            .with("source", "provision_timeout_sweep")
            .with("timeout_secs", json!(limit.as_secs()))
            .with("runtime", facts.runtime);
        self.write(id, change);
    }

    async fn fell_asleep(&mut self, id: &str, now: Duration) {
        // The row knows of work that no event told, so it is asked first.
        let before = self.shared.entry(id, |entry| entry.active_at);
        self.look_at(id).await;
        if self.shared.entry(id, |entry| entry.active_at) != before {
            return;
        }
        if let Err(error) = workspaces::hibernate(&self.shared.deps.store, id, false).await {
            tracing::debug!(workspace = id, %error, "it did not fall asleep");
            self.shared.entry(id, |entry| entry.active_at = now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Seen;
    use containers::ContainerState;

    fn entry(status: Status) -> Entry {
        let mut row = crate::testing::row("a");
        row.status = status;
        Entry {
            facts: Some(Facts::of(&row, &containers::TierOverrides::default())),
            seen: Some(Seen {
                id: "c".into(),
                state: ContainerState::Running,
                generation: Some(1),
                host_port: Some(1),
                told_address: None,
                exit_code: None,
                out_of_memory: false,
                found_dead: false,
            }),
            sign_at: Duration::from_secs(100),
            active_at: Duration::from_secs(100),
            started_at: Some(Duration::from_secs(100)),
            ..Entry::default()
        }
    }

    fn of(entry: &Entry, linked: bool) -> Option<(u64, Due)> {
        next(
            entry,
            &Settings::default(),
            Duration::from_secs(180),
            linked,
        )
        .map(|(at, due)| (at.as_secs(), due))
    }

    #[test]
    fn silence_counts_for_those_that_are_alive_only() {
        assert_eq!(of(&entry(Status::Online), true), Some((280, Due::Silent)));
        assert_eq!(of(&entry(Status::Degraded), true), Some((280, Due::Silent)));
        for status in [
            Status::Failed,
            Status::Hibernating,
            Status::AwaitingAgent,
            Status::Paused,
            Status::Offline,
        ] {
            assert_eq!(of(&entry(status), true), None, "{status}");
        }
        assert_eq!(
            of(&entry(Status::Online), false),
            None,
            "without an engine nobody is silent"
        );
    }

    #[test]
    fn a_start_has_its_own_limit_by_runtime() {
        let limit = Duration::from_secs(600);
        assert_eq!(
            of(&entry(Status::Provisioning), true),
            Some((700, Due::NeverCame(limit)))
        );
        let mut hermes = entry(Status::Provisioning);
        hermes.facts.as_mut().unwrap().runtime = "hermes".into();
        assert_eq!(of(&hermes, true).unwrap().0, 1900);
        let asks = |settings: &Settings, entry: &Entry| {
            next(entry, settings, limit, true).unwrap().0.as_secs()
        };
        let mut settings = Settings {
            declared_timeouts: [("hermes".to_owned(), Duration::from_secs(50))].into(),
            ..Settings::default()
        };
        assert_eq!(asks(&settings, &hermes), 150, "its templates ask for less");
        hermes.start_limit = Some(Duration::from_secs(70));
        assert_eq!(
            asks(&settings, &hermes),
            170,
            "its own config asks for more"
        );
        hermes.start_limit = Some(Duration::from_secs(20));
        assert_eq!(asks(&settings, &hermes), 150, "both sides count the same");
        settings.provision_timeout = Some(Duration::from_secs(5));
        assert_eq!(
            next(&hermes, &settings, limit, true).unwrap().0,
            Duration::from_secs(105)
        );
    }

    #[test]
    fn external_agents_age_without_an_engine() {
        let mut external = entry(Status::Online);
        let facts = external.facts.as_mut().unwrap();
        (facts.external, facts.has_container) = (true, false);
        external.seen = None;
        assert_eq!(of(&external, false), Some((190, Due::Away)));
    }

    #[test]
    fn idleness_needs_a_limit_and_no_running_task() {
        let mut idle = entry(Status::Online);
        idle.facts.as_mut().unwrap().idle_minutes = Some(1);
        assert_eq!(of(&idle, true), Some((160, Due::Idle)));
        idle.facts.as_mut().unwrap().active_tasks = 1;
        assert_eq!(of(&idle, true), Some((280, Due::Silent)));
        idle.facts.as_mut().unwrap().active_tasks = 0;
        idle.facts.as_mut().unwrap().idle_minutes = Some(0);
        assert_eq!(
            of(&idle, true),
            Some((280, Due::Silent)),
            "0 switches it off"
        );
    }
}
