//! From a specification to a container, and through its life: create, start, stop.

use super::{Docker, Installation, answer};
use crate::{ContainerId, ContainerSpec, EngineError, Holder, Limits, Missing, Mount, names};
use bollard::{
    errors::Error,
    models::{
        ContainerCreateBody, EndpointSettings, HostConfig, HostConfigLogConfig, Mount as ApiMount,
        MountType, MountVolumeOptions, NetworkingConfig, PortBinding, RestartPolicy,
        RestartPolicyNameEnum,
    },
    query_parameters::{CreateContainerOptions, StartContainerOptions, StopContainerOptions},
};
use std::{collections::HashMap, time::Duration};

impl Docker {
    pub(super) async fn create_container(
        &self,
        spec: &ContainerSpec,
    ) -> Result<ContainerId, EngineError> {
        match self.try_create(spec).await {
            Err(error) if answer::is_status(&error, 409) || says(&error, &["already in use"]) => {
                self.make_room(spec, &error).await?;
                self.try_create(spec)
                    .await
                    .map_err(|error| self.create_failed(spec, error))
            }
            Err(error) => Err(self.create_failed(spec, error)),
            Ok(id) => Ok(id),
        }
    }

    async fn try_create(&self, spec: &ContainerSpec) -> Result<ContainerId, Error> {
        let options = CreateContainerOptions {
            name: Some(spec.name.clone()),
            platform: spec.platform.clone().unwrap_or_default(),
        };
        Ok(self
            .api
            .create_container(
                Some(options),
                body(&self.installation, spec, self.is_podman),
            )
            .await?
            .id)
    }

    /// Removes what an earlier start of the same workspace left under this name. Anything else is not ours to touch.
    async fn make_room(&self, spec: &ContainerSpec, error: &Error) -> Result<(), EngineError> {
        let Some(holder) = self.observe(&spec.name).await? else {
            return Ok(());
        };
        let label = |name: &str| holder.labels.get(name).map(String::as_str);
        if !self.installation.owns(label, spec.workspace_id.as_deref()) {
            tracing::warn!(name = %spec.name, cause = ?answer::cause(error), "the container's name is taken");
            let workspace_id = spec.workspace_id.as_deref();
            return Err(self.installation.taken(&spec.name, label, workspace_id));
        }
        self.remove_container(&holder.id).await
    }

    fn create_failed(&self, spec: &ContainerSpec, error: Error) -> EngineError {
        let source = answer::cause(&error);
        let (status, words) = answer::refusal(&error).unwrap_or_default();
        let has = |parts: &[&str]| parts.iter().all(|part| words.contains(part));
        if status == 409 {
            return EngineError::NameTaken {
                name: spec.name.clone(),
                holder: Holder::Foreign,
            };
        }
        if has(&["network", "not found"]) {
            return EngineError::NetworkMissing {
                name: self.installation.network.clone(),
                source,
            };
        }
        if has(&["bind source path"])
            || has(&["statfs", "no such file"])
            || has(&["bind", "does not exist"])
        {
            return EngineError::Invalid {
                what: format!(
                    "A folder that {} should see does not exist on the engine's machine.",
                    spec.name
                ),
                remedy: "Make the folder, share it with the engine, or choose another one."
                    .to_owned(),
                source,
            };
        }
        if (status == 404 && has(&["image"]))
            || has(&["no such image"])
            || has(&["does not match the specified platform"])
        {
            return EngineError::ImageMissing {
                reference: spec.image.clone(),
                source,
            };
        }
        if status == 400 {
            return EngineError::Invalid {
                what: format!("The engine does not take the settings of {}.", spec.name),
                remedy: "Correct the workspace's image, folders or limits.".to_owned(),
                source,
            };
        }
        self.failed(&format!("Creating {}", spec.name), error)
    }

    pub(super) async fn start_container(&self, id: &str) -> Result<(), EngineError> {
        let Err(error) = self
            .api
            .start_container(id, None::<StartContainerOptions>)
            .await
        else {
            return Ok(());
        };
        let Some((status, words)) = answer::refusal(&error) else {
            return Err(self.failed(&format!("Starting {id}"), error));
        };
        let source = answer::cause(&error);
        let name = id.to_owned();
        let has = |parts: &[&str]| parts.iter().all(|part| words.contains(part));
        if status == 304 {
            return Ok(());
        }
        if has(&["network", "not found"]) || has(&["network", "no such"]) {
            return Err(EngineError::NetworkMissing {
                name: self.installation.network.clone(),
                source,
            });
        }
        if has(&["port is already allocated"])
            || has(&["address already in use"])
            || has(&["ports are not available"])
        {
            return Err(EngineError::PortConflict { name, source });
        }
        if status == 404 && has(&["no such container"]) {
            return Err(EngineError::NotFound {
                what: Missing::Container,
                name,
                source,
            });
        }
        let why = if has(&["executable file"]) || has(&["no such file or directory"]) {
            "its image lacks the program it should run."
        } else if has(&["exec format error"]) {
            "its image is made for another kind of processor."
        } else if has(&["permission denied"]) || has(&["operation not permitted"]) {
            "the engine may not run it with the rights it asks for."
        } else {
            return Err(self.failed(&format!("Starting {id}"), error));
        };
        Err(EngineError::StartFailed {
            name,
            why: why.to_owned(),
            source,
        })
    }

    pub(super) async fn stop_container(
        &self,
        id: &str,
        grace: Duration,
    ) -> Result<(), EngineError> {
        // Engines count whole seconds; 0 would mean no grace at all.
        let seconds = i32::try_from(grace.as_millis().div_ceil(1000)).unwrap_or(i32::MAX);
        let api = self.patient(grace + Duration::from_secs(60));
        match api
            .stop_container(
                id,
                Some(StopContainerOptions {
                    signal: None,
                    t: Some(seconds),
                }),
            )
            .await
        {
            Ok(()) => Ok(()),
            Err(error) if answer::is_status(&error, 404) || answer::is_status(&error, 304) => {
                Ok(())
            }
            // Podman refuses what was never started.
            Err(error)
                if says(&error, &["state", "not running"]) || says(&error, &["can only stop"]) =>
            {
                Ok(())
            }
            Err(error) => Err(self.failed(&format!("Stopping {id}"), error)),
        }
    }
}

pub(super) fn says(error: &Error, parts: &[&str]) -> bool {
    answer::refusal(error).is_some_and(|(_, words)| parts.iter().all(|part| words.contains(part)))
}

/// Scratch folders and their options. Podman refuses a numbered owner among them; its `U` gives them to the user that
/// the container runs as.
fn tmpfs(limits: &Limits, is_podman: bool) -> HashMap<String, String> {
    let is_owner = |option: &&str| option.starts_with("uid=") || option.starts_with("gid=");
    limits
        .tmpfs
        .iter()
        .map(|(path, options)| {
            let kept: Vec<&str> = options
                .split(',')
                .filter(|option| !(is_podman && is_owner(option)))
                .chain(is_podman.then_some("U"))
                .collect();
            (path.clone(), kept.join(","))
        })
        .collect()
}

/// What the engine is told. Pure.
fn body(installation: &Installation, spec: &ContainerSpec, is_podman: bool) -> ContainerCreateBody {
    let limits = &spec.limits;
    let ours = installation.labels(spec.workspace_id.as_deref());
    let mut labels: HashMap<String, String> = spec.labels.clone().into_iter().collect();
    labels.extend(ours.clone());
    labels.insert(
        names::LABEL_GENERATION.to_owned(),
        spec.generation.to_string(),
    );
    labels.insert(names::LABEL_SPEC_HASH.to_owned(), spec.spec_hash.clone());

    let mut mounts: Vec<ApiMount> = spec
        .mounts
        .iter()
        .map(|mount| api_mount(mount, &ours))
        .collect();
    if limits.engine_socket {
        let socket = "/var/run/docker.sock";
        mounts.push(ApiMount {
            source: Some(socket.to_owned()),
            target: Some(socket.to_owned()),
            typ: Some(MountType::BIND),
            ..ApiMount::default()
        });
    }
    let on_bridge = !limits.host_network && !spec.offline;
    let published = if on_bridge {
        spec.publish.as_slice()
    } else {
        &[]
    };
    let ports = published
        .iter()
        .map(|publish| {
            let binding = PortBinding {
                host_ip: Some("127.0.0.1".to_owned()),
                host_port: Some(if publish.host_port == 0 {
                    String::new()
                } else {
                    publish.host_port.to_string()
                }),
            };
            (
                format!("{}/tcp", publish.container_port),
                Some(vec![binding]),
            )
        })
        .collect();
    let list = |items: &[String]| (!items.is_empty()).then(|| items.to_vec());
    let host = HostConfig {
        memory: i64::try_from(limits.memory_bytes).ok(),
        nano_cpus: i64::try_from(limits.nano_cpus).ok(),
        pids_limit: limits.pids.map(i64::from),
        cap_drop: list(&limits.cap_drop),
        cap_add: list(&limits.cap_add),
        security_opt: limits
            .no_new_privileges
            .then(|| vec!["no-new-privileges:true".to_owned()]),
        readonly_rootfs: Some(limits.read_only_root),
        tmpfs: (!limits.tmpfs.is_empty()).then(|| tmpfs(limits, is_podman)),
        privileged: Some(limits.privileged),
        pid_mode: limits.host_pid.then(|| "host".to_owned()),
        network_mode: Some(if spec.offline {
            "none".to_owned()
        } else if on_bridge {
            installation.network.clone()
        } else {
            "host".to_owned()
        }),
        mounts: Some(mounts),
        port_bindings: Some(ports),
        extra_hosts: on_bridge.then(|| {
            spec.extra_hosts
                .iter()
                .map(|host| format!("{}:{}", host.name, host.ip))
                .collect()
        }),
        // Whoever holds the streams has the bytes; the engine must not write them to disk as well.
        log_config: spec.open_stdin.then(|| HostConfigLogConfig {
            typ: Some("none".to_owned()),
            config: None,
        }),
        restart_policy: Some(RestartPolicy {
            name: Some(RestartPolicyNameEnum::NO),
            maximum_retry_count: None,
        }),
        ..HostConfig::default()
    };
    let endpoint = EndpointSettings {
        aliases: Some(vec![spec.name.clone()]),
        ..EndpointSettings::default()
    };
    ContainerCreateBody {
        // With host networking the host name is the host's.
        hostname: on_bridge.then(|| spec.name.clone()),
        user: spec.user.clone().or_else(|| limits.user.clone()),
        env: Some(spec.env.lines()),
        image: Some(spec.image.clone()),
        entrypoint: list(&spec.entrypoint),
        cmd: list(&spec.command),
        exposed_ports: Some(
            published
                .iter()
                .map(|publish| format!("{}/tcp", publish.container_port))
                .collect(),
        ),
        labels: Some(labels),
        // Closed when whoever holds it lets go, so that the program ends with its platform.
        open_stdin: Some(spec.open_stdin),
        stdin_once: Some(spec.open_stdin),
        attach_stdin: Some(spec.open_stdin),
        host_config: Some(host),
        networking_config: on_bridge.then(|| NetworkingConfig {
            endpoints_config: Some(HashMap::from([(installation.network.clone(), endpoint)])),
        }),
        ..ContainerCreateBody::default()
    }
}

fn api_mount(mount: &Mount, labels: &std::collections::BTreeMap<String, String>) -> ApiMount {
    match mount {
        Mount::Volume {
            name,
            target,
            read_only,
        } => ApiMount {
            source: Some(name.clone()),
            target: Some(target.clone()),
            typ: Some(MountType::VOLUME),
            read_only: Some(*read_only),
            // A volume the engine makes by itself here is labelled like the container (D10).
            volume_options: Some(MountVolumeOptions {
                labels: Some(labels.clone().into_iter().collect()),
                ..MountVolumeOptions::default()
            }),
            ..ApiMount::default()
        },
        Mount::Bind {
            source,
            target,
            read_only,
        } => ApiMount {
            source: Some(source.to_string_lossy().into_owned()),
            target: Some(target.clone()),
            typ: Some(MountType::BIND),
            read_only: Some(*read_only),
            ..ApiMount::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExtraHost, Publish, TierOverrides, limits};
    use uuid::Uuid;

    fn spec(tier: i64) -> ContainerSpec {
        let id = "3f9a1c77-52be-4d10-9a6e-0b1c2d3e4f50";
        ContainerSpec {
            workspace_id: Some(id.to_owned()),
            publish: vec![Publish::agent()],
            extra_hosts: vec![ExtraHost {
                name: "host.docker.internal".to_owned(),
                ip: [172, 20, 0, 1].into(),
            }],
            labels: [(names::LABEL_INSTANCE.to_owned(), "forged".to_owned())].into(),
            ..ContainerSpec::new(
                names::container_name(id),
                "image:1",
                limits(tier, &TierOverrides::default()),
            )
        }
    }

    #[test]
    fn the_engine_is_told_what_the_contract_says() {
        let installation = Installation::new(Uuid::nil());
        let body = body(&installation, &spec(2), false);
        let host = body.host_config.unwrap();
        assert_eq!(body.hostname.as_deref(), Some("ws-3f9a1c77-52b"), "D21");
        assert_eq!(
            host.restart_policy.unwrap().name,
            Some(RestartPolicyNameEnum::NO)
        );
        let binding = &host.port_bindings.unwrap()["8000/tcp"].clone().unwrap()[0];
        assert_eq!(
            binding.host_ip.as_deref(),
            Some("127.0.0.1"),
            "loopback only"
        );
        let endpoints = body.networking_config.unwrap().endpoints_config.unwrap();
        assert_eq!(
            endpoints[names::NETWORK].aliases,
            Some(vec!["ws-3f9a1c77-52b".to_owned()])
        );
        assert_eq!(
            host.extra_hosts.unwrap(),
            ["host.docker.internal:172.20.0.1"]
        );
        let labels = body.labels.unwrap();
        assert_eq!(
            labels[names::LABEL_INSTANCE],
            Uuid::nil().to_string(),
            "labels of a caller cannot replace ours"
        );
        assert_eq!(labels[names::LABEL_MANAGED], "true");
    }

    #[test]
    fn offline_means_no_network_whatever_else_is_asked() {
        for tier in [2, 4] {
            let mut spec = spec(tier);
            spec.offline = true;
            let body = body(&Installation::new(Uuid::nil()), &spec, false);
            let host = body.host_config.unwrap();
            assert_eq!(host.network_mode.as_deref(), Some("none"));
            assert!(body.networking_config.is_none() && host.extra_hosts.is_none());
            assert_eq!(host.port_bindings, Some(HashMap::new()));
        }
    }

    #[test]
    fn host_networking_has_no_alias_and_no_port() {
        let body = body(&Installation::new(Uuid::nil()), &spec(4), false);
        let host = body.host_config.unwrap();
        assert_eq!(host.network_mode.as_deref(), Some("host"));
        assert!(host.port_bindings.unwrap().is_empty() && host.extra_hosts.is_none());
        assert!(body.networking_config.is_none() && body.hostname.is_none());
        assert!(
            host.mounts
                .unwrap()
                .iter()
                .any(|mount| mount.target.as_deref() == Some("/var/run/docker.sock"))
        );
    }
}
