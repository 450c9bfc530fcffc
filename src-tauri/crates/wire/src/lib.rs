//! What crosses the wire: bodies, events, codes. No behaviour.
//!
//! Field names, order and defaults follow the contract; the order of a record is the order of its fields here
//! (contract 01 section 1.5). The stand-in agent and the command line use these types from the other side.

mod a2a;
mod bundle;
mod error;
mod event;
mod files;
mod org;
mod org_role;
mod payload;
mod plugins;
mod registry;
mod schedule;
mod secrets;
mod stack;
mod status;
mod timestamp;
mod tokens;
mod whole;
mod workspace;

pub use a2a::*;
pub use bundle::*;
pub use error::*;
pub use event::*;
pub use files::*;
pub use org::*;
pub use org_role::*;
pub use payload::*;
pub use plugins::*;
pub use registry::*;
pub use schedule::*;
pub use secrets::*;
pub use stack::*;
pub use status::*;
pub use timestamp::*;
pub use tokens::*;
pub use workspace::*;
