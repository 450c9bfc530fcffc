//! Plans as the wire shows them.

use crate::consent::{Consent, FREE_TIER};
use org_template::{
    Action, AskKind, Conflict, Effective, Plan, Problem, Role, Step, Unsaved, calls_a_model,
};
use serde_json::Value;
use std::collections::HashMap;
use wire::{
    CostSource, PlanAsk, PlanConflict, PlanCost, PlanField, PlanGrants, PlanStep, PlanView,
    PlanWarning, StepOrigin,
};

/// The whole plan. `before` is the tier that was granted until now.
pub(crate) fn plan(files: &Effective, plan: &Plan, consent: &Consent, before: i64) -> PlanView {
    let cost = cost(files, plan, consent);
    let roles: HashMap<&str, &Role> = files
        .roles
        .iter()
        .map(|role| (role.key.as_str(), role))
        .collect();
    PlanView {
        plan: plan
            .steps
            .iter()
            .map(|one| {
                let role = roles.get(one.key.as_str()).copied();
                regranted(step(role, one), role, (before, consent.tier))
            })
            .collect(),
        conflicts: plan.conflicts.iter().map(conflict).collect(),
        unsaved: plan.unsaved.iter().map(unsaved).collect(),
        warnings: plan.warnings.iter().map(warning).collect(),
        asks: asks(files, plan, consent, &cost),
        cost,
        granted: PlanGrants {
            tier: consent.tier,
            folders: consent.folders().to_vec(),
        },
        org: files.name.clone(),
    }
}

/// The word of an action.
pub(crate) fn word(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Keep => "keep",
        Action::Update => "update",
        Action::Move => "move",
        Action::Remove => "remove",
    }
}

fn step(role: Option<&Role>, step: &Step) -> PlanStep {
    let reason = if step.action == Action::Remove && !step.ticked {
        format!("{}; it stays unless removals are ticked", step.reason)
    } else {
        step.reason.clone()
    };
    PlanStep {
        key: step.key.clone(),
        name: step.name.clone(),
        id: step.id.clone(),
        action: word(step.action).to_owned(),
        fields: step
            .fields
            .iter()
            .map(|field| PlanField {
                name: field.name.clone(),
                from: field.from.clone(),
                to: field.to.clone(),
            })
            .collect(),
        reason,
        file: file(&step.file),
        line: line(step.line),
        origin: role
            .and_then(|role| role.origin.as_ref())
            .map(|origin| StepOrigin {
                repo: origin.repo.clone(),
                reference: origin.reference.clone(),
                commit: origin.commit.clone(),
            }),
    }
}

/// What another grant does to a role that is there: it gets another tier at its next start.
fn regranted(mut step: PlanStep, role: Option<&Role>, (before, now): (i64, i64)) -> PlanStep {
    let Some(role) = role.filter(|_| matches!(step.action.as_str(), "keep" | "update" | "move"))
    else {
        return step;
    };
    let gets = |granted: i64| role.tier.min(granted.max(1));
    if gets(before) == gets(now) {
        return step;
    }
    step.fields.push(PlanField {
        name: "tier_granted".to_owned(),
        from: gets(before).into(),
        to: gets(now).into(),
    });
    if step.action == "keep" {
        step.action = word(Action::Update).to_owned();
        step.reason = format!("tier {} is granted, from its next start on", gets(now));
    }
    step
}

fn file(file: &str) -> Option<String> {
    Some(file.to_owned()).filter(|file| !file.is_empty())
}

fn line(line: u32) -> Option<u32> {
    Some(line).filter(|line| *line > 0)
}

fn conflict(conflict: &Conflict) -> PlanConflict {
    PlanConflict {
        key: conflict.key.clone(),
        field: conflict.field.clone(),
        base: conflict.base.clone(),
        files: conflict.files.clone(),
        canvas: conflict.canvas.clone(),
        file: file(&conflict.file),
        line: line(conflict.line),
    }
}

fn unsaved(unsaved: &Unsaved) -> PlanConflict {
    PlanConflict {
        key: unsaved.key.clone().unwrap_or_default(),
        field: unsaved.field.clone(),
        base: unsaved.files.clone(),
        files: unsaved.files.clone(),
        canvas: unsaved.canvas.clone(),
        file: unsaved.span.as_ref().and_then(|span| file(&span.file)),
        line: unsaved.span.as_ref().and_then(|span| line(span.line)),
    }
}

/// A warning: its code as a word, its message with the hint.
pub(crate) fn warning(problem: &Problem) -> PlanWarning {
    let code = match serde_json::to_value(problem.code) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    };
    let text = if problem.hint.is_empty() {
        problem.message.clone()
    } else {
        format!("{} ({})", problem.message, problem.hint)
    };
    PlanWarning {
        code,
        text,
        file: file(&problem.file),
        line: line(problem.line),
    }
}

fn asks(files: &Effective, plan: &Plan, consent: &Consent, cost: &PlanCost) -> Vec<PlanAsk> {
    let mut asks = Vec::new();
    for ask in &plan.asks {
        let code = match ask.kind {
            AskKind::Privileged => {
                let highest = files.roles.iter().map(|role| role.tier).max();
                if highest.is_none_or(|tier| tier <= consent.tier.max(FREE_TIER)) {
                    continue;
                }
                "privileged"
            }
            AskKind::HostFolder if ask.subjects.iter().all(|folder| consent.allows(folder)) => {
                continue;
            }
            AskKind::HostFolder => "workspace_dir",
            AskKind::MissingEnv => "missing_env",
        };
        asks.push(PlanAsk {
            code: code.to_owned(),
            text: ask.text.clone(),
            count: ask.roles.len(),
            subjects: match ask.kind {
                AskKind::Privileged => Vec::new(),
                AskKind::MissingEnv => ask.subjects.clone(),
                AskKind::HostFolder => ask
                    .subjects
                    .iter()
                    .filter(|folder| !consent.allows(folder))
                    .cloned()
                    .collect(),
            },
        });
    }
    let off: Vec<&CostSource> = cost.sources.iter().filter(|source| !source.on).collect();
    if !off.is_empty() {
        let names: Vec<&str> = off.iter().map(|source| source.source.as_str()).collect();
        let (at_start, per_day) = off.iter().fold((0, 0), |sum, source| {
            (sum.0 + source.at_start, sum.1 + source.per_day)
        });
        asks.push(PlanAsk {
            code: "prompts".to_owned(),
            text: format!(
                "{} stay off until you allow them{}",
                names.join(", "),
                match (at_start, per_day) {
                    (0, 0) => "; they cause no model calls".to_owned(),
                    _ => format!(": {} at start, {per_day} a day", calls(at_start)),
                }
            ),
            count: off
                .iter()
                .map(|source| source.roles)
                .max()
                .unwrap_or_default(),
            subjects: Vec::new(),
        });
    }
    asks
}

fn calls(number: u64) -> String {
    match number {
        1 => "1 model call".to_owned(),
        number => format!("{number} model calls"),
    }
}

/// Model calls by source, as if everything were on.
fn cost(files: &Effective, plan: &Plan, consent: &Consent) -> PlanCost {
    let inside = || files.roles.iter().filter(|role| !role.external);
    let on = consent.prompts();
    let initial = plan.cost.initial_prompts as u64;
    let sources = [
        CostSource {
            source: "initial prompts".to_owned(),
            roles: inside()
                .filter(|role| role.initial_prompt.is_some())
                .count(),
            at_start: initial,
            per_day: 0,
            on: on.initial,
        },
        CostSource {
            source: "idle prompts".to_owned(),
            // A mock agent has no idle prompts.
            roles: inside()
                .filter(|role| role.idle.is_some() && calls_a_model(role))
                .count(),
            at_start: 0,
            per_day: whole(plan.cost.idle_calls_per_day),
            on: on.idle,
        },
        CostSource {
            source: "schedules".to_owned(),
            roles: inside()
                .filter(|role| role.schedules.iter().any(|s| s.enabled))
                .count(),
            at_start: 0,
            per_day: whole(plan.cost.scheduled_calls_per_day),
            on: on.schedules,
        },
    ];
    PlanCost {
        at_start: initial,
        per_day: whole(plan.cost.calls_per_day()),
        sources: sources
            .into_iter()
            // What is allowed is shown even while no role has any, so that it can be seen and taken back.
            .filter(|source| source.roles > 0 || source.on)
            .collect(),
    }
}

/// Calls a day in whole numbers; a few a month are not none. Never negative, so the cast loses nothing that matters.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(calls: f64) -> u64 {
    if calls > 0.0 {
        calls.round().max(1.0) as u64
    } else {
        0
    }
}
