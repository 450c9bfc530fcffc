//! How editors save: each way ends with the bytes in the container, and unchanged content ends with nothing.

use crate::house::{House, paths, reaction, reason};
use std::fs;

const SKILL: &str = "skills/a/SKILL.md";

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_skill_is_inside_without_a_restart() {
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[(SKILL, "old")]).await;
    role.save(SKILL, "new");
    let event = house.told().await;
    assert_eq!(event.workspace_id, role.id);
    assert_eq!(
        (paths(&event), reaction(&event)),
        (vec![SKILL.to_owned()], "in_place")
    );
    assert!(reason(&event).contains("skill") && event.payload["duration_ms"].is_u64());
    assert_eq!(event.payload["source"], "workspace_files");
    assert_eq!(house.hands.has(&role.id, SKILL).unwrap(), b"new");
    assert_eq!(
        house.delivered(&role.id).await[SKILL],
        reload::digest(b"new")
    );
    let asked = house.hands.asked();
    assert_eq!((asked.reloads.len(), asked.restarts.len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_by_rename_is_one_change_and_its_side_files_are_none() {
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[(SKILL, "old")]).await;
    let folder = role.folder.join("skills/a");
    // The way of vim: try the folder, swap file, move the old one aside, write the new one, drop the old one.
    fs::write(folder.join("4913"), "").unwrap();
    fs::remove_file(folder.join("4913")).unwrap();
    fs::write(folder.join(".SKILL.md.swp"), "swap").unwrap();
    fs::rename(folder.join("SKILL.md"), folder.join("SKILL.md~")).unwrap();
    fs::write(folder.join("SKILL.md"), "new").unwrap();
    fs::remove_file(folder.join("SKILL.md~")).unwrap();
    house.told_of(SKILL).await;
    // The way of others: write beside it, rename over it.
    fs::write(folder.join("SKILL.md.tmp"), "newer").unwrap();
    fs::rename(folder.join("SKILL.md.tmp"), folder.join("SKILL.md")).unwrap();
    let events = house.told_of(SKILL).await;
    assert!(events.iter().all(|event| paths(event) == [SKILL]));
    let asked = house.hands.asked();
    assert_eq!(asked.configs[&role.id].keys().collect::<Vec<_>>(), [SKILL]);
    assert_eq!(asked.configs[&role.id][SKILL], b"newer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_by_delete_and_create_ends_with_the_new_content() {
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[(SKILL, "old")]).await;
    fs::remove_file(role.folder.join(SKILL)).unwrap();
    role.save(SKILL, "new");
    house.told_of(SKILL).await;
    // Where the burst ended between the two steps a second change follows; the first may be the removal.
    while house.hands.has(&role.id, SKILL).as_deref() != Some(b"new") {
        house.told_of(SKILL).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_files_at_once_are_few_deliveries() {
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[(SKILL, "old")]).await;
    for n in 0..500 {
        role.save(&format!("notes/{n}.txt"), n.to_string());
    }
    let mut seen = 0;
    while seen < 500 {
        seen += house.told().await.payload["paths_total"].as_u64().unwrap();
    }
    let asked = house.hands.asked();
    assert_eq!((seen, asked.configs[&role.id].len()), (500, 501));
    assert!(
        asked.deliveries < 100,
        "{} deliveries for one burst",
        asked.deliveries
    );
    assert!(asked.reloads.is_empty() && asked.restarts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn touching_and_saving_the_same_again_does_nothing() {
    let mut house = House::new().await;
    let role = house
        .role(
            "pm",
            "claude-code",
            &[(SKILL, "same"), ("system-prompt.md", "old")],
        )
        .await;
    role.save(SKILL, "same");
    fs::File::options()
        .append(true)
        .open(role.folder.join(SKILL))
        .unwrap()
        .set_modified(std::time::SystemTime::now())
        .unwrap();
    role.save("system-prompt.md", "new");
    let events = house.told_of("system-prompt.md").await;
    assert_eq!(events.len(), 1);
    assert_eq!(paths(&events[0]), ["system-prompt.md"]);
    assert_eq!(house.hands.asked().deliveries, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn line_ends_change_in_texts_and_bytes_of_others_stay() {
    let mut house = House::new().await;
    let role = house
        .role("pm", "claude-code", &[("a.md", "x\ny\n"), ("b.bin", "old")])
        .await;
    // Other line ends, same text: not a change, because the same bytes are in the container.
    role.save("a.md", "x\r\ny\r\n");
    let binary: Vec<u8> = (0..=255).chain(*b"\r\n\0\r\n").collect();
    role.save("b.bin", &binary);
    let events = house.told_of("b.bin").await;
    assert!(events.iter().all(|event| paths(event) == ["b.bin"]));
    assert_eq!(house.hands.has(&role.id, "b.bin").unwrap(), binary);
    role.save("a.md", "z\r\n");
    house.told_of("a.md").await;
    assert_eq!(house.hands.has(&role.id, "a.md").unwrap(), b"z\n");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_run_stays_so() {
    use std::os::unix::fs::PermissionsExt;
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[("run.sh", "old")]).await;
    fs::set_permissions(
        role.folder.join("run.sh"),
        fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    role.save("run.sh", "new");
    house.told_of("run.sh").await;
    assert!(house.hands.asked().executable.contains("run.sh"));
}
