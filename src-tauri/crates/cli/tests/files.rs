//! `files` and `template` against a running platform without an engine.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by unwrapping"
)]

mod common;

use common::Home;

#[test]
fn a_template_is_made_of_a_folder_and_listed() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let dir = home.path().join("My Agent");
    std::fs::create_dir_all(dir.join("skills/z")).unwrap();
    std::fs::create_dir_all(dir.join(".git")).unwrap();
    std::fs::write(dir.join("notes.md"), "n").unwrap();
    std::fs::write(dir.join("skills/z/SKILL.md"), "z").unwrap();
    std::fs::write(dir.join("logo.png"), [0xff, 0x00]).unwrap();
    std::fs::write(dir.join(".env"), "KEY=canary").unwrap();
    std::fs::write(dir.join(".git/HEAD"), "x").unwrap();
    let made = home.run(&["template", "import", "My Agent"]);
    assert!(made.text().contains("my-agent"), "{}", made.out);
    assert!(made.err.contains("left out: .env"), "{}", made.err);
    let listed = home.run(&["--json", "template", "list"]).ok();
    assert_eq!(listed[0]["id"], "my-agent");
    assert_eq!(listed[0]["skills"], serde_json::json!(["z"]));
    home.folder(
        "my-org",
        &[("org.yaml", "name: Mine\nworkspaces: [{name: A}]\n")],
    );
    let org = home.run(&["template", "import", "my-org"]);
    assert_eq!(org.code, 1);
    assert!(
        org.err.contains("is an organisation") && !org.err.contains("request body"),
        "{}",
        org.err
    );
    let again = home.run(&["--json", "template", "import", "My Agent"]);
    assert_eq!(
        (again.code, again.json()["code"].as_str()),
        (1, Some("template_exists"))
    );
}

#[test]
fn files_say_what_is_in_the_way() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let nobody = home.run(&["--json", "files", "ls", "nobody"]);
    assert_eq!(
        (nobody.code, nobody.json()["code"].as_str()),
        (1, Some("not_found"))
    );
    let bad = home.run(&["files", "ls", "nobody", "--depth", "many"]);
    assert_eq!(bad.code, 2);
}

#[test]
fn a_path_that_climbs_is_refused_before_anybody_is_asked() {
    let home = Home::new();
    let serving = home.serve(&[]);
    home.run(&["up", "sample"]).text();
    for path in ["../../etc/passwd", "skills/../../x", "./x", "", "/"] {
        let refused = home.run(&["files", "get", "Writer", path]);
        assert_eq!(refused.code, 2, "{path}: {}", refused.err);
        assert!(refused.err.contains("without . and .."), "{}", refused.err);
    }
    // It would lie in /configs/etc/x.
    let whole = home.pipe(&["files", "put", "Writer", "/etc/x"], "text");
    assert_eq!(whole.code, 2, "{}", whole.err);
    assert!(whole.err.contains("without the first /"), "{}", whole.err);
    drop(serving);
}
