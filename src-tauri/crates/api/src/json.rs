//! JSON as clients of the contract expect it (contract 01 section 1.5): compact, whole floats without a fraction,
//! HTML signs escaped.

use crate::error::ApiError;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::{
    fmt::Display,
    io::{self, Write},
};

/// A JSON body, both ways. A request that cannot be read answers 400 `invalid request body`.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        written(to_vec(&self.0).map(Bytes::from))
    }
}

/// The answer whose body was written before.
pub(crate) fn written<E: Display>(body: Result<Bytes, E>) -> Response {
    match body {
        Ok(body) => (
            [(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json; charset=utf-8"),
            )],
            body,
        )
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        parse(&whole(request, state).await?, "invalid request body").map(Json)
    }
}

/// The same for what is asked thousands of times a second, by types whose names are all in small letters: a body that
/// has no capitals either is read straight from its bytes.
pub(crate) struct PlainJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for PlainJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = whole(request, state).await?;
        if !bytes.iter().any(u8::is_ascii_uppercase)
            && let Ok(read) = serde_json::from_slice(&bytes)
        {
            return Ok(Self(read));
        }
        parse(&bytes, "invalid request body").map(Self)
    }
}

async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            let status = rejection.into_response().status();
            if status == StatusCode::PAYLOAD_TOO_LARGE {
                return ApiError::new(status, "body_too_large", "request body too large");
            }
            ApiError::new(status, "body_unreadable", "the request body cannot be read")
        })
}

/// Reads a body; `text` is the route's own 400. What was wrong follows in `detail`.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8], text: &str) -> Result<T, ApiError> {
    crate::decode::from_slice(bytes).map_err(|error| {
        ApiError::new(StatusCode::BAD_REQUEST, "invalid_body", text)
            .with("detail", error.to_string())
    })
}

/// The bytes of a value in the contract's form.
pub(crate) fn to_vec<T: Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::with_capacity(256);
    value.serialize(&mut Serializer::with_formatter(
        &mut bytes,
        Escaping(CompactFormatter),
    ))?;
    Ok(bytes)
}

/// The text of a value in the contract's form.
pub(crate) fn to_text<T: Serialize>(value: &T) -> String {
    to_vec(value)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}

struct Escaping(CompactFormatter);

impl Formatter for Escaping {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // Up to 2^53 every whole float is exactly that integer.
        if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
            #[allow(
                clippy::cast_possible_truncation,
                reason = "whole and in range, checked above"
            )]
            return write!(writer, "{}", value as i64);
        }
        self.0.write_f64(writer, value)
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut kept = 0;
        for (at, letter) in fragment.char_indices() {
            let escape = match letter {
                '<' => "\\u003c",
                '>' => "\\u003e",
                '&' => "\\u0026",
                '\u{2028}' => "\\u2028",
                '\u{2029}' => "\\u2029",
                _ => continue,
            };
            writer.write_all(&fragment.as_bytes()[kept..at])?;
            writer.write_all(escape.as_bytes())?;
            kept = at + letter.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[kept..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bodies_have_the_form_clients_search_for() {
        let text = to_text(
            &json!({"status": "ok", "x": 100.0, "y": 0.5, "name": "<a> & b\u{2028}", "id": 7}),
        );
        assert_eq!(
            text,
            r#"{"status":"ok","x":100,"y":0.5,"name":"\u003ca\u003e \u0026 b\u2028","id":7}"#
        );
    }
}
