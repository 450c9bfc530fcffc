//! Activity, notes, search, chat history, redaction, tokens (contract 02 sections 4.3, 6 and 7.4).

mod chat;
mod notes;
mod reading;
mod secrets;

use crate::support::*;
use messaging::{ActivityQuery, ActivityReader, MessagingError};
use serde_json::{Value, json};
use std::time::Duration;
use store::rows::workspaces::Column;
use wire::{Status, kind};

/// The workspace that reads its own log.
const OWN: ActivityReader<'static> = ActivityReader::Own {
    platform: "http://platform",
};

fn query(pairs: &[(&str, &str)]) -> ActivityQuery {
    let map: serde_json::Map<String, Value> = pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), json!(value)))
        .collect();
    serde_json::from_value(Value::Object(map)).unwrap()
}

async fn summaries(
    world: &World,
    id: &str,
    pairs: &[(&str, &str)],
    reader: ActivityReader<'_>,
) -> Vec<String> {
    let rows = world
        .messaging
        .activity(id, &query(pairs), reader)
        .await
        .unwrap();
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row["summary"].as_str().unwrap().to_owned())
        .collect()
}
