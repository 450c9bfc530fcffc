//! What a sender or reader is told when something cannot be done, with status, code and text in one place.
//!
//! The texts are what existing clients match (contract 02 sections 1.2, 1.3, 1.5 and 6), so they stay short; `code`
//! is for programs and `detail` says what to do.

use crate::send::SendOutcome;
use serde_json::{Map, Value, json};
use store::StoreError;
use wire::Status;

/// A request was refused, or a message did not get through.
#[derive(Debug, thiserror::Error)]
pub enum MessagingError {
    /// The body is no JSON object.
    #[error("invalid JSON")]
    InvalidJson,
    /// The body has neither a method nor anything that could be sent as a message.
    #[error("the body has no method and no message parts")]
    NoMethod,
    /// Sender and target are in different branches of the org.
    #[error("access denied: workspaces cannot communicate per hierarchy rules")]
    AccessDenied,
    /// The target has spent its month.
    #[error("workspace budget limit exceeded")]
    BudgetExceeded,
    /// No such workspace.
    #[error("workspace not found")]
    NotFound,
    /// The target was deleted.
    #[error("workspace removed")]
    Removed {
        /// The target.
        id: String,
        /// When it was deleted.
        removed_at: Option<String>,
        /// Who takes its place, when somebody does.
        forwarded_to: Option<String>,
    },
    /// The target cannot take messages now.
    #[error("workspace has no URL")]
    NoUrl {
        /// Its status.
        status: Status,
        /// Why, as a stable word.
        status_code: Option<String>,
        /// Why, and what to do.
        status_text: Option<String>,
    },
    /// The target's address is one the platform does not dial.
    #[error("workspace URL is not publicly routable")]
    NotRoutable,
    /// The target's row could not be read.
    #[error("lookup failed")]
    LookupFailed(#[source] StoreError),
    /// Access or queue could not be checked because the database does not answer; nothing was sent.
    #[error("platform datastore unavailable — retry shortly")]
    Unavailable(#[source] StoreError),
    /// Nobody listens at the target's address.
    #[error("failed to reach workspace agent")]
    Unreachable,
    /// The target's container is dead; it is being started again. The message was not delivered.
    #[error("workspace agent unreachable — container restart triggered")]
    Restarting,
    /// The target took the message, or may have, and did not answer.
    #[error("workspace agent busy — retry after a short backoff")]
    Busy,
    /// The same, and its adapter retries by itself.
    #[error("workspace agent busy — adapter handles retry (native_session)")]
    BusySession,
    /// Too many messages wait for the target.
    #[error("workspace queue full")]
    QueueFull,
    /// The answer broke off.
    #[error("failed to read agent response")]
    UnreadableAnswer {
        /// The agent had accepted the message.
        delivery_confirmed: bool,
    },
    /// The answer is above 10 MiB.
    #[error("agent response too large")]
    AnswerTooLarge,
    /// No request can be made of the target's address.
    #[error("failed to create proxy request")]
    RequestNotBuilt,
    /// The platform stops.
    #[error("the platform is shutting down; send the message again when it runs")]
    ShuttingDown,
    /// `source` of an activity query is neither word.
    #[error("source must be 'canvas' or 'agent'")]
    BadSource,
    /// The row a reader stood on is gone.
    #[error("since_id not found")]
    CursorLost,
    /// A query parameter is not understood.
    #[error("invalid {0}")]
    BadParameter(&'static str),
    /// An activity body is no JSON object, or has no type.
    #[error("invalid request body")]
    BadActivity {
        /// What is missing.
        detail: &'static str,
    },
    /// An activity type outside the list.
    #[error(
        "invalid activity_type, must be one of: a2a_send, a2a_receive, task_update, agent_log, skill_promotion, memory_write, error"
    )]
    BadActivityType,
    /// A workspace may only log in its own name.
    #[error("source_id must match authenticated workspace")]
    ForeignSource,
    /// A note to the person is empty.
    #[error("message is required")]
    MessageRequired,
    /// An attachment of a note lacks its address or name.
    #[error("attachment[{0}]: uri and name are required")]
    AttachmentIncomplete(usize),
    /// A row could not be stored or read.
    #[error("query failed")]
    Query(#[source] StoreError),
    /// A row could not be stored.
    #[error("the entry could not be stored")]
    NotStored(#[source] StoreError),
    /// No such queued message.
    #[error("queued message not found")]
    QueueItemNotFound,
    /// No such schedule in this workspace.
    #[error("schedule not found")]
    ScheduleNotFound,
    /// One run of a schedule at a time (contract 02 no. 77).
    #[error("schedule is running")]
    ScheduleRunning {
        /// The run that is not over.
        run_id: String,
    },
}

impl MessagingError {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::InvalidJson
            | Self::NoMethod
            | Self::BadSource
            | Self::BadParameter(_)
            | Self::BadActivity { .. }
            | Self::BadActivityType
            | Self::MessageRequired
            | Self::AttachmentIncomplete(_) => 400,
            Self::BudgetExceeded => 402,
            Self::AccessDenied | Self::ForeignSource => 403,
            Self::NotFound | Self::QueueItemNotFound | Self::ScheduleNotFound => 404,
            Self::ScheduleRunning { .. } => 409,
            Self::Removed { .. } | Self::CursorLost => 410,
            Self::LookupFailed(_) | Self::RequestNotBuilt | Self::Query(_) | Self::NotStored(_) => {
                500
            }
            Self::NotRoutable
            | Self::Unreachable
            | Self::UnreadableAnswer { .. }
            | Self::AnswerTooLarge => 502,
            Self::NoUrl { .. }
            | Self::Unavailable(_)
            | Self::Restarting
            | Self::Busy
            | Self::BusySession
            | Self::QueueFull
            | Self::ShuttingDown => 503,
        }
    }

    /// Short stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidJson => "invalid_json",
            Self::NoMethod => "method_missing",
            Self::AccessDenied => "hierarchy_denied",
            Self::BudgetExceeded => "budget_exceeded",
            Self::NotFound => "workspace_not_found",
            Self::Removed { .. } => "workspace_removed",
            Self::NoUrl { .. } => "workspace_no_url",
            Self::NotRoutable => "url_not_routable",
            Self::LookupFailed(_) => "lookup_failed",
            Self::Unavailable(_) => "platform_unavailable",
            Self::Unreachable => "agent_unreachable",
            Self::Restarting => "agent_restarting",
            Self::Busy | Self::BusySession => "agent_busy",
            Self::QueueFull => "queue_full",
            Self::UnreadableAnswer { .. } => "answer_unreadable",
            Self::AnswerTooLarge => "answer_too_large",
            Self::RequestNotBuilt => "request_not_built",
            Self::ShuttingDown => "shutting_down",
            Self::BadSource => "invalid_source",
            Self::CursorLost => "cursor_lost",
            Self::BadParameter(_) => "invalid_parameter",
            Self::BadActivity { .. } => "invalid_activity",
            Self::BadActivityType => "invalid_activity_type",
            Self::ForeignSource => "foreign_source",
            Self::MessageRequired => "message_required",
            Self::AttachmentIncomplete(_) => "attachment_incomplete",
            Self::Query(_) => "query_failed",
            Self::NotStored(_) => "not_stored",
            Self::QueueItemNotFound => "queue_item_not_found",
            Self::ScheduleNotFound => "schedule_not_found",
            Self::ScheduleRunning { .. } => "schedule_running",
        }
    }

    /// Seconds for `Retry-After`.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy | Self::BusySession | Self::QueueFull => Some(30),
            _ => None,
        }
    }

    /// The whole body: `error`, the flags of contract 02 section 1.5, `code`.
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("error".into(), json!(self.to_string()));
        let mut add = |key: &str, value: Value| drop(body.insert(key.to_owned(), value));
        match self {
            Self::NoUrl {
                status,
                status_code,
                status_text,
            } => {
                add("status", json!(status.as_str()));
                if let Some(word) = status_code {
                    add("status_code", json!(word));
                }
                add(
                    "detail",
                    json!(status_text.as_deref().unwrap_or(why(*status))),
                );
            }
            Self::Removed {
                id,
                removed_at,
                forwarded_to,
            } => {
                add("id", json!(id));
                add("removed_at", json!(removed_at));
                match forwarded_to {
                    Some(heir) => {
                        add("forwarded_to", json!(heir));
                        add(
                            "hint",
                            json!(
                                "This workspace was deleted; another one takes its place. Send to that one."
                            ),
                        );
                    }
                    None => add(
                        "hint",
                        json!("This workspace was deleted. Send to another one."),
                    ),
                }
            }
            Self::Restarting => add("restarting", json!(true)),
            Self::Busy | Self::QueueFull => {
                add("busy", json!(true));
                add("retry_after", json!(30));
            }
            Self::BusySession => {
                add("busy", json!(true));
                add("retry_after", json!(30));
                add("native_session", json!(true));
            }
            Self::UnreadableAnswer { delivery_confirmed } => {
                add("delivery_confirmed", json!(delivery_confirmed))
            }
            Self::AnswerTooLarge => add("delivery_confirmed", json!(true)),
            Self::BadActivity { detail } => add("detail", json!(detail)),
            Self::ScheduleRunning { run_id } => {
                add("run_id", json!(run_id));
                add(
                    "detail",
                    json!("Its last run is not over. Wait for it, or look at the role's activity."),
                );
            }
            _ => {}
        }
        add("code", json!(self.code()));
        Value::Object(body)
    }

    /// Status, header and body in one.
    pub fn outcome(&self) -> SendOutcome {
        SendOutcome {
            status: self.status(),
            retry_after: self.retry_after(),
            body: self.body(),
            bytes: None,
        }
    }
}

/// What a person can do about a target that has no address.
pub(crate) fn why(status: Status) -> &'static str {
    match status {
        Status::Paused => "The workspace is paused. Resume it, then send the message again.",
        Status::Provisioning => {
            "The workspace is starting. Send the message again when it is online."
        }
        Status::Failed => {
            "The workspace could not be started. See the reason on its card, then restart it."
        }
        Status::AwaitingAgent => "No agent has registered for this workspace yet. Start its agent.",
        Status::Hibernating | Status::Hibernated => "The workspace sleeps.",
        Status::Offline | Status::Degraded | Status::Online => {
            "The workspace has no address. Restart it, then send the message again."
        }
        Status::Removed => "The workspace was deleted.",
    }
}
