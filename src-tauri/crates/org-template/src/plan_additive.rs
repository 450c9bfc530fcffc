//! The additive plan: what is there stays, what is not is made (contract 03 section 2.11).

use crate::error::{Code, Problem, shorten};
use crate::plan::step;
use crate::plan_types::{Action, CurrentRow, Plan, PlanInput};
use std::collections::HashMap;

pub(crate) fn steps(input: &PlanInput<'_>, plan: &mut Plan) {
    let live = || input.current.iter().filter(|r| !r.removed);
    let by_place: HashMap<(Option<&str>, &str), &CurrentRow> = live()
        .map(|r| ((r.parent_id.as_deref(), r.name.as_str()), r))
        .collect();
    let by_key: HashMap<&str, &CurrentRow> = live()
        .filter_map(|r| r.key.as_deref().map(|key| (key, r)))
        .collect();
    // The row of every role so far; `None` for one that will be made.
    let mut rows: Vec<Option<&CurrentRow>> = Vec::with_capacity(input.files.roles.len());
    for role in &input.files.roles {
        let parent = role.parent_index.and_then(|p| rows.get(p).copied());
        let row = match parent {
            // Below something new there is nothing yet.
            Some(None) => None,
            place => {
                let parent_id = place.flatten().map(|r| r.id.as_str());
                let renamed = || {
                    by_key
                        .get(role.key.as_str())
                        .filter(|r| r.parent_id.as_deref() == parent_id)
                };
                by_place
                    .get(&(parent_id, role.name.as_str()))
                    .or_else(renamed)
                    .copied()
            }
        };
        if row.is_none() && by_key.contains_key(role.key.as_str()) {
            let place = step(role, Action::Create, None, "");
            plan.warnings.push(Problem {
                code: Code::Plan,
                message: format!(
                    "{} stands elsewhere on the canvas; an additive import makes a second one",
                    shorten(&role.name, 60)
                ),
                file: place.file,
                line: place.line,
                column: place.column,
                text: role.key.clone(),
                hint: "sync the folder to move the one that is there".into(),
            });
        }
        plan.steps.push(match row {
            Some(row) => step(role, Action::Keep, Some(&row.id), "already there"),
            None => step(role, Action::Create, None, "not there yet"),
        });
        rows.push(row);
    }
}
