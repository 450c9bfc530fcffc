//! What came of a run (contract 02 section 10.3, nos. 83 and 84).

use crate::reading;
use serde_json::Value;

/// What agents say when their model gave nothing.
const NOTHING: &str = "(no response generated)";
/// Characters of an error that are kept.
const ERROR: usize = 2000;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub status: Outcome,
    pub error: String,
    pub duration_ms: Option<i64>,
}

/// The kind of end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The agent answered; whether that said nothing, where it can be judged.
    Ok { empty: Option<bool> },
    /// It did not, or with an error.
    Error,
    /// Nothing reached it.
    Skipped,
    /// It may have fetched the message and has not replied.
    Unknown,
}

impl Verdict {
    /// By the agent's answer, or by what went wrong.
    pub fn of(
        answer: Option<&Value>,
        error: Option<&str>,
        status: Option<u16>,
        duration_ms: i64,
    ) -> Self {
        let failure = error
            .map(str::to_owned)
            .or_else(|| refused(answer, status))
            .or_else(|| answer.and_then(failed));
        let status = match (&failure, answer) {
            (Some(_), _) => Outcome::Error,
            (None, answer) => Outcome::Ok {
                empty: Some(answer.is_none_or(says_nothing)),
            },
        };
        Self {
            status,
            error: reading::cut(&failure.unwrap_or_default(), ERROR),
            duration_ms: Some(duration_ms),
        }
    }

    /// It was begun, and nothing was sent.
    pub fn left_out(reason: &str) -> Self {
        Self {
            status: Outcome::Skipped,
            error: format!("skipped: {}", reading::cut(reason, ERROR)),
            duration_ms: None,
        }
    }

    /// The platform ended while the agent had it.
    pub fn interrupted() -> Self {
        Self {
            status: Outcome::Error,
            error: "the platform ended while the agent was at work on it; it is not sent again"
                .to_owned(),
            duration_ms: None,
        }
    }

    /// An agent that fetches its messages spoke.
    pub fn replied(duration_ms: i64) -> Self {
        Self {
            status: Outcome::Ok { empty: None },
            error: String::new(),
            duration_ms: Some(duration_ms),
        }
    }

    /// An agent that fetches its messages has not spoken, and the next run is due.
    pub fn unknown() -> Self {
        Self {
            status: Outcome::Unknown,
            error: String::new(),
            duration_ms: None,
        }
    }
}

/// An answer with a status of refusal, in the agent's own words if it has some.
fn refused(answer: Option<&Value>, status: Option<u16>) -> Option<String> {
    let status = status.filter(|status| *status >= 400)?;
    let said = answer.and_then(|body| {
        let error = &body["error"];
        error.as_str().or(error["message"].as_str())
    });
    Some(match said {
        Some(text) if !text.is_empty() => text.to_owned(),
        _ => format!("HTTP {status}"),
    })
}

/// A JSON-RPC error, or a task that failed, behind a status of success.
fn failed(answer: &Value) -> Option<String> {
    if answer["error"].is_object() {
        let text = answer["error"]["message"].as_str();
        return Some(
            text.unwrap_or("the agent answered with an error")
                .to_owned(),
        );
    }
    let result = &answer["result"];
    let task = if result["task"].is_object() {
        &result["task"]
    } else {
        result
    };
    let state = task["status"]["state"].as_str()?;
    let state = state.trim_start_matches("TASK_STATE_").to_ascii_lowercase();
    if !matches!(state.as_str(), "failed" | "rejected" | "canceled") {
        return None;
    }
    let said = reading::of_answer(answer).text;
    Some(if said.is_empty() {
        format!("the agent's task ended as {state}")
    } else {
        said
    })
}

/// Judged by the text that was extracted, not by the look of the body (no. 84).
fn says_nothing(answer: &Value) -> bool {
    let said = reading::of_answer(answer);
    let text = said.text.trim();
    said.files.is_empty() && (text.is_empty() || text == NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn says(text: &str) -> Value {
        json!({"result": {"kind": "message", "parts": [{"kind": "text", "text": text}]}})
    }

    #[test]
    fn no_84_an_answer_is_judged_by_what_it_says() {
        let ok = |answer: &Value| Verdict::of(Some(answer), None, Some(200), 5).status;
        let about =
            says("I looked for \"(no response generated)\" and for \"text\":\"\" in the log.");
        assert_eq!(ok(&about), Outcome::Ok { empty: Some(false) });
        for nothing in [
            says(""),
            says("  \n"),
            says(NOTHING),
            json!({}),
            Value::Null,
        ] {
            assert_eq!(ok(&nothing), Outcome::Ok { empty: Some(true) }, "{nothing}");
        }
        let file = json!({"result": {"parts": [{"kind": "file", "file": {"uri": "workspace:/a", "name": "a"}}]}});
        assert_eq!(
            ok(&file),
            Outcome::Ok { empty: Some(false) },
            "a file is an answer"
        );
    }

    #[test]
    fn what_failed_is_told_in_the_agents_words() {
        let told = |answer: Option<Value>, error: Option<&str>, status: Option<u16>| {
            let verdict = Verdict::of(answer.as_ref(), error, status, 5);
            assert_eq!(verdict.status, Outcome::Error);
            verdict.error
        };
        assert_eq!(
            told(None, Some("connection refused"), None),
            "connection refused"
        );
        assert_eq!(told(Some(Value::Null), None, Some(502)), "HTTP 502");
        let own = json!({"error": {"code": 1, "message": "no key"}});
        assert_eq!(told(Some(own.clone()), None, Some(500)), "no key");
        assert_eq!(
            told(Some(own), None, Some(200)),
            "no key",
            "JSON-RPC fails with 200"
        );
        let task = json!({"result": {"kind": "task", "status": {"state": "failed",
            "message": {"parts": [{"kind": "text", "text": "out of credit"}]}}}});
        assert_eq!(told(Some(task), None, Some(200)), "out of credit");
        let bare = json!({"result": {"task": {"status": {"state": "TASK_STATE_REJECTED"}}}});
        assert_eq!(
            told(Some(bare), None, Some(200)),
            "the agent's task ended as rejected"
        );
    }
}
