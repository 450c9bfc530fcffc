//! The activity log as clients read and write it (contract 02 sections 4.3, 4.4, 6.1 to 6.4 and 6.6).

use crate::{
    Messaging, MessagingError, log_entry, normalise, reading, record, scrub, send::safe_detail,
};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{
    NewEvent, StoreError,
    rows::{
        activity::{self, ActivityFilter, ActivityRow, NewActivity},
        chat::{self, ChatRow},
        usage::{self, DayUsage},
        workspaces,
    },
};
use wire::{DeliveryMode, Status, Timestamp, kind};

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

/// Query of `GET /workspaces/:id/activity`, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ActivityQuery {
    /// Exact type.
    #[serde(rename = "type")]
    pub activity_type: Option<String>,
    /// `canvas` or `agent`.
    pub source: Option<String>,
    /// Rows: 100 when absent or not understood, 500 at most.
    pub limit: Option<String>,
    /// Row after which to go on.
    pub since_id: Option<String>,
    /// Only the last so many seconds.
    pub since_secs: Option<String>,
    /// Only before this time.
    pub before_ts: Option<String>,
    /// Only with this workspace.
    pub peer_id: Option<String>,
}

/// Who reads the activity log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityReader {
    /// The workspace itself, by its own token: it may be fetching its messages.
    Own,
    /// Anybody else who may.
    Other,
}

impl Messaging {
    /// Rows of a workspace as JSON: newest first, but oldest first behind a cursor and for an agent that fetches its
    /// messages.
    ///
    /// # Errors
    /// [`MessagingError::BadSource`], [`MessagingError::BadParameter`], [`MessagingError::CursorLost`] (410),
    /// [`MessagingError::Query`].
    pub async fn activity(
        &self,
        id: &str,
        query: &ActivityQuery,
        reader: ActivityReader,
    ) -> Result<Value, MessagingError> {
        let text = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let from_person = match text(&query.source).as_deref() {
            None => None,
            Some("canvas") => Some(true),
            Some("agent") => Some(false),
            Some(_) => return Err(MessagingError::BadSource),
        };
        let limit = query
            .limit
            .as_deref()
            .and_then(|limit| limit.trim().parse::<i64>().ok());
        let mut filter = ActivityFilter {
            activity_type: text(&query.activity_type),
            from_person,
            peer_id: text(&query.peer_id),
            limit: limit.filter(|limit| *limit > 0).unwrap_or(100).min(500),
            ..ActivityFilter::default()
        };
        if let Some(time) = text(&query.before_ts) {
            let time =
                Timestamp::parse(&time).map_err(|_| MessagingError::BadParameter("before_ts"))?;
            filter.before = Some(time.to_storage());
        }
        if let Some(seconds) = text(&query.since_secs) {
            let seconds: i64 = seconds
                .trim()
                .parse()
                .map_err(|_| MessagingError::BadParameter("since_secs"))?;
            let age = (seconds >= 0)
                .then(|| TimeDelta::try_seconds(seconds))
                .flatten();
            let age = age.ok_or(MessagingError::BadParameter("since_secs"))?;
            let from = self
                .clock()
                .now()
                .checked_sub_signed(age)
                .unwrap_or(chrono::DateTime::UNIX_EPOCH);
            filter.newer_than = Some(Timestamp(from).to_storage());
            filter.oldest_first = true;
            if seconds == 0 {
                return Ok(json!([]));
            }
        }
        let read = self.store().read();
        if let Some(cursor) = text(&query.since_id) {
            let place = activity::position(read, id, &cursor)
                .await
                .map_err(MessagingError::Query)?;
            filter.after = Some(place.ok_or(MessagingError::CursorLost)?);
            filter.oldest_first = true;
        }
        let own = reader == ActivityReader::Own;
        let first_fetch = own
            && !filter.oldest_first
            && filter.activity_type.as_deref() == Some("a2a_receive")
            && from_person.is_none()
            && filter.before.is_none()
            && self.fetches(id).await?;
        let polls = own && (filter.oldest_first || first_fetch);
        filter.without_notify = polls;
        let mut rows = activity::page(read, id, &filter)
            .await
            .map_err(MessagingError::Query)?;
        if first_fetch {
            rows.reverse();
        }
        let mut out = Vec::with_capacity(rows.len());
        let mut peers = Map::new();
        for row in &rows {
            let mut item = log_entry::row(row);
            if polls && row.activity_type == "a2a_receive" {
                if let Some(body) = item.get_mut("request_body") {
                    normalise::with_both_discriminators(body);
                }
                let data = self.poll_data(id, row, &mut peers).await?;
                item.insert("source".into(), data["source"].clone());
                item.insert("data".into(), data);
            }
            out.push(Value::Object(item));
        }
        Ok(Value::Array(out))
    }

    async fn fetches(&self, id: &str) -> Result<bool, MessagingError> {
        let row = workspaces::get(self.store().read(), id)
            .await
            .map_err(MessagingError::Query)?;
        Ok(row.is_some_and(|row| row.delivery_mode == DeliveryMode::Poll))
    }

    /// What an agent that fetches needs to know of the sender (contract 02 section 4.4).
    async fn poll_data(
        &self,
        id: &str,
        row: &ActivityRow,
        peers: &mut Map<String, Value>,
    ) -> Result<Value, MessagingError> {
        let request = row
            .request_body
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or(Value::Null);
        let peer = row.source_id.as_deref().filter(|source| *source != id);
        let facts = match peer {
            None => json!({"name": "", "role": "", "card": ""}),
            Some(peer) => {
                if let Some(known) = peers.get(peer) {
                    known.clone()
                } else {
                    let found = workspaces::get(self.store().read(), peer)
                        .await
                        .map_err(MessagingError::Query)?;
                    let facts = json!({
                        "name": found.as_ref().map(|row| row.name.clone()).unwrap_or_default(),
                        "role": found.and_then(|row| row.role).unwrap_or_default(),
                        "card": format!("{}/registry/discover/{peer}", self.options().public_url),
                    });
                    peers.insert(peer.to_owned(), facts.clone());
                    facts
                }
            }
        };
        Ok(json!({
            "source": if peer.is_some() { "peer_agent" } else { "canvas_user" },
            "source_id": peer.unwrap_or_default(),
            "text": reading::of_request(&request).text,
            "peer_name": facts["name"],
            "peer_role": facts["role"],
            "agent_card_url": facts["card"],
        }))
    }

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
        let workspace = id.to_owned();
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

    /// Rows whose text contains `words`, newest first. `limit`: 50 when absent or not understood, 200 at most.
    ///
    /// # Errors
    /// [`MessagingError::Query`].
    pub async fn search(
        &self,
        id: &str,
        words: &str,
        limit: Option<&str>,
    ) -> Result<Value, MessagingError> {
        let limit = limit
            .and_then(|limit| limit.trim().parse::<i64>().ok())
            .filter(|limit| *limit > 0);
        let limit = limit.unwrap_or(50).min(200);
        let rows = activity::search(self.store().read(), id, words.trim(), limit)
            .await
            .map_err(MessagingError::Query)?;
        let items = rows.iter().map(|row| {
            let mut item = json!({
                "kind": "activity",
                "id": row.id,
                "workspace_id": row.workspace_id,
                "label": row.activity_type,
                "content": row.summary.clone().unwrap_or_default(),
                "method": row.method.clone().unwrap_or_default(),
                "status": row.status,
                "created_at": row.created_at,
            });
            for (key, body) in [
                ("request_body", &row.request_body),
                ("response_body", &row.response_body),
            ] {
                if let Some(value) = body
                    .as_deref()
                    .and_then(|text| serde_json::from_str(text).ok())
                {
                    item[key] = value;
                }
            }
            item
        });
        Ok(items.collect())
    }

    /// Deletes activity older than `days`; 0 keeps everything. Chat stays (no. 57). Returns how many rows went.
    ///
    /// # Errors
    /// [`MessagingError::NotStored`].
    pub async fn prune_activity(&self, days: u32) -> Result<u64, MessagingError> {
        if days == 0 {
            return Ok(0);
        }
        let done: Result<u64, StoreError> = self
            .store()
            .write(move |write| {
                Box::pin(async move {
                    let before =
                        Timestamp(write.now() - TimeDelta::days(i64::from(days))).to_storage();
                    activity::prune(write.conn(), &before).await
                })
            })
            .await;
        done.map_err(MessagingError::NotStored)
    }

    /// Tokens that answers of this UTC day reported, over all workspaces.
    ///
    /// # Errors
    /// [`MessagingError::Query`].
    pub async fn tokens_today(&self) -> Result<DayUsage, MessagingError> {
        let day = record::day_of(self.clock().now());
        usage::of_day(self.store().read(), None, &day)
            .await
            .map_err(MessagingError::Query)
    }

    /// The same for one workspace.
    ///
    /// # Errors
    /// [`MessagingError::Query`].
    pub async fn tokens_today_of(&self, id: &str) -> Result<DayUsage, MessagingError> {
        let day = record::day_of(self.clock().now());
        usage::of_day(self.store().read(), Some(id), &day)
            .await
            .map_err(MessagingError::Query)
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
