//! The agent card (contract 04 section 16.4).

use crate::folder::Folder;
use serde_json::{Value, json};

/// The card for the folder's present content, reachable at `url`.
pub(crate) fn card(folder: &Folder, role: Option<&str>, url: &str) -> Value {
    let config = folder.config();
    let skills: Vec<Value> = folder
        .skills()
        .iter()
        .map(|skill| {
            json!({
                "id": skill.id,
                "name": skill.name,
                "description": skill.description,
                "tags": skill.tags,
                "examples": skill.examples,
            })
        })
        .collect();
    json!({
        "protocolVersion": "0.3.0",
        "name": name(folder, role),
        "description": config.description.as_deref().or(config.role.as_deref()).unwrap_or_default(),
        "version": config.version.as_deref().unwrap_or("1.0.0"),
        "url": url,
        "preferredTransport": "JSONRPC",
        "skills": skills,
        // `reload` is ours; it is served by `molecule/reload` and costs no model call (contract 04 D39).
        "capabilities": {"streaming": true, "pushNotifications": false, "stateTransitionHistory": false, "reload": true},
        "defaultInputModes": ["text/plain", "application/json"],
        "defaultOutputModes": ["text/plain", "application/json"],
    })
}

/// Display name: the config's, else the role given by the platform.
pub(crate) fn name(folder: &Folder, role: Option<&str>) -> String {
    let config = folder.config();
    config
        .name
        .as_deref()
        .or(config.role.as_deref())
        .or(role)
        .unwrap_or("Stand-in")
        .to_owned()
}
