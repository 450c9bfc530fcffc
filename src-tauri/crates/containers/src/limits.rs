//! What a container may use, by tier (contract 04, section 5 with D47 and D48). Pure.

use std::collections::BTreeMap;

/// One mebibyte in bytes.
pub const MIB: u64 = 1024 * 1024;

/// What the image's own start needs to prepare `/configs` and then drop to its user; everything else is dropped.
const TIER_2_CAPABILITIES: [&str; 8] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "NET_BIND_SERVICE",
    "SETGID",
    "SETUID",
];

/// Where an agent without a writable root may still write. The homes of both possible users, since the image decides.
/// Owned by the agent, because some runtimes give the mount the mode of the image's folder, whatever is asked.
const TIER_1_SCRATCH: [(&str, &str); 4] = [
    (
        "/tmp",
        "rw,noexec,nosuid,nodev,mode=1777,uid=1000,gid=1000,size=64m",
    ),
    (
        "/run",
        "rw,noexec,nosuid,nodev,mode=1777,uid=1000,gid=1000,size=16m",
    ),
    (
        "/root",
        "rw,nosuid,nodev,mode=1777,uid=1000,gid=1000,size=64m",
    ),
    (
        "/home/agent",
        "rw,nosuid,nodev,mode=1777,uid=1000,gid=1000,size=64m",
    ),
];

/// The restrictions and resources of one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Processor time in billionths of a CPU.
    pub nano_cpus: u64,
    /// Processes and threads; `None` is unlimited.
    pub pids: Option<u32>,
    /// Capabilities taken away; `ALL` for all.
    pub cap_drop: Vec<String>,
    /// Capabilities given back.
    pub cap_add: Vec<String>,
    /// Programs cannot gain rights by being started.
    pub no_new_privileges: bool,
    /// The root file system cannot be written.
    pub read_only_root: bool,
    /// Scratch folders in memory, path to mount options.
    pub tmpfs: BTreeMap<String, String>,
    /// `uid:gid` the program runs as; `None` leaves it to the image.
    pub user: Option<String>,
    /// All capabilities and devices.
    pub privileged: bool,
    /// It sees the processes of the engine's machine.
    pub host_pid: bool,
    /// It uses the network of the engine's machine: no alias, no published port.
    pub host_network: bool,
    /// The engine's own socket is mounted at its usual place.
    pub engine_socket: bool,
}

/// Settings that replace the memory and CPU of tiers 2 to 4.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TierOverrides {
    /// Memory in MiB of tiers 2, 3, 4.
    pub memory_mb: [Option<u64>; 3],
    /// CPU shares of tiers 2, 3, 4; 1024 are one CPU.
    pub cpu_shares: [Option<u64>; 3],
}

impl TierOverrides {
    /// Reads `TIER2_MEMORY_MB` … `TIER4_CPU_SHARES` through `lookup`. Only positive whole numbers count.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let number = |tier: usize, what: &str| {
            lookup(&format!("TIER{tier}_{what}"))
                .and_then(|text| text.trim().parse::<u64>().ok())
                .filter(|value| *value > 0 && *value <= 1 << 32)
        };
        Self {
            memory_mb: [2, 3, 4].map(|tier| number(tier, "MEMORY_MB")),
            cpu_shares: [2, 3, 4].map(|tier| number(tier, "CPU_SHARES")),
        }
    }
}

/// Bytes that an agent of a tier is counted with when memory is shared out: a limit is what it may grow to for a while,
/// not what it needs, so a higher tier is counted as a standard agent. Otherwise one grant would quadruple what an org
/// seems to need, and put most of it on the waiting list.
pub fn counted(tier_granted: i64, overrides: &TierOverrides) -> u64 {
    let most = |tier| limits(tier, overrides).memory_bytes;
    most(tier_granted).min(most(2))
}

/// The limits of a tier. `tier_granted` is what a person granted, not what a role asks for (D48); 0 and unknown numbers
/// are tier 2.
pub fn limits(tier_granted: i64, overrides: &TierOverrides) -> Limits {
    let tier = if (1..=4).contains(&tier_granted) {
        tier_granted
    } else {
        2
    };
    let (memory_mb, shares) = match tier {
        3 => (2048, 2048),
        4 => (4096, 4096),
        _ => (512, 1024),
    };
    let (memory_mb, shares) = match usize::try_from(tier - 2) {
        Ok(index) => (
            overrides.memory_mb[index].unwrap_or(memory_mb),
            overrides.cpu_shares[index].unwrap_or(shares),
        ),
        Err(_) => (memory_mb, shares),
    };
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
    let base = Limits {
        memory_bytes: memory_mb.saturating_mul(MIB),
        nano_cpus: shares.saturating_mul(1_000_000_000) / 1024,
        pids: None,
        cap_drop: Vec::new(),
        cap_add: Vec::new(),
        no_new_privileges: false,
        read_only_root: false,
        tmpfs: BTreeMap::new(),
        user: None,
        privileged: false,
        host_pid: false,
        host_network: false,
        engine_socket: false,
    };
    match tier {
        1 => Limits {
            pids: Some(256),
            cap_drop: names(&["ALL"]),
            no_new_privileges: true,
            read_only_root: true,
            tmpfs: TIER_1_SCRATCH
                .iter()
                .map(|(path, options)| ((*path).to_owned(), (*options).to_owned()))
                .collect(),
            // Root without capabilities cannot read what belongs to the agent; the agent's own id can.
            user: Some("1000:1000".to_owned()),
            ..base
        },
        3 => Limits {
            privileged: true,
            host_pid: true,
            ..base
        },
        4 => Limits {
            privileged: true,
            host_pid: true,
            host_network: true,
            engine_socket: true,
            ..base
        },
        _ => Limits {
            pids: Some(512),
            cap_drop: names(&["ALL"]),
            cap_add: names(&TIER_2_CAPABILITIES),
            no_new_privileges: true,
            ..base
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(tier: i64) -> Limits {
        limits(tier, &TierOverrides::default())
    }

    #[test]
    fn the_table_of_tiers() {
        let figures = [1, 2, 3, 4].map(|tier| {
            let limits = of(tier);
            (
                limits.memory_bytes / MIB,
                limits.nano_cpus,
                limits.pids,
                limits.privileged,
                limits.host_network,
            )
        });
        assert_eq!(
            figures,
            [
                (512, 1_000_000_000, Some(256), false, false),
                (512, 1_000_000_000, Some(512), false, false),
                (2048, 2_000_000_000, None, true, false),
                (4096, 4_000_000_000, None, true, true),
            ]
        );
    }

    #[test]
    fn ungranted_tiers_run_hardened() {
        for tier in [1, 2] {
            let limits = of(tier);
            assert_eq!(limits.cap_drop, ["ALL"]);
            assert!(limits.no_new_privileges && !limits.host_pid && !limits.engine_socket);
        }
        for forbidden in ["SYS_ADMIN", "NET_RAW", "MKNOD", "SYS_PTRACE", "SETPCAP"] {
            assert!(
                !of(2).cap_add.iter().any(|name| name == forbidden),
                "{forbidden} is not needed to start an agent"
            );
        }
    }

    #[test]
    fn tier_1_can_still_write_scratch_files() {
        let limits = of(1);
        assert!(limits.read_only_root);
        for path in ["/tmp", "/run", "/home/agent", "/root"] {
            assert!(limits.tmpfs.contains_key(path), "{path} must be writable");
        }
    }

    #[test]
    fn unknown_tiers_are_tier_2() {
        for tier in [0, -1, 5, i64::MAX, i64::MIN] {
            assert_eq!(of(tier), of(2));
        }
    }

    #[test]
    fn overrides_take_positive_whole_numbers_only() {
        let read = |memory: &str, shares: &str| {
            let (memory, shares) = (memory.to_owned(), shares.to_owned());
            TierOverrides::read(move |name| match name {
                "TIER2_MEMORY_MB" => Some(memory.clone()),
                "TIER2_CPU_SHARES" => Some(shares.clone()),
                _ => None,
            })
        };
        let changed = limits(2, &read("768", "512"));
        assert_eq!(
            (changed.memory_bytes, changed.nano_cpus),
            (768 * MIB, 500_000_000)
        );
        for bad in ["0", "-5", "1.5", "much", "", "99999999999999999999"] {
            assert_eq!(
                limits(2, &read(bad, bad)),
                of(2),
                "{bad:?} falls back to the default"
            );
        }
        assert_eq!(
            limits(1, &read("768", "512")),
            of(1),
            "tier 1 has no override"
        );
    }
}
