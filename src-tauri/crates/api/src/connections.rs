//! Connections of one listener: HTTP/1.1 with limits on time and size, ended in order at a stop (contract 01 sections
//! 1.1 and 7).

use crate::error::ApiError;
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// Time a request's head may take. It also ends connections on which nothing was asked for that long.
const HEAD: Duration = Duration::from_secs(30);
/// Bytes and lines a head may have.
const HEAD_BYTES: usize = 64 * 1024;
const HEAD_LINES: usize = 100;
/// Connections of one listener at a time; more wait in the system's queue.
const CONNECTIONS: usize = 1024;
/// Pause after the system refused a connection for want of something.
const PAUSE: Duration = Duration::from_millis(250);
/// Time requests get to end at a stop.
const DRAIN: Duration = Duration::from_secs(30);

/// The address on this computer at which a request arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ArrivedAt(pub IpAddr);

/// How serving ends: first no new requests and the end of streams, then what is under way, then WebSockets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ending {
    /// No new requests; streams end.
    pub asked: CancellationToken,
    /// Whatever is still under way is cut.
    cut: CancellationToken,
    /// WebSockets end.
    pub sockets: CancellationToken,
    connections: TaskTracker,
}

impl Ending {
    /// No new requests from now on; streams end.
    pub(crate) fn ask(&self) {
        self.asked.cancel();
        self.connections.close();
    }

    /// Lets what is under way end, at most 30 s, then ends the WebSockets.
    pub(crate) async fn drain(&self) {
        let drained = tokio::time::timeout(DRAIN, self.connections.wait()).await;
        if drained.is_err() {
            tracing::warn!("requests were still under way after 30 s and are cut");
        }
        self.cut.cancel();
        self.sockets.cancel();
        self.connections.wait().await;
    }
}

/// Serves until `stop` or the end is asked for.
pub(crate) async fn accept(
    listener: TcpListener,
    router: Router,
    ending: Ending,
    stop: CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = async {
            let slot = slots.clone().acquire_owned().await;
            (listener.accept().await, slot)
        };
        let (accepted, slot) = tokio::select! {
            biased;
            () = ending.asked.cancelled() => return,
            () = stop.cancelled() => return,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, from)) => {
                let served = serve(stream, from, router.clone(), ending.clone(), stop.clone());
                ending.connections.spawn(async move {
                    served.await;
                    drop(slot);
                });
            }
            Err(error) if of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

async fn serve(
    stream: TcpStream,
    from: SocketAddr,
    router: Router,
    ending: Ending,
    stop: CancellationToken,
) {
    let at = stream.local_addr().ok().map(|address| address.ip());
    // Answers are small and people wait for them.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        if let Some(at) = at {
            request.extensions_mut().insert(ArrivedAt(at));
        }
        request.map(Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_LINES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        result = connection.as_mut() => return note(result),
        () = ending.asked.cancelled() => {}
        () = stop.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        result = connection.as_mut() => note(result),
        () = ending.cut.cancelled() => {}
    }
}

fn note(result: hyper::Result<()>) {
    if let Err(error) = result {
        // A client that leaves, or never finishes its head, is no event.
        tracing::debug!(%error, "a connection ended");
    }
}

/// Ends server-sent events when the platform stops; they never end by themselves.
pub(crate) async fn end_streams(ending: Ending, request: Request, next: Next) -> Response {
    if ending.asked.is_cancelled() {
        return ApiError::new(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            "stopping",
            "the platform is stopping",
        )
        .retry_after(5)
        .into_response();
    }
    let response = next.run(request).await;
    let stream = response
        .headers()
        .get(axum::http::header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if !stream {
        return response;
    }
    let asked = ending.asked.clone();
    response.map(|body| {
        let frames = body
            .into_data_stream()
            .take_until(async move { asked.cancelled().await });
        Body::from_stream(frames)
    })
}
