//! `POST /admin/workspaces/:id/bootstrap-failed` (contract 01 section 3.9): somebody who watched an agent come up tells
//! that it did not.

use crate::WorkspaceError;
use serde_json::json;
use store::{
    NewEvent, Store,
    rows::workspaces::{self, Column},
};
use wire::{Status, kind};

/// Longest text that is kept, in bytes.
const LONGEST: usize = 8192;
const CUT: &str = "…(truncated)\n";
const UNSAID: &str = "the agent did not come up; its output says more";

/// Marks a workspace that is coming up as failed. False, and nothing told, when it is in any other state or unknown.
///
/// # Errors
/// When the row cannot be written.
pub async fn bootstrap_failed(
    store: &Store,
    id: &str,
    error: &str,
    log_tail: &str,
) -> Result<bool, WorkspaceError> {
    let id = id.to_owned();
    let error = match error.trim() {
        "" => UNSAID.to_owned(),
        text => text.to_owned(),
    };
    let tail = last_bytes(log_tail);
    store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                let reason = Some(("bootstrap_failed", error.as_str()));
                let from = [Status::Provisioning];
                if !workspaces::set_status(write.conn(), &id, &from, Status::Failed, reason, &now)
                    .await?
                {
                    return Ok(false);
                }
                let sample = first_bytes(&format!("{error}\n\n{tail}"));
                workspaces::set_column(write.conn(), &id, Column::LastSampleError, sample, &now)
                    .await?;
                let payload =
                    json!({"error": error, "log_tail": tail, "source": "bootstrap_watcher"});
                write
                    .event(NewEvent::about(
                        &id,
                        kind::WORKSPACE_PROVISION_FAILED,
                        payload,
                    ))
                    .await?;
                Ok(true)
            })
        })
        .await
}

/// At most [`LONGEST`] bytes from the front, cut between characters.
fn first_bytes(text: &str) -> String {
    text[..text.floor_char_boundary(LONGEST)].to_owned()
}

/// At most [`LONGEST`] bytes from the end, with a mark where something is missing.
fn last_bytes(text: &str) -> String {
    match text.len().checked_sub(LONGEST) {
        Some(over) if over > 0 => format!("{CUT}{}", &text[text.ceil_char_boundary(over)..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "ä".repeat(LONGEST);
        let tail = last_bytes(&long);
        assert!(tail.starts_with(CUT) && tail.len() <= LONGEST + CUT.len());
        assert!(first_bytes(&long).len() <= LONGEST);
        assert_eq!(last_bytes("short"), "short");
    }
}
