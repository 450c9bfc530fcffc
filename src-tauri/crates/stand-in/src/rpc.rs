//! JSON-RPC of the agent (contract 04 sections 17.3 and 17.4).

use crate::agent::{Agent, lock};
use crate::command::{self, Order};
use crate::reply::{self, Ask, Done, Turn, text_of};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::mpsc;

/// What goes back over HTTP.
pub(crate) enum Answer {
    /// One JSON object with status 200.
    One(Value),
    /// JSON-RPC objects one after the other.
    Many(mpsc::Receiver<Value>),
    /// HTTP 500 with this `error`.
    Failed(String),
}

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;

/// Answers the body of a `POST /`.
pub(crate) async fn handle(agent: &Arc<Agent>, body: &[u8]) -> Answer {
    let Ok(request) = serde_json::from_slice::<Value>(body) else {
        return Answer::One(error(&Value::Null, PARSE_ERROR, "the body is not JSON"));
    };
    let id = request["id"].clone();
    let Some(method) = request["method"].as_str() else {
        return Answer::One(error(&id, INVALID_REQUEST, "the request has no method"));
    };
    match method {
        "message/send" | "message/stream" => {
            message(agent, id, &request["params"], method == "message/stream").await
        }
        "molecule/reload" => Answer::One(reload(agent, &id).await),
        other => Answer::One(error(
            &id,
            METHOD_NOT_FOUND,
            &format!("this agent has no method {other}"),
        )),
    }
}

async fn message(agent: &Arc<Agent>, id: Value, params: &Value, stream: bool) -> Answer {
    let message = &params["message"];
    if !message["parts"].is_array() {
        return Answer::One(error(
            &id,
            INVALID_PARAMS,
            "params.message.parts is missing",
        ));
    }
    let whole = text_of(&message["parts"]);
    let context = message["contextId"].as_str().map(str::to_owned);
    if whole.trim().is_empty() {
        agent.count(None);
        let answer = result(
            &id,
            "Error: message contained no text content.",
            context.as_deref(),
            &Done::default(),
        );
        return if stream {
            Answer::Many(only(answer))
        } else {
            Answer::One(answer)
        };
    }
    lock(&agent.transcript).say("user", &whole);
    let (order, text) = command::parse(&whole, agent.settings.mode, agent.settings.delay);
    let ask = Ask {
        text,
        files: files(&message["parts"]),
        history: history(&params["metadata"]["history"]),
        context,
    };
    let task = agent.begin(&whole);
    if let Order::Fail(text) = order {
        let text = if text.is_empty() {
            "the stand-in was told to fail".to_owned()
        } else {
            text
        };
        agent.count(Some(&text));
        return Answer::Failed(text);
    }
    if !stream {
        let answer = work(agent, &id, &ask, order, None).await;
        drop(task);
        return Answer::One(answer);
    }
    let (events, reader) = mpsc::channel(64);
    let agent = agent.clone();
    tokio::spawn(async move {
        tokio::select! {
            last = work(&agent, &id, &ask, order, Some(&events)) => {
                let _ = events.send(last).await;
            }
            // Nobody listens any more: the task is aborted as a closed connection aborts `message/send`.
            () = events.closed() => {}
        }
        drop(task);
    });
    Answer::Many(reader)
}

/// Carries the order out. Sends each piece to `events`, and gives the whole answer.
async fn work(
    agent: &Arc<Agent>,
    id: &Value,
    ask: &Ask,
    order: Order,
    events: Option<&mpsc::Sender<Value>>,
) -> Value {
    let (pieces, mut coming) = mpsc::unbounded_channel();
    let answering = reply::answer(agent, ask, order, pieces);
    let update = Update::new(id, ask.context.as_deref());
    let forwarding = async {
        let mut whole = String::new();
        while let Some(piece) = coming.recv().await {
            if let Some(events) = events {
                let _ = events.send(update.piece(&piece, !whole.is_empty())).await;
            }
            whole.push_str(&piece);
        }
        whole
    };
    let (done, text) = tokio::join!(answering, forwarding);
    agent.count(done.failure.as_deref());
    lock(&agent.transcript).say("agent", &text);
    result(id, &text, ask.context.as_deref(), &done)
}

/// Reads the files again, at once; the platform asks for this instead of a restart (contract 04 D39).
async fn reload(agent: &Arc<Agent>, id: &Value) -> Value {
    let refreshed = agent.refresh().await;
    let problems: Vec<String> = refreshed
        .change
        .problems
        .into_iter()
        .chain(refreshed.card_refused)
        .collect();
    let skills: Vec<String> = agent
        .folder()
        .skills()
        .iter()
        .map(|skill| skill.id.clone())
        .collect();
    json!({"jsonrpc": "2.0", "id": id, "result": {
        "reloaded": true,
        "changed": refreshed.change.files,
        "skills": skills,
        "card_updated": refreshed.card_updated,
        "problems": problems,
    }})
}

/// The frame around the pieces of one streamed answer.
struct Update {
    id: Value,
    task: String,
    artifact: String,
    context: String,
}

impl Update {
    fn new(id: &Value, context: Option<&str>) -> Self {
        let new = || uuid::Uuid::new_v4().to_string();
        Self {
            id: id.clone(),
            task: new(),
            artifact: new(),
            context: context.map_or_else(new, str::to_owned),
        }
    }

    fn piece(&self, text: &str, append: bool) -> Value {
        json!({"jsonrpc": "2.0", "id": self.id, "result": {
            "kind": "artifact-update",
            "taskId": self.task,
            "contextId": self.context,
            "artifact": {"artifactId": self.artifact, "parts": [{"kind": "text", "text": text}]},
            "append": append,
            "lastChunk": false,
        }})
    }
}

fn result(id: &Value, text: &str, context: Option<&str>, done: &Done) -> Value {
    let mut message = json!({
        "kind": "message",
        "role": "agent",
        "messageId": uuid::Uuid::new_v4(),
        "parts": [{"kind": "text", "text": text}],
    });
    if let Some(context) = context {
        message["contextId"] = context.into();
    }
    if let Some(usage) = done.usage {
        message["usage"] = json!(usage);
    }
    json!({"jsonrpc": "2.0", "id": id, "result": message})
}

fn error(id: &Value, code: i32, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}

fn only(value: Value) -> mpsc::Receiver<Value> {
    let (sender, receiver) = mpsc::channel(1);
    let _ = sender.try_send(value);
    receiver
}

fn files(parts: &Value) -> Vec<String> {
    let parts = parts.as_array().into_iter().flatten();
    parts
        .filter(|part| part["file"].is_object() || part["url"].is_string())
        .map(|part| {
            part["file"]["name"]
                .as_str()
                .or(part["filename"].as_str())
                .unwrap_or("unnamed")
                .to_owned()
        })
        .collect()
}

fn history(turns: &Value) -> Vec<Turn> {
    let turns = turns.as_array().into_iter().flatten();
    turns
        .map(|turn| Turn {
            by_agent: matches!(
                turn["role"].as_str(),
                Some("agent" | "assistant" | "ROLE_AGENT")
            ),
            text: text_of(&turn["parts"]),
        })
        .filter(|turn| !turn.text.trim().is_empty())
        .collect()
}
