//! How the reconciler writes: compare-and-set on the row, columns, status, reason and event in one transaction.

use crate::{
    shared::Shared,
    status::{Failure, Grade, Observed, Reason, status},
};
use serde_json::{Map, Value, json};
use store::{
    NewEvent, StoreError, WorkspaceRow,
    rows::workspaces::{self, Column, ColumnValue},
};
use wire::{Status, kind};

/// A change of one row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    /// What is; `None` leaves status and reason as they are.
    pub observed: Option<Observed>,
    /// What stands in the way.
    pub failure: Option<Failure>,
    /// Only if the generation is still this one.
    pub generation: Option<i64>,
    /// Only if the status is one of these; empty: any but removed.
    pub from: Vec<Status>,
    /// Columns to set with it.
    pub columns: Vec<(Column, ColumnValue)>,
    /// Added to the event of a changed status.
    pub extra: Map<String, Value>,
}

impl Change {
    pub fn to(observed: Observed) -> Self {
        Self {
            observed: Some(observed),
            ..Self::default()
        }
    }

    pub fn columns(columns: Vec<(Column, ColumnValue)>) -> Self {
        Self {
            columns,
            ..Self::default()
        }
    }

    pub fn because(mut self, failure: Option<Failure>) -> Self {
        self.failure = failure;
        self
    }

    pub fn of_generation(mut self, generation: i64) -> Self {
        self.generation = Some(generation);
        self
    }

    pub fn from(mut self, statuses: &[Status]) -> Self {
        self.from = statuses.to_vec();
        self
    }

    pub fn set(mut self, column: Column, value: impl Into<ColumnValue>) -> Self {
        self.columns.push((column, value.into()));
        self
    }

    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(key.to_owned(), value.into());
        self
    }
}

/// The note that is shown beside a healthy status: a tier was asked for that nobody granted (contract 04 D48).
pub(crate) fn note(row: &WorkspaceRow) -> Option<Failure> {
    (row.tier > row.tier_granted).then(|| {
        Failure::new(
            Grade::Note,
            "tier_not_granted",
            format!(
                "It asks for tier {}; tier {} is granted, so it runs with that one's limits. Grant more in the org's plan.",
                row.tier, row.tier_granted
            ),
        )
    })
}

impl Shared {
    /// Writes a change; false when the row is gone, removed, or not as expected any more.
    pub async fn publish(&self, id: &str, change: Change) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.deps
            .store
            .write(move |write| {
                Box::pin(async move {
                    let Some(row) = workspaces::get(write.conn(), &id).await? else {
                        return Ok(false);
                    };
                    if row.status == Status::Removed
                        || change
                            .generation
                            .is_some_and(|generation| generation != row.generation)
                        || !(change.from.is_empty() || change.from.contains(&row.status))
                    {
                        return Ok(false);
                    }
                    let now = write.stamp();
                    for (column, value) in change.columns {
                        workspaces::set_column(write.conn(), &id, column, value, &now).await?;
                    }
                    let Some(observed) = change.observed else {
                        return Ok(true);
                    };
                    let failure = change.failure.or_else(|| note(&row));
                    let (to, reason) = status(row.desired, row.sleep(), observed, failure.as_ref());
                    let told = (row.status_code.as_deref(), row.status_text.as_deref());
                    let words = reason
                        .as_ref()
                        .map(|reason| (reason.code.as_str(), reason.text.as_str()));
                    let changed = row.status != to;
                    if !changed && told == (words.map(|word| word.0), words.map(|word| word.1)) {
                        return Ok(true);
                    }
                    workspaces::set_status(write.conn(), &id, &[row.status], to, words, &now)
                        .await?;
                    if to == Status::Failed
                        && let Some(reason) = &reason
                    {
                        let mut text = reason.text.clone();
                        if let Some(tail) = change.extra.get("log_tail").and_then(Value::as_str) {
                            text = format!("{text}\n\n{tail}");
                        }
                        workspaces::set_column(
                            write.conn(),
                            &id,
                            Column::LastSampleError,
                            text,
                            &now,
                        )
                        .await?;
                    }
                    // Whoever hears that it is online is told where.
                    let row = match to {
                        Status::Online => workspaces::get(write.conn(), &id).await?.unwrap_or(row),
                        _ => row,
                    };
                    for event in events(&row, to, changed, reason.as_ref(), change.extra) {
                        write.event(event).await?;
                    }
                    Ok(true)
                })
            })
            .await
    }

    /// Tells where a start has got to (contract 01 section 5.2).
    pub async fn progress(&self, id: &str, phase: &str, detail: &str, extra: Map<String, Value>) {
        let mut payload = Map::from_iter([
            ("phase".to_owned(), json!(phase)),
            ("detail".to_owned(), json!(detail)),
        ]);
        payload.extend(extra);
        let event = NewEvent::about(id, kind::WORKSPACE_PROGRESS, Value::Object(payload));
        let told: Result<i64, StoreError> = self
            .deps
            .store
            .write(move |write| Box::pin(async move { write.event(event).await }))
            .await;
        if let Err(error) = told {
            tracing::warn!(workspace = id, %error, "progress could not be told");
        }
    }
}

/// What tells a change of status, or of its reason alone.
fn events(
    row: &WorkspaceRow,
    to: Status,
    changed: bool,
    reason: Option<&Reason>,
    extra: Map<String, Value>,
) -> Vec<NewEvent> {
    let with_reason = |mut payload: Map<String, Value>| {
        if let Some(reason) = reason {
            payload.insert("code".into(), json!(reason.code));
            payload.insert("detail".into(), json!(reason.text));
        }
        payload.extend(extra.clone());
        Value::Object(payload)
    };
    let named = || {
        Map::from_iter([
            ("name".to_owned(), json!(row.name)),
            ("tier".to_owned(), json!(row.tier)),
        ])
    };
    if !changed {
        // Waiting is told as progress; the log keeps that for 30 days only.
        let phase = extra
            .get("phase")
            .cloned()
            .unwrap_or_else(|| json!("queued"));
        let payload = with_reason(Map::from_iter([
            ("phase".to_owned(), phase),
            ("detail".to_owned(), json!("")),
        ]));
        return vec![NewEvent::about(&row.id, kind::WORKSPACE_PROGRESS, payload)];
    }
    let about = |name: &'static str, payload: Value| NewEvent::about(&row.id, name, payload);
    match to {
        Status::Provisioning => {
            let mut payload = named();
            payload.insert("runtime".into(), json!(row.runtime));
            vec![about(kind::WORKSPACE_PROVISIONING, with_reason(payload))]
        }
        Status::Online => {
            let payload =
                json!({"agent_card": row.card(), "url": row.url.clone().unwrap_or_default()});
            vec![about(kind::WORKSPACE_ONLINE, payload)]
        }
        Status::Degraded => vec![about(kind::WORKSPACE_DEGRADED, with_reason(Map::new()))],
        Status::Offline => vec![about(kind::WORKSPACE_OFFLINE, with_reason(Map::new()))],
        Status::AwaitingAgent => vec![
            about(kind::WORKSPACE_OFFLINE, with_reason(Map::new())),
            about(
                kind::WORKSPACE_AWAITING_AGENT,
                json!({"external": true, "name": row.name}),
            ),
        ],
        Status::Failed => {
            let mut payload = Map::new();
            if let Some(reason) = reason {
                payload.insert("error".into(), json!(reason.text));
                payload.insert("code".into(), json!(reason.code));
            }
            payload.extend(extra);
            vec![about(
                kind::WORKSPACE_PROVISION_FAILED,
                Value::Object(payload),
            )]
        }
        Status::Paused => vec![about(kind::WORKSPACE_PAUSED, json!({"name": row.name}))],
        Status::Hibernated => vec![about(kind::WORKSPACE_HIBERNATED, Value::Object(named()))],
        Status::Hibernating => vec![about(
            kind::WORKSPACE_UPDATED,
            json!({"changed": ["status"], "needs_restart": false, "reasons": [], "status": "hibernating"}),
        )],
        // Removing is not the reconciler's to say.
        Status::Removed => Vec::new(),
    }
}
