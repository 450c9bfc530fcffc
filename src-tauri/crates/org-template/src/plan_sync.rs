//! The three-way plan: only the files changed: update; only the canvas changed: kept and shown as unsaved; both,
//! differently: a conflict, decided field by field.

use crate::error::{Code, Problem, shorten};
use crate::plan::step;
use crate::plan_match::{Matched, changed_in_files, same};
use crate::plan_types::{
    Action, BaseRole, Conflict, CurrentRow, FieldChange, Mode, Plan, PlanInput, Step, Take, Unsaved,
};
use crate::role::Role;
use crate::span::Span;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

pub(crate) fn steps(input: &PlanInput<'_>, plan: &mut Plan) {
    let mut sync = Sync {
        matched: Matched::new(input),
        choices: input
            .choices
            .iter()
            .map(|c| ((c.key.as_str(), c.field.as_str()), c.take))
            .collect(),
        input,
        gone: HashSet::new(),
        parents: HashMap::new(),
        plan,
    };
    for index in 0..input.files.roles.len() {
        sync.role(index);
    }
    sync.cycles();
    sync.left_over();
}

struct Sync<'a, 'p> {
    input: &'a PlanInput<'a>,
    matched: Matched<'a>,
    choices: HashMap<(&'a str, &'a str), Take>,
    /// Roles that stay removed.
    gone: HashSet<&'a str>,
    /// Parent of every live role after the plan.
    parents: HashMap<&'a str, Value>,
    plan: &'p mut Plan,
}

impl<'a> Sync<'a, '_> {
    fn choice(&self, key: &str, field: &str) -> Option<Take> {
        self.choices.get(&(key, field)).copied()
    }

    fn role(&mut self, index: usize) {
        let input: &'a PlanInput<'a> = self.input;
        let role: &'a Role = &input.files.roles[index];
        let (row, base) = (self.matched.rows[index], self.matched.bases[index]);
        match (row, base) {
            (Some(row), _) if !row.removed => self.live(role, row, base),
            (_, Some(base)) => self.removed_on_canvas(role, base),
            _ => self.create(role, "new in the files"),
        }
    }

    fn create(&mut self, role: &'a Role, reason: &str) {
        if role
            .parent_key
            .as_deref()
            .is_some_and(|p| self.gone.contains(p))
        {
            if self.choice(&role.key, "") != Some(Take::Canvas) {
                let reason = "it is new in the files, below a role that was removed on the canvas"
                    .to_owned();
                self.whole_conflict(role, json!(role.name), Value::Null, reason);
            }
            self.stays_gone(role);
            return;
        }
        self.parents.insert(&role.key, parent_of(role));
        self.plan
            .steps
            .push(step(role, Action::Create, None, reason));
    }

    fn removed_on_canvas(&mut self, role: &'a Role, base: &'a BaseRole) {
        let choice = self.choice(&role.key, "");
        if choice == Some(Take::Files) {
            return self.create(role, "removed on the canvas; brought back from the files");
        }
        if choice.is_none() && changed_in_files(&self.matched, role, Some(base)) {
            let reason = "it was removed on the canvas and changed in the files".to_owned();
            self.whole_conflict(role, json!(role.name), Value::Null, reason);
        }
        self.stays_gone(role);
    }

    fn stays_gone(&mut self, role: &'a Role) {
        self.gone.insert(&role.key);
        let span = role.fields.get("name").map(|f| f.span.clone());
        self.plan.unsaved.push(Unsaved {
            key: Some(role.key.clone()),
            id: None,
            role: role.name.clone(),
            field: "removed".into(),
            files: json!(role.name),
            canvas: Value::Null,
            span,
        });
        let reason = "removed on the canvas; not brought back";
        self.plan.steps.push(step(role, Action::Keep, None, reason));
    }

    fn whole_conflict(&mut self, role: &Role, files: Value, canvas: Value, reason: String) {
        let span = role.fields.get("name").map(|f| &f.span);
        self.plan.conflicts.push(conflict(
            &role.key,
            &role.name,
            "",
            [Value::Null, files, canvas],
            reason,
            span,
        ));
    }

    fn live(&mut self, role: &'a Role, row: &'a CurrentRow, base: Option<&'a BaseRole>) {
        let mut changes: Vec<FieldChange> = Vec::new();
        let mut place: Option<&Span> = None;
        let mut unsaved: Vec<&str> = Vec::new();
        let mut open = 0;
        self.parents.insert(&role.key, parent_of(role));
        for (name, field) in &role.fields {
            let files = &field.value;
            let old = self.matched.base_value(base, name);
            let Some(canvas) = self.matched.row_value(row, name).or_else(|| old.clone()) else {
                continue;
            };
            if same(files, &canvas) {
                continue;
            }
            let (only_files, only_canvas) = match &old {
                Some(old) => (same(old, &canvas), same(old, files)),
                None => (false, false),
            };
            let take = match (only_files, only_canvas, self.choice(&role.key, name)) {
                (true, _, _) => Some(Take::Files),
                (_, true, _) => Some(Take::Canvas),
                (_, _, choice) => choice,
            };
            match take {
                Some(Take::Files) => {
                    place.get_or_insert(&field.span);
                    changes.push(FieldChange {
                        name: name.clone(),
                        from: canvas,
                        to: files.clone(),
                    });
                }
                Some(Take::Canvas) => {
                    unsaved.push(name);
                    if name == "parent" {
                        self.parents.insert(&role.key, canvas.clone());
                    }
                    self.plan.unsaved.push(Unsaved {
                        key: Some(role.key.clone()),
                        id: Some(row.id.clone()),
                        role: role.name.clone(),
                        field: name.clone(),
                        files: files.clone(),
                        canvas,
                        span: Some(field.span.clone()),
                    });
                }
                None => {
                    open += 1;
                    if name == "parent" {
                        self.parents.insert(&role.key, canvas.clone());
                    }
                    let reason = match &old {
                        Some(_) => format!("{name} was changed in the files and on the canvas"),
                        None => format!("{name} differs, and what was imported last is not known"),
                    };
                    let values = [old.unwrap_or(Value::Null), files.clone(), canvas];
                    self.plan.conflicts.push(conflict(
                        &role.key,
                        &role.name,
                        name,
                        values,
                        reason,
                        Some(&field.span),
                    ));
                }
            }
        }
        let moved = changes.iter().any(|c| c.name == "parent");
        let names = changes
            .iter()
            .map(|c| c.name.as_str())
            .filter(|n| *n != "parent")
            .collect::<Vec<_>>();
        let (action, mut reason) = if moved {
            let also = if names.is_empty() {
                String::new()
            } else {
                format!("; changed: {}", names.join(", "))
            };
            (Action::Move, format!("moved in the files{also}"))
        } else if !changes.is_empty() {
            (
                Action::Update,
                format!("changed in the files: {}", names.join(", ")),
            )
        } else if unsaved.is_empty() && open == 0 {
            (Action::Keep, "unchanged".to_owned())
        } else {
            (Action::Keep, String::new())
        };
        let mut also = |text: String| {
            if !reason.is_empty() {
                reason.push_str("; ");
            }
            reason.push_str(&text);
        };
        if !unsaved.is_empty() {
            also(format!(
                "changed on the canvas only: {}",
                unsaved.join(", ")
            ));
        }
        if open > 0 {
            also("changed on both sides".into());
        }
        let mut out = step(role, action, Some(&row.id), reason);
        if let Some(span) = place {
            (out.file, out.line, out.column) = (span.file.to_string(), span.line, span.column);
        }
        let parent = self.parents.get(role.key.as_str());
        out.parent_key = parent.and_then(|p| p.as_str()).map(str::to_owned);
        out.fields = changes;
        self.plan.steps.push(out);
    }

    /// Files and canvas may each be a tree and together a ring; then neither move may happen unasked.
    fn cycles(&mut self) {
        let mut rings: Vec<usize> = Vec::new();
        for (index, one) in self
            .plan
            .steps
            .iter()
            .enumerate()
            .filter(|(_, s)| s.action == Action::Move)
        {
            let mut at = one.parent_key.as_deref();
            for _ in 0..=self.parents.len() {
                match at {
                    Some(key) if key == one.key => {
                        rings.push(index);
                        break;
                    }
                    Some(key) => at = self.above(key),
                    None => break,
                }
            }
        }
        for index in rings {
            let one = &mut self.plan.steps[index];
            let Some(at) = one.fields.iter().position(|f| f.name == "parent") else {
                continue;
            };
            let change = one.fields.remove(at);
            one.action = if one.fields.is_empty() {
                Action::Keep
            } else {
                Action::Update
            };
            one.reason = "the move would put it below itself".into();
            one.parent_key = change.from.as_str().map(str::to_owned);
            let (key, name) = (one.key.clone(), one.name.clone());
            let reason =
                "the files move it below a role that the canvas has moved below it".to_owned();
            let span = Span {
                file: one.file.as_str().into(),
                line: one.line,
                column: one.column,
                start: 0,
                end: 0,
            };
            let values = [Value::Null, change.to, change.from];
            self.plan
                .conflicts
                .push(conflict(&key, &name, "parent", values, reason, Some(&span)));
        }
    }

    /// The parent after the plan, through rows that only the canvas knows.
    fn above(&self, key: &str) -> Option<&str> {
        if let Some(id) = key.strip_prefix("row:") {
            let row = self.matched.by_id.get(id)?;
            return row.parent_key.as_deref();
        }
        self.parents.get(key)?.as_str()
    }

    /// Rows that no role of the files claims.
    fn left_over(&mut self) {
        let input: &'a PlanInput<'a> = self.input;
        let base: HashMap<&str, &BaseRole> =
            input.base.iter().map(|b| (b.key.as_str(), b)).collect();
        let mut children: HashMap<&str, Vec<&CurrentRow>> = HashMap::new();
        for row in input.current.iter().filter(|r| !r.removed) {
            if let Some(parent) = row.parent_id.as_deref() {
                children.entry(parent).or_default().push(row);
            }
        }
        let moved: HashSet<String> = self
            .plan
            .steps
            .iter()
            .filter(|s| s.action == Action::Move)
            .filter_map(|s| s.id.clone())
            .collect();
        let claimed: HashSet<&str> = input
            .files
            .roles
            .iter()
            .map(|role| role.key.as_str())
            .collect();
        let mut removals: Vec<(usize, Step)> = Vec::new();
        for row in input.current.iter().filter(|r| !r.removed) {
            if self.matched.taken.contains(row.id.as_str()) {
                continue;
            }
            let key = row.key.as_deref().unwrap_or("");
            if input.files.not_spawned.contains(key) {
                let reason = "spawning is false in the files; what is there stays";
                self.plan
                    .steps
                    .push(row_step(row, key, Action::Keep, reason, None));
                continue;
            }
            // A second row of a role that is there is no role of its own, whatever was imported last.
            let known = base
                .get(key)
                .filter(|_| !key.is_empty() && !claimed.contains(key));
            let Some(base) = known.copied() else {
                match self.orphan(row, &children, &moved) {
                    Some(one) => removals.push((self.depth(row), one)),
                    None => self.canvas_only(row),
                }
                continue;
            };
            if let Some(one) = self.removal(row, base, &children, &moved) {
                removals.push((self.depth(row), one));
            }
        }
        removals.sort_by_key(|(depth, _)| std::cmp::Reverse(*depth));
        self.plan
            .steps
            .extend(removals.into_iter().map(|(_, step)| step));
    }

    fn depth(&self, row: &CurrentRow) -> usize {
        let mut at = row.parent_id.as_deref();
        let mut depth = 0;
        while let Some(parent) = at.and_then(|id| self.matched.by_id.get(id)) {
            depth += 1;
            if depth > self.matched.by_id.len() {
                break;
            }
            at = parent.parent_id.as_deref();
        }
        depth
    }

    /// A row that a reconcile takes for a leftover of an earlier shape: it lies below a role of these files and bears
    /// the name of one, and nothing that is a role lies below it. What lies elsewhere is never touched.
    fn orphan(
        &self,
        row: &'a CurrentRow,
        children: &HashMap<&str, Vec<&'a CurrentRow>>,
        moved: &HashSet<String>,
    ) -> Option<Step> {
        let named = || {
            self.input
                .files
                .roles
                .iter()
                .any(|role| role.name == row.name)
        };
        if self.input.mode != Mode::Reconcile || !self.below_a_role(row) || !named() {
            return None;
        }
        let mut stack: Vec<&CurrentRow> = vec![row];
        let mut seen = HashSet::new();
        while let Some(one) = stack.pop() {
            let claimed = self.matched.taken.contains(one.id.as_str()) && !moved.contains(&one.id);
            if claimed {
                return None;
            }
            if seen.insert(one.id.as_str()) {
                stack.extend(children.get(one.id.as_str()).into_iter().flatten());
            }
        }
        let reason = "left over: another role of the files has this name";
        Some(row_step(
            row,
            row.key.as_deref().unwrap_or(""),
            Action::Remove,
            reason,
            None,
        ))
    }

    fn below_a_role(&self, row: &CurrentRow) -> bool {
        let mut at = row.parent_id.as_deref();
        for _ in 0..=self.matched.by_id.len() {
            match at {
                Some(id) if self.matched.taken.contains(id) => return true,
                Some(id) => {
                    at = self
                        .matched
                        .by_id
                        .get(id)
                        .and_then(|row| row.parent_id.as_deref())
                }
                None => return false,
            }
        }
        false
    }

    fn canvas_only(&mut self, row: &CurrentRow) {
        self.plan.unsaved.push(Unsaved {
            key: row.key.clone(),
            id: Some(row.id.clone()),
            role: row.name.clone(),
            field: "created".into(),
            files: Value::Null,
            canvas: json!(row.name),
            span: None,
        });
    }

    /// A role that is gone from the files.
    fn removal(
        &mut self,
        row: &'a CurrentRow,
        base: &'a BaseRole,
        children: &HashMap<&str, Vec<&'a CurrentRow>>,
        moved: &HashSet<String>,
    ) -> Option<Step> {
        let choice = self.choice(&base.key, "");
        if choice == Some(Take::Canvas) {
            self.canvas_only(row);
            return None;
        }
        let changed: Vec<&String> = base
            .fields
            .keys()
            .filter(|name| {
                let old = self
                    .matched
                    .base_value(Some(base), name)
                    .unwrap_or(Value::Null);
                self.matched
                    .row_value(row, name)
                    .is_some_and(|now| !same(&old, &now))
            })
            .collect();
        let (mut own, mut kept) = (Vec::new(), Vec::new());
        let mut stack: Vec<&CurrentRow> =
            children.get(row.id.as_str()).cloned().unwrap_or_default();
        let mut seen = HashSet::from([row.id.as_str()]);
        while let Some(below) = stack.pop() {
            if !seen.insert(below.id.as_str()) {
                continue;
            }
            if self.matched.taken.contains(below.id.as_str()) {
                // Moved away by this plan: not below it any more when the removal happens.
                if !moved.contains(&below.id) {
                    kept.push(shorten(&below.name, 40));
                }
                continue;
            }
            if below.key.is_none() {
                own.push(shorten(&below.name, 40));
            }
            stack.extend(children.get(below.id.as_str()).into_iter().flatten());
        }
        let span = base.fields.get("name").map(|f| &f.span);
        let reason = if !kept.is_empty() {
            Some(format!(
                "it is gone from the files, but on the canvas it holds {}",
                kept.join(", ")
            ))
        } else if !changed.is_empty() && choice.is_none() {
            let names = changed
                .iter()
                .map(|n| n.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            Some(format!(
                "it is gone from the files and was changed on the canvas: {names}"
            ))
        } else {
            None
        };
        if let Some(reason) = reason {
            let values = [json!(row.name), Value::Null, json!(row.name)];
            self.plan
                .conflicts
                .push(conflict(&base.key, &row.name, "", values, reason, span));
            return None;
        }
        if !own.is_empty() {
            let message = format!(
                "removing {} also removes what was made below it on the canvas: {}",
                shorten(&row.name, 40),
                own.join(", ")
            );
            self.plan.warnings.push(match span {
                Some(span) => Problem::at(span, Code::Plan, message),
                None => Problem::in_file("", Code::Plan, message),
            });
        }
        let mut out = row_step(row, &base.key, Action::Remove, "gone from the files", span);
        out.ticked =
            self.input.prune || self.input.mode == Mode::Reconcile || choice == Some(Take::Files);
        Some(out)
    }
}

fn parent_of(role: &Role) -> Value {
    role.parent_key.clone().map_or(Value::Null, Value::String)
}

fn row_step(
    row: &CurrentRow,
    key: &str,
    action: Action,
    reason: &str,
    span: Option<&Span>,
) -> Step {
    Step {
        key: key.to_owned(),
        action,
        name: row.name.clone(),
        id: Some(row.id.clone()),
        parent_key: row.parent_key.clone(),
        fields: Vec::new(),
        reason: reason.to_owned(),
        ticked: true,
        file: span.map(|s| s.file.to_string()).unwrap_or_default(),
        line: span.map_or(0, |s| s.line),
        column: span.map_or(0, |s| s.column),
    }
}

/// `values` are base, files, canvas.
fn conflict(
    key: &str,
    role: &str,
    field: &str,
    values: [Value; 3],
    reason: String,
    span: Option<&Span>,
) -> Conflict {
    let [base, files, canvas] = values;
    Conflict {
        key: key.to_owned(),
        role: role.to_owned(),
        field: field.to_owned(),
        base,
        files,
        canvas,
        reason,
        file: span.map(|s| s.file.to_string()).unwrap_or_default(),
        line: span.map_or(0, |s| s.line),
        column: span.map_or(0, |s| s.column),
    }
}
