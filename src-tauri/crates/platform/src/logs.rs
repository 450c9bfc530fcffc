//! Logs: pretty on the console, JSON in a rotated file, every line through the redaction layer (design law 5).

use std::{
    io::{self, IsTerminal, Write},
    path::Path,
};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::{
    EnvFilter, Layer, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt,
};
use vault::redact::KnownSecrets;

/// Files kept beside the one that is written.
const KEPT: usize = 7;

/// Starts logging for this process. `console` writes to standard error as well. Called once, before anything else;
/// a second call does nothing. `MOLECULE_LOG` chooses what is written (default `info`; on the console, which a person
/// reads, `warn`).
///
/// # Errors
/// When the folder or its file cannot be made.
pub fn start(folder: &Path, known: &KnownSecrets, console: bool) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("molecule")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)
        .map_err(io::Error::other)?;
    let filter = |usual: &str| {
        let chosen = std::env::var("MOLECULE_LOG").unwrap_or_else(|_| usual.into());
        // Below `info` the engine client logs whole requests, environments of containers included.
        EnvFilter::builder().parse_lossy(format!("{chosen},bollard=info"))
    };
    let json = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(Clean {
            inner: std::sync::Arc::new(file),
            known: known.clone(),
        })
        .with_filter(filter("info"));
    let pretty = console.then(|| {
        tracing_subscriber::fmt::layer()
            .compact()
            .with_ansi(io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
            .with_writer(Clean {
                inner: std::sync::Arc::new(Console),
                known: known.clone(),
            })
            .with_filter(filter("warn"))
    });
    // Already started (tests in one process): the first one stays.
    let _ = tracing_subscriber::registry()
        .with(json)
        .with(pretty)
        .try_init();
    Ok(())
}

struct Console;

impl<'w> MakeWriter<'w> for Console {
    type Writer = io::Stderr;

    fn make_writer(&'w self) -> Self::Writer {
        io::stderr()
    }
}

/// Takes secrets out of every line before it is written.
struct Clean<M> {
    inner: std::sync::Arc<M>,
    known: KnownSecrets,
}

impl<'w, M: MakeWriter<'w> + 'w> MakeWriter<'w> for Clean<M> {
    type Writer = CleanLine<M::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        CleanLine {
            inner: self.inner.make_writer(),
            known: self.known.clone(),
        }
    }
}

/// One event's line; the formatter writes it in one piece.
pub struct CleanLine<W> {
    inner: W,
    known: KnownSecrets,
}

impl<W: Write> Write for CleanLine<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.inner.write_all(self.known.scrub(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
