//! What a plan is made from and what it says (contract 03 section 2.11; three versions of an org).

use crate::cost::Cost;
use crate::effective::Effective;
use crate::error::Problem;
use crate::role::{FieldValue, Role};
use crate::span::Span;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// How the files and the database are brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Adds what is not there; touches nothing that is (the contract's default).
    #[default]
    Additive,
    /// Three-way: files, base and canvas; updates and moves in place, proposes removals.
    Sync,
    /// As [`Mode::Sync`], with removals ticked, and with orphans among them: rows below the org's roots that no role
    /// claims and that bear the name of one (contract 03 section 2.11, nos. 1 to 3).
    Reconcile,
}

/// What a plan is made from.
#[derive(Debug, Clone)]
pub struct PlanInput<'a> {
    /// The files.
    pub files: &'a Effective,
    /// What was imported or written back last ([`next_base`]); empty before the first import. It counts only while some
    /// row of it is alive: an org that was removed as a whole is imported anew.
    pub base: &'a [BaseRole],
    /// Rows of this org in the database (rows made on the canvas below it too), removed ones included when they are
    /// known. Rows of other orgs must not be among them: an additive plan would take one of the same name for its own.
    pub current: &'a [CurrentRow],
    /// How they are brought together.
    pub mode: Mode,
    /// Whether removals are ticked from the start.
    pub prune: bool,
    /// Decisions about conflicts of an earlier plan.
    pub choices: &'a [Choice],
}

/// A role as it was imported or written back last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaseRole {
    /// Import key.
    pub key: String,
    /// Its file-owned values.
    pub fields: BTreeMap<String, BaseField>,
}

/// A value as it was imported or written back last.
pub type BaseField = FieldValue;

/// A row of the database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CurrentRow {
    /// Import key; `None` for a workspace made on the canvas.
    pub key: Option<String>,
    /// Row id.
    pub id: String,
    /// Id of the parent row; `None` for roots.
    pub parent_id: Option<String>,
    /// Import key of the parent row, when it has one.
    pub parent_key: Option<String>,
    /// Display name.
    pub name: String,
    /// Values the database keeps, by the names of [`crate::Role::fields`]. A field that is absent is not kept there and
    /// counts as unchanged since the base.
    pub fields: BTreeMap<String, Value>,
    /// Whether the row is marked removed.
    pub removed: bool,
}

/// What happens to a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A new row.
    Create,
    /// Nothing.
    Keep,
    /// Fields change in place.
    Update,
    /// The row gets another parent (and fields may change).
    Move,
    /// The row goes, when it is ticked.
    Remove,
}

/// One role of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Import key of the role now. A row that is kept, updated or moved takes this key, which may differ from the one
    /// it had (a folder that got a second user).
    pub key: String,
    /// What happens.
    pub action: Action,
    /// Name of the role.
    pub name: String,
    /// Row it is about; `None` for a new one.
    pub id: Option<String>,
    /// Import key of the parent after this step.
    pub parent_key: Option<String>,
    /// What changes; empty for `create` and `keep`.
    pub fields: Vec<FieldChange>,
    /// Why, for people.
    pub reason: String,
    /// Whether it will be done. Removals are only proposals until a person (or `prune`) ticks them.
    pub ticked: bool,
    /// File the role stands in (for removals: stood in).
    pub file: String,
    /// Line from 1.
    pub line: u32,
    /// Column from 1.
    pub column: u32,
}

/// A change of one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Field name.
    pub name: String,
    /// Value now.
    pub from: Value,
    /// Value after.
    pub to: Value,
}

/// Both sides changed one value, differently. Nothing of the plan is applied until a person picks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Import key.
    pub key: String,
    /// Name of the role.
    pub role: String,
    /// Field name; empty when it is about the whole role (removed on one side, changed on the other).
    pub field: String,
    /// Value at the last import; null when unknown.
    pub base: Value,
    /// Value in the files; null when the role is gone there.
    pub files: Value,
    /// Value on the canvas; null when the role is gone there.
    pub canvas: Value,
    /// What happened, for people.
    pub reason: String,
    /// Where the value stands in the files.
    pub file: String,
    /// Line from 1.
    pub line: u32,
    /// Column from 1.
    pub column: u32,
}

/// A change on the canvas that is not in the files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unsaved {
    /// Import key; `None` for a workspace made on the canvas.
    pub key: Option<String>,
    /// Row id, when there is a row.
    pub id: Option<String>,
    /// Name of the role.
    pub role: String,
    /// Field name; `created` or `removed` when it is about the whole role.
    pub field: String,
    /// Value in the files.
    pub files: Value,
    /// Value on the canvas.
    pub canvas: Value,
    /// Where the value stands in the files: what a write-back edits.
    pub span: Option<Span>,
}

/// Which side a conflict goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The files' value.
    Files,
    /// The canvas's value.
    Canvas,
}

/// A person's decision about one conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Import key.
    pub key: String,
    /// Field name as in [`Conflict::field`].
    pub field: String,
    /// The side that wins.
    pub take: Take,
}

/// What kind of consent is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    /// Roles above tier 2.
    Privileged,
    /// Roles that mount a folder of this computer.
    HostFolder,
    /// Required variables without a value.
    MissingEnv,
}

/// Something a person must agree to or supply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Kind.
    pub kind: AskKind,
    /// The question, for people.
    pub text: String,
    /// Names of the roles concerned.
    pub roles: Vec<String>,
    /// The folder, or the variable names.
    pub subjects: Vec<String>,
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// One step per role, parents before children; removals last, children before parents.
    pub steps: Vec<Step>,
    /// What must be decided first.
    pub conflicts: Vec<Conflict>,
    /// What only the canvas has.
    pub unsaved: Vec<Unsaved>,
    /// What the author should know.
    pub warnings: Vec<Problem>,
    /// What a person must agree to or supply.
    pub asks: Vec<Ask>,
    /// What it will cost.
    pub cost: Cost,
}

impl Plan {
    /// Whether it can be applied: no open conflict.
    pub fn applicable(&self) -> bool {
        self.conflicts.is_empty()
    }

    /// Steps with this action.
    pub fn count(&self, action: Action) -> usize {
        self.steps.iter().filter(|s| s.action == action).count()
    }

    /// Whether applying it would change nothing.
    pub fn is_noop(&self) -> bool {
        self.steps
            .iter()
            .all(|s| s.action == Action::Keep || !s.ticked)
    }
}

/// The base that these files make: what to store after a first import.
pub fn base_of(files: &Effective) -> Vec<BaseRole> {
    files.roles.iter().map(of).collect()
}

/// The base to store once `plan`, made from `input`, has been applied.
///
/// Values of the files become the base of every role the plan brought together with them, also where the canvas keeps
/// another value (that stays "unsaved"). Roles that the plan left alone keep the base they had: an additive import
/// changes nothing of what is there, a removal that was not ticked stays a proposal, a subtree that stopped spawning
/// may come back.
pub fn next_base(input: &PlanInput<'_>, plan: &Plan) -> Vec<BaseRole> {
    let old: HashMap<&str, &BaseRole> = input.base.iter().map(|b| (b.key.as_str(), b)).collect();
    let left_alone = |step: &Step| match step.action {
        Action::Keep => input.mode == Mode::Additive || input.files.not_spawned.contains(&step.key),
        Action::Remove => !step.ticked,
        _ => false,
    };
    let roles: HashMap<&str, &Role> = input
        .files
        .roles
        .iter()
        .map(|r| (r.key.as_str(), r))
        .collect();
    let mut out = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        let key = step.key.as_str();
        if left_alone(step) {
            out.extend(old.get(key).map(|b| (*b).clone()));
        } else if let Some(role) = roles.get(key).filter(|_| step.action != Action::Remove) {
            out.push(of(role));
        }
    }
    out
}

fn of(role: &Role) -> BaseRole {
    BaseRole {
        key: role.key.clone(),
        fields: role.fields.clone(),
    }
}
