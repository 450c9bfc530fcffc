//! Schedules and channels of a workspace, as lists (contract 02 sections 10.1 and 11.3). An org's import makes them.

use crate::{app::App, auth::OfWorkspace, error::ApiError, json::Json};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{ChannelView, ScheduleView};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(schedules))
        .routes(routes!(channels))
}

/// Schedules of a workspace, oldest first.
#[utoipa::path(
    get, path = "/workspaces/{id}/schedules", tag = "workspaces", operation_id = "list_schedules",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<ScheduleView>), (status = 401, body = wire::ErrorBody))
)]
async fn schedules(
    State(app): State<App>,
    own: OfWorkspace,
) -> Result<Json<Vec<ScheduleView>>, ApiError> {
    Ok(Json(app.platform.orgs().schedules(&own.id).await?))
}

/// Channels of a workspace, oldest first; secret settings are masked.
#[utoipa::path(
    get, path = "/workspaces/{id}/channels", tag = "workspaces", operation_id = "list_channels",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<ChannelView>), (status = 401, body = wire::ErrorBody))
)]
async fn channels(
    State(app): State<App>,
    own: OfWorkspace,
) -> Result<Json<Vec<ChannelView>>, ApiError> {
    Ok(Json(app.platform.orgs().channels(&own.id).await?))
}
