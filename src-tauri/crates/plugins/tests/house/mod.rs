//! A throw-away house: a store in a temporary folder, a registry, and agents whose config volumes are folders.
#![allow(dead_code)]

use async_trait::async_trait;
use clock::SystemClock;
use containers::archive::{self, Archive, EntryKind, Owner, ReadLimits};
use plugins::{
    Agents, By, Delivery, Difference, Installed, Limits, Parts, PluginError, Plugins, Registry,
    Repositories, Volume, VolumeError, Wanted,
};
use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use store::{NewWorkspace, OpenOptions, Store, StoreError, WorkspaceRow, rows};
use tempfile::TempDir;
use wire::{Desired, Status, WorkspaceAccess};

/// An operation that fails: its name, how many more of them go through first, and why.
type Failure = (&'static str, usize, VolumeError);

/// A config volume that is a folder of this computer.
#[derive(Clone)]
pub struct Folder {
    pub root: PathBuf,
    /// Operations that fail once: name, how many more of them go through first, and why.
    failures: Arc<Mutex<Vec<Failure>>>,
    /// What was asked of it.
    pub calls: Arc<Mutex<Vec<String>>>,
}

impl Folder {
    pub fn at(root: PathBuf) -> Self {
        fs::create_dir_all(&root).unwrap();
        Self {
            root,
            failures: Arc::default(),
            calls: Arc::default(),
        }
    }

    fn enter(&self, what: &'static str, path: &str) -> Result<(), VolumeError> {
        self.calls.lock().unwrap().push(format!("{what} {path}"));
        let mut failures = self.failures.lock().unwrap();
        for failure in failures.iter_mut().filter(|failure| failure.0 == what) {
            failure.1 = failure.1.saturating_sub(1);
        }
        match failures
            .iter()
            .position(|failure| failure.0 == what && failure.1 == 0)
        {
            Some(at) => Err(failures.remove(at).2),
            None => Ok(()),
        }
    }

    /// The `number`th call of an operation from now on fails.
    pub fn fail(&self, what: &'static str, number: usize, why: VolumeError) {
        self.failures.lock().unwrap().push((what, number, why));
    }

    /// All files by path, with their text.
    pub fn files(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        walk(&self.root, "", &mut found);
        found
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }

    pub fn exists(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }
}

fn walk(dir: &Path, name: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let path = if name.is_empty() {
            file
        } else {
            format!("{name}/{file}")
        };
        if entry.path().is_dir() {
            walk(&entry.path(), &path, found);
        } else {
            let bytes = fs::read(entry.path()).unwrap();
            found.insert(path, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}

fn told(error: io::Error) -> VolumeError {
    VolumeError::Failed(error.to_string())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

#[async_trait]
impl Volume for Folder {
    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, VolumeError> {
        self.enter("get", path)?;
        let at = self.root.join(path);
        let last = path.rsplit('/').next().unwrap();
        let mut archive = Archive::new();
        if at.is_dir() {
            archive.folder(last, 0o755, Owner::AGENT).unwrap();
            let mut files = BTreeMap::new();
            walk(&at, "", &mut files);
            for (name, text) in files {
                archive
                    .file(
                        &format!("{last}/{name}"),
                        text.as_bytes(),
                        0o644,
                        Owner::AGENT,
                    )
                    .unwrap();
            }
        } else if at.is_file() {
            archive
                .file(last, &fs::read(&at).unwrap(), 0o644, Owner::AGENT)
                .unwrap();
        } else {
            return Ok(None);
        }
        Ok(Some(archive.finish().unwrap()))
    }

    async fn put(&self, tar: Vec<u8>) -> Result<(), VolumeError> {
        let entries = archive::read(&tar, ReadLimits::default()).unwrap();
        let first = entries
            .first()
            .map(|one| one.path.clone())
            .unwrap_or_default();
        self.enter("put", &first)?;
        for entry in entries {
            let at = self.root.join(&entry.path);
            match entry.kind {
                EntryKind::Folder => {
                    if at.is_file() {
                        fs::remove_file(&at).map_err(told)?;
                    }
                    fs::create_dir_all(&at).map_err(told)?;
                }
                EntryKind::File(content) => {
                    remove(&at).map_err(told)?;
                    fs::write(&at, content).map_err(told)?;
                }
                EntryKind::Link(_) => panic!("no link is ever packed"),
            }
        }
        Ok(())
    }

    async fn rename(&self, from: &str, to: &str) -> Result<(), VolumeError> {
        self.enter("rename", &format!("{from} {to}"))?;
        fs::rename(self.root.join(from), self.root.join(to)).map_err(told)
    }

    async fn remove(&self, paths: &[String]) -> Result<(), VolumeError> {
        self.enter("remove", &paths.join(" "))?;
        paths
            .iter()
            .try_for_each(|path| remove(&self.root.join(path)))
            .map_err(told)
    }
}

#[derive(Default)]
pub struct Hands {
    /// Volumes of containers that run.
    pub running: Mutex<HashMap<String, Folder>>,
    pub restarts: Mutex<Vec<String>>,
    pub reloads: Mutex<Vec<String>>,
    /// Agents work: restarts wait.
    pub busy: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl Agents for Hands {
    async fn running(&self, id: &str) -> Option<Arc<dyn Volume>> {
        let folder = self.running.lock().unwrap().get(id).cloned()?;
        Some(Arc::new(folder))
    }

    /// The rule of contract 03 section 8.3; the platform connects the table of hot reload, which has the same rows.
    fn needs_restart(&self, _: &str, changes: &[(String, Difference)]) -> bool {
        changes
            .iter()
            .any(|(path, how)| !(path.ends_with("/SKILL.md") && *how == Difference::Modified))
    }

    async fn reload(&self, id: &str) {
        self.reloads.lock().unwrap().push(id.to_owned());
    }

    async fn restart(&self, id: &str, _: &str) -> bool {
        self.restarts.lock().unwrap().push(id.to_owned());
        !self.busy.load(std::sync::atomic::Ordering::Relaxed)
    }
}

pub struct House {
    pub dir: TempDir,
    pub store: Store,
    pub hands: Arc<Hands>,
    pub delivery: Delivery,
    pub plugins: Plugins,
}

/// The plugin of fixture D.45.
pub const DEMO: [(&str, &str); 3] = [
    ("plugin.yaml", "name: demo\n"),
    (
        "skills/a/SKILL.md",
        "---\nname: a\ndescription: d\n---\nbody\n",
    ),
    ("rules/r.md", "Be brief.\n"),
];

impl House {
    pub async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub async fn with(limits: Limits) -> Self {
        // Nothing may be fetched.
        let nowhere =
            || git_fetch::GitFetch::new(git_fetch::Allowlist::from_setting(Some("")).unwrap());
        Self::with_git(
            limits,
            Repositories::new(nowhere(), nowhere(), "/nonexistent"),
        )
        .await
    }

    pub async fn with_git(limits: Limits, git: Repositories) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock: Arc<dyn clock::Clock> = Arc::new(SystemClock::new());
        let store = Store::open(OpenOptions::new(dir.path().join("s.sqlite"), clock.clone()))
            .await
            .unwrap();
        let hands = Arc::new(Hands::default());
        let delivery = Delivery::new(store.clone(), dir.path().join("archives"));
        let plugins = Plugins::new(Parts {
            store: store.clone(),
            clock,
            registry: Registry::at(dir.path().join("registry")),
            delivery: delivery.clone(),
            agents: hands.clone(),
            limits,
            git,
        });
        let house = Self {
            dir,
            store,
            hands,
            delivery,
            plugins,
        };
        house.offer("demo", &DEMO);
        house
    }

    /// Puts a plugin into the registry as it is now, files that are not named are gone.
    pub fn offer(&self, name: &str, files: &[(&str, &str)]) {
        let root = self.dir.path().join("registry").join(name);
        let _ = fs::remove_dir_all(&root);
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    pub async fn workspace(&self, name: &str, change: impl FnOnce(&mut NewWorkspace)) -> String {
        let id = store::new_id();
        let mut new = NewWorkspace {
            id: id.clone(),
            name: name.into(),
            role: None,
            tier: 2,
            tier_granted: 2,
            status: Status::Online,
            runtime: "claude-code".into(),
            model: None,
            parent_id: None,
            url: None,
            workspace_dir: None,
            workspace_access: WorkspaceAccess::None,
            budget_limit: None,
            max_concurrent_tasks: 1,
            template_dir: None,
            files_dir: None,
            org_id: None,
            import_key: None,
            desired: Desired::Running,
        };
        change(&mut new);
        self.store
            .write::<_, StoreError, _>(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::workspaces::insert(write.conn(), &new, &now).await
                })
            })
            .await
            .unwrap();
        id
    }

    /// A workspace whose container runs, and its volume.
    pub async fn running(&self, name: &str) -> (String, Folder) {
        let id = self.workspace(name, |_| {}).await;
        (id.clone(), self.run(&id))
    }

    pub fn run(&self, id: &str) -> Folder {
        let folder = Folder::at(self.dir.path().join("volumes").join(id));
        self.hands
            .running
            .lock()
            .unwrap()
            .insert(id.to_owned(), folder.clone());
        folder
    }

    pub fn stop(&self, id: &str) -> Folder {
        self.hands.running.lock().unwrap().remove(id);
        Folder::at(self.dir.path().join("volumes").join(id))
    }

    pub async fn row(&self, id: &str) -> WorkspaceRow {
        rows::workspaces::get(self.store.read(), id)
            .await
            .unwrap()
            .unwrap()
    }

    pub async fn install(&self, id: &str, source: &str) -> Result<Installed, PluginError> {
        let wanted = Wanted {
            source: source.into(),
            ..Wanted::default()
        };
        self.plugins.install(id, &wanted, By::Person).await
    }

    pub async fn set_tier(&self, id: &str, tier: &'static str) {
        let id = id.to_owned();
        self.store
            .write::<_, StoreError, _>(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::workspaces::set_column(
                        write.conn(),
                        &id,
                        rows::workspaces::Column::UpdateTier,
                        tier,
                        &now,
                    )
                    .await
                })
            })
            .await
            .unwrap();
    }

    /// It begins a task, which a restart waits for.
    pub async fn begin_task(&self, id: &str) {
        self.hands
            .busy
            .store(true, std::sync::atomic::Ordering::Relaxed);
        let id = id.to_owned();
        self.store
            .write::<_, StoreError, _>(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::usage::set_task(write.conn(), &id, 1, Some("Reading"), &now).await
                })
            })
            .await
            .unwrap();
    }

    /// Restarts that were asked for since the last look.
    pub fn restarts(&self) -> usize {
        std::mem::take(&mut *self.hands.restarts.lock().unwrap()).len()
    }

    /// `plugin_name action restart` of each `PLUGIN_CHANGED`, oldest first.
    pub async fn told(&self) -> Vec<String> {
        let filter = store::EventFilter {
            types: vec!["PLUGIN_CHANGED".into()],
            limit: 100,
            ..store::EventFilter::default()
        };
        let mut page = store::events_page(self.store.read(), &filter)
            .await
            .unwrap();
        page.sort_by_key(|event| event.seq);
        page.iter()
            .map(|event| {
                let word = |key: &str| event.payload[key].as_str().unwrap().to_owned();
                format!(
                    "{} {} {}",
                    word("plugin_name"),
                    word("action"),
                    word("restart")
                )
            })
            .collect()
    }
}
