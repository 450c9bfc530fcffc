//! `schedule`: what agents do by the clock.

use super::{Context, watch::Watch};
use crate::{
    args::Schedule,
    client::{self, Client, segment},
    failure::{FAILED, Failure},
    output,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Read;
use wire::{
    CreateSchedule, PatchSchedule, RunSchedule, ScheduleChanged, ScheduleCreated, ScheduleFired,
    ScheduleRun, ScheduleView, Stack, Timestamp, Workspace, kind,
};

/// Runs it.
pub async fn run(context: &Context, schedule: Schedule) -> Result<(), Failure> {
    let client = context.client().await?;
    match schedule {
        Schedule::List { agent: Some(agent) } => list(context, &client, &agent).await,
        Schedule::List { agent: None } => list_all(context, &client).await,
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
            let next = made.next_run_at.as_deref().map_or("never".to_owned(), at);
            let words = format!(
                "{} of {} is there, {}",
                made.name,
                one.name,
                if off {
                    "switched off.".to_owned()
                } else {
                    format!("due next at {next}.")
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
        Schedule::Run {
            agent,
            schedule,
            wait,
            dry_run,
        } => run_now(context, &client, &agent, &schedule, wait, dry_run).await,
        Schedule::History { agent, schedule } => history(context, &client, &agent, &schedule).await,
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
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    output::table(&COLUMNS, &rows)
}

const COLUMNS: [&str; 8] = [
    "NAME", "WHEN", "ZONE", "", "LAST", "RESULT", "NEXT", "SENDS",
];

fn row(one: &ScheduleView) -> Vec<String> {
    let next = one.next_run_at.as_deref().filter(|_| one.enabled).map(at);
    vec![
        one.name.clone(),
        one.cron_expr.clone(),
        one.timezone.clone(),
        if one.enabled { "on" } else { "off" }.to_owned(),
        one.last_run_at.as_deref().map(at).unwrap_or_default(),
        result(one),
        next.unwrap_or_default(),
        output::short(&one.prompt, 60),
    ]
}

/// Those of every agent, with its name.
async fn list_all(context: &Context, client: &Client) -> Result<(), Failure> {
    let agents: Vec<Workspace> = client.get("/workspaces").await?;
    let mut found = Vec::new();
    for agent in &agents {
        for one in of(client, agent).await? {
            found.push((agent, one));
        }
    }
    if context.json {
        let all: Vec<Value> = found
            .iter()
            .map(|(agent, one)| {
                let mut one = json!(one);
                one["workspace_id"] = json!(agent.id);
                one["workspace_name"] = json!(agent.name);
                one
            })
            .collect();
        return output::document(&all);
    }
    if found.is_empty() {
        return output::say("No agent has schedules.");
    }
    let columns: Vec<&str> = ["AGENT"].into_iter().chain(COLUMNS).collect();
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|(agent, one)| {
            let agent = output::short(&agent.name, 40);
            [agent].into_iter().chain(row(one)).collect()
        })
        .collect();
    output::table(&columns, &rows)
}

/// A moment by this computer's clock.
fn at(moment: &str) -> String {
    Timestamp::parse(moment).map_or(moment.to_owned(), |moment| {
        let local = moment.0.with_timezone(&chrono::Local);
        local.format("%Y-%m-%d %H:%M:%S").to_string()
    })
}

/// What came of the last run, in few words.
fn result(one: &ScheduleView) -> String {
    match (&one.current_run, one.last_status.as_str()) {
        (Some(run), _) => run.state.clone(),
        (None, "") => String::new(),
        (None, status) => told(status, &one.last_error),
    }
}

fn told(status: &str, error: &str) -> String {
    let error = error.strip_prefix("skipped: ").unwrap_or(error);
    match error {
        "" => status.to_owned(),
        error => output::short(&format!("{status}: {error}"), 80),
    }
}

async fn run_now(
    context: &Context,
    client: &Client,
    agent: &str,
    schedule: &str,
    wait: bool,
    dry_run: bool,
) -> Result<(), Failure> {
    let (one, found) = find(client, agent, schedule).await?;
    // Where to listen from, before the run can end.
    let since = client.get::<Stack>("/stack").await?.last_seq;
    let path = format!("{}/run", place(&one, &found));
    let fired: ScheduleFired = client
        .send(Method::POST, &path, &RunSchedule { dry_run })
        .await?;
    let Some(run_id) = fired.run_id.clone() else {
        let words = format!("Would be sent to {}:\n{}", one.name, fired.prompt);
        return context.answer(&fired, words);
    };
    if !wait {
        let words = format!(
            "{} of {} is begun; `molecule-stack schedule history` tells how it ends.",
            found.name, one.name
        );
        return context.answer(&fired, words);
    }
    let mut watch = Watch::new(&context.data_dir, since);
    let run = loop {
        let event = watch.next().await?;
        let about = event.payload.get("run_id").is_some_and(|id| *id == *run_id)
            && matches!(
                event.event.as_str(),
                kind::CRON_EXECUTED | kind::CRON_SKIPPED
            );
        // Events were missed: the end may be among them.
        if about || event.event == kind::RESYNC {
            let runs: Vec<ScheduleRun> = client
                .get(&format!("{}/history", place(&one, &found)))
                .await?;
            let run = runs.into_iter().find(|run| run.run_id == run_id);
            if let Some(run) = run.filter(|run| run.ended_at.is_some()) {
                break run;
            }
        }
    };
    let words = told(&run.status, &run.error_detail);
    context.answer(&run, format!("{}: {words}", found.name))?;
    match run.status.as_str() {
        "ok" | "queued" => Ok(()),
        // The answer has said it all.
        _ => Err(Failure::said(FAILED)),
    }
}

async fn history(
    context: &Context,
    client: &Client,
    agent: &str,
    schedule: &str,
) -> Result<(), Failure> {
    let (one, found) = find(client, agent, schedule).await?;
    let runs: Vec<ScheduleRun> = client
        .get(&format!("{}/history", place(&one, &found)))
        .await?;
    if context.json {
        return output::document(&runs);
    }
    if runs.is_empty() {
        return output::say(format!("{} of {} has not run yet.", found.name, one.name));
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            let took = run
                .duration_ms
                .map(|ms| format!("{:.1} s", ms as f64 / 1000.0));
            let by = if run.cause == "asked" {
                "by hand"
            } else {
                "by the clock"
            };
            vec![
                at(&run.timestamp),
                by.to_owned(),
                took.unwrap_or_default(),
                told(&run.status, &run.error_detail),
            ]
        })
        .collect();
    output::table(&["WHEN", "", "TOOK", "RESULT"], &rows)
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
