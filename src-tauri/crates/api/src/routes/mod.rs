//! One file a resource, read from top to bottom: routes, then handlers.

pub(crate) mod activity;
pub(crate) mod agents;
pub(crate) mod auth;
pub(crate) mod automation;
pub(crate) mod canvas;
pub(crate) mod config;
mod connection;
pub(crate) mod console;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod lifecycle;
pub(crate) mod org;
pub(crate) mod personas;
pub(crate) mod plugin_allowlist;
pub(crate) mod plugin_updates;
pub(crate) mod plugins;
pub(crate) mod registry;
pub(crate) mod secret_keys;
pub(crate) mod secrets;
pub(crate) mod shell;
pub(crate) mod stack;
pub(crate) mod talk;
pub(crate) mod team;
pub(crate) mod tokens;
pub(crate) mod vault;
pub(crate) mod workspaces;
