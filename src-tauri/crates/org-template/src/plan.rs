//! Files against database against what was imported last.

use crate::cost::cost;
use crate::effective::Effective;
use crate::plan_types::{Action, Ask, AskKind, Mode, Plan, PlanInput, Step};
use crate::role::Role;
use crate::{plan_additive, plan_sync};
use std::collections::BTreeMap;

/// Makes the plan: what an import of these files would do to these rows, what stands against it, what it asks for and
/// what it costs. Changes nothing.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    let mut plan = Plan::default();
    match input.mode {
        Mode::Additive => plan_additive::steps(input, &mut plan),
        Mode::Sync | Mode::Reconcile => plan_sync::steps(input, &mut plan),
    }
    plan.warnings.extend(input.files.warnings.iter().cloned());
    plan.asks = asks(input.files);
    plan.cost = cost(&input.files.roles);
    plan
}

/// A step of a role of the files, standing where the role's name does.
pub(crate) fn step(
    role: &Role,
    action: Action,
    id: Option<&str>,
    reason: impl Into<String>,
) -> Step {
    let span = role.fields.get("name").map(|f| &f.span);
    Step {
        key: role.key.clone(),
        action,
        name: role.name.clone(),
        id: id.map(str::to_owned),
        parent_key: role.parent_key.clone(),
        fields: Vec::new(),
        reason: reason.into(),
        ticked: true,
        file: span.map(|s| s.file.to_string()).unwrap_or_default(),
        line: span.map_or(0, |s| s.line),
        column: span.map_or(0, |s| s.column),
    }
}

fn asks(files: &Effective) -> Vec<Ask> {
    let mut out = Vec::new();
    let names = |roles: Vec<&Role>| {
        roles
            .into_iter()
            .map(|r| r.name.clone())
            .collect::<Vec<_>>()
    };
    let above: Vec<&Role> = files
        .roles
        .iter()
        .filter(|r| r.tier > 2 && !r.external)
        .collect();
    if !above.is_empty() {
        let (ask, run) = match above.len() {
            1 => ("asks", "runs"),
            _ => ("ask", "run"),
        };
        let text = format!(
            "{} {ask} for tier 3 or 4 and {run} at tier 2 until that is granted",
            many(above.len())
        );
        out.push(Ask {
            kind: AskKind::Privileged,
            text,
            roles: names(above),
            subjects: Vec::new(),
        });
    }
    let mut folders: BTreeMap<&str, Vec<&Role>> = BTreeMap::new();
    for role in files.roles.iter().filter(|r| r.workspace_access != "none") {
        if let Some(dir) = &role.workspace_dir {
            folders.entry(dir).or_default().push(role);
        }
    }
    for (dir, roles) in folders {
        let how = if roles.iter().any(|r| r.workspace_access == "read_write") {
            "read and write"
        } else {
            "read"
        };
        let text = format!("asks to {how} the folder {dir}: {}", many(roles.len()));
        let subjects = vec![dir.to_owned()];
        out.push(Ask {
            kind: AskKind::HostFolder,
            text,
            roles: names(roles),
            subjects,
        });
    }
    for (need, roles) in &files.missing_env {
        let who = if roles.is_empty() {
            "the org".to_owned()
        } else {
            many(roles.len())
        };
        let text = format!("{who} needs {}", need.members().join(" or "));
        let subjects = need.members().to_vec();
        out.push(Ask {
            kind: AskKind::MissingEnv,
            text,
            roles: roles.clone(),
            subjects,
        });
    }
    out
}

fn many(roles: usize) -> String {
    if roles == 1 {
        "1 role".into()
    } else {
        format!("{roles} roles")
    }
}
