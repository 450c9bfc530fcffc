//! The container engine: images, workspace containers, exec, logs, files, events; Docker and a simulated twin.
//!
//! One small trait, [`Engine`], is the seam. [`Docker`] speaks to a real engine (Docker, or Podman through its
//! compatible socket), [`Simulated`] is its in-memory twin; `tests/conformance` is the one suite that both pass. The
//! crate knows no org, no database and no HTTP API: it is handed a finished [`ContainerSpec`] and does what that says.
//!
//! Contract 04, sections 1, 2, 4.8, 4.10, 5 and 6, with the corrections of section 20.

pub mod archive;
pub mod budget;
mod container;
mod docker;
mod engine;
mod error;
mod event;
mod exec;
mod files;
mod image;
mod info;
mod limits;
pub mod locate;
pub mod names;
mod simulated;

pub use container::{
    AGENT_PORT, ContainerId, ContainerInfo, ContainerSpec, ContainerState, Environment, Health,
    Mount, Publish, VolumeInfo, VolumeSpec,
};
pub use docker::{Docker, Endpoint, Installation};
pub use engine::Engine;
pub use error::{Cause, EngineError, Holder, Missing};
pub use event::{EngineEvent, EventKind};
pub use exec::{Attached, ExecOutput, ExecSpec, LogChunk, LogOptions, LogSource};
pub use files::{FilePart, Listed, PathKind, PathStat, Survey};
pub use image::{ImageConfig, ImageInfo, ProgressFn, PullProgress};
pub use info::{EngineInfo, EngineKind, ExtraHost, HostAddress, NetworkInfo, Reach};
pub use limits::{Limits, MIB, TierOverrides, counted, limits};
pub use simulated::{Operation, Running, Simulated, StartHook};
