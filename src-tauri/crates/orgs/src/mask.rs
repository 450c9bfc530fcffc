//! Channel settings are secrets; the base, plans and events tell them apart without holding them (design law 5).

use org_template::Role;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Replaces the settings of channels in a role's file-owned values. What is only a reference (`${VAR}`) stays: it names
/// a secret and is none.
pub(crate) fn channels(role: &mut Role) {
    if let Some(field) = role.fields.get_mut("channels") {
        settings(&role.key, &mut field.value);
    }
}

/// The same in a list of channels of the role with this key.
pub(crate) fn settings(key: &str, list: &mut Value) {
    for channel in list.as_array_mut().into_iter().flatten() {
        let Some(config) = channel.get_mut("config").and_then(Value::as_object_mut) else {
            continue;
        };
        for (field, value) in config.iter_mut() {
            if let Some(text) = value.as_str().filter(|text| !is_reference(text)) {
                *value = Value::String(digest(key, field, text));
            }
        }
    }
}

/// Whether a text is what clients see of this setting.
pub(crate) fn stands_for(role: &Role, field: &str, text: &str, setting: &str) -> bool {
    text == setting || text == digest(&role.key, field, setting)
}

/// A text that only names a variable.
pub(crate) fn is_reference(text: &str) -> bool {
    text.strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(org_template::is_env_key)
}

/// Bound to its place, so that equal settings of two roles do not look equal.
fn digest(role: &str, key: &str, text: &str) -> String {
    let mut hash = Sha256::new();
    for part in [role, key, text] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let hex: String = hash
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("set:{hex}")
}
