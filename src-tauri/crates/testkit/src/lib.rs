//! What product tests share: a platform served by the real program in a folder of its own, org fixtures, waiting.
//!
//! Every run has its own data folder, HOME, container network, label and ports, and removes only what is its own.

mod agents;
mod fixtures;
mod programs;
mod served;
mod waiting;

pub use agents::{EchoAgent, Heard};
pub use fixtures::{GeneratedOrg, real_org};
pub use programs::program;
pub use served::{Served, ServedOptions};
pub use waiting::eventually;
