//! Types, guards, inline templates, discovery (fixtures D.16, D.17, D.29 to D.31, D.39, D.40, D.43).

use crate::{at, files, load, merged, org, refused, warned};
use org_template::{
    Code, Env, Limits, OrgErrors, discover, effective, inside_root, load_env, load_from,
    load_inline, rel_path,
};
use serde_json::json;

#[test]
fn d16_wrong_types_reject_the_template_with_place_and_text() {
    let cases = [
        (
            "workspaces:\n  - {name: W, tier: three}\n",
            Code::WrongType,
            "org.yaml:2:21",
            "three",
        ),
        (
            "workspaces:\n  - name: W\n    plugins: x\n",
            Code::WrongType,
            "org.yaml:3:14",
            "x",
        ),
        (
            "workspaces:\n  - name: W\n    channels: [{type: slack, config: {a: [1]}}]\n",
            Code::WrongType,
            "org.yaml:3:42",
            "",
        ),
        (
            "required_env: [{any_of: []}]\n",
            Code::WrongType,
            "org.yaml:1:16",
            "",
        ),
    ];
    for (text, code, place, offending) in cases {
        let Err(OrgErrors::Invalid(problems)) = load(&[("org.yaml", text)]) else {
            panic!("{text}")
        };
        assert_eq!(
            (problems[0].code, at(&problems[0]).as_str()),
            (code, place),
            "{text}"
        );
        assert_eq!(problems[0].text, offending);
    }
    let problem = refused(&[("org.yaml", "name: A\nworkspaces: []\nname: B\n")]);
    assert_eq!(
        (problem.code, at(&problem).as_str()),
        (Code::DuplicateKey, "org.yaml:3:1")
    );
    assert!(problem.message.contains("line 1"));
}

#[test]
fn d16_several_problems_are_reported_at_once() {
    let text =
        "workspaces:\n  - {name: W, tier: three}\n  - {name: X, children: 4, spawning: maybe}\n";
    let Err(errors) = load(&[("org.yaml", text)]) else {
        panic!()
    };
    assert_eq!(errors.problems().len(), 3);
    let shown = errors.to_string();
    assert!(
        shown.starts_with("org.yaml:2:21: tier must be a whole number, not \"three\""),
        "{shown}"
    );
    assert_eq!(shown.lines().count(), 3);
}

#[test]
fn d17_a_number_in_a_channel_setting_is_its_text() {
    let text = "workspaces:\n  - {name: W, channels: [{type: telegram, config: {chat_id: 42}}]}\n";
    assert_eq!(
        org(&[("org.yaml", text)]).workspaces[0].channels[0].config["chat_id"],
        "42"
    );
}

#[test]
fn d29_unusable_folders_and_templates_are_ignored() {
    let text = "workspaces:\n  - {name: A, template: ../../x}\n  - {name: B, template: nope}\n  - {name: C, files_dir: ../x}\n  - {name: D, files_dir: missing}\n";
    let effective = merged(&[("org.yaml", text)]);
    let seen: Vec<_> = effective
        .roles
        .iter()
        .map(|r| (r.template.as_deref(), r.files_dir.as_deref(), r.files_found))
        .collect();
    assert_eq!(
        seen,
        [
            (None, None, false),
            (Some("nope"), None, false),
            (None, None, false),
            (None, Some("missing"), false)
        ]
    );
    assert_eq!(
        warned(&effective, Code::Ignored).len(),
        2,
        "{:?}",
        effective.warnings
    );
    assert_eq!(warned(&effective, Code::OutsideRoot).len(), 1);
}

#[test]
fn d30_a_folder_outside_that_exists_is_refused() {
    let files = files(&[(
        "org.yaml",
        "workspaces:\n  - {name: A, files_dir: ../../secrets}\n",
    )]);
    let files = files.with_outside("../../secrets");
    let Err(errors) = load_from(&files, &Limits::default()) else {
        panic!("loads")
    };
    assert_eq!(
        (errors.problems()[0].code, at(&errors.problems()[0])),
        (Code::OutsideRoot, "org.yaml:2:26".into())
    );
}

#[test]
fn d30_an_env_file_outside_is_never_read() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("orgs/one");
    std::fs::create_dir_all(&root).unwrap();
    std::fs::write(dir.path().join("orgs/.env"), "K=secret\n").unwrap();
    std::fs::write(
        root.join("org.yaml"),
        "workspaces:\n  - {name: A, files_dir: ../}\n",
    )
    .unwrap();
    let loaded = org_template::load(&root, &Limits::default());
    assert!(loaded.is_err());
    std::fs::write(
        root.join("org.yaml"),
        "workspaces:\n  - {name: A, files_dir: ../none}\n",
    )
    .unwrap();
    let files = org_template::DiskFiles::new(&root);
    let org = load_from(&files, &Limits::default()).unwrap();
    let (env, _) = load_env(&org, &files, &Limits::default());
    assert_eq!(env, Env::default());
}

#[test]
fn d31_a_plugin_that_is_a_path_is_refused() {
    for bad in [
        "../../etc",
        "a/b",
        "'.hidden'",
        "\"a b\"",
        "/etc",
        "github://a/../b",
    ] {
        let text = format!("workspaces:\n  - {{name: W, plugins: [{bad}]}}\n");
        assert_eq!(
            refused(&[("org.yaml", &text)]).code,
            Code::BadValue,
            "{bad}"
        );
    }
    let good = "workspaces:\n  - {name: W, plugins: [ecc, 'github://owner/name#v1']}\n";
    assert_eq!(merged(&[("org.yaml", good)]).roles[0].plugins.len(), 2);
}

#[test]
fn d39_inline_templates_have_no_files() {
    let template = json!({"name": "T", "workspaces": [
        {"name": "A", "files_dir": "a", "initial_prompt_file": "p.md", "tier": 3, "children": [{"name": "B"}]}]});
    let org = load_inline(&template, &Limits::default()).unwrap();
    let effective = effective(&org, &Env::default()).unwrap();
    assert_eq!(effective.roles.len(), 2);
    let role = &effective.roles[0];
    assert_eq!(
        (
            role.files_dir.as_deref(),
            role.initial_prompt.as_ref(),
            role.tier
        ),
        (None, None, 3)
    );
    assert_eq!(role.key, "name:A");
    let bad = load_inline(
        &json!({"name": "T", "workspaces": [{"name": "A", "tier": "x"}]}),
        &Limits::default(),
    );
    assert_eq!(
        bad.unwrap_err().problems()[0].file,
        "template/workspaces/0/tier"
    );
    let include = json!({"name": "T", "workspaces": ["!include a.yaml"]});
    assert!(load_inline(&include, &Limits::default()).is_err());
    assert!(
        load_inline(&json!({"workspaces": []}), &Limits::default()).is_err(),
        "a name is required"
    );
    assert!(load_inline(&json!([1]), &Limits::default()).is_err());
}

#[test]
fn d40_no_36_org_yml_is_as_good_and_guards_hold() {
    assert_eq!(org(&[("org.yml", "name: T\n")]).root_file, "org.yml");
    assert!(matches!(
        load(&[("other.yaml", "a: 1\n")]),
        Err(OrgErrors::NotFound(_))
    ));
    assert_eq!(inside_root("", "../x"), None);
    assert_eq!(inside_root("", "/etc"), None);
    assert_eq!(inside_root("", ""), None);
    assert_eq!(
        inside_root("", "a/.."),
        Some(String::new()),
        "the root itself is allowed"
    );
    assert_eq!(inside_root("a/b", "../c/./d"), Some("a/c/d".into()));
    assert_eq!(inside_root("", "..\\x"), None);
    assert!(rel_path("./x") && rel_path("a/./b") && rel_path(".env"));
    assert!(!rel_path("") && !rel_path(".") && !rel_path("/x") && !rel_path("a..b"));
}

#[test]
fn d43_no_7_the_same_name_twice_below_one_parent_is_refused_with_both_places() {
    let text = "workspaces:\n  - name: P\n    children:\n      - name: X\n      - name: X\n";
    let problem = refused(&[("org.yaml", text)]);
    assert_eq!(
        (problem.code, at(&problem).as_str()),
        (Code::DuplicateName, "org.yaml:5:15")
    );
    assert!(
        problem.message.contains("org.yaml:4:15"),
        "{}",
        problem.message
    );
    let apart =
        "workspaces:\n  - {name: A, children: [{name: X}]}\n  - {name: B, children: [{name: X}]}\n";
    assert_eq!(org(&[("org.yaml", apart)]).workspace_count(), 4);
}

#[test]
fn no_37_the_list_shows_broken_templates_with_their_error() {
    let dir = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put(
        "b-good/org.yaml",
        "name: Good\ndescription: d\nrequired_env: [K]\nworkspaces:\n  - {name: A, children: [{name: B, spawning: false}]}\n",
    );
    put("a-broken/org.yaml", "name: [\n");
    put("c-yml/org.yml", "name: Yml\n");
    put("d-half/.git/HEAD", "ref\n");
    put("e-nothing/readme", "x");
    put("file", "x");
    #[cfg(unix)]
    std::os::unix::fs::symlink("b-good", dir.path().join("f-link")).unwrap();
    let list = discover(dir.path(), &Limits::default());
    let dirs: Vec<_> = list
        .iter()
        .map(|t| (t.dir.as_str(), t.error.is_some()))
        .collect();
    assert_eq!(
        dirs,
        [
            ("a-broken", true),
            ("b-good", false),
            ("c-yml", false),
            ("d-half", true)
        ]
    );
    assert_eq!((list[1].workspaces, list[1].spawned_workspaces), (2, 1));
    assert_eq!(
        serde_json::to_value(&list[1]).unwrap()["required_env"],
        json!(["K"])
    );
    assert_eq!(list[3].error.as_ref().unwrap().code, Code::HalfCheckout);
    assert_eq!(discover(&dir.path().join("none"), &Limits::default()), []);
}

#[cfg(unix)]
#[test]
fn d32_no_11_12_what_of_a_folder_is_copied() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("org");
    let role = root.join("role");
    std::fs::create_dir_all(role.join("skills/a")).unwrap();
    std::fs::create_dir_all(role.join(".git")).unwrap();
    let put = |path: &str, text: &str| std::fs::write(role.join(path), text).unwrap();
    put(".env", "K=1");
    put(".env.example", "K=");
    put(".git/HEAD", "x");
    put("deploy.pem", "key");
    put("run.sh", "#!/bin/sh\r\necho\r\n");
    put("notes.txt", "a\r\nb\r\n");
    put("skills/a/SKILL.md", "one\r\ntwo\r");
    std::fs::set_permissions(role.join("run.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    symlink("/etc/hostname", role.join("outside")).unwrap();
    symlink("notes.txt", role.join("inside.txt")).unwrap();
    symlink(".env", role.join("sly.txt")).unwrap();
    symlink("..", role.join("skills/ring")).unwrap();
    symlink("nowhere", role.join("dead")).unwrap();
    let (files, warnings) = org_template::role_files(&root, "role", &Limits::default());
    let got: Vec<_> = files
        .iter()
        .map(|f| {
            (
                f.path.as_str(),
                String::from_utf8_lossy(&f.bytes).into_owned(),
                f.executable,
            )
        })
        .collect();
    assert_eq!(
        got,
        [
            ("inside.txt", "a\r\nb\r\n".to_owned(), false),
            ("notes.txt", "a\r\nb\r\n".to_owned(), false),
            ("run.sh", "#!/bin/sh\necho\n".to_owned(), true),
            ("skills/a/SKILL.md", "one\ntwo\r".to_owned(), false),
        ]
    );
    let mut skipped: Vec<_> = warnings.iter().map(|w| w.file.as_str()).collect();
    skipped.sort_unstable();
    assert_eq!(
        skipped,
        [
            "role/dead",
            "role/deploy.pem",
            "role/outside",
            "role/skills/ring",
            "role/sly.txt"
        ]
    );
    // A folder that is itself a link to outside is copied by its target's content (section 2.3).
    let other = dir.path().join("other");
    std::fs::create_dir_all(&other).unwrap();
    std::fs::write(other.join("a.md"), "x").unwrap();
    symlink("../other", root.join("linked")).unwrap();
    let (files, warnings) = org_template::role_files(&root, "linked", &Limits::default());
    assert_eq!((files.len(), warnings.len()), (1, 0));
    assert_eq!(
        org_template::role_files(&root, "none", &Limits::default()),
        (vec![], vec![])
    );
}
