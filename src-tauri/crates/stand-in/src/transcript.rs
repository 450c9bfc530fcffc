//! What was said, for `GET /transcript` and the snapshot.

use serde_json::{Value, json};
use std::collections::VecDeque;

/// Lines kept in memory; a laptop runs many agents.
const KEPT: usize = 1000;

/// The last lines of the conversation, numbered from the first one ever.
#[derive(Default)]
pub(crate) struct Transcript {
    first: usize,
    lines: VecDeque<Value>,
}

impl Transcript {
    /// Begins with the lines of the snapshot.
    pub fn starting_with(lines: Vec<Value>) -> Self {
        Self {
            first: 0,
            lines: lines.into(),
        }
    }

    /// Adds what `role` (`user` or `agent`) said.
    pub fn say(&mut self, role: &str, text: &str) {
        let time = wire::Timestamp(chrono::Utc::now());
        self.lines
            .push_back(json!({"timestamp": time, "role": role, "text": text}));
        if self.lines.len() > KEPT {
            self.lines.pop_front();
            self.first += 1;
        }
    }

    /// At most `limit` lines from number `since` on, the number after the last one, and whether there are more.
    pub fn page(&self, since: usize, limit: usize) -> (Vec<Value>, usize, bool) {
        let from = since.saturating_sub(self.first);
        let lines: Vec<Value> = self.lines.iter().skip(from).take(limit).cloned().collect();
        let cursor = if lines.is_empty() {
            since
        } else {
            self.first + from + lines.len()
        };
        (lines, cursor, cursor < self.first + self.lines.len())
    }

    /// The newest `count` lines.
    pub fn last(&self, count: usize) -> Vec<Value> {
        self.lines
            .iter()
            .skip(self.lines.len().saturating_sub(count))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_follows_the_cursor_misses_nothing() {
        let mut transcript = Transcript::default();
        (0..5).for_each(|number| transcript.say("user", &number.to_string()));
        let (lines, cursor, more) = transcript.page(0, 2);
        assert_eq!((lines.len(), cursor, more), (2, 2, true));
        let (lines, cursor, more) = transcript.page(cursor, 100);
        assert_eq!((lines.len(), cursor, more), (3, 5, false));
        assert_eq!(transcript.page(cursor, 100), (Vec::new(), 5, false));
    }

    #[test]
    fn old_lines_go_and_numbers_stay() {
        let mut transcript = Transcript::default();
        (0..KEPT + 10).for_each(|number| transcript.say("user", &number.to_string()));
        let (lines, cursor, _) = transcript.page(KEPT + 8, 100);
        assert_eq!(
            (lines[0]["text"].as_str(), cursor),
            (Some("1008"), KEPT + 10)
        );
        assert_eq!(transcript.page(0, 1).0[0]["text"], "10");
    }
}
