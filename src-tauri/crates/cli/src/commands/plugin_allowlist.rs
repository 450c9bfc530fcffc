//! `plugin allowlist`: which plugins an org allows. The list belongs to the agent at the top and holds for all below it.

use super::Context;
use crate::{client::Client, failure::Failure, output};
use reqwest::Method;
use std::collections::{BTreeSet, HashMap};
use wire::{PluginAllowlist, PluginAllowlistSet, SetPluginAllowlist, Workspace};

/// Shows the list, or changes it.
pub(super) async fn run(
    context: &Context,
    client: &Client,
    agent: &str,
    add: &[String],
    remove: &[String],
    clear: bool,
) -> Result<(), Failure> {
    let root = root(client, agent).await?;
    let path = format!("/orgs/{}/plugins/allowlist", root.id);
    let now: PluginAllowlist = client.get(&path).await?;
    if add.is_empty() && remove.is_empty() && !clear {
        if context.json {
            return output::document(&now);
        }
        if now.allow_all {
            return output::say(format!(
                "{} and all below it may have any plugin.",
                root.name
            ));
        }
        let rows: Vec<Vec<String>> = now
            .plugins
            .into_iter()
            .map(|one| vec![one.plugin_name, one.enabled_at.to_string()])
            .collect();
        return output::table(&["ALLOWED", "SINCE"], &rows);
    }
    let mut names: BTreeSet<String> = match clear {
        true => BTreeSet::new(),
        false => now.plugins.into_iter().map(|one| one.plugin_name).collect(),
    };
    for name in remove {
        if !names.remove(name) {
            return Err(Failure::failed(
                "not_found",
                format!("{name} is not on the list; nothing was changed"),
            ));
        }
    }
    names.extend(add.iter().cloned());
    if names.is_empty() && !clear {
        return Err(Failure::failed(
            "would_allow_all",
            "without this one the list would be empty, which allows every plugin; if you want that, use --clear",
        ));
    }
    let body = SetPluginAllowlist {
        plugins: names.into_iter().collect(),
        enabled_by: root.id.clone(),
    };
    let done: PluginAllowlistSet = client.send(Method::PUT, &path, &body).await?;
    if context.json {
        return output::document(&done);
    }
    output::say(match done.allow_all {
        true => format!("{} and all below it may have any plugin.", root.name),
        false => format!(
            "{} and all below it may have only: {}.",
            root.name,
            done.plugins.join(", ")
        ),
    })
}

/// The top of the tree an agent is in.
async fn root(client: &Client, agent: &str) -> Result<Workspace, Failure> {
    let mut at = client.workspace(agent).await?;
    let all: Vec<Workspace> = client.get("/workspaces").await?;
    let mut by_id: HashMap<String, Workspace> =
        all.into_iter().map(|one| (one.id.clone(), one)).collect();
    // Each is taken out, so that a ring ends the walk.
    while let Some(above) = at.parent_id.as_ref().and_then(|up| by_id.remove(up)) {
        at = above;
    }
    Ok(at)
}
