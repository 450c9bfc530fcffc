//! Connects plugins to the rooms they act through: config volumes and restarts, the agents, hot reload's classifier.

use crate::changes::Hands;
use async_trait::async_trait;
use clock::Clock;
use plugins::{
    Agents, Delivery, Difference, Limits, Parts, Plugins, Registry, Repositories, Volume,
};
use reload::Reactions;
use std::{path::Path, sync::Arc};
use store::Store;

/// Folder of the data folder in which plugins are kept by their content.
const ARCHIVES: &str = "plugin-archives";

/// Folder of the data folder in which fetched commits are kept for a while.
const SOURCES: &str = "plugin-sources";

pub(crate) fn delivery(store: &Store, data: &Path) -> Delivery {
    Delivery::new(store.clone(), data.join(ARCHIVES))
}

pub(crate) fn start(
    store: &Store,
    clock: &Arc<dyn Clock>,
    delivery: Delivery,
    hands: Hands,
    configs: &Path,
    data: &Path,
) -> Plugins {
    let variable = |name: &str| std::env::var(name).ok();
    let limits = Limits::read(variable);
    let plugins = Plugins::new(Parts {
        store: store.clone(),
        clock: clock.clone(),
        registry: Registry::find(configs, data),
        delivery,
        agents: Arc::new(Connected(hands)),
        limits,
        git: Repositories::read(&limits, data.join(SOURCES), variable),
    });
    tokio::spawn(plugins.clone().follow());
    tokio::spawn(plugins.clone().follow_wanted());
    tokio::spawn(plugins.clone().keep_shelf());
    tokio::spawn(plugins.clone().watch_sources());
    plugins
}

struct Connected(Hands);

#[async_trait]
impl Agents for Connected {
    async fn running(&self, workspace_id: &str) -> Option<Arc<dyn Volume>> {
        self.0.reconciler.configs(workspace_id).ok()
    }

    fn needs_restart(&self, runtime: &str, changes: &[(String, Difference)]) -> bool {
        let changes: Vec<(&str, reload::ChangeKind)> = changes
            .iter()
            .map(|(path, difference)| {
                let kind = match difference {
                    Difference::Added => reload::ChangeKind::Added,
                    Difference::Modified => reload::ChangeKind::Modified,
                    Difference::Removed => reload::ChangeKind::Removed,
                };
                (path.as_str(), kind)
            })
            .collect();
        reload::needs_restart(runtime, &changes)
    }

    async fn reload(&self, workspace_id: &str) {
        if !self.0.declares_reload(workspace_id).await {
            return;
        }
        match self.0.reload_agent(workspace_id).await {
            Ok(answer) if answer.reloaded => {}
            Ok(answer) => {
                tracing::info!(workspace = workspace_id, problems = ?answer.problems, "an agent did not take changed skills in place; it reads them at their next use");
            }
            Err(error) => {
                tracing::info!(workspace = workspace_id, %error, "an agent could not be told of changed skills; it reads them at their next use");
            }
        }
    }

    async fn restart(&self, workspace_id: &str, reason: &str) -> bool {
        match self.0.restart_now(workspace_id, reason).await {
            Ok(Some(())) => true,
            // It works: after its task.
            Ok(None) => {
                if let Err(error) = Reactions::restart(&self.0, workspace_id, reason).await {
                    tracing::warn!(workspace = workspace_id, %error, "a restart could not be asked for");
                }
                false
            }
            Err(error) => {
                tracing::warn!(workspace = workspace_id, %error, "a restart could not be asked for");
                false
            }
        }
    }
}
