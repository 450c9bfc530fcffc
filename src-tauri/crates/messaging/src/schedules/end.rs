//! The end of a run: the run, the schedule, the `cron_run` row of the activity and the event, in one write.

use super::verdict::{Outcome, Verdict};
use crate::{gate::queue_event, log_entry, scrub};
use serde_json::{Value, json};
use store::{
    NewEvent, StoreError, Write,
    rows::{
        activity::NewActivity,
        queue,
        schedule_runs::{self, RunRow},
        schedules::{self, ScheduleRow},
    },
};
use vault::redact::KnownSecrets;
use wire::{Timestamp, kind};

/// Answers without a word after which a schedule counts as stale.
const MOST_EMPTY: i64 = 3;

/// Ends a run. One that is over, or whose schedule is gone, is nobody's.
pub(crate) async fn end_run(
    write: &mut Write,
    secrets: &KnownSecrets,
    run_id: &str,
    verdict: Verdict,
) -> Result<(), StoreError> {
    let Some(run) = schedule_runs::open(&mut *write.conn(), run_id).await? else {
        return Ok(());
    };
    let Some(schedule) = schedules::get(&mut *write.conn(), &run.schedule_id).await? else {
        return Ok(());
    };
    let now = write.stamp();
    let mut error = scrub::text(secrets, &verdict.error).into_owned();
    let status = match verdict.status {
        Outcome::Error => "error",
        Outcome::Skipped => "skipped",
        Outcome::Unknown => "queued",
        Outcome::Ok { empty: None } => "ok",
        Outcome::Ok { empty: Some(empty) } => {
            let so_far = schedules::count_empty(write.conn(), &schedule.id, empty).await?;
            if so_far >= MOST_EMPTY {
                error = format!("its last {so_far} answers said nothing");
                "stale"
            } else {
                "ok"
            }
        }
    };
    schedule_runs::end(
        write.conn(),
        run_id,
        status,
        &error,
        verdict.duration_ms,
        &now,
    )
    .await?;
    schedules::set_ended(write.conn(), &schedule.id, status, &error).await?;
    let run = RunRow {
        status: status.to_owned(),
        error,
        duration_ms: verdict.duration_ms,
        ..run
    };
    told(write, &schedule, &run).await
}

/// The activity row and the event of a run that is over.
pub(super) async fn told(
    write: &mut Write,
    schedule: &ScheduleRow,
    run: &RunRow,
) -> Result<(), StoreError> {
    let entry = NewActivity {
        id: store::new_id(),
        workspace_id: run.workspace_id.clone(),
        activity_type: "cron_run".into(),
        source_kind: queue::SCHEDULE.into(),
        source_label: Some(queue::SCHEDULE.into()),
        method: Some("cron".into()),
        summary: Some(format!("Cron: {}", schedule.name)),
        request_body: Some(run.request.clone()),
        duration_ms: run.duration_ms,
        status: run.status.clone(),
        error_detail: Some(run.error.clone()).filter(|error| !error.is_empty()),
        ..NewActivity::default()
    };
    log_entry::write(write, &entry).await?;
    if run.status == "skipped" {
        return skipped(write, schedule, &run.error, Some(&run.id)).await;
    }
    let payload = json!({"schedule_id": schedule.id, "schedule_name": schedule.name, "status": run.status,
        "run_id": run.id});
    write
        .event(NewEvent::about(
            &run.workspace_id,
            kind::CRON_EXECUTED,
            payload,
        ))
        .await?;
    Ok(())
}

/// The event of a slot in which nothing was sent.
pub(super) async fn skipped(
    write: &mut Write,
    schedule: &ScheduleRow,
    reason: &str,
    run_id: Option<&str>,
) -> Result<(), StoreError> {
    let mut payload: Value =
        json!({"schedule_id": schedule.id, "schedule_name": schedule.name, "reason": reason});
    if let Some(id) = run_id {
        payload["run_id"] = json!(id);
    }
    write
        .event(NewEvent::about(
            &schedule.workspace_id,
            kind::CRON_SKIPPED,
            payload,
        ))
        .await?;
    Ok(())
}

/// At start: runs whose agent had the message when the platform ended. They are told, and not sent again.
pub(crate) async fn end_interrupted(
    write: &mut Write,
    secrets: &KnownSecrets,
) -> Result<(), StoreError> {
    let now = write.stamp();
    for row in queue::interrupted(&mut *write.conn()).await? {
        let verdict = Verdict::interrupted();
        let reason = verdict.error.clone();
        queue::end(write.conn(), &row.id, "failed", Some(&reason), None, &now).await?;
        let event = queue_event(&row.workspace_id, &row.id, None, "failed", &reason);
        write.event(event).await?;
        end_run(write, secrets, &row.id, verdict).await?;
    }
    Ok(())
}

/// An agent that fetches its messages spoke to the person: that answers the oldest run it was given.
pub(crate) async fn replied(
    write: &mut Write,
    secrets: &KnownSecrets,
    workspace_id: &str,
) -> Result<(), StoreError> {
    let Some(run) = schedule_runs::oldest_polled(&mut *write.conn(), workspace_id).await? else {
        return Ok(());
    };
    let took = Timestamp::parse(&run.began_at)
        .map_or(0, |began| (write.now() - began.0).num_milliseconds())
        .max(1);
    end_run(write, secrets, &run.id, Verdict::replied(took)).await
}
