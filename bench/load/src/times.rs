//! Spans into figures.

use serde::Serialize;
use std::time::Duration;

/// Spans of one kind, in microseconds.
#[derive(Debug, Default, Serialize)]
pub struct Times {
    /// How many there were.
    pub count: usize,
    /// The middle one.
    pub p50: u64,
    /// All but one in a hundred were shorter.
    pub p99: u64,
    /// The longest.
    pub max: u64,
}

impl Times {
    /// From all spans.
    pub fn of(mut spans: Vec<Duration>) -> Self {
        spans.sort_unstable();
        let micros = |span: &Duration| u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        let at = |percent: usize| {
            spans.get((spans.len() * percent / 100).min(spans.len().saturating_sub(1)))
        };
        Self {
            count: spans.len(),
            p50: at(50).map_or(0, micros),
            p99: at(99).map_or(0, micros),
            max: spans.last().map_or(0, micros),
        }
    }
}
