//! Commands in a running container, and what a container prints.

use crate::Environment;
use bytes::Bytes;
use futures::stream::BoxStream;
use std::{pin::Pin, time::Duration};
use tokio::io::AsyncWrite;

/// A command to run in a container.
#[derive(Debug, Clone)]
pub struct ExecSpec {
    /// Program and arguments; no shell takes part unless the program is one.
    pub command: Vec<String>,
    /// Added environment. Values never appear in `Debug` output.
    pub env: Environment,
    /// `uid:gid` or a name; `None` is the container's user.
    pub user: Option<String>,
    /// Folder to run in; `None` is the container's.
    pub working_dir: Option<String>,
    /// Bytes kept of each of stdout and stderr; the rest is read and dropped.
    pub limit: usize,
    /// How long the command may take. Its process is left alone when the time is over.
    pub timeout: Duration,
}

impl ExecSpec {
    /// A command with the usual limits: 1 MiB a stream, 30 s.
    pub fn new<S: Into<String>>(command: impl IntoIterator<Item = S>) -> Self {
        Self {
            command: command.into_iter().map(Into::into).collect(),
            env: Environment::default(),
            user: None,
            working_dir: None,
            limit: 1024 * 1024,
            timeout: Duration::from_secs(30),
        }
    }
}

/// What a command did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecOutput {
    /// Its exit code; 126 or 127 if the program could not be run.
    pub exit_code: i64,
    /// What it wrote, up to the limit.
    pub stdout: Vec<u8>,
    /// What it wrote to its error stream, up to the limit.
    pub stderr: Vec<u8>,
    /// More was written than was kept.
    pub truncated: bool,
}

/// The standard streams of a container's program.
pub struct Attached {
    /// To its standard input.
    pub input: Pin<Box<dyn AsyncWrite + Send>>,
    /// From its standard output; its error stream is for the log only.
    pub output: BoxStream<'static, std::io::Result<Bytes>>,
}

impl std::fmt::Debug for Attached {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Attached")
    }
}

/// Which part of a container's output to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// The last so many lines; `None` is all.
    pub tail: Option<u32>,
    /// Stay and give what comes, until the container ends. Engines may keep back a last line without a line end: read
    /// again without `follow` after the end where every byte counts.
    pub follow: bool,
    /// Begin each line with its time, RFC 3339 and a blank.
    pub timestamps: bool,
    /// Only what was printed at or after this second since 1970.
    pub since: Option<i64>,
}

/// Where output came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogSource {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A piece of output, usually one line with its line end. May carry secrets: mask before anyone sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogChunk {
    /// Where it came from.
    pub source: LogSource,
    /// The bytes as printed.
    pub bytes: Vec<u8>,
}
