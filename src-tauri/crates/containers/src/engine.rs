//! The seam between the platform and whatever runs its containers.

use crate::{
    Attached, ContainerId, ContainerInfo, ContainerSpec, EngineError, EngineEvent, EngineInfo,
    ExecOutput, ExecSpec, FilePart, ImageConfig, ImageInfo, Installation, Listed, LogChunk,
    LogOptions, NetworkInfo, PathStat, ProgressFn, Reach, Survey, VolumeInfo, VolumeSpec,
};
use async_trait::async_trait;
use futures::stream::BoxStream;
use std::time::Duration;

/// A container engine, seen from one installation of the platform.
///
/// Every call is one idempotent step that may be repeated after a crash at any instant: what is already there is kept,
/// what is already gone counts as removed. Lists and events show only what carries this installation's label
/// (contract 04, D42). A call never waits longer than its own limit; an engine that does not answer is
/// [`EngineError::Unavailable`] or [`EngineError::Timeout`], never a hang.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// Whose containers are seen through this value.
    fn installation(&self) -> &Installation;

    /// Asks the engine what it is: kind, versions, memory, processors. This is the probe of D71.
    async fn info(&self) -> Result<EngineInfo, EngineError>;

    /// Makes the installation's bridge network unless it is there already, and gives its IPv4 gateway.
    async fn ensure_network(&self) -> Result<NetworkInfo, EngineError>;

    /// Removes the installation's network; one that is gone, or still holds containers, is left as it is.
    async fn remove_network(&self) -> Result<(), EngineError>;

    /// How a container reaches this host, and where the platform must listen for that (D12). Needs the network.
    async fn reach(&self) -> Result<Reach, EngineError>;

    /// The image with this reference, if the engine has it.
    async fn image(&self, reference: &str) -> Result<Option<ImageInfo>, EngineError>;

    /// Pulls an image from its registry and reads the progress to its end. `platform` is `os/arch`.
    async fn pull(
        &self,
        reference: &str,
        platform: Option<&str>,
        progress: ProgressFn,
    ) -> Result<(), EngineError>;

    /// Makes an image out of the root file system in a file (an uncompressed tar), without any registry. A reference
    /// that exists already then points to the new image.
    async fn import_rootfs(
        &self,
        reference: &str,
        rootfs_tar: &std::path::Path,
        config: ImageConfig,
    ) -> Result<ImageInfo, EngineError>;

    /// Removes an image reference; one that is gone already is fine.
    async fn remove_image(&self, reference: &str) -> Result<(), EngineError>;

    /// Makes a labelled volume unless one of that name is there already.
    async fn ensure_volume(&self, spec: &VolumeSpec) -> Result<(), EngineError>;

    /// Removes a volume and what it holds; one that is gone already is fine, one in use is [`EngineError::InUse`].
    async fn remove_volume(&self, name: &str) -> Result<(), EngineError>;

    /// All volumes that carry this installation's label.
    async fn volumes(&self) -> Result<Vec<VolumeInfo>, EngineError>;

    /// Creates a container without starting it, so that files can be put into it first (D7).
    ///
    /// A container of the same name is removed first if it is ours and of the same workspace; any other holder of the
    /// name is [`EngineError::NameTaken`] and stays untouched (D42).
    async fn create(&self, spec: &ContainerSpec) -> Result<ContainerId, EngineError>;

    /// Unpacks a tar below `dir` of a created or running container. `dir` must exist; what is there already stays.
    /// Owner and mode come from the archive.
    async fn put(&self, id: &str, dir: &str, archive: Vec<u8>) -> Result<(), EngineError>;

    /// Reads a file or folder as a tar, at most `limit` bytes of it ([`EngineError::TooLarge`] otherwise). Podman says
    /// root as the owner of everything in it.
    async fn get(&self, id: &str, path: &str, limit: u64) -> Result<Vec<u8>, EngineError>;

    /// `length` bytes of a file from `offset` on, however large it is; `None` where no file stands at the path.
    async fn part(
        &self,
        id: &str,
        path: &str,
        offset: u64,
        length: u64,
    ) -> Result<Option<FilePart>, EngineError>;

    /// What stands at a path; `None` if nothing does. Links on the way are followed inside the container, a link at the
    /// end is not.
    async fn stat(&self, id: &str, path: &str) -> Result<Option<PathStat>, EngineError>;

    /// What a folder holds, as far as `survey` says. The path itself has to be a folder, not a link to one.
    async fn survey(
        &self,
        id: &str,
        path: &str,
        survey: &Survey,
    ) -> Result<Vec<Listed>, EngineError>;

    /// Starts a created or stopped container. One that runs already is fine.
    async fn start(&self, id: &str) -> Result<(), EngineError>;

    /// Asks the container to end (TERM), waits `grace`, then kills it (D18). Gone or not running is fine.
    async fn stop(&self, id: &str, grace: Duration) -> Result<(), EngineError>;

    /// Removes a container, running or not; one that is gone already is fine. Named volumes stay.
    async fn remove(&self, id: &str) -> Result<(), EngineError>;

    /// What a container is doing, by id or name; `None` if there is none. Not restricted to our own containers.
    async fn inspect(&self, id_or_name: &str) -> Result<Option<ContainerInfo>, EngineError>;

    /// All containers that carry this installation's label, stopped ones too.
    async fn containers(&self) -> Result<Vec<ContainerInfo>, EngineError>;

    /// Runs a command in a running container and waits for it. No shell unless the command is one (D28).
    async fn exec(&self, id: &str, spec: &ExecSpec) -> Result<ExecOutput, EngineError>;

    /// The standard streams of a container that was created with `open_stdin` and is not started yet: what is written
    /// reaches its program, and every byte it prints comes out. Both end with the container.
    async fn attach(&self, id: &str) -> Result<Attached, EngineError>;

    /// Reads a container's output: what is there, and with `follow` what comes until it ends.
    async fn logs(
        &self,
        id: &str,
        options: &LogOptions,
    ) -> Result<BoxStream<'static, Result<LogChunk, EngineError>>, EngineError>;

    /// What happens to this installation's containers from now on (D50). Nothing after the return of this call is
    /// missed; the stream ends, after an error, when the engine goes away. Then list again and subscribe again.
    async fn events(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, EngineError>>, EngineError>;
}
