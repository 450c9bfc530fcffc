//! Org folders, what they last said (the base), and what the person allowed (ours; design law 2).

use super::grouped;
use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// A registered org folder.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct OrgRow {
    /// Id in this platform.
    pub id: String,
    /// Name clients give as `dir`.
    pub dir: String,
    /// Where it is.
    pub path: String,
    /// Org name.
    pub name: String,
    /// Highest tier the person granted.
    pub tier_granted: i64,
    /// Prompts the person ticked, JSON.
    pub prompts: String,
    /// Last import, if any.
    pub imported_at: Option<String>,
    /// When it was registered.
    pub registered_at: String,
}

/// One file-owned value at the last import.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct BaseRow {
    /// Key of the role.
    pub key: String,
    /// Field name.
    pub field: String,
    /// JSON text.
    pub value: String,
    /// File that held it.
    pub file: Option<String>,
    /// Line in it.
    pub line: Option<i64>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!("SELECT id, dir, path, name, tier_granted, prompts, imported_at, registered_at FROM orgs ", $tail)
    };
}

/// All registered folders, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: impl SqliteExecutor<'_>) -> Result<Vec<OrgRow>, StoreError> {
    Ok(sqlx::query_as(select!("ORDER BY name, dir"))
        .fetch_all(db)
        .await?)
}

/// The folder clients call `dir`.
///
/// # Errors
/// When the database does not answer.
pub async fn by_dir(db: impl SqliteExecutor<'_>, dir: &str) -> Result<Option<OrgRow>, StoreError> {
    Ok(sqlx::query_as(select!("WHERE dir = ?"))
        .bind(dir)
        .fetch_optional(db)
        .await?)
}

/// The folder at this path.
///
/// # Errors
/// When the database does not answer.
pub async fn by_path(
    db: impl SqliteExecutor<'_>,
    path: &str,
) -> Result<Option<OrgRow>, StoreError> {
    Ok(sqlx::query_as(select!("WHERE path = ?"))
        .bind(path)
        .fetch_optional(db)
        .await?)
}

/// One folder by id.
///
/// # Errors
/// When the database does not answer.
pub async fn get(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<OrgRow>, StoreError> {
    Ok(sqlx::query_as(select!("WHERE id = ?"))
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Registers a folder.
///
/// # Errors
/// When the row cannot be written (the folder or its `dir` is taken).
pub async fn add(
    connection: &mut SqliteConnection,
    id: &str,
    dir: &str,
    path: &str,
    name: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO orgs (id, dir, path, name, registered_at) VALUES (?, ?, ?, ?, ?)")
        .bind(id)
        .bind(dir)
        .bind(path)
        .bind(name)
        .bind(now)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// Notes an import: its name, what the person granted and ticked.
///
/// # Errors
/// When the row cannot be written.
pub async fn imported(
    connection: &mut SqliteConnection,
    id: &str,
    name: &str,
    tier_granted: i64,
    prompts: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE orgs SET name = ?, tier_granted = ?, prompts = ?, imported_at = ? WHERE id = ?",
    )
    .bind(name)
    .bind(tier_granted)
    .bind(prompts)
    .bind(now)
    .bind(id)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// Forgets a folder; its workspaces must be removed first, they lose the link.
///
/// # Errors
/// When the rows cannot be written.
pub async fn remove(connection: &mut SqliteConnection, id: &str) -> Result<bool, StoreError> {
    sqlx::query("UPDATE workspaces SET org_id = NULL WHERE org_id = ?")
        .bind(id)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::classify)?;
    let done = sqlx::query("DELETE FROM orgs WHERE id = ?")
        .bind(id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// The base of an org, by role and field. Every plan reads all of it, so a role comes as one row: each row that crosses
/// from the database's thread costs a waking and a copy of every column.
///
/// # Errors
/// When the database does not answer.
pub async fn base(db: impl SqliteExecutor<'_>, org_id: &str) -> Result<Vec<BaseRow>, StoreError> {
    type Field = (String, String, Option<String>, Option<i64>);
    let roles = sqlx::query_as(
        "SELECT key, json_group_array(json_array(field, value, file, line) ORDER BY field)
         FROM org_base WHERE org_id = ? GROUP BY key ORDER BY key",
    )
    .bind(org_id)
    .fetch_all(db)
    .await?;
    grouped(roles, |key, (field, value, file, line): Field| BaseRow {
        key: key.to_owned(),
        field,
        value,
        file,
        line,
    })
}

/// Replaces the base; rows that did not change are not written, so an unchanged import writes none.
///
/// # Errors
/// When the rows cannot be written.
pub async fn set_base(
    connection: &mut SqliteConnection,
    org_id: &str,
    rows: &[BaseRow],
) -> Result<u64, StoreError> {
    let keep: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| (row.key.as_str(), row.field.as_str()))
        .collect();
    let mut changed = sqlx::query(
        "DELETE FROM org_base WHERE org_id = ?1 AND (key, field) NOT IN
            (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?2))",
    )
    .bind(org_id)
    .bind(serde_json::to_string(&keep).unwrap_or_else(|_| "[]".into()))
    .execute(&mut *connection)
    .await
    .map_err(StoreError::classify)?
    .rows_affected();
    let all: Vec<_> = rows
        .iter()
        .map(|row| (&row.key, &row.field, &row.value, &row.file, row.line))
        .collect();
    // One statement: a large org has tens of thousands of values.
    changed += sqlx::query(
        "INSERT INTO org_base (org_id, key, field, value, file, line)
         SELECT ?1, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
            json_extract(value, '$[3]'), json_extract(value, '$[4]') FROM json_each(?2) WHERE 1
         ON CONFLICT (org_id, key, field) DO UPDATE SET value = excluded.value, file = excluded.file, line = excluded.line
         WHERE value IS NOT excluded.value OR file IS NOT excluded.file OR line IS NOT excluded.line",
    )
    .bind(org_id)
    .bind(serde_json::to_string(&all).unwrap_or_else(|_| "[]".into()))
    .execute(connection)
    .await
    .map_err(StoreError::classify)?
    .rows_affected();
    Ok(changed)
}

/// Puts one value of a base field in place of another, in every org. Says how many changed.
///
/// # Errors
/// When the rows cannot be written.
pub async fn renote(
    connection: &mut SqliteConnection,
    field: &str,
    before: &str,
    after: &str,
) -> Result<u64, StoreError> {
    let done = sqlx::query("UPDATE org_base SET value = ? WHERE field = ? AND value = ?")
        .bind(after)
        .bind(field)
        .bind(before)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(done.rows_affected())
}
