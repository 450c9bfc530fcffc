//! A git server on loopback: HTTP in front of `git http-backend`, one request a connection.

use crate::Scheme;
use crate::settings::Transports;
use crate::testing::Forge;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

/// A running server; it ends when dropped.
#[derive(Debug)]
pub struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

/// How a server treats requests.
#[derive(Debug, Clone)]
struct Manner {
    folder: PathBuf,
    /// The whole `Authorization` value it demands.
    demands: Option<String>,
    /// Waits before every answer.
    delay: Duration,
    /// Sends everybody there instead of answering.
    redirect: Option<String>,
    /// Serves the repositories as plain files, as hosts without git do.
    dumb: bool,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves a forge to everybody.
    pub async fn open(forge: &Forge) -> Self {
        Self::start(forge, None, Duration::ZERO, None, false).await
    }

    /// Serves a forge to those who send this `Authorization` value; others get 401.
    pub async fn demanding(forge: &Forge, authorization: &str) -> Self {
        Self::start(
            forge,
            Some(authorization.to_owned()),
            Duration::ZERO,
            None,
            false,
        )
        .await
    }

    /// Serves a forge, but only after a while.
    pub async fn slow(forge: &Forge, delay: Duration) -> Self {
        Self::start(forge, None, delay, None, false).await
    }

    /// Sends everybody to another address.
    pub async fn redirecting(forge: &Forge, to: &str) -> Self {
        Self::start(forge, None, Duration::ZERO, Some(to.to_owned()), false).await
    }

    /// Serves the files of a forge; run `update-server-info` in its repositories first.
    pub async fn dumb(forge: &Forge) -> Self {
        Self::start(forge, None, Duration::ZERO, None, true).await
    }

    async fn start(
        forge: &Forge,
        demands: Option<String>,
        delay: Duration,
        redirect: Option<String>,
        dumb: bool,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let manner = Manner {
            folder: forge.path().to_owned(),
            demands,
            delay,
            redirect,
            dumb,
            seen: Arc::clone(&seen),
        };
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let manner = manner.clone();
                tokio::spawn(async move {
                    // A client that goes away is no error of the server's.
                    let _ = answer(stream, &manner).await;
                });
            }
        });
        Self { port, seen, task }
    }

    /// `http://127.0.0.1:<port>/`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Fetches what addresses of `host` name from this server.
    pub fn transports(&self, host: &str) -> Transports {
        Transports::for_tests(&[Scheme::Http]).rewrite(&format!("https://{host}/"), &self.url())
    }

    /// Requests so far, `GET /a/b.git/info/refs?service=git-upload-pack`.
    pub fn seen(&self) -> Vec<String> {
        self.seen
            .lock()
            .expect("no panic while it was held")
            .clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(stream: TcpStream, manner: &Manner) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut words = line.split_whitespace();
    let (method, target) = (
        words.next().unwrap_or("").to_owned(),
        words.next().unwrap_or("").to_owned(),
    );
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => {
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()))
            }
            None => break,
        }
    }
    let header = |name: &str| {
        headers
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v.as_str())
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    stream.read_exact(&mut body).await?;
    manner
        .seen
        .lock()
        .expect("no panic while it was held")
        .push(format!("{method} {target}"));
    tokio::time::sleep(manner.delay).await;
    let mut stream = stream.into_inner();
    if manner
        .demands
        .as_deref()
        .is_some_and(|wanted| wanted != header("authorization"))
    {
        let head = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"forge\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        return stream.write_all(head).await;
    }
    if let Some(to) = &manner.redirect {
        let head = format!(
            "HTTP/1.1 301 Moved Permanently\r\nLocation: {to}{}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            target.trim_start_matches('/')
        );
        return stream.write_all(head.as_bytes()).await;
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    if manner.dumb {
        let file = tokio::fs::read(manner.folder.join(path.trim_start_matches('/'))).await;
        let (status, content) =
            file.map_or(("404 Not Found", Vec::new()), |content| ("200 OK", content));
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            content.len()
        );
        stream.write_all(head.as_bytes()).await?;
        return stream.write_all(&content).await;
    }
    let mut child = Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", &manner.folder)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", &method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(&body).await?;
    }
    let output = child.wait_with_output().await?.stdout;
    let cut = output
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap_or(0);
    let (head, content) = output.split_at(cut);
    let content = content.get(4..).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let status = head
        .lines()
        .find_map(|line| line.strip_prefix("Status: "))
        .unwrap_or("200 OK");
    let rest: String = head
        .lines()
        .filter(|line| !line.starts_with("Status: "))
        .map(|line| format!("{line}\r\n"))
        .collect();
    let reply = format!(
        "HTTP/1.1 {status}\r\n{rest}Content-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    );
    stream.write_all(reply.as_bytes()).await?;
    stream.write_all(content).await
}
