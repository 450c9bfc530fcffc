//! The shared viewport (contract 01 section 3.14), and places of many cards at once.

use crate::{
    app::App,
    auth::{Admin, AnyCredential},
    error::ApiError,
    json::{Json, parse},
};
use axum::{body::Bytes, extract::State};
use store::rows::layouts;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{CanvasPlaces, StatusBody, Viewport};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read, save))
        .routes(routes!(place))
}

/// Where the canvas was looking.
#[utoipa::path(get, path = "/canvas/viewport", tag = "canvas", responses((status = 200, body = Viewport)))]
async fn read(State(app): State<App>, _: AnyCredential) -> Result<Json<Viewport>, ApiError> {
    Ok(Json(layouts::viewport(app.platform.store().read()).await?))
}

/// Remembers where the canvas looks.
#[utoipa::path(
    put, path = "/canvas/viewport", tag = "canvas", request_body = Viewport,
    responses((status = 200, body = StatusBody), (status = 400, body = wire::ErrorBody))
)]
async fn save(State(app): State<App>, _: Admin, body: Bytes) -> Result<Json<StatusBody>, ApiError> {
    let view: Viewport = parse(&body, "invalid viewport data")?;
    app.platform
        .store()
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                layouts::save_viewport(write.conn(), view, &now).await
            })
        })
        .await?;
    Ok(Json(StatusBody::new("saved")))
}

/// Moves many cards in one step: what a canvas does when it tidies up. What lies below a card that moves moves along,
/// unless it is named itself.
#[utoipa::path(
    put, path = "/canvas/places", tag = "canvas", request_body = CanvasPlaces,
    responses((status = 200, body = StatusBody), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn place(
    State(app): State<App>,
    _: Admin,
    body: Bytes,
) -> Result<Json<StatusBody>, ApiError> {
    let CanvasPlaces { places } = parse(&body, "invalid places")?;
    workspaces::place_all(app.platform.store(), places).await?;
    Ok(Json(StatusBody::new("placed")))
}
