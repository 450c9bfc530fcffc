//! The OpenAPI document: made from the routes, served to any valid credential (class F2).

use crate::{app::App, auth::AnyCredential, json::Json};
use axum::{Router, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Molecule Desktop", description = "The local platform for organisations of AI agents."),
    components(schemas(wire::Event, wire::EventClass, wire::ErrorBody)),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
pub(crate) struct ApiDoc;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

pub(crate) fn router(document: utoipa::openapi::OpenApi) -> Router<App> {
    Router::new().route(
        "/openapi.json",
        get(move |_: AnyCredential| async move { Json(document) }),
    )
}
