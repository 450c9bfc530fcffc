//! Requirements, `.env`, expansion (fixtures D.25 to D.28, D.33, D.34, D.38).

use crate::{files, merged, refused, warned};
use org_template::{
    AskKind, Code, Env, EnvNeed, Limits, Mode, PlanInput, effective, env_needs, expand, load_env,
    load_from, parse_env, persona_slug, plan,
};
use serde_json::json;
use std::collections::BTreeMap;

fn needs(text: &str) -> serde_json::Value {
    let org = crate::org(&[("org.yaml", text)]);
    serde_json::to_value(env_needs(&org)).unwrap()
}

#[test]
fn d25_requirements_are_cleaned_and_united() {
    let got = needs(
        "required_env: [K, {any_of: [K, L]}, lower, {any_of: [M, \"bad name\"]}]\nrecommended_env: [K, {any_of: [K, N]}, P]\nworkspaces: []\n",
    );
    assert_eq!(
        got,
        json!({"required": ["K", {"any_of": ["M"]}], "recommended": ["P"]})
    );
}

#[test]
fn d26_groups_of_the_same_members_are_one() {
    let got = needs(
        "required_env: [{any_of: [A, B]}]\nworkspaces:\n  - {name: W, required_env: [{any_of: [B, A]}]}\n",
    );
    assert_eq!(got["required"], json!([{"any_of": ["A", "B"]}]));
}

#[test]
fn d27_no_20_what_is_not_spawned_requires_nothing() {
    let text =
        "workspaces:\n  - {name: A, spawning: false, children: [{name: B, required_env: [K]}]}\n";
    assert_eq!(needs(text)["required"], json!([]));
    let org = crate::org(&[("org.yaml", text)]);
    assert_eq!((org.workspace_count(), org.spawned_count()), (2, 0));
}

#[test]
fn d28_an_external_node_has_the_external_runtime_and_keeps_its_secrets() {
    let list = [
        (
            "org.yaml",
            "workspaces:\n  - {name: W, files_dir: w, external: true, url: 'http://a', runtime: claude-code}\n",
        ),
        ("w/.env", "K=1\n"),
    ];
    let role = merged(&list).roles[0].clone();
    assert_eq!(
        (role.runtime.as_str(), role.url.as_str(), role.external),
        ("external", "http://a", true)
    );
    let files = files(&list);
    let org = load_from(&files, &Limits::default()).unwrap();
    let (env, _) = load_env(&org, &files, &Limits::default());
    assert_eq!(
        env.secrets(Some("w")),
        BTreeMap::from([("K".into(), "1".into())])
    );
}

#[test]
fn d33_env_lines() {
    let text = "A=1\n B = \"two words\" \nC='x'\nD=\n# E=1\nF=a=b\nexport G=1\nH=\"x\n";
    let env = parse_env(text);
    let want = [
        ("A", "1"),
        ("B", "two words"),
        ("C", "x"),
        ("F", "a=b"),
        ("H", "\"x"),
    ];
    assert_eq!(
        env.values,
        want.iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect()
    );
    assert_eq!(
        (
            env.refused.len(),
            env.refused[0].line,
            env.refused[0].key.as_str()
        ),
        (1, 7, "export G")
    );
    assert!(
        !format!("{env:?}").contains("two words"),
        "values never reach a log"
    );
}

#[test]
fn d34_no_17_18_any_reference_without_a_value_is_missing() {
    let lookup = |name: &str| (name == "SET").then_some("v");
    assert_eq!(expand("${SET} $SET", lookup).value, "v v");
    assert_eq!(expand("${X}", lookup).missing, ["X"]);
    assert_eq!(expand("pre-${X}", lookup).missing, ["X"], "no. 18");
    let price = expand("price $5", lookup);
    assert_eq!((price.value.as_str(), price.missing.len()), ("price ", 0));
    assert_eq!(expand("100%$ $", lookup).value, "100%$ $");
    assert_eq!(expand("${", lookup).value, "");
    // The platform's own environment is no layer (no. 17): PATH is set in every process.
    let text =
        "workspaces:\n  - name: W\n    channels: [{type: slack, config: {webhook_url: '$PATH'}}]\n";
    let effective = merged(&[("org.yaml", text)]);
    assert_eq!(
        effective.roles[0].channels_skipped[0].reason,
        "missing env: [$PATH]"
    );
}

#[test]
fn d38_access_words_are_checked_before_anything_is_inserted() {
    let problem = refused(&[(
        "org.yaml",
        "workspaces:\n  - {name: W, workspace_access: read_only}\n",
    )]);
    assert!(
        problem
            .message
            .ends_with("workspace_access=\"read_only\" requires workspace_dir to be set")
    );
    let problem = refused(&[(
        "org.yaml",
        "workspaces:\n  - {name: W, workspace_access: write}\n",
    )]);
    assert!(
        problem
            .message
            .contains("must be 'none', 'read_only', or 'read_write'")
    );
}

#[test]
fn a5_20_21_22_no_15_workspace_dir_by_environment() {
    let list = [(
        "org.yaml",
        "workspaces:\n  - {name: PM, workspace_dir: '${WORKSPACE_DIR}'}\n",
    )];
    let with = |value: &str| {
        let org = crate::org(&list);
        let mut env = Env::default();
        if !value.is_empty() {
            env.org.insert("WORKSPACE_DIR".into(), value.into());
        }
        effective(&org, &env)
    };
    let role = with("").unwrap().roles[0].clone();
    assert_eq!(
        (role.workspace_dir, role.workspace_access.as_str()),
        (None, "none")
    );
    let role = with("/srv/acme").unwrap().roles[0].clone();
    assert_eq!(
        (
            role.workspace_dir.as_deref(),
            role.workspace_access.as_str()
        ),
        (Some("/srv/acme"), "read_write")
    );
    let message = |value: &str| with(value).unwrap_err().problems()[0].message.clone();
    assert_eq!(
        message("rel/dir"),
        "workspace PM: workspace_dir must be an absolute path"
    );
    assert_eq!(
        message("/etc/x"),
        "workspace PM: workspace_dir must not be a system path (/etc)"
    );
    assert_eq!(
        message("//etc/./x"),
        "workspace PM: workspace_dir must not be a system path (/etc)"
    );
    assert_eq!(
        message("/srv/../etc"),
        "workspace PM: workspace_dir must not contain '..'"
    );
}

#[test]
fn no_19_layers_and_preflight_count_per_role() {
    let list = [
        (
            "org.yaml",
            "required_env: [TOP]\nworkspaces:\n  - {name: A, files_dir: a, required_env: [KEY]}\n  - {name: B, files_dir: b, required_env: [KEY]}\n",
        ),
        ("a/.env", "KEY=1\n"),
        ("b/x", ""),
        (".env", "TOP=1\n"),
    ];
    let effective = merged(&list);
    assert_eq!(
        effective.missing_env,
        [(EnvNeed::One("KEY".into()), vec!["B".to_owned()])]
    );
    let input = PlanInput {
        files: &effective,
        base: &[],
        current: &[],
        mode: Mode::Sync,
        prune: false,
        choices: &[],
    };
    let asks = plan(&input).asks;
    assert_eq!((asks.len(), asks[0].kind), (1, AskKind::MissingEnv));
    let mut env = Env::default();
    env.org.insert("K".into(), "org".into());
    env.folders
        .insert("pm".into(), BTreeMap::from([("K".into(), "own".into())]));
    env.personas.insert(
        "pm".into(),
        BTreeMap::from([("K".into(), "p".into()), ("P".into(), "1".into())]),
    );
    assert_eq!(env.get(Some("pm"), Some("pm"), "K"), Some("own"));
    assert_eq!(env.get(Some("other"), Some("pm"), "K"), Some("org"));
    assert_eq!(env.get(None, Some("pm"), "P"), Some("1"));
    assert!(!format!("{env:?}").contains("own"));
}

#[test]
fn no_21_persona_slugs() {
    assert_eq!(persona_slug("pm"), Some("pm"));
    assert_eq!(
        persona_slug(".external-cache/a__b/1f/qa-lead"),
        Some("qa-lead")
    );
    assert_eq!(persona_slug("Project Manager — coordinates"), None);
    assert_eq!(persona_slug(""), None);
    assert!(
        warned(
            &merged(&[("org.yaml", "workspaces: [{name: A}]\n")]),
            Code::Ignored
        )
        .is_empty()
    );
}
