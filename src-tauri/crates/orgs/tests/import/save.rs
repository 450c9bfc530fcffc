//! Saving the canvas into the files: what is written, that the next plan keeps everything, and what is never overwritten.

use crate::house::{House, write};
use orgs::OrgsError;
use serde_json::json;
use std::{collections::BTreeMap, path::PathBuf};
use wire::{PatchWorkspace, SaveEdit, SaveRequest, SaveView, kind};

const TREE: &str = "\
# Our org
name: Save
defaults: {runtime: claude-code, model: opus}
workspaces:
  - name: Lead   # leads
    files_dir: lead
    children:
      # first
      - {name: One, files_dir: one, role: First}
      - !include two/workspace.yaml
      - name: Three
";
const TWO: &str = "name: Two # the second\nfiles_dir: two\ntier: 2\n";

async fn imported(house: &House) -> PathBuf {
    let files = [
        ("org.yaml", TREE),
        ("two/workspace.yaml", TWO),
        ("lead/a.md", "a"),
        ("one/a.md", "a"),
    ];
    let root = house.org("save", &files);
    house.imported("save").await;
    root
}

async fn patch(house: &House, name: &str, patch: PatchWorkspace) {
    let id = house.row(name).await.id;
    workspaces::change(&house.store, &id, patch).await.unwrap();
}

fn name(name: &str) -> PatchWorkspace {
    PatchWorkspace {
        name: Some(name.into()),
        ..PatchWorkspace::default()
    }
}

fn choose(list: &[(&str, &str)]) -> SaveRequest {
    let choose: BTreeMap<String, String> = list
        .iter()
        .map(|(place, word)| ((*place).into(), (*word).into()))
        .collect();
    SaveRequest {
        choose,
        ..SaveRequest::default()
    }
}

async fn save(house: &House, request: &SaveRequest) -> SaveView {
    let saved = house.orgs.save("save", request, "test").await;
    saved.unwrap_or_else(|error| panic!("{error}"))
}

/// After a save there is nothing left to do: no step but "keep", nothing unsaved, no conflict.
async fn settled(house: &House) {
    let org = house.rows().await[0].org_id.clone().unwrap();
    let plan = house.orgs.reimport_preview(&org).await.unwrap();
    let steps: Vec<_> = plan
        .plan
        .iter()
        .map(|s| (s.action.as_str(), &s.reason))
        .collect();
    assert!(plan.plan.iter().all(|s| s.action == "keep"), "{steps:?}");
    assert_eq!(
        (plan.unsaved.len(), plan.conflicts.len()),
        (0, 0),
        "{:?} {:?}",
        plan.unsaved,
        plan.conflicts
    );
}

fn text(root: &std::path::Path, path: &str) -> String {
    std::fs::read_to_string(root.join(path)).unwrap()
}

#[tokio::test]
async fn a_rename_is_shown_first_and_then_written() {
    let house = House::new().await;
    let root = imported(&house).await;
    patch(&house, "Two", name("Second")).await;
    let before = house.dump(&[]).await;
    let dry = SaveRequest {
        dry_run: true,
        ..SaveRequest::default()
    };
    let shown = save(&house, &dry).await;
    assert_eq!((shown.saved, shown.files.len()), (false, 1));
    assert_eq!(
        shown.files[0].diff,
        "--- a/two/workspace.yaml\n+++ b/two/workspace.yaml\n@@ -1,3 +1,3 @@\n-name: Two # the second\n+name: Second # the second\n files_dir: two\n tier: 2\n"
    );
    assert_eq!(before, house.dump(&[]).await, "a dry run changes no row");
    assert_eq!(text(&root, "two/workspace.yaml"), TWO);

    let saved = save(
        &house,
        &SaveRequest {
            read: shown.read,
            ..SaveRequest::default()
        },
    )
    .await;
    assert!(saved.saved);
    assert_eq!(
        text(&root, "two/workspace.yaml"),
        TWO.replace("Two", "Second")
    );
    assert_eq!(text(&root, "org.yaml"), TREE);
    settled(&house).await;
    let event = house.events(&[kind::ORG_SAVED]).await.pop().unwrap();
    assert_eq!(event.payload["files"], json!(["two/workspace.yaml"]));
    assert_eq!(
        (&event.payload["by"], &event.payload["fields"][0]["field"]),
        (&json!("test"), &json!("name"))
    );
    let updates = house.events(&[kind::WORKSPACE_UPDATED]).await;
    assert!(
        updates
            .iter()
            .all(|event| event.payload["needs_restart"] == false),
        "no agent starts anew because of a save"
    );
    let left: Vec<_> = std::fs::read_dir(root.join("two"))
        .unwrap()
        .flatten()
        .map(|f| f.file_name())
        .collect();
    assert_eq!(left, ["workspace.yaml"], "nothing is left beside the file");
}

#[tokio::test]
async fn the_tree_follows_the_canvas_and_keys_follow_the_files() {
    let house = House::new().await;
    let root = imported(&house).await;
    let two = house.row("Two").await.id;
    let below = PatchWorkspace {
        parent_id: Some(Some(two.clone())),
        ..PatchWorkspace::default()
    };
    patch(&house, "Three", below).await;
    patch(&house, "Three", name("Third")).await;
    let one = house.row("One").await.id;
    workspaces::remove(&house.store, &one, true, false)
        .await
        .unwrap();
    let request = wire::CreateWorkspace {
        name: "New".into(),
        parent_id: Some(two.clone()),
        tier: Some(1),
        ..wire::CreateWorkspace::default()
    };
    create(&house, request).await;
    let saved = save(&house, &SaveRequest::default()).await;
    assert_eq!(saved.changes.len(), 4, "{:?}", saved.changes);
    assert_eq!(
        text(&root, "org.yaml"),
        TREE.replace(
            "      # first\n      - {name: One, files_dir: one, role: First}\n",
            ""
        )
        .replace("      - name: Three\n", "")
    );
    let now = text(&root, "two/workspace.yaml");
    assert!(
        now.starts_with(TWO) && now.contains("children:\n") && now.contains("  - name: Third\n"),
        "{now}"
    );
    assert!(now.contains("  - name: New\n"), "{now}");
    settled(&house).await;
    let third = house.row("Third").await;
    assert_eq!(third.import_key.as_deref(), Some("name:Lead/Two/Third"));
    let new = house.row("New").await;
    assert_eq!(new.import_key.as_deref(), Some("name:Lead/Two/New"));
    assert!(new.org_id.is_some());
}

async fn create(house: &House, request: wire::CreateWorkspace) {
    let made = workspaces::create(
        &house.store,
        store::new_id(),
        request,
        None,
        Vec::new(),
        None,
    );
    made.await.unwrap();
}

#[tokio::test]
async fn shared_values_are_asked_about_and_all_means_all() {
    let house = House::new().await;
    let root = imported(&house).await;
    let model = PatchWorkspace {
        model: Some("sonnet".into()),
        ..PatchWorkspace::default()
    };
    patch(&house, "One", model).await;
    let error = house
        .orgs
        .save("save", &SaveRequest::default(), "test")
        .await
        .unwrap_err();
    let OrgsError::SaveQuestions(view) = &error else {
        panic!("{error}")
    };
    assert_eq!(
        (
            view.questions[0].shared.as_str(),
            view.questions[0].with.len()
        ),
        ("defaults", 3)
    );
    assert_eq!(error.code(), "choices_needed");
    assert_eq!(text(&root, "org.yaml"), TREE);

    let saved = save(&house, &choose(&[("dir:one/model", "all")])).await;
    assert!(saved.saved);
    assert_eq!(text(&root, "org.yaml"), TREE.replace("opus", "sonnet"));
    assert_eq!(
        house.row("Three").await.model.as_deref(),
        Some("sonnet"),
        "the others follow"
    );
    settled(&house).await;

    let model = PatchWorkspace {
        model: Some("haiku".into()),
        ..PatchWorkspace::default()
    };
    patch(&house, "One", model).await;
    save(&house, &choose(&[("dir:one/model", "only_this")])).await;
    assert!(
        text(&root, "org.yaml").contains("{name: One, files_dir: one, role: First, model: haiku}"),
        "{}",
        text(&root, "org.yaml")
    );
    assert_eq!(house.row("Three").await.model.as_deref(), Some("sonnet"));
    settled(&house).await;
}

#[tokio::test]
async fn a_file_that_changed_meanwhile_is_shown_and_not_overwritten() {
    let house = House::new().await;
    let root = imported(&house).await;
    patch(&house, "Two", name("Second")).await;
    let edited = TWO.replace("tier: 2", "tier: 1");
    write(&root, &[("two/workspace.yaml", &edited)]);
    let error = house
        .orgs
        .save("save", &SaveRequest::default(), "test")
        .await
        .unwrap_err();
    let OrgsError::FilesChanged { files, plan } = &error else {
        panic!("{error}")
    };
    assert_eq!(
        (files.as_slice(), error.code()),
        (&["two/workspace.yaml".to_owned()][..], "files_changed")
    );
    assert!(
        plan.as_ref()
            .unwrap()
            .plan
            .iter()
            .any(|s| s.action == "update")
    );
    assert_eq!(text(&root, "two/workspace.yaml"), edited);

    // Both sides changed one value: a conflict.
    write(
        &root,
        &[("two/workspace.yaml", &TWO.replace("Two", "Other"))],
    );
    let error = house
        .orgs
        .save("save", &SaveRequest::default(), "test")
        .await
        .unwrap_err();
    assert!(matches!(error, OrgsError::Conflicts(_)), "{error}");

    // A comment is no change of the org, and stays.
    let commented = format!("# mine\n{TWO}");
    write(&root, &[("two/workspace.yaml", &commented)]);
    let dry = SaveRequest {
        dry_run: true,
        ..SaveRequest::default()
    };
    let shown = save(&house, &dry).await;
    write(
        &root,
        &[("two/workspace.yaml", &format!("{commented}# more\n"))],
    );
    let late = SaveRequest {
        read: shown.read,
        ..SaveRequest::default()
    };
    let error = house.orgs.save("save", &late, "test").await.unwrap_err();
    assert_eq!(error.code(), "files_changed", "it is not what was shown");
    save(&house, &SaveRequest::default()).await;
    assert_eq!(
        text(&root, "two/workspace.yaml"),
        format!("{commented}# more\n").replace("Two", "Second")
    );
    settled(&house).await;
}

#[tokio::test]
async fn values_that_only_files_keep_are_edited_through_a_save() {
    let house = House::new().await;
    let root = imported(&house).await;
    let schedule = json!([{"name": "Tick", "cron_expr": "0 9 * * *", "prompt": "Look."}]);
    let edit = |key: &str, field: &str, value| SaveEdit {
        key: key.into(),
        field: field.into(),
        value,
    };
    let request = SaveRequest {
        edits: vec![
            edit("dir:two", "plugins", json!(["a", "b"])),
            edit("dir:two", "schedules", schedule),
            edit("name:Lead/Three", "name", json!("Drei")),
        ],
        ..SaveRequest::default()
    };
    let id = house.row("Three").await.id;
    save(&house, &request).await;
    let two = text(&root, "two/workspace.yaml");
    assert_eq!(
        two,
        format!(
            "{TWO}plugins: [a, b]\nschedules:\n  - name: Tick\n    cron_expr: \"0 9 * * *\"\n    prompt: Look.\n"
        )
    );
    assert_eq!(
        house.row("Drei").await.id,
        id,
        "the row follows the new key"
    );
    settled(&house).await;
    let wrong = SaveRequest {
        edits: vec![edit("dir:two", "tier", json!(7))],
        ..SaveRequest::default()
    };
    let error = house.orgs.save("save", &wrong, "test").await.unwrap_err();
    assert_eq!(error.code(), "save_refused");
    assert!(error.to_string().contains("tier must be"), "{error}");
    assert_eq!(text(&root, "two/workspace.yaml"), two);
}

#[cfg(unix)]
#[tokio::test]
async fn all_files_are_written_or_none_and_modes_stay() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::new().await;
    let root = imported(&house).await;
    let mode = |path: &str, mode| {
        std::fs::set_permissions(root.join(path), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("two/workspace.yaml", 0o640);
    patch(&house, "Two", name("Second")).await;
    patch(&house, "Lead", name("Chief")).await;
    // A folder in the place of a file that is to be written beside it cannot be made; here: the journal's folder.
    std::fs::write(house.dir.path().join("data/saves"), "in the way").unwrap();
    let error = house
        .orgs
        .save("save", &SaveRequest::default(), "test")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "save_failed", "{error}");
    assert_eq!(
        (
            text(&root, "org.yaml").as_str(),
            text(&root, "two/workspace.yaml").as_str()
        ),
        (TREE, TWO)
    );
    std::fs::remove_file(house.dir.path().join("data/saves")).unwrap();
    save(&house, &SaveRequest::default()).await;
    assert_eq!(
        text(&root, "org.yaml"),
        TREE.replace("name: Lead", "name: Chief")
    );
    let kept = std::fs::metadata(root.join("two/workspace.yaml"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(kept & 0o777, 0o640);
    settled(&house).await;
}

#[tokio::test]
async fn a_save_that_was_cut_short_is_finished_at_the_next_start() {
    let house = House::new().await;
    let root = imported(&house).await;
    let journals = house.dir.path().join("data/saves");
    std::fs::create_dir_all(&journals).unwrap();
    let digest = |text: &str| -> String {
        use sha2::Digest;
        sha2::Sha256::digest(text)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect()
    };
    let entry = |path: &str, before: &str| {
        let target = root.join(path);
        let temp = target.with_file_name(format!(".save-x-{}.tmp", path.len()));
        std::fs::write(&temp, before.replace("name:", "name: X")).unwrap();
        json!({"shown": path, "target": target, "temp": temp, "before": digest(before)})
    };
    let journal = json!({"ready": true, "entries": [entry("org.yaml", TREE), entry("two/workspace.yaml", TWO)]});
    // One of them was edited by hand after the kill: it stays as it is.
    write(&root, &[("org.yaml", "name: by hand\nworkspaces: []\n")]);
    std::fs::write(journals.join("x.json"), journal.to_string()).unwrap();
    assert_eq!(house.orgs.recover_saves().await.unwrap(), 1);
    assert_eq!(
        text(&root, "two/workspace.yaml"),
        TWO.replace("name:", "name: X")
    );
    assert_eq!(text(&root, "org.yaml"), "name: by hand\nworkspaces: []\n");
    let hidden = std::fs::read_dir(&root)
        .unwrap()
        .flatten()
        .filter(|f| f.file_name().to_string_lossy().starts_with(".save"));
    assert_eq!(hidden.count(), 0);
    assert_eq!(house.orgs.recover_saves().await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_not_registered_cannot_be_saved() {
    let house = House::new().await;
    let error = house
        .orgs
        .save("nothing", &SaveRequest::default(), "test")
        .await
        .unwrap_err();
    assert!(matches!(error, OrgsError::UnknownOrg { .. }), "{error}");
    imported(&house).await;
    let error = house
        .orgs
        .save("save", &choose(&[("x/y", "some")]), "test")
        .await
        .unwrap_err();
    assert!(matches!(error, OrgsError::InvalidBody { .. }), "{error}");
    let nothing = save(&house, &SaveRequest::default()).await;
    assert_eq!((nothing.saved, nothing.files.len()), (false, 0));
    assert!(house.events(&[kind::ORG_SAVED]).await.is_empty());
}

#[tokio::test]
async fn plugins_that_were_installed_or_taken_away_beside_the_files_are_saved() {
    let house = House::new().await;
    let tree =
        "name: Save\nworkspaces:\n  - {name: One, files_dir: one, plugins: [notes, words] }\n";
    let root = house.org("save", &[("org.yaml", tree), ("one/a.md", "a")]);
    house.imported("save").await;
    house
        .sql("UPDATE wanted_plugins SET state = 'installed'")
        .await;
    house
        .sql(
            "INSERT INTO workspace_plugins (workspace_id, plugin_name, source_raw, tracked_ref, installed_at, updated_at)
             SELECT workspaces.id, value, 'local://' || value, 'none', '', '' FROM workspaces, json_each('[\"notes\", \"search\"]')",
        )
        .await;
    let org = house.row("One").await.org_id.unwrap();
    let unsaved = house.orgs.reimport_preview(&org).await.unwrap().unsaved;
    assert_eq!(
        (unsaved[0].field.as_str(), &unsaved[0].canvas),
        ("plugins", &json!(["notes", "search"]))
    );
    save(&house, &SaveRequest::default()).await;
    assert_eq!(text(&root, "org.yaml"), tree.replace("words] ", "search] "));
    settled(&house).await;
    let id = house.row("One").await.id;
    let wanted = store::rows::wanted_plugins::of_workspace(house.store.read(), &id)
        .await
        .unwrap();
    let search = wanted.iter().find(|row| row.source == "search").unwrap();
    assert_eq!(
        search.state, "installed",
        "it is not installed a second time"
    );
}

#[tokio::test]
async fn channels_are_edited_without_their_secrets_being_seen() {
    let house = House::new().await;
    let hook = "https://discord.com/api/webhooks/1/canary-of-a-channel";
    let tree = format!(
        "name: Save\nworkspaces:\n  - name: One\n    files_dir: one\n    channels:\n      - {{type: discord, config: {{webhook_url: '{hook}'}}}}\n"
    );
    let root = house.org("save", &[("org.yaml", &tree), ("one/a.md", "a")]);
    house.imported("save").await;
    let role = house.orgs.roles("save").await.unwrap().remove(0);
    let mut channels = role.fields["channels"].value.clone();
    assert!(
        !channels.to_string().contains("canary"),
        "clients see a mark: {channels}"
    );
    channels[0]["enabled"] = json!(false);
    channels[0]["allowed_users"] = json!(["ann"]);
    let edit = |value| SaveRequest {
        edits: vec![SaveEdit {
            key: role.key.clone(),
            field: "channels".into(),
            value,
        }],
        ..SaveRequest::default()
    };
    let saved = save(&house, &edit(channels.clone())).await;
    assert!(!json!(saved).to_string().contains("canary"), "{saved:?}");
    let now = text(&root, "org.yaml");
    assert!(
        now.contains(hook) && now.contains("enabled: false"),
        "{now}"
    );
    assert!(now.contains("allowed_users: [ann]"), "{now}");
    settled(&house).await;
    let id = house.row("One").await.id;
    let rows = house.orgs.channels(&id).await.unwrap();
    assert!(
        !rows[0].enabled && rows[0].allowed_users == ["ann"],
        "the row follows"
    );

    let in_clear = json!([{"kind": "discord", "config": {"webhook_url": "https://discord.com/api/webhooks/2/new"}}]);
    let error = house
        .orgs
        .save("save", &edit(in_clear), "test")
        .await
        .unwrap_err();
    assert!(error.detail().unwrap().contains("is a secret"), "{error}");
    let gone = save(&house, &edit(json!([]))).await;
    assert!(gone.saved && !text(&root, "org.yaml").contains("discord"));
    assert!(
        house.orgs.channels(&id).await.unwrap().is_empty(),
        "and its sealed settings go"
    );
}
