//! Values that several roles share: asked about, then changed for all or for the one alone.

use super::{after_choosing, choices, moved, refused, removed, run, set};
use crate::files;
use org_template::write_back::{
    Change, Choices, Parent, Scope, Shared, WriteBackError, write_back,
};
use org_template::{Env, ExternalAsk, ExternalTree, Externals, Limits, NoExternals};
use serde_json::Value;

const TWICE: [(&str, &str); 3] = [
    (
        "org.yaml",
        "workspaces:\n  - name: A\n    files_dir: a\n    children:\n      - !include teams/t.yaml # left\n  - name: B\n    files_dir: b\n    children:\n      - !include \"teams/t.yaml\"\n",
    ),
    (
        "teams/t.yaml",
        "# the writer\nname: T\nfiles_dir: t\ntier: 2\nchildren:\n  - !include deep/u.yaml\n",
    ),
    ("teams/deep/u.yaml", "name: U\nfiles_dir: u\n"),
];

fn asked(list: &[(&str, &str)], change: Change) -> (Shared, Vec<String>, Vec<Scope>) {
    match refused(list, &[change]) {
        WriteBackError::Questions(list) => (
            list[0].shared,
            list[0].with.clone(),
            list[0].options.clone(),
        ),
        other => panic!("no question: {other}"),
    }
}

const BOTH: [Scope; 2] = [Scope::All, Scope::OnlyThis];

#[test]
fn a_file_included_twice_asks() {
    let change = set("dir:t@dir:a", "tier", 3);
    assert_eq!(
        asked(&TWICE, change.clone()),
        (Shared::File, vec!["T".into()], BOTH.to_vec())
    );
    let out = after_choosing(
        &TWICE,
        std::slice::from_ref(&change),
        &choices(&[("dir:t@dir:a", "tier", Scope::All)]),
    );
    assert_eq!(out.len(), 1);
    assert_eq!(
        out["teams/t.yaml"],
        TWICE[1].1.replace("tier: 2", "tier: 3")
    );

    let out = after_choosing(
        &TWICE,
        &[change],
        &choices(&[("dir:t@dir:a", "tier", Scope::OnlyThis)]),
    );
    assert_eq!(out.len(), 2);
    assert_eq!(
        out["org.yaml"],
        TWICE[0].1.replace(
            "!include teams/t.yaml # left",
            "!include teams/t-2.yaml # left"
        )
    );
    assert_eq!(
        out["teams/t-2.yaml"],
        TWICE[1].1.replace("tier: 2", "tier: 3"),
        "a copy, comments and all"
    );
}

#[test]
fn what_a_shared_file_includes_is_shared_too() {
    let key = "dir:u@dir:t@dir:b";
    let change = set(key, "model", "opus");
    assert_eq!(asked(&TWICE, change.clone()).2, BOTH);
    let out = after_choosing(
        &TWICE,
        &[change],
        &choices(&[(key, "model", Scope::OnlyThis)]),
    );
    assert_eq!(
        out["org.yaml"],
        TWICE[0].1.replace("\"teams/t.yaml\"", "\"teams/t-2.yaml\""),
        "its quotes stay"
    );
    assert_eq!(
        out["teams/t-2.yaml"],
        TWICE[1].1.replace("deep/u.yaml", "deep/u-2.yaml")
    );
    assert_eq!(
        out["teams/deep/u-2.yaml"],
        "name: U\nmodel: opus\nfiles_dir: u\n"
    );
}

#[test]
fn both_choices_of_one_call_meet() {
    let changes = [
        set("dir:t@dir:a", "tier", 4),
        set("dir:t@dir:b", "model", "m"),
    ];
    let choose = choices(&[
        ("dir:t@dir:a", "tier", Scope::All),
        ("dir:t@dir:b", "model", Scope::OnlyThis),
    ]);
    let out = after_choosing(&TWICE, &changes, &choose);
    assert!(out["teams/t.yaml"].contains("tier: 4") && !out["teams/t.yaml"].contains("model"));
    assert!(
        out["teams/t-2.yaml"].contains("tier: 4") && out["teams/t-2.yaml"].contains("model: m")
    );
}

#[test]
fn defaults_ask() {
    let list = [(
        "org.yaml",
        "defaults:\n  model: opus # all\n  tier: 2\nworkspaces:\n  - name: A\n  - name: B\n  - name: C\n    model: own\n",
    )];
    let change = set("name:A", "model", "sonnet");
    assert_eq!(
        asked(&list, change.clone()),
        (Shared::Defaults, vec!["B".into()], BOTH.to_vec())
    );
    let all = after_choosing(
        &list,
        std::slice::from_ref(&change),
        &choices(&[("name:A", "model", Scope::All)]),
    );
    assert_eq!(all["org.yaml"], list[0].1.replace("opus", "sonnet"));
    let one = after_choosing(
        &list,
        &[change],
        &choices(&[("name:A", "model", Scope::OnlyThis)]),
    );
    assert_eq!(
        one["org.yaml"],
        list[0]
            .1
            .replace("- name: A\n", "- name: A\n    model: sonnet\n")
    );

    let unset = set("name:A", "model", Value::Null);
    assert_eq!(
        asked(&list, unset.clone()).2,
        [Scope::All],
        "what is inherited cannot be unset for one"
    );
    let all = after_choosing(
        &list,
        &[unset],
        &choices(&[("name:A", "model", Scope::All)]),
    );
    assert_eq!(
        all["org.yaml"],
        list[0].1.replace("  model: opus # all\n", "")
    );
    let own = refused(&list, &[set("name:C", "model", Value::Null)]);
    assert!(own.to_string().contains("the defaults"), "{own}");
}

#[test]
fn anchors_ask_and_stay_valid() {
    let list = [(
        "org.yaml",
        "workspaces:\n  - name: A\n    model: &m opus # best\n  - name: B\n    model: *m\n  - name: C\n    model: *m\n",
    )];
    let at_alias = set("name:B", "model", "x");
    assert_eq!(
        asked(&list, at_alias.clone()),
        (Shared::Anchor, vec!["A".into(), "C".into()], BOTH.to_vec())
    );
    let all = after_choosing(
        &list,
        std::slice::from_ref(&at_alias),
        &choices(&[("name:B", "model", Scope::All)]),
    );
    assert_eq!(all["org.yaml"], list[0].1.replace("opus", "x"));
    let one = after_choosing(
        &list,
        &[at_alias],
        &choices(&[("name:B", "model", Scope::OnlyThis)]),
    );
    assert_eq!(
        one["org.yaml"],
        list[0].1.replacen("model: *m", "model: x", 1)
    );
    let at_anchor = after_choosing(
        &list,
        &[set("name:A", "model", "x")],
        &choices(&[("name:A", "model", Scope::OnlyThis)]),
    );
    let want = list[0]
        .1
        .replacen("*m", "MARK", 1)
        .replace("&m opus", "x")
        .replace("MARK", "&m opus");
    assert_eq!(
        at_anchor["org.yaml"], want,
        "the anchor moves to the first that uses it"
    );
}

#[test]
fn merged_mappings_ask() {
    let list = [(
        "org.yaml",
        "defaults: {tier: 2}\nworkspaces:\n  - &base\n    name: A\n    model: m\n  - <<: *base\n    name: B\n",
    )];
    let change = set("name:B", "model", "x");
    assert_eq!(asked(&list, change.clone()).0, Shared::Anchor);
    let one = after_choosing(
        &list,
        std::slice::from_ref(&change),
        &choices(&[("name:B", "model", Scope::OnlyThis)]),
    );
    assert_eq!(one["org.yaml"], format!("{}    model: x\n", list[0].1));
    let all = after_choosing(
        &list,
        &[change],
        &choices(&[("name:B", "model", Scope::All)]),
    );
    assert_eq!(all["org.yaml"], list[0].1.replace("model: m", "model: x"));
}

#[test]
fn a_prompt_file_of_several_roles_asks() {
    let list = [
        (
            "org.yaml",
            "defaults: {initial_prompt_file: p.md}\nworkspaces:\n  - name: A\n  - name: B\n",
        ),
        ("p.md", "Go.\n"),
    ];
    let change = set("name:A", "initial_prompt", "Stop.\n");
    assert_eq!(asked(&list, change.clone()).1, ["B"]);
    let all = after_choosing(
        &list,
        std::slice::from_ref(&change),
        &choices(&[("name:A", "initial_prompt", Scope::All)]),
    );
    assert_eq!(all["p.md"], "Stop.\n");
    let one = after_choosing(
        &list,
        &[change],
        &choices(&[("name:A", "initial_prompt", Scope::OnlyThis)]),
    );
    assert_eq!(
        one["org.yaml"],
        list[0].1.replace(
            "- name: A\n",
            "- name: A\n    initial_prompt: |\n      Stop.\n"
        )
    );
}

#[test]
fn removing_from_a_shared_list_asks() {
    let key = "dir:u@dir:t@dir:b";
    assert_eq!(asked(&TWICE, removed(key)).2, BOTH);
    let all = after_choosing(
        &TWICE,
        &[removed(key)],
        &choices(&[(key, "removed", Scope::All)]),
    );
    assert_eq!(
        all["teams/t.yaml"],
        "# the writer\nname: T\nfiles_dir: t\ntier: 2\n"
    );
    let one = after_choosing(
        &TWICE,
        &[removed(key)],
        &choices(&[(key, "removed", Scope::OnlyThis)]),
    );
    assert_eq!(
        one["teams/t-2.yaml"],
        "# the writer\nname: T\nfiles_dir: t\ntier: 2\n"
    );
    assert_eq!(one.len(), 2);
    let add = Change::Add {
        handle: "new".into(),
        parent: Parent::Role("dir:t@dir:b".into()),
        values: vec![("name".into(), "N".into())],
    };
    assert_eq!(asked(&TWICE, add.clone()).2, BOTH);
    let written = run(
        &files(&TWICE),
        &[add],
        &choices(&[("new", "created", Scope::All)]),
    )
    .unwrap();
    assert_eq!(written.org.workspace_count(), 8, "both have it");
}

/// Has one repository.
struct Fetched;

impl Externals for Fetched {
    fn tree(&self, ask: &ExternalAsk) -> Result<Option<ExternalTree>, String> {
        assert_eq!(ask.repo, "x/teams");
        Ok(Some(ExternalTree {
            repo: "example.test/x/teams".into(),
            commit: "abc123".into(),
            folder: ".external-cache/t".into(),
            notes: Vec::new(),
        }))
    }
}

#[test]
fn what_was_fetched_is_never_written() {
    let list = [
        (
            "org.yaml",
            "workspaces:\n  - name: A\n  - !external {repo: x/teams, ref: main, path: f.yaml}\n",
        ),
        (
            ".external-cache/t/f.yaml",
            "name: F\nfiles_dir: f\ninitial_prompt_file: p.md\nchildren:\n  - name: G\n",
        ),
        (".external-cache/t/f/p.md", "x\n"),
    ];
    let fetched = files(&list);
    let go = |change: Change| {
        let limits = Limits::default();
        write_back(
            &fetched,
            &Fetched,
            &limits,
            &Env::default(),
            &[change],
            &Choices::new(),
        )
    };
    let limits = Limits::default();
    let none = write_back(
        &fetched,
        &Fetched,
        &limits,
        &Env::default(),
        &[],
        &Choices::new(),
    );
    let roles = none.unwrap().effective.roles;
    let f = roles
        .iter()
        .find(|role| role.name == "F")
        .unwrap()
        .key
        .as_str();
    let below = Change::Add {
        handle: "n".into(),
        parent: Parent::Role(f.into()),
        values: vec![("name".into(), "N".into())],
    };
    for change in [
        set(f, "name", "X"),
        set(f, "model", "m"),
        set(f, "initial_prompt", "y\n"),
        removed("name:F/G"),
        moved("name:F/G", None),
        moved("name:A", Some(f)),
        below,
    ] {
        let error = go(change.clone()).unwrap_err();
        let WriteBackError::Refused(list) = &error else {
            panic!("{change:?}: {error}")
        };
        assert!(
            list[0]
                .message
                .contains("example.test/x/teams at commit abc123"),
            "{error}"
        );
        assert_eq!(list[0].origin.as_ref().unwrap().commit, "abc123");
    }
    let written = go(moved(f, Some("name:A"))).unwrap();
    assert_eq!(
        written.files[0].after,
        "workspaces:\n  - name: A\n    children:\n      - !external {repo: x/teams, ref: main, path: f.yaml}\n",
        "the directive itself is the org's own"
    );
    // A repository that is not here gives a role nobody has seen; it can be moved, not changed.
    let limits = Limits::default();
    let unseen = "name:x~1teams at main: f.yaml";
    let error = write_back(
        &fetched,
        &NoExternals,
        &limits,
        &Env::default(),
        &[set(unseen, "tier", 1)],
        &Choices::new(),
    );
    assert!(error.unwrap_err().to_string().contains("not fetched"));
}
