//! The usual places of engines, and the variables of a process that move them.

use crate::Endpoint;
use std::{collections::HashMap, path::PathBuf};

/// The variables that matter. A test gives its own, so that no test depends on the machine.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    variables: HashMap<String, String>,
}

impl Surroundings {
    /// Exactly these variables.
    pub fn new<N: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self {
            variables: variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }

    /// Those of this process.
    pub fn of_process() -> Self {
        let names = [
            "DOCKER_HOST",
            "DOCKER_CONTEXT",
            "DOCKER_CONFIG",
            "HOME",
            "USERPROFILE",
            "XDG_RUNTIME_DIR",
        ];
        Self::new(
            names
                .iter()
                .filter_map(|name| std::env::var(name).ok().map(|value| (*name, value))),
        )
    }

    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn home(&self) -> Option<PathBuf> {
        self.variable("HOME")
            .or_else(|| self.variable("USERPROFILE"))
            .map(PathBuf::from)
    }

    /// Where the docker command keeps its configuration.
    pub(super) fn docker_config(&self) -> Option<PathBuf> {
        self.variable("DOCKER_CONFIG")
            .map(PathBuf::from)
            .or_else(|| Some(self.home()?.join(".docker")))
    }

    #[cfg(unix)]
    pub(super) fn places(&self) -> Vec<(String, Endpoint)> {
        let home = self.home();
        let runtime = self.variable("XDG_RUNTIME_DIR").map(PathBuf::from);
        let below = |base: &Option<PathBuf>, path: &str| base.as_ref().map(|base| base.join(path));
        [
            ("Docker", Some(PathBuf::from("/var/run/docker.sock"))),
            ("Docker Desktop", below(&home, ".docker/run/docker.sock")),
            (
                "Docker Desktop",
                below(&home, ".docker/desktop/docker.sock"),
            ),
            ("OrbStack", below(&home, ".orbstack/run/docker.sock")),
            ("colima", below(&home, ".colima/default/docker.sock")),
            ("Rancher Desktop", below(&home, ".rd/docker.sock")),
            ("rootless Docker", below(&runtime, "docker.sock")),
            ("rootless Podman", below(&runtime, "podman/podman.sock")),
            ("Podman", Some(PathBuf::from("/run/podman/podman.sock"))),
        ]
        .into_iter()
        .filter_map(|(name, path)| {
            Some((
                name.to_owned(),
                Endpoint(format!("unix://{}", path?.display())),
            ))
        })
        .collect()
    }

    #[cfg(not(unix))]
    pub(super) fn places(&self) -> Vec<(String, Endpoint)> {
        [
            "docker_engine",
            "dockerDesktopLinuxEngine",
            "podman-machine-default",
        ]
        .into_iter()
        .map(|pipe| {
            (
                pipe.to_owned(),
                Endpoint(format!("npipe:////./pipe/{pipe}")),
            )
        })
        .collect()
    }
}
