//! The pair of audit rows of every import (contract 03 section 2.12).

use crate::{Orgs, OrgsError, planning::Prepared};
use serde_json::{Map, Value, json};
use std::{collections::HashSet, time::Duration};
use store::{EventFilter, NewEvent, StoreError, Write, events_page};
use wire::kind;

/// An import that has begun.
#[derive(Debug, Clone)]
pub(crate) struct Started {
    /// The event at the end.
    done: &'static str,
    payload: Map<String, Value>,
    /// Awake time at the first row.
    at: Duration,
}

/// What a finished import did, in numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub created: usize,
    pub skipped: usize,
    pub changed: usize,
    pub removed: usize,
}

impl Orgs {
    /// Writes the first row.
    pub(crate) async fn audit_start(
        &self,
        prepared: &Prepared,
        by: &str,
        import_id: &str,
    ) -> Result<Started, OrgsError> {
        let mut payload = Map::new();
        payload.insert("name".into(), json!(prepared.effective.name));
        payload.insert("dir".into(), json!(prepared.source.dir()));
        payload.insert("mode".into(), json!(prepared.wanted.mode_word()));
        payload.insert("by".into(), json!(by));
        payload.insert("import_id".into(), json!(import_id));
        let started = Started {
            done: kind::IMPORT_COMPLETED,
            payload: payload.clone(),
            at: self.clock.awake(),
        };
        self.audit(kind::IMPORT_STARTED, payload).await?;
        Ok(started)
    }

    /// Writes the partner of an import that was refused or undone. A database that does not take it is logged: the
    /// refusal itself must reach the person.
    pub(crate) async fn audit_failed(&self, started: &Started, error: &OrgsError) {
        let payload = started.ended(self.clock.awake(), &error.to_string());
        if let Err(error) = self.audit(kind::IMPORT_FAILED, payload).await {
            tracing::error!(%error, "the end of an import could not be noted");
        }
    }

    async fn audit(
        &self,
        name: &'static str,
        payload: Map<String, Value>,
    ) -> Result<(), StoreError> {
        let event = NewEvent::global(name, Value::Object(payload));
        let written: Result<i64, StoreError> = self
            .store
            .write(move |write| Box::pin(async move { write.event(event).await }))
            .await;
        written.map(|_| ())
    }

    /// Gives imports that a kill interrupted their partner row; nothing of them was applied. Called once at start,
    /// before anything is imported. Says how many there were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn recover(&self) -> Result<usize, OrgsError> {
        let filter = EventFilter {
            types: [
                kind::IMPORT_STARTED,
                kind::IMPORT_COMPLETED,
                kind::IMPORT_FAILED,
            ]
            .map(str::to_owned)
            .to_vec(),
            limit: 1000,
            ..EventFilter::default()
        };
        let rows = events_page(self.store.read(), &filter).await?;
        let id = |payload: &Value| payload["import_id"].as_str().map(str::to_owned);
        let ended: HashSet<String> = rows
            .iter()
            .filter(|row| row.event_type != kind::IMPORT_STARTED)
            .filter_map(|row| id(&row.payload))
            .collect();
        let mut count = 0;
        for row in rows
            .iter()
            .filter(|row| row.event_type == kind::IMPORT_STARTED)
        {
            let (Some(import_id), Value::Object(payload)) = (id(&row.payload), &row.payload) else {
                continue;
            };
            if ended.contains(&import_id) {
                continue;
            }
            let mut payload = payload.clone();
            payload.insert("duration_ms".into(), json!(0));
            payload.insert(
                "error".into(),
                json!("the platform ended before the import did; nothing of it was kept"),
            );
            self.audit(kind::IMPORT_FAILED, payload).await?;
            count += 1;
        }
        Ok(count)
    }
}

/// How an import that nobody waits for ended, as its event says it.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportEnd {
    /// Whether it was done.
    pub completed: bool,
    /// Payload of the event.
    pub payload: Value,
}

impl Orgs {
    /// The end of an import by its id; `None` while it runs, or when there never was one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn import_end(&self, import_id: &str) -> Result<Option<ImportEnd>, OrgsError> {
        let filter = EventFilter {
            types: [kind::IMPORT_COMPLETED, kind::IMPORT_FAILED]
                .map(str::to_owned)
                .to_vec(),
            limit: 1000,
            ..EventFilter::default()
        };
        let rows = events_page(self.store.read(), &filter).await?;
        let found = rows
            .into_iter()
            .find(|row| row.payload["import_id"].as_str() == Some(import_id));
        Ok(found.map(|row| ImportEnd {
            completed: row.event_type == kind::IMPORT_COMPLETED,
            payload: row.payload,
        }))
    }
}

impl Started {
    /// Names the import.
    pub fn import_id(&self) -> &str {
        self.payload
            .get("import_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A save: it is told once, when it is done.
    pub fn save(payload: Map<String, Value>, now: Duration) -> Self {
        Self {
            done: kind::ORG_SAVED,
            payload,
            at: now,
        }
    }

    fn ended(&self, now: Duration, error: &str) -> Map<String, Value> {
        let mut payload = self.payload.clone();
        let spent = u64::try_from(now.saturating_sub(self.at).as_millis()).unwrap_or(u64::MAX);
        payload.insert("duration_ms".into(), json!(spent));
        payload.insert("error".into(), json!(error));
        payload
    }

    /// Writes the partner of an import that was done, in the import's own transaction: a kill between the two would
    /// leave an import that looks interrupted and is not.
    pub async fn completed(
        &self,
        write: &mut Write,
        now: Duration,
        org_id: &str,
        counts: Counts,
    ) -> Result<(), StoreError> {
        let mut payload = self.ended(now, "");
        payload.insert("org_id".into(), json!(org_id));
        payload.insert("created".into(), json!(counts.created));
        payload.insert("skipped".into(), json!(counts.skipped));
        payload.insert("changed".into(), json!(counts.changed));
        payload.insert("reconcile_removed".into(), json!(counts.removed));
        write
            .event(NewEvent::global(self.done, Value::Object(payload)))
            .await?;
        Ok(())
    }
}
