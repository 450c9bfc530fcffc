//! `down`: asks the owner to stop and waits until it is gone.

use super::Context;
use crate::{args::Down, client, failure::Failure};
use reqwest::Method;
use serde_json::{Value, json};
use std::{fs::File, io, path::PathBuf, time::Duration};
use tokio::sync::oneshot;

/// Requests get 30 s to end and every agent gets its own time to stop.
const PATIENCE: Duration = Duration::from_secs(180);

/// Runs it.
pub async fn run(context: &Context, down: Down) -> Result<(), Failure> {
    let client = context.client().await?;
    let agents = if down.keep_agents { "keep" } else { "stop" };
    let _: Value = client::read(
        client
            .request(Method::POST, "/stack/shutdown")
            .json(&json!({"agents": agents})),
    )
    .await?;
    let pid = client.owner.pid;
    match tokio::time::timeout(PATIENCE, gone(context.data_dir.join("owner.lock"))).await {
        Ok(waited) => waited?,
        Err(_) => {
            return Err(Failure::failed(
                "still_stopping",
                format!(
                    "process {pid} still stops; its logs are in {}",
                    context.data_dir.join("logs").display()
                ),
            )
            .with("pid", pid));
        }
    }
    let rest = if down.keep_agents {
        "its agents stay and are found again at the next start"
    } else {
        "its agents stopped"
    };
    context.answer(
        &json!({"status": "stopped", "pid": pid, "agents": agents}),
        format!("The platform stopped; {rest}."),
    )
}

/// The owner holds the lock of its data folder until its process ends, so waiting for the lock is waiting for the end.
async fn gone(lock: PathBuf) -> io::Result<()> {
    let (sender, receiver) = oneshot::channel();
    // A thread of its own: one of the runtime's would keep this process alive when the time is up.
    std::thread::spawn(move || {
        let waited = match File::open(&lock) {
            Ok(file) => file.lock_shared(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        };
        let _ = sender.send(waited);
    });
    receiver.await.unwrap_or(Ok(()))
}
