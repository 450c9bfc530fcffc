//! Images of the simulated twin.

use super::{Simulated, control::Operation, state::Image, tree::Tree};
use crate::{
    EngineError, ImageConfig, ImageInfo, ProgressFn, PullProgress,
    archive::{ReadLimits, read},
};

impl Simulated {
    pub(super) async fn look_up_image(
        &self,
        reference: &str,
    ) -> Result<Option<ImageInfo>, EngineError> {
        self.enter(Operation::Image, reference).await?;
        Ok(self
            .lock()
            .images
            .get(reference)
            .map(|image| image.info.clone()))
    }

    pub(super) async fn pull_image(
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

    pub(super) async fn import_image(
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

    pub(super) async fn drop_image(&self, reference: &str) -> Result<(), EngineError> {
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
}
