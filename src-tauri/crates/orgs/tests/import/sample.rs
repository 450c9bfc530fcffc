//! The built-in samples: listed before they are unpacked, the person's own afterwards.

use crate::house::{House, by_dir, write};
use orgs::{SAMPLE_DIR, SAMPLE_WITH_MODEL_DIR};
use wire::ImportRequest;

#[tokio::test]
async fn the_sample_has_five_roles_on_two_levels_and_needs_nothing() {
    let house = House::locked().await;
    let listed = house.orgs.templates().await.unwrap();
    let sample = listed.iter().find(|view| view.dir == SAMPLE_DIR).unwrap();
    assert_eq!(
        (sample.name.as_str(), sample.workspaces, &sample.error),
        ("Sample studio", 5, &None)
    );
    let plan = house
        .orgs
        .plan(&ImportRequest {
            dry_run: true,
            ..by_dir(SAMPLE_DIR)
        })
        .await
        .unwrap();
    assert!(
        plan.asks.is_empty() && plan.warnings.is_empty(),
        "{:?} {:?}",
        plan.asks,
        plan.warnings
    );
    assert_eq!((plan.cost.at_start, plan.cost.per_day), (0, 0));
    house.imported(SAMPLE_DIR).await;
    let rows = house.rows().await;
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row.is_mock()));
    let lead = house.row("Studio lead").await;
    assert_eq!(
        rows.iter()
            .filter(|row| row.parent_id.as_ref() == Some(&lead.id))
            .count(),
        4
    );
    for row in rows {
        let skills = std::path::Path::new(&row.template_dir.unwrap()).join("skills");
        assert_eq!(
            std::fs::read_dir(skills).unwrap().count(),
            1,
            "{}",
            row.name
        );
    }
}

#[tokio::test]
async fn a_place_that_was_not_free_is_no_change_of_a_person() {
    let house = House::locked().await;
    house.org(
        "first",
        &[(
            "org.yaml",
            "name: First\nworkspaces:\n  - {name: Boss, canvas: {x: 80, y: 80}}\n",
        )],
    );
    house.imported("first").await;
    house.imported(SAMPLE_DIR).await;
    let lead = house.row("Studio lead").await;
    assert!(lead.x > 80.0, "it stands beside the first org: {}", lead.x);
    let planned = || async {
        let request = ImportRequest {
            mode: "sync".to_owned(),
            dry_run: true,
            ..by_dir(SAMPLE_DIR)
        };
        house.orgs.plan(&request).await.unwrap()
    };
    // The second time too, when the base has been written anew.
    for _ in 0..2 {
        let plan = planned().await;
        assert!(plan.unsaved.is_empty(), "{:?}", plan.unsaved);
        assert!(plan.plan.iter().all(|step| step.action == "keep"));
        house
            .import(ImportRequest {
                mode: "sync".to_owned(),
                ..by_dir(SAMPLE_DIR)
            })
            .await
            .unwrap();
    }
    assert_eq!(house.row("Studio lead").await.x, lead.x);
    let (id, x, y) = (lead.id.clone(), lead.x + 30.0, lead.y);
    house
        .store
        .write::<_, store::StoreError, _>(move |write| {
            Box::pin(async move { store::rows::layouts::place(write.conn(), &id, x, y).await })
        })
        .await
        .unwrap();
    let plan = planned().await;
    assert_eq!(plan.unsaved.len(), 1, "a person's move is told");
    assert_eq!(plan.unsaved[0].field, "canvas");
}

#[tokio::test]
async fn an_edited_sample_is_never_overwritten() {
    let house = House::locked().await;
    house.imported(SAMPLE_DIR).await;
    let folder = house.dir.path().join("data/orgs").join(SAMPLE_DIR);
    write(
        &folder,
        &[("org.yaml", "name: Mine now\nworkspaces: [{name: Me}]\n")],
    );
    std::fs::remove_dir_all(folder.join("writer")).unwrap();
    house.imported(SAMPLE_DIR).await;
    assert!(!folder.join("writer").exists());
    let listed = house.orgs.templates().await.unwrap();
    assert!(
        listed
            .iter()
            .any(|view| view.dir == SAMPLE_DIR && view.name == "Mine now")
    );
}

#[tokio::test]
async fn the_sample_with_a_model_puts_its_lead_into_chat_mode() {
    let house = House::new().await;
    house.imported(SAMPLE_WITH_MODEL_DIR).await;
    let lead = house.row("Studio lead").await;
    assert_eq!(lead.runtime, orgs::sample_runtime_images()[0].0);
    let secrets = store::rows::secrets::of_workspace(house.store.read(), &lead.id)
        .await
        .unwrap();
    assert_eq!(secrets[0].key, "STAND_IN_MODE");
    assert_eq!(
        house
            .rows()
            .await
            .iter()
            .filter(|row| row.is_mock())
            .count(),
        4
    );
}

/// The built-in agent answers by rules, so nothing that it is asked costs; that it will be asked is still a person's will.
#[tokio::test]
async fn mock_roles_are_counted_with_no_model_calls() {
    let house = House::new().await;
    let prompts =
        "initial_prompt: Look around.\nidle_prompt: Find work.\nidle_interval_seconds: 600\n";
    let role = |name: &str, runtime: &str| {
        let lines: String = prompts
            .lines()
            .map(|line| format!("    {line}\n"))
            .collect();
        format!("  - name: {name}\n    runtime: {runtime}\n{lines}")
    };
    let text = format!(
        "name: Half\nworkspaces:\n{}{}",
        role("Demo", "mock"),
        role("Real", "claude-code")
    );
    house.org("half", &[("org.yaml", text.as_str())]);
    let plan = house.orgs.plan(&by_dir("half")).await.unwrap();
    assert_eq!((plan.cost.at_start, plan.cost.per_day), (1, 144));
    let sources: Vec<_> = plan
        .cost
        .sources
        .iter()
        .map(|one| (one.source.as_str(), one.roles, one.at_start, one.per_day))
        .collect();
    assert_eq!(
        sources,
        [("initial prompts", 2, 1, 0), ("idle prompts", 1, 0, 144)]
    );

    house.org(
        "demo",
        &[(
            "org.yaml",
            &format!("name: Only demo\nworkspaces:\n{}", role("Demo", "mock")),
        )],
    );
    let plan = house.orgs.plan(&by_dir("demo")).await.unwrap();
    let ask = plan.asks.iter().find(|ask| ask.code == "prompts").unwrap();
    assert_eq!(
        ask.text,
        "initial prompts stay off until you allow them; they cause no model calls"
    );

    // Once a month is more than never.
    let monthly =
        "    schedules:\n      - name: Bill\n        cron_expr: 0 9 1 * *\n        prompt: Pay.\n";
    house.org(
        "monthly",
        &[(
            "org.yaml",
            &format!(
                "name: Monthly\nworkspaces:\n  - name: Payer\n    runtime: claude-code\n{monthly}"
            ),
        )],
    );
    let plan = house.orgs.plan(&by_dir("monthly")).await.unwrap();
    assert_eq!((plan.cost.at_start, plan.cost.per_day), (0, 1));
}
