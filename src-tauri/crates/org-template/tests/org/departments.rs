//! A department in a repository of its own, joined by a folder link (fixtures C.1 to C.3).

use org_template::{Code, DiskFiles, Env, Files, Limits, Org, effective, load};
use std::{fs, path::Path};

/// Five teams with 18 leaves, three floaters, one operator: 28 with their lead.
const TEAMS: [(&str, usize); 5] = [("core", 7), ("cp", 3), ("app", 4), ("infra", 2), ("sdk", 2)];

fn put(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn role(root: &Path, dir: &str, name: &str, children: &[String]) {
    let mut text = format!("name: {name}\nfiles_dir: {dir}\n");
    if !children.is_empty() {
        text.push_str("children:\n");
    }
    for child in children {
        text.push_str(&format!("  - !include {child}/workspace.yaml\n"));
    }
    let below = dir.trim_start_matches("dev-lead").trim_start_matches('/');
    put(
        root,
        &Path::new(below).join("workspace.yaml").to_string_lossy(),
        &text,
    );
    put(
        root,
        &Path::new(below).join("system-prompt.md").to_string_lossy(),
        "You lead or you do.\n",
    );
}

/// The department's repository; gives the folder that is linked.
fn department(root: &Path) {
    let mut direct = Vec::new();
    for (team, leaves) in TEAMS {
        let names: Vec<String> = (0..leaves).map(|n| format!("{team}-{n}")).collect();
        for (at, name) in names.iter().enumerate() {
            let title = if team == "app" && at == 2 {
                "Documentation Specialist"
            } else {
                name
            };
            role(root, &format!("dev-lead/{name}"), title, &[]);
        }
        let below: Vec<String> = names.iter().map(|name| format!("../{name}")).collect();
        role(
            root,
            &format!("dev-lead/{team}"),
            &format!("{team} lead"),
            &below,
        );
        direct.push(format!("./{team}"));
    }
    for (dir, name) in [
        ("f1", "Release"),
        ("f2", "Tests"),
        ("f3", "Fullstack"),
        ("triage", "Triage Operator"),
    ] {
        role(root, &format!("dev-lead/{dir}"), name, &[]);
        direct.push(format!("./{dir}"));
    }
    role(root, "dev-lead", "Dev Lead", &direct);
}

fn joined() -> (tempfile::TempDir, Org) {
    let dir = tempfile::tempdir().unwrap();
    let (parent, other) = (
        dir.path().join("parent"),
        dir.path().join("department/dev-lead"),
    );
    department(&other);
    let mut text =
        String::from("name: Split\nworkspaces:\n  - name: PM\n    files_dir: pm\n    children:\n");
    for n in 0..4 {
        text.push_str(&format!("      - {{name: R{n}, files_dir: r{n}}}\n"));
        put(&parent, &format!("r{n}/system-prompt.md"), "x");
    }
    text.push_str("      - !include dev-lead/workspace.yaml\n  - name: Marketing\n    files_dir: marketing\n    children:\n");
    for n in 0..5 {
        text.push_str(&format!("      - {{name: M{n}, files_dir: m{n}}}\n"));
        put(&parent, &format!("m{n}/system-prompt.md"), "x");
    }
    for lead in ["pm", "marketing"] {
        put(&parent, &format!("{lead}/initial-prompt.md"), "x");
    }
    put(&parent, "org.yaml", &text);
    std::os::unix::fs::symlink("../department/dev-lead", parent.join("dev-lead")).unwrap();
    let org = load(&parent, &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    (dir, org)
}

#[test]
fn c1_2_a_department_joined_by_a_link_has_its_28_roles_in_their_places() {
    let (_dir, org) = joined();
    assert_eq!(org.workspace_count(), 39);
    let roles = effective(&org, &Env::default()).unwrap().roles;
    let of = |name: &str| roles.iter().position(|role| role.name == name).unwrap();
    let below = |top: usize| {
        let inside = |mut at: usize| loop {
            if at == top {
                return true;
            }
            match roles[at].parent_index {
                Some(parent) => at = parent,
                None => return false,
            }
        };
        (0..roles.len()).filter(|at| inside(*at)).count()
    };
    assert_eq!((below(of("Dev Lead")), below(of("Marketing"))), (28, 6));
    let parent = |name: &str| {
        roles[of(name)]
            .parent_index
            .map(|at| roles[at].name.as_str())
    };
    assert_eq!(parent("Documentation Specialist"), Some("app lead"));
    assert_eq!(parent("Triage Operator"), Some("Dev Lead"));
    assert_eq!(parent("Dev Lead"), Some("PM"));
}

#[test]
fn a_link_out_of_the_org_is_followed_to_a_role_alone() {
    let (_dir, org) = joined();
    let told = |org: &Org| -> Vec<String> {
        org.warnings
            .iter()
            .filter(|warning| warning.code == Code::OutsideRoot)
            .map(ToString::to_string)
            .collect()
    };
    assert!(told(&org).is_empty(), "a department is joined so");

    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("org");
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(from, root.join(to)).unwrap();
    };
    put(dir.path(), "home/id_rsa", "canary");
    put(dir.path(), "home/.env", "A_KEY=canary\n");
    put(dir.path(), "home/shared.md", "Be kind.");
    put(
        &root,
        "org.yaml",
        "name: Sly\nworkspaces:\n  - {name: A, files_dir: keys, initial_prompt_file: id_rsa}\n  \
         - {name: B, files_dir: keys/deep}\n  - {name: C, initial_prompt_file: one.md}\n  \
         - {name: D, initial_prompt_file: shared.md}\n",
    );
    put(dir.path(), "home/deep/x", "canary");
    link("../home", "keys");
    link("two.md", "one.md");
    link("../home/id_rsa", "two.md");
    link("../home/shared.md", "shared.md");
    let org = load(&root, &Limits::default()).unwrap();
    let warnings = told(&org);
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(
        warnings[0].contains("keys is a link to") && warnings[0].contains("ignored"),
        "{warnings:?}"
    );
    let (env, _) = org_template::load_env(&org, &DiskFiles::new(&root), &Limits::default());
    let found = effective(&org, &env).unwrap();
    for role in &found.roles {
        assert!(!role.files_found, "{}", role.name);
    }
    assert!(env.secrets(Some("keys")).is_empty());
    let all = format!("{org:?} {found:?}");
    assert!(!all.contains("canary"), "nothing behind the links is read");
    assert!(all.contains("Be kind."), "a text may be shared");
}

#[test]
fn c3_every_folder_of_it_is_there_and_holds_something_to_live_from() {
    let (dir, org) = joined();
    let root = dir.path().join("parent");
    let roles = effective(&org, &Env::default()).unwrap().roles;
    for role in &roles {
        let folder = role.files_dir.as_deref().unwrap();
        assert!(role.files_found, "{folder}");
        let names: Vec<String> = fs::read_dir(root.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert!(
            ["workspace.yaml", "system-prompt.md", "initial-prompt.md"]
                .iter()
                .any(|name| names.iter().any(|there| there == name)),
            "{folder}: {names:?}"
        );
    }
    assert!(
        fs::symlink_metadata(root.join("dev-lead"))
            .unwrap()
            .is_symlink()
    );
    let read = DiskFiles::new(&root).read("dev-lead/system-prompt.md", 100);
    assert_eq!(read.unwrap(), b"You lead or you do.\n");
}
