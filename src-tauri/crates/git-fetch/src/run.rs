//! One run of git: bounded in time, output and what it leaves running.

use crate::commands::Environment;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// Output of the largest command, the listing of a commit's files.
const STDOUT_MAX: usize = 16 << 20;
/// Messages beyond this are read and dropped.
const STDERR_MAX: usize = 16 << 10;

/// What a run of git came to.
#[derive(Debug)]
pub(crate) struct Output {
    pub success: bool,
    pub stdout: Vec<u8>,
    /// As git wrote it: may hold what must not be shown.
    pub stderr: String,
}

/// Why there is no output.
#[derive(Debug)]
pub(crate) enum RunError {
    /// No such program.
    Missing,
    /// It could not be started or read.
    Io(std::io::Error),
    /// It did not end in time.
    TimedOut,
    /// It wrote more than anything this room asks for.
    TooMuch,
    /// `grown` said stop.
    Grown,
}

/// Runs `git <arguments>` in `folder`. `grown` is asked every quarter of a second whether too much was written; it
/// ends the run when it says so. Dropping the future ends git and what git started.
pub(crate) async fn git<S: AsRef<OsStr>>(
    folder: &Path,
    environment: &Environment,
    arguments: &[S],
    limit: Duration,
    grown: impl Fn() -> bool,
) -> Result<Output, RunError> {
    let mut command = Command::new("git");
    environment.apply(&mut command);
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let child = command.spawn().map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound && folder.is_dir() {
            RunError::Missing
        } else {
            RunError::Io(error)
        }
    })?;
    let mut family = Family::of(child);
    let (Some(mut stdout), Some(mut stderr)) =
        (family.child.stdout.take(), family.child.stderr.take())
    else {
        return Err(RunError::Io(std::io::Error::other("no pipes")));
    };
    let work = async {
        let (out, err, status) = tokio::join!(
            read_all(&mut stdout),
            read_start(&mut stderr),
            family.child.wait()
        );
        Ok(Output {
            stdout: out?,
            stderr: String::from_utf8_lossy(&err).into_owned(),
            success: status.map_err(RunError::Io)?.success(),
        })
    };
    let watch = async {
        loop {
            tokio::time::sleep(Duration::from_millis(250)).await;
            if grown() {
                return;
            }
        }
    };
    let output = tokio::select! {
        output = work => output,
        () = watch => Err(RunError::Grown),
        () = tokio::time::sleep(limit) => Err(RunError::TimedOut),
    }?;
    family.ended = true;
    Ok(output)
}

async fn read_all(from: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, RunError> {
    let mut all = Vec::new();
    let mut limited = from.take(STDOUT_MAX as u64 + 1);
    limited.read_to_end(&mut all).await.map_err(RunError::Io)?;
    if all.len() > STDOUT_MAX {
        return Err(RunError::TooMuch);
    }
    Ok(all)
}

/// Reads to the end, so that git never waits for us, and keeps the beginning.
async fn read_start(from: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let (mut kept, mut buffer) = (Vec::new(), [0u8; 4096]);
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let room = STDERR_MAX.saturating_sub(kept.len()).min(count);
        kept.extend_from_slice(buffer.get(..room).unwrap_or_default());
    }
    kept
}

/// Git and what it started. Its transport is a process of its own that would go on after git was ended.
struct Family {
    child: Child,
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
    ended: bool,
}

impl Family {
    fn of(child: Child) -> Self {
        Self {
            #[cfg(unix)]
            group: child
                .id()
                .and_then(|id| i32::try_from(id).ok())
                .and_then(rustix::process::Pid::from_raw),
            child,
            ended: false,
        }
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        #[cfg(unix)]
        if let Some(group) = self.group {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.start_kill();
    }
}
