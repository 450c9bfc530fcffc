//! The front door: a message comes in, a typed outcome goes out (contract 02 sections 1 and 4.2).

use crate::{
    Caller, Messaging, MessagingError,
    delivery::{Delivery, Listener, Note},
    gate::Way,
    normalise::{Envelope, normalise},
    reading, record, scrub,
};
use bytes::Bytes;
use futures::{Stream, StreamExt, future::BoxFuture, stream::BoxStream};
use serde_json::{Value, json};
use std::{fmt, time::Duration};
use store::{StoreError, WorkspaceRow, Write, rows::activity};
use tokio::sync::mpsc;

/// How a sender wants to be served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SendOptions {
    /// `Prefer: respond-async`: the message may wait in the queue when the target cannot take it now.
    pub prefer_async: bool,
    /// `X-Timeout`: end of the call. Zero: none. `None`: 30 minutes between agents, 60 for a person.
    pub timeout: Option<Duration>,
}

/// What an HTTP face writes: status, `Retry-After` in seconds, JSON body.
#[derive(Debug, Clone, PartialEq)]
pub struct SendOutcome {
    /// HTTP status.
    pub status: u16,
    /// Seconds for `Retry-After`.
    pub retry_after: Option<u64>,
    /// Body.
    pub body: Value,
    /// The body as the agent wrote it: a yes of an agent reaches its caller byte for byte (contract 02 section 1.5),
    /// JSON or not. `body` then is how the platform reads and keeps it.
    pub bytes: Option<Bytes>,
}

impl SendOutcome {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            retry_after: None,
            body,
            bytes: None,
        }
    }
}

/// What [`Messaging::stream`] gives.
pub enum StreamOutcome {
    /// The agent streams: its JSON-RPC objects, in its order, as they come.
    Events(BoxStream<'static, Value>),
    /// It does not stream, or the message waits: one whole answer.
    Whole(SendOutcome),
}

impl fmt::Debug for StreamOutcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Events(_) => out.write_str("Events"),
            Self::Whole(whole) => out.debug_tuple("Whole").field(whole).finish(),
        }
    }
}

enum Begun {
    Answered(SendOutcome),
    Deliver(Box<Delivery>),
}

impl Messaging {
    /// Sends a message (or any other JSON-RPC call) to `target` and waits for the answer. A stream of the agent is put
    /// together to one answer. The delivery is detached: a sender that goes away changes nothing.
    ///
    /// # Errors
    /// See [`MessagingError`]; [`MessagingError::outcome`] is the HTTP form. An agent's own failure (status 300 and
    /// above) is an `Ok` outcome with that status.
    pub async fn send(
        &self,
        target: &str,
        caller: Caller,
        body: Value,
        options: SendOptions,
    ) -> Result<SendOutcome, MessagingError> {
        let mut notes = self.launch(target, caller, body, options);
        loop {
            match notes.recv().await {
                Some(Note::Done(result)) => return result,
                Some(Note::Streaming | Note::Event(_)) => {}
                None => return Err(MessagingError::ShuttingDown),
            }
        }
    }

    /// Sends a message and passes the agent's stream on, event by event. The activity row comes at the end, with the
    /// answer put together.
    ///
    /// # Errors
    /// As [`Self::send`]. A stream that breaks ends with a JSON-RPC error object.
    pub async fn stream(
        &self,
        target: &str,
        caller: Caller,
        body: Value,
        options: SendOptions,
    ) -> Result<StreamOutcome, MessagingError> {
        let mut notes = self.launch(target, caller, body, options);
        match notes.recv().await {
            None => Err(MessagingError::ShuttingDown),
            Some(Note::Done(result)) => result.map(StreamOutcome::Whole),
            Some(Note::Streaming) => Ok(StreamOutcome::Events(events(notes, None).boxed())),
            Some(Note::Event(first)) => {
                Ok(StreamOutcome::Events(events(notes, Some(first)).boxed()))
            }
        }
    }

    /// [`Self::send`] behind a pointer: an agent that asks another agent from within a delivery.
    pub(crate) fn ask(
        &self,
        target: String,
        caller: Caller,
        body: Value,
    ) -> BoxFuture<'static, Result<SendOutcome, MessagingError>> {
        let messaging = self.clone();
        Box::pin(async move {
            messaging
                .send(&target, caller, body, SendOptions::default())
                .await
        })
    }

    fn launch(
        &self,
        target: &str,
        caller: Caller,
        body: Value,
        options: SendOptions,
    ) -> mpsc::UnboundedReceiver<Note> {
        let (sender, notes) = mpsc::unbounded_channel();
        if self.inner.stop.is_cancelled() {
            let _ = sender.send(Note::Done(Err(MessagingError::ShuttingDown)));
            return notes;
        }
        let messaging = self.clone();
        let target = target.to_owned();
        self.inner.tasks.spawn(async move {
            let result = match messaging.begin(&target, caller, body, options).await {
                Ok(Begun::Deliver(delivery)) => {
                    messaging
                        .deliver(*delivery, Listener::new(Some(sender)))
                        .await;
                    return;
                }
                Ok(Begun::Answered(outcome)) => Ok(outcome),
                Err(error) => Err(error),
            };
            // Nobody listens any more: what was stored stands.
            let _ = sender.send(Note::Done(result));
        });
        notes
    }

    async fn begin(
        &self,
        target: &str,
        caller: Caller,
        body: Value,
        options: SendOptions,
    ) -> Result<Begun, MessagingError> {
        let (row, way) = self.gate(target, &caller, options.prefer_async).await?;
        let envelope = normalise(body)?;
        match way {
            Way::Poll => self
                .accept_for_poll(&row, &caller, &envelope)
                .await
                .map(Begun::Answered),
            Way::Keep(why) => {
                let outcome = self
                    .enqueue(&row, &caller, &envelope, store::new_id(), why)
                    .await;
                outcome.map(Begun::Answered)
            }
            Way::Deliver(route) => {
                let ceiling = match caller {
                    Caller::Workspace(_) => self.options().agent_ceiling,
                    Caller::Person | Caller::System(_) => self.options().person_ceiling,
                };
                let delivery = Delivery {
                    activity_id: store::new_id(),
                    deadline: Some(options.timeout.unwrap_or(ceiling))
                        .filter(|time| !time.is_zero()),
                    prefer_async: options.prefer_async,
                    queued: None,
                    place: None,
                    target: row,
                    route,
                    envelope,
                    caller,
                };
                self.begin_turn(&delivery).await;
                Ok(Begun::Deliver(Box::new(delivery)))
            }
        }
    }

    /// The person's message is in the chat before the agent has it, so that a window opened meanwhile shows it.
    async fn begin_turn(&self, delivery: &Delivery) {
        let Some(row) = record::user_message(self, delivery) else {
            return;
        };
        let done: Result<(), StoreError> = self
            .store()
            .write(move |write| {
                Box::pin(async move {
                    let row = store::rows::chat::ChatRow {
                        created_at: write.stamp(),
                        ..row
                    };
                    store::rows::chat::put(write.conn(), &row).await
                })
            })
            .await;
        if let Err(error) = done {
            tracing::warn!(%error, "a chat message could not be stored before its delivery");
        }
    }

    /// The target fetches its messages: the row is the delivery (contract 02 section 4.2).
    async fn accept_for_poll(
        &self,
        target: &WorkspaceRow,
        caller: &Caller,
        envelope: &Envelope,
    ) -> Result<SendOutcome, MessagingError> {
        let message = self.for_fetching(target, caller, envelope);
        let stored: Result<String, StoreError> = self
            .store()
            .write(move |write| Box::pin(async move { message.put(write).await }))
            .await;
        let activity_id = stored.map_err(MessagingError::NotStored)?;
        Ok(SendOutcome::new(
            200,
            json!({"status": "queued", "delivery_mode": "poll", "activity_id": activity_id, "method": envelope.method()}),
        ))
    }

    /// A message as an agent that fetches finds it.
    pub(crate) fn for_fetching(
        &self,
        target: &WorkspaceRow,
        caller: &Caller,
        envelope: &Envelope,
    ) -> ForFetching {
        let secrets = &self.inner.deps.secrets;
        let id = store::new_id();
        let (raw, safe) = (
            envelope.value.to_string(),
            scrub::scrubbed(secrets, &envelope.value).to_string(),
        );
        ForFetching {
            turn: record::user_row(secrets, &target.id, &id, caller, envelope),
            entry: activity::NewActivity {
                id,
                workspace_id: target.id.clone(),
                activity_type: "a2a_receive".into(),
                source_id: caller.workspace().map(str::to_owned),
                source_kind: caller.kind().into(),
                source_label: caller.label().map(str::to_owned),
                target_id: Some(target.id.clone()),
                method: Some(envelope.method().to_owned()),
                summary: Some(format!("{} → {}", envelope.method(), target.name)),
                request_body: Some(safe.clone()),
                status: "ok".into(),
                idempotency_key: envelope.message_id().map(str::to_owned),
                ..activity::NewActivity::default()
            },
            raw: (raw != safe).then_some(raw),
        }
    }
}

/// A message that waits in the activity log for its agent to fetch it.
#[derive(Debug)]
pub(crate) struct ForFetching {
    entry: activity::NewActivity,
    turn: Option<store::rows::chat::ChatRow>,
    /// The message as it was sent, where the row's own text hides something of it.
    raw: Option<String>,
}

impl ForFetching {
    /// Writes it down and gives the id of its row; a message that is there already is not written again.
    pub async fn put(self, write: &mut Write) -> Result<String, StoreError> {
        let Self { entry, turn, raw } = self;
        if let Some(key) = &entry.idempotency_key
            && let Some(first) =
                activity::by_key(&mut *write.conn(), &entry.workspace_id, key).await?
        {
            return Ok(first);
        }
        crate::log_entry::write(write, &entry).await?;
        // The row is the delivery, so the agent has to find the message in it as it was sent; the event, the search and
        // the chat show the safe one.
        if let Some(raw) = raw {
            activity::set_request(write.conn(), &entry.id, raw).await?;
        }
        let now = write.stamp();
        if let Some(turn) = turn {
            let turn = store::rows::chat::ChatRow {
                created_at: now.clone(),
                ..turn
            };
            store::rows::chat::put(write.conn(), &turn).await?;
        }
        record::touch(write, &entry.workspace_id, entry.source_id.as_deref(), &now).await?;
        Ok(entry.id)
    }
}

/// The form of an answer that the command line's short form expects (no. 14).
pub(crate) fn short_form(answer: &Value) -> Value {
    match answer["error"]["message"].as_str() {
        Some(text) => json!({"error": text}),
        None => json!({"result": reading::of_answer(answer).text}),
    }
}

fn events(
    notes: mpsc::UnboundedReceiver<Note>,
    first: Option<Value>,
) -> impl Stream<Item = Value> + Send + 'static {
    futures::stream::unfold((notes, first), |(mut notes, first)| async move {
        if let Some(event) = first {
            return Some((event, (notes, None)));
        }
        loop {
            match notes.recv().await? {
                Note::Event(event) => return Some((event, (notes, None))),
                Note::Streaming | Note::Done(Ok(_)) => {}
                Note::Done(Err(error)) => {
                    return Some((stream_error(&error.to_string()), (notes, None)));
                }
            }
        }
    })
}

/// How a stream says that it broke off.
pub(crate) fn stream_error(text: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32603, "message": text}})
}

/// Text for a stored error.
pub(crate) fn safe_detail(messaging: &Messaging, text: &str) -> String {
    reading::cut(&scrub::text(&messaging.inner.deps.secrets, text), 4096)
}
