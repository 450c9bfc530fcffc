//! The peer of the API's figures: the shortest honest program that does the same work. axum in front, SQLite behind, as
//! durable as the product (WAL, `synchronous=FULL`), one transaction a heartbeat. No credentials, no event log, no
//! status: whatever the product does beyond this shows in the ratio.
//!
//! `bench-peer FILE [ROWS]` makes the database there with so many workspaces, listens on a free port of loopback and
//! prints that port.
//!
//! | route | what |
//! | --- | --- |
//! | `POST /registry/heartbeat` | kept, and told to every socket |
//! | `GET /workspaces`, `GET /workspaces/{id}` | rows as JSON; ids are `0`, `1`, … |
//! | `GET /ws` | an event socket |

use axum::{
    Json, Router,
    extract::{Path, State, WebSocketUpgrade, ws::Message},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use sqlx::{
    FromRow, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{error::Error, io::Write};
use tokio::{net::TcpListener, sync::broadcast};

#[derive(Clone)]
struct Peer {
    writer: SqlitePool,
    readers: SqlitePool,
    frames: broadcast::Sender<String>,
}

#[derive(Deserialize)]
struct Beat {
    workspace_id: String,
    error_rate: f64,
    active_tasks: i64,
    uptime_seconds: i64,
    current_task: String,
}

/// As many columns as a workspace of the product has in its list.
#[derive(Serialize, FromRow)]
struct Workspace {
    id: String,
    name: String,
    role: Option<String>,
    tier: i64,
    status: String,
    runtime: String,
    url: String,
    parent_id: Option<String>,
    active_tasks: i64,
    max_concurrent_tasks: i64,
    last_error_rate: f64,
    last_sample_error: String,
    uptime_seconds: i64,
    current_task: String,
    workspace_dir: Option<String>,
    monthly_spend: i64,
    budget_limit: Option<i64>,
    x: f64,
    y: f64,
    collapsed: bool,
    created_at: String,
    last_heartbeat_at: Option<String>,
}

const TABLE: &str = "CREATE TABLE workspaces (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT, tier INTEGER NOT NULL,
    status TEXT NOT NULL, runtime TEXT NOT NULL, url TEXT NOT NULL, parent_id TEXT, active_tasks INTEGER NOT NULL,
    max_concurrent_tasks INTEGER NOT NULL, last_error_rate REAL NOT NULL, last_sample_error TEXT NOT NULL,
    uptime_seconds INTEGER NOT NULL, current_task TEXT NOT NULL, workspace_dir TEXT, monthly_spend INTEGER NOT NULL,
    budget_limit INTEGER, x REAL NOT NULL, y REAL NOT NULL, collapsed INTEGER NOT NULL, created_at TEXT NOT NULL,
    last_heartbeat_at TEXT) STRICT";

const ROW: &str = "INSERT INTO workspaces VALUES (?1, 'Member ' || ?1, 'Works in a team', 2, 'online', 'mock', '', '0', 0, 1, 0.0, '', 1, '',
    NULL, 0, NULL, ?2, ?2, 0, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: bench-peer FILE [ROWS]")?;
    let rows: i64 = arguments.next().map_or(Ok(0), |rows| rows.parse())?;
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await?;
    sqlx::query(TABLE).execute(&writer).await?;
    sqlx::query(
        "CREATE TABLE beats (id TEXT PRIMARY KEY, error_rate REAL, active_tasks INTEGER, uptime INTEGER, task TEXT) STRICT",
    )
    .execute(&writer)
    .await?;
    let mut transaction = writer.begin().await?;
    for row in 0..rows {
        sqlx::query(ROW)
            .bind(row.to_string())
            .bind(row as f64)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await?;
    let router = Router::new()
        .route("/registry/heartbeat", post(beat))
        .route("/workspaces", get(list))
        .route("/workspaces/{id}", get(one))
        .route("/ws", get(live))
        .with_state(Peer {
            writer,
            readers,
            frames: broadcast::channel(256).0,
        });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", listener.local_addr()?.port())?;
    out.flush()?;
    axum::serve(listener, router).await?;
    Ok(())
}

/// What SQLite says is of no use to a peer.
fn failed(_: sqlx::Error) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn beat(
    State(peer): State<Peer>,
    Json(beat): Json<Beat>,
) -> Result<&'static str, StatusCode> {
    let frame = format!(
        "{{\"event\":\"WORKSPACE_HEARTBEAT\",\"workspace_id\":\"{}\",\"payload\":{{\"active_tasks\":{},\"uptime_seconds\":{}}}}}",
        beat.workspace_id, beat.active_tasks, beat.uptime_seconds
    );
    sqlx::query(
        "INSERT INTO beats VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET
         error_rate = ?2, active_tasks = ?3, uptime = ?4, task = ?5",
    )
    .bind(beat.workspace_id)
    .bind(beat.error_rate)
    .bind(beat.active_tasks)
    .bind(beat.uptime_seconds)
    .bind(beat.current_task)
    .execute(&peer.writer)
    .await
    .map_err(failed)?;
    // Nobody may listen.
    let _ = peer.frames.send(frame);
    Ok("ok")
}

async fn list(State(peer): State<Peer>) -> Result<Json<Vec<Workspace>>, StatusCode> {
    let rows = sqlx::query_as("SELECT * FROM workspaces ORDER BY created_at, rowid")
        .fetch_all(&peer.readers)
        .await
        .map_err(failed)?;
    Ok(Json(rows))
}

async fn one(
    State(peer): State<Peer>,
    Path(id): Path<String>,
) -> Result<Json<Workspace>, StatusCode> {
    sqlx::query_as("SELECT * FROM workspaces WHERE id = ?1")
        .bind(id)
        .fetch_optional(&peer.readers)
        .await
        .map_err(failed)?
        .map(Json)
        .ok_or(StatusCode::NOT_FOUND)
}

async fn live(State(peer): State<Peer>, upgrade: WebSocketUpgrade) -> Response {
    let mut frames = peer.frames.subscribe();
    upgrade.on_upgrade(|mut socket| async move {
        while let Ok(frame) = frames.recv().await {
            if socket.send(Message::text(frame)).await.is_err() {
                break;
            }
        }
    })
}
