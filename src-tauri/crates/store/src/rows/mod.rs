//! One file of queries a table. Functions take any connection; only those given to [`crate::Store::write`] can change.

pub mod activity;
pub mod agents;
mod beats;
pub mod channels;
pub mod chat;
mod columns;
pub mod config_docs;
pub mod files;
mod grouped;
pub mod layouts;
pub mod orgs;
pub mod plugin_allowlist;
pub mod plugin_updates;
pub mod plugins;
pub mod queue;
pub mod removals;
pub mod restarts;
pub mod schedule_runs;
pub mod schedules;
pub mod secrets;
pub mod settings;
pub mod tokens;
pub mod usage;
pub mod wanted_plugins;
pub mod workspaces;

use grouped::grouped;
pub use workspaces::{NewWorkspace, WorkspaceRow};
