//! What both ends share: the session's settings, and bytes between two streams.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::compat::FuturesAsyncReadCompatExt;

/// Connections at once; each agent holds a few.
const MOST_STREAMS: usize = 1_024;

/// Both ends must agree on it.
pub(crate) fn config() -> yamux::Config {
    let mut config = yamux::Config::default();
    config.set_max_num_streams(MOST_STREAMS);
    config
}

/// The other side is gone without a word, which is how a killed process ends a session.
pub(crate) fn is_end(error: &yamux::ConnectionError) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    match error {
        yamux::ConnectionError::Closed => true,
        yamux::ConnectionError::Io(error) => {
            matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
        }
        _ => false,
    }
}

/// Copies both ways until both sides have said all.
pub(crate) async fn carry(stream: yamux::Stream, mut socket: impl AsyncRead + AsyncWrite + Unpin) {
    let mut stream = stream.compat();
    // A peer that hangs up in the middle is an everyday thing on both sides.
    if let Err(error) = tokio::io::copy_bidirectional(&mut stream, &mut socket).await {
        tracing::debug!(%error, "a relayed connection ended early");
    }
}
