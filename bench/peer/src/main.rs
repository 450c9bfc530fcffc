//! The peer of the heartbeat figure: the shortest honest program that takes a heartbeat and keeps it. axum in front,
//! one SQLite row an agent behind, one transaction a beat, as durable as the product's (WAL, `synchronous=FULL`).
//! No credentials, no events, no status: whatever the product does beyond this shows in the ratio.
//!
//! `bench-peer FILE` makes the database there, listens on a free port of loopback and prints that port.

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde::Deserialize;
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{error::Error, io::Write, sync::Arc};
use tokio::{net::TcpListener, sync::Mutex};

type Database = Arc<Mutex<SqliteConnection>>;

#[derive(Deserialize)]
struct Beat {
    workspace_id: String,
    error_rate: f64,
    active_tasks: i64,
    uptime_seconds: i64,
    current_task: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).ok_or("usage: bench-peer FILE")?;
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut database = SqliteConnection::connect_with(&options).await?;
    sqlx::query(
        "CREATE TABLE beats (id TEXT PRIMARY KEY, error_rate REAL, active_tasks INTEGER, uptime INTEGER, task TEXT) STRICT",
    )
    .execute(&mut database)
    .await?;
    let router = Router::new()
        .route("/registry/heartbeat", post(beat))
        .with_state(Arc::new(Mutex::new(database)));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", listener.local_addr()?.port())?;
    out.flush()?;
    axum::serve(listener, router).await?;
    Ok(())
}

async fn beat(
    State(database): State<Database>,
    Json(beat): Json<Beat>,
) -> Result<&'static str, StatusCode> {
    sqlx::query(
        "INSERT INTO beats VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET
         error_rate = ?2, active_tasks = ?3, uptime = ?4, task = ?5",
    )
    .bind(beat.workspace_id)
    .bind(beat.error_rate)
    .bind(beat.active_tasks)
    .bind(beat.uptime_seconds)
    .bind(beat.current_task)
    .execute(&mut *database.lock().await)
    .await
    .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok("ok")
}
