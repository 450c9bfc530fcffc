//! What is asked of agents, and what people are told.

use crate::house::{House, paths, reaction, reason};
use wire::kind;

#[tokio::test(flavor = "multi_thread")]
async fn config_is_compared_key_by_key() {
    let mut house = House::new().await;
    let config = |description: &str, port: u16| {
        format!("name: A\ndescription: {description}\na2a: {{port: {port}}}\n")
    };
    let role = house
        .role("pm", "langgraph", &[("config.yaml", &config("old", 1))])
        .await;
    role.save("config.yaml", config("new", 1));
    let event = house.told().await;
    assert_eq!(reaction(&event), "in_place");
    assert!(
        reason(&event).contains("description of config.yaml"),
        "{}",
        reason(&event)
    );
    role.save("config.yaml", config("new", 2));
    let event = house.told().await;
    assert_eq!(reaction(&event), "restart");
    assert!(reason(&event).contains("a2a"));
    role.save(
        "config.yaml",
        format!("# only a comment\n{}", config("new", 2)),
    );
    assert_eq!(reaction(&house.told().await), "none");
    role.save(
        "config.yaml",
        format!("runtime: claude-code\n{}", config("new", 2)),
    );
    assert_eq!(reaction(&house.told().await), "recreate");
    let asked = house.hands.asked();
    assert_eq!((asked.reloads.len(), asked.restarts.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_config_is_refused_with_its_place_and_never_delivered() {
    let mut house = House::new().await;
    let role = house
        .role("pm", "langgraph", &[("config.yaml", "name: A\n")])
        .await;
    role.save("config.yaml", "name: A\ntools: [a\nmodel: x\n");
    let event = house.told().await;
    assert_eq!(reaction(&event), "refused");
    assert!(
        reason(&event).contains("line") && reason(&event).contains("keeps the one it has"),
        "{}",
        reason(&event)
    );
    assert_eq!(
        house.hands.has(&role.id, "config.yaml").unwrap(),
        b"name: A\n"
    );
    role.save("config.yaml", "name: B\n");
    assert_eq!(reaction(&house.told().await), "in_place");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_reload_people_are_told_what_follows() {
    let mut house = House::new().await;
    house.hands.asked().declares = false;
    let claude = house
        .role(
            "a",
            "claude-code",
            &[("system-prompt.md", "old"), ("skills/s/SKILL.md", "old")],
        )
        .await;
    let graph = house
        .role(
            "b",
            "langgraph",
            &[("system-prompt.md", "old"), ("skills/s/SKILL.md", "old")],
        )
        .await;
    claude.save("system-prompt.md", "new");
    let event = house.told().await;
    assert_eq!(reaction(&event), "none");
    assert!(reason(&event).contains("at its next use"));
    graph.save("skills/s/SKILL.md", "new");
    let event = house.told().await;
    assert_eq!(reaction(&event), "none");
    assert!(reason(&event).contains("4.5 s"));
    graph.save("system-prompt.md", "new");
    let event = house.told().await;
    assert_eq!(reaction(&event), "restart");
    assert!(reason(&event).contains("one restart after the running task"));
    let asked = house.hands.asked();
    assert!(
        asked.reloads.is_empty(),
        "nobody who did not declare it gets the message"
    );
    assert_eq!(asked.restarts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn plugin_code_is_one_restart_for_many_files_and_plugin_text_none() {
    let mut house = House::new().await;
    let files = [
        ("plugins/p/SKILL.md", "old"),
        ("plugins/p/hooks/a.sh", "old"),
        ("plugins/p/plugin.yaml", "name: p"),
    ];
    let role = house.role("pm", "claude-code", &files).await;
    role.save("plugins/p/SKILL.md", "new");
    assert_eq!(reaction(&house.told().await), "none");
    role.save("plugins/p/hooks/a.sh", "new");
    role.save("plugins/p/plugin.yaml", "name: q");
    let mut told = 0;
    while told < 2 {
        let event = house.told().await;
        assert_eq!(reaction(&event), "restart");
        told += paths(&event).len();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sleeping_agent_is_told_about_and_takes_it_when_it_is_online() {
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[("b.md", "old")]).await;
    house.hands.asked().asleep.insert(role.id.clone());
    role.save("b.md", "new");
    let event = house.told().await;
    assert_eq!(reaction(&event), "none");
    assert!(reason(&event).contains("next start"));
    assert_eq!(
        house.delivered(&role.id).await["b.md"],
        reload::digest(b"old"),
        "nothing reached it"
    );
    house.hands.asked().asleep.clear();
    house.event(kind::WORKSPACE_ONLINE, &role.id).await;
    house.told_of("b.md").await;
    assert_eq!(house.hands.has(&role.id, "b.md").unwrap(), b"new");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_edited_inside_the_agent_is_left_alone_and_named() {
    let mut house = House::new().await;
    let role = house
        .role("pm", "claude-code", &[("MEMORY.md", "old")])
        .await;
    house.hands.asked().kept = vec!["MEMORY.md".to_owned()];
    role.save("MEMORY.md", "new");
    let event = house.told().await;
    assert!(reason(&event).contains("MEMORY.md"), "{}", reason(&event));
    assert_eq!(house.hands.has(&role.id, "MEMORY.md").unwrap(), b"old");
    assert_eq!(
        house.delivered(&role.id).await["MEMORY.md"],
        reload::digest(b"old")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_of_the_folder_never_reach_an_agent() {
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[("b.md", "old")]).await;
    role.save(".env", "TOKEN=1");
    role.save(".env.local", "TOKEN=1");
    role.save(".auth_token", "1");
    role.save("b.md", "new");
    house.told_of("b.md").await;
    assert_eq!(
        house.hands.asked().configs[&role.id]
            .keys()
            .collect::<Vec<_>>(),
        ["b.md"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_made_by_the_platform_win_and_are_followed() {
    let mut house = House::new().await;
    let role = house.role("pm", "claude-code", &[("b.md", "made")]).await;
    let id = role.id.clone();
    house.make(&id, "b.md", b"made").await;
    role.save("b.md", "the folder's version is not used");
    role.save("c.md", "marker");
    let events = house.told_of("c.md").await;
    assert!(events.iter().all(|event| paths(event) == ["c.md"]));
    house.make(&id, "b.md", b"made anew").await;
    house.reload.touched(&role.id);
    house.told_of("b.md").await;
    assert_eq!(house.hands.has(&role.id, "b.md").unwrap(), b"made anew");
}
