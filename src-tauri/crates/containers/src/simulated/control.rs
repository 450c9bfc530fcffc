//! The strings a test pulls: failures, delays, an engine that goes away, containers that end.

use super::{
    life::{self, StartHook},
    state::{Image, State},
    tree::Tree,
};
use crate::{
    ContainerState, EngineError, EngineInfo, EngineKind, ImageConfig, ImageInfo, Installation,
    Missing, VolumeInfo, names,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A call of the engine seam, for failures, delays and the list of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Operation {
    Info,
    EnsureNetwork,
    RemoveNetwork,
    Reach,
    Image,
    Pull,
    ImportRootfs,
    RemoveImage,
    EnsureVolume,
    RemoveVolume,
    Volumes,
    Create,
    Put,
    Get,
    Stat,
    Survey,
    Start,
    Stop,
    Remove,
    Inspect,
    Containers,
    Exec,
    Attach,
    Logs,
    Events,
}

/// The simulated engine. Clones are the same engine, seen by the same installation.
#[derive(Clone)]
pub struct Simulated {
    pub(super) state: Arc<Mutex<State>>,
    pub(super) installation: Installation,
    pub(super) hook: Arc<Mutex<Option<StartHook>>>,
}

impl Simulated {
    /// An engine that runs, with 8 GiB, 4 processors, no images and no containers.
    pub fn new(installation: Installation) -> Self {
        let info = EngineInfo {
            kind: EngineKind::Simulated,
            endpoint: "simulated://".to_owned(),
            name: "simulated".to_owned(),
            version: "0".to_owned(),
            api_version: "1.41".to_owned(),
            operating_system: "simulated".to_owned(),
            os: "linux".to_owned(),
            arch: "amd64".to_owned(),
            memory_bytes: 8 << 30,
            cpus: 4,
            cgroup_version: Some(2),
            rootless: false,
            is_desktop_vm: false,
            is_local: true,
        };
        let state = State {
            up: true,
            info,
            network: None,
            images: BTreeMap::new(),
            registry: BTreeMap::new(),
            volumes: BTreeMap::new(),
            containers: BTreeMap::new(),
            failures: HashMap::new(),
            delays: HashMap::new(),
            calls: Vec::new(),
            watchers: Vec::new(),
            counter: 0,
            last_nanos: 0,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            installation,
            hook: Arc::default(),
        }
    }

    /// The same engine as another installation sees it.
    pub fn seen_by(&self, installation: Installation) -> Self {
        Self {
            state: self.state.clone(),
            installation,
            hook: self.hook.clone(),
        }
    }

    /// Changes what the engine says about itself, such as its memory.
    pub fn describe(&self, change: impl FnOnce(&mut EngineInfo)) {
        change(&mut self.lock().info);
    }

    /// From now on this runs when a container starts, instead of the container's command: an agent in the test's own
    /// process, say. Ends with the future; the future is dropped when the container is killed.
    pub fn on_start(&self, hook: StartHook) {
        *self.hook.lock().unwrap_or_else(PoisonError::into_inner) = Some(hook);
    }

    /// Puts an image on the engine that runs until it is asked to end.
    pub fn add_image(&self, reference: &str) {
        let image = bare_image(&mut self.lock(), reference);
        self.lock().images.insert(reference.to_owned(), image);
    }

    /// Makes an image available to `pull`.
    pub fn offer_image(&self, reference: &str) {
        let image = bare_image(&mut self.lock(), reference);
        self.lock().registry.insert(reference.to_owned(), image);
    }

    /// The next call of this kind fails; several failures queue up.
    pub fn fail_next(&self, operation: Operation, error: EngineError) {
        self.lock()
            .failures
            .entry(operation)
            .or_default()
            .push_back(error);
    }

    /// Each call of this kind takes so long first. Zero removes the delay.
    pub fn delay(&self, operation: Operation, by: Duration) {
        self.lock().delays.insert(operation, by);
    }

    /// The calls so far: what, and to which container, image, volume or network.
    pub fn calls(&self) -> Vec<(Operation, String)> {
        self.lock().calls.clone()
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        self.lock().calls.clear();
    }

    /// The engine shuts down: its containers end, event streams break, every call is `Unavailable`.
    pub async fn stop_engine(&self) {
        let processes = {
            let mut state = self.lock();
            state.up = false;
            let error = self.away();
            for (_, watcher) in state.watchers.drain(..) {
                let _ = watcher.send(Err(error.clone()));
            }
            life::processes(&state)
        };
        life::kill_all(processes).await;
    }

    /// The engine is back, with its images, volumes, network and stopped containers.
    pub fn start_engine(&self) {
        self.lock().up = true;
    }

    /// The container's program ends by itself with this code. False if it does not run.
    pub async fn exit(&self, id_or_name: &str, code: i64) -> bool {
        self.end(id_or_name, code, false).await
    }

    /// The kernel ends the container's program for want of memory. False if it does not run.
    pub async fn exhaust_memory(&self, id_or_name: &str) -> bool {
        self.end(id_or_name, 137, true).await
    }

    async fn end(&self, id_or_name: &str, code: i64, out_of_memory: bool) -> bool {
        let found = {
            let mut state = self.lock();
            let Some(id) = state.resolve(id_or_name) else {
                return false;
            };
            let Some(container) = state.containers.get(&id) else {
                return false;
            };
            let Some(process) = container
                .process
                .clone()
                .filter(|_| container.state == ContainerState::Running)
            else {
                return false;
            };
            life::finish(&mut state, &id, process.number, code, out_of_memory);
            process
        };
        life::kill_all(vec![found]).await;
        true
    }

    /// A file of a container, wherever it is mounted from; works whether the container runs or not.
    pub fn file(&self, id_or_name: &str, path: &str) -> Option<Vec<u8>> {
        let state = self.lock();
        let id = state.resolve(id_or_name)?;
        let (tree, inside) = state.tree(&id, path)?;
        tree.file(&inside).map(|content| content.as_ref().clone())
    }

    /// All volumes of all installations, for tests of what is left behind.
    pub fn all_volumes(&self) -> Vec<VolumeInfo> {
        let state = self.lock();
        state
            .volumes
            .iter()
            .map(|(name, volume)| VolumeInfo {
                name: name.clone(),
                workspace_id: volume.labels.get(names::LABEL_WORKSPACE).cloned(),
                labels: volume.labels.clone(),
            })
            .collect()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A test that panicked elsewhere must not hide its message behind a poisoned lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn away(&self) -> EngineError {
        EngineError::Unavailable {
            endpoint: "simulated://".to_owned(),
            source: None,
        }
    }

    /// What every call begins with: it is noted, takes its time, and fails if it should.
    pub(super) async fn enter(
        &self,
        operation: Operation,
        subject: &str,
    ) -> Result<(), EngineError> {
        let delay = {
            let mut state = self.lock();
            state.calls.push((operation, subject.to_owned()));
            state
                .delays
                .get(&operation)
                .copied()
                .filter(|delay| !delay.is_zero())
        };
        if let Some(delay) = delay {
            tokio::time::sleep(delay).await;
        }
        let mut state = self.lock();
        if let Some(error) = state
            .failures
            .get_mut(&operation)
            .and_then(std::collections::VecDeque::pop_front)
        {
            return Err(error);
        }
        if state.up { Ok(()) } else { Err(self.away()) }
    }
}

pub(super) fn missing(id: &str) -> EngineError {
    EngineError::NotFound {
        what: Missing::Container,
        name: id.to_owned(),
        source: None,
    }
}

fn bare_image(state: &mut State, reference: &str) -> Image {
    let info = ImageInfo {
        id: format!("sha256:{:064x}", state.next()),
        reference: reference.to_owned(),
        platform: "linux/amd64".to_owned(),
        size_bytes: 0,
        labels: BTreeMap::new(),
        user: String::new(),
    };
    Image {
        info,
        config: ImageConfig::default(),
        files: Tree::default(),
    }
}
