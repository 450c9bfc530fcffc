//! Feedback loops: files that keep changing because something answers each change with another one. They are found,
//! named, and held back for a pause that grows.

use crate::ReloadSettings;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Duration,
};

/// A file of an owner (workspace or org).
pub(crate) type Place = (String, String);

/// What is to be done about a changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Turn {
    /// React.
    Go,
    /// It is held back already.
    Held,
    /// From now on it is held back for this long.
    Hold { pause: Duration, why: Cause },
}

/// Who seems to cause a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The platform wrote the file itself.
    OwnWrites,
    /// The same few contents come again and again.
    TakingTurns,
    /// Always something new.
    KeepsWriting,
}

impl Cause {
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OwnWrites => "Molecule Desktop itself writes it after each change",
            Self::TakingTurns => {
                "two programs take turns in writing it, as two syncing folders or two formatters do"
            }
            Self::KeepsWriting => "a program keeps writing it",
        }
    }
}

/// Memory of recent changes. Pure: time is given.
#[derive(Debug, Default)]
pub(crate) struct Loops {
    traces: HashMap<Place, Trace>,
    own: HashMap<String, Duration>,
}

#[derive(Debug, Default)]
struct Trace {
    changes: VecDeque<(Duration, String)>,
    holds: u32,
    until: Option<Duration>,
    cause: Option<Cause>,
}

impl Loops {
    /// The platform wrote this file (absolute path) itself.
    pub fn wrote(&mut self, file: &str, now: Duration) {
        self.own
            .retain(|_, at| now.saturating_sub(*at) < Duration::from_secs(60));
        self.own.insert(file.to_owned(), now);
    }

    /// Notes that a file has new content, and says what to do about it.
    pub fn changed(
        &mut self,
        place: &Place,
        file: &str,
        digest: &str,
        now: Duration,
        settings: &ReloadSettings,
    ) -> Turn {
        let calm = settings.longest_hold;
        self.traces.retain(|_, trace| {
            let last = trace.changes.back().map(|(at, _)| *at).max(trace.until);
            last.is_some_and(|last| now.saturating_sub(last) < calm)
        });
        let trace = self.traces.entry(place.clone()).or_default();
        if trace.until.is_some_and(|until| now < until) {
            return Turn::Held;
        }
        trace.until = None;
        while trace
            .changes
            .front()
            .is_some_and(|(at, _)| now.saturating_sub(*at) > settings.loop_window)
        {
            trace.changes.pop_front();
        }
        if trace.changes.back().is_some_and(|(_, last)| last == digest) {
            // The same content once more: a second try of ours, not a second change.
            return Turn::Go;
        }
        trace.changes.push_back((now, digest.to_owned()));
        if trace.changes.len() < settings.loop_changes {
            return Turn::Go;
        }
        let contents: HashSet<&String> = trace.changes.iter().map(|(_, digest)| digest).collect();
        let why = if self
            .own
            .get(file)
            .is_some_and(|at| now.saturating_sub(*at) <= settings.loop_window)
        {
            Cause::OwnWrites
        } else if contents.len() * 2 <= trace.changes.len() {
            Cause::TakingTurns
        } else {
            Cause::KeepsWriting
        };
        let pause = settings
            .first_hold
            .saturating_mul(1 << trace.holds.min(16))
            .min(settings.longest_hold);
        trace.changes.clear();
        trace.holds += 1;
        trace.until = Some(now + pause);
        trace.cause = Some(why);
        Turn::Hold { pause, why }
    }

    /// What is held back now.
    pub fn held(&self, now: Duration) -> Vec<(Place, Cause)> {
        let mut held: Vec<_> = self
            .traces
            .iter()
            .filter(|(_, trace)| trace.until.is_some_and(|until| now < until))
            .filter_map(|(place, trace)| Some((place.clone(), trace.cause?)))
            .collect();
        held.sort_by(|a, b| a.0.cmp(&b.0));
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(contents: &[&str], own: bool) -> (Loops, Vec<Turn>) {
        let (mut loops, settings) = (Loops::default(), ReloadSettings::default());
        let place = ("w".to_owned(), "a.md".to_owned());
        let turns = (1..).zip(contents).map(|(second, content)| {
            let now = Duration::from_secs(second);
            if own {
                loops.wrote("/x/a.md", now);
            }
            loops.changed(&place, "/x/a.md", content, now, &settings)
        });
        let turns = turns.collect();
        (loops, turns)
    }

    #[test]
    fn two_programs_that_take_turns_are_named_and_held() {
        let (loops, turns) = run(&["a", "b", "a", "b", "a", "b", "a", "b", "a"], false);
        assert!(turns[..7].iter().all(|turn| *turn == Turn::Go));
        assert_eq!(
            turns[7],
            Turn::Hold {
                pause: Duration::from_secs(30),
                why: Cause::TakingTurns
            }
        );
        assert_eq!(turns[8], Turn::Held);
        assert_eq!(loops.held(Duration::from_secs(10)).len(), 1);
        assert!(loops.held(Duration::from_secs(60)).is_empty());
    }

    #[test]
    fn our_own_writes_and_endless_news_have_other_names() {
        let many = ["1", "2", "3", "4", "5", "6", "7", "8"];
        let cause = |own| match run(&many, own).1.pop() {
            Some(Turn::Hold { why, .. }) => Some(why),
            _ => None,
        };
        assert_eq!(cause(true), Some(Cause::OwnWrites));
        assert_eq!(cause(false), Some(Cause::KeepsWriting));
    }

    #[test]
    fn the_pause_grows_and_calm_forgets() {
        let (mut loops, settings) = (Loops::default(), ReloadSettings::default());
        let place = ("w".to_owned(), "a".to_owned());
        let mut now = Duration::ZERO;
        let mut pauses = Vec::new();
        for change in 0..8 * 8 {
            now += Duration::from_secs(1);
            let turn = loops.changed(&place, "/a", &change.to_string(), now, &settings);
            if let Turn::Hold { pause, .. } = turn {
                pauses.push(pause.as_secs());
                now += pause;
            }
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 600, 600, 600]);
        now += settings.longest_hold * 2;
        assert_eq!(loops.changed(&place, "/a", "x", now, &settings), Turn::Go);
        assert_eq!(
            loops.traces[&place].holds, 0,
            "a file that was calm begins anew"
        );
    }

    #[test]
    fn a_person_who_saves_often_is_no_loop() {
        let (mut loops, settings) = (Loops::default(), ReloadSettings::default());
        let place = ("w".to_owned(), "a".to_owned());
        for save in 0..100_u64 {
            let turn = loops.changed(
                &place,
                "/a",
                &save.to_string(),
                Duration::from_secs(save * 3),
                &settings,
            );
            assert_eq!(turn, Turn::Go);
        }
    }
}
