//! What this room needs others to do. The platform connects it to engine, reconciler, messaging and orgs.

use crate::ReactionError;
use async_trait::async_trait;

/// One file for `/configs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveredFile {
    /// Path relative to `/configs`, forward slashes.
    pub path: String,
    /// Bytes as they have to be there (line ends already changed); `None` removes the file.
    pub content: Option<Vec<u8>>,
    /// Whether the file can be run (mode 0755, else 0644).
    pub executable: bool,
    /// Digest of what was delivered to this path last, if anything (SHA-256, lower-case hex). A copy in the container
    /// that differs from it was edited there (D75).
    pub before: Option<String>,
}

/// What became of a delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The bytes are in a running container. `false`: nothing runs; its next start copies them by itself.
    pub running: bool,
    /// Paths that were edited inside the container and therefore left alone (D75).
    pub kept: Vec<String>,
}

/// What an agent said to the reload message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReloadAnswer {
    /// It reads its files again. `false`: it refused, and only a restart helps.
    pub reloaded: bool,
    /// What it could not use, one sentence each.
    pub problems: Vec<String>,
}

/// What a plan would change, or changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrgChange {
    /// One sentence that sums it up.
    pub text: String,
    /// Files below the org's folder that say so.
    pub files: Vec<String>,
}

/// What became of a changed org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrgReaction {
    /// The files say what the platform has; nothing to tell.
    Unchanged,
    /// A plan waits for a person.
    PlanShown(OrgChange),
    /// The plan was applied because the person chose so.
    Applied(OrgChange),
    /// The files cannot be used; the sentence with file, line and column. Nothing changed.
    Refused(String),
}

/// The hands of hot reload. No call may cause a model call (D39).
#[async_trait]
pub trait Reactions: Send + Sync {
    /// Copies files into `/configs` of a running container; does nothing for one that does not run, because its next
    /// start copies the folder anyway.
    async fn deliver(
        &self,
        workspace_id: &str,
        files: Vec<DeliveredFile>,
    ) -> Result<Delivered, ReactionError>;

    /// Sends the one reload message. Called only where [`Reactions::declares_reload`] said yes.
    async fn reload_agent(&self, workspace_id: &str) -> Result<ReloadAnswer, ReactionError>;

    /// Whether the agent declares the capability `reload`.
    async fn declares_reload(&self, workspace_id: &str) -> bool;

    /// Asks for one restart after the running task; several askers get one restart.
    async fn restart(&self, workspace_id: &str, reason: &str) -> Result<(), ReactionError>;

    /// Plans the import of an org whose files changed; applies it only when the person chose so.
    async fn org_changed(&self, org_id: &str) -> Result<OrgReaction, ReactionError>;
}
