//! Files of a workspace and what it shares with those below it (contract 03 sections 5.7 and 6).

use crate::{
    app::App,
    auth::{OfWorkspace, OfWorkspaceOrChild},
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use platform::FileChange;
use reconcile::{Expect, FileError, FileWrite, LARGEST_READ, Root};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    FileBody, FileChanged, FileEntry, FileInSet, FilePartBody, FileReaction, FilesReplaced,
    PutFile, PutFiles, SharedFile,
};

/// Largest body of a write (no. 71).
pub(crate) const BODY: usize = 10 * 1024 * 1024;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, replace))
        .routes(routes!(read, write, remove))
        .routes(routes!(shared_context))
        .layer(DefaultBodyLimit::max(BODY))
}

#[derive(Debug, Deserialize)]
struct ListQuery {
    root: Option<String>,
    #[serde(default)]
    path: String,
    depth: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ReadQuery {
    root: Option<String>,
    offset: Option<String>,
    length: Option<String>,
}

fn root(asked: Option<&str>) -> Result<Root, ApiError> {
    let asked = asked.filter(|root| !root.is_empty());
    Root::parse(asked.unwrap_or(Root::Configs.path())).ok_or_else(|| {
        let all = Root::ALL.map(Root::path).join(", ");
        ApiError::bad("invalid_root", format!("root must be one of: {all}"))
    })
}

/// What a folder of the workspace holds.
#[utoipa::path(
    get, path = "/workspaces/{id}/files", tag = "files",
    params(
        ("id" = String, Path), ("root" = Option<String>, Query), ("path" = Option<String>, Query),
        ("depth" = Option<u8>, Query, description = "1 to 5"),
    ),
    responses((status = 200, body = Vec<FileEntry>), (status = 400, body = wire::ErrorBody), (status = 503, body = wire::ErrorBody))
)]
async fn list(
    State(app): State<App>,
    own: OfWorkspace,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<FileEntry>>, ApiError> {
    let root = root(query.root.as_deref())?;
    let depth = match query.depth.as_deref() {
        None | Some("") => 1,
        Some(text) => text.parse().map_err(|_| FileError::Depth)?,
    };
    let files = app.platform.reconciler().files();
    let listed = files.list(&own.id, root, &query.path, depth).await?;
    let entries = listed.into_iter().map(|one| FileEntry {
        path: one.path,
        size: one.size,
        dir: one.dir,
    });
    Ok(Json(entries.collect()))
}

/// One file with its digest; bytes that are no text come as base64. With `offset` or `length` a part of it, also of a
/// file that is too large to be read at once.
#[utoipa::path(
    get, path = "/workspaces/{id}/files/{*path}", tag = "files",
    params(("id" = String, Path), ("path" = String, Path), ("root" = Option<String>, Query), ("offset" = Option<u64>, Query), ("length" = Option<u64>, Query)),
    responses((status = 200, body = FileBody), (status = 206, body = FilePartBody), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 413, body = wire::ErrorBody))
)]
async fn read(
    State(app): State<App>,
    own: OfWorkspace,
    Path(place): Path<(String, String)>,
    Query(query): Query<ReadQuery>,
) -> Result<Response, ApiError> {
    let path = place.1;
    let root = root(query.root.as_deref())?;
    let files = app.platform.reconciler().files();
    if query.offset.is_some() || query.length.is_some() {
        let offset = number(query.offset.as_deref(), "offset", 0)?;
        let length = number(query.length.as_deref(), "length", LARGEST_READ)?;
        let part = files
            .read_part(&own.id, root, &path, offset, length)
            .await?;
        let body = FilePartBody {
            path,
            size: part.content.len() as u64,
            content: STANDARD.encode(part.content),
            encoding: "base64".to_owned(),
            offset,
            total: part.total,
        };
        return Ok((StatusCode::PARTIAL_CONTENT, Json(body)).into_response());
    }
    let file = files.read(&own.id, root, &path).await?;
    let size = file.content.len() as u64;
    let (content, encoding) = match String::from_utf8(file.content) {
        Ok(text) => (text, None),
        Err(bytes) => (STANDARD.encode(bytes.as_bytes()), Some("base64".to_owned())),
    };
    let tag = etag(&file.hash);
    let body = FileBody {
        path,
        content,
        size,
        hash: file.hash,
        encoding,
    };
    Ok(([tag], Json(body)).into_response())
}

/// Writes one file below `/configs`. `If-Match` (or `hash` in the body) replaces only what it names,
/// `If-None-Match: *` only nothing.
#[utoipa::path(
    put, path = "/workspaces/{id}/files/{*path}", tag = "files",
    params(("id" = String, Path), ("path" = String, Path), ("If-Match" = Option<String>, Header), ("If-None-Match" = Option<String>, Header)),
    request_body = PutFile,
    responses((status = 200, body = FileChanged), (status = 400, body = wire::ErrorBody), (status = 412, body = wire::ErrorBody), (status = 413, body = wire::ErrorBody))
)]
async fn write(
    State(app): State<App>,
    own: OfWorkspace,
    Path(place): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let path = place.1;
    reconcile::relative(&path)?;
    let body: PutFile = parse(&small(body)?, "invalid request body")?;
    let expect = match expected(&headers)? {
        Expect::Anything => named(body.hash.as_deref()),
        expect => expect,
    };
    let file = FileWrite {
        content: bytes(&body)?,
        path: path.clone(),
        expect,
    };
    let files = app.platform.reconciler().files();
    let written = files.write(&own.id, vec![file], false).await?;
    let hash = written.hashes.get(&path).cloned();
    let reaction = reaction(
        &app,
        &own.id,
        vec![FileChange::written(&path)],
        written.config,
    )
    .await;
    let body = FileChanged {
        status: "saved".to_owned(),
        path,
        hash: hash.clone(),
        reaction,
    };
    Ok(match hash {
        Some(hash) => ([etag(&hash)], Json(body)).into_response(),
        None => Json(body).into_response(),
    })
}

/// Writes a set of files below `/configs`, all or none; with `prune` it replaces what is there.
#[utoipa::path(
    put, path = "/workspaces/{id}/files", tag = "files", params(("id" = String, Path)), request_body = PutFiles,
    responses((status = 200, body = FilesReplaced), (status = 400, body = wire::ErrorBody), (status = 412, body = wire::ErrorBody), (status = 413, body = wire::ErrorBody))
)]
async fn replace(
    State(app): State<App>,
    own: OfWorkspace,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<FilesReplaced>, ApiError> {
    let body: PutFiles = parse(&small(body)?, "invalid request body")?;
    let set = set(body.files)?;
    let paths: Vec<String> = set.iter().map(|file| file.path.clone()).collect();
    let files = app.platform.reconciler().files();
    let written = match files.write(&own.id, set, body.prune).await {
        // One bad path rejects all, in the contract's words.
        Err(FileError::Path { why }) => {
            return Err(ApiError::bad("invalid_path", "invalid request body").with("detail", why));
        }
        written => written?,
    };
    let changes = paths
        .iter()
        .map(|path| FileChange::written(path))
        .chain(written.removed.iter().map(|path| FileChange::removed(path)))
        .collect();
    let reaction = reaction(&app, &own.id, changes, written.config).await;
    Ok(Json(FilesReplaced {
        status: "replaced".to_owned(),
        workspace: own.id,
        files: paths.len(),
        source: if written.live { "container" } else { "volume" }.to_owned(),
        hashes: written.hashes,
        removed: written.removed,
        reaction,
    }))
}

/// Removes a file or a folder below `/configs`.
#[utoipa::path(
    delete, path = "/workspaces/{id}/files/{*path}", tag = "files",
    params(("id" = String, Path), ("path" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = FileChanged), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 412, body = wire::ErrorBody))
)]
async fn remove(
    State(app): State<App>,
    own: OfWorkspace,
    Path(place): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<FileChanged>, ApiError> {
    let path = place.1;
    if path.starts_with('/') {
        return Err(ApiError::bad(
            "invalid_path",
            "absolute paths not permitted",
        ));
    }
    let files = app.platform.reconciler().files();
    files.remove(&own.id, &path, &expected(&headers)?).await?;
    let reaction = reaction(&app, &own.id, vec![FileChange::removed(&path)], None).await;
    Ok(Json(FileChanged {
        status: "deleted".to_owned(),
        path,
        hash: None,
        reaction,
    }))
}

/// What the workspace shares with those below it; a direct child may ask with its own token.
#[utoipa::path(
    get, path = "/workspaces/{id}/shared-context", tag = "files", params(("id" = String, Path)),
    responses((status = 200, body = Vec<SharedFile>), (status = 404, body = wire::ErrorBody))
)]
async fn shared_context(
    State(app): State<App>,
    own: OfWorkspaceOrChild,
) -> Result<Json<Vec<SharedFile>>, ApiError> {
    let files = app.platform.reconciler().files();
    let shared = files.shared_context(&own.id).await?;
    let shared = shared.into_iter().map(|file| SharedFile {
        path: file.path,
        content: file.content,
    });
    Ok(Json(shared.collect()))
}

fn number(text: Option<&str>, name: &str, otherwise: u64) -> Result<u64, ApiError> {
    match text {
        None | Some("") => Ok(otherwise),
        Some(text) => text.parse().map_err(|_| {
            let text = format!("{name} must be a whole number of bytes");
            ApiError::bad("invalid_range", text)
        }),
    }
}

fn etag(hash: &str) -> (HeaderName, String) {
    (header::ETAG, format!("\"{hash}\""))
}

/// The body, if it is not too large.
pub(crate) fn small(body: Result<Bytes, BytesRejection>) -> Result<Bytes, ApiError> {
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let text =
                format!("the request is larger than {BODY} bytes; send fewer or smaller files");
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", text).with("limit", BODY)
        }
        status => ApiError::new(status, "body_unreadable", "the request body cannot be read"),
    })
}

/// The files of a set.
pub(crate) fn set(
    files: std::collections::BTreeMap<String, FileInSet>,
) -> Result<Vec<FileWrite>, ApiError> {
    files
        .into_iter()
        .map(|(path, file)| {
            let (content, expect) = match file {
                FileInSet::Text(text) => (text.into_bytes(), Expect::Anything),
                FileInSet::File(file) => (bytes(&file)?, named(file.hash.as_deref())),
            };
            Ok(FileWrite {
                path,
                content,
                expect,
            })
        })
        .collect()
}

fn bytes(file: &PutFile) -> Result<Vec<u8>, ApiError> {
    let refuse = |detail: String| {
        Err(ApiError::bad("invalid_body", "invalid request body").with("detail", detail))
    };
    match file.encoding.as_deref() {
        None | Some("" | "utf-8") => Ok(file.content.clone().into_bytes()),
        Some("base64") => STANDARD
            .decode(&file.content)
            .or_else(|error| refuse(format!("content is not base64: {error}"))),
        Some(other) => refuse(format!("encoding {other:?} is neither utf-8 nor base64")),
    }
}

fn named(hash: Option<&str>) -> Expect {
    match hash {
        Some(hash) if !hash.is_empty() => Expect::Hash(vec![hash.to_ascii_lowercase()]),
        _ => Expect::Anything,
    }
}

/// What the conditions of a request say about what it replaces.
fn expected(headers: &HeaderMap) -> Result<Expect, ApiError> {
    let text = |name: HeaderName| {
        let values: Vec<&str> = headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        (!values.is_empty()).then(|| values.join(","))
    };
    if let Some(matched) = text(header::IF_MATCH) {
        let tags: Vec<&str> = matched.split(',').map(str::trim).collect();
        if tags.contains(&"*") {
            return Ok(Expect::Something);
        }
        // A weak tag never matches a write (RFC 9110 section 13.1.1).
        let hashes = tags.iter().filter(|tag| !tag.starts_with("W/"));
        return Ok(Expect::Hash(
            hashes
                .map(|tag| tag.trim_matches('"').to_ascii_lowercase())
                .collect(),
        ));
    }
    match text(header::IF_NONE_MATCH).as_deref().map(str::trim) {
        None => Ok(Expect::Anything),
        Some("*") => Ok(Expect::Nothing),
        Some(_) => Err(ApiError::bad(
            "invalid_condition",
            "If-None-Match takes only *; use If-Match with the hash that was read",
        )),
    }
}

/// What the agent makes of a change; the files were written whatever comes of this.
async fn reaction(
    app: &App,
    id: &str,
    changes: Vec<FileChange>,
    config: Option<(Option<Vec<u8>>, Vec<u8>)>,
) -> FileReaction {
    app.platform.file_reaction(id, &changes, config).await
}
