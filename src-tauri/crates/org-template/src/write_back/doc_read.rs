//! The parser's events to values with their bytes. The parser's own spans are not those of the text: it ends a quoted
//! text behind the comment on its line, and begins a block at its first character.

use super::doc::{Kind, Value};
use saphyr_parser::{Event, Parser, ScalarStyle, Span as RawSpan, Tag};
use std::collections::HashMap;
use std::ops::Range;

/// The values of a text, and which of them is the document.
pub(super) fn read(text: &str) -> Option<(Vec<Value>, Option<usize>)> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder {
        text,
        places: Places::new(body, text.len() - body.len()),
        values: Vec::new(),
        stack: Vec::new(),
        anchors: HashMap::new(),
        root: None,
    };
    let mut parser = Parser::new_from_str(body);
    while let Some(event) = parser.next_event() {
        let (event, raw) = event.ok()?;
        builder.event(event, raw)?;
    }
    Some((builder.values, builder.root))
}

/// Character positions of the parser to bytes of the file.
struct Places {
    bytes: Vec<usize>,
    len: usize,
    offset: usize,
}

impl Places {
    fn new(text: &str, offset: usize) -> Self {
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| at).collect()
        };
        Self {
            bytes,
            len: text.len(),
            offset,
        }
    }

    fn byte(&self, index: usize) -> usize {
        let at = if self.bytes.is_empty() {
            index.min(self.len)
        } else {
            self.bytes.get(index).copied().unwrap_or(self.len)
        };
        at + self.offset
    }

    fn range(&self, raw: RawSpan) -> Range<usize> {
        let start = self.byte(raw.start.index());
        start..self.byte(raw.end.index()).max(start)
    }
}

struct Builder<'a> {
    text: &'a str,
    places: Places,
    values: Vec<Value>,
    /// Open collections and, for mappings, the key that waits for its value.
    stack: Vec<(usize, Option<usize>)>,
    anchors: HashMap<usize, usize>,
    root: Option<usize>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, raw: RawSpan) -> Option<()> {
        let span = self.places.range(raw);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = text.into_owned();
                let kind = Kind::Scalar { text, style };
                let value = self.value(span, anchor, tag.as_deref(), kind)?;
                self.add(value, anchor)?;
            }
            Event::Alias(anchor) => {
                let target = *self.anchors.get(&anchor)?;
                let value = self.value(span, 0, None, Kind::Alias(target))?;
                self.add(value, 0)?;
            }
            Event::SequenceStart(anchor, tag) => {
                let items = Vec::new();
                self.open(
                    span,
                    anchor,
                    tag.as_deref(),
                    Kind::List { flow: false, items },
                )?;
            }
            Event::MappingStart(anchor, tag) => {
                let entries = Vec::new();
                self.open(
                    span,
                    anchor,
                    tag.as_deref(),
                    Kind::Map {
                        flow: false,
                        entries,
                    },
                )?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span, raw.is_empty())?,
            _ => {}
        }
        Some(())
    }

    fn value(
        &self,
        mut span: Range<usize>,
        anchor: usize,
        tag: Option<&Tag>,
        kind: Kind,
    ) -> Option<Value> {
        let dressed = anchor > 0 || tag.is_some();
        let mut body = if dressed {
            self.undressed(span.start, span.end)
        } else {
            span.start
        };
        if let Kind::Scalar { text, style } = &kind {
            match style {
                // The parser puts a missing value where the next one begins.
                ScalarStyle::Plain if text.is_empty() => {
                    body = if dressed { span.end } else { self.after_key()? };
                    span = if dressed {
                        span.start..body
                    } else {
                        body..body
                    };
                }
                // It ends a quoted text behind the comment on its line.
                ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                    span.end = closing(self.text, body)?;
                }
                // It begins a block at its first character, behind the header, and ends it after the blank lines.
                ScalarStyle::Literal | ScalarStyle::Folded => {
                    if !dressed {
                        body = self.header(span.start)?;
                        span.start = body;
                    }
                    let header = self.text[body..].find(char::is_whitespace);
                    let header = header.map_or(self.text.len(), |n| body + n);
                    span.end = header.max(self.text[..span.end].trim_end().len());
                }
                _ => {}
            }
        }
        let anchored = anchor > 0;
        Some(Value {
            span,
            body,
            tag: own(tag),
            anchored,
            kind,
        })
    }

    /// The byte after the colon of the key that waits for its value, else the end of what came last.
    fn after_key(&self) -> Option<usize> {
        match self.stack.last() {
            Some((_, Some(key))) => {
                let after = self.values[*key].span.end;
                Some(after + self.text[after..].find(':')? + 1)
            }
            Some((list, None)) => Some(
                self.values
                    .last()
                    .map_or(0, |v| v.span.end)
                    .max(self.values[*list].body),
            ),
            None => Some(self.text.len()),
        }
    }

    /// The `|` or `>` of a block scalar whose text begins at `content`.
    fn header(&self, content: usize) -> Option<usize> {
        let at = match self.stack.last() {
            Some((_, Some(_))) => self.after_key()?,
            _ => {
                let above = self.text[..content].trim_end();
                let line = above.rfind('\n').map_or(0, |n| n + 1);
                let rest = &above[line..];
                line + (rest.len() - rest.trim_start_matches([' ', '-']).len())
            }
        };
        let at = self.skip_space(at, self.text.len());
        self.text[at..].starts_with(['|', '>']).then_some(at)
    }

    /// The byte after anchor and tag of a value.
    fn undressed(&self, start: usize, end: usize) -> usize {
        let mut at = start;
        while at < end && self.text[at..].starts_with(['!', '&']) {
            let word = self.text[at..end].find(char::is_whitespace);
            at = self.skip_space(word.map_or(end, |n| at + n), end);
        }
        at
    }

    /// The first byte from `at` on that belongs neither to white space nor to a comment.
    fn skip_space(&self, mut at: usize, end: usize) -> usize {
        loop {
            let rest = &self.text[at..end];
            let trimmed = rest.trim_start();
            at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                return at;
            }
            at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn add(&mut self, value: Value, anchor: usize) -> Option<usize> {
        let id = self.values.len();
        self.values.push(value);
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        self.place(id)?;
        Some(id)
    }

    fn place(&mut self, id: usize) -> Option<()> {
        let Some((open, key)) = self.stack.last_mut() else {
            // A second document was refused by the loader.
            self.root.get_or_insert(id);
            return Some(());
        };
        match (&mut self.values[*open].kind, key.take()) {
            (Kind::List { items, .. }, _) => items.push(id),
            (Kind::Map { .. }, None) => *key = Some(id),
            (Kind::Map { entries, .. }, Some(name)) => entries.push((name, id)),
            _ => return None,
        }
        Some(())
    }

    fn open(
        &mut self,
        span: Range<usize>,
        anchor: usize,
        tag: Option<&Tag>,
        kind: Kind,
    ) -> Option<()> {
        let id = self.values.len();
        let dressed = anchor > 0 || tag.is_some();
        // A block collection's own start ends where its anchor does; the first key stands on a later line.
        let body = if dressed {
            self.undressed(span.start, self.text.len())
        } else {
            span.start
        };
        let anchored = anchor > 0;
        self.values.push(Value {
            span,
            body,
            tag: own(tag),
            anchored,
            kind,
        });
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        self.place(id)?;
        self.stack.push((id, None));
        Some(())
    }

    fn close(&mut self, end: Range<usize>, implied: bool) -> Option<()> {
        let (id, _) = self.stack.pop()?;
        let reach = self.values[id + 1..].iter().map(|v| v.span.end).max();
        let value = &mut self.values[id];
        let bracket = self.text[value.body..].starts_with(['[', '{']);
        match &mut value.kind {
            Kind::List { flow, .. } | Kind::Map { flow, .. } => *flow = bracket && !implied,
            _ => return None,
        }
        let reach = reach.unwrap_or(value.span.end);
        value.span.end = if implied { reach } else { end.end.max(reach) };
        Some(())
    }
}

/// The byte after the closing quote of the text that is opened at `start`.
fn closing(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(start)?;
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// A tag as the author wrote it, unless it is one of the core schema's.
fn own(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|t| !t.is_yaml_core_schema())?;
    Some(format!("{}{}", tag.handle, tag.suffix))
}
