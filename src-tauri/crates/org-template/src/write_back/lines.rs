//! Which lines belong to an item of a list or an entry of a mapping.

use super::doc::{Doc, Kind};
use saphyr_parser::ScalarStyle;
use std::ops::Range;

/// An item of a list in block style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Whole lines: the comments directly above, the item, and comments that are indented like its content.
    pub range: Range<usize>,
    /// Column of the dash.
    pub column: usize,
}

/// The lines of an item; `None` where it shares a line with something else.
pub(super) fn item(doc: &Doc, list: usize, index: usize) -> Option<Block> {
    let Kind::List { flow: false, items } = &doc.values[list].kind else {
        return None;
    };
    let dash = dash(doc, items[index])?;
    let column = doc.column(dash);
    let first = doc.line_start(dash);
    if !doc.text[first..dash].bytes().all(|b| b == b' ') {
        return None;
    }
    let floor = match index.checked_sub(1) {
        Some(before) => tail(doc, items[before], column, first),
        None => 0,
    };
    let mut start = first;
    while start > floor {
        let above = doc.line_start(start - 1);
        let line = &doc.text[above..start];
        let text = line.trim_start_matches(' ');
        if above < floor || !text.starts_with('#') {
            break;
        }
        start = above;
    }
    let end = match items.get(index + 1) {
        Some(next) => tail(
            doc,
            items[index],
            column,
            doc.line_start(self::dash(doc, *next)?),
        ),
        None => last_line(doc, items[index]),
    };
    Some(Block {
        range: start..end,
        column,
    })
}

/// The byte after the last line of a value.
pub(super) fn last_line(doc: &Doc, value: usize) -> usize {
    let span = &doc.values[value].span;
    doc.line_end(
        span.end
            .saturating_sub(1)
            .max(span.start)
            .min(doc.text.len()),
    )
}

/// The byte after the lines of an item and the comments that stand as deep as its content.
fn tail(doc: &Doc, value: usize, column: usize, ceiling: usize) -> usize {
    let mut end = last_line(doc, value);
    let mut at = end;
    while at < ceiling {
        let next = doc.line_end(at);
        let line = doc.text[at..next].trim_end();
        let text = line.trim_start_matches(' ');
        if text.starts_with('#') && line.len() - text.len() > column {
            end = next;
        } else if !text.is_empty() {
            break;
        }
        at = next;
    }
    end
}

/// The dash of an item.
fn dash(doc: &Doc, value: usize) -> Option<usize> {
    let mut at = doc.values[value].span.start;
    loop {
        let before = doc.text[..at].trim_end();
        if before.ends_with('-') {
            return Some(before.len() - 1);
        }
        // A comment may stand between the dash and the value.
        let line = before.rfind('\n').map_or(0, |n| n + 1);
        let text = &before[line..];
        let hash = text.find('#')?;
        at = line + hash;
    }
}

/// Column of the first key of a mapping.
pub(super) fn key_column(doc: &Doc, map: usize) -> Option<usize> {
    match &doc.values[map].kind {
        Kind::Map { entries, .. } => {
            let (key, _) = entries.first()?;
            Some(doc.column(doc.values[*key].span.start))
        }
        _ => None,
    }
}

/// The lines of an entry; `None` where it shares its first line with a dash.
pub(super) fn entry(doc: &Doc, key: usize, value: usize) -> Option<Range<usize>> {
    let at = doc.values[key].span.start;
    let start = doc.line_start(at);
    let alone = doc.text[start..at].bytes().all(|b| b == b' ');
    alone.then(|| start..last_line(doc, value).max(doc.line_end(at)))
}

/// The byte after the colon of a key.
pub(super) fn colon(doc: &Doc, key: usize) -> usize {
    let end = doc.values[key].span.end;
    doc.text[end..].find(':').map_or(end, |n| end + n + 1)
}

/// Whether a block whose text stands at a column, and whose last line ends at `at`, would take what follows for more of
/// its text: a comment is only a comment behind a block while it stands further left.
pub(super) fn swallows(doc: &Doc, at: usize, column: usize) -> bool {
    let next = doc.text[at..].lines().find(|line| !line.trim().is_empty());
    next.is_some_and(|line| {
        let text = line.trim_start_matches(' ');
        text.starts_with('#') && line.len() - text.len() >= column
    })
}

/// The same for a value that is there: whether it is a block that would take the lines from `at` on for its own.
pub(super) fn block_swallows(doc: &Doc, value: usize, at: usize) -> bool {
    let this = &doc.values[value];
    let block = matches!(
        &this.kind,
        Kind::Scalar {
            style: ScalarStyle::Literal | ScalarStyle::Folded,
            ..
        }
    );
    let mut text = doc.text[this.body..this.span.end].lines().skip(1);
    let first = text.find(|line| !line.trim().is_empty());
    let column = first.map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
    block && swallows(doc, at, column)
}
