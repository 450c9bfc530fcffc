//! `up`: from a folder to agents that are there.

use super::{
    Context, down, plan, secrets_place, serve, spawn,
    status::{reason, ungranted, word},
    watch::Watch,
};
use crate::{
    args::Up,
    client::Client,
    failure::{ENGINE, FAILED, Failure},
    output,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use wire::{ImportResult, PlanView, Stack, Status, Ticket, Workspace};

/// Runs it.
pub async fn run(context: &Context, up: Up) -> Result<(), Failure> {
    plan::refuse_missing(&up.org)?;
    plan::refuse_broken(&up.org)?;
    let (client, started) = spawn::join_or_start(context, &up.serve).await?;
    let port = client.owner.port;
    if !context.json {
        let word = if started { "started" } else { "runs already" };
        output::say(format!("The platform {word} on http://127.0.0.1:{port}."))?;
    }
    if !started && up.serve.passphrase_stdin {
        unlock(&client).await?;
    }
    let ignored = spawn::ignored(&up.serve);
    if !started && !ignored.is_empty() {
        output::note(format!(
            "{} has no effect: the platform runs already.",
            ignored.join(", ")
        ));
    }
    let imported = import(context, &client, &up).await;
    if started && !matches!(imported, Ok(Some(_))) {
        // What went wrong before it is what the person wants to read.
        if let Err(failure) = leave_nothing(context, &client).await {
            output::note(failure.error);
        }
    }
    let Some(Imported {
        planned,
        result,
        since,
    }) = imported?
    else {
        return Ok(());
    };
    let roles = if up.no_wait {
        read(&client, &result).await?
    } else {
        settle(context, &client, &result, since).await?
    };
    let link = if up.serve.print_link {
        Some(link(&client).await?)
    } else {
        None
    };
    let rest = Rest::of(&roles);
    if !up.no_wait {
        rest.refuse(&client, &roles).await?;
    }
    if context.json {
        let mut body = json!({
            "org": result.org, "started": started, "port": port, "plan": planned, "result": result,
            "workspaces": roles.values().map(view).collect::<Vec<_>>(),
        });
        if let Some(link) = link {
            body["link"] = json!(link);
        }
        return output::document(&body);
    }
    if up.no_wait {
        output::say(format!(
            "{} imported; `molecule-stack status` shows how they start.",
            output::count(roles.len(), "role")
        ))?;
    } else {
        output::say(rest.summary(roles.len()))?;
    }
    if let Some(line) = ungranted(roles.values()) {
        output::say(line)?;
    }
    match link {
        Some(link) => output::say(format!(
            "Open the canvas (works once, within 30 seconds): {link}"
        )),
        None => output::say(
            "`molecule-stack open` prints a link to the canvas; `molecule-stack down` stops everything.",
        ),
    }
}

struct Imported {
    planned: PlanView,
    result: ImportResult,
    /// Number of the last event before it.
    since: i64,
}

/// Plans and imports; `None` when only the plan was wanted.
async fn import(context: &Context, client: &Client, up: &Up) -> Result<Option<Imported>, Failure> {
    let ready = plan::prepare(context, client, &up.org, &up.import).await?;
    let Some(plan::Ready { request, planned }) = ready else {
        return Ok(None);
    };
    // Read before the import, so that nothing it causes is missed.
    let since = client.get::<Stack>("/stack").await?.last_seq;
    let result = plan::import(client, &request).await?;
    Ok(Some(Imported {
        planned,
        result,
        since,
    }))
}

/// Nothing was imported into the platform that was started for it: it is stopped again, unless it has agents of its own.
async fn leave_nothing(context: &Context, client: &Client) -> Result<(), Failure> {
    let agents: Vec<Workspace> = client.get("/workspaces").await?;
    if !agents.is_empty() {
        output::note(format!(
            "The platform goes on with the {} it has; `molecule-stack down` stops it.",
            output::count(agents.len(), "agent")
        ));
        return Ok(());
    }
    down::end(context, client, "stop").await?;
    output::note("The platform that was started for this is stopped again.");
    Ok(())
}

/// A passphrase for a platform that runs already opens its secrets; one that has them open needs none.
async fn unlock(client: &Client) -> Result<(), Failure> {
    match secrets_place::with_passphrase(client, &serve::passphrase()?).await {
        Ok(_) => Ok(()),
        Err(failure) if failure.code == "vault_open" => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// A link to the canvas, good for one use.
pub async fn link(client: &Client) -> Result<String, Failure> {
    let ticket: Ticket = crate::client::read(client.request(Method::POST, "/auth/tickets")).await?;
    Ok(format!(
        "http://127.0.0.1:{}/#t={}",
        client.owner.port, ticket.ticket
    ))
}

fn view(one: &Workspace) -> Value {
    json!({"id": one.id, "name": one.name, "status": one.status, "status_reason": one.status_reason})
}

type Roles = BTreeMap<String, Workspace>;

async fn read(client: &Client, result: &ImportResult) -> Result<Roles, Failure> {
    let mine: HashSet<&str> = result
        .workspaces
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    let all: Vec<Workspace> = client.get("/workspaces").await?;
    Ok(all
        .into_iter()
        .filter(|one| mine.contains(one.id.as_str()))
        .map(|one| (one.id.clone(), one))
        .collect())
}

/// Follows the event log until every role is where it stays without anybody's help.
async fn settle(
    context: &Context,
    client: &Client,
    result: &ImportResult,
    since: i64,
) -> Result<Roles, Failure> {
    let mut watch = Watch::new(&context.data_dir, since);
    let mut client = client.clone();
    let mut told = BTreeMap::new();
    loop {
        let roles = read(&client, result).await?;
        if !context.json {
            let engine = client.get::<Stack>("/stack").await?.engine.detail;
            tell(&mut told, result, &roles, &engine)?;
        }
        if roles.values().all(settled) {
            return Ok(roles);
        }
        let mine = |id: &str| id.is_empty() || roles.contains_key(id);
        loop {
            let event = watch.next().await?;
            // A note about the engine or a request to read again concerns all.
            if mine(&event.workspace_id) && event.seq.is_some() || event.event == wire::kind::RESYNC
            {
                break;
            }
        }
        // The platform may have been restarted meanwhile, with another port and bearer.
        if let Some(found) = Client::find(&context.data_dir).await? {
            client = found;
        }
    }
}

/// A line for each role whose state changed, parents first as the import listed them.
fn tell(
    told: &mut BTreeMap<String, (Status, String)>,
    result: &ImportResult,
    roles: &Roles,
    engine: &str,
) -> Result<(), Failure> {
    let width = roles
        .values()
        .map(|one| one.name.chars().count())
        .max()
        .unwrap_or(0)
        .min(40);
    for one in result
        .workspaces
        .iter()
        .filter_map(|one| roles.get(&one.id))
    {
        let state = match reason(one, engine) {
            Some(reason) => format!("{}: {reason}", word(one)),
            None => word(one).to_owned(),
        };
        // A text also counts how many are ahead; what is told is a new state or a new reason.
        let reason = one.status_reason.as_ref().map(|reason| &reason.code);
        let now = (one.status, reason.cloned().unwrap_or_default());
        if told.get(&one.id) != Some(&now) {
            output::say(format!(
                "  {:width$}  {}",
                output::short(&one.name, 40),
                output::short(&state, 200)
            ))?;
            told.insert(one.id.clone(), now);
        }
    }
    Ok(())
}

fn settled(one: &Workspace) -> bool {
    match one.status {
        Status::Provisioning => matches!(kind(one), Kind::Memory | Kind::Engine | Kind::Secrets),
        // It is restarted by itself, and fails for good when that does not help.
        Status::Offline | Status::Hibernating => false,
        _ => true,
    }
}

/// What keeps a role from being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    There,
    Asleep,
    Paused,
    Memory,
    Secrets,
    Engine,
    Outside,
    Failed,
    OnItsWay,
}

fn kind(one: &Workspace) -> Kind {
    let code = one
        .status_reason
        .as_ref()
        .map_or("", |reason| reason.code.as_str());
    match (one.status, code) {
        (Status::Online | Status::Degraded, _) => Kind::There,
        (Status::Hibernated | Status::Hibernating, _) => Kind::Asleep,
        (Status::Paused | Status::Removed, _) => Kind::Paused,
        (Status::AwaitingAgent, _) => Kind::Outside,
        (Status::Failed, "docker_unavailable" | "incompatible" | "permission_denied") => {
            Kind::Engine
        }
        (Status::Failed, _) => Kind::Failed,
        (_, "waiting_for_memory") => Kind::Memory,
        (_, "docker_unavailable") => Kind::Engine,
        (_, code) if code.starts_with("keychain_") || code == "vault_closed" => Kind::Secrets,
        _ => Kind::OnItsWay,
    }
}

struct Rest(Vec<Kind>);

impl Rest {
    fn of(roles: &Roles) -> Self {
        Self(roles.values().map(kind).collect())
    }

    fn count(&self, kind: Kind) -> usize {
        self.0.iter().filter(|one| **one == kind).count()
    }

    /// A failed role is a failed `up`; one without an engine says so in its own way. One that waits for memory is fine.
    async fn refuse(&self, client: &Client, roles: &Roles) -> Result<(), Failure> {
        let of = |wanted: Kind| -> Vec<&Workspace> {
            roles.values().filter(|one| kind(one) == wanted).collect()
        };
        let reason = |one: &Workspace| {
            one.status_reason
                .as_ref()
                .map_or_else(String::new, |reason| reason.text.clone())
        };
        let list =
            |roles: &[&Workspace]| json!(roles.iter().map(|one| view(one)).collect::<Vec<_>>());
        let failed = of(Kind::Failed);
        if !failed.is_empty() {
            let lines: Vec<String> = failed
                .iter()
                .map(|one| format!("{}: {}", one.name, reason(one)))
                .collect();
            let text = format!(
                "{} failed. {}",
                output::count(failed.len(), "role"),
                lines.join(" ")
            );
            return Err(Failure::new(FAILED, "role_failed", text).with("roles", list(&failed)));
        }
        let locked = of(Kind::Secrets);
        if let Some(first) = locked.first() {
            let text = format!("{} for secrets: {}", waiting(locked.len()), reason(first));
            return Err(Failure::new(FAILED, "secrets_locked", text).with("roles", list(&locked)));
        }
        let waits = of(Kind::Engine);
        if !waits.is_empty() {
            let stack: Stack = client.get("/stack").await?;
            let text = format!(
                "{} for a container engine and {} when one answers. {} With --no-wait, `up` does not wait for them.",
                waiting(waits.len()),
                if waits.len() == 1 {
                    "starts by itself"
                } else {
                    "start by themselves"
                },
                stack.engine.detail
            );
            return Err(
                Failure::new(ENGINE, "docker_unavailable", text).with("roles", list(&waits))
            );
        }
        Ok(())
    }

    fn summary(&self, all: usize) -> String {
        let parts = [
            (Kind::There, "online"),
            (Kind::Memory, "waiting for memory (a message starts them)"),
            (Kind::Outside, "waiting for an agent outside"),
            (Kind::Asleep, "asleep"),
            (Kind::Paused, "paused"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .map(|(kind, word)| (self.count(kind), word))
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}"))
            .collect();
        format!("{}: {}.", output::count(all, "role"), parts.join(", "))
    }
}

fn waiting(number: usize) -> String {
    format!(
        "{} {}",
        output::count(number, "role"),
        if number == 1 { "waits" } else { "wait" }
    )
}
