//! What a platform holds, to compare before and after; and spans of time.

use serde_json::Value;
use std::time::Duration;
use testkit::Served;

/// Workspaces, event log, settings and names of secrets as the API shows them. Folders a person named are not in it:
/// a broken one stays registered, so that its plan can say what is wrong with it.
pub async fn dump(served: &Served) -> Value {
    let mut all = Vec::new();
    for path in [
        "/workspaces",
        "/events?limit=1000",
        "/settings",
        "/settings/secrets",
    ] {
        let (status, body) = served.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        all.push(body);
    }
    all.into()
}

/// So many seconds. Two cores may have to do everything at once, so limits are wide; nothing measures time with them.
pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// So many minutes.
pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}
