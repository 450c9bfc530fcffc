//! Rows as the plan compares them: the canvas's version of a role's schedules.

use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use store::rows::schedules::ScheduleRow;

/// Schedules by workspace.
pub(crate) type ByWorkspace = HashMap<String, Vec<ScheduleRow>>;

/// Sorts rows by their workspace; their order stays.
pub(crate) fn by_workspace(rows: Vec<ScheduleRow>) -> ByWorkspace {
    let mut out = ByWorkspace::new();
    for row in rows {
        out.entry(row.workspace_id.clone()).or_default().push(row);
    }
    out
}

/// What the canvas says about the schedules of a role, in the order of the base, whose list `base` is. What was not
/// agreed to counts as switched on where the files say so: that it does not run is no change of the org.
pub(crate) fn said_on_canvas(rows: &[ScheduleRow], base: &Value) -> Value {
    let of_agents: HashSet<&str> = rows
        .iter()
        .filter(|row| row.by_agent)
        .map(|row| row.name.as_str())
        .collect();
    let mut left: Vec<&ScheduleRow> = rows.iter().filter(|row| !row.by_agent).collect();
    let known = base.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut out = Vec::with_capacity(left.len());
    for (n, one) in known.iter().enumerate() {
        let name = one["name"].as_str().unwrap_or_default();
        let again = known[n + 1..]
            .iter()
            .any(|later| later["name"] == one["name"]);
        // A row holds one schedule of a name: an earlier one of the same name, and one whose name an agent has taken
        // for its own, have no row that could say anything else.
        if again || of_agents.contains(name) {
            out.push(one.clone());
        } else if let Some(at) = left.iter().position(|row| row.name == name) {
            out.push(said(left.remove(at), one["enabled"] == true));
        }
    }
    out.extend(left.into_iter().map(|row| said(row, false)));
    Value::Array(out)
}

/// The schedules of a workspace that its org's files do not know yet.
pub(crate) fn said_of(rows: &[ScheduleRow]) -> Value {
    said_on_canvas(rows, &Value::Null)
}

fn said(row: &ScheduleRow, base: bool) -> Value {
    json!({"name": row.name, "cron_expr": row.cron_expr, "timezone": row.timezone, "prompt": row.prompt,
           "enabled": row.wanted.unwrap_or(row.enabled || base)})
}
