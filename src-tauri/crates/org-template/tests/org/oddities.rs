//! Odd content of real orgs, made small: none of it may break parsing (fixtures A.3).

use crate::{files, merged, properties::yaml, warned};
use org_template::{
    Code, Effective, Limits, PromptSource, load_env, load_from, merged_config_yaml,
};

const ORG: &str = r#"template_schema_version: 1
name: Odd
      # a comment at an odd place
defaults:
  runtime: claude-code
  tier: 2
  plugins: [careful, audit]
  idle_prompt: ""
  idle_interval_seconds: 600
  initial_prompt: "Push with ${GITHUB_TOKEN} to $HOME; cost: $5"
workspaces:
  - name: Lead & Friends
 # and another one
    files_dir: lead
    role: >-
      Leads — with care:
      reviews `code`, plans, "quotes"
    plugins: []
    model: opus
    tier: 3
    children:
      - name: Triage
        files_dir: triage
        parent: lead
        canvas: {x: 9, y: 9}
        idle_interval_seconds: 900
        plugins: [audit, hitl, "audit"]
        channels:
          - type: telegram
            env: [TELEGRAM_BOT_TOKEN]
            categories: [dev]
        schedules:
          - name: look
            cron_expr: "5 * * * *"
            prompt: Inline
            prompt_file: tick.md
"#;

fn all() -> Vec<(&'static str, &'static str)> {
    vec![
        ("org.yaml", ORG),
        ("lead/system-prompt.md", "Lead.\n"),
        ("lead/idle-prompt.md", "nobody refers to me\n"),
        ("lead/.env.example", "KEY=example\n"),
        ("triage/SKILL.md", "no skill, just a file\n"),
        ("triage/tick.md", "From the file\n"),
        (
            "triage/config.yaml",
            "github_repo: acme/x\nprompt_files: [a.md]\nruntime: other\n",
        ),
    ]
}

fn read() -> Effective {
    merged(&all())
}

#[test]
fn a3_unknown_keys_and_odd_entries_are_told_and_ignored() {
    let effective = read();
    let unknown: Vec<_> = warned(&effective, Code::UnknownKey)
        .iter()
        .map(|one| (one.text.as_str(), one.line))
        .collect();
    assert_eq!(unknown, [("parent", 24), ("env", 30), ("categories", 31)]);
    let triage = &effective.roles[1];
    assert_eq!(
        triage.parent_index,
        Some(0),
        "the real parent comes from nesting"
    );
    let skipped = &triage.channels_skipped[0];
    assert_eq!(skipped.reason, "missing required field: bot_token");
    assert!(triage.channels.is_empty());
}

#[test]
fn a3_values_that_stand_twice_or_nowhere_have_one_meaning() {
    let effective = read();
    let (lead, triage) = (&effective.roles[0], &effective.roles[1]);
    assert_eq!(triage.schedules[0].prompt, "Inline");
    assert!(
        lead.idle.is_none() && triage.idle.is_none(),
        "an empty prompt is none, an interval alone too"
    );
    assert_eq!(
        lead.plugins,
        ["careful", "audit"],
        "an empty list keeps the defaults"
    );
    assert_eq!(triage.plugins, ["careful", "audit", "hitl"]);
    assert_eq!((triage.canvas, lead.canvas), (None, None));
    assert_eq!(
        (triage.runtime.as_str(), triage.model.as_str(), triage.tier),
        ("claude-code", "sonnet", 2)
    );
    assert_eq!(
        lead.role.as_deref(),
        Some("Leads — with care: reviews `code`, plans, \"quotes\"")
    );
    assert_eq!(lead.name, "Lead & Friends");
    let first = lead.initial_prompt.as_ref().unwrap();
    assert_eq!(first.source, PromptSource::Defaults);
    assert_eq!(
        first.text, "Push with ${GITHUB_TOKEN} to $HOME; cost: $5",
        "never expanded"
    );
}

#[test]
fn a3_files_beside_the_yaml_are_what_their_name_says() {
    let memory = files(&all());
    let org = load_from(&memory, &Limits::default()).unwrap();
    let (env, _) = load_env(&org, &memory, &Limits::default());
    assert!(
        env.secrets(Some("lead")).is_empty(),
        "an example is no environment"
    );
    for name in [".env.example", ".env", ".env.local"] {
        assert!(
            org_template::is_secret_file(name),
            "{name} is not copied either"
        );
    }
    let role = &read().roles[1];
    let (text, warnings) = merged_config_yaml(role, "triage/config.yaml", all()[6].1.as_bytes());
    let config = yaml(&text);
    assert_eq!(config["github_repo"], "acme/x");
    assert_eq!(config["prompt_files"][0], "a.md");
    assert_eq!(
        config["runtime"], "claude-code",
        "the generated value holds"
    );
    assert_eq!(warnings.len(), 1, "and that is told: {warnings:?}");
}
