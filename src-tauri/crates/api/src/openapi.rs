//! The OpenAPI document: made from the routes, served to any valid credential (class F2).

use crate::{
    app::App,
    auth::{AnyCredential, Identity, admin_refusal},
    error::ApiError,
    json::{to_vec, written},
};
use axum::{Extension, Router, body::Bytes, response::IntoResponse, routing::get};
use std::{collections::HashMap, sync::LazyLock};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        ContentBuilder, Ref, Response, ResponseBuilder,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Molecule Desktop", description = "The local platform for organisations of AI agents."),
    components(schemas(wire::Event, wire::EventFrame, wire::EventClass, wire::ErrorBody)),
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

/// Every operation with the path it answers and whether it may change something.
fn operations(
    document: &mut utoipa::openapi::OpenApi,
) -> impl Iterator<Item = (&str, bool, &mut Operation)> {
    document.paths.paths.iter_mut().flat_map(|(path, item)| {
        [
            (false, &mut item.get),
            (true, &mut item.put),
            (true, &mut item.post),
            (true, &mut item.delete),
            (true, &mut item.patch),
        ]
        .into_iter()
        .filter_map(|(changes, operation)| Some((path.as_str(), changes, operation.as_mut()?)))
    })
}

/// Adds the refusals that stand before every handler (contract 01 sections 1.5, 1.6, 1.8 and 2.13), so that the document
/// tells each answer there is. What a route says of such a status itself stays.
pub(crate) fn tell_refusals(document: &mut utoipa::openapi::OpenApi) {
    for (path, changes, operation) in operations(document) {
        let is_open = operation.security.as_ref().is_some_and(|needs| {
            needs
                .iter()
                .any(|need| *need == SecurityRequirement::default())
        });
        let has_body = operation.request_body.is_some();
        let has_input = has_body
            || operation
                .parameters
                .as_ref()
                .is_some_and(|all| !all.is_empty());
        let is_of_workspace = path.starts_with("/workspaces/{id}");
        let refusals = [
            (
                "400",
                has_input,
                "It cannot be read, or a value in it is refused",
            ),
            ("401", !is_open, "No credential, or none that is valid here"),
            (
                "403",
                true,
                "Host or origin is not allowed, or the credential is not enough",
            ),
            (
                "404",
                has_body || path.contains('{'),
                "What it names is not there",
            ),
            ("408", has_body, "The body did not arrive in time"),
            ("409", changes, "What is there now does not allow it"),
            ("410", is_of_workspace, "The workspace was deleted"),
            ("413", has_body, "The body is too large"),
            ("429", true, "Too many requests"),
            (
                "503",
                true,
                "The platform, or what it needs for this, does not answer now",
            ),
        ];
        for (status, applies, text) in refusals {
            if applies {
                operation
                    .responses
                    .responses
                    .entry(status.to_owned())
                    .or_insert_with(|| refusal(text).into());
            }
        }
    }
}

fn refusal(text: &str) -> Response {
    ResponseBuilder::new()
        .description(text)
        .content(
            "application/json",
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("ErrorBody")))
                .build(),
        )
        .build()
}

/// Gives each operation a name of its own: one that several routes chose is preceded by their tag.
pub(crate) fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    let mut uses: HashMap<String, usize> = HashMap::new();
    for (_, _, operation) in operations(document) {
        let name = operation.operation_id.clone().unwrap_or_default();
        *uses.entry(name).or_default() += 1;
    }
    for (_, _, operation) in operations(document) {
        let name = operation.operation_id.clone().unwrap_or_default();
        let tag = operation.tags.as_ref().and_then(|tags| tags.first());
        if let Some(tag) = tag.filter(|_| uses.get(&name).is_some_and(|count| *count > 1)) {
            operation.operation_id = Some(format!("{tag}_{name}"));
        }
    }
}

/// The rest of a path is one parameter: the document names it without the router's star.
pub(crate) fn name_rests(document: &mut utoipa::openapi::OpenApi) {
    let paths = std::mem::take(&mut document.paths.paths);
    document.paths.paths = paths
        .into_iter()
        .map(|(path, item)| (path.replace("{*", "{"), item))
        .collect();
}

/// `GET /openapi.json`. The document is made when it is first asked for and kept as text: as a tree it takes ten times
/// the room.
pub(crate) fn router() -> Router<App> {
    static TEXT: LazyLock<Result<Bytes, serde_json::Error>> =
        LazyLock::new(|| to_vec(&crate::app::document()).map(Bytes::from));
    Router::new().route(
        "/openapi.json",
        get(
            move |known: Result<AnyCredential, ApiError>,
                  Extension(identity): Extension<Identity>| async move {
                // Whoever asks for it is a person's tool, so it is told of the person's credential.
                if known.is_err() {
                    return admin_refusal(&identity).into_response();
                }
                written(TEXT.as_ref().map(Bytes::clone))
            },
        ),
    )
}
