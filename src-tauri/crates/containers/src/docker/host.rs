//! What the engine is, and how its containers reach this host.

use super::Docker;
use crate::{EngineError, EngineInfo, EngineKind, ExtraHost, HostAddress, Reach};
use bollard::models::{SystemInfo, SystemInfoCgroupVersionEnum, SystemVersion};
use std::{net::IpAddr, time::Duration};

/// The name agents use for the machine the platform runs on (contract 04, section 6.1).
const HOST_NAME: &str = "host.docker.internal";
const PROBE_LIMIT: Duration = Duration::from_secs(10);

impl Docker {
    pub(super) async fn probe(&self) -> Result<EngineInfo, EngineError> {
        let both = async { tokio::try_join!(self.api.version(), self.api.info()) };
        let (version, info) = tokio::time::timeout(PROBE_LIMIT, both)
            .await
            .map_err(|_| EngineError::Timeout {
                doing: format!("The answer of the container engine at {}", self.endpoint),
                after: PROBE_LIMIT,
            })?
            .map_err(|error| self.failed("Asking the engine what it is", error))?;
        let spoken = self.api.client_version();
        let api_version = format!("{}.{}", spoken.major_version, spoken.minor_version);
        Ok(describe(
            self.endpoint.to_string(),
            self.endpoint.is_local(),
            api_version,
            version,
            info,
        ))
    }

    /// On a Linux host the gateway of our own network is this machine (D12); in a desktop's virtual machine the name
    /// exists already and loopback is enough.
    pub(super) async fn find_reach(&self) -> Result<Reach, EngineError> {
        let info = self.probe().await?;
        if !info.is_local {
            return Err(unreachable_host(&format!(
                "The container engine at {} runs on another machine, so its containers cannot reach this one.",
                self.endpoint
            )));
        }
        if info.is_desktop_vm {
            return Ok(Reach {
                host: HostAddress::Native {
                    name: HOST_NAME.to_owned(),
                },
                listen_on: None,
            });
        }
        // The gateway of its networks is inside the engine's own name space, not this machine.
        if info.rootless {
            return Ok(Reach::relay(&self.installation));
        }
        let network = self.have_network().await?;
        let gateway = network.gateway.ok_or_else(|| {
            unreachable_host(&format!(
                "The network {} has no IPv4 gateway, so containers cannot reach this machine.",
                network.name
            ))
        })?;
        let ip = IpAddr::V4(gateway);
        Ok(Reach {
            host: HostAddress::Extra(ExtraHost {
                name: HOST_NAME.to_owned(),
                ip,
            }),
            listen_on: Some(ip),
        })
    }
}

fn unreachable_host(what: &str) -> EngineError {
    EngineError::Incompatible {
        what: what.to_owned(),
        remedy: "Use a Docker engine of this machine that runs as root, or a desktop package."
            .to_owned(),
        source: None,
    }
}

/// Podman names itself among the components of its version.
pub(super) fn is_podman(version: &SystemVersion) -> bool {
    version
        .components
        .iter()
        .flatten()
        .any(|component| component.name.to_lowercase().contains("podman"))
}

fn describe(
    endpoint: String,
    is_local: bool,
    api_version: String,
    version: SystemVersion,
    info: SystemInfo,
) -> EngineInfo {
    let is_podman = is_podman(&version);
    let operating_system = info.operating_system.unwrap_or_default();
    let name = info.name.unwrap_or_default();
    let lower = format!("{operating_system} {name}").to_lowercase();
    let is_packaged_vm = [
        "docker desktop",
        "docker-desktop",
        "orbstack",
        "rancher-desktop",
    ]
    .iter()
    .any(|mark| lower.contains(mark));
    // Linux containers on macOS and Windows always run in a virtual machine, whoever packaged it.
    let is_desktop_vm = is_local && (is_packaged_vm || !cfg!(target_os = "linux"));
    EngineInfo {
        kind: if is_podman {
            EngineKind::Podman
        } else {
            EngineKind::Docker
        },
        endpoint,
        name,
        version: version.version.or(info.server_version).unwrap_or_default(),
        api_version,
        operating_system,
        os: version.os.or(info.os_type).unwrap_or_default(),
        arch: version.arch.or(info.architecture).unwrap_or_default(),
        memory_bytes: info
            .mem_total
            .and_then(|bytes| u64::try_from(bytes).ok())
            .unwrap_or(0),
        cpus: info
            .ncpu
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(1),
        cgroup_version: match info.cgroup_version {
            Some(SystemInfoCgroupVersionEnum::_1) => Some(1),
            Some(SystemInfoCgroupVersionEnum::_2) => Some(2),
            _ => None,
        },
        rootless: info
            .security_options
            .iter()
            .flatten()
            .any(|option| option.contains("rootless")),
        is_desktop_vm,
        is_local,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn desktop_packages_are_virtual_machines() {
        let of = |operating_system: &str| {
            let info = SystemInfo {
                operating_system: Some(operating_system.to_owned()),
                ..SystemInfo::default()
            };
            describe(
                "unix:///x".to_owned(),
                true,
                "1.41".to_owned(),
                SystemVersion::default(),
                info,
            )
        };
        assert!(of("Docker Desktop").is_desktop_vm);
        assert!(of("OrbStack").is_desktop_vm);
        assert_eq!(
            of("Debian GNU/Linux 12 (bookworm)").is_desktop_vm,
            !cfg!(target_os = "linux")
        );
        assert!(
            !of("Docker Desktop").supports_host_network(),
            "tier 4 is refused there (D11)"
        );
    }

    #[test]
    fn rootless_engines_say_so() {
        let info = SystemInfo {
            security_options: Some(vec![
                "name=seccomp,profile=default".to_owned(),
                "name=rootless".to_owned(),
            ]),
            ..SystemInfo::default()
        };
        assert!(
            describe(
                String::new(),
                true,
                String::new(),
                SystemVersion::default(),
                info
            )
            .rootless
        );
    }
}
