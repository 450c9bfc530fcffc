//! Schedules and channels of a workspace (contract 02 sections 10.1 and 11.3). An org's import makes them; schedules can
//! be made and changed here too, and what was changed goes into the org's files with a save.

use crate::{
    app::App,
    auth::{OfWorkspace, Who},
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use orgs::{NewSchedule, ScheduleChange};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    ChannelView, CreateSchedule, PatchSchedule, ScheduleChanged, ScheduleCreated, ScheduleView,
};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(schedules, add))
        .routes(routes!(change, remove))
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

/// Makes a schedule. One that an agent makes for itself is no part of its org.
#[utoipa::path(
    post, path = "/workspaces/{id}/schedules", tag = "workspaces", operation_id = "add_schedule",
    params(("id" = String, Path)), request_body = CreateSchedule,
    responses((status = 201, body = ScheduleCreated), (status = 400, body = wire::ErrorBody), (status = 401, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn add(
    State(app): State<App>,
    own: OfWorkspace,
    body: Bytes,
) -> Result<(StatusCode, Json<ScheduleCreated>), ApiError> {
    let body: CreateSchedule = parse(&body, "invalid request body")?;
    let new = NewSchedule {
        name: body.name,
        cron_expr: body.cron_expr,
        timezone: body.timezone.unwrap_or_default(),
        prompt: body.prompt,
        enabled: body.enabled.unwrap_or(true),
        by_agent: by_agent(&own),
    };
    let made = app.platform.orgs().add_schedule(&own.id, new).await?;
    let body = ScheduleCreated {
        id: made.id,
        status: "created".to_owned(),
        next_run_at: made.next_run_at,
        name: made.name,
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// Changes what is named of a schedule. Switched on by a person it runs although its org's schedules were not ticked.
#[utoipa::path(
    patch, path = "/workspaces/{id}/schedules/{schedule_id}", tag = "workspaces", operation_id = "change_schedule",
    params(("id" = String, Path), ("schedule_id" = String, Path)), request_body = PatchSchedule,
    responses((status = 200, body = ScheduleChanged), (status = 400, body = wire::ErrorBody), (status = 401, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn change(
    State(app): State<App>,
    own: OfWorkspace,
    Path(place): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<ScheduleChanged>, ApiError> {
    let body: PatchSchedule = parse(&body, "invalid JSON")?;
    let change = ScheduleChange {
        name: body.name,
        cron_expr: body.cron_expr,
        timezone: body.timezone,
        prompt: body.prompt,
        enabled: body.enabled,
        by_agent: by_agent(&own),
    };
    let orgs = app.platform.orgs();
    orgs.change_schedule(&own.id, &place.1, change).await?;
    Ok(done("updated"))
}

/// Takes a schedule away.
#[utoipa::path(
    delete, path = "/workspaces/{id}/schedules/{schedule_id}", tag = "workspaces", operation_id = "remove_schedule",
    params(("id" = String, Path), ("schedule_id" = String, Path)),
    responses((status = 200, body = ScheduleChanged), (status = 401, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn remove(
    State(app): State<App>,
    own: OfWorkspace,
    Path(place): Path<(String, String)>,
) -> Result<Json<ScheduleChanged>, ApiError> {
    let orgs = app.platform.orgs();
    orgs.remove_schedule(&own.id, &place.1).await?;
    Ok(done("deleted"))
}

fn by_agent(own: &OfWorkspace) -> bool {
    matches!(own.who, Who::Workspace { .. })
}

fn done(status: &str) -> Json<ScheduleChanged> {
    Json(ScheduleChanged {
        status: status.to_owned(),
    })
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
