//! Expand and collapse: a workspace gets the roles its template names, or loses what is below it (contract 01 section
//! 3.10, corrections of section 7).

use crate::{WorkspaceError, check_name, lifecycle::alive, remove_in};
use serde_json::json;
use store::{NewEvent, NewWorkspace, Store, WorkspaceRow, rows::layouts, rows::workspaces};
use wire::{ChildName, Desired, Status, WorkspaceAccess, kind};

/// A role to make below a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChild {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub role: Option<String>,
    /// Runtime of its template.
    pub runtime: Option<String>,
    /// Model of its template.
    pub model: Option<String>,
    /// Folder of its template.
    pub template_dir: Option<String>,
}

/// A child of an expanded workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub role: Option<String>,
}

/// Makes the children that are not there yet, by name below this parent. Answers all of them, kept and new alike.
///
/// # Errors
/// 404, 410 for a removed workspace, 400 for a name that is not allowed; nothing was made.
pub async fn expand(
    store: &Store,
    id: &str,
    children: Vec<NewChild>,
) -> Result<Vec<Child>, WorkspaceError> {
    for child in &children {
        check_name(&child.name)?;
    }
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                let parent = alive(write, &id).await?;
                let there: Vec<WorkspaceRow> = workspaces::subtree(write.conn(), &id)
                    .await?
                    .into_iter()
                    .filter(|row| {
                        row.parent_id.as_deref() == Some(&id) && row.status != Status::Removed
                    })
                    .collect();
                let now = write.stamp();
                let mut all: Vec<Child> = Vec::new();
                for child in children {
                    let kept = there.iter().find(|row| row.name == child.name);
                    if let Some(row) = kept {
                        all.push(Child {
                            id: row.id.clone(),
                            name: row.name.clone(),
                            role: row.role.clone(),
                        });
                        continue;
                    }
                    if all.iter().any(|made| made.name == child.name) {
                        continue;
                    }
                    let new = NewWorkspace {
                        id: store::new_id(),
                        name: child.name,
                        role: child.role,
                        tier: parent.tier,
                        tier_granted: parent.tier_granted,
                        status: Status::Provisioning,
                        runtime: child.runtime.unwrap_or_else(|| "langgraph".to_owned()),
                        model: child.model,
                        parent_id: Some(id.clone()),
                        url: None,
                        workspace_dir: None,
                        workspace_access: WorkspaceAccess::None,
                        budget_limit: None,
                        max_concurrent_tasks: 1,
                        template_dir: child.template_dir,
                        files_dir: None,
                        org_id: None,
                        import_key: None,
                        desired: Desired::Running,
                    };
                    workspaces::insert(write.conn(), &new, &now).await?;
                    // Below the parent's header, where the canvas gives it a free slot.
                    layouts::place(write.conn(), &new.id, parent.x, parent.y).await?;
                    let payload = json!({"name": new.name, "parent_id": id, "tier": new.tier});
                    write
                        .event(NewEvent::about(
                            &new.id,
                            kind::WORKSPACE_PROVISIONING,
                            payload,
                        ))
                        .await?;
                    all.push(Child {
                        id: new.id,
                        name: new.name,
                        role: new.role,
                    });
                }
                let shown: Vec<_> = all
                    .iter()
                    .map(|child| json!({"id": child.id, "name": child.name, "role": child.role}))
                    .collect();
                let payload = json!({"children": shown});
                write
                    .event(NewEvent::about(&id, kind::WORKSPACE_EXPANDED, payload))
                    .await?;
                Ok(all)
            })
        })
        .await
}

/// Removes everything below a workspace. Returns the names of the direct children.
///
/// # Errors
/// 404, 410, and [`WorkspaceError::NeedsConfirmation`] when a child has children of its own and `confirm` is false.
pub async fn collapse(
    store: &Store,
    id: &str,
    confirm: bool,
) -> Result<Vec<String>, WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                alive(write, &id).await?;
                let below: Vec<WorkspaceRow> = workspaces::subtree(write.conn(), &id)
                    .await?
                    .into_iter()
                    .filter(|row| row.id != id && row.status != Status::Removed)
                    .collect();
                let is_direct = |row: &&WorkspaceRow| row.parent_id.as_deref() == Some(&id);
                let direct: Vec<(String, String)> = below
                    .iter()
                    .filter(is_direct)
                    .map(|row| (row.id.clone(), row.name.clone()))
                    .collect();
                if direct.len() < below.len() && !confirm {
                    let children = below
                        .iter()
                        .map(|row| ChildName {
                            id: row.id.clone(),
                            name: row.name.clone(),
                        })
                        .collect();
                    return Err(WorkspaceError::NeedsConfirmation { children });
                }
                for (child, _) in &direct {
                    remove_in(write, child, true, false).await?;
                }
                let names: Vec<String> = direct.into_iter().map(|(_, name)| name).collect();
                let payload = json!({"removed_children": names});
                write
                    .event(NewEvent::about(&id, kind::WORKSPACE_COLLAPSED, payload))
                    .await?;
                Ok(names)
            })
        })
        .await
}
