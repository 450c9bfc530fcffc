//! Plans: additive, three-way, conflicts, removals (fixtures A.6 and the three versions of an org).

use crate::{merged, shape::generated};
use org_template::{
    Action, BaseRole, Choice, CurrentRow, Effective, Env, Limits, Mode, Plan, PlanInput, Take,
    base_of, effective, load_from, plan,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The rows that an import of these files makes; ids are the keys.
fn rows(files: &Effective) -> Vec<CurrentRow> {
    files
        .roles
        .iter()
        .map(|r| CurrentRow {
            key: Some(r.key.clone()),
            id: format!("id-{}", r.key),
            parent_id: r.parent_key.as_ref().map(|k| format!("id-{k}")),
            parent_key: r.parent_key.clone(),
            name: r.name.clone(),
            fields: ["role", "runtime", "tier", "model", "initial_prompt"]
                .iter()
                .map(|f| ((*f).to_owned(), r.fields[*f].value.clone()))
                .collect(),
            removed: false,
        })
        .collect()
}

struct Case {
    files: Effective,
    base: Vec<BaseRole>,
    current: Vec<CurrentRow>,
    prune: bool,
    choices: Vec<Choice>,
}

impl Case {
    /// Imported once; then the files became `after`.
    fn new(before: &str, after: &str) -> Self {
        let before = merged(&[("org.yaml", before)]);
        Self {
            base: base_of(&before),
            current: rows(&before),
            files: merged(&[("org.yaml", after)]),
            prune: false,
            choices: Vec::new(),
        }
    }

    fn row(&mut self, name: &str) -> &mut CurrentRow {
        self.current.iter_mut().find(|r| r.name == name).unwrap()
    }

    fn choose(mut self, key: &str, field: &str, take: Take) -> Self {
        self.choices.push(Choice {
            key: key.into(),
            field: field.into(),
            take,
        });
        self
    }

    fn plan(&self, mode: Mode) -> Plan {
        let (base, current, choices) = (&self.base, &self.current, &self.choices);
        plan(&PlanInput {
            files: &self.files,
            base,
            current,
            mode,
            prune: self.prune,
            choices,
        })
    }

    fn sync(&self) -> Plan {
        self.plan(Mode::Sync)
    }
}

fn action(plan: &Plan, name: &str) -> Action {
    plan.steps
        .iter()
        .find(|s| s.name == name)
        .unwrap_or_else(|| panic!("no step for {name}"))
        .action
}

const ONE: &str = "workspaces:\n  - name: Lead\n    children:\n      - {name: A, model: opus, tier: 2}\n      - {name: B}\n";

#[test]
fn a6_1_a_second_import_changes_nothing() {
    let files = load_from(&generated(), &Limits::default()).unwrap();
    let files = effective(&files, &Env::default()).unwrap();
    let case = Case {
        base: base_of(&files),
        current: rows(&files),
        files,
        prune: true,
        choices: Vec::new(),
    };
    for mode in [Mode::Additive, Mode::Sync] {
        let plan = case.plan(mode);
        assert_eq!(plan.count(Action::Keep), 42);
        assert!(plan.is_noop() && plan.applicable() && plan.unsaved.is_empty());
    }
    let first = Case {
        base: Vec::new(),
        current: Vec::new(),
        ..case
    };
    for mode in [Mode::Additive, Mode::Sync] {
        let plan = first.plan(mode);
        assert_eq!(plan.count(Action::Create), 42);
        assert!(plan.steps.iter().all(|s| s.line > 0 && !s.file.is_empty()));
    }
}

#[test]
fn a6_1_additive_finds_rows_by_place_when_no_key_is_known() {
    let mut case = Case::new(ONE, ONE);
    case.base.clear();
    case.current.iter_mut().for_each(|r| r.key = None);
    let plan = case.plan(Mode::Additive);
    assert_eq!(plan.count(Action::Keep), 3);
    // A moved name is made anew below its new parent; the old row stays.
    let moved =
        "workspaces:\n  - name: Lead\n    children:\n      - {name: B, children: [{name: A}]}\n";
    let case = Case::new(ONE, moved);
    let plan = case.plan(Mode::Additive);
    assert_eq!(
        (
            plan.count(Action::Create),
            plan.count(Action::Keep),
            plan.count(Action::Remove)
        ),
        (1, 2, 0)
    );
}

#[test]
fn only_the_files_changed_is_an_update_with_its_place() {
    let case = Case::new(ONE, &ONE.replace("model: opus", "model: sonnet"));
    let plan = case.sync();
    let step = plan.steps.iter().find(|s| s.name == "A").unwrap();
    assert_eq!(step.action, Action::Update);
    assert_eq!(
        (step.fields[0].from.clone(), step.fields[0].to.clone()),
        (json!("opus"), json!("sonnet"))
    );
    assert_eq!((step.file.as_str(), step.line), ("org.yaml", 4));
    assert_eq!(step.reason, "changed in the files: model");
    assert!(plan.applicable() && !plan.is_noop());
}

#[test]
fn only_the_canvas_changed_is_kept_and_shown_as_unsaved() {
    let mut case = Case::new(ONE, ONE);
    case.row("A").fields.insert("tier".into(), json!(3));
    case.row("B").name = "Bee".into();
    let plan = case.sync();
    assert!(plan.is_noop() && plan.applicable());
    let unsaved: Vec<_> = plan
        .unsaved
        .iter()
        .map(|u| (u.role.as_str(), u.field.as_str(), u.canvas.clone()))
        .collect();
    assert_eq!(
        unsaved,
        [("A", "tier", json!(3)), ("B", "name", json!("Bee"))]
    );
    assert_eq!(plan.unsaved[0].span.as_ref().unwrap().line, 4);
}

#[test]
fn both_changed_is_a_conflict_until_someone_picks() {
    let make = || {
        let mut case = Case::new(ONE, &ONE.replace("tier: 2", "tier: 3"));
        case.row("A").fields.insert("tier".into(), json!(1));
        case
    };
    let plan = make().sync();
    assert!(!plan.applicable());
    let conflict = &plan.conflicts[0];
    assert_eq!(
        (
            conflict.base.clone(),
            conflict.files.clone(),
            conflict.canvas.clone()
        ),
        (json!(2), json!(3), json!(1))
    );
    assert_eq!((conflict.field.as_str(), conflict.line), ("tier", 4));
    let plan = make().choose("name:Lead/A", "tier", Take::Files).sync();
    assert!(plan.applicable());
    assert_eq!(action(&plan, "A"), Action::Update);
    let plan = make().choose("name:Lead/A", "tier", Take::Canvas).sync();
    assert!(plan.applicable() && plan.is_noop());
    assert_eq!(plan.unsaved[0].field, "tier");
}

#[test]
fn both_changed_alike_is_no_conflict() {
    let mut case = Case::new(ONE, &ONE.replace("tier: 2", "tier: 3"));
    case.row("A").fields.insert("tier".into(), json!(3.0));
    let plan = case.sync();
    assert!(plan.is_noop() && plan.applicable() && plan.unsaved.is_empty());
}

fn with_dirs(text: &str) -> Effective {
    merged(&[("org.yaml", text), ("l/x", ""), ("a/x", ""), ("b/x", "")])
}

const DIRS: &str = "workspaces:\n  - name: Lead\n    files_dir: l\n    children:\n      - {name: A, files_dir: a}\n      - {name: B, files_dir: b}\n";

fn dirs(after: &str) -> Case {
    let before = with_dirs(DIRS);
    Case {
        base: base_of(&before),
        current: rows(&before),
        files: with_dirs(after),
        prune: false,
        choices: Vec::new(),
    }
}

const A_BELOW_B: &str = "workspaces:\n  - name: Lead\n    files_dir: l\n    children:\n      - name: B\n        files_dir: b\n        children: [{name: A, files_dir: a}]\n";

#[test]
fn a6_4_no_1_a_role_that_moved_keeps_its_row() {
    let plan = dirs(A_BELOW_B).sync();
    let step = plan.steps.iter().find(|s| s.name == "A").unwrap();
    assert_eq!(
        (step.action, step.id.as_deref()),
        (Action::Move, Some("id-dir:a"))
    );
    assert_eq!(step.parent_key.as_deref(), Some("dir:b"));
    assert_eq!(
        (plan.count(Action::Create), plan.count(Action::Remove)),
        (0, 0)
    );
}

#[test]
fn a_drag_on_the_canvas_is_unsaved_and_a_rename_in_the_files_is_an_update() {
    let mut case = dirs(&DIRS.replace("name: A", "name: Ay"));
    let row = case.row("A");
    (row.parent_id, row.parent_key) = (Some("id-dir:b".into()), Some("dir:b".into()));
    let plan = case.sync();
    let step = plan.steps.iter().find(|s| s.key == "dir:a").unwrap();
    assert_eq!(step.action, Action::Update);
    assert_eq!(step.parent_key.as_deref(), Some("dir:b"), "the drag stays");
    assert_eq!(
        (plan.unsaved.len(), plan.unsaved[0].field.as_str()),
        (1, "parent")
    );
}

#[test]
fn moves_that_make_a_ring_are_a_conflict() {
    let mut case = dirs(A_BELOW_B);
    let row = case.row("B");
    (row.parent_id, row.parent_key) = (Some("id-dir:a".into()), Some("dir:a".into()));
    let plan = case.sync();
    assert_eq!(plan.conflicts.len(), 1, "{:?}", plan.conflicts);
    assert_eq!(
        (
            plan.conflicts[0].key.as_str(),
            plan.conflicts[0].field.as_str()
        ),
        ("dir:a", "parent")
    );
    assert_eq!(plan.count(Action::Move), 0);
}

#[test]
fn removals_are_proposed_and_only_ticked_by_prune() {
    let after = "workspaces:\n  - {name: Lead, files_dir: l}\n";
    let mut case = dirs(after);
    let plan = case.sync();
    let removals: Vec<_> = plan
        .steps
        .iter()
        .filter(|s| s.action == Action::Remove)
        .collect();
    assert_eq!(removals.len(), 2);
    assert!(removals.iter().all(|s| !s.ticked && s.line > 0));
    assert!(plan.is_noop());
    case.prune = true;
    assert!(
        case.sync()
            .steps
            .iter()
            .filter(|s| s.action == Action::Remove)
            .all(|s| s.ticked)
    );
    assert_eq!(case.plan(Mode::Additive).count(Action::Remove), 0);
    let one = dirs(after).choose("dir:a", "", Take::Files).sync();
    let ticked: Vec<_> = one
        .steps
        .iter()
        .filter(|s| s.action == Action::Remove && s.ticked)
        .map(|s| s.name.as_str())
        .collect();
    assert_eq!(ticked, ["A"]);
}

#[test]
fn removals_go_children_first_and_name_what_goes_with_them() {
    let mut case = dirs("workspaces: []\n");
    case.current.push(CurrentRow {
        key: None,
        id: "made".into(),
        parent_id: Some("id-dir:a".into()),
        parent_key: Some("dir:a".into()),
        name: "Made on the canvas".into(),
        fields: BTreeMap::new(),
        removed: false,
    });
    let plan = case.sync();
    let order: Vec<_> = plan.steps.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(order, ["A", "B", "Lead"]);
    assert_eq!(plan.unsaved.len(), 1);
    assert_eq!(plan.unsaved[0].field, "created");
    assert!(
        plan.warnings
            .iter()
            .any(|w| w.message.contains("Made on the canvas"))
    );
}

#[test]
fn a_role_gone_from_the_files_and_changed_on_the_canvas_is_a_conflict() {
    let make = || {
        let mut case = dirs(
            "workspaces:\n  - {name: Lead, files_dir: l, children: [{name: B, files_dir: b}]}\n",
        );
        case.row("A").fields.insert("tier".into(), json!(4));
        case
    };
    let plan = make().sync();
    assert_eq!(
        (plan.conflicts.len(), plan.conflicts[0].field.as_str()),
        (1, "")
    );
    assert_eq!(plan.conflicts[0].files, Value::Null);
    let plan = make().choose("dir:a", "", Take::Files).sync();
    assert!(
        plan.applicable()
            && plan
                .steps
                .iter()
                .any(|s| s.action == Action::Remove && s.ticked)
    );
    let plan = make().choose("dir:a", "", Take::Canvas).sync();
    assert!(plan.applicable() && plan.count(Action::Remove) == 0 && plan.unsaved.len() == 1);
}

#[test]
fn a_role_removed_on_the_canvas_stays_removed_unless_the_files_changed_it() {
    let make = |after: &str| {
        let mut case = dirs(after);
        case.row("A").removed = true;
        case
    };
    let plan = make(DIRS).sync();
    assert!(plan.is_noop() && plan.applicable());
    assert_eq!(
        (
            plan.unsaved[0].field.as_str(),
            plan.unsaved[0].role.as_str()
        ),
        ("removed", "A")
    );
    let changed = DIRS.replace("{name: A,", "{name: A, tier: 3,");
    assert!(!make(&changed).sync().applicable());
    let plan = make(&changed).choose("dir:a", "", Take::Files).sync();
    assert_eq!(action(&plan, "A"), Action::Create);
    let below = DIRS.replace(
        "{name: A, files_dir: a}",
        "{name: A, files_dir: a, children: [{name: New}]}",
    );
    let plan = make(&below).sync();
    assert_eq!(plan.conflicts[0].role, "New");
    // Gone without a trace is the same as marked removed.
    let mut gone = dirs(DIRS);
    gone.current.retain(|r| r.name != "A");
    assert_eq!(gone.sync().unsaved[0].field, "removed");
}

#[test]
fn a6_5_a_stranger_of_the_same_name_elsewhere_is_kept() {
    let mut case = Case::new(ONE, ONE);
    case.prune = true;
    case.current.push(CurrentRow {
        key: None,
        id: "stranger".into(),
        parent_id: Some("somewhere".into()),
        parent_key: None,
        name: "Lead".into(),
        fields: BTreeMap::new(),
        removed: false,
    });
    let plan = case.sync();
    assert_eq!(
        (plan.count(Action::Keep), plan.count(Action::Remove)),
        (3, 0)
    );
}

#[test]
fn a6_9_what_stops_spawning_stays_where_it_is() {
    let mut case = dirs(&DIRS.replace("{name: A,", "{name: A, spawning: false,"));
    case.prune = true;
    let plan = case.sync();
    assert_eq!(plan.count(Action::Keep), 3);
    assert!(plan.is_noop());
}

#[test]
fn a_folder_that_gets_a_second_user_keeps_its_first_row() {
    let shared = DIRS.replace("files_dir: b", "files_dir: a");
    let plan = dirs(&shared).sync();
    let a = plan.steps.iter().find(|s| s.name == "A").unwrap();
    assert_eq!(
        (a.key.as_str(), a.id.as_deref(), a.action),
        ("dir:a@dir:l", Some("id-dir:a"), Action::Keep)
    );
}

#[test]
fn plans_survive_their_own_json() {
    let plan = dirs(A_BELOW_B).sync();
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
}

#[test]
fn a_thousand_roles_are_planned() {
    let mut text = String::from("workspaces:\n");
    for lead in 0..40 {
        text.push_str(&format!("  - name: L{lead}\n    children:\n"));
        for n in 0..24 {
            text.push_str(&format!(
                "      - {{name: R{n}, tier: 2, initial_prompt: hello, plugins: [a, b]}}\n"
            ));
        }
    }
    let case = Case::new(&text, &text.replace("tier: 2", "tier: 3"));
    let plan = case.sync();
    assert_eq!(
        (plan.count(Action::Update), plan.count(Action::Keep)),
        (960, 40)
    );
}

/// Applies a plan to the rows as an importer would.
fn apply(case: &mut Case, plan: &Plan) {
    let next = org_template::next_base(
        &PlanInput {
            files: &case.files,
            base: &case.base,
            current: &case.current,
            mode: Mode::Sync,
            prune: case.prune,
            choices: &case.choices,
        },
        plan,
    );
    for step in plan.steps.iter().filter(|s| s.ticked) {
        let at = case
            .current
            .iter()
            .position(|r| Some(&r.id) == step.id.as_ref());
        match (step.action, at) {
            (Action::Create, _) => {
                let made = rows(&case.files)
                    .into_iter()
                    .find(|r| r.key.as_deref() == Some(&step.key));
                case.current.extend(made);
            }
            (Action::Remove, Some(at)) => case.current[at].removed = true,
            (_, Some(at)) => {
                let row = &mut case.current[at];
                row.key = Some(step.key.clone());
                for field in &step.fields {
                    match field.name.as_str() {
                        "name" => row.name = field.to.as_str().unwrap().to_owned(),
                        "parent" => {
                            row.parent_key = field.to.as_str().map(str::to_owned);
                            row.parent_id = row.parent_key.as_ref().map(|k| format!("id-{k}"));
                        }
                        name => {
                            row.fields.insert(name.to_owned(), field.to.clone());
                        }
                    }
                }
            }
            _ => {}
        }
    }
    case.base = next;
}

#[test]
fn a_plan_that_was_applied_leaves_nothing_to_do() {
    let mut case = dirs(A_BELOW_B);
    case.row("B").fields.insert("tier".into(), json!(4));
    let plan = case.sync();
    apply(&mut case, &plan);
    let again = case.sync();
    assert!(again.is_noop() && again.applicable(), "{:?}", again.steps);
    assert_eq!(
        again.unsaved.len(),
        1,
        "the canvas's own value stays unsaved"
    );
    // The files change what the canvas changed too: now it is a conflict, and a decision settles it for good.
    case.files = with_dirs(&A_BELOW_B.replace("name: B", "name: B\n        tier: 3"));
    assert!(!case.sync().applicable());
    case = case.choose("dir:b", "tier", Take::Canvas);
    let plan = case.sync();
    apply(&mut case, &plan);
    case.choices.clear();
    let again = case.sync();
    assert!(again.is_noop() && again.applicable());
    assert_eq!(again.unsaved.len(), 1);
}

#[test]
fn a_removal_that_was_not_ticked_is_proposed_again() {
    let mut case = dirs("workspaces:\n  - {name: Lead, files_dir: l}\n");
    let plan = case.sync();
    apply(&mut case, &plan);
    assert_eq!(case.sync().count(Action::Remove), 2);
    case.prune = true;
    let plan = case.sync();
    apply(&mut case, &plan);
    case.prune = false;
    let again = case.sync();
    assert_eq!((again.steps.len(), again.unsaved.len()), (1, 0));
}

#[test]
fn what_stopped_spawning_can_come_back() {
    let mut case = dirs(&DIRS.replace("{name: A,", "{name: A, spawning: false,"));
    let plan = case.sync();
    apply(&mut case, &plan);
    case.files = with_dirs(&DIRS.replace("{name: A,", "{name: A, tier: 3,"));
    let plan = case.sync();
    assert!(plan.applicable());
    assert_eq!(action(&plan, "A"), Action::Update);
}

#[test]
fn an_org_removed_as_a_whole_is_imported_anew() {
    let mut case = dirs(DIRS);
    case.current.iter_mut().for_each(|r| r.removed = true);
    assert_eq!(case.sync().count(Action::Create), 3);
    case.current.clear();
    assert_eq!(case.sync().count(Action::Create), 3);
}
