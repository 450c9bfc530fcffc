//! The three versions of an org (design law 2): files, canvas, and what was imported last.

use crate::house::{House, by_dir, sync, write};
use orgs::OrgsError;
use wire::{ImportRequest, PatchWorkspace, Status, kind};

const TREE: &str = "name: Sync\ndefaults: {runtime: claude-code}\nworkspaces:\n  - name: Lead\n    files_dir: lead\n    canvas: {x: 0, y: 0}\n    children:\n      - {name: One, files_dir: one, role: First}\n      - {name: Two, files_dir: two}\n";

async fn imported(house: &House) -> std::path::PathBuf {
    let root = house.org(
        "sync",
        &[
            ("org.yaml", TREE),
            ("lead/a.md", "a"),
            ("one/a.md", "a"),
            ("two/a.md", "a"),
        ],
    );
    house.imported("sync").await;
    root
}

async fn patch(house: &House, name: &str, patch: PatchWorkspace) {
    let id = house.row(name).await.id;
    workspaces::change(&house.store, &id, patch).await.unwrap();
}

#[tokio::test]
async fn only_the_files_changed_so_the_row_follows() {
    let house = House::new().await;
    let root = imported(&house).await;
    write(
        &root,
        &[(
            "org.yaml",
            &TREE.replace("role: First", "role: Foremost, tier: 3"),
        )],
    );
    let id = house.row("One").await.id;
    let result = house.import(sync("sync")).await.unwrap();
    assert_eq!(result.changed, std::slice::from_ref(&id));
    let row = house.row("One").await;
    assert_eq!(
        (row.role.as_deref(), row.tier, row.id),
        (Some("Foremost"), 3, id.clone())
    );
    assert!(
        house
            .made(&id, "config.yaml")
            .await
            .unwrap()
            .contains("tier: 3")
    );
    let event = house
        .events(&[kind::WORKSPACE_UPDATED])
        .await
        .pop()
        .unwrap();
    assert_eq!(
        (&event.payload["role"], &event.payload["tier"]),
        (&"Foremost".into(), &3.into())
    );
}

#[tokio::test]
async fn only_the_canvas_changed_so_it_is_kept_and_shown_as_unsaved() {
    let house = House::new().await;
    imported(&house).await;
    patch(
        &house,
        "One",
        PatchWorkspace {
            name: Some("Uno".into()),
            ..PatchWorkspace::default()
        },
    )
    .await;
    let preview = house
        .orgs
        .reimport_preview(&house.row("Lead").await.org_id.unwrap())
        .await
        .unwrap();
    assert!(preview.conflicts.is_empty());
    assert_eq!(
        (
            preview.unsaved[0].field.as_str(),
            &preview.unsaved[0].canvas
        ),
        ("name", &"Uno".into())
    );
    house.import(sync("sync")).await.unwrap();
    let row = house.row("Uno").await;
    assert!(
        house
            .made(&row.id, "config.yaml")
            .await
            .unwrap()
            .contains("Uno"),
        "the config says what the canvas says"
    );
    let again = house
        .orgs
        .reimport_preview(&row.org_id.unwrap())
        .await
        .unwrap();
    assert_eq!(
        again.unsaved.len(),
        1,
        "it stays unsaved until it is written back"
    );
}

#[tokio::test]
async fn both_changed_so_nothing_happens_until_a_person_picks() {
    let house = House::new().await;
    let root = imported(&house).await;
    patch(
        &house,
        "One",
        PatchWorkspace {
            name: Some("Uno".into()),
            ..PatchWorkspace::default()
        },
    )
    .await;
    write(
        &root,
        &[(
            "org.yaml",
            &TREE
                .replace("name: One", "name: Eins")
                .replace("name: Two", "name: Zwei"),
        )],
    );
    let error = house.undone(sync("sync")).await;
    let OrgsError::Conflicts(plan) = &error else {
        panic!("{error}")
    };
    assert_eq!(plan.conflicts.len(), 1);
    let conflict = &plan.conflicts[0];
    assert_eq!(
        (&conflict.base, &conflict.files, &conflict.canvas),
        (&"One".into(), &"Eins".into(), &"Uno".into())
    );
    assert_eq!(
        (conflict.file.as_deref(), conflict.line),
        (Some("org.yaml"), Some(8))
    );

    for (word, wins) in [("canvas", "Uno"), ("files", "Eins")] {
        let place = format!("{}/{}", conflict.key, conflict.field);
        let request = ImportRequest {
            resolve: [(place, word.to_owned())].into(),
            ..sync("sync")
        };
        let plan = house.orgs.plan(&request).await.unwrap();
        assert!(plan.conflicts.is_empty(), "{word}");
        if word == "files" {
            house.import(request).await.unwrap();
            house.row(wins).await;
        }
    }
    house.row("Zwei").await;
}

#[tokio::test]
async fn a6_4_a_move_keeps_the_row_and_takes_what_is_below_along() {
    let house = House::new().await;
    let root = imported(&house).await;
    let before = (house.row("One").await, house.row("Two").await);
    let moved = "name: Sync\ndefaults: {runtime: claude-code}\nworkspaces:\n  - name: Lead\n    files_dir: lead\n    canvas: {x: 0, y: 0}\n    children:\n      - {name: One, files_dir: one, role: First, children: [{name: Two, files_dir: two}]}\n";
    write(&root, &[("org.yaml", moved)]);
    let result = house.import(sync("sync")).await.unwrap();
    assert!(result.workspaces.iter().all(|one| one.skipped) && result.reconcile_removed.is_empty());
    let after = (house.row("One").await, house.row("Two").await);
    assert_eq!(after.1.id, before.1.id);
    assert_eq!(after.1.parent_id, Some(before.0.id));
    assert_eq!(
        (after.1.x, after.1.y),
        (after.0.x + 16.0, after.0.y + 130.0)
    );
    let event = house.events(&[kind::WORKSPACE_MOVED]).await.pop().unwrap();
    assert_eq!(event.payload["new_parent_id"], after.0.id.as_str());

    // Additive by contrast: the old row stays and a new one is made.
    write(&root, &[("org.yaml", TREE)]);
    let result = house.import(by_dir("sync")).await.unwrap();
    assert_eq!(
        result.workspaces.iter().filter(|one| !one.skipped).count(),
        1
    );
    assert_eq!(house.rows().await.len(), 4);
}

#[tokio::test]
async fn a_role_gone_from_the_files_goes_only_when_ticked() {
    let house = House::new().await;
    let root = imported(&house).await;
    write(
        &root,
        &[(
            "org.yaml",
            &TREE.replace("      - {name: Two, files_dir: two}\n", ""),
        )],
    );
    house.imported("sync").await;
    house.import(sync("sync")).await.unwrap();
    assert_eq!(house.rows().await.len(), 3, "a removal is only a proposal");
    let plan = house.orgs.plan(&sync("sync")).await.unwrap();
    assert!(
        plan.plan
            .iter()
            .any(|step| step.action == "remove" && step.name == "Two"),
        "and stays one"
    );
    let id = house.row("Two").await.id;
    let result = house
        .import(ImportRequest {
            prune: true,
            ..sync("sync")
        })
        .await
        .unwrap();
    assert_eq!(result.reconcile_removed, std::slice::from_ref(&id));
    let row = store::rows::workspaces::get(house.store.read(), &id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.status, Status::Removed);
    let again = house
        .import(ImportRequest {
            prune: true,
            ..sync("sync")
        })
        .await
        .unwrap();
    assert!(
        again.reconcile_removed.is_empty(),
        "a repeat removes nothing"
    );
}

#[tokio::test]
async fn a6_5_another_org_is_never_touched() {
    let house = House::new().await;
    imported(&house).await;
    house.org(
        "other",
        &[(
            "org.yaml",
            "name: Other\nworkspaces: [{name: Lead, children: [{name: One}]}]\n",
        )],
    );
    assert!(
        house
            .imported("other")
            .await
            .workspaces
            .iter()
            .all(|one| !one.skipped),
        "a name is no identity"
    );
    let result = house
        .import(ImportRequest {
            prune: true,
            ..sync("sync")
        })
        .await
        .unwrap();
    assert!(result.reconcile_removed.is_empty());
    assert_eq!(house.rows().await.len(), 5);
}

#[tokio::test]
async fn a_role_removed_on_the_canvas_is_not_brought_back_by_sync() {
    let house = House::new().await;
    imported(&house).await;
    let id = house.row("Two").await.id;
    workspaces::remove(&house.store, &id, true, false)
        .await
        .unwrap();
    house.import(sync("sync")).await.unwrap();
    assert_eq!(house.rows().await.len(), 2);
}

#[tokio::test]
async fn what_is_new_in_the_files_stands_beside_where_its_parent_is_now() {
    let house = House::new().await;
    let root = imported(&house).await;
    let patch_place = PatchWorkspace {
        x: Some(1000.0),
        y: Some(500.0),
        ..PatchWorkspace::default()
    };
    patch(&house, "Lead", patch_place).await;
    write(
        &root,
        &[("org.yaml", &format!("{TREE}      - {{name: Three}}\n"))],
    );
    house.imported("sync").await;
    let row = house.row("Three").await;
    assert_eq!((row.x, row.y), (1016.0, 774.0));
}
