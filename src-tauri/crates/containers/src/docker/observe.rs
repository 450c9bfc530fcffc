//! What containers are doing, from the engine's own view of them.

use super::{Docker, answer};
use crate::{AGENT_PORT, ContainerInfo, ContainerState, EngineError, Health, names};
use bollard::{
    errors::Error,
    models::{ContainerInspectResponse, ContainerStateStatusEnum, HealthStatusEnum},
    query_parameters::{InspectContainerOptions, ListContainersOptions},
};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt};
use std::{collections::BTreeMap, time::Duration};

/// How many containers are looked at at once; engines answer each in a few milliseconds.
const LOOKS_AT_ONCE: usize = 8;
/// How often a passing state is looked at again: three seconds in all.
const PASSING_LOOKS: u32 = 30;

impl Docker {
    pub(super) async fn observe(
        &self,
        id_or_name: &str,
    ) -> Result<Option<ContainerInfo>, EngineError> {
        let look = || {
            self.api
                .inspect_container(id_or_name, None::<InspectContainerOptions>)
        };
        match settled(look).await {
            Ok(answer) => Ok(Some(describe(answer))),
            Err(error) if answer::is_status(&error, 404) => Ok(None),
            Err(error) => Err(self.failed(&format!("Looking at {id_or_name}"), error)),
        }
    }

    /// The engine's list lacks exit codes and start times, so each one is looked at; one that goes meanwhile is left
    /// out.
    pub(super) async fn list_containers(&self) -> Result<Vec<ContainerInfo>, EngineError> {
        let options = ListContainersOptions {
            all: true,
            filters: Some(self.installation.filter()),
            limit: None,
            size: false,
        };
        let listed = settled(|| self.api.list_containers(Some(options.clone())))
            .await
            .map_err(|error| self.failed("Listing containers", error))?;
        let ids = listed.into_iter().filter_map(|summary| summary.id);
        let looked: Vec<Option<ContainerInfo>> = futures::stream::iter(ids)
            .map(|id| async move { self.observe(&id).await })
            .buffered(LOOKS_AT_ONCE)
            .try_collect()
            .await?;
        let mut containers: Vec<ContainerInfo> = looked.into_iter().flatten().collect();
        containers.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(containers)
    }
}

/// Podman shows a state that Docker's API does not have in the moment between the end of a program and its own tidying
/// up. It passes by itself, so the question is asked again.
async fn settled<T, F: Future<Output = Result<T, Error>>>(ask: impl Fn() -> F) -> Result<T, Error> {
    for _ in 0..PASSING_LOOKS {
        match ask().await {
            Err(Error::JsonDataError { message, .. }) if message.contains("unknown variant") => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            answer => return answer,
        }
    }
    ask().await
}

fn describe(answer: ContainerInspectResponse) -> ContainerInfo {
    let config = answer.config.unwrap_or_default();
    let labels: BTreeMap<String, String> = config.labels.unwrap_or_default().into_iter().collect();
    let state = answer.state.unwrap_or_default();
    let life = match state.status {
        Some(
            ContainerStateStatusEnum::RUNNING
            | ContainerStateStatusEnum::RESTARTING
            | ContainerStateStatusEnum::STOPPING,
        ) => ContainerState::Running,
        Some(ContainerStateStatusEnum::PAUSED) => ContainerState::Paused,
        Some(ContainerStateStatusEnum::EXITED) => ContainerState::Exited,
        Some(ContainerStateStatusEnum::DEAD | ContainerStateStatusEnum::REMOVING) => {
            ContainerState::Dead
        }
        _ if state.running == Some(true) => ContainerState::Running,
        _ => ContainerState::Created,
    };
    let has_ended = matches!(life, ContainerState::Exited | ContainerState::Dead);
    ContainerInfo {
        id: answer.id.unwrap_or_default(),
        name: answer
            .name
            .unwrap_or_default()
            .trim_start_matches('/')
            .to_owned(),
        image: config.image.unwrap_or_default(),
        image_id: answer.image.unwrap_or_default(),
        state: life,
        exit_code: state.exit_code.filter(|_| has_ended),
        out_of_memory: state.oom_killed.unwrap_or(false),
        host_port: answer
            .network_settings
            .and_then(|settings| settings.ports)
            .and_then(|mut ports| ports.remove(&format!("{AGENT_PORT}/tcp")))
            .flatten()
            .into_iter()
            .flatten()
            .find_map(|binding| binding.host_port.and_then(|port| port.parse().ok()))
            .filter(|_| life == ContainerState::Running),
        workspace_id: labels.get(names::LABEL_WORKSPACE).cloned(),
        generation: labels
            .get(names::LABEL_GENERATION)
            .and_then(|text| text.parse().ok()),
        spec_hash: labels.get(names::LABEL_SPEC_HASH).cloned(),
        labels,
        started_at: state.started_at.as_deref().and_then(time),
        finished_at: state
            .finished_at
            .as_deref()
            .and_then(time)
            .filter(|_| has_ended),
        health: state
            .health
            .and_then(|health| health.status)
            .and_then(|status| match status {
                HealthStatusEnum::STARTING => Some(Health::Starting),
                HealthStatusEnum::HEALTHY => Some(Health::Healthy),
                HealthStatusEnum::UNHEALTHY => Some(Health::Unhealthy),
                HealthStatusEnum::EMPTY | HealthStatusEnum::NONE => None,
            }),
    }
}

/// The year 1 stands for "never" in engines' answers.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    (time.timestamp() > 0).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_is_no_time() {
        assert_eq!(time("0001-01-01T00:00:00Z"), None);
        assert!(time("2026-01-02T03:04:05.678901234Z").is_some());
        assert_eq!(time("soon"), None);
    }
}
