//! One YAML text to one tree, within budgets.
//!
//! Built on parser events and not on a ready-made tree: a tree builder copies what an alias names, which is exactly
//! how a small file becomes gigabytes, and it forgets which of two equal keys came first.

use crate::error::{Code, Problem, shorten};
use crate::files::Limits;
use crate::node::{Data, Entry, Node};
use crate::span::{Span, Spanned};
use crate::yaml_words;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as RawSpan, Tag};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Parses bytes of `file`. An empty document is a null node.
pub(crate) fn parse(
    file: &Arc<str>,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Arc<Node>, Vec<Problem>> {
    let text = text_of(file, bytes).map_err(|p| vec![p])?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder {
        places: Places::new(file.clone(), body, text.len() - body.len()),
        limits,
        frames: Vec::new(),
        anchors: HashMap::new(),
        aliased: 0,
        nodes: 0,
        root: None,
        problems: Vec::new(),
    };
    builder.run(body);
    if builder.problems.is_empty() {
        let empty = || {
            Arc::new(Node::null(Span {
                file: file.clone(),
                line: 1,
                column: 1,
                start: 0,
                end: 0,
            }))
        };
        Ok(builder.root.unwrap_or_else(empty))
    } else {
        Err(builder.problems)
    }
}

/// UTF-8 text without NUL, or a problem that names the first bad byte.
pub(crate) fn text_of<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    let bad = match std::str::from_utf8(bytes) {
        Ok(text) => match bytes.iter().position(|b| *b == 0) {
            None => return Ok(text),
            Some(at) => at,
        },
        Err(error) => error.valid_up_to(),
    };
    let before = &bytes[..bad];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let line_start = before
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[line_start..])
        .chars()
        .count()
        + 1;
    let span = Span {
        file: file.into(),
        line: small(line),
        column: small(column),
        start: bad,
        end: bad + 1,
    };
    Err(Problem::at(
        &span,
        Code::NotText,
        format!(
            "is not UTF-8 text: byte 0x{:02x} cannot be read",
            bytes[bad]
        ),
    )
    .hint("save the file as UTF-8; binary files cannot be part of the org's YAML"))
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Character positions of the parser to bytes of the file.
struct Places {
    file: Arc<str>,
    /// Byte of every character; empty when the text is ASCII and both are the same.
    bytes: Vec<u32>,
    len: usize,
    offset: usize,
}

impl Places {
    fn new(file: Arc<str>, text: &str, offset: usize) -> Self {
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| small(at)).collect()
        };
        Self {
            file,
            bytes,
            len: text.len(),
            offset,
        }
    }

    fn byte(&self, marker: Marker) -> usize {
        let at = if self.bytes.is_empty() {
            marker.index().min(self.len)
        } else {
            self.bytes
                .get(marker.index())
                .map_or(self.len, |b| *b as usize)
        };
        at + self.offset
    }

    fn span(&self, raw: RawSpan) -> Span {
        Span {
            file: self.file.clone(),
            line: small(raw.start.line()),
            column: small(raw.start.col() + 1),
            start: self.byte(raw.start),
            end: self.byte(raw.end).max(self.byte(raw.start)),
        }
    }
}

enum Kind {
    List(Vec<Arc<Node>>),
    Map {
        entries: Vec<Entry>,
        seen: HashSet<String>,
        key: Option<Spanned<String>>,
        merges: Vec<Arc<Node>>,
    },
}

struct Frame {
    start: RawSpan,
    tag: Option<String>,
    anchor: usize,
    kind: Kind,
}

struct Builder<'a> {
    places: Places,
    limits: &'a Limits,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Arc<Node>>,
    aliased: u64,
    nodes: u64,
    root: Option<Arc<Node>>,
    problems: Vec<Problem>,
}

impl Builder<'_> {
    fn run(&mut self, text: &str) {
        let mut parser = Parser::new_from_str(text);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, raw) = match event {
                Ok(pair) => pair,
                Err(error) => {
                    let mark = *error.marker();
                    let span = self.places.span(RawSpan::empty(mark));
                    let line = text
                        .lines()
                        .nth(mark.line().saturating_sub(1))
                        .unwrap_or("");
                    let (code, (message, hint)) = match error.info() {
                        "recursion limit exceeded" => {
                            (Code::TooDeep, ("is nested too deeply".to_owned(), ""))
                        }
                        info => (Code::YamlSyntax, yaml_words::said(info)),
                    };
                    self.problems.push(
                        Problem::at(&span, code, message)
                            .text(line.trim())
                            .hint(hint),
                    );
                    return;
                }
            };
            match event {
                Event::DocumentStart(_) => documents += 1,
                Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
                _ if documents > 1 => {
                    let span = self.places.span(raw);
                    self.problems.push(
                        Problem::at(
                            &span,
                            Code::YamlSyntax,
                            "a second YAML document starts here",
                        )
                        .hint("keep one document a file; remove the `---` line"),
                    );
                    return;
                }
                other => {
                    if !self.event(other, raw) {
                        return;
                    }
                }
            }
        }
    }

    /// Takes one event; false when it makes no sense to go on.
    fn event(&mut self, event: Event<'_>, raw: RawSpan) -> bool {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let core = tag.as_ref().filter(|t| t.is_yaml_core_schema());
                let plain = style == ScalarStyle::Plain && core.is_none_or(|t| t.suffix != "str");
                let tag = own_tag(tag.as_deref());
                let data = Data::Scalar {
                    text: text.into_owned(),
                    plain,
                };
                let node = Arc::new(Node::new(self.places.span(raw), tag, data));
                self.finish(node, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.open(raw, anchor, tag.as_deref(), Kind::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let kind = Kind::Map {
                    entries: Vec::new(),
                    seen: HashSet::new(),
                    key: None,
                    merges: Vec::new(),
                };
                self.open(raw, anchor, tag.as_deref(), kind)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(raw),
            Event::Alias(anchor) => self.alias(anchor, raw),
            _ => true,
        }
    }

    fn open(&mut self, raw: RawSpan, anchor: usize, tag: Option<&Tag>, kind: Kind) -> bool {
        if self.frames.len() >= self.limits.nesting {
            let span = self.places.span(raw);
            self.problems.push(Problem::at(
                &span,
                Code::TooDeep,
                format!("is nested more than {} levels deep", self.limits.nesting),
            ));
            return false;
        }
        self.frames.push(Frame {
            start: raw,
            tag: own_tag(tag),
            anchor,
            kind,
        });
        true
    }

    fn close(&mut self, raw: RawSpan) -> bool {
        let Some(frame) = self.frames.pop() else {
            return true;
        };
        let mut span = self.places.span(frame.start);
        let mut reach = if raw.is_empty() {
            span.end
        } else {
            self.places.byte(raw.end)
        };
        let data = match frame.kind {
            Kind::List(items) => {
                let own = items.iter().filter(|i| i.span.file == span.file);
                reach = own.map(|i| i.span.end).fold(reach, usize::max);
                Data::List(items)
            }
            Kind::Map {
                mut entries,
                seen,
                merges,
                ..
            } => {
                reach = entries
                    .iter()
                    .map(|e| e.value.span.end)
                    .fold(reach, usize::max);
                merge_keys(&mut entries, seen, &merges);
                Data::Map(entries)
            }
        };
        span.end = reach;
        let node = Arc::new(Node::new(span, frame.tag, data));
        self.finish(node, frame.anchor)
    }

    /// An alias costs what it names: that is what turns a few lines into gigabytes.
    fn alias(&mut self, anchor: usize, raw: RawSpan) -> bool {
        let span = self.places.span(raw);
        let Some(target) = self.anchors.get(&anchor).cloned() else {
            self.problems.push(
                Problem::at(
                    &span,
                    Code::YamlSyntax,
                    "this alias stands inside the value it names",
                )
                .hint("write the value out instead"),
            );
            return false;
        };
        self.aliased = self.aliased.saturating_add(target.weight);
        if self.aliased > self.limits.alias_nodes {
            self.problems.push(
                Problem::at(
                    &span,
                    Code::AliasBudget,
                    format!(
                        "aliases up to this one expand to more than {} values",
                        self.limits.alias_nodes
                    ),
                )
                .hint("write the values out, or split them with !include"),
            );
            return false;
        }
        let copy = Node {
            span,
            ..(*target).clone()
        };
        self.finish(Arc::new(copy), 0)
    }

    fn finish(&mut self, node: Arc<Node>, anchor: usize) -> bool {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let code = Code::TooManyValues;
            self.problems.push(Problem::at(
                &node.span,
                code,
                format!("more than {} values", self.limits.nodes),
            ));
            return false;
        }
        if self.frames.len() + node.height > self.limits.nesting {
            let message = format!("is nested more than {} levels deep", self.limits.nesting);
            self.problems
                .push(Problem::at(&node.span, Code::TooDeep, message));
            return false;
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return true;
        };
        match &mut frame.kind {
            Kind::List(items) => items.push(node),
            Kind::Map {
                entries,
                seen,
                key,
                merges,
            } => match key.take() {
                None => match &node.data {
                    Data::Scalar { text, .. } => {
                        if text != "<<" && !seen.insert(text.clone()) {
                            let first = entries
                                .iter()
                                .find(|e| e.key.value == *text)
                                .map_or(0, |e| e.key.span.line);
                            self.problems.push(
                                Problem::at(
                                    &node.span,
                                    Code::DuplicateKey,
                                    format!(
                                        "the key \"{}\" is already given in line {first}",
                                        shorten(text, 60)
                                    ),
                                )
                                .text(text)
                                .hint("keep one of the two"),
                            );
                            if self.problems.len() >= self.limits.problems {
                                return false;
                            }
                        }
                        *key = Some(Spanned::new(text.clone(), node.span.clone()));
                    }
                    _ => {
                        let message = format!("a key must be a single value, not {}", node.what());
                        self.problems.push(
                            Problem::at(&node.span, Code::YamlSyntax, message)
                                .hint("quote a key that begins with { or ["),
                        );
                        return false;
                    }
                },
                Some(key) if key.value == "<<" => merges.push(node),
                Some(key) => entries.push(Entry { key, value: node }),
            },
        }
        true
    }
}

/// YAML's merge key: adds what the mapping itself does not say; earlier sources win.
fn merge_keys(entries: &mut Vec<Entry>, mut seen: HashSet<String>, merges: &[Arc<Node>]) {
    let mut take = |node: &Node| {
        if let Data::Map(from) = &node.data {
            for entry in from {
                if seen.insert(entry.key.value.clone()) {
                    entries.push(entry.clone());
                }
            }
        }
    };
    for node in merges {
        match &node.data {
            Data::List(items) => items.iter().for_each(|item| take(item)),
            _ => take(node),
        }
    }
}

/// A tag as the author wrote it, unless it is one of the core schema's.
fn own_tag(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|t| !t.is_yaml_core_schema())?;
    Some(if tag.handle.ends_with('!') {
        format!("{}{}", tag.handle, tag.suffix)
    } else {
        tag.to_string()
    })
}
