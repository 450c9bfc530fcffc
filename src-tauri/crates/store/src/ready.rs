//! Whether the database takes changes now: tried, not assumed.
//!
//! A database that is only read looks healthy on a full disk. So a trial writes, commits and waits for the disk like
//! every other change, and looks whether there is room for more than itself: the write-ahead log reuses its pages, so a
//! small change may still fit where the next larger one does not.

use crate::{Store, StoreError};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// How long the outcome of a trial is told again: whoever asks, and nobody has to say who they are, makes the disk work
/// once a second at most.
const STANDS_FOR: Duration = Duration::from_secs(1);

/// Free bytes below which the disk counts as full: about what one small change and its event need.
const LEAST_ROOM: u64 = 32 * 1024;

/// The last trial. Askers at the same moment share one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trial(Arc<Mutex<Option<Last>>>);

#[derive(Debug)]
struct Last {
    at: Instant,
    full: bool,
}

impl Store {
    /// Whether reads are answered and changes are kept.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] when there is no room for changes; otherwise what the database said.
    pub async fn ready(&self) -> Result<(), StoreError> {
        crate::last_seq(self.read()).await?;
        let mut last = self.trial().0.lock().await;
        let full = match &*last {
            Some(last) if last.at.elapsed() < STANDS_FOR => last.full,
            _ => {
                let full = self.tried().await?;
                *last = Some(Last {
                    at: Instant::now(),
                    full,
                });
                full
            }
        };
        if full {
            Err(StoreError::DiskFull)
        } else {
            Ok(())
        }
    }

    /// Whether the disk is full, by a change that changes nothing.
    async fn tried(&self) -> Result<bool, StoreError> {
        let written = self
            .write(|write| {
                Box::pin(async move {
                    // A number in the header of the file that SQLite leaves to its users and that nobody else uses here.
                    // It has to differ: a page whose bytes stay the same is not written.
                    let number: i32 = sqlx::query_scalar("PRAGMA user_version")
                        .fetch_one(write.conn())
                        .await
                        .map_err(StoreError::classify)?;
                    let next = number.wrapping_add(1);
                    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA user_version = {next}")))
                        .execute(write.conn())
                        .await
                        .map_err(StoreError::classify)?;
                    Ok(())
                })
            })
            .await;
        match written {
            Ok(()) => {}
            Err(StoreError::DiskFull) => return Ok(true),
            Err(error) => return Err(error),
        }
        // A disk that does not tell its room took the change, and that counts.
        Ok(fs4::available_space(self.path()).is_ok_and(|bytes| bytes < LEAST_ROOM))
    }
}
