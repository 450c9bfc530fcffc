//! `purge`: lists what the installation made, and removes it when told to.

use super::{
    Context,
    keep::{refuse_owner, require_data},
    serve::of_keep,
};
use crate::{args::Purge, client::Client, failure::Failure, output};
use platform::{
    PlatformOptions,
    purge::{self, Leftovers, Made},
};
use serde_json::json;

/// Runs it. The list can be had at any time; the removal needs the data folder for itself.
pub async fn run(context: &Context, purge: Purge) -> Result<(), Failure> {
    if purge.yes {
        refuse_owner(context, ", then run `molecule-stack purge --yes` again").await?;
    }
    require_data(context)?;
    let options = PlatformOptions::new(&context.data_dir);
    let done = if purge.yes {
        purge::remove(&options, purge.without_engine).await
    } else {
        purge::list(&options).await
    };
    let left = done.map_err(|error| of_keep(&error))?;
    if context.json {
        return output::document(&json!({"removed": purge.yes, "leftovers": left}));
    }
    for note in &left.notes {
        output::note(format!("Not looked at: {}.", note.trim_end_matches('.')));
    }
    if purge.yes {
        return output::say(format!("Removed: {}.", summary(&left)));
    }
    output::say("This is what `molecule-stack purge --yes` removes:")?;
    for made in &left.roles {
        let role = match (&made.role, &made.workspace_id) {
            (Some(role), _) => role.clone(),
            (None, Some(id)) => format!("a former role ({id})"),
            (None, None) => "for all roles".to_owned(),
        };
        output::say(format!("  {}: {}", output::short(&role, 60), parts(made)))?;
    }
    if let Some(network) = &left.network {
        output::say(format!(
            "  network {network}, unless another installation uses it"
        ))?;
    }
    if !left.keychain.is_empty() {
        output::say(format!(
            "  in the keychain: {}",
            output::short(&left.keychain.join(", "), 200)
        ))?;
    }
    output::say(format!("  data folder {}", left.data_dir.display()))?;
    output::say("The folders of your organisations stay as they are.")?;
    if Client::find(&context.data_dir).await?.is_some() {
        output::note(
            "The platform runs. To remove all this: `molecule-stack down`, then `molecule-stack purge --yes`.",
        );
    }
    Ok(())
}

fn parts(made: &Made) -> String {
    let mut parts = made.containers.clone();
    if !made.volumes.is_empty() {
        let count = output::count(made.volumes.len(), "volume");
        parts.push(format!("{count} ({})", made.volumes.join(", ")));
    }
    if !made.containers.is_empty() {
        parts[0] = format!("container {}", parts[0]);
    }
    parts.join(", ")
}

fn summary(left: &Leftovers) -> String {
    let containers = left.roles.iter().map(|one| one.containers.len()).sum();
    let volumes = left.roles.iter().map(|one| one.volumes.len()).sum();
    let entries = left.keychain.len();
    let mut parts = Vec::new();
    for (count, word) in [
        (containers, "container"),
        (volumes, "volume"),
        (entries, "keychain entry"),
    ] {
        match (count, word) {
            (0, _) => {}
            (2.., "keychain entry") => parts.push(format!("{count} keychain entries")),
            _ => parts.push(output::count(count, word)),
        }
    }
    if let Some(network) = &left.network {
        parts.push(format!("network {network}"));
    }
    parts.push(format!("data folder {}", left.data_dir.display()));
    parts.join(", ")
}
