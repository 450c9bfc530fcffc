//! A role's folder that its org names and that is made only after the import.

use crate::house::{House, reaction, save};
use std::{fs, time::Duration};

const SKILL: &str = "skills/greet/SKILL.md";

async fn dirs(house: &House, id: &str) -> (Option<String>, Option<String>) {
    let row = store::rows::workspaces::get(house.store.read(), id)
        .await
        .unwrap()
        .unwrap();
    (row.template_dir, row.base_dir)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_made_after_the_import_is_followed_from_its_first_file_on() {
    let mut house = House::new().await;
    save(&house.org(), "org.yaml", "name: Org\n");
    let org = house.imported().await;
    let role = house.waiting(&org, "teams/lead", None).await;
    assert!(
        house.reload.state().missing.is_empty(),
        "it is no folder that went"
    );
    role.save(SKILL, "first");
    let told = house.told_of(SKILL).await;
    let event = told.last().unwrap();
    assert_eq!(
        (event.workspace_id.as_str(), reaction(event)),
        (role.id.as_str(), "in_place")
    );
    assert_eq!(house.hands.has(&role.id, SKILL).unwrap(), b"first");
    // As the next import would have it, and so the next start copies it.
    let own = role.folder.display().to_string();
    assert_eq!(dirs(&house, &role.id).await, (Some(own), None));

    role.save(SKILL, "second");
    house.told_of(SKILL).await;
    assert_eq!(house.hands.has(&role.id, SKILL).unwrap(), b"second");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_made_step_by_step_is_followed_and_what_the_role_had_stays_below() {
    let mut house = House::new().await;
    let org = house.imported().await;
    let template = house.dir.path().join("template");
    save(&template, "both.md", "theirs");
    save(&template, "only.md", "theirs");
    let role = house
        .waiting(
            &org,
            "lead",
            Some((&template, &[("both.md", "theirs"), ("only.md", "theirs")])),
        )
        .await;
    // The folder alone is nothing to tell, but it is taken.
    fs::create_dir(&role.folder).unwrap();
    let (own, below) = (
        role.folder.display().to_string(),
        template.display().to_string(),
    );
    let taken = async {
        while dirs(&house, &role.id).await != (Some(own.clone()), Some(below.clone())) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), taken)
        .await
        .expect("the folder is taken");
    role.save("both.md", "mine");
    house.told_of("both.md").await;
    assert_eq!(house.hands.has(&role.id, "both.md").unwrap(), b"mine");
    assert_eq!(house.hands.has(&role.id, "only.md").unwrap(), b"theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_made_while_the_platform_is_closed_is_found_at_its_start() {
    let mut house = House::new().await;
    let org = house.imported().await;
    let role = house.waiting(&org, "lead", None).await;
    let folder = role.folder.clone();
    house.restart(|| save(&folder, SKILL, "meanwhile")).await;
    house.told_of(SKILL).await;
    assert_eq!(house.hands.has(&role.id, SKILL).unwrap(), b"meanwhile");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_out_of_the_org_waits_for_an_import() {
    let mut house = House::new().await;
    let org = house.imported().await;
    let role = house.waiting(&org, "lead", None).await;
    let other = house.waiting(&org, "other", None).await;
    let outside = house.dir.path().join("outside");
    save(&outside, SKILL, "not of the org");
    std::os::unix::fs::symlink(&outside, &role.folder).unwrap();
    // Whatever the link causes is done when the later folder is told of.
    other.save(SKILL, "of the org");
    house.told_of(SKILL).await;
    house.reload.rescan().await.unwrap();
    assert_eq!(house.hands.has(&other.id, SKILL).unwrap(), b"of the org");
    assert_eq!(house.hands.has(&role.id, SKILL), None);
    assert_eq!(dirs(&house, &role.id).await, (None, None));
}
