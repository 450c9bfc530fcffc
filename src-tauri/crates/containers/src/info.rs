//! What an engine is and how its containers reach this host.

use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr};

/// The family an engine belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineKind {
    /// Docker Engine or one of its desktop packages.
    Docker,
    /// Podman through its Docker-compatible socket.
    Podman,
    /// The in-memory twin used by tests.
    Simulated,
}

/// What the engine says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineInfo {
    /// The family.
    pub kind: EngineKind,
    /// The address it answers at, such as `unix:///var/run/docker.sock`.
    pub endpoint: String,
    /// The host name of the machine it runs on, as the engine reports it.
    pub name: String,
    /// Its version, such as `20.10.24`.
    pub version: String,
    /// The API version that was agreed on, such as `1.41`.
    pub api_version: String,
    /// What it calls its operating system, such as `Docker Desktop` or `Debian GNU/Linux 12`.
    pub operating_system: String,
    /// Operating system of its containers, such as `linux`.
    pub os: String,
    /// Processor family, such as `amd64` or `arm64`.
    pub arch: String,
    /// All the memory it can give to containers, in bytes.
    pub memory_bytes: u64,
    /// Processors it can use.
    pub cpus: u32,
    /// 1 or 2; `None` where the engine does not say.
    pub cgroup_version: Option<u8>,
    /// It runs without root.
    pub rootless: bool,
    /// It runs in a virtual machine of a desktop package, so host networking and bridge addresses are not this host's.
    pub is_desktop_vm: bool,
    /// It runs on this machine or a virtual machine of it, not across a network.
    pub is_local: bool,
}

impl EngineInfo {
    /// Whether tier 4 can work: its host network must be this machine's (contract 04, D11).
    pub fn supports_host_network(&self) -> bool {
        self.is_local && !self.is_desktop_vm && !self.rootless
    }
}

/// The bridge network of the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NetworkInfo {
    /// The engine's id of it; another id means it was made again.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The IPv4 address of the host inside it.
    pub gateway: Option<Ipv4Addr>,
}

/// An entry for a container's hosts file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExtraHost {
    /// The name inside the container.
    pub name: String,
    /// The address it stands for.
    pub ip: IpAddr,
}

/// By which name a container reaches this host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HostAddress {
    /// The name exists only if this entry is given to the container.
    Extra(ExtraHost),
    /// The engine provides the name by itself.
    Native {
        /// The name inside the container.
        name: String,
    },
    /// No address of this machine is known to work: a container of ours with this name in the network has to carry the
    /// connections (crate `relay`).
    Relay {
        /// The name inside the container.
        name: String,
        /// The port it listens on.
        port: u16,
    },
}

/// How containers reach the platform (contract 04, D12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// The host's name inside the containers.
    pub host: HostAddress,
    /// The address the platform must listen on beside loopback; `None` where loopback is enough.
    pub listen_on: Option<IpAddr>,
}

impl Reach {
    /// The host name to put into `PLATFORM_URL`.
    pub fn host_name(&self) -> &str {
        match &self.host {
            HostAddress::Extra(entry) => &entry.name,
            HostAddress::Native { name } | HostAddress::Relay { name, .. } => name,
        }
    }

    /// The port containers ask at, where it is not the platform's own.
    pub fn port(&self) -> Option<u16> {
        match &self.host {
            HostAddress::Relay { port, .. } => Some(*port),
            _ => None,
        }
    }

    /// Connections go through a container of ours.
    pub fn is_relay(&self) -> bool {
        matches!(self.host, HostAddress::Relay { .. })
    }

    /// The way through the relay of an installation, which needs loopback only. Its name is its own, because several
    /// installations may share a network.
    pub fn relay(installation: &crate::Installation) -> Self {
        Self {
            host: HostAddress::Relay {
                name: crate::names::relay_name(&installation.instance.to_string()),
                port: relay::PORT,
            },
            listen_on: None,
        }
    }

    /// The hosts entries a container needs.
    pub fn extra_hosts(&self) -> Vec<ExtraHost> {
        match &self.host {
            HostAddress::Extra(entry) => vec![entry.clone()],
            HostAddress::Native { .. } | HostAddress::Relay { .. } => Vec::new(),
        }
    }
}
