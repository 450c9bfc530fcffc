//! Workspace templates (contract 03 sections 5.1 and 5.2).

use super::files::{BODY, set, small};
use crate::{
    app::App,
    auth::Admin,
    error::ApiError,
    json::{Json, parse},
    paths,
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

/// Makes a template from files, or from a folder of the platform's computer; a config is generated where they bring none.
#[utoipa::path(
    post, path = "/templates/import", tag = "templates", request_body = ImportTemplate,
    responses((status = 201, body = TemplateImported), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody), (status = 413, body = wire::ErrorBody))
)]
async fn import(
    State(app): State<App>,
    _: Admin,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<TemplateImported>), ApiError> {
    let mut body: ImportTemplate = parse(&small(body)?, "invalid request body")?;
    let orgs = app.platform.orgs();
    let (files, left_out) = match body.path.take() {
        Some(path) => {
            if !body.files.is_empty() {
                let text = "give either files or the path of a folder";
                return Err(
                    ApiError::bad("invalid_body", "invalid request body").with("detail", text)
                );
            }
            let folder = orgs.template_folder(paths::typed(&path)).await?;
            if body.name.trim().is_empty() {
                body.name = folder.name;
            }
            (folder.files, folder.left_out)
        }
        None => {
            let files = set(body.files)?.into_iter();
            (
                files.map(|file| (file.path, file.content)).collect(),
                Vec::new(),
            )
        }
    };
    let id = orgs.import_workspace_template(&body.name, files).await?;
    app.platform.templates_changed().await;
    Ok((
        StatusCode::CREATED,
        Json(TemplateImported {
            status: "imported".to_owned(),
            id,
            name: body.name,
            left_out,
        }),
    ))
}
