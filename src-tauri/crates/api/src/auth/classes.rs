//! The classes of routes as extractors: a handler that takes one is only reached by those it admits.

use super::{Identity, Who};
use crate::{app::App, error::ApiError};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, StatusCode, request::Parts},
};
use store::rows::tokens;

/// Class A (and M, V, T): admin-class only. In open mode a bearer is not even looked at.
pub(crate) struct Admin(pub Who);

/// Class O and F2: any valid credential.
pub(crate) struct AnyCredential(pub Who);

/// Class W: admin-class, or a live token of the workspace in the path.
pub(crate) struct OfWorkspace {
    /// Id in the path, checked to be a UUID.
    pub id: String,
    /// Who.
    pub who: Who,
}

/// Class W with one more: a live token of a direct child of the workspace in the path (shared context).
pub(crate) struct OfWorkspaceOrChild {
    /// Id in the path, checked to be a UUID.
    pub id: String,
}

/// Class R: a live token of the workspace the body names; register and update-card also take admin-class. The handler
/// knows the body, so it asks [`AgentOf::require`].
pub(crate) struct AgentOf(Identity);

/// Class X: who sends.
pub(crate) struct Caller {
    /// Whose credential.
    pub who: Who,
    /// The workspace it speaks for; `None` is the person.
    pub workspace: Option<String>,
}

/// Only the workspace's own token (secrets in clear).
pub(crate) struct OwnToken {
    /// Id in the path.
    pub id: String,
}

fn identity(parts: &Parts) -> Identity {
    parts
        .extensions
        .get::<Identity>()
        .cloned()
        .unwrap_or(Identity::None)
}

fn unauthorized(code: &str, text: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, code, text)
}

/// 403 for a valid credential that is not enough (section 2.13).
pub(crate) fn forbidden() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "auth_forbidden",
        "not allowed with this credential",
    )
}

pub(crate) fn admin_refusal(identity: &Identity) -> ApiError {
    match identity {
        Identity::Unknown => ApiError::unavailable(),
        Identity::None => unauthorized("auth_required", "admin auth required"),
        _ => unauthorized("auth_invalid", "invalid admin auth token"),
    }
}

fn workspace_refusal(identity: &Identity) -> ApiError {
    match identity {
        Identity::Unknown => ApiError::unavailable(),
        Identity::None => unauthorized("auth_required", "missing workspace auth token"),
        _ => unauthorized("auth_invalid", "invalid workspace auth token"),
    }
}

fn caller_refusal(identity: &Identity) -> ApiError {
    match identity {
        Identity::Unknown => ApiError::unavailable(),
        Identity::None => unauthorized("auth_required", "missing caller auth token"),
        _ => unauthorized("auth_invalid", "invalid caller auth token"),
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match identity(parts) {
            Identity::Valid(who) if who.is_admin() => Ok(Self(who)),
            _ if app.gate.is_open() => Ok(Self(Who::Anybody)),
            other => Err(admin_refusal(&other)),
        }
    }
}

impl FromRequestParts<App> for AnyCredential {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match identity(parts) {
            Identity::Valid(who) => Ok(Self(who)),
            _ if app.gate.is_open() => Ok(Self(Who::Anybody)),
            other => Err(workspace_refusal(&other)),
        }
    }
}

impl FromRequestParts<App> for OfWorkspace {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let id = path_id(parts, app).await?;
        let who = match identity(parts) {
            Identity::Valid(Who::Workspace { id: own, .. }) if !own.eq_ignore_ascii_case(&id) => {
                return Err(unauthorized("auth_invalid", "invalid workspace auth token"));
            }
            Identity::Valid(who) => who,
            Identity::None if app.gate.is_open() => Who::Anybody,
            other => return Err(workspace_refusal(&other)),
        };
        Ok(Self {
            id: workspace_id(&id)?,
            who,
        })
    }
}

impl FromRequestParts<App> for OfWorkspaceOrChild {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Identity::Valid(Who::Workspace { id: child, .. }) = identity(parts) {
            let id = workspace_id(&path_id(parts, app).await?)?;
            let row = store::rows::workspaces::get(app.platform.store().read(), &child).await?;
            if row.is_some_and(|row| row.parent_id.as_deref() == Some(id.as_str())) {
                return Ok(Self { id });
            }
        }
        let own = OfWorkspace::from_request_parts(parts, app).await?;
        Ok(Self { id: own.id })
    }
}

impl FromRequestParts<App> for OwnToken {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let id = workspace_id(&path_id(parts, app).await?)?;
        match identity(parts) {
            Identity::Valid(Who::Workspace { id: own, .. }) if own == id => Ok(Self { id }),
            Identity::None if app.gate.is_open() && !asked_for(app, &id).await? => Ok(Self { id }),
            other => Err(workspace_refusal(&other)),
        }
    }
}

impl FromRequestParts<App> for AgentOf {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        Ok(Self(identity(parts)))
    }
}

/// Whom class R let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admitted {
    /// The workspace's own token.
    Own,
    /// An admin-class credential.
    Admin,
    /// Nobody in particular: open mode, and no token of the workspace was presented yet.
    Anybody,
}

impl AgentOf {
    /// Admits the workspace's own token, admin-class where `admin` says so, and in open mode anybody until a token of
    /// the workspace was presented.
    pub(crate) async fn require(
        &self,
        app: &App,
        id: &str,
        admin: bool,
    ) -> Result<Admitted, ApiError> {
        match &self.0 {
            Identity::Valid(Who::Workspace { id: own, .. }) if own == id => Ok(Admitted::Own),
            Identity::Valid(who) if who.is_admin() && admin => Ok(Admitted::Admin),
            Identity::None
                if app.gate.is_open()
                    && !asked_for(app, id).await? =>
            {
                Ok(Admitted::Anybody)
            }
            Identity::Unknown => Err(ApiError::unavailable()),
            // Whoever may know of every workspace is told that there is none, also where only its own token counts.
            Identity::Valid(who)
                if who.is_admin()
                    && store::rows::workspaces::get(app.platform.store().read(), id)
                        .await?
                        .is_none() =>
            {
                Err(ApiError::missing("workspace not found"))
            }
            other => Err(workspace_refusal(other).with(
                "hint",
                format!("send \"Authorization: Bearer <token>\" with the token of workspace {id}; POST /workspaces/{id}/tokens makes one"),
            )),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let claimed = claimed(&parts.headers)?;
        match identity(parts) {
            Identity::Valid(Who::Workspace { id, runtime }) => {
                if claimed.as_ref().is_some_and(|claimed| *claimed != id) {
                    return Err(forbidden());
                }
                Ok(Self {
                    workspace: Some(id.clone()),
                    who: Who::Workspace { id, runtime },
                })
            }
            Identity::Valid(who) => {
                if let Some(id) = &claimed {
                    tracing::info!(caller = %id, "an admin-class credential speaks for a workspace");
                }
                Ok(Self {
                    who,
                    workspace: claimed,
                })
            }
            Identity::None if app.gate.is_open() => {
                let target = path_id(parts, app).await?;
                if let Some(id) = claimed.as_ref().filter(|id| **id != target)
                    && asked_for(app, id).await?
                {
                    return Err(caller_refusal(&Identity::None));
                }
                Ok(Self {
                    who: Who::Anybody,
                    workspace: claimed,
                })
            }
            other => Err(caller_refusal(&other)),
        }
    }
}

/// Whether open mode asks for a token of this workspace.
pub(crate) async fn asked_for(app: &App, id: &str) -> Result<bool, ApiError> {
    let (store, now) = (app.platform.store(), app.platform.stamp());
    Ok(tokens::is_asked_for(store.read(), id, &now).await?)
}

/// The caller of discover and peers (class D): `id` must be the caller's own, or the credential admin-class.
pub(crate) fn discovery_caller(parts: &AgentOf, app: &App, id: &str) -> Result<(), ApiError> {
    match &parts.0 {
        Identity::Valid(Who::Workspace { id: own, .. }) if own == id => Ok(()),
        Identity::Valid(who) if who.is_admin() => Ok(()),
        _ if app.gate.is_open() => Ok(()),
        other => Err(workspace_refusal(other)),
    }
}

/// The workspace a request says it comes from; names of the platform's own callers are refused.
fn claimed(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let mut found: Option<String> = None;
    for name in ["x-workspace-id", "x-source-workspace-id"] {
        let Some(value) = headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .filter(|value| !value.is_empty())
        else {
            continue;
        };
        if ["webhook:", "system:", "test:", "channel:"]
            .iter()
            .any(|prefix| value.starts_with(prefix))
        {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "invalid_caller",
                "invalid caller ID",
            ));
        }
        // An id is the same in either case; what is none stays as it came and belongs to nobody.
        let named = workspace_id(value).unwrap_or_else(|_| value.to_owned());
        if found.as_ref().is_some_and(|first| *first != named) {
            return Err(forbidden());
        }
        found = Some(named);
    }
    Ok(found)
}

async fn path_id(parts: &mut Parts, app: &App) -> Result<String, ApiError> {
    let params = RawPathParams::from_request_parts(parts, app)
        .await
        .map_err(|_| ApiError::bad("invalid_id", "invalid workspace ID"))?;
    let id = params
        .iter()
        .find(|(name, _)| *name == "id")
        .map(|(_, value)| value.to_owned());
    id.ok_or_else(|| unauthorized("auth_required", "missing workspace ID"))
}

/// One 400 for every malformed id (section 7).
pub(crate) fn workspace_id(text: &str) -> Result<String, ApiError> {
    Ok(workspaces::check_id(text)?)
}
