//! The visible status: one pure function of what should be, what is, and what went wrong last (design law 2).

use wire::{Desired, SleepKind, Status};

/// What is, as far as a status needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Observed {
    /// Nothing of it runs.
    Nothing,
    /// Its container exists, or runs without a sign of life yet.
    Starting,
    /// It gives signs of life.
    Alive,
    /// It gives signs of life and says that it fails.
    Failing,
    /// It ran, and does not any more: its container ended, or it fell silent.
    Lost,
    /// It runs elsewhere, and nobody has heard of it.
    Away,
}

impl Observed {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Nothing,
        Self::Starting,
        Self::Alive,
        Self::Failing,
        Self::Lost,
        Self::Away,
    ];
}

/// How much a failure weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grade {
    /// Worth knowing beside any status, also a healthy one (`tier_not_granted`).
    Note,
    /// It goes on by itself: it waits, or tries again.
    Passing,
    /// Somebody has to change something.
    Final,
}

/// A reason as people and programs read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Stable word.
    pub code: String,
    /// What happened, to what, what to do next.
    pub text: String,
}

impl Reason {
    /// A reason.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
        }
    }
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How much it weighs.
    pub grade: Grade,
    /// Why.
    pub reason: Reason,
}

impl Failure {
    /// A failure.
    pub fn new(grade: Grade, code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            grade,
            reason: Reason::new(code, text),
        }
    }

    /// Waits or tries again.
    pub fn passing(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Grade::Passing, code, text)
    }

    /// Needs a person.
    pub fn lasting(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Grade::Final, code, text)
    }
}

/// The visible status and its reason.
///
/// - Deleted is deleted, whatever still runs.
/// - Paused shows at once; a container that cannot be stopped is told as the reason. Sleep shows `hibernating` until
///   its container is gone.
/// - Signs of life beat every failure: an agent that answers is not failed.
/// - A reason that passes is never shown on an agent that is alive; a note is.
pub fn status(
    desired: Desired,
    sleep: Option<SleepKind>,
    observed: Observed,
    failure: Option<&Failure>,
) -> (Status, Option<Reason>) {
    let reason = |least: Grade| {
        failure
            .filter(|failure| least == Grade::Note || failure.grade != Grade::Note)
            .map(|failure| failure.reason.clone())
    };
    let note = || {
        failure
            .filter(|failure| failure.grade == Grade::Note)
            .map(|failure| failure.reason.clone())
    };
    let is_final = failure.is_some_and(|failure| failure.grade == Grade::Final);
    match (desired, sleep, observed) {
        (Desired::Absent, ..) => (Status::Removed, None),
        (Desired::Stopped, Some(SleepKind::Hibernated), Observed::Nothing) => {
            (Status::Hibernated, None)
        }
        (Desired::Stopped, Some(SleepKind::Hibernated), _) => {
            (Status::Hibernating, reason(Grade::Passing))
        }
        (Desired::Stopped, _, Observed::Nothing) => (Status::Paused, None),
        (Desired::Stopped, ..) => (Status::Paused, reason(Grade::Passing)),
        (Desired::Running, _, Observed::Alive) => (Status::Online, note()),
        (Desired::Running, _, Observed::Failing) => (Status::Degraded, note()),
        (Desired::Running, _, Observed::Away) => (Status::AwaitingAgent, reason(Grade::Note)),
        (Desired::Running, ..) if is_final => (Status::Failed, reason(Grade::Final)),
        (Desired::Running, _, Observed::Lost) => (Status::Offline, reason(Grade::Note)),
        (Desired::Running, _, Observed::Nothing | Observed::Starting) => {
            (Status::Provisioning, reason(Grade::Note))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Desired::{Absent, Running, Stopped};
    use Observed::{Alive, Away, Failing, Lost, Nothing, Starting};
    use SleepKind::{Hibernated, Paused};

    fn of(
        desired: Desired,
        sleep: Option<SleepKind>,
        observed: Observed,
        grade: Option<Grade>,
    ) -> (Status, bool) {
        let failure = grade.map(|grade| Failure::new(grade, "code", "text"));
        let (status, reason) = status(desired, sleep, observed, failure.as_ref());
        (status, reason.is_some())
    }

    /// The whole table: rows are what is wanted and what is, columns the failure (none, note, passing, final).
    /// `+` says that a reason is shown.
    #[test]
    fn the_table_of_statuses() {
        let table: &[(Desired, Option<SleepKind>, Observed, [&str; 4])] = &[
            (
                Running,
                None,
                Nothing,
                ["provisioning", "provisioning+", "provisioning+", "failed+"],
            ),
            (
                Running,
                None,
                Starting,
                ["provisioning", "provisioning+", "provisioning+", "failed+"],
            ),
            (
                Running,
                None,
                Alive,
                ["online", "online+", "online", "online"],
            ),
            (
                Running,
                None,
                Failing,
                ["degraded", "degraded+", "degraded", "degraded"],
            ),
            (
                Running,
                None,
                Lost,
                ["offline", "offline+", "offline+", "failed+"],
            ),
            (
                Running,
                None,
                Away,
                [
                    "awaiting_agent",
                    "awaiting_agent+",
                    "awaiting_agent+",
                    "awaiting_agent+",
                ],
            ),
            (
                Stopped,
                Some(Paused),
                Nothing,
                ["paused", "paused", "paused", "paused"],
            ),
            (
                Stopped,
                Some(Paused),
                Starting,
                ["paused", "paused", "paused+", "paused+"],
            ),
            (
                Stopped,
                Some(Paused),
                Alive,
                ["paused", "paused", "paused+", "paused+"],
            ),
            (
                Stopped,
                Some(Paused),
                Failing,
                ["paused", "paused", "paused+", "paused+"],
            ),
            (
                Stopped,
                Some(Paused),
                Lost,
                ["paused", "paused", "paused+", "paused+"],
            ),
            (
                Stopped,
                Some(Hibernated),
                Nothing,
                ["hibernated", "hibernated", "hibernated", "hibernated"],
            ),
            (
                Stopped,
                Some(Hibernated),
                Starting,
                ["hibernating", "hibernating", "hibernating+", "hibernating+"],
            ),
            (
                Stopped,
                Some(Hibernated),
                Alive,
                ["hibernating", "hibernating", "hibernating+", "hibernating+"],
            ),
            (
                Stopped,
                Some(Hibernated),
                Failing,
                ["hibernating", "hibernating", "hibernating+", "hibernating+"],
            ),
            (
                Stopped,
                Some(Hibernated),
                Lost,
                ["hibernating", "hibernating", "hibernating+", "hibernating+"],
            ),
            (
                Stopped,
                None,
                Nothing,
                ["paused", "paused", "paused", "paused"],
            ),
            (
                Stopped,
                None,
                Alive,
                ["paused", "paused", "paused+", "paused+"],
            ),
        ];
        let grades = [
            None,
            Some(Grade::Note),
            Some(Grade::Passing),
            Some(Grade::Final),
        ];
        for (desired, sleep, observed, wanted) in table {
            for (grade, wanted) in grades.iter().zip(wanted) {
                let (status, shown) = of(*desired, *sleep, *observed, *grade);
                let got = format!("{status}{}", if shown { "+" } else { "" });
                assert_eq!(&got, wanted, "{desired} {sleep:?} {observed:?} {grade:?}");
            }
        }
    }

    #[test]
    fn deleted_is_deleted_whatever_still_runs() {
        for observed in Observed::ALL {
            for grade in [
                None,
                Some(Grade::Note),
                Some(Grade::Passing),
                Some(Grade::Final),
            ] {
                for sleep in [None, Some(Paused), Some(Hibernated)] {
                    assert_eq!(of(Absent, sleep, observed, grade), (Status::Removed, false));
                }
            }
        }
    }

    #[test]
    fn a_sleep_kind_means_nothing_for_what_should_run() {
        for observed in Observed::ALL {
            for grade in [
                None,
                Some(Grade::Note),
                Some(Grade::Passing),
                Some(Grade::Final),
            ] {
                assert_eq!(
                    of(Running, Some(Paused), observed, grade),
                    of(Running, None, observed, grade)
                );
            }
        }
    }
}
