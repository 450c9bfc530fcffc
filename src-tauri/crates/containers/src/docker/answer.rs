//! What an engine's refusal means. The status tells most; where one status means several things, its words decide,
//! and they are read here and nowhere else.

use super::Endpoint;
use crate::{Cause, EngineError};
use bollard::errors::Error;
use std::{error::Error as StdError, io::ErrorKind, time::Duration};

/// Status and words of a refusal; `None` if it was not the engine that refused.
pub(super) fn refusal(error: &Error) -> Option<(u16, String)> {
    match error {
        Error::DockerResponseServerError {
            status_code,
            message,
        } => {
            let words = message.to_lowercase();
            // Podman's words for a container that goes while it is asked about.
            let is_gone = *status_code == 500 && words.contains("no such container");
            Some((if is_gone { 404 } else { *status_code }, words))
        }
        _ => None,
    }
}

pub(super) fn is_status(error: &Error, status: u16) -> bool {
    refusal(error).is_some_and(|(code, _)| code == status)
}

pub(super) fn cause(error: &Error) -> Option<Cause> {
    let mut text = match error {
        Error::DockerResponseServerError { message, .. } => message.clone(),
        other => other.to_string(),
    };
    let mut source = error.source();
    while let Some(inner) = source {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = inner.source();
    }
    Some(Cause(text))
}

fn io_kind(error: &Error) -> Option<ErrorKind> {
    // This variant passes its source's source on, so its own would be missed below.
    if let Error::IOError { err } = error {
        return Some(err.kind());
    }
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(inner) = next {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        next = inner.source();
    }
    None
}

/// An error of a call that has no meaning of its own for this status.
pub(super) fn translate(endpoint: &Endpoint, doing: &str, error: Error) -> EngineError {
    let source = cause(&error);
    let endpoint = endpoint.to_string();
    match (&error, io_kind(&error)) {
        (_, Some(ErrorKind::PermissionDenied)) => {
            EngineError::PermissionDenied { endpoint, source }
        }
        (Error::RequestTimeoutError, _) => EngineError::Timeout {
            doing: doing.to_owned(),
            after: Duration::from_secs(90),
        },
        (
            Error::SocketNotFoundError(_)
            | Error::HyperLegacyError { .. }
            | Error::HyperResponseError { .. },
            _,
        )
        | (_, Some(_)) => EngineError::Unavailable { endpoint, source },
        _ => EngineError::Failed {
            doing: doing.to_owned(),
            source,
        },
    }
}

/// An error of the first contact.
pub(super) fn connecting(endpoint: &Endpoint, error: Error) -> EngineError {
    match error {
        Error::UnsupportedURISchemeError { .. } => EngineError::Incompatible {
            what: format!("The engine address {endpoint} is of a kind that is not supported."),
            remedy: "Use a unix socket, a named pipe or a tcp address without TLS; for a remote engine forward its socket, for example with `ssh -L`.".to_owned(),
            source: cause(&error),
        },
        Error::DockerResponseServerError { .. } | Error::JsonDataError { .. } | Error::JsonSerdeError { .. }
        | Error::APIVersionParseError {} => EngineError::Incompatible {
            what: format!("What answers at {endpoint} is not a container engine."),
            remedy: "Correct DOCKER_HOST or the Docker context.".to_owned(),
            source: cause(&error),
        },
        other => translate(endpoint, "Connecting", other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_engine_stay_in_the_source() {
        let endpoint = Endpoint("unix:///run/x.sock".to_owned());
        let error = Error::DockerResponseServerError {
            status_code: 500,
            message: "secret-path /var/lib/x".to_owned(),
        };
        let translated = translate(&endpoint, "Creating ws-1", error);
        assert_eq!(translated.code(), "engine_failed");
        assert!(!translated.to_string().contains("secret-path"));
        assert_eq!(
            translated.cause().map(|cause| cause.0.as_str()),
            Some("secret-path /var/lib/x")
        );
    }

    #[test]
    fn broken_connections_are_an_engine_that_is_away() {
        let endpoint = Endpoint("unix:///run/x.sock".to_owned());
        for kind in [
            ErrorKind::NotFound,
            ErrorKind::ConnectionRefused,
            ErrorKind::ConnectionReset,
            ErrorKind::UnexpectedEof,
        ] {
            let error = Error::IOError {
                err: std::io::Error::from(kind),
            };
            assert_eq!(
                translate(&endpoint, "Listing", error).code(),
                "docker_unavailable",
                "{kind:?}"
            );
        }
        let error = Error::IOError {
            err: std::io::Error::from(ErrorKind::PermissionDenied),
        };
        assert_eq!(
            translate(&endpoint, "Listing", error).code(),
            "permission_denied"
        );
    }
}
