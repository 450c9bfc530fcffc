//! Plugins of workspaces as the plan compares them: what the files wanted, less what was taken away since, and what was
//! installed beside it. Where a plugin comes from is what it is known by; the tag or commit it stands at may move.

use plugins::Source;
use serde_json::{Value, json};
use std::collections::HashMap;
use store::rows::wanted_plugins::WantedRow;

/// What one workspace has.
#[derive(Debug, Default)]
struct Here {
    /// Sources of what is installed and not on its way out.
    installed: Vec<String>,
    /// What the files wanted, and whether it was ever installed.
    wanted: Vec<(String, bool)>,
}

/// Plugins of every workspace.
#[derive(Debug, Default)]
pub(crate) struct PluginsHere(HashMap<String, Here>);

impl PluginsHere {
    /// From the sources of what is installed, by workspace, and what files wanted.
    pub fn of(installed: Vec<(String, String)>, wanted: Vec<WantedRow>) -> Self {
        let mut out = Self::default();
        for (id, source) in installed {
            out.0.entry(id).or_default().installed.push(source);
        }
        for row in wanted {
            let one = (row.source, row.state == "installed");
            out.0.entry(row.workspace_id).or_default().wanted.push(one);
        }
        out
    }

    /// The list of a role whose files said `base` at the last import.
    pub fn said(&self, id: &str, base: &Value) -> Value {
        let Some(here) = self.0.get(id) else {
            return base.clone();
        };
        let mut others: Vec<&String> = here.installed.iter().collect();
        let mut out: Vec<&str> = Vec::new();
        let list = base.as_array().into_iter().flatten();
        for entry in list.filter_map(Value::as_str) {
            let known = |source: &&String| same_place(entry, source);
            let at = others.iter().position(known);
            // What could not be installed yet, or was refused, nobody took away.
            let taken_away = || {
                here.wanted
                    .iter()
                    .any(|(source, was)| source == entry && *was)
            };
            if at.is_some() || !taken_away() {
                out.push(entry);
            }
            if let Some(at) = at {
                others.remove(at);
            }
        }
        others.retain(|source| {
            !here
                .wanted
                .iter()
                .any(|(wanted, _)| same_place(wanted, source))
        });
        out.extend(others.into_iter().map(|source| shown(source)));
        json!(out)
    }

    /// The list of a role that the files do not know yet.
    pub fn all_of(&self, id: &str) -> Value {
        let here = self.0.get(id).map(|here| here.installed.as_slice());
        let names: Vec<&str> = here.unwrap_or_default().iter().map(|s| shown(s)).collect();
        json!(names)
    }

    /// Whether exactly these are noted as wanted.
    pub fn wants_exactly(&self, id: &str, listed: &[String]) -> bool {
        let wanted = self.0.get(id).map(|here| here.wanted.as_slice());
        let wanted = wanted.unwrap_or_default();
        let is_noted = |source: &String| wanted.iter().any(|(noted, _)| noted == source);
        listed.iter().all(is_noted) && wanted.iter().all(|(noted, _)| listed.contains(noted))
    }

    /// Whether this is installed already.
    pub fn has(&self, id: &str, entry: &str) -> bool {
        let here = self.0.get(id);
        here.is_some_and(|here| {
            here.installed
                .iter()
                .any(|source| same_place(entry, source))
        })
    }
}

/// As files write it: a plugin of this computer by its name alone.
fn shown(source: &str) -> &str {
    source.strip_prefix("local://").unwrap_or(source)
}

fn same_place(one: &str, other: &str) -> bool {
    let place = |text: &str| {
        let whole = Source::parse(text).ok()?.to_string();
        Some(whole.split('#').next().unwrap_or_default().to_owned())
    };
    one == other || place(one).is_some_and(|one| place(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(installed: &[&str], wanted: &[(&str, bool)]) -> PluginsHere {
        let here = Here {
            installed: installed.iter().map(|s| (*s).to_owned()).collect(),
            wanted: wanted
                .iter()
                .map(|(s, was)| ((*s).to_owned(), *was))
                .collect(),
        };
        PluginsHere(HashMap::from([("a".to_owned(), here)]))
    }

    #[test]
    fn what_was_added_and_what_was_taken_away_is_told_from_what_waits() {
        let base = json!(["notes", "github://acme/search#v1.0.0", "late"]);
        let wanted = [
            ("notes", true),
            ("github://acme/search#v1.0.0", true),
            ("late", false),
        ];
        let same = here(&["local://notes", "github://acme/search#v1.1.0"], &wanted);
        assert_eq!(
            same.said("a", &base),
            base,
            "an update is no change of the files"
        );
        assert_eq!(same.said("b", &base), base, "nothing is known of it");
        let changed = here(&["local://notes", "local://words"], &wanted);
        assert_eq!(changed.said("a", &base), json!(["notes", "late", "words"]));
        assert!(changed.has("a", "words") && !changed.has("a", "late"));
        assert_eq!(changed.all_of("a"), json!(["notes", "words"]));
    }
}
