//! Tables and lists that fit the terminal: what is too long goes on below, in its own column.

use crate::{
    colour::{self, Tint},
    failure::Failure,
    output::{columns, flat, say, terminal_width},
};
use unicode_width::UnicodeWidthChar;

/// Lines of one cell; what would be longer ends with `…`.
const TALLEST: usize = 5;
/// The last column, which holds sentences, gets at least this much before others give room.
const SENTENCE: usize = 24;
/// No column becomes narrower.
const NARROWEST: usize = 6;

/// Columns with the widths their content needs. On a terminal that is too narrow for them cells go on in the next line;
/// in a pipe nothing is changed.
///
/// # Errors
/// When it cannot be written.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    tinted(head, rows, |_, _| Tint::Plain)
}

/// The same with colours on a terminal that wants them: `tint` is asked with the number of the column and the cell.
///
/// # Errors
/// When it cannot be written.
pub fn tinted(
    head: &[&str],
    rows: &[Vec<String>],
    tint: impl Fn(usize, &str) -> Tint,
) -> Result<(), Failure> {
    let colours = colour::wanted();
    let paint = |column: usize, cell: &str, line: &str| match colours {
        true => colour::painted(tint(column, cell), line),
        false => line.to_owned(),
    };
    let title = |_: usize, _: &str, line: &str| match colours {
        true => colour::painted(Tint::Title, line),
        false => line.to_owned(),
    };
    let room = terminal_width();
    let widths = widths(head, rows, room);
    let head: Vec<String> = head.iter().map(|name| (*name).to_owned()).collect();
    let first = row(&head, &widths, room.is_some(), title);
    let body = rows
        .iter()
        .flat_map(|cells| row(cells, &widths, room.is_some(), paint));
    first.into_iter().chain(body).try_for_each(say)
}

/// Names and values below each other; a long value goes on below itself on a terminal.
///
/// # Errors
/// When it cannot be written.
pub fn pairs(pairs: &[(&str, String)]) -> Result<(), Failure> {
    paired(pairs, terminal_width()).iter().try_for_each(say)
}

fn paired(pairs: &[(&str, String)], room: Option<usize>) -> Vec<String> {
    let names = pairs.iter().map(|(name, _)| columns(name));
    let width = names.max().unwrap_or(0);
    let left = room.map(|room| room.saturating_sub(width + 2).max(SENTENCE));
    let mut lines = Vec::new();
    for (name, value) in pairs {
        let parts = match left {
            Some(left) => folded(value, left),
            None => vec![value.clone()],
        };
        for (at, part) in parts.iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            lines.push(format!("{name:width$}  {part}").trim_end().to_owned());
        }
    }
    lines
}

/// How wide each column is.
fn widths(head: &[&str], rows: &[Vec<String>], room: Option<usize>) -> Vec<usize> {
    let mut widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(column, name)| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let cells = cells.map(|cell| columns(cell));
            cells.chain([columns(name)]).max().unwrap_or(0)
        })
        .collect();
    let gaps = 2 * widths.len().saturating_sub(1);
    let all: usize = widths.iter().sum::<usize>() + gaps;
    let (Some(room), Some(last)) = (room.filter(|room| *room < all), widths.last().copied()) else {
        return widths;
    };
    let left = room.saturating_sub(all - last);
    if left < last.min(SENTENCE) {
        let fits = |most: usize| {
            let sum: usize = widths.iter().map(|width| *width.min(&most)).sum();
            sum + gaps <= room
        };
        let most = (NARROWEST..room).rev().find(|most| fits(*most));
        let most = most.unwrap_or(NARROWEST);
        widths
            .iter_mut()
            .for_each(|width| *width = (*width).min(most));
    }
    let before = widths.iter().rev().skip(1).sum::<usize>() + gaps;
    if let Some(width) = widths.last_mut() {
        *width = last
            .min(room.saturating_sub(before))
            .max(NARROWEST.min(last));
    }
    widths
}

/// The lines of one row.
fn row(
    cells: &[String],
    widths: &[usize],
    fold: bool,
    paint: impl Fn(usize, &str, &str) -> String,
) -> Vec<String> {
    let parts: Vec<Vec<String>> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| match fold {
            true => cut(folded(cell, *width), *width),
            false => vec![cell.clone()],
        })
        .collect();
    let height = parts.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|at| {
            let mut text = String::new();
            // Nothing is filled up behind what stands last.
            let mut owed = 0;
            for (column, (lines, width)) in parts.iter().zip(widths).enumerate() {
                let line = lines.get(at).map_or("", String::as_str);
                if !line.is_empty() {
                    text.extend(std::iter::repeat_n(' ', owed));
                    owed = 0;
                    text += &paint(column, &cells[column], line);
                }
                owed += 2 + width.saturating_sub(columns(line));
            }
            text.trim_end().to_owned()
        })
        .collect()
}

/// At most [`TALLEST`] lines, the last of which tells that there is more.
fn cut(mut lines: Vec<String>, width: usize) -> Vec<String> {
    if lines.len() > TALLEST {
        lines.truncate(TALLEST);
        if let Some(last) = lines.last_mut() {
            while columns(last) >= width && last.pop().is_some() {}
            last.push('…');
        }
    }
    lines
}

/// A text on lines of at most so many columns, broken between words, or inside one that is longer. What it is indented
/// by stays before each line.
pub fn folded(text: &str, width: usize) -> Vec<String> {
    let text = flat(text);
    if columns(&text) <= width {
        return vec![text.trim_end().to_owned()];
    }
    let indent: String = text.chars().take_while(|letter| *letter == ' ').collect();
    let indent = if indent.len() < width / 2 {
        indent
    } else {
        String::new()
    };
    let mut lines = vec![indent.clone()];
    let mut begun = false;
    for word in text.split_whitespace() {
        let mut line = lines.pop().unwrap_or_default();
        if begun && columns(&line) + 1 + columns(word) > width {
            lines.push(line);
            line = indent.clone();
        } else if begun {
            line.push(' ');
        }
        for letter in word.chars() {
            if columns(&line) + letter.width().unwrap_or(0) > width && columns(&line) > indent.len()
            {
                lines.push(line);
                line = indent.clone();
            }
            line.push(letter);
        }
        lines.push(line);
        begun = true;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(head: &[&str], rows: &[&[&str]], room: Option<usize>) -> Vec<String> {
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect();
        let widths = widths(head, &rows, room);
        let head: Vec<String> = head.iter().map(|name| (*name).to_owned()).collect();
        std::iter::once(&head)
            .chain(&rows)
            .flat_map(|cells| row(cells, &widths, room.is_some(), |_, _, line| line.to_owned()))
            .collect()
    }

    #[test]
    fn columns_line_up_whatever_is_in_them() {
        assert_eq!(
            shown(
                &["NAME", "STATUS"],
                &[&["é", "online"], &["longer", ""]],
                None
            ),
            ["NAME    STATUS", "é       online", "longer"]
        );
        assert_eq!(
            shown(
                &["NAME", "STATUS"],
                &[&["日本", "online"], &["a", "b"]],
                None
            ),
            ["NAME  STATUS", "日本  online", "a     b"],
            "a wide letter takes two columns"
        );
    }

    #[test]
    fn a_sentence_goes_on_in_its_own_column() {
        let rows: &[&[&str]] = &[
            &[
                "Writer",
                "failed",
                "it ran out of memory twice in ten minutes",
            ],
            &["  Reader", "online", "reads"],
        ];
        assert_eq!(
            shown(&["NAME", "STATUS", "WHY"], rows, Some(44)),
            [
                "NAME      STATUS  WHY",
                "Writer    failed  it ran out of memory twice",
                "                  in ten minutes",
                "  Reader  online  reads",
            ]
        );
        assert_eq!(
            shown(&["NAME", "STATUS", "WHY"], rows, None)[1],
            "Writer    failed  it ran out of memory twice in ten minutes",
            "a pipe gets it whole"
        );
    }

    #[test]
    fn no_line_is_longer_than_the_terminal_and_nothing_is_lost() {
        let words = "one two three four five six seven";
        let rows: &[&[&str]] = &[&[words, "0 9 * * 1-5", "Europe/Berlin", words, words]];
        let head = ["NAME", "WHEN", "ZONE", "RESULT", "SENDS"];
        for room in [44, 60, 80, 100] {
            let lines = shown(&head, rows, Some(room));
            for line in &lines {
                assert!(columns(line) <= room, "{room}: {line}");
            }
            let all = lines.join(" ");
            if room >= 80 {
                assert_eq!(all.matches("seven").count(), 3, "{lines:?}");
            }
        }
        let long = "x".repeat(400);
        let lines = shown(&["A", "B"], &[&["a", &long]], Some(40));
        assert_eq!(lines.len(), 1 + TALLEST);
        assert!(lines[TALLEST].ends_with('…') && columns(&lines[TALLEST]) <= 40);
    }

    #[test]
    fn a_long_value_goes_on_below_itself() {
        let said = [
            ("Platform", "a b".to_owned()),
            ("Engine", "word ".repeat(12)),
        ];
        assert_eq!(
            paired(&said, Some(40)),
            [
                "Platform  a b",
                "Engine    word word word word word word",
                "          word word word word word word",
            ]
        );
        assert_eq!(paired(&said, None).len(), 2);
    }
}
