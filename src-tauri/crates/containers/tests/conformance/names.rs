//! Whose things are whose (D42).

use super::{Subject, look, spec, started};
use containers::{
    VolumeSpec,
    names::{LABEL_INSTANCE, LABEL_MANAGED, config_volume},
};

/// A name is reused for the same workspace only; every other holder keeps it, untouched.
pub async fn names_are_never_stolen(subject: &Subject<'_>) {
    let first = spec(subject, &[]);
    let id = started(subject, &first).await;
    let again = subject.engine.create(&first).await.unwrap();
    assert_ne!(id, again, "the same workspace replaces its container");
    assert_eq!(subject.engine.inspect(&id).await.unwrap(), None);
    subject.engine.start(&again).await.unwrap();

    let mut twin = first.clone();
    twin.workspace_id = Some("another-workspace".to_owned());
    let error = subject.engine.create(&twin).await.unwrap_err();
    assert_eq!(error.code(), "name_taken", "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&first.name), "{text}");
    assert!(text.contains("Rename or remove"), "{text}");

    subject.other.ensure_network().await.unwrap();
    let foreign = subject.other.create(&first).await.unwrap_err();
    assert_eq!(
        foreign.code(),
        "name_taken",
        "another installation is foreign even for the same workspace: {foreign:?}"
    );
    // The holder has the files of that agent: nobody is told to remove it.
    let text = foreign.to_string();
    assert!(text.contains("another installation"), "{text}");
    assert!(text.contains("do not remove it by hand"), "{text}");
    assert!(look(subject, &again).await.host_port.is_none());
    assert_eq!(
        look(subject, &again).await.state,
        containers::ContainerState::Running,
        "the holder was left alone"
    );
}

/// Volumes carry labels, are listed by them, and are not handed to another workspace.
pub async fn volumes_are_labelled_and_never_stolen(subject: &Subject<'_>) {
    let id = uuid::Uuid::new_v4().to_string();
    let volume = VolumeSpec {
        name: config_volume(&id),
        workspace_id: Some(id.clone()),
    };
    subject.engine.ensure_volume(&volume).await.unwrap();
    subject.engine.ensure_volume(&volume).await.unwrap();
    let listed = subject.engine.volumes().await.unwrap();
    let ours = listed
        .iter()
        .find(|listed| listed.name == volume.name)
        .expect("it is listed");
    assert_eq!(ours.workspace_id.as_deref(), Some(id.as_str()));
    assert_eq!(
        ours.labels.get(LABEL_MANAGED).map(String::as_str),
        Some("true")
    );
    assert!(
        subject
            .other
            .volumes()
            .await
            .unwrap()
            .iter()
            .all(|listed| listed.name != volume.name)
    );
    let taken = VolumeSpec {
        workspace_id: Some("another-workspace".to_owned()),
        ..volume.clone()
    };
    assert_eq!(
        subject
            .engine
            .ensure_volume(&taken)
            .await
            .unwrap_err()
            .code(),
        "name_taken"
    );
    assert_eq!(
        subject
            .other
            .ensure_volume(&volume)
            .await
            .unwrap_err()
            .code(),
        "name_taken"
    );
    subject.engine.remove_volume(&volume.name).await.unwrap();
    subject.engine.remove_volume(&volume.name).await.unwrap();
}

/// Lists show stopped and running containers of this installation, with what their labels say, and no others.
pub async fn lists_show_only_our_own(subject: &Subject<'_>) {
    let mut created = spec(subject, &["true"]);
    created.generation = 7;
    created.spec_hash = "digest".to_owned();
    subject.engine.ensure_network().await.unwrap();
    let created_id = subject.engine.create(&created).await.unwrap();
    let running = started(subject, &spec(subject, &[])).await;
    let listed = subject.engine.containers().await.unwrap();
    let mut ids: Vec<&str> = listed.iter().map(|info| info.id.as_str()).collect();
    ids.sort_unstable();
    let mut expected = [created_id.as_str(), running.as_str()];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    let info = listed.iter().find(|info| info.id == created_id).unwrap();
    assert_eq!(info.state, containers::ContainerState::Created);
    assert_eq!(
        (info.generation, info.spec_hash.as_deref()),
        (Some(7), Some("digest"))
    );
    assert_eq!(info.workspace_id, created.workspace_id);
    assert_eq!(info.name, created.name);
    assert!(info.labels.contains_key(LABEL_INSTANCE));
    assert!(info.started_at.is_none() && info.exit_code.is_none());
    assert_eq!(subject.other.containers().await.unwrap(), []);
    assert_eq!(
        look(subject, &created.name).await.id,
        created_id,
        "a name is as good as an id"
    );
    assert_eq!(subject.engine.inspect("ws-nobody").await.unwrap(), None);
}
