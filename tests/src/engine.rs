//! The container engine as a bystander sees it: asked directly, not through our own code.

use bollard::{
    Docker,
    models::{ContainerInspectResponse, ContainerSummary},
    query_parameters::{
        DownloadFromContainerOptions, InspectContainerOptions, KillContainerOptions,
        ListContainersOptions, ListNetworksOptions, ListVolumesOptions, UploadToContainerOptions,
    },
};
use futures::StreamExt;
use std::{collections::HashMap, io::Read};

/// A connection to the engine that tests use.
#[derive(Debug, Clone)]
pub struct Engine {
    docker: Docker,
}

/// A file in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInside {
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u64,
    /// Bytes.
    pub content: Vec<u8>,
}

impl FileInside {
    /// The bytes as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }
}

impl Engine {
    /// The engine of `DOCKER_HOST`, else the default socket.
    ///
    /// # Panics
    /// When none answers: tests with containers need one.
    pub async fn connect() -> Self {
        let docker = Docker::connect_with_defaults().expect("an engine's address");
        let docker = docker.negotiate_version().await.expect(
            "no container engine answers; run the tests through scripts/with-engine.sh (`make test` does)",
        );
        Self { docker }
    }

    /// The engine at a socket.
    ///
    /// # Panics
    /// When none answers.
    pub async fn at(socket: &std::path::Path) -> Self {
        let address = format!("unix://{}", socket.display());
        let docker = Docker::connect_with_unix(&address, 60, bollard::API_DEFAULT_VERSION)
            .expect("an engine's address");
        Self {
            docker: docker
                .negotiate_version()
                .await
                .expect("the engine answers"),
        }
    }

    /// Containers of one installation, by the network they are in, running or not.
    pub async fn containers(&self, network: &str) -> Vec<ContainerSummary> {
        let filters = HashMap::from([("network".to_owned(), vec![network.to_owned()])]);
        let options = ListContainersOptions {
            all: true,
            filters: Some(filters),
            ..ListContainersOptions::default()
        };
        self.docker
            .list_containers(Some(options))
            .await
            .expect("the engine lists containers")
    }

    /// Containers that carry this label, running or not.
    pub async fn labelled(&self, name: &str, value: &str) -> Vec<ContainerSummary> {
        let filters = HashMap::from([("label".to_owned(), vec![format!("{name}={value}")])]);
        let options = ListContainersOptions {
            all: true,
            filters: Some(filters),
            ..ListContainersOptions::default()
        };
        self.docker
            .list_containers(Some(options))
            .await
            .expect("the engine lists containers")
    }

    /// Names of the volumes that carry this label.
    pub async fn volumes(&self, name: &str, value: &str) -> Vec<String> {
        let filters = HashMap::from([("label".to_owned(), vec![format!("{name}={value}")])]);
        let listed = self
            .docker
            .list_volumes(Some(ListVolumesOptions {
                filters: Some(filters),
            }))
            .await;
        let volumes = listed
            .expect("the engine lists volumes")
            .volumes
            .unwrap_or_default();
        volumes.into_iter().map(|volume| volume.name).collect()
    }

    /// How many networks have this name.
    pub async fn networks(&self, name: &str) -> usize {
        let filters = HashMap::from([("name".to_owned(), vec![name.to_owned()])]);
        let listed = self
            .docker
            .list_networks(Some(ListNetworksOptions {
                filters: Some(filters),
            }))
            .await;
        let networks = listed.expect("the engine lists networks");
        networks
            .iter()
            .filter(|network| network.name.as_deref() == Some(name))
            .count()
    }

    /// A container in all detail; `None` when there is none.
    pub async fn inspect(&self, name: &str) -> Option<ContainerInspectResponse> {
        self.docker
            .inspect_container(name, None::<InspectContainerOptions>)
            .await
            .ok()
    }

    /// Id of the container of a workspace.
    pub async fn id_of(&self, workspace: &str) -> Option<String> {
        self.inspect(&containers::names::container_name(workspace))
            .await?
            .id
    }

    /// Ends a container's program from outside, as `docker kill` does.
    pub async fn kill(&self, name: &str) {
        self.docker
            .kill_container(name, None::<KillContainerOptions>)
            .await
            .expect("the engine kills the container");
    }

    /// Freezes a container's program, as `docker pause` does.
    pub async fn freeze(&self, name: &str) {
        let frozen = self.docker.pause_container(name).await;
        frozen.expect("the engine freezes the container");
    }

    /// Lets a frozen program go on, as `docker unpause` does.
    pub async fn thaw(&self, name: &str) {
        let thawed = self.docker.unpause_container(name).await;
        thawed.expect("the engine thaws the container");
    }

    /// One file of a container.
    pub async fn file(&self, container: &str, path: &str) -> Option<FileInside> {
        let options = DownloadFromContainerOptions {
            path: path.to_owned(),
        };
        let mut pieces = std::pin::pin!(
            self.docker
                .download_from_container(container, Some(options))
        );
        let mut archive = Vec::new();
        while let Some(piece) = pieces.next().await {
            archive.extend_from_slice(&piece.ok()?);
        }
        let mut archive = tar::Archive::new(archive.as_slice());
        let mut entry = archive.entries().ok()?.next()?.ok()?;
        let (mode, uid) = (
            entry.header().mode().ok()? & 0o7777,
            entry.header().uid().ok()?,
        );
        let mut content = Vec::new();
        entry.read_to_end(&mut content).ok()?;
        Some(FileInside { mode, uid, content })
    }

    /// Unpacks an archive below a folder of a container, as `docker cp` does.
    pub async fn upload(&self, container: &str, dir: &str, archive: Vec<u8>) {
        let options = UploadToContainerOptions {
            path: dir.to_owned(),
            ..UploadToContainerOptions::default()
        };
        self.docker
            .upload_to_container(container, Some(options), bollard::body_full(archive.into()))
            .await
            .expect("the engine takes the files");
    }

    /// Variables of a container, `NAME=value`; none when there is no such container.
    pub async fn environment(&self, name: &str) -> Vec<String> {
        let found = self.inspect(name).await;
        found
            .and_then(|found| found.config?.env)
            .unwrap_or_default()
    }
}
