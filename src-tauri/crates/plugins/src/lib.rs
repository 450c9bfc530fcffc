//! Plugins: where they come from, what is checked before they are taken, and how they get into agents and out again
//! (contract 03 sections 2.13, 7 and 8).
//!
//! - `source`, `track`, `name`, `limits`: the words of requests. `tree`, `manifest`, `skill`, `code`: what a plugin is.
//! - `registry`, `git`, `fetch`: plugins of this computer and of git hosts. `shelf`: what was fetched, kept by its content.
//! - `preview`, `install`, `uninstall`, `list`, `allowlist`: the commands. `updates`: tracked refs, drift, the queue. `follow`,
//!   `settle`: what happens by itself. `intent`, `record`: what should be and what is, as rows with their events.
//! - `delivery`, `before_start`: the four steps in a running agent, and the same before a start. `setup`: a plugin's own
//!   script, run apart from the agent.
//! - `owned` with `blocks` and `settings`: what a plugin brings outside its folder. `receipt`: by which exactly that goes.
//! - `volume`, `agents`: the seams. No engine type but archives comes in here; the reconciler implements the volume.

mod agents;
mod allowlist;
mod before_start;
mod blocks;
mod code;
mod delivery;
mod error;
mod failpoints;
mod fetch;
mod follow;
mod git;
mod install;
mod intent;
mod limits;
mod list;
mod manifest;
mod name;
mod owned;
mod plugins;
mod preview;
mod receipt;
mod record;
mod registry;
mod settings;
mod settle;
mod setup;
mod shelf;
mod skill;
mod source;
mod track;
mod tree;
mod uninstall;
mod updates;
mod volume;
mod wanted;

pub use agents::{Agents, Difference};
pub use allowlist::bad_name;
pub use code::{Code, code};
pub use delivery::Delivery;
pub use error::PluginError;
pub use failpoints::FAILPOINTS;
pub use fetch::Fetched;
pub use git::Repositories;
pub use install::{By, Installed, Wanted};
pub use limits::Limits;
pub use list::InstalledPlugin;
pub use manifest::{Manifest, Support};
pub use name::{is_name, is_skill_name};
pub use plugins::{Parts, Plugins};
pub use preview::Preview;
pub use receipt::Receipt;
pub use registry::{Listed, Registry};
pub use settings::Added;
pub use setup::{Ran, SETUP_LIMIT, Scripts, Setup, SetupState};
pub use shelf::Shelf;
pub use source::{GITEA_HOST, SCHEMES, Source};
pub use track::Track;
pub use tree::{File, MARKER, Skipped, Tree};
pub use uninstall::Uninstalled;
pub use updates::{Applied, Checked};
pub use volume::{Volume, VolumeError};
pub use wanted::Brought;
