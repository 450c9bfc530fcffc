//! Waiting for something that comes by itself, without fixed sleeps.

use std::{future::Future, time::Duration};
use tokio::time::Instant;

/// Asks `question` until it answers `Some`, at most `limit`. `what` names it in the failure.
///
/// # Panics
/// When the limit is over.
#[allow(
    clippy::panic,
    reason = "test support: what never comes is a failed test"
)]
pub async fn eventually<T, F, Fut>(what: &str, limit: Duration, mut question: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = question().await {
            return answer;
        }
        assert!(Instant::now() < end, "{what} did not come within {limit:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
