//! The chat of a person and an agent (contract 02 section 6.5, no. 57 to 60).

use crate::{Messaging, MessagingError};
use serde_json::{Value, json};
use store::{StoreError, rows::chat};
use wire::Timestamp;

impl Messaging {
    /// One page of the chat, oldest message first: `{"messages":[…],"reached_end":bool}`. `limit` counts turns: 50 when
    /// absent, 500 at most; `before_ts` is the time of the oldest message held.
    ///
    /// # Errors
    /// [`MessagingError::BadParameter`] for a limit that is no number above 0 or a time that is none,
    /// [`MessagingError::Query`].
    pub async fn chat_history(
        &self,
        id: &str,
        limit: Option<&str>,
        before_ts: Option<&str>,
    ) -> Result<Value, MessagingError> {
        let turns = match limit.map(str::trim).filter(|text| !text.is_empty()) {
            None => 50,
            Some(text) => {
                let turns: i64 = text
                    .parse()
                    .map_err(|_| MessagingError::BadParameter("limit"))?;
                if turns < 1 {
                    return Err(MessagingError::BadParameter("limit"));
                }
                turns.min(500)
            }
        };
        let before = match before_ts.filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => Some(
                Timestamp::parse(text)
                    .map_err(|_| MessagingError::BadParameter("before_ts"))?
                    .to_storage(),
            ),
        };
        let page = async {
            let mut connection = self.store().read().acquire().await?;
            chat::page(&mut connection, id, before.as_deref(), turns).await
        };
        let (rows, reached_end) = page.await.map_err(MessagingError::Query)?;
        let messages: Vec<Value> = rows
            .iter()
            .map(|row| {
                let mut message = json!({"id": row.id, "role": row.role, "content": row.content});
                let files: Value = serde_json::from_str(&row.attachments).unwrap_or_default();
                if files.as_array().is_some_and(|files| !files.is_empty()) {
                    message["attachments"] = files;
                }
                message["timestamp"] = json!(row.created_at);
                message
            })
            .collect();
        Ok(json!({"messages": messages, "reached_end": reached_end}))
    }

    /// Forgets the chat of a workspace; only a person asks for that. Returns how many messages went.
    ///
    /// # Errors
    /// [`MessagingError::NotStored`].
    pub async fn clear_chat(&self, id: &str) -> Result<u64, MessagingError> {
        let id = id.to_owned();
        let done: Result<u64, StoreError> = self
            .store()
            .write(move |write| Box::pin(async move { chat::clear(write.conn(), &id).await }))
            .await;
        done.map_err(MessagingError::NotStored)
    }
}
