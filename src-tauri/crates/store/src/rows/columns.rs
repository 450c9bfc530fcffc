//! Single columns of `workspaces`, by name: only those listed here can be set alone.

use crate::StoreError;
use sqlx::SqliteConnection;

/// Sets one column by name; only names from the list below are taken.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_column(
    connection: &mut SqliteConnection,
    id: &str,
    column: Column,
    value: impl Into<ColumnValue>,
    now: &str,
) -> Result<(), StoreError> {
    let query = sqlx::query(column.update());
    let query = match value.into() {
        ColumnValue::Null => query.bind(None::<String>),
        ColumnValue::Text(text) => query.bind(text),
        ColumnValue::Int(number) => query.bind(number),
    };
    query
        .bind(now)
        .bind(id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// A value for [`set_column`].
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnValue {
    /// SQL null.
    Null,
    /// Text.
    Text(String),
    /// Whole number.
    Int(i64),
}

impl From<&str> for ColumnValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for ColumnValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for ColumnValue {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for ColumnValue {
    fn from(yes: bool) -> Self {
        Self::Int(i64::from(yes))
    }
}

impl<T: Into<ColumnValue>> From<Option<T>> for ColumnValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! columns {
    ($($(#[$meta:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// Columns [`set_column`] may set.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Column { $($(#[$meta])* $variant),+ }
        impl Column {
            const fn update(self) -> &'static str {
                match self { $(Self::$variant => concat!("UPDATE workspaces SET ", $name, " = ?, updated_at = ? WHERE id = ?")),+ }
            }
        }
    };
}

columns! {
    /// Display name.
    Name = "name",
    /// Role text.
    Role = "role",
    /// Tier asked for.
    Tier = "tier",
    /// Tier granted.
    TierGranted = "tier_granted",
    /// Runtime.
    Runtime = "runtime",
    /// Model.
    Model = "model",
    /// Provider of the model.
    Provider = "provider",
    /// Parent.
    ParentId = "parent_id",
    /// Dial address.
    Url = "url",
    /// An admin-class caller named that address.
    UrlByPerson = "url_by_person",
    /// Talks to no other root.
    Isolated = "isolated",
    /// Sealed secret for what is forwarded to its agent.
    PlatformInboundSecret = "platform_inbound_secret",
    /// Push or poll.
    DeliveryMode = "delivery_mode",
    /// Agent card.
    AgentCard = "agent_card",
    /// Host directory.
    WorkspaceDir = "workspace_dir",
    /// Access to it.
    WorkspaceAccess = "workspace_access",
    /// US cents a month.
    BudgetLimit = "budget_limit",
    /// Tasks at once.
    MaxConcurrentTasks = "max_concurrent_tasks",
    /// Idle minutes.
    HibernationIdleMinutes = "hibernation_idle_minutes",
    /// Update tier.
    UpdateTier = "update_tier",
    /// Host folder of its files.
    TemplateDir = "template_dir",
    /// Host folder below its own files.
    BaseDir = "base_dir",
    /// Folder name in its org.
    FilesDir = "files_dir",
    /// Slug of its persona.
    Persona = "persona",
    /// The import that changed it last.
    ImportId = "import_id",
    /// Commit that its folder stood at then.
    SourceCommit = "source_commit",
    /// Key in its org.
    ImportKey = "import_key",
    /// Org.
    OrgId = "org_id",
    /// Restart needed.
    NeedsRestart = "needs_restart",
    /// Discard the session at the next start.
    ResetSession = "reset_session",
    /// Container of the last start.
    ContainerId = "container_id",
    /// Generation of that container.
    RunningGeneration = "running_generation",
    /// Hash of its specification.
    SpecHash = "spec_hash",
    /// Last sign of life.
    LastHeartbeatAt = "last_heartbeat_at",
    /// When it was started.
    ProvisioningStartedAt = "provisioning_started_at",
    /// Last work.
    LastActiveAt = "last_active_at",
    /// Last message sent.
    LastOutboundAt = "last_outbound_at",
    /// Last error text.
    LastSampleError = "last_sample_error",
}
