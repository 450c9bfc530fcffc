//! What a command prints: text for people, JSON for programs.
//!
//! Everything goes through [`say`], because `println!` panics when the reader of a pipe left (`events | head`).

use crate::failure::Failure;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, Write};
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
    let problems: Vec<&str> = failure
        .extra
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|problem| problem.get("display").and_then(Value::as_str))
        .collect();
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

/// The contract's sentence is short and fixed; what is special about this case stands in `detail`.
fn sentence(failure: &Failure) -> String {
    match failure.extra.get("detail").and_then(Value::as_str) {
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

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// Columns that a text takes on a terminal: a wide letter takes two.
fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Columns with the widths their content needs. On a terminal the last one is shortened to what is left of the line; in
/// a pipe nothing is.
///
/// # Errors
/// When it cannot be written.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    for line in lines(head, rows, terminal_width()) {
        say(line)?;
    }
    Ok(())
}

fn lines(head: &[&str], rows: &[Vec<String>], room: Option<usize>) -> Vec<String> {
    let widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(column, name)| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| columns(cell));
            cells.chain([columns(name)]).max().unwrap_or(0)
        })
        .collect();
    let before: usize = widths.iter().rev().skip(1).map(|width| width + 2).sum();
    // Less than this says nothing; then the terminal may wrap the line.
    let left = room
        .map(|room| room.saturating_sub(before))
        .filter(|left| *left >= 12);
    let line = |cells: Vec<&str>| {
        let mut text = String::new();
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            match left {
                Some(left) if column + 1 == widths.len() => text.push_str(&short(cell, left)),
                _ => text.push_str(cell),
            }
            text.extend(std::iter::repeat_n(
                ' ',
                2 + width.saturating_sub(columns(cell)),
            ));
        }
        text.trim_end().to_owned()
    };
    let body = rows
        .iter()
        .map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(line(head.to_vec())).chain(body).collect()
}

/// Names and values below each other.
///
/// # Errors
/// When it cannot be written.
pub fn pairs(pairs: &[(&str, String)]) -> Result<(), Failure> {
    let width = pairs
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    for (name, value) in pairs {
        say(format!("{name:width$}  {value}").trim_end())?;
    }
    Ok(())
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
    fn columns_line_up_whatever_is_in_them() {
        let rows = vec![
            vec!["é".to_owned(), "online".to_owned()],
            vec!["longer".to_owned(), String::new()],
        ];
        assert_eq!(
            lines(&["NAME", "STATUS"], &rows, None),
            ["NAME    STATUS", "é       online", "longer"]
        );
    }

    #[test]
    fn the_last_column_fits_the_terminal_and_is_whole_in_a_pipe() {
        let long = "says what it does in a great many words";
        let rows = vec![vec!["漢字".to_owned(), long.to_owned()]];
        let narrow = lines(&["NAME", "ABOUT"], &rows, Some(26));
        assert_eq!(narrow, ["NAME  ABOUT", "漢字  says what it does i…"]);
        assert!(narrow.iter().all(|line| columns(line) <= 26), "{narrow:?}");
        assert!(lines(&["NAME", "ABOUT"], &rows, None)[1].ends_with(long));
    }

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
    }
}
