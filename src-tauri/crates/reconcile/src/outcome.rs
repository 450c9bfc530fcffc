//! How a job ends, and what follows from it.

use crate::{
    backoff::{MOST, Verdict},
    rows::Change,
    shared::Shared,
    status::{Failure, Grade, Observed},
};
use containers::EngineError;
use serde_json::{Map, Value};
use std::time::Duration;
use store::StoreError;
use wire::Status;

/// Pause before something that nobody can hurry is tried again.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a job ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// As wanted.
    Done,
    /// What it worked for is not wanted any more.
    Superseded,
    /// Somebody has to change something; added to the event.
    Failed(Failure, Box<Map<String, Value>>),
    /// Counted, and tried again after a pause.
    Retry(Failure),
    /// Not counted; it goes on when what it waits for is there.
    Wait(Failure),
    /// The engine went away under it.
    EngineLost(EngineError),
}

/// A step of a job.
pub(crate) type Step<T> = Result<T, Outcome>;

impl Outcome {
    pub fn failed(failure: Failure) -> Self {
        Self::Failed(failure, Box::default())
    }

    /// By the grade of the failure.
    pub fn of(failure: Failure) -> Self {
        match failure.grade {
            Grade::Final => Self::failed(failure),
            _ => Self::Wait(failure),
        }
    }
}

impl From<EngineError> for Outcome {
    fn from(error: EngineError) -> Self {
        if let Some(cause) = error.cause() {
            tracing::warn!(code = error.code(), %cause, "the engine refused a step");
        }
        match &error {
            EngineError::Unavailable { .. } | EngineError::PermissionDenied { .. } => {
                Self::EngineLost(error)
            }
            EngineError::ImageMissing { .. }
            | EngineError::PullFailed { .. }
            | EngineError::NameTaken { .. }
            | EngineError::StartFailed { .. }
            | EngineError::Incompatible { .. }
            | EngineError::TooLarge { .. }
            | EngineError::Invalid { .. } => {
                Self::failed(Failure::lasting(error.code(), error.to_string()))
            }
            _ => Self::Retry(Failure::passing(error.code(), error.to_string())),
        }
    }
}

impl From<StoreError> for Outcome {
    fn from(error: StoreError) -> Self {
        Self::Wait(Failure::passing("store_unavailable", error.to_string()))
    }
}

impl Shared {
    /// Draws the consequences of a failed start or an ended container: the pause before the next try, or the end of
    /// trying; told in the row. `alive` says that it was well before.
    pub async fn conclude(
        &self,
        id: &str,
        generation: i64,
        outcome: Outcome,
        alive: bool,
        tail: Option<String>,
    ) {
        let now = self.awake();
        let observed = if alive {
            Observed::Lost
        } else {
            Observed::Nothing
        };
        let (failure, mut extra, pause) = match outcome {
            Outcome::Done | Outcome::Superseded | Outcome::EngineLost(_) => return,
            Outcome::Failed(failure, extra) => (failure, *extra, None),
            Outcome::Wait(failure) => (failure, Map::new(), Some(PATIENCE)),
            Outcome::Retry(failure) => match self.entry(id, |entry| entry.backoff.failed(now)) {
                Verdict::Again { pause, attempt } => {
                    let text = format!(
                        "{} It is started again in {} s (restart {attempt} of {MOST}).",
                        failure.reason.text,
                        pause.as_secs()
                    );
                    (
                        Failure::passing(failure.reason.code, text),
                        Map::new(),
                        Some(pause),
                    )
                }
                Verdict::GiveUp => {
                    let code = if failure.reason.code == "agent_crashed" {
                        "crash_loop".into()
                    } else {
                        failure.reason.code
                    };
                    let text = format!(
                        "{} That was restart {MOST} within ten minutes, so it is left alone. Correct the cause, then start it again.",
                        failure.reason.text
                    );
                    (Failure::lasting(code, text), Map::new(), None)
                }
            },
        };
        if let Some(tail) = tail.filter(|tail| !tail.is_empty()) {
            extra.insert("log_tail".into(), Value::String(tail));
        }
        self.entry(id, |entry| {
            entry.retry_at = pause.map(|pause| now + pause);
            entry.trouble = Some(failure.clone());
            if alive && pause.is_some() {
                // It ran until now: those that only wait do not get its memory, and it goes before them.
                entry.urgent = true;
            } else {
                entry.reserved = 0;
            }
            entry.started_at = None;
        });
        let mut change = Change::to(observed)
            .because(Some(failure))
            .of_generation(generation);
        change.extra = extra;
        change
            .extra
            .insert("phase".into(), Value::String("start".into()));
        change.from = [
            Status::Provisioning,
            Status::Online,
            Status::Degraded,
            Status::Offline,
        ]
        .to_vec();
        if let Err(error) = self.publish(id, change).await {
            tracing::error!(workspace = id, %error, "a failure could not be written");
        }
    }
}
