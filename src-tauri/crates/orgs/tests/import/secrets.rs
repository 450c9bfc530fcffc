//! `.env` layers (A.5, env variations): sealed, told by name only, changed only where the canvas did not.

use crate::house::{House, by_dir, sync, write};
use std::collections::BTreeMap;
use store::rows;
use wire::kind;

const YAML: &str = "name: Env\nworkspaces:\n  - {name: PM, files_dir: pm, children: [{name: Writer, files_dir: docs}]}\n  - {name: Editor, files_dir: docs, required_env: [SHARED]}\n";

async fn values(house: &House, name: &str) -> BTreeMap<String, String> {
    let vault = house.vault.read().await.clone().unwrap();
    let id = house.row(name).await.id;
    let rows = rows::secrets::of_workspace(house.store.read(), &id)
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            assert_ne!(row.encryption_version, 0, "never in clear");
            let secret = workspaces::secrets::open(vault.sealer(), row).unwrap();
            (row.key.clone(), secret.expose_str().unwrap().to_owned())
        })
        .collect()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn a5_16_17_23_no_8_22_layers_become_sealed_secrets_and_personas_stay_in_the_keychain() {
    let house = House::new().await;
    house.org(
        "env",
        &[
            ("org.yaml", YAML),
            (".env", "K=a\nTOKEN=whispered-77b1\n"),
            ("pm/.env", "K=b\nWORKSPACE_ID=mine\n"),
            ("docs/.env", "SHARED=d\n"),
        ],
    );
    let personas = house.dir.path().join("personas");
    write(&personas, &[("pm/env", "K=c\nP=whispered-persona\n")]);
    house
        .vault
        .read()
        .await
        .clone()
        .unwrap()
        .personas()
        .import(&personas)
        .await
        .unwrap();
    house.imported("env").await;
    assert_eq!(
        values(&house, "PM").await,
        map(&[("K", "b"), ("TOKEN", "whispered-77b1")]),
        "no persona, nothing reserved"
    );
    let shared = map(&[("K", "a"), ("SHARED", "d"), ("TOKEN", "whispered-77b1")]);
    assert_eq!(values(&house, "Writer").await, shared);
    assert_eq!(
        values(&house, "Editor").await,
        shared,
        "both roles of one folder"
    );
    let dump = house.dump(&[]).await;
    assert!(!dump.contains("whispered"), "no value in clear anywhere");
    for file in ["data/db.sqlite", "data/db.sqlite-wal"] {
        let bytes = std::fs::read(house.dir.path().join(file)).unwrap();
        assert!(
            !bytes.windows(9).any(|window| window == b"whispered"),
            "{file}"
        );
    }
}

#[tokio::test]
async fn a_changed_env_file_reaches_what_nobody_changed_by_hand() {
    let house = House::new().await;
    let root = house.org(
        "env",
        &[
            ("org.yaml", YAML),
            (".env", "A=1\nB=1\n"),
            ("docs/.env", "SHARED=d\n"),
        ],
    );
    house.imported("env").await;
    let id = house.row("PM").await.id;
    let vault = house.vault.read().await.clone().unwrap();
    let changed = workspaces::secrets::set(
        &house.store,
        vault.sealer().clone(),
        Some(id),
        "B".into(),
        "by hand".into(),
        Default::default(),
    );
    assert!(changed.await.unwrap());

    let changes = house.total_changes().await;
    house.import(sync("env")).await.unwrap();
    assert_eq!(
        house.total_changes().await - changes,
        2,
        "unchanged files change nothing"
    );

    // The key is rotated in between: what the files own stays theirs.
    let resealed = house
        .store
        .write::<_, store::StoreError, _>(move |write| {
            Box::pin(async move {
                let all = rows::secrets::all(write.conn()).await?;
                for row in &all {
                    let id = row.workspace_id.as_deref();
                    let value = workspaces::secrets::open(vault.sealer(), row).unwrap();
                    let (sealed, version) =
                        workspaces::secrets::seal(vault.sealer(), id, &row.key, value.expose())
                            .unwrap();
                    rows::secrets::reseal(write.conn(), id, &row.key, &sealed, version).await?;
                    orgs::secret_resealed(write, &row.key, &row.encrypted_value, &sealed).await?;
                }
                Ok(all.len())
            })
        })
        .await
        .unwrap();
    assert!(resealed > 3);

    write(&root, &[(".env", "A=2\nB=2\nC=2\n")]);
    house.import(sync("env")).await.unwrap();
    assert_eq!(
        values(&house, "PM").await,
        map(&[("A", "2"), ("B", "by hand"), ("C", "2")])
    );
    let event = house.events(&[kind::SECRETS_CHANGED]).await.pop().unwrap();
    assert!(
        !event.payload.to_string().contains("\"2\""),
        "names only: {}",
        event.payload
    );
    let changes = house.total_changes().await;
    house.import(sync("env")).await.unwrap();
    assert_eq!(house.total_changes().await - changes, 2);
}

#[tokio::test]
async fn without_a_place_for_secrets_nothing_is_imported() {
    let house = House::locked().await;
    house.org("env", &[("org.yaml", YAML), (".env", "SHARED=1\n")]);
    let error = house.undone(by_dir("env")).await;
    assert_eq!(error.code(), "vault_closed");
    house.org(
        "plain",
        &[("org.yaml", "name: Plain\nworkspaces: [{name: A}]\n")],
    );
    house.imported("plain").await;
}

#[tokio::test]
async fn a_token_written_into_the_yaml_itself_is_not_kept_in_clear() {
    let house = House::new().await;
    let token = "https://hooks.slack.example/services/whispered";
    let yaml = |token: &str| {
        format!(
            "name: C\nworkspaces:\n  - name: A\n    channels: [{{type: slack, config: {{bot_token: \"{token}\", channel_id: C1}}}}]\n"
        )
    };
    let root = house.org("tokens", &[("org.yaml", &yaml(token))]);
    house.imported("tokens").await;
    let plan = house.orgs.plan(&sync("tokens")).await.unwrap();
    assert!(
        plan.plan.iter().all(|step| step.action == "keep"),
        "{plan:?}"
    );
    write(&root, &[("org.yaml", &yaml("whispered-other"))]);
    let plan = house.orgs.plan(&sync("tokens")).await.unwrap();
    assert_eq!(
        plan.plan[0].fields[0].name, "channels",
        "a change is still seen"
    );
    assert!(
        !serde_json::to_string(&plan.plan)
            .unwrap()
            .contains("whispered")
    );
    house.import(sync("tokens")).await.unwrap();
    assert!(!house.dump(&[]).await.contains("whispered"));
}

#[tokio::test]
async fn no_21_a_persona_named_in_the_files_is_the_rows() {
    let house = House::new().await;
    let yaml = "name: P\nworkspaces:\n  - {name: Own, files_dir: teams/qa-lead}\n  - {name: Named, files_dir: teams/x, persona: release-bot, required_env: [P]}\n  - {name: None, files_dir: 'odd name'}\n";
    let root = house.org("who", &[("org.yaml", yaml)]);
    let personas = house.dir.path().join("personas");
    write(&personas, &[("release-bot/env", "P=whispered\n")]);
    let vault = house.vault.read().await.clone().unwrap();
    vault.personas().import(&personas).await.unwrap();
    house.imported("who").await;
    let persona = |name: &'static str| {
        let house = &house;
        async move { house.row(name).await.persona }
    };
    assert_eq!(persona("Own").await.as_deref(), Some("qa-lead"));
    assert_eq!(persona("Named").await.as_deref(), Some("release-bot"));
    assert_eq!(persona("None").await, None);
    write(
        &root,
        &[(
            "org.yaml",
            &yaml.replace(
                "files_dir: teams/qa-lead",
                "files_dir: teams/qa-lead, persona: other",
            ),
        )],
    );
    let plan = house.orgs.plan(&sync("who")).await.unwrap();
    let fields: Vec<_> = plan.plan[0]
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(fields, ["persona"]);
    house.import(sync("who")).await.unwrap();
    assert_eq!(persona("Own").await.as_deref(), Some("other"));
}
