//! Writing YAML text that nothing can break out of.

use serde_json::Value;
use std::fmt::Write;

/// A double-quoted scalar on one line.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if !printable(c) => {
                // Writing to a String cannot fail.
                let _ = if (c as u32) < 0x1_0000 {
                    write!(out, "\\u{:04x}", c as u32)
                } else {
                    write!(out, "\\U{:08x}", c as u32)
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Line breaks become spaces, carriage returns vanish (contract 03 section 5.5).
pub(crate) fn one_line(text: &str) -> String {
    quoted(&text.replace('\r', "").replace('\n', " "))
}

/// `key: |-` with the text indented by two, or a quoted scalar where a block cannot carry the text.
pub(crate) fn block(key: &str, text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<&str> = text.trim().split('\n').map(str::trim_end).collect();
    // A block has no escapes; its first line must not look like indentation.
    let fits = lines
        .iter()
        .all(|l| l.chars().all(|c| c == '\t' || printable(c)))
        && lines
            .first()
            .is_some_and(|l| !l.is_empty() && !l.starts_with(char::is_whitespace));
    if !fits {
        return format!("{key}: {}\n", quoted(&lines.join("\n")));
    }
    let mut out = format!("{key}: |-\n");
    for line in lines {
        if !line.is_empty() {
            out.push_str("  ");
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// A value in flow style on one line.
pub(crate) fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(flow).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(map) => {
            let pairs: Vec<String> = map
                .iter()
                .map(|(k, v)| format!("{}: {}", quoted(k), flow(v)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

/// What YAML allows unescaped, without the characters that some readers take for a line break.
fn printable(c: char) -> bool {
    matches!(c, '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}
