//! Taking containers away: stop, replace, retire, remove.

use crate::{
    console,
    failpoints::reached,
    outcome::{Outcome, Step},
    rows::Change,
    shared::{Link, Shared},
    status::{Failure, Observed},
};
use containers::names;
use std::sync::Arc;
use store::rows::workspaces::{self, Column, ColumnValue};
use wire::{Desired, Status};

/// Stops and removes a container: TERM, grace, its last output kept, then gone (D18, D55).
async fn take_away(
    shared: &Shared,
    link: &Link,
    id: &str,
    container: &str,
    replaced: bool,
) -> Step<()> {
    let grace = shared.options().stop_grace;
    link.engine.stop(container, grace).await?;
    reached("stop.stopped").await;
    console::keep(shared, link, id, container).await;
    reached("stop.log").await;
    link.engine.remove(container).await?;
    gone(shared, id, container, replaced);
    reached("stop.removed").await;
    Ok(())
}

/// Its container is not there any more; what was promised to it stays promised if the next one follows at once.
fn gone(shared: &Shared, id: &str, container: &str, replaced: bool) {
    shared.entry(id, |entry| {
        if entry.seen.as_ref().is_some_and(|seen| seen.id == container) {
            entry.seen = None;
        }
        if !replaced {
            entry.reserved = 0;
        }
        entry.started_at = None;
        entry.condemned = None;
        entry.lost_touch = false;
    });
}

fn no_container() -> Vec<(Column, ColumnValue)> {
    vec![
        (Column::ContainerId, ColumnValue::Null),
        (Column::RunningGeneration, ColumnValue::Null),
        (Column::Url, "".into()),
    ]
}

/// The container goes, the row says what it should be.
pub(crate) async fn stop(shared: &Arc<Shared>, link: &Link, id: &str) -> Outcome {
    reached("stop.begin").await;
    let Some(container) = shared.entry(id, |entry| entry.seen.clone()) else {
        return Outcome::Done;
    };
    if let Err(outcome) = take_away(shared, link, id, &container.id, false).await {
        if let Outcome::Retry(failure) | Outcome::Failed(failure, _) = &outcome {
            // It stays what it should be, with the reason why its container is still there (D57).
            let told = Change::to(Observed::Alive).because(Some(Failure::passing(
                "stop_failed",
                failure.reason.text.clone(),
            )));
            let told = told.from(&[Status::Paused, Status::Hibernating]);
            if let Err(error) = shared.publish(id, told).await {
                tracing::error!(workspace = id, %error, "a failed stop could not be written");
            }
        }
        return outcome;
    }
    settle(shared, id).await
}

/// What stopped is written down: hibernated, or paused without a reason.
pub(crate) async fn settle(shared: &Arc<Shared>, id: &str) -> Outcome {
    let row = match workspaces::get(shared.deps.store.read(), id).await {
        Ok(Some(row)) => row,
        Ok(None) => return Outcome::Done,
        Err(error) => return error.into(),
    };
    let mut change = Change::columns(no_container());
    if row.desired == Desired::Stopped {
        change.observed = Some(Observed::Nothing);
        shared.entry(id, |entry| entry.reserved = 0);
    } else if row.has_container() || row.is_mock() {
        // Wanted again meanwhile; the next look starts it.
        change = change.of_generation(row.generation);
    }
    let written = shared.publish(id, change).await;
    reached("stop.row").await;
    written.map_or_else(Outcome::from, |_| Outcome::Done)
}

/// A container of an earlier start goes before the next one.
pub(crate) async fn replace(shared: &Arc<Shared>, link: &Link, id: &str) -> Outcome {
    reached("restart.begin").await;
    let (seen, silent, lost_touch) = shared.entry(id, |entry| {
        let silent = entry.condemned.clone();
        (entry.seen.clone(), silent, entry.lost_touch)
    });
    let Some(seen) = seen else {
        return Outcome::Done;
    };
    let row = workspaces::get(shared.deps.store.read(), id).await;
    if let Err(outcome) = take_away(shared, link, id, &seen.id, silent.is_none()).await {
        return outcome;
    }
    let mut change = Change::columns(no_container());
    if lost_touch && silent.is_none() {
        // Nobody asked for this start, so the row does not say yet that one is due.
        change.observed = Some(Observed::Nothing);
    }
    if let Err(error) = shared.publish(id, change).await {
        return error.into();
    }
    reached("stop.row").await;
    if let (Some(silent), Ok(Some(row))) = (silent, row) {
        shared
            .conclude(
                id,
                row.generation,
                Outcome::Retry(silent),
                true,
                console::kept(shared, id).await,
            )
            .await;
    } else {
        // It ran until now, so it goes before those that only wait.
        shared.entry(id, |entry| entry.urgent = seen.runs());
    }
    Outcome::Done
}

/// A container that ended, or vanished, by itself: its output is kept, and it is started again after a pause.
pub(crate) async fn retire(shared: &Arc<Shared>, link: &Link, id: &str) -> Outcome {
    reached("retire.begin").await;
    let row = match workspaces::get(shared.deps.store.read(), id).await {
        Ok(Some(row)) => row,
        Ok(None) => return Outcome::Done,
        Err(error) => return error.into(),
    };
    let seen = shared.entry(id, |entry| entry.seen.clone());
    if let Some(seen) = &seen {
        console::keep(shared, link, id, &seen.id).await;
        reached("retire.log").await;
        if let Err(error) = link.engine.remove(&seen.id).await {
            return error.into();
        }
        // It ran until now, so its place is kept while it pauses before the next try.
        gone(shared, id, &seen.id, true);
    }
    reached("retire.removed").await;
    // Its late beats do not count any more.
    if let Err(error) = shared
        .publish(
            id,
            Change::columns(no_container()).of_generation(row.generation),
        )
        .await
    {
        return error.into();
    }
    let alive = matches!(
        row.status,
        Status::Online | Status::Degraded | Status::Offline
    );
    match seen {
        Some(seen) if seen.found_dead => {
            // It went down with the engine or the machine; that says nothing about the agent.
            let told = Failure::passing(
                "engine_restarted",
                "Its container ended together with the engine. It is started again.",
            );
            let observed = if alive {
                Observed::Lost
            } else {
                Observed::Nothing
            };
            let change = Change::to(observed)
                .because(Some(told))
                .of_generation(row.generation);
            let change = change.from(&[
                Status::Provisioning,
                Status::Online,
                Status::Degraded,
                Status::Offline,
            ]);
            if let Err(error) = shared.publish(id, change).await {
                return error.into();
            }
        }
        seen => {
            let text = match seen {
                None => "Its container was removed from outside.".to_owned(),
                Some(seen) if seen.out_of_memory => {
                    "It needed more memory than its tier allows and was ended by the system."
                        .to_owned()
                }
                Some(seen) => match seen.exit_code {
                    // Podman does not tell why.
                    Some(137) => "Its program was killed (exit code 137), most often because it needed more memory than its tier allows.".to_owned(),
                    Some(code) => format!("Its program ended by itself with exit code {code}."),
                    None => "Its program ended by itself.".to_owned(),
                },
            };
            let failure = Failure::passing("agent_crashed", text);
            let tail = console::kept(shared, id).await;
            shared
                .conclude(id, row.generation, Outcome::Retry(failure), alive, tail)
                .await;
        }
    }
    reached("retire.row").await;
    Outcome::Done
}

/// Nothing is left but, unless it is purged, the work volume until its retention is over (D10).
pub(crate) async fn remove(shared: &Arc<Shared>, link: &Link, id: &str, purge: bool) -> Outcome {
    match remove_steps(shared, link, id, purge).await {
        Ok(()) => Outcome::Done,
        Err(outcome) => outcome,
    }
}

async fn remove_steps(shared: &Arc<Shared>, link: &Link, id: &str, purge: bool) -> Step<()> {
    reached("remove.begin").await;
    if let Some(seen) = shared.entry(id, |entry| entry.seen.clone()) {
        link.engine
            .stop(&seen.id, shared.options().stop_grace)
            .await?;
        link.engine.remove(&seen.id).await?;
        gone(shared, id, &seen.id, false);
    }
    shared.entry(id, |entry| entry.reserved = 0);
    reached("remove.container").await;
    let mut volumes = vec![names::config_volume(id), names::session_volume(id)];
    if purge {
        volumes.push(names::work_volume(id));
    }
    for name in volumes {
        if shared.state().volumes.contains(&name) {
            link.engine.remove_volume(&name).await?;
            shared.state().volumes.remove(&name);
            reached("remove.volume").await;
        }
    }
    console::forget(shared, id).await;
    reached("remove.done").await;
    Ok(())
}
