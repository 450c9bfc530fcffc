//! `down`: asks the owner to stop and waits until it is gone.

use super::Context;
use crate::{
    args::Down,
    client::{self, Client},
    failure::Failure,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// Requests get 30 s to end and every agent gets its own time to stop.
const PATIENCE: Duration = Duration::from_secs(180);

/// Runs it.
pub async fn run(context: &Context, down: Down) -> Result<(), Failure> {
    let client = context.client().await?;
    let agents = if down.keep_agents { "keep" } else { "stop" };
    end(context, &client, agents).await?;
    let rest = if down.keep_agents {
        "its agents stay and are found again at the next start"
    } else {
        "its agents stopped"
    };
    context.answer(
        &json!({"status": "stopped", "pid": client.owner.pid, "agents": agents}),
        format!("The platform stopped; {rest}."),
    )
}

/// Stops a platform and waits until it is gone; `agents` is `stop` or `keep`.
pub(super) async fn end(context: &Context, client: &Client, agents: &str) -> Result<(), Failure> {
    let _: Value = client::read(
        client
            .request(Method::POST, "/stack/shutdown")
            .json(&json!({"agents": agents})),
    )
    .await?;
    let pid = client.owner.pid;
    match tokio::time::timeout(
        PATIENCE,
        platform::owner_gone(&context.data_dir, &client.owner),
    )
    .await
    {
        Ok(waited) => waited.map_err(Failure::from),
        Err(_) => Err(Failure::failed(
            "still_stopping",
            format!(
                "process {pid} still stops; its logs are in {}",
                context.data_dir.join("logs").display()
            ),
        )
        .with("pid", pid)),
    }
}
