//! The end in the platform.

use crate::{
    RelayError,
    drive::{carry, config, is_end},
};
use futures::future::poll_fn;
use std::net::SocketAddr;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_util::compat::TokioAsyncReadCompatExt;

/// Connects each stream of the session to `platform`, until the other side ends the session.
///
/// # Errors
/// When the session breaks.
pub async fn outside(
    session: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    platform: SocketAddr,
) -> Result<(), RelayError> {
    let mut connection = yamux::Connection::new(session.compat(), config(), yamux::Mode::Server);
    while let Some(stream) = poll_fn(|cx| connection.poll_next_inbound(cx)).await {
        let stream = match stream {
            Ok(stream) => stream,
            Err(error) if is_end(&error) => break,
            Err(error) => return Err(error.into()),
        };
        tokio::spawn(async move {
            match TcpStream::connect(platform).await {
                Ok(socket) => {
                    let _ = socket.set_nodelay(true);
                    carry(stream, socket).await;
                }
                // Dropping the stream hangs up on the container.
                Err(error) => tracing::warn!(%error, "the platform took no relayed connection"),
            }
        });
    }
    Ok(())
}
