//! Agents that do not run: what should be is written, and their next start brings it (contract 03 no. 81).

use crate::house::{DEMO, Folder, House};
use plugins::VolumeError;

async fn start(house: &House, id: &str, volume: &Folder, fresh: bool) {
    let row = house.row(id).await;
    house.delivery.at_start(volume, &row, fresh).await.unwrap();
}

#[tokio::test]
async fn no_81_an_install_waits_for_the_next_start() {
    let house = House::new().await;
    let id = house.workspace("a", |_| {}).await;
    let done = house.install(&id, "demo").await.unwrap();
    assert_eq!((done.restart, done.delivered), ("none", "next_start"));
    assert!(!house.plugins.installed(&id).await.unwrap()[0].delivered);
    assert_eq!(house.told().await, ["demo installed none"]);
    let volume = house.stop(&id);
    start(&house, &id, &volume, true).await;
    assert!(volume.exists("plugins/demo/.complete") && volume.exists("skills/a/SKILL.md"));
    assert!(volume.read("CLAUDE.md").unwrap().contains("Be brief."));
    assert!(house.plugins.installed(&id).await.unwrap()[0].delivered);
    let calls = volume.calls.lock().unwrap().len();
    start(&house, &id, &volume, false).await;
    assert_eq!(
        volume.calls.lock().unwrap().len(),
        calls,
        "a start with nothing to do asks the volume nothing"
    );
}

#[tokio::test]
async fn an_update_and_a_removal_while_stopped_leave_exactly_the_new_state() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    house.offer(
        "demo",
        &[
            DEMO[0],
            DEMO[1],
            DEMO[2],
            ("skills/b/SKILL.md", "b"),
            ("hooks/h.sh", "h"),
        ],
    );
    house.install(&id, "demo").await.unwrap();
    house.stop(&id);
    house.offer("demo", &DEMO);
    house.install(&id, "demo").await.unwrap();
    start(&house, &id, &volume, false).await;
    assert!(!volume.exists("plugins/demo/hooks/h.sh") && !volume.exists("plugins/demo/skills/b"));
    assert!(
        !volume.exists("skills/b/SKILL.md"),
        "the copy of a dropped skill is out of the agent's way"
    );
    // It runs: what could only be emptied goes.
    house.run(&id);
    house.plugins.settle(&id).await.unwrap();
    assert!(!volume.exists("skills/b") && !volume.exists(".claude/hooks/h.sh"));

    house.stop(&id);
    let gone = house.plugins.uninstall(&id, "demo").await.unwrap();
    assert_eq!(gone.restart, "none");
    assert!(house.plugins.installed(&id).await.unwrap().is_empty());
    start(&house, &id, &volume, false).await;
    assert!(!volume.exists("plugins/demo/plugin.yaml") && !volume.exists("skills/a/SKILL.md"));
    assert_eq!(volume.read("CLAUDE.md").unwrap_or_default(), "");
    house.run(&id);
    house.plugins.settle(&id).await.unwrap();
    assert!(volume.files().is_empty(), "{:?}", volume.files());
    assert!(
        store::rows::plugins::of_workspace(house.store.read(), &id)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_new_volume_gets_everything_again() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    house.install(&id, "demo").await.unwrap();
    house.stop(&id);
    std::fs::remove_dir_all(&volume.root).unwrap();
    let volume = house.stop(&id);
    start(&house, &id, &volume, true).await;
    assert!(volume.exists("plugins/demo/.complete") && volume.exists("skills/a/SKILL.md"));
}

#[tokio::test]
async fn an_agent_that_goes_away_under_an_install_gets_it_at_its_next_start() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    volume.fail("rename", 1, VolumeError::Gone);
    let done = house.install(&id, "demo").await.unwrap();
    assert_eq!(done.delivered, "next_start");
    start(&house, &id, &volume, false).await;
    assert!(volume.exists("plugins/demo/.complete"));
}

#[tokio::test]
async fn an_image_without_programs_is_restarted_instead() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    volume.fail("rename", 1, VolumeError::NoTools);
    let done = house.install(&id, "demo").await.unwrap();
    assert_eq!(
        (done.delivered, done.restart, house.restarts()),
        ("next_start", "now", 1)
    );
    house.stop(&id);
    start(&house, &id, &volume, false).await;
    assert!(volume.exists("plugins/demo/.complete"));
}

#[tokio::test]
async fn no_81_an_agent_elsewhere_is_recorded_only() {
    let house = House::new().await;
    let id = house
        .workspace("x", |new| new.runtime = "external".into())
        .await;
    let done = house.install(&id, "demo").await.unwrap();
    assert_eq!(done.delivered, "recorded");
    let list = house.plugins.installed(&id).await.unwrap();
    assert_eq!((list.len(), list[0].delivered), (1, true));
    house.plugins.uninstall(&id, "demo").await.unwrap();
    assert!(house.plugins.installed(&id).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_shelf_keeps_what_some_row_needs() {
    let house = House::new().await;
    let (id, _) = house.running("a").await;
    house.install(&id, "demo").await.unwrap();
    assert_eq!(house.plugins.sweep_shelf().await.unwrap(), 0);
    house.plugins.uninstall(&id, "demo").await.unwrap();
    assert_eq!(house.plugins.sweep_shelf().await.unwrap(), 1);
}

#[tokio::test]
async fn a_lost_archive_is_fetched_again_from_its_source() {
    let house = House::new().await;
    let (id, _) = house.running("a").await;
    house.install(&id, "demo").await.unwrap();
    std::fs::remove_dir_all(house.dir.path().join("archives")).unwrap();
    assert_eq!(house.plugins.mend_shelf().await.unwrap(), 1);
    assert_eq!(house.plugins.mend_shelf().await.unwrap(), 0);
    let volume = Folder::at(house.dir.path().join("new volume"));
    start(&house, &id, &volume, true).await;
    assert!(volume.exists("plugins/demo/.complete"));
    // Other files by now are not the same plugin.
    std::fs::remove_dir_all(house.dir.path().join("archives")).unwrap();
    house.offer("demo", &[DEMO[0]]);
    assert_eq!(house.plugins.mend_shelf().await.unwrap(), 0);
}
