//! Items of a list as they come and go: lines of their own, or texts between brackets.

use super::Work;
use super::doc::{Doc, Kind};
use super::edit::{BRACES, NewValue, break_before};
use super::error::Refusal;
use super::lines;
use super::pieces::Part;
use super::sites::{At, Entry};

/// Something that is put into a list.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// An item of another list, with the comments above it.
    Moved { list: At, index: usize },
    /// A new one: its lines without the dash and, where it has one, the same on one line.
    New {
        lines: Vec<Part>,
        flow: Option<String>,
    },
}

impl Work<'_> {
    /// Takes items out of a list and puts others at its end. `holder` is the mapping and the key the list is under.
    pub(super) fn edit_list(
        &mut self,
        holder: At,
        key: &str,
        list: Option<At>,
        out: &[usize],
        new: Vec<Item>,
    ) -> Result<(), Box<Refusal>> {
        let Some(list) = list else {
            return self.first_items(holder, key, new);
        };
        self.sites.writable(list)?;
        let doc = &self.sites.docs[list.doc];
        let this = &doc.values[list.value];
        let Kind::List { flow, items } = &this.kind else {
            return Err(self.unsuited(list, "it is no list"));
        };
        // Not the list itself: where it has one item, the list lies in the lines of that item, which may move away.
        let inside = match holder.doc == list.doc {
            true => doc.values[holder.value].span.clone(),
            false => 0..doc.text.len(),
        };
        let kept: Vec<usize> = (0..items.len()).filter(|i| !out.contains(i)).collect();
        let emptied = kept.is_empty() && new.is_empty();
        if *flow {
            let Some(more) = self.flow_parts(&new) else {
                if items.is_empty() {
                    return self.open_brackets(holder, key, list, new);
                }
                return Err(self.unsuited(list, BRACES));
            };
            if emptied && let Some(entry) = self.sites.get(holder, key).filter(|e| e.value == list)
            {
                return self.remove_entry(entry);
            }
            let span = |n: usize| doc.values[items[n]].span.clone();
            let mut cuts = Vec::new();
            let last = kept.last().copied();
            for index in out.iter().copied().filter(|i| last.is_some_and(|l| *i < l)) {
                cuts.push(span(index).start..span(index + 1).start);
            }
            let (at, lead) = match last {
                Some(last) => {
                    if last + 1 < items.len() {
                        cuts.push(span(last).end..span(items.len() - 1).end);
                    }
                    (span(last).end, ", ")
                }
                None if items.is_empty() => (this.body + 1, ""),
                None => {
                    cuts.push(span(0).start..span(items.len() - 1).end);
                    (span(0).start, "")
                }
            };
            cuts.into_iter()
                .for_each(|range| self.pieces.cut(list.doc, range));
            if !more.is_empty() {
                let mut parts = vec![Part::Text(lead.to_owned())];
                parts.extend(more);
                self.pieces.insert(list.doc, at, inside, parts);
            }
            return Ok(());
        }
        let mut blocks = Vec::with_capacity(items.len());
        for index in 0..items.len() {
            match lines::item(doc, list.value, index) {
                Some(block) => blocks.push(block),
                None => {
                    return Err(self.unsuited(list, "an item shares its line with something else"));
                }
            }
        }
        let cuts: Vec<_> = out
            .iter()
            .filter_map(|i| blocks.get(*i))
            .map(|b| b.range.clone())
            .collect();
        if let (Some(last), false) = (blocks.last(), new.is_empty()) {
            let (at, column) = (last.range.end, last.column);
            let mut parts = vec![Part::Text(break_before(doc, at).to_owned())];
            for item in &new {
                parts.extend(self.block_parts(item, list.doc, column)?);
            }
            self.pieces.go_on(list.doc, at, inside, parts);
        }
        cuts.into_iter()
            .for_each(|range| self.pieces.cut(list.doc, range));
        if emptied {
            self.emptied(holder, key, list);
        }
        Ok(())
    }

    /// A key whose list has lost its last item goes too, unless its line holds something else.
    fn emptied(&mut self, holder: At, key: &str, list: At) {
        let Some(entry) = self
            .sites
            .get(holder, key)
            .filter(|e| e.value == list && e.map == holder)
        else {
            return;
        };
        let doc = &self.sites.docs[entry.key.doc];
        let alone = matches!(&doc.values[holder.value].kind, Kind::Map { entries, .. } if entries.len() > 1);
        let start = doc.values[entry.key.value].span.start;
        let line = doc.line_start(start)..doc.line_end(start);
        let colon = lines::colon(doc, entry.key.value);
        let bare = doc.text[line.start..start].trim().is_empty()
            && doc.text[colon..line.end].trim().is_empty();
        if alone && bare && key != self.sites.roots_key {
            self.pieces.cut(entry.key.doc, line);
        } else {
            self.pieces.insert(
                entry.key.doc,
                colon,
                entry_span(doc, entry),
                vec![Part::Text(" []".into())],
            );
        }
    }

    /// Items below a key that has no list yet.
    fn first_items(&mut self, holder: At, key: &str, new: Vec<Item>) -> Result<(), Box<Refusal>> {
        if new.is_empty() {
            return Ok(());
        }
        let Some(entry) = self.sites.get(holder, key).filter(|e| e.map == holder) else {
            return self.insert_entry(holder, key, NewValue::Items(new));
        };
        self.open_brackets(holder, key, entry.value, new)
    }

    /// Puts items on lines of their own in the place of `[]` or nothing.
    fn open_brackets(
        &mut self,
        holder: At,
        key: &str,
        value: At,
        new: Vec<Item>,
    ) -> Result<(), Box<Refusal>> {
        let entry = self
            .sites
            .get(holder, key)
            .filter(|e| e.map == holder && e.value == value);
        let Some(entry) = entry else {
            return Err(self.unsuited(value, "the list is not written below its key"));
        };
        let doc = &self.sites.docs[entry.key.doc];
        if doc.in_flow(entry.key.value) {
            return Err(self.unsuited(value, BRACES));
        }
        if doc.values[value.value].anchored {
            return Err(self.unsuited(value, "the empty list carries an anchor"));
        }
        let column = doc.column(doc.values[entry.key.value].span.start);
        let (colon, old) = (
            lines::colon(doc, entry.key.value),
            doc.values[value.value].span.clone(),
        );
        let at = doc.line_end(old.end.max(colon).saturating_sub(1));
        let inside = doc.values[holder.value].span.clone();
        let mut parts = vec![Part::Text(break_before(doc, at).to_owned())];
        for item in &new {
            parts.extend(self.block_parts(item, entry.key.doc, column + 2)?);
        }
        if !old.is_empty() {
            self.pieces.cut(entry.key.doc, colon..old.end);
        }
        self.pieces.insert(entry.key.doc, at, inside, parts);
        Ok(())
    }

    /// An item as lines below a dash at a column.
    pub(super) fn block_parts(
        &self,
        item: &Item,
        target: usize,
        column: usize,
    ) -> Result<Vec<Part>, Box<Refusal>> {
        let pad = " ".repeat(column);
        match item {
            Item::New { lines, .. } => Ok(indented(lines, column)),
            Item::Moved { list, index } => {
                let doc = &self.sites.docs[list.doc];
                if let Some(block) = lines::item(doc, list.value, *index) {
                    return Ok(vec![Part::Lines {
                        doc: list.doc,
                        range: block.range,
                        from: block.column,
                        to: column,
                    }]);
                }
                let Kind::List { flow: true, items } = &doc.values[list.value].kind else {
                    return Err(self.unsuited(*list, "an item shares its line with something else"));
                };
                let range = doc.values[items[*index]].span.clone();
                Ok(vec![
                    Part::Text(format!("{pad}- ")),
                    Part::Value {
                        doc: list.doc,
                        range,
                        to: column + 4,
                    },
                    Part::Text(self.sites.docs[target].eol.to_owned()),
                ])
            }
        }
    }

    /// Items as they stand between brackets; `None` where one of them needs lines of its own.
    pub(super) fn flow_parts(&self, items: &[Item]) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        for item in items {
            if !parts.is_empty() {
                parts.push(Part::Text(", ".into()));
            }
            match item {
                Item::New { flow, .. } => parts.push(Part::Text(flow.clone()?)),
                Item::Moved { list, index } => {
                    let doc = &self.sites.docs[list.doc];
                    let Kind::List { flow, items } = &doc.values[list.value].kind else {
                        return None;
                    };
                    let value = &doc.values[items[*index]];
                    let block = matches!(
                        value.kind,
                        Kind::List { flow: false, .. } | Kind::Map { flow: false, .. }
                    );
                    // Comments have no place between brackets.
                    let alone = *flow
                        || lines::item(doc, list.value, *index)
                            .is_some_and(|block| !doc.text[block.range].contains('#'));
                    if block || !alone {
                        return None;
                    }
                    parts.push(Part::Value {
                        doc: list.doc,
                        range: value.span.clone(),
                        to: 0,
                    });
                }
            }
        }
        Some(parts)
    }
}

fn entry_span(doc: &Doc, entry: Entry) -> std::ops::Range<usize> {
    doc.values[entry.key.value].span.start..doc.values[entry.key.value].span.end
}

/// Lines of a new item, moved to a column.
fn indented(parts: &[Part], column: usize) -> Vec<Part> {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => {
                let mut out = String::new();
                for line in text.split_inclusive('\n') {
                    if !line.trim().is_empty() {
                        out.push_str(&" ".repeat(column));
                    }
                    out.push_str(line);
                }
                Part::Text(out)
            }
            Part::Lines {
                doc,
                range,
                from,
                to,
            } => Part::Lines {
                doc: *doc,
                range: range.clone(),
                from: *from,
                to: to + column,
            },
            Part::Value { doc, range, to } => Part::Value {
                doc: *doc,
                range: range.clone(),
                to: to + column,
            },
        })
        .collect()
}
