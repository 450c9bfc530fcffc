//! Personas of a whole org (fixtures A.5, env variations; C.11 and C.12).

use crate::house::{House, write};
use std::{collections::BTreeSet, fmt::Write};
use vault::Personas;

/// Keys of one persona, as an organisation gives them to each role.
const KEYS: [&str; 8] = [
    "GITEA_USER",
    "GITEA_USER_EMAIL",
    "GITEA_TOKEN",
    "GITEA_TOKEN_SCOPES",
    "GITEA_SSH_KEY_PATH",
    "MODEL",
    "MODEL_PROVIDER",
    "ANTHROPIC_API_KEY",
];

fn env(slug: &str) -> String {
    KEYS.iter().fold(String::new(), |mut text, key| {
        let _ = writeln!(text, "{key}={slug}-{key}");
        text
    })
}

/// Takes in one persona for each of these folder names.
async fn personas(
    house: &House,
    slugs: impl IntoIterator<Item = String>,
) -> std::sync::Arc<vault::Vault> {
    let folder = house.dir.path().join("personas");
    for slug in slugs {
        write(&folder, &[(&format!("{slug}/env"), &env(&slug))]);
    }
    let vault = house.vault.read().await.clone().unwrap();
    vault.personas().import(&folder).await.unwrap();
    vault
}

/// How many variables of its persona each workspace gets.
async fn counts(house: &House, personas: &Personas) -> Vec<(String, usize)> {
    let mut out = Vec::new();
    for row in house.rows().await {
        let count = match &row.persona {
            Some(slug) => personas.load(slug).await.unwrap().len(),
            None => 0,
        };
        out.push((row.name, count));
    }
    out
}

/// 42 roles of 41 folders: one has two users.
fn forty_two() -> (String, Vec<(String, String)>) {
    let mut yaml = String::from("name: Many\nworkspaces:\n");
    let mut files = Vec::new();
    for n in 0..41 {
        let _ = write!(
            yaml,
            "  - name: Role {n}\n    files_dir: role-{n}\n    role: \"The one for task {n}: reviews\"\n"
        );
        if n == 0 {
            yaml.push_str("    children: [{name: Role 41, files_dir: role-7}]\n");
        }
        files.push((format!("role-{n}/system-prompt.md"), "x".to_owned()));
    }
    (yaml, files)
}

#[tokio::test]
async fn a5_18_each_of_42_roles_gets_the_eight_keys_of_its_persona() {
    let house = House::new().await;
    let (yaml, files) = forty_two();
    let root = house.org("many", &[("org.yaml", &yaml)]);
    for (path, text) in &files {
        write(&root, &[(path, text)]);
    }
    let vault = personas(&house, (0..41).map(|n| format!("role-{n}"))).await;
    house.imported("many").await;
    let counts = counts(&house, vault.personas()).await;
    assert_eq!(counts.len(), 42);
    assert!(counts.iter().all(|(_, count)| *count == 8), "{counts:?}");
    let slugs: BTreeSet<_> = house
        .rows()
        .await
        .into_iter()
        .filter_map(|row| row.persona)
        .collect();
    assert_eq!(slugs.len(), 41, "two roles of one folder share one persona");
    let secrets = store::rows::secrets::all(house.store.read()).await.unwrap();
    assert!(secrets.is_empty(), "they stay in the keychain");
}

#[tokio::test]
async fn a5_19_a_persona_named_after_the_role_text_is_nobodys() {
    let house = House::new().await;
    let yaml =
        "name: N\nworkspaces:\n  - {name: Writer, files_dir: writer, role: technical-writer}\n";
    house.org("text", &[("org.yaml", yaml), ("writer/a.md", "x")]);
    let vault = personas(&house, ["technical-writer".to_owned()]).await;
    house.imported("text").await;
    assert_eq!(house.row("Writer").await.persona.as_deref(), Some("writer"));
    assert_eq!(
        counts(&house, vault.personas()).await,
        [("Writer".to_owned(), 0)]
    );
}

/// Dev Lead over five leads and three floaters; `leaves` below each lead.
fn team(leaves: [usize; 5]) -> String {
    let mut yaml = String::from(
        "name: Dev\nworkspaces:\n  - name: Dev Lead\n    files_dir: dev-lead\n    children:\n",
    );
    for (n, leaves) in leaves.into_iter().enumerate() {
        let _ = write!(
            yaml,
            "      - name: Lead {n}\n        files_dir: lead-{n}\n        children:"
        );
        yaml.push_str(if leaves == 0 { " []\n" } else { "\n" });
        for leaf in 0..leaves {
            let _ = writeln!(
                yaml,
                "          - {{name: L{n}-{leaf}, files_dir: l{n}-{leaf}}}"
            );
        }
    }
    for n in 0..3 {
        let _ = writeln!(
            yaml,
            "      - {{name: Floater {n}, files_dir: floater-{n}}}"
        );
    }
    yaml
}

#[tokio::test]
async fn c11_a_slim_tree_with_empty_teams_makes_nine() {
    let house = House::new().await;
    house.org("slim", &[("org.yaml", &team([0; 5]))]);
    let result = house.imported("slim").await;
    assert_eq!((result.count, house.rows().await.len()), (9, 9));
}

#[tokio::test]
async fn c12_a_tree_of_27_with_personas_has_eight_secrets_each() {
    let house = House::new().await;
    let yaml = team([7, 3, 4, 2, 2]);
    house.org("dev", &[("org.yaml", &yaml)]);
    let slugs = yaml
        .split("files_dir: ")
        .skip(1)
        .filter_map(|rest| rest.split(['\n', '}']).next())
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let vault = personas(&house, slugs).await;
    assert_eq!(house.imported("dev").await.count, 27);
    let counts = counts(&house, vault.personas()).await;
    assert_eq!(counts.len(), 27);
    assert!(counts.iter().all(|(_, count)| *count == 8), "{counts:?}");
}
