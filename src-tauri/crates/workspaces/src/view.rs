//! Rows as the wire shows them (contract 01 section 3.3).

use store::WorkspaceRow;
use wire::{StatusReason, Timestamp, Workspace};

/// The row as an item of the list: everything.
pub fn list_view(row: &WorkspaceRow) -> Workspace {
    Workspace {
        budget_limit: Some(row.budget_limit),
        current_task: Some(row.current_task.clone().unwrap_or_default()),
        last_sample_error: Some(row.last_sample_error.clone().unwrap_or_default()),
        monthly_spend: Some(row.monthly_spend),
        workspace_access: Some(row.workspace_access),
        workspace_dir: Some(row.workspace_dir.clone()),
        last_outbound_at: None,
        ..common(row)
    }
}

/// The row as the single read shows it: without what another branch must not see.
pub fn single_view(row: &WorkspaceRow) -> Workspace {
    Workspace {
        last_outbound_at: Some(WorkspaceRow::time(&row.last_outbound_at)),
        ..common(row)
    }
}

fn common(row: &WorkspaceRow) -> Workspace {
    Workspace {
        active_tasks: row.active_tasks,
        agent_card: row.card(),
        budget_limit: None,
        collapsed: row.collapsed,
        created_at: Timestamp::parse(&row.created_at)
            .unwrap_or(Timestamp(chrono::DateTime::UNIX_EPOCH)),
        current_task: None,
        delivery_mode: row.delivery_mode,
        height: row.height,
        hibernation_idle_minutes: row.hibernation_idle_minutes,
        id: row.id.clone(),
        import_key: row.import_key.clone(),
        isolated: row.isolated,
        last_error_rate: row.last_error_rate,
        last_heartbeat_at: WorkspaceRow::time(&row.last_heartbeat_at),
        last_outbound_at: None,
        last_sample_error: None,
        max_concurrent_tasks: row.max_concurrent_tasks,
        model: row.model.clone(),
        monthly_spend: None,
        name: row.name.clone(),
        needs_restart: row.needs_restart,
        org_id: row.org_id.clone(),
        parent_id: row.parent_id.clone(),
        placed: row.placed,
        // What templates say is known to whoever serves this.
        provision_timeout_ms: None,
        provisioning_started_at: WorkspaceRow::time(&row.provisioning_started_at),
        role: row.role.clone(),
        runtime: row.runtime.clone(),
        status: row.status,
        status_reason: row.status_code.as_ref().map(|code| StatusReason {
            code: code.clone(),
            text: row.status_text.clone().unwrap_or_default(),
        }),
        tier: row.tier,
        tier_granted: row.tier.min(row.tier_granted),
        update_tier: row.update_tier.clone(),
        uptime_seconds: row.uptime_seconds,
        url: row.url.clone().unwrap_or_default(),
        width: row.width,
        workspace_access: None,
        workspace_dir: None,
        x: row.x,
        y: row.y,
        z: row.z,
    }
}
