//! One platform's worth of hot reload. Engine and agents are replaced by [`Hands`], because this room must not know
//! them: what counts here is what it asks of them.

use async_trait::async_trait;
use clock::{Clock, SystemClock};
use reload::{
    Delivered, DeliveredFile, OrgReaction, ReactionError, Reactions, Reload, ReloadAnswer,
    ReloadSettings, StoredSources, digest,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use store::{NewEvent, NewWorkspace, OpenOptions, Store, StoreError, rows};
use tokio::sync::broadcast::Receiver;
use wire::{Desired, Event, Status, WorkspaceAccess, kind};

/// What was asked of the outside, and how it answers.
#[derive(Debug, Default)]
pub struct Asked {
    /// Content of `/configs` by workspace.
    pub configs: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    pub executable: BTreeSet<String>,
    pub deliveries: usize,
    pub reloads: Vec<String>,
    pub restarts: Vec<(String, String)>,
    pub plans: Vec<String>,
    /// Workspaces whose container does not run.
    pub asleep: BTreeSet<String>,
    /// Workspaces whose deliveries fail, with the number of failures to come.
    pub failing: BTreeMap<String, usize>,
    pub declares: bool,
    pub kept: Vec<String>,
    pub org: Option<OrgReaction>,
}

#[derive(Debug, Default)]
pub struct Hands(Mutex<Asked>);

impl Hands {
    pub fn asked(&self) -> MutexGuard<'_, Asked> {
        self.0.lock().unwrap()
    }

    pub fn has(&self, workspace: &str, path: &str) -> Option<Vec<u8>> {
        self.asked().configs.get(workspace)?.get(path).cloned()
    }
}

#[async_trait]
impl Reactions for Hands {
    async fn deliver(
        &self,
        id: &str,
        files: Vec<DeliveredFile>,
    ) -> Result<Delivered, ReactionError> {
        let mut asked = self.asked();
        if asked.asleep.contains(id) {
            return Ok(Delivered::default());
        }
        if let Some(left) = asked.failing.get_mut(id).filter(|left| **left > 0) {
            *left -= 1;
            return Err(ReactionError::new("the engine did not answer"));
        }
        asked.deliveries += 1;
        let kept = asked.kept.clone();
        for file in files.into_iter().filter(|file| !kept.contains(&file.path)) {
            if file.executable {
                asked.executable.insert(file.path.clone());
            }
            let configs = asked.configs.entry(id.to_owned()).or_default();
            match file.content {
                Some(content) => configs.insert(file.path, content),
                None => configs.remove(&file.path),
            };
        }
        Ok(Delivered {
            running: true,
            kept,
        })
    }

    async fn reload_agent(&self, id: &str) -> Result<ReloadAnswer, ReactionError> {
        self.asked().reloads.push(id.to_owned());
        Ok(ReloadAnswer {
            reloaded: true,
            problems: Vec::new(),
        })
    }

    async fn declares_reload(&self, _: &str) -> bool {
        self.asked().declares
    }

    async fn restart(&self, id: &str, reason: &str) -> Result<(), ReactionError> {
        self.asked()
            .restarts
            .push((id.to_owned(), reason.to_owned()));
        Ok(())
    }

    async fn org_changed(&self, id: &str) -> Result<OrgReaction, ReactionError> {
        let mut asked = self.asked();
        asked.plans.push(id.to_owned());
        Ok(asked.org.clone().unwrap_or(OrgReaction::Unchanged))
    }
}

pub struct House {
    pub dir: tempfile::TempDir,
    pub store: Store,
    pub hands: Arc<Hands>,
    pub reload: Reload,
    events: Receiver<Arc<Event>>,
    settings: ReloadSettings,
}

pub struct Role {
    pub id: String,
    pub folder: PathBuf,
}

impl Role {
    pub fn save(&self, path: &str, content: impl AsRef<[u8]>) {
        save(&self.folder, path, content);
    }
}

pub fn save(folder: &Path, path: &str, content: impl AsRef<[u8]>) {
    let full = folder.join(path);
    fs::create_dir_all(full.parent().unwrap()).unwrap();
    fs::write(full, content).unwrap();
}

impl House {
    pub async fn new() -> Self {
        Self::with(ReloadSettings::default()).await
    }

    pub async fn with(settings: ReloadSettings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let store = Store::open(OpenOptions::new(
            dir.path().join("db.sqlite"),
            Arc::clone(&clock),
        ))
        .await
        .unwrap();
        fs::create_dir(dir.path().join("org")).unwrap();
        let hands = Arc::new(Hands::default());
        hands.asked().declares = true;
        let events = store.events().subscribe();
        let reload = begin(&store, &hands, &settings);
        Self {
            dir,
            store,
            hands,
            reload,
            events,
            settings,
        }
    }

    pub fn org(&self) -> PathBuf {
        self.dir.path().join("org")
    }

    /// A running workspace whose folder `org/<name>` holds these files, all of them delivered. Watched on return.
    pub async fn role(&self, name: &str, runtime: &str, files: &[(&str, &str)]) -> Role {
        let folder = self.org().join(name);
        fs::create_dir_all(&folder).unwrap();
        for (path, content) in files {
            save(&folder, path, content);
        }
        self.workspace(name, runtime, &folder, files).await
    }

    /// A running workspace that is filled from this folder.
    pub async fn workspace(
        &self,
        name: &str,
        runtime: &str,
        folder: &Path,
        delivered: &[(&str, &str)],
    ) -> Role {
        let id = self
            .insert(name, runtime, Some(folder), None, delivered)
            .await;
        Role {
            id,
            folder: folder.to_owned(),
        }
    }

    /// A running workspace of this org whose folder `org/<name>` was not there at the import; `fallback` is what it was
    /// filled from instead.
    pub async fn waiting(
        &self,
        org: &str,
        name: &str,
        fallback: Option<(&Path, &[(&str, &str)])>,
    ) -> Role {
        let (template, delivered) = fallback.unzip();
        let delivered = delivered.unwrap_or_default();
        let id = self
            .insert(name, "claude-code", template, Some(org), delivered)
            .await;
        Role {
            id,
            folder: self.org().join(name),
        }
    }

    async fn insert(
        &self,
        name: &str,
        runtime: &str,
        template: Option<&Path>,
        org: Option<&str>,
        delivered: &[(&str, &str)],
    ) -> String {
        let id = store::new_id();
        let new = NewWorkspace {
            id: id.clone(),
            name: name.to_owned(),
            role: None,
            tier: 2,
            tier_granted: 2,
            status: Status::Online,
            runtime: runtime.to_owned(),
            model: None,
            parent_id: None,
            url: None,
            workspace_dir: None,
            workspace_access: WorkspaceAccess::None,
            budget_limit: None,
            max_concurrent_tasks: 1,
            template_dir: template.map(|folder| folder.display().to_string()),
            files_dir: Some(name.to_owned()),
            org_id: org.map(str::to_owned),
            import_key: None,
            desired: Desired::Running,
        };
        let mut digests: BTreeMap<String, String> = delivered
            .iter()
            .map(|(path, content)| ((*path).to_owned(), digest(content.as_bytes())))
            .collect();
        // A config is always there after a start.
        digests
            .entry("config.yaml".to_owned())
            .or_insert_with(|| "generated".to_owned());
        let row = id.clone();
        self.store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::workspaces::insert(write.conn(), &new, &now).await?;
                    rows::files::set_delivered(write.conn(), &row, &digests).await
                })
            })
            .await
            .unwrap();
        {
            let mut asked = self.hands.asked();
            let configs = asked.configs.entry(id.clone()).or_default();
            for (path, content) in delivered {
                configs.insert((*path).to_owned(), content.as_bytes().to_vec());
            }
        }
        self.reload.rescan().await.unwrap();
        id
    }

    /// Registers `org/` as an imported org. Watched on return.
    pub async fn imported(&self) -> String {
        let (id, path) = (store::new_id(), self.org().display().to_string());
        let org = id.clone();
        self.write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::orgs::add(write.conn(), &org, "org", &path, "Org", &now).await?;
                rows::orgs::imported(write.conn(), &org, "Org", 2, "[]", &now).await
            })
        })
        .await;
        self.reload.rescan().await.unwrap();
        id
    }

    pub async fn write<F>(&self, job: F)
    where
        F: for<'w> FnOnce(&'w mut store::Write) -> store::WriteFuture<'w, (), StoreError>
            + Send
            + 'static,
    {
        self.store.write(job).await.unwrap();
    }

    /// Sets a file made by the platform.
    pub async fn make(&self, id: &str, path: &'static str, content: &'static [u8]) {
        let id = id.to_owned();
        self.write(move |write| {
            Box::pin(async move {
                rows::files::set_made(write.conn(), &id, path, content)
                    .await
                    .map(|_| ())
            })
        })
        .await;
    }

    pub async fn event(&self, kind: &'static str, workspace: &str) {
        let event = NewEvent::about(workspace, kind, Value::Null);
        self.write(move |write| Box::pin(async move { write.event(event).await.map(|_| ()) }))
            .await;
    }

    /// The next event that tells of a change. The limit only keeps a broken test from waiting for ever.
    pub async fn told(&mut self) -> Event {
        let wait = async {
            loop {
                let event = self.events.recv().await.unwrap();
                if event.event == kind::CHANGE_DETECTED {
                    return (*event).clone();
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait)
            .await
            .expect("a change is told")
    }

    /// Changes told until one of this workspace names this path.
    pub async fn told_of(&mut self, path: &str) -> Vec<Event> {
        let mut all = Vec::new();
        loop {
            let event = self.told().await;
            let last = paths(&event).contains(&path.to_owned());
            all.push(event);
            if last {
                return all;
            }
        }
    }

    /// Ends hot reload and begins it anew, as a restart of the platform does.
    pub async fn restart(&mut self, meanwhile: impl FnOnce()) {
        self.reload.stop().await;
        meanwhile();
        self.reload = begin(&self.store, &self.hands, &self.settings);
        self.reload.rescan().await.unwrap();
    }

    pub async fn delivered(&self, id: &str) -> BTreeMap<String, String> {
        rows::files::delivered(self.store.read(), id).await.unwrap()
    }
}

fn begin(store: &Store, hands: &Arc<Hands>, settings: &ReloadSettings) -> Reload {
    let hands: Arc<dyn Reactions> = Arc::clone(hands) as _;
    Reload::start_with(
        store.clone(),
        Arc::new(SystemClock::new()),
        hands,
        Arc::new(StoredSources::new(store.clone())),
        settings.clone(),
    )
}

pub fn paths(event: &Event) -> Vec<String> {
    serde_json::from_value(event.payload["paths"].clone()).unwrap()
}

pub fn reaction(event: &Event) -> &str {
    event.payload["reaction"].as_str().unwrap()
}

pub fn reason(event: &Event) -> &str {
    event.payload["reason"].as_str().unwrap()
}
