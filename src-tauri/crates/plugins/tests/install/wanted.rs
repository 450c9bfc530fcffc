//! Plugins that an org's files want (contract 03 nos. 30 and 32).

use crate::house::House;
use plugins::Brought;
use store::{
    StoreError,
    rows::{self, wanted_plugins},
};

async fn want(house: &House, id: &str, source: &'static str) {
    let id = id.to_owned();
    let done: Result<bool, StoreError> = house
        .store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                wanted_plugins::add(write.conn(), &id, source, &now).await
            })
        })
        .await;
    done.unwrap();
}

async fn states(house: &House, id: &str) -> Vec<(String, String)> {
    let rows = wanted_plugins::of_workspace(house.store.read(), id)
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| (row.source, row.state))
        .collect()
}

fn brought(installed: usize, refused: usize, waiting: usize) -> Brought {
    Brought {
        installed,
        refused,
        waiting,
        removed: 0,
    }
}

#[tokio::test]
async fn no_30_what_is_wanted_is_installed_with_its_row_and_what_is_missing_is_told() {
    let house = House::new().await;
    house.offer(
        "quiet",
        &[
            ("plugin.yaml", "name: quiet\n"),
            ("rules/r.md", "Be brief.\n"),
        ],
    );
    let id = house.workspace("a", |_| {}).await;
    for source in ["quiet", "nowhere", "ftp://x"] {
        want(&house, &id, source).await;
    }
    assert_eq!(
        house.plugins.bring_wanted().await.unwrap(),
        brought(1, 2, 0)
    );
    let row = rows::plugins::get(house.store.read(), &id, "quiet")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.source_raw.as_str(), row.tracked_ref.as_str()),
        ("local://quiet", "none")
    );
    let state = |name: &str, state: &str| (name.to_owned(), state.to_owned());
    assert_eq!(
        states(&house, &id).await,
        [
            state("quiet", "installed"),
            state("nowhere", "refused"),
            state("ftp://x", "refused")
        ]
    );
    let reasons = wanted_plugins::of_workspace(house.store.read(), &id)
        .await
        .unwrap();
    assert!(reasons[1].reason.contains("not found") || !reasons[1].reason.is_empty());
    assert_eq!(
        house.plugins.bring_wanted().await.unwrap(),
        Brought::default(),
        "each is tried once"
    );
}

#[tokio::test]
async fn what_is_not_installed_is_listed_with_its_reason() {
    let house = House::new().await;
    let (id, _) = house.running("a").await;
    house.offer(
        "tool",
        &[("plugin.yaml", "name: tool\n"), ("hooks/h.sh", "echo\n")],
    );
    for source in ["demo", "tool", "nowhere"] {
        want(&house, &id, source).await;
    }
    house.plugins.bring_wanted().await.unwrap();
    let waiting = house.plugins.waiting().await.unwrap();
    let told: Vec<(&str, &str)> = waiting
        .iter()
        .map(|one| (one.source.as_str(), one.workspace_name.as_str()))
        .collect();
    assert_eq!(told, [("nowhere", "a"), ("tool", "a")]);
    assert!(waiting[1].reason.contains("nobody was shown yet"));
    house.plugins.preview("tool").await.unwrap();
    house.plugins.bring_wanted().await.unwrap();
    assert_eq!(house.plugins.waiting().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_import_brings_no_code_that_nobody_was_shown() {
    let house = House::new().await;
    house.offer(
        "hooked",
        &[
            ("plugin.yaml", "name: hooked\n"),
            ("hooks/h.sh", "#!/bin/sh\n"),
        ],
    );
    let id = house.workspace("a", |_| {}).await;
    want(&house, &id, "hooked").await;
    assert_eq!(
        house.plugins.bring_wanted().await.unwrap(),
        brought(0, 1, 0)
    );
    assert_eq!(
        rows::plugins::get(house.store.read(), &id, "hooked")
            .await
            .unwrap(),
        None
    );
    // Once a person looked at it, another role may have it.
    house.plugins.preview("hooked").await.unwrap();
    let other = house.workspace("b", |_| {}).await;
    want(&house, &other, "hooked").await;
    // Both: the one that was refused for that reason is wanted again.
    assert_eq!(
        house.plugins.bring_wanted().await.unwrap(),
        brought(2, 0, 0)
    );
}

#[tokio::test]
async fn what_a_person_took_away_does_not_come_back() {
    let house = House::new().await;
    house.offer(
        "quiet",
        &[
            ("plugin.yaml", "name: quiet\n"),
            ("rules/r.md", "Be brief.\n"),
        ],
    );
    let id = house.workspace("a", |_| {}).await;
    want(&house, &id, "quiet").await;
    house.plugins.bring_wanted().await.unwrap();
    want(&house, &id, "quiet").await;
    assert_eq!(
        house.plugins.bring_wanted().await.unwrap(),
        Brought::default()
    );
}

async fn list(house: &House, id: &str, listed: &[&str]) -> bool {
    let (id, listed) = (
        id.to_owned(),
        listed
            .iter()
            .map(|one| (*one).to_owned())
            .collect::<Vec<_>>(),
    );
    let done: Result<bool, StoreError> = house
        .store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                wanted_plugins::drop_unlisted(write.conn(), &id, &listed, &now).await
            })
        })
        .await;
    done.unwrap()
}

#[tokio::test]
async fn no_30_what_the_files_dropped_goes_and_what_a_person_installed_stays() {
    let house = House::new().await;
    for name in ["quiet", "loud", "own"] {
        let manifest = format!("name: {name}\n");
        house.offer(
            name,
            &[("plugin.yaml", &manifest), ("rules/r.md", "Be brief.\n")],
        );
    }
    let id = house.workspace("a", |_| {}).await;
    for source in ["quiet", "loud", "nowhere"] {
        want(&house, &id, source).await;
    }
    assert_eq!(
        house.plugins.bring_wanted().await.unwrap(),
        brought(2, 1, 0)
    );
    let own = plugins::Wanted {
        source: "own".into(),
        ..plugins::Wanted::default()
    };
    house
        .plugins
        .install(&id, &own, plugins::By::Person)
        .await
        .unwrap();

    assert!(list(&house, &id, &["loud"]).await);
    let gone = Brought {
        removed: 1,
        ..Brought::default()
    };
    assert_eq!(house.plugins.bring_wanted().await.unwrap(), gone);
    let left = rows::plugins::of_workspace(house.store.read(), &id)
        .await
        .unwrap();
    let left: Vec<_> = left
        .iter()
        .filter(|row| !row.removing)
        .map(|row| row.plugin_name.as_str())
        .collect();
    assert_eq!(left, ["loud", "own"]);
    assert_eq!(
        states(&house, &id).await,
        [("loud".to_owned(), "installed".to_owned())],
        "what was refused is forgotten with it"
    );
    assert!(!list(&house, &id, &["loud"]).await, "nothing more to drop");

    // Dropped and named again before anybody acted on it: nothing happens.
    assert!(list(&house, &id, &[]).await);
    want(&house, &id, "loud").await;
    assert_eq!(
        house.plugins.bring_wanted().await.unwrap(),
        Brought::default()
    );
    // The files name the first one again: it comes back.
    want(&house, &id, "quiet").await;
    assert_eq!(
        house.plugins.bring_wanted().await.unwrap(),
        brought(1, 0, 0)
    );
}

#[tokio::test]
async fn no_32_the_allowlist_of_the_org_holds_for_what_its_files_want() {
    let house = House::new().await;
    for name in ["quiet", "loud"] {
        let manifest = format!("name: {name}\n");
        house.offer(
            name,
            &[("plugin.yaml", &manifest), ("rules/r.md", "Be brief.\n")],
        );
    }
    let root = house.workspace("root", |_| {}).await;
    let child = house
        .workspace("child", |new| new.parent_id = Some(root.clone()))
        .await;
    house
        .plugins
        .set_allowlist(&root, &["quiet".into()], &root)
        .await
        .unwrap();
    for source in ["quiet", "loud"] {
        want(&house, &child, source).await;
    }
    assert_eq!(
        house.plugins.bring_wanted().await.unwrap(),
        brought(1, 1, 0)
    );
    let rows = wanted_plugins::of_workspace(house.store.read(), &child)
        .await
        .unwrap();
    assert_eq!(
        (rows[1].state.as_str(), rows[1].reason.as_str()),
        ("refused", "plugin \"loud\" is not in the org allowlist")
    );
    let refused = house.told().await;
    assert!(!refused.is_empty(), "and an event tells of it");
}
