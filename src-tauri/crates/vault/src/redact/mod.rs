//! Secrets taken out of text that is stored, logged or shown (contract 03 section 3.7, 05 section 17, *do better* no.
//! 53 of 03).
//!
//! [`patterns`] finds what looks like a credential; [`KnownSecrets`] finds the very values that were loaded, however
//! they look. Text for a log goes through both: [`KnownSecrets::scrub`].

mod known;
mod patterns;

pub use known::{KnownSecrets, SHORTEST_KNOWN};
pub use patterns::{Redacted, patterns};
