//! What can go wrong with the database.

use std::path::PathBuf;

/// A query or a write failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused a statement, or the file cannot be read or written.
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// The disk holding the data folder is full. Nothing of the change was kept.
    #[error(
        "the disk holding the data folder is full; free some space and try again, nothing was changed"
    )]
    DiskFull,
    /// The platform is shutting down and takes no more writes.
    #[error("the platform is shutting down")]
    Closed,
    /// A write panicked; it was rolled back. A defect of ours.
    #[error("an internal error undid this change; the log has the details")]
    Panicked,
    /// A stored value is outside its closed set. Somebody edited the file by hand, or a defect of ours.
    #[error("a stored value is not understood: {0}")]
    Corrupt(String),
}

impl StoreError {
    /// Maps SQLite's "disk is full" to its own variant, whatever call met it.
    pub fn classify(error: sqlx::Error) -> Self {
        if is_full(&error) {
            Self::DiskFull
        } else {
            Self::Database(error)
        }
    }
}

/// 13 = SQLITE_FULL; extended codes keep the primary code in the low byte.
fn is_full(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(database) = error else {
        return false;
    };
    let code = database.code().and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| code & 0xff == 13)
}

/// The database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or its folder cannot be used.
    #[error("cannot open the database {path}: {source}")]
    File {
        /// The database file.
        path: PathBuf,
        /// What the system said.
        source: sqlx::Error,
    },
    /// The SQLite that was linked in can corrupt a WAL under two connections.
    #[error(
        "SQLite {found} is too old; 3.51.3 or newer is needed because older ones can corrupt the database"
    )]
    SqliteTooOld {
        /// The version that was linked in.
        found: String,
    },
    /// A newer Molecule Desktop wrote this file.
    #[error(
        "the data in {path} was written by a newer version (schema {found}, this version knows {known}); \
         start that version, or choose another data folder"
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Schema in the file.
        found: i64,
        /// Newest schema this build knows.
        known: i64,
    },
    /// The copy that is made before migrating failed; nothing was migrated.
    #[error("cannot back up {path} before migrating it: {reason}; nothing was changed")]
    Backup {
        /// The database file.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// A migration failed; it was rolled back.
    #[error("cannot bring {path} to the newest schema: {source}")]
    Migration {
        /// The database file.
        path: PathBuf,
        /// What went wrong.
        source: sqlx::migrate::MigrateError,
    },
}

impl OpenError {
    /// Whether it was refused because the disk is full.
    pub fn is_full(&self) -> bool {
        use sqlx::migrate::MigrateError;
        match self {
            Self::File { source, .. }
            | Self::Migration {
                source: MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _),
                ..
            } => is_full(source),
            _ => false,
        }
    }
}
