//! The stack at a glance, commands for many, settings (ours).

use crate::{app::App, auth::Admin, error::ApiError, json::Json};
use axum::{extract::State, http::StatusCode};
use platform::{doctor::Check, keep::KeepError, shell::QuitAgents};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{Settings, Stack, StackCommand, StackCommanded, StatusBody};
use workspaces::Command;

/// More memory than any computer has: 16 TiB.
const MOST_MEMORY_MB: u64 = 16 * 1024 * 1024;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(start))
        .routes(routes!(stop))
        .routes(routes!(restart))
        .routes(routes!(settings, change_settings))
        .routes(routes!(shutdown))
        .routes(routes!(backup))
        .routes(routes!(doctor))
}

/// Engine, memory, agents, keychain: what the status strip shows.
#[utoipa::path(get, path = "/stack", tag = "stack", responses((status = 200, body = Stack)))]
async fn read(State(app): State<App>, _: Admin) -> Result<Json<Stack>, ApiError> {
    Ok(Json(Stack {
        shell: app.shell.is_some(),
        ..app.platform.stack().await?
    }))
}

/// Starts what is stopped: all, a subtree, or one.
#[utoipa::path(
    post, path = "/stack/start", tag = "stack", request_body = StackCommand,
    responses((status = 200, body = StackCommanded), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn start(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<StackCommand>,
) -> Result<Json<StackCommanded>, ApiError> {
    command(&app, Command::Start, body).await
}

/// Pauses what runs: all, a subtree, or one.
#[utoipa::path(
    post, path = "/stack/stop", tag = "stack", request_body = StackCommand,
    responses((status = 200, body = StackCommanded), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn stop(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<StackCommand>,
) -> Result<Json<StackCommanded>, ApiError> {
    command(&app, Command::Stop, body).await
}

/// Restarts what should run: all, a subtree, or one.
#[utoipa::path(
    post, path = "/stack/restart", tag = "stack", request_body = StackCommand,
    responses((status = 200, body = StackCommanded), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn restart(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<StackCommand>,
) -> Result<Json<StackCommanded>, ApiError> {
    command(&app, Command::Restart, body).await
}

async fn command(
    app: &App,
    command: Command,
    body: StackCommand,
) -> Result<Json<StackCommanded>, ApiError> {
    let (root, subtree) = match (body.scope.as_str(), body.id) {
        ("all", None) => (None, true),
        ("subtree", Some(id)) => (Some(id), true),
        ("one", Some(id)) => (Some(id), false),
        _ => {
            return Err(ApiError::bad(
                "invalid_scope",
                "scope is `all`, or `subtree` or `one` with an id",
            ));
        }
    };
    let changed = workspaces::stack_command(app.platform.store(), command, root, subtree).await?;
    Ok(Json(StackCommanded { changed }))
}

/// Settings with their defaults filled in.
#[utoipa::path(get, path = "/settings", tag = "stack", responses((status = 200, body = Settings)))]
async fn settings(State(app): State<App>, _: Admin) -> Result<Json<Settings>, ApiError> {
    Ok(Json(app.platform.settings().await?))
}

/// Changes the settings the body names.
#[utoipa::path(
    patch, path = "/settings", tag = "stack", request_body = Settings,
    responses((status = 200, body = Settings), (status = 400, body = wire::ErrorBody))
)]
async fn change_settings(
    State(app): State<App>,
    _: Admin,
    Json(patch): Json<Settings>,
) -> Result<Json<Settings>, ApiError> {
    if patch
        .quit_policy
        .as_deref()
        .is_some_and(|policy| !matches!(policy, "ask" | "stop" | "keep"))
    {
        return Err(ApiError::bad(
            "invalid_value",
            "quit_policy is `ask`, `stop` or `keep`",
        ));
    }
    if patch
        .hibernation_idle_minutes
        .is_some_and(|minutes| minutes < 0)
    {
        return Err(ApiError::bad(
            "invalid_value",
            "hibernation_idle_minutes must not be negative",
        ));
    }
    if patch.memory_budget_mb.is_some_and(|mb| mb > MOST_MEMORY_MB) {
        return Err(ApiError::bad(
            "invalid_value",
            format!("memory_budget_mb is at most {MOST_MEMORY_MB} MiB; 0 reads it from the engine"),
        ));
    }
    for (runtime, image) in patch.runtime_images.iter().flatten() {
        let word = |text: &str, more: &str| {
            text.chars()
                .all(|letter| letter.is_ascii_alphanumeric() || more.contains(letter))
                && text.len() <= 255
        };
        if runtime.is_empty() || !(runtime == "*" || word(runtime, "-_.")) {
            return Err(ApiError::bad(
                "invalid_value",
                format!("\"{runtime}\" is no name of a runtime"),
            ));
        }
        if !word(image, "-_./:@") || image.starts_with([':', '/', '@']) {
            return Err(ApiError::bad(
                "invalid_value",
                format!("\"{image}\" is no image reference, such as team/image:tag"),
            ));
        }
    }
    Ok(Json(app.platform.change_settings(patch).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Shutdown {
    /// What becomes of the agents.
    agents: QuitAgents,
}

/// Stops the platform; its process ends by itself. Agents stop or stay, as the body says.
#[utoipa::path(
    post, path = "/stack/shutdown", tag = "stack", request_body = Shutdown,
    responses((status = 202, body = StatusBody))
)]
async fn shutdown(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<Shutdown>,
) -> (axum::http::StatusCode, Json<StatusBody>) {
    app.platform.ask_to_stop(body.agents);
    (
        axum::http::StatusCode::ACCEPTED,
        Json(StatusBody::new("stopping")),
    )
}

#[derive(Debug, Deserialize, ToSchema)]
struct Backup {
    /// File to write, a whole path.
    path: String,
    /// Replace a file that is there; else that is refused.
    #[serde(default)]
    replace: bool,
}

/// Writes a backup; secrets stay sealed in it.
#[utoipa::path(
    post, path = "/stack/backup", tag = "stack", request_body = Backup,
    responses(
        (status = 200, body = StatusBody), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody),
        (status = 507, body = wire::ErrorBody)
    )
)]
async fn backup(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<Backup>,
) -> Result<Json<StatusBody>, ApiError> {
    let path = std::path::Path::new(&body.path);
    if !path.is_absolute() {
        return Err(ApiError::bad(
            "path_not_absolute",
            "give the whole path of the file to write",
        ));
    }
    app.platform
        .backup(path, body.replace)
        .await
        .map_err(|error| match error {
            KeepError::Exists(path) => ApiError::new(
                StatusCode::CONFLICT,
                "file_exists",
                format!(
                    "{} exists already; choose another name, or say that it is to be replaced",
                    path.display()
                ),
            ),
            error @ KeepError::NoRoom(_) => ApiError::new(
                StatusCode::INSUFFICIENT_STORAGE,
                error.code(),
                error.to_string(),
            ),
            error => ApiError::bad("backup_failed", error.to_string()),
        })?;
    Ok(Json(StatusBody::new("written")))
}

/// What `doctor` finds while the platform runs.
#[utoipa::path(get, path = "/stack/doctor", tag = "stack", responses((status = 200, body = Vec<Check>)))]
async fn doctor(State(app): State<App>, _: Admin) -> Json<Vec<Check>> {
    Json(app.platform.examine().await)
}
