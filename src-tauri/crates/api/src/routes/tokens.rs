//! Workspace and org tokens (contract 01 sections 2.8, 2.9 and 2.10).

use crate::{
    app::App,
    auth::{Admin, OfWorkspace, Who, forbidden, workspace_id},
    decode,
    error::ApiError,
    json::Json,
};
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{StoreError, rows};
use utoipa_axum::{router::OpenApiRouter, routes};
use vault::tokens::mint;
use wire::{StatusBody, Timestamp, TokenKind, TokenList, TokenMinted, TokenView};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
        .routes(routes!(list_org, create_org))
        .routes(routes!(revoke_org))
        .routes(routes!(test_token))
}

#[derive(Debug, Deserialize)]
struct Page {
    limit: Option<String>,
    offset: Option<String>,
}

/// Live tokens of a workspace, newest first.
#[utoipa::path(
    get, path = "/workspaces/{id}/tokens", tag = "tokens",
    params(("id" = String, Path), ("limit" = Option<i64>, Query), ("offset" = Option<i64>, Query)),
    responses((status = 200, body = TokenList))
)]
async fn list(
    State(app): State<App>,
    own: OfWorkspace,
    Query(page): Query<Page>,
) -> Result<Json<TokenList>, ApiError> {
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<i64>().ok());
    let limit = number(&page.limit)
        .filter(|limit| (1..=200).contains(limit))
        .unwrap_or(50);
    let offset = number(&page.offset)
        .filter(|offset| *offset >= 0)
        .unwrap_or(0);
    let rows = rows::tokens::list(
        app.platform.store().read(),
        &own.id,
        &app.platform.stamp(),
        limit,
        offset,
    )
    .await?;
    let time =
        |text: &str| Timestamp::parse(text).map_err(|error| StoreError::Corrupt(error.to_string()));
    let mut tokens = Vec::new();
    for row in rows {
        tokens.push(TokenView {
            created_at: time(&row.created_at)?,
            last_used_at: row.last_used_at.as_deref().map(time).transpose()?,
            expires_at: row.expires_at.as_deref().map(time).transpose()?,
            id: row.id,
            prefix: row.prefix,
            kind: if row.kind == "runtime" {
                TokenKind::Runtime
            } else {
                TokenKind::User
            },
            name: row.name,
        });
    }
    Ok(Json(TokenList {
        count: tokens.len(),
        tokens,
    }))
}

/// What a new token is called and when it ends. Clients of the contract send nothing, or anything: what cannot be read
/// counts as left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewToken {
    name: String,
    expires_in_days: Option<i64>,
    org_id: Option<String>,
}

/// Longest life that may be asked for.
const MOST_DAYS: i64 = 3650;

impl NewToken {
    fn read(body: &[u8]) -> Result<Self, ApiError> {
        let token: Self = decode::from_slice(body).unwrap_or_default();
        if token.name.len() > 100 {
            return Err(ApiError::bad(
                "name_too_long",
                "name too long (max 100 chars)",
            ));
        }
        let days = token.expires_in_days;
        if days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
            return Err(ApiError::bad(
                "invalid_expiry",
                "expires_in_days must be between 1 and 3650",
            ));
        }
        Ok(token)
    }

    fn name(&self) -> Option<&str> {
        Some(self.name.as_str()).filter(|name| !name.is_empty())
    }

    fn expires_at(&self, now: DateTime<Utc>) -> Option<String> {
        self.expires_in_days
            .map(|days| Timestamp(now + TimeDelta::days(days)).to_storage())
    }
}

/// Mints a token for a person's own client; shown once.
#[utoipa::path(
    post, path = "/workspaces/{id}/tokens", tag = "tokens", params(("id" = String, Path)), request_body = Option<Object>,
    responses((status = 201, body = TokenMinted), (status = 403, body = wire::ErrorBody), (status = 429, body = wire::ErrorBody))
)]
async fn create(
    State(app): State<App>,
    own: OfWorkspace,
    body: Bytes,
) -> Result<Response, ApiError> {
    refuse_runtime(&app, &own.who)?;
    let minted = mint_for(&app, &own.id, NewToken::read(&body)?).await?;
    Ok((StatusCode::CREATED, Json(minted)).into_response())
}

async fn mint_for(app: &App, id: &str, token: NewToken) -> Result<TokenMinted, ApiError> {
    let minted = mint()?;
    let plain = minted.token.expose_str().unwrap_or_default().to_owned();
    let owner = id.to_owned();
    let stored = app
        .platform
        .store()
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                let row = rows::workspaces::get(write.conn(), &owner).await?;
                if row.is_none_or(|row| row.status == wire::Status::Removed) {
                    return Ok(Err(ApiError::missing("workspace not found")));
                }
                if rows::tokens::count_valid(write.conn(), &owner, &now).await?
                    >= rows::tokens::MOST_TOKENS
                {
                    return Ok(Err(ApiError::new(
                        StatusCode::TOO_MANY_REQUESTS,
                        "too_many_tokens",
                        "maximum 50 active tokens per workspace",
                    )));
                }
                let (hash, prefix) = (minted.hash.as_bytes(), minted.prefix.as_str());
                let row = rows::tokens::add(write.conn(), &owner, hash, prefix, "user", &now, &now)
                    .await?;
                let expires = token.expires_at(write.now());
                rows::tokens::describe(write.conn(), &row, token.name(), expires.as_deref())
                    .await?;
                Ok::<_, StoreError>(Ok(()))
            })
        })
        .await?;
    stored?;
    Ok(TokenMinted {
        auth_token: plain,
        message: "Save this token now — it cannot be retrieved again.".into(),
        workspace_id: id.to_owned(),
    })
}

/// The token an agent runs with may not make or end tokens (section 2.13).
fn refuse_runtime(app: &App, who: &Who) -> Result<(), ApiError> {
    match who {
        // Open mode has no narrower rules than its classes.
        Who::Workspace { runtime: true, .. } if !app.gate.is_open() => Err(forbidden()),
        _ => Ok(()),
    }
}

/// Revokes one token.
#[utoipa::path(
    delete, path = "/workspaces/{id}/tokens/{token_id}", tag = "tokens",
    params(("id" = String, Path), ("token_id" = String, Path)),
    responses((status = 200, body = StatusBody), (status = 404, body = wire::ErrorBody))
)]
async fn revoke(
    State(app): State<App>,
    own: OfWorkspace,
    Path(path): Path<(String, String)>,
) -> Result<Json<StatusBody>, ApiError> {
    let token = path.1;
    refuse_runtime(&app, &own.who)?;
    let done = app
        .platform
        .store()
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::tokens::revoke(write.conn(), &own.id, &token, &now).await
            })
        })
        .await?;
    if done {
        Ok(Json(StatusBody::new("revoked")))
    } else {
        Err(ApiError::missing("token not found or already revoked"))
    }
}

/// Org tokens, newest first.
#[utoipa::path(get, path = "/org/tokens", tag = "tokens", responses((status = 200, body = Object)))]
async fn list_org(State(app): State<App>, _: Admin) -> Result<Json<Value>, ApiError> {
    let now = app.platform.stamp();
    let rows = rows::tokens::list_org(app.platform.store().read(), &now).await?;
    let tokens: Vec<Value> = rows
        .into_iter()
        .map(|row| {
            let mut item = json!({"id": row.id, "prefix": row.prefix});
            for (key, value) in [
                ("name", row.name),
                ("org_id", row.org_id),
                ("created_by", row.created_by),
                (
                    "created_at",
                    Timestamp::parse(&row.created_at)
                        .ok()
                        .map(|time| time.to_string()),
                ),
                (
                    "last_used_at",
                    row.last_used_at
                        .and_then(|text| Timestamp::parse(&text).ok())
                        .map(|time| time.to_string()),
                ),
                (
                    "expires_at",
                    row.expires_at
                        .and_then(|text| Timestamp::parse(&text).ok())
                        .map(|time| time.to_string()),
                ),
            ] {
                if let Some(value) = value {
                    item[key] = json!(value);
                }
            }
            item
        })
        .collect();
    Ok(Json(json!({"count": tokens.len(), "tokens": tokens})))
}

/// Mints an org token: admin-class, for clients of the person.
#[utoipa::path(
    post, path = "/org/tokens", tag = "tokens", request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody))
)]
async fn create_org(
    State(app): State<App>,
    Admin(who): Admin,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let request = NewToken::read(&body)?;
    let (created_by, own_org) = match who {
        Who::Org { prefix, org_id } => (format!("org-token:{prefix}"), org_id),
        Who::App => ("app".to_owned(), None),
        _ => ("admin-token".to_owned(), None),
    };
    // A bound token binds its offspring; an unbound caller may bind what it makes.
    let org_id = match (own_org, request.org_id.clone().filter(|id| !id.is_empty())) {
        (Some(own), Some(asked)) if own != asked => return Err(forbidden()),
        (Some(own), _) => Some(own),
        (None, Some(asked)) => Some(workspace_id(&asked)?),
        (None, None) => None,
    };
    let minted = mint()?;
    let plain = minted.token.expose_str().unwrap_or_default().to_owned();
    let (prefix, name) = (minted.prefix.clone(), request.name.clone());
    let id: Result<String, ApiError> = app
        .platform
        .store()
        .write(move |write| {
            Box::pin(async move {
                if let Some(id) = &org_id {
                    let row = rows::workspaces::get(write.conn(), id).await?;
                    if row.is_none_or(|row| row.parent_id.is_some()) {
                        return Ok(Err(ApiError::missing("org not found")));
                    }
                }
                let now = write.stamp();
                let expires_at = request.expires_at(write.now());
                let token = rows::tokens::NewOrgToken {
                    hash: minted.hash.as_bytes(),
                    prefix: minted.prefix.as_str(),
                    name: request.name(),
                    created_by: &created_by,
                    org_id: org_id.as_deref(),
                    expires_at: expires_at.as_deref(),
                };
                Ok::<_, StoreError>(Ok(rows::tokens::add_org(write.conn(), token, &now).await?))
            })
        })
        .await?;
    let mut body = json!({"id": id?, "prefix": prefix});
    if !name.is_empty() {
        body["name"] = json!(name);
    }
    body["auth_token"] = json!(plain);
    body["warning"] = json!("copy this token now; it will not be shown again");
    Ok(Json(body))
}

/// Revokes an org token.
#[utoipa::path(
    delete, path = "/org/tokens/{token_id}", tag = "tokens", params(("token_id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn revoke_org(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let token = id.clone();
    let done = app
        .platform
        .store()
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::tokens::revoke_org(write.conn(), &token, &now).await
            })
        })
        .await?;
    if done {
        Ok(Json(json!({"revoked": id})))
    } else {
        Err(ApiError::missing("token not found or already revoked"))
    }
}

/// Mints a token for end-to-end scripts; there is no such route unless the person enabled it (class T). Such scripts
/// never clean up, so the token ends by itself after a day.
#[utoipa::path(
    get, path = "/admin/workspaces/{id}/test-token", tag = "tokens", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn test_token(
    State(app): State<App>,
    admin: Result<Admin, ApiError>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    if !app.platform.test_tokens() {
        return Err(ApiError::missing("not found"));
    }
    admin?;
    let token = NewToken {
        name: "test token".into(),
        expires_in_days: Some(1),
        org_id: None,
    };
    let minted = mint_for(&app, &workspace_id(&id)?, token).await?;
    Ok(Json(
        json!({"auth_token": minted.auth_token, "workspace_id": minted.workspace_id}),
    ))
}
