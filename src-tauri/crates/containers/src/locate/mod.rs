//! Finding the engine of this machine (contract 04, section 1): what the person named, else every usual place.
//!
//! What is named explicitly (`DOCKER_HOST`, `DOCKER_CONTEXT`) is used or reported, never replaced by something else.
//! The context chosen with `docker context use` comes first but does not rule out the rest, because desktop packages
//! set it and leave it behind.

mod context;
mod places;

pub use places::Surroundings;

use crate::{Docker, Endpoint, EngineError, Installation};
use serde::Serialize;

/// Why an address was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// `DOCKER_HOST`.
    DockerHost,
    /// A Docker context.
    Context {
        /// Its name.
        name: String,
    },
    /// One of the usual places.
    Place {
        /// Whose place it is, such as `Docker` or `Podman`.
        name: String,
    },
}

/// An address where an engine may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The address; an error if what names it cannot be used.
    pub endpoint: Result<Endpoint, EngineError>,
    /// Why it is one.
    pub origin: Origin,
}

/// One address that did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The address, if there was one.
    pub endpoint: Option<Endpoint>,
    /// Why it was tried.
    pub origin: Origin,
    /// What was wrong.
    pub error: EngineError,
}

/// What a search came to.
#[derive(Debug)]
pub struct Search {
    /// The engine that answered, and why it was looked at.
    pub found: Option<(Docker, Origin)>,
    /// What was tried before.
    pub tried: Vec<Tried>,
}

impl Search {
    /// The error to show if nothing was found: the one that tells most. A socket that is there but closed to this user
    /// says more than five that are not there.
    pub fn error(&self) -> EngineError {
        let weight = |error: &EngineError| match error {
            EngineError::PermissionDenied { .. } => 3,
            EngineError::Incompatible { .. } => 2,
            EngineError::Timeout { .. } => 1,
            _ => 0,
        };
        let mut best: Option<&EngineError> = None;
        for tried in &self.tried {
            if best.is_none_or(|best| weight(&tried.error) > weight(best)) {
                best = Some(&tried.error);
            }
        }
        best.cloned().unwrap_or(EngineError::Unavailable {
            endpoint: "any of the usual places".to_owned(),
            source: None,
        })
    }
}

/// Whether the local engine is wanted: `CONTAINER_BACKEND` empty or `docker`. Any other value is refused by name until
/// such an engine exists.
pub fn check_backend(container_backend: Option<&str>) -> Result<(), EngineError> {
    match container_backend.map(str::trim) {
        None | Some("" | "docker") => Ok(()),
        Some(other) => Err(EngineError::Incompatible {
            what: format!("CONTAINER_BACKEND={other} names an engine that does not exist here."),
            remedy: "Unset it, or set it to docker.".to_owned(),
            source: None,
        }),
    }
}

/// The addresses to try, in order. Reads files and variables only; asks no engine.
pub fn candidates(surroundings: &Surroundings) -> Vec<Candidate> {
    if let Some(host) = surroundings.variable("DOCKER_HOST") {
        return vec![Candidate {
            endpoint: Ok(Endpoint(host)),
            origin: Origin::DockerHost,
        }];
    }
    if let Some(name) = surroundings
        .variable("DOCKER_CONTEXT")
        .filter(|name| name != "default")
    {
        return vec![context::candidate(surroundings, name)];
    }
    let chosen = surroundings
        .variable("DOCKER_CONTEXT")
        .is_none()
        .then(|| context::current(surroundings))
        .flatten();
    let mut list: Vec<Candidate> = chosen
        .map(|name| context::candidate(surroundings, name))
        .into_iter()
        .collect();
    for (name, endpoint) in surroundings.places() {
        let is_new = list
            .iter()
            .all(|known| known.endpoint.as_ref() != Ok(&endpoint));
        if is_new {
            list.push(Candidate {
                endpoint: Ok(endpoint),
                origin: Origin::Place { name },
            });
        }
    }
    list
}

/// Tries the addresses in order until an engine answers.
pub async fn find(surroundings: &Surroundings, installation: &Installation) -> Search {
    let mut tried = Vec::new();
    for Candidate { endpoint, origin } in candidates(surroundings) {
        let outcome = match endpoint.clone() {
            Ok(endpoint) => Docker::connect(endpoint, installation.clone()).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(docker) => {
                return Search {
                    found: Some((docker, origin)),
                    tried,
                };
            }
            Err(error) => tried.push(Tried {
                endpoint: endpoint.ok(),
                origin,
                error,
            }),
        }
    }
    Search { found: None, tried }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn addresses(list: &[Candidate]) -> Vec<String> {
        list.iter()
            .map(|candidate| {
                candidate
                    .endpoint
                    .as_ref()
                    .map_or_else(|error| error.code().to_owned(), ToString::to_string)
            })
            .collect()
    }

    #[test]
    fn only_the_local_engine_exists() {
        for good in [None, Some(""), Some("docker"), Some(" docker ")] {
            assert_eq!(check_backend(good), Ok(()));
        }
        for bad in ["flyio", "controlplane", "kubernetes"] {
            let error = check_backend(Some(bad)).unwrap_err();
            assert!(
                error.code() == "incompatible" && error.to_string().contains(bad),
                "{error}"
            );
        }
    }

    #[test]
    fn docker_host_rules_alone() {
        let surroundings = Surroundings::new([
            ("DOCKER_HOST", "tcp://127.0.0.1:9"),
            ("DOCKER_CONTEXT", "x"),
        ]);
        assert_eq!(addresses(&candidates(&surroundings)), ["tcp://127.0.0.1:9"]);
    }

    #[test]
    fn the_chosen_context_comes_first() {
        let home = tempfile::tempdir().unwrap();
        let meta = home.path().join(".docker/contexts/meta/abc");
        fs::create_dir_all(&meta).unwrap();
        fs::write(
            home.path().join(".docker/config.json"),
            r#"{"currentContext":"colima"}"#,
        )
        .unwrap();
        fs::write(
            meta.join("meta.json"),
            r#"{"Name":"colima","Endpoints":{"docker":{"Host":"unix:///c.sock"}}}"#,
        )
        .unwrap();
        let home_path = home.path().to_str().unwrap();

        let list = candidates(&Surroundings::new([("HOME", home_path)]));
        assert_eq!(
            list[0].origin,
            Origin::Context {
                name: "colima".to_owned()
            }
        );
        assert_eq!(addresses(&list)[0], "unix:///c.sock");
        assert!(
            list.len() > 1,
            "a context left behind by a desktop package does not rule out the rest"
        );

        let named = candidates(&Surroundings::new([
            ("HOME", home_path),
            ("DOCKER_CONTEXT", "gone"),
        ]));
        assert_eq!(
            addresses(&named),
            ["incompatible"],
            "an explicit name is reported, never replaced"
        );
        let default = candidates(&Surroundings::new([
            ("HOME", home_path),
            ("DOCKER_CONTEXT", "default"),
        ]));
        assert!(matches!(default[0].origin, Origin::Place { .. }));
    }

    #[test]
    fn broken_docker_files_are_reported_and_do_not_stop_the_search() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join(".docker")).unwrap();
        fs::write(home.path().join(".docker/config.json"), "{ not json").unwrap();
        let list = candidates(&Surroundings::new([(
            "HOME",
            home.path().to_str().unwrap(),
        )]));
        assert!(list.iter().all(|candidate| candidate.endpoint.is_ok()) && !list.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn the_usual_places_include_rootless_docker_and_podman() {
        let list = candidates(&Surroundings::new([
            ("HOME", "/h"),
            ("XDG_RUNTIME_DIR", "/run/user/7"),
        ]));
        let addresses = addresses(&list);
        for place in [
            "unix:///var/run/docker.sock",
            "unix:///run/user/7/docker.sock",
            "unix:///run/user/7/podman/podman.sock",
            "unix:///run/podman/podman.sock",
            "unix:///h/.docker/run/docker.sock",
            "unix:///h/.colima/default/docker.sock",
            "unix:///h/.orbstack/run/docker.sock",
        ] {
            assert!(addresses.iter().any(|address| address == place), "{place}");
        }
    }

    #[tokio::test]
    async fn a_search_says_what_was_tried_and_why_it_failed() {
        let surroundings = Surroundings::new([("DOCKER_HOST", "unix:///no/such/engine.sock")]);
        let search = find(&surroundings, &Installation::new(uuid::Uuid::nil())).await;
        assert!(search.found.is_none());
        assert_eq!(search.tried.len(), 1);
        assert_eq!(search.tried[0].error.code(), "docker_unavailable");
        assert!(search.error().to_string().contains("/no/such/engine.sock"));
    }
}
