//! Tickets and browser sessions (contract 01 section 2.13).

use crate::{
    app::App,
    auth::{AnyCredential, Source},
    error::ApiError,
    json::Json,
};
use axum::{Extension, extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{Session, SessionRequest, Ticket};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(make_ticket))
        .routes(routes!(make_session))
}

/// A single-use ticket with the rights of the credential that asks, for places where no header can be sent.
#[utoipa::path(
    post, path = "/auth/tickets", tag = "auth",
    responses((status = 200, body = Ticket), (status = 401, body = wire::ErrorBody))
)]
async fn make_ticket(
    State(app): State<App>,
    AnyCredential(who): AnyCredential,
    source: Option<Extension<Source>>,
) -> Result<Json<Ticket>, ApiError> {
    // In open mode nothing may have been presented.
    let source = source.map_or(Source::Fixed(who), |source| source.0);
    Ok(Json(Ticket {
        ticket: app.gate.ticket(source)?,
        expires_in: crate::auth::TICKET_SECONDS,
    }))
}

/// Turns the ticket of a link into a bearer for one page.
#[utoipa::path(
    post, path = "/auth/session", tag = "auth", security(()), request_body = SessionRequest,
    responses((status = 200, body = Session), (status = 401, body = wire::ErrorBody))
)]
async fn make_session(
    State(app): State<App>,
    Json(request): Json<SessionRequest>,
) -> Result<Json<Session>, ApiError> {
    let source = app.gate.redeem(&request.ticket).ok_or_else(|| {
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            "ticket_invalid",
            "this link was used already or is older than 30 seconds; open the canvas from the app again, or run \
             `molecule-stack open`",
        )
    })?;
    Ok(Json(Session {
        token: app.gate.session(source)?,
        last_seq: app.platform.store().events().last_seq(),
    }))
}
