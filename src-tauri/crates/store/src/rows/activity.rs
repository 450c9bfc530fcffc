//! Rows of `activity_logs` and `message_bodies` (contract 02 sections 4.3, 6 and 14).

use crate::StoreError;
use sha2::{Digest, Sha256};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection, SqliteExecutor};
use std::fmt::Write as _;

/// Bodies up to this many bytes stay in their row; longer ones are stored once and referred to.
pub const INLINE_BYTES: usize = 4096;
/// Characters of a row's text that can be searched for.
const SEARCHED: usize = 16 * 1024;

/// A row to be written. Text must have been redacted before it comes here.
#[derive(Debug, Clone, Default)]
pub struct NewActivity {
    /// Lower-case UUID.
    pub id: String,
    /// Whose log.
    pub workspace_id: String,
    /// `a2a_receive`, `agent_log`, …
    pub activity_type: String,
    /// The workspace it comes from; null for a person.
    pub source_id: Option<String>,
    /// `canvas`, `agent`, `schedule`, `channel`, `webhook` or `system`.
    pub source_kind: String,
    /// Which schedule, channel or part of the platform.
    pub source_label: Option<String>,
    /// The workspace it goes to.
    pub target_id: Option<String>,
    /// JSON-RPC method or a label.
    pub method: Option<String>,
    /// One line for people.
    pub summary: Option<String>,
    /// JSON text.
    pub request_body: Option<String>,
    /// JSON text.
    pub response_body: Option<String>,
    /// JSON text.
    pub tool_trace: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// `ok`, `error` or the agent's own word.
    pub status: String,
    /// What went wrong.
    pub error_detail: Option<String>,
    /// A second row of the workspace with the same key is refused.
    pub idempotency_key: Option<String>,
}

/// A row with its bodies.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct ActivityRow {
    /// Insertion number; second part of the order.
    pub seq: i64,
    /// Row id.
    pub id: String,
    /// Whose log.
    pub workspace_id: String,
    /// Type.
    pub activity_type: String,
    /// Sender.
    pub source_id: Option<String>,
    /// Kind of sender.
    pub source_kind: String,
    /// Which one.
    pub source_label: Option<String>,
    /// Receiver.
    pub target_id: Option<String>,
    /// Method.
    pub method: Option<String>,
    /// One line for people.
    pub summary: Option<String>,
    /// JSON text.
    pub request_body: Option<String>,
    /// JSON text.
    pub response_body: Option<String>,
    /// JSON text.
    pub tool_trace: Option<String>,
    /// Milliseconds.
    pub duration_ms: Option<i64>,
    /// Outcome.
    pub status: String,
    /// What went wrong.
    pub error_detail: Option<String>,
    /// When it was written.
    pub created_at: String,
}

/// Which rows to read.
#[derive(Debug, Clone, Default)]
pub struct ActivityFilter {
    /// Exact type.
    pub activity_type: Option<String>,
    /// `Some(true)`: from people (no source workspace); `Some(false)`: from workspaces.
    pub from_person: Option<bool>,
    /// Sender or receiver.
    pub peer_id: Option<String>,
    /// Strictly after this place in the order.
    pub after: Option<(String, i64)>,
    /// Written later than this.
    pub newer_than: Option<String>,
    /// Written before this.
    pub before: Option<String>,
    /// Of `a2a_receive` only what its agent is to answer: neither what it said itself nor what was refused.
    pub only_messages: bool,
    /// Oldest first; else newest first.
    pub oldest_first: bool,
    /// Rows at most.
    pub limit: i64,
}

/// Keeps a body once and gives the digest that refers to it.
///
/// # Errors
/// When it cannot be written.
pub async fn keep_body(
    connection: &mut SqliteConnection,
    body: &str,
) -> Result<String, StoreError> {
    let mut digest = String::with_capacity(64);
    for byte in Sha256::digest(body.as_bytes()) {
        let _ = write!(digest, "{byte:02x}");
    }
    sqlx::query("INSERT INTO message_bodies (digest, body) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(&digest)
        .bind(body)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(digest)
}

/// Drops a body nobody refers to any more.
///
/// # Errors
/// When it cannot be written.
pub async fn drop_body(connection: &mut SqliteConnection, digest: &str) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM message_bodies WHERE digest = ?1
           AND NOT EXISTS (SELECT 1 FROM activity_logs WHERE request_digest = ?1)
           AND NOT EXISTS (SELECT 1 FROM activity_logs WHERE response_digest = ?1)
           AND NOT EXISTS (SELECT 1 FROM a2a_queue WHERE body_digest = ?1)",
    )
    .bind(digest)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

async fn place<'b>(
    connection: &mut SqliteConnection,
    body: &'b Option<String>,
) -> Result<(Option<&'b str>, Option<String>), StoreError> {
    Ok(match body {
        None => (None, None),
        Some(text) if text.len() <= INLINE_BYTES => (Some(text), None),
        Some(text) => (None, Some(keep_body(connection, text).await?)),
    })
}

/// Adds a row, its bodies and its search text.
///
/// # Errors
/// When it cannot be written, for example because the workspace does not exist.
pub async fn insert(
    connection: &mut SqliteConnection,
    new: &NewActivity,
    now: &str,
) -> Result<(), StoreError> {
    let (request, request_digest) = place(connection, &new.request_body).await?;
    let (response, response_digest) = place(connection, &new.response_body).await?;
    let seq: i64 = sqlx::query_scalar(
        "INSERT INTO activity_logs (id, workspace_id, activity_type, source_id, source_kind, source_label, target_id,
            method, summary, request_body, request_digest, response_body, response_digest, tool_trace, duration_ms,
            status, error_detail, idempotency_key, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq",
    )
    .bind(&new.id)
    .bind(&new.workspace_id)
    .bind(&new.activity_type)
    .bind(&new.source_id)
    .bind(&new.source_kind)
    .bind(&new.source_label)
    .bind(&new.target_id)
    .bind(&new.method)
    .bind(&new.summary)
    .bind(request)
    .bind(request_digest)
    .bind(response)
    .bind(response_digest)
    .bind(&new.tool_trace)
    .bind(new.duration_ms)
    .bind(&new.status)
    .bind(&new.error_detail)
    .bind(&new.idempotency_key)
    .bind(now)
    .fetch_one(&mut *connection)
    .await
    .map_err(StoreError::classify)?;
    sqlx::query("INSERT INTO activity_search (rowid, text) VALUES (?, ?)")
        .bind(seq)
        .bind(search_text(new))
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// Puts another request body into a row: the message as it was sent, where the row itself is its delivery. The search
/// text stays as it is.
///
/// # Errors
/// When it cannot be written.
pub async fn set_request(
    connection: &mut SqliteConnection,
    id: &str,
    body: String,
) -> Result<(), StoreError> {
    let body = Some(body);
    let (inline, digest) = place(connection, &body).await?;
    sqlx::query("UPDATE activity_logs SET request_body = ?, request_digest = ? WHERE id = ?")
        .bind(inline)
        .bind(digest)
        .bind(id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

fn search_text(new: &NewActivity) -> String {
    let parts = [
        new.summary.as_deref(),
        Some(new.activity_type.as_str()),
        new.method.as_deref(),
        Some(new.status.as_str()),
        new.request_body.as_deref(),
        new.response_body.as_deref(),
    ];
    let mut text = String::new();
    for part in parts.into_iter().flatten() {
        text.extend(part.chars().take(SEARCHED));
        text.push('\n');
    }
    text
}

const SELECT: &str =
    "SELECT a.seq, a.id, a.workspace_id, a.activity_type, a.source_id, a.source_kind, a.source_label, a.target_id,
        a.method, a.summary, coalesce(a.request_body, q.body) AS request_body,
        coalesce(a.response_body, r.body) AS response_body, a.tool_trace, a.duration_ms, a.status, a.error_detail,
        a.created_at
     FROM activity_logs a
     LEFT JOIN message_bodies q ON q.digest = a.request_digest
     LEFT JOIN message_bodies r ON r.digest = a.response_digest";

/// Rows of one workspace.
///
/// # Errors
/// When the database does not answer.
pub async fn page(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    filter: &ActivityFilter,
) -> Result<Vec<ActivityRow>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query
        .push(" WHERE a.workspace_id = ")
        .push_bind(workspace_id);
    if let Some(kind) = &filter.activity_type {
        query.push(" AND a.activity_type = ").push_bind(kind);
    }
    match filter.from_person {
        Some(true) => drop(query.push(" AND a.source_id IS NULL")),
        Some(false) => drop(query.push(" AND a.source_id IS NOT NULL")),
        None => {}
    }
    if let Some(peer) = &filter.peer_id {
        query.push(" AND (a.source_id = ").push_bind(peer);
        query.push(" OR a.target_id = ").push_bind(peer).push(")");
    }
    if let Some((time, seq)) = &filter.after {
        query.push(" AND (a.created_at, a.seq) > (").push_bind(time);
        query.push(", ").push_bind(*seq).push(")");
    }
    if let Some(time) = &filter.newer_than {
        query.push(" AND a.created_at > ").push_bind(time);
    }
    if let Some(time) = &filter.before {
        query.push(" AND a.created_at < ").push_bind(time);
    }
    if filter.only_messages {
        // A note to the person has no target, a report of the agent's own call has another one; what was refused before
        // anything was sent has no method.
        query.push(
            " AND (a.activity_type <> 'a2a_receive' OR (a.method IS NOT NULL AND a.method <> 'notify'
               AND (a.source_id IS NOT a.workspace_id OR a.target_id IS a.workspace_id)))",
        );
    }
    query.push(if filter.oldest_first {
        " ORDER BY a.created_at, a.seq LIMIT "
    } else {
        " ORDER BY a.created_at DESC, a.seq DESC LIMIT "
    });
    query.push_bind(filter.limit);
    Ok(query.build_query_as().fetch_all(db).await?)
}

/// Where a row of the workspace stands in the order; `None` when there is no such row (any more).
///
/// # Errors
/// When the database does not answer.
pub async fn position(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    id: &str,
) -> Result<Option<(String, i64)>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT created_at, seq FROM activity_logs WHERE workspace_id = ? AND id = ?",
    )
    .bind(workspace_id)
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// Id of the workspace's row with this idempotency key.
///
/// # Errors
/// When the database does not answer.
pub async fn by_key(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    key: &str,
) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT id FROM activity_logs WHERE workspace_id = ? AND idempotency_key = ?",
    )
    .bind(workspace_id)
    .bind(key)
    .fetch_optional(db)
    .await?)
}

/// Rows whose text contains `words` (any case, nothing is a wildcard), newest first; all rows when it is empty.
///
/// # Errors
/// When the database does not answer.
pub async fn search(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    words: &str,
    limit: i64,
) -> Result<Vec<ActivityRow>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query
        .push(" WHERE a.workspace_id = ")
        .push_bind(workspace_id);
    match words.chars().count() {
        0 => {}
        // The index knows groups of three characters; shorter words have to look at the rows.
        1 | 2 => {
            let escaped = words
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            let like = format!("%{escaped}%");
            query.push(" AND (");
            for (place, column) in [
                "a.summary",
                "a.activity_type",
                "a.method",
                "a.status",
                "a.request_body",
                "a.response_body",
                "q.body",
                "r.body",
            ]
            .into_iter()
            .enumerate()
            {
                query.push(if place == 0 { "" } else { " OR " });
                query
                    .push(column)
                    .push(" LIKE ")
                    .push_bind(like.clone())
                    .push(" ESCAPE '\\'");
            }
            query.push(")");
        }
        _ => {
            query.push(
                " AND a.seq IN (SELECT rowid FROM activity_search WHERE activity_search MATCH ",
            );
            query.push_bind(format!("\"{}\"", words.replace('"', "\"\"")));
            query.push(")");
        }
    }
    query
        .push(" ORDER BY a.created_at DESC, a.seq DESC LIMIT ")
        .push_bind(limit);
    Ok(query.build_query_as().fetch_all(db).await?)
}

/// Deletes rows written before `before`, and bodies nobody refers to any more. Chat is not touched. Returns how many.
///
/// # Errors
/// When it cannot be written.
pub async fn prune(connection: &mut SqliteConnection, before: &str) -> Result<u64, StoreError> {
    let gone = sqlx::query("DELETE FROM activity_logs WHERE created_at < ?")
        .bind(before)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::classify)?
        .rows_affected();
    if gone > 0 {
        sqlx::query(
            "DELETE FROM message_bodies WHERE
                NOT EXISTS (SELECT 1 FROM activity_logs WHERE request_digest = message_bodies.digest)
                AND NOT EXISTS (SELECT 1 FROM activity_logs WHERE response_digest = message_bodies.digest)
                AND NOT EXISTS (SELECT 1 FROM a2a_queue WHERE body_digest = message_bodies.digest)",
        )
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    }
    Ok(gone)
}
