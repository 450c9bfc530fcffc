//! `agent`: one agent, from its making to its end. What is said here is what the canvas does with the same routes.

use super::{Context, agent_make, agent_remove, status::word};
use crate::{
    args::AgentVerb,
    client::{self, Client, segment},
    failure::Failure,
    output,
};
use reqwest::Method;
use serde_json::{Value, json};
use wire::{Peer, Workspace, WorkspaceAccess};

/// Runs it.
pub async fn run(context: &Context, verb: AgentVerb) -> Result<(), Failure> {
    let client = context.client().await?;
    let client = &client;
    match verb {
        AgentVerb::List { quiet } => list(context, client, quiet).await,
        AgentVerb::Show { name } => show(context, client, &name).await,
        AgentVerb::New(new) => agent_make::new(context, client, *new).await,
        AgentVerb::Set(set) => agent_make::set(context, client, *set).await,
        AgentVerb::Pause { name } => {
            let (one, done) = post(client, &name, "pause").await?;
            let count = number(&done, "paused_count");
            let words = format!("{} is paused: {}.", one.name, output::count(count, "agent"));
            context.answer(&done, words)
        }
        AgentVerb::Resume { name } => {
            let (one, done) = post(client, &name, "resume").await?;
            let count = number(&done, "resumed_count");
            let words = format!("{} starts: {}.", one.name, output::count(count, "agent"));
            context.answer(&done, words)
        }
        AgentVerb::Sleep { name, force } => {
            let word = if force {
                "hibernate?force=true"
            } else {
                "hibernate"
            };
            let (one, done) = post(client, &name, word).await?;
            context.answer(
                &done,
                format!("{} sleeps; the next message wakes it.", one.name),
            )
        }
        AgentVerb::Wake { name } => {
            let (one, done) = post(client, &name, "wake").await?;
            context.answer(&done, format!("{} wakes up.", one.name))
        }
        AgentVerb::Expand { name } => {
            let (one, done) = post(client, &name, "expand").await?;
            let children = done.get("children").and_then(Value::as_array);
            let names: Vec<&str> = children
                .into_iter()
                .flatten()
                .filter_map(|child| child.get("name")?.as_str())
                .collect();
            context.answer(&done, format!("Below {}: {}.", one.name, names.join(", ")))
        }
        AgentVerb::Collapse { name, yes } => {
            agent_remove::collapse(context, client, &name, yes).await
        }
        AgentVerb::Peers { name, search } => peers(context, client, &name, search.as_deref()).await,
        AgentVerb::Assign { name, model } => assign(context, client, &name, &model).await,
        AgentVerb::Unassign { name } => {
            let one = client.workspace(&name).await?;
            let path = format!("/workspaces/{}/agent", one.id);
            let done: Value = client::read(client.request(Method::DELETE, &path)).await?;
            context.answer(&done, format!("No model is noted for {} now.", one.name))
        }
        AgentVerb::Reassign { name, to } => {
            let (one, to) = (client.workspace(&name).await?, client.workspace(&to).await?);
            let path = format!("/workspaces/{}/agent/move", one.id);
            let body = json!({"target_workspace_id": to.id});
            let done: Value = client.send(Method::POST, &path, &body).await?;
            let model = done
                .get("model")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let words = format!(
                "{model} is noted for {} now, not for {}.",
                to.name, one.name
            );
            context.answer(&done, words)
        }
        AgentVerb::Remove {
            name,
            purge,
            forward_to,
            yes,
        } => {
            let heir = match forward_to {
                Some(heir) => Some(client.workspace(&heir).await?),
                None => None,
            };
            agent_remove::remove(context, client, &name, purge, heir, yes).await
        }
    }
}

async fn post(client: &Client, name: &str, word: &str) -> Result<(Workspace, Value), Failure> {
    let one = client.workspace(name).await?;
    let path = format!("/workspaces/{}/{word}", one.id);
    let done = client.send(Method::POST, &path, &json!({})).await?;
    Ok((one, done))
}

fn number(body: &Value, key: &str) -> usize {
    body.get(key)
        .and_then(Value::as_u64)
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or(0)
}

async fn list(context: &Context, client: &Client, quiet: bool) -> Result<(), Failure> {
    let all: Vec<Workspace> = client.get("/workspaces").await?;
    if quiet {
        return all.iter().try_for_each(|one| output::say(&one.id));
    }
    if context.json {
        return output::document(&all);
    }
    if all.is_empty() {
        return output::say("No agents. `molecule-stack agent new NAME` makes one.");
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|one| {
            vec![
                output::short(&one.name, 40),
                word(one).to_owned(),
                one.runtime.clone(),
                one.model.clone().unwrap_or_default(),
                one.id.clone(),
            ]
        })
        .collect();
    output::table(&["NAME", "STATUS", "RUNTIME", "MODEL", "ID"], &rows)
}

async fn show(context: &Context, client: &Client, name: &str) -> Result<(), Failure> {
    // The list carries what the single read leaves out for agents' eyes.
    let one = client.workspace(name).await?;
    if context.json {
        return output::document(&one);
    }
    let yes_no = |on: bool| if on { "yes" } else { "no" }.to_owned();
    let parent = match &one.parent_id {
        Some(id) => client.workspace(id).await?.name,
        None => "none, it is a root".to_owned(),
    };
    let status = match &one.status_reason {
        Some(reason) => format!("{}: {}", word(&one), reason.text),
        None => word(&one).to_owned(),
    };
    let tier = if one.tier == one.tier_granted {
        one.tier.to_string()
    } else {
        format!("{}, {} granted", one.tier, one.tier_granted)
    };
    let folder = match (one.workspace_dir.clone().flatten(), one.workspace_access) {
        (Some(dir), Some(WorkspaceAccess::ReadOnly)) => format!("{dir}, to read"),
        (Some(dir), Some(WorkspaceAccess::ReadWrite)) => format!("{dir}, to read and write"),
        _ => "a volume of its own".to_owned(),
    };
    let sleeps = match one.hibernation_idle_minutes {
        None => "as the settings say".to_owned(),
        Some(0) => "never".to_owned(),
        Some(minutes) => format!("after {minutes} min without work"),
    };
    output::pairs(&[
        ("Name", one.name.clone()),
        ("Id", one.id.clone()),
        ("Role", one.role.clone().unwrap_or_default()),
        ("Status", status),
        ("Works on", one.current_task.clone().unwrap_or_default()),
        (
            "Tasks",
            format!(
                "{} of {} at once",
                one.active_tasks, one.max_concurrent_tasks
            ),
        ),
        ("Runtime", one.runtime.clone()),
        (
            "Model",
            one.model
                .clone()
                .unwrap_or_else(|| "the runtime's own choice".to_owned()),
        ),
        ("Tier", tier),
        ("Parent", parent),
        ("Isolated", yes_no(one.isolated)),
        ("Folder", folder),
        ("Sleeps", sleeps),
        ("Updates", one.update_tier.clone()),
        ("Address", one.url.clone()),
        ("Needs a restart", yes_no(one.needs_restart)),
    ])
}

async fn peers(
    context: &Context,
    client: &Client,
    name: &str,
    search: Option<&str>,
) -> Result<(), Failure> {
    let one = client.workspace(name).await?;
    let query = search.map_or_else(String::new, |text| format!("?q={}", segment(text)));
    let peers: Vec<Peer> = client
        .get(&format!("/registry/{}/peers{query}", one.id))
        .await?;
    if context.json {
        return output::document(&peers);
    }
    if peers.is_empty() {
        return output::say("None.");
    }
    let rows: Vec<Vec<String>> = peers
        .iter()
        .map(|peer| {
            vec![
                output::short(&peer.name, 40),
                peer.status.to_string(),
                output::short(peer.role.as_deref().unwrap_or_default(), 40),
                peer.id.clone(),
            ]
        })
        .collect();
    output::table(&["NAME", "STATUS", "ROLE", "ID"], &rows)
}

/// Notes the model; one that is noted already gives way.
async fn assign(
    context: &Context,
    client: &Client,
    name: &str,
    model: &str,
) -> Result<(), Failure> {
    let one = client.workspace(name).await?;
    let path = format!("/workspaces/{}/agent", one.id);
    let body = json!({"model": model});
    let noted: Vec<Value> = client.get(&format!("{path}s")).await?;
    let method = if noted.is_empty() {
        Method::POST
    } else {
        Method::PATCH
    };
    let done: Value = client.send(method, &path, &body).await?;
    context.answer(&done, format!("{model} is noted for {}.", one.name))
}

/// The body of a refusal that asks for a confirmation, or the failure.
pub(super) async fn or_asked<T: serde::de::DeserializeOwned>(
    request: reqwest::RequestBuilder,
) -> Result<Result<T, Vec<String>>, Failure> {
    match client::read(request).await {
        Ok(done) => Ok(Ok(done)),
        Err(failure) if failure.code == "confirmation_required" => {
            let children = failure.extra.get("children").and_then(Value::as_array);
            let names = children
                .into_iter()
                .flatten()
                .filter_map(|child| child.get("name")?.as_str().map(str::to_owned))
                .collect();
            Ok(Err(names))
        }
        Err(failure) => Err(failure),
    }
}
