//! Edits of a request as they go to the files: marks that stand for settings of channels become the settings again, and
//! no secret goes into a file in clear.

use crate::{OrgsError, channels::is_secret, mask};
use org_template::Effective;
use serde_json::Value;
use wire::SaveEdit;

/// The edits with what clients never see put back.
///
/// # Errors
/// [`OrgsError::InvalidBody`] for a secret in clear.
pub(super) fn whole(files: &Effective, edits: &[SaveEdit]) -> Result<Vec<SaveEdit>, OrgsError> {
    edits
        .iter()
        .map(|edit| match edit.field.as_str() {
            "channels" => channels(files, edit),
            _ => Ok(edit.clone()),
        })
        .collect()
}

fn channels(files: &Effective, edit: &SaveEdit) -> Result<SaveEdit, OrgsError> {
    let mut edit = edit.clone();
    let Some(role) = files.roles.iter().find(|role| role.key == edit.key) else {
        return Ok(edit);
    };
    for one in edit.value.as_array_mut().into_iter().flatten() {
        let kind = one["kind"].as_str().or(one["type"].as_str());
        let kind = kind.unwrap_or_default().to_owned();
        let now = role.channels.iter().find(|channel| channel.kind == kind);
        let Some(config) = one.get_mut("config").and_then(Value::as_object_mut) else {
            continue;
        };
        for (field, value) in config {
            let Some(text) = value.as_str() else {
                continue;
            };
            let kept = now.and_then(|channel| channel.config.get(field));
            if let Some(kept) = kept.filter(|kept| mask::stands_for(role, field, text, kept)) {
                *value = Value::String(kept.clone());
            } else if is_secret(field) && !mask::is_reference(text) && !text.is_empty() {
                return Err(OrgsError::body(format!(
                    "{field} of the {kind} channel is a secret and is not written into a file: write ${{NAME}} and set NAME as a secret"
                )));
            }
        }
    }
    Ok(edit)
}

/// The value of an edit as people may see it.
pub(super) fn shown(edit: &SaveEdit) -> Value {
    let mut value = edit.value.clone();
    if edit.field == "channels" {
        mask::settings(&edit.key, &mut value);
    }
    value
}
