//! A stand-in agent: a small program that the platform cannot tell from a real one (contract 04 sections 16 and 17).
//!
//! It registers, beats, answers A2A messages, keeps its skills and prompt fresh, leaves a snapshot when it is told to
//! go, and can be told to misbehave, so that every way an agent can disappoint can be tried with a real process.
//!
//! # Environment
//!
//! | Name | Meaning |
//! |---|---|
//! | `WORKSPACE_ID` | whose agent this is; required |
//! | `PLATFORM_URL` (else `MOLECULE_URL`) | where the platform answers; required; may end in `/c/<credential>` |
//! | `WORKSPACE_CONFIG_PATH` | folder with `config.yaml`, prompt, skills and `.auth_token`; `/configs` unless set |
//! | `MOLECULE_WORKSPACE_TOKEN` | used only while `.auth_token` is missing |
//! | `STAND_IN_PORT` | port to listen on; before `a2a.port` of `config.yaml`, before 8000; 0 picks a free one |
//! | `STAND_IN_HEARTBEAT_SECONDS` | time between beats, fractions allowed; 30 |
//! | `STAND_IN_MODE` | how messages without a command are met: any word of the next table; `echo` |
//! | `STAND_IN_DELAY_SECONDS` | how long `slow` waits; 3 |
//! | `STAND_IN_GRACE_SECONDS` | how long running tasks may go on after TERM; 3 |
//! | `AGENT_SNAPSHOT_PATH` | where the snapshot goes; `<configs>/.agent_snapshot.json` |
//! | `MODEL` | model of `chat`, with the provider in front where the name does not tell: `openai:…`, `anthropic:…`, `ollama:…` |
//! | `OPENAI_API_KEY`, `OPENAI_BASE_URL` | any endpoint that speaks OpenAI's chat completions; `https://api.openai.com/v1` |
//! | `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL` | Anthropic's messages; `https://api.anthropic.com` |
//! | `OLLAMA_HOST` | a local Ollama; `http://host.docker.internal:11434`, outside a container `http://127.0.0.1:11434` |
//!
//! # Commands in a message
//!
//! The first line that begins with one of these is taken out; what remains is the message.
//!
//! | Line | Mode word | What happens |
//! |---|---|---|
//! | `/echo` | `echo` | answers `<name>: <message>`; `skills` names the skills, `skill <id>` answers that skill's text as it is now, `prompt` the prompt; behind `help` and a question stands what it is |
//! | `/slow 3` | `slow` | waits, then as `echo` |
//! | `/stream 5` | `stream` | five pieces, 20 ms apart |
//! | `/tokens 120 30` | `tokens` | as `echo`, and reports that usage |
//! | `/fail [text]` | `fail` | HTTP 500 with an error |
//! | `/crash` | `crash` | the process ends with code 3 |
//! | | `crash-at-start` | the process ends with code 3 before it listens |
//! | `/hang` | `hang` | never answers, keeps beating |
//! | `/wedge [reason]`, `/heal` | `wedge` | says it is wedged from now on; takes that back |
//! | `/quiet`, `/loud` | `quiet` | stops beating; beats again |
//! | `/delegate <peer> <text>` | | asks that peer through the platform and passes on its answer |
//! | `/chat` | `chat` | asks a language model |
//!
//! # Chat
//!
//! The provider is the one that `MODEL` names, else the first of the three above whose variables are set, else a local
//! Ollama. `model` of `config.yaml` is used when its provider is the chosen one. Without a model the provider is asked
//! which it has. The prompt is read from the folder at each message, the history comes from `params.metadata.history`.
//! Errors are answers that begin with `Agent error: `. Keys go to their own endpoint only and never into a text.
//!
//! # Reload
//!
//! The agent declares the capability `reload`: a JSON-RPC call `molecule/reload` makes it read its files again, without
//! any model call, and answers `{"reloaded":true,"changed":[…],"skills":[…],"card_updated":…,"problems":[…]}`. It also
//! looks by itself twice a second, and at each use.
//!
//! # Streaming
//!
//! `message/stream` answers server-sent events, each a JSON-RPC object: pieces are `result.kind = "artifact-update"`
//! with the new text only, the last one is the very object that `message/send` would have answered.

mod agent;
mod beat;
mod card;
mod chat;
mod command;
mod config;
mod delegate;
mod folder;
pub mod helper;
pub mod image;
mod platform;
mod prompts;
mod remove;
mod reply;
mod rpc;
mod run;
mod scrub;
mod serve;
mod settings;
mod skill;
mod snapshot;
pub mod tools;
mod transcript;
mod watch;

pub use remove::remove;
pub use run::{StartError, run};
