//! Connects hot reload to the rooms it acts through: delivery and restarts, the agents, the orgs.

use async_trait::async_trait;
use clock::Clock;
use containers::{Engine, archive};
use messaging::{Caller, Messaging, SendOptions};
use orgs::Orgs;
use reconcile::{ReconcileError, Reconciler};
use reload::{
    Delivered, DeliveredFile, OrgChange, OrgReaction, ReactionError, Reactions, Reload,
    ReloadAnswer, StoredSources,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Store, StoreError, rows};
use wire::{ImportRequest, PlanView, RestartRequest, kind};
use workspaces::Beats;

/// Largest file that is read back to see whether somebody edited it in the container.
const LARGEST: u64 = 10 * 1024 * 1024;
/// The reload message is answered at once or not at all.
const RELOAD_LIMIT: Duration = Duration::from_secs(10);

pub(crate) fn start(store: &Store, clock: &Arc<dyn Clock>, hands: &Hands) -> Reload {
    Reload::start(
        store.clone(),
        clock.clone(),
        Arc::new(hands.clone()),
        Arc::new(StoredSources::new(store.clone())),
    )
}

/// What acts on agents; shared with plugins, so that all askers get one restart.
#[derive(Clone)]
pub(crate) struct Hands {
    store: Store,
    pub reconciler: Reconciler,
    messaging: Messaging,
    beats: Beats,
    orgs: Orgs,
    /// Workspaces whose restart waits for their task; a second asker gets the same restart.
    restarting: Arc<Mutex<HashSet<String>>>,
}

#[async_trait]
impl Reactions for Hands {
    async fn deliver(
        &self,
        workspace_id: &str,
        files: Vec<DeliveredFile>,
    ) -> Result<Delivered, ReactionError> {
        let row = rows::workspaces::get(self.store.read(), workspace_id)
            .await
            .map_err(ReactionError::new)?;
        let Some(container) = row.and_then(|row| row.container_id) else {
            return Ok(Delivered::default());
        };
        let Some(engine) = self.reconciler.engine() else {
            return Ok(Delivered::default());
        };
        let mut kept = Vec::new();
        let mut bring = Vec::new();
        for file in files {
            if edited_inside(engine.as_ref(), &container, &file).await {
                kept.push(file.path);
            } else {
                bring.push(reconcile::DeliveredFile {
                    path: file.path,
                    content: file.content,
                });
            }
        }
        if bring.is_empty() {
            return Ok(Delivered {
                running: true,
                kept,
            });
        }
        match self.reconciler.deliver(workspace_id, bring).await {
            Ok(_) => Ok(Delivered {
                running: true,
                kept,
            }),
            // It went down in between: its next start copies the folder.
            Err(
                ReconcileError::NotRunning
                | ReconcileError::NotFound
                | ReconcileError::NoEngine { .. },
            ) => Ok(Delivered {
                running: false,
                kept,
            }),
            Err(error) => Err(ReactionError::new(error)),
        }
    }

    async fn reload_agent(&self, workspace_id: &str) -> Result<ReloadAnswer, ReactionError> {
        let body =
            json!({"jsonrpc": "2.0", "id": "reload", "method": "molecule/reload", "params": {}});
        let options = SendOptions {
            prefer_async: false,
            timeout: Some(RELOAD_LIMIT),
        };
        let answer = self
            .messaging
            .send(workspace_id, Caller::System("reload"), body, options)
            .await
            .map_err(ReactionError::new)?;
        let result = &answer.body["result"];
        let problems = result["problems"].as_array().into_iter().flatten();
        Ok(ReloadAnswer {
            reloaded: result["reloaded"].as_bool().unwrap_or(false),
            problems: problems
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        })
    }

    async fn declares_reload(&self, workspace_id: &str) -> bool {
        self.beats.capabilities(workspace_id).has("reload")
    }

    async fn restart(&self, workspace_id: &str, reason: &str) -> Result<(), ReactionError> {
        {
            let mut restarting = self
                .restarting
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if !restarting.insert(workspace_id.to_owned()) {
                return Ok(());
            }
        }
        tracing::info!(
            workspace = workspace_id,
            reason,
            "a changed file asks for a restart"
        );
        self.mark(workspace_id).await.map_err(ReactionError::new)?;
        tokio::spawn({
            let (hands, id) = (self.clone(), workspace_id.to_owned());
            async move {
                hands.restart_when_idle(&id).await;
                hands
                    .restarting
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(&id);
            }
        });
        Ok(())
    }

    async fn org_changed(&self, org_id: &str) -> Result<OrgReaction, ReactionError> {
        let plan = match self.orgs.reimport_preview(org_id).await {
            Ok(plan) => plan,
            Err(error) => {
                let place = error.problems().first().map(ToString::to_string);
                return Ok(OrgReaction::Refused(
                    place.unwrap_or_else(|| error.to_string()),
                ));
            }
        };
        let summary = summary(&plan);
        let Some(summary) = summary else {
            return Ok(OrgReaction::Unchanged);
        };
        let change = OrgChange {
            text: summary,
            files: files(&plan),
        };
        let auto: bool = rows::settings::get(self.store.read(), "auto_apply")
            .await
            .map_err(ReactionError::new)?
            .unwrap_or(false);
        let removes = plan.plan.iter().any(|step| step.action == "remove");
        if !auto || removes || !plan.conflicts.is_empty() {
            return Ok(OrgReaction::PlanShown(change));
        }
        let Some(org) = rows::orgs::get(self.store.read(), org_id)
            .await
            .map_err(ReactionError::new)?
        else {
            return Ok(OrgReaction::Unchanged);
        };
        let request = ImportRequest {
            dir: org.dir,
            mode: "sync".into(),
            ..ImportRequest::default()
        };
        match self.orgs.import_by(&request, "hot reload").await {
            Ok(_) => Ok(OrgReaction::Applied(change)),
            Err(error) => Ok(OrgReaction::Refused(error.to_string())),
        }
    }
}

impl Hands {
    pub fn new(
        store: &Store,
        reconciler: &Reconciler,
        messaging: &Messaging,
        beats: &Beats,
        orgs: &Orgs,
    ) -> Self {
        Self {
            store: store.clone(),
            reconciler: reconciler.clone(),
            messaging: messaging.clone(),
            beats: beats.clone(),
            orgs: orgs.clone(),
            restarting: Arc::default(),
        }
    }

    /// Restarts an agent that does not work; `None` if it does. One that should not run is brought up to date by its next
    /// start.
    pub async fn restart_now(&self, id: &str, reason: &str) -> Result<Option<()>, ReactionError> {
        let row = rows::workspaces::get(self.store.read(), id)
            .await
            .map_err(ReactionError::new)?;
        match row {
            Some(row) if row.desired == wire::Desired::Running && row.active_tasks > 0 => Ok(None),
            Some(row) if row.desired == wire::Desired::Running => {
                tracing::info!(workspace = id, reason, "an agent is restarted");
                workspaces::restart(&self.store, id, RestartRequest::default())
                    .await
                    .map(|_| Some(()))
                    .map_err(ReactionError::new)
            }
            _ => Ok(Some(())),
        }
    }

    /// The card says that a restart is due, also after a kill.
    async fn mark(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::workspaces::set_column(
                        write.conn(),
                        &id,
                        rows::workspaces::Column::NeedsRestart,
                        true,
                        &now,
                    )
                    .await
                })
            })
            .await
    }

    async fn restart_when_idle(&self, id: &str) {
        let mut events = self.store.events().subscribe();
        loop {
            match rows::workspaces::get(self.store.read(), id).await {
                Ok(Some(row)) if row.active_tasks > 0 => {}
                Ok(Some(row)) if row.desired == wire::Desired::Running => break,
                // Asleep, paused or gone: the next start brings everything anyway.
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(%error, workspace = id, "a restart could not be asked for");
                    return;
                }
            }
            loop {
                match events.recv().await {
                    Ok(event) if event.workspace_id == id && is_about_work(&event.event) => break,
                    Ok(_) => {}
                    Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => break,
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                }
            }
        }
        if let Err(error) = workspaces::restart(&self.store, id, RestartRequest::default()).await {
            tracing::warn!(%error, workspace = id, "a changed file asked for a restart that was refused");
        }
    }
}

fn is_about_work(name: &str) -> bool {
    name == kind::WORKSPACE_HEARTBEAT
        || name == kind::TASK_UPDATED
        || name.starts_with("WORKSPACE_")
}

/// Whether the copy in the container is neither what was delivered last nor what is to be delivered now (04 D75).
async fn edited_inside(engine: &dyn Engine, container: &str, file: &DeliveredFile) -> bool {
    let Some(before) = &file.before else {
        return false;
    };
    let archive = match engine
        .get(container, &format!("/configs/{}", file.path), LARGEST)
        .await
    {
        Ok(archive) => archive,
        // Not there, or not readable now: bringing the new bytes is what the person asked for by saving.
        Err(_) => return false,
    };
    let Ok(Some(inside)) = archive::file(&archive, archive::ReadLimits::default()) else {
        return false;
    };
    let inside = reload::digest(&inside);
    let new = file.content.as_deref().map(reload::digest);
    inside != *before && Some(inside) != new
}

/// Files that say what a plan changes, each once.
fn files(plan: &PlanView) -> Vec<String> {
    let steps = plan.plan.iter().filter(|step| step.action != "keep");
    let files = steps.filter_map(|step| step.file.as_ref());
    let conflicts = plan.conflicts.iter().filter_map(|one| one.file.as_ref());
    let all: BTreeSet<&String> = files.chain(conflicts).collect();
    all.into_iter().cloned().collect()
}

/// One sentence about a plan; none when it changes nothing.
fn summary(plan: &PlanView) -> Option<String> {
    let count = |action: &str| {
        plan.plan
            .iter()
            .filter(|step| step.action == action)
            .count()
    };
    let parts: Vec<String> = [
        ("create", "new"),
        ("update", "changed"),
        ("move", "moved"),
        ("remove", "gone from the files"),
    ]
    .into_iter()
    .map(|(action, word)| (count(action), word))
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .chain((!plan.conflicts.is_empty()).then(|| format!("{} in conflict", plan.conflicts.len())))
    .collect();
    (!parts.is_empty()).then(|| format!("{}: {}", plan.org, parts.join(", ")))
}
