//! The platform is closed and started again.

use crate::house::{House, paths};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_only_what_differs_is_followed() {
    let mut house = House::new().await;
    let role = house
        .role(
            "pm",
            "claude-code",
            &[("a.md", "old"), ("b.md", "b"), ("c.md", "c")],
        )
        .await;
    role.save("a.md", "new");
    house.told_of("a.md").await;
    house.restart(|| ()).await;
    let folder = role.folder.clone();
    house
        .restart(|| {
            std::fs::write(folder.join("b.md"), "saved while closed").unwrap();
            std::fs::remove_file(folder.join("c.md")).unwrap();
        })
        .await;
    let event = house.told().await;
    assert_eq!(
        paths(&event),
        ["b.md", "c.md"],
        "the first restart had nothing to tell"
    );
    assert_eq!(
        house.hands.has(&role.id, "b.md").unwrap(),
        b"saved while closed"
    );
    assert_eq!(house.hands.has(&role.id, "c.md"), None);
    assert_eq!(house.hands.asked().deliveries, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_stop_nothing_is_done_and_a_rescan_says_so() {
    let house = House::new().await;
    let role = house.role("pm", "claude-code", &[("a.md", "old")]).await;
    house.reload.stop().await;
    role.save("a.md", "new");
    assert!(house.reload.rescan().await.is_err());
    assert_eq!(house.hands.asked().deliveries, 0);
}
