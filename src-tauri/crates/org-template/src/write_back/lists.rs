//! Plugins and schedules: the items that differ, and no others.

use super::doc::Kind;
use super::edit::NewValue;
use super::error::{Refusal, Stop};
use super::items::Item;
use super::pieces::Part;
use super::scalar::{Literal, Spot, render};
use super::sites::At;
use super::source::{Level, Source};
use super::{Scope, Targets, Work};
use crate::prompt_files::workspace_prompt;
use saphyr_parser::ScalarStyle;
use serde_json::{Value, json};
use std::collections::HashSet;

const ANCHORED: &str = "the list is shared by an anchor; give the role a list of its own first";

impl Work<'_> {
    /// Whether a wanted plugin list lacks one that the defaults give the role.
    pub(super) fn drops_default(&self, site: usize, value: &Value) -> bool {
        let wanted = texts(value).unwrap_or_default();
        let has = self.role_of[site].map(|r| &self.effective.roles[r].plugins);
        self.default_plugins()
            .iter()
            .any(|p| !wanted.contains(p) && has.is_some_and(|has| has.contains(p)))
    }

    fn default_plugins(&self) -> Vec<String> {
        let list = &self.org.defaults.plugins;
        list.iter()
            .filter(|e| !e.opt_out && !e.name.is_empty())
            .map(|e| e.name.clone())
            .collect()
    }

    /// Brings the merged plugin list of a role to what is wanted.
    pub(super) fn set_plugins(&mut self, value: &Value, targets: &Targets) -> Result<(), Stop> {
        let Some(wanted) = texts(value) else {
            return Err(Refusal::because("plugins must be a list of names").into());
        };
        let Some(site) = targets.sites.first().copied() else {
            return Ok(());
        };
        let has = self.role_of[site]
            .map(|r| self.effective.roles[r].plugins.clone())
            .unwrap_or_default();
        let added: Vec<&String> = wanted.iter().filter(|p| !has.contains(p)).collect();
        let removed: Vec<&String> = has.iter().filter(|p| !wanted.contains(p)).collect();
        let defaults = self.default_plugins();
        let for_all =
            targets.scope == Some(Scope::All) && removed.iter().any(|p| defaults.contains(p));
        if for_all {
            self.drop_from_defaults(&removed)?;
        }
        let sites = if for_all {
            &targets.sites[..1]
        } else {
            &targets.sites[..]
        };
        let only = targets.scope == Some(Scope::OnlyThis);
        let mut done = HashSet::new();
        for site in sites.iter().copied() {
            let (map, list) = self.own_list(site, "plugins", only)?;
            if !done.insert(list.unwrap_or(map)) {
                continue;
            }
            let entries = self.plugin_entries(list);
            let at = |name: &str, opt_out: bool| {
                let hits = entries
                    .iter()
                    .enumerate()
                    .filter(move |(_, e)| e.0 == name && e.1 == opt_out);
                hits.map(|(n, _)| n).collect::<Vec<_>>()
            };
            let (mut out, mut new) = (Vec::new(), Vec::new());
            for name in &added {
                let opted_out = at(name, true);
                if opted_out.is_empty() || !defaults.contains(name) {
                    new.push((*name).clone());
                }
                out.extend(opted_out);
            }
            for name in &removed {
                out.extend(at(name, false));
                if defaults.contains(name) && !for_all {
                    new.push(format!("!{name}"));
                }
            }
            self.put_texts(map, "plugins", list, &out, &new)?;
        }
        for site in targets.sites.iter().copied() {
            self.expected.touch(site, "plugins");
        }
        Ok(())
    }

    fn drop_from_defaults(&mut self, removed: &[&String]) -> Result<(), Stop> {
        let Some(map) = self.sites.defaults else {
            return Ok(());
        };
        let list = self.sites.list_in(map, "plugins", &mut Vec::new())?;
        let entries = self.plugin_entries(list);
        let gone = |e: &(String, bool)| !e.1 && removed.iter().any(|r| **r == e.0);
        let out: Vec<usize> = (0..entries.len()).filter(|n| gone(&entries[*n])).collect();
        self.edit_list(map, "plugins", list, &out, Vec::new())?;
        self.expected.touch_defaults("plugins");
        Ok(())
    }

    /// Name and opt-out of every item as the loader reads it.
    fn plugin_entries(&self, list: Option<At>) -> Vec<(String, bool)> {
        let Some(list) = list else {
            return Vec::new();
        };
        let doc = self.sites.doc(list);
        let Kind::List { items, .. } = &doc.values[list.value].kind else {
            return Vec::new();
        };
        let read = |value: &usize| {
            let at = self.sites.unalias(At {
                doc: list.doc,
                value: *value,
            });
            let value = &doc.values[at.value];
            let text = match (&value.tag, &value.kind) {
                (Some(tag), Kind::Scalar { text, .. }) if text.is_empty() => tag.as_str(),
                (_, Kind::Scalar { text, .. }) => text.as_str(),
                _ => "",
            };
            let name = text.trim_start_matches(['!', '-']);
            (name.to_owned(), name.len() < text.len())
        };
        items.iter().map(read).collect()
    }

    /// The mapping of a site and its list under a key; refused when others would change with it.
    pub(super) fn own_list(
        &mut self,
        site: usize,
        key: &str,
        only: bool,
    ) -> Result<(At, Option<At>), Stop> {
        let found = self.found(site, key)?;
        let map = self.sites.list[site].map;
        let Source::Value(list) = found.source else {
            return Ok((map, None));
        };
        let raw = found.entry.map_or(list, |e| e.value);
        if only && (found.level != Level::Own || raw != list || !self.aliases(list).is_empty()) {
            return Err(self.unsuited(raw, ANCHORED).into());
        }
        Ok((map, Some(list)))
    }

    pub(super) fn put_texts(
        &mut self,
        map: At,
        key: &str,
        list: Option<At>,
        out: &[usize],
        new: &[String],
    ) -> Result<(), Box<Refusal>> {
        let eol = self.sites.doc(list.unwrap_or(map)).eol;
        let new: Vec<String> = new.iter().map(|text| flow_text(text)).collect();
        if list.is_none() && self.sites.get(map, key).is_none() {
            return self.insert_entry(map, key, NewValue::Flow(format!("[{}]", new.join(", "))));
        }
        let item = |text: String| Item::New {
            lines: vec![Part::Text(format!("- {text}{eol}"))],
            flow: Some(text),
        };
        self.edit_list(map, key, list, out, new.into_iter().map(item).collect())
    }

    /// Brings the schedules of a role to what is wanted: by name, each value in its place.
    pub(super) fn set_schedules(&mut self, value: &Value, targets: &Targets) -> Result<(), Stop> {
        let Some(wanted) = value.as_array() else {
            return Err(Refusal::because("schedules must be a list").into());
        };
        let wanted: Vec<Value> = wanted.iter().map(whole_schedule).collect();
        let only = targets.scope == Some(Scope::OnlyThis);
        let mut done = HashSet::new();
        for site in targets.sites.iter().copied() {
            self.expected.touch(site, "schedules");
            let (map, list) = self.own_list(site, "schedules", only)?;
            if !done.insert(list.unwrap_or(map)) {
                continue;
            }
            self.schedules_of(site, map, list, &wanted, only)?;
        }
        Ok(())
    }

    fn schedules_of(
        &mut self,
        site: usize,
        map: At,
        list: Option<At>,
        wanted: &[Value],
        only: bool,
    ) -> Result<(), Stop> {
        let known = self.role_of[site]
            .map(|r| self.effective.roles[r].schedules.clone())
            .unwrap_or_default();
        let mut entries: Vec<(usize, At, Value)> = Vec::new();
        if let Some(list) = list
            && let Kind::List { items, .. } = self.sites.kind(list)
        {
            for (index, value) in items.clone().into_iter().enumerate() {
                let at = self.sites.follow(
                    At {
                        doc: list.doc,
                        value,
                    },
                    &mut Vec::new(),
                )?;
                let name = self
                    .sites
                    .get(at, "name")
                    .and_then(|e| self.sites.text(e.value))
                    .unwrap_or_default();
                // What does not run is no schedule of the role; it stays in the file.
                if let Some(s) = known.iter().find(|s| s.name == name) {
                    let now = json!({"name": s.name, "cron_expr": s.cron_expr, "timezone": s.timezone,
                        "prompt": s.prompt, "enabled": s.enabled});
                    entries.push((index, at, now));
                }
            }
        }
        let mut pairs: Vec<(At, Value, &Value)> = Vec::new();
        let mut new: Vec<&Value> = Vec::new();
        for want in wanted {
            match entries
                .iter()
                .position(|(.., now)| now["name"] == want["name"])
            {
                Some(n) => {
                    let (_, at, now) = entries.remove(n);
                    pairs.push((at, now, want));
                }
                None => new.push(want),
            }
        }
        if entries.len() == new.len() {
            // As many new names as old ones are gone: they were renamed.
            for (want, (_, at, now)) in new.drain(..).zip(entries.drain(..)) {
                pairs.push((at, now, want));
            }
        }
        for (at, now, want) in pairs {
            self.schedule(site, at, &now, want, only)?;
        }
        let out: Vec<usize> = entries.iter().map(|(index, ..)| *index).collect();
        let eol = self.sites.doc(list.unwrap_or(map)).eol;
        let new: Vec<Item> = new.into_iter().map(|s| new_schedule(s, eol)).collect();
        if !out.is_empty() || !new.is_empty() {
            self.edit_list(map, "schedules", list, &out, new)?;
        }
        Ok(())
    }

    fn schedule(
        &mut self,
        site: usize,
        at: At,
        now: &Value,
        want: &Value,
        only: bool,
    ) -> Result<(), Stop> {
        for key in ["name", "cron_expr", "timezone"] {
            if now[key] != want[key] {
                let text = want[key].as_str().unwrap_or_default().to_owned();
                self.own(at, key, &Literal::Text(text))?;
            }
        }
        if now["enabled"] != want["enabled"] {
            self.own(at, "enabled", &Literal::Flag(want["enabled"] == true))?;
        }
        if now["prompt"] == want["prompt"] {
            return Ok(());
        }
        let text = want["prompt"].as_str().unwrap_or_default().to_owned();
        let inline = self
            .sites
            .get(at, "prompt")
            .and_then(|e| self.sites.text(e.value))
            .is_some_and(|t| !t.is_empty());
        let reference = self
            .sites
            .get(at, "prompt_file")
            .and_then(|e| self.sites.text(e.value));
        let folder = self.role_of[site].and_then(|r| self.effective.roles[r].files_dir.as_deref());
        let path = reference
            .and_then(|r| workspace_prompt(folder, r))
            .filter(|_| !inline);
        match path {
            Some(path) if !only && self.uses_of(&path) == 1 => self.prompt_text(&path, &text)?,
            _ => self.own(at, "prompt", &Literal::Text(text))?,
        }
        Ok(())
    }
}

/// A text on one line; a `!` in front is quoted, so that it is no tag.
pub(super) fn flow_text(text: &str) -> String {
    let style = if text.starts_with('!') {
        ScalarStyle::DoubleQuoted
    } else {
        ScalarStyle::Plain
    };
    let spot = Spot {
        flow: true,
        style,
        ..Spot::new(0, "\n")
    };
    render(&Literal::Text(text.to_owned()), spot)
}

/// A list of texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    if value.is_null() {
        return Some(Vec::new());
    }
    value
        .as_array()?
        .iter()
        .map(|v| v.as_str().map(str::to_owned))
        .collect()
}

/// A schedule with everything said.
pub(super) fn whole_schedule(value: &Value) -> Value {
    let text = |key: &str, otherwise: &str| {
        let given = value[key].as_str().filter(|t| !t.is_empty());
        given.unwrap_or(otherwise).to_owned()
    };
    json!({"name": text("name", ""), "cron_expr": text("cron_expr", ""), "timezone": text("timezone", "UTC"),
        "prompt": text("prompt", ""), "enabled": value["enabled"].as_bool().unwrap_or(true)})
}

/// A schedule as an item of a block list.
pub(super) fn schedule_text(schedule: &Value, eol: &'static str) -> String {
    let text = |key: &str, style| {
        let value = schedule[key].as_str().unwrap_or_default().to_owned();
        render(
            &Literal::Text(value),
            Spot {
                style,
                ..Spot::new(2, eol)
            },
        )
    };
    let mut lines = format!("- name: {}{eol}", text("name", ScalarStyle::Plain));
    lines.push_str(&format!(
        "  cron_expr: {}{eol}",
        text("cron_expr", ScalarStyle::DoubleQuoted)
    ));
    if schedule["timezone"] != "UTC" {
        lines.push_str(&format!(
            "  timezone: {}{eol}",
            text("timezone", ScalarStyle::Plain)
        ));
    }
    if schedule["enabled"] == false {
        lines.push_str(&format!("  enabled: false{eol}"));
    }
    lines.push_str(&format!(
        "  prompt: {}{eol}",
        text("prompt", ScalarStyle::Plain)
    ));
    lines
}

fn new_schedule(schedule: &Value, eol: &'static str) -> Item {
    Item::New {
        lines: vec![Part::Text(schedule_text(schedule, eol))],
        flow: None,
    }
}
