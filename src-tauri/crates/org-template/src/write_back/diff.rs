//! A change as people read it.

use super::FileChange;
use similar::TextDiff;

/// The unified diff of a file, with three lines around each change. A new file is compared with nothing.
pub fn unified_diff(change: &FileChange) -> String {
    let before = change.before.as_deref().unwrap_or_default();
    let from = match change.before {
        Some(_) => format!("a/{}", change.path),
        None => "/dev/null".to_owned(),
    };
    TextDiff::from_lines(before, &change.after)
        .unified_diff()
        .context_radius(3)
        .header(&from, &format!("b/{}", change.path))
        .to_string()
}
