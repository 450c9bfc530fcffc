//! What the three providers want to read and what they write, as pure functions.

use super::choice::{Choice, Provider};
use crate::reply::{Turn, Usage};
use serde_json::{Value, json};

/// One thing that a line of a streamed answer says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Text(String),
    Usage(Usage),
    End,
    Error(String),
}

/// Longest answer asked of Anthropic, which wants a number.
const LONGEST_ANSWER: u32 = 8192;

/// Path and body of the request.
pub(super) fn request(
    choice: &Choice,
    model: &str,
    system: &str,
    turns: &[Turn],
) -> (&'static str, Value) {
    let turn = |turn: &Turn| json!({"role": if turn.by_agent { "assistant" } else { "user" }, "content": turn.text});
    let with_system = || {
        let system = (!system.is_empty()).then(|| json!({"role": "system", "content": system}));
        system
            .into_iter()
            .chain(turns.iter().map(turn))
            .collect::<Vec<_>>()
    };
    match choice.provider {
        Provider::OpenAi => (
            "/chat/completions",
            json!({"model": model, "messages": with_system(), "stream": true, "stream_options": {"include_usage": true}}),
        ),
        Provider::Ollama => (
            "/api/chat",
            json!({"model": model, "messages": with_system(), "stream": true}),
        ),
        Provider::Anthropic => {
            // A conversation has to begin with the person.
            let messages: Vec<Value> = turns
                .iter()
                .skip_while(|turn| turn.by_agent)
                .map(turn)
                .collect();
            let mut body = json!({"model": model, "max_tokens": LONGEST_ANSWER, "messages": messages, "stream": true});
            if !system.is_empty() {
                body["system"] = system.into();
            }
            ("/v1/messages", body)
        }
    }
}

/// What one line of the answer says. Counts in `usage` add up over lines.
pub(super) fn read(provider: Provider, line: &str, usage: &mut Usage) -> Vec<Said> {
    let line = line.trim();
    let data = match provider {
        Provider::Ollama => line,
        _ if line.starts_with('{') => line,
        _ => match line.strip_prefix("data:") {
            Some(data) => data.trim(),
            None => return Vec::new(),
        },
    };
    if data == "[DONE]" {
        return vec![Said::End];
    }
    let Ok(value) = serde_json::from_str::<Value>(data) else {
        return Vec::new();
    };
    if let Some(text) = error_text(&value) {
        return vec![Said::Error(text)];
    }
    let mut said = Vec::new();
    let mut count = |input: &Value, output: &Value, said: &mut Vec<Said>| {
        let (input, output) = (input.as_u64(), output.as_u64());
        if input.is_some() || output.is_some() {
            usage.input_tokens = input.unwrap_or(usage.input_tokens);
            usage.output_tokens = output.unwrap_or(usage.output_tokens);
            said.push(Said::Usage(*usage));
        }
    };
    let text = match provider {
        Provider::OpenAi => {
            let counted = &value["usage"];
            count(
                &counted["prompt_tokens"],
                &counted["completion_tokens"],
                &mut said,
            );
            let choice = &value["choices"][0];
            choice["delta"]["content"]
                .as_str()
                .or(choice["message"]["content"].as_str())
        }
        Provider::Anthropic => {
            for counted in [&value["usage"], &value["message"]["usage"]] {
                count(
                    &counted["input_tokens"],
                    &counted["output_tokens"],
                    &mut said,
                );
            }
            value["delta"]["text"].as_str()
        }
        Provider::Ollama => {
            count(&value["prompt_eval_count"], &value["eval_count"], &mut said);
            value["message"]["content"].as_str()
        }
    };
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        said.insert(0, Said::Text(text.to_owned()));
    }
    let ended = match provider {
        // Counts come after the reason to finish, so `[DONE]` or the end of the body ends it; this marks it complete.
        Provider::OpenAi => value["choices"][0]["finish_reason"].is_string(),
        Provider::Anthropic => value["type"] == "message_stop",
        Provider::Ollama => value["done"] == true,
    };
    if ended {
        said.push(Said::End);
    }
    said
}

/// The sentence in an error body of any of the three.
pub(super) fn error_text(value: &Value) -> Option<String> {
    let error = &value["error"];
    let text = error["message"].as_str().or(error.as_str())?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(provider: Provider, lines: &str) -> (String, Usage, bool) {
        let mut usage = Usage::default();
        let (mut text, mut ended) = (String::new(), false);
        for line in lines.lines() {
            for said in read(provider, line, &mut usage) {
                match said {
                    Said::Text(piece) => text.push_str(&piece),
                    Said::End => ended = true,
                    Said::Usage(_) => {}
                    Said::Error(error) => panic!("{error}"),
                }
            }
        }
        (text, usage, ended)
    }

    #[test]
    fn anthropic_counts_come_in_two_places() {
        let lines = "event: message_start\n\
            data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\
            data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\
            data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":4}}\n\
            data: {\"type\":\"message_stop\"}";
        let usage = Usage {
            input_tokens: 9,
            output_tokens: 4,
        };
        assert_eq!(
            all(Provider::Anthropic, lines),
            ("Hi".to_owned(), usage, true)
        );
    }

    #[test]
    fn a_server_that_does_not_stream_is_read_too() {
        let line = "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\
            \"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3}}";
        let usage = Usage {
            input_tokens: 2,
            output_tokens: 3,
        };
        assert_eq!(all(Provider::OpenAi, line), ("Hi".to_owned(), usage, true));
    }

    #[test]
    fn noise_is_passed_over() {
        for provider in [Provider::OpenAi, Provider::Anthropic, Provider::Ollama] {
            for line in [
                ": keep-alive",
                "",
                "data: nonsense",
                "data: []",
                "data: {\"choices\":7}",
                "retry: 3",
            ] {
                assert_eq!(read(provider, line, &mut Usage::default()), Vec::new());
            }
        }
    }
}
