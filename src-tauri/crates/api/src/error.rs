//! What the client sees when something is refused: status, the contract's sentence, a stable code (section 1.5).
//! Every room's errors are mapped here and nowhere else.

use crate::json::Json;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::StoreError;
use wire::ErrorBody;
use workspaces::WorkspaceError;

/// An error answer.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    body: Box<ErrorBody>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    /// An answer with this status, code and sentence.
    pub fn new(status: StatusCode, code: &str, error: impl Into<String>) -> Self {
        let body = ErrorBody {
            error: error.into(),
            code: code.to_owned(),
            file: None,
            line: None,
            column: None,
            extra: Map::new(),
        };
        Self {
            status,
            body: Box::new(body),
            headers: Vec::new(),
        }
    }

    /// 400 with the contract's text.
    pub fn bad(code: &str, error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, error)
    }

    /// 404 with the contract's text.
    pub fn missing(error: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", error)
    }

    /// 503: the database does not answer. The canvas goes by the code.
    pub(crate) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "platform_unavailable",
            "platform datastore unavailable — retry shortly",
        )
    }

    /// Adds a key to the body.
    pub fn with(mut self, key: &str, value: impl Serialize) -> Self {
        self.body.extra.insert(key.to_owned(), json!(value));
        self
    }

    /// Adds the place in a file.
    pub fn at(mut self, file: Option<String>, line: Option<u32>, column: Option<u32>) -> Self {
        self.body.file = file;
        self.body.line = line;
        self.body.column = column;
        self
    }

    /// Adds `Retry-After`, in seconds.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.headers
            .push((header::RETRY_AFTER, HeaderValue::from(seconds)));
        self
    }

    /// The body alone, for an answer that tells of an error and is none.
    pub(crate) fn into_body(self) -> ErrorBody {
        *self.body
    }

    /// Adds `Location`; left out when it cannot stand in a header.
    fn location(mut self, path: &str) -> Self {
        if let Ok(path) = HeaderValue::from_str(path) {
            self.headers.push((header::LOCATION, path));
        }
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        response.headers_mut().extend(self.headers);
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "disk_full",
                error.to_string(),
            ),
            StoreError::Panicked => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                error.to_string(),
            ),
            error => {
                tracing::error!(%error, "the database did not answer");
                Self::unavailable()
            }
        }
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<WorkspaceError> for ApiError {
    fn from(error: WorkspaceError) -> Self {
        let text = error.to_string();
        match error {
            WorkspaceError::Store(error) => error.into(),
            WorkspaceError::Vault(error) => error.into(),
            WorkspaceError::Invalid(_) => Self::bad("invalid_value", text),
            WorkspaceError::BadId => Self::bad("invalid_id", text),
            WorkspaceError::Fields { detail } => Self::bad("invalid_value", text).with("detail", detail),
            WorkspaceError::NotFound(_) => Self::missing(text),
            WorkspaceError::Removed { id, removed_at } => Self::new(StatusCode::GONE, "workspace_removed", text)
                .with("id", id)
                .with("removed_at", removed_at)
                .with("hint", "This workspace was deleted. Ask for a new workspace and its token; the old token does not come back."),
            WorkspaceError::Forwarded { to } => {
                Self::new(StatusCode::MOVED_PERMANENTLY, "workspace_forwarded", text)
                    .location(&format!("/registry/discover/{to}"))
                    .with("forwarded_to", to)
            }
            WorkspaceError::Conflict { code: "not_authorized", text } => {
                Self::new(StatusCode::FORBIDDEN, "not_authorized", text)
            }
            WorkspaceError::Conflict { code: "not_available", text } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_available", "workspace not available").with("status", text)
            }
            WorkspaceError::Conflict { code, text } => Self::new(StatusCode::CONFLICT, code, text),
            WorkspaceError::Busy { active_tasks } => {
                Self::new(StatusCode::CONFLICT, "active_tasks", text).with("active_tasks", active_tasks)
            }
            WorkspaceError::NeedsConfirmation { children } => {
                Self::new(StatusCode::CONFLICT, "confirmation_required", text.clone())
                    .with("status", "confirmation_required")
                    .with("message", text)
                    .with("children_count", children.len())
                    .with("children", children)
            }
        }
    }
}

impl From<vault::VaultError> for ApiError {
    fn from(error: vault::VaultError) -> Self {
        Self::new(StatusCode::CONFLICT, error.code(), error.to_string())
    }
}

impl From<messaging::MessagingError> for ApiError {
    fn from(error: messaging::MessagingError) -> Self {
        let status =
            StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = Self::new(status, error.code(), error.to_string());
        if let Value::Object(body) = error.body() {
            answer.body.extra.extend(
                body.into_iter()
                    .filter(|(key, _)| key != "error" && key != "code"),
            );
        }
        match error.retry_after() {
            Some(seconds) => answer.retry_after(seconds),
            None => answer,
        }
    }
}

impl From<reconcile::ReconcileError> for ApiError {
    fn from(error: reconcile::ReconcileError) -> Self {
        use reconcile::ReconcileError;
        let (code, text) = (error.code(), error.to_string());
        match error {
            ReconcileError::Store(error) => error.into(),
            ReconcileError::NotFound => Self::new(StatusCode::NOT_FOUND, code, text),
            ReconcileError::NotRunning => Self::new(StatusCode::CONFLICT, code, text),
            ReconcileError::Path { .. } => Self::bad(code, text),
            _ => Self::new(StatusCode::SERVICE_UNAVAILABLE, code, text),
        }
    }
}

impl From<reconcile::FileError> for ApiError {
    fn from(error: reconcile::FileError) -> Self {
        use reconcile::FileError;
        let (code, text) = (error.code(), error.to_string());
        let status = match error {
            FileError::Workspace(error) => return error.into(),
            FileError::Store(error) => return error.into(),
            FileError::Path { why } => return Self::bad(code, text).with("detail", why),
            FileError::Changed { path, hash } => {
                return Self::new(StatusCode::PRECONDITION_FAILED, code, text)
                    .with("path", path)
                    .with("hash", hash);
            }
            FileError::TooLarge { limit, .. } => {
                return Self::new(StatusCode::PAYLOAD_TOO_LARGE, code, text).with("limit", limit);
            }
            FileError::Depth | FileError::TooMany { .. } | FileError::IsFolder { .. } => {
                StatusCode::BAD_REQUEST
            }
            FileError::Credential { .. } | FileError::Outside { .. } => StatusCode::FORBIDDEN,
            FileError::NotFound | FileError::Offline => StatusCode::NOT_FOUND,
            FileError::NotFolder { .. } | FileError::Special { .. } | FileError::NoContainer => {
                StatusCode::CONFLICT
            }
            FileError::NotRemoved { .. } | FileError::Interrupted { .. } => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            // What a container refuses (a read-only folder, say) is no trouble of the platform.
            FileError::Engine(containers::EngineError::Invalid { .. }) => StatusCode::CONFLICT,
            FileError::Engine(_) | FileError::NoEngine { .. } | FileError::NoHelper { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        Self::new(status, code, text)
    }
}

impl From<orgs::TemplateImportError> for ApiError {
    fn from(error: orgs::TemplateImportError) -> Self {
        use orgs::TemplateImportError;
        let (code, text) = (error.code(), error.to_string());
        match error {
            TemplateImportError::Exists { id } => {
                Self::new(StatusCode::CONFLICT, code, text).with("id", id)
            }
            TemplateImportError::Invalid { detail } => Self::bad(code, text).with("detail", detail),
            TemplateImportError::TooMany { .. } => Self::bad(code, text),
            TemplateImportError::NotWritten { detail } => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, text).with("detail", detail)
            }
        }
    }
}

impl From<platform::SecretsError> for ApiError {
    fn from(error: platform::SecretsError) -> Self {
        Self::new(StatusCode::CONFLICT, error.code, error.text)
    }
}

impl From<platform::RotationError> for ApiError {
    fn from(error: platform::RotationError) -> Self {
        use platform::RotationError;
        let text = error.to_string();
        match error {
            RotationError::Closed(error) => error.into(),
            RotationError::Vault(error) => error.into(),
            RotationError::Store(error) => error.into(),
            RotationError::Unreadable { keys } => {
                Self::new(StatusCode::CONFLICT, "secrets_unreadable", text)
                    .with("failed_keys", keys)
            }
            RotationError::CutOff => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", text),
        }
    }
}

impl From<platform::SecretsBackupError> for ApiError {
    fn from(error: platform::SecretsBackupError) -> Self {
        use platform::{RotationError, SecretsBackupError};
        use vault::VaultError;
        match error {
            SecretsBackupError::Workspace(error) => error.into(),
            // What the caller gave is wrong, not the state of the keychain.
            SecretsBackupError::Secrets(RotationError::Vault(
                error @ (VaultError::WrongBackupPassphrase
                | VaultError::BadBackup { .. }
                | VaultError::WeakPassphrase { .. }),
            )) => Self::bad(error.code(), error.to_string()),
            SecretsBackupError::Secrets(error) => error.into(),
        }
    }
}

impl From<platform::BundleExportError> for ApiError {
    fn from(error: platform::BundleExportError) -> Self {
        use platform::BundleExportError;
        let text = error.to_string();
        match error {
            BundleExportError::NotFound => Self::missing(text),
            BundleExportError::Unreadable { .. } => {
                Self::new(StatusCode::CONFLICT, "files_unreadable", text)
            }
            BundleExportError::Store(error) => error.into(),
        }
    }
}

impl From<messaging::GuardError> for ApiError {
    fn from(error: messaging::GuardError) -> Self {
        Self::bad("agent_url_refused", error.to_string()).with(
            "hint",
            "register an address that the platform can reach, or none with delivery_mode \"poll\"",
        )
    }
}

impl From<platform::AddressError> for ApiError {
    fn from(error: platform::AddressError) -> Self {
        match error {
            platform::AddressError::Store(error) => error.into(),
            platform::AddressError::Request(error) => error.into(),
            platform::AddressError::Refused(error) => error.into(),
        }
    }
}

impl From<platform::InboundSecretError> for ApiError {
    fn from(error: platform::InboundSecretError) -> Self {
        match error {
            platform::InboundSecretError::Store(error) => error.into(),
            platform::InboundSecretError::Vault(error) => error.into(),
        }
    }
}

impl From<platform::StartError> for ApiError {
    fn from(error: platform::StartError) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            error.to_string(),
        )
    }
}

impl From<plugins::PluginError> for ApiError {
    fn from(error: plugins::PluginError) -> Self {
        use plugins::PluginError;
        let (code, text) = (error.code(), error.to_string());
        let source = error.source_raw().map(str::to_owned);
        let status = match &error {
            PluginError::Store(_) => None,
            PluginError::InvalidSource
            | PluginError::UnknownScheme
            | PluginError::InvalidName
            | PluginError::InvalidTrack
            | PluginError::FetchedName
            | PluginError::OtherName { .. } => Some(StatusCode::BAD_REQUEST),
            PluginError::Unpinned { .. }
            | PluginError::Integrity
            | PluginError::NoManifest
            | PluginError::Mismatch { .. } => Some(StatusCode::UNPROCESSABLE_ENTITY),
            PluginError::NotAllowedHost { .. }
            | PluginError::NotAllowed { .. }
            | PluginError::NotShown { .. } => Some(StatusCode::FORBIDDEN),
            PluginError::NotFound { .. }
            | PluginError::NoWorkspace
            | PluginError::NoOrg
            | PluginError::NotInstalled { .. }
            | PluginError::NoUpdate => Some(StatusCode::NOT_FOUND),
            PluginError::Deadline { .. } => Some(StatusCode::GATEWAY_TIMEOUT),
            PluginError::Fetch { .. } => Some(StatusCode::BAD_GATEWAY),
            PluginError::TooLarge => Some(StatusCode::PAYLOAD_TOO_LARGE),
            PluginError::Changed { .. }
            | PluginError::NotPending { .. }
            | PluginError::CanaryFirst { .. } => Some(StatusCode::CONFLICT),
            PluginError::AllowlistUnknown | PluginError::Stopping => {
                Some(StatusCode::SERVICE_UNAVAILABLE)
            }
            PluginError::Staging(_)
            | PluginError::Damaged(_)
            | PluginError::Unreadable { .. }
            | PluginError::Deliver(_)
            | PluginError::Remove(_) => Some(StatusCode::INTERNAL_SERVER_ERROR),
        };
        let Some(status) = status else {
            return match error {
                PluginError::Store(error) => error.into(),
                _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, text),
            };
        };
        let mut answer = Self::new(status, code, text);
        if let Some(source) = source {
            answer = answer.with("source", source);
        }
        let answer = match error.detail() {
            Some(detail) => answer.with("detail", detail),
            None => answer,
        };
        match error {
            PluginError::UnknownScheme => answer.with("available_schemes", plugins::SCHEMES).with(
                "detail",
                "write NAME, local://NAME, github://OWNER/REPO#REF or gitea://HOST/OWNER/REPO#REF",
            ),
            PluginError::OtherName {
                resolved,
                requested,
            } => answer
                .with("resolved_name", resolved)
                .with("requested_name", requested),
            PluginError::CanaryFirst { waiting } => answer.with("canary", waiting),
            PluginError::Deliver(cause) | PluginError::Remove(cause) => {
                answer.with("detail", cause.to_string())
            }
            _ => answer,
        }
    }
}

/// What is not there, and where it was looked for.
impl From<orgs::OrgsError> for ApiError {
    fn from(error: orgs::OrgsError) -> Self {
        use orgs::OrgsError;
        let (code, text) = (error.code(), error.to_string());
        let place = error
            .problems()
            .first()
            .map(|first| (first.file.clone(), first.line, first.column));
        let problems = error.problems_shown();
        let detail = error.detail();
        let mut answer = match error {
            OrgsError::Store(error) => return error.into(),
            OrgsError::Workspace(error) => return error.into(),
            OrgsError::Vault(error) => return error.into(),
            OrgsError::NotFound { .. }
            | OrgsError::NoSuchFolder { .. }
            | OrgsError::UnknownOrg { .. }
            | OrgsError::NoSchedule
            | OrgsError::NoWorkspace => Self::new(StatusCode::NOT_FOUND, code, text),
            OrgsError::CouldNotVerify | OrgsError::Internal | OrgsError::Sample { .. } => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, text)
            }
            OrgsError::MissingEnv(missing) => {
                let mut answer = Self::new(StatusCode::PRECONDITION_FAILED, code, text);
                if let Value::Object(body) = json!(*missing) {
                    answer.body.extra.extend(body);
                }
                answer
            }
            OrgsError::Conflicts(plan) => {
                Self::new(StatusCode::CONFLICT, "plan_conflicts", text).with("plan", *plan)
            }
            OrgsError::FilesChanged { files, plan } => {
                let answer = Self::new(StatusCode::CONFLICT, code, text).with("files", files);
                match plan {
                    Some(plan) => answer.with("plan", *plan),
                    None => answer,
                }
            }
            OrgsError::SaveQuestions(save) | OrgsError::SaveRefused(save) => {
                Self::new(StatusCode::CONFLICT, code, text).with("save", *save)
            }
            OrgsError::SaveFailed { .. } => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, text)
            }
            OrgsError::FoldersNotAllowed { folders, roles } => {
                Self::new(StatusCode::CONFLICT, code, text)
                    .with("folders", folders)
                    .with("roles", roles)
            }
            OrgsError::ScheduleNotTicked => Self::new(StatusCode::FORBIDDEN, code, text),
            OrgsError::AlreadyRunning | OrgsError::VaultClosed | OrgsError::ScheduleName => {
                Self::new(StatusCode::CONFLICT, code, text)
            }
            _ => Self::bad(code, text),
        };
        if let Some(detail) = detail {
            answer = answer.with("detail", detail);
        }
        if !problems.is_empty() {
            answer = answer.with("errors", problems);
        }
        match place {
            Some((file, line, column)) => answer.at(
                Some(file),
                Some(line).filter(|line| *line > 0),
                Some(column).filter(|column| *column > 0),
            ),
            None => answer,
        }
    }
}
