//! The checks before a message goes anywhere (contract 02 sections 1.2 and 1.3, no. 25, 27 to 29).

use crate::{
    Caller, Messaging, MessagingError,
    agent::{Address, Origin},
    log_entry,
    messaging::lock,
};
use reqwest::Url;
use std::time::Duration;
use store::{
    NewEvent, StoreError, WorkspaceRow,
    rows::{activity::NewActivity, workspaces},
};
use wire::{DeliveryMode, Status};

/// A refusal of the same sender by the same target for the same reason is written down once in this time.
const REFUSAL_PAUSE: Duration = Duration::from_secs(60);
/// Refusals remembered at most.
const MOST_REFUSALS: usize = 1024;

/// Where a message that may go goes.
#[derive(Debug)]
pub(crate) enum Way {
    /// To its agent now.
    Deliver(Route),
    /// Into the queue.
    Keep(Keep),
    /// Into the activity log, where the agent fetches it.
    Poll,
}

/// Who answers.
#[derive(Debug, Clone)]
pub(crate) enum Route {
    /// An agent at an address.
    Agent(Address),
    /// The platform itself.
    Mock,
}

/// Why a message waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The target sleeps and is being woken.
    Waking,
    /// The target waits for memory.
    Memory,
    /// The target cannot take it now, and the sender said it may wait.
    Asked,
    /// The target is starting, and earlier messages wait for it already.
    Behind,
    /// The target did not accept a connection in time.
    Busy,
    /// A schedule is due; its message goes as soon as the target is free.
    Scheduled,
}

impl Keep {
    /// The sentence of the 202 answer.
    pub fn text(self) -> &'static str {
        match self {
            Self::Waking => {
                "workspace is waking from hibernation — request queued, will dispatch when it is online"
            }
            Self::Memory => {
                "workspace waits for memory — request queued, will dispatch when room appears; \
                 the longest idle agent is put to sleep if there is one"
            }
            Self::Asked => {
                "workspace cannot take messages now — request queued, will dispatch when it is online"
            }
            Self::Behind => {
                "workspace is starting — request queued behind earlier ones, will dispatch when it is online"
            }
            Self::Busy => {
                "workspace agent busy — request queued, will dispatch when capacity available"
            }
            Self::Scheduled => "a schedule is due",
        }
    }
}

impl Messaging {
    /// Reads the target and passes checks 4 to 7.
    pub(crate) async fn gate(
        &self,
        target: &str,
        caller: &Caller,
        prefer_async: bool,
    ) -> Result<(WorkspaceRow, Way), MessagingError> {
        if let Caller::Workspace(id) = caller
            && id != target
        {
            let hierarchy = self.store().hierarchy().await;
            if !hierarchy
                .map_err(MessagingError::Unavailable)?
                .may_talk(id, target)
            {
                if let Ok(Some(row)) = workspaces::get(self.store().read(), target).await {
                    self.note_refusal(&row, caller, &MessagingError::AccessDenied)
                        .await;
                }
                return Err(MessagingError::AccessDenied);
            }
        }
        let row = workspaces::get(self.store().read(), target)
            .await
            .map_err(MessagingError::LookupFailed)?
            .ok_or(MessagingError::NotFound)?;
        match self.way(&row, prefer_async).await {
            Ok(way) => Ok((row, way)),
            Err(error) => {
                self.note_refusal(&row, caller, &error).await;
                Err(error)
            }
        }
    }

    async fn way(&self, row: &WorkspaceRow, prefer_async: bool) -> Result<Way, MessagingError> {
        if row.status == Status::Removed {
            let forwarded_to = workspaces::successor(self.store().read(), &row.id)
                .await
                .map_err(MessagingError::LookupFailed)?;
            return Err(MessagingError::Removed {
                id: row.id.clone(),
                removed_at: row.removed_at.clone(),
                forwarded_to,
            });
        }
        if row
            .budget_limit
            .is_some_and(|limit| row.monthly_spend >= limit)
        {
            return Err(MessagingError::BudgetExceeded);
        }
        if row.delivery_mode == DeliveryMode::Poll {
            return Ok(Way::Poll);
        }
        if matches!(row.status, Status::Hibernated | Status::Hibernating) {
            return Ok(Way::Keep(Keep::Waking));
        }
        if row.status == Status::Provisioning
            && row.status_code.as_deref() == Some("waiting_for_memory")
        {
            return Ok(Way::Keep(Keep::Memory));
        }
        let up = matches!(row.status, Status::Online | Status::Degraded);
        if prefer_async && !up {
            return Ok(Way::Keep(Keep::Asked));
        }
        match self.route(row).await? {
            Some(route) => Ok(Way::Deliver(route)),
            None if prefer_async => Ok(Way::Keep(Keep::Asked)),
            // The message that woke it waits; the next one is not refused for coming a moment later.
            None if row.status == Status::Provisioning && self.something_waits_for(&row.id) => {
                Ok(Way::Keep(Keep::Behind))
            }
            None => Err(MessagingError::NoUrl {
                status: row.status,
                status_code: row.status_code.clone(),
                status_text: row.status_text.clone(),
            }),
        }
    }

    /// Who answers for a row; `None` when nobody can now.
    pub(crate) async fn route(&self, row: &WorkspaceRow) -> Result<Option<Route>, MessagingError> {
        if row.is_mock() {
            let up = matches!(row.status, Status::Online | Status::Degraded);
            return Ok(up.then_some(Route::Mock));
        }
        let Some(text) = row.url.as_deref().filter(|url| !url.is_empty()) else {
            return Ok(None);
        };
        let url = Url::parse(text).map_err(|_| MessagingError::NotRoutable)?;
        let origin = match self.assigned_by_us(row, &url) {
            true => Origin::Ours,
            false if row.url_by_person => Origin::Person,
            false => Origin::Agent,
        };
        let url = if origin == Origin::Ours && self.options().in_container {
            let name = format!("http://ws-{}:8000", row.id.get(..12).unwrap_or(&row.id));
            Url::parse(&name).map_err(|_| MessagingError::NotRoutable)?
        } else {
            url
        };
        if origin != Origin::Ours {
            let guard = crate::Guard {
                local: origin == Origin::Person || self.options().open_mode,
            };
            guard.url(&url).await.map_err(|reason| {
                tracing::warn!(workspace = %row.id, %reason, "the agent's address is not dialled");
                MessagingError::NotRoutable
            })?;
        }
        Ok(Some(Route::Agent(Address { url, origin })))
    }

    /// Trust by origin (no. 17): the port an engine published for a container of ours, nothing else at that host.
    fn assigned_by_us(&self, row: &WorkspaceRow, url: &Url) -> bool {
        row.has_container()
            && row.container_id.is_some()
            && url.scheme() == "http"
            && url.port().is_some()
            && url.username().is_empty()
            && url.path() == "/"
            && url
                .host_str()
                .is_some_and(|host| self.options().engine_hosts.iter().any(|ours| ours == host))
    }

    /// Writes an attempt down that was refused before anything was sent (no. 27), at most once a minute each.
    async fn note_refusal(&self, row: &WorkspaceRow, caller: &Caller, error: &MessagingError) {
        if caller.is_silent() || row.status == Status::Removed {
            return;
        }
        let sender = caller
            .workspace()
            .or(caller.label())
            .unwrap_or_default()
            .to_owned();
        let now = self.clock().awake();
        {
            let mut refusals = lock(&self.inner.refusals);
            if refusals.len() >= MOST_REFUSALS {
                refusals.retain(|_, at| now.saturating_sub(*at) < REFUSAL_PAUSE);
            }
            let key = (row.id.clone(), sender, error.code());
            if refusals.len() >= MOST_REFUSALS
                || refusals
                    .get(&key)
                    .is_some_and(|at| now.saturating_sub(*at) < REFUSAL_PAUSE)
            {
                return;
            }
            refusals.insert(key, now);
        }
        let entry = NewActivity {
            id: store::new_id(),
            workspace_id: row.id.clone(),
            activity_type: "a2a_receive".into(),
            // A name that is no id, out of a header, is nobody's (no. 24).
            source_id: caller
                .workspace()
                .filter(|id| uuid::Uuid::parse_str(id).is_ok())
                .map(str::to_owned),
            source_kind: caller.kind().into(),
            source_label: caller.label().map(str::to_owned),
            target_id: Some(row.id.clone()),
            summary: Some(format!("A2A request to {} refused: {error}", row.name)),
            status: "error".into(),
            error_detail: Some(error.to_string()),
            ..NewActivity::default()
        };
        let done: Result<(), StoreError> = self
            .store()
            .write(move |write| Box::pin(async move { log_entry::write(write, &entry).await }))
            .await;
        if let Err(error) = done {
            tracing::warn!(workspace = %row.id, %error, "a refused message could not be written down");
        }
    }
}

/// An event about a queued message.
pub(crate) fn queue_event(
    target: &str,
    queue_id: &str,
    caller: Option<&str>,
    status: &str,
    reason: &str,
) -> NewEvent {
    NewEvent::about(
        target,
        wire::kind::QUEUE_UPDATED,
        serde_json::json!({"queue_id": queue_id, "caller_id": caller, "status": status, "reason": reason}),
    )
}
