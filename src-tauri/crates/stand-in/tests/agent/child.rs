//! The agent as a child process.

use crate::platform::{PATIENCE, Platform};
use futures::StreamExt;
use reqwest::Client;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child as Process, Command};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_stand-in");
pub const TOKEN: &str = "first-token-0123456789";

/// What an agent is started with.
pub struct Setup {
    pub configs: TempDir,
    environment: Vec<(String, String)>,
}

impl Setup {
    /// A folder with config, prompt, one skill and a token.
    pub fn new() -> Self {
        let configs = tempfile::tempdir().unwrap();
        let setup = Self {
            configs,
            environment: Vec::new(),
        };
        setup.write(
            "config.yaml",
            "name: Analyst\ndescription: Reads reports\nruntime: claude-code\n",
        );
        setup.write("system-prompt.md", "You read reports.\n");
        setup.write(
            "skills/triage/SKILL.md",
            &skill("Sorts issues", "Sort them by age."),
        );
        setup.write(".auth_token", &format!("{TOKEN}\n"));
        setup
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.configs.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        // As the platform does: never half a file.
        let beside = path.with_extension("part");
        std::fs::write(&beside, text).unwrap();
        std::fs::rename(beside, path).unwrap();
    }

    pub fn command(&self, platform: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .env("WORKSPACE_ID", "w-1")
            .env("PLATFORM_URL", platform)
            .env("WORKSPACE_CONFIG_PATH", self.configs.path())
            .env("HOSTNAME", "ws-one")
            .env("STAND_IN_HEARTBEAT_SECONDS", "0.05")
            .env("STAND_IN_GRACE_SECONDS", "0.2")
            .envs(self.environment.iter().cloned())
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub async fn start(self, platform: &Platform) -> Child {
        self.start_at(&platform.url).await
    }

    pub async fn start_at(self, url: &str) -> Child {
        let mut process = self.command(url).spawn().unwrap();
        let output = Output::default();
        let readers = vec![
            output.follow(process.stdout.take().unwrap()),
            output.follow(process.stderr.take().unwrap()),
        ];
        let line = output.wait_for("listening on ").await;
        let address = line.rsplit(' ').next().unwrap().to_owned();
        Child {
            setup: self,
            process,
            output,
            readers,
            url: format!("http://{address}"),
            // An agent that never answers fails its test instead of holding up all others.
            client: Client::builder().timeout(PATIENCE).build().unwrap(),
        }
    }
}

/// A running agent.
pub struct Child {
    pub setup: Setup,
    pub url: String,
    pub client: Client,
    pub output: Output,
    process: Process,
    readers: Vec<JoinHandle<()>>,
}

impl Child {
    pub async fn rpc(&self, method: &str, params: Value) -> reqwest::Response {
        let body = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
        self.client
            .post(&self.url)
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    /// Sends a message and gives the whole JSON-RPC answer.
    pub async fn send(&self, text: &str) -> Value {
        self.send_with(text, json!({})).await
    }

    pub async fn send_with(&self, text: &str, metadata: Value) -> Value {
        let answer = self.rpc("message/send", message(text, metadata)).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// Sends a message and gives the text of the answer.
    pub async fn say(&self, text: &str) -> String {
        let answer = self.send(text).await;
        assert_eq!(answer["id"], 7, "the id comes back as it was");
        answer["result"]["parts"][0]["text"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub async fn stream(&self, text: &str) -> Events {
        let answer = self.rpc("message/stream", message(text, json!({}))).await;
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Events {
            body: Box::pin(answer.bytes_stream()),
            buffer: String::new(),
        }
    }

    pub fn terminate(&self) {
        let id = self.process.id().unwrap().to_string();
        assert!(
            std::process::Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for the end; gives the status, everything printed, and the folder.
    pub async fn ended(mut self) -> (ExitStatus, String, Setup) {
        let status = tokio::time::timeout(PATIENCE, self.process.wait())
            .await
            .expect("the agent never ended")
            .unwrap();
        for reader in self.readers {
            reader.await.unwrap();
        }
        (status, self.output.text(), self.setup)
    }
}

pub fn message(text: &str, metadata: Value) -> Value {
    let message =
        json!({"role": "user", "messageId": "m-1", "parts": [{"kind": "text", "text": text}]});
    json!({"message": message, "metadata": metadata})
}

pub fn skill(description: &str, body: &str) -> String {
    format!("---\nname: Triage\ndescription: {description}\ntags: [ops]\n---\n\n{body}\n")
}

/// Server-sent events as they arrive.
pub struct Events {
    body: std::pin::Pin<Box<dyn futures::Stream<Item = reqwest::Result<axum::body::Bytes>>>>,
    buffer: String,
}

impl Events {
    /// The next JSON-RPC object; `None` at the end.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let data = event
                    .strip_prefix("data:")
                    .map(|data| serde_json::from_str(data).unwrap());
                self.buffer = rest.to_owned();
                match data {
                    Some(value) => return Some(value),
                    None => continue,
                }
            }
            let bytes = tokio::time::timeout(PATIENCE, self.body.next())
                .await
                .expect("the stream hangs")?
                .unwrap();
            self.buffer.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    pub async fn all(mut self) -> Vec<Value> {
        let mut all = Vec::new();
        while let Some(event) = self.next().await {
            all.push(event);
        }
        all
    }
}

/// Everything the process prints.
#[derive(Clone, Default)]
pub struct Output {
    lines: Arc<Mutex<Vec<String>>>,
    news: Arc<Notify>,
}

impl Output {
    fn follow(&self, pipe: impl AsyncRead + Unpin + Send + 'static) -> JoinHandle<()> {
        let output = self.clone();
        tokio::spawn(async move {
            let mut lines = BufReader::new(pipe).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                output.lines.lock().unwrap().push(line);
                output.news.notify_waiters();
            }
        })
    }

    pub fn text(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    pub async fn wait_for(&self, part: &str) -> String {
        let waiting = async {
            loop {
                let news = self.news.notified();
                if let Some(line) = self
                    .lines
                    .lock()
                    .unwrap()
                    .iter()
                    .find(|line| line.contains(part))
                {
                    return line.clone();
                }
                news.await;
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(line) => line,
            Err(_) => panic!(
                "the agent never printed {part:?}; it printed {}",
                self.text()
            ),
        }
    }
}

/// The JSON in a file.
pub fn json_file(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
