//! Workspaces from a bundle, all in one transaction.

use super::unpack::{BundleError, Node, unpack};
use crate::{Orgs, OrgsError};
use futures::{FutureExt, future::BoxFuture};
use serde_json::json;
use store::{
    NewEvent, NewWorkspace, Write,
    rows::{files, layouts, wanted_plugins, workspaces},
};
use wire::{Bundle, BundleImported, Desired, SleepKind, Status, WorkspaceAccess, kind};

/// Room between what is there and what is put beside it.
const BESIDE: f64 = 300.0;

impl Orgs {
    /// Makes the workspaces of a bundle, each with a new id; twice the same bundle makes two. Those whose config holds
    /// prompts that call a model by themselves are paused until a person starts them.
    ///
    /// # Errors
    /// [`OrgsError::Bundle`] when anything in it is wrong; nothing was made then.
    pub async fn import_bundle(&self, bundle: Bundle) -> Result<BundleImported, OrgsError> {
        let node = unpack(bundle)?;
        self.store
            .write(move |write| {
                Box::pin(async move {
                    let there = workspaces::list(write.conn()).await?;
                    let right = there.iter().map(|row| row.x).fold(None, |most, x| {
                        Some(most.map_or(x, |most: f64| most.max(x)))
                    });
                    let top = there.iter().map(|row| row.y).fold(None, |least, y| {
                        Some(least.map_or(y, |least: f64| least.min(y)))
                    });
                    let at = (right.map_or(0.0, |x| x + BESIDE), top.unwrap_or(0.0));
                    make(write, node, None, at).await
                })
            })
            .await
    }
}

impl From<BundleError> for OrgsError {
    fn from(error: BundleError) -> Self {
        Self::Bundle(error)
    }
}

/// Makes one workspace and what is below it.
fn make(
    write: &mut Write,
    node: Node,
    parent: Option<String>,
    at: (f64, f64),
) -> BoxFuture<'_, Result<BundleImported, OrgsError>> {
    async move {
        let now = write.stamp();
        let external = node.runtime == "external";
        let paused = node.prompts && !external;
        let status = if external {
            Status::AwaitingAgent
        } else {
            Status::Provisioning
        };
        let new = NewWorkspace {
            id: store::new_id(),
            name: node.name,
            role: node.role,
            tier: node.tier,
            tier_granted: 2,
            status,
            runtime: node.runtime,
            model: node.model,
            parent_id: parent,
            url: None,
            workspace_dir: None,
            workspace_access: WorkspaceAccess::None,
            budget_limit: None,
            max_concurrent_tasks: node.max_concurrent_tasks,
            template_dir: None,
            files_dir: None,
            org_id: None,
            import_key: None,
            desired: Desired::Running,
        };
        workspaces::insert(write.conn(), &new, &now).await?;
        if let Some(bundle_id) = &node.bundle_id {
            workspaces::set_source_bundle(write.conn(), &new.id, bundle_id).await?;
        }
        layouts::place(write.conn(), &new.id, at.0, at.1).await?;
        for (path, (content, executable)) in &node.files {
            files::set_made(write.conn(), &new.id, path, content).await?;
            if *executable {
                files::set_executable(write.conn(), &new.id, path).await?;
            }
        }
        for schedule in &node.schedules {
            crate::schedules::carried(write, &new.id, schedule).await?;
        }
        for source in node.plugins.iter().filter(|_| !external) {
            wanted_plugins::add(write.conn(), &new.id, source, &now).await?;
        }
        let event = if external {
            let payload = json!({"external": true, "name": new.name});
            NewEvent::about(&new.id, kind::WORKSPACE_AWAITING_AGENT, payload)
        } else {
            let mut payload = json!({"name": new.name, "tier": new.tier});
            if let Some(id) = &node.bundle_id {
                payload["source_bundle_id"] = json!(id);
            }
            if let Some(parent) = &new.parent_id {
                payload["parent_id"] = json!(parent);
            }
            NewEvent::about(&new.id, kind::WORKSPACE_PROVISIONING, payload)
        };
        write.event(event).await?;
        if paused {
            let sleep = Some(SleepKind::Paused);
            workspaces::set_desired(write.conn(), &new.id, Desired::Stopped, sleep, false, &now)
                .await?;
            workspaces::set_status(write.conn(), &new.id, &[], Status::Paused, None, &now).await?;
            let payload = json!({"name": new.name});
            write
                .event(NewEvent::about(&new.id, kind::WORKSPACE_PAUSED, payload))
                .await?;
        }
        let mut children = Vec::with_capacity(node.children.len());
        for child in node.children {
            let (x, y) = child.at.unwrap_or_default();
            let id = Some(new.id.clone());
            children.push(make(write, child, id, (at.0 + x, at.1 + y)).await?);
        }
        let status = if paused { Status::Paused } else { status };
        Ok(BundleImported {
            workspace_id: new.id,
            name: new.name,
            status: status.to_string(),
            reason: paused.then(|| {
                "its config holds prompts that call a model by themselves; start it when you want that".to_owned()
            }),
            children,
        })
    }
    .boxed()
}
