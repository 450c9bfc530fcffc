//! The document tree: values with tags and places, before anything is known about orgs.

use crate::span::{Span, Spanned};
use serde_json::Value;
use std::sync::Arc;

/// One value of a document. Aliases share nodes, so a node never changes.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub span: Span,
    /// A tag of the author's (`!include`, `!name`), without the core schema's.
    pub tag: Option<String>,
    pub data: Data,
    /// Values in this subtree; long texts count as several. What budgets count.
    pub weight: u64,
    /// Levels below and including this one.
    pub height: usize,
    /// Whether `!include` or `!external` stands in this subtree.
    pub directives: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Data {
    /// Text as written and whether it may stand for another type (plain, untagged).
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Arc<Node>>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub key: Spanned<String>,
    pub value: Arc<Node>,
}

impl Node {
    pub fn new(span: Span, tag: Option<String>, data: Data) -> Self {
        let mut directives = matches!(tag.as_deref(), Some("!include" | "!external"));
        let (mut weight, mut height) = (1u64, 0usize);
        let mut add = |child: &Node| {
            weight = weight.saturating_add(child.weight);
            height = height.max(child.height);
            directives |= child.directives;
        };
        match &data {
            Data::Scalar { text, .. } => weight += text.len() as u64 / 64,
            Data::List(items) => items.iter().for_each(|item| add(item)),
            Data::Map(entries) => entries.iter().for_each(|entry| add(&entry.value)),
        }
        Self {
            span,
            tag,
            data,
            weight,
            height: height + 1,
            directives,
        }
    }

    pub fn null(span: Span) -> Self {
        Self::new(
            span,
            None,
            Data::Scalar {
                text: String::new(),
                plain: true,
            },
        )
    }

    /// Nothing was given: an empty value or one of YAML's words for it.
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar { text, plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What this is, in a person's words.
    pub fn what(&self) -> &'static str {
        match &self.data {
            _ if self.is_null() => "nothing",
            Data::Scalar { .. } => "a single value",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }

    /// The text of a scalar, for messages.
    pub fn text(&self) -> &str {
        match &self.data {
            Data::Scalar { text, .. } => text,
            _ => "",
        }
    }

    /// An inline template as a tree; places are paths inside the document.
    pub fn from_json(value: &Value, path: &str) -> Arc<Node> {
        let span = Span::nowhere(path);
        let scalar = |text: String, plain| Data::Scalar { text, plain };
        let data = match value {
            Value::Null => scalar(String::new(), true),
            Value::Bool(b) => scalar(b.to_string(), true),
            Value::Number(n) => scalar(n.to_string(), true),
            Value::String(s) => scalar(s.clone(), false),
            Value::Array(items) => Data::List(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| Self::from_json(item, &format!("{path}/{i}")))
                    .collect(),
            ),
            Value::Object(map) => Data::Map(
                map.iter()
                    .map(|(key, item)| {
                        let path = format!("{path}/{}", crate::error::shorten(key, 40));
                        Entry {
                            key: Spanned::new(key.clone(), Span::nowhere(&path)),
                            value: Self::from_json(item, &path),
                        }
                    })
                    .collect(),
            ),
        };
        Arc::new(Self::new(span, None, data))
    }

    /// The value as JSON, for merging `config.yaml` files. Plain scalars get YAML's core types.
    pub fn to_json(&self) -> Value {
        match &self.data {
            _ if self.is_null() => Value::Null,
            Data::Scalar { text, plain: false } => Value::String(text.clone()),
            Data::Scalar { text, plain: true } => match text.as_str() {
                "true" | "True" | "TRUE" => Value::Bool(true),
                "false" | "False" | "FALSE" => Value::Bool(false),
                other => number(other).unwrap_or_else(|| Value::String(other.to_owned())),
            },
            Data::List(items) => Value::Array(items.iter().map(|i| i.to_json()).collect()),
            Data::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|e| (e.key.value.clone(), e.value.to_json()))
                    .collect(),
            ),
        }
    }
}

fn number(text: &str) -> Option<Value> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    if let Some(int) = integer(text) {
        return Some(int.into());
    }
    let float: f64 = text.parse().ok()?;
    serde_json::Number::from_f64(float).map(Value::Number)
}

/// A whole number of YAML's core schema.
pub(crate) fn integer(text: &str) -> Option<i64> {
    let radix = |digits: &str, radix| {
        if digits.starts_with(['+', '-']) {
            None
        } else {
            i64::from_str_radix(digits, radix).ok()
        }
    };
    if let Some(hex) = text.strip_prefix("0x") {
        return radix(hex, 16);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return radix(octal, 8);
    }
    text.parse().ok()
}
