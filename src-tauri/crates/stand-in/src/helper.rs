//! What this program does for the platform besides being an agent, so that one image is enough: the relay's end in a
//! container, and the question whether a container reaches the platform (contract 04 D12).

use std::{
    future::Future,
    net::Ipv4Addr,
    time::{Duration, Instant},
};
use tokio::net::TcpListener;

/// How long the platform may take to listen where it was told to.
const PATIENCE: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(100);

/// Listens for the containers of the network and carries their connections over the standard streams, until these end.
///
/// # Errors
/// A sentence when it cannot listen, or when the session breaks.
pub fn relay() -> Result<(), String> {
    block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, relay::PORT))
            .await
            .map_err(|error| format!("cannot listen on port {}: {error}", relay::PORT))?;
        let streams = tokio::io::join(tokio::io::stdin(), tokio::io::stdout());
        relay::inside(listener, streams)
            .await
            .map_err(|error| error.to_string())
    })
}

/// Asks `url` until it answers anything at all.
///
/// # Errors
/// What went wrong last, when it never answered in time.
pub fn probe(url: &str) -> Result<(), String> {
    block_on(async {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(2))
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        let end = Instant::now() + PATIENCE;
        loop {
            match client.get(url).send().await {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() >= end => {
                    return Err(format!("{url} does not answer: {error}"));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    })
}

fn block_on(work: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?
        .block_on(work)
}
