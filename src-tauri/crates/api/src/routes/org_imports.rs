//! Imports that nobody waits for (`async: true`; contract 03 no. 5): begun at once, done meanwhile, asked about by id.

use crate::{app::App, auth::Admin, error::ApiError, json::Json};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{ErrorBody, ImportBegun, ImportRequest, ImportResult, ImportState};

/// Ends that are remembered; after that the event log still knows how an import ended.
const REMEMBERED: usize = 32;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(state))
}

/// Imports of this run of the platform, the newest last. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Imports(Arc<Mutex<VecDeque<One>>>);

struct One {
    id: String,
    end: Option<End>,
}

enum End {
    Completed(Box<ImportResult>),
    Failed(Box<ErrorBody>),
}

impl Imports {
    fn list(&self) -> MutexGuard<'_, VecDeque<One>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begun(&self, id: &str) {
        let mut list = self.list();
        list.push_back(One {
            id: id.to_owned(),
            end: None,
        });
        let ended = list.iter().filter(|one| one.end.is_some()).count();
        if ended > REMEMBERED
            && let Some(at) = list.iter().position(|one| one.end.is_some())
        {
            list.remove(at);
        }
    }

    fn ended(&self, id: &str, end: End) {
        if let Some(one) = self.list().iter_mut().find(|one| one.id == id) {
            one.end = Some(end);
        }
    }

    /// What is known here. Tokens are handed out once.
    fn state(&self, id: &str) -> Option<ImportState> {
        let mut list = self.list();
        let one = list.iter_mut().find(|one| one.id == id)?;
        let mut state = ImportState {
            import_id: one.id.clone(),
            status: "running".to_owned(),
            result: None,
            error: None,
            event: None,
        };
        match &mut one.end {
            None => {}
            Some(End::Completed(result)) => {
                "completed".clone_into(&mut state.status);
                state.result = Some((**result).clone());
                for role in &mut result.workspaces {
                    role.auth_token = None;
                }
            }
            Some(End::Failed(error)) => {
                "failed".clone_into(&mut state.status);
                state.error = Some((**error).clone());
            }
        }
        Some(state)
    }
}

/// Begins an import and answers 202; what the request itself gets wrong is refused right away.
pub(super) async fn begin(app: &App, request: ImportRequest) -> Result<Response, ApiError> {
    let orgs = app.platform.orgs().clone();
    let begun = orgs.begin_import(&request).await?;
    let import_id = begun.import_id().to_owned();
    app.imports.begun(&import_id);
    let (imports, id) = (app.imports.clone(), import_id.clone());
    tokio::spawn(async move {
        // A task of its own, so that a panic is an end too.
        let done = tokio::spawn(async move { orgs.finish_import(begun).await }).await;
        imports.ended(
            &id,
            match done {
                Ok(Ok(result)) => End::Completed(Box::new(result)),
                Ok(Err(error)) => End::Failed(Box::new(ApiError::from(error).into_body())),
                Err(error) => {
                    tracing::error!(%error, "an import panicked");
                    End::Failed(Box::new(super::org::ended_early().into_body()))
                }
            },
        );
    });
    let body = ImportBegun {
        import_id,
        status: "running".to_owned(),
    };
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}

/// How an import that was begun with `async` goes, or how it ended.
#[utoipa::path(
    get, path = "/org/imports/{id}", tag = "org", params(("id" = String, Path)),
    responses((status = 200, body = ImportState), (status = 404, body = wire::ErrorBody))
)]
async fn state(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<ImportState>, ApiError> {
    let here = app.imports.state(&id);
    if let Some(state) = &here
        && state.status == "running"
    {
        return Ok(Json(state.clone()));
    }
    let end = app.platform.orgs().import_end(&id).await?;
    let state = match (here, end) {
        (Some(mut state), end) => {
            state.event = end.map(|end| end.payload);
            state
        }
        // Of an earlier run: the log knows how it ended.
        (None, Some(end)) => ImportState {
            status: if end.completed { "completed" } else { "failed" }.to_owned(),
            import_id: id,
            result: None,
            error: None,
            event: Some(end.payload),
        },
        (None, None) => return Err(ApiError::missing("no import has this id")),
    };
    Ok(Json(state))
}
