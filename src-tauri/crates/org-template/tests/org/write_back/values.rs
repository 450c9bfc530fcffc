//! Single values: in their place, in their style, with what stands around them.

use super::{after, org_after, refused, removed, set};
use org_template::write_back::WriteBackError;
use serde_json::{Value, json};

const ORG: &str = "\
# The team
name: Team   # shown in lists
workspaces:
  - name: Lead          # who leads
    role: >-
      Leads the team and
      speaks for it.
    tier: 2
    model: \"opus\"
    runtime: 'claude-code'
    files_dir: lead
    canvas: {x: 400, y: 50}   # left
    initial_prompt: |
      Read the plan.

      Then wait.
    children:
    # the first one
    - {name: Worker, tier: 1}
";

/// Lines of `new` that are not in `old` at their place, by a plain comparison from both ends.
fn lines(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let (a, b): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let back = a[front..]
        .iter()
        .rev()
        .zip(b[front..].iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let cut = |l: &[&str]| {
        l[front..l.len() - back]
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    (cut(&a), cut(&b))
}

#[track_caller]
fn changes(field: &str, value: impl Into<Value>, gone: &[&str], new: &[&str]) {
    let out = org_after(ORG, &[set("dir:lead", field, value)]);
    let (old, now) = lines(ORG, &out);
    assert_eq!(
        (old, now),
        (
            gone.iter().map(ToString::to_string).collect(),
            new.iter().map(ToString::to_string).collect()
        )
    );
}

#[test]
fn a_value_keeps_its_style_and_its_comment() {
    changes(
        "name",
        "Chief",
        &["  - name: Lead          # who leads"],
        &["  - name: Chief          # who leads"],
    );
    changes(
        "name",
        "a: b",
        &["  - name: Lead          # who leads"],
        &["  - name: \"a: b\"          # who leads"],
    );
    changes("tier", 3, &["    tier: 2"], &["    tier: 3"]);
    changes(
        "model",
        "sonnet",
        &["    model: \"opus\""],
        &["    model: \"sonnet\""],
    );
    changes(
        "runtime",
        "hermes",
        &["    runtime: 'claude-code'"],
        &["    runtime: 'hermes'"],
    );
    changes(
        "canvas",
        json!({"x": 410.5, "y": 50}),
        &["    canvas: {x: 400, y: 50}   # left"],
        &["    canvas: {x: 410.5, y: 50}   # left"],
    );
    changes(
        "role",
        "Leads the team and speaks for us.",
        &["      speaks for it."],
        &["      speaks for us."],
    );
    changes(
        "initial_prompt",
        "Read the plan.\n\nThen work.\n",
        &["      Then wait."],
        &["      Then work."],
    );
}

#[test]
fn a_new_value_stands_where_a_person_would_put_it() {
    changes(
        "max_concurrent_tasks",
        4,
        &[],
        &["    max_concurrent_tasks: 4"],
    );
    changes(
        "workspace_dir",
        "/srv/x",
        &[],
        &["    workspace_dir: /srv/x"],
    );
    changes(
        "idle_prompt",
        "Look\naround",
        &[],
        &["    idle_prompt: |-", "      Look", "      around"],
    );
    let out = org_after(ORG, &[set("dir:lead", "url", "http://x")]);
    assert!(
        out.contains("    files_dir: lead\n    url: http://x\n    canvas"),
        "{out}"
    );
    let out = org_after(ORG, &[set("name:Lead/Worker", "model", "a, b")]);
    assert!(
        out.contains("- {name: Worker, tier: 1, model: \"a, b\"}"),
        "{out}"
    );
}

#[test]
fn unsetting_takes_the_lines_out() {
    changes("model", Value::Null, &["    model: \"opus\""], &[]);
    changes(
        "initial_prompt",
        Value::Null,
        &[
            "    initial_prompt: |",
            "      Read the plan.",
            "",
            "      Then wait.",
        ],
        &[],
    );
    let out = org_after(ORG, &[set("name:Lead/Worker", "tier", Value::Null)]);
    assert!(out.contains("- {name: Worker}"), "{out}");
}

#[test]
fn several_changes_at_once_touch_only_their_lines() {
    let out = org_after(
        ORG,
        &[
            set("dir:lead", "name", "Chief"),
            set("name:Lead/Worker", "name", "Hand"),
            set("dir:lead", "tier", 1),
        ],
    );
    let want = ORG
        .replace("- name: Lead ", "- name: Chief ")
        .replace("Worker", "Hand")
        .replace("tier: 2", "tier: 1");
    assert_eq!(out, want);
}

#[test]
fn what_the_files_say_already_changes_nothing() {
    assert!(
        after(
            &[("org.yaml", ORG)],
            &[set("dir:lead", "tier", 2), set("dir:lead", "name", "Lead")]
        )
        .is_empty()
    );
}

#[test]
fn line_breaks_and_byte_order_marks_stay() {
    let text = format!("\u{feff}{}", ORG.replace('\n', "\r\n"));
    let out = org_after(
        &text,
        &[
            set("dir:lead", "name", "Ä"),
            set("dir:lead", "idle_prompt", "a\nb"),
            set("dir:lead", "url", "u"),
        ],
    );
    assert!(out.starts_with('\u{feff}'));
    assert_eq!(out.matches('\n').count(), out.matches("\r\n").count());
    assert!(out.contains("name: Ä          # who leads\r\n"));
}

#[test]
fn a_file_without_a_last_line_break_is_written_too() {
    let out = org_after("workspaces:\n- name: A", &[set("name:A", "model", "x")]);
    assert_eq!(out, "workspaces:\n- name: A\n  model: x\n");
    let out = org_after("workspaces:\n- name: A", &[set("name:A", "name", "B")]);
    assert_eq!(out, "workspaces:\n- name: B");
}

#[test]
fn an_included_file_takes_its_own_changes() {
    let list = [
        (
            "org.yaml",
            "defaults: {tier: 2}\nworkspaces:\n  - !include teams/a.yaml\n",
        ),
        (
            "teams/a.yaml",
            "name: A # a\nfiles_dir: a\nsystem_prompt: !include ../words.yaml\ninitial_prompt_file: first.md\n",
        ),
        ("a/first.md", "Do this.\r\nThen that.\r\n"),
        ("words.yaml", "  Be kind.\n"),
    ];
    let out = after(
        &list,
        &[
            set("dir:a", "name", "B"),
            set("dir:a", "system_prompt", "Be quick."),
            set("dir:a", "initial_prompt", "Do this.\nThen nothing.\n"),
        ],
    );
    assert_eq!(out.len(), 3);
    assert!(out["teams/a.yaml"].starts_with("name: B # a\nfiles_dir: a\nsystem_prompt: !include"));
    assert_eq!(out["words.yaml"], "  Be quick.\n");
    assert_eq!(out["a/first.md"], "Do this.\r\nThen nothing.\r\n");
}

#[test]
fn bad_changes_are_refused_with_a_reason() {
    let list = [(
        "org.yaml",
        "workspaces:\n  - name: A\n    channels: []\n  - name: B\n",
    )];
    let text = |change| match refused(&list, &[change]) {
        WriteBackError::Refused(list) => list[0].message.clone(),
        other => other.to_string(),
    };
    assert!(text(set("name:X", "name", "Y")).contains("no role with the key name:X"));
    assert!(text(set("name:A", "initial_memories", json!([1]))).contains("cannot be written"));
    assert!(text(set("name:A", "tier", "x")).contains("whole number"));
    assert!(text(set("name:A", "name", "")).contains("needs a name"));
    assert!(
        text(set("name:A", "name", "B")).contains("used twice"),
        "an org that could not be read again"
    );
    assert!(text(set("name:A", "tier", 9)).contains("tier must be"));
    assert!(text(removed("name:C")).contains("no role"));
}

#[test]
fn a_persona_is_written_and_follows_the_folder_otherwise() {
    let text = "workspaces:\n  - {name: A, files_dir: a}\n  - name: B\n    files_dir: b\n";
    let out = org_after(text, &[set("dir:b", "persona", "bea")]);
    assert_eq!(out, format!("{text}    persona: bea\n"));
    let out = org_after(text, &[set("dir:b", "files_dir", "c")]);
    assert_eq!(out, text.replace("files_dir: b", "files_dir: c"));
}
