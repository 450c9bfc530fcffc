//! The router and what its handlers share.

use crate::{
    assets, auth,
    connections::{self, Ending},
    intake, limits,
    metrics::{self, Metrics, OpenSocket},
    openapi::ApiDoc,
    routes, security,
    unmatched::{Known, routing, unmatched, without_methods},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
};
use platform::{Platform, shell::Shell};
use std::{ops::Deref, sync::Arc};
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// What handlers see. Every stage of every request has it cloned, so a clone is one count.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// What an [`App`] gives.
pub struct Shared {
    /// The running platform.
    pub platform: Platform,
    /// The desktop, when there is one.
    pub shell: Option<Arc<dyn Shell>>,
    pub(crate) gate: auth::Gate,
    pub(crate) limits: Arc<limits::Table>,
    pub(crate) metrics: Metrics,
    pub(crate) ending: Ending,
    pub(crate) imports: routes::org_imports::Imports,
}

impl App {
    /// An app over a platform; `shell` is what only the operating system can do.
    ///
    /// # Errors
    /// When the figures it counts cannot be set up.
    pub fn new(
        platform: Platform,
        shell: Option<Arc<dyn Shell>>,
    ) -> Result<Self, prometheus::Error> {
        let gate = auth::Gate::new(platform.clone());
        Ok(Self(Arc::new(Shared {
            platform,
            shell,
            gate,
            limits: Arc::default(),
            metrics: Metrics::new()?,
            ending: Ending::default(),
            imports: routes::org_imports::Imports::default(),
        })))
    }

    /// For a WebSocket: counted as open while the first lives, to be closed when the second is cancelled.
    pub(crate) fn socket(&self) -> (OpenSocket, CancellationToken) {
        (self.metrics.socket(), self.ending.sockets.clone())
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
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
        .merge(routes::automation::router())
        .merge(routes::schedule_runs::router())
        .merge(routes::config::router())
        .merge(routes::team::router())
        .merge(routes::console::router())
        .merge(routes::files::router())
        .merge(routes::templates::router())
        .merge(routes::tokens::router())
        .merge(routes::registry::router())
        .merge(routes::talk::router())
        .merge(routes::activity::router())
        .merge(routes::events::router())
        .merge(routes::canvas::router())
        .merge(routes::org::router())
        .merge(routes::org_imports::router())
        .merge(routes::plugins::router())
        .merge(routes::plugin_allowlist::router())
        .merge(routes::plugin_updates::router())
        .merge(routes::secrets::router())
        .merge(routes::secret_keys::router())
        .merge(routes::bundles::router())
        .merge(routes::personas::router())
        .merge(routes::vault::router())
        .merge(routes::stack::router())
        .merge(routes::shell::router())
}

/// The OpenAPI document of everything that is served.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = routes().into_openapi();
    crate::openapi::name_operations(&mut document);
    crate::openapi::tell_refusals(&mut document);
    crate::openapi::name_rests(&mut document);
    document
}

/// The whole router: routes, the canvas, and what every request passes (contract 01 section 1.4 as section 7 corrects
/// it). From the outside in: metrics and access log, security headers, `Host` and `Origin`, who calls, how often, what
/// a request may look like, the route. Refusals of every stage are counted and carry the security headers; those of
/// `Host` and `Origin` come before anything is looked up, so they carry no rate limit.
pub fn app(state: App) -> Router {
    let (router, document) = routes().split_for_parts();
    let known = Known::of(&document);
    // It is large and rarely asked for: whoever does has it made.
    drop(document);
    let ending = state.ending.clone();
    let inner = router
        .merge(crate::openapi::router())
        .fallback(assets::serve)
        .method_not_allowed_fallback(unmatched)
        .layer(DefaultBodyLimit::max(intake::BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(known, routing))
        .layer(middleware::from_fn(intake::check))
        .layer(middleware::from_fn(move |request, next| {
            connections::end_streams(ending.clone(), request, next)
        }))
        .layer(middleware::from_fn_with_state(state.clone(), limits::limit))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            auth::identify,
        ))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            auth::check_origin,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(security::headers))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            metrics::count,
        ))
        .with_state(state);
    Router::new().fallback_service(
        ServiceBuilder::new()
            .map_request(auth::take_address)
            .map_response(without_methods)
            .service(inner),
    )
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
