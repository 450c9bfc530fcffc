//! Category routing: the categories that differ, each in its place, and no others (contract 03 section 2.2).

use super::doc::Kind;
use super::edit::NewValue;
use super::error::{Refusal, Stop};
use super::lists::flow_text;
use super::sites::At;
use super::source::{Level, Source};
use super::{Scope, Targets, Work};
use crate::merge::routing;
use crate::org::Routing;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

const FIELD: &str = "category_routing";

type Categories = BTreeMap<String, Vec<String>>;

impl Work<'_> {
    /// Brings the merged routing of a role to what is wanted.
    pub(super) fn set_routing(&mut self, value: &Value, targets: &Targets) -> Result<(), Stop> {
        let Some(wanted) = categories(value) else {
            let why = "category_routing must be categories with lists of role names";
            return Err(Refusal::because(why).into());
        };
        let only = targets.scope == Some(Scope::OnlyThis);
        let mut done = HashSet::new();
        for site in targets.sites.iter().copied() {
            self.expected.touch(site, FIELD);
            let found = self.found(site, FIELD)?;
            let map = self.sites.list[site].map;
            let own = match found.source {
                Source::Value(at) => Some(at),
                _ => None,
            };
            if let Some(at) = own {
                let raw = found.entry.map_or(at, |entry| entry.value);
                let shared = found.level != Level::Own || raw != at || !self.aliases(at).is_empty();
                if only && shared {
                    let why =
                        "the routing is shared by an anchor; give the role one of its own first";
                    return Err(self.unsuited(raw, why).into());
                }
                if !matches!(self.sites.kind(at), Kind::Map { .. }) {
                    return Err(self.unsuited(at, "it is no mapping").into());
                }
            }
            if done.insert(own.unwrap_or(map)) {
                self.routing_of(site, map, own, &wanted)?;
            }
        }
        Ok(())
    }

    fn routing_of(
        &mut self,
        site: usize,
        map: At,
        own: Option<At>,
        wanted: &Categories,
    ) -> Result<(), Stop> {
        let has = self.role_of[site]
            .map(|r| self.effective.roles[r].category_routing.clone())
            .unwrap_or_default();
        let defaults = routing(&self.org.defaults.category_routing, &Routing::default());
        // What the role itself has to say: its lists, and an empty one for what it shall not inherit.
        let mut says: Vec<(&str, &[String])> = Vec::new();
        let mut gone: Vec<&str> = Vec::new();
        for (category, roles) in wanted {
            if has.get(category) != Some(roles) {
                says.push((category, roles));
            }
        }
        for category in has
            .keys()
            .filter(|category| !wanted.contains_key(*category))
        {
            match defaults.contains_key(category) {
                true => says.push((category, &[])),
                false => gone.push(category),
            }
        }
        let Some(own) = own else {
            if !says.is_empty() {
                self.insert_entry(map, FIELD, NewValue::Flow(flow_map(&says)))?;
            }
            return Ok(());
        };
        let left = match self.sites.kind(own) {
            Kind::Map { entries, .. } => entries.len(),
            _ => 0,
        };
        if !gone.is_empty()
            && gone.len() == left
            && says.is_empty()
            && let Some(entry) = self.sites.get(map, FIELD).filter(|entry| entry.map == map)
        {
            self.remove_entry(entry)?;
            return Ok(());
        }
        if !gone.is_empty() && gone.len() == left {
            // Nothing of it stays, so there is nothing that new categories could be put beside.
            self.sites.writable(own)?;
            let span = self.sites.doc(own).values[own.value].span.clone();
            self.pieces.replace(own.doc, span, flow_map(&says));
            return Ok(());
        }
        for (category, roles) in says {
            self.put_category(own, category, roles)?;
        }
        for category in gone {
            if let Some(entry) = self.sites.get(own, category) {
                self.remove_entry(entry)?;
            }
        }
        Ok(())
    }

    fn put_category(&mut self, own: At, category: &str, roles: &[String]) -> Result<(), Stop> {
        let entry = self.sites.get(own, category).filter(|e| e.map == own);
        let Some(entry) = entry else {
            let text = NewValue::Flow(flow_list(roles));
            self.insert_entry(own, &flow_text(category), text)?;
            return Ok(());
        };
        let list = self.sites.follow(entry.value, &mut Vec::new())?;
        let Kind::List { flow, items } = self.sites.kind(list) else {
            return Err(self.unsuited(list, "it is no list").into());
        };
        let (flow, items) = (*flow, items.clone());
        let now: Vec<String> = items
            .iter()
            .map(|value| {
                let at = self.sites.unalias(At {
                    doc: list.doc,
                    value: *value,
                });
                self.sites.text(at).unwrap_or_default().to_owned()
            })
            .collect();
        let out: Vec<usize> = (0..now.len())
            .filter(|n| !roles.contains(&now[*n]))
            .collect();
        let new: Vec<String> = roles.iter().filter(|r| !now.contains(r)).cloned().collect();
        let kept = now.iter().filter(|r| roles.contains(r));
        let result: Vec<&String> = kept.chain(&new).collect();
        if !roles.is_empty() && result.iter().copied().eq(roles) {
            self.put_texts(own, category, Some(list), &out, &new)?;
        } else if flow && list == entry.value {
            self.sites.writable(list)?;
            let span = self.sites.doc(list).values[list.value].span.clone();
            self.pieces.replace(list.doc, span, flow_list(roles));
        } else {
            let why = "the list has another order; change the file by hand";
            return Err(self.unsuited(list, why).into());
        }
        Ok(())
    }
}

fn categories(value: &Value) -> Option<Categories> {
    if value.is_null() {
        return Some(Categories::new());
    }
    let mut out = Categories::new();
    for (category, roles) in value.as_object()? {
        let roles: Option<Vec<String>> = roles
            .as_array()?
            .iter()
            .map(|role| role.as_str().map(str::to_owned))
            .collect();
        let roles: Vec<String> = roles?.into_iter().filter(|r| !r.is_empty()).collect();
        if !category.is_empty() && !roles.is_empty() {
            out.insert(category.clone(), roles);
        }
    }
    Some(out)
}

fn flow_map(says: &[(&str, &[String])]) -> String {
    let entries: Vec<String> = says
        .iter()
        .map(|(category, roles)| format!("{}: {}", flow_text(category), flow_list(roles)))
        .collect();
    format!("{{{}}}", entries.join(", "))
}

fn flow_list(roles: &[String]) -> String {
    let texts: Vec<String> = roles.iter().map(|role| flow_text(role)).collect();
    format!("[{}]", texts.join(", "))
}
