//! Large files, too many folders, loops, the pause switch.

use crate::house::{House, paths, reaction, reason, save};
use reload::ReloadSettings;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn ten_mebibytes_are_carried_and_one_byte_more_is_named() {
    let mut house = House::new().await;
    let role = house
        .role("pm", "claude-code", &[("a.bin", "old"), ("b.bin", "old")])
        .await;
    let limit = 10 * 1024 * 1024;
    role.save("a.bin", vec![7; limit]);
    house.told_of("a.bin").await;
    while house.hands.has(&role.id, "a.bin").unwrap().len() < limit {
        house.told_of("a.bin").await;
    }
    // Written beside and renamed, so that nobody sees it half written.
    save(house.dir.path(), "big", vec![7; limit + 1]);
    std::fs::rename(house.dir.path().join("big"), role.folder.join("b.bin")).unwrap();
    let events = house.told_of("b.bin").await;
    let event = events.last().unwrap();
    assert_eq!(reaction(event), "refused");
    assert!(
        reason(event).contains("10485760") && reason(event).contains("next start"),
        "{}",
        reason(event)
    );
    assert_eq!(house.hands.has(&role.id, "b.bin").unwrap(), b"old");
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_beyond_the_limit_are_named_and_a_rescan_finds_their_changes() {
    let mut house = House::with(ReloadSettings {
        folders: 3,
        ..ReloadSettings::default()
    })
    .await;
    let role = house
        .role("pm", "claude-code", &[("skills/z/SKILL.md", "old")])
        .await;
    let event = house.told().await;
    assert_eq!(event.payload["source"], "watcher");
    let problem = house.reload.state().problem.unwrap();
    assert_eq!(
        (problem.code, problem.text.as_str()),
        ("too_many_folders", reason(&event))
    );
    assert!(problem.text.contains("Rescan"));
    role.save("skills/z/SKILL.md", "new");
    house.reload.rescan().await.unwrap();
    house.told_of("skills/z/SKILL.md").await;
    assert_eq!(
        house.hands.has(&role.id, "skills/z/SKILL.md").unwrap(),
        b"new"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_reacts_to_nothing_and_its_end_to_everything() {
    let mut house = House::new().await;
    let role = house
        .role("pm", "claude-code", &[("a.md", "old"), ("b.md", "old")])
        .await;
    house.reload.paused(true);
    role.save("a.md", "new");
    role.save("b.md", "new");
    // Even when asked.
    house.reload.rescan().await.unwrap();
    house.reload.touched(&role.id);
    assert!(house.reload.state().paused);
    assert_eq!(house.hands.asked().deliveries, 0);
    house.reload.paused(false);
    let event = house.told().await;
    assert_eq!(paths(&event), ["a.md", "b.md"]);
}

fn hasty() -> ReloadSettings {
    ReloadSettings {
        loop_changes: 4,
        loop_window: Duration::from_secs(600),
        first_hold: Duration::from_secs(1),
        longest_hold: Duration::from_secs(600),
        ..ReloadSettings::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_that_take_turns_are_held_and_the_last_word_is_taken() {
    let mut house = House::with(hasty()).await;
    let role = house.role("pm", "claude-code", &[("a.md", "old")]).await;
    for content in ["one", "two", "one"] {
        role.save("a.md", content);
        assert_eq!(reaction(&house.told().await), "none");
    }
    role.save("a.md", "two");
    let event = house.told().await;
    assert_eq!(reaction(&event), "held");
    assert!(reason(&event).contains("take turns"), "{}", reason(&event));
    assert_eq!(house.hands.has(&role.id, "a.md").unwrap(), b"one");
    assert_eq!(reaction(&house.told().await), "none");
    assert_eq!(house.hands.has(&role.id, "a.md").unwrap(), b"two");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_writes_into_its_own_folder_is_named() {
    let mut house = House::with(ReloadSettings {
        first_hold: Duration::from_secs(600),
        ..hasty()
    })
    .await;
    let role = house
        .role("Scribe", "claude-code", &[("a.md", "old")])
        .await;
    let (id, dir) = (role.id.clone(), role.folder.display().to_string());
    house
        .write(move |write| {
            Box::pin(async move {
                use store::rows::workspaces::{Column, set_column};
                let now = write.stamp();
                set_column(write.conn(), &id, Column::WorkspaceDir, dir, &now).await?;
                set_column(
                    write.conn(),
                    &id,
                    Column::WorkspaceAccess,
                    "read_write",
                    &now,
                )
                .await
            })
        })
        .await;
    for turn in 0..3 {
        role.save("a.md", turn.to_string());
        house.told().await;
    }
    role.save("a.md", "3");
    let event = house.told().await;
    assert!(
        reason(&event).contains("the agent Scribe works in this folder"),
        "{}",
        reason(&event)
    );
    let held = house.reload.state().held;
    assert_eq!((held.len(), held[0].path.as_str()), (1, "a.md"));
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_writes_that_come_back_are_named() {
    let mut house = House::with(ReloadSettings {
        first_hold: Duration::from_secs(600),
        ..hasty()
    })
    .await;
    let role = house.role("pm", "claude-code", &[("a.md", "old")]).await;
    let file = role.folder.canonicalize().unwrap().join("a.md");
    for turn in 0..4 {
        house.reload.wrote(&file);
        role.save("a.md", turn.to_string());
        let event = house.told().await;
        if turn == 3 {
            assert!(
                reason(&event).contains("Molecule Desktop itself"),
                "{}",
                reason(&event)
            );
        }
    }
}
