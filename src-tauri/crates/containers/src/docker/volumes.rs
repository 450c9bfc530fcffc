//! Volumes, labelled before anything is mounted (contract 04, D8 and D10).

use super::{Docker, answer};
use crate::{EngineError, VolumeInfo, VolumeSpec, names};
use bollard::{
    models::VolumeCreateRequest,
    query_parameters::{ListVolumesOptions, RemoveVolumeOptions},
};

impl Docker {
    pub(super) async fn have_volume(&self, spec: &VolumeSpec) -> Result<(), EngineError> {
        let doing = format!("Making the volume {}", spec.name);
        match self.api.inspect_volume(&spec.name).await {
            Ok(volume) => {
                let label = |name: &str| volume.labels.get(name).map(String::as_str);
                // A volume without our label is one from before labels, found by its name (D10).
                let is_old = label(names::LABEL_INSTANCE).is_none();
                if is_old || self.installation.owns(label, spec.workspace_id.as_deref()) {
                    return Ok(());
                }
                let workspace_id = spec.workspace_id.as_deref();
                return Err(self.installation.taken(&spec.name, label, workspace_id));
            }
            Err(error) if answer::is_status(&error, 404) => {}
            Err(error) => return Err(self.failed(&doing, error)),
        }
        let request = VolumeCreateRequest {
            name: Some(spec.name.clone()),
            labels: Some(
                self.installation
                    .labels(spec.workspace_id.as_deref())
                    .into_iter()
                    .collect(),
            ),
            ..VolumeCreateRequest::default()
        };
        match self.api.create_volume(request).await {
            Ok(_) => Ok(()),
            Err(error) if answer::is_status(&error, 400) => Err(EngineError::Invalid {
                what: format!("{} is not a name for a volume.", spec.name),
                remedy: "Use letters, digits, dots, dashes and underscores.".to_owned(),
                source: answer::cause(&error),
            }),
            Err(error) => Err(self.failed(&doing, error)),
        }
    }

    pub(super) async fn drop_volume(&self, name: &str) -> Result<(), EngineError> {
        match self
            .api
            .remove_volume(name, None::<RemoveVolumeOptions>)
            .await
        {
            Ok(()) => Ok(()),
            Err(error) if answer::is_status(&error, 404) => Ok(()),
            Err(error) if answer::is_status(&error, 409) => Err(EngineError::InUse {
                name: name.to_owned(),
                source: answer::cause(&error),
            }),
            Err(error) => Err(self.failed(&format!("Removing the volume {name}"), error)),
        }
    }

    pub(super) async fn list_volumes(&self) -> Result<Vec<VolumeInfo>, EngineError> {
        let options = ListVolumesOptions {
            filters: Some(self.installation.filter()),
        };
        let listed = self
            .api
            .list_volumes(Some(options))
            .await
            .map_err(|error| self.failed("Listing volumes", error))?;
        let mut volumes: Vec<VolumeInfo> = listed
            .volumes
            .into_iter()
            .flatten()
            .map(|volume| VolumeInfo {
                workspace_id: volume.labels.get(names::LABEL_WORKSPACE).cloned(),
                labels: volume.labels.into_iter().collect(),
                name: volume.name,
            })
            .collect();
        volumes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(volumes)
    }
}
