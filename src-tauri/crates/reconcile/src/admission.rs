//! Who may start now: memory, places, order (contract 04 D62, issue of the memory budget). Pure.

use std::cmp::Reverse;

/// One that wants to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Whose.
    pub id: String,
    /// Bytes it is counted with.
    pub memory: u64,
    /// A message waits for it, or it ran a moment ago.
    pub urgent: bool,
    /// Distance from the root; parents start first.
    pub depth: usize,
    /// Order of arrival.
    pub since: u64,
    /// It is written down at this moment why it waits: it cannot start yet, and nobody overtakes it meanwhile.
    pub busy: bool,
}

/// What there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    /// Bytes all agents may use together.
    pub budget: u64,
    /// Bytes promised to those that run or start.
    pub planned: u64,
    /// Starts that may begin now.
    pub places: usize,
}

/// Why one has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// No place among the starts; soon.
    Place,
    /// No memory.
    Memory,
    /// It alone needs more than there is in all.
    TooLarge,
}

/// Sorts the queue and says who starts and who waits for what, in the order of the queue.
///
/// A large one at the head is not overtaken by smaller ones behind it, or it would wait for ever; one that can never
/// fit is passed over.
pub(crate) fn admit(mut queue: Vec<Candidate>, mut room: Room) -> Vec<(Candidate, Option<Wait>)> {
    queue.sort_by_key(|one| (Reverse(one.urgent), one.depth, one.since));
    let mut full = false;
    queue
        .into_iter()
        .map(|one| {
            let wait = if one.memory > room.budget {
                Some(Wait::TooLarge)
            } else if full || room.planned.saturating_add(one.memory) > room.budget {
                full = true;
                Some(Wait::Memory)
            } else if room.places == 0 {
                Some(Wait::Place)
            } else {
                room.places -= 1;
                None
            };
            if matches!(wait, None | Some(Wait::Place)) {
                // One that only waits for a place has its memory kept, so that positions do not lie.
                room.planned = room.planned.saturating_add(one.memory);
            }
            (one, wait)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: &str, memory: u64, urgent: bool, depth: usize, since: u64) -> Candidate {
        Candidate {
            id: id.into(),
            memory,
            urgent,
            depth,
            since,
            busy: false,
        }
    }

    fn told(
        queue: Vec<Candidate>,
        budget: u64,
        planned: u64,
        places: usize,
    ) -> Vec<(String, Option<Wait>)> {
        admit(
            queue,
            Room {
                budget,
                planned,
                places,
            },
        )
        .into_iter()
        .map(|(one, wait)| (one.id, wait))
        .collect()
    }

    #[test]
    fn parents_first_then_by_arrival() {
        let queue = vec![
            one("child", 1, false, 1, 0),
            one("root", 1, false, 0, 1),
            one("other", 1, false, 0, 2),
        ];
        let order: Vec<_> = told(queue, 10, 0, 9)
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        assert_eq!(order, ["root", "other", "child"]);
    }

    #[test]
    fn what_a_message_waits_for_goes_first() {
        let queue = vec![one("root", 1, false, 0, 0), one("wanted", 1, true, 5, 9)];
        assert_eq!(
            told(queue, 1, 0, 9),
            [("wanted".into(), None), ("root".into(), Some(Wait::Memory))]
        );
    }

    #[test]
    fn what_does_not_fit_waits_and_is_not_overtaken() {
        let queue = vec![one("large", 6, false, 0, 0), one("small", 1, false, 0, 1)];
        assert_eq!(
            told(queue, 10, 5, 9),
            [
                ("large".into(), Some(Wait::Memory)),
                ("small".into(), Some(Wait::Memory))
            ]
        );
    }

    #[test]
    fn what_can_never_fit_stands_in_nobodys_way() {
        let queue = vec![one("huge", 11, false, 0, 0), one("small", 1, false, 0, 1)];
        assert_eq!(
            told(queue, 10, 0, 9),
            [
                ("huge".into(), Some(Wait::TooLarge)),
                ("small".into(), None)
            ]
        );
    }

    #[test]
    fn places_limit_starts_and_their_memory_is_kept() {
        let queue = vec![
            one("a", 4, false, 0, 0),
            one("b", 4, false, 0, 1),
            one("c", 4, false, 0, 2),
        ];
        assert_eq!(
            told(queue, 10, 0, 1),
            [
                ("a".into(), None),
                ("b".into(), Some(Wait::Place)),
                ("c".into(), Some(Wait::Memory))
            ]
        );
    }
}
