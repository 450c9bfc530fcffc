//! The activity log as clients read it (contract 02 sections 4.3, 4.4, 6.1, 6.4 and 6.6).

use crate::{Messaging, MessagingError, log_entry, normalise, reading, record};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{
    StoreError,
    rows::{
        activity::{self, ActivityFilter, ActivityRow},
        usage::{self, DayUsage},
        workspaces,
    },
};
use wire::{DeliveryMode, Timestamp};

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

/// Bytes of one fetch by an agent. The original's command line reads 1 MiB of an answer and no more (contract 02 section
/// 15.6); a single row above that goes alone.
const FETCH_BYTES: usize = 1024 * 1024 - 1024;

/// Bytes of a value as it is sent, with the escapes of contract 01 section 1.5 and the comma behind it.
fn sent_bytes(value: &Value) -> usize {
    let text = value.to_string();
    let escaped: usize = text
        .chars()
        .map(|letter| match letter {
            '<' | '>' | '&' => 5,
            '\u{2028}' | '\u{2029}' => 3,
            _ => 0,
        })
        .sum();
    text.len() + escaped + 1
}

/// Who reads the activity log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityReader<'a> {
    /// The workspace itself, by its own token: it may be fetching its messages.
    Own {
        /// Where it found this platform, without a slash at the end: the addresses it is given begin so.
        platform: &'a str,
    },
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
        reader: ActivityReader<'_>,
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
        let platform = match reader {
            ActivityReader::Own { platform } => Some(platform),
            ActivityReader::Other => None,
        };
        let own = platform.is_some();
        let first_fetch = own
            && !filter.oldest_first
            && filter.activity_type.as_deref() == Some("a2a_receive")
            && from_person.is_none()
            && filter.before.is_none()
            && self.fetches(id).await?;
        let polls = own && (filter.oldest_first || first_fetch);
        filter.only_messages = polls;
        let mut rows = activity::page(read, id, &filter)
            .await
            .map_err(MessagingError::Query)?;
        if first_fetch {
            rows.reverse();
        }
        let mut out = Vec::with_capacity(rows.len());
        let mut peers = Map::new();
        let mut size = 0;
        for row in &rows {
            let mut item = log_entry::row(row);
            if polls && row.activity_type == "a2a_receive" {
                if let Some(body) = item.get_mut("request_body") {
                    normalise::with_both_discriminators(body);
                }
                let data = self
                    .poll_data(id, row, platform.unwrap_or_default(), &mut peers)
                    .await?;
                item.insert("source".into(), data["source"].clone());
                item.insert("data".into(), data);
            }
            let item = Value::Object(item);
            if polls {
                // What does not fit comes with the next fetch, because the last row of this one is its cursor.
                size += sent_bytes(&item);
                if size > FETCH_BYTES && !out.is_empty() {
                    break;
                }
            }
            out.push(item);
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
        platform: &str,
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
                        "card": format!("{platform}/registry/discover/{peer}"),
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
