//! Schedules made, changed and taken away by a person or an agent (contract 02 section 10.1, nos. 78 to 81).

use super::{
    RUNTIME,
    take_back::take_back,
    timing::{checked, next_run},
    view,
};
use crate::{Orgs, OrgsError, ScheduleProblem};
use serde_json::json;
use store::{
    NewEvent, Write,
    rows::{
        schedules::{self, ScheduleRow},
        workspaces,
    },
};
use wire::{BundleSchedule, ScheduleView, Status, kind};

/// Longest prompt and name that are kept, in bytes.
const PROMPT: usize = 100_000;
const NAME: usize = 255;

/// A schedule to make.
#[derive(Debug, Clone, Default)]
pub struct NewSchedule {
    /// Name; empty: one is made up.
    pub name: String,
    /// Five fields, with or without a zone in front.
    pub cron_expr: String,
    /// IANA name; empty: UTC.
    pub timezone: String,
    /// What is sent.
    pub prompt: String,
    /// Whether it runs.
    pub enabled: bool,
    /// An agent makes it for itself.
    pub by_agent: bool,
}

/// What changes of a schedule; the rest stays.
#[derive(Debug, Clone, Default)]
pub struct ScheduleChange {
    /// Name.
    pub name: Option<String>,
    /// Five fields.
    pub cron_expr: Option<String>,
    /// IANA name.
    pub timezone: Option<String>,
    /// What is sent.
    pub prompt: Option<String>,
    /// Whether it runs. A yes of a person counts also where the schedules of its org were not ticked.
    pub enabled: Option<bool>,
    /// An agent changes it.
    pub by_agent: bool,
}

impl Orgs {
    /// Makes a schedule.
    ///
    /// # Errors
    /// [`OrgsError::Schedule`], [`OrgsError::ScheduleName`], [`OrgsError::NoWorkspace`]; nothing was made.
    pub async fn add_schedule(
        &self,
        workspace_id: &str,
        new: NewSchedule,
    ) -> Result<ScheduleView, OrgsError> {
        let id = workspace_id.to_owned();
        self.store
            .write(move |write| Box::pin(async move { add(write, &id, new).await }))
            .await
    }

    /// Changes what is named of a schedule.
    ///
    /// # Errors
    /// [`OrgsError::Schedule`], [`OrgsError::ScheduleName`], [`OrgsError::NoSchedule`]; nothing was changed.
    pub async fn change_schedule(
        &self,
        workspace_id: &str,
        schedule_id: &str,
        change: ScheduleChange,
    ) -> Result<ScheduleView, OrgsError> {
        let (id, schedule_id) = (workspace_id.to_owned(), schedule_id.to_owned());
        self.store
            .write(move |write| {
                Box::pin(async move {
                    let rows = schedules::of_workspace(write.conn(), &id).await?;
                    let now = write.stamp();
                    let Some(row) = rows.iter().find(|row| row.id == schedule_id) else {
                        return Err(OrgsError::NoSchedule);
                    };
                    if change.by_agent && change.enabled == Some(true) {
                        may_switch_on(row)?;
                    }
                    let wanted = changed(row, change, &now)?;
                    let taken =
                        |other: &&ScheduleRow| other.id != row.id && other.name == wanted.name;
                    if rows.iter().any(|other| taken(&other)) {
                        return Err(OrgsError::ScheduleName);
                    }
                    if wanted != *row {
                        schedules::update(write.conn(), &wanted, &now).await?;
                        if row.enabled && !wanted.enabled {
                            take_back(write, &wanted, "switched off before it was sent").await?;
                        }
                        tell(write, &id).await?;
                    }
                    Ok(view(ScheduleRow {
                        updated_at: now,
                        ..wanted
                    }))
                })
            })
            .await
    }

    /// Takes a schedule away.
    ///
    /// # Errors
    /// [`OrgsError::NoSchedule`].
    pub async fn remove_schedule(
        &self,
        workspace_id: &str,
        schedule_id: &str,
    ) -> Result<(), OrgsError> {
        let (id, schedule_id) = (workspace_id.to_owned(), schedule_id.to_owned());
        self.store
            .write(move |write| {
                Box::pin(async move {
                    let rows = schedules::of_workspace(write.conn(), &id).await?;
                    let Some(row) = rows.iter().find(|row| row.id == schedule_id) else {
                        return Err(OrgsError::NoSchedule);
                    };
                    take_back(write, row, "its schedule was removed").await?;
                    schedules::delete(write.conn(), &schedule_id).await?;
                    tell(write, &id).await
                })
            })
            .await
    }
}

async fn add(write: &mut Write, id: &str, new: NewSchedule) -> Result<ScheduleView, OrgsError> {
    let workspace = workspaces::get(write.conn(), id).await?;
    if workspace.is_none_or(|row| row.status == Status::Removed) {
        return Err(OrgsError::NoWorkspace);
    }
    let prompt = plain(&new.prompt);
    if new.cron_expr.trim().is_empty() || prompt.trim().is_empty() {
        return Err(ScheduleProblem::Incomplete.into());
    }
    let now = write.stamp();
    let (cron_expr, timezone, next) = checked(&new.cron_expr, &new.timezone, &now)?;
    let rows = schedules::of_workspace(write.conn(), id).await?;
    let named = |name: &str| rows.iter().any(|row| row.name == name);
    let name = match new.name.trim() {
        "" => (1..)
            .map(|n| format!("schedule {n}"))
            .find(|name| !named(name))
            .unwrap_or_default(),
        name if named(name) => return Err(OrgsError::ScheduleName),
        name => name.to_owned(),
    };
    short(&name, &prompt)?;
    let row = ScheduleRow {
        id: store::new_id(),
        workspace_id: id.to_owned(),
        name,
        cron_expr,
        timezone,
        prompt,
        enabled: new.enabled,
        last_run_at: None,
        next_run_at: Some(next),
        run_count: 0,
        last_status: String::new(),
        last_error: String::new(),
        source: RUNTIME.to_owned(),
        wanted: Some(new.enabled),
        agreed: new.enabled && !new.by_agent,
        edited: true,
        by_agent: new.by_agent,
        created_at: now.clone(),
        updated_at: now,
    };
    schedules::insert(write.conn(), &row).await?;
    tell(write, id).await?;
    Ok(view(row))
}

/// What an org's files bring runs when a person said so; an agent does not say it for them (contract 03 section 2.9).
fn may_switch_on(row: &ScheduleRow) -> Result<(), OrgsError> {
    let ticked = row.enabled || row.agreed || row.by_agent || row.source == RUNTIME;
    ticked.then_some(()).ok_or(OrgsError::ScheduleNotTicked)
}

/// A schedule out of a bundle with expression and zone as they are kept, or why it is none.
pub(crate) fn portable(mut schedule: BundleSchedule) -> Result<BundleSchedule, String> {
    let words = |error: OrgsError| error.detail().unwrap_or_else(|| error.to_string());
    schedule.prompt = plain(&schedule.prompt);
    if schedule.name.trim().is_empty() || schedule.prompt.trim().is_empty() {
        return Err("a name and a prompt are required".to_owned());
    }
    short(&schedule.name, &schedule.prompt).map_err(words)?;
    // Only whether it can ever be due matters here, not when.
    let (expression, zone, _) = checked(
        &schedule.cron_expr,
        &schedule.timezone,
        "2026-01-01T00:00:00Z",
    )
    .map_err(|problem| words(problem.into()))?;
    (schedule.cron_expr, schedule.timezone) = (expression, zone);
    Ok(schedule)
}

/// Gives a workspace a schedule out of a bundle, switched off.
pub(crate) async fn carried(
    write: &mut Write,
    workspace_id: &str,
    schedule: &BundleSchedule,
) -> Result<(), OrgsError> {
    let now = write.stamp();
    let row = ScheduleRow {
        id: store::new_id(),
        workspace_id: workspace_id.to_owned(),
        name: schedule.name.clone(),
        cron_expr: schedule.cron_expr.clone(),
        timezone: schedule.timezone.clone(),
        prompt: schedule.prompt.clone(),
        enabled: false,
        last_run_at: None,
        next_run_at: next_run(&schedule.cron_expr, &schedule.timezone, &now),
        run_count: 0,
        last_status: String::new(),
        last_error: String::new(),
        source: RUNTIME.to_owned(),
        wanted: Some(schedule.enabled),
        agreed: false,
        edited: true,
        by_agent: false,
        created_at: now.clone(),
        updated_at: now,
    };
    schedules::insert(write.conn(), &row).await?;
    Ok(())
}

fn changed(row: &ScheduleRow, change: ScheduleChange, now: &str) -> Result<ScheduleRow, OrgsError> {
    let mut out = row.clone();
    if let Some(name) = change.name {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(OrgsError::body("a schedule needs a name"));
        }
        out.name = name;
    }
    if let Some(prompt) = change.prompt {
        out.prompt = plain(&prompt);
        if out.prompt.trim().is_empty() {
            return Err(ScheduleProblem::Incomplete.into());
        }
    }
    short(&out.name, &out.prompt)?;
    let timed = change.cron_expr.is_some() || change.timezone.is_some();
    let expression = change.cron_expr.as_deref().unwrap_or(&row.cron_expr);
    let zone = change.timezone.as_deref().unwrap_or(&row.timezone);
    if let Some(enabled) = change.enabled {
        out.enabled = enabled;
        out.wanted = Some(enabled);
        out.agreed |= enabled && !change.by_agent;
    }
    if timed || (out.enabled && !row.enabled) {
        let (expression, zone, next) = checked(expression, zone, now)?;
        (out.cron_expr, out.timezone, out.next_run_at) = (expression, zone, Some(next));
    }
    if out != *row {
        out.edited = true;
    }
    Ok(out)
}

/// Carriage returns are not kept.
fn plain(prompt: &str) -> String {
    prompt.replace('\r', "")
}

fn short(name: &str, prompt: &str) -> Result<(), OrgsError> {
    if name.len() > NAME || name.chars().any(char::is_control) {
        let text = format!("the name must be one line of at most {NAME} bytes");
        return Err(OrgsError::body(text));
    }
    if prompt.len() > PROMPT {
        let text = format!("the prompt is longer than {PROMPT} bytes");
        return Err(OrgsError::body(text));
    }
    Ok(())
}

async fn tell(write: &mut Write, id: &str) -> Result<(), OrgsError> {
    let payload = json!({"changed": ["schedules"], "needs_restart": false, "reasons": []});
    write
        .event(NewEvent::about(id, kind::WORKSPACE_UPDATED, payload))
        .await?;
    Ok(())
}
