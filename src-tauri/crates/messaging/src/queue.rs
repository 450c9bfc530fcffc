//! Messages that wait: kept durably, delivered once, in order (contract 02 section 2, no. 25, 29 to 36).

use crate::{
    Caller, Messaging, MessagingError, SendOutcome,
    delivery::Delivery,
    gate::{Keep, queue_event},
    messaging::lock,
    normalise::Envelope,
    record,
    schedules::{Verdict, end_run},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
    time::Duration,
};
use store::{
    StoreError, WorkspaceRow, Write,
    rows::{
        chat::ChatRow,
        queue::{self, NewQueued, Put, QueueRow},
    },
};
use tokio::sync::Notify;
use wire::Timestamp;

/// Attempts that count before a message fails for good.
pub(crate) const MOST_ATTEMPTS: i64 = 5;
/// Pause after an attempt that found nobody or a busy agent.
pub(crate) const SHORT_PAUSE: Duration = Duration::from_secs(5);

/// What the queue remembers between two looks at the database.
#[derive(Debug, Default)]
pub(crate) struct QueueState {
    /// Targets for which something may wait.
    pub waiting: Mutex<HashSet<String>>,
    /// Running tasks as the target's last sign of life said.
    pub reported: Mutex<HashMap<String, i64>>,
    /// Targets that are being looked after; the value says whether to look again, and how.
    pub pumping: Mutex<HashMap<String, Option<bool>>>,
    /// Targets for which a later look is arranged.
    pub armed: Mutex<HashSet<String>>,
    /// Something new may run out.
    pub expiry: Notify,
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
            Keep::Behind | Keep::Busy | Keep::Scheduled => {}
        }
        Ok(SendOutcome::new(202, body))
    }

    /// Whether messages may be waiting for a target.
    pub(crate) fn something_waits_for(&self, id: &str) -> bool {
        lock(&self.inner.queue.waiting).contains(id)
    }

    pub(crate) async fn bring_nearer(&self, target: &str, why: Keep) {
        let wake = &self.inner.deps.wake;
        match why {
            Keep::Waking => {
                if let Err(error) = wake.wake(target).await {
                    // The message is kept; the next start or message asks again.
                    tracing::warn!(workspace = %target, %error, "a sleeping workspace could not be woken");
                }
            }
            Keep::Memory => wake.release_waiting(target).await,
            Keep::Asked | Keep::Behind | Keep::Busy | Keep::Scheduled => {}
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

    /// A message as the queue keeps it, for delivery as soon as its target takes it.
    pub(crate) fn waiting_row(
        &self,
        target: &str,
        caller: &Caller,
        envelope: &Envelope,
        activity_id: String,
    ) -> NewQueued {
        NewQueued {
            id: store::new_id(),
            workspace_id: target.to_owned(),
            caller_id: caller.workspace().map(str::to_owned),
            caller_kind: caller.kind().to_owned(),
            caller_label: caller.label().map(str::to_owned),
            body: envelope.value.to_string(),
            method: Some(envelope.method().to_owned()),
            idempotency_key: envelope.message_id().map(str::to_owned),
            activity_id,
            expires_at: self.at(self.options().queue_ttl),
            not_before: None,
            dispatched: false,
        }
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
            not_before: pause.map(|pause| self.at(pause)),
            dispatched,
            ..self.waiting_row(&target.id, caller, envelope, activity_id)
        };
        let put: Put = self
            .store()
            .write(move |write| Box::pin(async move { put_in(write, row, turn, reason).await }))
            .await
            .map_err(MessagingError::Unavailable)?;
        match put {
            Put::Queued { id, depth, .. } => Ok((id, depth)),
            Put::Full => Err(MessagingError::QueueFull),
        }
    }

    pub(crate) fn at(&self, later: Duration) -> String {
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

    pub(crate) async fn drop_rows(
        &self,
        rows: Vec<QueueRow>,
        reason: &'static str,
    ) -> Result<u64, StoreError> {
        if rows.is_empty() {
            return Ok(0);
        }
        let secrets = self.inner.deps.secrets.clone();
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
                        if row.is_scheduled() {
                            let left_out = Verdict::left_out(&reason);
                            end_run(write, &secrets, &row.id, left_out).await?;
                        }
                        dropped += 1;
                    }
                    Ok(dropped)
                })
            })
            .await
    }
}

/// Keeps a message, its half of the chat and the event that tells of it.
pub(crate) async fn put_in(
    write: &mut Write,
    row: NewQueued,
    turn: Option<ChatRow>,
    reason: &str,
) -> Result<Put, StoreError> {
    let now = write.stamp();
    let put = queue::put(write.conn(), &row, &now).await?;
    if let Put::Queued { id, new: true, .. } = &put {
        if let Some(turn) = turn {
            let turn = ChatRow {
                created_at: now,
                ..turn
            };
            store::rows::chat::put(write.conn(), &turn).await?;
        }
        let status = if row.dispatched {
            "dispatched"
        } else {
            "queued"
        };
        let caller = row.caller_id.as_deref();
        let event = queue_event(&row.workspace_id, id, caller, status, reason);
        write.event(event).await?;
    }
    Ok(put)
}
