//! Starts `serve` as a process of its own, for `up`.

use super::Context;
use crate::{
    args::Serve,
    client::Client,
    failure::{Failure, OWNED},
};
use serde_json::Value;
use std::{fs::OpenOptions, path::Path, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::Command,
};

/// Time another starting owner gets to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The platform that runs, or one that was started now; `true` in the latter case.
pub async fn join_or_start(context: &Context, serve: &Serve) -> Result<(Client, bool), Failure> {
    if let Some(client) = Client::find(&context.data_dir).await? {
        return Ok((client, false));
    }
    match start(context, serve).await {
        Ok(()) => Ok((Client::require(&context.data_dir).await?, true)),
        // Somebody else started at the same moment: theirs is as good.
        Err(failure) if failure.exit == OWNED => {
            let found = tokio::time::timeout(PATIENCE, answering(&context.data_dir)).await;
            found.map_err(|_| failure)?.map(|client| (client, false))
        }
        Err(failure) => Err(failure),
    }
}

/// An owner claims the folder before it answers; nothing tells another process when it does.
async fn answering(data_dir: &Path) -> Result<Client, Failure> {
    loop {
        if let Some(client) = Client::find(data_dir).await? {
            return Ok(client);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn start(context: &Context, serve: &Serve) -> Result<(), Failure> {
    let passphrase = if serve.passphrase_stdin {
        Some(super::serve::passphrase()?)
    } else {
        None
    };
    let logs = context.data_dir.join("logs");
    private_folder(&context.data_dir)?;
    std::fs::create_dir_all(&logs)?;
    let console = OpenOptions::new()
        .create(true)
        .append(true)
        .open(logs.join("console.txt"))?;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("--json")
        .arg("--data-dir")
        .arg(&context.data_dir)
        .arg("serve")
        .args(flags(serve));
    command.env(super::serve::DETACHED, "1");
    // Not the folder `up` was called in: a running platform must not keep a disk busy.
    command.current_dir(&context.data_dir);
    command.stdin(if passphrase.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    });
    command.stdout(Stdio::piped()).stderr(console);
    let mut child = command.spawn().map_err(|error| {
        Failure::failed(
            "spawn",
            format!("the platform could not be started: {error}"),
        )
    })?;
    if let (Some(passphrase), Some(mut stdin)) = (passphrase, child.stdin.take()) {
        stdin.write_all(passphrase.expose()).await?;
        stdin.write_all(b"\n").await?;
    }
    let mut first = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut first).await?;
    }
    let said: Value = serde_json::from_str(&first).unwrap_or(Value::Null);
    if said.get("port").is_some() && said.get("error").is_none() {
        return Ok(());
    }
    let status = child.wait().await?;
    let exit = status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .filter(|code| *code > 0);
    if said.get("error").is_some() {
        let mut failure = Failure::of_answer(500, said);
        failure.exit = exit.unwrap_or(failure.exit);
        return Err(failure);
    }
    Err(Failure::failed(
        "start",
        format!(
            "the platform ended while it started ({status}); see {}",
            logs.display()
        ),
    ))
}

fn flags(serve: &Serve) -> Vec<String> {
    let mut flags = Vec::new();
    if let Some(port) = serve.port {
        flags.push(format!("--port={port}"));
    }
    let switches = [
        (serve.no_engine, "--no-engine"),
        (serve.open_dev_mode, "--open-dev-mode"),
        (serve.passphrase_stdin, "--passphrase-stdin"),
        (serve.stop_agents, "--stop-agents"),
    ];
    flags.extend(
        switches
            .into_iter()
            .filter(|(on, _)| *on)
            .map(|(_, name)| name.to_owned()),
    );
    flags
}

/// Flags of `serve` that were given and mean nothing to a platform that runs already. A passphrase does: it opens the
/// secrets of that one.
pub fn ignored(serve: &Serve) -> Vec<String> {
    flags(&Serve {
        passphrase_stdin: false,
        ..serve.clone()
    })
}

/// The folder is private from its first moment, not only once the owner has claimed it.
pub(super) fn private_folder(path: &Path) -> Result<(), Failure> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| {
        Failure::failed(
            "data_folder",
            format!("cannot use the data folder {}: {error}", path.display()),
        )
    })
}
