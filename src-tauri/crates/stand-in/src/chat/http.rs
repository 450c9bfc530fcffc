//! The call itself: request, streamed answer, and errors as sentences.

use super::choice::{Choice, NOTHING_SET, Provider};
use super::provider::{Said, error_text, read, request};
use crate::platform::chain;
use crate::reply::{Pieces, Turn, Usage};
use futures::StreamExt;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use std::time::Duration;

const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// Longest silence within an answer; local models take long before their first word.
const SILENCE: Duration = Duration::from_secs(180);
/// A line longer than this is no line of a chat.
const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// Asks the chosen provider and passes the text on as it comes.
pub(super) async fn ask(
    choice: &Choice,
    system: &str,
    turns: &[Turn],
    pieces: &Pieces,
) -> Result<Option<Usage>, String> {
    let client = Client::builder()
        // A redirect could carry the key to another host.
        .redirect(Policy::none())
        .connect_timeout(CONNECT_PATIENCE)
        .read_timeout(SILENCE)
        .build()
        .map_err(|error| {
            format!(
                "no secure connection can be made on this system: {}",
                chain(&error)
            )
        })?;
    let model = model(&client, choice).await?;
    let (path, body) = request(choice, &model, system, turns);
    let call = with_key(client.post(format!("{}{path}", choice.base)), choice);
    let answer = send(call.json(&body), choice, &model).await?;
    let mut state = State::default();
    let ended = stream(answer, choice, pieces, &mut state).await;
    if ended.is_err() && state.spoken {
        // What was already said stays; the sentence on the failure begins on its own.
        let _ = pieces.send("\n\n".to_owned());
    }
    ended.map(|()| state.usage)
}

/// The model's name; asks the provider for its list where none or only a family ("sonnet") is known.
async fn model(client: &Client, choice: &Choice) -> Result<String, String> {
    let family = match choice.model.as_deref() {
        Some(model) if choice.provider != Provider::Anthropic || model.contains('-') => {
            return Ok(model.to_owned());
        }
        family => family.unwrap_or_default(),
    };
    let path = match choice.provider {
        Provider::OpenAi => "/models",
        Provider::Anthropic => "/v1/models",
        Provider::Ollama => "/api/tags",
    };
    let call = with_key(client.get(format!("{}{path}", choice.base)), choice).timeout(SILENCE);
    let answer = send(call, choice, "").await?;
    let body: Value = answer.json().await.map_err(|error| broken(choice, error))?;
    let list = body["data"].as_array().or(body["models"].as_array());
    let mut names = list
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["id"].as_str().or(entry["name"].as_str()));
    names
        .find(|name| name.contains(family))
        .map(str::to_owned)
        .ok_or_else(|| match choice.provider {
            Provider::Ollama => format!(
                "{} has no model yet. Fetch one with `ollama pull`, or set MODEL.",
                place(choice)
            ),
            _ if family.is_empty() => format!(
                "{} lists no model. Set MODEL to one that it has.",
                place(choice)
            ),
            _ => format!(
                "{} lists no model of the family {family}. Set MODEL to one that it has.",
                place(choice)
            ),
        })
}

fn with_key(call: RequestBuilder, choice: &Choice) -> RequestBuilder {
    match (choice.provider, &choice.key) {
        (Provider::Anthropic, Some(key)) => call
            .header("x-api-key", key)
            .header("anthropic-version", "2023-06-01"),
        (Provider::OpenAi, Some(key)) => call.bearer_auth(key),
        _ => call,
    }
}

async fn send(call: RequestBuilder, choice: &Choice, model: &str) -> Result<Response, String> {
    let answer = call.send().await.map_err(|error| {
        if choice.by_chance && error.is_connect() {
            return NOTHING_SET.to_owned();
        }
        let address = address_variable(choice.provider);
        let cause = chain(&error.without_url());
        format!(
            "{} cannot be reached: {cause}. Check the network and {address}.",
            place(choice)
        )
    })?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let text = answer.text().await.unwrap_or_default();
    let told = serde_json::from_str(&text)
        .ok()
        .and_then(|value| error_text(&value));
    let told = told.unwrap_or_else(|| {
        status
            .canonical_reason()
            .unwrap_or("no reason given")
            .to_owned()
    });
    let told = told.trim().trim_end_matches('.');
    let next = match status.as_u16() {
        401 | 403 => format!("Check {}.", key_variable(choice.provider)),
        404 => format!(
            "Check that it has the model {model:?} (MODEL) and that {} is right.",
            address_variable(choice.provider)
        ),
        429 => "Wait a little, or look at the limits of that account.".to_owned(),
        500.. => "Try again later.".to_owned(),
        _ => format!("Check MODEL and {}.", address_variable(choice.provider)),
    };
    Err(format!(
        "{} answered {}: {told}. {next}",
        place(choice),
        status.as_u16()
    ))
}

async fn stream(
    answer: Response,
    choice: &Choice,
    pieces: &Pieces,
    state: &mut State,
) -> Result<(), String> {
    let whole = answer
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"));
    let mut counts = Usage::default();
    let mut buffer: Vec<u8> = Vec::new();
    let mut body = answer.bytes_stream();
    while let Some(bytes) = body.next().await {
        buffer.extend_from_slice(&bytes.map_err(|error| broken(choice, error))?);
        // Some servers answer in one piece, perhaps indented; that is one line for us.
        if whole && choice.provider == Provider::OpenAi {
            continue;
        }
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            take(&line, choice, &mut counts, state, pieces)?;
        }
        if buffer.len() > LONGEST_LINE {
            return Err(format!(
                "{} sent something that is no chat answer.",
                place(choice)
            ));
        }
    }
    take(&buffer, choice, &mut counts, state, pieces)?;
    if !state.ended {
        return Err(format!(
            "the answer of {} broke off. Ask again.",
            place(choice)
        ));
    }
    Ok(())
}

/// How far an answer has come.
#[derive(Default)]
struct State {
    usage: Option<Usage>,
    spoken: bool,
    ended: bool,
}

fn take(
    line: &[u8],
    choice: &Choice,
    counts: &mut Usage,
    state: &mut State,
    pieces: &Pieces,
) -> Result<(), String> {
    for said in read(choice.provider, &String::from_utf8_lossy(line), counts) {
        match said {
            Said::Text(text) => {
                state.spoken = true;
                let _ = pieces.send(text);
            }
            Said::Usage(usage) => state.usage = Some(usage),
            Said::End => state.ended = true,
            Said::Error(text) => return Err(format!("{} said: {text}", place(choice))),
        }
    }
    Ok(())
}

fn broken(choice: &Choice, error: reqwest::Error) -> String {
    format!(
        "the answer of {} broke off: {}. Ask again.",
        place(choice),
        chain(&error.without_url())
    )
}

/// Who, for people: the provider, and its host when the address is not the usual one.
fn place(choice: &Choice) -> String {
    let name = match choice.provider {
        Provider::OpenAi => "OpenAI",
        Provider::Anthropic => "Anthropic",
        Provider::Ollama => "Ollama",
    };
    let host = choice.base.split("://").last().unwrap_or_default();
    // An address may hold a user and a password.
    let host = host
        .rsplit('@')
        .next()
        .unwrap_or_default()
        .split('/')
        .next()
        .unwrap_or_default();
    if host.ends_with(".openai.com") || host.ends_with(".anthropic.com") {
        return name.to_owned();
    }
    match choice.provider {
        Provider::OpenAi => format!("the OpenAI-compatible endpoint at {host}"),
        _ => format!("{name} at {host}"),
    }
}

fn key_variable(provider: Provider) -> &'static str {
    match provider {
        Provider::OpenAi => "OPENAI_API_KEY",
        Provider::Anthropic => "ANTHROPIC_API_KEY",
        Provider::Ollama => "OLLAMA_HOST",
    }
}

fn address_variable(provider: Provider) -> &'static str {
    match provider {
        Provider::OpenAi => "OPENAI_BASE_URL",
        Provider::Anthropic => "ANTHROPIC_BASE_URL",
        Provider::Ollama => "OLLAMA_HOST",
    }
}
