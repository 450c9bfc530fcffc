//! The 42-role development org: a generated one always, the published one where its folder is.

use super::{choices, moved, removed, set};
use crate::data_org::published_folder;
use crate::shape::generated;
use org_template::write_back::{
    Change, Choices, Scope, Snapshot, WriteBackError, Written, write_back,
};
use org_template::{DiskFiles, Env, Files, Limits, NoExternals};
use std::time::Instant;

fn both(check: impl Fn(&dyn Files)) {
    check(&generated());
    if let Some(root) = published_folder() {
        check(&DiskFiles::new(&root));
    }
}

fn run(
    files: &dyn Files,
    changes: &[Change],
    choices: &Choices,
) -> Result<Written, WriteBackError> {
    write_back(
        files,
        &NoExternals,
        &Limits::default(),
        &Env::default(),
        changes,
        choices,
    )
}

#[test]
fn a_rename_is_one_line_of_one_file() {
    both(|files| {
        let written = run(
            files,
            &[set("dir:cp-be", "name", "Control Plane Engineer")],
            &Choices::new(),
        )
        .unwrap();
        assert_eq!(written.files.len(), 1);
        let file = &written.files[0];
        assert!(file.edits.len() == 1 && file.edits[0].text.contains("Control Plane Engineer"));
        let before = file.before.as_ref().unwrap();
        let differ = before
            .lines()
            .zip(file.after.lines())
            .filter(|(a, b)| a != b)
            .count();
        assert_eq!(
            (differ, before.lines().count()),
            (1, file.after.lines().count())
        );
    });
}

#[test]
fn the_specialist_who_is_there_twice_is_asked_about() {
    let Some(root) = published_folder() else {
        return;
    };
    let files = &DiskFiles::new(&root);
    let key = "dir:documentation-specialist@dir:app-lead";
    let change = [set(key, "name", "Writer")];
    let Err(WriteBackError::Questions(asked)) = run(files, &change, &Choices::new()) else {
        panic!("no question")
    };
    assert_eq!(
        (asked[0].with.as_slice(), asked[0].options.len()),
        (&["Documentation Specialist".to_owned()][..], 2)
    );
    let all = run(files, &change, &choices(&[(key, "name", Scope::All)])).unwrap();
    assert_eq!(all.files.len(), 1);
    let one = run(files, &change, &choices(&[(key, "name", Scope::OnlyThis)])).unwrap();
    assert_eq!(one.files.len(), 2);
    assert_eq!(
        one.files.iter().filter(|f| f.before.is_none()).count(),
        1,
        "a copy of its own"
    );
    assert_eq!(
        one.effective
            .roles
            .iter()
            .filter(|r| r.name == "Writer")
            .count(),
        1
    );
}

#[test]
fn a_team_moves_with_its_directive() {
    both(|files| {
        let changes = [
            moved("dir:core-lead", Some("dir:pm")),
            moved("dir:core-be", Some("dir:cp-lead")),
            removed("dir:release-manager"),
            set("dir:core-be", "model", "opus"),
        ];
        let written = run(files, &changes, &Choices::new()).unwrap();
        assert_eq!(written.org.workspace_count(), 41);
        assert_eq!(written.keys["dir:core-be"], "dir:core-be");
        let parent = |key: &str| {
            let role = written
                .effective
                .roles
                .iter()
                .find(|r| r.key == key)
                .unwrap();
            role.parent_key.clone().unwrap()
        };
        assert_eq!(
            (parent("dir:core-lead"), parent("dir:core-be")),
            ("dir:pm".into(), "dir:cp-lead".into())
        );
    });
}

/// Debug builds on a busy machine are slow, so only a runaway is caught here; the bench has the figure.
#[test]
fn a_rename_is_quick() {
    both(|files| {
        let begun = Instant::now();
        let snapshot = Snapshot::new(files);
        run(&snapshot, &[set("dir:cp-be", "name", "X")], &Choices::new()).unwrap();
        let took = begun.elapsed();
        println!("rename in {took:?}");
        assert!(took.as_secs() < 5, "{took:?}");
    });
}
