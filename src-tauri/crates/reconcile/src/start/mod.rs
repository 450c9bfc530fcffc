//! Bringing one container up: image, environment, files, then the steps that make and start it (contract 04 section 4).

mod config;
mod environment;
mod files;
mod image;
mod prepare;
mod put;
mod run;
mod secrets;
mod setup;

pub use files::{SourceError, SourceFile, Sources, digest, sources};
pub(crate) use image::{ImageReady, fetch, local, stand_in};
pub(crate) use prepare::network;
pub(crate) use run::{address, start};
pub(crate) use secrets::{learn, learn_all};
