//! The simulated keychain, and the rules that every keychain obeys. Shared by the tests of all rooms.

mod conformance;
mod simulated;

pub use conformance::conformance;
pub use simulated::{SimulatedEntries, SimulatedKeychain};
