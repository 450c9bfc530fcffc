//! Tracked refs, drift, and the queue of updates that wait for a person (contract 03 section 8.7).

use crate::{By, PluginError, Plugins, Source, Track};
use serde_json::json;
use std::{collections::HashMap, time::Duration};
use store::{
    NewEvent, StoreError, Write,
    rows::{
        self,
        plugin_updates::{Found, UpdateRow},
    },
};
use wire::kind;

/// How often sources are asked, while anything follows them.
const EVERY: Duration = Duration::from_secs(6 * 3600);

/// What a look at the sources found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Plugins that follow something.
    pub tracked: usize,
    /// Sources that were asked, each once.
    pub sources: usize,
    /// Ids of updates that are new in the queue.
    pub found: Vec<String>,
    /// Sources that could not be asked, with the reason.
    pub failed: Vec<(String, String)>,
}

/// What became of several updates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Ids.
    pub applied: Vec<String>,
    /// Ids and why not.
    pub failed: Vec<(String, String)>,
}

/// The ref and commit that a source is at.
type Target = Option<(String, String)>;

impl Plugins {
    /// Updates that wait; of one tier if it is named.
    ///
    /// # Errors
    /// The store's.
    pub async fn pending_updates(&self, tier: Option<&str>) -> Result<Vec<UpdateRow>, PluginError> {
        Ok(rows::plugin_updates::pending(self.inner.store.read(), tier).await?)
    }

    /// Asks every source that something follows, each once for each thing followed, and queues what moved.
    ///
    /// # Errors
    /// The store's; a source that does not answer is in the report.
    pub async fn check_updates(&self) -> Result<Checked, PluginError> {
        let mut report = Checked::default();
        let mut known: HashMap<(String, String), Result<Target, String>> = HashMap::new();
        for row in rows::plugins::tracked(self.inner.store.read()).await? {
            let (Ok(track), Ok(source)) = (
                Track::parse(&row.tracked_ref),
                Source::parse(&row.source_raw),
            ) else {
                continue;
            };
            report.tracked += 1;
            let repository = row
                .source_raw
                .split('#')
                .next()
                .unwrap_or_default()
                .to_owned();
            let key = (repository, row.tracked_ref.clone());
            let target = match known.get(&key) {
                Some(target) => target.clone(),
                None => {
                    let asked = self
                        .target(&source, &track)
                        .await
                        .map_err(|error| error.to_string());
                    report.sources += 1;
                    if let Err(why) = &asked {
                        report.failed.push((key.0.clone(), why.clone()));
                    }
                    known.insert(key, asked.clone());
                    asked
                }
            };
            let Ok(Some((target_ref, target_sha))) = target else {
                continue;
            };
            if row.installed_sha.as_deref() == Some(target_sha.as_str())
                || rows::plugin_updates::knows(
                    self.inner.store.read(),
                    &row.workspace_id,
                    &row.plugin_name,
                    &target_sha,
                )
                .await?
            {
                continue;
            }
            let found = Found {
                workspace_id: row.workspace_id,
                plugin_name: row.plugin_name,
                source_raw: row.source_raw,
                tracked_ref: row.tracked_ref,
                current_sha: row.installed_sha,
                target_ref,
                target_sha,
            };
            report.found.push(self.queue(found).await?);
        }
        Ok(report)
    }

    async fn target(&self, source: &Source, track: &Track) -> Result<Target, PluginError> {
        if matches!(source, Source::Local { .. }) {
            return Ok(None);
        }
        let git = &self.inner.git;
        Ok(match track {
            Track::None | Track::Commit(_) => None,
            Track::Latest => git
                .latest(source)
                .await?
                .map(|(tag, commit)| (tag, commit.as_str().to_owned())),
            Track::Tag(tag) => {
                let commit = git.tag(source, tag).await?;
                Some((tag.clone(), commit.as_str().to_owned()))
            }
        })
    }

    async fn queue(&self, found: Found) -> Result<String, PluginError> {
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    overtake(write, &found.workspace_id, &found.plugin_name).await?;
                    let now = write.stamp();
                    let id = rows::plugin_updates::add(write.conn(), &found, &now).await?;
                    write
                        .event(told(
                            &id,
                            &found.workspace_id,
                            &found.plugin_name,
                            &found.target_ref,
                            "pending",
                        ))
                        .await?;
                    Ok(id)
                })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    /// Installs the target of an update, pinned by its commit. Canary workspaces that wait for the same target come first,
    /// unless `force`.
    ///
    /// # Errors
    /// [`PluginError::NoUpdate`], [`PluginError::NotPending`], [`PluginError::CanaryFirst`]; those of an install, after
    /// which the update is `failed` and is found again by the next look.
    pub async fn apply_update(&self, id: &str, force: bool) -> Result<(), PluginError> {
        let update = self.update(id).await?;
        if !force && update.update_tier != "canary" {
            let waiting =
                rows::plugin_updates::canaries_before(self.inner.store.read(), &update).await?;
            if !waiting.is_empty() {
                return Err(PluginError::CanaryFirst { waiting });
            }
        }
        let done = self.take(&update).await;
        let (status, why) = match &done {
            Ok(()) => ("applied", None),
            Err(error) => ("failed", Some(error.to_string())),
        };
        self.resolve(&update, status, why).await?;
        done
    }

    async fn take(&self, update: &UpdateRow) -> Result<(), PluginError> {
        let workspace = self.workspace(&update.workspace_id).await?;
        let source = Source::parse(&update.source_raw)?.at(&update.target_sha);
        self.check_allowed(&workspace.id, &update.plugin_name)
            .await?;
        let mut fetched = self.fetch(&source, None).await?;
        fetched.reference = Some(update.target_ref.clone());
        self.bring(
            &workspace,
            &source,
            &update.tracked_ref,
            None,
            fetched,
            By::Person,
        )
        .await
        .map(drop)
    }

    /// Installs everything that waits for a tier, of one plugin if it is named, one after the other.
    ///
    /// # Errors
    /// The store's; an update that fails is in the report.
    pub async fn apply_updates(
        &self,
        tier: Option<&str>,
        plugin: Option<&str>,
        force: bool,
    ) -> Result<Applied, PluginError> {
        let mut report = Applied::default();
        for update in self.pending_updates(tier).await? {
            if plugin.is_some_and(|plugin| plugin != update.plugin_name) {
                continue;
            }
            match self.apply_update(&update.id, force).await {
                Ok(()) => report.applied.push(update.id),
                Err(error) => report.failed.push((update.id, error.to_string())),
            }
        }
        Ok(report)
    }

    /// Keeps an update out of the way until there is a newer one.
    ///
    /// # Errors
    /// [`PluginError::NoUpdate`], [`PluginError::NotPending`].
    pub async fn dismiss_update(&self, id: &str) -> Result<(), PluginError> {
        let update = self.update(id).await?;
        self.resolve(&update, "dismissed", None).await
    }

    async fn update(&self, id: &str) -> Result<UpdateRow, PluginError> {
        let update = rows::plugin_updates::get(self.inner.store.read(), id)
            .await?
            .ok_or(PluginError::NoUpdate)?;
        if update.status == "pending" {
            Ok(update)
        } else {
            Err(PluginError::NotPending {
                status: update.status,
            })
        }
    }

    async fn resolve(
        &self,
        update: &UpdateRow,
        status: &'static str,
        why: Option<String>,
    ) -> Result<(), PluginError> {
        let update = update.clone();
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    if rows::plugin_updates::resolve(
                        write.conn(),
                        &update.id,
                        status,
                        why.as_deref(),
                        &now,
                    )
                    .await?
                    {
                        write
                            .event(told(
                                &update.id,
                                &update.workspace_id,
                                &update.plugin_name,
                                &update.target_ref,
                                status,
                            ))
                            .await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .await
            .map_err(|error| error.into())
    }

    /// Looks every six hours of awake time, the first time six hours after the start.
    pub async fn watch_sources(self) {
        let watched = clock::watch(&self.inner.clock, "plugin-updates", EVERY);
        loop {
            watched.waits(self.inner.clock.sleep(EVERY)).await;
            match self.check_updates().await {
                Ok(report) if report.found.is_empty() => {}
                Ok(report) => {
                    tracing::info!(found = report.found.len(), "updates of plugins were found")
                }
                Err(error) => tracing::warn!(%error, "updates of plugins could not be looked for"),
            }
        }
    }
}

/// Ends what waits for a plugin, because another version was installed or found, or the plugin goes; with its event.
pub(crate) async fn overtake(
    write: &mut Write,
    workspace: &str,
    plugin: &str,
) -> Result<(), StoreError> {
    let now = write.stamp();
    let gone = rows::plugin_updates::supersede(write.conn(), workspace, plugin, &now).await?;
    for one in gone {
        let event = told(&one.id, workspace, plugin, &one.target_ref, "superseded");
        write.event(event).await?;
    }
    Ok(())
}

fn told(id: &str, workspace: &str, plugin: &str, target: &str, status: &str) -> NewEvent {
    let payload = json!({"id": id, "plugin_name": plugin, "target_ref": target, "status": status});
    NewEvent::about(workspace, kind::PLUGIN_UPDATE_CHANGED, payload)
}
