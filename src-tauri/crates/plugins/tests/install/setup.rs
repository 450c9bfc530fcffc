//! `setup.sh` of plugins: run apart from the agent before it starts (contract 03 no. 92).

use crate::house::{Folder, House};
use async_trait::async_trait;
use plugins::{Ran, Scripts, SetupState, VolumeError};
use std::sync::{Arc, Mutex};

const PLUGIN: [(&str, &str); 3] = [
    ("plugin.yaml", "name: tool\n"),
    (
        "skills/a/SKILL.md",
        "---\nname: a\ndescription: d\n---\nbody\n",
    ),
    ("setup.sh", "echo real\n"),
];

type Answer = Result<Ran, VolumeError>;

/// Runs nothing: notes what lay in the place of the script, and answers what the test says.
struct Noted {
    volume: Folder,
    seen: Arc<Mutex<Vec<String>>>,
    answer: Option<Answer>,
}

#[async_trait]
impl Scripts for Noted {
    async fn run(&self, folder: &str) -> Answer {
        let text = self.volume.read(&format!("{folder}/setup.sh"));
        self.seen.lock().unwrap().push(text.unwrap_or_default());
        match &self.answer {
            Some(answer) => answer.clone(),
            // As if the platform ended here.
            None => std::future::pending().await,
        }
    }
}

struct Stage {
    house: House,
    id: String,
    volume: Folder,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    async fn new() -> Self {
        let house = House::new().await;
        house.offer("tool", &PLUGIN);
        let (id, volume) = house.running("a").await;
        house.install(&id, "tool").await.unwrap();
        Self {
            house,
            id,
            volume,
            seen: Arc::default(),
        }
    }

    async fn start(&self, fresh: bool, answer: Option<Answer>) {
        let row = self.house.row(&self.id).await;
        let delivery = &self.house.delivery;
        let noted = Noted {
            volume: self.volume.clone(),
            seen: self.seen.clone(),
            answer,
        };
        delivery.at_start(&self.volume, &row, fresh).await.unwrap();
        let work = delivery.set_up(&self.volume, &row, &noted);
        let _ = tokio::time::timeout(std::time::Duration::from_millis(300), work).await;
    }

    fn ran(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    async fn state(&self) -> (SetupState, String) {
        let list = self.house.plugins.installed(&self.id).await.unwrap();
        let setup = list[0].setup.clone().expect("it has a setup.sh");
        (setup.state, setup.log)
    }
}

fn done() -> Option<Answer> {
    Some(Ok(Ran {
        exit_code: Some(0),
        log: "made\n".into(),
    }))
}

#[tokio::test]
async fn it_runs_once_before_the_next_start_and_the_agent_never_holds_it() {
    let stage = Stage::new().await;
    let in_agent = || stage.volume.read("plugins/tool/setup.sh").unwrap();
    assert!(
        in_agent().ends_with("exit 0\n") && !in_agent().contains("real"),
        "no runtime can run it: {}",
        in_agent()
    );
    assert_eq!(stage.state().await.0, SetupState::Due);
    assert_eq!(stage.house.restarts(), 1, "it comes with the restart");

    stage.start(false, done()).await;
    assert_eq!(
        stage.ran(),
        ["echo real\n"],
        "the real one, in its own folder"
    );
    assert!(!in_agent().contains("real"));
    assert_eq!(stage.state().await, (SetupState::Done, "made\n".into()));
    stage.start(false, done()).await;
    assert!(stage.ran().is_empty(), "not at every start");
    assert_eq!(
        stage
            .house
            .install(&stage.id, "tool")
            .await
            .unwrap()
            .restart,
        "none",
        "what is installed is what is there, although another file takes the script's place"
    );
    stage.start(false, done()).await;
    assert!(stage.ran().is_empty());
    stage.start(true, done()).await;
    assert_eq!(stage.ran().len(), 1, "a new volume has nothing of it");
}

#[tokio::test]
async fn another_version_runs_it_again_and_another_text_of_a_skill_does_not() {
    let stage = Stage::new().await;
    stage.start(false, done()).await;
    stage.ran();
    let mut skill = PLUGIN;
    skill[1].1 = "---\nname: a\ndescription: d\n---\nother\n";
    stage.house.offer("tool", &skill);
    let again = stage.house.install(&stage.id, "tool").await.unwrap();
    assert_eq!(again.restart, "none");
    stage.start(false, done()).await;
    assert!(stage.ran().is_empty());
    let mut script = skill;
    script[2].1 = "echo second\n";
    stage.house.offer("tool", &script);
    let again = stage.house.install(&stage.id, "tool").await.unwrap();
    assert_eq!(again.restart, "now", "the script alone is a change");
    stage.start(false, done()).await;
    assert_eq!(stage.ran(), ["echo second\n"]);
}

#[tokio::test]
async fn what_goes_wrong_is_told_keeps_no_agent_from_starting_and_is_tried_again() {
    let stage = Stage::new().await;
    let failed = Ran {
        exit_code: Some(3),
        log: "no such package\n".into(),
    };
    stage.start(false, Some(Ok(failed))).await;
    assert_eq!(
        stage.state().await,
        (SetupState::Failed, "no such package\n".into())
    );
    let late = Ran {
        exit_code: None,
        log: String::new(),
    };
    stage.start(false, Some(Ok(late))).await;
    assert_eq!(stage.state().await.0, SetupState::TimedOut);
    stage.start(false, Some(Err(VolumeError::NoTools))).await;
    assert_eq!(stage.state().await.0, SetupState::NoShell);
    stage.start(false, done()).await;
    assert_eq!(
        (stage.ran().len(), stage.state().await.0),
        (4, SetupState::Done)
    );
    let told = store::events_page(
        stage.house.store.read(),
        &store::EventFilter {
            types: vec!["WORKSPACE_UPDATED".into()],
            limit: 100,
            ..store::EventFilter::default()
        },
    )
    .await
    .unwrap();
    let mut told: Vec<(i64, &str)> = told
        .iter()
        .filter_map(|event| Some((event.seq, event.payload["plugins"]["setup"].as_str()?)))
        .collect();
    told.sort_unstable();
    let words: Vec<&str> = told.into_iter().map(|(_, word)| word).collect();
    assert_eq!(words, ["failed", "timed_out", "no_shell", "done"]);
}

#[tokio::test]
async fn an_end_of_the_platform_meanwhile_leaves_the_script_due() {
    let stage = Stage::new().await;
    stage.start(false, None).await;
    assert_eq!(stage.state().await.0, SetupState::Due);
    stage.start(false, done()).await;
    assert_eq!(stage.state().await.0, SetupState::Done);
    let left = stage.volume.read("plugins/tool/setup.sh").unwrap();
    assert!(!left.contains("real"), "{left}");
}

#[tokio::test]
async fn where_a_runtime_takes_the_files_alone_it_stays_and_that_is_told() {
    let house = House::new().await;
    house.offer("tool", &PLUGIN);
    let id = house
        .workspace("a", |new| new.runtime = "hermes".into())
        .await;
    let volume = house.run(&id);
    let done = house.install(&id, "tool").await.unwrap();
    assert!(
        done.warnings
            .iter()
            .any(|one| one.contains("setup.sh does not run")),
        "{:?}",
        done.warnings
    );
    assert_eq!(
        volume.read("plugins/tool/setup.sh").as_deref(),
        Some("echo real\n")
    );
    assert_eq!(house.plugins.installed(&id).await.unwrap()[0].setup, None);
}
