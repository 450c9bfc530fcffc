//! Messages that wait: kept durably, delivered once, in order (contract 02 section 2, no. 25, 29 to 36).

use crate::{
    Caller, Messaging, MessagingError, SendOutcome,
    delivery::{Delivery, Listener},
    gate::{Keep, queue_event},
    messaging::lock,
    normalise::Envelope,
    record,
};
use chrono::TimeDelta;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{
    StoreError, WorkspaceRow,
    rows::{
        chat::ChatRow,
        queue::{self, Claim, NewQueued, Put, QueueRow},
        workspaces,
    },
};
use tokio::sync::{Notify, broadcast};
use wire::{Event, Status, Timestamp, kind};

/// Attempts that count before a message fails for good.
pub(crate) const MOST_ATTEMPTS: i64 = 5;
/// Pause after an attempt that found nobody or a busy agent.
const SHORT_PAUSE: Duration = Duration::from_secs(5);

/// What the queue remembers between two looks at the database.
#[derive(Debug, Default)]
pub(crate) struct QueueState {
    /// Targets for which something may wait.
    waiting: Mutex<HashSet<String>>,
    /// Running tasks as the target's last sign of life said.
    reported: Mutex<HashMap<String, i64>>,
    /// Targets that are being looked after; the value says whether to look again, and how.
    pumping: Mutex<HashMap<String, Option<bool>>>,
    /// Targets for which a later look is arranged.
    armed: Mutex<HashSet<String>>,
    /// Something new may run out.
    expiry: Notify,
}

/// A queued message as its sender may see it (no. 35).
#[derive(Debug, Clone, PartialEq)]
pub struct QueueStatus {
    /// Target.
    pub workspace_id: String,
    /// Sending workspace; `None` for a person.
    pub caller_id: Option<String>,
    /// `queued`, `dispatched`, `completed`, `dropped` or `failed`.
    pub status: String,
    /// Attempts so far.
    pub attempts: i64,
    /// Messages that wait for the target now.
    pub queue_depth: i64,
    /// Why it waits or what went wrong.
    pub last_error: Option<String>,
    /// The answer.
    pub result: Option<Value>,
}

impl QueueStatus {
    /// `{status,attempts,queue_depth,last_error?,result?}`.
    pub fn body(&self) -> Value {
        let mut body = json!({"status": self.status, "attempts": self.attempts, "queue_depth": self.queue_depth});
        if let Some(error) = &self.last_error {
            body["last_error"] = json!(error);
        }
        if let Some(result) = &self.result {
            body["result"] = result.clone();
        }
        body
    }
}

impl Messaging {
    /// A queued message. The HTTP face lets its sender, its target and admin-class callers see it.
    ///
    /// # Errors
    /// [`MessagingError::QueueItemNotFound`]; [`MessagingError::Query`] when the database does not answer.
    pub async fn queue_status(&self, queue_id: &str) -> Result<QueueStatus, MessagingError> {
        let row = queue::get(self.store().read(), queue_id)
            .await
            .map_err(MessagingError::Query)?;
        let row = row.ok_or(MessagingError::QueueItemNotFound)?;
        let queue_depth = queue::depth(self.store().read(), &row.workspace_id)
            .await
            .map_err(MessagingError::Query)?;
        Ok(QueueStatus {
            queue_depth,
            status: row.status,
            attempts: row.attempts,
            last_error: row.last_error,
            result: row
                .result
                .as_deref()
                .and_then(|text| serde_json::from_str(text).ok()),
            workspace_id: row.workspace_id,
            caller_id: row.caller_id,
        })
    }

    /// Delivers what waits for a workspace, as far as it has capacity. Signs of life in the event log do this by
    /// themselves; it is here for whoever knows more.
    pub async fn drain(&self, workspace_id: &str) {
        lock(&self.inner.queue.waiting).insert(workspace_id.to_owned());
        self.pump(workspace_id, false).await;
    }

    /// Drops waiting messages older than `age` (of one workspace, or of all). Returns how many.
    ///
    /// # Errors
    /// [`MessagingError::NotStored`].
    pub async fn drop_stale(
        &self,
        age: Duration,
        workspace_id: Option<&str>,
    ) -> Result<u64, MessagingError> {
        let before = self.clock().now() - TimeDelta::from_std(age).unwrap_or(TimeDelta::MAX);
        let before = Timestamp(before).to_storage();
        let rows = queue::older_than(self.store().read(), workspace_id, &before)
            .await
            .map_err(MessagingError::Query)?;
        self.drop_rows(rows, "dropped by an administrator: waited too long")
            .await
            .map_err(MessagingError::NotStored)
    }

    /// Keeps a message for later and does what brings "later" nearer.
    pub(crate) async fn enqueue(
        &self,
        target: &WorkspaceRow,
        caller: &Caller,
        envelope: &Envelope,
        activity_id: String,
        why: Keep,
    ) -> Result<SendOutcome, MessagingError> {
        let pause = (why == Keep::Busy).then_some(SHORT_PAUSE);
        let (id, depth) = self
            .put(
                target,
                caller,
                envelope,
                activity_id,
                why.text(),
                pause,
                false,
            )
            .await?;
        lock(&self.inner.queue.waiting).insert(target.id.clone());
        self.inner.queue.expiry.notify_one();
        self.bring_nearer(&target.id, why).await;
        // It may have come online between the look at its row and the message's arrival in the queue.
        self.pump_later(&target.id, false);
        let mut body =
            json!({"queued": true, "queue_id": id, "queue_depth": depth, "message": why.text()});
        match why {
            Keep::Waking => body["waking"] = json!(true),
            Keep::Memory => body["waiting_for_memory"] = json!(true),
            Keep::Asked => body["status"] = json!(target.status.as_str()),
            Keep::Busy => {}
        }
        Ok(SendOutcome::new(202, body))
    }

    async fn bring_nearer(&self, target: &str, why: Keep) {
        let wake = &self.inner.deps.wake;
        match why {
            Keep::Waking => {
                if let Err(error) = wake.wake(target).await {
                    // The message is kept; the next start or message asks again.
                    tracing::warn!(workspace = %target, %error, "a sleeping workspace could not be woken");
                }
            }
            Keep::Memory => wake.release_waiting(target).await,
            Keep::Asked | Keep::Busy => {}
        }
    }

    /// A call that goes on although its sender is answered: written down as taken (no. 22).
    pub(crate) async fn keep_in_flight(
        &self,
        delivery: &Delivery,
    ) -> Result<(QueueRow, SendOutcome), MessagingError> {
        let text = "workspace agent is still working — its answer will follow";
        let Delivery {
            target,
            caller,
            envelope,
            ..
        } = delivery;
        let (id, depth) = self
            .put(
                target,
                caller,
                envelope,
                delivery.activity_id.clone(),
                text,
                None,
                true,
            )
            .await?;
        let row = queue::get(self.store().read(), &id)
            .await
            .map_err(MessagingError::Query)?;
        let row = row.ok_or(MessagingError::QueueItemNotFound)?;
        let body = json!({"queued": true, "queue_id": id, "queue_depth": depth, "message": text, "delivery": "in_progress"});
        Ok((row, SendOutcome::new(202, body)))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one row, called from the two places above"
    )]
    async fn put(
        &self,
        target: &WorkspaceRow,
        caller: &Caller,
        envelope: &Envelope,
        activity_id: String,
        reason: &'static str,
        pause: Option<Duration>,
        dispatched: bool,
    ) -> Result<(String, i64), MessagingError> {
        let turn = record::user_row(
            &self.inner.deps.secrets,
            &target.id,
            &activity_id,
            caller,
            envelope,
        );
        let row = NewQueued {
            id: store::new_id(),
            workspace_id: target.id.clone(),
            caller_id: caller.workspace().map(str::to_owned),
            caller_kind: caller.kind().to_owned(),
            caller_label: caller.label().map(str::to_owned),
            body: envelope.value.to_string(),
            method: Some(envelope.method().to_owned()),
            idempotency_key: envelope.message_id().map(str::to_owned),
            activity_id,
            expires_at: self.at(self.options().queue_ttl),
            not_before: pause.map(|pause| self.at(pause)),
            dispatched,
        };
        let put: Put = self
            .store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    let put = queue::put(write.conn(), &row, &now).await?;
                    if let Put::Queued { id, new: true, .. } = &put {
                        if let Some(turn) = turn {
                            store::rows::chat::put(
                                write.conn(),
                                &ChatRow {
                                    created_at: now,
                                    ..turn
                                },
                            )
                            .await?;
                        }
                        let status = if row.dispatched {
                            "dispatched"
                        } else {
                            "queued"
                        };
                        let event = queue_event(
                            &row.workspace_id,
                            id,
                            row.caller_id.as_deref(),
                            status,
                            reason,
                        );
                        write.event(event).await?;
                    }
                    Ok::<_, StoreError>(put)
                })
            })
            .await
            .map_err(MessagingError::Unavailable)?;
        match put {
            Put::Queued { id, depth, .. } => Ok((id, depth)),
            Put::Full => Err(MessagingError::QueueFull),
        }
    }

    fn at(&self, later: Duration) -> String {
        Timestamp(self.clock().now() + TimeDelta::from_std(later).unwrap_or(TimeDelta::zero()))
            .to_storage()
    }

    /// A claimed message goes back to its place, and is tried again after a pause.
    pub(crate) async fn give_back(
        &self,
        delivery: &Delivery,
        row: &QueueRow,
        cause: &str,
        counted: bool,
    ) {
        let pause = if counted {
            Duration::from_secs(1 << row.attempts.clamp(0, 6))
        } else {
            SHORT_PAUSE
        };
        let (id, target, caller) = (
            row.id.clone(),
            row.workspace_id.clone(),
            row.caller_id.clone(),
        );
        let (cause, not_before) = (cause.to_owned(), self.at(pause));
        let done: Result<(), StoreError> = self
            .store()
            .write(move |write| {
                Box::pin(async move {
                    queue::give_back(write.conn(), &id, &cause, &not_before, counted).await?;
                    write
                        .event(queue_event(
                            &target,
                            &id,
                            caller.as_deref(),
                            "queued",
                            &cause,
                        ))
                        .await?;
                    Ok(())
                })
            })
            .await;
        if let Err(error) = done {
            // It stays claimed; the next start takes it back.
            tracing::error!(queue_id = %row.id, %error, "a message could not be put back into the queue");
        }
        lock(&self.inner.queue.waiting).insert(delivery.target.id.clone());
    }

    async fn drop_rows(
        &self,
        rows: Vec<QueueRow>,
        reason: &'static str,
    ) -> Result<u64, StoreError> {
        if rows.is_empty() {
            return Ok(0);
        }
        self.store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    let mut dropped = 0;
                    for row in rows {
                        let reason = match &row.last_error {
                            Some(error) => format!("{error}; {reason}"),
                            None => reason.to_owned(),
                        };
                        queue::end(write.conn(), &row.id, "dropped", Some(&reason), None, &now)
                            .await?;
                        let event = queue_event(
                            &row.workspace_id,
                            &row.id,
                            row.caller_id.as_deref(),
                            "dropped",
                            &reason,
                        );
                        write.event(event).await?;
                        dropped += 1;
                    }
                    Ok(dropped)
                })
            })
            .await
    }
}

// ---- Delivery of what waits ----

impl Messaging {
    /// Starts the two tasks that follow: signs of life, and messages that run out.
    pub(crate) fn follow(&self, events: broadcast::Receiver<Arc<Event>>, waiting: Vec<String>) {
        lock(&self.inner.queue.waiting).extend(waiting.iter().cloned());
        let messaging = self.clone();
        self.inner.tasks.spawn(async move {
            for id in waiting {
                messaging.revive(&id).await;
            }
            messaging.follow_events(events).await;
        });
        let messaging = self.clone();
        self.inner
            .tasks
            .spawn(async move { messaging.expire().await });
    }

    /// At start: what a message asked for before the platform ended is asked for again.
    async fn revive(&self, id: &str) {
        match workspaces::get(self.store().read(), id).await {
            Ok(Some(row)) if matches!(row.status, Status::Hibernated | Status::Hibernating) => {
                self.bring_nearer(id, Keep::Waking).await;
            }
            Ok(Some(row)) if row.status_code.as_deref() == Some("waiting_for_memory") => {
                self.bring_nearer(id, Keep::Memory).await;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(workspace = %id, %error, "a waiting message's target could not be read")
            }
        }
        self.pump_later(id, false);
    }

    async fn follow_events(&self, mut events: broadcast::Receiver<Arc<Event>>) {
        loop {
            let event = tokio::select! {
                () = self.inner.stop.cancelled() => return,
                event = events.recv() => event,
            };
            match event {
                Ok(event) => self.hear(&event).await,
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    let all: Vec<String> =
                        lock(&self.inner.queue.waiting).iter().cloned().collect();
                    for id in all {
                        self.pump_later(&id, false);
                    }
                }
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    async fn hear(&self, event: &Event) {
        let id = &event.workspace_id;
        match event.event.as_str() {
            kind::WORKSPACE_HEARTBEAT | kind::TASK_UPDATED => {
                if let Some(tasks) = event.payload["active_tasks"].as_i64() {
                    lock(&self.inner.queue.reported).insert(id.clone(), tasks);
                }
            }
            kind::WORKSPACE_ONLINE => drop(lock(&self.inner.queue.reported).remove(id)),
            kind::WORKSPACE_DEGRADED => {}
            kind::WORKSPACE_REMOVED => {
                lock(&self.inner.queue.reported).remove(id);
                if lock(&self.inner.queue.waiting).remove(id) {
                    let rows = queue::older_than(self.store().read(), Some(id), "9999").await;
                    let done = match rows {
                        Ok(rows) => self
                            .drop_rows(rows, "the workspace was removed")
                            .await
                            .map(drop),
                        Err(error) => Err(error),
                    };
                    if let Err(error) = done {
                        tracing::warn!(workspace = %id, %error, "messages of a removed workspace could not be dropped");
                    }
                }
                return;
            }
            _ => return,
        }
        if lock(&self.inner.queue.waiting).contains(id) {
            self.pump_later(id, false);
        }
    }

    /// Looks after a target's queue, in a task of its own. `own` when a call of ours just ended there.
    pub(crate) fn pump_later(&self, id: &str, own: bool) {
        if !lock(&self.inner.queue.waiting).contains(id) || self.inner.stop.is_cancelled() {
            return;
        }
        let (messaging, id) = (self.clone(), id.to_owned());
        // Boxed: the task starts deliveries, which end in this function again.
        let look: BoxFuture<'static, ()> = Box::pin(async move { messaging.pump(&id, own).await });
        self.inner.tasks.spawn(look);
    }

    /// One at a time for each target; a second comer makes the first look again.
    async fn pump(&self, id: &str, own: bool) {
        if let Some(again) = lock(&self.inner.queue.pumping).get_mut(id) {
            *again = Some(again.unwrap_or(false) || own);
            return;
        }
        lock(&self.inner.queue.pumping).insert(id.to_owned(), None);
        let mut own = own;
        loop {
            if let Err(error) = self.take_what_fits(id, own).await {
                tracing::warn!(workspace = %id, %error, "the queue could not be read; it is tried again");
                self.look_again_in(id, SHORT_PAUSE);
            }
            let mut pumping = lock(&self.inner.queue.pumping);
            match pumping.get_mut(id).and_then(Option::take) {
                Some(next) => own = next,
                None => {
                    pumping.remove(id);
                    return;
                }
            }
        }
    }

    async fn take_what_fits(&self, id: &str, own: bool) -> Result<(), StoreError> {
        loop {
            let Some(row) = workspaces::get(self.store().read(), id).await? else {
                return Ok(());
            };
            if !matches!(row.status, Status::Online | Status::Degraded)
                || self.inner.stop.is_cancelled()
            {
                return Ok(());
            }
            let route = match self.route(&row).await {
                Ok(Some(route)) => route,
                Ok(None) => return Ok(()),
                Err(error) => {
                    tracing::warn!(workspace = %id, %error, "waiting messages cannot be delivered to this address");
                    return Ok(());
                }
            };
            let running = lock(&self.inner.running).get(id).copied().unwrap_or(0);
            let reported = lock(&self.inner.queue.reported)
                .get(id)
                .copied()
                .unwrap_or(row.active_tasks);
            // Right after a call of ours the agent's last word still counts that call.
            let busy = if own { running } else { running.max(reported) };
            if busy >= row.max_concurrent_tasks.max(1) {
                return Ok(());
            }
            let target = id.to_owned();
            let claim: Claim = self
                .store()
                .write(move |write| {
                    Box::pin(async move {
                        let now = write.stamp();
                        queue::claim(write.conn(), &target, &now).await
                    })
                })
                .await?;
            match claim {
                Claim::Empty => {
                    // A message that arrives now puts the name back and looks again.
                    lock(&self.inner.queue.waiting).remove(id);
                    if queue::depth(self.store().read(), id).await? > 0 {
                        lock(&self.inner.queue.waiting).insert(id.to_owned());
                    }
                    return Ok(());
                }
                Claim::NotBefore(time) => {
                    let wait = Timestamp::parse(&time)
                        .ok()
                        .and_then(|time| (time.0 - self.clock().now()).to_std().ok());
                    self.look_again_in(id, wait.unwrap_or(SHORT_PAUSE));
                    return Ok(());
                }
                Claim::Taken(message) => self.deliver_claimed(row, route, *message).await,
            }
        }
    }

    async fn deliver_claimed(
        &self,
        target: WorkspaceRow,
        route: crate::gate::Route,
        message: QueueRow,
    ) {
        let value = message
            .body
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok());
        let Some(value) = value else {
            // Cannot happen while the schema checks bodies; the row must not block those behind it.
            tracing::error!(queue_id = %message.id, "a waiting message lost its body");
            if let Err(error) = self.drop_rows(vec![message], "its body is gone").await {
                tracing::error!(%error, "it could not be dropped either");
            }
            return;
        };
        let delivery = Delivery {
            caller: Caller::of_row(&message),
            activity_id: message.activity_id.clone(),
            envelope: Envelope {
                value,
                cli_form: false,
            },
            deadline: Some(self.options().person_ceiling),
            prefer_async: true,
            queued: Some(message),
            target,
            route,
        };
        let messaging = self.clone();
        // Counted from here, so that the next look sees it.
        let running = crate::messaging::Running::begin(self, &delivery.target.id);
        self.inner.tasks.spawn(async move {
            messaging
                .deliver_counted(delivery, Listener::new(None), running)
                .await;
        });
    }

    fn look_again_in(&self, id: &str, wait: Duration) {
        if !lock(&self.inner.queue.armed).insert(id.to_owned()) {
            return;
        }
        let (messaging, id) = (self.clone(), id.to_owned());
        self.inner.tasks.spawn(async move {
            let slept = tokio::select! {
                () = messaging.inner.stop.cancelled() => false,
                () = messaging.clock().sleep(wait) => true,
            };
            lock(&messaging.inner.queue.armed).remove(&id);
            if slept {
                messaging.pump_later(&id, false);
            }
        });
    }

    /// Drops messages whose time is over. Sleeps until the next one's is; ticks for nothing.
    async fn expire(&self) {
        while !self.inner.stop.is_cancelled() {
            let now = Timestamp(self.clock().now()).to_storage();
            let next = async {
                let rows = queue::expired(self.store().read(), &now).await?;
                self.drop_rows(rows, "nobody could take it in time").await?;
                queue::next_expiry(self.store().read()).await
            };
            let wait = match next.await {
                Ok(None) => None,
                Ok(Some(time)) => {
                    let left = Timestamp::parse(&time)
                        .ok()
                        .and_then(|time| (time.0 - self.clock().now()).to_std().ok());
                    Some(left.unwrap_or(SHORT_PAUSE))
                }
                Err(error) => {
                    tracing::warn!(%error, "messages that ran out could not be dropped");
                    Some(Duration::from_secs(60))
                }
            };
            tokio::select! {
                () = self.inner.stop.cancelled() => {}
                () = self.inner.queue.expiry.notified() => {}
                () = async {
                    match wait {
                        Some(time) => self.clock().sleep(time).await,
                        None => std::future::pending().await,
                    }
                } => {}
            }
        }
    }
}
