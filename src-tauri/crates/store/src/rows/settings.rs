//! Settings: one JSON value a key (ours).

use crate::StoreError;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{SqliteConnection, SqliteExecutor};

/// One setting; `None` when it was never set or is not of this type.
///
/// # Errors
/// When the database does not answer.
pub async fn get<T: DeserializeOwned>(
    db: impl SqliteExecutor<'_>,
    key: &str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE key = ?")
        .bind(key)
        .fetch_optional(db)
        .await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Sets one setting.
///
/// # Errors
/// When the row cannot be written, or the value is no JSON.
pub async fn set<T: Serialize>(
    connection: &mut SqliteConnection,
    key: &str,
    value: &T,
    now: &str,
) -> Result<(), StoreError> {
    let text =
        serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    sqlx::query(
        "INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
    )
    .bind(key)
    .bind(text)
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}
