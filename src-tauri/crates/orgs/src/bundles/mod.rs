//! Bundles: a workspace and what is below it as one document, and back (contract 03 section 4, nos. 55 to 60).
//!
//! `export` turns rows and files into a bundle without secrets, `unpack` checks a bundle whole before anything is made of
//! it, `import` makes the workspaces in one transaction.

mod export;
mod import;
mod paths;
mod unpack;

pub use export::{BundleParts, BundleSource, export};
pub use unpack::BundleError;
