//! How patient this room is.

use std::time::Duration;

/// Times and limits. The defaults are the product's; tests make them shorter.
#[derive(Debug, Clone, PartialEq)]
pub struct ReloadSettings {
    /// A burst of saves ends when nothing came for this long.
    pub quiet: Duration,
    /// A burst is looked at after this long even if it goes on.
    pub at_most: Duration,
    /// Folders watched at most.
    pub folders: usize,
    /// Larger files are not carried into a running container, in bytes.
    pub file_bytes: u64,
    /// Bytes carried in one delivery at most; more files make more deliveries.
    pub delivery_bytes: usize,
    /// Changes of one file within [`ReloadSettings::loop_window`] that count as a feedback loop.
    pub loop_changes: usize,
    /// See [`ReloadSettings::loop_changes`].
    pub loop_window: Duration,
    /// First pause of a looping file; it doubles each time.
    pub first_hold: Duration,
    /// Longest pause of a looping file; a file that is calm for as long starts anew.
    pub longest_hold: Duration,
    /// First wait before a failed delivery is tried again; it doubles each time.
    pub retry: Duration,
    /// Tries of a failed delivery; after them the next save tries again.
    pub retries: u32,
}

impl Default for ReloadSettings {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(100),
            at_most: Duration::from_millis(500),
            folders: 20_000,
            file_bytes: 10 * 1024 * 1024,
            delivery_bytes: 16 * 1024 * 1024,
            loop_changes: 8,
            loop_window: Duration::from_secs(20),
            first_hold: Duration::from_secs(30),
            longest_hold: Duration::from_secs(600),
            retry: Duration::from_secs(2),
            retries: 5,
        }
    }
}
