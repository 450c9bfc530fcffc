//! Defaults, prompts, plugins, routing, schedules, layout, config (fixtures D.18 to D.24, D.35 to D.37, D.42, D.44).

use crate::{merged, org, refused, warned};
use org_template::{
    Code, Cron, DiskFiles, FileKind, Files, PromptSource, Size, config_yaml, merged_config_yaml,
    place, subtree_size,
};

fn plugins(own: &str) -> Vec<String> {
    let text =
        format!("defaults: {{plugins: [a, b, c]}}\nworkspaces:\n  - name: W\n    plugins: {own}\n");
    merged(&[("org.yaml", &text)]).roles[0].plugins.clone()
}

#[test]
fn d18_no_29_plugins_are_united_and_opted_out_in_order() {
    assert_eq!(plugins("[\"!b\", d]"), ["a", "c", "d"]);
    assert_eq!(plugins("[-a]"), ["b", "c"]);
    assert_eq!(plugins("[\"!b\", b]"), ["a", "c", "b"]);
    assert_eq!(plugins("[\"\", a]"), ["a", "b", "c"]);
    assert_eq!(plugins("[\"!zz\"]"), ["a", "b", "c"]);
    let text =
        "defaults: {plugins: [a, b, c]}\nworkspaces:\n  - name: W\n    plugins:\n      - !b\n";
    let effective = merged(&[("org.yaml", text)]);
    assert_eq!(
        effective.roles[0].plugins,
        ["a", "c"],
        "the tag was meant as an opt-out (no. 29)"
    );
    let warning = warned(&effective, Code::UnquotedOptOut)[0];
    assert_eq!((warning.line, warning.text.as_str()), (5, "!b"));
}

#[test]
fn d19_routing_replaces_by_key_and_survives_a_round_trip() {
    let text = "defaults:\n  category_routing: {s: [X, Y], u: [F], i: [D]}\nworkspaces:\n  - name: W\n    category_routing: {p: [X], u: [Z], i: [], \"a: \\\"b\\\"\": [\"x: y\", \"q\\\"\", \"two\\nlines\"]}\n";
    let effective = merged(&[("org.yaml", text)]);
    let routing = &effective.roles[0].category_routing;
    assert_eq!(
        routing.keys().collect::<Vec<_>>(),
        ["a: \"b\"", "p", "s", "u"]
    );
    assert_eq!(routing["u"], ["Z"]);
    let again = crate::properties::yaml(&config_yaml(&effective.roles[0]));
    assert_eq!(
        again["category_routing"]["a: \"b\""],
        serde_json::json!(["x: y", "q\"", "two\nlines"])
    );
    assert_eq!(
        again["category_routing"]["s"],
        serde_json::json!(["X", "Y"])
    );
}

#[test]
fn d20_a_missing_prompt_file_falls_back_with_a_warning() {
    let text = "defaults: {initial_prompt: Default}\nworkspaces:\n  - {name: W, files_dir: w, initial_prompt_file: no.md}\n";
    let effective = merged(&[("org.yaml", text), ("w/x.md", "x")]);
    let prompt = effective.roles[0].initial_prompt.as_ref().unwrap();
    assert_eq!(
        (prompt.text.as_str(), prompt.source),
        ("Default", PromptSource::Defaults)
    );
    assert_eq!(warned(&effective, Code::PromptFile).len(), 1);
}

#[test]
fn d21_inline_wins_over_the_file() {
    let text = "workspaces:\n  - {name: W, files_dir: w, initial_prompt: Inline, initial_prompt_file: p.md}\n";
    let effective = merged(&[("org.yaml", text), ("w/p.md", "File")]);
    let prompt = effective.roles[0].initial_prompt.as_ref().unwrap();
    assert_eq!(
        (prompt.text.as_str(), prompt.source),
        ("Inline", PromptSource::Own)
    );
}

#[test]
fn d22_unusable_schedules_are_skipped_one_by_one() {
    let text = r#"
workspaces:
  - name: W
    files_dir: w
    schedules:
      - {name: empty, cron_expr: "0 * * * *", prompt: ""}
      - {name: words, cron_expr: every monday, prompt: x}
      - {name: six, cron_expr: "0 0 * * * *", prompt: x}
      - {name: moon, cron_expr: "0 * * * *", timezone: Moon/Base, prompt: x}
      - {name: climb, cron_expr: "0 * * * *", prompt_file: ../secret.md}
      - {name: good, cron_expr: "*/5 9-17 * * mon-fri", timezone: Europe/Berlin, prompt: x}
"#;
    let effective = merged(&[("org.yaml", text), ("w/a.md", "a"), ("secret.md", "s")]);
    let role = &effective.roles[0];
    assert_eq!(
        role.schedules
            .iter()
            .map(|s| s.name.as_str())
            .collect::<Vec<_>>(),
        ["good"]
    );
    assert_eq!(role.schedules_skipped.len(), 5);
    assert!((role.schedules[0].per_day - 12.0 * 9.0 * 5.0 / 7.0).abs() < 0.01);
}

#[test]
fn d23_two_schedules_of_one_name_are_refused() {
    let text = "workspaces:\n  - name: W\n    schedules:\n      - {name: A, cron_expr: '0 * * * *', prompt: x}\n      - {name: A, cron_expr: '0 * * * *', prompt: x}\n";
    assert_eq!(refused(&[("org.yaml", text)]).code, Code::DuplicateName);
}

#[test]
fn d24_no_34_channels_are_skipped_with_the_known_words_and_duplicates_refused() {
    let text = "workspaces:\n  - name: W\n    channels:\n      - {config: {a: b}}\n      - {type: pager}\n";
    let effective = merged(&[("org.yaml", text)]);
    let reasons: Vec<_> = effective.roles[0]
        .channels_skipped
        .iter()
        .map(|c| c.reason.as_str())
        .collect();
    assert_eq!(reasons, ["empty type", "unknown adapter"]);
    let text = "workspaces:\n  - name: W\n    channels:\n      - {type: telegram}\n      - {type: telegram}\n";
    assert_eq!(refused(&[("org.yaml", text)]).code, Code::DuplicateName);
}

#[test]
fn d35_an_inline_system_prompt_is_handed_over() {
    let text = "workspaces:\n  - {name: W, files_dir: w, system_prompt: Inline}\n";
    let effective = merged(&[("org.yaml", text), ("w/system-prompt.md", "File")]);
    assert_eq!(effective.roles[0].system_prompt.as_deref(), Some("Inline"));
}

#[test]
fn d36_memories_are_scoped_cut_and_skipped() {
    let long = "word ".repeat(20_001);
    let text = format!(
        "global_memories: [{{content: g, scope: local}}]\nworkspaces:\n  - name: W\n    initial_memories:\n      - {{content: a, scope: local}}\n      - {{content: b}}\n      - {{content: c, scope: TEAM}}\n      - {{content: d, scope: WORLD}}\n      - {{content: ''}}\n      - {{content: \"{long}\"}}\n"
    );
    let effective = merged(&[("org.yaml", &text)]);
    let scopes: Vec<_> = effective.roles[0]
        .memories
        .iter()
        .map(|m| (m.scope.as_str(), m.content.len()))
        .collect();
    assert_eq!(
        scopes,
        [("LOCAL", 1), ("LOCAL", 1), ("TEAM", 1), ("LOCAL", 100_000)]
    );
    assert_eq!(effective.global_memories[0].scope, "GLOBAL");
    assert_eq!(warned(&effective, Code::MemorySkipped).len(), 2);
}

#[test]
fn d37_zero_and_negative_task_counts_mean_one() {
    let text = "workspaces:\n  - {name: A, max_concurrent_tasks: 0}\n  - {name: B, max_concurrent_tasks: -2}\n  - {name: C, max_concurrent_tasks: 3}\n";
    let counts: Vec<_> = merged(&[("org.yaml", text)])
        .roles
        .iter()
        .map(|r| r.max_concurrent_tasks)
        .collect();
    assert_eq!(counts, [1, 1, 3]);
}

#[test]
fn d42_layout_sizes_and_slots() {
    let leaf = Size {
        width: 240.0,
        height: 130.0,
    };
    let size = |n: usize| {
        (
            subtree_size(&vec![leaf; n]).width,
            subtree_size(&vec![leaf; n]).height,
        )
    };
    assert_eq!(size(0), (240.0, 130.0));
    assert_eq!(size(1), (272.0, 276.0));
    assert_eq!(size(2), (526.0, 276.0));
    assert_eq!(size(3), (526.0, 420.0));
    // A child with children beside a leaf: columns as wide as the wider sibling, the row as high as the taller.
    let at = |parent| (parent, None);
    let placed = place(
        &[
            (None, Some((0.0, 0.0))),
            at(Some(0)),
            at(Some(1)),
            at(Some(0)),
            at(Some(0)),
        ],
        None,
    );
    assert_eq!(
        (placed[1].size.width, placed[1].size.height),
        (272.0, 276.0)
    );
    assert_eq!(
        (placed[3].rel_x, placed[3].rel_y),
        (16.0 + 272.0 + 14.0, 130.0)
    );
    assert_eq!(
        (placed[4].rel_x, placed[4].rel_y),
        (16.0, 130.0 + 276.0 + 14.0)
    );
}

#[test]
fn no_40_a_root_without_coordinates_stands_beside_what_is_there() {
    let existing = org_template::Rect {
        x: 100.0,
        y: 40.0,
        width: 300.0,
        height: 200.0,
    };
    let placed = place(&[(None, None), (None, None)], Some(existing));
    assert_eq!((placed[0].x, placed[0].y), (480.0, 40.0));
    assert_eq!((placed[1].x, placed[1].y), (800.0, 40.0));
    let empty = place(&[(None, None)], None);
    assert_eq!((empty[0].x, empty[0].y), (0.0, 0.0));
}

#[test]
fn d44_odd_names_survive_the_generated_config() {
    let name = format!("A \\\"quoted\\\": name 🦀 {}", "x".repeat(300));
    let text = format!(
        "workspaces:\n  - name: \"{name}\"\n    role: \"two\\nlines: yes\"\n    runtime: claude-code\n"
    );
    let role = merged(&[("org.yaml", &text)]).roles[0].clone();
    let again = crate::properties::yaml(&config_yaml(&role));
    assert_eq!(again["name"], role.name.as_str());
    assert_eq!(again["description"], "two lines: yes");
    assert_eq!(
        again["runtime_config"],
        serde_json::json!({"timeout": 0, "model": "sonnet"})
    );
}

#[test]
fn no_28_74_an_existing_config_keeps_what_is_not_generated() {
    let role = merged(&[(
        "org.yaml",
        "workspaces: [{name: W, runtime: claude-code, model: opus}]\n",
    )])
    .roles[0]
        .clone();
    let existing = "name: Old\ngithub_repo: a/b\nprompt_files: [x.md]\nruntime_config:\n  timeout: 9\n  required_env: [K]\n";
    let (text, warnings) = merged_config_yaml(&role, "w/config.yaml", existing.as_bytes());
    let again = crate::properties::yaml(&text);
    assert_eq!(
        (&again["name"], &again["github_repo"]),
        (&"W".into(), &"a/b".into())
    );
    assert_eq!(
        again["runtime_config"],
        serde_json::json!({"timeout": 0, "model": "opus", "required_env": ["K"]})
    );
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(warnings[0].line, 1);
}

#[test]
fn an_unknown_runtime_keeps_its_name_in_the_row_and_not_in_the_config() {
    let role =
        merged(&[("org.yaml", "workspaces: [{name: W, runtime: strange}]\n")]).roles[0].clone();
    assert_eq!(role.runtime, "strange");
    assert_eq!(
        crate::properties::yaml(&config_yaml(&role))["runtime"],
        "langgraph"
    );
}

#[test]
fn cron_counts_by_arithmetic() {
    let per_day = |text: &str| Cron::parse(text).unwrap().per_day();
    assert_eq!(per_day("1,6,11,16,21,26,31,36,41,46,51,56 * * * *"), 288.0);
    assert!((per_day("0 9 * * 1") - 1.0 / 7.0).abs() < 1e-9);
    assert!((per_day("0 0 1 * *") - 12.0 / 365.25).abs() < 1e-9);
    assert_eq!(per_day("0 0 * * 0-6"), 1.0);
    for bad in [
        "",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "*/0 * * * *",
        "5-1 * * * *",
        "@daily",
        "a * * * *",
        "* * * * 7",
        "* * * * 0-7",
        "TZ=Moon/Base * * * * *",
        "TZ= * * * * *",
        "CRON_TZ=UTC * * * *",
    ] {
        assert!(Cron::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn roots_is_an_alias_when_workspaces_is_absent() {
    assert_eq!(
        org(&[("org.yaml", "roots: [{name: A}]\n")]).workspace_count(),
        1
    );
    assert_eq!(
        org(&[("org.yaml", "roots: [{name: A}]\nworkspaces: []\n")]).workspace_count(),
        0
    );
}

#[test]
fn no_29_unknown_keys_are_named_with_their_place_and_a_guess() {
    let effective = merged(&[(
        "org.yaml",
        "template_schema_version: 1\nworkspaces:\n  - name: A\n    teir: 3\n    parent: x\n",
    )]);
    let unknown = warned(&effective, Code::UnknownKey);
    assert_eq!(unknown.len(), 2);
    assert_eq!(
        (unknown[0].line, unknown[0].column, unknown[0].text.as_str()),
        (4, 5, "teir")
    );
}

#[test]
fn no_1_keys_are_stable_and_unique() {
    let text = "workspaces:\n  - name: A/B\n    children:\n      - {name: C, files_dir: shared}\n      - {name: D, files_dir: shared}\n      - {name: E, files_dir: e/}\n  - {name: F, files_dir: shared}\n";
    let keys: Vec<_> = merged(&[("org.yaml", text), ("e/x", ""), ("shared/x", "")])
        .roles
        .iter()
        .map(|r| r.key.clone())
        .collect();
    assert_eq!(
        keys,
        [
            "name:A~1B",
            "dir:shared@name:A~1B",
            "dir:shared@name:A~1B#D",
            "dir:e",
            "dir:shared@"
        ]
    );
}

#[test]
fn disk_files_tell_kinds_apart() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a"), "x").unwrap();
    let files = DiskFiles::new(dir.path());
    assert_eq!(
        (files.kind("a"), files.kind(""), files.kind("b")),
        (FileKind::File, FileKind::Dir, FileKind::Missing)
    );
}
