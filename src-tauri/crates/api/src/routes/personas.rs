//! Personas: credentials of roles in the keychain (ours; contract 03 section 2.5).

use crate::{app::App, auth::Admin, error::ApiError, json::Json, paths};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use store::rows;
use utoipa_axum::{router::OpenApiRouter, routes};
use vault::PersonaAction;
use wire::{PersonaImport, PersonaList, PersonaOutcome, PersonaReport, PersonaView, StatusBody};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(import))
        .routes(routes!(remove))
}

/// Personas by slug with the names they hold.
#[utoipa::path(get, path = "/personas", tag = "personas", responses((status = 200, body = PersonaList)))]
async fn list(State(app): State<App>, _: Admin) -> Result<Json<PersonaList>, ApiError> {
    let vault = app.platform.vault().await;
    // Told once the first attempt to open it has ended: until then there is nothing to say about it.
    let keychain = app.platform.keychain_view().await;
    let Ok(vault) = vault else {
        return Ok(Json(PersonaList {
            keychain,
            personas: Vec::new(),
        }));
    };
    let all = rows::workspaces::list(app.platform.store().read()).await?;
    let personas = vault
        .personas()
        .list()
        .await?
        .into_iter()
        .map(|persona| PersonaView {
            used_by: all
                .iter()
                .filter(|row| row.persona.as_deref() == Some(&persona.slug))
                .map(|row| row.id.clone())
                .collect(),
            slug: persona.slug,
            keys: persona.keys,
        })
        .collect();
    Ok(Json(PersonaList { keychain, personas }))
}

/// Reads `<slug>/env` files of a folder into the keychain.
#[utoipa::path(
    post, path = "/personas/import", tag = "personas", request_body = PersonaImport,
    responses(
        (status = 200, body = PersonaReport), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody),
        (status = 409, body = wire::ErrorBody)
    )
)]
async fn import(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<PersonaImport>,
) -> Result<Json<PersonaReport>, ApiError> {
    let folder = paths::typed(&body.path);
    if !folder.is_absolute() {
        return Err(ApiError::bad(
            "path_not_absolute",
            "give the whole path of the folder that holds the personas",
        ));
    }
    if !tokio::fs::metadata(&folder)
        .await
        .is_ok_and(|found| found.is_dir())
    {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "folder_not_found",
            format!(
                "there is no folder {} that can be read; give the one that holds a folder for each persona",
                folder.display()
            ),
        ));
    }
    let vault = app.platform.vault().await?;
    let report = vault.personas().import(&folder).await?;
    // From now on an agent with a persona waits for an open keychain instead of starting without its credentials.
    app.platform.personas_imported().await?;
    let changed = report
        .outcomes
        .iter()
        .filter(|outcome| {
            matches!(
                outcome.action,
                PersonaAction::Created | PersonaAction::Updated
            )
        })
        .map(|outcome| (outcome.slug.clone(), outcome.keys.clone()))
        .collect();
    workspaces::secrets::personas_changed(app.platform.store(), changed, "imported").await?;
    let personas = report
        .outcomes
        .into_iter()
        .map(|outcome| PersonaOutcome {
            action: outcome.action.code().to_owned(),
            slug: outcome.slug,
            keys: outcome.keys,
            reason: outcome.reason,
        })
        .collect();
    Ok(Json(PersonaReport { personas }))
}

/// Removes a persona from the keychain.
#[utoipa::path(
    delete, path = "/personas/{slug}", tag = "personas", params(("slug" = String, Path)),
    responses((status = 200, body = StatusBody), (status = 404, body = wire::ErrorBody))
)]
async fn remove(
    State(app): State<App>,
    _: Admin,
    Path(slug): Path<String>,
) -> Result<Json<StatusBody>, ApiError> {
    if app.platform.vault().await?.personas().remove(&slug).await? {
        let gone = vec![(slug, Vec::new())];
        workspaces::secrets::personas_changed(app.platform.store(), gone, "deleted").await?;
        Ok(Json(StatusBody::new("removed")))
    } else {
        Err(ApiError::missing("no such persona"))
    }
}
