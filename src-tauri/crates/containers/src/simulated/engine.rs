//! The engine seam of the simulated twin.

use super::{
    Simulated,
    control::{Operation, missing},
    life,
    program::{self, Step},
    state::{Container, Image, Output, Process, Volume},
    tree::{Tree, plain},
};
use crate::{
    Attached, ContainerId, ContainerInfo, ContainerSpec, ContainerState, Engine, EngineError,
    EngineEvent, EngineInfo, EventKind, ExecOutput, ExecSpec, FilePart, HostAddress, ImageConfig,
    ImageInfo, Installation, Listed, LogChunk, LogOptions, Missing, Mount, NetworkInfo, PathStat,
    ProgressFn, PullProgress, Reach, Survey, VolumeInfo, VolumeSpec,
    archive::{self, ReadLimits, read},
    names,
};
use async_trait::async_trait;
use chrono::{SecondsFormat, Utc};
use futures::{StreamExt, stream::BoxStream};
use std::{net::Ipv4Addr, time::Duration};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Bytes of a standard stream that wait to be read, as much as a pipe holds.
const STREAM_BUFFER: usize = 64 * 1024;

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
        self.enter(Operation::Image, reference).await?;
        Ok(self
            .lock()
            .images
            .get(reference)
            .map(|image| image.info.clone()))
    }

    async fn pull(
        &self,
        reference: &str,
        _platform: Option<&str>,
        progress: ProgressFn,
    ) -> Result<(), EngineError> {
        self.enter(Operation::Pull, reference).await?;
        let offered = self.lock().registry.get(reference).cloned();
        let image = offered.ok_or_else(|| EngineError::PullFailed {
            reference: reference.to_owned(),
            source: None,
        })?;
        for (status, current) in [("Pulling", 0), ("Downloading", 50), ("Pull complete", 100)] {
            progress(PullProgress {
                status: status.to_owned(),
                layer: Some("layer".to_owned()),
                current: Some(current),
                total: Some(100),
            });
        }
        self.lock().images.insert(reference.to_owned(), image);
        Ok(())
    }

    async fn import_rootfs(
        &self,
        reference: &str,
        rootfs_tar: &std::path::Path,
        config: ImageConfig,
    ) -> Result<ImageInfo, EngineError> {
        self.enter(Operation::ImportRootfs, reference).await?;
        let limits = ReadLimits {
            entries: usize::MAX,
            bytes: u64::MAX - 1,
        };
        let rootfs_tar = std::fs::read(rootfs_tar).map_err(|error| EngineError::Invalid {
            what: format!("{} cannot be used: {error}.", rootfs_tar.display()),
            remedy: "Give a file that can be read.".to_owned(),
            source: None,
        })?;
        let size_bytes = rootfs_tar.len() as u64;
        let mut files = Tree::default();
        files.unpack("", read(&rootfs_tar, limits)?);
        let mut state = self.lock();
        let info = ImageInfo {
            id: format!("sha256:{:064x}", state.next()),
            reference: reference.to_owned(),
            platform: "linux/amd64".to_owned(),
            size_bytes,
            labels: config.labels.clone(),
            user: config.user.clone().unwrap_or_default(),
        };
        state.images.insert(
            reference.to_owned(),
            Image {
                info: info.clone(),
                config,
                files,
            },
        );
        Ok(info)
    }

    async fn remove_image(&self, reference: &str) -> Result<(), EngineError> {
        self.enter(Operation::RemoveImage, reference).await?;
        let mut state = self.lock();
        if state
            .containers
            .values()
            .any(|container| container.spec.image == reference)
        {
            return Err(EngineError::InUse {
                name: reference.to_owned(),
                source: None,
            });
        }
        state.images.remove(reference);
        Ok(())
    }

    async fn ensure_volume(&self, spec: &VolumeSpec) -> Result<(), EngineError> {
        self.enter(Operation::EnsureVolume, &spec.name).await?;
        let mut state = self.lock();
        if let Some(volume) = state.volumes.get(&spec.name) {
            let label = |name: &str| volume.labels.get(name).map(String::as_str);
            let ours = self.installation.owns(label, spec.workspace_id.as_deref());
            return if ours {
                Ok(())
            } else {
                Err(EngineError::NameTaken {
                    name: spec.name.clone(),
                })
            };
        }
        let labels = self.installation.labels(spec.workspace_id.as_deref());
        state.volumes.insert(
            spec.name.clone(),
            Volume {
                labels,
                files: Tree::default(),
            },
        );
        Ok(())
    }

    async fn remove_volume(&self, name: &str) -> Result<(), EngineError> {
        self.enter(Operation::RemoveVolume, name).await?;
        let mut state = self.lock();
        let uses =
            |mount: &Mount| matches!(mount, Mount::Volume { name: used, .. } if used == name);
        if state
            .containers
            .values()
            .any(|container| container.spec.mounts.iter().any(uses))
        {
            return Err(EngineError::InUse {
                name: name.to_owned(),
                source: None,
            });
        }
        state.volumes.remove(name);
        Ok(())
    }

    async fn volumes(&self) -> Result<Vec<VolumeInfo>, EngineError> {
        self.enter(Operation::Volumes, "").await?;
        let instance = self.installation.instance.to_string();
        Ok(self
            .all_volumes()
            .into_iter()
            .filter(|volume| volume.labels.get(names::LABEL_INSTANCE) == Some(&instance))
            .collect())
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
                        return Err(EngineError::NameTaken {
                            name: spec.name.clone(),
                        });
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
        self.enter(Operation::Put, id).await?;
        let entries = read(
            &archive,
            ReadLimits {
                entries: usize::MAX,
                bytes: u64::MAX - 1,
            },
        )?;
        let mut state = self.lock();
        let id = state.resolve(id).ok_or_else(|| missing(id))?;
        let container = state.containers.get(&id).ok_or_else(|| missing(&id))?;
        let is_mount = container.is_mount_point(dir);
        if container.spec.limits.read_only_root && container.volume_at(dir).is_none() {
            return Err(EngineError::Invalid {
                what: format!("The engine does not take the files for {dir} of {id}."),
                remedy: "The folder may be read-only, or a file may stand where a folder should."
                    .to_owned(),
                source: None,
            });
        }
        let no_dir = EngineError::NotFound {
            what: Missing::Path,
            name: dir.to_owned(),
            source: None,
        };
        let Some((tree, inside)) = state.tree_mut(&id, dir) else {
            return Err(no_dir);
        };
        if !is_mount && !tree.is_folder(&inside) {
            return Err(no_dir);
        }
        tree.unpack(&inside, entries);
        Ok(())
    }

    async fn get(&self, id: &str, path: &str, limit: u64) -> Result<Vec<u8>, EngineError> {
        self.enter(Operation::Get, id).await?;
        let state = self.lock();
        let id = state.resolve(id).ok_or_else(|| missing(id))?;
        let not_there = || EngineError::NotFound {
            what: Missing::Path,
            name: path.to_owned(),
            source: None,
        };
        let (tree, inside) = state.tree(&id, path).ok_or_else(not_there)?;
        let asked = plain(path);
        let base = asked
            .rsplit_once('/')
            .map_or(asked.as_str(), |(_, last)| last);
        let archive = tree.pack(&inside, base)?;
        if archive.len() as u64 > limit {
            return Err(EngineError::TooLarge {
                what: path.to_owned(),
                limit,
            });
        }
        Ok(archive)
    }

    async fn part(
        &self,
        id: &str,
        path: &str,
        offset: u64,
        length: u64,
    ) -> Result<Option<FilePart>, EngineError> {
        let archive = self.get(id, path, u64::MAX).await?;
        archive::part(archive.as_slice(), offset, length)
    }

    async fn stat(&self, id: &str, path: &str) -> Result<Option<PathStat>, EngineError> {
        self.enter(Operation::Stat, id).await?;
        let state = self.lock();
        let id = state.resolve(id).ok_or_else(|| missing(id))?;
        let found = state.tree(&id, path);
        Ok(found.and_then(|(tree, inside)| tree.stat(&inside)))
    }

    async fn survey(
        &self,
        id: &str,
        path: &str,
        survey: &Survey,
    ) -> Result<Vec<Listed>, EngineError> {
        self.enter(Operation::Survey, id).await?;
        let archive = self.get(id, path, u64::MAX).await?;
        let path = plain(path);
        let base = path
            .rsplit_once('/')
            .map_or(path.as_str(), |(_, last)| last);
        archive::survey(base, archive.as_slice(), survey)
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
        self.enter(Operation::Exec, id).await?;
        let id = {
            let state = self.lock();
            let found = state.resolve(id).ok_or_else(|| missing(id))?;
            if state
                .containers
                .get(&found)
                .is_none_or(|container| container.state != ContainerState::Running)
            {
                return Err(EngineError::NotRunning {
                    name: id.to_owned(),
                    source: None,
                });
            }
            found
        };
        let Some(steps) = program::parse(&spec.command) else {
            let stderr = format!(
                "{}: not found\n",
                spec.command.first().map_or("", String::as_str)
            )
            .into_bytes();
            return Ok(ExecOutput {
                exit_code: 127,
                stderr,
                ..ExecOutput::default()
            });
        };
        let doing = format!(
            "Running {} in {id}",
            spec.command.first().map_or("a command", String::as_str)
        );
        tokio::time::timeout(spec.timeout, self.run(&id, steps, spec.limit))
            .await
            .map_err(|_| EngineError::Timeout {
                doing,
                after: spec.timeout,
            })
    }

    async fn attach(&self, id: &str) -> Result<Attached, EngineError> {
        self.enter(Operation::Attach, id).await?;
        let mut state = self.lock();
        let found = state.resolve(id).ok_or_else(|| missing(id))?;
        let container = state
            .containers
            .get_mut(&found)
            .ok_or_else(|| missing(id))?;
        let (outer, inner) = tokio::io::duplex(STREAM_BUFFER);
        if container.spec.open_stdin {
            container.streams = Some(inner);
        }
        let (output, input) = tokio::io::split(outer);
        Ok(Attached {
            input: Box::pin(input),
            output: tokio_util::io::ReaderStream::new(output).boxed(),
        })
    }

    async fn logs(
        &self,
        id: &str,
        options: &LogOptions,
    ) -> Result<BoxStream<'static, Result<LogChunk, EngineError>>, EngineError> {
        self.enter(Operation::Logs, id).await?;
        let output = {
            let state = self.lock();
            let found = state.resolve(id).ok_or_else(|| missing(id))?;
            state
                .containers
                .get(&found)
                .ok_or_else(|| missing(id))?
                .output
                .subscribe()
        };
        let first = options.tail.map_or(0, |lines| {
            output
                .borrow()
                .chunks
                .len()
                .saturating_sub(usize::try_from(lines).unwrap_or(usize::MAX))
        });
        let options = options.clone();
        Ok(
            futures::stream::unfold((output, first), move |(mut output, mut index)| {
                let options = options.clone();
                async move {
                    loop {
                        let (next, ended) = {
                            let seen = output.borrow_and_update();
                            (seen.chunks.get(index).cloned(), seen.ended)
                        };
                        match next {
                            Some((at, mut chunk)) => {
                                index += 1;
                                if options.since.is_some_and(|second| at.timestamp() < second) {
                                    continue;
                                }
                                if options.timestamps {
                                    let mut line = format!(
                                        "{} ",
                                        at.to_rfc3339_opts(SecondsFormat::Nanos, true)
                                    )
                                    .into_bytes();
                                    line.append(&mut chunk.bytes);
                                    chunk.bytes = line;
                                }
                                return Some((Ok(chunk), (output, index)));
                            }
                            None if ended || !options.follow => return None,
                            // The container was removed.
                            None => output.changed().await.ok()?,
                        }
                    }
                }
            })
            .boxed(),
        )
    }

    async fn events(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, EngineError>>, EngineError> {
        self.enter(Operation::Events, "").await?;
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut state = self.lock();
        if !state.up {
            return Err(self.away());
        }
        state
            .watchers
            .push((self.installation.instance.to_string(), sender));
        Ok(
            futures::stream::unfold(receiver, |mut receiver| async move {
                receiver.recv().await.map(|event| (event, receiver))
            })
            .boxed(),
        )
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

    async fn run(&self, id: &str, steps: Vec<Step>, limit: usize) -> ExecOutput {
        let mut output = ExecOutput::default();
        let keep = |kept: &mut Vec<u8>, bytes: &[u8]| {
            let room = limit.saturating_sub(kept.len()).min(bytes.len());
            kept.extend_from_slice(&bytes[..room]);
            room < bytes.len()
        };
        for step in steps {
            match step {
                Step::Print(bytes) => output.truncated |= keep(&mut output.stdout, &bytes),
                Step::PrintError(bytes) => output.truncated |= keep(&mut output.stderr, &bytes),
                Step::Cat(path) => match self.file(id, &path) {
                    Some(content) => output.truncated |= keep(&mut output.stdout, &content),
                    None => {
                        let text = format!(
                            "cat: can't open '{}': No such file or directory\n",
                            plain(&path)
                        );
                        keep(&mut output.stderr, text.as_bytes());
                        output.exit_code = 1;
                        return output;
                    }
                },
                Step::Move(from, to) => {
                    if let Err(text) = self.lock().rename(id, &from, &to) {
                        keep(&mut output.stderr, text.as_bytes());
                        output.exit_code = 1;
                        return output;
                    }
                }
                Step::Remove(path) => self.lock().remove_path(id, &path),
                Step::EndAtTerm(_) | Step::Echo => {}
                Step::Wait => std::future::pending::<()>().await,
                Step::EatMemory => {
                    output.exit_code = 137;
                    return output;
                }
                Step::Exit(code) => {
                    output.exit_code = code;
                    return output;
                }
            }
        }
        output
    }
}
