//! One value of a role: in its place, as a new key, or taken out.

use super::doc::Kind;
use super::edit::NewValue;
use super::error::{Refusal, Stop};
use super::scalar::Literal;
use super::shared::nothing;
use super::sites::At;
use super::source::{FieldKind, Found, Level, Source};
use super::{Scope, Targets, Work};
use serde_json::Value;
use std::collections::HashSet;

impl Work<'_> {
    /// Sets a field of the roles a change is for.
    pub(super) fn set(
        &mut self,
        field: &str,
        value: &Value,
        targets: &Targets,
    ) -> Result<(), Stop> {
        let Some(kind) = FieldKind::of(field).filter(|_| !targets.sites.is_empty()) else {
            return Ok(());
        };
        let only = targets.scope == Some(Scope::OnlyThis);
        match kind {
            FieldKind::Plugins => self.set_plugins(value, targets)?,
            FieldKind::Schedules => self.set_schedules(value, targets)?,
            FieldKind::Routing => self.set_routing(value, targets)?,
            FieldKind::Channels => self.set_channels(value, targets)?,
            FieldKind::Canvas => self.set_canvas(value, targets)?,
            FieldKind::Prompt => self.set_prompt(field, value, targets, only)?,
            _ => {
                let literal = literal(kind, field, value)?;
                self.set_literal(field, literal.as_ref(), &targets.sites, only)?;
            }
        }
        for site in &targets.sites {
            let exact = !matches!(kind, FieldKind::Plugins) || targets.sites.len() == 1;
            self.expected
                .set(*site, field, exact.then(|| value.clone()));
        }
        Ok(())
    }

    /// Sets or unsets a single value. With `only`, a place that others read is left as it is.
    pub(super) fn set_literal(
        &mut self,
        field: &str,
        value: Option<&Literal>,
        sites: &[usize],
        only: bool,
    ) -> Result<(), Stop> {
        let mut done: HashSet<At> = HashSet::new();
        for site in sites.iter().copied() {
            let found = self.found(site, field)?;
            let map = self.sites.list[site].map;
            match (value, &found.source) {
                (None, _) => self.unset(site, field, &found, only, &mut done)?,
                (Some(value), Source::Value(_)) if only && found.level != Level::Own => {
                    self.own(map, field, value)?;
                    self.expected.touch(site, field);
                }
                (Some(value), Source::Value(at)) if only => self.apart(&found, *at, value)?,
                (Some(value), Source::Value(at)) => {
                    if done.insert(*at) {
                        self.replace(*at, value)?;
                    }
                }
                (Some(value), _) => {
                    if done.insert(map) {
                        self.own(map, field, value)?;
                    }
                }
            }
            self.expected.touch(site, field);
            if found.level == Level::Defaults && !only {
                self.expected.touch_defaults(field);
            }
        }
        Ok(())
    }

    /// Writes a key of the mapping's own, over an empty one if it has that.
    pub(super) fn own(
        &mut self,
        map: At,
        field: &str,
        value: &Literal,
    ) -> Result<(), Box<Refusal>> {
        match self.sites.get(map, field).filter(|e| e.map == map) {
            Some(entry) if matches!(self.sites.kind(entry.value), Kind::Scalar { .. }) => {
                self.replace(entry.value, value)
            }
            Some(entry) => self.replace_whole(entry.value, value),
            None => self.insert_entry(map, field, NewValue::One(value.clone())),
        }
    }

    /// Writes a value where an alias or an anchor stands, so that whoever shares it keeps what it has.
    fn apart(&mut self, found: &Found, at: At, value: &Literal) -> Result<(), Box<Refusal>> {
        let raw = found.entry.map_or(at, |e| e.value);
        if raw != at {
            return self.replace_whole(raw, value);
        }
        let Some(first) = self.aliases(at).first().copied() else {
            return self.replace(at, value);
        };
        // The anchor moves on to the first of its aliases, with what stood there.
        let doc = &self.sites.docs[at.doc];
        let text = doc.text[doc.values[at.value].span.clone()].to_owned();
        if text.contains('\n') {
            return Err(self.unsuited(
                at,
                "others use this text by its anchor; change the file by hand",
            ));
        }
        let place = doc.values[first.value].span.clone();
        self.pieces.replace(first.doc, place, text);
        self.replace_whole(at, value)
    }

    pub(super) fn unset(
        &mut self,
        site: usize,
        field: &str,
        found: &Found,
        only: bool,
        done: &mut HashSet<At>,
    ) -> Result<(), Stop> {
        let Some(entry) = found.entry else {
            return Ok(());
        };
        if field == "name" {
            return Err(Refusal::because("a role needs a name").into());
        }
        match found.level {
            Level::Own => {
                let raw = entry.value;
                if !self.aliases(raw).is_empty() {
                    return Err(self
                        .unsuited(raw, "others use it by its anchor; change the file by hand")
                        .into());
                }
                if done.insert(entry.key) {
                    self.remove_entry(entry)?;
                }
            }
            Level::Defaults if !only => {
                if done.insert(entry.key) {
                    self.remove_entry(entry)?;
                    self.expected.touch_defaults(field);
                }
            }
            Level::Defaults | Level::Merged => {
                let why = "the role inherits it, so it cannot be unset for this one; give it another value";
                return Err(self.unsuited(entry.value, why).into());
            }
        }
        let defaults = self
            .sites
            .defaults
            .filter(|_| super::source::inherited(field) && found.level == Level::Own);
        if let Some(given) = defaults.and_then(|map| self.sites.get(map, field)) {
            let empty = self
                .sites
                .text(given.value)
                .is_some_and(|t| matches!(t, "" | "0"));
            if !empty && !self.sites.doc(given.value).is_null(given.value.value) {
                let why = "without a value of its own the role gets the one of the defaults; give it another value";
                return Err(self.unsuited(given.value, why).into());
            }
        }
        self.expected.touch(site, field);
        Ok(())
    }

    fn set_canvas(&mut self, value: &Value, targets: &Targets) -> Result<(), Stop> {
        let only = targets.scope == Some(Scope::OnlyThis);
        let mut done = HashSet::new();
        let place = value["x"].as_f64().zip(value["y"].as_f64());
        for site in targets.sites.iter().copied() {
            let found = self.found(site, "canvas")?;
            self.expected.touch(site, "canvas");
            let Some((x, y)) = place else {
                if !nothing(value) {
                    return Err(Refusal::because("a place is given as {x, y}").into());
                }
                self.unset(site, "canvas", &found, only, &mut done)?;
                continue;
            };
            let map = self.sites.list[site].map;
            let axes = [("x", Literal::Number(x)), ("y", Literal::Number(y))];
            match found.source {
                Source::Value(at)
                    if !only || (found.level == Level::Own && self.aliases(at).is_empty()) =>
                {
                    let axes = axes.into_iter().filter(|_| !done.contains(&at));
                    for (axis, number) in axes {
                        let old = self.sites.get(at, axis);
                        let old = old.and_then(|e| self.sites.text(e.value)?.parse::<f64>().ok());
                        if old.map(Literal::Number).as_ref() != Some(&number) {
                            self.own(at, axis, &number)?;
                        }
                    }
                    done.insert(at);
                }
                Source::Value(_) => {
                    return Err(Refusal::because(
                        "the place is shared by an anchor; change the file by hand",
                    )
                    .into());
                }
                _ if done.insert(map) => {
                    let at =
                        |n: &Literal| super::scalar::render(n, super::scalar::Spot::new(0, "\n"));
                    let text = format!("{{x: {}, y: {}}}", at(&axes[0].1), at(&axes[1].1));
                    match self.sites.get(map, "canvas").filter(|e| e.map == map) {
                        Some(entry) => self.remove_then(entry, text)?,
                        None => self.insert_entry(map, "canvas", NewValue::Flow(text))?,
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts text on one line where a value stands that counts as nothing.
    fn remove_then(
        &mut self,
        entry: super::sites::Entry,
        text: String,
    ) -> Result<(), Box<Refusal>> {
        self.sites.writable(entry.value)?;
        let doc = self.sites.doc(entry.value);
        let old = doc.values[entry.value.value].span.clone();
        let gap = if old.is_empty() { " " } else { "" };
        self.pieces
            .replace(entry.value.doc, old, format!("{gap}{text}"));
        Ok(())
    }
}

/// A JSON value as a value of a field; `None` unsets it.
fn literal(kind: FieldKind, field: &str, value: &Value) -> Result<Option<Literal>, Box<Refusal>> {
    let wrong = |wanted: &str| Refusal::because(format!("{field} must be {wanted}"));
    if nothing(value) {
        return Ok(None);
    }
    Ok(Some(match kind {
        FieldKind::Int => match value.as_i64() {
            Some(0) => return Ok(None),
            Some(n) => Literal::Int(n),
            None => return Err(wrong("a whole number")),
        },
        FieldKind::Flag => Literal::Flag(value.as_bool().ok_or_else(|| wrong("true or false"))?),
        _ => Literal::Text(value.as_str().ok_or_else(|| wrong("text"))?.to_owned()),
    }))
}
