//! The jobs of the supervisor: begun one a workspace, ended with an outcome that is looked at.

use crate::{
    connect::Connected,
    outcome::Outcome,
    rows::Change,
    shared::{Link, Shared},
    start::{ImageReady, fetch, start},
    status::Failure,
    supervisor::Supervisor,
};
use containers::EngineError;
use futures::{FutureExt, future::BoxFuture};
use std::{sync::Arc, time::Duration};
use tokio::task::{Id, JoinError};

/// Pause before a step other than a start is tried again.
const STEP_PAUSE: Duration = Duration::from_secs(10);

/// What an ended job reports.
pub(crate) enum Done {
    /// A job of a workspace; the epoch of the engine it worked with.
    Job {
        id: String,
        epoch: u64,
        outcome: Outcome,
    },
    /// A look for an engine.
    Engine(Result<Box<Connected>, EngineError>),
    /// An image.
    Image {
        runtime: String,
        epoch: u64,
        result: Result<ImageReady, Result<Failure, EngineError>>,
    },
    /// Something that nobody waits for.
    Other,
}

impl Supervisor {
    /// Writes down why one of the queue waits.
    pub(crate) fn tell(&mut self, id: &str, change: Change) {
        self.write(id, change);
        self.shared.entry(id, |entry| entry.telling = true);
    }

    /// A write as the job of a workspace.
    pub(crate) fn write(&mut self, id: &str, change: Change) {
        self.job(id, 0, move |shared, id| {
            async move {
                match shared.publish(&id, change).await {
                    Ok(_) => Outcome::Done,
                    Err(error) => error.into(),
                }
            }
            .boxed()
        });
    }

    /// Starts a job of a workspace that has none.
    pub(crate) fn job(
        &mut self,
        id: &str,
        epoch: u64,
        work: impl FnOnce(Arc<Shared>, String) -> BoxFuture<'static, Outcome>,
    ) {
        self.shared.entry(id, |entry| entry.busy = true);
        let work = work(self.shared.clone(), id.to_owned());
        let owner = id.to_owned();
        let task = self.jobs.spawn(async move {
            Done::Job {
                outcome: work.await,
                epoch,
                id: owner,
            }
        });
        self.owners.insert(task.id(), id.to_owned());
    }

    /// A job ended.
    pub(crate) async fn ended(&mut self, done: Result<(Id, Done), JoinError>) {
        let (id, epoch, outcome) = match done {
            Err(error) => {
                let Some(id) = self.owners.remove(&error.id()) else {
                    // A look for an engine or an image; both may be asked for again.
                    self.looking = false;
                    self.fetching.clear();
                    return;
                };
                // A defect of ours. It must not leave the workspace without anybody who cares for it.
                tracing::error!(workspace = id, %error, "a job ended unexpectedly");
                let failure = Failure::passing(
                    "internal",
                    "An internal error stopped this step; the log has the details.",
                );
                (id, 0, Outcome::Wait(failure))
            }
            Ok((task, done)) => {
                self.owners.remove(&task);
                match done {
                    Done::Job { id, epoch, outcome } => (id, epoch, outcome),
                    Done::Engine(result) => return self.engine_found(result).await,
                    Done::Image {
                        runtime,
                        epoch,
                        result,
                    } => return self.image_ready(runtime, epoch, result).await,
                    Done::Other => return,
                }
            }
        };
        self.shared.entry(&id, |entry| {
            entry.busy = false;
            entry.telling = false;
        });
        match outcome {
            Outcome::EngineLost(error) => {
                if self
                    .shared
                    .state()
                    .link
                    .as_ref()
                    .is_some_and(|link| link.epoch == epoch)
                {
                    self.engine_lost(error).await;
                }
            }
            Outcome::Wait(failure) | Outcome::Retry(failure) | Outcome::Failed(failure, _) => {
                // A start draws its own consequences; this is any other step.
                let later = self.shared.awake() + STEP_PAUSE;
                self.shared.entry(&id, |entry| {
                    entry.retry_at.get_or_insert(later);
                });
                tracing::warn!(
                    workspace = id,
                    why = failure.reason.text,
                    "a step is tried again later"
                );
            }
            Outcome::Done | Outcome::Superseded => {}
        }
        // What is may have changed; what should be may have too.
        self.look_at(&id).await;
    }

    /// The start job of an admitted workspace.
    pub(crate) fn begin(&mut self, id: &str, image: ImageReady, link: Link) {
        let epoch = link.epoch;
        self.job(id, epoch, move |shared, id| {
            async move {
                let generation = shared.entry(&id, |entry| entry.generation);
                let outcome = start(&shared, &link, &id, &image).await;
                match outcome {
                    Outcome::Done => {
                        shared.entry(&id, |entry| {
                            entry.retry_at = None;
                            entry.trouble = None;
                        });
                        Outcome::Done
                    }
                    Outcome::EngineLost(error) => Outcome::EngineLost(error),
                    outcome => {
                        shared.entry(&id, |entry| entry.reserved = 0);
                        shared.conclude(&id, generation, outcome, false, None).await;
                        Outcome::Done
                    }
                }
            }
            .boxed()
        });
    }

    /// Fetches the image of a runtime unless that is going on.
    pub(crate) fn fetch(&mut self, runtime: &str, told: &str, link: &Link) {
        if !self.fetching.insert(runtime.to_owned()) {
            return;
        }
        let (shared, link, runtime, told) = (
            self.shared.clone(),
            link.clone(),
            runtime.to_owned(),
            told.to_owned(),
        );
        self.jobs.spawn(async move {
            let result = fetch(&shared, &link.engine, &runtime, &told).await;
            crate::failpoints::reached("start.image").await;
            Done::Image {
                runtime,
                epoch: link.epoch,
                result,
            }
        });
    }
}
