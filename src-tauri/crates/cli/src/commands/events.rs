//! `events`: what happened, and with `--follow` what happens.

use super::{Context, watch::Watch};
use crate::{args::Events, client::Client, failure::Failure, output};
use serde_json::Value;
use std::collections::HashMap;
use wire::{Event, RemovedWorkspace, Stack, Timestamp, Workspace, kind};

/// Runs it.
pub async fn run(context: &Context, events: Events) -> Result<(), Failure> {
    let client = context.client().await?;
    let mut names = Names::read(&client).await?;
    // `--follow --since` reads it all from the log; everything else begins with a page.
    let resumes = events.follow && events.since.is_some();
    let first = if resumes || events.limit <= 0 {
        Vec::new()
    } else {
        page(&client, &events).await?
    };
    if !events.follow {
        if context.json {
            return output::document(&first);
        }
        names.told_by(&first);
        for event in &first {
            output::say(line(event, &names))?;
        }
        return Ok(());
    }
    names.told_by(&first);
    for event in &first {
        print(context, event, &names)?;
    }
    let since = match (events.since, first.last().and_then(|event| event.seq)) {
        (_, Some(seq)) => seq,
        (Some(since), None) => since,
        (None, None) => client.get::<Stack>("/stack").await?.last_seq,
    };
    let mut watch = Watch::new(&context.data_dir, since);
    loop {
        let event = watch.next().await?;
        if !event.workspace_id.is_empty() && !names.0.contains_key(&event.workspace_id) {
            names.learn(context, &event).await;
        }
        print(context, &event, &names)?;
    }
}

/// The newest events in the order they happened, in the form of the live ones.
async fn page(client: &Client, events: &Events) -> Result<Vec<Event>, Failure> {
    let since = events
        .since
        .map(|since| format!("&since_seq={since}"))
        .unwrap_or_default();
    let rows: Vec<Value> = client
        .get(&format!("/events?limit={}{since}", events.limit))
        .await?;
    let text = |row: &Value, key: &str| {
        row.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let event = |row: Value| {
        Some(Event {
            event: text(&row, "event_type"),
            workspace_id: text(&row, "workspace_id"),
            timestamp: Timestamp::parse(&text(&row, "created_at")).ok()?,
            payload: row.get("payload").cloned().unwrap_or(Value::Null),
            seq: row.get("seq").and_then(Value::as_i64),
        })
    };
    Ok(rows.into_iter().rev().filter_map(event).collect())
}

fn print(context: &Context, event: &Event, names: &Names) -> Result<(), Failure> {
    if context.json {
        return output::document(event);
    }
    // Signs of life are for programs.
    if event.event == kind::WORKSPACE_HEARTBEAT {
        Ok(())
    } else {
        output::say(line(event, names))
    }
}

fn line(event: &Event, names: &Names) -> String {
    let time = event
        .timestamp
        .0
        .with_timezone(&chrono::Local)
        .format("%Y-%m-%d %H:%M:%S");
    let seq = event.seq.map(|seq| seq.to_string()).unwrap_or_default();
    let about = names
        .0
        .get(&event.workspace_id)
        .map_or(event.workspace_id.as_str(), String::as_str);
    let text = format!(
        "{time}  {seq:>6}  {:<26}  {about}  {}",
        event.event,
        payload(&without_name(&event.payload, about))
    );
    text.trim_end().to_owned()
}

/// The body without the name that stands beside it already.
fn without_name(body: &Value, about: &str) -> Value {
    let mut body = body.clone();
    if let Value::Object(keys) = &mut body
        && keys.get("name").and_then(Value::as_str) == Some(about)
    {
        keys.shift_remove("name");
    }
    body
}

/// The sentence in a body if it has one, else the body.
fn payload(body: &Value) -> String {
    let sentence = ["text", "error", "reason", "message"]
        .iter()
        .find_map(|key| body.get(key).and_then(Value::as_str));
    if let Some(text) = sentence {
        return output::short(text, 160);
    }
    if let Some(refused) = body.pointer("/plugins/refused").and_then(Value::as_str) {
        let source = body.pointer("/plugins/source").and_then(Value::as_str);
        let source = source.unwrap_or_default();
        return output::short(
            &format!("the plugin {source} is not installed: {refused}"),
            160,
        );
    }
    let Value::Object(keys) = body else {
        return String::new();
    };
    let said: Vec<String> = keys
        .iter()
        .filter_map(|(key, value)| Some(format!("{key}={}", worth(value)?)))
        .collect();
    output::short(&said.join(" "), 160)
}

/// A value on one line; nothing for one that says nothing.
fn worth(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(worth).collect();
            Some(items.join(",")).filter(|text| !text.is_empty())
        }
        Value::Object(keys) if keys.is_empty() => None,
        other => Some(other.to_string()),
    }
}

struct Names(HashMap<String, String>);

impl Names {
    async fn read(client: &Client) -> Result<Self, Failure> {
        let removed: Vec<RemovedWorkspace> = client.get("/workspaces/removed").await?;
        let all: Vec<Workspace> = client.get("/workspaces").await?;
        let gone = removed.into_iter().map(|one| (one.id, one.name));
        Ok(Self(
            gone.chain(all.into_iter().map(|one| (one.id, one.name)))
                .collect(),
        ))
    }

    /// Names of those that are gone for good, from events that tell them.
    fn told_by(&mut self, events: &[Event]) {
        for event in events {
            if let Some(name) = event.payload.get("name").and_then(Value::as_str)
                && !event.workspace_id.is_empty()
            {
                self.0
                    .entry(event.workspace_id.clone())
                    .or_insert_with(|| name.to_owned());
            }
        }
    }

    /// The name of a workspace that was not there before; its event has it, or the platform is asked.
    async fn learn(&mut self, context: &Context, event: &Event) {
        if let Some(name) = event.payload.get("name").and_then(Value::as_str) {
            self.0.insert(event.workspace_id.clone(), name.to_owned());
        } else if let Ok(Some(client)) = Client::find(&context.data_dir).await
            && let Ok(read) = Self::read(&client).await
        {
            self.0.extend(read.0);
        }
        // Once is enough: a removed one has no name any more.
        self.0
            .entry(event.workspace_id.clone())
            .or_insert_with(|| event.workspace_id.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::payload;
    use serde_json::json;

    #[test]
    fn a_body_is_its_sentence_or_what_is_in_it() {
        for (body, text) in [
            (json!({"code": "x", "text": "It waits."}), "It waits."),
            (json!({"url": "", "agent_card": null}), ""),
            (
                json!({"phase": "queued", "position": 2}),
                "phase=queued position=2",
            ),
            (json!(null), ""),
            (
                json!({"changed": ["role", "model"], "needs_restart": false, "reasons": [], "source": "person"}),
                "changed=role,model source=person",
            ),
            (
                json!({"changed": ["plugins"], "plugins": {"source": "notes", "refused": "there is no plugin notes"}}),
                "the plugin notes is not installed: there is no plugin notes",
            ),
        ] {
            assert_eq!(payload(&body), text);
        }
    }
}
