//! The end in the container.

use crate::{
    RelayError,
    drive::{carry, config, is_end},
};
use futures::future::poll_fn;
use std::{collections::VecDeque, task::Poll};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
};
use tokio_util::compat::TokioAsyncReadCompatExt;

/// Accepts connections and carries each over `session`, until the other side ends it. A connection is told to the other
/// side with its first bytes, so a client must speak first, as those of HTTP do.
///
/// # Errors
/// When the session breaks or nothing can be accepted any more.
pub async fn inside(
    listener: TcpListener,
    session: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<(), RelayError> {
    let mut connection = yamux::Connection::new(session.compat(), config(), yamux::Mode::Client);
    let mut waiting: VecDeque<TcpStream> = VecDeque::new();
    loop {
        let step = poll_fn(|cx| {
            while let Poll::Ready(accepted) = listener.poll_accept(cx) {
                match accepted {
                    Ok((socket, _)) => waiting.push_back(socket),
                    Err(error) => return Poll::Ready(Err(RelayError::Accept(error))),
                }
            }
            if !waiting.is_empty()
                && let Poll::Ready(opened) = connection.poll_new_outbound(cx)
            {
                return Poll::Ready(opened.map(Some).map_err(RelayError::from));
            }
            // Nobody opens streams from the other side; asking for them is what moves the session.
            match connection.poll_next_inbound(cx) {
                Poll::Ready(None) => Poll::Ready(Ok(None)),
                Poll::Ready(Some(Err(error))) if is_end(&error) => Poll::Ready(Ok(None)),
                Poll::Ready(Some(Err(error))) => Poll::Ready(Err(error.into())),
                Poll::Ready(Some(Ok(unwanted))) => {
                    drop(unwanted);
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                Poll::Pending => Poll::Pending,
            }
        })
        .await?;
        match (step, waiting.pop_front()) {
            (Some(stream), Some(socket)) => {
                // Small messages must not wait for each other.
                let _ = socket.set_nodelay(true);
                tokio::spawn(carry(stream, socket));
            }
            (Some(_), None) => {}
            (None, _) => return Ok(()),
        }
    }
}
