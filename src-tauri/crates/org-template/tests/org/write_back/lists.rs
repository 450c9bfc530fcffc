//! Plugins and schedules.

use super::{after, after_choosing, choices, org_after, refused, set};
use org_template::write_back::{Scope, WriteBackError};
use serde_json::json;

#[test]
fn plugins_are_added_and_taken_out_where_they_stand() {
    let text = "workspaces:\n  - name: A\n    plugins: [a, \"b\", c] # few\n  - name: B\n    plugins:\n      - a # first\n      # second\n      - b\n  - name: C\n";
    let out = org_after(text, &[set("name:A", "plugins", json!(["a", "c", "d"]))]);
    assert_eq!(out, text.replace("[a, \"b\", c]", "[a, c, d]"));
    let out = org_after(text, &[set("name:B", "plugins", json!(["a", "x"]))]);
    assert_eq!(
        out,
        text.replace("      # second\n      - b\n", "      - x\n")
    );
    let out = org_after(
        text,
        &[
            set("name:A", "plugins", json!([])),
            set("name:B", "plugins", json!([])),
        ],
    );
    assert_eq!(out, "workspaces:\n  - name: A\n  - name: B\n  - name: C\n");
    let out = org_after(text, &[set("name:C", "plugins", json!(["x", "z"]))]);
    assert_eq!(out, format!("{text}    plugins: [x, z]\n"));
}

#[test]
fn plugins_of_the_defaults_ask() {
    let list = [(
        "org.yaml",
        "defaults:\n  plugins: [a, b]\nworkspaces:\n  - name: A\n    plugins: [c]\n  - name: B\n  - name: C\n    plugins: [\"!a\"]\n",
    )];
    let change = [set("name:A", "plugins", json!(["a", "c"]))];
    assert!(matches!(
        refused(&list, &change),
        WriteBackError::Questions(_)
    ));
    let one = after_choosing(
        &list,
        &change,
        &choices(&[("name:A", "plugins", Scope::OnlyThis)]),
    );
    assert_eq!(one["org.yaml"], list[0].1.replace("[c]", "[c, \"!b\"]"));
    let all = after_choosing(
        &list,
        &change,
        &choices(&[("name:A", "plugins", Scope::All)]),
    );
    assert_eq!(all["org.yaml"], list[0].1.replace("[a, b]", "[a]"));
    let back = after(&list, &[set("name:C", "plugins", json!(["a", "b"]))]);
    assert_eq!(
        back["org.yaml"],
        list[0]
            .1
            .replace("  - name: C\n    plugins: [\"!a\"]\n", "  - name: C\n")
    );
}

const ORG: &str = "workspaces:
  - name: A
    files_dir: a
    schedules:
      # every day
      - name: Daily
        cron_expr: \"0 9 * * *\"   # UTC
        prompt_file: daily.md
        enabled: true
      - name: Weekly
        cron_expr: 0 9 * * 1
        prompt: Look back.
      - name: Broken
        cron_expr: never
";

fn files() -> [(&'static str, &'static str); 2] {
    [("org.yaml", ORG), ("a/daily.md", "Look around.\n")]
}

#[test]
fn schedules_change_value_by_value() {
    let daily = json!({"name": "Daily", "cron_expr": "0 8 * * *", "prompt": "Look around.\n", "enabled": false});
    let weekly = json!({"name": "Weekly", "cron_expr": "0 9 * * 1", "prompt": "Look back."});
    let out = after(
        &files(),
        &[set("dir:a", "schedules", json!([daily, weekly]))],
    );
    assert_eq!(
        out["org.yaml"],
        ORG.replace("0 9 * * *\"", "0 8 * * *\"")
            .replace("enabled: true", "enabled: false")
    );
    assert_eq!(out.len(), 1);
    let told = json!({"name": "Daily", "cron_expr": "0 9 * * *", "prompt": "Look twice.\n"});
    let out = after(
        &files(),
        &[set("dir:a", "schedules", json!([told, weekly]))],
    );
    assert_eq!(
        out.into_iter().collect::<Vec<_>>(),
        [("a/daily.md".to_owned(), "Look twice.\n".to_owned())]
    );
}

#[test]
fn schedules_come_go_and_are_renamed() {
    let weekly = json!({"name": "Weekly", "cron_expr": "0 9 * * 1", "prompt": "Look back."});
    let out = after(&files(), &[set("dir:a", "schedules", json!([weekly]))]);
    assert!(!out["org.yaml"].contains("Daily") && !out["org.yaml"].contains("# every day"));
    assert!(
        out["org.yaml"].contains("Broken"),
        "what does not run is left alone"
    );
    let daily = json!({"name": "Every day", "cron_expr": "0 9 * * *", "prompt": "Look around.\n"});
    let out = after(
        &files(),
        &[set("dir:a", "schedules", json!([daily, weekly]))],
    );
    assert_eq!(
        out["org.yaml"],
        ORG.replace("name: Daily", "name: Every day")
    );
    let new = json!({"name": "Night: late", "cron_expr": "0 3 * * *", "timezone": "Europe/Berlin", "prompt": "a\nb\n"});
    let daily = json!({"name": "Daily", "cron_expr": "0 9 * * *", "prompt": "Look around.\n"});
    let out = after(
        &files(),
        &[set("dir:a", "schedules", json!([daily, weekly, new]))],
    );
    assert_eq!(
        out["org.yaml"],
        format!(
            "{ORG}      - name: \"Night: late\"\n        cron_expr: \"0 3 * * *\"\n        timezone: Europe/Berlin\n        prompt: |\n          a\n          b\n"
        )
    );
    let bad = json!([{"name": "X", "cron_expr": "soon", "prompt": "p"}]);
    let error = refused(&files(), &[set("dir:a", "schedules", bad)]);
    assert!(
        error.to_string().contains("schedules of A"),
        "a schedule that would not run is no schedule: {error}"
    );
}
