//! What a command prints: text for people, JSON for programs.
//!
//! Everything goes through [`say`], because `println!` panics when the reader of a pipe left (`events | head`).

pub use crate::table::{pairs, table, tinted};
use crate::{failure::Failure, mistakes};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, IsTerminal, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// One line on standard output.
///
/// # Errors
/// When it cannot be written.
pub fn say(line: impl AsRef<str>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", line.as_ref())?;
    out.flush()?;
    Ok(())
}

/// A remark beside the answer, on standard error; one that nobody reads is no reason to fail.
pub fn note(line: impl AsRef<str>) {
    let _ = writeln!(io::stderr(), "{}", line.as_ref());
}

/// One JSON document on one line.
///
/// # Errors
/// When it cannot be written.
pub fn document(body: &impl Serialize) -> Result<(), Failure> {
    let text =
        serde_json::to_string(body).map_err(|error| Failure::failed("json", error.to_string()))?;
    say(text)
}

/// Prints a failure: one JSON object, or a sentence with its place.
pub fn failure(failure: &Failure, json: bool) {
    if failure.error.is_empty() {
        return;
    }
    if json {
        let mut body = json!({"error": failure.error, "code": failure.code});
        if let Value::Object(body) = &mut body {
            body.extend((*failure.extra).clone());
        }
        let _ = say(body.to_string());
        return;
    }
    let mistakes = mistakes::lines(failure);
    if mistakes.is_empty() {
        told(failure);
    }
    mistakes.iter().for_each(note);
}

/// The sentence with its place, and the problems it does not name.
fn told(failure: &Failure) {
    let problems = mistakes::problems(failure);
    let problems = problems
        .iter()
        .filter_map(|one| one.get("display")?.as_str());
    let (place, sentence) = (place(failure), sentence(failure));
    // A detail may name its place itself.
    let place = if sentence.contains(place.trim_end()) {
        ""
    } else {
        &place
    };
    note(format!("{place}{sentence}"));
    // Every problem names its own place, the first one too when there are several.
    for problem in problems {
        if !sentence.contains(problem) {
            note(format!("  {problem}"));
        }
    }
}

fn place(failure: &Failure) -> String {
    let number = |key: &str| failure.extra.get(key).and_then(Value::as_u64);
    match (
        failure.extra.get("file").and_then(Value::as_str),
        number("line"),
        number("column"),
    ) {
        (Some(file), Some(line), Some(column)) => format!("{file}:{line}:{column}: "),
        (Some(file), Some(line), None) => format!("{file}:{line}: "),
        (Some(file), ..) => format!("{file}: "),
        _ => String::new(),
    }
}

/// Codes whose fixed sentence (`invalid request body`) tells a person nothing beside the detail.
const DETAIL_ALONE: [&str; 6] = [
    "invalid_body",
    "invalid_name",
    "invalid_schedule",
    "invalid_source",
    "source_not_found",
    "unknown_scheme",
];

/// The contract's sentence is short and fixed; what is special about this case stands in `detail`.
fn sentence(failure: &Failure) -> String {
    match failure.extra.get("detail").and_then(Value::as_str) {
        Some(detail) if !detail.is_empty() && DETAIL_ALONE.contains(&failure.code.as_str()) => {
            detail.to_owned()
        }
        Some(detail) if !detail.is_empty() && !failure.error.contains(detail) => {
            format!("{}: {detail}", failure.error)
        }
        _ => failure.error.clone(),
    }
}

/// A text in lines of at most so many characters, broken between words.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines.last().is_some_and(|line| {
            !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width
        });
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Items with commas between them, in lines of at most so many characters that are broken between items.
pub fn wrapped_items(items: &[&str], width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (at, item) in items.iter().enumerate() {
        let comma = if at + 1 < items.len() { "," } else { "" };
        let item = format!("{item}{comma}");
        let full = lines
            .last()
            .is_some_and(|line| !line.is_empty() && columns(line) + 1 + columns(&item) > width);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&item);
        }
    }
    lines
}

/// Columns of the terminal that standard output is; 100 where it is none.
pub fn width() -> usize {
    terminal_width().unwrap_or(100)
}

/// The same; nothing when it is none. A terminal that does not say how wide it is has 80.
pub fn terminal_width() -> Option<usize> {
    let out = io::stdout();
    if !out.is_terminal() {
        return None;
    }
    let size = terminal_size::terminal_size_of(out);
    Some(size.map_or(80, |(width, _)| usize::from(width.0)))
}

/// Columns that a text takes on a terminal: a wide letter takes two.
pub fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A count and its noun: `1 agent`, `2 agents`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A value on one line: what would break the line, or steer the terminal, becomes a space.
pub fn flat(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// The same in at most so many columns.
pub fn short(text: &str, most: usize) -> String {
    let flat = flat(text);
    if columns(&flat) <= most {
        return flat;
    }
    let mut cut = String::new();
    let mut used = 1;
    for letter in flat.chars() {
        used += UnicodeWidthChar::width(letter).unwrap_or(0);
        if used > most {
            break;
        }
        cut.push(letter);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_broken_between_each_other() {
        let items = ["Studio lead", "Writer", "Designer"];
        assert_eq!(
            wrapped_items(&items, 20),
            ["Studio lead, Writer,", "Designer"]
        );
    }

    #[test]
    fn long_and_broken_text_becomes_one_short_line() {
        assert_eq!(short("a\nb", 10), "a b");
        assert_eq!(short("abcdef", 4), "abc…");
    }

    #[test]
    fn the_place_and_the_detail_stand_in_the_sentence() {
        let mut failure = Failure::failed("org_expansion_failed", "org template expansion failed");
        failure.extra.insert("file".into(), "org.yaml".into());
        failure.extra.insert("line".into(), 3.into());
        failure.extra.insert("column".into(), 7.into());
        failure
            .extra
            .insert("detail".into(), "a bracket is open".into());
        assert_eq!(place(&failure), "org.yaml:3:7: ");
        assert_eq!(
            sentence(&failure),
            "org template expansion failed: a bracket is open"
        );
        failure.code = "invalid_body".to_owned();
        assert_eq!(sentence(&failure), "a bracket is open");
    }
}
