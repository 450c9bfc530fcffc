//! Hot reload: watch, digest, classify, react.
//!
//! One change service for everything that is saved (contract 04 section 18, D39, D60, D75). The way of a save through
//! this crate: `watch` hears of it and `pending` waits until the burst is over; `follow` looks again at what
//! may have changed, `dispatch` finds out whose files these are and puts them into their `lanes`; there `look` compares them with what was delivered (unchanged: nothing),
//! `classify` asks the `table`, and `workspace` or `org` reacts through the [`Reactions`] and tells it as one event
//! `CHANGE_DETECTED`. `loops` recognises files that are changed by the reaction to their change.
//!
//! Nothing here looks by the clock, and nothing here causes a model call. The watcher is `notify` without its
//! debouncer: that one wakes up forty times a second for ever, ours sleeps until something is saved (design law 7).

mod awaited;
mod classify;
mod config;
mod content;
mod dispatch;
mod error;
mod follow;
mod ignore;
mod inside;
mod lanes;
mod look;
mod loops;
mod notice;
mod org;
mod pending;
mod reaction;
mod reactions;
mod reload;
mod settings;
mod sources;
mod standing;
mod state;
mod table;
mod walk;
mod watch;
mod weigh;
mod workspace;

pub use classify::{ChangeKind, Verdict, needs_restart};
pub use content::digest;
pub use error::{ReactionError, ReloadError};
pub use reaction::{Family, Otherwise, Outcome, Reaction};
pub use reactions::{Delivered, DeliveredFile, OrgChange, OrgReaction, Reactions, ReloadAnswer};
pub use reload::Reload;
pub use settings::ReloadSettings;
pub use sources::{Sources, StoredSources, Watched};
pub use state::{HeldFile, ReloadState, WatchProblem};
pub use table::{FILES, FileRow, KEYS, KeyRow, Matcher, ORG_FILES, When};
pub use weigh::weigh;
