//! Workspace templates (contract 03 sections 5.1 and 5.2).

use super::files::{BODY, set, small};
use crate::{
    app::App,
    auth::Admin,
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::StatusCode,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{ImportTemplate, TemplateImported, TemplateView};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(import))
        .layer(DefaultBodyLimit::max(BODY))
}

/// Every readable template, by the name of its folder.
#[utoipa::path(get, path = "/templates", tag = "templates", responses((status = 200, body = Vec<TemplateView>)))]
async fn list(State(app): State<App>, _: Admin) -> Json<Vec<TemplateView>> {
    let templates = app.platform.orgs().workspace_templates().await;
    Json(
        templates
            .iter()
            .map(orgs::WorkspaceTemplate::view)
            .collect(),
    )
}

/// Makes a template from files; a config is generated where they bring none.
#[utoipa::path(
    post, path = "/templates/import", tag = "templates", request_body = ImportTemplate,
    responses((status = 201, body = TemplateImported), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody), (status = 413, body = wire::ErrorBody))
)]
async fn import(
    State(app): State<App>,
    _: Admin,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<TemplateImported>), ApiError> {
    let body: ImportTemplate = parse(&small(body)?, "invalid request body")?;
    let files = set(body.files)?
        .into_iter()
        .map(|file| (file.path, file.content))
        .collect();
    let id = app
        .platform
        .orgs()
        .import_workspace_template(&body.name, files)
        .await?;
    app.platform.templates_changed().await;
    Ok((
        StatusCode::CREATED,
        Json(TemplateImported {
            status: "imported".to_owned(),
            id,
            name: body.name,
        }),
    ))
}
