//! Workspace and org tokens: hashes, kinds, rotation (contract 01 sections 2.1, 2.8, 2.9 and 7).

use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// Live tokens a workspace may have at most.
pub const MOST_TOKENS: i64 = 50;

/// A workspace token as stored.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct TokenRow {
    /// Row id.
    pub id: String,
    /// Whose.
    pub workspace_id: String,
    /// First eight characters.
    pub prefix: String,
    /// `runtime` or `user`.
    pub kind: String,
    /// When it was made.
    pub created_at: String,
    /// When it was last presented.
    pub last_used_at: Option<String>,
    /// What a person called it.
    #[sqlx(default)]
    pub name: Option<String>,
    /// When it ends by itself.
    #[sqlx(default)]
    pub expires_at: Option<String>,
}

/// An org token as stored.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct OrgTokenRow {
    /// Row id.
    pub id: String,
    /// First eight characters.
    pub prefix: String,
    /// What a person called it.
    pub name: Option<String>,
    /// Who made it.
    pub created_by: Option<String>,
    /// Root workspace it is bound to.
    pub org_id: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last presented.
    pub last_used_at: Option<String>,
    /// When it ends by itself.
    pub expires_at: Option<String>,
}

/// Finds a live workspace token by its SHA-256, if its workspace is not removed.
///
/// # Errors
/// When the database does not answer; never treated as "no such token".
pub async fn find(
    db: impl SqliteExecutor<'_>,
    hash: &[u8],
    now: &str,
) -> Result<Option<TokenRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT t.id, t.workspace_id, t.prefix, t.kind, t.created_at, t.last_used_at, t.expires_at
         FROM workspace_auth_tokens t JOIN workspaces w ON w.id = t.workspace_id
         WHERE t.token_hash = ? AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?)
           AND w.status <> 'removed'",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(db)
    .await?)
}

/// Notes that a token was presented. The first use of a new `runtime` token ends its predecessor's grace.
///
/// # Errors
/// When the rows cannot be written.
pub async fn touch(
    connection: &mut SqliteConnection,
    token: &TokenRow,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspace_auth_tokens SET last_used_at = ? WHERE id = ?")
        .bind(now)
        .bind(&token.id)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::classify)?;
    if token.kind == "runtime" && token.last_used_at.is_none() {
        sqlx::query(
            "UPDATE workspace_auth_tokens SET revoked_at = ?
             WHERE workspace_id = ? AND kind = 'runtime' AND id <> ? AND revoked_at IS NULL AND expires_at IS NOT NULL",
        )
        .bind(now)
        .bind(&token.workspace_id)
        .bind(&token.id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    }
    Ok(())
}

/// Whether open mode asks a workspace's callers for its token: one was presented before, or none of those it had is left.
/// Revoked is not the same as never issued (contract 01 section 2.13); of a removed workspace every caller may learn that
/// it is removed.
///
/// # Errors
/// When the database does not answer.
pub async fn is_asked_for(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    now: &str,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT coalesce(max(t.last_used_at IS NOT NULL), 0)
             OR count(*) > 0 AND NOT max(t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?))
                AND w.status <> 'removed'
         FROM workspace_auth_tokens t JOIN workspaces w ON w.id = t.workspace_id WHERE t.workspace_id = ?",
    )
    .bind(now)
    .bind(workspace_id)
    .fetch_one(db)
    .await?)
}

/// Whether this is a token that ended before it was ever presented.
///
/// # Errors
/// When the database does not answer.
pub async fn ended_unseen(
    db: impl SqliteExecutor<'_>,
    hash: &[u8],
    now: &str,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM workspace_auth_tokens WHERE token_hash = ? AND last_used_at IS NULL
           AND (revoked_at IS NOT NULL OR expires_at <= ?))",
    )
    .bind(hash)
    .bind(now)
    .fetch_one(db)
    .await?)
}

/// Notes that a token was presented after its end: its owner has had one, so from now on it is asked for.
///
/// # Errors
/// When the row cannot be written.
pub async fn touch_ended(
    connection: &mut SqliteConnection,
    hash: &[u8],
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspace_auth_tokens SET last_used_at = ? WHERE token_hash = ? AND last_used_at IS NULL")
        .bind(now)
        .bind(hash)
        .execute(connection)
        .await
        .map(drop)
        .map_err(StoreError::classify)
}

/// Ends the oldest token that nobody named or presented, to make room for one more.
///
/// # Errors
/// When the row cannot be written.
pub async fn end_oldest_unseen(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE workspace_auth_tokens SET revoked_at = ?1 WHERE id = (
           SELECT id FROM workspace_auth_tokens
           WHERE workspace_id = ?2 AND kind = 'user' AND revoked_at IS NULL AND last_used_at IS NULL
           ORDER BY name IS NOT NULL, created_at, rowid LIMIT 1)",
    )
    .bind(now)
    .bind(workspace_id)
    .execute(connection)
    .await
    .map(drop)
    .map_err(StoreError::classify)
}

/// Adds a token. A new `runtime` token gives the older ones five minutes (`grace_until`) at most.
///
/// # Errors
/// When the rows cannot be written.
pub async fn add(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    hash: &[u8],
    prefix: &str,
    kind: &str,
    now: &str,
    grace_until: &str,
) -> Result<String, StoreError> {
    if kind == "runtime" {
        sqlx::query(
            "UPDATE workspace_auth_tokens SET expires_at = coalesce(expires_at, ?)
             WHERE workspace_id = ? AND kind = 'runtime' AND revoked_at IS NULL",
        )
        .bind(grace_until)
        .bind(workspace_id)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::classify)?;
    }
    let id = crate::new_id();
    sqlx::query(
        "INSERT INTO workspace_auth_tokens (id, workspace_id, token_hash, prefix, kind, created_at)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(&id)
    .bind(workspace_id)
    .bind(hash)
    .bind(prefix)
    .bind(kind)
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(id)
}

/// Live tokens of a workspace.
///
/// # Errors
/// When the database does not answer.
pub async fn count_live(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM workspace_auth_tokens WHERE workspace_id = ? AND revoked_at IS NULL",
    )
    .bind(workspace_id)
    .fetch_one(db)
    .await?)
}

/// Tokens of a workspace that open something at `now`.
///
/// # Errors
/// When the database does not answer.
pub async fn count_valid(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    now: &str,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM workspace_auth_tokens
         WHERE workspace_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
    )
    .bind(workspace_id)
    .bind(now)
    .fetch_one(db)
    .await?)
}

/// Names a token, and says when it ends by itself.
///
/// # Errors
/// When the row cannot be written.
pub async fn describe(
    connection: &mut SqliteConnection,
    token_id: &str,
    name: Option<&str>,
    expires_at: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspace_auth_tokens SET name = ?, expires_at = ? WHERE id = ?")
        .bind(name)
        .bind(expires_at)
        .bind(token_id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// A page of the tokens that are valid at `now`, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    now: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<TokenRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, workspace_id, prefix, kind, created_at, last_used_at, name, expires_at FROM workspace_auth_tokens
         WHERE workspace_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)
         ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?",
    )
    .bind(workspace_id)
    .bind(now)
    .bind(limit)
    .bind(offset)
    .fetch_all(db)
    .await?)
}

/// Revokes one token of a workspace; says whether there was one.
///
/// # Errors
/// When the row cannot be written.
pub async fn revoke(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    token_id: &str,
    now: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE workspace_auth_tokens SET revoked_at = ? WHERE id = ? AND workspace_id = ? AND revoked_at IS NULL",
    )
    .bind(now)
    .bind(token_id)
    .bind(workspace_id)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// Revokes every token of a workspace (delete, contract 01 section 3.5 step 3.3).
///
/// # Errors
/// When the rows cannot be written.
pub async fn revoke_all(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspace_auth_tokens SET revoked_at = ? WHERE workspace_id = ? AND revoked_at IS NULL")
        .bind(now)
        .bind(workspace_id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// Finds a live org token by its SHA-256.
///
/// # Errors
/// When the database does not answer.
pub async fn find_org(
    db: impl SqliteExecutor<'_>,
    hash: &[u8],
    now: &str,
) -> Result<Option<OrgTokenRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, prefix, name, created_by, org_id, created_at, last_used_at, expires_at FROM org_api_tokens
         WHERE token_hash = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(db)
    .await?)
}

/// Notes that an org token was presented.
///
/// # Errors
/// When the row cannot be written.
pub async fn touch_org(
    connection: &mut SqliteConnection,
    token_id: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE org_api_tokens SET last_used_at = ? WHERE id = ?")
        .bind(now)
        .bind(token_id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// What a new org token is.
#[derive(Debug, Clone, Copy)]
pub struct NewOrgToken<'a> {
    /// SHA-256 of it.
    pub hash: &'a [u8],
    /// Its first eight characters.
    pub prefix: &'a str,
    /// What a person called it.
    pub name: Option<&'a str>,
    /// Who made it.
    pub created_by: &'a str,
    /// Root workspace it is bound to.
    pub org_id: Option<&'a str>,
    /// When it ends by itself.
    pub expires_at: Option<&'a str>,
}

/// Adds an org token.
///
/// # Errors
/// When the row cannot be written.
pub async fn add_org(
    connection: &mut SqliteConnection,
    token: NewOrgToken<'_>,
    now: &str,
) -> Result<String, StoreError> {
    let id = crate::new_id();
    sqlx::query(
        "INSERT INTO org_api_tokens (id, token_hash, prefix, name, created_by, org_id, expires_at, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&id)
    .bind(token.hash)
    .bind(token.prefix)
    .bind(token.name)
    .bind(token.created_by)
    .bind(token.org_id)
    .bind(token.expires_at)
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(id)
}

/// Live org tokens, newest first, at most 500.
///
/// # Errors
/// When the database does not answer.
pub async fn list_org(
    db: impl SqliteExecutor<'_>,
    now: &str,
) -> Result<Vec<OrgTokenRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, prefix, name, created_by, org_id, created_at, last_used_at, expires_at FROM org_api_tokens
         WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)
         ORDER BY created_at DESC, rowid DESC LIMIT 500",
    )
    .bind(now)
    .fetch_all(db)
    .await?)
}

/// Revokes an org token; says whether there was one.
///
/// # Errors
/// When the row cannot be written.
pub async fn revoke_org(
    connection: &mut SqliteConnection,
    id: &str,
    now: &str,
) -> Result<bool, StoreError> {
    let done =
        sqlx::query("UPDATE org_api_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
            .bind(now)
            .bind(id)
            .execute(connection)
            .await
            .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}
