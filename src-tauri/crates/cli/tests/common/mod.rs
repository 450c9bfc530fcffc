//! The real binary with a data folder, a runtime folder and a key of its own.

use base64::Engine;
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

/// One installation, thrown away at the end; what it started is stopped.
pub struct Home {
    dir: tempfile::TempDir,
    key: String,
}

/// A finished command.
pub struct Done {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Done {
    /// The one JSON document on standard output.
    pub fn json(&self) -> Value {
        assert_eq!(
            self.out.trim().lines().count(),
            1,
            "one document, one line: {}{}",
            self.out,
            self.err
        );
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// The same, of a command that must succeed.
    pub fn ok(&self) -> Value {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.json()
    }

    /// Standard output of a command that must succeed.
    pub fn text(&self) -> &str {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        &self.out
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            // A signal is no exit code.
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

#[allow(dead_code, reason = "every test file uses its part")]
impl Home {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["run", "home"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        let key = base64::engine::general_purpose::STANDARD.encode(rand::random::<[u8; 32]>());
        Self { dir, key }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// The key that seals this installation's secrets.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_molecule-stack"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path().join("home"))
            .env("XDG_RUNTIME_DIR", self.path().join("run"))
            .env("MOLECULE_HOME", self.data())
            .env("SECRETS_ENCRYPTION_KEY", &self.key)
            // No engine of this computer is touched, whatever a command looks for.
            .env(
                "DOCKER_HOST",
                format!("unix://{}", self.path().join("no-engine.sock").display()),
            )
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Done {
        self.command(arguments).output().unwrap().into()
    }

    /// With something on standard input.
    pub fn pipe(&self, arguments: &[&str], input: &str) -> Done {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// `serve` as a child, once it says that it listens.
    pub fn serve(&self, more: &[&str]) -> Serving {
        let mut arguments = vec!["--json", "serve", "--no-engine", "--port", "0"];
        arguments.extend(more);
        let mut child = self
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        // Read to its end, so that the child never waits for a full pipe.
        let err = child.stderr.take().unwrap();
        let errors = std::thread::spawn(move || std::io::read_to_string(err).unwrap_or_default());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let said: Value = match serde_json::from_str(&line) {
            Ok(said) => said,
            Err(error) => {
                let _ = child.kill();
                panic!("{error}: {line:?}: {}", errors.join().unwrap_or_default());
            }
        };
        assert!(said.get("port").is_some(), "{said}");
        Serving {
            child,
            said,
            lines,
            errors: Some(errors),
        }
    }

    /// A folder with these files.
    pub fn folder(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = self.path().join(name);
        for (file, text) in files {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    /// Every byte of every file below the data folder.
    pub fn kept(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut open = vec![self.data()];
        let mut files = Vec::new();
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    open.push(path)
                } else {
                    files.push((path.clone(), fs::read(path).unwrap_or_default()))
                }
            }
        }
        files
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // `up` leaves a platform behind; a test that failed leaves it too.
        let _ = self.run(&["down"]);
    }
}

/// A platform in the foreground; killed if the test ends before it.
pub struct Serving {
    child: Child,
    pub said: Value,
    lines: BufReader<ChildStdout>,
    errors: Option<std::thread::JoinHandle<String>>,
}

#[allow(dead_code, reason = "every test file uses its part")]
impl Serving {
    pub fn port(&self) -> u64 {
        self.said["port"].as_u64().unwrap()
    }

    pub fn pid(&self) -> u64 {
        u64::from(self.child.id())
    }

    /// As `kill -9` does it.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end; exit code, what it still said, what it logged.
    pub fn wait(mut self) -> (i32, String, String) {
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        let rest = std::io::read_to_string(&mut self.lines).unwrap();
        (code, rest, self.errors.take().unwrap().join().unwrap())
    }

    /// A signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.pid().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether `needle` stands anywhere in `bytes`.
#[allow(dead_code, reason = "every test file uses its part")]
pub fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

/// `GET` without any header of ours: status and body.
#[allow(dead_code, reason = "every test file uses its part")]
pub fn get(url: &str) -> (u16, Value) {
    http(reqwest::Method::GET, url, None, None)
}

/// `POST` of a JSON body.
#[allow(dead_code, reason = "every test file uses its part")]
pub fn post(url: &str, body: &Value) -> (u16, Value) {
    http(reqwest::Method::POST, url, None, Some(body))
}

fn http(
    method: reqwest::Method,
    url: &str,
    bearer: Option<&str>,
    body: Option<&Value>,
) -> (u16, Value) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut request = client.request(method, url);
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.json().await.unwrap_or(Value::Null),
        )
    })
}

#[allow(dead_code, reason = "every test file uses its part")]
impl Home {
    /// A call of the API that must succeed, with a token made for it.
    pub fn http(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let port = self.run(&["--json", "status"]).ok()["stack"]["port"]
            .as_u64()
            .unwrap();
        let token = self.run(&["--json", "token", "new"]).ok()["auth_token"]
            .as_str()
            .unwrap()
            .to_owned();
        let url = format!("http://127.0.0.1:{port}{path}");
        let (status, answer) = http(method.parse().unwrap(), &url, Some(&token), body.as_ref());
        assert!((200..300).contains(&status), "{status}: {answer}");
        answer
    }
}
