//! The room's one handle, and what it keeps in memory.

use crate::{
    Dependencies, MessagingError, agent::AgentClient, queue::QueueState, schedules::ScheduledState,
};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::{NewEvent, StoreError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::kind;

/// Who was refused what, so that one stubborn sender does not fill the log.
pub(crate) type RefusalKey = (String, String, &'static str);

/// Messages, activity and chat of one platform. Cheap to clone; all clones are the same thing.
#[derive(Clone)]
pub struct Messaging {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub deps: Dependencies,
    pub client: AgentClient,
    /// Calls on their way, by target.
    pub running: Mutex<HashMap<String, i64>>,
    pub queue: QueueState,
    pub scheduled: ScheduledState,
    /// When a refusal was last written down, in awake time.
    pub refusals: Mutex<HashMap<RefusalKey, Duration>>,
    /// No new message begins, and nothing leaves the queue.
    pub stop: CancellationToken,
    /// Calls that are on their way end.
    pub cut: CancellationToken,
    pub tasks: TaskTracker,
}

impl fmt::Debug for Messaging {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Messaging")
            .field("options", &self.inner.deps.options)
            .finish_non_exhaustive()
    }
}

/// A lock whose holder cannot leave a half-done change behind: a panic of one holder does not spoil it for the rest.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Messaging {
    /// Starts the room: messages whose delivery died with the last run wait again, sleeping targets of waiting
    /// messages are woken, and from now on every sign of life of a target delivers what waits for it.
    ///
    /// # Errors
    /// [`MessagingError::Unavailable`] when the database does not answer, [`MessagingError::RequestNotBuilt`] when the
    /// HTTP client cannot be set up.
    pub async fn start(deps: Dependencies) -> Result<Self, MessagingError> {
        let client = AgentClient::new(deps.options.open_mode, deps.options.connect_timeout)?;
        let messaging = Self {
            inner: Arc::new(Inner {
                deps,
                client,
                running: Mutex::default(),
                queue: QueueState::default(),
                scheduled: ScheduledState::default(),
                refusals: Mutex::default(),
                stop: CancellationToken::new(),
                cut: CancellationToken::new(),
                tasks: TaskTracker::new(),
            }),
        };
        // Subscribed before the first look at the queue: nothing that happens in between is missed.
        let events = messaging.store().events().subscribe();
        let secrets = messaging.inner.deps.secrets.clone();
        let waiting = messaging
            .store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    store::rows::queue::reclaim(write.conn()).await?;
                    crate::schedules::end_interrupted(write, &secrets).await?;
                    for id in store::rows::usage::clear_mock_tasks(write.conn(), &now).await? {
                        let payload = serde_json::json!({"current_task": "", "active_tasks": 0});
                        write
                            .event(NewEvent::about(id, kind::TASK_UPDATED, payload))
                            .await?;
                    }
                    store::rows::queue::targets(write.conn()).await
                })
            })
            .await
            .map_err(|error: StoreError| MessagingError::Unavailable(error))?;
        messaging.follow(events, waiting);
        messaging.keep_time().await?;
        Ok(messaging)
    }

    /// Begins no new message from now on; those that wait stay in the queue. Calls that are on their way go on.
    pub fn quiesce(&self) {
        self.inner.stop.cancel();
    }

    /// Ends calls that are on their way and waits until they are written down. Waiting messages stay in the queue.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        self.inner.cut.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }

    pub(crate) fn store(&self) -> &store::Store {
        &self.inner.deps.store
    }

    pub(crate) fn options(&self) -> &crate::Options {
        &self.inner.deps.options
    }

    pub(crate) fn clock(&self) -> &dyn clock::Clock {
        self.inner.deps.clock.as_ref()
    }
}

/// Counts a call as long as it lives.
pub(crate) struct Running {
    messaging: Messaging,
    target: String,
}

impl Running {
    pub fn begin(messaging: &Messaging, target: &str) -> Self {
        *lock(&messaging.inner.running)
            .entry(target.to_owned())
            .or_default() += 1;
        Self {
            messaging: messaging.clone(),
            target: target.to_owned(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = lock(&self.messaging.inner.running);
        if let Some(count) = running.get_mut(&self.target) {
            *count -= 1;
            if *count <= 0 {
                running.remove(&self.target);
            }
        }
    }
}
