//! Roles that come, go and move: as blocks of lines, with what belongs to them.

use super::{after, moved, org_after, refused, removed, run, set};
use crate::files;
use org_template::write_back::{Change, Choices, Parent};
use serde_json::json;

const ORG: &str = "\
workspaces:
  # Leads come first.
  - name: A
    files_dir: a
    children:
      # does the work
      - name: B   # b
        files_dir: b
        role: |
          # not a comment
          text

      - name: C
        files_dir: c
        # a note about C

      # the last
      - name: D
        files_dir: d
    # a note about A

  - name: E
    files_dir: e
";

#[test]
fn a_role_goes_with_its_comments() {
    let out = org_after(ORG, &[removed("dir:b")]);
    let want = ORG.replace("      # does the work\n      - name: B   # b\n        files_dir: b\n        role: |\n          # not a comment\n          text\n", "");
    assert_eq!(out, want);
    let out = org_after(ORG, &[removed("dir:c")]);
    assert_eq!(
        out,
        ORG.replace(
            "      - name: C\n        files_dir: c\n        # a note about C\n",
            ""
        )
    );
    let out = org_after(ORG, &[removed("dir:a")]);
    assert_eq!(out, "workspaces:\n\n  - name: E\n    files_dir: e\n");
}

#[test]
fn the_last_one_takes_the_key_along() {
    let out = org_after(ORG, &[removed("dir:b"), removed("dir:c"), removed("dir:d")]);
    assert!(!out.contains("children"), "{out}");
    assert!(out.contains("# a note about A\n\n  - name: E"), "{out}");
    let out = org_after("workspaces:\n  - name: A\n", &[removed("name:A")]);
    assert_eq!(out, "workspaces: []\n");
    let out = org_after(
        "workspaces: [{name: A}, {name: B}, {name: C}]\n",
        &[removed("name:B")],
    );
    assert_eq!(out, "workspaces: [{name: A}, {name: C}]\n");
    let out = org_after(
        "workspaces: [{name: A}, {name: B}, {name: C}]\n",
        &[removed("name:B"), removed("name:C")],
    );
    assert_eq!(out, "workspaces: [{name: A}]\n");
    let out = org_after(
        "workspaces: [{name: A, children: [{name: B}]}]\n",
        &[removed("name:A/B")],
    );
    assert_eq!(out, "workspaces: [{name: A}]\n");
}

#[test]
fn a_role_moves_as_it_stands() {
    let out = org_after(ORG, &[moved("dir:b", Some("dir:e"))]);
    let block = "      # does the work\n      - name: B   # b\n        files_dir: b\n        role: |\n          # not a comment\n          text\n";
    assert_eq!(
        out,
        format!("{}    children:\n{block}", ORG.replace(block, ""))
    );
    let out = org_after(ORG, &[moved("dir:d", None)]);
    let up = "  # the last\n  - name: D\n    files_dir: d\n";
    let want = ORG.replace(
        "      # the last\n      - name: D\n        files_dir: d\n",
        "",
    );
    assert_eq!(out, format!("{want}{up}"));
}

#[test]
fn changes_inside_what_moves_move_with_it() {
    let out = org_after(
        ORG,
        &[
            moved("dir:a", Some("dir:e")),
            set("dir:a", "name", "AA"),
            set("dir:b", "tier", 3),
            moved("dir:c", None),
            moved("dir:d", Some("dir:b")),
        ],
    );
    let want = "\
workspaces:

  - name: E
    files_dir: e
    children:
      # Leads come first.
      - name: AA
        files_dir: a
        children:
          # does the work
          - name: B   # b
            role: |
              # not a comment
              text
            tier: 3
            files_dir: b
";
    // The order of the keys of B stays as it was; only the lines of the change are compared here.
    assert!(out.starts_with("workspaces:\n"), "{out}");
    for line in want.lines() {
        assert!(out.contains(line), "{line}\n{out}");
    }
    assert!(
        out.contains(
            "              # the last\n              - name: D\n                files_dir: d\n"
        ),
        "{out}"
    );
    assert!(
        out.ends_with("  - name: C\n    files_dir: c\n    # a note about C\n"),
        "{out}"
    );
}

#[test]
fn two_roles_may_swap() {
    let text = "workspaces:\n  - name: A\n    files_dir: a\n    children:\n      - name: B\n        files_dir: b\n";
    let out = org_after(text, &[moved("dir:a", Some("dir:b")), moved("dir:b", None)]);
    assert_eq!(
        out,
        "workspaces:\n  - name: B\n    files_dir: b\n    children:\n      - name: A\n        files_dir: a\n"
    );
    let error = refused(&[("org.yaml", text)], &[moved("dir:a", Some("dir:b"))]);
    assert!(error.to_string().contains("below itself"), "{error}");
    let error = refused(
        &[("org.yaml", text)],
        &[
            removed("dir:a"),
            Change::Add {
                handle: "n".into(),
                parent: Parent::Role("dir:b".into()),
                values: vec![("name".into(), json!("N"))],
            },
        ],
    );
    assert!(error.to_string().contains("not there any more"), "{error}");
}

#[test]
fn children_of_a_removed_lead_can_stay() {
    let out = org_after(ORG, &[moved("dir:c", Some("dir:e")), removed("dir:a")]);
    let want = "workspaces:\n\n  - name: E\n    files_dir: e\n    children:\n      - name: C\n        files_dir: c\n        # a note about C\n";
    assert_eq!(out, want);
}

#[test]
fn directives_follow_to_another_folder() {
    let list = [
        (
            "org.yaml",
            "workspaces:\n  - !include teams/a.yaml\n  - !include teams/deep/b.yaml\n",
        ),
        (
            "teams/a.yaml",
            "name: A\nfiles_dir: a\nchildren:\n  # c\n  - !include ../c/w.yaml # why\n  - name: D\n    files_dir: d\n    children:\n      - !include 'e.yaml'\n",
        ),
        ("teams/e.yaml", "name: E\nfiles_dir: e\n"),
        ("teams/deep/b.yaml", "name: B\nfiles_dir: b\n"),
        ("c/w.yaml", "name: C\nfiles_dir: c\n"),
    ];
    let out = after(
        &list,
        &[moved("dir:c", Some("dir:b")), moved("dir:d", Some("dir:b"))],
    );
    assert_eq!(out.len(), 2);
    assert_eq!(out["teams/a.yaml"], "name: A\nfiles_dir: a\n");
    assert_eq!(
        out["teams/deep/b.yaml"],
        "name: B\nfiles_dir: b\nchildren:\n  # c\n  - !include ../../c/w.yaml # why\n  - name: D\n    files_dir: d\n    children:\n      - !include '../e.yaml'\n"
    );
    let out = after(&list, &[moved("dir:b", Some("dir:e"))]);
    assert_eq!(
        out["teams/e.yaml"],
        "name: E\nfiles_dir: e\nchildren:\n  - !include deep/b.yaml\n"
    );
    let out = after(
        &list,
        &[moved("dir:d", None), moved("dir:c", Some("dir:d"))],
    );
    assert_eq!(
        out["org.yaml"],
        format!(
            "{}  - name: D\n    files_dir: d\n    children:\n      - !include 'teams/e.yaml'\n      # c\n      - !include c/w.yaml # why\n",
            list[0].1
        )
    );
}

#[test]
fn new_roles_stand_last_with_what_comes_below_them() {
    let add = |handle: &str, parent: Parent, values: serde_json::Value| Change::Add {
        handle: handle.into(),
        parent,
        values: values
            .as_object()
            .unwrap()
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
    };
    let changes = [
        add(
            "n",
            Parent::Role("dir:e".into()),
            json!({"name": "New: one", "role": "two\nlines", "tier": 3, "runtime": "langgraph", "model": null, "plugins": ["p"]}),
        ),
        add("m", Parent::Added("n".into()), json!({"name": "Below"})),
        moved("dir:d", None),
        Change::Move {
            key: "dir:c".into(),
            parent: Parent::Added("m".into()),
        },
    ];
    let written = run(&files(&[("org.yaml", ORG)]), &changes, &Choices::new())
        .unwrap_or_else(|e| panic!("{e}"));
    let out = &written.files[0].after;
    let want = "  - name: E
    files_dir: e
    children:
      - name: \"New: one\"
        role: |-
          two
          lines
        tier: 3
        plugins: [p]
        children:
          - name: Below
            children:
              - name: C
                files_dir: c
                # a note about C
";
    assert!(out.contains(want), "{out}");
    assert_eq!(written.added["n"], "name:E/New: one");
    assert_eq!(written.added["m"], "name:E/New: one/Below");
    assert_eq!(written.keys["dir:c"], "dir:c");
    let out = org_after(
        "workspaces: []\n",
        &[add("n", Parent::Root, json!({"name": "A"}))],
    );
    assert_eq!(out, "workspaces: [{name: A}]\n");
    let out = org_after(
        "workspaces:\nname: X\n",
        &[add("n", Parent::Root, json!({"name": "A"}))],
    );
    assert_eq!(out, "workspaces:\n  - name: A\nname: X\n");
    let out = org_after("name: X", &[add("n", Parent::Root, json!({"name": "A"}))]);
    assert_eq!(out, "name: X\nworkspaces:\n  - name: A\n");
}

#[test]
fn import_keys_follow() {
    let text = "workspaces:\n  - name: A\n    children:\n      - name: B\n  - name: C\n";
    let written = run(
        &files(&[("org.yaml", text)]),
        &[
            set("name:A", "name", "X/Y"),
            moved("name:C", Some("name:A")),
        ],
        &Choices::new(),
    )
    .unwrap();
    let keys: Vec<(&str, &str)> = written
        .keys
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(
        keys,
        [
            ("name:A", "name:X~1Y"),
            ("name:A/B", "name:X~1Y/B"),
            ("name:C", "name:X~1Y/C")
        ]
    );
}

#[test]
fn what_cannot_be_moved_by_lines_is_refused() {
    let block = [("org.yaml", "workspaces:\n  - name: A\n  - {name: B}\n")];
    let error = refused(&block, &[moved("name:A", Some("name:B"))]);
    assert!(error.to_string().contains("on lines of its own"), "{error}");
    let flow = org_after(
        "workspaces: [{name: A}, {name: B}]\n",
        &[moved("name:A", Some("name:B"))],
    );
    assert_eq!(flow, "workspaces: [{name: B, children: [{name: A}]}]\n");
    let anchors = [(
        "org.yaml",
        "workspaces:\n  - name: A\n    children:\n      - name: B\n        model: &m x\n  - name: C\n    model: *m\n",
    )];
    let error = refused(&anchors, &[moved("name:A/B", None)]);
    assert!(
        error.to_string().contains("anchor"),
        "it would stand behind its alias: {error}"
    );
}
