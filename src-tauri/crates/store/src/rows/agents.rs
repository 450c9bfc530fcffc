//! Agent records: which model is assigned to a workspace, and which were before (contract 01 sections 3.11 and 6).
//! Bookkeeping only; at most one record of a workspace is active, which the database itself makes sure of.

use crate::{StoreError, new_id};
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// One record, with the runtime of its workspace.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AgentRow {
    /// Lower-case UUID.
    pub id: String,
    /// The workspace it belongs to.
    pub workspace_id: String,
    /// The assigned model.
    pub model: String,
    /// `active`, `replaced` or `removed`.
    pub status: String,
    /// When it was assigned.
    pub created_at: String,
    /// Name of its workspace.
    pub name: String,
    /// Runtime of its workspace.
    pub runtime: String,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT a.id, a.workspace_id, a.model, a.status, a.created_at, w.name, w.runtime ",
            "FROM agents a JOIN workspaces w ON w.id = a.workspace_id ",
            $tail
        )
    };
}

/// The active record of a workspace.
///
/// # Errors
/// When the database does not answer.
pub async fn active(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Option<AgentRow>, StoreError> {
    Ok(
        sqlx::query_as(select!("WHERE a.workspace_id = ? AND a.status = 'active'"))
            .bind(workspace_id)
            .fetch_optional(db)
            .await?,
    )
}

/// One record by its id.
///
/// # Errors
/// When the database does not answer.
pub async fn get(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<AgentRow>, StoreError> {
    Ok(sqlx::query_as(select!("WHERE a.id = ?"))
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Active records of workspaces that are not removed, oldest first; those of one workspace if it is named.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: impl SqliteExecutor<'_>,
    workspace_id: Option<&str>,
) -> Result<Vec<AgentRow>, StoreError> {
    Ok(sqlx::query_as(select!(
        "WHERE a.status = 'active' AND w.status <> 'removed' AND (?1 IS NULL OR a.workspace_id = ?1)
         ORDER BY a.created_at, a.rowid"
    ))
    .bind(workspace_id)
    .fetch_all(db)
    .await?)
}

/// Adds an active record and returns its id.
///
/// # Errors
/// [`StoreError::Conflict`] when the workspace has one.
pub async fn add(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    model: &str,
    now: &str,
) -> Result<String, StoreError> {
    let id = new_id();
    sqlx::query("INSERT INTO agents (id, workspace_id, model, created_at) VALUES (?, ?, ?, ?)")
        .bind(&id)
        .bind(workspace_id)
        .bind(model)
        .bind(now)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(id)
}

/// Ends an active record: `replaced` or `removed`, with the reason.
///
/// # Errors
/// When the row cannot be written.
pub async fn retire(
    connection: &mut SqliteConnection,
    id: &str,
    status: &str,
    reason: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE agents SET status = ?, removal_reason = ?, removed_at = ? WHERE id = ?")
        .bind(status)
        .bind(reason)
        .bind(now)
        .bind(id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// Gives a record to another workspace.
///
/// # Errors
/// [`StoreError::Conflict`] when that one has an active record.
pub async fn give(
    connection: &mut SqliteConnection,
    id: &str,
    workspace_id: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE agents SET workspace_id = ? WHERE id = ?")
        .bind(workspace_id)
        .bind(id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}
