//! Plugins that the files want, and those they wanted before: noted with the role, installed and taken away afterwards by
//! the plugins room (contract 03 nos. 30, 32).

use crate::{OrgsError, Roots, plugins_canvas::PluginsHere};
use org_template::{Code, Problem, Role, near};
use plugins::{Listed, Registry};
use std::{cell::OnceCell, collections::BTreeMap};
use store::{
    Write,
    rows::wanted_plugins::{self, WantedRow},
};

/// Notes what is not noted yet. An agent that runs elsewhere brings its plugins itself.
pub(crate) async fn note(
    write: &mut Write,
    id: &str,
    role: &Role,
    here: &PluginsHere,
) -> Result<(), OrgsError> {
    if role.external {
        return Ok(());
    }
    let now = write.stamp();
    for source in &role.plugins {
        let new = wanted_plugins::add(write.conn(), id, source, &now).await?;
        // A person installed it before the files named it.
        if new && here.has(id, source) {
            let row = WantedRow {
                workspace_id: id.to_owned(),
                source: source.clone(),
                state: "installed".to_owned(),
                reason: String::new(),
            };
            wanted_plugins::settle(write.conn(), &row, &now).await?;
        }
    }
    Ok(())
}

/// Notes what the files want now, and what they do not want any more. What a person installed is not touched by either.
/// Says whether the files dropped any.
pub(crate) async fn follow(
    write: &mut Write,
    id: &str,
    role: &Role,
    here: &PluginsHere,
) -> Result<bool, OrgsError> {
    let listed: &[String] = if role.external { &[] } else { &role.plugins };
    if here.wants_exactly(id, listed) {
        return Ok(false);
    }
    note(write, id, role, here).await?;
    let now = write.stamp();
    Ok(wanted_plugins::drop_unlisted(write.conn(), id, listed, &now).await?)
}

/// Plugins by name that are not in the registry, for every role; a warning for each name, at the first role that wants
/// it. Blocks.
pub(crate) fn missing(
    roles: &[Role],
    roots: &Roots,
    warnings: &mut Vec<Problem>,
) -> Vec<Vec<String>> {
    let registry = Registry::find(&roots.configs, &roots.data);
    // Read once, and only where something is missing.
    let names = OnceCell::new();
    let names = || names.get_or_init(|| registry.list());
    // Names are checked patterns, never paths.
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    roles
        .iter()
        .map(|role| {
            let mut missing = Vec::new();
            for source in role.plugins.iter().filter(|_| !role.external) {
                let name = source.strip_prefix("local://").unwrap_or(source);
                if name.contains("://") {
                    continue;
                }
                let there = *known.entry(name).or_insert_with(|| {
                    let there = registry.root().join(name).is_dir();
                    if !there {
                        warnings.push(warning(role, name, (&registry, names().as_slice())));
                    }
                    there
                });
                if !there {
                    missing.push(name.to_owned());
                }
            }
            missing
        })
        .collect()
}

fn warning(role: &Role, name: &str, (registry, names): (&Registry, &[Listed])) -> Problem {
    let near = near(name, names.iter().map(|one| one.name.as_str()));
    let hint = match near.first() {
        Some(near) => format!("did you mean {near}?"),
        None => format!(
            "put it into {}, or name its repository",
            registry.root().display()
        ),
    };
    let span = role.fields.get("plugins").map(|field| &field.span);
    Problem {
        code: Code::PluginMissing,
        message: format!("the plugin {name} is not on this computer; roles start without it"),
        file: span.map(|span| span.file.to_string()).unwrap_or_default(),
        line: span.map_or(0, |span| span.line),
        column: span.map_or(0, |span| span.column),
        text: name.to_owned(),
        hint,
    }
}
