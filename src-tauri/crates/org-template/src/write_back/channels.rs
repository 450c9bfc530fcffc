//! Channels of a role: by type, each value in its place. Entries that cannot be made stay as they are.

use super::doc::Kind;
use super::error::{Refusal, Stop};
use super::items::Item;
use super::lists::flow_text;
use super::pieces::Part;
use super::scalar::{Literal, Spot, render};
use super::sites::At;
use super::{Scope, Targets, Work};
use crate::role::RoleChannel;
use saphyr_parser::ScalarStyle;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};

const FIELD: &str = "channels";

impl Work<'_> {
    /// Brings the channels of a role to what is wanted.
    pub(super) fn set_channels(&mut self, value: &Value, targets: &Targets) -> Result<(), Stop> {
        let Some(wanted) = channels(value) else {
            let why =
                "channels must be a list of {kind, config, allowed_users, enabled}, one of a kind";
            return Err(Refusal::because(why).into());
        };
        let only = targets.scope == Some(Scope::OnlyThis);
        let mut done = HashSet::new();
        for site in targets.sites.iter().copied() {
            self.expected.touch(site, FIELD);
            let (map, list) = self.own_list(site, FIELD, only)?;
            if done.insert(list.unwrap_or(map)) {
                self.channels_of(site, map, list, &wanted)?;
            }
        }
        Ok(())
    }

    fn channels_of(
        &mut self,
        site: usize,
        map: At,
        list: Option<At>,
        wanted: &[RoleChannel],
    ) -> Result<(), Stop> {
        let has = self.role_of[site]
            .map(|r| self.effective.roles[r].channels.clone())
            .unwrap_or_default();
        let mut there: HashSet<String> = HashSet::new();
        let mut out = Vec::new();
        let items = match list.map(|list| self.sites.kind(list)) {
            Some(Kind::List { items, .. }) => items.clone(),
            _ => Vec::new(),
        };
        for (index, value) in items.into_iter().enumerate() {
            let doc = list.map_or(map.doc, |list| list.doc);
            let at = self.sites.follow(At { doc, value }, &mut Vec::new())?;
            let kind = self.sites.get(at, "type");
            let kind = kind
                .and_then(|e| self.sites.text(e.value))
                .unwrap_or_default();
            // What cannot be made is no channel of the role; it stays in the file.
            let Some(now) = has.iter().find(|one| one.kind == kind) else {
                continue;
            };
            match wanted.iter().find(|one| one.kind == now.kind) {
                Some(want) if there.insert(want.kind.clone()) => self.channel(at, now, want)?,
                Some(_) => {}
                None => out.push(index),
            }
        }
        let eol = self.sites.doc(list.unwrap_or(map)).eol;
        let new: Vec<Item> = wanted
            .iter()
            .filter(|one| !there.contains(&one.kind))
            .map(|one| new_channel(one, eol))
            .collect();
        if !out.is_empty() || !new.is_empty() {
            self.edit_list(map, FIELD, list, &out, new)?;
        }
        Ok(())
    }

    fn channel(&mut self, at: At, now: &RoleChannel, want: &RoleChannel) -> Result<(), Stop> {
        if now.enabled != want.enabled {
            self.own(at, "enabled", &Literal::Flag(want.enabled))?;
        }
        if now.allowed_users != want.allowed_users {
            let list = self.sites.list_in(at, "allowed_users", &mut Vec::new())?;
            let (has, wanted) = (&now.allowed_users, &want.allowed_users);
            let out: Vec<usize> = (0..has.len())
                .filter(|n| !wanted.contains(&has[*n]))
                .collect();
            let new: Vec<String> = wanted
                .iter()
                .filter(|u| !has.contains(u))
                .cloned()
                .collect();
            self.put_texts(at, "allowed_users", list, &out, &new)?;
        }
        if now.config == want.config {
            return Ok(());
        }
        let Some(entry) = self.sites.get(at, "config") else {
            let why = "the channel has no config of its own; change the file by hand";
            return Err(self.unsuited(at, why).into());
        };
        let config = self.sites.follow(entry.value, &mut Vec::new())?;
        for (key, text) in &want.config {
            if now.config.get(key) != Some(text) {
                self.own(config, key, &Literal::Text(text.clone()))?;
            }
        }
        for key in now
            .config
            .keys()
            .filter(|key| !want.config.contains_key(*key))
        {
            if let Some(entry) = self.sites.get(config, key) {
                self.remove_entry(entry)?;
            }
        }
        Ok(())
    }
}

/// The wanted list; `None` when it is none.
fn channels(value: &Value) -> Option<Vec<RoleChannel>> {
    if value.is_null() {
        return Some(Vec::new());
    }
    let mut out: Vec<RoleChannel> = Vec::new();
    for one in value.as_array()? {
        let kind = one["kind"].as_str().or(one["type"].as_str())?.to_owned();
        let nothing = Map::new();
        let config = match &one["config"] {
            Value::Null => &nothing,
            config => config.as_object()?,
        };
        let config: Option<BTreeMap<String, String>> = config
            .iter()
            .map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned())))
            .collect();
        let users: Option<Vec<String>> = match &one["allowed_users"] {
            Value::Null => Some(Vec::new()),
            users => users
                .as_array()?
                .iter()
                .map(|user| user.as_str().map(str::to_owned))
                .collect(),
        };
        if kind.is_empty() || out.iter().any(|other| other.kind == kind) {
            return None;
        }
        out.push(RoleChannel {
            kind,
            config: config?,
            allowed_users: users?,
            enabled: one["enabled"].as_bool().unwrap_or(true),
        });
    }
    Some(out)
}

/// Channels for a comparison: by kind, with everything said.
pub(super) fn by_kind(value: &Value) -> Vec<String> {
    let mut out: Vec<String> = channels(value)
        .unwrap_or_default()
        .iter()
        .map(|one| json!(one).to_string())
        .collect();
    out.sort();
    out
}

fn new_channel(channel: &RoleChannel, eol: &'static str) -> Item {
    let spot = Spot {
        style: ScalarStyle::DoubleQuoted,
        ..Spot::new(4, eol)
    };
    let mut lines = format!("- type: {}{eol}", flow_text(&channel.kind));
    if !channel.config.is_empty() {
        lines.push_str(&format!("  config:{eol}"));
        for (key, text) in &channel.config {
            let text = render(&Literal::Text(text.clone()), spot);
            lines.push_str(&format!("    {}: {text}{eol}", flow_text(key)));
        }
    }
    if !channel.allowed_users.is_empty() {
        let users: Vec<String> = channel.allowed_users.iter().map(|u| flow_text(u)).collect();
        lines.push_str(&format!("  allowed_users: [{}]{eol}", users.join(", ")));
    }
    if !channel.enabled {
        lines.push_str(&format!("  enabled: false{eol}"));
    }
    Item::New {
        lines: vec![Part::Text(lines)],
        flow: None,
    }
}
