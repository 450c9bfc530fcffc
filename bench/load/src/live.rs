//! Event sockets: from the request that causes an event to the frame at each of many clients.

use crate::{Failure, http::answer, line, say, times::Times};
use futures::StreamExt;
use serde::Deserialize;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncWriteExt, BufReader, Lines, Stdin},
    net::TcpStream,
    sync::mpsc,
};
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message, http::Uri};

/// A frame that takes longer than this never comes.
const LIMIT: Duration = Duration::from_secs(10);

/// What to open and to set off.
#[derive(Debug, Deserialize)]
pub struct Job {
    /// Port on loopback.
    pub port: u16,
    /// Path of the event socket.
    pub path: String,
    /// Header lines of the handshake.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Sockets.
    pub clients: usize,
    /// A whole request as text that causes one event; `{n}` in it becomes a number of six digits.
    pub trigger: String,
    /// What the frame of event `{n}` holds.
    pub marker: String,
    /// Events.
    pub events: u32,
}

/// Runs a job.
pub async fn run(job: Job, input: &mut Lines<BufReader<Stdin>>) -> Result<(), Failure> {
    let (seen, mut frames) = mpsc::unbounded_channel();
    for _ in 0..job.clients {
        let uri: Uri = format!("ws://127.0.0.1:{}{}", job.port, job.path).parse()?;
        let mut request = ClientRequestBuilder::new(uri);
        for (name, value) in &job.headers {
            request = request.with_header(name, value);
        }
        let stream = TcpStream::connect(("127.0.0.1", job.port)).await?;
        stream.set_nodelay(true)?;
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        let seen = seen.clone();
        tokio::spawn(async move {
            while let Some(Ok(frame)) = socket.next().await {
                if let Message::Text(text) = frame {
                    let _ = seen.send((Instant::now(), text));
                }
            }
        });
    }
    say(&"open")?;
    line(input).await?;

    let mut trigger = TcpStream::connect(("127.0.0.1", job.port)).await?;
    trigger.set_nodelay(true)?;
    let mut buffer = Vec::new();
    let mut spans = Vec::with_capacity(job.clients * job.events as usize);
    for number in 0..job.events {
        let number = (100_000 + number).to_string();
        let marker = job.marker.replace("{n}", &number);
        let sent = Instant::now();
        trigger
            .write_all(job.trigger.replace("{n}", &number).as_bytes())
            .await?;
        answer(&mut trigger, &mut buffer).await?;
        let mut missing = job.clients;
        while missing > 0 {
            let next = tokio::time::timeout(LIMIT, frames.recv()).await;
            let (at, text) = next
                .map_err(|_| format!("{missing} clients never got event {number}"))?
                .ok_or("every socket was closed")?;
            if text.contains(&marker) {
                spans.push(at.duration_since(sent));
                missing -= 1;
            }
        }
    }
    say(&Times::of(spans))?;
    while line(input).await?.is_some() {}
    Ok(())
}
