//! Where containers cannot reach this machine (an engine without root, a firewall before the bridge), one container of
//! ours listens for them and carries their connections to the platform over its own standard streams, which the
//! platform holds through the engine's API (contract 04 D12). So the platform binds loopback only.
//!
//! Both ends are here: [`inside`] runs in the container, [`outside`] in the platform. Between them each connection is a
//! stream of one yamux session.

mod drive;
mod inside;
mod outside;

pub use inside::inside;
pub use outside::outside;

/// The port on which the container listens.
pub const PORT: u16 = 8080;

/// The session ended otherwise than by the end of the other side.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The two ends do not understand each other.
    #[error("the relay's session broke: {0}")]
    Session(#[from] yamux::ConnectionError),
    /// The container cannot listen.
    #[error("the relay cannot accept connections: {0}")]
    Accept(#[source] std::io::Error),
}
