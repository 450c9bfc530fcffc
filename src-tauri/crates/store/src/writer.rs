//! The one task that writes.
//!
//! Jobs queue up; the task takes what is there (up to 256 jobs or 2 ms), runs each in a savepoint of one transaction,
//! commits with `synchronous=FULL`, and only then answers and publishes events. So a burst costs one fsync, a failed
//! job undoes itself alone, and nobody hears of a change that did not survive.

use crate::{EventHub, StoreError, event_log, marks::Marks};
use chrono::{DateTime, Utc};
use clock::Clock;
use futures::{FutureExt, future::BoxFuture};
use sqlx::{Connection, SqliteConnection};
use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};
use wire::Event;

/// Jobs in one transaction at most.
const GROUP_JOBS: usize = 256;
/// Time a transaction stays open for more jobs at most.
const GROUP_TIME: Duration = Duration::from_millis(2);

/// What a job passed to [`crate::Store::write`] returns.
pub type WriteFuture<'w, T, E> = BoxFuture<'w, Result<T, E>>;

/// The write connection inside one job. Everything done through it is one unit together with its events.
#[derive(Debug)]
pub struct Write {
    connection: SqliteConnection,
    now: DateTime<Utc>,
    staged: Vec<Event>,
}

impl Write {
    /// The connection, for the query functions of this crate.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// The moment this job counts as happening at.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The same moment as storage text.
    pub fn stamp(&self) -> String {
        wire::Timestamp(self.now).to_storage()
    }

    /// Appends an event to the log; it is published after COMMIT. Returns its number.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub async fn event(&mut self, event: event_log::NewEvent) -> Result<i64, StoreError> {
        let stored = event_log::append(&mut self.connection, event, self.now).await?;
        let seq = stored.seq.unwrap_or_default();
        self.staged.push(stored);
        Ok(seq)
    }
}

/// Runs when the group's transaction ended: `Ok` after COMMIT.
type Finish = Box<dyn FnOnce(Result<(), &StoreError>) + Send>;
/// Runs a job; says whether to keep what it did, and what to do at the end.
type Job = Box<dyn for<'w> FnOnce(&'w mut Write) -> BoxFuture<'w, (bool, Finish)> + Send>;

#[derive(Debug, Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Message>,
}

enum Message {
    Job(Job),
    Close(oneshot::Sender<()>),
}

impl Writer {
    pub(crate) fn start(
        connection: SqliteConnection,
        clock: Arc<dyn Clock>,
        hub: EventHub,
        marks: Marks,
    ) -> Self {
        let (jobs, queue) = mpsc::channel(4 * GROUP_JOBS);
        let write = Write {
            connection,
            now: clock.now(),
            staged: Vec::new(),
        };
        tokio::spawn(run(write, queue, clock, hub, marks));
        Self { jobs }
    }

    pub(crate) async fn run<T, E, F>(&self, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'w> FnOnce(&'w mut Write) -> WriteFuture<'w, T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel::<Result<T, E>>();
        let job: Job = Box::new(move |write| {
            Box::pin(async move {
                let result = AssertUnwindSafe(job(write)).catch_unwind().await;
                let result = result.unwrap_or_else(|_| Err(E::from(StoreError::Panicked)));
                let keep = result.is_ok();
                let finish: Finish = Box::new(move |commit| {
                    let result = match commit {
                        Ok(()) => result,
                        // A job that had failed anyway keeps its own, more telling error.
                        Err(error) => result.and(Err(E::from(copy(error)))),
                    };
                    // Nobody listens any more: the change stands all the same.
                    let _ = answer.send(result);
                });
                (keep, finish)
            })
        });
        if self.jobs.send(Message::Job(job)).await.is_err() {
            return Err(E::from(StoreError::Closed));
        }
        answered
            .await
            .unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Message::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

/// Store errors are not `Clone` (SQLx's are not); everybody in a failed group gets the same text.
fn copy(error: &StoreError) -> StoreError {
    match error {
        StoreError::DiskFull => StoreError::DiskFull,
        other => StoreError::Database(sqlx::Error::Protocol(other.to_string())),
    }
}

async fn run(
    mut write: Write,
    mut queue: mpsc::Receiver<Message>,
    clock: Arc<dyn Clock>,
    hub: EventHub,
    marks: Marks,
) {
    let watched = clock::watch(&clock, "store-writer", clock::ROUND);
    while let Some(message) = watched.waits(queue.recv()).await {
        let first = match message {
            Message::Job(job) => job,
            Message::Close(done) => {
                queue.close();
                let _ = write.connection.close().await;
                let _ = done.send(());
                return;
            }
        };
        let closing = group(&mut write, first, &mut queue, clock.as_ref(), &hub, &marks).await;
        if let Some(done) = closing {
            queue.close();
            let _ = write.connection.close().await;
            let _ = done.send(());
            return;
        }
    }
}

/// One transaction: the first job and whatever else is queued. Returns the close request if one was met.
async fn group(
    write: &mut Write,
    first: Job,
    queue: &mut mpsc::Receiver<Message>,
    clock: &dyn Clock,
    hub: &EventHub,
    marks: &Marks,
) -> Option<oneshot::Sender<()>> {
    let started = Instant::now();
    let mut finishes = Vec::new();
    let mut closing = None;
    let mut next = Some(first);
    let mut open = statement(write, "BEGIN IMMEDIATE").await;
    let mut taken = 0;
    while let Some(job) = next.take() {
        taken += 1;
        write.now = clock.now();
        let staged = write.staged.len();
        if open.is_ok() {
            open = statement(write, "SAVEPOINT job").await;
        }
        let (keep, finish) = job(write).await;
        finishes.push(finish);
        if open.is_ok() {
            let end = if keep {
                statement(write, "RELEASE job").await
            } else {
                write.staged.truncate(staged);
                match statement(write, "ROLLBACK TO job").await {
                    Ok(()) => statement(write, "RELEASE job").await,
                    failed => failed,
                }
            };
            open = end;
        }
        if open.is_err() || taken >= GROUP_JOBS || started.elapsed() >= GROUP_TIME {
            break;
        }
        match queue.try_recv() {
            Ok(Message::Job(job)) => next = Some(job),
            Ok(Message::Close(done)) => {
                closing = Some(done);
                break;
            }
            Err(_) => break,
        }
    }
    let committed = match open {
        Ok(()) => statement(write, "COMMIT").await,
        Err(error) => Err(error),
    };
    if let Err(error) = &committed {
        tracing::error!(%error, jobs = taken, "a group of writes was undone");
        // SQLite may have rolled back by itself (disk full); a second ROLLBACK then only says so.
        let _ = statement(write, "ROLLBACK").await;
        write.staged.clear();
    }
    // Before anybody is answered: what a caller asks next must not meet what was remembered before its change.
    marks.move_on();
    // Told before it is answered: what a caller tells next must not overtake what it told before.
    hub.publish(write.staged.drain(..));
    for finish in finishes {
        finish(committed.as_ref().map(|_| ()));
    }
    closing
}

async fn statement(write: &mut Write, sql: &'static str) -> Result<(), StoreError> {
    sqlx::query(sql)
        .execute(&mut write.connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}
