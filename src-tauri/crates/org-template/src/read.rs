//! Typed readers over the tree: each takes what it understands, reports what it does not, and goes on.

use crate::error::{Code, Problem, shorten};
use crate::near::near;
use crate::node::{Data, Entry, Node, integer};
use crate::span::{Span, Spanned};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Collects what decoding finds.
pub(crate) struct Findings {
    pub errors: RefCell<Vec<Problem>>,
    pub warnings: RefCell<Vec<Problem>>,
    max: usize,
}

impl Findings {
    pub fn new(max: usize) -> Self {
        Self {
            errors: RefCell::default(),
            warnings: RefCell::default(),
            max,
        }
    }

    pub fn error(&self, problem: Problem) {
        let mut errors = self.errors.borrow_mut();
        if errors.len() < self.max {
            errors.push(problem);
        }
    }

    /// Warnings are counted far more generously: a big org has many harmless ones.
    pub fn warn(&self, problem: Problem) {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.len() < self.max * 100 {
            warnings.push(problem);
        }
    }

    pub fn wrong(&self, node: &Node, key: &str, wanted: &str) {
        self.error(
            Problem::at(
                &node.span,
                Code::WrongType,
                format!("{key} must be {wanted}, not {}", said(node)),
            )
            .text(node.text()),
        );
    }
}

/// What a value is, with its text when that helps.
fn said(node: &Node) -> String {
    match &node.data {
        Data::Scalar { text, .. } if !node.is_null() => format!("\"{}\"", shorten(text, 40)),
        _ => node.what().to_owned(),
    }
}

/// One mapping being read: hands out values by key and in the end names the keys nobody asked for.
pub(crate) struct Fields<'a> {
    pub span: Span,
    entries: HashMap<&'a str, &'a Entry>,
    order: &'a [Entry],
    asked: RefCell<Vec<&'static str>>,
    what: &'static str,
    pub found: &'a Findings,
}

impl<'a> Fields<'a> {
    /// `None` when the node is no mapping (reported) or nothing (not reported: nothing is an empty mapping).
    pub fn of(node: &'a Node, what: &'static str, found: &'a Findings) -> Option<Self> {
        let order: &[Entry] = match &node.data {
            Data::Map(entries) => entries,
            _ if node.is_null() => &[],
            _ => {
                found.wrong(node, what, "a mapping");
                return None;
            }
        };
        let entries = order.iter().map(|e| (e.key.value.as_str(), e)).collect();
        Some(Self {
            span: node.span.clone(),
            entries,
            order,
            asked: RefCell::default(),
            what,
            found,
        })
    }

    /// The value of a key, unless it is nothing.
    pub fn get(&self, key: &'static str) -> Option<&'a Arc<Node>> {
        self.asked.borrow_mut().push(key);
        self.entries
            .get(key)
            .map(|e| &e.value)
            .filter(|n| !n.is_null())
    }

    pub fn text(&self, key: &'static str) -> Option<Spanned<String>> {
        text(self.get(key)?, key, self.found)
    }

    pub fn int(&self, key: &'static str) -> Option<Spanned<i64>> {
        let node = self.get(key)?;
        if let Data::Scalar { text, plain: true } = &node.data
            && let Some(value) = integer(text)
        {
            return Some(Spanned::new(value, node.span.clone()));
        }
        self.found.wrong(node, key, "a whole number");
        None
    }

    pub fn number(&self, key: &'static str) -> Option<f64> {
        let node = self.get(key)?;
        if let Data::Scalar { text, plain: true } = &node.data
            && let Some(value) = integer(text)
                .map(|i| i as f64)
                .or_else(|| text.parse().ok())
            && value.is_finite()
        {
            return Some(value);
        }
        self.found.wrong(node, key, "a number");
        None
    }

    pub fn flag(&self, key: &'static str) -> Option<Spanned<bool>> {
        let node = self.get(key)?;
        let word = match &node.data {
            Data::Scalar { text, plain: true } => text.to_ascii_lowercase(),
            _ => String::new(),
        };
        let value = match word.as_str() {
            "true" | "yes" | "on" => true,
            "false" | "no" | "off" => false,
            _ => {
                self.found.wrong(node, key, "true or false");
                return None;
            }
        };
        Some(Spanned::new(value, node.span.clone()))
    }

    /// The items of a list; an absent or wrong one has none.
    pub fn list(&self, key: &'static str) -> (&'a [Arc<Node>], Option<Span>) {
        match self.get(key) {
            Some(node) => match &node.data {
                Data::List(items) => (items, Some(node.span.clone())),
                _ => {
                    self.found.wrong(node, key, "a list");
                    (&[], None)
                }
            },
            None => (&[], None),
        }
    }

    pub fn map(&self, key: &'static str) -> (&'a [Entry], Option<Span>) {
        match self.get(key) {
            Some(node) => match &node.data {
                Data::Map(entries) => (entries, Some(node.span.clone())),
                _ => {
                    self.found.wrong(node, key, "a mapping");
                    (&[], None)
                }
            },
            None => (&[], None),
        }
    }

    /// Warns about keys nobody reads (contract 03 no. 29). `known` are read by others or without meaning.
    pub fn warn_unknown(&self, known: &[&str]) {
        let asked = self.asked.borrow();
        for entry in self.order {
            let key = entry.key.value.as_str();
            if asked.contains(&key) || known.contains(&key) {
                continue;
            }
            let near = near(key, asked.iter().copied())
                .first()
                .map(|k| format!("did you mean {k}?"));
            self.found.warn(
                Problem::at(
                    &entry.key.span,
                    Code::UnknownKey,
                    format!(
                        "the key \"{}\" of {} is not used",
                        shorten(key, 60),
                        self.what
                    ),
                )
                .text(key)
                .hint(near.unwrap_or_default()),
            );
        }
    }
}

/// A scalar of any type as its source text.
pub(crate) fn text(node: &Node, key: &str, found: &Findings) -> Option<Spanned<String>> {
    match &node.data {
        _ if node.is_null() => Some(Spanned::new(String::new(), node.span.clone())),
        Data::Scalar { text, .. } => Some(Spanned::new(text.clone(), node.span.clone())),
        _ => {
            found.wrong(node, key, "text");
            None
        }
    }
}
