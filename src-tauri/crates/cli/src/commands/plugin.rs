//! `plugin`: what agents have and could have, installs that show the code first, and updates.

use super::Context;
use crate::{
    args::Plugin,
    client::{self, Client},
    failure::Failure,
    output,
};
use reqwest::Method;
use wire::{
    ApplyPluginUpdate, ApplyPluginUpdates, InstallPlugin, InstalledPluginView, PluginInstalled,
    PluginPreview, PluginUninstalled, PluginUpdateView, PluginUpdatesApplied, PluginUpdatesChecked,
    PluginView, PreviewPlugin,
};

/// Lines of one file that are printed before an install.
const LINES: usize = 200;

/// Runs it.
pub async fn run(context: &Context, plugin: Plugin) -> Result<(), Failure> {
    let client = context.client().await?;
    match plugin {
        Plugin::List { agent: Some(agent) } => installed(context, &client, &agent).await,
        Plugin::List { agent: None } => registry(context, &client).await,
        Plugin::Show { source } => {
            let shown = preview(&client, &source).await?;
            if context.json {
                output::document(&shown)
            } else {
                show(&shown)
            }
        }
        Plugin::Install {
            source,
            agent,
            track,
            yes,
        } => install(context, &client, source, &agent, track, yes).await,
        Plugin::Uninstall { name, agent, yes } => {
            uninstall(context, &client, &name, &agent, yes).await
        }
        Plugin::Updates { check, tier } => updates(context, &client, check, tier).await,
        Plugin::Apply {
            id,
            tier,
            plugin,
            force,
            yes,
        } => {
            let wanted = Wanted {
                id,
                tier,
                plugin,
                force,
                yes,
            };
            apply(context, &client, wanted).await
        }
    }
}

async fn registry(context: &Context, client: &Client) -> Result<(), Failure> {
    let all: Vec<PluginView> = client.get("/plugins").await?;
    if context.json {
        return output::document(&all);
    }
    if all.is_empty() {
        return output::say(
            "The registry is empty. Plugins can be installed from a git host: `molecule-stack plugin install github://owner/repo#v1.0.0 --agent NAME`.",
        );
    }
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|one| {
            let about = one.error.unwrap_or(one.description);
            vec![
                one.name,
                one.version,
                one.runtimes.join(", "),
                output::short(&about, 80),
            ]
        })
        .collect();
    output::table(&["PLUGIN", "VERSION", "FOR", "ABOUT"], &rows)
}

async fn installed(context: &Context, client: &Client, agent: &str) -> Result<(), Failure> {
    let id = client.workspace(agent).await?.id;
    let all: Vec<InstalledPluginView> = client.get(&format!("/workspaces/{id}/plugins")).await?;
    if context.json {
        return output::document(&all);
    }
    if all.is_empty() {
        return output::say(format!("{agent} has no plugins."));
    }
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|one| {
            let state = match (one.delivered, one.support.as_str()) {
                (false, _) => "at the next start",
                (_, "none") => "not for this runtime",
                (_, "raw") => "files only",
                _ => "in use",
            };
            vec![
                one.plugin.name,
                one.plugin.version,
                state.to_owned(),
                one.track,
                one.source,
            ]
        })
        .collect();
    output::table(&["PLUGIN", "VERSION", "STATE", "FOLLOWS", "FROM"], &rows)
}

async fn preview(client: &Client, source: &str) -> Result<PluginPreview, Failure> {
    let body = PreviewPlugin {
        source: source.to_owned(),
    };
    client.send(Method::POST, "/plugins/preview", &body).await
}

/// Everything that would run, as text.
fn show(shown: &PluginPreview) -> Result<(), Failure> {
    output::say(format!(
        "{} {} ({}), {}",
        shown.plugin,
        shown.version,
        shown.source,
        output::count(shown.files.len(), "file")
    ))?;
    if !shown.description.is_empty() {
        output::say(&shown.description)?;
    }
    for warning in &shown.warnings {
        output::say(format!("Note: {warning}"))?;
    }
    if shown.code.is_empty() {
        return output::say("Nothing in it runs: rules, skills and texts only.");
    }
    for one in &shown.code {
        output::say(format!("\n--- {}: runs {}", one.path, one.when))?;
        let mut lines = one.text.lines();
        for line in lines.by_ref().take(LINES) {
            output::say(plain(line))?;
        }
        let more = lines.count();
        if more > 0 {
            output::say(format!("… {more} more lines"))?;
        }
        if one.cut {
            output::say(
                "… not all of it can be shown; look at the file itself before you trust it",
            )?;
        }
    }
    output::say("")
}

/// A line of a stranger's file cannot steer the terminal.
fn plain(line: &str) -> String {
    line.chars()
        .map(|letter| {
            if letter.is_control() && letter != '\t' {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
}

async fn install(
    context: &Context,
    client: &Client,
    source: String,
    agent: &str,
    track: Option<String>,
    yes: bool,
) -> Result<(), Failure> {
    let id = client.workspace(agent).await?.id;
    let shown = preview(client, &source).await?;
    if !context.json {
        show(&shown)?;
    }
    if !shown.code.is_empty() {
        let question = format!("{} can run this inside {agent}. Install it?", shown.plugin);
        context.confirm(yes, &question)?;
    }
    let body = InstallPlugin {
        source,
        track,
        digest: Some(shown.digest),
        ..InstallPlugin::default()
    };
    let done: PluginInstalled = client
        .send(Method::POST, &format!("/workspaces/{id}/plugins"), &body)
        .await?;
    if context.json {
        return output::document(&done);
    }
    for warning in done
        .warnings
        .iter()
        .filter(|warning| !shown.warnings.contains(warning))
    {
        output::say(format!("Note: {warning}"))?;
    }
    let when = match (done.delivered.as_str(), done.restart.as_str()) {
        ("next_start", "none") => "; its next start brings it",
        ("recorded", _) => "; the agent runs elsewhere and brings it itself",
        (_, "now") => "; it restarts now",
        (_, "scheduled") => "; it restarts after its running task",
        _ => "",
    };
    output::say(format!("{} is installed in {agent}{when}.", done.plugin))
}

async fn uninstall(
    context: &Context,
    client: &Client,
    name: &str,
    agent: &str,
    yes: bool,
) -> Result<(), Failure> {
    let id = client.workspace(agent).await?.id;
    context.confirm(yes, &format!("Remove the plugin {name} from {agent}?"))?;
    let path = format!("/workspaces/{id}/plugins/{}", client::segment(name));
    let done: PluginUninstalled = client::read(client.request(Method::DELETE, &path)).await?;
    if context.json {
        return output::document(&done);
    }
    for path in &done.kept {
        output::say(format!("{path} stays, because it was changed since."))?;
    }
    let when = match done.restart.as_str() {
        "now" => "; it restarts now",
        "scheduled" => "; it restarts after its running task",
        _ => "",
    };
    output::say(format!("{name} is removed from {agent}{when}."))
}

async fn updates(
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
                one.id,
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
struct Wanted {
    id: Option<String>,
    tier: Option<String>,
    plugin: Option<String>,
    force: bool,
    yes: bool,
}

/// Shows what would run after the updates, then applies them.
async fn apply(context: &Context, client: &Client, wanted: Wanted) -> Result<(), Failure> {
    let all: Vec<PluginUpdateView> = client.get("/admin/plugin-updates-pending").await?;
    let chosen: Vec<&PluginUpdateView> = all
        .iter()
        .filter(|one| match &wanted.id {
            Some(id) => one.id == *id,
            None => {
                wanted
                    .tier
                    .as_ref()
                    .is_none_or(|tier| *tier == one.update_tier)
                    && wanted
                        .plugin
                        .as_ref()
                        .is_none_or(|plugin| *plugin == one.plugin_name)
            }
        })
        .collect();
    if let (true, Some(id)) = (chosen.is_empty(), &wanted.id) {
        return Err(Failure::failed(
            "not_found",
            format!("no update {id} waits; `molecule-stack plugin updates` lists them"),
        ));
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
        Some(id) => {
            let path = format!("/admin/plugin-updates/{}/apply", client::segment(&id));
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
