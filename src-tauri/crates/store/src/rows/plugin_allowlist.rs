//! Which plugins the workspaces of an org may have (contract 03 section 2.13). No row: all of them.

use crate::{StoreError, new_id};
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// One allowed plugin.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AllowedPlugin {
    /// Its name.
    pub plugin_name: String,
    /// Who allowed it.
    pub enabled_by: Option<String>,
    /// When.
    pub enabled_at: String,
}

/// The list of an org, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: impl SqliteExecutor<'_>,
    org_id: &str,
) -> Result<Vec<AllowedPlugin>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT plugin_name, enabled_by, enabled_at FROM org_plugin_allowlist WHERE org_id = ? ORDER BY plugin_name",
    )
    .bind(org_id)
    .fetch_all(db)
    .await?)
}

/// Replaces the list of an org; names that come twice count once.
///
/// # Errors
/// When the rows cannot be written.
pub async fn replace(
    connection: &mut SqliteConnection,
    org_id: &str,
    names: &[String],
    enabled_by: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM org_plugin_allowlist WHERE org_id = ?")
        .bind(org_id)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::classify)?;
    for name in names {
        sqlx::query(
            "INSERT INTO org_plugin_allowlist (id, org_id, plugin_name, enabled_by, enabled_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (org_id, plugin_name) DO NOTHING",
        )
        .bind(new_id())
        .bind(org_id)
        .bind(name)
        .bind(enabled_by)
        .bind(now)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::classify)?;
    }
    Ok(())
}
