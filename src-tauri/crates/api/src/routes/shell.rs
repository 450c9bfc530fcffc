//! What only the operating system can do (design law 1): answered in process by the desktop, 501 without one.

use crate::{app::App, auth::Admin, error::ApiError, json::Json};
use axum::{extract::State, http::StatusCode};
use platform::shell::{QuitAgents, Shell, ShellError, ShellInfo};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::StatusBody;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(info))
        .routes(routes!(pick_folder))
        .routes(routes!(open))
        .routes(routes!(notify))
        .routes(routes!(autostart))
        .routes(routes!(show))
        .routes(routes!(quit))
}

fn shell(app: &App) -> Result<&Arc<dyn Shell>, ApiError> {
    app.shell.as_ref().ok_or_else(|| {
        ApiError::new(
            StatusCode::NOT_IMPLEMENTED,
            "no_shell",
            "this needs the desktop app; type the path instead, or open the app",
        )
    })
}

fn failed(error: &ShellError) -> ApiError {
    match error {
        ShellError::Unsupported(text) => {
            ApiError::new(StatusCode::NOT_IMPLEMENTED, "unsupported", text)
        }
        ShellError::Failed(text) => {
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "shell_failed", text)
        }
    }
}

/// What the desktop is.
#[utoipa::path(
    get, path = "/shell/info", tag = "shell",
    responses((status = 200, body = ShellInfo), (status = 501, body = wire::ErrorBody))
)]
async fn info(State(app): State<App>, _: Admin) -> Result<Json<ShellInfo>, ApiError> {
    Ok(Json(shell(&app)?.info()))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct PickFolder {
    /// Title of the dialog.
    title: String,
}

/// The folder a person picked; null when they cancelled.
#[derive(Debug, Serialize, ToSchema)]
struct PickedFolder {
    path: Option<String>,
}

/// Shows the native folder dialog.
#[utoipa::path(
    post, path = "/shell/pick-folder", tag = "shell", request_body = PickFolder,
    responses((status = 200, body = PickedFolder), (status = 501, body = wire::ErrorBody))
)]
async fn pick_folder(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<PickFolder>,
) -> Result<Json<PickedFolder>, ApiError> {
    let title = if body.title.is_empty() {
        "Choose a folder"
    } else {
        &body.title
    };
    let path = shell(&app)?
        .pick_folder(title)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Json(PickedFolder {
        path: path.map(|path| path.to_string_lossy().into_owned()),
    }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Open {
    /// A link (`http`, `https`) or an absolute path.
    target: String,
}

/// Opens a link or folder in the person's own program.
#[utoipa::path(
    post, path = "/shell/open", tag = "shell", request_body = Open,
    responses((status = 200, body = StatusBody), (status = 400, body = wire::ErrorBody), (status = 501, body = wire::ErrorBody))
)]
async fn open(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<Open>,
) -> Result<Json<StatusBody>, ApiError> {
    let link = body.target.starts_with("http://") || body.target.starts_with("https://");
    if !link && !std::path::Path::new(&body.target).is_absolute() {
        return Err(ApiError::bad(
            "invalid_target",
            "only web links and whole paths are opened",
        ));
    }
    shell(&app)?
        .open(&body.target)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Json(StatusBody::new("opened")))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Notify {
    title: String,
    #[serde(default)]
    body: String,
}

/// Shows a notification.
#[utoipa::path(
    post, path = "/shell/notify", tag = "shell", request_body = Notify,
    responses((status = 200, body = StatusBody), (status = 501, body = wire::ErrorBody))
)]
async fn notify(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<Notify>,
) -> Result<Json<StatusBody>, ApiError> {
    shell(&app)?
        .notify(&body.title, &body.body)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Json(StatusBody::new("shown")))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Autostart {
    on: bool,
}

/// Starts the app at login, or no longer.
#[utoipa::path(
    post, path = "/shell/autostart", tag = "shell", request_body = Autostart,
    responses((status = 200, body = ShellInfo), (status = 501, body = wire::ErrorBody))
)]
async fn autostart(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<Autostart>,
) -> Result<Json<ShellInfo>, ApiError> {
    let shell = shell(&app)?;
    shell
        .set_autostart(body.on)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Json(shell.info()))
}

/// Brings the window to the front.
#[utoipa::path(post, path = "/shell/show", tag = "shell", responses((status = 200, body = StatusBody), (status = 501, body = wire::ErrorBody)))]
async fn show(State(app): State<App>, _: Admin) -> Result<Json<StatusBody>, ApiError> {
    shell(&app)?.show_window().await;
    Ok(Json(StatusBody::new("shown")))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Quit {
    agents: QuitAgents,
}

/// Ends the app; agents stop or stay, as the person says.
#[utoipa::path(
    post, path = "/shell/quit", tag = "shell", request_body = Quit,
    responses((status = 200, body = StatusBody), (status = 501, body = wire::ErrorBody))
)]
async fn quit(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<Quit>,
) -> Result<Json<StatusBody>, ApiError> {
    shell(&app)?.quit(body.agents).await;
    Ok(Json(StatusBody::new("quitting")))
}
