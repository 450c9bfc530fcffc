//! Generated configs of a 42-role org (fixtures A.5, samples; contract 03 nos. 24, 31 and 35).

use crate::{merged, properties::yaml, shape::generated, warned};
use org_template::{Code, Env, Limits, Role, config_yaml, effective, load_from};
use serde_json::{Value, json};

fn roles() -> Vec<Role> {
    let org = load_from(&generated(), &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    effective(&org, &Env::default()).unwrap().roles
}

fn config(name: &str) -> Value {
    let roles = roles();
    let role = roles.iter().find(|role| role.name == name).unwrap();
    yaml(&config_yaml(role))
}

#[test]
fn a5_24_25_26_no_24_samples_say_what_their_role_has_and_no_more() {
    let pm = config("PM");
    assert_eq!(
        (&pm["runtime"], &pm["model"], &pm["tier"]),
        (&json!("claude-code"), &json!("opus"), &json!(3))
    );
    assert_eq!(
        pm["runtime_config"]["model"], "opus",
        "where its adapter reads it"
    );
    assert!(pm["category_routing"]["dev"].is_array());
    assert_eq!(pm["initial_prompt"], "Hello.\nStart.");
    let analyst = config("Market Analyst");
    assert_eq!(
        (&analyst["tier"], &analyst["model"]),
        (&json!(2), &json!("sonnet"))
    );
    assert_eq!(analyst["runtime_config"]["model"], "sonnet");
    assert_eq!(analyst["idle_interval_seconds"], 600);
    assert_eq!(analyst["idle_prompt"], "Anything to do?");
    let core = config("Core-BE");
    assert_eq!(core["model"], "MiniMax-M2.7");
    assert_eq!(core["initial_prompt"], "Read the plan.", "of the defaults");
    // The file gives Core-BE an interval and no prompt, and PM neither.
    for config in [&pm, &core] {
        for key in ["idle_prompt", "idle_interval_seconds"] {
            assert_eq!(config.get(key), None, "{key}");
        }
    }
}

#[test]
fn a5_27_every_config_parses_has_each_key_once_and_expands_nothing() {
    for mut role in roles() {
        let prompt = "  Push with ${GITHUB_TOKEN}.  \n\n- item: $HOME \n";
        if let Some(first) = &mut role.initial_prompt {
            prompt.clone_into(&mut first.text);
        }
        let text = config_yaml(&role);
        let read = yaml(&text);
        let keys: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with([' ', '-', '#']))
            .filter_map(|line| line.split_once(':'))
            .map(|(key, _)| key)
            .collect();
        for key in &keys {
            assert_eq!(
                keys.iter().filter(|other| *other == key).count(),
                1,
                "{key}: {text}"
            );
        }
        let lines = prompt.trim().lines().map(str::trim_end);
        assert_eq!(read["initial_prompt"], lines.collect::<Vec<_>>().join("\n"));
        assert_eq!(read["name"], role.name);
    }
}

#[test]
fn no_31_routing_to_nobody_is_warned_about() {
    let effective = merged(&[(
        "org.yaml",
        "defaults:\n  category_routing:\n    dev: [Lead, Ghost]\n    lost: [Nobody]\nworkspaces:\n  - name: Lead\n    category_routing: {own: [Else]}\n  - {name: B}\n",
    )]);
    let told: Vec<_> = warned(&effective, Code::RoutingTarget)
        .iter()
        .map(|one| {
            (
                one.line,
                one.text.as_str(),
                one.message.contains("no live target"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [(3, "Ghost", false), (4, "Nobody", true), (7, "Else", true)],
        "once for each place, however many roles inherit it"
    );
}

#[test]
fn no_35_line_ends_of_prompts_are_plain() {
    let files = [
        (
            "org.yaml",
            "defaults: {idle_prompt_file: idle.md}\nworkspaces:\n  - name: A\n    files_dir: a\n    initial_prompt_file: first.md\n    system_prompt: \"One.\\r\\nTwo.\"\n    schedules:\n      - {name: s, cron_expr: '0 * * * *', prompt_file: tick.md}\n      - {name: t, cron_expr: '0 * * * *', prompt: \"Look.\\r\\nAgain.\"}\n",
        ),
        ("idle.md", "Anything?\r\nReally?\r\n"),
        ("a/first.md", "Hello.\r\nStart.\r\n"),
        ("a/tick.md", "Tick.\r\nTock.\r\n"),
    ];
    let effective = merged(&files);
    let role = &effective.roles[0];
    assert_eq!(
        role.initial_prompt.as_ref().unwrap().text,
        "Hello.\nStart.\n"
    );
    assert_eq!(
        role.idle.as_ref().unwrap().prompt.text,
        "Anything?\nReally?\n"
    );
    assert_eq!(role.system_prompt.as_deref(), Some("One.\nTwo."));
    let prompts: Vec<_> = role
        .schedules
        .iter()
        .map(|one| one.prompt.as_str())
        .collect();
    assert_eq!(prompts, ["Tick.\nTock.\n", "Look.\nAgain."]);
}
