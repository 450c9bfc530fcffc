//! Looking into a database that another process may own: nothing is made, migrated or locked.

use crate::StoreError;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{path::Path, time::Duration};

/// A read-only connection of its own. Queries that any schema of ours can answer are safe on it; there are few.
#[derive(Debug)]
pub struct Peek(SqliteConnection);

impl Peek {
    /// Opens the database file for reading; it must exist.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .read_only(true)
            .busy_timeout(Duration::from_secs(5));
        Ok(Self(SqliteConnection::connect_with(&options).await?))
    }

    /// The connection.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}
