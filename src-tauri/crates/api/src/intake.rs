//! What a request may look like and how long its body may take, before anything reads it (contract 01 section 7:
//! "global limits and timeouts").

use crate::error::ApiError;
use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep};

/// Largest body of a route that names no limit of its own.
pub(crate) const BODY: usize = 1024 * 1024;
/// More than any route takes: a body that announces this is refused before it is waited for.
const FAR_TOO_MUCH: u64 = 128 * 1024 * 1024;
/// Time a body gets from the start.
const START: Duration = Duration::from_secs(30);
/// Bytes that buy one second more. A large upload over a slow line goes on; one byte now and then does not.
const BYTES_A_SECOND: u64 = 8 * 1024;

/// Refuses paths that are no text, and ends bodies that do not come. (Doubtful lengths are the HTTP reader's business:
/// it refuses them, or takes chunks and forgets the length.)
pub(crate) async fn check(request: Request, next: Next) -> Response {
    if percent_decode_str(request.uri().path())
        .decode_utf8()
        .is_err()
    {
        return ApiError::bad("invalid_path", "the path is not valid UTF-8").into_response();
    }
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > FAR_TOO_MUCH) {
        return ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "request body too large",
        )
        .into_response();
    }
    let late = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| {
        Body::new(InTime {
            body,
            deadline: None,
            started: Instant::now(),
            received: 0,
            late: late.clone(),
        })
    });
    let response = in_json(next.run(request).await).await;
    if late.load(Ordering::Relaxed) && !response.status().is_success() {
        let mut response = ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_too_slow",
            "the request body did not arrive in time",
        )
        .into_response();
        response.headers_mut().insert(
            header::CONNECTION,
            header::HeaderValue::from_static("close"),
        );
        return response;
    }
    response
}

/// Marks an answer in plain text that clients know as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain;

/// What the framework refuses by itself (a body too large, a query that cannot be read) has the form of our own errors.
async fn in_json(response: Response) -> Response {
    let status = response.status();
    let code = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "body_too_large",
        StatusCode::BAD_REQUEST
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::UNPROCESSABLE_ENTITY => "invalid_request",
        _ => return response,
    };
    let text = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "text/plain; charset=utf-8");
    if !text || response.extensions().get::<Plain>().is_some() {
        return response;
    }
    let said = axum::body::to_bytes(response.into_body(), 4096)
        .await
        .unwrap_or_default();
    let said = if status == StatusCode::PAYLOAD_TOO_LARGE {
        "request body too large".into()
    } else {
        String::from_utf8_lossy(&said)
    };
    ApiError::new(status, code, said).into_response()
}

/// A body with a deadline that moves with what arrives.
struct InTime {
    body: Body,
    /// Armed when the first frame has to be waited for.
    deadline: Option<Pin<Box<Sleep>>>,
    started: Instant,
    received: u64,
    late: Arc<AtomicBool>,
}

impl http_body::Body for InTime {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, |data| data.len() as u64);
                this.received = this.received.saturating_add(length);
                this.deadline = None;
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(other) => Poll::Ready(other),
            Poll::Pending => {
                let earned = Duration::from_secs(this.received / BYTES_A_SECOND);
                let until = this.started + START + earned;
                let deadline = this
                    .deadline
                    .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
                if deadline.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                this.late.store(true, Ordering::Relaxed);
                Poll::Ready(Some(Err(axum::Error::new(io::Error::from(
                    io::ErrorKind::TimedOut,
                )))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, middleware, routing::post};
    use futures::stream;
    use http_body_util::BodyExt;
    use std::convert::Infallible;
    use tower::ServiceExt;

    async fn send(pause: Duration, pieces: usize, size: usize) -> (StatusCode, Duration) {
        let app = Router::new()
            .route("/", post(async |body: Bytes| body.len().to_string()))
            .layer(middleware::from_fn(check));
        let body = Body::from_stream(stream::unfold(pieces, move |left| async move {
            tokio::time::sleep(pause).await;
            (left > 0).then(|| (Ok::<_, Infallible>(vec![b'a'; size]), left - 1))
        }));
        let request = Request::post("/").body(body).unwrap();
        let started = Instant::now();
        let response = app.oneshot(request).await.unwrap();
        let status = response.status();
        let _ = response.into_body().collect().await.unwrap();
        (status, started.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_drips_is_ended_and_a_slow_line_is_not() {
        let (status, took) = send(Duration::from_secs(5), 1000, 1).await;
        assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
        assert!(took <= START + Duration::from_secs(1), "{took:?}");
        // 16 KiB a second for 100 s.
        let (status, took) = send(Duration::from_secs(1), 100, 16 * 1024).await;
        assert_eq!(status, StatusCode::OK);
        assert!(took >= Duration::from_secs(100), "{took:?}");
    }
}
