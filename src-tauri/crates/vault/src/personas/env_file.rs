//! The grammar of `.env` and persona files (contract 03 section 2.5).

use crate::Secret;
use std::collections::BTreeMap;
use std::fmt;

/// A line that cannot be understood. Carries its number and never its text, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvProblem {
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong with it and what is expected.
    pub problem: &'static str,
}

impl fmt::Display for EnvProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

/// Reads `KEY=value` lines: trimmed, blank and `#` lines skipped, split at the first `=`, one pair of equal quotes
/// around the value removed, pairs with an empty key or value dropped. The last of equal keys wins. No `export`, no
/// comments behind values, no values of several lines, no interpolation.
///
/// # Errors
/// The first line that is no such pair. Nothing of the file is used then, because half a set of credentials fails later
/// and less clearly.
pub fn parse(bytes: &[u8]) -> Result<BTreeMap<String, Secret>, EnvProblem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut pairs = BTreeMap::new();
    for (at, raw) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let wrong = |problem| EnvProblem {
            line: at + 1,
            problem,
        };
        let line = std::str::from_utf8(raw)
            .map_err(|_| wrong("this is not UTF-8 text"))?
            .trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| wrong("expected KEY=value, found no '='"))?;
        let key = key.trim();
        let value = unquote(value.trim());
        if key.is_empty() || value.is_empty() {
            continue;
        }
        if key.starts_with("export ") {
            return Err(wrong("write KEY=value without `export`"));
        }
        if !is_variable(key) {
            return Err(wrong(
                "the name before '=' may hold letters, digits and '_' only and not begin with a digit",
            ));
        }
        if value.contains('\0') {
            return Err(wrong("the value holds a zero byte"));
        }
        pairs.insert(key.to_owned(), Secret::from(value));
    }
    Ok(pairs)
}

fn unquote(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
        {
            return inner;
        }
    }
    value
}

fn is_variable(key: &str) -> bool {
    !key.starts_with(|first: char| first.is_ascii_digit())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(String, String)> {
        parse(text.as_bytes())
            .unwrap()
            .into_iter()
            .map(|(key, value)| (key, value.expose_str().unwrap().to_owned()))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn the_grammar_line_by_line() {
        for (text, expected) in [
            ("A=1\nB=2", pairs(&[("A", "1"), ("B", "2")])),
            ("  A  =  1  \r\n", pairs(&[("A", "1")])),
            ("# A=1\n\n   # B=2\nC=3", pairs(&[("C", "3")])),
            ("A=x=y=", pairs(&[("A", "x=y=")])),
            ("A=\"x y\"\nB='z'", pairs(&[("A", "x y"), ("B", "z")])),
            ("A=\"x'\nB='\"q\"'", pairs(&[("A", "\"x'"), ("B", "\"q\"")])),
            ("A=\"", pairs(&[("A", "\"")])),
            ("A=\nB=\"\"\nC=''\n=x", pairs(&[])),
            ("A=1 # not a comment", pairs(&[("A", "1 # not a comment")])),
            ("A=$B ${C}", pairs(&[("A", "$B ${C}")])),
            ("A=1\nA=2", pairs(&[("A", "2")])),
            // An empty pair is dropped, so it cannot blank out an earlier one either.
            ("A=1\nA=", pairs(&[("A", "1")])),
            ("\u{feff}A=1", pairs(&[("A", "1")])),
            ("", pairs(&[])),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn problems_name_the_line_and_not_the_text() {
        for (text, line) in [
            (&b"A=1\ncanary"[..], 2),
            (b"export A=canary", 1),
            (b"\n\nA B=canary", 3),
            (b"1A=canary", 1),
            (b"A=1\nB=\xff", 2),
            (b"A=can\0ary", 1),
        ] {
            let problem = parse(text).unwrap_err();
            assert_eq!(problem.line, line, "{problem}");
            assert!(!format!("{problem} {problem:?}").contains("canary"));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(found) = parse(&bytes) {
                prop_assert!(found.iter().all(|(key, value)| is_variable(key) && !value.is_empty()));
            }
        }
    }
}
