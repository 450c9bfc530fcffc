//! Runs of schedules: now, before, and whether they run at all (contract 02 section 10.1, nos. 82, 83 and 87). Schedules
//! themselves are in `automation`.

use crate::{
    app::App,
    auth::{Admin, Caller, OfWorkspace},
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{Path, State},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{AdminScheduleHealth, RunSchedule, ScheduleFired, ScheduleHealth, ScheduleRun};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(run))
        .routes(routes!(history))
        .routes(routes!(health))
        .routes(routes!(all_health))
}

/// Runs a schedule now, whether it is switched on or not, and when it is due by the clock stays as it is. The answer does
/// not wait for the agent: the event `CRON_EXECUTED` and the history tell how it ended.
#[utoipa::path(
    post, path = "/workspaces/{id}/schedules/{schedule_id}/run", tag = "workspaces", operation_id = "run_schedule",
    params(("id" = String, Path), ("schedule_id" = String, Path)), request_body = RunSchedule,
    responses(
        (status = 200, body = ScheduleFired), (status = 400, body = wire::ErrorBody), (status = 401, body = wire::ErrorBody),
        (status = 402, description = "The budget is used up", body = wire::ErrorBody), (status = 404, body = wire::ErrorBody),
        (status = 409, description = "Its last run is not over", body = wire::ErrorBody),
        (status = 503, description = "The role is paused or could not be started", body = wire::ErrorBody)
    )
)]
async fn run(
    State(app): State<App>,
    own: OfWorkspace,
    Path((_id, schedule)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<ScheduleFired>, ApiError> {
    // Most clients send nothing here; what is sent has to be understood, for it may ask to run nothing.
    let wanted: RunSchedule = if body.iter().all(u8::is_ascii_whitespace) {
        RunSchedule::default()
    } else {
        parse(&body, "invalid request body")?
    };
    let talk = app.platform.messaging();
    Ok(Json(
        talk.run_schedule(&own.id, &schedule, wanted.dry_run)
            .await?,
    ))
}

/// The last twenty runs of a schedule, the newest first.
#[utoipa::path(
    get, path = "/workspaces/{id}/schedules/{schedule_id}/history", tag = "workspaces", operation_id = "schedule_history",
    params(("id" = String, Path), ("schedule_id" = String, Path)),
    responses((status = 200, body = Vec<ScheduleRun>), (status = 401, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn history(
    State(app): State<App>,
    own: OfWorkspace,
    Path((_id, schedule)): Path<(String, String)>,
) -> Result<Json<Vec<ScheduleRun>>, ApiError> {
    let talk = app.platform.messaging();
    Ok(Json(talk.schedule_history(&own.id, &schedule).await?))
}

/// How the schedules of a workspace are doing, for whoever may talk to it: neither what is sent nor when.
#[utoipa::path(
    get, path = "/workspaces/{id}/schedules/health", tag = "workspaces", operation_id = "schedule_health",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<ScheduleHealth>), (status = 401, body = wire::ErrorBody), (status = 403, body = wire::ErrorBody))
)]
async fn health(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<ScheduleHealth>>, ApiError> {
    let id = crate::auth::workspace_id(&id)?;
    let caller = match caller.workspace {
        Some(workspace) => messaging::Caller::Workspace(workspace),
        None => messaging::Caller::Person,
    };
    let talk = app.platform.messaging();
    Ok(Json(talk.schedule_health(&id, &caller).await?))
}

/// Every schedule, and whether its last run is longer ago than twice the time between two runs.
#[utoipa::path(
    get, path = "/admin/schedules/health", tag = "stack", operation_id = "schedules_health",
    responses((status = 200, body = Vec<AdminScheduleHealth>), (status = 401, body = wire::ErrorBody))
)]
async fn all_health(
    State(app): State<App>,
    _: Admin,
) -> Result<Json<Vec<AdminScheduleHealth>>, ApiError> {
    Ok(Json(app.platform.messaging().schedules_health().await?))
}
