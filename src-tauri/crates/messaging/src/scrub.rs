//! Secrets taken out of what is stored (design law 5): agent output is not trusted, and people paste keys.

use serde_json::Value;
use std::borrow::Cow;
use vault::redact::KnownSecrets;

/// A copy of `value` in which no text, and no key, shows a secret.
pub fn scrubbed(secrets: &KnownSecrets, value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(secrets.scrub(text).into_owned()),
        Value::Array(items) => items.iter().map(|item| scrubbed(secrets, item)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (secrets.scrub(key).into_owned(), scrubbed(secrets, value)))
            .collect(),
        other => other.clone(),
    }
}

/// The same for text.
pub(crate) fn text<'t>(secrets: &KnownSecrets, text: &'t str) -> Cow<'t, str> {
    secrets.scrub(text)
}
