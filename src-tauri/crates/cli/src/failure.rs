//! How a command ends when it does not end well: exit code, stable word, sentence.

use serde_json::{Map, Value};
use std::path::PathBuf;

/// Something failed.
pub const FAILED: u8 = 1;
/// The command line is wrong.
pub const USAGE: u8 = 2;
/// Another instance owns the data folder.
pub const OWNED: u8 = 3;
/// The container engine is the reason.
pub const ENGINE: u8 = 4;
/// The credential is the reason.
pub const AUTH: u8 = 5;
/// The plan has conflicts.
pub const CONFLICTS: u8 = 6;

/// A failed command.
#[derive(Debug)]
pub struct Failure {
    /// Exit code.
    pub exit: u8,
    /// Stable word.
    pub code: String,
    /// What happened and what to do.
    pub error: String,
    /// Place and further keys, as the API gave them.
    pub extra: Box<Map<String, Value>>,
    /// The org folder whose files it is about: a person is shown the lines themselves.
    pub folder: Option<PathBuf>,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(exit: u8, code: &str, error: impl Into<String>) -> Self {
        Self {
            exit,
            code: code.to_owned(),
            error: error.into(),
            extra: Box::default(),
            folder: None,
        }
    }

    /// Exit 1.
    pub fn failed(code: &str, error: impl Into<String>) -> Self {
        Self::new(FAILED, code, error)
    }

    /// Exit 2.
    pub fn usage(error: impl Into<String>) -> Self {
        Self::new(USAGE, "usage", error)
    }

    /// The answer was printed and says what is wrong; only the exit code is left.
    pub fn said(exit: u8) -> Self {
        Self::new(exit, "", "")
    }

    /// Adds a key for programs.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(key.to_owned(), value.into());
        self
    }

    /// An error answer of the API.
    pub fn of_answer(status: u16, body: Value) -> Self {
        let mut body = match body {
            Value::Object(body) => body,
            other => Map::from_iter([("error".to_owned(), other)]),
        };
        let text = |value: Option<Value>| {
            value
                .and_then(|value| value.as_str().map(str::to_owned))
                .unwrap_or_default()
        };
        let error = text(body.remove("error"));
        let code = text(body.remove("code"));
        let exit = match (status, code.as_str()) {
            // A file that nobody may have is no matter of who asks.
            (_, "credential_file" | "link_outside") => FAILED,
            (401 | 403, _) => AUTH,
            (_, "plan_conflicts" | "files_changed" | "choices_needed" | "save_refused") => {
                CONFLICTS
            }
            (
                _,
                "docker_unavailable" | "engine_unavailable" | "incompatible" | "permission_denied",
            ) => ENGINE,
            _ => FAILED,
        };
        let error = if error.is_empty() {
            format!("the platform answered {status}")
        } else {
            error
        };
        Self {
            exit,
            code,
            error,
            extra: Box::new(body),
            folder: None,
        }
    }
}

impl Failure {
    /// What is wrong with an org's files, in the form the API gives it.
    pub fn of_org(error: &orgs::OrgsError) -> Self {
        let mut failure = Self::failed(error.code(), error.to_string());
        if let Some(detail) = error.detail() {
            failure = failure.with("detail", detail);
        }
        let Some(first) = error.problems().first() else {
            return failure;
        };
        let problems = error.problems_shown();
        failure = failure
            .with("errors", problems)
            .with("file", first.file.clone());
        for (key, value) in [("line", first.line), ("column", first.column)] {
            if value > 0 {
                failure = failure.with(key, value);
            }
        }
        failure
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        // The reader of our output left (`events | head`): nobody is there to be told.
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::said(0);
        }
        Self::failed("io", error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_become_exit_codes() {
        for (status, code, exit) in [
            (401, "auth_invalid", AUTH),
            (403, "auth_forbidden", AUTH),
            (409, "plan_conflicts", CONFLICTS),
            (503, "docker_unavailable", ENGINE),
            (404, "not_found", FAILED),
        ] {
            let failure =
                Failure::of_answer(status, json!({"error": "text", "code": code, "line": 3}));
            assert_eq!(
                (failure.exit, failure.code.as_str(), failure.error.as_str()),
                (exit, code, "text")
            );
            assert_eq!(failure.extra["line"], 3, "what the API adds is handed on");
        }
    }

    #[test]
    fn an_answer_that_is_no_json_still_says_something() {
        assert_eq!(
            Failure::of_answer(500, Value::Null).error,
            "the platform answered 500"
        );
    }
}
