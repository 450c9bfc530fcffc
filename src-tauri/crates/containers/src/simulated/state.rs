//! What a simulated engine holds.

use super::{
    control::Operation,
    tree::{Tree, plain},
};
use crate::{
    ContainerInfo, ContainerSpec, ContainerState, EngineError, EngineEvent, EngineInfo, EventKind,
    ImageConfig, ImageInfo, LogChunk, Mount, NetworkInfo, names,
};
use chrono::{DateTime, Utc};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

#[derive(Debug, Clone)]
pub(super) struct Image {
    pub info: ImageInfo,
    pub config: ImageConfig,
    pub files: Tree,
}

#[derive(Debug, Default)]
pub(super) struct Volume {
    pub labels: BTreeMap<String, String>,
    pub files: Tree,
}

/// What a container printed, and whether more can come.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub chunks: Vec<(DateTime<Utc>, LogChunk)>,
    pub ended: bool,
}

/// A program that runs.
#[derive(Debug, Clone)]
pub(super) struct Process {
    /// Tells this run from an earlier one of the same container.
    pub number: u64,
    pub term: CancellationToken,
    pub kill: CancellationToken,
    /// Becomes true when the run is over and the container shows it.
    pub over: watch::Receiver<bool>,
}

#[derive(Debug)]
pub(super) struct Container {
    pub id: String,
    pub spec: ContainerSpec,
    pub labels: BTreeMap<String, String>,
    pub image: Image,
    pub files: Tree,
    pub state: ContainerState,
    pub exit_code: i64,
    pub out_of_memory: bool,
    pub host_port: Option<u16>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub process: Option<Process>,
    /// The inner ends of its standard streams, from an attach until its program begins.
    pub streams: Option<tokio::io::DuplexStream>,
    pub output: watch::Sender<Output>,
}

impl Container {
    pub fn info(&self) -> ContainerInfo {
        let has_ended = self.state == ContainerState::Exited;
        ContainerInfo {
            id: self.id.clone(),
            name: self.spec.name.clone(),
            image: self.spec.image.clone(),
            image_id: self.image.info.id.clone(),
            state: self.state,
            exit_code: has_ended.then_some(self.exit_code),
            out_of_memory: self.out_of_memory,
            host_port: self
                .host_port
                .filter(|_| self.state == ContainerState::Running),
            workspace_id: self.labels.get(names::LABEL_WORKSPACE).cloned(),
            generation: self
                .labels
                .get(names::LABEL_GENERATION)
                .and_then(|text| text.parse().ok()),
            spec_hash: self.labels.get(names::LABEL_SPEC_HASH).cloned(),
            labels: self.labels.clone(),
            started_at: self.started_at,
            finished_at: self.finished_at.filter(|_| has_ended),
            health: None,
        }
    }

    /// The volume that holds a path, and the path inside it; `None` if the path is on the root file system. Folders of
    /// the host are not simulated, their files live with the container.
    pub fn volume_at(&self, path: &str) -> Option<(&str, String)> {
        let path = plain(path);
        self.spec
            .mounts
            .iter()
            .filter_map(|mount| match mount {
                Mount::Volume { name, target, .. } => {
                    let target = plain(target);
                    let rest = path.strip_prefix(&target)?;
                    let is_inside = rest.is_empty() || rest.starts_with('/');
                    is_inside.then(|| (name.as_str(), plain(rest), target.len()))
                }
                Mount::Bind { .. } => None,
            })
            .max_by_key(|(_, _, depth)| *depth)
            .map(|(name, rest, _)| (name, rest))
    }

    pub fn is_mount_point(&self, path: &str) -> bool {
        let path = plain(path);
        self.spec.mounts.iter().any(|mount| match mount {
            Mount::Volume { target, .. } | Mount::Bind { target, .. } => plain(target) == path,
        }) || self
            .spec
            .limits
            .tmpfs
            .keys()
            .any(|target| plain(target) == path)
    }
}

pub(super) struct State {
    pub up: bool,
    pub info: EngineInfo,
    pub network: Option<NetworkInfo>,
    pub images: BTreeMap<String, Image>,
    /// Images a registry would give.
    pub registry: BTreeMap<String, Image>,
    pub volumes: BTreeMap<String, Volume>,
    pub containers: BTreeMap<String, Container>,
    pub failures: HashMap<Operation, VecDeque<EngineError>>,
    pub delays: HashMap<Operation, Duration>,
    pub calls: Vec<(Operation, String)>,
    /// Who watches, and for which installation.
    pub watchers: Vec<(
        String,
        mpsc::UnboundedSender<Result<EngineEvent, EngineError>>,
    )>,
    pub counter: u64,
    pub last_nanos: i64,
}

impl State {
    pub fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// The id behind an id, a name or the beginning of an id.
    pub fn resolve(&self, id_or_name: &str) -> Option<String> {
        if self.containers.contains_key(id_or_name) {
            return Some(id_or_name.to_owned());
        }
        let named = self
            .containers
            .values()
            .find(|container| container.spec.name == id_or_name);
        let begins = || {
            let mut found = self
                .containers
                .keys()
                .filter(|id| id_or_name.len() >= 6 && id.starts_with(id_or_name));
            found.next().filter(|_| found.next().is_none()).cloned()
        };
        named.map(|container| container.id.clone()).or_else(begins)
    }

    /// Tells all watchers; those that hung up are forgotten.
    pub fn emit(&mut self, id: &str, event: EventKind) {
        let Some(container) = self.containers.get(id) else {
            return;
        };
        let now = Utc::now().timestamp_nanos_opt().unwrap_or(0);
        self.last_nanos = now.max(self.last_nanos + 1);
        let info = container.info();
        let event = EngineEvent {
            event,
            container_id: info.id,
            name: info.name,
            workspace_id: info.workspace_id,
            generation: info.generation,
            at_nanos: self.last_nanos,
        };
        let instance = info.labels.get(names::LABEL_INSTANCE).map(String::as_str);
        self.watchers.retain(|(wanted, watcher)| {
            if Some(wanted.as_str()) == instance {
                watcher.send(Ok(event.clone())).is_ok()
            } else {
                !watcher.is_closed()
            }
        });
    }

    /// The files of a container at a path: the tree that holds them and the path in it.
    pub fn tree(&self, id: &str, path: &str) -> Option<(&Tree, String)> {
        let container = self.containers.get(id)?;
        match container.volume_at(path) {
            Some((volume, rest)) => Some((&self.volumes.get(volume)?.files, rest)),
            None => Some((&container.files, plain(path))),
        }
    }

    /// What `mv -T` does within one file system.
    pub fn rename(&mut self, id: &str, from: &str, to: &str) -> Result<(), String> {
        let (_, target) = self
            .tree(id, to)
            .ok_or_else(|| format!("mv: {to}: no such container\n"))?;
        let (tree, source) = self
            .tree_mut(id, from)
            .ok_or_else(|| format!("mv: {from}: no such container\n"))?;
        tree.rename(&source, &target)
            .map_err(|why| format!("mv: cannot move '{from}' to '{to}': {why}\n"))
    }

    /// What `rm -rf` does.
    pub fn remove_path(&mut self, id: &str, path: &str) {
        if let Some((tree, inside)) = self.tree_mut(id, path) {
            tree.remove(&inside);
        }
    }

    pub fn tree_mut(&mut self, id: &str, path: &str) -> Option<(&mut Tree, String)> {
        let container = self.containers.get_mut(id)?;
        match container
            .volume_at(path)
            .map(|(volume, rest)| (volume.to_owned(), rest))
        {
            Some((volume, rest)) => Some((&mut self.volumes.get_mut(&volume)?.files, rest)),
            None => Some((&mut container.files, plain(path))),
        }
    }
}
