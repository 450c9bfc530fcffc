//! Files of `/configs`: delivered before the start, edits kept, hot reload.

use crate::house::House;
use containers::{
    Engine,
    archive::{Archive, Owner},
};
use reconcile::{DeliveredFile, digest};
use store::rows;
use wire::Status;

async fn text(house: &House, id: &str, path: &str) -> Option<String> {
    house
        .engine
        .file(&house.container(id), path)
        .map(|bytes| String::from_utf8(bytes).unwrap())
}

async fn edit(house: &House, id: &str, path: &str, content: &str) {
    let mut archive = Archive::new();
    archive
        .file(path, content.as_bytes(), 0o644, Owner::AGENT)
        .unwrap();
    house
        .engine
        .put(&house.container(id), "/configs", archive.finish().unwrap())
        .await
        .unwrap();
}

async fn again(house: &House, id: &str) {
    house.settled().await;
    let wanted = house.row(id).await.generation + 1;
    house.restart(id).await;
    house
        .until_row(id, |row| {
            row.status == Status::Online && row.running_generation == Some(wanted)
        })
        .await;
    house.settled().await;
}

#[tokio::test]
async fn no_13_the_folder_then_made_files_over_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("skills/a")).unwrap();
    std::fs::write(folder.path().join("skills/a/SKILL.md"), "skill\r\n").unwrap();
    std::fs::write(folder.path().join("config.yaml"), "name: from folder\n").unwrap();
    std::fs::write(folder.path().join(".env"), "SECRET=canary").unwrap();
    let house = House::started().await;
    let dir = folder.path().to_string_lossy().into_owned();
    let first = house
        .add("first", |new| new.template_dir = Some(dir.clone()))
        .await;
    house.until(&first, Status::Online).await;
    assert_eq!(
        text(&house, &first, "/configs/config.yaml").await.unwrap(),
        "name: from folder\n"
    );
    assert_eq!(
        text(&house, &first, "/configs/skills/a/SKILL.md")
            .await
            .unwrap(),
        "skill\n"
    );
    assert_eq!(text(&house, &first, "/configs/.env").await, None);

    let second = uuid::Uuid::new_v4().to_string();
    let made = second.clone();
    house
        .store
        .write::<_, store::StoreError, _>({
            let dir = dir.clone();
            move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    let mut new = House::blank(&made, "second");
                    new.template_dir = Some(dir);
                    rows::workspaces::insert(write.conn(), &new, &now).await?;
                    rows::files::set_made(write.conn(), &made, "config.yaml", b"name: made\n")
                        .await?;
                    Ok(())
                })
            }
        })
        .await
        .unwrap();
    house.reconciler().look_at(&second);
    house.until(&second, Status::Online).await;
    house.settled().await;
    assert_eq!(
        text(&house, &second, "/configs/config.yaml").await.unwrap(),
        "name: made\n"
    );
    let delivered = rows::files::delivered(house.store.read(), &second)
        .await
        .unwrap();
    assert_eq!(delivered["config.yaml"], digest(b"name: made\n"));
    assert!(
        !delivered.contains_key(".auth_token"),
        "a token's digest is nobody's business"
    );
}

#[tokio::test]
async fn a_plain_restart_keeps_edits_and_brings_a_new_token() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    let token = text(&house, &id, "/configs/.auth_token").await.unwrap();
    edit(&house, &id, "config.yaml", "name: edited\n").await;
    edit(&house, &id, "notes.md", "mine").await;
    again(&house, &id).await;
    assert_eq!(
        text(&house, &id, "/configs/config.yaml").await.unwrap(),
        "name: edited\n"
    );
    assert_eq!(
        text(&house, &id, "/configs/notes.md").await.unwrap(),
        "mine"
    );
    assert_ne!(
        text(&house, &id, "/configs/.auth_token").await.unwrap(),
        token
    );
    house.assert_whole().await;
}

#[tokio::test]
async fn a_changed_source_comes_along_unless_the_agents_copy_was_edited() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.made(&id, "one.md", b"1").await;
    house.made(&id, "two.md", b"1").await;
    again(&house, &id).await;
    assert_eq!(
        text(&house, &id, "/configs/one.md").await.unwrap(),
        "1",
        "new files come with a restart"
    );
    edit(&house, &id, "two.md", "edited").await;
    house.made(&id, "one.md", b"2").await;
    house.made(&id, "two.md", b"2").await;
    again(&house, &id).await;
    assert_eq!(text(&house, &id, "/configs/one.md").await.unwrap(), "2");
    assert_eq!(
        text(&house, &id, "/configs/two.md").await.unwrap(),
        "edited"
    );
}

#[tokio::test]
async fn needed_variables_are_checked_before_the_start_whatever_the_configs_source() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    edit(
        &house,
        &id,
        "config.yaml",
        "runtime_config:\n  required_env: [SOME_KEY]\n",
    )
    .await;
    house.restart(&id).await;
    let row = house.until(&id, Status::Failed).await;
    assert_eq!(row.status_code.as_deref(), Some("missing_env"));
    assert!(
        row.status_text
            .unwrap()
            .starts_with("missing required env var \"SOME_KEY\"")
    );
    house.settled().await;
    assert!(house.containers().await.is_empty());
    let failed = &house.events(wire::kind::WORKSPACE_PROVISION_FAILED).await[0];
    assert_eq!(failed.payload["missing"], serde_json::json!(["SOME_KEY"]));
}

#[tokio::test]
async fn hot_reload_reaches_the_running_container_without_a_restart() {
    let house = House::started().await;
    let id = house.plain("a").await;
    let before = house.until(&id, Status::Online).await;
    house.settled().await;
    let file = |path: &str, content: Option<&str>| DeliveredFile {
        path: path.into(),
        content: content.map(Into::into),
    };
    let done = house
        .reconciler()
        .deliver(&id, vec![file("skills/a/SKILL.md", Some("new"))])
        .await
        .unwrap();
    assert_eq!(done.put, ["skills/a/SKILL.md"]);
    assert_eq!(
        text(&house, &id, "/configs/skills/a/SKILL.md")
            .await
            .unwrap(),
        "new"
    );
    let delivered = rows::files::delivered(house.store.read(), &id)
        .await
        .unwrap();
    assert_eq!(delivered["skills/a/SKILL.md"], digest(b"new"));
    let done = house
        .reconciler()
        .deliver(&id, vec![file("skills/a/SKILL.md", None)])
        .await
        .unwrap();
    assert_eq!(done.removed.len(), 1);
    assert!(
        text(&house, &id, "/configs/skills/a/SKILL.md")
            .await
            .unwrap_or_default()
            .is_empty()
    );
    let delivered = rows::files::delivered(house.store.read(), &id)
        .await
        .unwrap();
    assert!(!delivered.contains_key("skills/a/SKILL.md"));
    house.settled().await;
    assert_eq!(house.row(&id).await.container_id, before.container_id);
    let error = house
        .reconciler()
        .deliver(&id, vec![file("../x", Some(""))])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "invalid_path");
    workspaces::pause(&house.store, &id).await.unwrap();
    house.settled().await;
    let error = house
        .reconciler()
        .deliver(&id, vec![file("a", Some(""))])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "not_running");
}

#[tokio::test]
async fn an_agent_on_the_host_network_is_told_its_port_and_keeps_it_over_a_restart_of_the_platform()
{
    let mut house = House::started().await;
    let id = house
        .add("wide", |new| (new.tier, new.tier_granted) = (4, 4))
        .await;
    let row = house.until(&id, Status::Online).await;
    house.settled().await;
    let url = house.row(&id).await.url.unwrap();
    let port = url
        .strip_prefix("http://127.0.0.1:")
        .expect("a loopback address");
    let config = text(&house, &id, "/configs/config.yaml").await.unwrap();
    assert!(
        config.ends_with(&format!("a2a:\n  port: {port}\n")),
        "{config}"
    );

    house.kill().await;
    let forgotten = id.clone();
    house
        .set(
            &forgotten,
            store::rows::workspaces::Column::Url,
            "".to_owned(),
        )
        .await;
    house.start();
    house.settled().await;
    let found = house.row(&id).await;
    assert_eq!(
        found.container_id, row.container_id,
        "adopted, not made anew"
    );
    assert_eq!(found.url.as_deref(), Some(url.as_str()));

    again(&house, &id).await;
    let config = text(&house, &id, "/configs/config.yaml").await.unwrap();
    assert_eq!(config.matches("port:").count(), 1, "{config}");
}

#[tokio::test]
async fn no_28_a_start_lays_the_roles_files_over_the_template() {
    let (base, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(base.path().join("both.md"), "theirs").unwrap();
    std::fs::write(base.path().join("only.md"), "theirs").unwrap();
    std::fs::write(own.path().join("both.md"), "mine").unwrap();
    let mut house = House::new().await;
    let dir = own.path().to_string_lossy().into_owned();
    let id = house.add("a", |new| new.template_dir = Some(dir)).await;
    let column = rows::workspaces::Column::BaseDir;
    let dir = base.path().to_string_lossy().into_owned();
    house.set(&id, column, dir).await;
    house.start();
    house.until(&id, Status::Online).await;
    for (path, content) in [("both.md", "mine"), ("only.md", "theirs")] {
        let inside = text(&house, &id, &format!("/configs/{path}")).await;
        assert_eq!(inside.as_deref(), Some(content), "{path}");
    }
}
