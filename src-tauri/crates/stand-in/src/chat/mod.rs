//! `chat` mode: answers by a language model. The variables are in the crate's documentation.

mod choice;
mod http;
mod provider;

pub(crate) use choice::ChatSettings;

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
