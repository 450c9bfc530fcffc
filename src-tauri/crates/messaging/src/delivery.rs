//! One message on its way to one agent, whoever still listens (contract 02 sections 1.4 and 1.5, no. 13, 22, 23).

use crate::{
    Caller, Messaging, MessagingError, SendOutcome,
    agent::{CallFailure, Reply},
    failpoints,
    gate::{Keep, Route},
    messaging::Running,
    mock,
    normalise::Envelope,
    record::{Ending, Finished},
    schedules::Place,
    send::{safe_detail, short_form, stream_error},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{WorkspaceRow, rows::queue::QueueRow};
use tokio::sync::{Notify, broadcast, mpsc};
use wire::Event;

/// Everything about one delivery.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub target: WorkspaceRow,
    pub route: Route,
    pub envelope: Envelope,
    pub caller: Caller,
    /// The activity row it will write.
    pub activity_id: String,
    /// End of the call; `None` for none.
    pub deadline: Option<Duration>,
    pub prefer_async: bool,
    /// It comes from the queue.
    pub queued: Option<QueueRow>,
    /// Its place among the runs of schedules that are under way.
    pub place: Option<Place>,
}

/// What a sender hears of a delivery.
#[derive(Debug)]
pub(crate) enum Note {
    /// The agent streams.
    Streaming,
    /// One event of the stream.
    Event(Value),
    /// The end.
    Done(Result<SendOutcome, MessagingError>),
}

/// The sender's ear, if one is there, and the pulse of the call.
#[derive(Debug)]
pub(crate) struct Listener {
    notes: Option<mpsc::UnboundedSender<Note>>,
    pulse: Notify,
    streams: AtomicBool,
}

impl Listener {
    pub fn new(notes: Option<mpsc::UnboundedSender<Note>>) -> Self {
        Self {
            notes,
            pulse: Notify::new(),
            streams: AtomicBool::new(false),
        }
    }

    /// Bytes came.
    pub fn progress(&self) {
        self.pulse.notify_one();
    }

    /// The answer is a stream.
    pub fn streaming(&self) {
        self.streams.store(true, Ordering::Release);
        self.tell(Note::Streaming);
    }

    /// An event of the stream.
    pub fn event(&self, event: Value) {
        self.pulse.notify_one();
        self.tell(Note::Event(event));
    }

    fn tell(&self, note: Note) {
        if let Some(notes) = &self.notes {
            // The sender hung up; the delivery goes on.
            let _ = notes.send(note);
        }
    }
}

impl Messaging {
    /// Carries a message to its end: the call, the record, the answer, and then whatever waits for the same target.
    pub(crate) async fn deliver(&self, delivery: Delivery, listener: Listener) {
        let running = Running::begin(self, &delivery.target.id);
        self.deliver_counted(delivery, listener, running).await;
    }

    /// [`Self::deliver`] for a call that is counted already.
    pub(crate) async fn deliver_counted(
        &self,
        mut delivery: Delivery,
        listener: Listener,
        running: Running,
    ) {
        let listener = Arc::new(listener);
        let began = self.clock().awake();
        let scheduled = delivery.queued.as_ref().is_some_and(QueueRow::is_scheduled);
        if scheduled {
            failpoints::reached("schedule.taken").await;
        }
        let result = self.call(&mut delivery, &listener).await;
        let elapsed = self.clock().awake().saturating_sub(began).as_millis();
        // A zero would not end the canvas's "thinking" (contract 02 section 7.4).
        let duration_ms = i64::try_from(elapsed).unwrap_or(i64::MAX).max(1);
        if scheduled {
            failpoints::reached("schedule.answered").await;
        }
        let outcome = match result {
            Ok(reply) => {
                self.answered(&delivery, reply, duration_ms, &listener)
                    .await
            }
            Err(failure) => self.failed(&mut delivery, failure, duration_ms).await,
        };
        if scheduled {
            failpoints::reached("schedule.recorded").await;
        }
        drop(running);
        if delivery.place.take().is_some() {
            self.let_held_go();
        }
        listener.tell(Note::Done(outcome));
        self.pump_later(&delivery.target.id, true);
    }

    /// The call itself, under its three limits: the target's silence, the deadline, the platform's end.
    async fn call(
        &self,
        delivery: &mut Delivery,
        listener: &Arc<Listener>,
    ) -> Result<Reply, CallFailure> {
        let mut events = self.store().events().subscribe();
        let facts = self.inner.deps.agents.facts(&delivery.target.id);
        let idle = facts.idle_timeout.unwrap_or(self.options().idle_timeout);
        let call = {
            let messaging = self.clone();
            let (route, envelope) = (delivery.route.clone(), delivery.envelope.clone());
            let (target, caller, listener) = (
                delivery.target.clone(),
                delivery.caller.clone(),
                listener.clone(),
            );
            async move {
                match route {
                    Route::Mock => {
                        let body = mock::answer(&messaging, &target, &envelope, &listener).await;
                        Ok(Reply {
                            status: 200,
                            body,
                            bytes: None,
                            broken: None,
                        })
                    }
                    Route::Agent(address) => {
                        let body = match caller.workspace() {
                            Some(id) => envelope.sent_by(id),
                            None => envelope.value,
                        };
                        messaging
                            .inner
                            .client
                            .post(&address, &body, caller.workspace(), &listener)
                            .await
                    }
                }
            }
        };
        tokio::pin!(call);
        let limit = delivery.deadline;
        let deadline = async {
            match limit {
                Some(time) => self.clock().sleep(time).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(deadline);
        let mut told = delivery.queued.is_some();
        loop {
            let silence = self.clock().sleep(idle);
            let target = delivery.target.id.clone();
            tokio::select! {
                biased;
                result = &mut call => return result,
                () = &mut deadline => return Err(CallFailure::Deadline(limit.unwrap_or_default())),
                () = self.inner.cut.cancelled() => return Err(CallFailure::Stopped),
                () = sign_of(&mut events, &target) => {}
                () = listener.pulse.notified() => {}
                () = silence, if !told && !listener.streams.load(Ordering::Acquire) => {
                    told = true;
                    self.still_working(delivery, facts.session, listener).await;
                }
            }
        }
    }

    /// The target has been silent for the idle time. Its sender is not kept waiting; the call goes on, and its answer
    /// comes by event (no. 22: it is never sent a second time).
    async fn still_working(&self, delivery: &mut Delivery, session: bool, listener: &Listener) {
        if session {
            listener.tell(Note::Done(Err(MessagingError::BusySession)));
            return;
        }
        match self.keep_in_flight(delivery).await {
            Ok((row, outcome)) => {
                delivery.queued = Some(row);
                listener.tell(Note::Done(Ok(outcome)));
            }
            Err(error) => {
                tracing::warn!(target = %delivery.target.id, %error, "a call in flight could not be written down");
                listener.tell(Note::Done(Err(MessagingError::Busy)));
            }
        }
    }

    async fn answered(
        &self,
        delivery: &Delivery,
        reply: Reply,
        duration_ms: i64,
        listener: &Listener,
    ) -> Result<SendOutcome, MessagingError> {
        // An agent that says "not now" did not take a queued message; it keeps its place.
        if let Some(row) = &delivery.queued
            && matches!(reply.status, 429 | 503)
        {
            self.give_back(
                delivery,
                row,
                &format!("the agent answered {}", reply.status),
                false,
            )
            .await;
            return Err(MessagingError::Busy);
        }
        let failed = reply.status >= 400 || reply.broken.is_some();
        if let Some(reason) = &reply.broken {
            listener.event(stream_error(&format!(
                "the agent's answer broke off: {reason}"
            )));
        }
        self.record(Finished {
            delivery,
            answer: Some(&reply.body),
            error: reply
                .broken
                .as_ref()
                .map(|reason| safe_detail(self, reason)),
            duration_ms,
            status: Some(reply.status),
            reached: !failed,
            ending: Ending::of(delivery, failed),
        })
        .await;
        if reply.broken.is_some() {
            return Err(MessagingError::UnreadableAnswer {
                delivery_confirmed: true,
            });
        }
        let status = reply.status;
        Ok(match status {
            200..300 if delivery.envelope.cli_form => {
                SendOutcome::new(status, short_form(&reply.body))
            }
            200..300 => SendOutcome {
                bytes: reply.bytes,
                ..SendOutcome::new(status, reply.body)
            },
            _ => SendOutcome::new(status, refusal(status, &reply.body)),
        })
    }

    async fn failed(
        &self,
        delivery: &mut Delivery,
        failure: CallFailure,
        duration_ms: i64,
    ) -> Result<SendOutcome, MessagingError> {
        let id = delivery.target.id.clone();
        let unsure = !matches!(
            failure,
            CallFailure::NotBuilt(_)
                | CallFailure::NotRoutable
                | CallFailure::TooLarge
                | CallFailure::Stopped
        );
        let dead = unsure
            && delivery.target.has_container()
            && self.inner.deps.wake.container_running(&id).await == Some(false);
        if dead {
            self.inner.deps.wake.restart_dead(&id).await;
        }
        let cause = safe_detail(self, &failure.to_string());
        if let Some(row) = delivery.queued.clone() {
            // Its first call may have begun outside the queue; what counts is that a 202 was given for it.
            let again = match failure {
                // Stays claimed; the next start takes it back.
                CallFailure::Stopped => return Err(MessagingError::ShuttingDown),
                CallFailure::NoConnection(_) | CallFailure::NoConnectionInTime => Some(false),
                // A run of a schedule costs and acts: it may have begun, so it is not begun again.
                CallFailure::Broken(_) if row.is_scheduled() => None,
                // The agent, or its process, died with the work: an acknowledged message is not lost for that. It
                // counts, so that a message that kills its agent does not do so for ever.
                CallFailure::Broken(_) | CallFailure::NotRoutable => Some(true),
                CallFailure::NotBuilt(_)
                | CallFailure::Unreadable { .. }
                | CallFailure::TooLarge
                | CallFailure::Deadline(_) => None,
            };
            if let Some(counted) = again
                && !(counted && row.attempts >= crate::queue::MOST_ATTEMPTS)
            {
                self.give_back(delivery, &row, &cause, counted).await;
                return Err(MessagingError::Busy);
            }
        }
        let session = self.inner.deps.agents.facts(&id).session;
        let keep = failure.provably_not_accepted()
            && delivery.queued.is_none()
            && if dead {
                delivery.prefer_async
            } else {
                matches!(failure, CallFailure::NoConnectionInTime) && !session
                    || matches!(failure, CallFailure::NoConnection(_)) && delivery.prefer_async
            };
        if keep {
            return self
                .keep_after_failure(delivery, &cause, duration_ms, dead)
                .await;
        }
        self.record(Finished {
            delivery,
            answer: None,
            error: Some(cause),
            duration_ms,
            status: None,
            reached: false,
            ending: Ending::of(delivery, true),
        })
        .await;
        Err(match failure {
            CallFailure::Stopped => MessagingError::ShuttingDown,
            _ if dead => MessagingError::Restarting,
            CallFailure::NotBuilt(_) => MessagingError::RequestNotBuilt,
            CallFailure::NotRoutable => MessagingError::NotRoutable,
            CallFailure::NoConnection(_) => MessagingError::Unreachable,
            CallFailure::Broken(_) | CallFailure::NoConnectionInTime | CallFailure::Deadline(_)
                if session =>
            {
                MessagingError::BusySession
            }
            CallFailure::Broken(_) | CallFailure::NoConnectionInTime | CallFailure::Deadline(_) => {
                MessagingError::Busy
            }
            CallFailure::Unreadable { confirmed, .. } => MessagingError::UnreadableAnswer {
                delivery_confirmed: confirmed,
            },
            CallFailure::TooLarge => MessagingError::AnswerTooLarge,
        })
    }

    /// Nothing was delivered, and the message may wait: the failed attempt is written down, the message queued.
    async fn keep_after_failure(
        &self,
        delivery: &Delivery,
        cause: &str,
        duration_ms: i64,
        dead: bool,
    ) -> Result<SendOutcome, MessagingError> {
        let why = if dead { Keep::Asked } else { Keep::Busy };
        let outcome = self
            .enqueue(
                &delivery.target,
                &delivery.caller,
                &delivery.envelope,
                delivery.activity_id.clone(),
                why,
            )
            .await;
        self.record(Finished {
            delivery,
            answer: None,
            error: Some(cause.to_owned()),
            duration_ms,
            status: None,
            reached: false,
            ending: if outcome.is_ok() {
                Ending::Attempt
            } else {
                Ending::Direct
            },
        })
        .await;
        outcome.map_err(|error| match error {
            MessagingError::QueueFull => error,
            _ => MessagingError::Busy,
        })
    }
}

/// An agent's failure as the sender gets it: its own words, else the status's standard text (no. 18).
fn refusal(status: u16, body: &Value) -> Value {
    let standard = || {
        http::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("agent error")
    };
    if let Some(text) = body["error"].as_str() {
        return json!({"error": text, "code": "agent_error"});
    }
    match body["error"]["message"].as_str() {
        Some(text) => json!({"error": text, "code": body["error"]["code"]}),
        None => json!({"error": standard(), "code": "agent_error"}),
    }
}

/// Waits for a live event about `target`. Having missed some counts as one.
async fn sign_of(events: &mut broadcast::Receiver<Arc<Event>>, target: &str) {
    loop {
        match events.recv().await {
            Ok(event) if event.workspace_id == target => return,
            Ok(_) => {}
            Err(broadcast::error::RecvError::Lagged(_)) => return,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}
