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
    pub fn from_workspace(&self, id: &str) -> Value {
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
