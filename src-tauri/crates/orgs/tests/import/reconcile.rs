//! `mode: reconcile`: one org brought to what its files say, and nothing else touched (contract 03 section 2.11, nos. 1
//! to 3; fixtures A.6 and C).

use crate::house::{House, by_dir, write};
use wire::{CreateWorkspace, ImportRequest, PatchWorkspace, Status};

fn reconcile(dir: &str) -> ImportRequest {
    ImportRequest {
        mode: "reconcile".to_owned(),
        ..by_dir(dir)
    }
}

fn merge(dir: &str) -> ImportRequest {
    ImportRequest {
        mode: "merge".to_owned(),
        ..by_dir(dir)
    }
}

/// PM over two leads; one documentation folder has two users.
const TREE: &str = "name: Dev\nworkspaces:
  - name: PM
    files_dir: pm
    children:
      - name: Core Lead
        files_dir: core
        children:
          - {name: Docs, files_dir: docs}
      - name: App Lead
        files_dir: app
        children:
          - {name: Release, files_dir: release}
          - {name: Docs, files_dir: docs}
";

/// Release below the other lead.
const MOVED: &str = "name: Dev\nworkspaces:
  - name: PM
    files_dir: pm
    children:
      - name: Core Lead
        files_dir: core
        children:
          - {name: Docs, files_dir: docs}
          - {name: Release, files_dir: release}
      - name: App Lead
        files_dir: app
        children:
          - {name: Docs, files_dir: docs}
";

async fn imported(house: &House) -> std::path::PathBuf {
    let root = house.org("dev", &[("org.yaml", TREE)]);
    for dir in ["pm", "core", "app", "docs", "release"] {
        write(&root, &[(&format!("{dir}/system-prompt.md"), "x")]);
    }
    assert_eq!(house.imported("dev").await.count, 6);
    root
}

async fn live(house: &House) -> usize {
    house
        .rows()
        .await
        .iter()
        .filter(|row| row.status != Status::Removed)
        .count()
}

/// A workspace made by hand.
async fn made(house: &House, name: &str, parent: Option<&str>) -> String {
    let request = CreateWorkspace {
        name: name.to_owned(),
        parent_id: parent.map(str::to_owned),
        ..CreateWorkspace::default()
    };
    let id = store::new_id();
    workspaces::create(&house.store, id.clone(), request, None, Vec::new(), None)
        .await
        .unwrap();
    id
}

async fn completed(house: &House) -> serde_json::Value {
    house
        .events(&["org.import.completed"])
        .await
        .pop()
        .unwrap()
        .payload
}

#[tokio::test]
async fn a6_1_merge_of_the_same_files_skips_everything() {
    let house = House::new().await;
    imported(&house).await;
    for mode in ["", "merge"] {
        let before = house.events(&["WORKSPACE_PROVISIONING"]).await.len();
        let request = ImportRequest {
            mode: mode.to_owned(),
            ..by_dir("dev")
        };
        let result = house.import(request).await.unwrap();
        assert_eq!((result.count, result.mode.as_str()), (6, "merge"));
        assert!(result.workspaces.iter().all(|w| w.skipped));
        assert_eq!(
            house.events(&["WORKSPACE_PROVISIONING"]).await.len(),
            before
        );
        assert_eq!(live(&house).await, 6);
    }
}

#[tokio::test]
async fn a6_2_reconcile_of_the_same_files_removes_nothing_and_both_of_one_name_stay() {
    let house = House::new().await;
    imported(&house).await;
    let result = house.import(reconcile("dev")).await.unwrap();
    assert_eq!(
        (result.mode.as_str(), result.reconcile_removed.len()),
        ("reconcile", 0)
    );
    assert_eq!(
        house
            .rows()
            .await
            .iter()
            .filter(|row| row.name == "Docs")
            .count(),
        2
    );
    let audit = completed(&house).await;
    assert_eq!(
        (
            &audit["mode"],
            &audit["created"],
            &audit["skipped"],
            &audit["reconcile_removed"],
            &audit["error"]
        ),
        (
            &"reconcile".into(),
            &0.into(),
            &6.into(),
            &0.into(),
            &"".into()
        )
    );
}

#[tokio::test]
async fn a6_3_a_moved_role_is_made_again_by_merge() {
    let house = House::new().await;
    let root = imported(&house).await;
    write(&root, &[("org.yaml", MOVED)]);
    let old = house.row("Release").await.id;
    let result = house.import(merge("dev")).await.unwrap();
    let made: Vec<_> = result.workspaces.iter().filter(|w| !w.skipped).collect();
    assert_eq!(
        (made.len(), made[0].name.as_str(), live(&house).await),
        (1, "Release", 7)
    );
    assert_ne!(made[0].id, old);
    assert_eq!(completed(&house).await["skipped"], 5);
}

#[tokio::test]
async fn a6_4_reconcile_moves_the_row_instead_and_removes_none() {
    let house = House::new().await;
    let root = imported(&house).await;
    write(&root, &[("org.yaml", MOVED)]);
    let old = house.row("Release").await.id;
    let result = house.import(reconcile("dev")).await.unwrap();
    assert_eq!(result.reconcile_removed, Vec::<String>::new());
    let row = house.row("Release").await;
    assert_eq!(
        (row.id, row.parent_id),
        (old, Some(house.row("Core Lead").await.id))
    );
    assert_eq!(live(&house).await, 6);
}

#[tokio::test]
async fn c13_after_a_merge_in_another_shape_reconcile_removes_exactly_the_orphan() {
    let house = House::new().await;
    let root = imported(&house).await;
    write(&root, &[("org.yaml", MOVED)]);
    house.import(merge("dev")).await.unwrap();
    assert_eq!(live(&house).await, 7);
    let plan = house.orgs.plan(&reconcile("dev")).await.unwrap();
    let shown: Vec<&str> = plan
        .plan
        .iter()
        .filter(|s| s.action == "remove")
        .map(|s| s.name.as_str())
        .collect();
    assert_eq!(shown, ["Release"], "shown before it happens");
    assert_eq!(live(&house).await, 7);
    let result = house.import(reconcile("dev")).await.unwrap();
    assert_eq!((result.reconcile_removed.len(), live(&house).await), (1, 6));
    let again = house.import(reconcile("dev")).await.unwrap();
    assert_eq!((again.reconcile_removed.len(), live(&house).await), (0, 6));
}

#[tokio::test]
async fn c14_an_orphan_put_in_by_hand_goes_alone() {
    let house = House::new().await;
    imported(&house).await;
    let lead = house.row("App Lead").await.id;
    let orphan = made(&house, "Core Lead", Some(&lead)).await;
    let own = made(&house, "My Helper", Some(&lead)).await;
    let result = house.import(reconcile("dev")).await.unwrap();
    assert_eq!(result.reconcile_removed, std::slice::from_ref(&orphan));
    assert!(
        house
            .rows()
            .await
            .iter()
            .any(|row| row.id == own && row.status != Status::Removed)
    );
    let again = house.import(reconcile("dev")).await.unwrap();
    assert_eq!(again.reconcile_removed, Vec::<String>::new());
}

#[tokio::test]
async fn a6_5_no_2_a_stray_namesake_elsewhere_is_never_touched() {
    let house = House::new().await;
    imported(&house).await;
    let stray = made(&house, "PM", None).await;
    let below = made(&house, "Release", Some(&stray)).await;
    house.org(
        "other",
        &[
            (
                "org.yaml",
                "name: Other\nworkspaces:\n  - {name: PM, files_dir: pm}\n",
            ),
            ("pm/a.md", "x"),
        ],
    );
    house.imported("other").await;
    let result = house.import(reconcile("dev")).await.unwrap();
    assert_eq!(result.reconcile_removed, Vec::<String>::new());
    let rows = house.rows().await;
    for id in [&stray, &below] {
        assert!(
            rows.iter()
                .any(|row| &row.id == id && row.status != Status::Removed)
        );
    }
    assert_eq!(live(&house).await, 9);
}

#[tokio::test]
async fn a_role_dragged_below_an_orphan_keeps_it_alive() {
    let house = House::new().await;
    imported(&house).await;
    let lead = house.row("App Lead").await.id;
    let orphan = made(&house, "Core Lead", Some(&lead)).await;
    let release = house.row("Release").await.id;
    let patch = PatchWorkspace {
        parent_id: Some(Some(orphan.clone())),
        ..PatchWorkspace::default()
    };
    workspaces::change(&house.store, &release, patch)
        .await
        .unwrap();
    let result = house.import(reconcile("dev")).await.unwrap();
    assert_eq!(
        result.reconcile_removed,
        Vec::<String>::new(),
        "never a row of the result set"
    );
    assert_eq!(house.row("Release").await.id, release);
}

#[tokio::test]
async fn a6_9_no_20_what_no_longer_spawns_stays() {
    let house = House::new().await;
    let root = imported(&house).await;
    write(
        &root,
        &[(
            "org.yaml",
            &TREE.replace(
                "files_dir: app\n",
                "files_dir: app\n        spawning: false\n",
            ),
        )],
    );
    let result = house.import(reconcile("dev")).await.unwrap();
    assert_eq!(
        (
            result.count,
            result.reconcile_removed.len(),
            live(&house).await
        ),
        (3, 0, 6)
    );
    let list = house.orgs.templates().await.unwrap();
    let entry = list.iter().find(|t| t.dir == "dev").unwrap();
    assert_eq!(
        (entry.workspaces, entry.spawned_workspaces),
        (6, 3),
        "the list counts them all"
    );
}

#[tokio::test]
async fn a_role_gone_from_the_files_goes_with_its_containers_and_is_told() {
    let house = House::new().await;
    let root = imported(&house).await;
    write(
        &root,
        &[(
            "org.yaml",
            &TREE.replace("          - {name: Release, files_dir: release}\n", ""),
        )],
    );
    let gone = house.row("Release").await.id;
    let result = house.import(reconcile("dev")).await.unwrap();
    assert_eq!(result.reconcile_removed, std::slice::from_ref(&gone));
    let told = house.events(&["WORKSPACE_REMOVED"]).await;
    assert_eq!(
        told.last().unwrap().workspace_id.as_deref(),
        Some(gone.as_str())
    );
    assert_eq!(completed(&house).await["reconcile_removed"], 1);
}

#[tokio::test]
async fn no_3_a_refused_reconcile_removes_nothing() {
    let house = House::new().await;
    let root = imported(&house).await;
    let broken = TREE
        .replace("          - {name: Release, files_dir: release}\n", "")
        .replace("name: PM", "name: PM\n    required_env: [NOT_THERE]");
    write(&root, &[("org.yaml", &broken)]);
    house.undone(reconcile("dev")).await;
    assert_eq!(live(&house).await, 6);
}

#[tokio::test]
async fn an_inline_org_is_reconciled_below_its_own_roots_only() {
    let house = House::new().await;
    let stray = made(&house, "Writer", None).await;
    let template = serde_json::json!({"name": "T", "workspaces": [{"name": "Lead", "children": [{"name": "Writer"}]}]});
    let request = |mode: &str| ImportRequest {
        template: Some(template.clone()),
        mode: mode.to_owned(),
        ..ImportRequest::default()
    };
    house.import(request("")).await.unwrap();
    let lead = house.row("Lead").await.id;
    let writer = house
        .rows()
        .await
        .into_iter()
        .find(|row| row.parent_id.as_deref() == Some(&lead))
        .unwrap()
        .id;
    let orphan = made(&house, "Lead", Some(&writer)).await;
    let result = house.import(request("reconcile")).await.unwrap();
    assert_eq!(result.reconcile_removed, std::slice::from_ref(&orphan));
    assert!(
        house
            .rows()
            .await
            .iter()
            .any(|row| row.id == stray && row.status != Status::Removed)
    );
}

#[tokio::test]
async fn section_2_8_other_modes_are_refused() {
    let house = House::new().await;
    imported(&house).await;
    let request = ImportRequest {
        mode: "replace".to_owned(),
        ..by_dir("dev")
    };
    assert_eq!(house.refused(request).await.to_string(), "invalid mode");
}
