//! `plugin`: what agents have and could have, and installs that show the code first.

use super::{
    Context, plugin_allowlist,
    plugin_updates::{self, Wanted},
};
use crate::{
    args::Plugin,
    client::{self, Client},
    failure::Failure,
    output,
};
use reqwest::Method;
use wire::{
    InstallPlugin, InstalledPluginView, PluginInstalled, PluginPreview, PluginSources,
    PluginUninstalled, PluginView, PreviewPlugin, WantedPluginView, Workspace,
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
        Plugin::Updates { check, tier } => {
            plugin_updates::list(context, &client, check, tier).await
        }
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
            plugin_updates::apply(context, &client, wanted).await
        }
        Plugin::Wanted => wanted(context, &client).await,
        Plugin::Log { name, agent } => log(context, &client, &name, &agent).await,
        Plugin::Dismiss { id } => plugin_updates::dismiss(context, &client, &id).await,
        Plugin::Tier { tier, agent } => plugin_updates::tier(context, &client, &agent, tier).await,
        Plugin::Allowlist {
            agent,
            add,
            remove,
            clear,
        } => plugin_allowlist::run(context, &client, &agent, &add, &remove, clear).await,
    }
}

async fn registry(context: &Context, client: &Client) -> Result<(), Failure> {
    let all: Vec<PluginView> = client.get("/plugins").await?;
    if context.json {
        return output::document(&all);
    }
    let sources: PluginSources = client.get("/plugins/sources").await?;
    let folder = sources.registry.unwrap_or_default();
    if all.is_empty() {
        return output::say(format!(
            "The registry is empty. A plugin is a folder of its own in {folder}; or install one from a git host: \
             `molecule-stack plugin install github://owner/repo#v1.0.0 --agent NAME`.",
        ));
    }
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|one| {
            let about = one.error.unwrap_or(one.description);
            vec![
                one.name,
                one.version,
                // Manifests write names of adapters; a runtime is written with dashes everywhere else.
                one.runtimes.join(", ").replace('_', "-"),
                output::short(&about, 80),
            ]
        })
        .collect();
    output::table(&["PLUGIN", "VERSION", "FOR", "ABOUT"], &rows)?;
    output::say(format!(
        "They lie in {folder}, each in a folder of its own."
    ))
}

async fn installed(context: &Context, client: &Client, agent: &str) -> Result<(), Failure> {
    let Workspace {
        id, name: agent, ..
    } = client.workspace(agent).await?;
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
            let setup = one.setup.as_ref().map(|setup| setup.state.as_str());
            let state = match (one.delivered, one.support.as_str(), setup) {
                (false, ..) => "at the next start",
                (_, "none", _) => "not for this runtime",
                (_, "raw", _) => "files only",
                (.., Some("due")) => "setup.sh at the next start",
                (.., Some("failed" | "timed_out")) => "setup.sh failed",
                (.., Some("no_shell")) => "setup.sh cannot run",
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

/// What org files want and is not installed.
async fn wanted(context: &Context, client: &Client) -> Result<(), Failure> {
    let all: Vec<WantedPluginView> = client.get("/admin/plugins-wanted").await?;
    if context.json {
        return output::document(&all);
    }
    if all.is_empty() {
        return output::say("Everything that org files want is installed.");
    }
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|one| vec![one.source, one.workspace_name, one.reason])
        .collect();
    output::table(&["PLUGIN", "AGENT", "WHY IT IS NOT INSTALLED"], &rows)?;
    output::say(
        "`molecule-stack plugin show PLUGIN` shows one; what waited for a person to see it is installed then.",
    )
}

/// What became of a plugin's `setup.sh`, with what it printed.
async fn log(context: &Context, client: &Client, name: &str, agent: &str) -> Result<(), Failure> {
    let Workspace {
        id, name: agent, ..
    } = client.workspace(agent).await?;
    let all: Vec<InstalledPluginView> = client.get(&format!("/workspaces/{id}/plugins")).await?;
    let Some(one) = all.into_iter().find(|one| one.plugin.name == name) else {
        return Err(Failure::failed(
            "not_found",
            format!(
                "{agent} has no plugin {name}; `molecule-stack plugin list --agent \"{agent}\"` lists what it has"
            ),
        ));
    };
    if context.json {
        return output::document(&one.setup);
    }
    let Some(setup) = one.setup else {
        return output::say(format!("{name} has no setup.sh that runs here."));
    };
    let when = setup.at.map_or_else(String::new, |at| format!(" ({at})"));
    output::say(format!("{}{when}.", setup.text))?;
    setup
        .log
        .lines()
        .try_for_each(|line| output::say(plain(line)))
}

/// A plugin as it is shown before it is installed.
pub(super) async fn preview(client: &Client, source: &str) -> Result<PluginPreview, Failure> {
    let body = PreviewPlugin {
        source: source.to_owned(),
    };
    client.send(Method::POST, "/plugins/preview", &body).await
}

/// Everything that would run, as text.
pub(super) fn show(shown: &PluginPreview) -> Result<(), Failure> {
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
    let Workspace {
        id, name: agent, ..
    } = client.workspace(agent).await?;
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
    let Workspace {
        id, name: agent, ..
    } = client.workspace(agent).await?;
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
