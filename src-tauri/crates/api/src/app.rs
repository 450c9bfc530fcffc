//! The router and what its handlers share.

use crate::{assets, auth, openapi::ApiDoc, routes};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
};
use platform::{Platform, shell::Shell};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Largest body of an ordinary request.
const BODY: usize = 1024 * 1024;

/// What handlers see.
#[derive(Clone)]
pub struct App {
    /// The running platform.
    pub platform: Platform,
    /// The desktop, when there is one.
    pub shell: Option<Arc<dyn Shell>>,
    pub(crate) gate: auth::Gate,
    /// Ends what would never end by itself: live streams.
    pub(crate) stop: CancellationToken,
}

impl App {
    /// An app over a platform; `shell` is what only the operating system can do.
    pub fn new(platform: Platform, shell: Option<Arc<dyn Shell>>) -> Self {
        let gate = auth::Gate::new(platform.clone());
        Self {
            platform,
            shell,
            gate,
            stop: CancellationToken::new(),
        }
    }
}

impl FromRef<App> for Platform {
    fn from_ref(app: &App) -> Self {
        app.platform.clone()
    }
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .merge(routes::health::router())
        .merge(routes::auth::router())
        .merge(routes::workspaces::router())
        .merge(routes::lifecycle::router())
        .merge(routes::agents::router())
        .merge(routes::config::router())
        .merge(routes::team::router())
        .merge(routes::console::router())
        .merge(routes::tokens::router())
        .merge(routes::registry::router())
        .merge(routes::talk::router())
        .merge(routes::activity::router())
        .merge(routes::events::router())
        .merge(routes::canvas::router())
        .merge(routes::org::router())
        .merge(routes::secrets::router())
        .merge(routes::secret_keys::router())
        .merge(routes::personas::router())
        .merge(routes::vault::router())
        .merge(routes::stack::router())
        .merge(routes::shell::router())
}

fn parts() -> (Router<App>, utoipa::openapi::OpenApi) {
    let (router, mut document) = routes().split_for_parts();
    crate::openapi::name_operations(&mut document);
    crate::openapi::tell_refusals(&mut document);
    (router, document)
}

/// The OpenAPI document of everything that is served.
pub fn document() -> utoipa::openapi::OpenApi {
    parts().1
}

/// The whole router: routes, the canvas, and what every request passes (contract 01 section 1.4).
pub fn app(state: App) -> Router {
    let (router, document) = parts();
    let inner = router
        .merge(crate::openapi::router(document))
        .fallback(assets::serve)
        .method_not_allowed_fallback(unmatched)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            auth::identify,
        ))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            auth::check_origin,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(
            header::REFERRER_POLICY,
            "strict-origin-when-cross-origin",
        ))
        .layer(fixed(
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=()",
        ))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, "default-src 'self'"))
        .with_state(state);
    auth::with_address_credentials(inner)
}

fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Unknown paths and methods are one answer; there is no 405 (contract 01 section 1.4).
pub(crate) async fn unmatched() -> Response {
    (
        StatusCode::NOT_FOUND,
        [(header::CONTENT_TYPE, "text/plain")],
        "404 page not found",
    )
        .into_response()
}

#[allow(clippy::needless_pass_by_value, reason = "the layer's signature")]
fn panicked(payload: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    tracing::error!(panic = text, "a request handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
