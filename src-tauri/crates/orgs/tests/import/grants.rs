//! What a person allows an org: folders of this computer, and a higher tier.

use crate::house::{House, by_dir, sync, write};
use serde_json::json;
use wire::{ImportRequest, kind};

#[tokio::test]
async fn no_15_no_16_folders_of_this_computer_need_a_yes_and_the_mount_is_told() {
    let house = House::new().await;
    let yaml = "name: F\nworkspaces:\n  - {name: A, workspace_dir: \"${WORKSPACE_DIR}\"}\n";
    house.org(
        "mounts",
        &[("org.yaml", yaml), (".env", "WORKSPACE_DIR=/srv/acme\n")],
    );
    let plan = house.orgs.plan(&by_dir("mounts")).await.unwrap();
    assert!(plan.asks.iter().any(|ask| ask.code == "workspace_dir"
        && ask.text.contains("/srv/acme")
        && ask.subjects == ["/srv/acme"]));
    let error = house.undone(by_dir("mounts")).await;
    assert_eq!(error.code(), "folders_not_allowed");
    let result = house
        .import(ImportRequest {
            folders: vec!["/srv".into()],
            ..by_dir("mounts")
        })
        .await
        .unwrap();
    assert_eq!(
        result.workspaces[0].mount.as_deref(),
        Some("/srv/acme:/workspace")
    );
    let row = house.row("A").await;
    assert_eq!(
        (row.workspace_dir.as_deref(), row.workspace_access.as_str()),
        (Some("/srv/acme"), "read_write")
    );
    house.imported("mounts").await;
    let reads = yaml.replace("\"}", "\", workspace_access: read_only}");
    write(&house.org("mounts", &[]), &[("org.yaml", &reads)]);
    let again = house.imported("mounts").await;
    assert_eq!(
        again.workspaces[0].mount.as_deref(),
        Some("/srv/acme:/workspace"),
        "adding changes nothing that is there"
    );
    let again = house.import(sync("mounts")).await.unwrap();
    assert_eq!(
        again.workspaces[0].mount.as_deref(),
        Some("/srv/acme:/workspace:ro")
    );
}

#[tokio::test]
async fn what_was_allowed_is_in_the_plan_and_can_be_taken_back() {
    let house = House::new().await;
    house.org(
        "grants",
        &[(
            "org.yaml",
            "name: G\nworkspaces:\n  - {name: A, tier: 4, workspace_dir: /srv/acme}\n",
        )],
    );
    let allowed = ImportRequest {
        folders: vec!["/srv/acme".into(), "/srv/more".into()],
        grant_tier: Some(4),
        ..sync("grants")
    };
    house.import(allowed).await.unwrap();
    let plan = house.orgs.plan(&sync("grants")).await.unwrap();
    assert_eq!(
        (plan.granted.tier, plan.granted.folders.as_slice()),
        (
            4,
            ["/srv/acme".to_owned(), "/srv/more".to_owned()].as_slice()
        )
    );
    let back = |folder: &str| ImportRequest {
        revoke_folders: vec![folder.to_owned()],
        ..sync("grants")
    };
    let error = house.undone(back("/srv/acme")).await;
    assert_eq!(
        error.code(),
        "folders_not_allowed",
        "a role still asks for it"
    );
    let request = ImportRequest {
        grant_tier: Some(2),
        ..back("/srv/more")
    };
    house.import(request).await.unwrap();
    let plan = house.orgs.plan(&sync("grants")).await.unwrap();
    assert_eq!(
        (plan.granted.tier, plan.granted.folders.as_slice()),
        (2, ["/srv/acme".to_owned()].as_slice())
    );
    assert_eq!(house.row("A").await.tier_granted, 2);
}

#[tokio::test]
async fn another_grant_is_a_step_of_the_plan_and_ends_the_note_that_it_is_missing() {
    let house = House::new().await;
    house.org(
        "grants",
        &[(
            "org.yaml",
            "name: G\nworkspaces:\n  - {name: A, tier: 3}\n  - {name: B}\n",
        )],
    );
    house.imported("grants").await;
    house
        .sql(
            "UPDATE workspaces SET status = 'online', container_id = 'c', status_code = 'tier_not_granted', \
             status_text = 'It asks for tier 3.' WHERE name = 'A'",
        )
        .await;
    let wanted = ImportRequest {
        grant_tier: Some(3),
        ..by_dir("grants")
    };
    let plan = house.orgs.plan(&wanted).await.unwrap();
    let steps: Vec<_> = plan
        .plan
        .iter()
        .map(|step| (step.name.as_str(), step.action.as_str()))
        .collect();
    assert_eq!(steps, [("A", "update"), ("B", "keep")]);
    let field = &plan.plan[0].fields[0];
    assert_eq!(
        (field.name.as_str(), &field.from, &field.to),
        ("tier_granted", &json!(2), &json!(3))
    );
    assert!(plan.plan[0].reason.contains("next start"));

    house.import(wanted.clone()).await.unwrap();
    let row = house.row("A").await;
    assert_eq!(
        (row.status, row.status_code.as_deref(), row.needs_restart),
        (wire::Status::Online, None, true)
    );
    let told = house.events(&[kind::WORKSPACE_UPDATED]).await;
    let told = told
        .iter()
        .find(|event| event.workspace_id.as_deref() == Some(row.id.as_str()))
        .unwrap();
    assert_eq!(told.payload["status_reason"], json!(null));
    assert!(
        told.payload["changed"]
            .as_array()
            .unwrap()
            .contains(&json!("status_reason"))
    );
    let again = house.orgs.plan(&wanted).await.unwrap();
    assert_eq!(again.plan[0].action, "keep");
}
