//! Input that no one should send: each gets a clear error with its place, quickly.

use crate::{at, files, load, merged, refused};
use org_template::{Code, Limits, MemoryFiles, OrgErrors, config_yaml, load_from};

#[test]
fn a_folder_without_org_yaml() {
    let problem = refused(&[]);
    assert_eq!(
        (problem.code, problem.to_string().as_str()),
        (
            Code::OrgFileMissing,
            "org.yaml: the folder has no org.yaml (choose the folder that holds org.yaml)"
        )
    );
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        org_template::load(dir.path(), &Limits::default()),
        Err(OrgErrors::NotFound(_))
    ));
    assert!(matches!(
        org_template::load(&dir.path().join("no"), &Limits::default()),
        Err(OrgErrors::NotFound(_))
    ));
}

#[test]
fn broken_yaml_names_the_line() {
    let problem = refused(&[(
        "org.yaml",
        "name: T\nworkspaces:\n  - name: A\n   tier: 3\n",
    )]);
    assert_eq!(
        (problem.code, problem.file.as_str()),
        (Code::YamlSyntax, "org.yaml")
    );
    assert_eq!(problem.line, 4, "{problem}");
    assert_eq!(problem.text, "tier: 3");
    assert_eq!(refused(&[("org.yaml", "- a\n- b\n")]).code, Code::WrongType);
    assert_eq!(refused(&[("org.yaml", "a: 1\n---\nb: 2\n")]).line, 3);
    assert_eq!(
        refused(&[("org.yaml", "{[a]: b}\n")]).code,
        Code::YamlSyntax
    );
}

#[test]
fn an_alias_bomb_is_refused_where_it_goes_off() {
    let mut text = String::from(
        "a0: &a0 [\"lol\", \"lol\", \"lol\", \"lol\", \"lol\", \"lol\", \"lol\", \"lol\", \"lol\", \"lol\"]\n",
    );
    for n in 1..12 {
        let alias = format!("*a{}", n - 1);
        text.push_str(&format!("a{n}: &a{n} [{}]\n", vec![alias; 10].join(", ")));
    }
    let problem = refused(&[("org.yaml", &text)]);
    assert_eq!(
        (problem.code, problem.file.as_str()),
        (Code::AliasBudget, "org.yaml")
    );
    assert_eq!(problem.line, 5, "{problem}");
    // Long texts count too: few aliases, much memory.
    let long = format!(
        "a: &a \"{}\"\nb: [{}]\n",
        "x".repeat(100_000),
        vec!["*a"; 1000].join(", ")
    );
    assert_eq!(refused(&[("org.yaml", &long)]).code, Code::AliasBudget);
    assert_eq!(
        refused(&[("org.yaml", "a: &a [*a]\n")]).code,
        Code::YamlSyntax
    );
}

#[test]
fn an_include_bomb_is_refused() {
    let mut bomb = MemoryFiles::new().with("org.yaml", "workspaces: !include 0.yaml\n");
    for n in 0..15 {
        let item = format!("- {{name: x, children: !include {}.yaml}}\n", n + 1);
        bomb = bomb.with(&format!("{n}.yaml"), item.repeat(20));
    }
    let bomb = bomb.with("15.yaml", "- {name: leaf}\n");
    let Err(errors) = load_from(&bomb, &Limits::default()) else {
        panic!("loads")
    };
    assert_eq!(errors.problems()[0].code, Code::TooManyValues);
}

#[test]
fn deep_nesting_is_refused_before_the_stack_ends() {
    let brackets = format!("a: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(
        refused(&[("org.yaml", &brackets)]).code,
        Code::TooDeep | Code::YamlSyntax
    ));
    let mut tree = String::from("workspaces:\n");
    for n in 0..40 {
        tree.push_str(&format!(
            "{0}- name: n{n}\n{0}  children:\n",
            "  ".repeat(n * 2)
        ));
    }
    let deep = format!("{tree}{}- name: end\n", "  ".repeat(80));
    assert_eq!(merged(&[("org.yaml", &deep)]).roles.len(), 41);
    for n in 40..400 {
        tree.push_str(&format!(
            "{0}- name: n{n}\n{0}  children:\n",
            "  ".repeat(n * 2)
        ));
    }
    assert_eq!(refused(&[("org.yaml", &tree)]).code, Code::TooDeep);
}

#[test]
fn a_binary_file_names_its_first_bad_byte() {
    let files = MemoryFiles::new().with("org.yaml", b"name: T\nrole: \xff\xfe\x00".to_vec());
    let Err(errors) = load_from(&files, &Limits::default()) else {
        panic!("loads")
    };
    let problem = &errors.problems()[0];
    assert_eq!(
        (problem.code, at(problem).as_str()),
        (Code::NotText, "org.yaml:2:7")
    );
    let files = MemoryFiles::new().with("org.yaml", b"name: T\0\n".to_vec());
    let Err(errors) = load_from(&files, &Limits::default()) else {
        panic!("loads")
    };
    assert_eq!(errors.problems()[0].code, Code::NotText);
}

#[test]
fn an_unreadable_file_is_named_where_it_is_asked_for() {
    let files =
        files(&[("org.yaml", "workspaces:\n  - !include t.yaml\n")]).with_unreadable("t.yaml");
    let Err(errors) = load_from(&files, &Limits::default()) else {
        panic!("loads")
    };
    let problem = &errors.problems()[0];
    assert_eq!(
        (problem.code, at(problem).as_str()),
        (Code::FileUnreadable, "org.yaml:2:5")
    );
    assert!(
        problem
            .message
            .contains("t.yaml cannot be read: permission denied")
    );
    let files = MemoryFiles::new().with_unreadable("org.yaml");
    let Err(errors) = load_from(&files, &Limits::default()) else {
        panic!("loads")
    };
    assert_eq!(errors.problems()[0].code, Code::FileUnreadable);
}

#[cfg(unix)]
#[test]
fn folders_pipes_and_large_files_are_no_yaml() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("org.yaml");
    std::fs::create_dir(&path).unwrap();
    let code = || {
        org_template::load(dir.path(), &Limits::default())
            .unwrap_err()
            .problems()[0]
            .code
    };
    assert_eq!(code(), Code::FileUnreadable);
    std::fs::remove_dir(&path).unwrap();
    let status = std::process::Command::new("mkfifo")
        .arg(&path)
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(code(), Code::FileUnreadable);
    std::fs::remove_file(&path).unwrap();
    // Two gigabytes without a byte on disk.
    std::fs::File::create(&path)
        .unwrap()
        .set_len(2 << 30)
        .unwrap();
    assert_eq!(code(), Code::TooLarge);
}

#[test]
fn emoji_and_long_names_are_fine() {
    let long = "名".repeat(900);
    let text = format!("name: 🏢\nworkspaces:\n  - name: \"🦀 {long}\"\n    tier: 9\n");
    let problem = refused(&[("org.yaml", &text)]);
    assert_eq!(at(&problem), "org.yaml:4:11");
    let effective = merged(&[("org.yaml", &text.replace("tier: 9", "tier: 3"))]);
    let role = &effective.roles[0];
    assert_eq!(role.name.chars().count(), 902);
    assert_eq!(
        crate::properties::yaml(&config_yaml(role))["name"],
        role.name.as_str()
    );
}

#[test]
fn a_name_that_nothing_can_show_is_refused_with_its_place() {
    let long = "🦀".repeat(2000);
    let problem = refused(&[(
        "org.yaml",
        &format!("name: T\nworkspaces:\n  - name: \"{long}\"\n"),
    )]);
    assert_eq!(at(&problem), "org.yaml:3:11");
    assert!(
        problem.message.contains("2000 characters"),
        "{}",
        problem.message
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_fine() {
    let text = "\u{feff}name: T\r\nworkspaces:\r\n  - name: A\r\n    tier: x\r\n";
    assert_eq!(at(&refused(&[("org.yaml", text)])), "org.yaml:4:11");
    let org = crate::org(&[("org.yaml", "\u{feff}name: T\r\n")]);
    assert_eq!((org.name.value.as_str(), org.name.span.start), ("T", 9));
    assert!(load(&[("org.yaml", "")]).is_ok(), "an empty org is an org");
}

/// Root reads everything, so the refusal itself is only seen when the tests run as another user.
#[cfg(unix)]
#[test]
fn a_file_without_read_permission() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret.yaml");
    std::fs::write(&path, "name: A\n").unwrap();
    std::fs::write(
        dir.path().join("org.yaml"),
        "workspaces: [!include secret.yaml]\n",
    )
    .unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    let readable = std::fs::read(&path).is_ok();
    match org_template::load(dir.path(), &Limits::default()) {
        Ok(_) => assert!(readable, "an unreadable file was not noticed"),
        Err(errors) => {
            assert!(!readable);
            assert_eq!(errors.problems()[0].code, Code::FileUnreadable);
            assert!(errors.to_string().contains("permission denied"));
            println!("refused: {errors}");
        }
    }
}
