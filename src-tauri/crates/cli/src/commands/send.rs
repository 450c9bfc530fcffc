//! `send`: a message to an agent, and its answer.

use super::Context;
use crate::{
    args::Send,
    client,
    failure::{FAILED, Failure},
    output,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Read;
use wire::{EngineView, Stack, Status, Workspace};

/// Runs it.
pub async fn run(context: &Context, send: Send) -> Result<(), Failure> {
    let client = context.client().await?;
    let one = client.workspace(&send.name).await?;
    let text = match send.text {
        Some(text) => text,
        None => {
            let mut text = String::new();
            std::io::stdin().lock().read_to_string(&mut text)?;
            text
        }
    };
    if text.trim().is_empty() {
        return Err(Failure::usage(
            "there is nothing to send; give the message, or pipe it in",
        ));
    }
    let id = uuid::Uuid::new_v4().to_string();
    let call = json!({
        "jsonrpc": "2.0", "id": id, "method": "message/send",
        "params": {"message": {"role": "user", "kind": "message", "messageId": id, "parts": [{"kind": "text", "text": text}]}},
    });
    let path = format!("/workspaces/{}/a2a", one.id);
    // One that cannot answer now (it starts, sleeps, is paused) gets the message as soon as it can; nothing is lost.
    let request = client
        .request(Method::POST, &path)
        .header("Prefer", "respond-async")
        .json(&call);
    let text = client::checked(request)
        .await?
        .text()
        .await
        .map_err(|error| {
            Failure::failed(
                "answer",
                format!("the answer broke off: {}", error.without_url()),
            )
        })?;
    let Ok(answer) = serde_json::from_str::<Value>(&text) else {
        // What an agent says reaches its caller as it is, plain words too.
        return match context.json {
            true => output::document(&json!({"raw": text})),
            false => output::say(text),
        };
    };
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        let text = error
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or("the agent answered with an error");
        return Err(
            Failure::failed("agent_error", format!("{}: {text}", one.name))
                .with("answer", answer.clone()),
        );
    }
    if context.json {
        return output::document(&answer);
    }
    if answer.get("queued").and_then(Value::as_bool) == Some(true) {
        let engine = client.get::<Stack>("/stack").await?.engine;
        return output::say(kept(&one, &send.name, &engine));
    }
    let result = answer.get("result").unwrap_or(&answer);
    let said = said(result);
    if said.is_empty() {
        output::say(answer.to_string())?;
    } else {
        output::say(&said)?;
    }
    if failed(result, &said) {
        // The agent has said what is wrong.
        return Err(Failure::said(FAILED));
    }
    Ok(())
}

/// Whether an answer tells that there is none: a task that failed, or an agent that says so in its text.
fn failed(result: &Value, said: &str) -> bool {
    let state = result.pointer("/status/state").and_then(Value::as_str);
    matches!(state, Some("failed" | "rejected" | "canceled")) || said.starts_with("Agent error:")
}

/// Why a message waits, and what ends that.
fn kept(one: &Workspace, asked: &str, engine: &EngineView) -> String {
    let name = &one.name;
    let in_container = !matches!(one.runtime.as_str(), "mock" | "external");
    match one.status {
        Status::Online | Status::Degraded if in_container && engine.state == "unavailable" => {
            format!(
                "Kept: the container engine does not answer; {name} gets the message when it is back. {}",
                engine.detail
            )
            .trim_end()
            .to_owned()
        }
        Status::Paused => format!(
            "Kept: {name} is paused and gets the message when it runs again (`molecule-stack start \"{asked}\"`)."
        ),
        Status::Hibernated | Status::Hibernating => {
            format!("Kept: {name} slept and is being woken; it gets the message then.")
        }
        Status::Online | Status::Degraded => {
            format!("Kept: {name} is busy and gets the message after its task.")
        }
        Status::AwaitingAgent => {
            format!("Kept: {name} runs elsewhere and gets the message when it is connected.")
        }
        status => {
            let why = one
                .status_reason
                .as_ref()
                .map(|reason| reason.text.as_str());
            format!(
                "Kept: {name} is {status} and gets the message when it is online. {}",
                why.unwrap_or_default()
            )
            .trim_end()
            .to_owned()
        }
    }
}

/// The text in a message or in a finished task.
fn said(result: &Value) -> String {
    let parts = [result.get("parts"), result.pointer("/status/message/parts")];
    let artifacts = result
        .get("artifacts")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|one| one.get("parts"));
    // A task repeats in its status what its artifacts say: the artifacts are the answer.
    let mut said: Vec<&str> = artifacts.flat_map(texts).collect();
    if said.is_empty() {
        said = parts.into_iter().flat_map(texts).collect();
    }
    said.join("\n")
}

fn texts(parts: Option<&Value>) -> impl Iterator<Item = &str> {
    parts
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|part| {
            part.get("text")
                .or_else(|| part.get("root")?.get("text"))
                .and_then(Value::as_str)
        })
}

#[cfg(test)]
mod tests {
    use super::{failed, said};
    use serde_json::json;

    #[test]
    fn answers_of_every_form_are_read() {
        for answer in [
            json!({"kind": "message", "parts": [{"kind": "text", "text": "hello"}]}),
            json!({"status": {"message": {"parts": [{"text": "hello"}]}}}),
            json!({"artifacts": [{"parts": [{"text": "hello"}]}], "status": {"message": {"parts": [{"text": "done"}]}}}),
        ] {
            assert_eq!(said(&answer), "hello", "{answer}");
        }
        assert_eq!(said(&json!({"kind": "data"})), "");
    }

    #[test]
    fn an_answer_that_tells_of_a_failure_is_one() {
        assert!(failed(
            &json!({}),
            "Agent error: no language model is set up."
        ));
        assert!(failed(&json!({"status": {"state": "failed"}}), ""));
        assert!(!failed(
            &json!({"status": {"state": "completed"}}),
            "An agent error is told so."
        ));
    }
}
