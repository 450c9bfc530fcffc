//! The built-in agent (contract 04 section 3.1): answers by fixed rules, so that a first org runs without an engine
//! and without a key. It says that it is no model.
//!
//! The rules, in order: an empty message is refused; a greeting or a question about itself is answered with who it is;
//! a question about the past with what was said; anything else is work: a leader hands it to its team through the
//! proxy, as any agent would, and sums up what came back; a member reports what it would do.

use crate::{Caller, Messaging, delivery::Listener, normalise::Envelope, reading};
use futures::future::join_all;
use serde_json::{Value, json};
use store::{
    NewEvent, StoreError, WorkspaceRow,
    rows::{usage, workspaces},
};
use wire::{Status, kind};

/// Characters of a message that become the label of a task.
const LABEL: usize = 80;
/// Levels a task is handed down.
const DEEPEST: i64 = 3;
/// Members a leader asks at once.
const MOST_ASKED: usize = 8;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;

/// Answers one request; pieces of a streamed answer go to `listener`.
pub(crate) async fn answer(
    messaging: &Messaging,
    me: &WorkspaceRow,
    request: &Envelope,
    listener: &Listener,
) -> Value {
    let id = request.id();
    if !request.is_message() {
        let text = format!("this agent has no method {}", request.method());
        return error(id, METHOD_NOT_FOUND, &text);
    }
    if !request.value["params"]["message"]["parts"].is_array() {
        return error(id, INVALID_PARAMS, "params.message.parts is missing");
    }
    let voice = Voice::new(messaging, request, listener);
    let said = reading::of_request(&request.value);
    if said.is_empty() {
        return voice.finish("Error: message contained no text content.".to_owned());
    }
    task(
        messaging,
        &me.id,
        1,
        Some(&reading::cut(said.text.trim(), LABEL)),
    )
    .await;
    let text = speak(messaging, me, request, &said, &voice).await;
    task(messaging, &me.id, -1, None).await;
    voice.finish(text)
}

async fn speak(
    messaging: &Messaging,
    me: &WorkspaceRow,
    request: &Envelope,
    said: &reading::Said,
    voice: &Voice<'_>,
) -> String {
    let mut whole = String::new();
    let topic = Topic::of(&said.text);
    let opening = match topic {
        Topic::Self_ => format!("Hello, I am {}{}.", me.name, role(me)),
        Topic::Past => past(request),
        Topic::Work => format!(
            "{} here{}. You asked: “{}”.",
            me.name,
            role(me),
            reading::cut(said.text.trim(), 200)
        ),
    };
    voice.say(&mut whole, &opening).await;
    if !said.files.is_empty() {
        let names: Vec<&str> = said
            .files
            .iter()
            .filter_map(|file| file["name"].as_str())
            .collect();
        voice
            .say(
                &mut whole,
                &format!("\nI see {} and cannot open files.", names.join(", ")),
            )
            .await;
    }
    let team = team_of(messaging, &me.id).await;
    match topic {
        Topic::Self_ => {
            let names: Vec<&str> = team.iter().map(|member| member.name.as_str()).collect();
            let text = match names.as_slice() {
                [] => "\nI work alone.".to_owned(),
                _ => format!("\nMy team: {}.", names.join(", ")),
            };
            voice.say(&mut whole, &text).await;
        }
        Topic::Past => {}
        Topic::Work => {
            let depth = request.value["params"]["metadata"]["mock_depth"]
                .as_i64()
                .unwrap_or(0);
            let asked = choose(&team, &said.text);
            if asked.is_empty() || depth >= DEEPEST {
                voice.say(&mut whole, &member_report(me)).await;
            } else {
                let names: Vec<&str> = asked.iter().map(|member| member.name.as_str()).collect();
                voice
                    .say(
                        &mut whole,
                        &format!("\nI hand this to {}.", names.join(", ")),
                    )
                    .await;
                // All at once, so that the work is seen to be shared; said in the team's order.
                let asking = asked
                    .iter()
                    .map(|member| ask(messaging, me, member, &said.text, depth + 1));
                for line in join_all(asking).await {
                    voice.say(&mut whole, &format!("\n{line}")).await;
                }
            }
        }
    }
    voice
        .say(
            &mut whole,
            "\n\n(I am a built-in demo agent and no model: I follow fixed rules.)",
        )
        .await;
    whole
}

/// Asks one member, as a message of its own that everybody can see.
async fn ask(
    messaging: &Messaging,
    me: &WorkspaceRow,
    member: &WorkspaceRow,
    text: &str,
    depth: i64,
) -> String {
    let body = json!({
        "method": "message/send",
        "params": {
            "message": {"role": "user", "parts": [{"kind": "text", "text": text}]},
            "metadata": {"mock_depth": depth},
        },
    });
    let caller = Caller::Workspace(me.id.clone());
    match messaging.ask(member.id.clone(), caller, body).await {
        Ok(outcome) if outcome.status == 202 => format!("• {}: will answer later.", member.name),
        Ok(outcome) if outcome.status == 200 => {
            let text = reading::of_answer(&outcome.body).text;
            // The first paragraph is what it did; the rest is the same notice again.
            let gist = text
                .split("\n\n")
                .next()
                .unwrap_or_default()
                .replace('\n', " ");
            format!("• {}: {}", member.name, reading::cut(&gist, 400))
        }
        Ok(outcome) => format!("• {}: failed with status {}.", member.name, outcome.status),
        Err(error) => format!("• {}: {error}.", member.name),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Self_,
    Past,
    Work,
}

impl Topic {
    fn of(text: &str) -> Self {
        let text = text.trim().to_lowercase();
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let greets = matches!(words.first(), Some(&"hello" | &"hi" | &"hey")) && words.len() <= 4;
        if greets
            || text.contains("who are you")
            || text.contains("what do you do")
            || text.contains("your team")
        {
            Self::Self_
        } else if text.contains("what did i")
            || text.contains("what did you")
            || text.contains("so far")
        {
            Self::Past
        } else {
            Self::Work
        }
    }
}

fn role(me: &WorkspaceRow) -> String {
    match me
        .role
        .as_deref()
        .map(str::trim)
        .filter(|role| !role.is_empty())
    {
        Some(role) => format!(
            " ({})",
            reading::cut(role.lines().next().unwrap_or_default(), 120)
        ),
        None => String::new(),
    }
}

fn member_report(me: &WorkspaceRow) -> String {
    let role = me.role.as_deref().unwrap_or_default().to_lowercase();
    let steps = if role.contains("review") || role.contains("test") || role.contains("quality") {
        "read it, try it, and list what is wrong"
    } else if role.contains("design") || role.contains("write") || role.contains("content") {
        "draft it, show it, and polish it"
    } else if role.contains("research") || role.contains("analy") {
        "collect sources, compare them, and sum them up"
    } else {
        "plan it, do it, and report back"
    };
    format!("\nA real agent in my place would {steps}.")
}

/// What was said before, from the history the canvas sends along.
fn past(request: &Envelope) -> String {
    let turns = request.value["params"]["metadata"]["history"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mine: Vec<String> = turns
        .iter()
        .filter(|turn| turn["role"] == "user")
        .map(|turn| reading::of_request(&json!({"params": {"message": turn}})).text)
        .filter(|text| !text.is_empty())
        .collect();
    match mine.last() {
        Some(last) => {
            let count = mine.len();
            let messages = if count == 1 { "message" } else { "messages" };
            format!(
                "Before this you sent me {count} {messages}; the last one was: “{}”.",
                reading::cut(last, 200)
            )
        }
        None => "This is the first message of our talk that I can see.".to_owned(),
    }
}

/// Direct reports that can answer.
async fn team_of(messaging: &Messaging, id: &str) -> Vec<WorkspaceRow> {
    match workspaces::list(messaging.store().read()).await {
        Ok(rows) => rows
            .into_iter()
            .filter(|row| row.parent_id.as_deref() == Some(id))
            .filter(|row| {
                matches!(
                    row.status,
                    Status::Online | Status::Degraded | Status::Hibernated
                )
            })
            .collect(),
        Err(error) => {
            tracing::warn!(workspace = %id, %error, "the team of a mock agent could not be read");
            Vec::new()
        }
    }
}

/// Members whose name stands in the text; without one, all.
fn choose<'t>(team: &'t [WorkspaceRow], text: &str) -> Vec<&'t WorkspaceRow> {
    let text = text.to_lowercase();
    let named: Vec<&WorkspaceRow> = team
        .iter()
        .filter(|member| text.contains(&member.name.to_lowercase()))
        .take(MOST_ASKED)
        .collect();
    if named.is_empty() {
        team.iter().take(MOST_ASKED).collect()
    } else {
        named
    }
}

/// A task begins (1) or ends (-1), visibly.
async fn task(messaging: &Messaging, id: &str, change: i64, label: Option<&str>) {
    let (workspace, label) = (
        id.to_owned(),
        label.map(|text| crate::scrub::text(&messaging.inner.deps.secrets, text).into_owned()),
    );
    let done: Result<(), StoreError> = messaging
        .store()
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                let tasks =
                    usage::set_task(write.conn(), &workspace, change, label.as_deref(), &now)
                        .await?;
                if let Some(tasks) = tasks {
                    let row = workspaces::get(&mut *write.conn(), &workspace).await?;
                    let current = row.and_then(|row| row.current_task).unwrap_or_default();
                    let payload = json!({"current_task": current, "active_tasks": tasks});
                    write
                        .event(NewEvent::about(&workspace, kind::TASK_UPDATED, payload))
                        .await?;
                }
                Ok(())
            })
        })
        .await;
    if let Err(error) = done {
        tracing::warn!(workspace = %id, %error, "the task of a mock agent could not be stored");
    }
}

/// The frame around one answer, streamed or whole.
struct Voice<'v> {
    messaging: &'v Messaging,
    listener: &'v Listener,
    streams: bool,
    id: Value,
    context: Value,
    task: String,
    artifact: String,
}

impl<'v> Voice<'v> {
    fn new(messaging: &'v Messaging, request: &Envelope, listener: &'v Listener) -> Self {
        let streams = request.method() == "message/stream";
        if streams {
            listener.streaming();
        }
        let context = request
            .message()
            .and_then(|message| message.get("contextId"))
            .filter(|id| id.is_string());
        Self {
            messaging,
            listener,
            streams,
            id: request.id().clone(),
            context: context.cloned().unwrap_or_else(|| json!(store::new_id())),
            task: store::new_id(),
            artifact: store::new_id(),
        }
    }

    async fn say(&self, whole: &mut String, piece: &str) {
        if self.streams {
            self.listener.event(json!({"jsonrpc": "2.0", "id": self.id, "result": {
                "kind": "artifact-update",
                "taskId": self.task,
                "contextId": self.context,
                "artifact": {"artifactId": self.artifact, "parts": [{"kind": "text", "text": piece}]},
                "append": !whole.is_empty(),
                "lastChunk": false,
            }}));
        }
        whole.push_str(piece);
        let pace = self.messaging.options().mock_pace;
        if !pace.is_zero() {
            self.messaging.clock().sleep(pace).await;
        }
    }

    fn finish(&self, text: String) -> Value {
        let whole = json!({"jsonrpc": "2.0", "id": self.id, "result": {
            "kind": "message",
            "role": "agent",
            "messageId": store::new_id(),
            "contextId": self.context,
            "parts": [{"kind": "text", "text": text}],
        }});
        if self.streams {
            self.listener.event(whole.clone());
        }
        whole
    }
}

fn error(id: &Value, code: i32, text: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": text}})
}
