//! One YAML file as it is written: every value with its bytes, style, anchor and tag, aliases and directives unexpanded.
//!
//! The loader's tree forgets how a value was written, because nothing but write-back asks. This one keeps it, and keeps
//! no copies: an alias points to the value it names.

use crate::parse::text_of;
use saphyr_parser::{Event, Parser, ScalarStyle, Span as RawSpan, Tag};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// A value of a file.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// Bytes, with anchor and tag, without the blank lines and comments after it. Empty at the place where a missing
    /// value would stand.
    pub span: Range<usize>,
    /// First byte after anchor and tag.
    pub body: usize,
    /// A tag of the author's.
    pub tag: Option<String>,
    /// Whether it carries an anchor.
    pub anchored: bool,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Scalar {
        text: String,
        style: ScalarStyle,
    },
    /// The value of this file that it names.
    Alias(usize),
    List {
        flow: bool,
        items: Vec<usize>,
    },
    Map {
        flow: bool,
        /// Keys and values, as written; merge keys among them.
        entries: Vec<(usize, usize)>,
    },
}

/// A parsed file.
#[derive(Debug, Clone)]
pub(super) struct Doc {
    /// Path below the org folder.
    pub path: String,
    pub text: Arc<str>,
    pub values: Vec<Value>,
    pub root: Option<usize>,
    /// Line break of the file.
    pub eol: &'static str,
    /// For a file that write-back makes: the file it is a copy of.
    pub copy_of: Option<usize>,
}

impl Doc {
    /// Parses bytes that the loader has read without problems; `None` for what this module does not understand.
    pub fn parse(path: &str, bytes: &[u8]) -> Option<Self> {
        let text = text_of(path, bytes).ok()?;
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
        let Builder { values, root, .. } = builder;
        Some(Self {
            path: path.to_owned(),
            text: text.into(),
            values,
            root,
            eol: if text.contains("\r\n") { "\r\n" } else { "\n" },
            copy_of: None,
        })
    }

    /// Line number of a byte, from 1.
    pub fn line(&self, at: usize) -> u32 {
        let lines = self.text.as_bytes()[..at.min(self.text.len())]
            .iter()
            .filter(|b| **b == b'\n')
            .count();
        u32::try_from(lines + 1).unwrap_or(u32::MAX)
    }

    /// First byte of the line a byte stands in.
    pub fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |n| n + 1)
    }

    /// The byte after the line break of the line a byte stands in (or the end of the file).
    pub fn line_end(&self, at: usize) -> usize {
        self.text[at..]
            .find('\n')
            .map_or(self.text.len(), |n| at + n + 1)
    }

    /// Bytes between the start of the line and `at`.
    pub fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// The text of a scalar.
    pub fn scalar(&self, value: usize) -> Option<&str> {
        match &self.values[value].kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Nothing was given: an empty value or one of YAML's words for it.
    pub fn is_null(&self, value: usize) -> bool {
        matches!(&self.values[value].kind, Kind::Scalar { text, style: ScalarStyle::Plain }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
            && self.values[value].tag.is_none()
    }

    /// Whether a value stands inside a flow collection, where line breaks and block scalars are not allowed.
    pub fn in_flow(&self, value: usize) -> bool {
        let at = &self.values[value].span;
        self.values.iter().any(|v| {
            matches!(
                v.kind,
                Kind::List { flow: true, .. } | Kind::Map { flow: true, .. }
            ) && v.span.start < at.start
                && at.end < v.span.end
        })
    }
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
