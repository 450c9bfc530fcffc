//! Notices saved files by itself, also where nobody sends a reload.

use crate::agent::Agent;
use std::sync::Arc;
use std::time::Duration;

/// File notices of the system do not cross into a container's volume on every engine; a look at a handful of files does.
const EVERY: Duration = Duration::from_millis(500);

/// Looks at the folder twice a second and sends a new card when it became another one.
pub(crate) async fn watch(agent: Arc<Agent>) {
    loop {
        tokio::time::sleep(EVERY).await;
        agent.refresh().await;
    }
}
