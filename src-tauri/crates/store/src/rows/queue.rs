//! Rows of `a2a_queue`: messages that wait for their target (contract 02 section 2, no. 30 to 36).

use super::activity::{drop_body, keep_body};
use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// Messages one workspace may have waiting.
pub const MOST_QUEUED: i64 = 200;

/// A message to be kept.
#[derive(Debug, Clone)]
pub struct NewQueued {
    /// Lower-case UUID.
    pub id: String,
    /// Target.
    pub workspace_id: String,
    /// Sending workspace.
    pub caller_id: Option<String>,
    /// Kind of sender.
    pub caller_kind: String,
    /// Which one.
    pub caller_label: Option<String>,
    /// JSON text to be delivered.
    pub body: String,
    /// JSON-RPC method.
    pub method: Option<String>,
    /// The message's own id.
    pub idempotency_key: Option<String>,
    /// Activity row the delivery will write.
    pub activity_id: String,
    /// After this it is dropped.
    pub expires_at: String,
    /// No attempt before this.
    pub not_before: Option<String>,
    /// It is with the agent already, and its answer is waited for.
    pub dispatched: bool,
}

/// A stored message.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct QueueRow {
    /// Row id.
    pub id: String,
    /// Target.
    pub workspace_id: String,
    /// Sending workspace.
    pub caller_id: Option<String>,
    /// Kind of sender.
    pub caller_kind: String,
    /// Which one.
    pub caller_label: Option<String>,
    /// JSON-RPC method.
    pub method: Option<String>,
    /// Activity row the delivery writes.
    pub activity_id: String,
    /// When it was taken.
    pub enqueued_at: String,
    /// After this it is dropped.
    pub expires_at: Option<String>,
    /// No attempt before this.
    pub not_before: Option<String>,
    /// Attempts so far.
    pub attempts: i64,
    /// `queued`, `dispatched`, `completed`, `dropped` or `failed`.
    pub status: String,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The answer as JSON text.
    pub result: Option<String>,
    /// JSON text to be delivered; gone once it ended.
    pub body: Option<String>,
}

impl QueueRow {
    /// Whether it is the message of a schedule's run. It is never delivered twice: a run costs, and acts.
    pub fn is_scheduled(&self) -> bool {
        self.caller_kind == SCHEDULE
    }
}

/// Kind of sender of a schedule's message.
pub const SCHEDULE: &str = "schedule";

/// What became of [`put`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It waits; so many wait for this target now, it included.
    Queued {
        /// Row id.
        id: String,
        /// Messages that wait.
        depth: i64,
        /// False when a row with the same key was waiting already.
        new: bool,
    },
    /// [`MOST_QUEUED`] wait already.
    Full,
}

/// What [`claim`] found at the head of a queue.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// Nothing waits.
    Empty,
    /// The first one may not be tried before this time; nothing overtakes it.
    NotBefore(String),
    /// The first one is of a schedule, and enough of those are under way.
    Held,
    /// This one is ours now.
    Taken(Box<QueueRow>),
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT q.id, q.workspace_id, q.caller_id, q.caller_kind, q.caller_label, q.method, q.activity_id, ",
            "q.enqueued_at, q.expires_at, q.not_before, q.attempts, q.status, q.last_error, q.result, b.body ",
            "FROM a2a_queue q LEFT JOIN message_bodies b ON b.digest = q.body_digest ",
            $tail
        )
    };
}

/// Keeps a message, unless one with the same key waits or is being delivered: then that one answers.
///
/// # Errors
/// When it cannot be written.
pub async fn put(
    connection: &mut SqliteConnection,
    new: &NewQueued,
    now: &str,
) -> Result<Put, StoreError> {
    if let Some(key) = &new.idempotency_key {
        let there: Option<String> = sqlx::query_scalar(
            "SELECT id FROM a2a_queue WHERE workspace_id = ? AND idempotency_key = ? AND status IN ('queued', 'dispatched')",
        )
        .bind(&new.workspace_id)
        .bind(key)
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(id) = there {
            let depth = depth(&mut *connection, &new.workspace_id).await?;
            return Ok(Put::Queued {
                id,
                depth,
                new: false,
            });
        }
    }
    if !new.dispatched && depth(&mut *connection, &new.workspace_id).await? >= MOST_QUEUED {
        return Ok(Put::Full);
    }
    let digest = keep_body(connection, &new.body).await?;
    sqlx::query(
        "INSERT INTO a2a_queue (id, workspace_id, caller_id, caller_kind, caller_label, body_digest, method,
            idempotency_key, activity_id, enqueued_at, expires_at, not_before, status, dispatched_at, attempts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
            iif(?13, 'dispatched', 'queued'), iif(?13, ?10, NULL), iif(?13, 1, 0))",
    )
    .bind(&new.id)
    .bind(&new.workspace_id)
    .bind(&new.caller_id)
    .bind(&new.caller_kind)
    .bind(&new.caller_label)
    .bind(digest)
    .bind(&new.method)
    .bind(&new.idempotency_key)
    .bind(&new.activity_id)
    .bind(now)
    .bind(&new.expires_at)
    .bind(&new.not_before)
    .bind(new.dispatched)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::classify)?;
    let depth = depth(connection, &new.workspace_id).await?;
    Ok(Put::Queued {
        id: new.id.clone(),
        depth,
        new: true,
    })
}

/// Messages that wait for a workspace.
///
/// # Errors
/// When the database does not answer.
pub async fn depth(db: impl SqliteExecutor<'_>, workspace_id: &str) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM a2a_queue WHERE workspace_id = ? AND status = 'queued'",
    )
    .bind(workspace_id)
    .fetch_one(db)
    .await?)
}

/// One row.
///
/// # Errors
/// When the database does not answer.
pub async fn get(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<QueueRow>, StoreError> {
    Ok(sqlx::query_as(select!("WHERE q.id = ?"))
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Takes the first message of a queue for delivery: highest priority, then oldest. With `hold_scheduled` a message of a
/// schedule stays where it is.
///
/// # Errors
/// When it cannot be written.
pub async fn claim(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    now: &str,
    hold_scheduled: bool,
) -> Result<Claim, StoreError> {
    let head: Option<QueueRow> = sqlx::query_as(select!(
        "WHERE q.workspace_id = ? AND q.status = 'queued' AND (q.expires_at IS NULL OR q.expires_at > ?)
         ORDER BY q.priority DESC, q.seq LIMIT 1"
    ))
    .bind(workspace_id)
    .bind(now)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(mut head) = head else {
        return Ok(Claim::Empty);
    };
    if let Some(time) = head.not_before.as_deref().filter(|time| *time > now) {
        return Ok(Claim::NotBefore(time.to_owned()));
    }
    if hold_scheduled && head.is_scheduled() {
        return Ok(Claim::Held);
    }
    sqlx::query("UPDATE a2a_queue SET status = 'dispatched', dispatched_at = ?, attempts = attempts + 1 WHERE id = ?")
        .bind(now)
        .bind(&head.id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    head.attempts += 1;
    "dispatched".clone_into(&mut head.status);
    Ok(Claim::Taken(Box::new(head)))
}

/// Puts a claimed message back to its place. `counted` says whether the attempt counts.
///
/// # Errors
/// When it cannot be written.
pub async fn give_back(
    connection: &mut SqliteConnection,
    id: &str,
    error: &str,
    not_before: &str,
    counted: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE a2a_queue SET status = 'queued', dispatched_at = NULL, last_error = ?, not_before = ?,
            attempts = attempts - ? WHERE id = ? AND status = 'dispatched'",
    )
    .bind(error)
    .bind(not_before)
    .bind(i64::from(!counted))
    .bind(id)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// Ends a message: `completed`, `failed` or `dropped`. Its body goes; the answer (JSON text) stays.
///
/// # Errors
/// When it cannot be written.
pub async fn end(
    connection: &mut SqliteConnection,
    id: &str,
    status: &str,
    error: Option<&str>,
    result: Option<&str>,
    now: &str,
) -> Result<(), StoreError> {
    let digest: Option<Option<String>> =
        sqlx::query_scalar("SELECT body_digest FROM a2a_queue WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    sqlx::query(
        "UPDATE a2a_queue SET status = ?, completed_at = ?, last_error = coalesce(?, last_error), result = ?,
            body_digest = NULL WHERE id = ?",
    )
    .bind(status)
    .bind(now)
    .bind(error)
    .bind(result)
    .bind(id)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::classify)?;
    if let Some(digest) = digest.flatten() {
        drop_body(connection, &digest).await?;
    }
    Ok(())
}

/// Claimed messages whose delivery died with the platform wait again, those of schedules apart. Returns how many.
///
/// # Errors
/// When it cannot be written.
pub async fn reclaim(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    Ok(sqlx::query(
        "UPDATE a2a_queue SET status = 'queued', dispatched_at = NULL, not_before = NULL,
            last_error = 'the platform stopped during the delivery' WHERE status = 'dispatched' AND caller_kind <> ?",
    )
    .bind(SCHEDULE)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?
    .rows_affected())
}

/// Messages of schedules whose delivery died with the platform.
///
/// # Errors
/// When the database does not answer.
pub async fn interrupted(db: impl SqliteExecutor<'_>) -> Result<Vec<QueueRow>, StoreError> {
    Ok(sqlx::query_as(select!(
        "WHERE q.status = 'dispatched' AND q.caller_kind = 'schedule' ORDER BY q.seq"
    ))
    .fetch_all(db)
    .await?)
}

/// Workspaces for which something waits.
///
/// # Errors
/// When the database does not answer.
pub async fn targets(db: impl SqliteExecutor<'_>) -> Result<Vec<String>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT DISTINCT workspace_id FROM a2a_queue WHERE status = 'queued'")
            .fetch_all(db)
            .await?,
    )
}

/// Messages whose time is over.
///
/// # Errors
/// When the database does not answer.
pub async fn expired(db: impl SqliteExecutor<'_>, now: &str) -> Result<Vec<QueueRow>, StoreError> {
    Ok(sqlx::query_as(select!(
        "WHERE q.status = 'queued' AND q.expires_at <= ? ORDER BY q.seq"
    ))
    .bind(now)
    .fetch_all(db)
    .await?)
}

/// When the next waiting message runs out.
///
/// # Errors
/// When the database does not answer.
pub async fn next_expiry(db: impl SqliteExecutor<'_>) -> Result<Option<String>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT min(expires_at) FROM a2a_queue WHERE status = 'queued'")
            .fetch_one(db)
            .await?,
    )
}

/// Waiting messages enqueued before `before` (of one workspace, or of all), for the admin's clean-up.
///
/// # Errors
/// When the database does not answer.
pub async fn older_than(
    db: impl SqliteExecutor<'_>,
    workspace_id: Option<&str>,
    before: &str,
) -> Result<Vec<QueueRow>, StoreError> {
    Ok(sqlx::query_as(select!(
        "WHERE q.status = 'queued' AND q.enqueued_at < ?1 AND (?2 IS NULL OR q.workspace_id = ?2) ORDER BY q.seq"
    ))
    .bind(before)
    .bind(workspace_id)
    .fetch_all(db)
    .await?)
}
