//! Installing a plugin into a workspace (contract 03 section 8.1): cheap checks, fetch, checks of what came, then the
//! row that says what should be, and the agent that is made so.

use crate::{
    Fetched, PluginError, Plugins, Source, Tree, Volume, VolumeError,
    code::code,
    delivery::{FOLDER, Package},
    track::Track,
    volume,
};
use std::sync::Arc;
use store::{
    WorkspaceRow,
    rows::{self, plugins::PluginRow},
};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A person, through a face or a client of theirs.
    Person,
    /// An agent with its own token: it may not bring code that no person was shown.
    Agent,
}

/// What to install.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Source string.
    pub source: String,
    /// SHA-256 of `plugin.yaml`.
    pub sha256: Option<String>,
    /// Tracked ref; empty means `none`.
    pub track: Option<String>,
    /// Published digest of what was shown to the person.
    pub digest: Option<String>,
}

/// What became of an install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Its name.
    pub plugin: String,
    /// Its source, normalised.
    pub source: String,
    /// `none`, `scheduled` (after the running task), `now`.
    pub restart: &'static str,
    /// `agent`: it is in the running agent; `next_start`: it is brought before the next start; `recorded`: the agent
    /// lives elsewhere and brings it itself.
    pub delivered: &'static str,
    /// Published digest.
    pub digest: String,
    /// Everything odd, a sentence each.
    pub warnings: Vec<String>,
}

impl Plugins {
    /// Installs, or updates what is installed under the same name.
    ///
    /// # Errors
    /// As contract 03 section 8.1 lists them. Unless the text says otherwise, nothing changed.
    pub async fn install(
        &self,
        workspace_id: &str,
        wanted: &Wanted,
        by: By,
    ) -> Result<Installed, PluginError> {
        let source = Source::parse(&wanted.source)?;
        let track = match wanted.track.as_deref().map(str::trim) {
            None | Some("") => "none",
            Some(track) => Track::parse(track).map(|_| track)?,
        };
        if !source.is_pinned() && !self.inner.limits.allow_unpinned {
            return Err(PluginError::Unpinned {
                scheme: source.scheme(),
                source_raw: source.to_string(),
            });
        }
        // What costs nothing comes before the network (no. 79).
        let workspace = self.workspace(workspace_id).await?;
        match source {
            Source::Local { .. } => self.check_allowed(workspace_id, source.name()).await?,
            Source::Git { .. } => self.inner.git.check(&source)?,
        }
        let fetched = self.fetch(&source, wanted.sha256.as_deref()).await?;
        self.bring(
            &workspace,
            &source,
            track,
            wanted.digest.as_deref(),
            fetched,
            by,
        )
        .await
    }

    /// Everything after the fetch.
    pub(crate) async fn bring(
        &self,
        workspace: &WorkspaceRow,
        source: &Source,
        track: &str,
        shown: Option<&str>,
        fetched: Fetched,
        by: By,
    ) -> Result<Installed, PluginError> {
        let (id, name) = (workspace.id.as_str(), fetched.name.as_str());
        self.check_allowed(id, name).await?;
        let digest = fetched.tree.digest();
        if let Some(expected) = shown.filter(|expected| !expected.eq_ignore_ascii_case(&digest)) {
            return Err(PluginError::Changed {
                expected: expected.to_owned(),
                found: digest,
            });
        }
        if by == By::Agent
            && !code(&fetched.tree).is_empty()
            && !rows::plugins::was_shown(self.inner.store.read(), &digest).await?
        {
            return Err(PluginError::NotShown {
                name: name.to_owned(),
            });
        }
        let tree = Arc::new(fetched.tree.clone());
        let package = Package::of(name, fetched.tree.clone(), &workspace.runtime);
        // Until the row names it, the archive is nobody's.
        let unnamed = self.inner.delivery.shelf.hold().await;
        let elsewhere = !workspace.has_container();
        let content = match elsewhere {
            true => None,
            false => Some(self.inner.delivery.shelf.put(Arc::clone(&tree)).await?),
        };

        let _alone = self.inner.delivery.lock(id).await;
        let before = rows::plugins::get(self.inner.store.read(), id, name).await?;
        let earlier = self.earlier(id, &fetched, source).await?;
        let volume = match elsewhere {
            true => None,
            false => self.inner.agents.running(id).await,
        };
        let live = match &volume {
            Some(volume) => {
                match volume::tree(volume.as_ref(), &format!("{FOLDER}/{name}")).await {
                    Ok(live) => Some(live),
                    Err(VolumeError::Gone) => None,
                    Err(error) => return Err(PluginError::Deliver(error)),
                }
            }
            None => None,
        };
        let cold = live.as_ref().is_some_and(|live| {
            self.is_cold(&workspace.runtime, name, live.as_ref(), &package.tree)
        });
        let now = wire::Timestamp(self.inner.clock.now()).to_storage();
        let row = PluginRow {
            workspace_id: id.to_owned(),
            plugin_name: name.to_owned(),
            source_raw: source.to_string(),
            tracked_ref: track.to_owned(),
            installed_at: before
                .as_ref()
                .map_or(&now, |row| &row.installed_at)
                .clone(),
            updated_at: now,
            installed_sha: fetched.commit.clone(),
            installed_ref: fetched.reference.clone(),
            content,
            digest: Some(digest.clone()),
            manifest: serde_json::to_string(&fetched.manifest).unwrap_or_else(|_| "{}".into()),
            delivered: before.as_ref().and_then(|row| row.delivered.clone()),
            removing: false,
            // What an earlier name of the same plugin wrote is this one's from now on.
            receipt: before
                .as_ref()
                .or(earlier.as_ref())
                .map_or_else(|| "{}".into(), |row| row.receipt.clone()),
        };
        let action = match &before {
            Some(row) if !row.removing => "updated",
            _ => "installed",
        };
        let mut installed = Installed {
            plugin: name.to_owned(),
            source: source.to_string(),
            restart: "none",
            delivered: if elsewhere { "recorded" } else { "next_start" },
            digest,
            warnings: fetched.warnings.clone(),
        };
        let live = match (volume, live) {
            (Some(volume), Some(live)) => Some((volume, live)),
            _ => None,
        };
        self.intend(&row, cold, live.is_none().then_some((action, "none")))
            .await?;
        drop(unnamed);
        if !elsewhere {
            installed
                .warnings
                .extend(package.owned.warnings.iter().cloned());
        }
        if let Some((volume, live)) = live {
            self.live(
                workspace,
                volume,
                row,
                before,
                package,
                live,
                cold,
                action,
                &mut installed,
            )
            .await?;
        }
        if let Some(earlier) = earlier {
            self.give_up(earlier).await;
        }
        Ok(installed)
    }

    /// Into a running agent.
    #[allow(clippy::too_many_arguments)]
    async fn live(
        &self,
        workspace: &WorkspaceRow,
        volume: Arc<dyn Volume>,
        row: PluginRow,
        before: Option<PluginRow>,
        package: Package,
        live: Option<Tree>,
        cold: bool,
        action: &'static str,
        installed: &mut Installed,
    ) -> Result<(), PluginError> {
        let delivery = &self.inner.delivery;
        let is_idle = workspace.active_tasks == 0;
        let restart = match (cold, is_idle) {
            (false, _) => "none",
            (true, true) => "now",
            (true, false) => "scheduled",
        };
        match delivery
            .bring(volume.as_ref(), &row, &package, live.as_ref())
            .await
        {
            Ok(mut receipt) => {
                installed
                    .warnings
                    .extend(receipt.kept.iter().map(|path| kept(path)));
                installed.restart = restart;
                installed.delivered = "agent";
                // Asked for before the row is finished: a kill in between asks again.
                receipt.restart_due = !self.restart_if(&row, cold).await;
                let recorded = delivery.record(&row, &receipt, action, restart).await;
                // What is in the agent is there; the row is finished at the next start.
                if let Err(error) = recorded {
                    tracing::error!(%error, workspace = %row.workspace_id, plugin = %row.plugin_name, "an install was not recorded; the next start does it");
                }
                let _ = crate::failpoints::reached("plugin.recorded").await;
                let unchanged = live
                    .as_ref()
                    .is_some_and(|live| crate::delivery::is_same(live, &package.tree));
                if !cold && !unchanged {
                    self.inner.agents.reload(&row.workspace_id).await;
                }
                Ok(())
            }
            Err(undone) => match undone.error {
                // Its next start brings it.
                VolumeError::Gone => {
                    self.tell(&row, action, "none").await?;
                    Ok(())
                }
                VolumeError::NoTools => {
                    installed.restart = if is_idle { "now" } else { "scheduled" };
                    self.tell(&row, action, installed.restart).await?;
                    self.inner
                        .agents
                        .restart(&row.workspace_id, "a plugin was installed, and its image holds no program to swap folders")
                        .await;
                    Ok(())
                }
                error => {
                    self.back(&row, before, undone.touched, workspace.needs_restart)
                        .await;
                    tracing::warn!(%error, workspace = %row.workspace_id, plugin = %row.plugin_name, "a plugin could not be brought");
                    Err(PluginError::Deliver(error))
                }
            },
        }
    }

    /// Says whether everything about a restart is written down.
    pub(crate) async fn restart_if(&self, row: &PluginRow, cold: bool) -> bool {
        if !cold {
            return true;
        }
        let reason = format!("the plugin {} was installed", row.plugin_name);
        self.inner.agents.restart(&row.workspace_id, &reason).await
    }

    /// The same repository, installed under its own name before it had one in its manifest (no. 76).
    async fn earlier(
        &self,
        id: &str,
        fetched: &Fetched,
        source: &Source,
    ) -> Result<Option<PluginRow>, PluginError> {
        let Some(old) = fetched.old_name.as_deref() else {
            return Ok(None);
        };
        let repository = |text: &str| text.split('#').next().unwrap_or(text).to_owned();
        let wanted = repository(&source.to_string());
        let found = rows::plugins::get(self.inner.store.read(), id, old).await?;
        Ok(found.filter(|row| !row.removing && repository(&row.source_raw) == wanted))
    }

    /// The earlier name gives its place up; what it wrote outside its folder belongs to the new one already.
    async fn give_up(&self, mut row: PluginRow) {
        row.receipt = "{}".to_owned();
        let (id, name) = (row.workspace_id.clone(), row.plugin_name.clone());
        if let Err(error) = self.remove_row(row).await {
            tracing::warn!(%error, workspace = id, plugin = name, "the plugin's earlier name could not be removed");
        }
    }
}

fn kept(path: &str) -> String {
    format!("{path} was left as it is, because it was there before or was changed in the agent")
}
