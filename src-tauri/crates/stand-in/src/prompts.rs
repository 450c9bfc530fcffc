//! What the agent is asked without anybody asking: its initial prompt, once, and its idle prompt (contract 04 section
//! 16.7). Both are in `config.yaml` only when a person ticked them, and both go through the platform.

use crate::agent::Agent;
use crate::beat;
use crate::config::Asked;
use crate::platform::PlatformError;
use serde_json::json;
use std::fs;
use std::path::{Component, Path};
use std::sync::Arc;
use std::time::Duration;

/// Says that the initial prompt was sent, or that sending it was begun.
const MARKER: &str = ".initial_prompt_done";
const INITIAL_PATIENCE: Duration = Duration::from_secs(600);
/// Pauses after tries that failed; there is one try more.
const PAUSES: [u64; 4] = [1, 2, 4, 8];
/// Seconds before the first idle prompt at most, and between two looks while the config has none.
const FIRST_IDLE: u64 = 60;
/// Seconds that an answer to an idle prompt may take.
const IDLE_PATIENCE: (u64, u64) = (60, 300);

/// Registers, then asks what the config says.
pub(crate) async fn live(agent: Arc<Agent>) {
    beat::register(agent.clone()).await;
    tokio::join!(initial(&agent), idle(&agent));
}

async fn initial(agent: &Agent) {
    let asked = agent.folder().config().initial_prompt.clone();
    let configs = &agent.settings.configs;
    let Some(prompt) = text(configs, &asked) else {
        return;
    };
    let marker = configs.join(MARKER);
    if marker.exists() {
        return;
    }
    // Written first: a crash must never send it again.
    if let Err(error) = fs::write(&marker, "attempted") {
        eprintln!("stand-in: the initial prompt is not sent, {MARKER} cannot be written: {error}");
        return;
    }
    let mut pauses = PAUSES.into_iter();
    loop {
        let error = match ask(agent, "initial", &prompt, INITIAL_PATIENCE).await {
            Ok(()) => return,
            Err(error) => error,
        };
        eprintln!("stand-in: the initial prompt was not answered: {error}");
        let Some(pause) = pauses.next() else { return };
        tokio::time::sleep(Duration::from_secs(pause)).await;
    }
}

async fn idle(agent: &Agent) {
    let mut wait = None;
    loop {
        let interval = agent.folder().config().idle_interval;
        let seconds = wait.unwrap_or(interval.min(FIRST_IDLE));
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let (asked, interval) = {
            let folder = agent.folder();
            let config = folder.config();
            (config.idle_prompt.clone(), config.idle_interval)
        };
        let Some(prompt) = text(&agent.settings.configs, &asked) else {
            wait = Some(interval.min(FIRST_IDLE));
            continue;
        };
        wait = Some(interval);
        if agent.running().0 > 0 || agent.is_quiet() {
            continue;
        }
        let patience = interval.clamp(IDLE_PATIENCE.0, IDLE_PATIENCE.1);
        if let Err(error) = ask(agent, "idle", &prompt, Duration::from_secs(patience)).await {
            eprintln!("stand-in: the idle prompt was not answered: {error}");
        }
    }
}

async fn ask(
    agent: &Agent,
    kind: &str,
    prompt: &str,
    patience: Duration,
) -> Result<(), PlatformError> {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let id = format!("{kind}-{}", id.get(..8).unwrap_or(&id));
    let body = json!({"method": "message/send", "params": {"message": {"role": "user", "messageId": id,
        "parts": [{"kind": "text", "text": prompt}]}}});
    agent.platform.ask_self(&body, patience).await
}

/// The prompt's words; none where there are none, or its file is not one of this folder.
fn text(configs: &Path, asked: &Asked) -> Option<String> {
    let text = match (&asked.text, &asked.file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => {
            let inside = Path::new(file)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            fs::read_to_string(configs.join(file))
                .ok()
                .filter(|_| inside)?
        }
        (None, None) => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
