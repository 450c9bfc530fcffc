//! Rows of `chat_messages`: what a person and an agent said to each other (contract 02 section 6.5, no. 57).

use crate::StoreError;
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection, SqliteExecutor};

/// One message of a turn.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct ChatRow {
    /// `<activity id>:u` or `<activity id>:a`.
    pub id: String,
    /// Whose chat.
    pub workspace_id: String,
    /// The activity row of the turn.
    pub activity_id: String,
    /// `user`, `agent` or `system`.
    pub role: String,
    /// Text; may be empty when there are attachments.
    pub content: String,
    /// JSON array.
    pub attachments: String,
    /// Who caused it.
    pub source_kind: String,
    /// Time of the turn.
    pub created_at: String,
}

/// Adds a message, or replaces the one with the same id (a message that is delivered again).
///
/// # Errors
/// When it cannot be written.
pub async fn put(connection: &mut SqliteConnection, row: &ChatRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO chat_messages (id, workspace_id, activity_id, role, content, attachments, source_kind, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET role = excluded.role, content = excluded.content,
            attachments = excluded.attachments, created_at = excluded.created_at",
    )
    .bind(&row.id)
    .bind(&row.workspace_id)
    .bind(&row.activity_id)
    .bind(&row.role)
    .bind(&row.content)
    .bind(&row.attachments)
    .bind(&row.source_kind)
    .bind(&row.created_at)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// Gives both messages of a turn the time of its activity row.
///
/// # Errors
/// When it cannot be written.
pub async fn set_turn_time(
    connection: &mut SqliteConnection,
    activity_id: &str,
    created_at: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE chat_messages SET created_at = ? WHERE activity_id = ?")
        .bind(created_at)
        .bind(activity_id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// The newest `turns` turns before `before`, as messages oldest first, user before agent; and whether nothing older
/// exists. A turn is never split.
///
/// # Errors
/// When the database does not answer.
pub async fn page(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    before: Option<&str>,
    turns: i64,
) -> Result<(Vec<ChatRow>, bool), StoreError> {
    let mut query =
        QueryBuilder::<Sqlite>::new("SELECT activity_id FROM chat_messages WHERE workspace_id = ");
    query.push_bind(workspace_id);
    if let Some(before) = before {
        query.push(" AND created_at < ").push_bind(before);
    }
    query.push(" GROUP BY activity_id ORDER BY max(created_at) DESC, min(seq) DESC LIMIT ");
    query.push_bind(turns + 1);
    let mut ids: Vec<String> = query
        .build_query_scalar()
        .fetch_all(&mut *connection)
        .await?;
    let reached_end = i64::try_from(ids.len()).unwrap_or(i64::MAX) <= turns;
    ids.truncate(usize::try_from(turns).unwrap_or(0));
    let list = serde_json::to_string(&ids).unwrap_or_else(|_| "[]".into());
    let rows = sqlx::query_as(
        "SELECT m.id, m.workspace_id, m.activity_id, m.role, m.content, m.attachments, m.source_kind, m.created_at
         FROM chat_messages m
         WHERE m.activity_id IN (SELECT value FROM json_each(?)) AND m.workspace_id = ?
         ORDER BY m.created_at, (SELECT min(t.seq) FROM chat_messages t WHERE t.activity_id = m.activity_id),
            m.id LIKE '%:a', m.seq",
    )
    .bind(list)
    .bind(workspace_id)
    .fetch_all(connection)
    .await?;
    Ok((rows, reached_end))
}

/// Forgets the whole chat of a workspace.
///
/// # Errors
/// When it cannot be written.
pub async fn clear(db: impl SqliteExecutor<'_>, workspace_id: &str) -> Result<u64, StoreError> {
    Ok(
        sqlx::query("DELETE FROM chat_messages WHERE workspace_id = ?")
            .bind(workspace_id)
            .execute(db)
            .await
            .map_err(StoreError::classify)?
            .rows_affected(),
    )
}
