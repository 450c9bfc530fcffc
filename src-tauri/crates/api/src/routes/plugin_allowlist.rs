//! Which plugins an org allows (contract 03 section 2.13).

use crate::{
    app::App,
    auth::{Admin, Who, workspace_id},
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use plugins::PluginError;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{AllowedPluginView, PluginAllowlist, PluginAllowlistSet, SetPluginAllowlist, Timestamp};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(allowlist, set_allowlist))
}

/// An org token speaks for its own org only; one that is bound to none speaks for none here.
fn own_org(who: &Who, id: &str) -> Result<(), ApiError> {
    match who {
        Who::Org { org_id, .. } if org_id.as_deref() != Some(id) => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "org_access_denied",
            "org access denied",
        )),
        _ => Ok(()),
    }
}

fn internal(code: &str, text: &str) -> ApiError {
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, code, text)
}

/// The list of an org.
#[utoipa::path(
    get, path = "/orgs/{id}/plugins/allowlist", tag = "plugins", operation_id = "plugin_allowlist", params(("id" = String, Path)),
    responses((status = 200, body = PluginAllowlist), (status = 403, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn allowlist(
    State(app): State<App>,
    Admin(who): Admin,
    Path(id): Path<String>,
) -> Result<Json<PluginAllowlist>, ApiError> {
    let id = workspace_id(&id)?;
    let list = app.platform.plugins().allowlist(&id).await;
    let list = list.map_err(|error| match error {
        PluginError::Store(error) => {
            tracing::error!(%error, "a plugin allowlist cannot be read");
            internal("allowlist_unreadable", "failed to fetch allowlist")
        }
        error => error.into(),
    })?;
    own_org(&who, &id)?;
    let plugins = list
        .into_iter()
        .map(|one| {
            Ok(AllowedPluginView {
                plugin_name: one.plugin_name,
                enabled_by: one.enabled_by,
                enabled_at: Timestamp::parse(&one.enabled_at)
                    .map_err(|_| internal("allowlist_unreadable", "failed to read allowlist"))?,
            })
        })
        .collect::<Result<Vec<_>, ApiError>>()?;
    Ok(Json(PluginAllowlist {
        org_id: id,
        allow_all: plugins.is_empty(),
        plugins,
    }))
}

/// Replaces the list of an org.
#[utoipa::path(
    put, path = "/orgs/{id}/plugins/allowlist", tag = "plugins", operation_id = "set_plugin_allowlist",
    params(("id" = String, Path)), request_body = SetPluginAllowlist,
    responses((status = 200, body = PluginAllowlistSet), (status = 400, body = wire::ErrorBody), (status = 403, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn set_allowlist(
    State(app): State<App>,
    Admin(who): Admin,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<PluginAllowlistSet>, ApiError> {
    let id = workspace_id(&id)?;
    let body: SetPluginAllowlist = parse(&body, "invalid request body")?;
    if body.enabled_by.trim().is_empty() {
        return Err(ApiError::bad(
            "enabled_by_required",
            "enabled_by is required",
        ));
    }
    if let Some(name) = plugins::bad_name(&body.plugins) {
        return Err(ApiError::bad("invalid_name", "invalid plugin name")
            .with("plugin_name", name)
            .with(
                "detail",
                "a name has letters, digits, '.', '_' and '-', begins with a letter or digit, and holds no '..'",
            ));
    }
    let plugins = app.platform.plugins();
    // Whether the org is there comes before whose it is.
    plugins.allowlist(&id).await.map_err(|error| match error {
        PluginError::Store(error) => {
            tracing::error!(%error, "an org cannot be looked up");
            internal("org_unknown", "failed to verify org")
        }
        error => error.into(),
    })?;
    own_org(&who, &id)?;
    plugins
        .set_allowlist(&id, &body.plugins, body.enabled_by.trim())
        .await
        .map_err(|error| match error {
            PluginError::Store(error) => {
                tracing::error!(%error, "a plugin allowlist cannot be written");
                internal("allowlist_unwritable", "failed to update allowlist")
            }
            error => error.into(),
        })?;
    Ok(Json(PluginAllowlistSet {
        org_id: id,
        allow_all: body.plugins.is_empty(),
        plugins: body.plugins,
    }))
}
