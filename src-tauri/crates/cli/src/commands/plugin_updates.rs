//! `plugin updates`, `apply`, `dismiss`, `tier`: updates of plugins that follow their source.

use super::{
    Context,
    plugin::{preview, show},
};
use crate::{
    args::UpdateTier,
    client::{self, Client},
    failure::Failure,
    names, output,
};
use reqwest::Method;
use serde_json::Value;
use wire::{
    ApplyPluginUpdate, ApplyPluginUpdates, PatchWorkspace, Patched, PluginUpdateView,
    PluginUpdatesApplied, PluginUpdatesChecked,
};

/// Lists what waits, after the sources were asked if that is wanted.
pub(super) async fn list(
    context: &Context,
    client: &Client,
    check: bool,
    tier: Option<String>,
) -> Result<(), Failure> {
    if check {
        let report: PluginUpdatesChecked =
            client::read(client.request(Method::POST, "/admin/plugin-updates/check")).await?;
        for one in report.failed {
            output::note(format!("{} could not be asked: {}", one.id, one.error));
        }
    }
    let query = tier.map_or_else(String::new, |tier| {
        format!("?tier={}", client::segment(&tier))
    });
    let all: Vec<PluginUpdateView> = client
        .get(&format!("/admin/plugin-updates-pending{query}"))
        .await?;
    if context.json {
        return output::document(&all);
    }
    if all.is_empty() {
        return output::say(
            "No updates wait. `molecule-stack plugin updates --check` asks the sources now.",
        );
    }
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|one| {
            let commit = |sha: &str| sha.get(..12).unwrap_or(sha).to_owned();
            vec![
                one.id.get(..8).unwrap_or(&one.id).to_owned(),
                one.plugin_name,
                one.workspace_name,
                one.update_tier,
                one.current_sha.as_deref().map(commit).unwrap_or_default(),
                format!("{} ({})", one.target_ref, commit(&one.target_sha)),
            ]
        })
        .collect();
    output::table(
        &["UPDATE", "PLUGIN", "AGENT", "TIER", "HAS", "FOUND"],
        &rows,
    )
}

/// Which updates to apply.
pub(super) struct Wanted {
    /// One, by its id.
    pub id: Option<String>,
    /// Those of a tier.
    pub tier: Option<String>,
    /// Those of a plugin.
    pub plugin: Option<String>,
    /// Although canary agents wait for the same.
    pub force: bool,
    /// Without a question.
    pub yes: bool,
}

/// Shows what would run after the updates, then applies them.
pub(super) async fn apply(
    context: &Context,
    client: &Client,
    wanted: Wanted,
) -> Result<(), Failure> {
    let all: Vec<PluginUpdateView> = client.get("/admin/plugin-updates-pending").await?;
    let is = |word: &Option<String>, what: &str| word.as_ref().is_none_or(|word| word == what);
    let chosen: Vec<&PluginUpdateView> = match &wanted.id {
        Some(id) => vec![names::update(&all, id)?],
        None => all
            .iter()
            .filter(|one| is(&wanted.tier, &one.update_tier))
            .filter(|one| is(&wanted.plugin, &one.plugin_name))
            .collect(),
    };
    if chosen.is_empty() && !context.json {
        return output::say(
            "No update waits for that. `molecule-stack plugin updates` lists them.",
        );
    }
    let mut seen: Vec<String> = Vec::new();
    let mut runs = false;
    for one in &chosen {
        let repository = one.source_raw.split('#').next().unwrap_or_default();
        let source = format!("{repository}#{}", one.target_sha);
        if !seen.contains(&source) {
            let shown = preview(client, &source).await?;
            runs |= !shown.code.is_empty();
            if !context.json {
                show(&shown)?;
            }
            seen.push(source);
        }
    }
    if runs {
        context.confirm(
            wanted.yes,
            &format!("Apply {}?", output::count(chosen.len(), "update")),
        )?;
    }
    let done: PluginUpdatesApplied = match wanted.id {
        Some(_) => {
            let id = chosen.first().map(|one| one.id.as_str());
            let id = client::segment(id.unwrap_or_default());
            let path = format!("/admin/plugin-updates/{id}/apply");
            let body = ApplyPluginUpdate {
                force: wanted.force,
            };
            client.send(Method::POST, &path, &body).await?
        }
        None => {
            let body = ApplyPluginUpdates {
                tier: wanted.tier,
                plugin_name: wanted.plugin,
                force: wanted.force,
            };
            client
                .send(Method::POST, "/admin/plugin-updates/apply", &body)
                .await?
        }
    };
    if context.json {
        return output::document(&done);
    }
    for one in &done.failed {
        output::say(format!("{} was not applied: {}", one.id, one.error))?;
    }
    output::say(format!(
        "{} applied.",
        output::count(done.applied.len(), "update")
    ))
}

/// Keeps an update away until there is a newer one.
pub(super) async fn dismiss(context: &Context, client: &Client, id: &str) -> Result<(), Failure> {
    let all: Vec<PluginUpdateView> = client.get("/admin/plugin-updates-pending").await?;
    let id = client::segment(&names::update(&all, id)?.id);
    let path = format!("/admin/plugin-updates/{id}/dismiss");
    let done: Value = client::read(client.request(Method::POST, &path)).await?;
    if context.json {
        return output::document(&done);
    }
    output::say("It stays away until there is a newer one.")
}

/// Says whether an agent gets updates before the others.
pub(super) async fn tier(
    context: &Context,
    client: &Client,
    agent: &str,
    tier: UpdateTier,
) -> Result<(), Failure> {
    let workspace = client.workspace(agent).await?;
    let (word, said) = match tier {
        UpdateTier::Canary => ("canary", "gets updates of plugins before the others"),
        UpdateTier::Production => ("production", "gets updates of plugins after canary agents"),
    };
    let patch = PatchWorkspace {
        update_tier: Some(word.to_owned()),
        ..PatchWorkspace::default()
    };
    let path = format!("/workspaces/{}", workspace.id);
    let done: Patched = client.send(Method::PATCH, &path, &patch).await?;
    if context.json {
        return output::document(&done);
    }
    output::say(format!("{} {said}.", workspace.name))
}
