//! The very values that were loaded, wherever they turn up.

use super::patterns;
use crate::Secret;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Shorter values are not looked for: `opus` or `main` are settings, and taking them out would ruin the text.
pub const SHORTEST_KNOWN: usize = 8;

const MARK: &str = "[REDACTED:KNOWN_SECRET]";
const KEY: usize = 4;

/// Values that must not appear in text. Clones share one list, so that the log layer sees what is loaded later.
#[derive(Clone, Default)]
pub struct KnownSecrets {
    /// By their first bytes; within those the longest first, so that no rest of a longer value stays behind.
    values: Arc<RwLock<HashMap<[u8; KEY], Vec<Secret>>>>,
}

impl KnownSecrets {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Learns values, each also as JSON and as a URL would show it. Values below [`SHORTEST_KNOWN`] bytes are left out.
    pub fn add<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) {
        let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            if secret.len() < SHORTEST_KNOWN {
                continue;
            }
            for form in forms(secret) {
                let Some(key) = form.expose().first_chunk::<KEY>().copied() else {
                    continue;
                };
                let group = values.entry(key).or_default();
                if !group.contains(&form) {
                    let place = group.partition_point(|known| known.len() >= form.len());
                    group.insert(place, form);
                }
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.values
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Replaces every known value in `text`; borrowed when there is none.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        if values.is_empty() {
            return Cow::Borrowed(text);
        }
        let bytes = text.as_bytes();
        let mut clean = String::new();
        let (mut kept, mut at) = (0, 0);
        while at + KEY <= bytes.len() {
            let found = bytes[at..]
                .first_chunk::<KEY>()
                .and_then(|key| values.get(key))
                .and_then(|group| {
                    group
                        .iter()
                        .find(|known| bytes[at..].starts_with(known.expose()))
                });
            // Known values that are no text cannot start or end inside a character of this one.
            match found.map(|known| at + known.len()) {
                Some(end) if text.is_char_boundary(at) && text.is_char_boundary(end) => {
                    clean.push_str(&text[kept..at]);
                    clean.push_str(MARK);
                    kept = end;
                    at = end;
                }
                _ => at += 1,
            }
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        clean.push_str(&text[kept..]);
        Cow::Owned(clean)
    }

    /// Known values first, then whatever looks like a credential: what every line of a log goes through.
    pub fn scrub<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.redact(text) {
            Cow::Borrowed(text) => patterns(text).text,
            Cow::Owned(text) => Cow::Owned(patterns(&text).text.into_owned()),
        }
    }
}

impl fmt::Debug for KnownSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownSecrets")
    }
}

fn forms(secret: &Secret) -> Vec<Secret> {
    let mut forms = vec![secret.clone()];
    if let Some(text) = secret.expose_str() {
        if let Ok(quoted) = serde_json::to_string(text) {
            let quoted = Secret::from(quoted);
            forms.push(Secret::new(quoted.expose()[1..quoted.len() - 1].to_vec()));
        }
        forms.push(percent_encoded(text));
    }
    forms.dedup();
    forms
}

fn percent_encoded(text: &str) -> Secret {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut bytes = Vec::with_capacity(3 * text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            bytes.push(byte);
        } else {
            bytes.extend_from_slice(&[
                b'%',
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]);
        }
    }
    Secret::new(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn knowing(values: &[&str]) -> KnownSecrets {
        let known = KnownSecrets::new();
        let secrets: Vec<_> = values.iter().map(|value| Secret::from(*value)).collect();
        known.add(&secrets);
        known
    }

    #[test]
    fn the_longest_value_goes_first() {
        let known = knowing(&["hunter22", "hunter22-and-more"]);
        assert_eq!(
            known.redact("a hunter22-and-more b hunter22 c"),
            format!("a {MARK} b {MARK} c")
        );
    }

    #[test]
    fn other_spellings_are_found() {
        let known = knowing(&["pa\"ss/wo rd"]);
        assert_eq!(
            known.redact(r#"{"x":"pa\"ss/wo rd"}"#),
            format!("{{\"x\":\"{MARK}\"}}")
        );
        assert_eq!(known.redact("?p=pa%22ss%2Fwo%20rd"), format!("?p={MARK}"));
    }

    #[test]
    fn short_values_and_other_text_stay() {
        let known = knowing(&["opus", "long-enough-value"]);
        assert!(matches!(
            known.redact("the opus model"),
            Cow::Borrowed("the opus model")
        ));
        assert!(matches!(
            KnownSecrets::new().redact("anything"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn clones_share_what_is_learnt_later() {
        let known = KnownSecrets::new();
        let layer = known.clone();
        known.add(&[Secret::from("learnt-later")]);
        assert_eq!(layer.redact("learnt-later"), MARK);
        known.clear();
        assert_eq!(layer.redact("learnt-later"), "learnt-later");
    }

    #[test]
    fn scrubbing_takes_known_and_likely_ones() {
        let known = knowing(&["plain words here"]);
        assert_eq!(
            known.scrub("plain words here and A_TOKEN=x"),
            format!("{MARK} and [REDACTED:TOKEN]")
        );
    }

    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        let known = KnownSecrets::new();
        known.add(&[Secret::new("ä".repeat(8).as_bytes()[1..14].to_vec())]);
        let text = "ä".repeat(12);
        assert_eq!(known.redact(&text), text);
    }

    proptest! {
        #[test]
        fn no_known_value_survives(
            values in proptest::collection::vec("[a-z]{8,12}", 1..5),
            around in proptest::collection::vec("[a-z ]{0,9}", 6),
        ) {
            let known = KnownSecrets::new();
            let secrets: Vec<_> = values.iter().map(|value| Secret::from(value.as_str())).collect();
            known.add(&secrets);
            let text: String = around.iter().zip(values.iter().cycle()).flat_map(|(gap, value)| [gap.as_str(), value]).collect();
            let clean = known.redact(&text).into_owned();
            for piece in clean.split(MARK) {
                prop_assert!(values.iter().all(|value| !piece.contains(value.as_str())), "{}", clean);
            }
        }
    }
}
