//! Fixed windows, one for each owner and lane (contract 01 section 1.8, corrections of section 7).

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Windows kept at most. Verified owners are bounded by what the store holds; addresses are not, so whoever comes when
/// the table is full shares one window with everybody else who does.
const MOST: usize = 10_000;
/// Ended windows are dropped at the first request after this time; no timer runs for it.
const SWEEP: Duration = Duration::from_secs(300);

/// Whose requests are counted together. Only what was verified counts as an owner: a made-up bearer or header is the
/// address it came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    /// The app's own faces: window, browser tabs, command line.
    Face,
    /// `ADMIN_TOKEN`.
    AdminToken,
    /// An org token that is bound to no org, by its prefix.
    OrgToken(String),
    /// Every org token bound to this org: a fresh one gains nothing.
    Org(String),
    /// Every token of this workspace.
    Workspace(String),
    /// No valid credential.
    Address(IpAddr),
    /// Addresses beyond what the table holds.
    EverybodyElse,
}

impl Owner {
    /// An address; of IPv6 the network, because one host has as many addresses there as it likes.
    pub(crate) fn address(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V6(six) => match six.to_ipv4_mapped() {
                Some(four) => IpAddr::V4(four),
                None if six.is_loopback() => address,
                None => {
                    let [a, b, c, d, ..] = six.segments();
                    IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
                }
            },
            four @ IpAddr::V4(_) => four,
        })
    }
}

/// What is counted apart from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    /// Everything.
    General,
    /// What agents call all the time to stay alive: the registry, and their activity feed.
    Agents,
    /// Minting org tokens.
    Mint,
    /// The MCP bridge.
    Mcp,
}

/// So many requests in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    pub requests: u64,
    pub window: Duration,
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub allowed: bool,
    pub limit: u64,
    /// Requests left after this one.
    pub remaining: u64,
    /// Whole seconds to the end of the window.
    pub reset: u64,
}

#[derive(Debug)]
struct Window {
    since: Duration,
    length: Duration,
    used: u64,
}

impl Window {
    fn over(&self, now: Duration) -> bool {
        now.saturating_sub(self.since) >= self.length
    }
}

#[derive(Debug, Default)]
struct Windows {
    all: HashMap<(Lane, Owner), Window>,
    swept: Duration,
}

/// All windows. Shown nowhere, not even hashed.
#[derive(Debug, Default)]
pub(crate) struct Table {
    windows: Mutex<Windows>,
}

impl Table {
    /// Counts one request at `now`, in awake time.
    pub(crate) fn take(&self, lane: Lane, owner: Owner, limit: Limit, now: Duration) -> Verdict {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_sub(windows.swept) >= SWEEP || windows.all.len() >= MOST {
            // Only what has ended: a window that is dropped early would be full again at once.
            windows.all.retain(|_, window| !window.over(now));
            windows.swept = now;
        }
        let mut key = (lane, owner);
        if windows.all.len() >= MOST && !windows.all.contains_key(&key) {
            key.1 = Owner::EverybodyElse;
        }
        let window = windows.all.entry(key).or_insert(Window {
            since: now,
            length: limit.window,
            used: 0,
        });
        if window.over(now) {
            (window.since, window.used) = (now, 0);
        }
        let allowed = window.used < limit.requests;
        if allowed {
            window.used += 1;
        }
        Verdict {
            allowed,
            limit: limit.requests,
            remaining: limit.requests.saturating_sub(window.used),
            reset: (window.since + window.length).saturating_sub(now).as_secs(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Limit = Limit {
        requests: 2,
        window: Duration::from_secs(60),
    };

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn workspace(id: &str) -> Owner {
        Owner::Workspace(id.to_owned())
    }

    #[test]
    fn a_window_begins_with_its_first_request_and_refills_whole() {
        let table = Table::default();
        let take = |seconds| {
            let verdict = table.take(Lane::General, workspace("a"), MINUTE, at(seconds));
            (verdict.allowed, verdict.remaining, verdict.reset)
        };
        assert_eq!(take(10), (true, 1, 60));
        assert_eq!(take(40), (true, 0, 30));
        assert_eq!(take(69), (false, 0, 1));
        assert_eq!(take(70), (true, 1, 60), "60 s after the first request");
        let other = table.take(Lane::General, workspace("b"), MINUTE, at(70));
        assert_eq!(other.remaining, 1, "others have windows of their own");
        let lane = table.take(Lane::Agents, workspace("a"), MINUTE, at(70));
        assert_eq!(lane.remaining, 1, "and so have lanes");
    }

    #[test]
    fn an_hour_is_an_hour_however_quiet() {
        let table = Table::default();
        let hour = Limit {
            requests: 1,
            window: at(3600),
        };
        let take = |seconds| {
            table
                .take(Lane::Mint, Owner::Face, hour, at(seconds))
                .allowed
        };
        assert!(take(0));
        // Others come meanwhile, so that ended windows are dropped.
        for minute in 1..59 {
            table.take(Lane::General, workspace("a"), MINUTE, at(minute * 60));
        }
        assert!(!take(3599));
        assert!(take(3600));
    }

    #[test]
    fn the_table_is_bounded_and_gives_nobody_a_fresh_window() {
        let table = Table::default();
        for number in 0..MOST as u32 + 500 {
            let owner = Owner::address(IpAddr::V4(number.into()));
            table.take(Lane::General, owner, MINUTE, at(1));
        }
        assert!(table.windows.lock().unwrap().all.len() <= MOST + 1);
        let newcomer = Owner::address(IpAddr::V4(u32::MAX.into()));
        assert!(
            !table.take(Lane::General, newcomer, MINUTE, at(2)).allowed,
            "newcomers share one window"
        );
        let known = table.take(
            Lane::General,
            Owner::address([0, 0, 0, 7].into()),
            MINUTE,
            at(2),
        );
        assert_eq!((known.allowed, known.remaining), (true, 0));
    }

    #[test]
    fn one_host_is_one_address() {
        let owner = |text: &str| Owner::address(text.parse().unwrap());
        assert_eq!(owner("2001:db8::1"), owner("2001:db8::ffff:1"));
        assert_ne!(owner("2001:db8::1"), owner("2001:db8:0:1::1"));
        assert_eq!(owner("::ffff:10.0.0.1"), owner("10.0.0.1"));
        assert_eq!(owner("::1"), Owner::Address("::1".parse().unwrap()));
    }
}
