//! Where a value stands in the files: what errors point at and what write-back edits.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A place in a file of the org folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Path below the org folder with forward slashes (`teams/pm.yaml`); for inline templates the path inside the
    /// document (`template/workspaces/0`).
    pub file: Arc<str>,
    /// Line from 1; 0 where there is no text (inline templates).
    pub line: u32,
    /// Column from 1, in characters; 0 where there is no text.
    pub column: u32,
    /// First byte of the value in the file.
    pub start: usize,
    /// Byte after the last one of the value.
    pub end: usize,
}

impl Span {
    /// A place that is a whole file.
    pub fn whole(file: &str, len: usize) -> Self {
        Self {
            file: file.into(),
            line: 1,
            column: 1,
            start: 0,
            end: len,
        }
    }

    /// A place without a text position.
    pub fn nowhere(file: &str) -> Self {
        Self {
            file: file.into(),
            line: 0,
            column: 0,
            start: 0,
            end: 0,
        }
    }
}

/// A value and the place it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value and its place together.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}
