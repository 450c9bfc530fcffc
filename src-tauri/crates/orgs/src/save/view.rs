//! Saves as the wire shows them.

use super::problem;
use crate::{OrgsError, channels::is_secret, mask, view::warning};
use org_template::Effective;
use org_template::write_back::{
    Choices, Question, Refusal, Scope, WriteBackError, Written, unified_diff,
};
use serde_json::Value;
use wire::{PlanWarning, SaveQuestion, SaveRefusal, SaveRequest, SaveView, SavedFile};

/// The answers of a request.
///
/// # Errors
/// [`OrgsError::InvalidBody`].
pub(super) fn choices(request: &SaveRequest) -> Result<Choices, OrgsError> {
    let mut out = Choices::new();
    for (place, word) in &request.choose {
        let Some((key, field)) = place.rsplit_once('/') else {
            return Err(OrgsError::body(format!(
                "choose: {place} is not of the form key/field"
            )));
        };
        let scope = match word.as_str() {
            "all" => Scope::All,
            "only_this" => Scope::OnlyThis,
            _ => {
                return Err(OrgsError::body(format!(
                    "choose: {place} must be all or only_this"
                )));
            }
        };
        out.insert((key.to_owned(), field.to_owned()), scope);
    }
    Ok(out)
}

/// Settings of channels that are secrets and stand in the files themselves.
pub(super) fn secrets_of(files: &Effective) -> Vec<String> {
    let settings = files.roles.iter().flat_map(|role| &role.channels);
    settings
        .flat_map(|channel| &channel.config)
        .filter(|(field, text)| is_secret(field) && !mask::is_reference(text) && text.len() > 3)
        .map(|(_, text)| text.clone())
        .collect()
}

/// Adds what is written; secrets that stand in the files are not shown (design law 5).
pub(super) fn written(view: &mut SaveView, written: &Written, secrets: &[String]) {
    let shown = |diff: String| {
        secrets
            .iter()
            .fold(diff, |diff, secret| diff.replace(secret, "***"))
    };
    view.files = written
        .files
        .iter()
        .map(|file| SavedFile {
            path: file.path.clone(),
            created: file.before.is_none(),
            diff: shown(unified_diff(file)),
        })
        .collect();
    view.warnings = written.warnings.iter().map(warning).collect();
}

/// What is said of a change that stays on the canvas because another repository would have to hold it.
pub(super) fn left(refusal: &Refusal) -> PlanWarning {
    PlanWarning {
        code: "stays_on_canvas".to_owned(),
        text: format!(
            "{} of {} stays on the canvas: {}",
            refusal.field, refusal.role, refusal.message
        ),
        file: None,
        line: None,
    }
}

/// Adds why nothing is written.
pub(super) fn not_written(view: &mut SaveView, error: WriteBackError) {
    match error {
        WriteBackError::Questions(list) => view.questions = list.iter().map(question).collect(),
        WriteBackError::Refused(list) => view.refused = list.iter().map(refusal).collect(),
        other => {
            let text = problem(&other);
            view.refused = vec![refusal(&Refusal {
                message: text,
                ..Refusal::default()
            })];
        }
    }
}

fn question(question: &Question) -> SaveQuestion {
    SaveQuestion {
        key: question.key.clone(),
        role: question.role.clone(),
        field: question.field.clone(),
        shared: word(&question.shared),
        with: question.with.clone(),
        options: question.options.iter().map(word).collect(),
        file: question.file.clone(),
        line: question.line,
    }
}

fn refusal(refusal: &Refusal) -> SaveRefusal {
    let origin = refusal.origin.as_ref();
    SaveRefusal {
        key: refusal.key.clone(),
        role: refusal.role.clone(),
        field: refusal.field.clone(),
        text: refusal.message.clone(),
        file: Some(refusal.file.clone()).filter(|file| !file.is_empty()),
        line: Some(refusal.line).filter(|line| *line > 0),
        repository: origin.map(|origin| origin.repo.clone()),
        commit: origin.map(|origin| origin.commit.clone()),
    }
}

/// The word that stands for a value on the wire.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}
