//! Mistakes in an org's files, as a person at a terminal reads them: the place, what is wrong, and the line itself.

use crate::{failure::Failure, output};
use serde_json::Value;
use std::{
    fs::File,
    io::Read,
    path::{Component, Path},
};

/// Codes of answers whose `errors` are mistakes in files; their fixed sentence says less than the mistakes do.
const OF_FILES: [&str; 2] = ["org_expansion_failed", "invalid_org_template"];
/// Bytes of a file that are looked at for the line.
const MOST_BYTES: u64 = 1 << 20;
/// Columns of a line that are shown.
const SHOWN: usize = 100;
/// Letters shown before a mistake that stands far to the right.
const BEFORE: usize = 40;

/// The lines that tell the mistakes of this failure; none when it is about something else.
pub fn lines(failure: &Failure) -> Vec<String> {
    let problems = problems(failure);
    if !OF_FILES.contains(&failure.code.as_str()) || problems.is_empty() {
        return Vec::new();
    }
    let head = match problems.len() {
        1 => "There is a mistake in the org's files; nothing was changed:".to_owned(),
        many => format!("There are {many} mistakes in the org's files; nothing was changed:"),
    };
    let mut lines = vec![head];
    for problem in problems {
        let text = problem.get("display").and_then(Value::as_str);
        lines.push(format!("  {}", text.unwrap_or_default()));
        if let Some(folder) = &failure.folder {
            lines.extend(source(folder, problem));
        }
    }
    lines
}

/// The problems of an answer.
pub fn problems(failure: &Failure) -> Vec<&Value> {
    let all = failure.extra.get("errors").and_then(Value::as_array);
    let shown = |one: &&Value| one.get("display").is_some_and(Value::is_string);
    all.into_iter().flatten().filter(shown).collect()
}

/// The line a problem stands in, with a mark below the place.
fn source(folder: &Path, problem: &Value) -> Vec<String> {
    let number = |key: &str| {
        let value = problem.get(key).and_then(Value::as_u64);
        value
            .and_then(|value| usize::try_from(value).ok())
            .filter(|value| *value > 0)
    };
    let (Some(file), Some(line), Some(column)) = (
        problem.get("file").and_then(Value::as_str),
        number("line"),
        number("column"),
    ) else {
        return Vec::new();
    };
    match read(folder, file) {
        Some(text) => match text.lines().nth(line - 1) {
            Some(whole) => marked(whole, line, column),
            None => Vec::new(),
        },
        None => Vec::new(),
    }
}

/// A file below the folder; it is only shown, so one that cannot be read is left out.
fn read(folder: &Path, file: &str) -> Option<String> {
    let file = Path::new(file);
    if !file
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let mut bytes = Vec::new();
    let opened = File::open(folder.join(file)).ok()?;
    if !opened.metadata().ok()?.is_file() {
        return None;
    }
    opened.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn marked(whole: &str, line: usize, column: usize) -> Vec<String> {
    let before = column - 1;
    let skipped = if before < SHOWN - 10 {
        0
    } else {
        before - BEFORE
    };
    let rest: String = whole.chars().skip(skipped).collect();
    let lead: String = output::flat(&rest).chars().take(before - skipped).collect();
    let number = line.to_string();
    vec![
        format!("    {number} | {}", output::short(&rest, SHOWN))
            .trim_end()
            .to_owned(),
        format!(
            "    {} | {}^",
            " ".repeat(number.len()),
            " ".repeat(output::columns(&lead))
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_mark_stands_below_the_place() {
        assert_eq!(
            marked("  role: x", 4, 3),
            ["    4 |   role: x", "      |   ^"]
        );
        assert_eq!(
            marked("é日: [", 12, 5),
            ["    12 | é日: [", "       |      ^"],
            "a wide letter takes two columns"
        );
        let far = format!("{}here", "x".repeat(300));
        let lines = marked(&far, 1, 301);
        assert!(lines[0].ends_with("here"), "{lines:?}");
        assert_eq!(lines[1].chars().count(), "    1 | ".len() + BEFORE + 1);
        assert_eq!(marked("", 9, 1), ["    9 |", "      | ^"]);
    }

    #[test]
    fn only_files_of_the_folder_are_shown() {
        let dir = tempfile::tempdir().unwrap();
        let org = dir.path().join("org");
        std::fs::create_dir(&org).unwrap();
        std::fs::write(org.join("org.yaml"), "name: x\n  bad\n").unwrap();
        std::fs::write(dir.path().join("other"), "secret\n").unwrap();
        let at =
            |file: &str, line: u64| source(&org, &json!({"file": file, "line": line, "column": 3}));
        assert_eq!(at("org.yaml", 2)[0], "    2 |   bad");
        for nothing in [at("../other", 1), at("org.yaml", 9), at("gone.yaml", 1)] {
            assert!(nothing.is_empty(), "{nothing:?}");
        }
    }
}
