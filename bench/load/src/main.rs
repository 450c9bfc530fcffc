//! Load for the bench, one program because the load shares the processor with what it measures.
//!
//! ```text
//! bench-load http   reads a request document, sends it as fast as it is answered, prints what it saw
//! bench-load live   opens event sockets, prints "open", waits for a line, sets events off, prints what it saw,
//!                   and keeps the sockets open until its input ends
//! ```
//! Both read one line of JSON from standard input; the fields are those of [`http::Job`] and [`live::Job`]. What they
//! print is one line of JSON; times are microseconds.

mod http;
mod live;
mod times;

use std::{error::Error, io::Write};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    let job = line(&mut input).await?.ok_or("no job on standard input")?;
    match std::env::args().nth(1).as_deref() {
        Some("http") => say(&http::run(serde_json::from_str(&job)?).await?),
        Some("live") => live::run(serde_json::from_str(&job)?, &mut input).await,
        _ => Err("usage: bench-load http|live".into()),
    }
}

async fn line(input: &mut Lines<BufReader<Stdin>>) -> Result<Option<String>, Failure> {
    Ok(input.next_line().await?)
}

fn say(what: &impl serde::Serialize) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    writeln!(out, "{}", serde_json::to_string(what)?)?;
    out.flush()?;
    Ok(())
}
