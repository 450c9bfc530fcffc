//! Carries out the order of one message and gives the answer piece by piece.

use crate::agent::{Agent, lock};
use crate::command::Order;
use crate::{chat, delegate};
use serde::Serialize;
use serde_json::Value;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::sleep;

/// What a message asks.
pub(crate) struct Ask {
    /// Its text without commands.
    pub text: String,
    /// Names of attached files.
    pub files: Vec<String>,
    /// Earlier turns, oldest first.
    pub history: Vec<Turn>,
    /// The conversation it belongs to.
    pub context: Option<String>,
}

/// One earlier turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turn {
    pub by_agent: bool,
    pub text: String,
}

/// Tokens a model counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Usage {
    pub input_tokens: u64,
    pub output_tokens: u64,
}

/// How an answer ended; its text went through the pieces.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub usage: Option<Usage>,
    /// Set when the text is an apology; counted as an error in the next beat.
    pub failure: Option<String>,
}

/// Where the pieces go.
pub(crate) type Pieces = UnboundedSender<String>;

/// Pause between the pieces of `/stream`.
const PIECE_PAUSE: Duration = Duration::from_millis(20);

/// How answers that failed begin: callers of delegations read them as failures (contract 02 section 3).
pub(crate) const APOLOGY: &str = "Agent error: ";

/// Answers `ask` as ordered. [`Order::Fail`] is met before this, where a status can still be chosen.
pub(crate) async fn answer(agent: &Agent, ask: &Ask, order: Order, pieces: Pieces) -> Done {
    let say = |text: String| {
        // The reader may be gone; the caller notices that.
        let _ = pieces.send(text);
    };
    let mut done = Done::default();
    match order {
        Order::Echo | Order::Fail(_) => say(echo(agent, ask)),
        Order::Slow(delay) => {
            sleep(delay).await;
            say(echo(agent, ask));
        }
        Order::Stream(count) => {
            for number in 1..=count {
                if number > 1 {
                    sleep(PIECE_PAUSE).await;
                }
                say(format!("piece {number} of {count}\n"));
            }
        }
        Order::Tokens { input, output } => {
            say(echo(agent, ask));
            done.usage = Some(Usage {
                input_tokens: input,
                output_tokens: output,
            });
        }
        Order::Crash => {
            eprintln!("stand-in: told to crash");
            std::process::exit(3);
        }
        Order::Hang => std::future::pending().await,
        Order::Wedge(reason) => {
            let reason = if reason.is_empty() {
                "told to be wedged".to_owned()
            } else {
                reason
            };
            lock(&agent.health).wedged = Some(reason);
            agent.beat_now();
            say(format!(
                "{}: I say that I am wedged now; /heal takes it back.",
                agent.name()
            ));
        }
        Order::Heal => {
            lock(&agent.health).wedged = None;
            agent.beat_now();
            say(format!("{}: I am well again.", agent.name()));
        }
        Order::Quiet => {
            agent.quiet.store(true, Ordering::Relaxed);
            say(format!(
                "{}: no heartbeats from now on; /loud brings them back.",
                agent.name()
            ));
        }
        Order::Loud => {
            agent.quiet.store(false, Ordering::Relaxed);
            agent.beat_now();
            say(format!("{}: heartbeats go on.", agent.name()));
        }
        Order::Delegate(what) => match delegate::delegate(&agent.platform, &what).await {
            Ok(text) => say(text),
            Err(text) => {
                say(format!("{APOLOGY}{text}"));
                done.failure = Some(text);
            }
        },
        Order::Chat => match chat::chat(agent, ask, &pieces).await {
            Ok(usage) => done.usage = usage,
            Err(text) => {
                say(format!("{APOLOGY}{text}"));
                done.failure = Some(text);
            }
        },
    }
    done
}

/// What a person is told who asks it something: that nobody thinks here, and what there is to see.
const ABOUT: &str = "(I am the built-in stand-in: I repeat what I am told. `skills` names my skills, `skill NAME` shows \
                     one as it is now, `prompt` my prompt, and `/chat …` asks a language model.)";

/// The fixed rules: `skills`, `skill <id>` and `prompt` show what is in force now, anything else comes back with the name.
fn echo(agent: &Agent, ask: &Ask) -> String {
    let text = ask.text.as_str();
    let folder = agent.folder();
    let known = || {
        let all = folder.skills().iter();
        let known: Vec<&str> = all.map(|skill| skill.id.as_str()).collect();
        if known.is_empty() {
            "none".to_owned()
        } else {
            known.join(", ")
        }
    };
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if word.eq_ignore_ascii_case("skill") && !rest.trim().is_empty() {
        let id = rest.trim();
        return match folder.skills().iter().find(|skill| skill.id == id) {
            Some(skill) => skill.body.clone(),
            None => format!("There is no skill {id}. Skills: {}.", known()),
        };
    }
    if text.eq_ignore_ascii_case("prompt") {
        return folder.prompt();
    }
    if text.eq_ignore_ascii_case("skills") {
        let known = known();
        // The name is in the folder too.
        drop(folder);
        return format!("{}: skills: {known}.", agent.name());
    }
    drop(folder);
    let text = if text.is_empty() { "done" } else { text };
    let files = if ask.files.is_empty() {
        String::new()
    } else {
        format!("\n(files: {})", ask.files.join(", "))
    };
    let about = if text.ends_with('?') || text.eq_ignore_ascii_case("help") {
        format!("\n\n{ABOUT}")
    } else {
        String::new()
    };
    format!("{}: {text}{files}{about}", agent.name())
}

/// All text parts, joined by line breaks. A part with `text` and no discriminator is text (contract 02 section 3).
pub(crate) fn text_of(parts: &Value) -> String {
    let parts = parts.as_array().into_iter().flatten();
    let texts: Vec<&str> = parts
        .filter(|part| {
            let kind = part["kind"].as_str().or(part["type"].as_str());
            kind.is_none_or(|kind| kind == "text")
        })
        .filter_map(|part| part["text"].as_str())
        .collect();
    texts.join("\n")
}
