//! How much memory agents may take together.
//!
//! The smaller of what the engine has and what this process's control group allows (an app in a container, a CI job),
//! less a reserve for everything else on the laptop. The figures come in from outside; this part is pure but for
//! [`cgroup_limit`], which reads them.

use crate::{EngineInfo, MIB};
use serde::Serialize;
use std::{fs, path::Path};

/// Limits above this are the kernel's way of saying "none".
const UNLIMITED: u64 = 1 << 60;
const SMALLEST_RESERVE: u64 = 512 * MIB;
const LARGEST_RESERVE: u64 = 4096 * MIB;

/// Memory in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// All there is.
    pub total: u64,
    /// Kept free.
    pub reserve: u64,
    /// What agents may take together; 0 if there is less than the reserve.
    pub available: u64,
}

/// The budget from the engine's memory, a local limit and a reserve; without one a fifth is kept, at least 512 MiB and
/// at most 4 GiB.
pub fn budget(engine_bytes: u64, local_limit: Option<u64>, reserve: Option<u64>) -> Budget {
    let total = local_limit.map_or(engine_bytes, |limit| limit.min(engine_bytes));
    let reserve = reserve.unwrap_or_else(|| (total / 5).clamp(SMALLEST_RESERVE, LARGEST_RESERVE));
    Budget {
        total,
        reserve,
        available: total.saturating_sub(reserve),
    }
}

/// The budget of an engine. The local limit counts only where the engine shares this machine's memory.
pub fn budget_of(info: &EngineInfo, reserve: Option<u64>) -> Budget {
    let shares_memory = info.is_local && !info.is_desktop_vm;
    let limit = if shares_memory {
        cgroup_limit(Path::new("/"))
    } else {
        None
    };
    budget(info.memory_bytes, limit, reserve)
}

/// The memory limit of this process's control group, the smallest on the way up, for both cgroup versions. `root` is
/// `/`; tests give another one. `None` where there is no limit or no control groups.
pub fn cgroup_limit(root: &Path) -> Option<u64> {
    let own = fs::read_to_string(root.join("proc/self/cgroup")).ok()?;
    let mut limits = Vec::new();
    for line in own.lines() {
        let mut fields = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) =
            (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let (mount, file) = if controllers.is_empty() {
            ("sys/fs/cgroup", "memory.max")
        } else if controllers.split(',').any(|name| name == "memory") {
            ("sys/fs/cgroup/memory", "memory.limit_in_bytes")
        } else {
            continue;
        };
        // Inside a container the path may be the host's and not exist here; the mount itself is then our group.
        let mount = root.join(mount);
        let mut group = Path::new(path.trim_start_matches('/')).to_path_buf();
        loop {
            limits.extend(
                fs::read_to_string(mount.join(&group).join(file))
                    .ok()
                    .as_deref()
                    .and_then(number),
            );
            if !group.pop() {
                break;
            }
        }
    }
    limits.into_iter().min()
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|bytes| *bytes < UNLIMITED)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const GIB: u64 = 1024 * MIB;

    #[test]
    fn the_smaller_memory_counts_less_a_reserve() {
        assert_eq!(
            budget(16 * GIB, None, None).available,
            16 * GIB - 16 * GIB / 5
        );
        assert_eq!(
            budget(16 * GIB, Some(2 * GIB), Some(GIB)),
            Budget {
                total: 2 * GIB,
                reserve: GIB,
                available: GIB
            }
        );
        assert_eq!(
            budget(64 * GIB, None, None).reserve,
            4 * GIB,
            "a large machine keeps no more than it needs"
        );
        assert_eq!(budget(GIB, None, None).reserve, 512 * MIB);
        assert_eq!(
            budget(256 * MIB, None, None).available,
            0,
            "never below zero"
        );
    }

    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        dir
    }

    #[test]
    fn version_2_takes_the_smallest_on_the_way_up() {
        let dir = machine(&[
            ("proc/self/cgroup", "0::/user.slice/app.scope\n"),
            ("sys/fs/cgroup/user.slice/app.scope/memory.max", "max\n"),
            ("sys/fs/cgroup/user.slice/memory.max", "3221225472\n"),
        ]);
        assert_eq!(cgroup_limit(dir.path()), Some(3 * GIB));
    }

    #[test]
    fn version_1_reads_the_memory_controller_and_knows_its_infinity() {
        let files = |limit: &'static str| {
            machine(&[
                (
                    "proc/self/cgroup",
                    "5:cpu,cpuacct:/a\n4:memory:/docker/xyz\n1:name=systemd:/\n",
                ),
                ("sys/fs/cgroup/memory/memory.limit_in_bytes", limit),
            ])
        };
        assert_eq!(cgroup_limit(files("1073741824\n").path()), Some(GIB));
        assert_eq!(cgroup_limit(files("9223372036854771712\n").path()), None);
    }

    #[test]
    fn machines_without_control_groups_have_no_limit() {
        assert_eq!(cgroup_limit(machine(&[]).path()), None);
    }
}
