//! Folders that cannot be imported: a clear place, and not one row changes.

use crate::house::{House, by_dir, write};

#[tokio::test]
async fn d4_d5_d7_d8_no_37_38_expansion_fails_with_its_place() {
    let house = House::new().await;
    let chain: Vec<(String, String)> = (1..=17)
        .map(|n| {
            (
                format!("{n}.yaml"),
                format!("name: N{n}\nchildren: [!include {}.yaml]\n", n + 1),
            )
        })
        .collect();
    let mut deep: Vec<(&str, &str)> = chain
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    deep.push(("18.yaml", "name: End\n"));
    deep.push(("org.yaml", "name: Deep\nworkspaces: [!include 1.yaml]\n"));
    let cases: Vec<(&str, Vec<(&str, &str)>)> = vec![
        (
            "climbs",
            vec![(
                "org.yaml",
                "name: C\nworkspaces:\n  - !include ../outside.yaml\n",
            )],
        ),
        (
            "ring",
            vec![
                ("org.yaml", "name: R\nworkspaces:\n  - !include a.yaml\n"),
                ("a.yaml", "name: A\nchildren: [!include b.yaml]\n"),
                ("b.yaml", "name: B\nchildren: [!include a.yaml]\n"),
            ],
        ),
        ("deep", deep),
        (
            "empty-path",
            vec![("org.yaml", "name: E\nworkspaces:\n  - !include \"\"\n")],
        ),
        (
            "missing",
            vec![("org.yaml", "name: M\nworkspaces:\n  - !include gone.yaml\n")],
        ),
        (
            "broken",
            vec![
                ("org.yaml", "name: B\nworkspaces:\n  - !include b.yaml\n"),
                ("b.yaml", "name: [\n"),
            ],
        ),
    ];
    for (name, files) in cases {
        house.org(name, &files);
        let error = house.refused(by_dir(name)).await;
        assert_eq!(error.to_string(), "org template expansion failed", "{name}");
        let problem = &error.problems()[0];
        assert!(
            !problem.file.is_empty() && problem.line > 0,
            "{name}: {problem}"
        );
        let detail = error.detail().unwrap();
        assert!(
            !detail.contains(house.dir.path().to_str().unwrap()),
            "no host path: {detail}"
        );
        let listed = house.orgs.templates().await.unwrap();
        let listed = listed.iter().find(|view| view.dir == name).unwrap();
        assert!(listed.error.is_some(), "listed with what is wrong");
    }
}

#[tokio::test]
async fn d10_d11_d16_invalid_templates_fail_with_their_place() {
    let house = House::new().await;
    for (name, node) in [
        ("tier", "{name: A, tier: three}"),
        ("plugins", "{name: A, plugins: x}"),
        (
            "config",
            "{name: A, channels: [{type: slack, config: {a: [1]}}]}",
        ),
        ("any-of", "{name: A, required_env: [{any_of: []}]}"),
        ("nameless", "{tier: 2}"),
    ] {
        house.org(
            name,
            &[("org.yaml", &format!("name: Bad\nworkspaces:\n  - {node}\n"))],
        );
        let error = house.refused(by_dir(name)).await;
        assert_eq!(error.to_string(), "invalid org template", "{name}");
        assert_eq!(error.problems()[0].line, 3, "{name}");
    }
}

#[tokio::test]
async fn a_folder_that_is_no_org_changes_nothing() {
    let house = House::new().await;
    std::fs::create_dir(house.dir.path().join("org-templates/empty")).unwrap();
    assert_eq!(house.refused(by_dir("empty")).await.code(), "org_not_found");
    let root = house.org("binary", &[("org.yaml", "")]);
    std::fs::write(root.join("org.yaml"), [0u8, 159, 146, 150, 255, 254]).unwrap();
    let error = house.refused(by_dir("binary")).await;
    assert!(
        error
            .to_string()
            .starts_with("org template expansion failed"),
        "{error}"
    );
    let mut bomb = String::from("name: Bomb\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..10 {
        let list = vec![format!("*a{}", n - 1); 10].join(", ");
        bomb.push_str(&format!("a{n}: &a{n} [{list}]\n"));
    }
    house.org("bomb", &[("org.yaml", &bomb)]);
    let error = house.refused(by_dir("bomb")).await;
    assert!(
        error.problems()[0].line > 0,
        "{error}: {:?}",
        error.problems()
    );
}

#[tokio::test]
async fn a_refused_change_leaves_a_running_org_as_it_was() {
    let house = House::new().await;
    let root = house.org(
        "live",
        &[(
            "org.yaml",
            "name: Live\nworkspaces: [{name: A}, {name: B}]\n",
        )],
    );
    house.imported("live").await;
    write(
        &root,
        &[(
            "org.yaml",
            "name: Live\nworkspaces: [{name: A, tier: x}, {name: C}]\n",
        )],
    );
    for mode in ["", "sync"] {
        let request = wire::ImportRequest {
            mode: mode.into(),
            prune: true,
            ..by_dir("live")
        };
        house.refused(request).await;
    }
    assert_eq!(house.rows().await.len(), 2);
}

#[tokio::test]
async fn a6_10_no_6_two_imports_at_once_never_double_a_tree() {
    let house = House::new().await;
    let nodes: Vec<String> = (0..60).map(|n| format!("  - {{name: N{n}}}\n")).collect();
    house.org(
        "race",
        &[(
            "org.yaml",
            &format!("name: Race\nworkspaces:\n{}", nodes.concat()),
        )],
    );
    let all = futures::future::join_all((0..4).map(|_| house.import(by_dir("race")))).await;
    let created: usize = all
        .iter()
        .flatten()
        .map(|result| result.workspaces.iter().filter(|one| !one.skipped).count())
        .sum();
    assert_eq!(created, 60);
    assert_eq!(house.rows().await.len(), 60);
    for refused in all.into_iter().filter_map(Result::err) {
        assert_eq!(refused.to_string(), "import already running");
    }
}

#[tokio::test]
async fn an_import_that_a_kill_cut_short_gets_its_partner_at_the_next_start() {
    let house = House::new().await;
    house
        .sql(
            "INSERT INTO structure_events (id, event_type, payload, class, created_at) VALUES ('i', 'org.import.started',
             '{\"name\":\"N\",\"dir\":\"d\",\"mode\":\"merge\",\"import_id\":\"x\"}', 'structural', '2026-01-01T00:00:00.000000Z')",
        )
        .await;
    assert_eq!(house.orgs.recover().await.unwrap(), 1);
    let failed = house.events(&["org.import.failed"]).await.pop().unwrap();
    assert_eq!(failed.payload["import_id"], "x");
    assert_eq!(house.orgs.recover().await.unwrap(), 0);
}
