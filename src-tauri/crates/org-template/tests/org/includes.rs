//! `!include` (fixtures D.1 to D.12).

use crate::{at, expansion, load, merged, org, refused};
use org_template::{Code, DiskFiles, Env, Limits, OrgErrors, effective};

const LEAF: &str = "name: Leaf\n";

#[test]
fn d01_without_includes_nothing_changes() {
    let org = org(&[(
        "org.yaml",
        "name: T\nworkspaces:\n  - {name: Only, tier: 2}\n",
    )]);
    assert_eq!(org.workspace_count(), 1);
    assert_eq!(org.include_directives, 0);
    assert_eq!(org.workspaces[0].tier.as_ref().map(|t| t.value), Some(2));
}

#[test]
fn d02_a_path_is_relative_to_its_own_file() {
    let org = org(&[
        ("org.yaml", "workspaces:\n  - !include teams/t.yaml\n"),
        (
            "teams/t.yaml",
            "name: Team\nchildren:\n  - !include leaf.yaml\n",
        ),
        ("teams/leaf.yaml", LEAF),
    ]);
    let names: Vec<_> = org.walk(false).map(|w| w.name.value.as_str()).collect();
    assert_eq!(names, ["Team", "Leaf"]);
    assert_eq!(
        &*org.workspaces[0].children[0].name.span.file,
        "teams/leaf.yaml"
    );
    assert_eq!(org.includes_per_depth, [1, 1]);
}

#[test]
fn d03_a_cousin_is_reached_through_the_parent_folder() {
    let org = org(&[
        ("org.yaml", "workspaces:\n  - !include teams/t.yaml\n"),
        (
            "teams/t.yaml",
            "name: Team\nchildren: [!include ../role/workspace.yaml]\n",
        ),
        ("role/workspace.yaml", LEAF),
    ]);
    assert_eq!(org.workspace_count(), 2);
}

#[test]
fn d04_a_path_that_climbs_out_is_refused_with_its_place() {
    let root = "workspaces:\n  - !include ../outside.yaml\n";
    expansion(&[("org.yaml", root)], Code::OutsideRoot);
    let problem = refused(&[("org.yaml", root)]);
    assert_eq!(at(&problem), "org.yaml:2:5");
    assert_eq!(problem.text, "../outside.yaml");
    expansion(
        &[
            ("org.yaml", "workspaces: [!include teams/t.yaml]\n"),
            (
                "teams/t.yaml",
                "name: T\nchildren: [!include ../../outside.yaml]\n",
            ),
        ],
        Code::OutsideRoot,
    );
    expansion(
        &[("org.yaml", "workspaces: [!include /etc/passwd]\n")],
        Code::OutsideRoot,
    );
    expansion(
        &[("org.yaml", "workspaces: [!include 'C:\\x.yaml']\n")],
        Code::OutsideRoot,
    );
}

#[test]
fn d05_a_cycle_is_named() {
    let list = [
        ("org.yaml", "workspaces: [!include a.yaml]\n"),
        ("a.yaml", "name: A\nchildren: [!include b.yaml]\n"),
        ("b.yaml", "name: B\nchildren: [!include a.yaml]\n"),
    ];
    expansion(&list, Code::IncludeCycle);
    let problem = refused(&list);
    assert_eq!(problem.file, "b.yaml");
    assert!(
        problem
            .message
            .contains("org.yaml -> a.yaml -> b.yaml -> a.yaml"),
        "{}",
        problem.message
    );
    expansion(
        &[("org.yaml", "workspaces: [!include org.yaml]\n")],
        Code::IncludeCycle,
    );
}

#[test]
fn d06_one_file_may_be_included_many_times() {
    let text = "workspaces:\n  - {name: A, children: [!include l.yaml]}\n  - {name: B, children: [!include l.yaml]}\n  - {name: C, children: [!include l.yaml]}\n";
    let org = org(&[("org.yaml", text), ("l.yaml", LEAF)]);
    assert_eq!(org.workspace_count(), 6);
    assert_eq!((org.include_directives, org.included_files), (3, 1));
}

fn chain(levels: usize) -> Vec<(String, String)> {
    let mut out = vec![(
        "org.yaml".to_owned(),
        "workspaces: [!include 1.yaml]\n".to_owned(),
    )];
    for n in 1..levels {
        out.push((
            format!("{n}.yaml"),
            format!("name: N{n}\nchildren: [!include {}.yaml]\n", n + 1),
        ));
    }
    out.push((format!("{levels}.yaml"), LEAF.to_owned()));
    out
}

#[test]
fn d07_sixteen_levels_work_and_seventeen_do_not() {
    let borrow = |list: &'static [(String, String)]| -> Vec<(&'static str, &'static str)> {
        list.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect()
    };
    let ok = borrow(Vec::leak(chain(16)));
    assert_eq!(org(&ok).workspace_count(), 16);
    let deep = borrow(Vec::leak(chain(17)));
    expansion(&deep, Code::IncludeDepth);
    assert_eq!(refused(&deep).file, "16.yaml");
}

#[test]
fn d08_empty_missing_and_broken_includes_each_fail() {
    expansion(
        &[("org.yaml", "workspaces: [!include \"\"]\n")],
        Code::IncludePath,
    );
    expansion(
        &[("org.yaml", "workspaces: [!include no.yaml]\n")],
        Code::FileMissing,
    );
    let list = [
        ("org.yaml", "workspaces: [!include t.yaml]\n"),
        ("t.yaml", "name: T\nchildren: [a\n"),
    ];
    expansion(&list, Code::YamlSyntax);
    assert_eq!(refused(&list).file, "t.yaml");
}

#[test]
fn d09_a_list_may_be_included() {
    let org = org(&[
        ("org.yaml", "workspaces: !include list.yaml\n"),
        ("list.yaml", "- name: A\n- name: B\n"),
    ]);
    assert_eq!(org.workspace_count(), 2);
}

#[test]
fn d10_a_list_where_a_workspace_belongs_is_a_type_error() {
    let list = [
        ("org.yaml", "workspaces:\n  - !include list.yaml\n"),
        ("list.yaml", "- name: A\n"),
    ];
    assert!(matches!(load(&list), Err(OrgErrors::Invalid(_))));
    let problem = refused(&list);
    assert_eq!(
        (problem.code, problem.file.as_str()),
        (Code::WrongType, "list.yaml")
    );
}

#[test]
fn d11_an_empty_included_file_is_named() {
    let problem = refused(&[
        ("org.yaml", "workspaces:\n  - !include empty.yaml\n"),
        ("empty.yaml", "# nothing\n"),
    ]);
    assert_eq!(
        (problem.code, problem.file.as_str()),
        (Code::NameMissing, "empty.yaml")
    );
}

#[cfg(unix)]
#[test]
fn d12_a_linked_folder_outside_the_root_is_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (org_dir, other) = (dir.path().join("org"), dir.path().join("other/dept"));
    std::fs::create_dir_all(&org_dir).unwrap();
    std::fs::create_dir_all(other.join("a")).unwrap();
    std::os::unix::fs::symlink("../other/dept", org_dir.join("dept")).unwrap();
    std::fs::write(
        org_dir.join("org.yaml"),
        "workspaces: [!include dept/workspace.yaml]\n",
    )
    .unwrap();
    std::fs::write(
        other.join("workspace.yaml"),
        "name: Lead\nfiles_dir: dept\nchildren: [!include ./a/workspace.yaml]\n",
    )
    .unwrap();
    std::fs::write(
        other.join("a/workspace.yaml"),
        "name: A\nfiles_dir: dept/a\n",
    )
    .unwrap();
    let org = org_template::load_from(&DiskFiles::new(&org_dir), &Limits::default()).unwrap();
    let effective = effective(&org, &Env::default()).unwrap();
    let found: Vec<_> = effective
        .roles
        .iter()
        .map(|r| (r.files_dir.as_deref(), r.files_found))
        .collect();
    assert_eq!(found, [(Some("dept"), true), (Some("dept/a"), true)]);
    assert_eq!(
        effective.roles[1].persona.as_deref(),
        Some("a"),
        "the persona is the last path component (no. 21)"
    );
}

#[test]
fn an_include_keeps_the_places_of_both_files() {
    let effective = merged(&[
        (
            "org.yaml",
            "defaults:\n  model: opus\nworkspaces:\n  - !include a/w.yaml\n",
        ),
        (
            "a/w.yaml",
            "name: \"Ä\"\ntier: 3\nfiles_dir: a\ninitial_prompt_file: p.md\n",
        ),
        ("a/p.md", "Go.\r\n"),
    ]);
    let role = &effective.roles[0];
    let tier = &role.fields["tier"].span;
    assert_eq!((&*tier.file, tier.line, tier.column), ("a/w.yaml", 2, 7));
    let text = "name: \"Ä\"\ntier: 3\nfiles_dir: a\n";
    assert_eq!(
        &text[tier.start..tier.end],
        "3",
        "byte ranges hold beyond ASCII"
    );
    assert_eq!(&*role.fields["model"].span.file, "org.yaml");
    assert_eq!(&*role.fields["initial_prompt"].span.file, "a/p.md");
    assert_eq!(role.initial_prompt.as_ref().unwrap().text, "Go.\n");
}
