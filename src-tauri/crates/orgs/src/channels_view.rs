//! Channels of a workspace as clients list them (contract 02 section 11.3).

use crate::{Orgs, OrgsError, channels as kept};
use store::rows::channels;
use wire::ChannelView;

impl Orgs {
    /// Channels of a workspace, oldest first. Of a secret setting the first and last four characters are shown, of a
    /// short one (and of all while secrets are not open) nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn channels(&self, workspace_id: &str) -> Result<Vec<ChannelView>, OrgsError> {
        let rows = channels::of_workspace(self.store.read(), workspace_id).await?;
        let sealed = channels::secrets_of(self.store.read(), workspace_id).await?;
        let vault = self.open_vault().await;
        Ok(rows
            .into_iter()
            .map(|row| {
                let open = vault
                    .as_ref()
                    .map(|vault| kept::opened(&row, &sealed, vault.sealer()))
                    .unwrap_or_default();
                let config = kept::settings(&row)
                    .into_iter()
                    .map(|(field, value)| {
                        let shown = if kept::is_secret(&field) {
                            masked(open.get(&field).map(String::as_str))
                        } else {
                            value
                        };
                        (field, shown)
                    })
                    .collect();
                ChannelView {
                    id: row.id,
                    workspace_id: row.workspace_id,
                    channel_type: row.channel_type,
                    config,
                    enabled: row.enabled,
                    allowed_users: serde_json::from_str(&row.allowed_users).unwrap_or_default(),
                    message_count: row.message_count,
                    created_at: row.created_at,
                    updated_at: row.updated_at,
                    last_message_at: row.last_message_at,
                }
            })
            .collect())
    }
}

fn masked(value: Option<&str>) -> String {
    let letters: Vec<char> = value.unwrap_or_default().chars().collect();
    match (letters.first_chunk::<4>(), letters.last_chunk::<4>()) {
        (Some(first), Some(last)) if letters.len() > 8 => {
            format!("{}...{}", String::from_iter(first), String::from_iter(last))
        }
        _ => "***".to_owned(),
    }
}
