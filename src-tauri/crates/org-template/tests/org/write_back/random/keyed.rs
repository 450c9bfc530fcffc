//! Property of lists and mappings inside a role: whatever they hold now and shall hold, what is written reads back as
//! wanted, and every line of somebody else is where it was.

use super::super::set;
use crate::files;
use org_template::write_back::{Choices, write_back};
use org_template::{Env, Limits, NoExternals};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

type Schedules = BTreeMap<String, (String, String, bool)>;
type Routes = BTreeMap<String, Vec<String>>;

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,8}",
        Just("on".to_owned()),
        Just("a: b #c".to_owned()),
        Just("näch st".to_owned()),
    ]
}

fn schedules() -> impl Strategy<Value = Schedules> {
    let prompt = prop_oneof![
        "[A-Za-z][A-Za-z :#'\"]{0,20}[a-z.]",
        Just("Look.\n\n  Then write.".to_owned()),
        Just("Look.\nThen write.\n".to_owned()),
    ];
    let cron = prop_oneof![
        Just("0 9 * * 1-5"),
        Just("*/5 * * * *"),
        Just("0 0 1 jan ?")
    ];
    let one = (cron.prop_map(str::to_owned), prompt, any::<bool>());
    proptest::collection::btree_map(word(), one, 0..4)
}

fn plugins() -> impl Strategy<Value = BTreeSet<String>> {
    proptest::collection::btree_set("[a-z][a-z0-9-]{0,8}", 0..5)
}

fn routes() -> impl Strategy<Value = Routes> {
    let roles = proptest::collection::btree_set(word(), 1..4);
    let roles = roles.prop_map(|set| set.into_iter().collect::<Vec<_>>());
    proptest::collection::btree_map(word(), roles, 0..4)
}

/// All of them as JSON, which is YAML too; `block` writes lists on lines of their own.
fn written(
    schedules: &Schedules,
    plugins: &BTreeSet<String>,
    routes: &Routes,
    block: bool,
) -> String {
    let mut out =
        String::from("workspaces:\n  # above\n  - name: A\n    files_dir: a   # the folder\n");
    if !plugins.is_empty() || !block {
        out.push_str(&match block {
            false => format!("    plugins: {}   # few\n", json!(plugins)),
            true => {
                let items: Vec<String> = plugins.iter().map(|p| format!("      - {p}\n")).collect();
                format!("    plugins:\n{}", items.concat())
            }
        });
    }
    if !schedules.is_empty() {
        out.push_str("    schedules:\n");
        for (name, (cron, prompt, enabled)) in schedules {
            let item = match block {
                false => format!(
                    "      - {{name: {}, cron_expr: {}, prompt: {}, enabled: {enabled}}}\n",
                    json!(name),
                    json!(cron),
                    json!(prompt)
                ),
                true => format!(
                    "      - name: {}\n        cron_expr: {}\n        enabled: {enabled}\n        prompt: {}\n",
                    json!(name),
                    json!(cron),
                    json!(prompt)
                ),
            };
            out.push_str(&item);
        }
    }
    if !routes.is_empty() {
        out.push_str("    category_routing:\n");
        for (category, roles) in routes {
            out.push_str(&format!("      {}: {}\n", json!(category), json!(roles)));
        }
    }
    out.push_str("  - name: B   # stays\n    plugins: [own]   # stays too\n# the end\n");
    out
}

fn list(schedules: &Schedules) -> Value {
    let one = |(name, (cron, prompt, enabled)): (&String, &(String, String, bool))| json!({"name": name, "cron_expr": cron, "timezone": "UTC", "prompt": prompt, "enabled": enabled});
    Value::Array(schedules.iter().map(one).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("MOLECULE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200)
    ))]

    #[test]
    fn lists_and_mappings_read_back_as_wanted(
        now in (schedules(), plugins(), routes()),
        wanted in (schedules(), plugins(), routes()),
        block in any::<bool>(),
    ) {
        let text = written(&now.0, &now.1, &now.2, block);
        let before = files(&[("org.yaml", &text), ("a/x.md", "x")]);
        let routing: Map<String, Value> = wanted.2.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
        let changes = [
            set("dir:a", "schedules", list(&wanted.0)),
            set("dir:a", "plugins", json!(wanted.1)),
            set("dir:a", "category_routing", Value::Object(routing.clone())),
        ];
        let done = write_back(&before, &NoExternals, &Limits::default(), &Env::default(), &changes, &Choices::new());
        let done = done.map_err(|error| TestCaseError::fail(format!("{error}\n{text}\n{changes:#?}")))?;
        let role = &done.effective.roles[0];
        let sorted = |value: &Value| {
            let mut all: Vec<String> = value.as_array().into_iter().flatten().map(Value::to_string).collect();
            all.sort();
            all
        };
        prop_assert_eq!(sorted(&role.fields["schedules"].value), sorted(&list(&wanted.0)));
        prop_assert_eq!(sorted(&role.fields["plugins"].value), sorted(&json!(wanted.1)));
        prop_assert_eq!(&role.fields["category_routing"].value, &Value::Object(routing));
        let after = done.files.first().map_or(text.as_str(), |file| file.after.as_str());
        for line in ["  # above\n", "    files_dir: a   # the folder\n", "  - name: B   # stays\n", "    plugins: [own]   # stays too\n", "# the end\n"] {
            prop_assert!(after.contains(line), "{line}\n{after}");
        }
    }
}
