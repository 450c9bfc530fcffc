//! Agent records (contract 01 section 3.11) and the reads some clients expect (section 7).

use crate::{
    app::App,
    auth::{Admin, OfWorkspace, workspace_id},
    error::ApiError,
    json::Json,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::rows::agents::{self, AgentRow};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use workspaces::agents as commands;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(assign, replace, retire))
        .routes(routes!(give))
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(of_workspace))
}

/// The model to assign.
#[derive(Debug, Deserialize, ToSchema)]
struct AgentBody {
    model: String,
}

impl AgentBody {
    fn model(self) -> Result<String, ApiError> {
        if self.model.is_empty() {
            return Err(ApiError::bad("invalid_body", "invalid request body")
                .with("detail", "model must not be empty"));
        }
        Ok(self.model)
    }
}

/// One agent record.
#[derive(Debug, Serialize, ToSchema)]
struct AgentView {
    id: String,
    name: String,
    workspace_id: String,
    status: String,
    model: String,
    runtime: String,
    created_at: String,
}

impl From<AgentRow> for AgentView {
    fn from(row: AgentRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            workspace_id: row.workspace_id,
            status: row.status,
            model: row.model,
            runtime: row.runtime,
            created_at: row.created_at,
        }
    }
}

/// Assigns a model to a workspace that has none.
#[utoipa::path(
    post, path = "/workspaces/{id}/agent", tag = "agents", operation_id = "assign_agent",
    params(("id" = String, Path)), request_body = AgentBody,
    responses((status = 201, body = Object), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn assign(
    State(app): State<App>,
    own: OfWorkspace,
    Json(body): Json<AgentBody>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let done = commands::assign(app.platform.store(), &own.id, body.model()?).await?;
    let shown = json!({"agent_id": done.agent_id, "model": done.model});
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Puts another model in the place of the assigned one.
#[utoipa::path(
    patch, path = "/workspaces/{id}/agent", tag = "agents", operation_id = "replace_agent",
    params(("id" = String, Path)), request_body = AgentBody,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn replace(
    State(app): State<App>,
    own: OfWorkspace,
    Json(body): Json<AgentBody>,
) -> Result<Json<Value>, ApiError> {
    let done = commands::replace(app.platform.store(), &own.id, body.model()?).await?;
    Ok(Json(
        json!({"agent_id": done.agent_id, "model": done.model, "old_model": done.old_model}),
    ))
}

/// Takes the assigned model away.
#[utoipa::path(
    delete, path = "/workspaces/{id}/agent", tag = "agents", operation_id = "remove_agent",
    params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn retire(State(app): State<App>, own: OfWorkspace) -> Result<Json<Value>, ApiError> {
    let id = commands::retire(app.platform.store(), &own.id).await?;
    Ok(Json(json!({"agent_id": id, "status": "removed"})))
}

/// Where an agent record goes.
#[derive(Debug, Deserialize, ToSchema)]
struct MoveBody {
    target_workspace_id: String,
}

/// Moves the agent record to another workspace.
#[utoipa::path(
    post, path = "/workspaces/{id}/agent/move", tag = "agents", operation_id = "move_agent",
    params(("id" = String, Path)), request_body = MoveBody,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn give(
    State(app): State<App>,
    own: OfWorkspace,
    Json(body): Json<MoveBody>,
) -> Result<Json<Value>, ApiError> {
    if body.target_workspace_id.is_empty() {
        return Err(ApiError::bad("invalid_body", "invalid request body")
            .with("detail", "target_workspace_id must not be empty"));
    }
    let target = workspace_id(&body.target_workspace_id)?;
    let done = commands::give(app.platform.store(), &own.id, &target).await?;
    Ok(Json(json!({
        "agent_id": done.agent_id, "from_workspace": own.id, "model": done.model, "to_workspace": target,
    })))
}

/// Every active agent record.
#[utoipa::path(
    get, path = "/agents", tag = "agents", operation_id = "list_agents",
    responses((status = 200, body = Vec<AgentView>), (status = 401, body = wire::ErrorBody))
)]
async fn list(State(app): State<App>, _: Admin) -> Result<Json<Vec<AgentView>>, ApiError> {
    let rows = agents::list(app.platform.store().read(), None).await?;
    Ok(Json(rows.into_iter().map(AgentView::from).collect()))
}

/// One agent record, ended ones included.
#[utoipa::path(
    get, path = "/agents/{id}", tag = "agents", operation_id = "read_agent", params(("id" = String, Path)),
    responses((status = 200, body = AgentView), (status = 401, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn read(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<AgentView>, ApiError> {
    let row = agents::get(app.platform.store().read(), &id)
        .await?
        .ok_or_else(|| ApiError::missing("agent not found"))?;
    Ok(Json(row.into()))
}

/// The active agent record of one workspace, in a list.
#[utoipa::path(
    get, path = "/workspaces/{id}/agents", tag = "agents", operation_id = "list_workspace_agents",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<AgentView>), (status = 401, body = wire::ErrorBody))
)]
async fn of_workspace(
    State(app): State<App>,
    own: OfWorkspace,
) -> Result<Json<Vec<AgentView>>, ApiError> {
    let rows = agents::list(app.platform.store().read(), Some(&own.id)).await?;
    Ok(Json(rows.into_iter().map(AgentView::from).collect()))
}
