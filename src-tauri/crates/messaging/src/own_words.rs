//! What agents write by themselves: rows of their activity, notes to the person (contract 02 sections 6.2 and 6.3).

use crate::{
    Messaging, MessagingError, log_entry, reading, record, schedules, scrub, send::safe_detail,
};
use serde_json::{Value, json};
use store::{
    NewEvent, StoreError,
    rows::{
        activity::NewActivity,
        chat::{self, ChatRow},
        workspaces,
    },
};
use wire::{Status, kind};

const TYPES: &[&str] = &[
    "a2a_send",
    "a2a_receive",
    "task_update",
    "agent_log",
    "skill_promotion",
    "memory_write",
    "error",
    // Ours (no. 52): what the MCP server documents beside them.
    "tool_call",
    "task_complete",
    "approval",
    "channel",
];

impl Messaging {
    /// `POST /workspaces/:id/activity`: an agent writes a row of its own. Gives `{"status":"logged"}`.
    ///
    /// # Errors
    /// [`MessagingError::BadActivity`], [`MessagingError::BadActivityType`], [`MessagingError::ForeignSource`],
    /// [`MessagingError::NotFound`], [`MessagingError::NotStored`].
    pub async fn log_activity(&self, id: &str, body: &Value) -> Result<Value, MessagingError> {
        let fields = body.as_object().ok_or(MessagingError::BadActivity {
            detail: "the body is no JSON object",
        })?;
        let text = |key: &str| match fields.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(_) => Err(MessagingError::BadActivity {
                detail: "a text field holds something else",
            }),
        };
        let kind = text("activity_type")?.ok_or(MessagingError::BadActivity {
            detail: "ActivityType is required",
        })?;
        if !TYPES.contains(&kind.as_str()) {
            return Err(MessagingError::BadActivityType);
        }
        let source = text("source_id")?.unwrap_or_else(|| id.to_owned());
        if source != id {
            return Err(MessagingError::ForeignSource);
        }
        let duration_ms = match fields.get("duration_ms") {
            None | Some(Value::Null) => None,
            Some(number) => {
                let whole = number.as_i64().or_else(|| {
                    number
                        .as_f64()
                        .filter(|n| n.fract() == 0.0)
                        .map(whole_number)
                });
                Some(whole.ok_or(MessagingError::BadActivity {
                    detail: "duration_ms is no whole number",
                })?)
            }
        };
        let secrets = &self.inner.deps.secrets;
        let json = |key: &str| {
            fields
                .get(key)
                .filter(|value| !value.is_null())
                .map(|value| scrub::scrubbed(secrets, value).to_string())
        };
        let safe = |text: Option<String>| text.map(|text| scrub::text(secrets, &text).into_owned());
        let entry = NewActivity {
            id: store::new_id(),
            workspace_id: id.to_owned(),
            activity_type: kind,
            source_id: Some(source),
            source_kind: "agent".into(),
            target_id: text("target_id")?,
            method: safe(text("method")?),
            summary: safe(text("summary")?),
            request_body: json("request_body").or_else(|| json("metadata")),
            response_body: json("response_body"),
            duration_ms,
            status: text("status")?.unwrap_or_else(|| "ok".into()),
            error_detail: text("error_detail")?.map(|text| safe_detail(self, &text)),
            ..NewActivity::default()
        };
        self.known(id).await?;
        let done: Result<(), StoreError> = self
            .store()
            .write(move |write| Box::pin(async move { log_entry::write(write, &entry).await }))
            .await;
        done.map_err(MessagingError::NotStored)?;
        Ok(json!({"status": "logged"}))
    }

    /// `POST /workspaces/:id/notify`: an agent speaks to the person. Gives `{"status":"sent"}`.
    ///
    /// # Errors
    /// [`MessagingError::MessageRequired`], [`MessagingError::AttachmentIncomplete`], [`MessagingError::NotFound`],
    /// [`MessagingError::NotStored`].
    pub async fn notify(&self, id: &str, body: &Value) -> Result<Value, MessagingError> {
        let message = note_text(body).ok_or(MessagingError::MessageRequired)?;
        let attachments = attachments(&body["attachments"])?;
        let name = self.known(id).await?;
        let secrets = &self.inner.deps.secrets;
        let message = scrub::text(secrets, &message).into_owned();
        let attachments: Vec<Value> = attachments
            .iter()
            .map(|file| scrub::scrubbed(secrets, file))
            .collect();
        let mut response = json!({"result": message});
        if !attachments.is_empty() {
            response["parts"] = attachments
                .iter()
                .map(|file| json!({"kind": "file", "file": file}))
                .collect();
        }
        let entry = NewActivity {
            id: store::new_id(),
            workspace_id: id.to_owned(),
            activity_type: "a2a_receive".into(),
            source_kind: "agent".into(),
            method: Some("notify".into()),
            summary: Some(format!("Agent message: {}", reading::cut(&message, 80))),
            response_body: Some(response.to_string()),
            status: "ok".into(),
            ..NewActivity::default()
        };
        let mut payload = json!({"message": message, "workspace_id": id, "name": name});
        if !attachments.is_empty() {
            payload["attachments"] = Value::Array(attachments);
        }
        let turn = record::agent_row(id, &entry.id, "agent", &response, false);
        let (workspace, secrets) = (id.to_owned(), secrets.clone());
        let done: Result<(), StoreError> = self
            .store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    log_entry::write(write, &entry).await?;
                    if let Some(turn) = turn {
                        chat::put(
                            write.conn(),
                            &ChatRow {
                                created_at: now,
                                ..turn
                            },
                        )
                        .await?;
                    }
                    write
                        .event(NewEvent::about(&workspace, kind::AGENT_MESSAGE, payload))
                        .await?;
                    schedules::replied(write, &secrets, &workspace).await?;
                    Ok(())
                })
            })
            .await;
        done.map_err(MessagingError::NotStored)?;
        Ok(json!({"status": "sent"}))
    }

    async fn known(&self, id: &str) -> Result<String, MessagingError> {
        match workspaces::get(self.store().read(), id)
            .await
            .map_err(MessagingError::Query)?
        {
            Some(row) if row.status != Status::Removed => Ok(row.name),
            _ => Err(MessagingError::NotFound),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, which is right for a duration"
)]
fn whole_number(number: f64) -> i64 {
    number as i64
}

/// The message, or a text made of what two clients send instead of one (no. 54).
fn note_text(body: &Value) -> Option<String> {
    if let Some(text) = body["message"].as_str().filter(|text| !text.is_empty()) {
        return Some(text.to_owned());
    }
    let kind = body["type"]
        .as_str()
        .filter(|kind| !kind.is_empty() && body["message"].is_null())?;
    let mut text = kind.replace('_', " ");
    for key in ["status", "task_id"] {
        if let Some(value) = body[key].as_str().filter(|value| !value.is_empty()) {
            text.push_str(": ");
            text.push_str(value);
        }
    }
    Some(text)
}

fn attachments(value: &Value) -> Result<Vec<Value>, MessagingError> {
    let items = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items,
        _ => return Err(MessagingError::MessageRequired),
    };
    let mut files = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        if !item.is_object() {
            return Err(MessagingError::MessageRequired);
        }
        let named = |key: &str| item[key].as_str().filter(|text| !text.is_empty());
        let (Some(uri), Some(name)) = (named("uri"), named("name")) else {
            return Err(MessagingError::AttachmentIncomplete(place));
        };
        let mut file = json!({"uri": uri, "name": name});
        if let Some(mime) = named("mimeType") {
            file["mimeType"] = json!(mime);
        }
        if item["size"].is_number() {
            file["size"] = item["size"].clone();
        }
        files.push(file);
    }
    Ok(files)
}
