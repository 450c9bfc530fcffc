//! The event log: numbered rows written with the change, read live or from any number on (contract 01 sections 5, 7).

use crate::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqliteExecutor};
use wire::{Event, EventClass, Timestamp, kind};

/// An event to be written.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Name from the catalogue.
    pub kind: &'static str,
    /// The workspace it is about, if any.
    pub workspace_id: Option<String>,
    /// Body.
    pub payload: Value,
}

impl NewEvent {
    /// An event about a workspace.
    pub fn about(workspace_id: impl Into<String>, kind: &'static str, payload: Value) -> Self {
        Self {
            kind,
            workspace_id: Some(workspace_id.into()),
            payload,
        }
    }

    /// An event about the whole.
    pub fn global(kind: &'static str, payload: Value) -> Self {
        Self {
            kind,
            workspace_id: None,
            payload,
        }
    }
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Row id.
    pub id: String,
    /// Its number.
    pub seq: i64,
    /// Name.
    pub event_type: String,
    /// Subject.
    pub workspace_id: Option<String>,
    /// Body.
    pub payload: Value,
    /// When it was written.
    pub created_at: Timestamp,
}

impl From<StoredEvent> for Event {
    fn from(row: StoredEvent) -> Self {
        Self {
            event: row.event_type,
            workspace_id: row.workspace_id.unwrap_or_default(),
            timestamp: row.created_at,
            payload: row.payload,
            seq: Some(row.seq),
        }
    }
}

pub(crate) async fn append(
    connection: &mut SqliteConnection,
    event: NewEvent,
    now: DateTime<Utc>,
) -> Result<Event, StoreError> {
    let timestamp = Timestamp(now);
    let class = kind::class(event.kind);
    let seq: i64 = sqlx::query_scalar(
        "INSERT INTO structure_events (id, event_type, workspace_id, payload, class, created_at)
         VALUES (?, ?, ?, ?, ?, ?) RETURNING seq",
    )
    .bind(crate::new_id())
    .bind(event.kind)
    .bind(&event.workspace_id)
    .bind(event.payload.to_string())
    .bind(class.as_str())
    .bind(timestamp.to_storage())
    .fetch_one(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(Event {
        event: event.kind.to_owned(),
        workspace_id: event.workspace_id.unwrap_or_default(),
        timestamp,
        payload: event.payload,
        seq: Some(seq),
    })
}

/// Number of the newest event there ever was; 0 when there was none. The newest row may have been pruned: a reader that
/// was told a lower number would be sent back to read everything again, for ever.
///
/// # Errors
/// When the database does not answer.
pub async fn last_seq(db: impl SqliteExecutor<'_>) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT max(coalesce((SELECT max(seq) FROM structure_events), 0),
                    coalesce((SELECT json_extract(value, '$') FROM settings WHERE key = 'events_pruned_to'), 0))",
    )
    .fetch_one(db)
    .await?)
}

/// What to read of the log.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only about this workspace.
    pub workspace_id: Option<String>,
    /// Only these names. When empty, transient events are left out.
    pub types: Vec<String>,
    /// Only rows with a number below this one.
    pub before: Option<i64>,
    /// Only rows with a number above this one.
    pub since: Option<i64>,
    /// Rows at most.
    pub limit: i64,
}

/// A page, newest first (contract 01 section 5.4). After a number (`since`) it is the rows that follow it directly, so
/// that a reader who goes on page by page misses none.
///
/// # Errors
/// When the database does not answer.
pub async fn events_page(
    db: impl SqliteExecutor<'_>,
    filter: &EventFilter,
) -> Result<Vec<StoredEvent>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query.push(" WHERE 1");
    if let Some(id) = &filter.workspace_id {
        query.push(" AND workspace_id = ").push_bind(id);
    }
    if filter.types.is_empty() {
        query.push(" AND class <> 'transient'");
    } else {
        query.push(" AND event_type IN (");
        let mut list = query.separated(", ");
        for name in &filter.types {
            list.push_bind(name);
        }
        query.push(")");
    }
    if let Some(before) = filter.before {
        query.push(" AND seq < ").push_bind(before);
    }
    if let Some(since) = filter.since {
        query.push(" AND seq > ").push_bind(since);
    }
    let follows = filter.since.is_some() && filter.before.is_none();
    query
        .push(if follows {
            " ORDER BY seq LIMIT "
        } else {
            " ORDER BY seq DESC LIMIT "
        })
        .push_bind(filter.limit);
    let mut rows: Vec<Row> = query.build_query_as().fetch_all(db).await?;
    if follows {
        rows.reverse();
    }
    rows.into_iter().map(StoredEvent::try_from).collect()
}

/// What follows `seq`, oldest first, at most `limit` rows. `None` when rows after `seq` were already pruned, so that
/// the reader has to read everything again.
///
/// # Errors
/// When the database does not answer.
pub async fn events_after(
    connection: &mut SqliteConnection,
    seq: i64,
    limit: i64,
) -> Result<Option<Vec<StoredEvent>>, StoreError> {
    let pruned: i64 = sqlx::query_scalar("SELECT coalesce((SELECT json_extract(value, '$') FROM settings WHERE key = 'events_pruned_to'), 0)")
        .fetch_one(&mut *connection)
        .await?;
    if seq < pruned {
        return Ok(None);
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, seq, event_type, workspace_id, payload, created_at FROM structure_events WHERE seq > ? ORDER BY seq LIMIT ?",
    )
        .bind(seq)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(StoredEvent::try_from)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// How long events are kept, by class; `None` is for ever (contract 01 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Changes of the org.
    pub structural: Option<TimeDelta>,
    /// What happened while it ran.
    pub operational: Option<TimeDelta>,
    /// What is only of interest live.
    pub transient: Option<TimeDelta>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            structural: None,
            operational: Some(TimeDelta::days(30)),
            transient: Some(TimeDelta::hours(24)),
        }
    }
}

/// Drops events that are older than their class is kept, and remembers up to which number rows may be missing.
///
/// # Errors
/// When the database does not answer.
pub async fn prune_events(
    connection: &mut SqliteConnection,
    retention: Retention,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut dropped = 0;
    let mut highest: Option<i64> = None;
    for (class, age) in [
        (EventClass::Structural, retention.structural),
        (EventClass::Operational, retention.operational),
        (EventClass::Transient, retention.transient),
    ] {
        let Some(before) = age.and_then(|age| now.checked_sub_signed(age)) else {
            continue;
        };
        let before = Timestamp(before).to_storage();
        let top: Option<i64> = sqlx::query_scalar(
            "SELECT max(seq) FROM structure_events WHERE class = ? AND created_at < ?",
        )
        .bind(class.as_str())
        .bind(&before)
        .fetch_one(&mut *connection)
        .await?;
        highest = highest.max(top);
        dropped += sqlx::query("DELETE FROM structure_events WHERE class = ? AND created_at < ?")
            .bind(class.as_str())
            .bind(&before)
            .execute(&mut *connection)
            .await
            .map_err(StoreError::classify)?
            .rows_affected();
    }
    if let Some(seq) = highest {
        sqlx::query(
            "INSERT INTO settings (key, value, updated_at) VALUES ('events_pruned_to', ?, ?)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
             WHERE CAST(settings.value AS INTEGER) < CAST(excluded.value AS INTEGER)",
        )
        .bind(seq.to_string())
        .bind(Timestamp(now).to_storage())
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    }
    Ok(dropped)
}

const SELECT: &str =
    "SELECT id, seq, event_type, workspace_id, payload, created_at FROM structure_events";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    seq: i64,
    event_type: String,
    workspace_id: Option<String>,
    payload: String,
    created_at: String,
}

impl TryFrom<Row> for StoredEvent {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            payload: serde_json::from_str(&row.payload)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?,
            created_at: Timestamp::parse(&row.created_at)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?,
            id: row.id,
            seq: row.seq,
            event_type: row.event_type,
            workspace_id: row.workspace_id,
        })
    }
}
