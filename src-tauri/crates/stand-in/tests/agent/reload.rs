//! Saved files reach the running agent.

use crate::child::{Setup, skill};
use crate::platform::Platform;
use serde_json::{Value, json};

#[tokio::test]
async fn a_saved_skill_is_used_without_a_restart() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    assert_eq!(agent.say("skill triage").await, "Sort them by age.");
    agent.setup.write(
        "skills/triage/SKILL.md",
        &skill("Sorts issues", "Sort them by size."),
    );
    assert_eq!(
        agent.say("skill triage").await,
        "Sort them by size.",
        "read at use, before any watcher"
    );
    agent.setup.write("skills/new/SKILL.md", "Fresh.");
    assert_eq!(agent.say("skill new").await, "Fresh.");
    assert_eq!(
        agent.say("skill old").await,
        "There is no skill old. Skills: new, triage."
    );
    assert!(
        agent
            .say("skills")
            .await
            .ends_with(": skills: new, triage.")
    );
    let asked = agent.say("Who are you?").await;
    assert!(
        asked.contains(": Who are you?\n\n(I am the built-in stand-in"),
        "{asked}"
    );
    agent.setup.write("system-prompt.md", "You read books.");
    assert!(agent.say("prompt").await.starts_with("You read books."));
}

#[tokio::test]
async fn the_card_follows_names_and_skills_but_not_texts() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    agent.output.wait_for("registered").await;
    // Only text: nothing of it is in the card.
    agent.setup.write(
        "skills/triage/SKILL.md",
        &skill("Sorts issues", "Other text."),
    );
    agent
        .output
        .wait_for("read again: skills/triage/SKILL.md")
        .await;
    agent.setup.write(
        "skills/triage/SKILL.md",
        &skill("Sorts mail", "Other text."),
    );
    let update = platform.wait_for_path("/registry/update-card").await;
    assert_eq!(update.body["workspace_id"], "w-1");
    assert_eq!(
        update.body["agent_card"]["skills"][0]["description"], "Sorts mail",
        "the first update is this one"
    );
    let seen = platform.calls().len();
    agent.setup.write("config.yaml", "name: Reader\n");
    let update = platform
        .wait_from(seen, "the new name", |call| {
            call.path.ends_with("/update-card")
        })
        .await;
    assert_eq!(update.body["agent_card"]["name"], "Reader");
    assert_eq!(agent.say("hi").await, "Reader: hi");
}

#[tokio::test]
async fn a_broken_config_is_told_and_changes_nothing() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    agent.setup.write("config.yaml", "name: [\n");
    agent.output.wait_for("stays in force").await;
    assert_eq!(agent.say("hi").await, "Analyst: hi");
}

#[tokio::test]
async fn reload_is_answered_without_a_task_or_a_model() {
    let platform = Platform::start().await;
    // In chat mode any model call would fail loudly: its address does not answer.
    let agent = Setup::new()
        .with("STAND_IN_MODE", "chat")
        .with("OPENAI_BASE_URL", "http://127.0.0.1:1")
        .start(&platform)
        .await;
    agent.output.wait_for("registered").await;
    agent
        .setup
        .write("skills/mail/SKILL.md", &skill("Sorts mail", "x"));
    let answer: Value = agent
        .rpc("molecule/reload", json!({"reason": "saved"}))
        .await
        .json()
        .await
        .unwrap();
    let result = &answer["result"];
    assert_eq!(
        (&result["reloaded"], &result["skills"]),
        (&json!(true), &json!(["mail", "triage"]))
    );
    assert_eq!(result["problems"], json!([]));
    platform.wait_for_path("/registry/update-card").await;
    let again: Value = agent
        .rpc("molecule/reload", json!({}))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (
            &again["result"]["changed"],
            &again["result"]["card_updated"]
        ),
        (&json!([]), &json!(false))
    );
    let tasks = platform
        .calls()
        .iter()
        .filter(|call| call.body["active_tasks"].as_i64() > Some(0))
        .count();
    assert_eq!(tasks, 0);
}

#[tokio::test]
async fn a_card_that_was_not_taken_is_sent_again() {
    let platform = Platform::start().await;
    let agent = Setup::new().start(&platform).await;
    agent.output.wait_for("registered").await;
    platform.answer_next("/update-card", 503, json!({"error": "starting"}));
    agent.setup.write("config.yaml", "name: Reader\n");
    agent.output.wait_for("the new card was not taken").await;
    let seen = platform
        .calls()
        .iter()
        .position(|call| call.path.ends_with("/update-card"))
        .unwrap();
    let again = platform
        .wait_from(seen + 1, "the card again", |call| {
            call.path.ends_with("/update-card")
        })
        .await;
    assert_eq!(again.body["agent_card"]["name"], "Reader");
}
