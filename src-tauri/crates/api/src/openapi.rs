//! The OpenAPI document: made from the routes, served to any valid credential (class F2).

use crate::{app::App, auth::AnyCredential, json::Json};
use axum::{Router, routing::get};
use std::collections::HashMap;
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

/// Gives each operation a name of its own: one that several routes chose is preceded by their tag.
pub(crate) fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    fn operations(
        document: &mut utoipa::openapi::OpenApi,
    ) -> impl Iterator<Item = &mut utoipa::openapi::path::Operation> {
        document.paths.paths.values_mut().flat_map(|item| {
            [
                &mut item.get,
                &mut item.put,
                &mut item.post,
                &mut item.delete,
                &mut item.patch,
            ]
            .into_iter()
            .flatten()
        })
    }
    let mut uses: HashMap<String, usize> = HashMap::new();
    for operation in operations(document) {
        let name = operation.operation_id.clone().unwrap_or_default();
        *uses.entry(name).or_default() += 1;
    }
    for operation in operations(document) {
        let name = operation.operation_id.clone().unwrap_or_default();
        let tag = operation.tags.as_ref().and_then(|tags| tags.first());
        if let Some(tag) = tag.filter(|_| uses.get(&name).is_some_and(|count| *count > 1)) {
            operation.operation_id = Some(format!("{tag}_{name}"));
        }
    }
}

pub(crate) fn router(document: utoipa::openapi::OpenApi) -> Router<App> {
    Router::new().route(
        "/openapi.json",
        get(move |_: AnyCredential| async move { Json(document) }),
    )
}
