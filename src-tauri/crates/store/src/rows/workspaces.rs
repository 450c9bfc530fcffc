//! Rows of `workspaces`, joined with their place on the canvas (contract 01 section 6).

pub use super::{
    beats::{BeatFields, set_beats},
    columns::{Column, ColumnValue, set_column},
};
use crate::StoreError;
use serde_json::Value;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};
use wire::{DeliveryMode, Desired, SleepKind, Status, Timestamp, WorkspaceAccess};

/// One workspace with its layout.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct WorkspaceRow {
    /// Lower-case UUID.
    pub id: String,
    /// Display name; not unique.
    pub name: String,
    /// What it is for.
    pub role: Option<String>,
    /// Privilege class asked for.
    pub tier: i64,
    /// Privilege class granted.
    pub tier_granted: i64,
    /// Visible status.
    #[sqlx(try_from = "String")]
    pub status: Status,
    /// Stable word that says why.
    pub status_code: Option<String>,
    /// Sentence that says why and what to do.
    pub status_text: Option<String>,
    /// Adapter.
    pub runtime: String,
    /// Explicit model.
    pub model: Option<String>,
    /// Chosen provider of the model.
    pub provider: Option<String>,
    /// Parent.
    pub parent_id: Option<String>,
    /// Card as JSON text.
    pub agent_card: Option<String>,
    /// Dial address, `''` after a stop.
    pub url: Option<String>,
    /// An admin-class caller named that address.
    pub url_by_person: bool,
    /// A root that talks to no other root.
    pub isolated: bool,
    /// The secret for what the platform forwards to its agent, sealed, as base64.
    pub platform_inbound_secret: Option<String>,
    /// Push or poll.
    #[sqlx(try_from = "String")]
    pub delivery_mode: DeliveryMode,
    /// Last sign of life.
    pub last_heartbeat_at: Option<String>,
    /// Share of failed requests.
    pub last_error_rate: f64,
    /// Last error text.
    pub last_sample_error: Option<String>,
    /// Running tasks.
    pub active_tasks: i64,
    /// Seconds its process has run.
    pub uptime_seconds: i64,
    /// Label of the running task.
    pub current_task: Option<String>,
    /// Last message it sent.
    pub last_outbound_at: Option<String>,
    /// Last time it worked or was spoken to; idleness counts from here.
    pub last_active_at: Option<String>,
    /// `workspace:<id>`.
    pub awareness_namespace: Option<String>,
    /// Host directory for `/workspace`.
    pub workspace_dir: Option<String>,
    /// Access to it.
    #[sqlx(try_from = "String")]
    pub workspace_access: WorkspaceAccess,
    /// US cents a month.
    pub budget_limit: Option<i64>,
    /// US cents this month.
    pub monthly_spend: i64,
    /// Minutes without work before it sleeps.
    pub hibernation_idle_minutes: Option<i64>,
    /// Tasks at once.
    pub max_concurrent_tasks: i64,
    /// `production` or `canary`.
    pub update_tier: String,
    /// Host folder copied into `/configs`.
    pub template_dir: Option<String>,
    /// Host folder that is copied before `template_dir`, which lies over it.
    pub base_dir: Option<String>,
    /// The role's folder name in its org.
    pub files_dir: Option<String>,
    /// Slug of the persona whose keys it gets.
    pub persona: Option<String>,
    /// The import that made or changed it last.
    pub import_id: Option<String>,
    /// Commit that its folder stood at then.
    pub source_commit: Option<String>,
    /// Org folder it came from.
    pub org_id: Option<String>,
    /// Its key there.
    pub import_key: Option<String>,
    /// What should be.
    #[sqlx(try_from = "String")]
    pub desired: Desired,
    /// Why it is stopped: `paused` or `hibernated`.
    pub sleep_kind: Option<String>,
    /// Raised by each restart.
    pub generation: i64,
    /// Discard the session volume at the next start.
    pub reset_session: bool,
    /// A change waits for a restart.
    pub needs_restart: bool,
    /// Container of the last start.
    pub container_id: Option<String>,
    /// Generation that container was made for.
    pub running_generation: Option<i64>,
    /// Hash of the specification it was made from.
    pub spec_hash: Option<String>,
    /// When its container was started.
    pub provisioning_started_at: Option<String>,
    /// When it was removed.
    pub removed_at: Option<String>,
    /// When the row was made.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
    /// Absolute position.
    pub x: f64,
    /// Absolute position.
    pub y: f64,
    /// Frame width set by a person.
    pub width: Option<f64>,
    /// Frame height set by a person.
    pub height: Option<f64>,
    /// Stacking order.
    pub z: i64,
    /// Given a place by a person or an import.
    pub placed: bool,
    /// Folded.
    pub collapsed: bool,
}

impl WorkspaceRow {
    /// Why it is stopped.
    pub fn sleep(&self) -> Option<SleepKind> {
        self.sleep_kind
            .clone()
            .and_then(|word| SleepKind::try_from(word).ok())
    }

    /// Runs nowhere of ours: `external`.
    pub fn is_external(&self) -> bool {
        self.runtime == "external"
    }

    /// Answered by the platform itself: `mock`.
    pub fn is_mock(&self) -> bool {
        self.runtime == "mock"
    }

    /// Runs in a container of ours.
    pub fn has_container(&self) -> bool {
        !self.is_external() && !self.is_mock()
    }

    /// An agent that says it is there is the one that should run: it has no container of ours, or it is in the container
    /// of the present generation and the platform knows where that one is reached. Without an address it can be heard and
    /// not spoken to, and must not be shown as online.
    pub fn is_current(&self) -> bool {
        !self.has_container()
            || self.running_generation == Some(self.generation)
                && self.url.as_deref().is_some_and(|url| !url.is_empty())
    }

    /// The card as JSON.
    pub fn card(&self) -> Option<Value> {
        self.agent_card
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
    }

    /// A stored time; `None` for null or text that is none.
    pub fn time(text: &Option<String>) -> Option<Timestamp> {
        text.as_deref().and_then(|text| Timestamp::parse(text).ok())
    }
}

/// What a create or an import knows of a workspace.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Lower-case UUID.
    pub id: String,
    /// Display name.
    pub name: String,
    /// What it is for.
    pub role: Option<String>,
    /// Privilege class asked for.
    pub tier: i64,
    /// Privilege class granted.
    pub tier_granted: i64,
    /// First status.
    pub status: Status,
    /// Adapter.
    pub runtime: String,
    /// Explicit model.
    pub model: Option<String>,
    /// Parent.
    pub parent_id: Option<String>,
    /// Dial address of an external agent.
    pub url: Option<String>,
    /// Host directory for `/workspace`.
    pub workspace_dir: Option<String>,
    /// Access to it.
    pub workspace_access: WorkspaceAccess,
    /// US cents a month.
    pub budget_limit: Option<i64>,
    /// Tasks at once.
    pub max_concurrent_tasks: i64,
    /// Host folder copied into `/configs`.
    pub template_dir: Option<String>,
    /// The role's folder name in its org.
    pub files_dir: Option<String>,
    /// Org folder it came from.
    pub org_id: Option<String>,
    /// Its key there.
    pub import_key: Option<String>,
    /// What should be.
    pub desired: Desired,
}

/// The one join every read uses; SQLx takes only text that is fixed at compile time.
macro_rules! select {
    ($($with:literal)? ; $tail:literal) => {
        concat!(
            $($with,)?
            "SELECT w.*, coalesce(l.x, 0.0) AS x, coalesce(l.y, 0.0) AS y, l.width, l.height, coalesce(l.z, 0) AS z, ",
            "coalesce(l.placed, 0) AS placed, coalesce(l.collapsed, 0) AS collapsed ",
            "FROM workspaces w LEFT JOIN canvas_layouts l ON l.workspace_id = w.id ",
            $tail
        )
    };
}

/// One row, removed ones included.
///
/// # Errors
/// When the database does not answer.
pub async fn get(
    db: impl SqliteExecutor<'_>,
    id: &str,
) -> Result<Option<WorkspaceRow>, StoreError> {
    Ok(sqlx::query_as(select!(; "WHERE w.id = ?"))
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// All rows but removed ones, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: impl SqliteExecutor<'_>) -> Result<Vec<WorkspaceRow>, StoreError> {
    Ok(
        sqlx::query_as(select!(; "WHERE w.status <> 'removed' ORDER BY w.created_at, w.rowid"))
            .fetch_all(db)
            .await?,
    )
}

/// Id and name of all there are or were, for lists that must work on any schema.
///
/// # Errors
/// When the database does not answer.
pub async fn names(db: impl SqliteExecutor<'_>) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as("SELECT id, name FROM workspaces")
        .fetch_all(db)
        .await?)
}

/// Rows that may still have something in the engine: all but removed ones whose container is known to be gone.
///
/// # Errors
/// When the database does not answer.
pub async fn list_all(db: impl SqliteExecutor<'_>) -> Result<Vec<WorkspaceRow>, StoreError> {
    Ok(sqlx::query_as(select!(; "ORDER BY w.created_at, w.rowid"))
        .fetch_all(db)
        .await?)
}

/// Rows of one org that are not removed.
///
/// # Errors
/// When the database does not answer.
pub async fn of_org(
    db: impl SqliteExecutor<'_>,
    org_id: &str,
) -> Result<Vec<WorkspaceRow>, StoreError> {
    Ok(sqlx::query_as(
        select!(; "WHERE w.org_id = ? AND w.status <> 'removed' ORDER BY w.created_at, w.rowid"),
    )
    .bind(org_id)
    .fetch_all(db)
    .await?)
}

/// The row and all that are not removed below it, parents before children.
///
/// # Errors
/// When the database does not answer.
pub async fn subtree(
    db: impl SqliteExecutor<'_>,
    root: &str,
) -> Result<Vec<WorkspaceRow>, StoreError> {
    Ok(sqlx::query_as(select!(
        "WITH RECURSIVE below (id, depth) AS (
            SELECT id, 0 FROM workspaces WHERE id = ?
            UNION
            SELECT c.id, depth + 1 FROM workspaces c JOIN below ON c.parent_id = below.id
            WHERE c.status <> 'removed' AND depth < 64
         ) ";
        "JOIN below ON below.id = w.id ORDER BY below.depth, w.created_at, w.rowid"
    ))
    .bind(root)
    .fetch_all(db)
    .await?)
}

/// Ids from the parent up to the root.
///
/// # Errors
/// When the database does not answer.
pub async fn ancestors(db: impl SqliteExecutor<'_>, id: &str) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "WITH RECURSIVE above (id, parent_id, depth) AS (
            SELECT id, parent_id, 0 FROM workspaces WHERE id = ?
            UNION
            SELECT p.id, p.parent_id, depth + 1 FROM workspaces p JOIN above ON p.id = above.parent_id WHERE depth < 64
         )
         SELECT id FROM above WHERE depth > 0 ORDER BY depth",
    )
    .bind(id)
    .fetch_all(db)
    .await?)
}

/// Adds a row.
///
/// # Errors
/// When the row cannot be written, for example because the parent does not exist.
pub async fn insert(
    connection: &mut SqliteConnection,
    new: &NewWorkspace,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO workspaces (id, name, role, tier, tier_granted, status, runtime, model, parent_id, url,
            workspace_dir, workspace_access, budget_limit, max_concurrent_tasks, template_dir, files_dir, org_id,
            import_key, desired, awareness_namespace, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
            'workspace:' || ?1, ?20, ?21)",
    )
    .bind(&new.id)
    .bind(&new.name)
    .bind(&new.role)
    .bind(new.tier)
    .bind(new.tier_granted)
    .bind(new.status.as_str())
    .bind(&new.runtime)
    .bind(&new.model)
    .bind(&new.parent_id)
    .bind(&new.url)
    .bind(&new.workspace_dir)
    .bind(new.workspace_access.as_str())
    .bind(new.budget_limit)
    .bind(new.max_concurrent_tasks)
    .bind(&new.template_dir)
    .bind(&new.files_dir)
    .bind(&new.org_id)
    .bind(&new.import_key)
    .bind(new.desired.as_str())
    .bind(now)
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// Where an import took a workspace from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Origin<'a> {
    /// Host folder that is copied before its own.
    pub base_dir: Option<&'a str>,
    /// Slug of its persona.
    pub persona: Option<&'a str>,
    /// The import.
    pub import_id: Option<&'a str>,
    /// Commit that its folder stood at.
    pub commit: Option<&'a str>,
}

/// Notes where an import took a workspace from.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_origin(
    connection: &mut SqliteConnection,
    id: &str,
    origin: Origin<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE workspaces SET base_dir = ?, persona = ?, import_id = ?, source_commit = ? WHERE id = ?",
    )
    .bind(origin.base_dir)
    .bind(origin.persona)
    .bind(origin.import_id)
    .bind(origin.commit)
    .bind(id)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}

/// Notes the bundle that a workspace came from.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_source_bundle(
    connection: &mut SqliteConnection,
    id: &str,
    bundle_id: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspaces SET source_bundle_id = ? WHERE id = ?")
        .bind(bundle_id)
        .bind(id)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// Changes the status and its reason if the row is still in one of `from` (empty: any but `removed`). Says whether it
/// did; nobody overwrites a status somebody else has just set.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_status(
    connection: &mut SqliteConnection,
    id: &str,
    from: &[Status],
    to: Status,
    reason: Option<(&str, &str)>,
    now: &str,
) -> Result<bool, StoreError> {
    let allowed: Vec<&str> = from.iter().map(|status| status.as_str()).collect();
    let done = sqlx::query(
        "UPDATE workspaces SET status = ?, status_code = ?, status_text = ?, updated_at = ?
         WHERE id = ? AND status <> 'removed'
           AND (json_array_length(?6) = 0 OR status IN (SELECT value FROM json_each(?6)))",
    )
    .bind(to.as_str())
    .bind(reason.map(|(code, _)| code))
    .bind(reason.map(|(_, text)| text))
    .bind(now)
    .bind(id)
    .bind(serde_json::to_string(&allowed).unwrap_or_else(|_| "[]".into()))
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// Sets what should be. Raises the generation when `restart` is true. Never touches removed rows.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_desired(
    connection: &mut SqliteConnection,
    id: &str,
    desired: Desired,
    sleep: Option<SleepKind>,
    restart: bool,
    now: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE workspaces SET desired = ?, sleep_kind = ?, generation = generation + ?, updated_at = ?
         WHERE id = ? AND desired <> 'absent'",
    )
    .bind(desired.as_str())
    .bind(sleep.map(SleepKind::as_str))
    .bind(i64::from(restart))
    .bind(now)
    .bind(id)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// Marks a row removed: terminal status, desired absent, removal time (contract 01 section 3.5 step 3.1).
///
/// # Errors
/// When the row cannot be written.
pub async fn mark_removed(
    connection: &mut SqliteConnection,
    id: &str,
    now: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE workspaces SET status = 'removed', desired = 'absent', sleep_kind = NULL, status_code = NULL,
            status_text = NULL, url = '', removed_at = ?, updated_at = ? WHERE id = ? AND status <> 'removed'",
    )
    .bind(now)
    .bind(now)
    .bind(id)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// Notes who takes the place of a workspace that goes.
///
/// # Errors
/// When the row cannot be written.
pub async fn forward(
    connection: &mut SqliteConnection,
    id: &str,
    heir: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspaces SET forwarded_to = ?, updated_at = ? WHERE id = ?")
        .bind(heir)
        .bind(now)
        .bind(id)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// Who stands in the place of a removed workspace: the first that is not removed itself, at most 32 steps away.
///
/// # Errors
/// When the database does not answer.
pub async fn successor(
    db: impl SqliteExecutor<'_>,
    id: &str,
) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "WITH RECURSIVE heirs (id, forwarded_to, status, step) AS (
            SELECT id, forwarded_to, status, 0 FROM workspaces WHERE id = ?
            UNION ALL
            SELECT w.id, w.forwarded_to, w.status, step + 1 FROM workspaces w JOIN heirs ON w.id = heirs.forwarded_to
            WHERE heirs.status = 'removed' AND step < 32
         )
         SELECT id FROM heirs WHERE step > 0 AND status <> 'removed' LIMIT 1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?)
}

/// Deletes rows and everything that refers to them (purge, contract 01 section 3.5 step 5), in one go.
///
/// # Errors
/// When a row cannot be deleted.
pub async fn purge(connection: &mut SqliteConnection, ids: &[String]) -> Result<(), StoreError> {
    let list = serde_json::to_string(ids).unwrap_or_else(|_| "[]".into());
    for sql in [
        "DELETE FROM workspace_secrets WHERE workspace_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM agents WHERE workspace_id IN (SELECT value FROM json_each(?))",
        "UPDATE workspaces SET parent_id = NULL WHERE parent_id IN (SELECT value FROM json_each(?))",
        "UPDATE workspaces SET forwarded_to = NULL WHERE forwarded_to IN (SELECT value FROM json_each(?))",
        "DELETE FROM workspaces WHERE id IN (SELECT value FROM json_each(?))",
    ] {
        sqlx::query(sql)
            .bind(&list)
            .execute(&mut *connection)
            .await
            .map_err(StoreError::classify)?;
    }
    Ok(())
}

/// Notes a sign of life.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_heartbeat_at(
    connection: &mut SqliteConnection,
    id: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspaces SET last_heartbeat_at = ? WHERE id = ?")
        .bind(now)
        .bind(id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// Whether any agent, removed ones included, was ever started in a container: an engine may then hold something of it.
///
/// # Errors
/// When the database does not answer.
pub async fn had_containers(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM workspaces WHERE container_id IS NOT NULL OR provisioning_started_at IS NOT NULL)",
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::classify)
}
