//! Notices saved files by itself, also where nobody sends a reload.

use crate::agent::Agent;
use std::sync::Arc;
use std::time::Duration;

/// File notices of the system do not cross into a container's volume on every engine; a look at a handful of files does.
const EVERY: Duration = Duration::from_millis(500);

/// Longest pause between tries to hand over a card that the platform does not take.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Looks at the folder twice a second and sends a new card when it became another one.
pub(crate) async fn watch(agent: Arc<Agent>) {
    let mut pause = EVERY;
    let mut told = None;
    loop {
        tokio::time::sleep(pause).await;
        let refused = agent.refresh().await.card_refused;
        // Texts are read at each use anyway, so a platform that is away may slow these looks down.
        pause = if refused.is_some() {
            (pause * 2).min(LONGEST_PAUSE)
        } else {
            EVERY
        };
        if refused != told {
            refused
                .iter()
                .for_each(|text| eprintln!("stand-in: {text}"));
            told = refused;
        }
    }
}
