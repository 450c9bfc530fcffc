//! Registering and heartbeats (contract 04 sections 16.4 and 16.5).

use crate::agent::{Agent, lock};
use crate::platform::PlatformError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use wire::{Heartbeat, RuntimeMetadata};

/// A beat that somebody asked for.
pub(crate) enum Beat {
    /// A task began or ended; the figures are those of that moment, so that the order told is the order that was.
    Task {
        /// Running tasks.
        active: i64,
        /// Label of the oldest running task.
        label: String,
    },
    /// A whole beat before its time.
    Full,
}

/// Where beats are asked for.
pub(crate) struct Beats(mpsc::Sender<Beat>);

impl Beats {
    /// Never waits: with a platform that does not answer, pushes beyond the queue are dropped, and the next whole beat
    /// tells the state anyway.
    pub fn send(&self, beat: Beat) {
        let _ = self.0.try_send(beat);
    }
}

/// A queue for beats.
pub(crate) fn channel() -> (Beats, mpsc::Receiver<Beat>) {
    let (sender, receiver) = mpsc::channel(64);
    (Beats(sender), receiver)
}

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// As the real runtime does: a broken connection pool must not silence an agent for ever.
const FAILURES_BEFORE_NEW_CLIENT: u32 = 10;

/// Registers, with growing pauses, until the platform takes it or refuses it for good.
pub(crate) async fn register(agent: Arc<Agent>) {
    let mut pause = FIRST_PAUSE;
    let mut told = String::new();
    loop {
        let refused_token = agent.platform.token();
        match agent.register().await {
            Ok(()) => {
                println!("stand-in: {} registered", agent.name());
                return;
            }
            Err(error) => {
                // One line a cause, not one a try.
                let text = error.to_string();
                if text != told {
                    eprintln!("stand-in: not registered yet: {text}");
                    told = text;
                }
                if matches!(&error, PlatformError::Refused { status, .. }
                    if (400..500).contains(status) && ![401, 408, 425, 429].contains(status))
                {
                    eprintln!(
                        "stand-in: the platform refused this agent for good; only heartbeats go on"
                    );
                    return;
                }
            }
        }
        wait_for_another_token(&agent, refused_token.as_deref(), pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Waits for `pause`, shorter when a new token was delivered meanwhile.
async fn wait_for_another_token(agent: &Agent, refused: Option<&str>, pause: Duration) {
    let end = tokio::time::Instant::now() + pause;
    while tokio::time::Instant::now() < end && agent.platform.token().as_deref() == refused {
        tokio::time::sleep(FIRST_PAUSE.min(pause)).await;
    }
}

/// Beats at once, then at the interval, and in between whenever a task begins or ends.
pub(crate) async fn beat(agent: Arc<Agent>, mut asked: mpsc::Receiver<Beat>) {
    let mut ticks = tokio::time::interval(agent.settings.heartbeat);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failures = 0;
    let mut told = String::new();
    loop {
        let beat = tokio::select! {
            biased;
            beat = asked.recv() => match beat {
                Some(beat) => beat,
                None => return,
            },
            _ = ticks.tick() => Beat::Full,
        };
        if agent.is_quiet() {
            continue;
        }
        let sent = match beat {
            Beat::Task { active, label } => {
                agent
                    .platform
                    .heartbeat(&task_beat(&agent, active, label))
                    .await
            }
            Beat::Full => send_full(&agent).await,
        };
        match sent {
            Ok(()) => {
                failures = 0;
                told.clear();
            }
            Err(error) => {
                failures += 1;
                let text = error.to_string();
                if text != told {
                    eprintln!("stand-in: heartbeat failed: {text}");
                    told = text;
                }
                if failures % FAILURES_BEFORE_NEW_CLIENT == 0 {
                    agent.platform.renew_client();
                }
            }
        }
    }
}

async fn send_full(agent: &Agent) -> Result<(), PlatformError> {
    let (requests, errors) = {
        let health = lock(&agent.health);
        (health.requests, health.errors)
    };
    agent.platform.heartbeat(&full_beat(agent)).await?;
    // Counted since the last beat that arrived; what came in while it travelled belongs to the next one.
    let mut health = lock(&agent.health);
    health.requests -= requests;
    health.errors -= errors;
    if health.errors == 0 {
        health.sample.clear();
    }
    Ok(())
}

fn full_beat(agent: &Agent) -> Heartbeat {
    let (active, label) = agent.running();
    let health = lock(&agent.health);
    let error_rate = if health.requests == 0 {
        0.0
    } else {
        health.errors as f64 / health.requests as f64
    };
    let capabilities = [
        ("heartbeat", false),
        ("scheduler", false),
        ("session", false),
        ("status_mgmt", false),
        ("retry", false),
        ("activity_decoration", false),
        ("channel_dispatch", false),
        ("reload", true),
    ];
    Heartbeat {
        workspace_id: agent.settings.workspace_id.clone(),
        error_rate: Some(error_rate),
        sample_error: Some(
            health
                .wedged
                .clone()
                .unwrap_or_else(|| health.sample.clone()),
        ),
        active_tasks: Some(active),
        current_task: Some(label),
        // Never 0: that would make it look like the push of a task, which changes task fields only (D38).
        uptime_seconds: Some(
            i64::try_from(agent.started.elapsed().as_secs())
                .unwrap_or(i64::MAX)
                .max(1),
        ),
        runtime_state: health.wedged.is_some().then(|| "wedged".to_owned()),
        runtime_metadata: Some(Some(RuntimeMetadata {
            capabilities: capabilities
                .into_iter()
                .map(|(name, has)| (name.to_owned(), has))
                .collect(),
            ..RuntimeMetadata::default()
        })),
        ..Heartbeat::default()
    }
}

/// The short beat of a task's start and end: uptime 0 and no state mark it, so that it changes task fields only (D38).
fn task_beat(agent: &Agent, active: i64, label: String) -> Heartbeat {
    Heartbeat {
        workspace_id: agent.settings.workspace_id.clone(),
        error_rate: Some(0.0),
        sample_error: Some(String::new()),
        active_tasks: Some(active),
        current_task: Some(label),
        uptime_seconds: Some(0),
        ..Heartbeat::default()
    }
}
