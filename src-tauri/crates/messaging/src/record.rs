//! What a delivery leaves behind, in one write with its events (contract 02 section 1.6, no. 31, 55 to 60).

use crate::{
    Caller, Messaging,
    delivery::Delivery,
    log_entry,
    normalise::Envelope,
    reading,
    schedules::{Verdict, end_run},
    scrub,
};
use chrono::NaiveTime;
use serde_json::{Value, json};
use store::{
    NewEvent, StoreError, Write,
    rows::{
        activity::NewActivity,
        chat::{self, ChatRow},
        queue, usage,
        workspaces::{Column, set_column},
    },
};
use vault::redact::KnownSecrets;
use wire::{Timestamp, kind};

/// Answers longer than this are left out of `A2A_RESPONSE`; the chat history has their text.
const EVENT_BYTES: usize = 256 * 1024;
/// How the runtime's note to itself begins; it is never shown as a person's words (contract 02 section 6.5).
const OWN_NOTE: &str = "Delegation results are ready. Review them and take appropriate action";

/// What becomes of the queue row and the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It never was in the queue.
    Direct,
    /// An attempt failed and the message waits: the row says so, the chat turn stays open.
    Attempt,
    /// It was in the queue, and is completed.
    Completed,
    /// It was in the queue, and failed for good.
    Failed,
}

impl Ending {
    pub fn of(delivery: &Delivery, failed: bool) -> Self {
        match (&delivery.queued, failed) {
            (None, _) => Self::Direct,
            (Some(_), false) => Self::Completed,
            (Some(_), true) => Self::Failed,
        }
    }
}

/// A delivery that came to an end.
pub(crate) struct Finished<'d> {
    pub delivery: &'d Delivery,
    /// What the agent said.
    pub answer: Option<&'d Value>,
    /// What went wrong, safe to store.
    pub error: Option<String>,
    pub duration_ms: i64,
    /// HTTP status of the answer.
    pub status: Option<u16>,
    /// The agent answered below 400.
    pub reached: bool,
    pub ending: Ending,
}

/// The person's (or the platform's) half of a chat turn; `None` when the message is none for the chat. Its time is set
/// by the write.
pub(crate) fn user_message(messaging: &Messaging, delivery: &Delivery) -> Option<ChatRow> {
    let (target, envelope) = (&delivery.target.id, &delivery.envelope);
    user_row(
        &messaging.inner.deps.secrets,
        target,
        &delivery.activity_id,
        &delivery.caller,
        envelope,
    )
}

pub(crate) fn user_row(
    secrets: &KnownSecrets,
    target: &str,
    activity_id: &str,
    caller: &Caller,
    envelope: &Envelope,
) -> Option<ChatRow> {
    if !in_chat(caller, envelope) {
        return None;
    }
    let said = reading::of_request(&envelope.value);
    if said.is_empty() || said.text.starts_with(OWN_NOTE) {
        return None;
    }
    Some(ChatRow {
        id: format!("{activity_id}:u"),
        workspace_id: target.to_owned(),
        activity_id: activity_id.to_owned(),
        role: if *caller == Caller::Person {
            "user"
        } else {
            "system"
        }
        .to_owned(),
        content: scrub::text(secrets, &said.text).into_owned(),
        attachments: scrub::scrubbed(secrets, &Value::Array(said.files)).to_string(),
        source_kind: caller.kind().to_owned(),
        created_at: String::new(),
    })
}

fn in_chat(caller: &Caller, envelope: &Envelope) -> bool {
    caller.workspace().is_none() && !caller.is_silent() && envelope.is_message()
}

/// The agent's half. `answer` has been scrubbed.
pub(crate) fn agent_row(
    target: &str,
    activity_id: &str,
    kind: &str,
    answer: &Value,
    failed: bool,
) -> Option<ChatRow> {
    let said = reading::of_answer(answer);
    let text = said.text.as_str();
    let agent_error = text
        .get(..11)
        .is_some_and(|start| start.eq_ignore_ascii_case("agent error"));
    (!said.is_empty()).then(|| ChatRow {
        id: format!("{activity_id}:a"),
        workspace_id: target.to_owned(),
        activity_id: activity_id.to_owned(),
        role: if failed || agent_error {
            "system"
        } else {
            "agent"
        }
        .to_owned(),
        content: text.to_owned(),
        attachments: Value::Array(said.files.clone()).to_string(),
        source_kind: kind.to_owned(),
        created_at: String::new(),
    })
}

/// Idleness of the target counts from here, and the sender has spoken.
pub(crate) async fn touch(
    write: &mut Write,
    target: &str,
    sender: Option<&str>,
    now: &str,
) -> Result<(), StoreError> {
    set_column(write.conn(), target, Column::LastActiveAt, now, now).await?;
    if let Some(sender) = sender {
        set_column(write.conn(), sender, Column::LastOutboundAt, now, now).await?;
    }
    Ok(())
}

/// UTC midnight as storage text.
pub(crate) fn day_of(time: chrono::DateTime<chrono::Utc>) -> String {
    Timestamp(time.date_naive().and_time(NaiveTime::MIN).and_utc()).to_storage()
}

impl Messaging {
    /// Writes the end of a delivery down. A database that refuses is logged; the answer still reaches its sender.
    pub(crate) async fn record(&self, finished: Finished<'_>) {
        let target = finished.delivery.target.id.clone();
        let job = self.write_down(finished);
        if let Err(error) = job.await {
            tracing::error!(workspace = %target, %error, "the end of a message could not be written down");
        }
    }

    async fn write_down(&self, finished: Finished<'_>) -> Result<(), StoreError> {
        let Finished {
            delivery,
            answer,
            error,
            duration_ms,
            status,
            reached,
            ending,
        } = finished;
        let secrets = &self.inner.deps.secrets;
        let Delivery {
            target,
            caller,
            envelope,
            ..
        } = delivery;
        let answer = answer.map(|answer| scrub::scrubbed(secrets, answer));
        let failed = !reached;
        let activity_id = match ending {
            // The row of the attempt is not the row that ends the turn.
            Ending::Attempt => store::new_id(),
            _ => delivery.activity_id.clone(),
        };
        let method = envelope.method().to_owned();
        let summary = match &error {
            Some(cause) => format!("A2A request to {} failed: {cause}", target.name),
            None => format!("{method} → {}", target.name),
        };
        let entry = (!caller.is_silent()).then(|| NewActivity {
            id: activity_id.clone(),
            workspace_id: target.id.clone(),
            activity_type: "a2a_receive".into(),
            source_id: caller.workspace().map(str::to_owned),
            source_kind: caller.kind().into(),
            source_label: caller.label().map(str::to_owned),
            target_id: Some(target.id.clone()),
            method: Some(method.clone()),
            summary: Some(summary),
            request_body: Some(scrub::scrubbed(secrets, &envelope.value).to_string()),
            response_body: answer.as_ref().map(Value::to_string),
            tool_trace: answer
                .as_ref()
                .and_then(reading::tool_trace)
                .map(Value::to_string),
            duration_ms: Some(duration_ms),
            status: if failed { "error" } else { "ok" }.into(),
            error_detail: error.clone(),
            idempotency_key: None,
        });
        let chatting = in_chat(caller, envelope) && ending != Ending::Attempt;
        let said = answer
            .as_ref()
            .filter(|_| chatting)
            .and_then(|answer| agent_row(&target.id, &activity_id, caller.kind(), answer, failed));
        let asked = user_message(self, delivery).filter(|_| chatting);
        let queue_id = delivery.queued.as_ref().map(|row| row.id.clone());
        let announce = (*caller == Caller::Person && reached)
            .then(|| response_event(&answer, &method, duration_ms, queue_id.as_deref()));
        let verdict = delivery.queued.as_ref().filter(|row| row.is_scheduled());
        let verdict =
            verdict.map(|_| Verdict::of(answer.as_ref(), error.as_deref(), status, duration_ms));
        let secrets = secrets.clone();
        let tokens = answer.as_ref().and_then(reading::usage);
        let sender = caller.workspace().map(str::to_owned);
        let target = target.id.clone();
        self.store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    if let Some(entry) = &entry {
                        log_entry::write(write, entry).await?;
                    }
                    for row in [asked, said].into_iter().flatten() {
                        chat::put(
                            write.conn(),
                            &ChatRow {
                                created_at: now.clone(),
                                ..row
                            },
                        )
                        .await?;
                    }
                    touch(write, &target, sender.as_deref().filter(|_| reached), &now).await?;
                    if let Some((input, output)) = tokens {
                        let day = day_of(write.now());
                        usage::add(write.conn(), &target, &day, input, output, &now).await?;
                    }
                    if let Some(payload) = announce {
                        write
                            .event(NewEvent::about(&target, kind::A2A_RESPONSE, payload))
                            .await?;
                    }
                    if let Some(id) = queue_id
                        && matches!(ending, Ending::Completed | Ending::Failed)
                    {
                        let status = if ending == Ending::Completed {
                            "completed"
                        } else {
                            "failed"
                        };
                        let result = answer.as_ref().map(Value::to_string);
                        let error = error.as_deref();
                        queue::end(write.conn(), &id, status, error, result.as_deref(), &now)
                            .await?;
                        if let Some(verdict) = verdict {
                            end_run(write, &secrets, &id, verdict).await?;
                        }
                        let reason = error.unwrap_or("delivered");
                        write
                            .event(crate::gate::queue_event(
                                &target,
                                &id,
                                sender.as_deref(),
                                status,
                                reason,
                            ))
                            .await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

fn response_event(
    answer: &Option<Value>,
    method: &str,
    duration_ms: i64,
    queue_id: Option<&str>,
) -> Value {
    let mut payload =
        json!({"response_body": answer, "method": method, "duration_ms": duration_ms});
    if answer
        .as_ref()
        .is_some_and(|answer| answer.to_string().len() > EVENT_BYTES)
    {
        payload["response_body"] = Value::Null;
        payload["truncated"] = json!(true);
    }
    if let Some(id) = queue_id {
        payload["queue_id"] = json!(id);
    }
    payload
}
