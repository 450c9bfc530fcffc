//! Properties over generated trees and hostile values.

use crate::merged;
use org_template::{
    Cron, Effective, Limits, config_yaml, expand, load_from, merged_config_yaml, parse_env,
};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

/// A YAML text as another reader sees it; that reader refuses a key given twice.
pub fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

#[derive(Debug, Clone)]
struct Tree {
    name: String,
    role: Option<String>,
    tier: Option<i64>,
    model: Option<String>,
    plugins: Vec<String>,
    prompt: Option<String>,
    children: Vec<Tree>,
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Any text without characters that YAML does not allow in a quoted scalar unescaped.
fn text() -> impl Strategy<Value = String> {
    "[ -~äöü名🦀\\n\\t]{1,40}".prop_filter("a name must not be blank", |t| !t.trim().is_empty())
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = (
        text(),
        proptest::option::of(text()),
        proptest::option::of(1..=4i64),
        proptest::option::of(text()),
        proptest::collection::vec("[a-z][a-z0-9-]{0,8}", 0..4),
        proptest::option::of(text()),
    )
        .prop_map(|(name, role, tier, model, plugins, prompt)| Tree {
            name,
            role,
            tier,
            model,
            plugins,
            prompt,
            children: Vec::new(),
        });
    leaf.prop_recursive(4, 24, 4, |inner| {
        (inner.clone(), proptest::collection::vec(inner, 0..4)).prop_map(
            |(mut tree, mut children)| {
                let mut seen = BTreeSet::new();
                children.retain(|c: &Tree| seen.insert(c.name.clone()));
                tree.children = children;
                tree
            },
        )
    })
}

fn write(tree: &Tree, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    out.push_str(&format!("{pad}- name: {}\n", quoted(&tree.name)));
    let mut put = |key: &str, value: String| out.push_str(&format!("{pad}  {key}: {value}\n"));
    if let Some(role) = &tree.role {
        put("role", quoted(role));
    }
    if let Some(tier) = tree.tier {
        put("tier", tier.to_string());
    }
    if let Some(model) = &tree.model {
        put("model", quoted(model));
    }
    if !tree.plugins.is_empty() {
        put(
            "plugins",
            format!(
                "[{}]",
                tree.plugins
                    .iter()
                    .map(|p| quoted(p))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        );
    }
    if let Some(prompt) = &tree.prompt {
        put("initial_prompt", quoted(prompt));
    }
    if !tree.children.is_empty() {
        out.push_str(&format!("{pad}  children:\n"));
        for child in &tree.children {
            write(child, indent + 4, out);
        }
    }
}

fn flat<'a>(tree: &'a Tree, depth: usize, out: &mut Vec<(usize, &'a Tree)>) {
    out.push((depth, tree));
    for child in &tree.children {
        flat(child, depth + 1, out);
    }
}

fn load_tree(tree: &Tree) -> (String, Effective) {
    let mut text = String::from("name: T\nworkspaces:\n");
    write(tree, 2, &mut text);
    let effective = merged(&[("org.yaml", &text)]);
    (text, effective)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_written_tree_loads_equal(tree in tree()) {
        let (text, effective) = load_tree(&tree);
        let mut want = Vec::new();
        flat(&tree, 1, &mut want);
        prop_assert_eq!(effective.roles.len(), want.len());
        for (role, (depth, tree)) in effective.roles.iter().zip(want) {
            prop_assert_eq!(&role.name, &tree.name);
            prop_assert_eq!(role.depth, depth);
            prop_assert_eq!(&role.role, &tree.role);
            prop_assert_eq!(role.tier, tree.tier.unwrap_or(2));
            prop_assert_eq!(role.model_explicit.then_some(&role.model), tree.model.as_ref());
            prop_assert_eq!(role.initial_prompt.as_ref().map(|p| &p.text), tree.prompt.as_ref());
            // Every span cuts exactly the value's text out of the file.
            let span = &role.fields["name"].span;
            prop_assert_eq!(&text[span.start..span.end], quoted(&tree.name));
        }
        let keys: BTreeSet<_> = effective.roles.iter().map(|r| &r.key).collect();
        prop_assert_eq!(keys.len(), effective.roles.len());
    }

    #[test]
    fn no_value_can_add_a_key_to_the_config(name in any::<String>(), role in any::<String>(), model in any::<String>(),
        prompt in "\\PC{0,40}(\\n[ \\t]*\\PC{0,20}){0,4}", wild in any::<String>(), category in any::<String>()) {
        let mut base = merged(&[("org.yaml", "workspaces: [{name: W, runtime: claude-code, initial_prompt: x, idle_prompt: y}]\n")])
            .roles[0].clone();
        base.name = name.clone();
        base.role = Some(role);
        base.model = model.clone();
        base.category_routing = [(category.clone(), vec![wild.clone()])].into();
        base.initial_prompt.as_mut().unwrap().text = prompt.clone();
        base.idle.as_mut().unwrap().prompt.text = wild.clone();
        let config = config_yaml(&base);
        let again = yaml(&config);
        let keys: BTreeSet<&str> = again.as_object().unwrap().keys().map(String::as_str).collect();
        let want = ["name", "description", "version", "tier", "runtime", "model", "runtime_config",
            "category_routing", "initial_prompt", "idle_interval_seconds", "idle_prompt"];
        prop_assert_eq!(keys, want.into_iter().collect::<BTreeSet<_>>());
        let line = |t: &str| t.replace('\r', "").replace('\n', " ");
        prop_assert_eq!(&again["name"], &Value::String(line(&name)));
        prop_assert_eq!(&again["model"], &Value::String(line(&model)));
        prop_assert_eq!(again["category_routing"][&category][0].as_str(), Some(wild.as_str()));
        let lines = |t: &str| t.replace("\r\n", "\n").trim().split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n");
        prop_assert_eq!(again["initial_prompt"].as_str().unwrap_or(""), lines(&prompt));
        prop_assert_eq!(again["idle_prompt"].as_str().unwrap_or(""), lines(&wild));
        let (merged, _) = merged_config_yaml(&base, "c", config.as_bytes());
        prop_assert_eq!(yaml(&merged), again);
    }

    #[test]
    fn nothing_a_person_writes_panics(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200),
        yamlish in "([ ]{0,4}(- |name: |children:|&a |\\*a|!include |!x |\\[|\\]|\\{|\\}|\"|'|\\||>|#|: |\\n)){0,60}") {
        for bytes in [text.as_bytes(), &bytes, yamlish.as_bytes()] {
            let files = org_template::MemoryFiles::new().with("org.yaml", bytes).with("x", bytes);
            if let Err(errors) = load_from(&files, &Limits::default()) {
                prop_assert!(!errors.problems().is_empty());
            }
        }
        let _ = expand(&text, |_| Some("v"));
        let _ = Cron::parse(&text);
        let _ = parse_env(&text);
    }
}
