//! One change of one workspace: compare, classify, deliver, react, tell.

use crate::{
    ReactionError, ReloadError,
    classify::{self, Agent, Verdict, stronger},
    inside::{Inside, Memory},
    lanes::{self, Owner, Scope, Work},
    look::{self, CONFIG, Changed, Look, Question},
    notice::{self, Notice, Remember},
    reaction::{Family, Otherwise, Outcome, Reaction},
};
use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};
use store::{WorkspaceRow, rows};

/// Follows what changed for one workspace.
///
/// # Errors
/// When the database or the disk does not answer; the caller tries again.
pub(crate) async fn follow(inside: &Arc<Inside>, id: &str, work: &Work) -> Result<(), ReloadError> {
    let row = rows::workspaces::get(inside.store.read(), id).await?;
    let Some(row) = row.filter(|row| row.status != wire::Status::Removed && !row.is_external())
    else {
        inside.forget(id);
        return Ok(());
    };
    let roots = inside.roots();
    let root = roots
        .iter()
        .find(|root| root.watched.workspace_ids.iter().any(|owner| owner == id));
    let below = roots
        .iter()
        .find(|root| root.watched.below_ids.iter().any(|owner| owner == id));
    if [root, below]
        .into_iter()
        .flatten()
        .any(|root| root.real.is_none())
    {
        // A folder that vanished takes nothing away from its agents; it was named when it went.
        return Ok(());
    }
    let mut memory = inside.memory(id);
    if work.fresh {
        memory.seen.clear();
    }
    let delivered = rows::files::delivered(inside.store.read(), id).await?;
    if delivered.is_empty() && !work.loud {
        // The first delivery is part of the first start.
        return Ok(());
    }
    let mut known = delivered.clone();
    known.extend(memory.seen.clone());
    let question = Question {
        root: root.and_then(|root| root.real.clone()),
        below: below.and_then(|root| root.real.clone()),
        scope: work.scope.clone(),
        made: rows::files::made(inside.store.read(), id).await?,
        known,
        file_bytes: inside.settings.file_bytes,
    };
    let made = Arc::new(question.made.clone());
    let real = question.root.clone();
    let look = tokio::task::spawn_blocking(move || look::look(&question))
        .await
        .map_err(|_| ReloadError::Stopped)?;
    if let Some((digest, Ok(config))) = &look.config
        && delivered.get(CONFIG) == Some(digest)
    {
        memory.config = Some(config.clone());
    }
    let owners = root
        .map(|root| root.watched.workspace_ids.clone())
        .unwrap_or_else(|| vec![id.to_owned()]);
    let mut change = Change {
        inside,
        row,
        work,
        memory,
        delivered,
        made,
        owners,
    };
    change.refuse(&look, real.as_deref()).await?;
    let changed = change.followable(&look, real.as_deref()).await?;
    if !changed.is_empty() {
        change.react(&look, changed).await?;
    }
    inside.remember(id, change.memory);
    Ok(())
}

struct Change<'a> {
    inside: &'a Arc<Inside>,
    row: WorkspaceRow,
    work: &'a Work,
    memory: Memory,
    delivered: BTreeMap<String, String>,
    made: Arc<BTreeMap<String, Vec<u8>>>,
    owners: Vec<String>,
}

impl Change<'_> {
    fn notice(
        &self,
        paths: Vec<String>,
        outcome: Outcome,
        reason: String,
        took: Duration,
    ) -> Notice {
        Notice {
            source: "workspace_files",
            workspace_id: Some(self.row.id.clone()),
            org_id: self.row.org_id.clone(),
            workspace_ids: self.owners.clone(),
            paths,
            outcome,
            reason,
            took,
        }
    }

    fn elapsed(&self) -> Duration {
        self.inside.clock.awake().saturating_sub(self.work.first)
    }

    async fn tell(&self, remember: Remember, notice: Option<Notice>) -> Result<(), ReloadError> {
        notice::write(&self.inside.store, Some(&self.row.id), remember, notice).await
    }

    /// Names files that cannot be used, each content once; the agent keeps what it has.
    async fn refuse(&mut self, look: &Look, root: Option<&Path>) -> Result<(), ReloadError> {
        let mut refused: Vec<(String, String, String)> = Vec::new();
        for (path, reason) in &look.unreadable {
            let at = root.map_or_else(
                || path.clone(),
                |root| root.join(path).display().to_string(),
            );
            refused.push((
                path.clone(),
                reason.clone(),
                format!(
                    "{at} cannot be read ({reason}); make it readable for you and save it again"
                ),
            ));
        }
        for change in &look.changed {
            if let Some(bytes) = change.too_large {
                let limit = self.inside.settings.file_bytes;
                let reason = format!(
                    "{} has {bytes} bytes; files above {limit} bytes are not carried into a running agent, its next start copies it",
                    change.path
                );
                refused.push((change.path.clone(), change.digest.clone(), reason));
            }
        }
        if let Some((digest, Err(error))) = &look.config
            && look.changed.iter().any(|change| change.path == CONFIG)
        {
            let reason = format!(
                "config.yaml cannot be used: {error}; the agent keeps the one it has, correct the file and save it again"
            );
            refused.push((CONFIG.to_owned(), digest.clone(), reason));
        }
        for (path, digest, reason) in refused {
            if self
                .memory
                .refused
                .insert(path.clone(), digest.clone())
                .as_ref()
                != Some(&digest)
            {
                let notice = self.notice(vec![path], Outcome::Refused, reason, self.elapsed());
                self.tell(Remember::default(), Some(notice)).await?;
            }
        }
        Ok(())
    }

    /// Changes that can be followed now: usable, and not held back as a loop.
    async fn followable(
        &mut self,
        look: &Look,
        root: Option<&Path>,
    ) -> Result<Vec<Changed>, ReloadError> {
        let owner = Owner::Workspace(self.row.id.clone());
        let mut out = Vec::new();
        for change in &look.changed {
            let broken = change.path == CONFIG && matches!(look.config, Some((_, Err(_))));
            if change.too_large.is_some() || broken {
                continue;
            }
            let file = match (&change.target, root) {
                (Some(target), _) => target.clone(),
                (None, Some(root)) => root.join(&change.path),
                (None, None) => change.path.clone().into(),
            };
            if !self.work.loud
                || self
                    .inside
                    .may_follow(&owner, &change.path, &file, &change.digest)
                    .await?
            {
                self.memory.refused.remove(&change.path);
                out.push(change.clone());
            }
        }
        Ok(out)
    }

    async fn react(&mut self, look: &Look, changed: Vec<Changed>) -> Result<(), ReloadError> {
        let verdict = self.verdict(look, &changed);
        let paths: Vec<String> = changed.iter().map(|change| change.path.clone()).collect();
        let carried = match self.deliver(&changed).await? {
            Ok(carried) => carried,
            Err(error) => {
                let reason = format!("the files did not reach {}: {error}", self.row.name);
                return self.failed(paths, reason).await;
            }
        };
        let took = self.elapsed();
        if !carried.running {
            if self.work.loud {
                for change in changed {
                    self.memory.seen.insert(change.path, change.digest);
                }
                let reason = if self.row.runtime == "mock" {
                    format!(
                        "{} answers inside the platform and reads no files",
                        self.row.name
                    )
                } else {
                    format!(
                        "{} is not running; its next start takes the change",
                        self.row.name
                    )
                };
                let notice = self.notice(paths, Outcome::None, reason, took);
                self.tell(Remember::default(), Some(notice)).await?;
            }
            // Otherwise it is not noted as seen: a save that was found by chance has still to be told.
            return Ok(());
        }
        let all_kept = paths.iter().all(|path| carried.kept.contains(path));
        if all_kept && !self.work.loud {
            return Ok(());
        }
        for path in &carried.kept {
            if let Some(change) = changed.iter().find(|change| change.path == *path) {
                self.memory.seen.insert(path.clone(), change.digest.clone());
            }
        }
        let (outcome, mut reason) = if all_kept {
            (Outcome::None, "the agent keeps its own version".to_owned())
        } else {
            self.carry_out(&verdict).await
        };
        if paths.len() > 1 && !all_kept {
            reason = format!("{reason} ({} files)", paths.len());
        }
        if !carried.kept.is_empty() {
            reason = format!(
                "{reason}; edited inside the agent and therefore left alone: {}. Delete it there, or save the agent's version to the folder",
                carried.kept.join(", ")
            );
        }
        if outcome == Outcome::Failed {
            // The bytes are there; not noting them makes the next try react again.
            return self.failed(paths, reason).await;
        }
        for path in carried.digests.keys() {
            self.memory.seen.remove(path);
        }
        if carried.digests.contains_key(CONFIG)
            && let Some((_, Ok(config))) = &look.config
        {
            self.memory.config = Some(config.clone());
        }
        let notice = self.notice(paths, outcome, reason, took);
        self.tell(
            Remember {
                delivered: carried.digests,
                org: None,
            },
            Some(notice),
        )
        .await
    }

    fn retry(&self) -> Work {
        Work {
            scope: self.work.scope.clone(),
            fresh: false,
            ..self.work.clone()
        }
    }

    fn verdict(&self, look: &Look, changed: &[Changed]) -> Verdict {
        let now = look
            .config
            .as_ref()
            .and_then(|(_, config)| config.as_ref().ok());
        let agent = Agent {
            family: Family::of(&self.row.runtime),
            config: now.or(self.memory.config.as_ref()),
        };
        let empty = crate::config::Config::default();
        let verdicts = changed.iter().map(|change| {
            if change.path == CONFIG {
                classify::config(self.memory.config.as_ref(), now.unwrap_or(&empty))
            } else {
                classify::file(&change.path, change.kind, agent)
            }
        });
        verdicts
            .reduce(stronger)
            .unwrap_or_else(classify::unchanged)
    }

    async fn deliver(
        &self,
        changed: &[Changed],
    ) -> Result<Result<Carried, ReactionError>, ReloadError> {
        let mut carried = Carried {
            running: true,
            ..Carried::default()
        };
        let mut rest = changed.to_vec();
        while !rest.is_empty() {
            let (made, delivered, settings) = (
                Arc::clone(&self.made),
                self.delivered.clone(),
                self.inside.settings.clone(),
            );
            let (left, loaded) = tokio::task::spawn_blocking(move || {
                look::load(
                    &rest,
                    &made,
                    &delivered,
                    settings.file_bytes,
                    settings.delivery_bytes,
                )
                .map(|(taken, loaded)| (rest.split_off(taken), loaded))
            })
            .await
            .map_err(|_| ReloadError::Stopped)??;
            rest = left;
            let (digests, files): (Vec<_>, Vec<_>) = loaded
                .into_iter()
                .map(|one| ((one.file.path.clone(), one.digest), one.file))
                .unzip();
            if files.is_empty() {
                continue;
            }
            match self.inside.reactions.deliver(&self.row.id, files).await {
                Ok(done) if done.running => {
                    carried.digests.extend(
                        digests
                            .into_iter()
                            .filter(|(path, _)| !done.kept.contains(path)),
                    );
                    carried.kept.extend(done.kept);
                }
                Ok(_) => {
                    carried.running = false;
                    break;
                }
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(carried))
    }

    /// Tells of a failure at its first and its last try.
    async fn failed(&mut self, paths: Vec<String>, reason: String) -> Result<(), ReloadError> {
        let first = self.work.tries == 0;
        let again = lanes::again(
            self.inside,
            &Owner::Workspace(self.row.id.clone()),
            self.retry(),
        );
        if !first && again {
            return Ok(());
        }
        let next = if again {
            "it is tried again"
        } else {
            "it is not tried again by itself; save the file once more, or restart the agent"
        };
        let reason = format!("{reason}; {next}");
        let notice = self.notice(paths, Outcome::Failed, reason, self.elapsed());
        self.tell(Remember::default(), Some(notice)).await
    }

    async fn carry_out(&self, verdict: &Verdict) -> (Outcome, String) {
        let reason = verdict.reason.clone();
        match verdict.reaction {
            Reaction::None | Reaction::PlanShown => (Outcome::None, reason),
            Reaction::RecreatePlus => (Outcome::Recreate, reason),
            Reaction::Restart => self.restart(reason).await,
            Reaction::InPlace => self.in_place(verdict.otherwise, reason).await,
        }
    }

    async fn in_place(&self, otherwise: Otherwise, reason: String) -> (Outcome, String) {
        let (reactions, id) = (&self.inside.reactions, &self.row.id);
        let mut refusal = None;
        if reactions.declares_reload(id).await {
            match reactions.reload_agent(id).await {
                Ok(answer) if answer.reloaded => {
                    let problems = answer.problems.join("; ");
                    let reason = if problems.is_empty() {
                        reason
                    } else {
                        format!("{reason}; the agent says: {problems}")
                    };
                    return (Outcome::InPlace, reason);
                }
                Ok(answer) => refusal = Some(answer.problems.join("; ")),
                Err(error) => refusal = Some(error.to_string()),
            }
        }
        let reason = match refusal {
            None => reason,
            Some(why) if why.is_empty() => {
                format!("{reason}; the agent did not take the reload message")
            }
            Some(why) => format!("{reason}; the agent did not take the reload message ({why})"),
        };
        match otherwise {
            Otherwise::ReadAtUse => (
                Outcome::None,
                format!("{reason}; the agent reads it at its next use"),
            ),
            Otherwise::OwnWatcher => (
                Outcome::None,
                format!("{reason}; the agent notices it itself within 4.5 s"),
            ),
            Otherwise::Restart => {
                self.restart(format!("{reason}; it takes it by a restart"))
                    .await
            }
        }
    }

    async fn restart(&self, reason: String) -> (Outcome, String) {
        match self.inside.reactions.restart(&self.row.id, &reason).await {
            Ok(()) => (
                Outcome::Restart,
                format!("{reason}; one restart after the running task"),
            ),
            Err(error) => (
                Outcome::Failed,
                format!("{reason}; the restart could not be asked for: {error}"),
            ),
        }
    }
}

#[derive(Default)]
struct Carried {
    running: bool,
    /// Digests of what is there now; `None` for removed files.
    digests: BTreeMap<String, Option<String>>,
    kept: Vec<String>,
}

/// Work that compares a whole workspace.
pub(crate) fn everything(first: Duration, loud: bool, fresh: bool) -> Work {
    Work {
        first,
        scope: Scope::All,
        loud,
        fresh,
        tries: 0,
    }
}
