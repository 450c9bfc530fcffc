//! Opening the database: version check, backup, migrations, the writer and the read pool.

use crate::{
    EventHub, Hierarchy, OpenError, StoreError, WorkspaceRow, Write, WriteFuture, marks::Marks,
    ready::Trial, rows, writer::Writer,
};
use clock::Clock;
use sqlx::{
    Connection, Row, SqliteConnection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../../migrations");

/// Oldest SQLite without the WAL-reset corruption.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// Rows that the database's thread may read ahead of who asked. With few of them the two threads wake each other for
/// every handful of a long list.
const ROWS_AHEAD: usize = 512;

/// How to open a [`Store`].
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The database file; made when it does not exist, its folder must exist.
    pub path: PathBuf,
    /// Time for stamps.
    pub clock: Arc<dyn Clock>,
    /// Read connections at most.
    pub readers: u32,
}

impl OpenOptions {
    /// Options with four readers.
    pub fn new(path: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            path: path.into(),
            clock,
            readers: 4,
        }
    }
}

/// Workspaces remembered at most.
const MOST_ROWS: usize = 2048;

/// What was read of the workspaces while their mark stood still.
#[derive(Debug, Default)]
struct Memory {
    mark: u64,
    hierarchy: Option<Arc<Hierarchy>>,
    rows: HashMap<String, Arc<WorkspaceRow>>,
}

/// The database of one data folder. Cheap to clone; all clones share the writer and the pool.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
    writer: Writer,
    hub: EventHub,
    marks: Marks,
    memory: Arc<Mutex<Memory>>,
    trial: Trial,
    path: Arc<PathBuf>,
}

impl Store {
    /// Opens (or makes) the database: checks SQLite, refuses a newer schema, backs up before migrating, migrates.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing was changed unless it says so.
    pub async fn open(options: OpenOptions) -> Result<Self, OpenError> {
        let path = options.path.clone();
        let file = |source| OpenError::File {
            path: path.clone(),
            source,
        };
        let connect = SqliteConnectOptions::new()
            .filename(&options.path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .row_buffer_size(ROWS_AHEAD)
            .busy_timeout(Duration::from_secs(5));

        let mut connection = SqliteConnection::connect_with(&connect)
            .await
            .map_err(file)?;
        check_sqlite(&mut connection).await.map_err(file)??;
        migrate(&mut connection, &options.path).await?;

        let pool = SqlitePoolOptions::new()
            .max_connections(options.readers)
            .min_connections(0)
            .connect_lazy_with(connect.read_only(true).create_if_missing(false));
        let hub = EventHub::new(crate::last_seq(&mut connection).await.unwrap_or(0));
        let marks = Marks::default();
        marks
            .watch(&mut connection)
            .await
            .map_err(|error| file(sqlx::Error::Protocol(error.to_string())))?;
        let writer = Writer::start(connection, options.clock, hub.clone(), marks.clone());
        Ok(Self {
            pool,
            writer,
            hub,
            marks,
            memory: Arc::default(),
            trial: Trial::default(),
            path: Arc::new(options.path),
        })
    }

    /// Runs `job` on the write connection, inside a savepoint of the current group transaction, and answers after
    /// COMMIT. An `Err` undoes what the job did, and only that. The job runs to its end even when the caller goes away.
    ///
    /// # Errors
    /// The job's own error, or a [`StoreError`] (converted) when the commit failed.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'w> FnOnce(&'w mut Write) -> WriteFuture<'w, T, E> + Send + 'static,
    {
        self.writer.run(job).await
    }

    /// Connections for reading. They see the last committed state and cannot write.
    pub fn read(&self) -> &SqlitePool {
        &self.pool
    }

    /// The live end of the event log.
    pub fn events(&self) -> &EventHub {
        &self.hub
    }

    /// Who may talk to whom now. Read from the rows only after one of them changed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hierarchy(&self) -> Result<Arc<Hierarchy>, StoreError> {
        // Taken before the rows are read: a change meanwhile makes the next caller read again.
        let mark = self.marks.workspaces();
        if let Some(known) = self.remembered(mark, |memory| memory.hierarchy.clone()) {
            return Ok(known);
        }
        let read = Arc::new(Hierarchy::read(&self.pool).await?);
        self.remember(mark, |memory| memory.hierarchy = Some(read.clone()));
        Ok(read)
    }

    /// One workspace, removed ones included, with its place. Read from the rows only after one of them changed: agents ask
    /// about themselves and their parents all the time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn workspace(&self, id: &str) -> Result<Option<Arc<WorkspaceRow>>, StoreError> {
        let mark = self.marks.workspaces();
        if let Some(known) = self.remembered(mark, |memory| memory.rows.get(id).cloned()) {
            return Ok(Some(known));
        }
        let Some(row) = rows::workspaces::get(&self.pool, id).await? else {
            return Ok(None);
        };
        let row = Arc::new(row);
        self.remember(mark, |memory| {
            if memory.rows.len() < MOST_ROWS {
                memory.rows.insert(id.to_owned(), row.clone());
            }
        });
        Ok(Some(row))
    }

    fn remembered<T>(&self, mark: u64, of: impl FnOnce(&Memory) -> Option<T>) -> Option<T> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        (memory.mark == mark).then(|| of(&memory)).flatten()
    }

    /// What was read while an older mark stood is forgotten; what was read while it stood is not kept beside newer things.
    fn remember(&self, mark: u64, keep: impl FnOnce(&mut Memory)) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.mark < mark {
            *memory = Memory {
                mark,
                ..Memory::default()
            };
        }
        if memory.mark == mark {
            keep(&mut memory);
        }
    }

    /// A number that moves whenever a workspace or org token is made, revoked or otherwise changed: what was read of
    /// tokens while it showed the same number still holds.
    pub fn tokens_mark(&self) -> u64 {
        self.marks.tokens()
    }

    pub(crate) fn trial(&self) -> &Trial {
        &self.trial
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a whole, consistent copy of the database to a file that must not exist yet.
    ///
    /// # Errors
    /// When the file cannot be written; a partial one may be left.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        let file = file.to_string_lossy().into_owned();
        let mut connection = self.pool.acquire().await.map_err(StoreError::classify)?;
        sqlx::query("VACUUM INTO ?")
            .bind(file)
            .execute(&mut *connection)
            .await
            .map_err(StoreError::classify)?;
        Ok(())
    }

    /// Takes no more writes, finishes those that were queued, and closes every connection.
    pub async fn close(&self) {
        // Readers first: only the last connection, which may write, puts the log back into the database file.
        self.pool.close().await;
        self.writer.close().await;
    }
}

async fn check_sqlite(
    connection: &mut SqliteConnection,
) -> Result<Result<(), OpenError>, sqlx::Error> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await?;
    let mut parts = found
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let version = (
        parts.next().unwrap_or(0),
        parts.next().unwrap_or(0),
        parts.next().unwrap_or(0),
    );
    Ok(if version < OLDEST_SQLITE {
        Err(OpenError::SqliteTooOld { found })
    } else {
        Ok(())
    })
}

async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let known = MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0);
    let found = applied(connection).await;
    if found > known {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    if found > 0 && found < known {
        backup(connection, path, found).await?;
    }
    if found == known {
        return run_migrations(connection, path).await;
    }
    // Each step goes into the file before the next one: else the log grows larger than the database it makes.
    log_pages(connection, PAGES_WHILE_MIGRATING).await;
    let done = run_migrations(connection, path).await;
    log_pages(connection, PAGES).await;
    let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)");
    if let Err(error) = emptied.execute(connection).await {
        tracing::warn!(%error, "the write-ahead log could not be emptied");
    }
    done
}

/// Pages of the write-ahead log from which on it is put into the file: SQLite's own number, and a small one.
const PAGES: u32 = 1000;
const PAGES_WHILE_MIGRATING: u32 = 16;

/// What it does not take changes when the log is put away, and nothing else.
async fn log_pages(connection: &mut SqliteConnection, pages: u32) {
    let set = sqlx::query(sqlx::AssertSqlSafe(format!(
        "PRAGMA wal_autocheckpoint = {pages}"
    )));
    if let Err(error) = set.execute(connection).await {
        tracing::warn!(%error, "the size of the write-ahead log could not be set");
    }
}

/// Runs what was not run, and refuses what was changed since it ran.
async fn run_migrations(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    MIGRATIONS
        .run_direct(None, connection, false)
        .await
        .map_err(|source| OpenError::Migration {
            path: path.to_owned(),
            source,
        })
}

/// Newest migration recorded in the file; 0 for a new one.
async fn applied(connection: &mut SqliteConnection) -> i64 {
    sqlx::query("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(connection)
        .await
        .ok()
        .and_then(|row| row.try_get::<Option<i64>, _>(0).ok().flatten())
        .unwrap_or(0)
}

/// A whole copy beside the file, named by the schema it holds. `VACUUM INTO` reads a consistent state, WAL included.
async fn backup(
    connection: &mut SqliteConnection,
    path: &Path,
    version: i64,
) -> Result<(), OpenError> {
    let copy = path.with_extension(format!("before-{version}.sqlite"));
    let failed = |reason: String| OpenError::Backup {
        path: path.to_owned(),
        reason,
    };
    if copy.exists() {
        std::fs::remove_file(&copy).map_err(|error| failed(error.to_string()))?;
    }
    sqlx::query("VACUUM INTO ?")
        .bind(copy.to_string_lossy().into_owned())
        .execute(connection)
        .await
        .map_err(|error| failed(error.to_string()))?;
    Ok(())
}
