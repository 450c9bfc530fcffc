//! `schedule`: what agents do by the clock.

use super::Context;
use crate::{
    args::Schedule,
    client::{self, Client, segment},
    failure::Failure,
    output,
};
use reqwest::Method;
use std::io::Read;
use wire::{
    CreateSchedule, PatchSchedule, ScheduleChanged, ScheduleCreated, ScheduleView, Workspace,
};

/// Said wherever a person may wait for one.
const NOT_RUN: &str =
    "Schedules are kept, planned and saved; this version does not carry them out yet.";

/// Runs it.
pub async fn run(context: &Context, schedule: Schedule) -> Result<(), Failure> {
    let client = context.client().await?;
    match schedule {
        Schedule::List { agent } => list(context, &client, &agent).await,
        Schedule::Add {
            agent,
            cron,
            prompt,
            name,
            timezone,
            off,
        } => {
            let new = CreateSchedule {
                cron_expr: cron,
                prompt: given(prompt)?,
                name,
                timezone,
                enabled: Some(!off),
            };
            let one = client.workspace(&agent).await?;
            let path = format!("/workspaces/{}/schedules", one.id);
            let made: ScheduleCreated = client.send(Method::POST, &path, &new).await?;
            let next = made.next_run_at.as_deref().unwrap_or("never");
            let words = format!(
                "{} of {} is there, {}",
                made.name,
                one.name,
                if off {
                    "switched off.".to_owned()
                } else {
                    format!("due next at {next}. {NOT_RUN}")
                }
            );
            context.answer(&made, words)
        }
        Schedule::Set {
            agent,
            schedule,
            name,
            cron,
            timezone,
            prompt,
        } => {
            let prompt = match prompt {
                Some(text) => Some(given(Some(text).filter(|text| text != "-"))?),
                None => None,
            };
            let patch = PatchSchedule {
                name,
                cron_expr: cron,
                timezone,
                prompt,
                enabled: None,
            };
            if patch == PatchSchedule::default() {
                return Err(Failure::usage(
                    "say what changes: --name, --cron, --timezone or --prompt",
                ));
            }
            change(context, &client, &agent, &schedule, patch, "is changed").await
        }
        Schedule::On { agent, schedule } => {
            change(context, &client, &agent, &schedule, switch(true), "is on").await
        }
        Schedule::Off { agent, schedule } => {
            change(context, &client, &agent, &schedule, switch(false), "is off").await
        }
        Schedule::Rm {
            agent,
            schedule,
            yes,
        } => {
            let (one, found) = find(&client, &agent, &schedule).await?;
            context.confirm(yes, &format!("Remove {} of {}?", found.name, one.name))?;
            let request = client.request(Method::DELETE, &place(&one, &found));
            let done: ScheduleChanged = client::read(request).await?;
            context.answer(&done, format!("{} is removed.", found.name))
        }
    }
}

fn switch(on: bool) -> PatchSchedule {
    PatchSchedule {
        enabled: Some(on),
        ..PatchSchedule::default()
    }
}

/// The prompt, from standard input when none was given.
fn given(prompt: Option<String>) -> Result<String, Failure> {
    match prompt {
        Some(text) => Ok(text),
        None => {
            let mut text = String::new();
            std::io::stdin().lock().read_to_string(&mut text)?;
            Ok(text.trim_end().to_owned())
        }
    }
}

async fn list(context: &Context, client: &Client, agent: &str) -> Result<(), Failure> {
    let one = client.workspace(agent).await?;
    let all = of(client, &one).await?;
    if context.json {
        return output::document(&all);
    }
    if all.is_empty() {
        return output::say(format!("{} has no schedules.", one.name));
    }
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|one| {
            let next = one.next_run_at.filter(|_| one.enabled);
            vec![
                one.name,
                one.cron_expr,
                one.timezone,
                if one.enabled { "on" } else { "off" }.to_owned(),
                next.unwrap_or_default(),
                output::short(&one.prompt, 60),
            ]
        })
        .collect();
    output::table(&["NAME", "WHEN", "ZONE", "", "NEXT", "SENDS"], &rows)?;
    output::note(NOT_RUN);
    Ok(())
}

async fn of(client: &Client, one: &Workspace) -> Result<Vec<ScheduleView>, Failure> {
    client
        .get(&format!("/workspaces/{}/schedules", one.id))
        .await
}

/// The schedule with this name or id.
async fn find(
    client: &Client,
    agent: &str,
    schedule: &str,
) -> Result<(Workspace, ScheduleView), Failure> {
    let one = client.workspace(agent).await?;
    let found = of(client, &one)
        .await?
        .into_iter()
        .find(|row| row.name == schedule || row.id == schedule);
    match found {
        Some(found) => Ok((one, found)),
        None => Err(Failure::failed(
            "not_found",
            format!(
                "{} has no schedule {schedule}; `molecule-stack schedule list {agent}` shows them",
                one.name
            ),
        )),
    }
}

fn place(one: &Workspace, schedule: &ScheduleView) -> String {
    format!("/workspaces/{}/schedules/{}", one.id, segment(&schedule.id))
}

async fn change(
    context: &Context,
    client: &Client,
    agent: &str,
    schedule: &str,
    patch: PatchSchedule,
    words: &str,
) -> Result<(), Failure> {
    let (one, found) = find(client, agent, schedule).await?;
    let done: ScheduleChanged = client
        .send(Method::PATCH, &place(&one, &found), &patch)
        .await?;
    context.answer(&done, format!("{} {words}.", found.name))
}
