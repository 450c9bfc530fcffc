//! Server-sent events of an agent: read piece by piece, and put together to the one answer that is stored.

use serde_json::{Map, Value, json};

/// Cuts a byte stream into the JSON of its `data:` lines.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    rest: Vec<u8>,
    data: String,
    pending: bool,
}

impl Parser {
    /// Events that `bytes` completes. Text that is no JSON becomes `{"raw": …}`.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Value> {
        let mut events = Vec::new();
        self.rest.extend_from_slice(bytes);
        let mut start = 0;
        while let Some(length) = self.rest[start..].iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&self.rest[start..start + length]).into_owned();
            start += length + 1;
            self.line(line.trim_end_matches('\r'), &mut events);
        }
        self.rest.drain(..start);
        events
    }

    /// What is left when the stream ends without its last blank line.
    pub fn finish(&mut self) -> Vec<Value> {
        let mut events = Vec::new();
        let line = String::from_utf8_lossy(&std::mem::take(&mut self.rest)).into_owned();
        self.line(line.trim_end_matches('\r'), &mut events);
        self.line("", &mut events);
        events
    }

    fn line(&mut self, line: &str, events: &mut Vec<Value>) {
        if line.is_empty() {
            if std::mem::take(&mut self.pending) {
                let data = std::mem::take(&mut self.data);
                events.push(serde_json::from_str(&data).unwrap_or_else(|_| json!({"raw": data})));
            }
        } else if let Some(data) = line.strip_prefix("data:") {
            if self.pending {
                self.data.push('\n');
            }
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
            self.pending = true;
        }
    }
}

/// Puts the events of one stream together. The last whole message or task is the answer; without one, the pieces of
/// the artifacts are.
#[derive(Debug)]
pub(crate) struct Assembly {
    id: Value,
    /// Parts by artifact, in the order of their appearance.
    artifacts: Vec<(String, Vec<Value>)>,
    status: Option<Value>,
    whole: Option<Value>,
    extras: Map<String, Value>,
}

impl Assembly {
    pub fn new(id: &Value) -> Self {
        Self {
            id: id.clone(),
            artifacts: Vec::new(),
            status: None,
            whole: None,
            extras: Map::new(),
        }
    }

    /// Takes one JSON-RPC object of the stream.
    pub fn take(&mut self, event: &Value) {
        let result = &event["result"];
        for key in ["usage", "metadata"] {
            if result[key].is_object() {
                self.extras.insert(key.into(), result[key].clone());
            }
        }
        match result["kind"].as_str() {
            Some("artifact-update") => self.piece(&result["artifact"], result["append"] == true),
            Some("status-update") => {
                if result["status"]["message"]["parts"].is_array() {
                    self.status = Some(result["status"]["message"].clone());
                }
            }
            _ => {
                let is_whole = result["parts"].is_array()
                    || result["artifacts"].is_array()
                    || result["status"]["message"].is_object()
                    || result["message"].is_object()
                    || result["task"].is_object()
                    || result.is_string()
                    || event["error"].is_object();
                if is_whole {
                    self.whole = Some(event.clone());
                }
            }
        }
    }

    fn piece(&mut self, artifact: &Value, append: bool) {
        let name = artifact["artifactId"].as_str().unwrap_or_default();
        let new = artifact["parts"].as_array().cloned().unwrap_or_default();
        let place = self.artifacts.iter().position(|(known, _)| known == name);
        let Some(place) = place else {
            self.artifacts.push((name.to_owned(), new));
            return;
        };
        let parts = &mut self.artifacts[place].1;
        if !append {
            *parts = new;
            return;
        }
        for part in new {
            // Pieces of one text are one text, not lines of it.
            if let (Some(last), Some(text)) = (parts.last_mut(), part["text"].as_str())
                && let Some(before) = last["text"].as_str()
            {
                last["text"] = json!(format!("{before}{text}"));
            } else {
                parts.push(part);
            }
        }
    }

    /// The one answer.
    pub fn answer(self) -> Value {
        if let Some(whole) = self.whole {
            return whole;
        }
        let mut parts: Vec<Value> = self
            .artifacts
            .into_iter()
            .flat_map(|(_, parts)| parts)
            .collect();
        if parts.is_empty()
            && let Some(status) = &self.status
        {
            parts = status["parts"].as_array().cloned().unwrap_or_default();
        }
        let mut result = json!({"kind": "message", "role": "agent", "messageId": store::new_id(), "parts": parts});
        if let Some(fields) = result.as_object_mut() {
            fields.extend(self.extras);
        }
        json!({"jsonrpc": "2.0", "id": self.id, "result": result})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn events_are_found_however_the_bytes_are_cut() {
        let text = ": hello\r\n\r\ndata: {\"a\":1}\r\n\r\nevent: x\ndata: {\"b\":\ndata: \"ü\"}\n\ndata: no json\n\ndata: {\"last\":true}";
        let whole = [
            json!({"a": 1}),
            json!({"b": "ü"}),
            json!({"raw": "no json"}),
            json!({"last": true}),
        ];
        for size in 1..text.len() {
            let mut parser = Parser::default();
            let mut events: Vec<Value> = text
                .as_bytes()
                .chunks(size)
                .flat_map(|chunk| parser.push(chunk))
                .collect();
            events.extend(parser.finish());
            assert_eq!(events, whole, "cut every {size} bytes");
        }
    }

    #[test]
    fn pieces_become_one_text_and_a_whole_message_wins() {
        let piece = |id: &str, text: &str, append: bool| {
            json!({"result": {"kind": "artifact-update", "append": append,
                "artifact": {"artifactId": id, "parts": [{"kind": "text", "text": text}]}}})
        };
        let mut assembly = Assembly::new(&json!("7"));
        for event in [
            piece("a", "Hel", false),
            piece("a", "lo", true),
            piece("b", "x", false),
            piece("b", "y", false),
        ] {
            assembly.take(&event);
        }
        let answer = assembly.answer();
        assert_eq!(answer["id"], "7");
        assert_eq!(crate::reading::of_answer(&answer).text, "Hello\ny");

        let mut assembly = Assembly::new(&json!("7"));
        assembly.take(&piece("a", "part", false));
        let whole = json!({"jsonrpc": "2.0", "id": "7", "result": {"kind": "message", "parts": [{"text": "whole"}]}});
        assembly.take(&whole);
        assert_eq!(assembly.answer(), whole);
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_parser(bytes: Vec<u8>) {
            let mut parser = Parser::default();
            let mut assembly = Assembly::new(&Value::Null);
            for event in parser.push(&bytes).into_iter().chain(parser.finish()) {
                assembly.take(&event);
            }
            assembly.answer();
        }
    }
}
