//! Folders that a person registered, listing them, and taking an org away.

use crate::house::{House, by_dir, write};
use std::path::Path;
use wire::Status;

const YAML: &str = "name: Away\nworkspaces: [{name: A, children: [{name: B}]}]\n";

#[tokio::test]
async fn a_folder_keeps_its_name_and_two_folders_never_share_one() {
    let house = House::new().await;
    let (one, two) = (
        house.dir.path().join("one/team"),
        house.dir.path().join("two/team"),
    );
    write(&one, &[("org.yaml", YAML)]);
    write(&two, &[("org.yaml", "name: [broken\n")]);
    let first = house.orgs.register_folder(&one).await.unwrap();
    assert_eq!(
        (first.dir.as_str(), first.name.as_str(), first.workspaces),
        ("team", "Away", 0)
    );
    let link = house.dir.path().join("link");
    std::os::unix::fs::symlink(&one, &link).unwrap();
    let changes = house.total_changes().await;
    assert_eq!(
        house.orgs.register_folder(&link).await.unwrap(),
        first,
        "a link is the same folder"
    );
    assert_eq!(house.total_changes().await, changes);
    let second = house.orgs.register_folder(&two).await.unwrap();
    assert_eq!(
        (second.dir.as_str(), second.name.as_str()),
        ("team-2", "team"),
        "broken ones too: the plan says why"
    );
    house.org("crew", &[("org.yaml", YAML)]);
    let third = house.dir.path().join("three/crew");
    write(&third, &[("org.yaml", YAML)]);
    assert_eq!(
        house.orgs.register_folder(&third).await.unwrap().dir,
        "crew-2",
        "a template is called crew already"
    );
    let dirs: Vec<String> = house
        .orgs
        .templates()
        .await
        .unwrap()
        .into_iter()
        .map(|view| view.dir)
        .collect();
    assert_eq!(
        dirs,
        [
            "crew",
            "crew-2",
            "sample",
            "sample-with-model",
            "team",
            "team-2"
        ]
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_refused_in_words() {
    let house = House::new().await;
    let file = house.dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let empty = house.dir.path().join("data");
    for (path, code, says) in [
        (Path::new("relative/path"), "folder_unusable", "absolute"),
        (Path::new(""), "folder_unusable", "absolute"),
        (
            Path::new("/no/such/folder"),
            "folder_not_found",
            "there is no folder",
        ),
        (file.as_path(), "folder_unusable", "this is a file"),
        (empty.as_path(), "folder_unusable", "no org.yaml"),
    ] {
        let error = house.orgs.register_folder(path).await.unwrap_err();
        assert_eq!(error.code(), code, "{}", path.display());
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn taking_an_org_away_removes_its_roles_and_leaves_the_folder() {
    for purge in [false, true] {
        let house = House::new().await;
        let root = house.org("away", &[("org.yaml", YAML)]);
        house.org("stays", &[("org.yaml", YAML)]);
        house.imported("away").await;
        house.imported("stays").await;
        let gone = house.orgs.remove_org("away", purge).await.unwrap();
        assert_eq!(gone.workspaces.len(), 2);
        assert_eq!(house.rows().await.len(), 2);
        assert!(root.join("org.yaml").is_file());
        let row = store::rows::workspaces::get(house.store.read(), &gone.workspaces[0])
            .await
            .unwrap();
        assert_eq!(
            row.map(|row| row.status),
            (!purge).then_some(Status::Removed)
        );
        assert_eq!(
            house
                .orgs
                .remove_org("away", purge)
                .await
                .unwrap_err()
                .code(),
            "org_not_registered"
        );
        assert_eq!(
            house
                .imported("away")
                .await
                .workspaces
                .iter()
                .filter(|one| !one.skipped)
                .count(),
            2
        );
    }
}

#[tokio::test]
async fn progress_counts_what_came_online_and_what_failed() {
    let house = House::new().await;
    house.org("away", &[("org.yaml", YAML)]);
    let orgs = house.orgs.clone();
    let following = tokio::spawn(async move { orgs.follow_progress().await });
    let mut live = house.store.events().subscribe();
    let result = house.import(by_dir("away")).await.unwrap();
    for (one, name) in result.workspaces.iter().zip([
        wire::kind::WORKSPACE_ONLINE,
        wire::kind::WORKSPACE_PROVISION_FAILED,
    ]) {
        let event = store::NewEvent::about(&one.id, name, serde_json::json!({}));
        let told: Result<i64, store::StoreError> = house
            .store
            .write(move |write| Box::pin(async move { write.event(event).await }))
            .await;
        told.unwrap();
    }
    loop {
        let event = live.recv().await.unwrap();
        if event.event == wire::kind::IMPORT_PROGRESS
            && event.payload["done"] == 1
            && event.payload["failed"] == 1
        {
            assert_eq!(event.payload["total"], 2);
            break;
        }
    }
    following.abort();
}

/// Contract 04 section 10.3 and D72: the org that a role came from is known by its row, not by a name.
#[tokio::test]
async fn a_restart_takes_the_orgs_files_again_when_it_is_told_to() {
    let house = House::new().await;
    let tree = "name: Org\nworkspaces:\n  - {name: Role, files_dir: role, runtime: claude-code}\n";
    house.org("again", &[("org.yaml", tree), ("role/a.md", "a")]);
    house.imported("again").await;
    let id = house.row("Role").await.id;
    house
        .sql("INSERT INTO delivered_files (workspace_id, path, digest) SELECT id, 'a.md', 'abc' FROM workspaces")
        .await;
    let restart = async |rebuild_config| {
        let request = wire::RestartRequest {
            rebuild_config,
            ..wire::RestartRequest::default()
        };
        let told = workspaces::restart(&house.store, &id, request)
            .await
            .unwrap();
        let known = store::rows::files::delivered(house.store.read(), &id)
            .await
            .unwrap();
        (told.config_dir, known["a.md"].clone())
    };
    assert_eq!(
        restart(false).await,
        ("existing-volume".into(), "abc".into())
    );
    assert_eq!(
        restart(true).await,
        ("org-templates/again".into(), String::new())
    );
}
