//! The beginning of a run: everything that is known about it afterwards is decided and written in one transaction.

use super::{
    end::{end_run, skipped, told},
    verdict::Verdict,
};
use crate::{
    Caller, Messaging, MessagingError, error, failpoints,
    gate::Keep,
    messaging::lock,
    normalise::{Envelope, normalise},
    queue::put_in,
    reading, record, scrub,
};
use serde_json::{Value, json};
use store::{
    NewEvent, StoreError, WorkspaceRow, Write,
    rows::{
        queue::{self, NewQueued, Put},
        schedule_runs::{self, RunRow},
        schedules::{self, ScheduleRow},
        workspaces,
    },
};
use wire::{DeliveryMode, ScheduleFired, Status, Timestamp, kind};

/// Characters of a prompt that a history shows.
const SHOWN: usize = 200;

/// What began a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// It is due.
    Clock,
    /// Somebody asked for it.
    Asked,
}

impl Cause {
    fn word(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Asked => "asked",
        }
    }
}

/// What became of it.
#[derive(Debug)]
enum Fired {
    /// It is not due (any more).
    Nothing,
    /// Nothing is sent, and that is written down.
    LeftOut,
    /// It cannot run now; only for one that was asked for, and nothing is written.
    Refused(MessagingError),
    /// Its message is in the queue of this workspace.
    Waits {
        target: String,
        why: Keep,
        run: ScheduleFired,
    },
    /// Its message is where the agent fetches it.
    Fetched(ScheduleFired),
}

impl Messaging {
    /// Runs a schedule now (contract 02 no. 82). A dry run only tells what would be sent.
    ///
    /// # Errors
    /// [`MessagingError::ScheduleNotFound`], [`MessagingError::ScheduleRunning`] while its last run is not over, and what
    /// [`Self::send`] says of a workspace that takes no message; nothing was sent.
    pub async fn run_schedule(
        &self,
        workspace_id: &str,
        schedule_id: &str,
        dry_run: bool,
    ) -> Result<ScheduleFired, MessagingError> {
        if self.inner.stop.is_cancelled() {
            return Err(MessagingError::ShuttingDown);
        }
        let row = schedules::get(self.store().read(), schedule_id)
            .await
            .map_err(MessagingError::Query)?
            .filter(|row| row.workspace_id == workspace_id)
            .ok_or(MessagingError::ScheduleNotFound)?;
        if dry_run {
            return Ok(fired(&row, None));
        }
        match self.fire(schedule_id, Cause::Asked).await? {
            Some(run) => Ok(run),
            None => Err(MessagingError::ScheduleNotFound),
        }
    }

    /// Begins the run of a schedule and sees to it that its message goes its way. `None` when none began.
    pub(super) async fn fire(
        &self,
        schedule_id: &str,
        cause: Cause,
    ) -> Result<Option<ScheduleFired>, MessagingError> {
        failpoints::reached("schedule.due").await;
        let (messaging, id) = (self.clone(), schedule_id.to_owned());
        let fired: Result<Fired, StoreError> = self
            .store()
            .write(move |write| {
                Box::pin(async move { messaging.begin_run(write, &id, cause).await })
            })
            .await;
        let fired = fired.map_err(MessagingError::NotStored)?;
        failpoints::reached("schedule.begun").await;
        match fired {
            Fired::Nothing | Fired::LeftOut => Ok(None),
            Fired::Refused(error) => Err(error),
            Fired::Fetched(run) => Ok(Some(run)),
            Fired::Waits { target, why, run } => {
                lock(&self.inner.queue.waiting).insert(target.clone());
                self.inner.queue.expiry.notify_one();
                self.bring_nearer(&target, why).await;
                self.pump_later(&target, false);
                Ok(Some(run))
            }
        }
    }

    async fn begin_run(
        &self,
        write: &mut Write,
        id: &str,
        cause: Cause,
    ) -> Result<Fired, StoreError> {
        let (now, at) = (write.stamp(), write.now());
        let Some(row) = schedules::get(&mut *write.conn(), id).await? else {
            return Ok(match cause {
                Cause::Clock => Fired::Nothing,
                Cause::Asked => Fired::Refused(MessagingError::ScheduleNotFound),
            });
        };
        let target = workspaces::get(&mut *write.conn(), &row.workspace_id).await?;
        let Some(target) = target.filter(|target| target.status != Status::Removed) else {
            return Ok(match cause {
                Cause::Clock => Fired::Nothing,
                Cause::Asked => Fired::Refused(MessagingError::NotFound),
            });
        };
        let due = row.next_run_at.clone();
        let mut next = due.clone();
        if cause == Cause::Clock {
            if !row.enabled || due.as_deref().is_none_or(|due| due > now.as_str()) {
                return Ok(Fired::Nothing);
            }
            next = org_template::next_run(&row.cron_expr, &row.timezone, at)
                .map(|next| Timestamp(next).to_storage());
            schedules::set_next(write.conn(), id, next.as_deref()).await?;
            if self.inner.deps.agents.facts(&target.id).scheduler {
                let reason = "the agent carries out its schedules itself";
                skipped(write, &row, reason, None).await?;
                return Ok(Fired::LeftOut);
            }
        }
        if let Some(open) = schedule_runs::open_of_schedule(&mut *write.conn(), id).await? {
            if open.polled {
                // Whether the agent fetched it is not known; it does not hold up the next one.
                let secrets = &self.inner.deps.secrets;
                end_run(write, secrets, &open.id, Verdict::unknown()).await?;
            } else if cause == Cause::Asked {
                return Ok(Fired::Refused(MessagingError::ScheduleRunning {
                    run_id: open.id,
                }));
            } else {
                let began = Timestamp::parse(&open.began_at)
                    .map_or(open.began_at.clone(), |began| {
                        began.0.format("%Y-%m-%d %H:%M UTC").to_string()
                    });
                let reason = format!("the run that began at {began} is not over");
                return self.leave_out(write, &row, &target, due, &reason).await;
            }
        }
        if let Some(refusal) = hindrance(&target) {
            return match cause {
                Cause::Asked => Ok(Fired::Refused(refusal)),
                Cause::Clock => {
                    let reason = in_words(&refusal);
                    self.leave_out(write, &row, &target, due, &reason).await
                }
            };
        }
        let run_id = store::new_id();
        let Some(envelope) = envelope(&row, &run_id) else {
            return self
                .leave_out(write, &row, &target, due, "its prompt cannot be sent")
                .await;
        };
        let caller = Caller::System(queue::SCHEDULE);
        let polled = target.delivery_mode == DeliveryMode::Poll;
        let why = waits_for(&target);
        if polled {
            self.for_fetching(&target, &caller, &envelope)
                .put(write)
                .await?;
        } else {
            // The queue keeps it under the run's id.
            let message = NewQueued {
                id: run_id.clone(),
                ..self.waiting_row(&target.id, &caller, &envelope, store::new_id())
            };
            let secrets = &self.inner.deps.secrets;
            let turn = record::user_row(
                secrets,
                &target.id,
                &message.activity_id,
                &caller,
                &envelope,
            );
            if put_in(write, message, turn, why.text()).await? == Put::Full {
                return match cause {
                    Cause::Asked => Ok(Fired::Refused(MessagingError::QueueFull)),
                    Cause::Clock => {
                        let reason = MessagingError::QueueFull.to_string();
                        self.leave_out(write, &row, &target, due, &reason).await
                    }
                };
            }
        }
        schedules::set_begun(write.conn(), id, "queued", "", &now).await?;
        let run = RunRow {
            id: run_id.clone(),
            schedule_id: row.id.clone(),
            workspace_id: target.id.clone(),
            cause: cause.word().to_owned(),
            due_at: due.filter(|_| cause == Cause::Clock).unwrap_or(now.clone()),
            began_at: now,
            ended_at: None,
            status: "queued".to_owned(),
            error: String::new(),
            duration_ms: None,
            polled,
            request: self.shown(&row).to_string(),
        };
        schedule_runs::insert(write.conn(), &run).await?;
        let payload = json!({"schedule_id": row.id, "schedule_name": row.name, "run_id": run_id,
            "cause": run.cause, "next_run_at": next});
        write
            .event(NewEvent::about(&target.id, kind::CRON_STARTED, payload))
            .await?;
        let run = fired(&row, Some(run_id));
        Ok(if polled {
            Fired::Fetched(run)
        } else {
            let target = target.id;
            Fired::Waits { target, why, run }
        })
    }

    /// Writes down that nothing was sent. The same again is only counted: a role that is paused over a weekend does not
    /// fill its history with that.
    async fn leave_out(
        &self,
        write: &mut Write,
        row: &ScheduleRow,
        target: &WorkspaceRow,
        due: Option<String>,
        reason: &str,
    ) -> Result<Fired, StoreError> {
        let now = write.stamp();
        let error = format!("skipped: {reason}");
        schedules::set_begun(write.conn(), &row.id, "skipped", &error, &now).await?;
        if row.last_status == "skipped" && row.last_error == error {
            skipped(write, row, &error, None).await?;
            return Ok(Fired::LeftOut);
        }
        let mut request = self.shown(row);
        request["skipped"] = json!(true);
        request["active_tasks"] = json!(target.active_tasks);
        let run = RunRow {
            id: store::new_id(),
            schedule_id: row.id.clone(),
            workspace_id: row.workspace_id.clone(),
            cause: Cause::Clock.word().to_owned(),
            due_at: due.unwrap_or(now.clone()),
            began_at: now.clone(),
            ended_at: Some(now),
            status: "skipped".to_owned(),
            error,
            duration_ms: None,
            polled: false,
            request: request.to_string(),
        };
        schedule_runs::insert(write.conn(), &run).await?;
        told(write, row, &run).await?;
        Ok(Fired::LeftOut)
    }

    /// The schedule as histories show it.
    fn shown(&self, row: &ScheduleRow) -> Value {
        let prompt = scrub::text(&self.inner.deps.secrets, &row.prompt);
        json!({"schedule_id": row.id, "schedule_name": row.name, "cron_expr": row.cron_expr,
            "prompt": reading::cut(&prompt, SHOWN)})
    }
}

fn fired(row: &ScheduleRow, run_id: Option<String>) -> ScheduleFired {
    ScheduleFired {
        status: "fired".to_owned(),
        workspace_id: row.workspace_id.clone(),
        prompt: row.prompt.clone(),
        run_id,
    }
}

fn envelope(row: &ScheduleRow, run_id: &str) -> Option<Envelope> {
    let short = |id: &str| id.get(..8).unwrap_or(id).to_owned();
    let id = format!("cron-{}-{}", short(&row.id), short(run_id));
    let body = json!({"method": "message/send", "params": {"message": {"role": "user", "messageId": id,
        "parts": [{"kind": "text", "text": row.prompt}]}}});
    normalise(body).ok()
}

/// Why nothing may be sent to a workspace now; not that it has to wait.
fn hindrance(target: &WorkspaceRow) -> Option<MessagingError> {
    if target
        .budget_limit
        .is_some_and(|limit| target.monthly_spend >= limit)
    {
        return Some(MessagingError::BudgetExceeded);
    }
    matches!(target.status, Status::Paused | Status::Failed).then(|| MessagingError::NoUrl {
        status: target.status,
        status_code: target.status_code.clone(),
        status_text: target.status_text.clone(),
    })
}

fn in_words(refusal: &MessagingError) -> String {
    match refusal {
        MessagingError::NoUrl {
            status: Status::Paused,
            ..
        } => "the role is paused".to_owned(),
        MessagingError::NoUrl {
            status,
            status_text,
            ..
        } => status_text
            .clone()
            .unwrap_or_else(|| error::why(*status).to_owned()),
        other => other.to_string(),
    }
}

/// What the message of a run waits for, if it has to wait.
fn waits_for(target: &WorkspaceRow) -> Keep {
    match target.status {
        Status::Hibernated | Status::Hibernating => Keep::Waking,
        Status::Provisioning if target.status_code.as_deref() == Some("waiting_for_memory") => {
            Keep::Memory
        }
        _ => Keep::Scheduled,
    }
}
