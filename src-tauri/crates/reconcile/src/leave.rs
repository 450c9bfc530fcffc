//! The end of the platform, and volumes whose time is over.

use crate::{
    failpoints::reached,
    jobs::Done,
    reconciler::{ShutdownReport, StopAgents},
    rows::Change,
    status::{Failure, Observed},
    supervisor::Supervisor,
};
use chrono::{DateTime, Utc};
use containers::{ContainerInfo, names};
use futures::{StreamExt, stream};
use std::time::Duration;
use store::rows::workspaces::{self, Column, ColumnValue};
use wire::{Status, Timestamp};

/// What stopping may take beyond the grace of the agents.
const BEYOND: Duration = Duration::from_secs(10);
/// How long a helper container may take.
const HELPER_LIFE: chrono::TimeDelta = chrono::TimeDelta::minutes(10);
/// Stops at once.
const AT_ONCE: usize = 8;

impl Supervisor {
    /// Ends all jobs and, if wanted, all agents.
    pub(crate) async fn shut_down(&mut self, agents: StopAgents) -> ShutdownReport {
        self.jobs.shutdown().await;
        let running: Vec<(String, String, i64)> = {
            let state = self.shared.state();
            let seen = state.entries.iter().filter_map(|(id, entry)| {
                entry
                    .seen
                    .as_ref()
                    .map(|seen| (id.clone(), seen.id.clone(), entry.generation))
            });
            seen.collect()
        };
        let mut report = ShutdownReport::default();
        let Some(link) = self.shared.link().filter(|_| agents == StopAgents::Stop) else {
            report.kept = running.into_iter().map(|(id, ..)| id).collect();
            return report;
        };
        let grace = self.shared.options().stop_grace;
        let all: Vec<String> = running.iter().map(|(id, ..)| id.clone()).collect();
        let (shared, link) = (&self.shared, &link);
        let stops = stream::iter(running).map(|(id, container, generation)| async move {
            let stopped = async {
                link.engine.stop(&container, grace).await?;
                crate::console::keep(shared, link, &id, &container).await;
                link.engine.remove(&container).await
            };
            let result = stopped.await.map_err(|error| error.to_string());
            reached("stop.removed").await;
            if result.is_ok() {
                let told = Failure::passing(
                    "platform_stopped",
                    "It was stopped with the platform and starts again with it.",
                );
                let change = Change::to(Observed::Lost)
                    .because(Some(told))
                    .of_generation(generation)
                    .from(&[Status::Online, Status::Degraded, Status::Provisioning])
                    .set(Column::ContainerId, ColumnValue::Null)
                    .set(Column::RunningGeneration, ColumnValue::Null)
                    .set(Column::Url, "");
                if let Err(error) = shared.publish(&id, change).await {
                    tracing::error!(workspace = id, %error, "a stop could not be written");
                }
            }
            (id, result)
        });
        let mut stops = stops.buffer_unordered(AT_ONCE);
        let limit = shared.deps.clock.sleep(grace * 2 + BEYOND);
        tokio::pin!(limit);
        let mut open: std::collections::BTreeSet<String> = all.into_iter().collect();
        loop {
            tokio::select! {
                next = stops.next() => match next {
                    Some((id, result)) => {
                        open.remove(&id);
                        match result {
                            Ok(()) => report.stopped.push(id),
                            Err(why) => report.failed.push((id, why)),
                        }
                    }
                    None => break,
                },
                () = &mut limit => break,
            }
        }
        report.failed.extend(
            open.into_iter()
                .map(|id| (id, "It did not stop in time.".to_owned())),
        );
        report.stopped.sort();
        report
    }

    /// Removes helpers that a crash left (D52): at the first connection of this run all of them, because nobody who
    /// waits for one is left; later those older than ten minutes.
    pub(crate) fn drop_old_helpers(&mut self, containers: &[ContainerInfo], first: bool) {
        let Some(link) = self.shared.link() else {
            return;
        };
        let old = old_helpers(containers, self.shared.deps.clock.now(), first);
        if old.is_empty() {
            return;
        }
        self.jobs.spawn(async move {
            for id in old {
                match link.engine.remove(&id).await {
                    Ok(()) => tracing::info!(container = id, "a helper of an earlier run was removed"),
                    Err(error) => tracing::warn!(container = id, %error, "a helper of an earlier run could not be removed"),
                }
            }
            Done::Other
        });
    }

    /// Work volumes of deleted workspaces whose retention is over go away (D10); asked once a connection.
    pub(crate) fn drop_expired(&mut self) {
        let Some(link) = self.shared.link() else {
            return;
        };
        let shared = self.shared.clone();
        self.jobs.spawn(async move {
            let Ok(rows) = workspaces::list_all(shared.deps.store.read()).await else { return Done::Other };
            let retention = chrono::TimeDelta::from_std(shared.options().retention).unwrap_or(chrono::TimeDelta::MAX);
            let now = shared.deps.clock.now();
            for row in rows.iter().filter(|row| row.status == Status::Removed) {
                let removed = row.removed_at.as_deref().and_then(|text| Timestamp::parse(text).ok());
                let over = removed.is_some_and(|at| now.signed_duration_since(at.0) > retention);
                let name = names::work_volume(&row.id);
                if !over || !shared.state().volumes.contains(&name) {
                    continue;
                }
                match link.engine.remove_volume(&name).await {
                    Ok(()) => {
                        shared.state().volumes.remove(&name);
                    }
                    Err(error) => tracing::warn!(volume = name, %error, "an expired volume could not be removed"),
                }
            }
            Done::Other
        });
    }
}

fn old_helpers(containers: &[ContainerInfo], now: DateTime<Utc>, first: bool) -> Vec<String> {
    let is_old = |container: &&ContainerInfo| {
        let age = container.started_at.map(|at| now.signed_duration_since(at));
        first || age.is_some_and(|age| age > HELPER_LIFE)
    };
    containers
        .iter()
        .filter(|container| container.workspace_id.is_none())
        .filter(is_old)
        .map(|container| container.id.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use containers::ContainerState;

    #[test]
    fn helpers_have_ten_minutes_and_none_outlives_its_platform() {
        let now = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
        let container = |id: &str, minutes: Option<i64>, workspace: Option<&str>| ContainerInfo {
            id: id.to_owned(),
            name: String::new(),
            image: String::new(),
            image_id: String::new(),
            state: ContainerState::Running,
            exit_code: None,
            out_of_memory: false,
            host_port: None,
            labels: std::collections::BTreeMap::new(),
            workspace_id: workspace.map(str::to_owned),
            generation: None,
            spec_hash: None,
            started_at: minutes.map(|minutes| now - chrono::TimeDelta::minutes(minutes)),
            finished_at: None,
            health: None,
        };
        let there = [
            container("new", Some(9), None),
            container("old", Some(11), None),
            container("unstarted", None, None),
            container("agent", Some(1_000), Some("a")),
        ];
        assert_eq!(old_helpers(&there, now, false), ["old"]);
        assert_eq!(old_helpers(&there, now, true), ["new", "old", "unstarted"]);
    }
}
