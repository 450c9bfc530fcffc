//! Drills: the platform is gone at every named point of an install, an update and an uninstall. A new one on the same
//! store and volume finds the old state or the new one, whole, and makes them agree. A binary of its own, because
//! failpoints hold for a whole process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../house/mod.rs"]
mod house;

use house::{DEMO, Folder, House};
use plugins::FAILPOINTS;
use std::{collections::BTreeMap, time::Duration};

const NEW: [(&str, &str); 4] = [
    ("plugin.yaml", "name: demo\nversion: 2.0.0\n"),
    (
        "skills/b/SKILL.md",
        "---\nname: b\ndescription: d\n---\nsecond\n",
    ),
    ("rules/r.md", "Be briefer.\n"),
    ("hooks/h.sh", "echo\n"),
];

/// The files of a volume after an install, found by doing it undisturbed.
async fn after(files: &[&[(&str, &str)]]) -> BTreeMap<String, String> {
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    volume.write("CLAUDE.md", "mine\n");
    for version in files {
        house.offer("demo", version);
        house.install(&id, "demo").await.unwrap();
    }
    volume.files()
}

/// Everything of the agent but folders of an install that is under way, which no loader reads.
fn seen(volume: &Folder) -> BTreeMap<String, String> {
    let mut files = volume.files();
    files.retain(|path, _| !path.starts_with("plugins/."));
    files
}

/// The plugin's folder alone, as a loader sees it.
fn folder(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    files
        .iter()
        .filter(|(path, _)| path.starts_with("plugins/demo/") && !path.ends_with("/.complete"))
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect()
}

#[tokio::test]
async fn no_86_every_named_point_leaves_the_old_or_the_new_state_and_the_next_start_one_of_them_whole()
 {
    let scenario = fail::FailScenario::setup();
    let none = BTreeMap::from([("CLAUDE.md".to_owned(), "mine\n".to_owned())]);
    let old = after(&[&DEMO]).await;
    let new = after(&[&DEMO, &NEW]).await;
    let mut met = Vec::new();
    for point in FAILPOINTS {
        for running_afterwards in [true, false] {
            for update in [false, true] {
                let house = House::new().await;
                let (id, volume) = house.running("a").await;
                volume.write("CLAUDE.md", "mine\n");
                let removal = point.starts_with("unplug");
                if update || removal {
                    house.install(&id, "demo").await.unwrap();
                }
                if update {
                    house.offer("demo", &NEW);
                }
                fail::cfg(*point, "return(hang)").unwrap();
                let work = async {
                    if removal {
                        house.plugins.uninstall(&id, "demo").await.map(drop)
                    } else {
                        house.install(&id, "demo").await.map(drop)
                    }
                };
                let cut = tokio::time::timeout(Duration::from_millis(250), work)
                    .await
                    .is_err();
                fail::remove(*point);
                if cut {
                    met.push(*point);
                }
                // As a loader of the agent sees it at this very moment: one version, whole, or none.
                let now = folder(&seen(&volume));
                assert!(
                    [&none, &old, &new].iter().any(|state| folder(state) == now),
                    "{point}: a version in part: {now:#?}"
                );

                // The platform is gone; a new one starts. Its agent went on, or starts anew.
                if running_afterwards {
                    house.plugins.settle(&id).await.unwrap();
                } else {
                    house.stop(&id);
                    let row = house.row(&id).await;
                    house.delivery.at_start(&volume, &row, false).await.unwrap();
                    house.run(&id);
                    house.plugins.settle(&id).await.unwrap();
                }
                let wanted = match (removal, update, *point) {
                    (true, _, _) => &none,
                    // Nothing was promised yet.
                    (false, true, "plugin.fetched") => &old,
                    (false, false, "plugin.fetched") => &none,
                    (false, true, _) => &new,
                    (false, false, _) => &old,
                };
                assert_eq!(
                    &seen(&volume),
                    wanted,
                    "{point} (runs: {running_afterwards}, update: {update})"
                );
                let open = store::rows::plugins::pending(house.store.read())
                    .await
                    .unwrap();
                assert!(open.is_empty(), "{point}: rows and volume agree");
                if running_afterwards || wanted == &none {
                    assert!(!volume.exists("plugins/.staging"), "{point}: leftovers");
                }
            }
        }
    }
    scenario.teardown();
    for point in FAILPOINTS {
        assert!(met.contains(point), "{point} was never met");
    }
}

/// A step that fails, instead of a platform that ends: the version before is there again, byte for byte.
#[tokio::test]
async fn a_step_that_fails_puts_the_version_before_back() {
    // The drills of the other test hold for the whole process.
    let scenario = fail::FailScenario::setup();
    for point in [
        "plugin.begin",
        "plugin.staged",
        "plugin.snapshot",
        "plugin.marked",
        "plugin.planned",
        "plugin.owned",
    ] {
        let house = House::new().await;
        let (id, volume) = house.running("a").await;
        volume.write("CLAUDE.md", "mine\n");
        house.install(&id, "demo").await.unwrap();
        let before = seen(&volume);
        house.offer("demo", &NEW);
        fail::cfg(point, "return(no)").unwrap();
        let error = house.install(&id, "demo").await.unwrap_err();
        fail::remove(point);
        assert_eq!(error.code(), "deliver_failed", "{point}");
        assert_eq!(folder(&seen(&volume)), folder(&before), "{point}");
        // What was written outside the folder already is put right by the next start.
        house.stop(&id);
        let row = house.row(&id).await;
        house.delivery.at_start(&volume, &row, false).await.unwrap();
        house.run(&id);
        house.plugins.settle(&id).await.unwrap();
        assert_eq!(seen(&volume), before, "{point}");
    }
    scenario.teardown();
}

/// The marker is the last step: without it the content is there, and success is what is told.
#[tokio::test]
async fn d45_9_no_89_a_marker_that_fails_is_told_in_the_log_only() {
    let scenario = fail::FailScenario::setup();
    let house = House::new().await;
    let (id, volume) = house.running("a").await;
    fail::cfg("plugin.swapped", "return(no)").unwrap();
    house.install(&id, "demo").await.unwrap();
    assert!(volume.exists("plugins/demo/plugin.yaml") && !volume.exists("plugins/demo/.complete"));
    scenario.teardown();
    // The next install puts it there, without a restart.
    house.restarts();
    assert_eq!(house.install(&id, "demo").await.unwrap().restart, "none");
    assert!(volume.exists("plugins/demo/.complete"));
}
