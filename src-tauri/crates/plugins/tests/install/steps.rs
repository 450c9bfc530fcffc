//! The four steps in a running agent, and which changes need a restart.

use crate::house::{DEMO, House};
use plugins::{By, Limits, PluginError, VolumeError, Wanted};
use std::collections::BTreeMap;

fn changed(path: &str, text: &str) -> Vec<(&'static str, String)> {
    let mut files: Vec<(&'static str, String)> = DEMO
        .iter()
        .map(|(path, text)| (*path, (*text).to_owned()))
        .collect();
    match files.iter_mut().find(|(name, _)| *name == path) {
        Some(file) => file.1 = text.to_owned(),
        None => files.push((Box::leak(path.to_owned().into_boxed_str()), text.to_owned())),
    }
    files
}

fn offer(house: &House, files: &[(&'static str, String)]) {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    house.offer("demo", &files);
}

#[tokio::test]
async fn d45_4_no_86_first_install_is_cold_marked_and_leaves_nothing_beside_it() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    let done = house.install(&id, "demo").await.unwrap();
    assert_eq!(
        (done.plugin.as_str(), done.source.as_str()),
        ("demo", "local://demo")
    );
    assert_eq!((done.restart, done.delivered), ("now", "agent"));
    assert_eq!(
        done.digest,
        "da4277aff3fb3567a2ea863d59e5192503855cf983770a1b68faa945be8456d1"
    );
    let files = volume.files();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "CLAUDE.md",
            "plugins/demo/.complete",
            "plugins/demo/plugin.yaml",
            "plugins/demo/rules/r.md",
            "plugins/demo/skills/a/SKILL.md",
            "skills/a/SKILL.md"
        ]
    );
    assert!(!volume.exists("plugins/.staging") && !volume.exists("plugins/.previous"));
    assert_eq!(house.restarts(), 1);
    assert_eq!(house.told().await, ["demo installed now"]);
    assert!(house.row(&id).await.needs_restart);
}

#[tokio::test]
async fn d45_5_reinstall_unchanged_needs_no_restart() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    house.install(&id, "demo").await.unwrap();
    house.restarts();
    let before = volume.files();
    let again = house.install(&id, " local://demo ").await.unwrap();
    assert_eq!(again.restart, "none");
    assert_eq!(house.restarts(), 0);
    assert_eq!(volume.files(), before);
    assert!(
        house.hands.reloads.lock().unwrap().is_empty(),
        "nothing changed, so nobody is told"
    );
}

#[tokio::test]
async fn d45_6_no_82_skill_text_alone_needs_no_restart_and_refreshes_the_copy() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    house.install(&id, "demo").await.unwrap();
    house.restarts();
    let text = "---\nname: a\ndescription: d\n---\nnew body\n";
    offer(&house, &changed("skills/a/SKILL.md", text));
    let done = house.install(&id, "demo").await.unwrap();
    assert_eq!((done.restart, house.restarts()), ("none", 0));
    assert_eq!(volume.read("skills/a/SKILL.md").as_deref(), Some(text));
    assert_eq!(
        volume.read("plugins/demo/skills/a/SKILL.md").as_deref(),
        Some(text)
    );
    assert_eq!(*house.hands.reloads.lock().unwrap(), [id]);
    assert_eq!(house.told().await.last().unwrap(), "demo updated none");
}

#[tokio::test]
async fn d45_7_anything_else_is_cold() {
    for (path, text) in [
        ("skills/a/skill.md", "x"),
        ("plugin.yaml", "name: demo\nversion: 2\n"),
        ("rules/r.md", "Be briefer.\n"),
        ("hooks/h.sh", "x"),
        ("skills/a/extra.md", "x"),
    ] {
        let house = House::new().await;
        let (id, _) = house.running("a").await;
        house.install(&id, "demo").await.unwrap();
        house.restarts();
        offer(&house, &changed(path, text));
        let done = house.install(&id, "demo").await.unwrap();
        assert_eq!((done.restart, house.restarts()), ("now", 1), "{path}");
        // Removing it again is a change of the same kind.
        house.offer("demo", &DEMO);
        assert_eq!(
            house.install(&id, "demo").await.unwrap().restart,
            "now",
            "{path} removed"
        );
    }
}

#[tokio::test]
async fn d45_7_a_live_tree_that_cannot_be_read_stops_the_install_before_anything_changes() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    house.install(&id, "demo").await.unwrap();
    let before = volume.files();
    offer(&house, &changed("rules/r.md", "x"));
    volume.fail("get", 1, VolumeError::Failed("no".into()));
    assert_eq!(
        house.install(&id, "demo").await.unwrap_err().code(),
        "deliver_failed"
    );
    assert_eq!(volume.files(), before);
}

#[tokio::test]
async fn d45_8_a_failed_swap_puts_the_version_before_back_byte_for_byte() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    house.install(&id, "demo").await.unwrap();
    let (before, row) = (volume.files(), rows(&house, &id).await);
    offer(&house, &changed("rules/r.md", "x"));
    // Stage, snapshot, swap: the call of that kind and number fails.
    for (operation, number) in [("put", 1), ("rename", 1), ("rename", 2)] {
        house.restarts();
        volume.fail(operation, number, VolumeError::Failed("disk full".into()));
        let error = house.install(&id, "demo").await.unwrap_err();
        assert_eq!(error.code(), "deliver_failed", "{operation} {number}");
        assert_eq!(volume.files(), before, "{operation} {number}");
        assert_eq!(rows(&house, &id).await, row, "the row is what it was");
        assert_eq!(house.restarts(), 0);
    }
    assert_eq!(
        house.install(&id, "demo").await.unwrap().restart,
        "now",
        "and then it works"
    );
}

async fn rows(house: &House, id: &str) -> Vec<store::rows::plugins::PluginRow> {
    store::rows::plugins::of_workspace(house.store.read(), id)
        .await
        .unwrap()
}

#[tokio::test]
async fn d45_8_a_first_install_that_fails_leaves_nothing() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    for operation in ["put", "rename"] {
        volume.fail(operation, 1, VolumeError::Failed("disk full".into()));
        assert_eq!(
            house.install(&id, "demo").await.unwrap_err().code(),
            "deliver_failed"
        );
        assert_eq!(volume.files(), BTreeMap::new(), "{operation}");
        assert!(rows(&house, &id).await.is_empty());
        assert!(!house.row(&id).await.needs_restart);
    }
    assert_eq!(
        house.told().await,
        [""; 0],
        "nothing happened, so nothing is told"
    );
}

#[tokio::test]
async fn d45_13_limits_and_unknown_names() {
    let house = House::with(Limits {
        bytes: 50,
        ..Limits::default()
    })
    .await;
    let (id, _) = house.running("a").await;
    assert_eq!(
        house.install(&id, "demo").await.unwrap_err().code(),
        "too_large"
    );
    assert_eq!(
        house.install(&id, "nothing").await.unwrap_err().code(),
        "source_not_found"
    );
    let text = house.install(&id, "nothing").await.unwrap_err().to_string();
    assert_eq!(text, "failed to fetch plugin from local");
    assert_eq!(
        house
            .install("00000000-0000-4000-8000-000000000000", "demo")
            .await
            .unwrap_err()
            .to_string(),
        "workspace not found"
    );
}

#[tokio::test]
async fn d45_what_is_installed_is_what_was_shown() {
    let house = House::new().await;
    let (id, _) = house.running("a").await;
    let shown = house.plugins.preview("demo").await.unwrap();
    assert!(shown.code.is_empty() && shown.files.len() == 3);
    offer(&house, &changed("hooks/evil.sh", "rm -rf /"));
    let wanted = Wanted {
        source: "demo".into(),
        digest: Some(shown.digest),
        ..Wanted::default()
    };
    let error = house
        .plugins
        .install(&id, &wanted, By::Person)
        .await
        .unwrap_err();
    assert!(matches!(error, PluginError::Changed { .. }), "{error}");
    // An agent cannot bring in by itself what nobody looked at; once a person did, it may.
    let wanted = Wanted {
        source: "demo".into(),
        ..Wanted::default()
    };
    let error = house
        .plugins
        .install(&id, &wanted, By::Agent)
        .await
        .unwrap_err();
    assert!(matches!(error, PluginError::NotShown { .. }), "{error}");
    let shown = house.plugins.preview("demo").await.unwrap();
    assert_eq!(shown.code[0].text, "rm -rf /");
    house
        .plugins
        .install(&id, &wanted, By::Agent)
        .await
        .unwrap();
}

#[tokio::test]
async fn no_88_installs_of_one_workspace_never_overlap() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    house.offer(
        "other",
        &[("plugin.yaml", "name: other\n"), ("rules/o.md", "o\n")],
    );
    let (one, two, three) = tokio::join!(
        house.install(&id, "demo"),
        house.install(&id, "other"),
        house.install(&id, "demo")
    );
    one.unwrap();
    two.unwrap();
    three.unwrap();
    let memory = volume.read("CLAUDE.md").unwrap();
    assert_eq!(memory.matches("# Plugin: demo / rule: r.md").count(), 1);
    assert_eq!(
        memory.matches("# Plugin: other / rule: o.md").count(),
        1,
        "neither overwrote the other's"
    );
}

#[tokio::test]
async fn no_91_a_restart_that_waits_for_a_task_is_not_forgotten_by_a_kill() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    house.begin_task(&id).await;
    let done = house.install(&id, "demo").await.unwrap();
    assert_eq!(done.restart, "scheduled", "its task is not cut short");
    assert_eq!(house.restarts(), 1);
    // The platform was away meanwhile; the agent still runs with what it had.
    house.plugins.settle(&id).await.unwrap();
    assert_eq!(house.restarts(), 1);
    let row = house.row(&id).await;
    house.delivery.at_start(&volume, &row, false).await.unwrap();
    house.plugins.settle(&id).await.unwrap();
    assert_eq!(house.restarts(), 0, "its start settled it");
    // The same for a removal: its row goes with the next start.
    house.plugins.uninstall(&id, "demo").await.unwrap();
    assert!(house.plugins.installed(&id).await.unwrap().is_empty());
    assert_eq!(house.restarts(), 1);
    house.plugins.settle(&id).await.unwrap();
    assert_eq!(
        house.restarts(),
        2,
        "asked again, and after the kill besides"
    );
    let row = house.row(&id).await;
    house.delivery.at_start(&volume, &row, false).await.unwrap();
    house.plugins.settle(&id).await.unwrap();
    assert_eq!(house.restarts(), 0);
    assert!(rows(&house, &id).await.is_empty() && volume.files().is_empty());
}

/// The original answers 200 and loses the row; here the row is what should be, so without it nothing happens at all.
#[tokio::test]
async fn d45_11_a_row_that_cannot_be_written_stops_the_install_whole() {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    let sql = "CREATE TRIGGER full BEFORE INSERT ON workspace_plugins BEGIN SELECT RAISE(ABORT, 'no'); END";
    run(&house, sql).await;
    let error = house.install(&id, "demo").await.unwrap_err();
    assert!(matches!(error, plugins::PluginError::Store(_)), "{error}");
    assert_eq!(volume.files(), BTreeMap::new());
    assert_eq!(house.told().await, [""; 0]);
    run(&house, "DROP TRIGGER full").await;
    house.install(&id, "demo").await.unwrap();
}

async fn run(house: &House, sql: &'static str) {
    let done: Result<(), store::StoreError> = house
        .store
        .write(move |write| {
            Box::pin(async move {
                sqlx::query(sql).execute(write.conn()).await?;
                Ok(())
            })
        })
        .await;
    done.unwrap();
}
