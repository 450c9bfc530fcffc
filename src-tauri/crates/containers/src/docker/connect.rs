//! The connection to one engine, and whose things on it are ours.

use super::{answer, host};
use crate::{EngineError, Holder, names};
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    net::IpAddr,
    time::Duration,
};
use tokio::sync::Mutex;
use uuid::Uuid;

/// The oldest API this crate speaks (Docker 20.10).
const OLDEST_API: (usize, usize) = (1, 41);
/// How long an ordinary call may take. Starting a container on a busy laptop is the slowest of them.
const CALL_LIMIT: Duration = Duration::from_secs(90);
/// How long the first answer may take; an engine that is slower is as good as away.
const PROBE_LIMIT: Duration = Duration::from_secs(10);

/// Where an engine answers: `unix://`, `npipe://`, `tcp://` or `http://`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint(pub String);

impl Endpoint {
    /// Whether the engine is on this machine (or in a virtual machine of it) and not across a network.
    pub fn is_local(&self) -> bool {
        if self.0.starts_with("unix://") || self.0.starts_with("npipe://") {
            return true;
        }
        let rest = self
            .0
            .split_once("://")
            .map_or(self.0.as_str(), |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or(rest);
        let host = match authority.strip_prefix('[') {
            Some(bracketed) => bracketed.split(']').next().unwrap_or(bracketed),
            None => authority.split(':').next().unwrap_or(authority),
        };
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whose containers, volumes and network these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The id of this installation, kept with its data.
    pub instance: Uuid,
    /// The name of its network, usually [`names::NETWORK`].
    pub network: String,
}

impl Installation {
    /// An installation on the network of the contract.
    pub fn new(instance: Uuid) -> Self {
        Self {
            instance,
            network: names::NETWORK.to_owned(),
        }
    }

    /// The labels everything we make carries; `workspace_id` adds whose it is.
    pub(crate) fn labels(&self, workspace_id: Option<&str>) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::from([
            (names::LABEL_MANAGED.to_owned(), "true".to_owned()),
            (names::LABEL_INSTANCE.to_owned(), self.instance.to_string()),
        ]);
        if let Some(id) = workspace_id {
            labels.insert(names::LABEL_WORKSPACE.to_owned(), id.to_owned());
        }
        labels
    }

    /// Whether labels say: made by this installation, for this workspace (or for none).
    pub(crate) fn owns<'a>(
        &self,
        label: impl Fn(&str) -> Option<&'a str>,
        workspace_id: Option<&str>,
    ) -> bool {
        label(names::LABEL_INSTANCE) == Some(self.instance.to_string().as_str())
            && label(names::LABEL_WORKSPACE) == workspace_id
    }

    /// The refusal of a name that something with these labels has, which is not ours.
    pub(crate) fn taken<'a>(
        &self,
        name: &str,
        label: impl Fn(&str) -> Option<&'a str>,
        workspace_id: Option<&str>,
    ) -> EngineError {
        let instance = self.instance.to_string();
        let other = label(names::LABEL_INSTANCE).is_some_and(|holder| holder != instance);
        let same_agent = workspace_id.is_some() && label(names::LABEL_WORKSPACE) == workspace_id;
        EngineError::NameTaken {
            name: name.to_owned(),
            holder: if other && same_agent {
                Holder::Installation
            } else {
                Holder::Foreign
            },
        }
    }

    /// The filter that shows only what is ours.
    pub(crate) fn filter(&self) -> HashMap<String, Vec<String>> {
        HashMap::from([(
            "label".to_owned(),
            vec![format!("{}={}", names::LABEL_INSTANCE, self.instance)],
        )])
    }
}

/// A real engine. The connection is made anew for calls after the engine was away, so one value serves for as long as
/// the engine's address stays the same.
pub struct Docker {
    pub(super) api: bollard::Docker,
    pub(super) endpoint: Endpoint,
    pub(super) installation: Installation,
    /// Podman answers some calls of Docker's API in its own way; the few places ask here.
    pub(super) is_podman: bool,
    /// Two makers at once would make two networks of one name, which engines before API 1.44 allow.
    pub(super) network_lock: Mutex<()>,
}

impl fmt::Debug for Docker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Docker")
            .field("endpoint", &self.endpoint)
            .field("installation", &self.installation)
            .finish_non_exhaustive()
    }
}

impl Docker {
    /// Connects, agrees on an API version, and checks that the engine is new enough (Docker 20.10, Podman 4).
    pub async fn connect(
        endpoint: Endpoint,
        installation: Installation,
    ) -> Result<Self, EngineError> {
        let api = bollard::Docker::connect_with_host(&endpoint.0)
            .map_err(|error| answer::connecting(&endpoint, error))?
            .with_timeout(CALL_LIMIT);
        let api = tokio::time::timeout(PROBE_LIMIT, api.negotiate_version())
            .await
            .map_err(|_| EngineError::Timeout {
                doing: format!("The first answer of the container engine at {endpoint}"),
                after: PROBE_LIMIT,
            })?
            .map_err(|error| answer::connecting(&endpoint, error))?;
        let is_podman = api
            .version()
            .await
            .map(|version| host::is_podman(&version))
            .map_err(|error| answer::connecting(&endpoint, error))?;
        let version = api.client_version();
        if (version.major_version, version.minor_version) < OLDEST_API {
            return Err(EngineError::Incompatible {
                what: format!(
                    "The container engine at {endpoint} speaks API {}.{}; {}.{} is the oldest that works.",
                    version.major_version, version.minor_version, OLDEST_API.0, OLDEST_API.1
                ),
                remedy: "Update it to Docker 20.10 or newer, or Podman 4 or newer.".to_owned(),
                source: None,
            });
        }
        Ok(Self {
            api,
            endpoint,
            installation,
            is_podman,
            network_lock: Mutex::new(()),
        })
    }

    /// The address of this engine.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The same connection for calls that take longer than others.
    pub(super) fn patient(&self, limit: Duration) -> bollard::Docker {
        self.api.clone().with_timeout(limit)
    }

    pub(super) fn failed(&self, doing: &str, error: bollard::errors::Error) -> EngineError {
        answer::translate(&self.endpoint, doing, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_endpoints_are_told_from_remote_ones() {
        for local in [
            "unix:///var/run/docker.sock",
            "npipe:////./pipe/docker_engine",
            "tcp://127.0.0.1:2375",
            "http://localhost:2375",
            "tcp://[::1]:2375",
        ] {
            assert!(Endpoint(local.to_owned()).is_local(), "{local}");
        }
        for remote in [
            "tcp://10.0.0.5:2376",
            "ssh://build-host",
            "tcp://engine.example:2375",
        ] {
            assert!(!Endpoint(remote.to_owned()).is_local(), "{remote}");
        }
    }
}
