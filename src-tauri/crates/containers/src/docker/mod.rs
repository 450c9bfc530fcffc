//! A real engine behind the Docker API: Docker itself, its desktop packages, Podman's compatible socket.

mod answer;
mod connect;
mod create;
mod exec;
mod files;
mod host;
mod images;
mod network;
mod observe;
mod remove;
mod saved;
mod streams;
mod volumes;

pub use connect::{Docker, Endpoint, Installation};

use crate::{
    Attached, ContainerId, ContainerInfo, ContainerSpec, Engine, EngineError, EngineEvent,
    EngineInfo, ExecOutput, ExecSpec, FilePart, ImageConfig, ImageInfo, Listed, LogChunk,
    LogOptions, NetworkInfo, PathStat, ProgressFn, Reach, Survey, VolumeInfo, VolumeSpec,
};
use async_trait::async_trait;
use futures::stream::BoxStream;
use std::time::Duration;

#[async_trait]
impl Engine for Docker {
    fn installation(&self) -> &Installation {
        &self.installation
    }

    async fn info(&self) -> Result<EngineInfo, EngineError> {
        self.probe().await
    }

    async fn ensure_network(&self) -> Result<NetworkInfo, EngineError> {
        self.have_network().await
    }

    async fn remove_network(&self) -> Result<(), EngineError> {
        self.drop_network().await
    }

    async fn reach(&self) -> Result<Reach, EngineError> {
        self.find_reach().await
    }

    async fn image(&self, reference: &str) -> Result<Option<ImageInfo>, EngineError> {
        self.look_up_image(reference).await
    }

    async fn pull(
        &self,
        reference: &str,
        platform: Option<&str>,
        progress: ProgressFn,
    ) -> Result<(), EngineError> {
        self.pull_image(reference, platform, progress).await
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
        self.create_container(spec).await
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
        self.start_container(id).await
    }

    async fn stop(&self, id: &str, grace: Duration) -> Result<(), EngineError> {
        self.stop_container(id, grace).await
    }

    async fn remove(&self, id: &str) -> Result<(), EngineError> {
        self.remove_container(id).await
    }

    async fn inspect(&self, id_or_name: &str) -> Result<Option<ContainerInfo>, EngineError> {
        self.observe(id_or_name).await
    }

    async fn containers(&self) -> Result<Vec<ContainerInfo>, EngineError> {
        self.list_containers().await
    }

    async fn exec(&self, id: &str, spec: &ExecSpec) -> Result<ExecOutput, EngineError> {
        self.run(id, spec).await
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
