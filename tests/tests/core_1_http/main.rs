//! Contract 01 section 1, process, configuration and HTTP shell, rule by rule against the real program over a socket.
//! One file a part of it; what section 7 corrects is tested as corrected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod config;
mod cors;
mod health;
mod json;
mod limits;
mod routing;
mod security;
mod stop;

use product_tests::{RawAnswer, raw, request, seconds};
use testkit::Served;

/// One raw request without a credential.
async fn send(served: &Served, line: &str, headers: &[(&str, &str)]) -> RawAnswer {
    raw(
        served.owner.port,
        request(line, headers, "").as_bytes(),
        seconds(10),
    )
    .await
}

fn bearer(served: &Served) -> String {
    format!("Bearer {}", served.owner.bearer)
}
