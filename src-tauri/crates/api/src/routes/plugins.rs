//! Plugins of the registry and of workspaces (contract 03 sections 7 and 8).

use crate::{
    app::App,
    auth::{Admin, AnyCredential, OfWorkspace, OwnToken, Who},
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use plugins::{By, InstalledPlugin, Listed, PluginError, Setup, Source, Support, Wanted};
use serde::Deserialize;
use std::io::Write;
use store::rows::wanted_plugins::WaitingRow;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    InstallPlugin, InstalledPluginView, PluginCode, PluginCompatibility, PluginInstalled,
    PluginPreview, PluginSetup, PluginSources, PluginUninstalled, PluginView, PreviewPlugin,
    Timestamp, WantedPluginView,
};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(sources))
        .routes(routes!(preview))
        .routes(routes!(wanted))
        .routes(routes!(installed, install))
        .routes(routes!(available))
        .routes(routes!(compatibility))
        .routes(routes!(uninstall))
        .routes(routes!(download))
}

#[derive(Debug, Default, Deserialize)]
struct OfRuntime {
    #[serde(default)]
    runtime: String,
}

fn view(listed: Listed) -> PluginView {
    let manifest = listed.manifest;
    PluginView {
        name: listed.name,
        version: manifest.version,
        description: manifest.description,
        author: manifest.author,
        tags: manifest.tags,
        skills: manifest.skills,
        runtimes: manifest.runtimes,
        error: listed.error,
    }
}

fn installed_view(one: InstalledPlugin) -> InstalledPluginView {
    InstalledPluginView {
        supported_on_runtime: one.support != Support::None,
        support: one.support.as_str().to_owned(),
        source: one.source,
        track: one.track,
        commit: one.commit,
        digest: one.digest,
        delivered: one.delivered,
        setup: one.setup.map(setup_view),
        plugin: view(Listed {
            name: one.name,
            manifest: one.manifest,
            error: None,
        }),
    }
}

fn setup_view(setup: Setup) -> PluginSetup {
    PluginSetup {
        state: setup.state.as_str().to_owned(),
        text: setup.text(),
        exit_code: setup.exit_code,
        at: setup.at.and_then(|at| Timestamp::parse(&at).ok()),
        log: setup.log,
    }
}

/// What is wrong with fetched files is said with the source they came from.
fn with_source(error: PluginError, source: &str) -> ApiError {
    let named = matches!(
        error,
        PluginError::FetchedName
            | PluginError::TooLarge
            | PluginError::Integrity
            | PluginError::NoManifest
            | PluginError::Mismatch { .. }
    );
    let answer = ApiError::from(error);
    match Source::parse(source) {
        Ok(source) if named => answer.with("source", source.to_string()),
        _ => answer,
    }
}

/// Plugins of the registry on this computer, only those for a runtime if one is named.
#[utoipa::path(
    get, path = "/plugins", tag = "plugins", params(("runtime" = Option<String>, Query)),
    responses((status = 200, body = Vec<PluginView>))
)]
async fn list(
    State(app): State<App>,
    _: AnyCredential,
    Query(query): Query<OfRuntime>,
) -> Result<Json<Vec<PluginView>>, ApiError> {
    let all = app.platform.plugins().listed(&query.runtime).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Schemes a plugin can come from.
#[utoipa::path(get, path = "/plugins/sources", tag = "plugins", operation_id = "plugin_sources", responses((status = 200, body = PluginSources)))]
async fn sources(State(app): State<App>, AnyCredential(who): AnyCredential) -> Json<PluginSources> {
    Json(PluginSources {
        registry: who.is_admin().then(|| {
            let root = app.platform.plugins().registry().root();
            root.display().to_string()
        }),
        schemes: plugins::SCHEMES
            .iter()
            .map(|scheme| (*scheme).to_owned())
            .collect(),
    })
}

/// Plugins that org files want and that are not installed, with the reason.
#[utoipa::path(get, path = "/admin/plugins-wanted", tag = "plugins", operation_id = "wanted_plugins", responses((status = 200, body = Vec<WantedPluginView>)))]
async fn wanted(State(app): State<App>, _: Admin) -> Result<Json<Vec<WantedPluginView>>, ApiError> {
    let all = app.platform.plugins().waiting().await?;
    let view = |row: WaitingRow| WantedPluginView {
        workspace_id: row.workspace_id,
        workspace_name: row.workspace_name,
        source: row.source,
        state: row.state,
        reason: row.reason,
    };
    Ok(Json(all.into_iter().map(view).collect()))
}

/// A plugin with all code in it, before it is installed. What org files want of it and waited for a person to see it is
/// installed then.
#[utoipa::path(
    post, path = "/plugins/preview", tag = "plugins", operation_id = "preview_plugin", request_body = PreviewPlugin,
    responses((status = 200, body = PluginPreview), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 413, body = wire::ErrorBody), (status = 422, body = wire::ErrorBody))
)]
async fn preview(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<PreviewPlugin>,
) -> Result<Json<PluginPreview>, ApiError> {
    let shown = app
        .platform
        .plugins()
        .preview(&body.source)
        .await
        .map_err(|error| with_source(error, &body.source))?;
    let code = shown.code.into_iter().map(|one| PluginCode {
        path: one.path,
        when: one.when.to_owned(),
        text: one.text,
        cut: one.cut,
    });
    Ok(Json(PluginPreview {
        plugin: shown.plugin,
        source: shown.source,
        digest: shown.digest,
        version: shown.manifest.version,
        description: shown.manifest.description,
        runtimes: shown.manifest.runtimes,
        files: shown.files,
        code: code.collect(),
        warnings: shown.warnings,
    }))
}

/// Plugins of a workspace: what its agent has, and what its next start brings.
#[utoipa::path(
    get, path = "/workspaces/{id}/plugins", tag = "plugins", operation_id = "installed_plugins", params(("id" = String, Path)),
    responses((status = 200, body = Vec<InstalledPluginView>), (status = 404, body = wire::ErrorBody))
)]
async fn installed(
    State(app): State<App>,
    own: OfWorkspace,
) -> Result<Json<Vec<InstalledPluginView>>, ApiError> {
    let all = app.platform.plugins().installed(&own.id).await?;
    Ok(Json(all.into_iter().map(installed_view).collect()))
}

/// Installs a plugin, or updates the one of the same name.
#[utoipa::path(
    post, path = "/workspaces/{id}/plugins", tag = "plugins", operation_id = "install_plugin", params(("id" = String, Path)),
    request_body = InstallPlugin,
    responses(
        (status = 200, body = PluginInstalled), (status = 400, body = wire::ErrorBody), (status = 403, body = wire::ErrorBody),
        (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody), (status = 413, body = wire::ErrorBody),
        (status = 422, body = wire::ErrorBody), (status = 500, body = wire::ErrorBody), (status = 502, body = wire::ErrorBody),
        (status = 503, body = wire::ErrorBody), (status = 504, body = wire::ErrorBody)
    )
)]
async fn install(
    State(app): State<App>,
    own: OfWorkspace,
    body: Bytes,
) -> Result<Json<PluginInstalled>, ApiError> {
    let plugins = app.platform.plugins();
    let most = plugins.limits().body;
    if body.len() > most {
        return Err(ApiError::bad("invalid_body", "invalid request body")
            .with("detail", format!("it has more than {most} bytes")));
    }
    let body: InstallPlugin = parse(&body, "invalid request body")?;
    if body.source.trim().is_empty() {
        return Err(ApiError::bad(
            "source_required",
            "'source' is required (e.g. \"local://my-plugin\" or \"github://owner/repo\")",
        ));
    }
    let wanted = Wanted {
        source: body.source,
        sha256: body.sha256,
        track: body.track,
        digest: body.digest,
    };
    let by = match own.who {
        Who::Workspace { .. } => By::Agent,
        _ => By::Person,
    };
    // The work goes on when the caller hangs up: half of it would be nobody's.
    let (plugins, id, source) = (plugins.clone(), own.id, wanted.source.clone());
    let done = tokio::spawn(async move { plugins.install(&id, &wanted, by).await })
        .await
        .unwrap_or(Err(PluginError::Stopping))
        .map_err(|error| with_source(error, &source))?;
    Ok(Json(PluginInstalled {
        status: "installed".to_owned(),
        plugin: done.plugin,
        source: done.source,
        restart: done.restart.to_owned(),
        delivered: done.delivered.to_owned(),
        digest: done.digest,
        warnings: done.warnings,
    }))
}

/// Plugins of the registry for the workspace's runtime.
#[utoipa::path(
    get, path = "/workspaces/{id}/plugins/available", tag = "plugins", operation_id = "available_plugins",
    params(("id" = String, Path)), responses((status = 200, body = Vec<PluginView>), (status = 404, body = wire::ErrorBody))
)]
async fn available(
    State(app): State<App>,
    own: OfWorkspace,
) -> Result<Json<Vec<PluginView>>, ApiError> {
    let all = app.platform.plugins().available(&own.id).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Which installed plugins would fit another runtime.
#[utoipa::path(
    get, path = "/workspaces/{id}/plugins/compatibility", tag = "plugins", operation_id = "plugin_compatibility",
    params(("id" = String, Path), ("runtime" = String, Query)),
    responses((status = 200, body = PluginCompatibility), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn compatibility(
    State(app): State<App>,
    own: OfWorkspace,
    Query(query): Query<OfRuntime>,
) -> Result<Json<PluginCompatibility>, ApiError> {
    let runtime = query.runtime.trim();
    if runtime.is_empty() {
        return Err(ApiError::bad(
            "runtime_required",
            "runtime query parameter is required",
        ));
    }
    let all = app.platform.plugins().installed(&own.id).await?;
    let (compatible, incompatible): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|one| one.manifest.fits(runtime));
    Ok(Json(PluginCompatibility {
        target_runtime: runtime.to_owned(),
        all_compatible: incompatible.is_empty(),
        compatible: compatible.into_iter().map(installed_view).collect(),
        incompatible: incompatible.into_iter().map(installed_view).collect(),
    }))
}

/// Takes a plugin away with everything its install wrote, and nothing else.
#[utoipa::path(
    delete, path = "/workspaces/{id}/plugins/{name}", tag = "plugins", operation_id = "uninstall_plugin",
    params(("id" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = PluginUninstalled), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 500, body = wire::ErrorBody))
)]
async fn uninstall(
    State(app): State<App>,
    own: OfWorkspace,
    Path(named): Path<(String, String)>,
) -> Result<Json<PluginUninstalled>, ApiError> {
    let (plugins, id, name) = (app.platform.plugins().clone(), own.id, named.1);
    let done = tokio::spawn(async move { plugins.uninstall(&id, &name).await })
        .await
        .unwrap_or(Err(PluginError::Stopping))?;
    Ok(Json(PluginUninstalled {
        status: "uninstalled".to_owned(),
        plugin: done.plugin,
        restart: done.restart.to_owned(),
        kept: done.kept,
    }))
}

#[derive(Debug, Default, Deserialize)]
struct FromSource {
    source: Option<String>,
}

/// A plugin's files as a gzip-packed tar, for agents that live outside containers.
#[utoipa::path(
    get, path = "/workspaces/{id}/plugins/{name}/download", tag = "plugins", operation_id = "download_plugin",
    params(("id" = String, Path), ("name" = String, Path), ("source" = Option<String>, Query)),
    responses((status = 200, content_type = "application/gzip", body = Vec<u8>), (status = 400, body = wire::ErrorBody), (status = 401, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn download(
    State(app): State<App>,
    _own: OwnToken,
    Path(named): Path<(String, String)>,
    Query(query): Query<FromSource>,
) -> Result<Response, ApiError> {
    let name = named.1;
    let (source, fetched, tar) = app
        .platform
        .plugins()
        .download(&name, query.source.as_deref())
        .await?;
    let packed = tokio::task::spawn_blocking(move || {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&tar)?;
        encoder.finish()
    })
    .await
    .map_err(|error| std::io::Error::other(error.to_string()))
    .and_then(|packed| packed)
    .map_err(|error| {
        tracing::warn!(%error, plugin = name, "a plugin could not be packed");
        ApiError::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "pack_failed",
            "failed to pack plugin",
        )
        .with("plugin", &name)
    })?;
    let mut response = packed.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/gzip".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.tar.gz\""),
        ),
        (
            HeaderName::from_static("x-plugin-name"),
            fetched.name.clone(),
        ),
        (
            HeaderName::from_static("x-plugin-source"),
            source.to_string(),
        ),
        (
            HeaderName::from_static("x-plugin-digest"),
            fetched.tree.digest(),
        ),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}
