//! The platform as a person runs it: the real program, in a folder of its own.

use crate::{eventually, programs::program};
use platform::{OwnerInfo, find_owner};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// How to serve.
#[derive(Debug, Clone, Default)]
pub struct ServedOptions {
    /// Use the container engine.
    pub engine: bool,
    /// Open development mode.
    pub open_mode: bool,
    /// Variables of the process.
    pub env: Vec<(String, String)>,
    /// Further arguments of `serve`.
    pub args: Vec<String>,
    /// Data folder instead of the one in the run's own folder; removed by nobody but the test.
    pub data_dir: Option<PathBuf>,
    /// Program and arguments that start the platform in their place (`setpriv …`).
    pub through: Vec<String>,
    /// Secrets go to the keychain of the session instead of a key in the environment.
    pub keychain: bool,
}

impl ServedOptions {
    /// With the container engine.
    pub fn with_engine() -> Self {
        Self {
            engine: true,
            ..Self::default()
        }
    }

    /// Adds a variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A served platform; killed and, if it used an engine, purged when dropped.
#[derive(Debug)]
pub struct Served {
    folder: TempDir,
    options: ServedOptions,
    child: Option<Child>,
    http: reqwest::Client,
    /// Port, process, bearer of the current run.
    pub owner: OwnerInfo,
}

#[allow(
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a platform that does not come up is a failed test"
)]
impl Served {
    /// Starts in a new data folder and waits until it answers.
    pub async fn start(options: ServedOptions) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let child = spawn(folder.path(), &options, 0);
        let owner = owner(&data_dir(folder.path(), &options)).await;
        Self {
            folder,
            options,
            child: Some(child),
            http: reqwest::Client::new(),
            owner,
        }
    }

    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        data_dir(self.folder.path(), &self.options)
    }

    /// Name of the container network of this run.
    pub fn network(&self) -> String {
        network(self.folder.path())
    }

    /// Id of the running process.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// A folder of this run for files of the test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Address of the API, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.owner.port)
    }

    /// Kills the process as a power cut would.
    pub async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.start_kill().expect("the process can be killed");
            child.wait().await.expect("the killed process ends");
        }
    }

    /// Waits until the process ended by itself, and says with which code.
    pub async fn ended(&mut self) -> Option<i32> {
        let mut child = self.child.take()?;
        child.wait().await.expect("the process ends").code()
    }

    /// Starts again on the same data folder and port, as on a person's computer, with these variables more for this time.
    pub async fn again(&mut self, env: &[(&str, &str)]) {
        self.kill().await;
        let mut options = self.options.clone();
        options.env.extend(
            env.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        self.child = Some(spawn(self.folder.path(), &options, self.owner.port));
        self.owner = owner(&self.data_dir()).await;
    }

    /// A request with the app's own credential.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(&self.owner.bearer)
    }

    /// A request without any credential.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(
            method,
            format!("http://127.0.0.1:{}{path}", self.owner.port),
        )
    }

    /// `GET`, status and JSON body.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::GET, path)).await
    }

    /// `POST` with a JSON body, status and JSON body.
    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::POST, path).json(&body)).await
    }

    /// `DELETE`, status and JSON body.
    pub async fn delete(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::DELETE, path)).await
    }

    /// `PATCH` with a JSON body, status and JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::PATCH, path).json(&body)).await
    }

    /// `PUT` with a JSON body, status and JSON body.
    pub async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::PUT, path).json(&body)).await
    }

    /// A request whose answer may never come, because the platform ends meanwhile; `None` then.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Option<(u16, Value)> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await.ok()?;
        Some((
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        ))
    }

    /// All workspaces.
    pub async fn workspaces(&self) -> Vec<Value> {
        let (status, body) = self.get("/workspaces").await;
        assert_eq!(status, 200, "{body}");
        body.as_array().expect("a list").clone()
    }

    /// The workspace of this name.
    pub async fn named(&self, name: &str) -> Value {
        let all = self.workspaces().await;
        all.into_iter()
            .find(|one| one["name"] == name)
            .unwrap_or_else(|| panic!("no workspace \"{name}\""))
    }

    /// Registers a folder and imports it whole; the answer of the import.
    pub async fn import(&self, folder: &Path, more: Value) -> Value {
        let (status, registered) = self.post("/org/folders", json!({"path": folder})).await;
        assert_eq!(status, 200, "{registered}");
        let mut body = json!({"dir": registered["dir"], "mode": "sync"});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        let (status, result) = self.post("/org/import", body).await;
        assert_eq!(status, 201, "{result}");
        result
    }

    /// Maps every runtime to the built-in stand-in agent.
    pub async fn stand_ins(&self) {
        let (status, body) = self
            .patch("/settings", json!({"runtime_images": {"*": "stand-in"}}))
            .await;
        assert_eq!(status, 200, "{body}");
    }

    /// Makes an agent; its id.
    pub async fn agent(&self, name: &str, runtime: &str) -> String {
        let body = serde_json::json!({"name": name, "runtime": runtime});
        let (status, made) = self.post("/workspaces", body).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Events with these names after a number, oldest first; at most 1,000.
    pub async fn events(&self, names: &[&str], since: i64) -> Vec<Value> {
        let path = format!(
            "/events?limit=1000&since_seq={since}&type={}",
            names.join(",")
        );
        let (status, body) = self.get(&path).await;
        assert_eq!(status, 200, "{body}");
        let mut events = body.as_array().expect("a list").clone();
        events.sort_by_key(|event| event["seq"].as_i64());
        events
    }

    /// Number of the newest event.
    pub async fn last_seq(&self) -> i64 {
        let (status, body) = self.get("/stack").await;
        assert_eq!(status, 200, "{body}");
        body["last_seq"].as_i64().expect("a number")
    }

    /// Waits until a workspace is as `wanted` says.
    pub async fn until(
        &self,
        id: &str,
        what: &str,
        limit: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        eventually(&format!("{what} of {id}"), limit, || async {
            self.workspaces()
                .await
                .into_iter()
                .find(|one| one["id"] == id)
                .filter(|one| wanted(one))
        })
        .await
    }

    /// Waits until at least `count` workspaces are online.
    pub async fn online(&self, count: usize, limit: Duration) -> Vec<Value> {
        eventually(&format!("{count} workspaces online"), limit, || async {
            let online: Vec<Value> = self
                .workspaces()
                .await
                .into_iter()
                .filter(|one| one["status"] == "online")
                .collect();
            (online.len() >= count).then_some(online)
        })
        .await
    }

    /// Sends a message as the person and gives status and body.
    pub async fn say(&self, id: &str, text: &str) -> (u16, Value) {
        let message = json!({"role": "user", "parts": [{"kind": "text", "text": text}]});
        self.post(
            &format!("/workspaces/{id}/a2a"),
            json!({"method": "message/send", "params": {"message": message}}),
        )
        .await
    }

    /// Runs another command of the program against this data folder.
    pub async fn command(&self, args: &[&str]) -> std::process::Output {
        let mut command = Command::new(program("molecule-stack"));
        command.args(args).arg("--data-dir").arg(self.data_dir());
        surroundings(&mut command, self.folder.path(), &self.options);
        command
            .stdin(Stdio::null())
            .output()
            .await
            .expect("the program runs")
    }

    /// What the process wrote so far.
    pub fn output(&self) -> String {
        let text =
            |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        text("stdout") + &text("stderr")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.start_kill();
        }
        if !self.options.engine {
            return;
        }
        // Whatever the test left in the engine goes with it; the lock is free as soon as the kill arrived.
        let mut purge = std::process::Command::new(program("molecule-stack"));
        purge
            .args(["purge", "--yes", "--data-dir"])
            .arg(self.data_dir());
        purge
            .env("HOME", self.folder.path())
            .env("SECRETS_ENCRYPTION_KEY", KEY);
        purge.env("MOLECULE_NETWORK", network(self.folder.path()));
        purge.envs(self.options.env.iter().map(|(name, value)| (name, value)));
        purge
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for _ in 0..20 {
            if purge.status().is_ok_and(|status| status.success()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Seals what test platforms keep; not a secret.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn network(folder: &Path) -> String {
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("molecule-test-{plain}")
}

fn data_dir(folder: &Path, options: &ServedOptions) -> PathBuf {
    options
        .data_dir
        .clone()
        .unwrap_or_else(|| folder.join("data"))
}

fn surroundings(command: &mut Command, folder: &Path, options: &ServedOptions) {
    command
        .env("HOME", folder)
        .env("MOLECULE_NETWORK", network(folder));
    for name in [
        "ADMIN_TOKEN",
        "MOLECULE_HOME",
        "PORT",
        "PLATFORM_URL",
        "EXTERNAL_PLATFORM_URL",
        "BIND_ADDR",
        "CORS_ORIGINS",
        "MOLECULE_ENV",
        "MOLECULE_ENABLE_TEST_TOKENS",
        "RATE_LIMIT",
        "FAILPOINTS",
        "SECRETS_ENCRYPTION_KEY",
    ] {
        command.env_remove(name);
    }
    if !options.keychain {
        command
            .env("SECRETS_ENCRYPTION_KEY", KEY)
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
    }
    command.envs(options.env.iter().map(|(name, value)| (name, value)));
}

#[allow(
    clippy::expect_used,
    reason = "test support: a program that does not start is a failed test"
)]
fn spawn(folder: &Path, options: &ServedOptions, port: u16) -> Child {
    let program = program("molecule-stack");
    let mut command = match options.through.split_first() {
        None => Command::new(program),
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    };
    command
        .args(["serve", "--port", &port.to_string(), "--data-dir"])
        .arg(data_dir(folder, options))
        .args(&options.args);
    if !options.engine {
        command.arg("--no-engine");
    }
    if options.open_mode {
        command.arg("--open-dev-mode");
    }
    surroundings(&mut command, folder, options);
    let file = |name: &str| {
        std::fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join(name))
            .expect("a log file")
    };
    command
        .stdin(Stdio::null())
        .stdout(file("stdout"))
        .stderr(file("stderr"))
        .kill_on_drop(true);
    command.spawn().expect("molecule-stack starts")
}

async fn owner(data_dir: &Path) -> OwnerInfo {
    eventually(
        "the platform's answer on its local socket",
        Duration::from_secs(30),
        || async { find_owner(data_dir).await.ok().flatten() },
    )
    .await
}

#[allow(
    clippy::expect_used,
    reason = "test support: no answer is a failed test"
)]
async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("the platform answers");
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or(Value::Null))
}
