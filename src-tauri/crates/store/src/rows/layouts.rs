//! Places on the canvas and the shared viewport (contract 01 sections 3.14 and 6).

use crate::StoreError;
use sqlx::{SqliteConnection, SqliteExecutor};
use wire::Viewport;

const VIEWPORT: &str = "00000000-0000-0000-0000-000000000001";

/// Puts a workspace at an absolute place and marks it as placed.
///
/// # Errors
/// When the row cannot be written.
pub async fn place(
    connection: &mut SqliteConnection,
    id: &str,
    x: f64,
    y: f64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO canvas_layouts (workspace_id, x, y, placed) VALUES (?, ?, ?, 1)
         ON CONFLICT (workspace_id) DO UPDATE SET x = excluded.x, y = excluded.y, placed = 1",
    )
    .bind(id)
    .bind(x)
    .bind(y)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// The farthest a position may be from the origin. Beyond it sums lose their digits, and at last are no number any more.
pub const FARTHEST: f64 = 1_000_000_000.0;

/// Shifts workspaces, all in one statement: what moves with a parent (contract 01 section 7).
///
/// # Errors
/// When the rows cannot be written.
pub async fn shift(
    connection: &mut SqliteConnection,
    ids: &[String],
    dx: f64,
    dy: f64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE canvas_layouts SET x = max(-?3, min(?3, x + ?1)), y = max(-?3, min(?3, y + ?2))
         WHERE workspace_id IN (SELECT value FROM json_each(?4))",
    )
    .bind(dx)
    .bind(dy)
    .bind(FARTHEST)
    .bind(serde_json::to_string(ids).unwrap_or_else(|_| "[]".into()))
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// Folds or unfolds.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_collapsed(
    connection: &mut SqliteConnection,
    id: &str,
    collapsed: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO canvas_layouts (workspace_id, collapsed) VALUES (?, ?)
         ON CONFLICT (workspace_id) DO UPDATE SET collapsed = excluded.collapsed",
    )
    .bind(id)
    .bind(collapsed)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// What becomes of a side of a frame that nothing is said about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsaid {
    /// It stays as it was.
    Kept,
    /// It is taken back: a frame without a size is as large as what is in it needs.
    TakenBack,
}

/// Sets the frame's size, width and height.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_size(
    connection: &mut SqliteConnection,
    id: &str,
    (width, height): (Option<f64>, Option<f64>),
    unsaid: Unsaid,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO canvas_layouts (workspace_id, width, height) VALUES (?1, ?2, ?3)
         ON CONFLICT (workspace_id) DO UPDATE SET
            width = coalesce(excluded.width, iif(?4, width, NULL)),
            height = coalesce(excluded.height, iif(?4, height, NULL))",
    )
    .bind(id)
    .bind(width)
    .bind(height)
    .bind(unsaid == Unsaid::Kept)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// Forgets the place of a removed workspace.
///
/// # Errors
/// When the row cannot be deleted.
pub async fn remove(connection: &mut SqliteConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM canvas_layouts WHERE workspace_id = ?")
        .bind(id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}

/// The shared viewport, `{0,0,1}` before it was ever saved.
///
/// # Errors
/// When the database does not answer.
pub async fn viewport(db: impl SqliteExecutor<'_>) -> Result<Viewport, StoreError> {
    let row: Option<(f64, f64, f64)> =
        sqlx::query_as("SELECT x, y, zoom FROM canvas_viewport WHERE id = ?")
            .bind(VIEWPORT)
            .fetch_optional(db)
            .await?;
    Ok(row.map_or(
        Viewport {
            x: 0.0,
            y: 0.0,
            zoom: 1.0,
        },
        |(x, y, zoom)| Viewport { x, y, zoom },
    ))
}

/// Saves the viewport.
///
/// # Errors
/// When the row cannot be written.
pub async fn save_viewport(
    connection: &mut SqliteConnection,
    view: Viewport,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO canvas_viewport (id, x, y, zoom, saved_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET x = excluded.x, y = excluded.y, zoom = excluded.zoom, saved_at = excluded.saved_at",
    )
    .bind(VIEWPORT)
    .bind(view.x)
    .bind(view.y)
    .bind(view.zoom)
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}
