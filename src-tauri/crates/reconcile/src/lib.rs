//! Desired and observed state: the status function, one task per workspace, restarts, admission, sleep and wake.
//!
//! The database holds what should be, the engine and the agents say what is; this crate brings them together (design
//! law 2). It reads the event log like any other reader: whoever changes a row writes an event, and the loop looks at
//! that row. What a job was doing when the platform was killed is found again at the next start.
//!
//! - `status`: the visible status as one pure function.
//! - `decide`, `admission`, `backoff`, `ageing`: what to do next, who may start, when to try again, what time does.
//! - `supervisor`, `link`, `queue`, `observe`, `connect`, `leave`: the loop and what it listens to.
//! - `start`, `end`, `outcome`, `rows`: the jobs, their steps, and how they write.
//! - `turns`: restarts that a change of secrets asked for.
//! - `console`, `deliver`, `configs`, `files`: output of containers, files into them, plugins into their config volumes,
//!   files as people reach them.
//! - `held`: all that a config volume holds.

mod admission;
mod ageing;
mod backoff;
mod configs;
mod connect;
mod console;
mod decide;
mod deliver;
mod end;
mod entry;
mod error;
mod failpoints;
mod files;
mod held;
mod jobs;
mod leave;
mod link;
mod looks;
mod observe;
mod outcome;
mod queue;
mod reconciler;
mod relay;
mod rows;
mod settings;
mod shared;
mod source;
mod start;
mod status;
mod supervisor;
#[cfg(test)]
mod testing;
mod turns;

pub use deliver::{Delivered, DeliveredFile};
pub use error::ReconcileError;
pub use failpoints::FAILPOINTS;
pub use files::{
    Expect, FileContent, FileEntry, FileError, FileWrite, Files, LARGEST_READ, MOST_FILES,
    ReadPart, Root, SharedFile, Written, relative,
};
pub use reconciler::{Reconciler, Release, ShutdownReport, StopAgents};
pub use settings::{Options, STAND_IN, Settings};
pub use source::{
    Dependencies, EngineCondition, EngineSource, EngineStatus, Off, PERSONAS_SETTING, PlatformUrl,
    VaultSlot,
};
pub use start::{SourceError, SourceFile, Sources, digest, sources};
pub use status::{Failure, Grade, Observed, Reason, status};
