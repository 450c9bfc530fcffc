//! What a runtime says it handles itself (contract 01 section 4.2).

use std::time::Duration;
use wire::RuntimeMetadata;

/// What a runtime said it handles itself, kept in memory per workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Names that are true.
    pub names: Vec<String>,
    /// Overrides the idle timeout of calls to it.
    pub idle_timeout: Option<Duration>,
}

impl Capabilities {
    /// Whether the runtime declared this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    pub(crate) fn of(metadata: &RuntimeMetadata) -> Self {
        Self {
            names: metadata
                .capabilities
                .iter()
                .filter(|(_, on)| **on)
                .map(|(name, _)| name.clone())
                .collect(),
            idle_timeout: metadata
                .idle_timeout_seconds
                .and_then(|seconds| u64::try_from(seconds).ok())
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs),
        }
    }
}
