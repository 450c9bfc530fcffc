//! What the agent is asked by its own config: once at its first start, and while it has nothing to do.

use crate::child::Setup;
use crate::platform::{Call, Platform, is_whole_beat};
use serde_json::json;

fn asked<'k>(kind: &'k str) -> impl Fn(&Call) -> bool + 'k {
    move |call| {
        let id = &call.body["params"]["message"]["messageId"];
        call.path == "/workspaces/w-1/a2a" && id.as_str().is_some_and(|id| id.starts_with(kind))
    }
}

#[tokio::test]
async fn the_initial_prompt_is_sent_once_in_the_life_of_its_folder() {
    let platform = Platform::start().await;
    let setup = Setup::new();
    setup.write(
        "config.yaml",
        "name: Analyst\nruntime: claude-code\ninitial_prompt: |-\n  Read the reports.\n  Then wait.\n",
    );
    // The platform is busy at first: it is tried again.
    platform.answer_next("/a2a", 503, json!({"error": "busy"}));
    let agent = setup.start(&platform).await;
    let first = platform.wait("the initial prompt", asked("initial-")).await;
    assert_eq!(first.workspace, "w-1", "it says who speaks");
    assert_eq!(
        first.body["params"]["message"]["parts"][0]["text"],
        "Read the reports.\nThen wait."
    );
    let number = platform.calls().iter().position(asked("initial-")).unwrap();
    platform
        .wait_from(number + 1, "it again", asked("initial-"))
        .await;
    let marker = agent.setup.path(".initial_prompt_done");
    assert_eq!(std::fs::read_to_string(marker).unwrap(), "attempted");

    agent.terminate();
    let (_, _, setup) = agent.ended().await;
    let from = platform.calls().len();
    let _agent = setup.start(&platform).await;
    platform.wait_from(from, "a beat", is_whole_beat).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert!(!platform.calls()[from..].iter().any(asked("initial-")));
}

#[tokio::test]
async fn the_idle_prompt_is_sent_again_and_again_and_taken_from_its_file() {
    let platform = Platform::start().await;
    let setup = Setup::new();
    setup.write(
        "config.yaml",
        "name: Analyst\nruntime: claude-code\nidle_prompt_file: idle.md\nidle_interval_seconds: 1\n",
    );
    setup.write("idle.md", "Anything new?\n");
    let _agent = setup.start(&platform).await;
    let first = platform.wait("an idle prompt", asked("idle-")).await;
    assert_eq!(
        first.body["params"]["message"]["parts"][0]["text"],
        "Anything new?"
    );
    let number = platform.calls().iter().position(asked("idle-")).unwrap();
    let second = platform
        .wait_from(number + 1, "the next one", asked("idle-"))
        .await;
    assert_ne!(
        first.body["params"]["message"]["messageId"],
        second.body["params"]["message"]["messageId"]
    );
}

#[tokio::test]
async fn without_prompts_nothing_is_asked() {
    let platform = Platform::start().await;
    let setup = Setup::new();
    setup.write(
        "config.yaml",
        "name: Analyst\nruntime: claude-code\nidle_interval_seconds: 1\nidle_prompt_file: ../secret\n",
    );
    let _agent = setup.start(&platform).await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert!(
        !platform
            .calls()
            .iter()
            .any(|call| call.path.ends_with("/a2a"))
    );
}
