//! Workspaces as rows: create, change, lifecycle commands, registry and signs of life.
//!
//! Every command is one write: it says what should be, writes the events that tell it, and returns. It never touches
//! the engine; the reconciler reads the same event log as every other reader and brings the containers along
//! (design law 2). What a caller may do was decided before it came here.

pub mod agents;
mod beat;
mod bootstrap;
mod capabilities;
mod change;
mod create;
mod error;
mod judge;
mod lifecycle;
mod places;
mod pulse;
mod registry;
mod remove;
mod restore;
mod restore_secrets;
pub mod secrets;
mod team;
mod validate;
mod view;

pub use beat::Beats;
pub use bootstrap::bootstrap_failed;
pub use capabilities::Capabilities;
pub use change::change;
pub use create::{CreateOutcome, NewSecret, create};
pub use error::WorkspaceError;
pub use lifecycle::{
    Applied, Command, Hibernated, hibernate, pause, restart, restart_due, restart_from, resume,
    stack_command, wake,
};
pub use places::{MOST_PLACES, place_all};
pub use registry::{
    Found, RegisterOutcome, accessible, came_online, delivery_mode, discover, peers, register,
    update_card,
};
pub use remove::{Removal, remove, remove_for, remove_in};
pub use restore::{removed, restore};
pub use restore_secrets::{Incoming, Restored, restore_secrets};
pub use team::{Child, NewChild, collapse, expand};
pub use validate::{check_dir, check_id, check_name, check_role};
pub use view::{list_view, single_view};
