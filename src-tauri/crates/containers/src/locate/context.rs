//! Docker contexts: named addresses that the docker command keeps in its configuration folder.

use super::{Candidate, Origin, Surroundings};
use crate::{Endpoint, EngineError};
use serde::Deserialize;
use std::fs;

#[derive(Deserialize)]
struct Config {
    #[serde(rename = "currentContext", default)]
    current_context: String,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Endpoints", default)]
    endpoints: Endpoints,
}

#[derive(Deserialize, Default)]
struct Endpoints {
    docker: Option<DockerEndpoint>,
}

#[derive(Deserialize)]
struct DockerEndpoint {
    #[serde(rename = "Host", default)]
    host: String,
}

/// The context chosen with `docker context use`, unless it is the default one.
pub(super) fn current(surroundings: &Surroundings) -> Option<String> {
    let path = surroundings.docker_config()?.join("config.json");
    let text = fs::read_to_string(&path).ok()?;
    match serde_json::from_str::<Config>(&text) {
        Ok(config) => {
            Some(config.current_context).filter(|name| !name.is_empty() && name != "default")
        }
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "the docker configuration cannot be read; its context is not used");
            None
        }
    }
}

pub(super) fn candidate(surroundings: &Surroundings, name: String) -> Candidate {
    let endpoint = address(surroundings, &name).ok_or_else(|| EngineError::Incompatible {
        what: format!("There is no usable Docker context called {name}."),
        remedy: "Choose another one with `docker context use`, or unset DOCKER_CONTEXT.".to_owned(),
        source: None,
    });
    Candidate {
        endpoint,
        origin: Origin::Context { name },
    }
}

/// Folder names are digests of context names; reading all of them spares knowing which.
fn address(surroundings: &Surroundings, name: &str) -> Option<Endpoint> {
    let folder = surroundings.docker_config()?.join("contexts").join("meta");
    fs::read_dir(folder)
        .ok()?
        .filter_map(Result::ok)
        .filter_map(|entry| fs::read_to_string(entry.path().join("meta.json")).ok())
        .filter_map(|text| serde_json::from_str::<Meta>(&text).ok())
        .find(|meta| meta.name == name)
        .and_then(|meta| meta.endpoints.docker)
        .map(|endpoint| endpoint.host)
        .filter(|host| !host.is_empty())
        .map(Endpoint)
}
