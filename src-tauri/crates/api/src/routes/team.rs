//! Expand, collapse, and the word that an agent did not come up (contract 01 sections 3.9 and 3.10).

use crate::{
    app::App,
    auth::{Admin, OfWorkspace, workspace_id},
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
};
use orgs::{TemplateProblem, WorkspaceTemplate};
use serde::Deserialize;
use serde_json::{Value, json};
use store::rows;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use workspaces::NewChild;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(expand))
        .routes(routes!(collapse))
        .routes(routes!(bootstrap_failed))
}

/// Makes the roles that the workspace's template names below it; those that are there stay.
#[utoipa::path(
    post, path = "/workspaces/{id}/expand", tag = "workspaces", operation_id = "expand_workspace",
    params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 410, body = wire::ErrorBody), (status = 500, body = wire::ErrorBody))
)]
async fn expand(State(app): State<App>, own: OfWorkspace) -> Result<Json<Value>, ApiError> {
    let row = rows::workspaces::get(app.platform.store().read(), &own.id)
        .await?
        .ok_or_else(|| ApiError::missing("workspace not found"))?;
    let orgs = app.platform.orgs();
    let template = match orgs.template_of(&row.name).await {
        Ok(Some(template)) => template,
        Ok(None) | Err(TemplateProblem::Name | TemplateProblem::Unreadable) => {
            return Err(ApiError::bad("no_config", "no config found for workspace"));
        }
        Err(TemplateProblem::Broken(detail)) => {
            return Err(ApiError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "invalid_config",
                "failed to parse config",
            )
            .with("detail", detail));
        }
    };
    if template.sub_workspaces.is_empty() {
        return Err(ApiError::bad(
            "no_sub_workspaces",
            "workspace has no sub_workspaces defined in config",
        ));
    }
    let mut children = Vec::new();
    for entry in &template.sub_workspaces {
        let own: Option<WorkspaceTemplate> = orgs.workspace_template(&entry.config).await.ok();
        let name = [&entry.name, &entry.config]
            .into_iter()
            .find(|text| !text.trim().is_empty())
            .cloned()
            .unwrap_or_default();
        children.push(NewChild {
            name,
            role: Some(entry.role.clone()).filter(|role| !role.is_empty()),
            runtime: own.as_ref().and_then(|own| own.runtime.clone()),
            model: own.as_ref().and_then(|own| own.model.clone()),
            template_dir: own.map(|own| own.dir.to_string_lossy().into_owned()),
        });
    }
    let made = workspaces::expand(app.platform.store(), &own.id, children).await?;
    let shown: Vec<Value> = made
        .iter()
        .map(|child| json!({"id": child.id, "name": child.name, "role": child.role}))
        .collect();
    Ok(Json(json!({"children": shown, "status": "expanded"})))
}

#[derive(Debug, Deserialize)]
struct CollapseQuery {
    #[serde(default)]
    confirm: String,
}

/// Removes everything below the workspace. A child with children of its own needs `confirm=true`.
#[utoipa::path(
    post, path = "/workspaces/{id}/collapse", tag = "workspaces", operation_id = "collapse_workspace",
    params(("id" = String, Path), ("confirm" = Option<bool>, Query)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody), (status = 410, body = wire::ErrorBody))
)]
async fn collapse(
    State(app): State<App>,
    own: OfWorkspace,
    Query(query): Query<CollapseQuery>,
) -> Result<Json<Value>, ApiError> {
    let names =
        workspaces::collapse(app.platform.store(), &own.id, query.confirm == "true").await?;
    Ok(Json(json!({"removed": names, "status": "collapsed"})))
}

/// Why an agent did not come up.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct BootstrapFailed {
    error: String,
    log_tail: String,
}

/// Marks a workspace that is coming up as failed; any other stays as it is.
#[utoipa::path(
    post, path = "/admin/workspaces/{id}/bootstrap-failed", tag = "workspaces", operation_id = "bootstrap_failed",
    params(("id" = String, Path)), request_body = BootstrapFailed,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 401, body = wire::ErrorBody))
)]
async fn bootstrap_failed(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let id = workspace_id(&id)?;
    let told: BootstrapFailed = if body.is_empty() {
        BootstrapFailed::default()
    } else {
        parse(&body, "invalid request body")?
    };
    let did = workspaces::bootstrap_failed(app.platform.store(), &id, &told.error, &told.log_tail)
        .await?;
    Ok(Json(if did {
        json!({"ok": true})
    } else {
        json!({"no_change": true, "ok": true})
    }))
}
