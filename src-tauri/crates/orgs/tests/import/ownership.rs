//! Which file belongs to whom: what hot reload stands on.

use crate::house::House;
use orgs::Owned;

#[tokio::test]
async fn a_file_has_all_its_owners() {
    let house = House::new().await;
    let yaml = "name: O\nworkspaces:\n  - {name: A, files_dir: shared}\n  - {name: B, files_dir: shared}\n  - {name: C, files_dir: own}\n";
    let root = house.org(
        "own",
        &[
            ("org.yaml", yaml),
            ("shared/skills/x/SKILL.md", "x"),
            ("own/.env", "K=1\n"),
        ],
    );
    house.imported("own").await;
    let (a, b) = (house.row("A").await.id, house.row("B").await.id);
    let owners = house
        .orgs
        .owners(&root.join("shared/skills/x/SKILL.md"))
        .await
        .unwrap();
    let roles: Vec<_> = owners
        .iter()
        .filter(|owner| owner.kind == Owned::RoleFile)
        .collect();
    assert_eq!(
        roles
            .iter()
            .map(|owner| owner.workspace_id.clone().unwrap())
            .collect::<Vec<_>>(),
        [a, b]
    );
    assert!(
        roles
            .iter()
            .all(|owner| owner.relative_path == "skills/x/SKILL.md")
    );
    assert_eq!(
        owners.last().unwrap().relative_path,
        "shared/skills/x/SKILL.md",
        "and the org's own view of it"
    );

    let env = house.orgs.owners(&root.join("own/.env")).await.unwrap();
    assert!(env.iter().all(|owner| owner.kind == Owned::Env));
    let structure = house.orgs.owners(&root.join("org.yaml")).await.unwrap();
    assert_eq!(structure.len(), 1);
    assert_eq!(
        (structure[0].kind, structure[0].workspace_id.clone()),
        (Owned::OrgFile, None)
    );
    assert!(
        house
            .orgs
            .owners(house.dir.path())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(house.orgs.watched_folders().await.unwrap(), [root]);
}
