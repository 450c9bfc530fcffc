//! Bodies as they come in, made into what goes to an agent (contract 02 section 1.1, no. 14, 19 and 20).

use crate::MessagingError;
use serde_json::{Map, Value, json};

/// A JSON-RPC request ready to be forwarded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Envelope {
    /// The whole object.
    pub value: Value,
    /// It came as `{"agent_id","message"}`: the answer is `{"result":"<text>"}`.
    pub cli_form: bool,
}

impl Envelope {
    /// The method's name; empty when a full JSON-RPC body has none.
    pub fn method(&self) -> &str {
        self.value["method"].as_str().unwrap_or_default()
    }

    /// The JSON-RPC id.
    pub fn id(&self) -> &Value {
        &self.value["id"]
    }

    /// `params.message`, if it is an object.
    pub fn message(&self) -> Option<&Map<String, Value>> {
        self.value["params"]["message"].as_object()
    }

    /// `params.message.messageId`, if it is non-empty text; what makes a message the same message.
    pub fn message_id(&self) -> Option<&str> {
        self.message()?
            .get("messageId")?
            .as_str()
            .filter(|id| !id.is_empty())
    }

    /// A message a person would see as one.
    pub fn is_message(&self) -> bool {
        matches!(self.method(), "message/send" | "message/stream")
    }

    /// The same request, saying which workspace it comes from (only if it does not say so already).
    pub fn sent_by(&self, id: &str) -> Value {
        let mut value = self.value.clone();
        if let Some(params) = value.get_mut("params").and_then(Value::as_object_mut)
            && let Some(metadata) = params
                .entry("metadata")
                .or_insert_with(|| json!({}))
                .as_object_mut()
        {
            metadata
                .entry("source_workspace_id")
                .or_insert_with(|| json!(id));
        }
        value
    }
}

/// Makes an envelope of a body.
///
/// # Errors
/// [`MessagingError::InvalidJson`] when the body is no object, [`MessagingError::NoMethod`] when nothing in it can be
/// sent.
pub(crate) fn normalise(body: Value) -> Result<Envelope, MessagingError> {
    let Value::Object(mut body) = body else {
        return Err(MessagingError::InvalidJson);
    };
    let mut cli_form = false;
    let mut value = if body.contains_key("jsonrpc") {
        Value::Object(body)
    } else if body.get("method").is_some_and(Value::is_string) {
        let method = body.remove("method").unwrap_or_default();
        let params = body.remove("params").unwrap_or_else(|| json!({}));
        envelope(method, params)
    } else if let Some(parts) = body.remove("parts").filter(Value::is_array) {
        envelope(
            json!("message/send"),
            json!({"message": {"role": "user", "parts": parts}}),
        )
    } else if let Some(Value::Object(mut params)) = body.remove("params") {
        let Some(parts) = params.remove("parts").filter(Value::is_array) else {
            return Err(MessagingError::NoMethod);
        };
        params.insert("message".into(), json!({"role": "user", "parts": parts}));
        envelope(json!("message/send"), Value::Object(params))
    } else if let Some(text) = body.remove("message").filter(Value::is_string) {
        cli_form = true;
        envelope(
            json!("message/send"),
            json!({"message": {"role": "user", "parts": [{"kind": "text", "text": text}]}}),
        )
    } else {
        return Err(MessagingError::NoMethod);
    };
    if let Some(message) = value
        .get_mut("params")
        .and_then(|params| params.get_mut("message"))
        .and_then(Value::as_object_mut)
    {
        tidy(message);
    }
    Ok(Envelope { value, cli_form })
}

fn envelope(method: Value, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": store::new_id(), "method": method, "params": params})
}

/// Fills in what strict agents insist on. What is there already stays.
fn tidy(message: &mut Map<String, Value>) {
    message
        .entry("messageId")
        .or_insert_with(|| json!(store::new_id()));
    match message.get("role") {
        None | Some(Value::Null) => drop(message.insert("role".into(), json!("user"))),
        Some(role) if role == "assistant" => drop(message.insert("role".into(), json!("agent"))),
        Some(_) => {}
    }
    let parts = message.get_mut("parts").and_then(Value::as_array_mut);
    for part in parts.into_iter().flatten().filter_map(Value::as_object_mut) {
        if part.contains_key("kind") {
            continue;
        }
        let kind = match part.get("type") {
            Some(kind) => Some(kind.clone()),
            None if part.get("text").is_some_and(Value::is_string) => Some(json!("text")),
            None if part.get("file").is_some_and(Value::is_object) => Some(json!("file")),
            None if part.contains_key("data") => Some(json!("data")),
            None => None,
        };
        if let Some(kind) = kind {
            part.insert("kind".into(), kind);
        }
    }
}

/// For agents that fetch their messages: each part carries both discriminators (no. 21).
pub(crate) fn with_both_discriminators(body: &mut Value) {
    let parts = body
        .get_mut("params")
        .and_then(|params| params.get_mut("message"))
        .and_then(|message| message.get_mut("parts"))
        .and_then(Value::as_array_mut);
    for part in parts.into_iter().flatten().filter_map(Value::as_object_mut) {
        let found = |key: &str| part.get(key).cloned();
        match (found("kind"), found("type")) {
            (Some(kind), None) => drop(part.insert("type".into(), kind)),
            (None, Some(kind)) => drop(part.insert("kind".into(), kind)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sent(body: Value) -> Value {
        normalise(body).unwrap().value
    }

    #[test]
    fn a_full_body_is_forwarded_as_it_is() {
        let body = json!({"jsonrpc": "2.0", "id": 7, "method": "tasks/get", "params": {"id": "t"}, "extra": [1]});
        assert_eq!(sent(body.clone()), body);
    }

    #[test]
    fn a_bare_body_gets_an_envelope_and_loses_other_keys() {
        let value = sent(
            json!({"method": "message/send", "params": {"message": {"parts": []}}, "other": 1}),
        );
        assert_eq!(value["jsonrpc"], "2.0");
        assert!(
            value["id"]
                .as_str()
                .is_some_and(|id| uuid::Uuid::parse_str(id).is_ok())
        );
        assert_eq!(value["other"], Value::Null);
        assert_eq!(value["params"]["message"]["role"], "user");
        assert!(value["params"]["message"]["messageId"].is_string());
    }

    #[test]
    fn a_message_id_that_is_there_is_kept_even_when_empty() {
        let value = sent(
            json!({"method": "message/send", "params": {"message": {"messageId": "", "parts": []}}}),
        );
        assert_eq!(value["params"]["message"]["messageId"], "");
    }

    #[test]
    fn short_forms_keep_their_content() {
        for (body, cli) in [
            (json!({"parts": [{"text": "hi"}]}), false),
            (
                json!({"params": {"parts": [{"type": "text", "text": "hi"}]}}),
                false,
            ),
            (json!({"agent_id": "x", "message": "hi"}), true),
        ] {
            let envelope = normalise(body).unwrap();
            assert_eq!(envelope.cli_form, cli);
            assert_eq!(envelope.method(), "message/send");
            let part = &envelope.value["params"]["message"]["parts"][0];
            assert_eq!(
                (&part["kind"], &part["text"]),
                (&json!("text"), &json!("hi"))
            );
        }
    }

    #[test]
    fn parts_and_roles_are_made_what_strict_agents_expect() {
        let value = sent(
            json!({"method": "message/send", "params": {"message": {"role": "assistant", "parts": [
                {"type": "text", "text": "a"}, {"text": "b"}, {"file": {"uri": "u"}}, {"data": {}}, {"kind": "odd"}, {"x": 1}, 5
            ]}}}),
        );
        let message = &value["params"]["message"];
        assert_eq!(message["role"], "agent");
        let kinds: Vec<&Value> = message["parts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| &part["kind"])
            .collect();
        assert_eq!(
            json!(kinds),
            json!(["text", "text", "file", "data", "odd", null, null])
        );
    }

    #[test]
    fn the_calling_workspace_is_named_unless_somebody_is_named_already() {
        let envelope = normalise(json!({"parts": [{"text": "x"}]})).unwrap();
        assert_eq!(
            envelope.sent_by("w")["params"]["metadata"]["source_workspace_id"],
            "w"
        );
        let named = json!({"method": "m", "params": {"metadata": {"source_workspace_id": "v"}}});
        let value = normalise(named).unwrap().sent_by("w");
        assert_eq!(value["params"]["metadata"]["source_workspace_id"], "v");
    }

    pub(crate) fn any_json() -> impl Strategy<Value = Value> {
        let key = prop_oneof![
            Just("jsonrpc"),
            Just("method"),
            Just("params"),
            Just("message"),
            Just("parts"),
            Just("kind"),
            Just("type"),
            Just("text"),
            Just("file"),
            Just("metadata"),
            Just("role"),
            Just("messageId"),
            Just("x"),
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            Just(json!("message/send")),
        ];
        leaf.prop_recursive(5, 48, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((key.clone(), inner), 0..6).prop_map(|pairs| Value::Object(
                    pairs
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), value))
                        .collect()
                )),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_comes_is_refused_or_becomes_one_request(body in any_json()) {
            match normalise(body) {
                Ok(envelope) => {
                    prop_assert!(envelope.value.get("jsonrpc").is_some());
                    envelope.sent_by("w");
                    envelope.message_id();
                    crate::reading::of_request(&envelope.value);
                    let mut value = envelope.value;
                    with_both_discriminators(&mut value);
                }
                Err(error) => prop_assert_eq!(error.status(), 400),
            }
        }

        #[test]
        fn whatever_an_agent_answers_can_be_read(body in any_json(), wrapped: bool) {
            let body = if wrapped { json!({"result": body}) } else { body };
            crate::reading::of_answer(&body);
            crate::reading::usage(&body);
            crate::reading::tool_trace(&body);
            crate::send::short_form(&body);
        }
    }
}
