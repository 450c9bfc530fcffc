//! The engine seam of the simulated twin.

use super::{
    Simulated,
    control::{Operation, missing},
    life,
    state::{Container, Output, Process, Volume},
    tree::Tree,
};
use crate::{
    Attached, ContainerId, ContainerInfo, ContainerSpec, ContainerState, Engine, EngineError,
    EngineEvent, EngineInfo, EventKind, ExecOutput, ExecSpec, FilePart, HostAddress, ImageConfig,
    ImageInfo, Installation, Listed, LogChunk, LogOptions, Mount, NetworkInfo, PathStat,
    ProgressFn, Reach, Survey, VolumeInfo, VolumeSpec, names,
};
use async_trait::async_trait;
use chrono::Utc;
use futures::stream::BoxStream;
use std::{net::Ipv4Addr, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

#[async_trait]
impl Engine for Simulated {
    fn installation(&self) -> &Installation {
        &self.installation
    }

    async fn info(&self) -> Result<EngineInfo, EngineError> {
        self.enter(Operation::Info, "").await?;
        Ok(self.lock().info.clone())
    }

    async fn ensure_network(&self) -> Result<NetworkInfo, EngineError> {
        self.enter(Operation::EnsureNetwork, &self.installation.network)
            .await?;
        let mut state = self.lock();
        if let Some(network) = &state.network {
            return Ok(network.clone());
        }
        let id = format!("{:064x}", state.next());
        let network = NetworkInfo {
            id,
            name: self.installation.network.clone(),
            gateway: Some(Ipv4Addr::new(172, 30, 0, 1)),
        };
        state.network = Some(network.clone());
        Ok(network)
    }

    async fn remove_network(&self) -> Result<(), EngineError> {
        self.enter(Operation::RemoveNetwork, &self.installation.network)
            .await?;
        let mut state = self.lock();
        if !state
            .containers
            .values()
            .any(|container| container.state == ContainerState::Running)
        {
            state.network = None;
        }
        Ok(())
    }

    /// What runs inside a simulated container runs in the test's own process, so loopback reaches the platform.
    async fn reach(&self) -> Result<Reach, EngineError> {
        self.enter(Operation::Reach, "").await?;
        Ok(Reach {
            host: HostAddress::Native {
                name: "127.0.0.1".to_owned(),
            },
            listen_on: None,
        })
    }

    async fn image(&self, reference: &str) -> Result<Option<ImageInfo>, EngineError> {
        self.look_up_image(reference).await
    }

    async fn pull(
        &self,
        reference: &str,
        _platform: Option<&str>,
        progress: ProgressFn,
    ) -> Result<(), EngineError> {
        self.pull_image(reference, _platform, progress).await
    }

    async fn import_rootfs(
        &self,
        reference: &str,
        rootfs_tar: &std::path::Path,
        config: ImageConfig,
    ) -> Result<ImageInfo, EngineError> {
        self.import_image(reference, rootfs_tar, config).await
    }

    async fn remove_image(&self, reference: &str) -> Result<(), EngineError> {
        self.drop_image(reference).await
    }

    async fn ensure_volume(&self, spec: &VolumeSpec) -> Result<(), EngineError> {
        self.have_volume(spec).await
    }

    async fn remove_volume(&self, name: &str) -> Result<(), EngineError> {
        self.drop_volume(name).await
    }

    async fn volumes(&self) -> Result<Vec<VolumeInfo>, EngineError> {
        self.list_volumes().await
    }

    async fn create(&self, spec: &ContainerSpec) -> Result<ContainerId, EngineError> {
        self.enter(Operation::Create, &spec.name).await?;
        let holder = {
            let state = self.lock();
            let holder = state
                .containers
                .values()
                .find(|container| container.spec.name == spec.name);
            match holder {
                Some(holder) => {
                    let label = |name: &str| holder.labels.get(name).map(String::as_str);
                    if !self.installation.owns(label, spec.workspace_id.as_deref()) {
                        let workspace_id = spec.workspace_id.as_deref();
                        return Err(self.installation.taken(&spec.name, label, workspace_id));
                    }
                    Some(holder.id.clone())
                }
                None => None,
            }
        };
        if let Some(id) = holder {
            self.take_away(&id).await;
        }
        let mut state = self.lock();
        let image = state.images.get(&spec.image).cloned();
        let image = image.ok_or_else(|| EngineError::ImageMissing {
            reference: spec.image.clone(),
            source: None,
        })?;
        if spec
            .mounts
            .iter()
            .any(|mount| matches!(mount, Mount::Bind { source, .. } if !source.exists()))
        {
            return Err(EngineError::Invalid {
                what: format!(
                    "A folder that {} should see does not exist on the engine's machine.",
                    spec.name
                ),
                remedy: "Make the folder, share it with the engine, or choose another one."
                    .to_owned(),
                source: None,
            });
        }
        let ours = self.installation.labels(spec.workspace_id.as_deref());
        for mount in &spec.mounts {
            if let Mount::Volume { name, .. } = mount {
                let volume = Volume {
                    labels: ours.clone(),
                    files: Tree::default(),
                };
                state.volumes.entry(name.clone()).or_insert(volume);
            }
        }
        let mut labels = image.info.labels.clone();
        labels.extend(spec.labels.clone());
        labels.extend(ours);
        labels.insert(
            names::LABEL_GENERATION.to_owned(),
            spec.generation.to_string(),
        );
        labels.insert(names::LABEL_SPEC_HASH.to_owned(), spec.spec_hash.clone());
        let number = state.next();
        // Ids differ in their beginning, which is what people type.
        let id = format!(
            "{:016x}{:048x}",
            number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            number
        );
        let container = Container {
            id: id.clone(),
            spec: spec.clone(),
            labels,
            files: image.files.clone(),
            image,
            state: ContainerState::Created,
            exit_code: 0,
            out_of_memory: false,
            host_port: None,
            started_at: None,
            finished_at: None,
            process: None,
            streams: None,
            output: watch::channel(Output::default()).0,
        };
        state.containers.insert(id.clone(), container);
        Ok(id)
    }

    async fn put(&self, id: &str, dir: &str, archive: Vec<u8>) -> Result<(), EngineError> {
        self.upload(id, dir, archive).await
    }

    async fn get(&self, id: &str, path: &str, limit: u64) -> Result<Vec<u8>, EngineError> {
        self.download(id, path, limit).await
    }

    async fn part(
        &self,
        id: &str,
        path: &str,
        offset: u64,
        length: u64,
    ) -> Result<Option<FilePart>, EngineError> {
        self.download_part(id, path, offset, length).await
    }

    async fn stat(&self, id: &str, path: &str) -> Result<Option<PathStat>, EngineError> {
        self.stat_path(id, path).await
    }

    async fn survey(
        &self,
        id: &str,
        path: &str,
        survey: &Survey,
    ) -> Result<Vec<Listed>, EngineError> {
        self.survey_folder(id, path, survey).await
    }

    async fn start(&self, id: &str) -> Result<(), EngineError> {
        self.enter(Operation::Start, id).await?;
        let (id, spec, steps, process, over, ports, streams) = {
            let mut state = self.lock();
            let id = state.resolve(id).ok_or_else(|| missing(id))?;
            let number = state.next();
            let has_network = state.network.is_some();
            let container = state.containers.get_mut(&id).ok_or_else(|| missing(&id))?;
            if container.state == ContainerState::Running {
                return Ok(());
            }
            if !has_network && !container.spec.limits.host_network {
                return Err(EngineError::NetworkMissing {
                    name: self.installation.network.clone(),
                    source: None,
                });
            }
            let steps = life::steps(container)?;
            let ports = life::bind(&container.spec)?;
            let (over, is_over) = watch::channel(false);
            let process = Process {
                number,
                term: CancellationToken::new(),
                kill: CancellationToken::new(),
                over: is_over,
            };
            container.host_port = ports
                .iter()
                .find(|(port, _)| *port == crate::AGENT_PORT)
                .and_then(|(_, listener)| listener.local_addr().ok())
                .map(|address| address.port());
            container.state = ContainerState::Running;
            container.out_of_memory = false;
            container.started_at = Some(Utc::now());
            container.process = Some(process.clone());
            container.output.send_modify(|output| output.ended = false);
            let spec = container.spec.clone();
            let streams = container.streams.take();
            state.emit(&id, EventKind::Start);
            (id, spec, steps, process, over, ports, streams)
        };
        self.launch(&id, spec, steps, process, over, ports, streams);
        Ok(())
    }

    async fn stop(&self, id: &str, grace: Duration) -> Result<(), EngineError> {
        self.enter(Operation::Stop, id).await?;
        let process = {
            let state = self.lock();
            state
                .resolve(id)
                .and_then(|id| state.containers.get(&id)?.process.clone())
        };
        if let Some(process) = process {
            life::end(process, grace).await;
        }
        Ok(())
    }

    async fn remove(&self, id: &str) -> Result<(), EngineError> {
        self.enter(Operation::Remove, id).await?;
        let found = self.lock().resolve(id);
        if let Some(id) = found {
            self.take_away(&id).await;
        }
        Ok(())
    }

    async fn inspect(&self, id_or_name: &str) -> Result<Option<ContainerInfo>, EngineError> {
        self.enter(Operation::Inspect, id_or_name).await?;
        let state = self.lock();
        Ok(state
            .resolve(id_or_name)
            .and_then(|id| state.containers.get(&id))
            .map(Container::info))
    }

    async fn containers(&self) -> Result<Vec<ContainerInfo>, EngineError> {
        self.enter(Operation::Containers, "").await?;
        let instance = self.installation.instance.to_string();
        let state = self.lock();
        let mut containers: Vec<ContainerInfo> = state
            .containers
            .values()
            .filter(|container| container.labels.get(names::LABEL_INSTANCE) == Some(&instance))
            .map(Container::info)
            .collect();
        containers.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(containers)
    }

    async fn exec(&self, id: &str, spec: &ExecSpec) -> Result<ExecOutput, EngineError> {
        self.execute(id, spec).await
    }

    async fn attach(&self, id: &str) -> Result<Attached, EngineError> {
        self.attach_streams(id).await
    }

    async fn logs(
        &self,
        id: &str,
        options: &LogOptions,
    ) -> Result<BoxStream<'static, Result<LogChunk, EngineError>>, EngineError> {
        self.read_logs(id, options).await
    }

    async fn events(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, EngineError>>, EngineError> {
        self.watch().await
    }
}

impl Simulated {
    /// Kills and removes; its end is an event as with a real engine.
    async fn take_away(&self, id: &str) {
        let process = self
            .lock()
            .containers
            .get(id)
            .and_then(|container| container.process.clone());
        life::kill_all(process.into_iter().collect()).await;
        let mut state = self.lock();
        state.emit(id, EventKind::Destroy);
        state.containers.remove(id);
    }
}
