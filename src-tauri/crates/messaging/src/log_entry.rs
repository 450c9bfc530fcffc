//! One activity row and its event, written together (contract 02 section 7.4, no. 51).

use serde_json::{Map, Value, json};
use store::{
    NewEvent, StoreError, Write,
    rows::activity::{self, ActivityRow, NewActivity},
};
use wire::kind;

/// Longer bodies are left out of events; a reader fetches the row.
const EVENT_BYTES: usize = 32 * 1024;

/// Inserts the row and tells everybody.
pub(crate) async fn write(write: &mut Write, new: &NewActivity) -> Result<(), StoreError> {
    let now = write.stamp();
    activity::insert(write.conn(), new, &now).await?;
    let row = ActivityRow {
        seq: 0,
        id: new.id.clone(),
        workspace_id: new.workspace_id.clone(),
        activity_type: new.activity_type.clone(),
        source_id: new.source_id.clone(),
        source_kind: new.source_kind.clone(),
        source_label: new.source_label.clone(),
        target_id: new.target_id.clone(),
        method: new.method.clone(),
        summary: new.summary.clone(),
        request_body: new.request_body.clone(),
        response_body: new.response_body.clone(),
        tool_trace: new.tool_trace.clone(),
        duration_ms: new.duration_ms,
        status: new.status.clone(),
        error_detail: new.error_detail.clone(),
        created_at: now,
    };
    write
        .event(NewEvent::about(
            &new.workspace_id,
            kind::ACTIVITY_LOGGED,
            event(&row),
        ))
        .await?;
    Ok(())
}

/// The row as readers get it (contract 02 section 6.1).
pub(crate) fn row(row: &ActivityRow) -> Map<String, Value> {
    let mut out = Map::new();
    let mut add = |key: &str, value: Value| drop(out.insert(key.to_owned(), value));
    add("id", json!(row.id));
    add("workspace_id", json!(row.workspace_id));
    add("activity_type", json!(row.activity_type));
    add("source_id", json!(row.source_id));
    add("source_kind", json!(row.source_kind));
    if let Some(label) = &row.source_label {
        add("source_label", json!(label));
    }
    add("target_id", json!(row.target_id));
    add("method", json!(row.method));
    add("summary", json!(row.summary));
    add("duration_ms", json!(row.duration_ms));
    add("status", json!(row.status));
    add("error_detail", json!(row.error_detail));
    for (key, body) in [
        ("request_body", &row.request_body),
        ("response_body", &row.response_body),
        ("tool_trace", &row.tool_trace),
    ] {
        if let Some(value) = body
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
        {
            add(key, value);
        }
    }
    add("created_at", json!(row.created_at));
    out
}

fn event(full: &ActivityRow) -> Value {
    let mut out = row(full);
    for (key, body) in [
        ("request_body", &full.request_body),
        ("response_body", &full.response_body),
    ] {
        if body.as_ref().is_some_and(|text| text.len() > EVENT_BYTES) {
            out.insert(key.into(), Value::Null);
            out.insert("truncated".into(), json!(true));
        } else {
            out.entry(key).or_insert(Value::Null);
        }
    }
    Value::Object(out)
}
