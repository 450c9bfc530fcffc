//! What an answer says: text, files, figures (contract 02 section 3). Nothing here fails, whatever an agent sends.

use serde_json::{Map, Value, json};

/// Tokens of one call that are believed at most.
const MOST_TOKENS: i64 = 10_000_000;

/// Text and files of a message.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Said {
    /// All text, joined by line breaks.
    pub text: String,
    /// `{uri,name[,mimeType][,size]}`.
    pub files: Vec<Value>,
}

impl Said {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.files.is_empty()
    }

    fn take(&mut self, parts: &Value) {
        for part in parts.as_array().into_iter().flatten() {
            if let Some(text) = text_of_part(part).filter(|text| !text.is_empty()) {
                if !self.text.is_empty() {
                    self.text.push('\n');
                }
                self.text.push_str(text);
            } else if let Some(file) = file_of_part(part) {
                self.files.push(file);
            }
        }
    }
}

/// A text part by either discriminator, by none (A2A 1.0), or in the old nested form.
fn text_of_part(part: &Value) -> Option<&str> {
    let part = if part["root"].is_object() {
        &part["root"]
    } else {
        part
    };
    match part["kind"].as_str().or(part["type"].as_str()) {
        None | Some("text") => part["text"].as_str(),
        Some(_) => None,
    }
}

fn file_of_part(part: &Value) -> Option<Value> {
    let part = if part["root"].is_object() {
        &part["root"]
    } else {
        part
    };
    let (uri, name, mime, size) = if part["file"].is_object() {
        let file = &part["file"];
        (
            &file["uri"],
            &file["name"],
            &file["mimeType"],
            &file["size"],
        )
    } else {
        (
            &part["url"],
            &part["filename"],
            &part["mediaType"],
            &part["size"],
        )
    };
    let uri = uri.as_str()?;
    let last = uri.rsplit('/').next().unwrap_or(uri);
    let mut file = Map::new();
    file.insert("uri".into(), json!(uri));
    file.insert("name".into(), json!(name.as_str().unwrap_or(last)));
    if let Some(mime) = mime.as_str() {
        file.insert("mimeType".into(), json!(mime));
    }
    if size.is_number() {
        file.insert("size".into(), size.clone());
    }
    Some(Value::Object(file))
}

/// What a request's message says.
pub(crate) fn of_request(request: &Value) -> Said {
    let mut said = Said::default();
    said.take(&request["params"]["message"]["parts"]);
    said
}

/// What an answer says: message, task, wrapped message or plain text (variants 3 to 6).
pub(crate) fn of_answer(answer: &Value) -> Said {
    let mut said = Said::default();
    let result = &answer["result"];
    if let Some(text) = result.as_str() {
        text.clone_into(&mut said.text);
        // Rows of `notify` carry their files beside the text.
        said.take(&answer["parts"]);
        return said;
    }
    let result = if result["task"].is_object() {
        &result["task"]
    } else {
        result
    };
    said.take(&result["parts"]);
    for artifact in result["artifacts"].as_array().into_iter().flatten() {
        said.take(&artifact["parts"]);
    }
    said.take(&result["status"]["message"]["parts"]);
    said.take(&result["message"]["parts"]);
    // An agent that answers in plain words has said them.
    if let (true, Some(text)) = (said.is_empty(), answer["raw"].as_str()) {
        text.trim().clone_into(&mut said.text);
    }
    said
}

/// Tokens an answer reports: input and output. `None` when it reports none.
pub(crate) fn usage(answer: &Value) -> Option<(i64, i64)> {
    let usage = [&answer["result"]["usage"], &answer["usage"]]
        .into_iter()
        .find(|usage| usage.is_object())?;
    let count = |key: &str| usage[key].as_i64().unwrap_or(0).clamp(0, MOST_TOKENS);
    let (input, output) = (count("input_tokens"), count("output_tokens"));
    (input > 0 || output > 0).then_some((input, output))
}

/// The tools an agent says it used.
pub(crate) fn tool_trace(answer: &Value) -> Option<&Value> {
    Some(&answer["result"]["metadata"]["tool_trace"]).filter(|trace| !trace.is_null())
}

/// The first `most` characters, with `...` when something was cut off.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
