//! `logs`: what an agent's container writes.

use super::Context;
use crate::{args::Logs, client, failure::Failure, output};
use futures::StreamExt;
use reqwest::Method;
use serde_json::json;
use wire::Console;

/// Runs it.
pub async fn run(context: &Context, logs: Logs) -> Result<(), Failure> {
    let client = context.client().await?;
    let one = client.workspace(&logs.name).await?;
    let path = format!("/workspaces/{}/console", one.id);
    if !logs.follow {
        let console: Console = client
            .get(&format!("{path}?lines={}", logs.lines.max(1)))
            .await?;
        if !context.json && console.output.is_empty() {
            output::note(match one.runtime.as_str() {
                "mock" => format!(
                    "{} is answered by the platform itself: it has no container that writes anything.",
                    one.name
                ),
                "external" => format!("{} runs elsewhere, and so does its output.", one.name),
                _ => format!("{} has written nothing.", one.name),
            });
            return Ok(());
        }
        let body = json!({"id": one.id, "name": one.name, "output": console.output});
        return context.answer(&body, console.output.trim_end());
    }
    let answer = client::checked(client.request(Method::GET, &format!("{path}/stream"))).await?;
    let mut chunks = answer.bytes_stream();
    let mut lines = Lines::default();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| {
            Failure::failed(
                "unreachable",
                format!("the output broke off: {}", error.without_url()),
            )
        })?;
        for line in lines.feed(&chunk) {
            if context.json {
                output::document(&json!({"id": one.id, "line": line}))?;
            } else {
                output::say(line)?;
            }
        }
    }
    output::note(format!("The container of {} ended.", one.name));
    Ok(())
}

/// The `data:` lines of a stream of server-sent events, whatever pieces it comes in.
#[derive(Default)]
pub struct Lines(Vec<u8>);

impl Lines {
    /// Takes a piece; gives the lines that are whole now.
    pub fn feed(&mut self, piece: &[u8]) -> Vec<String> {
        self.0.extend_from_slice(piece);
        let Some(end) = self.0.iter().rposition(|byte| *byte == b'\n') else {
            return Vec::new();
        };
        let whole: Vec<u8> = self.0.drain(..=end).collect();
        String::from_utf8_lossy(&whole)
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .map(|data| data.strip_prefix(' ').unwrap_or(data).to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_are_put_together_from_pieces() {
        let mut lines = Lines::default();
        assert!(lines.feed(b"data: on").is_empty());
        assert_eq!(lines.feed("e é\n\n: ping\n\nda".as_bytes()), ["one é"]);
        assert_eq!(
            lines.feed(b"ta:   two\n"),
            ["  two"],
            "one space belongs to the format, the others to the line"
        );
    }
}
