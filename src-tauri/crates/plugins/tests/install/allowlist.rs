//! The allowlist of an org: fixture D.45 and contract 03 no. 80.

use crate::house::House;

#[tokio::test]
async fn d45_14_no_80_the_list_of_the_root_holds_for_everybody_below_and_fails_closed() {
    let house = House::new().await;
    let root = house.workspace("root", |_| {}).await;
    let child = house
        .workspace("child", |new| new.parent_id = Some(root.clone()))
        .await;
    let grandchild = house
        .workspace("grandchild", |new| new.parent_id = Some(child.clone()))
        .await;
    house
        .plugins
        .set_allowlist(&root, &["other".into(), "other".into()], &root)
        .await
        .unwrap();
    for id in [&root, &child, &grandchild] {
        let error = house.install(id, "demo").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "plugin \"demo\" is not in the org allowlist"
        );
    }
    // Whatever stands on a child's own list does not count.
    house
        .plugins
        .set_allowlist(&child, &["demo".into()], &root)
        .await
        .unwrap();
    assert_eq!(
        house.install(&grandchild, "demo").await.unwrap_err().code(),
        "not_in_allowlist"
    );
    house
        .plugins
        .set_allowlist(&root, &["demo".into()], &root)
        .await
        .unwrap();
    house.install(&grandchild, "demo").await.unwrap();
    let list = house.plugins.allowlist(&root).await.unwrap();
    assert_eq!(
        (
            list.len(),
            list[0].plugin_name.as_str(),
            list[0].enabled_by.as_deref()
        ),
        (1, "demo", Some(root.as_str()))
    );
    house
        .plugins
        .set_allowlist(&root, &[], &root)
        .await
        .unwrap();
    house.install(&child, "demo").await.unwrap();

    // A list that cannot be read allows nothing.
    sqlx_break(&house).await;
    assert_eq!(
        house.install(&root, "demo").await.unwrap_err().code(),
        "allowlist_unknown"
    );
}

async fn sqlx_break(house: &House) {
    house
        .store
        .write::<_, store::StoreError, _>(|write| {
            Box::pin(async move {
                sqlx::query("ALTER TABLE org_plugin_allowlist RENAME TO gone")
                    .execute(write.conn())
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn d45_15_no_77_names_and_orgs_are_checked() {
    let house = House::new().await;
    let root = house.workspace("root", |_| {}).await;
    for bad in [".previous", "a'b", "a b"] {
        let error = house
            .plugins
            .set_allowlist(&root, &[bad.to_owned()], &root)
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "invalid plugin name", "{bad}");
        let error = house.plugins.uninstall(&root, bad).await.unwrap_err();
        assert_eq!(error.to_string(), "invalid plugin name", "{bad}");
    }
    house
        .plugins
        .set_allowlist(&root, &["MyPlugin".into()], &root)
        .await
        .unwrap();
    assert_eq!(
        house
            .plugins
            .uninstall(&root, "MyPlugin")
            .await
            .unwrap_err()
            .code(),
        "not_installed"
    );
    let nobody = "00000000-0000-4000-8000-000000000000";
    assert_eq!(
        house
            .plugins
            .allowlist(nobody)
            .await
            .unwrap_err()
            .to_string(),
        "org not found"
    );
}
