//! What is there of a plugin, written down: its receipt, that it is brought, that it is gone.

use crate::{PluginError, Receipt, VolumeError, delivery::Delivery, updates::overtake};
use serde_json::json;
use store::{
    NewEvent, StoreError,
    rows::{self, plugins::PluginRow},
};
use wire::kind;

/// The words of `PLUGIN_CHANGED`.
pub(crate) fn changed(id: &str, plugin: &str, action: &str, restart: &str) -> NewEvent {
    let payload = json!({"plugin_name": plugin, "action": action, "restart": restart});
    NewEvent::about(id, kind::PLUGIN_CHANGED, payload)
}

impl Delivery {
    /// Writes what belongs to a plugin outside its folder.
    pub(crate) async fn note(
        &self,
        id: &str,
        name: &str,
        receipt: &Receipt,
    ) -> Result<(), VolumeError> {
        let (id, name, receipt) = (id.to_owned(), name.to_owned(), receipt.text());
        self.store
            .write(move |write| {
                Box::pin(async move {
                    rows::plugins::set_receipt(write.conn(), &id, &name, &receipt).await
                })
            })
            .await
            .map_err(|error: StoreError| VolumeError::Failed(error.to_string()))
    }

    /// Writes what is there now, with its event.
    pub(crate) async fn record(
        &self,
        row: &PluginRow,
        receipt: &Receipt,
        action: &'static str,
        restart: &'static str,
    ) -> Result<(), StoreError> {
        let (row, receipt) = (row.clone(), receipt.text());
        self.store
            .write(move |write| {
                Box::pin(async move {
                    let (id, name) = (&row.workspace_id, &row.plugin_name);
                    let delivered = row.content.as_deref();
                    if !rows::plugins::set_delivered(write.conn(), id, name, delivered, &receipt)
                        .await?
                    {
                        return Ok(());
                    }
                    write
                        .event(changed(id, name, action, restart))
                        .await
                        .map(drop)
                })
            })
            .await
    }

    /// The plugin is gone: its row too, with the event.
    pub(crate) async fn gone(&self, row: &PluginRow) -> Result<(), PluginError> {
        let (id, name) = (row.workspace_id.clone(), row.plugin_name.clone());
        self.store
            .write(move |write| {
                Box::pin(async move {
                    if rows::plugins::delete(write.conn(), &id, &name).await? {
                        overtake(write, &id, &name).await?;
                        write.event(changed(&id, &name, "removed", "none")).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .await?;
        Ok(())
    }
}
