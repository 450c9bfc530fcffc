//! Org files: a plan is shown, never applied by this room.

use crate::house::{House, paths, reaction, save};
use reload::{OrgChange, OrgReaction};

fn plan(text: &str, files: &[&str]) -> OrgReaction {
    OrgReaction::PlanShown(OrgChange {
        text: text.to_owned(),
        files: files.iter().map(|file| (*file).to_owned()).collect(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_org_files_show_a_plan_and_unchanged_ones_nothing() {
    let mut house = House::new().await;
    save(&house.org(), "org.yaml", "name: Org\n");
    save(&house.org(), "teams/dev.yaml", "name: dev\n");
    save(&house.org(), "README.md", "old");
    let org = house.imported().await;
    house.hands.asked().org = Some(plan("1 to create", &[]));
    save(&house.org(), "org.yaml", "name: Org\n");
    save(&house.org(), "README.md", "no import reads this");
    save(&house.org(), "teams/dev.yaml", "name: dev2\n");
    let event = house.told().await;
    assert_eq!(
        (paths(&event), reaction(&event)),
        (vec!["teams/dev.yaml".to_owned()], "plan")
    );
    assert_eq!(
        (
            event.payload["org_id"].as_str(),
            event.workspace_id.as_str()
        ),
        (Some(org.as_str()), "")
    );
    assert_eq!(event.payload["reason"], "1 to create");
    assert_eq!(house.hands.asked().plans.len(), 2, "at the import, and now");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_while_it_was_closed_is_planned_once() {
    let mut house = House::new().await;
    save(&house.org(), "org.yaml", "name: Org\n");
    house.imported().await;
    house.hands.asked().org = Some(OrgReaction::Refused("org.yaml:1:1: broken".to_owned()));
    save(&house.org(), "org.yaml", "name: first\n");
    assert_eq!(reaction(&house.told().await), "refused");
    // Nothing changed: nothing happens.
    house.restart(|| ()).await;
    let org = house.org();
    house
        .restart(|| save(&org, "org.yaml", "name: second\n"))
        .await;
    assert_eq!(reaction(&house.told().await), "refused");
    assert_eq!(house.hands.asked().plans.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_between_an_import_and_the_first_look_is_planned() {
    let mut house = House::new().await;
    save(&house.org(), "org.yaml", "name: saved since\n");
    house.hands.asked().org = Some(plan("1 changed", &["org.yaml"]));
    let org = house.imported().await;
    let event = house.told().await;
    assert_eq!(
        (reaction(&event), event.payload["org_id"].as_str()),
        ("plan", Some(org.as_str()))
    );
    assert_eq!(paths(&event), ["org.yaml"], "as the plan names it");
    // Told once: a restart finds the same files.
    house.restart(|| ()).await;
    assert_eq!(house.hands.asked().plans.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_changes_nothing_is_not_told() {
    let mut house = House::new().await;
    save(&house.org(), "org.yaml", "name: Org\n");
    house.imported().await;
    let role = house.role("pm", "claude-code", &[("b.md", "old")]).await;
    save(&house.org(), "org.yaml", "# a comment\nname: Org\n");
    role.save("b.md", "new");
    let events = house.told_of("b.md").await;
    assert_eq!(events.len(), 1);
}
