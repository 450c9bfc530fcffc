//! Variables of the process (contract 01 section 1.2). A value that cannot be read is never a failed start: it counts as
//! unset, and the default holds.

use std::time::Duration;

/// A variable that is set and not empty.
pub fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// A whole number above zero.
pub fn positive(name: &str) -> Option<u64> {
    above_zero(&text(name)?)
}

/// A positive number of whole seconds.
pub fn seconds(name: &str) -> Option<Duration> {
    positive(name).map(Duration::from_secs)
}

/// A word for yes or no: `1`, `t`, `true`, `0`, `f`, `false`, whatever their case.
pub fn boolean(name: &str) -> Option<bool> {
    yes_or_no(&text(name)?)
}

fn yes_or_no(word: &str) -> Option<bool> {
    match word.trim().to_ascii_lowercase().as_str() {
        "1" | "t" | "true" => Some(true),
        "0" | "f" | "false" => Some(false),
        _ => None,
    }
}

/// Whether this run is for production: `MOLECULE_ENV` is `prod` or `production`, whatever its case. The one rule for
/// everything that depends on it (contract 01 section 7).
pub fn production() -> bool {
    text("MOLECULE_ENV").is_some_and(|word| names_production(&word))
}

fn names_production(word: &str) -> bool {
    let word = word.trim();
    ["prod", "production"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
}

fn above_zero(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_counts_as_unset() {
        for (text, number) in [
            ("600", Some(600)),
            (" 5 ", Some(5)),
            ("0", None),
            ("-1", None),
            ("1.5", None),
            ("many", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(above_zero(text), number, "{text}");
        }
        for (word, said) in [
            ("1", Some(true)),
            (" True ", Some(true)),
            ("F", Some(false)),
            ("yes", None),
        ] {
            assert_eq!(yes_or_no(word), said, "{word}");
        }
        for word in ["prod", "Production", " PROD "] {
            assert!(names_production(word), "{word}");
        }
        for word in ["", "development", "prod2"] {
            assert!(!names_production(word), "{word}");
        }
    }
}
