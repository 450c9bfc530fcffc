//! A value as YAML text, in the style the author chose wherever that style can carry it.

use super::doc::{Doc, Kind};
use crate::node::{Data, Node};
use crate::span::Span;
use crate::yaml_text::quoted;
use saphyr_parser::ScalarStyle;

/// A value to write.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Int(i64),
    Number(f64),
    Flag(bool),
}

/// Where a value is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// Inside brackets or braces, where there are no blocks.
    pub flow: bool,
    /// Whether something follows on the line, so that a block would swallow it.
    pub followed: bool,
    /// Column of the text of a block.
    pub indent: usize,
    /// Columns after which a folded text is broken.
    pub width: usize,
    pub eol: &'static str,
    /// Style of the value that stands there now.
    pub style: ScalarStyle,
}

impl Spot {
    /// A place for a new value below a key at `column`.
    pub fn new(column: usize, eol: &'static str) -> Self {
        Self {
            flow: false,
            followed: false,
            indent: column + 2,
            width: 80,
            eol,
            style: ScalarStyle::Plain,
        }
    }
}

/// The text of a value; it always reads back as this value.
pub(super) fn render(value: &Literal, spot: Spot) -> String {
    match value {
        Literal::Int(n) => n.to_string(),
        Literal::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        Literal::Number(n) => n.to_string(),
        Literal::Flag(yes) => yes.to_string(),
        Literal::Text(text) => candidates(text, spot)
            .into_iter()
            .find(|candidate| reads_as(candidate, text, spot.flow))
            .unwrap_or_else(|| quoted(text)),
    }
}

fn candidates(text: &str, spot: Spot) -> Vec<String> {
    let blocks = !spot.flow && !spot.followed;
    let mut out = Vec::new();
    match spot.style {
        ScalarStyle::Folded if blocks => out.extend(folded(text, spot)),
        ScalarStyle::SingleQuoted => out.push(format!("'{}'", text.replace('\'', "''"))),
        ScalarStyle::DoubleQuoted => out.push(quoted(text)),
        _ => {}
    }
    if blocks && (text.contains('\n') || spot.style == ScalarStyle::Literal) {
        out.extend(literal(text, spot));
    }
    out.push(text.to_owned());
    out
}

/// Whether a candidate, put behind a key, is read as the text: the parser says, not our own idea of quoting.
fn reads_as(candidate: &str, text: &str, flow: bool) -> bool {
    let sample = if flow {
        format!("{{k: {candidate}, z: 1}}\n")
    } else {
        format!("k: {candidate}\nz: 1\n")
    };
    let Some(doc) = Doc::parse("", sample.as_bytes()) else {
        return false;
    };
    let Some(Kind::Map { entries, .. }) = doc.root.map(|root| &doc.values[root].kind) else {
        return false;
    };
    let [(_, value), _] = entries[..] else {
        return false;
    };
    let value = &doc.values[value];
    match &value.kind {
        Kind::Scalar { text: read, style } => {
            read == text
                && value.tag.is_none()
                && !value.anchored
                && (*style != ScalarStyle::Plain || is_text(read))
        }
        _ => false,
    }
}

/// Whether a plain scalar is a text and no number, flag or nothing.
fn is_text(text: &str) -> bool {
    let data = Data::Scalar {
        text: text.to_owned(),
        plain: true,
    };
    let word = text.to_ascii_lowercase();
    Node::new(Span::nowhere(""), None, data)
        .to_json()
        .is_string()
        && !matches!(word.as_str(), "yes" | "no" | "on" | "off" | "y" | "n")
}

/// `|`, with the mark for the line breaks at the end.
fn literal(text: &str, spot: Spot) -> Option<String> {
    let (body, mark) = chomped(text)?;
    let mut out = format!("|{mark}");
    for line in body.split('\n') {
        out.push_str(spot.eol);
        if !line.is_empty() {
            out.push_str(&" ".repeat(spot.indent));
            out.push_str(line);
        }
    }
    Some(out)
}

/// `>`, broken where the old text was.
fn folded(text: &str, spot: Spot) -> Option<String> {
    let (body, mark) = chomped(text)?;
    if body.split('\n').any(|line| line.starts_with([' ', '\t'])) {
        return None;
    }
    let pad = " ".repeat(spot.indent);
    let mut out = format!(">{mark}");
    for (n, paragraph) in body.split('\n').enumerate() {
        // One line break is a space, so a real one needs an empty line.
        if n > 0 {
            out.push_str(spot.eol);
        }
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let longer = line.chars().count() + 1 + word.chars().count();
            // Breaking beside a second space would lose it.
            let safe = !word.is_empty() && !line.is_empty() && !line.ends_with(' ');
            if safe && longer > spot.width {
                out.push_str(&format!("{}{pad}{line}", spot.eol));
                line = word.to_owned();
            } else {
                if !line.is_empty() || word.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        out.push_str(spot.eol);
        if !line.is_empty() {
            out.push_str(&format!("{pad}{line}"));
        }
    }
    Some(out)
}

/// A text without its last line break, and the mark that says whether it had one. `None` for what a block cannot carry.
fn chomped(text: &str) -> Option<(&str, &'static str)> {
    let (body, mark) = match text.strip_suffix('\n') {
        Some(body) => (body, ""),
        None => (text, "-"),
    };
    let fits = !body.is_empty()
        && !body.ends_with('\n')
        && !body.starts_with([' ', '\n', '\t'])
        && !body.contains('\r');
    fits.then_some((body, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(style: ScalarStyle) -> Spot {
        Spot {
            style,
            ..Spot::new(0, "\n")
        }
    }

    fn text(value: &str, style: ScalarStyle) -> String {
        render(&Literal::Text(value.to_owned()), spot(style))
    }

    #[test]
    fn a_text_keeps_the_style_that_stood_there() {
        assert_eq!(text("PM", ScalarStyle::Plain), "PM");
        assert_eq!(text("PM", ScalarStyle::SingleQuoted), "'PM'");
        assert_eq!(text("it's", ScalarStyle::SingleQuoted), "'it''s'");
        assert_eq!(text("PM", ScalarStyle::DoubleQuoted), "\"PM\"");
        assert_eq!(text("one\ntwo\n", ScalarStyle::Literal), "|\n  one\n  two");
        assert_eq!(text("one\ntwo", ScalarStyle::Plain), "|-\n  one\n  two");
        assert_eq!(text("a b", ScalarStyle::Folded), ">-\n  a b");
    }

    #[test]
    fn a_text_that_the_style_cannot_carry_is_quoted() {
        for odd in [
            "", "true", "12", "~", "- a", "a: b", "a #b", "!x", "&a", "*a", "#", " a", "a ", "no",
            "@x", "`x", "%y",
        ] {
            assert_eq!(text(odd, ScalarStyle::Plain), quoted(odd), "{odd}");
        }
        assert_eq!(text("a\rb", ScalarStyle::Literal), "\"a\\rb\"");
        assert_eq!(
            text("  indented\nx", ScalarStyle::Literal),
            "\"  indented\\nx\""
        );
        let flow = Spot {
            flow: true,
            ..spot(ScalarStyle::Plain)
        };
        assert_eq!(render(&Literal::Text("a, b".into()), flow), "\"a, b\"");
        assert_eq!(render(&Literal::Text("a\nb".into()), flow), "\"a\\nb\"");
    }

    #[test]
    fn folded_texts_break_where_they_may() {
        let narrow = Spot {
            width: 10,
            ..spot(ScalarStyle::Folded)
        };
        let value = "aaaa bbbb cccc\ndd  ee";
        let out = render(&Literal::Text(value.into()), narrow);
        assert_eq!(out, ">-\n  aaaa bbbb\n  cccc\n\n  dd  ee");
    }

    #[test]
    fn numbers_are_plain() {
        let plain = spot(ScalarStyle::Plain);
        assert_eq!(render(&Literal::Number(400.0), plain), "400");
        assert_eq!(render(&Literal::Number(-0.5), plain), "-0.5");
        assert_eq!(render(&Literal::Int(3), plain), "3");
        assert_eq!(render(&Literal::Flag(false), plain), "false");
    }
}
