//! `agent new` and `agent set`.

use super::{Context, context::whole};
use crate::{
    args::{AgentNew, AgentSet},
    client::Client,
    failure::Failure,
    output,
};
use reqwest::Method;
use serde_json::Value;
use std::path::Path;
use wire::{CreateWorkspace, PatchWorkspace, Patched, Settings};

/// Makes one; its container follows.
pub async fn new(context: &Context, client: &Client, new: AgentNew) -> Result<(), Failure> {
    warn_of_runtime(client, new.runtime.as_deref()).await?;
    let parent_id = match &new.parent {
        Some(parent) => Some(client.workspace(parent).await?.id),
        None => None,
    };
    let workspace_dir = match &new.dir {
        Some(dir) => Some(whole(Path::new(dir))?),
        None => None,
    };
    let body = CreateWorkspace {
        name: new.name.clone(),
        role: new.role,
        template: new.template,
        runtime: new.runtime,
        model: new.model,
        tier: new.tier,
        parent_id,
        external: new.external,
        url: new.url,
        workspace_dir,
        workspace_access: new.access.map(|access| access.word().to_owned()),
        max_concurrent_tasks: new.max_tasks,
        ..CreateWorkspace::default()
    };
    let made: Value = client.send(Method::POST, "/workspaces", &body).await?;
    if context.json {
        return output::document(&made);
    }
    let text = |at: &str| made.pointer(at).and_then(Value::as_str).unwrap_or_default();
    output::say(format!(
        "{} is made: {} ({})",
        new.name,
        text("/id"),
        text("/status")
    ))?;
    if made.get("connection").is_none() {
        return Ok(());
    }
    output::note("The token is shown only now:");
    output::pairs(&[
        ("Platform", text("/connection/platform_url").to_owned()),
        ("Token", text("/connection/auth_token").to_owned()),
    ])?;
    output::say("")?;
    output::say(text("/connection/curl_register_template"))
}

/// Says that nobody knows a runtime; the agent is made all the same, its image may still come.
async fn warn_of_runtime(client: &Client, runtime: Option<&str>) -> Result<(), Failure> {
    let Some(runtime) = runtime else {
        return Ok(());
    };
    let settings: Settings = client.get("/settings").await?;
    let images = settings.runtime_images.unwrap_or_default();
    if let Some((text, hint)) = org_template::unknown_runtime(runtime, &images) {
        output::note(format!(
            "warning: {text} ({hint}); `molecule-stack settings --image {runtime}=IMAGE` names one"
        ));
    }
    Ok(())
}

/// Changes what is named.
pub async fn set(context: &Context, client: &Client, set: AgentSet) -> Result<(), Failure> {
    let one = client.workspace(&set.agent).await?;
    warn_of_runtime(client, set.runtime.as_deref()).await?;
    let parent_id = match &set.parent {
        Some(parent) => Some(Some(client.workspace(parent).await?.id)),
        None if set.root => Some(None),
        None => None,
    };
    let workspace_dir = match set.dir.as_deref() {
        Some("") => Some(None),
        Some(dir) => Some(Some(whole(Path::new(dir))?)),
        None => None,
    };
    let patch = PatchWorkspace {
        name: set.name,
        role: set.role,
        tier: set.tier,
        parent_id,
        collapsed: set.folded,
        runtime: set.runtime,
        model: set.model,
        provider: set.provider,
        workspace_dir,
        workspace_access: set.access.map(|access| access.word().to_owned()),
        max_concurrent_tasks: set.max_tasks,
        hibernation_idle_minutes: set.sleep_after.map(Some),
        update_tier: set.updates.map(|updates| updates.word().to_owned()),
        isolated: set.isolated,
        ..PatchWorkspace::default()
    };
    if patch == PatchWorkspace::default() {
        return Err(Failure::usage(
            "say what to change; `molecule-stack agent set --help` lists it",
        ));
    }
    let done: Patched = client
        .send(Method::PATCH, &format!("/workspaces/{}", one.id), &patch)
        .await?;
    let mut words = format!("{} is changed.", one.name);
    if done.needs_restart {
        words += &format!(
            " It counts after a restart: `molecule-stack restart {}`.",
            one.id
        );
    }
    context.answer(&done, words)
}
