//! One YAML file as it is written: every value with its bytes, style, anchor and tag, aliases and directives unexpanded.
//!
//! The loader's tree forgets how a value was written, because nothing but write-back asks. This one keeps it, and keeps
//! no copies: an alias points to the value it names.

use super::doc_read::read;
use crate::parse::text_of;
use saphyr_parser::ScalarStyle;
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
        let (values, root) = read(text)?;
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
