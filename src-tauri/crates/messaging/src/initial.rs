//! The initial prompt of a mock agent (contract 04 sections 3.1 and 16.7). Other agents send theirs to themselves; a mock
//! agent has no process that could, so the platform puts it into its queue, once, and it is answered like any message.
//!
//! Idle prompts are none of a mock agent's: they exist to let a model find work, and a timer would tick for nothing.

use crate::{
    Caller, Messaging,
    messaging::lock,
    normalise::{Envelope, normalise},
    queue::put_in,
    record,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{
    StoreError, WorkspaceRow, Write,
    rows::{files, queue::Put, workspaces},
};
use wire::Status;

const CONFIG: &str = "config.yaml";
/// What a runtime leaves beside its config once the prompt was sent, or sending it was begun.
const MARKER: &str = ".initial_prompt_done";
const REASON: &str = "the agent's initial prompt";

impl Messaging {
    /// At start, and after events were missed: no mock agent waits for a prompt for ever.
    pub(crate) async fn all_initial_prompts(&self) {
        if let Err(error) = self.look_for_prompts().await {
            tracing::warn!(%error, "initial prompts of mock agents could not be looked for");
        }
    }

    async fn look_for_prompts(&self) -> Result<(), StoreError> {
        let configs = files::made_everywhere(self.store().read(), CONFIG).await?;
        for row in workspaces::list(self.store().read()).await? {
            if row.is_mock()
                && configs
                    .get(&row.id)
                    .is_some_and(|config| message(config).is_some())
            {
                self.initial_prompt(&row.id).await;
            }
        }
        Ok(())
    }

    /// Puts the initial prompt of a mock agent that is up into its queue, unless that was done before.
    pub(crate) async fn initial_prompt(&self, id: &str) {
        match self.put_if_due(id).await {
            Ok(true) => {
                lock(&self.inner.queue.waiting).insert(id.to_owned());
                self.inner.queue.expiry.notify_one();
                self.pump_later(id, false);
            }
            Ok(false) => {}
            // It is not marked, so the next start of the platform or of the agent tries again.
            Err(error) => {
                tracing::warn!(workspace = %id, %error, "an initial prompt could not be queued");
            }
        }
    }

    async fn put_if_due(&self, id: &str) -> Result<bool, StoreError> {
        // Most agents have none, or had it long ago: that costs no write.
        let read = self.store().read();
        let is_up = workspaces::get(read, id).await?.as_ref().is_some_and(is_up);
        if !is_up
            || of_config(&files::made(read, id).await?).is_none()
            || files::delivered(read, id).await?.contains_key(MARKER)
        {
            return Ok(false);
        }
        let (messaging, id) = (self.clone(), id.to_owned());
        self.store()
            .write(move |write| {
                Box::pin(async move { messaging.put_initial_prompt(write, &id).await })
            })
            .await
    }

    async fn put_initial_prompt(&self, write: &mut Write, id: &str) -> Result<bool, StoreError> {
        let row = workspaces::get(&mut *write.conn(), id).await?;
        let had = files::delivered(&mut *write.conn(), id)
            .await?
            .contains_key(MARKER);
        let made = files::made(&mut *write.conn(), id).await?;
        let due = !had && row.as_ref().is_some_and(is_up);
        let Some(envelope) = of_config(&made).filter(|_| due) else {
            return Ok(false);
        };
        let caller = Caller::System("initial-prompt");
        let activity_id = store::new_id();
        let secrets = &self.inner.deps.secrets;
        let turn = record::user_row(secrets, id, &activity_id, &caller, &envelope);
        let message = self.waiting_row(id, &caller, &envelope, activity_id);
        if put_in(write, message, turn, REASON).await? == Put::Full {
            return Ok(false);
        }
        let marker = BTreeMap::from([(MARKER.to_owned(), write.stamp())]);
        files::set_delivered(write.conn(), id, &marker).await?;
        Ok(true)
    }
}

/// A mock agent that takes messages.
fn is_up(row: &WorkspaceRow) -> bool {
    row.is_mock() && matches!(row.status, Status::Online | Status::Degraded)
}

fn of_config(made: &BTreeMap<String, Vec<u8>>) -> Option<Envelope> {
    message(made.get(CONFIG)?)
}

/// The message that a config's initial prompt makes; `None` where it has none.
fn message(config: &[u8]) -> Option<Envelope> {
    let config: Value = serde_saphyr::from_slice(config).ok()?;
    let prompt = config["initial_prompt"].as_str()?.trim();
    if prompt.is_empty() {
        return None;
    }
    let id = uuid::Uuid::new_v4().simple().to_string();
    let id = format!("initial-{}", id.get(..8).unwrap_or(&id));
    normalise(
        json!({"method": "message/send", "params": {"message": {"role": "user", "messageId": id,
        "parts": [{"kind": "text", "text": prompt}]}}}),
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn a_config_without_a_prompt_makes_no_message() {
        for config in [
            "",
            "name: A\n",
            "initial_prompt: ' '\n",
            "initial_prompt: [a]\n",
            "- {",
        ] {
            assert!(message(config.as_bytes()).is_none(), "{config}");
        }
        let made = message(b"initial_prompt: |-\n  Look around.\n  Report.\n").unwrap();
        assert!(made.message_id().unwrap().starts_with("initial-"));
        let part = &made.value["params"]["message"]["parts"][0];
        assert_eq!(part["text"], "Look around.\nReport.");
    }
}
