//! What to do next for one workspace: one pure function of the row and what is known of its container.

use crate::entry::Entry;
use containers::ContainerState;
use std::time::Duration;
use store::WorkspaceRow;
use wire::{Desired, SleepKind, Status};

/// The next thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// All is as it should be.
    Nothing,
    /// Container and volumes go; with `purge` the work volume too.
    Remove { purge: bool },
    /// The container goes, the volumes stay.
    Stop,
    /// It is stopped; the row does not say so yet.
    Settle,
    /// The built-in agent goes straight to online.
    Mock,
    /// It runs; the row does not say so yet.
    Adopt,
    /// A container of an earlier start has to go before the next one.
    Replace,
    /// Its container ended, or is gone, without anybody here wanting that.
    Retire,
    /// Try again at this awake time.
    Wait(Duration),
    /// It should run, and nothing of it does.
    Start,
}

/// Which volumes the engine has of a workspace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Volumes {
    /// Config or session volume.
    pub own: bool,
    /// Work volume.
    pub work: bool,
}

/// Decides.
pub(crate) fn decide(
    row: Option<&WorkspaceRow>,
    entry: &Entry,
    volumes: Volumes,
    now: Duration,
) -> Work {
    let seen = entry.seen.as_ref();
    let Some(row) = row else {
        return if seen.is_some() || volumes.own || volumes.work {
            Work::Remove { purge: true }
        } else {
            Work::Nothing
        };
    };
    if row.desired == Desired::Absent || row.status == Status::Removed {
        return if seen.is_some() || volumes.own {
            Work::Remove { purge: false }
        } else {
            Work::Nothing
        };
    }
    if !row.has_container() {
        return match (seen, row.desired) {
            // It had a container under another runtime.
            (Some(_), _) => Work::Stop,
            (None, Desired::Running) if row.is_mock() && row.status != Status::Online => Work::Mock,
            (None, Desired::Stopped) => settle(row),
            _ => Work::Nothing,
        };
    }
    if row.desired == Desired::Stopped {
        return if seen.is_some() {
            Work::Stop
        } else {
            settle(row)
        };
    }
    match seen {
        Some(seen) if seen.runs() => {
            // What it does cannot be told to us any more, so an idle one is made anew at once. A busy one may still
            // finish its work; its silence ends it later.
            let out_of_touch = entry.lost_touch && row.active_tasks == 0;
            if seen.generation != Some(row.generation) || entry.condemned.is_some() || out_of_touch
            {
                Work::Replace
            } else if is_told(row, entry) {
                Work::Nothing
            } else {
                Work::Adopt
            }
        }
        // A start that was cut off, or a container of an earlier generation: it goes, without being counted.
        Some(seen)
            if seen.state == ContainerState::Created || seen.generation != Some(row.generation) =>
        {
            Work::Replace
        }
        Some(_) if row.status == Status::Failed => Work::Replace,
        Some(_) => Work::Retire,
        None if row.status == Status::Failed => Work::Nothing,
        // Its container vanished under it.
        None if matches!(row.status, Status::Online | Status::Degraded) => Work::Retire,
        None => match entry.retry_at {
            Some(at) if at > now => Work::Wait(at),
            _ => Work::Start,
        },
    }
}

fn settle(row: &WorkspaceRow) -> Work {
    let wanted = match row.sleep() {
        Some(SleepKind::Hibernated) => Status::Hibernated,
        _ => Status::Paused,
    };
    if row.status == wanted && row.container_id.is_none() && row.status_code.is_none() {
        Work::Nothing
    } else {
        Work::Settle
    }
}

/// Whether the row knows the container that runs.
fn is_told(row: &WorkspaceRow, entry: &Entry) -> bool {
    let Some(seen) = &entry.seen else {
        return false;
    };
    row.container_id.as_deref() == Some(seen.id.as_str())
        && row.running_generation == Some(row.generation)
        && row.url.as_deref().is_some_and(|url| !url.is_empty())
        && row.status != Status::Offline
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Seen;
    use crate::testing::row;

    fn seen(state: ContainerState, generation: i64) -> Entry {
        Entry {
            seen: Some(Seen {
                id: "c1".into(),
                state,
                generation: Some(generation),
                host_port: Some(40001),
                told_address: None,
                exit_code: None,
                out_of_memory: false,
                found_dead: false,
            }),
            ..Entry::default()
        }
    }

    fn of(change: impl FnOnce(&mut WorkspaceRow), entry: &Entry) -> Work {
        let mut row = row("a");
        row.generation = 2;
        change(&mut row);
        decide(
            Some(&row),
            entry,
            Volumes::default(),
            Duration::from_secs(5),
        )
    }

    #[test]
    fn what_should_run_is_started_and_kept() {
        let told = |row: &mut WorkspaceRow| {
            row.status = Status::Online;
            row.container_id = Some("c1".into());
            row.running_generation = Some(2);
            row.url = Some("http://127.0.0.1:40001".into());
        };
        assert_eq!(of(|_| {}, &Entry::default()), Work::Start);
        assert_eq!(of(told, &seen(ContainerState::Running, 2)), Work::Nothing);
        assert_eq!(of(|_| {}, &seen(ContainerState::Running, 2)), Work::Adopt);
        assert_eq!(
            of(told, &seen(ContainerState::Running, 1)),
            Work::Replace,
            "a restart raised the generation"
        );
        assert_eq!(
            of(told, &seen(ContainerState::Created, 2)),
            Work::Replace,
            "a start was cut off"
        );
        assert_eq!(
            of(told, &seen(ContainerState::Exited, 2)),
            Work::Retire,
            "it ended by itself"
        );
        assert_eq!(
            of(told, &seen(ContainerState::Exited, 1)),
            Work::Replace,
            "its end is of no interest any more"
        );
        assert_eq!(
            of(told, &Entry::default()),
            Work::Retire,
            "somebody removed its container"
        );
        let moved = Entry {
            lost_touch: true,
            ..seen(ContainerState::Running, 2)
        };
        assert_eq!(of(told, &moved), Work::Replace, "it cannot reach us");
        let busy = |row: &mut WorkspaceRow| {
            told(row);
            row.active_tasks = 1;
        };
        assert_eq!(of(busy, &moved), Work::Nothing, "it may finish first");
    }

    #[test]
    fn failed_waits_for_a_person() {
        assert_eq!(
            of(|row| row.status = Status::Failed, &Entry::default()),
            Work::Nothing
        );
        assert_eq!(
            of(
                |row| row.status = Status::Failed,
                &seen(ContainerState::Exited, 2)
            ),
            Work::Replace
        );
    }

    #[test]
    fn a_pause_after_a_failure_is_kept() {
        let entry = Entry {
            retry_at: Some(Duration::from_secs(9)),
            ..Entry::default()
        };
        assert_eq!(of(|_| {}, &entry), Work::Wait(Duration::from_secs(9)));
        let entry = Entry {
            retry_at: Some(Duration::from_secs(5)),
            ..Entry::default()
        };
        assert_eq!(of(|_| {}, &entry), Work::Start);
    }

    #[test]
    fn what_should_stop_is_stopped_and_then_said() {
        let sleeping = |row: &mut WorkspaceRow| {
            row.desired = Desired::Stopped;
            row.sleep_kind = Some("hibernated".into());
            row.status = Status::Hibernating;
        };
        assert_eq!(of(sleeping, &seen(ContainerState::Running, 2)), Work::Stop);
        assert_eq!(of(sleeping, &Entry::default()), Work::Settle);
    }

    #[test]
    fn what_is_deleted_goes_with_its_volumes_and_what_is_purged_with_all() {
        let mut gone = row("a");
        gone.desired = Desired::Absent;
        gone.status = Status::Removed;
        let now = Duration::ZERO;
        let (all, none) = (
            Volumes {
                own: true,
                work: true,
            },
            Volumes::default(),
        );
        let work = Volumes {
            own: false,
            work: true,
        };
        assert_eq!(
            decide(Some(&gone), &seen(ContainerState::Running, 1), all, now),
            Work::Remove { purge: false }
        );
        assert_eq!(
            decide(Some(&gone), &Entry::default(), all, now),
            Work::Remove { purge: false }
        );
        assert_eq!(
            decide(Some(&gone), &Entry::default(), work, now),
            Work::Nothing,
            "kept until its retention is over"
        );
        assert_eq!(
            decide(None, &Entry::default(), work, now),
            Work::Remove { purge: true }
        );
        assert_eq!(decide(None, &Entry::default(), none, now), Work::Nothing);
    }

    #[test]
    fn external_ones_are_left_alone_and_the_built_in_one_needs_no_container() {
        assert_eq!(
            of(|row| row.runtime = "external".into(), &Entry::default()),
            Work::Nothing
        );
        assert_eq!(
            of(|row| row.runtime = "mock".into(), &Entry::default()),
            Work::Mock
        );
        let online = |row: &mut WorkspaceRow| {
            row.runtime = "mock".into();
            row.status = Status::Online;
        };
        assert_eq!(of(online, &Entry::default()), Work::Nothing);
        assert_eq!(
            of(online, &seen(ContainerState::Running, 2)),
            Work::Stop,
            "its runtime was another one before"
        );
    }
}
