//! Delivery of what waits: at every sign of life of a target, right after each call there, and after a pause.

use crate::{
    Caller, Messaging,
    delivery::{Delivery, Listener},
    gate::{Keep, Route},
    messaging::{Running, lock},
    normalise::Envelope,
    queue::SHORT_PAUSE,
    schedules::Place,
};
use futures::future::BoxFuture;
use std::{sync::Arc, time::Duration};
use store::{
    StoreError, WorkspaceRow,
    rows::{
        queue::{self, Claim, QueueRow},
        workspaces,
    },
};
use tokio::sync::broadcast;
use wire::{Event, Status, Timestamp, kind};

impl Messaging {
    /// Starts the two tasks that follow: signs of life, and messages that run out.
    pub(crate) fn follow(&self, events: broadcast::Receiver<Arc<Event>>, waiting: Vec<String>) {
        lock(&self.inner.queue.waiting).extend(waiting.iter().cloned());
        let messaging = self.clone();
        self.inner.tasks.spawn(async move {
            for id in waiting {
                messaging.revive(&id).await;
            }
            messaging.all_initial_prompts().await;
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
        let watched = clock::watch(&self.inner.deps.clock, "message-delivery", clock::ROUND);
        loop {
            let event = tokio::select! {
                () = self.inner.stop.cancelled() => return,
                event = watched.waits(events.recv()) => event,
            };
            match event {
                Ok(event) => self.hear(&event).await,
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    let all: Vec<String> =
                        lock(&self.inner.queue.waiting).iter().cloned().collect();
                    for id in all {
                        self.pump_later(&id, false);
                    }
                    self.all_initial_prompts().await;
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
            kind::WORKSPACE_ONLINE => {
                lock(&self.inner.queue.reported).remove(id);
                self.mock_may_begin(id);
            }
            // The prompt was allowed, or written, after the agent came up.
            kind::WORKSPACE_UPDATED => return self.mock_may_begin(id),
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

    /// In a task of its own: nobody who follows the events waits for a write.
    fn mock_may_begin(&self, id: &str) {
        let (messaging, id) = (self.clone(), id.to_owned());
        self.inner
            .tasks
            .spawn(async move { messaging.initial_prompt(&id).await });
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
    pub(crate) async fn pump(&self, id: &str, own: bool) {
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
            let place = self.inner.scheduled.place();
            let hold_scheduled = place.is_none();
            let claim: Claim = self
                .store()
                .write(move |write| {
                    Box::pin(async move {
                        let now = write.stamp();
                        queue::claim(write.conn(), &target, &now, hold_scheduled).await
                    })
                })
                .await?;
            let is_scheduled = matches!(&claim, Claim::Taken(message) if message.is_scheduled());
            let place = if is_scheduled {
                place
            } else {
                self.leave_place(place);
                None
            };
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
                Claim::Held => {
                    if self.inner.scheduled.hold(id) {
                        return Ok(());
                    }
                }
                Claim::Taken(message) => {
                    self.deliver_claimed(row, route, *message, place).await;
                }
            }
        }
    }

    async fn deliver_claimed(
        &self,
        target: WorkspaceRow,
        route: Route,
        message: QueueRow,
        place: Option<Place>,
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
            place,
        };
        let messaging = self.clone();
        // Counted from here, so that the next look sees it.
        let running = Running::begin(self, &delivery.target.id);
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
        let watched = clock::watch(&self.inner.deps.clock, "message-expiry", clock::ROUND);
        while !self.inner.stop.is_cancelled() {
            watched.tick();
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
                () = watched.waits(async {
                    match wait {
                        Some(time) => self.clock().sleep(time).await,
                        None => std::future::pending().await,
                    }
                }) => {}
            }
        }
    }
}
