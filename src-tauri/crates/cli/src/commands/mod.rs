//! One file a verb.

pub mod agent;
mod agent_make;
mod agent_remove;
pub mod bundle;
pub mod doctor;
pub mod down;
pub mod events;
pub mod files;
pub mod import;
pub mod keep;
pub mod lifecycle;
pub mod logs;
pub mod open;
pub mod org;
mod org_set;
mod plan;
mod plan_show;
pub mod plugin;
mod plugin_allowlist;
mod plugin_updates;
pub mod purge;
pub mod remove;
mod save;
pub mod schedule;
pub mod secrets;
mod secrets_file;
mod secrets_place;
pub mod send;
pub mod serve;
pub mod settings;
mod spawn;
pub mod status;
pub mod template;
pub mod token;
pub mod up;
mod watch;

mod context;

pub use context::{Context, whole};
