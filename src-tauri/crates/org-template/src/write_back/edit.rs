//! The small changes that everything else is made of: a value in its place, an entry of a mapping, items of a list.

use super::Work;
use super::doc::{Doc, Kind};
use super::error::Refusal;
use super::items::Item;
use super::lines;
use super::pieces::Part;
use super::scalar::{Literal, Spot, render};
use super::sites::{At, Entry};
use saphyr_parser::ScalarStyle;

/// The value of a new entry.
pub(super) enum NewValue {
    One(Literal),
    /// A value on one line, as text.
    Flow(String),
    Items(Vec<Item>),
}

/// Where new keys go: behind the last of those before them that are there.
const ORDER: [&str; 33] = [
    "name",
    "type",
    "role",
    "runtime",
    "tier",
    "model",
    "template",
    "files_dir",
    "persona",
    "system_prompt",
    "workspace_dir",
    "workspace_access",
    "external",
    "url",
    "canvas",
    "required_env",
    "recommended_env",
    "plugins",
    "category_routing",
    "initial_memories",
    "initial_prompt",
    "initial_prompt_file",
    "idle_prompt",
    "idle_prompt_file",
    "idle_interval_seconds",
    "max_concurrent_tasks",
    "spawning",
    "channels",
    "schedules",
    "cron_expr",
    "timezone",
    "enabled",
    "prompt",
];

pub(super) const BRACES: &str =
    "it is written on one line in brackets or braces; write it on lines of its own first";

impl Work<'_> {
    /// Writes a value where another stands.
    pub(super) fn replace(&mut self, at: At, value: &Literal) -> Result<(), Box<Refusal>> {
        self.sites.writable(at)?;
        let doc = &self.sites.docs[at.doc];
        let text = in_place(doc, at.value, value);
        let old = &doc.values[at.value];
        let gap = if old.body == old.span.end && !doc.text[..old.body].ends_with([' ', '\n']) {
            " "
        } else {
            ""
        };
        self.pieces
            .replace(at.doc, old.body..old.span.end, format!("{gap}{text}"));
        Ok(())
    }

    /// Writes a value where an alias, a directive or anything else stands, anchor and tag included.
    pub(super) fn replace_whole(&mut self, at: At, value: &Literal) -> Result<(), Box<Refusal>> {
        self.sites.writable(at)?;
        let doc = &self.sites.docs[at.doc];
        let text = in_place(doc, at.value, value);
        self.pieces
            .replace(at.doc, doc.values[at.value].span.clone(), text);
        Ok(())
    }

    /// Adds a key to a mapping.
    pub(super) fn insert_entry(
        &mut self,
        map: At,
        key: &str,
        value: NewValue,
    ) -> Result<(), Box<Refusal>> {
        self.sites.writable(map)?;
        let doc = &self.sites.docs[map.doc];
        let this = &doc.values[map.value];
        let Kind::Map { flow, entries } = &this.kind else {
            return Err(self.unsuited(map, "it is no mapping"));
        };
        let rank = |k: &str| ORDER.iter().position(|o| *o == k).unwrap_or(ORDER.len());
        let before = |k: &usize| doc.scalar(*k).is_some_and(|k| rank(k) <= rank(key));
        let neighbour = entries
            .iter()
            .rev()
            .find(|(k, _)| before(k))
            .or(entries.last())
            .copied();
        let inside = this.span.clone();
        if *flow || doc.in_flow(map.value) {
            let (at, lead) = match neighbour {
                Some((_, value)) => (doc.values[value].span.end, format!(", {key}: ")),
                None => (this.body + 1, format!("{key}: ")),
            };
            let mut parts = vec![Part::Text(lead)];
            match value {
                NewValue::One(literal) => {
                    let spot = Spot {
                        flow: true,
                        ..Spot::new(0, doc.eol)
                    };
                    parts.push(Part::Text(render(&literal, spot)));
                }
                NewValue::Flow(text) => parts.push(Part::Text(text)),
                NewValue::Items(items) => {
                    let Some(more) = self.flow_parts(&items) else {
                        return Err(self.unsuited(map, BRACES));
                    };
                    parts.push(Part::Text("[".into()));
                    parts.extend(more);
                    parts.push(Part::Text("]".into()));
                }
            }
            self.pieces.insert(map.doc, at, inside, parts);
            return Ok(());
        }
        let (Some((last_key, last)), Some(column)) = (neighbour, lines::key_column(doc, map.value))
        else {
            return Err(self.unsuited(map, "it is empty"));
        };
        let at = lines::last_line(doc, last).max(doc.line_end(doc.values[last_key].span.end));
        let (pad, eol) = (" ".repeat(column), doc.eol);
        let mut parts = vec![Part::Text(format!("{}{pad}{key}:", break_before(doc, at)))];
        match value {
            NewValue::One(literal) => {
                let mut spot = Spot::new(column, eol);
                spot.followed = lines::swallows(doc, at, spot.indent);
                let text = render(&literal, spot);
                parts.push(Part::Text(format!(" {text}{eol}")));
            }
            NewValue::Flow(text) => parts.push(Part::Text(format!(" {text}{eol}"))),
            NewValue::Items(items) => {
                parts.push(Part::Text(eol.to_owned()));
                for item in &items {
                    let more = self.block_parts(item, map.doc, column + 2)?;
                    parts.extend(more);
                }
            }
        }
        self.pieces.insert(map.doc, at, inside, parts);
        Ok(())
    }

    /// Takes a key out of its mapping.
    pub(super) fn remove_entry(&mut self, entry: Entry) -> Result<(), Box<Refusal>> {
        self.sites.writable(entry.key)?;
        let doc = &self.sites.docs[entry.key.doc];
        let map = &doc.values[entry.map.value];
        let Kind::Map { entries, .. } = &map.kind else {
            return Err(self.unsuited(entry.map, "it is no mapping"));
        };
        let Some(index) = entries.iter().position(|(k, _)| *k == entry.key.value) else {
            return Err(self.unsuited(entry.key, "it is no key of this mapping"));
        };
        if entries.len() == 1 {
            // A mapping without keys would become nothing.
            let end = doc.values[entry.value.value].span.end;
            let start = doc.values[entry.key.value].span.start;
            let text = if doc.in_flow(entry.key.value) {
                ""
            } else {
                "{}"
            };
            self.pieces
                .replace(entry.key.doc, start..end, text.to_owned());
            return Ok(());
        }
        let start = |n: usize| doc.values[entries[n].0].span.start;
        let end = |n: usize| {
            doc.values[entries[n].1]
                .span
                .end
                .max(lines::colon(doc, entries[n].0))
        };
        let range = if doc.in_flow(entry.key.value) {
            match entries.get(index + 1) {
                Some(_) => start(index)..start(index + 1),
                None => end(index - 1)..end(index),
            }
        } else {
            match lines::entry(doc, entry.key.value, entry.value.value) {
                Some(range) => {
                    let above = index.checked_sub(1).map(|n| entries[n].1);
                    if above.is_some_and(|v| lines::block_swallows(doc, v, range.end)) {
                        return Err(self.unsuited(entry.key, "the comment below it would become text of the value above; move the comment first"));
                    }
                    range
                }
                None if index + 1 < entries.len() => start(index)..start(index + 1),
                None => {
                    return Err(self.unsuited(entry.key, "it shares its line with something else"));
                }
            }
        };
        self.pieces.cut(entry.key.doc, range);
        Ok(())
    }

    /// A refusal that points to a value.
    pub(super) fn unsuited(&self, at: At, why: &str) -> Box<Refusal> {
        let doc = &self.sites.docs[at.doc];
        Box::new(Refusal {
            message: why.to_owned(),
            file: doc.path.clone(),
            line: doc.line(doc.values[at.value].span.start),
            ..Refusal::default()
        })
    }
}

/// A value in the style of the one that stands there.
fn in_place(doc: &Doc, value: usize, new: &Literal) -> String {
    let old = &doc.values[value];
    let column = doc.text[doc.line_start(old.body)..old.body].len()
        - doc.text[doc.line_start(old.body)..old.body]
            .trim_start_matches([' ', '-'])
            .len();
    let mut spot = Spot::new(column, doc.eol);
    spot.flow = doc.in_flow(value);
    let rest = &doc.text[old.span.end..doc.line_end(old.span.end)];
    if let Kind::Scalar { style, .. } = &old.kind {
        spot.style = *style;
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let lines = || {
                doc.text[old.body..old.span.end]
                    .lines()
                    .skip(1)
                    .filter(|l| !l.trim().is_empty())
            };
            if let Some(first) = lines().next() {
                spot.indent = first.len() - first.trim_start_matches(' ').len();
            }
            let width = lines().map(|l| l.trim_start().chars().count()).max();
            spot.width = width.unwrap_or(spot.width).max(20);
        }
    }
    let next = doc.line_end(old.span.end);
    spot.followed = !rest.trim().is_empty() || lines::swallows(doc, next, spot.indent);
    render(new, spot)
}

/// A line break where the file ends without one.
pub(super) fn break_before(doc: &Doc, at: usize) -> &'static str {
    if at > 0 && !doc.text[..at].ends_with('\n') {
        doc.eol
    } else {
        ""
    }
}
