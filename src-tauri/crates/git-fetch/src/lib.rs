//! One commit of a git repository in a folder named by its hash (contract 03 section 2.4).
//!
//! The way through this crate: an [`Allowlist`] says which repositories may be asked at all; [`GitFetch::resolve`]
//! turns a [`Ref`] of a [`RepoUrl`] into a [`Commit`]; [`GitFetch::fetch`] brings that commit into a [`Cache`] folder
//! and gives a [`Fetched`]. [`GitFetch::get`] does both, and works offline from what it remembers.
//!
//! Rules of this room:
//! - The real `git` command does the work, never through a shell, with an environment of its own: no configuration of
//!   the person or the system, no hooks, no submodules, no filters, no credential helpers, no prompts, no redirects.
//! - A token goes to git in its environment, bound to one host; it is in no argument, no URL, no file and no error.
//! - A folder in the cache is believed only after its files hash to the commit it is named after. No git command is ever
//!   run inside a folder that was there before.
//! - Links that leave the tree are left out and named.

mod address;
mod allowlist;
mod cache;
mod checkout;
mod commands;
mod error;
mod fetcher;
mod head;
mod links;
mod manifest;
mod reference;
mod resolve;
mod run;
mod settings;
#[cfg(feature = "testing")]
pub mod testing;
mod token;

pub use address::{RepoUrl, Scheme};
pub use allowlist::{Allowlist, DEFAULT_ALLOWLIST};
pub use cache::{Cache, Swept};
pub use error::GitError;
pub use fetcher::{Fetched, GitFetch};
pub use head::head;
pub use reference::{Commit, Ref};
pub use settings::{Limits, Transports};
pub use token::{Token, TokenStyle};
