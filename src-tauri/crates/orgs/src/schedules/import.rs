//! Brings the rows of one workspace to what its files say.

use super::{RUNTIME, TEMPLATE, take_back::take_back, timing::next_run};
use crate::OrgsError;
use org_template::{Role, RoleSchedule};
use serde_json::Value;
use store::{
    Write,
    rows::schedules::{self, ScheduleRow},
};

/// What the plan decided about the schedules of one role.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Intent<'a> {
    /// The files are taken as they are: what they do not name goes.
    pub exact: bool,
    /// Nothing that a person has changed is touched, and nothing goes.
    pub additive: bool,
    /// The list that was imported last, if that is known.
    pub base: Option<&'a Value>,
    /// Whether schedules may call models; without a yes they are kept switched off.
    pub may_run: bool,
}

impl Intent<'_> {
    /// Whether the files bring a schedule that has no row. One that was imported before was taken away since.
    fn brings(&self, name: &str) -> bool {
        match self.base.and_then(Value::as_array) {
            _ if self.exact => true,
            None => true,
            Some(known) => self.additive && !known.iter().any(|one| one["name"] == name),
        }
    }
}

/// Writes what differs; true when anything did. What an agent made for itself is never touched.
pub(crate) async fn put(
    write: &mut Write,
    workspace_id: &str,
    role: &Role,
    rows: &[ScheduleRow],
    intent: Intent<'_>,
) -> Result<bool, OrgsError> {
    let now = write.stamp();
    let mut changed = false;
    for (n, schedule) in role.schedules.iter().enumerate() {
        // Of two with one name the later counts (fixture 23).
        if role.schedules[n + 1..]
            .iter()
            .any(|later| later.name == schedule.name)
        {
            continue;
        }
        match rows.iter().find(|row| row.name == schedule.name) {
            None if intent.brings(&schedule.name) => {
                let row = new(workspace_id, schedule, intent.may_run, &now);
                schedules::insert(write.conn(), &row).await?;
                changed = true;
            }
            Some(row) if !row.by_agent => {
                let wanted = kept(row, schedule, intent, &now);
                if wanted != *row {
                    schedules::update(write.conn(), &wanted, &now).await?;
                    if row.enabled && !wanted.enabled {
                        take_back(write, &wanted, "switched off before it was sent").await?;
                    }
                    // That a row is the files' from now on is nothing to tell.
                    let told = |row: &ScheduleRow| ScheduleRow {
                        source: RUNTIME.to_owned(),
                        edited: false,
                        ..row.clone()
                    };
                    changed |= told(&wanted) != told(row);
                }
            }
            _ => {}
        }
    }
    if intent.exact {
        let named = |row: &ScheduleRow| role.schedules.iter().any(|one| one.name == row.name);
        for row in rows.iter().filter(|row| !row.by_agent && !named(row)) {
            take_back(write, row, "its schedule was removed").await?;
            schedules::delete(write.conn(), &row.id).await?;
            changed = true;
        }
    }
    Ok(changed)
}

fn new(workspace_id: &str, schedule: &RoleSchedule, may_run: bool, now: &str) -> ScheduleRow {
    ScheduleRow {
        id: store::new_id(),
        workspace_id: workspace_id.to_owned(),
        name: schedule.name.clone(),
        cron_expr: schedule.cron_expr.clone(),
        timezone: schedule.timezone.clone(),
        prompt: schedule.prompt.clone(),
        enabled: schedule.enabled && may_run,
        last_run_at: None,
        next_run_at: next_run(&schedule.cron_expr, &schedule.timezone, now),
        run_count: 0,
        last_status: String::new(),
        last_error: String::new(),
        source: TEMPLATE.to_owned(),
        wanted: Some(schedule.enabled),
        agreed: false,
        edited: false,
        by_agent: false,
        created_at: now.to_owned(),
        updated_at: now.to_owned(),
    }
}

/// The row as it is to be.
fn kept(row: &ScheduleRow, schedule: &RoleSchedule, intent: Intent<'_>, now: &str) -> ScheduleRow {
    let mut out = row.clone();
    let taken = intent.exact || (intent.additive && row.source == TEMPLATE && !row.edited);
    if taken {
        out.cron_expr.clone_from(&schedule.cron_expr);
        out.timezone.clone_from(&schedule.timezone);
        out.prompt.clone_from(&schedule.prompt);
        if row.wanted.unwrap_or(schedule.enabled) != schedule.enabled {
            out.wanted = Some(schedule.enabled);
        }
    }
    let wanted = out.wanted.unwrap_or(schedule.enabled);
    let same = (&out.cron_expr, &out.timezone, &out.prompt, wanted)
        == (
            &schedule.cron_expr,
            &schedule.timezone,
            &schedule.prompt,
            schedule.enabled,
        );
    if !intent.additive && same {
        TEMPLATE.clone_into(&mut out.source);
        out.edited = false;
    }
    if out.source == TEMPLATE {
        out.enabled = wanted && (intent.may_run || out.agreed);
    }
    let moved = (&out.cron_expr, &out.timezone) != (&row.cron_expr, &row.timezone);
    if moved || (out.enabled && !row.enabled) {
        out.next_run_at = next_run(&out.cron_expr, &out.timezone, now);
    }
    out
}
