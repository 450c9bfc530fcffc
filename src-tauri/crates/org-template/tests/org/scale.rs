//! Large orgs: what they come to, and figures for the reader (never asserted: a busy machine must not fail a test).

use org_template::{
    Action, Env, Limits, MemoryFiles, Mode, PlanInput, base_of, effective, load_env, load_from,
    place_roles, plan,
};
use std::time::Instant;

/// `leads` teams of 25 roles, one file a role, a prompt file and a schedule each.
fn org(leads: usize) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    let mut root = String::from(
        "name: Large\ndefaults: {runtime: claude-code, plugins: [a, b, c], initial_prompt: Start.}\nworkspaces:\n",
    );
    for lead in 0..leads {
        root.push_str(&format!("  - !include teams/{lead}.yaml\n"));
        let mut team = format!("name: Lead {lead}\nfiles_dir: lead-{lead}\nchildren:\n");
        files = files.with(&format!("lead-{lead}/p.md"), "Lead.\n");
        for n in 0..24 {
            let dir = format!("role-{lead}-{n}");
            team.push_str(&format!("  - !include ../{dir}/workspace.yaml\n"));
            let role = format!(
                "name: Role {lead}-{n}\nrole: >-\n  Does many things,\n  one after the other.\nfiles_dir: {dir}\ntier: 3\nplugins: [d, e]\ninitial_prompt_file: p.md\nschedules:\n  - {{name: Tick, cron_expr: '*/15 * * * *', prompt: Look.}}\n"
            );
            files = files
                .with(&format!("{dir}/workspace.yaml"), role)
                .with(&format!("{dir}/p.md"), "Read the plan.\n".repeat(40))
                .with(&format!("{dir}/.env"), "K=1\n");
        }
        files = files.with(&format!("teams/{lead}.yaml"), team);
    }
    files.with("org.yaml", root)
}

#[test]
fn a_thousand_roles_from_a_thousand_files() {
    let files = org(40);
    let limits = Limits::default();
    let start = Instant::now();
    let org = load_from(&files, &limits).unwrap_or_else(|e| panic!("{e}"));
    let loaded = start.elapsed();
    let (env, _) = load_env(&org, &files, &limits);
    let merged = effective(&org, &env).unwrap_or_else(|e| panic!("{e}"));
    let base = base_of(&merged);
    let rows: Vec<_> = merged
        .roles
        .iter()
        .map(|r| org_template::CurrentRow {
            key: Some(r.key.clone()),
            id: r.key.clone(),
            parent_id: r.parent_key.clone(),
            parent_key: r.parent_key.clone(),
            name: r.name.clone(),
            fields: r
                .fields
                .iter()
                .map(|(k, v)| (k.clone(), v.value.clone()))
                .collect(),
            removed: false,
        })
        .collect();
    let (prepared, at) = (start.elapsed(), Instant::now());
    let input = PlanInput {
        files: &merged,
        base: &base,
        current: &rows,
        mode: Mode::Sync,
        prune: true,
        choices: &[],
    };
    let plan = plan(&input);
    println!(
        "1,000 roles: load {loaded:?}, merge {:?}, plan {:?}",
        prepared - loaded,
        at.elapsed()
    );
    assert_eq!(plan.count(Action::Keep), 1000);
    assert!(plan.is_noop());
    assert_eq!(plan.cost.scheduled_calls_per_day, 960.0 * 96.0);
    assert_eq!(place_roles(&merged.roles, None).len(), 1000);
    let gone = PlanInput {
        current: &rows,
        files: &effective(&org_of("name: T\n"), &Env::default()).unwrap(),
        ..input
    };
    assert_eq!(org_template::plan(&gone).count(Action::Remove), 1000);
}

fn org_of(text: &str) -> org_template::Org {
    crate::org(&[("org.yaml", text)])
}

/// Shapes that make careless parsers take quadratic time: these are the largest files that are read at all.
#[test]
fn hostile_shapes_of_the_largest_size_are_answered() {
    let size = 1 << 20;
    let shapes = [
        "[", "{", "- ", "a: ", "? ", "\"", "&a ", "*a ", "!t ", "# ", "|\n", "- a\n", "a\n", "[a,",
        "\t", "'", "%", "---\n", "\n",
    ];
    for shape in shapes {
        let start = Instant::now();
        let files = MemoryFiles::new().with("org.yaml", shape.repeat(size / shape.len()));
        let answer = load_from(&files, &Limits::default())
            .map(|_| ())
            .map_err(|e| e.problems()[0].to_string());
        println!("{shape:?}: {:?} {answer:?}", start.elapsed());
    }
}
