//! A schedule that is switched off or removed while its message still waits for its agent.

use serde_json::json;
use store::{
    NewEvent, StoreError, Write,
    rows::{
        queue, schedule_runs,
        schedules::{self, ScheduleRow},
    },
};
use wire::kind;

/// A message of the schedule that waits for its agent goes; one that the agent has is left to it.
pub(super) async fn take_back(
    write: &mut Write,
    row: &ScheduleRow,
    why: &str,
) -> Result<(), StoreError> {
    let Some(run) = schedule_runs::open_of_schedule(&mut *write.conn(), &row.id).await? else {
        return Ok(());
    };
    let message = queue::get(&mut *write.conn(), &run.id).await?;
    if message.is_none_or(|message| message.status != "queued") {
        return Ok(());
    }
    let (now, error) = (write.stamp(), format!("skipped: {why}"));
    queue::end(write.conn(), &run.id, "dropped", Some(why), None, &now).await?;
    schedule_runs::end(write.conn(), &run.id, "skipped", &error, None, &now).await?;
    schedules::set_ended(write.conn(), &row.id, "skipped", &error).await?;
    let id = &row.workspace_id;
    let dropped =
        json!({"queue_id": run.id, "caller_id": null, "status": "dropped", "reason": why});
    write
        .event(NewEvent::about(id, kind::QUEUE_UPDATED, dropped))
        .await?;
    let skipped = json!({"schedule_id": row.id, "schedule_name": row.name, "reason": error, "run_id": run.id});
    write
        .event(NewEvent::about(id, kind::CRON_SKIPPED, skipped))
        .await?;
    Ok(())
}
