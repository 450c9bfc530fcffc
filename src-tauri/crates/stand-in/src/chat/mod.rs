//! `chat` mode: answers by a language model.
//!
//! | Name | Meaning |
//! |---|---|
//! | `MODEL` | model, with the provider in front where the name does not tell: `openai:…`, `anthropic:…`, `ollama:…` |
//! | `OPENAI_API_KEY`, `OPENAI_BASE_URL` | any endpoint that speaks OpenAI's chat completions; default `https://api.openai.com/v1` |
//! | `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL` | Anthropic's messages; default `https://api.anthropic.com` |
//! | `OLLAMA_HOST` | a local Ollama; default `http://host.docker.internal:11434`, outside a container `http://127.0.0.1:11434` |
//!
//! The provider is the one that `MODEL` names, else the first of the three whose variables are set, else a local
//! Ollama. `model` of `config.yaml` is used when its provider is the chosen one. Without a model the provider is asked
//! which it has. Keys go to their own endpoint only and never into a text.

mod choice;
mod http;
mod provider;

pub use choice::ChatSettings;

use crate::agent::Agent;
use crate::reply::{Ask, Pieces, Turn, Usage};
use choice::choose;

/// Asks the model. Pieces of its answer go out as they come.
///
/// # Errors
/// A sentence for people: what failed and which variable to set or check.
pub(crate) async fn chat(
    agent: &Agent,
    ask: &Ask,
    pieces: &Pieces,
) -> Result<Option<Usage>, String> {
    let (system, configured) = {
        let folder = agent.folder();
        (folder.prompt(), folder.config().model.clone())
    };
    let mut turns = ask.history.clone();
    let mut text = ask.text.clone();
    if !ask.files.is_empty() {
        text.push_str(&format!("\n\n(Attached files: {})", ask.files.join(", ")));
    }
    turns.push(Turn {
        by_agent: false,
        text,
    });
    let outcome = async {
        let choice = choose(&agent.settings.chat, configured.as_deref())?;
        http::ask(&choice, &system, &turns, pieces).await
    };
    // Providers quote the key in their refusals.
    outcome
        .await
        .map_err(|text| agent.settings.scrub.text(&text))
}
