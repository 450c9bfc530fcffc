//! Folders that come, go, are links or serve several.

use crate::house::{House, paths, reaction, reason, save};
use std::fs;

const SKILL: &str = "skills/a/SKILL.md";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_nested_folder_is_followed_from_its_first_file_on() {
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[(SKILL, "old")]).await;
    role.save("skills/b/deep/er/one.md", "1");
    house.told_of("skills/b/deep/er/one.md").await;
    role.save("skills/b/deep/er/two.md", "2");
    house.told_of("skills/b/deep/er/two.md").await;
    assert_eq!(
        house
            .hands
            .has(&role.id, "skills/b/deep/er/two.md")
            .unwrap(),
        b"2"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_folder_is_removed_inside_and_watched_when_it_comes_back() {
    let mut house = House::new().await;
    let role = house
        .role("pm", "claude-code", &[(SKILL, "old"), ("b.md", "b")])
        .await;
    fs::remove_dir_all(role.folder.join("skills")).unwrap();
    house.told_of(SKILL).await;
    assert_eq!(house.hands.has(&role.id, SKILL), None);
    role.save(SKILL, "again");
    house.told_of(SKILL).await;
    role.save(SKILL, "and again");
    house.told_of(SKILL).await;
    assert_eq!(house.hands.has(&role.id, SKILL).unwrap(), b"and again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vanished_root_takes_nothing_away_and_is_followed_when_it_returns() {
    let mut house = House::new().await;
    let role = house
        .role("pm", "claude-code", &[(SKILL, "old"), ("b.md", "b")])
        .await;
    let aside = house.dir.path().join("aside");
    fs::rename(&role.folder, &aside).unwrap();
    let event = house.told().await;
    assert_eq!(event.payload["source"], "watcher");
    assert!(
        reason(&event).contains("is not there"),
        "{}",
        reason(&event)
    );
    assert_eq!(
        house.reload.state().missing,
        [role.folder.display().to_string()]
    );
    assert_eq!(
        house.hands.has(&role.id, "b.md").unwrap(),
        b"b",
        "agents keep what they have"
    );
    fs::write(aside.join("b.md"), "changed meanwhile").unwrap();
    fs::rename(&aside, &role.folder).unwrap();
    house.told_of("b.md").await;
    assert!(house.reload.state().missing.is_empty());
    role.save("b.md", "after");
    house.told_of("b.md").await;
    assert_eq!(house.hands.has(&role.id, "b.md").unwrap(), b"after");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_replaced_by_rename_is_followed_in_its_new_place() {
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[("b.md", "b")]).await;
    let next = house.org().join("next");
    save(&next, "b.md", "replaced");
    fs::rename(&role.folder, house.org().join("before")).unwrap();
    fs::rename(&next, &role.folder).unwrap();
    house.told_of("b.md").await;
    role.save("b.md", "saved in the new one");
    house.told_of("b.md").await;
    assert_eq!(
        house.hands.has(&role.id, "b.md").unwrap(),
        b"saved in the new one"
    );
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_linked_folder_is_followed_where_it_leads() {
    let mut house = House::new().await;
    let real = house.dir.path().join("elsewhere");
    save(&real, "b.md", "b");
    save(&real, "skills/a/SKILL.md", "a");
    std::os::unix::fs::symlink("skills", real.join("more")).unwrap();
    let link = house.org().join("pm");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let role = house
        .workspace(
            "pm",
            "claude-code",
            &link,
            &[("b.md", "b"), (SKILL, "a"), ("more/a/SKILL.md", "a")],
        )
        .await;
    save(&real, "b.md", "new");
    house.told_of("b.md").await;
    assert_eq!(house.hands.has(&role.id, "b.md").unwrap(), b"new");
    // A link inside: one save is a change of both paths.
    save(&real, SKILL, "both");
    house.told_of(SKILL).await;
    assert_eq!(
        house.hands.has(&role.id, "more/a/SKILL.md").unwrap(),
        b"both"
    );
    // The link leads elsewhere now.
    let other = house.dir.path().join("other");
    save(&other, "b.md", "other");
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&other, &link).unwrap();
    house.told_of("b.md").await;
    save(&other, "b.md", "saved there");
    house.told_of("b.md").await;
    assert_eq!(house.hands.has(&role.id, "b.md").unwrap(), b"saved there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_folder_reaches_all_and_one_failing_stops_nobody() {
    let mut house = House::new().await;
    let first = house.role("shared", "claude-code", &[("b.md", "b")]).await;
    let second = house
        .workspace("second", "claude-code", &first.folder, &[("b.md", "b")])
        .await;
    house.hands.asked().failing.insert(first.id.clone(), 1);
    first.save("b.md", "new");
    let mut outcomes = std::collections::BTreeMap::new();
    // The one that fails is told, and told again when the second try did it.
    for _ in 0..3 {
        let event = house.told().await;
        assert_eq!(event.payload["workspace_ids"].as_array().unwrap().len(), 2);
        outcomes
            .entry(event.workspace_id.clone())
            .or_insert_with(Vec::new)
            .push(reaction(&event).to_owned());
    }
    assert_eq!(outcomes[&first.id], ["failed", "none"]);
    assert_eq!(outcomes[&second.id], ["none"]);
    for id in [&first.id, &second.id] {
        assert_eq!(house.hands.has(id, "b.md").unwrap(), b"new");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_is_made_later_needs_no_call() {
    let mut house = House::new().await;
    let first = house.role("pm", "claude-code", &[("b.md", "b")]).await;
    // The folder is moved below another workspace's eyes; only the event log tells of it.
    let later = house.org().join("later");
    save(&later, "b.md", "b");
    let (id, path) = (first.id.clone(), later.display().to_string());
    house
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                store::rows::workspaces::set_column(
                    write.conn(),
                    &id,
                    store::rows::workspaces::Column::TemplateDir,
                    path,
                    &now,
                )
                .await
            })
        })
        .await;
    house.event(wire::kind::WORKSPACE_UPDATED, &first.id).await;
    // Until the list is read the save may be missed; the comparison that follows finds it.
    save(&later, "b.md", "new");
    let event = house.told().await;
    assert_eq!(
        (paths(&event), event.workspace_id.as_str()),
        (vec!["b.md".to_owned()], first.id.as_str())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_28_a_template_is_followed_where_the_role_has_no_file_of_its_own() {
    let mut house = House::new().await;
    let base = house.dir.path().join("template");
    save(&base, "both.md", "theirs");
    save(&base, "only.md", "theirs");
    let role = house
        .role(
            "pm",
            "claude-code",
            &[("both.md", "mine"), ("own.md", "mine")],
        )
        .await;
    let (id, dir) = (role.id.clone(), base.display().to_string());
    house
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                let column = store::rows::workspaces::Column::BaseDir;
                store::rows::workspaces::set_column(write.conn(), &id, column, dir, &now).await
            })
        })
        .await;
    house.reload.rescan().await.unwrap();
    house.told_of("only.md").await;
    assert_eq!(house.hands.has(&role.id, "only.md").unwrap(), b"theirs");
    assert_eq!(
        house.hands.has(&role.id, "both.md").unwrap(),
        b"mine",
        "its own lies over it"
    );

    save(&base, "both.md", "changed below");
    save(&base, "only.md", "changed");
    let told = house.told_of("only.md").await;
    assert!(
        told.iter()
            .all(|event| !paths(event).contains(&"both.md".to_owned())),
        "{told:?}"
    );
    assert_eq!(house.hands.has(&role.id, "only.md").unwrap(), b"changed");
    // Without its own, the template's shows; without either it goes.
    fs::remove_file(role.folder.join("both.md")).unwrap();
    house.told_of("both.md").await;
    assert_eq!(
        house.hands.has(&role.id, "both.md").unwrap(),
        b"changed below"
    );
    fs::remove_file(base.join("both.md")).unwrap();
    house.told_of("both.md").await;
    assert_eq!(house.hands.has(&role.id, "both.md"), None);
}
