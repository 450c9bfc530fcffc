//! What should be of a plugin: written before anything is done about it, and taken back when that does not come about.

use crate::{PluginError, Plugins, record::changed, updates::overtake};
use store::{
    StoreError,
    rows::{self, plugins::PluginRow, workspaces::Column},
};

impl Plugins {
    /// Writes what should be, before anything is done about it. `restarts` notes that the agent needs one; `told` is the
    /// action and the restart of an event that goes with it, where nothing later tells of it.
    pub(crate) async fn intend(
        &self,
        row: &PluginRow,
        restarts: bool,
        told: Option<(&'static str, &'static str)>,
    ) -> Result<(), PluginError> {
        let row = row.clone();
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    let (id, name) = (&row.workspace_id, &row.plugin_name);
                    rows::plugins::put(write.conn(), &row).await?;
                    overtake(write, id, name).await?;
                    if restarts {
                        rows::workspaces::set_column(
                            write.conn(),
                            id,
                            Column::NeedsRestart,
                            true,
                            &now,
                        )
                        .await?;
                    }
                    match told {
                        Some((action, restart)) => write
                            .event(changed(id, name, action, restart))
                            .await
                            .map(drop),
                        None => Ok(()),
                    }
                })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    pub(crate) async fn tell(
        &self,
        row: &PluginRow,
        action: &'static str,
        restart: &'static str,
    ) -> Result<(), PluginError> {
        let event = changed(&row.workspace_id, &row.plugin_name, action, restart);
        self.inner
            .store
            .write(move |write| Box::pin(async move { write.event(event).await.map(drop) }))
            .await
            .map_err(|error: StoreError| error.into())
    }

    /// The row is what it was before the install. If files outside the folder were touched, the version before (or, if
    /// there was none, nothing) is brought again as a whole before the next start.
    pub(crate) async fn back(
        &self,
        row: &PluginRow,
        before: Option<PluginRow>,
        touched: bool,
        needed: bool,
    ) {
        let store = &self.inner.store;
        let receipt =
            match rows::plugins::get(store.read(), &row.workspace_id, &row.plugin_name).await {
                Ok(Some(now)) => now.receipt,
                _ => row.receipt.clone(),
            };
        let row = row.clone();
        let undone: Result<(), StoreError> = store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    match before {
                        Some(mut before) => {
                            if touched {
                                before.delivered = None;
                                before.receipt = receipt;
                            }
                            rows::plugins::put(write.conn(), &before).await?;
                        }
                        None if touched => {
                            let gone = PluginRow {
                                removing: true,
                                receipt,
                                ..row.clone()
                            };
                            rows::plugins::put(write.conn(), &gone).await?;
                        }
                        None => {
                            rows::plugins::delete(
                                write.conn(),
                                &row.workspace_id,
                                &row.plugin_name,
                            )
                            .await?;
                        }
                    }
                    rows::workspaces::set_column(
                        write.conn(),
                        &row.workspace_id,
                        Column::NeedsRestart,
                        needed,
                        &now,
                    )
                    .await
                })
            })
            .await;
        if let Err(error) = undone {
            tracing::error!(%error, "a failed install could not be taken back; the next start of the agent finishes it");
        }
    }
}
