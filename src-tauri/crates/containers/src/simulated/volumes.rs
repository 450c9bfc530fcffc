//! Volumes of the simulated twin.

use super::{Simulated, control::Operation, state::Volume, tree::Tree};
use crate::{EngineError, Mount, VolumeInfo, VolumeSpec, names};

impl Simulated {
    pub(super) async fn have_volume(&self, spec: &VolumeSpec) -> Result<(), EngineError> {
        self.enter(Operation::EnsureVolume, &spec.name).await?;
        let mut state = self.lock();
        if let Some(volume) = state.volumes.get(&spec.name) {
            let label = |name: &str| volume.labels.get(name).map(String::as_str);
            let ours = self.installation.owns(label, spec.workspace_id.as_deref());
            return if ours {
                Ok(())
            } else {
                let workspace_id = spec.workspace_id.as_deref();
                Err(self.installation.taken(&spec.name, label, workspace_id))
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

    pub(super) async fn drop_volume(&self, name: &str) -> Result<(), EngineError> {
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

    pub(super) async fn list_volumes(&self) -> Result<Vec<VolumeInfo>, EngineError> {
        self.enter(Operation::Volumes, "").await?;
        let instance = self.installation.instance.to_string();
        Ok(self
            .all_volumes()
            .into_iter()
            .filter(|volume| volume.labels.get(names::LABEL_INSTANCE) == Some(&instance))
            .collect())
    }
}
