//! Requests as fast as a server answers them, one in flight a connection.

use crate::{Failure, times::Times};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What to send.
#[derive(Debug, Deserialize)]
pub struct Job {
    /// Port on loopback.
    pub port: u16,
    /// Whole requests as text; connections take them by turns.
    pub requests: Vec<String>,
    /// Connections.
    pub connections: usize,
    /// For how long.
    pub seconds: f64,
}

/// What was seen.
#[derive(Debug, Serialize)]
pub struct Seen {
    /// Answers of status 200 a second.
    pub rate: f64,
    /// From the first byte sent to the last byte of the answer.
    pub times: Times,
}

/// Runs a job; a refused request fails it.
pub async fn run(job: Job) -> Result<Seen, Failure> {
    let began = Instant::now();
    let end = began + Duration::from_secs_f64(job.seconds);
    let connections = (0..job.connections).map(|number| {
        let request = job
            .requests
            .get(number % job.requests.len().max(1))
            .cloned();
        async move {
            let request = request.ok_or("no requests in the job")?;
            connection(job.port, request.as_bytes(), end).await
        }
    });
    let spans: Vec<Duration> = futures::future::try_join_all(connections)
        .await?
        .into_iter()
        .flatten()
        .collect();
    Ok(Seen {
        rate: spans.len() as f64 / began.elapsed().as_secs_f64(),
        times: Times::of(spans),
    })
}

async fn connection(port: u16, request: &[u8], end: Instant) -> Result<Vec<Duration>, Failure> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let mut spans = Vec::with_capacity(100_000);
    let mut buffer = Vec::with_capacity(1 << 20);
    while Instant::now() < end {
        let sent = Instant::now();
        stream.write_all(request).await?;
        answer(&mut stream, &mut buffer).await?;
        spans.push(sent.elapsed());
    }
    Ok(spans)
}

/// Reads one whole answer, which must be of status 200.
pub async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(), Failure> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the server closed a connection".into());
        }
        let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        if !text.starts_with("http/1.1 200") {
            return Err(format!(
                "a request under load was answered: {}",
                String::from_utf8_lossy(buffer)
            )
            .into());
        }
        let length: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .and_then(|length| length.trim().parse().ok())
            .ok_or("an answer without content-length")?;
        let whole = head + 4 + length;
        while buffer.len() < whole {
            if stream.read_buf(buffer).await? == 0 {
                return Err("the server closed a connection".into());
            }
        }
        return Ok(());
    }
}
