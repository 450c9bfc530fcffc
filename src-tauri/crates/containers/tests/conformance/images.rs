//! The engine itself, its network and its images.

use super::{Subject, busybox_image};
use std::sync::Arc;

/// The probe answers what admission and the window need.
pub async fn the_engine_says_what_it_is(subject: &Subject<'_>) {
    let info = subject.engine.info().await.unwrap();
    assert_eq!(info.os, "linux");
    assert!(
        info.memory_bytes > 0 && info.cpus > 0 && !info.version.is_empty() && !info.arch.is_empty(),
        "{info:?}"
    );
    let (major, minor) = info.api_version.split_once('.').expect("major.minor");
    assert!(
        (major.parse::<u32>().unwrap(), minor.parse::<u32>().unwrap()) >= (1, 41),
        "{}",
        info.api_version
    );
}

/// Many callers at once get one and the same network; it is removed, and removing nothing is fine.
pub async fn the_network_is_made_once(subject: &Subject<'_>) {
    let made = futures::future::join_all((0..4).map(|_| subject.engine.ensure_network())).await;
    let networks: Vec<_> = made.into_iter().map(Result::unwrap).collect();
    assert!(
        networks.iter().all(|network| network.id == networks[0].id),
        "{networks:?}"
    );
    assert!(
        networks[0]
            .gateway
            .is_some_and(|gateway| gateway.is_private()),
        "{networks:?}"
    );
    subject.engine.remove_network().await.unwrap();
    subject.engine.remove_network().await.unwrap();
    let again = subject.engine.ensure_network().await.unwrap();
    assert_ne!(
        again.id, networks[0].id,
        "a network made again is told apart"
    );
}

/// An image is made from a tar, and made again under the same name.
pub async fn images_come_without_a_registry(subject: &Subject<'_>) {
    let first = subject
        .engine
        .image(subject.image)
        .await
        .unwrap()
        .expect("the suite's image is there");
    assert_eq!(
        first.labels.get("molecule.test").map(String::as_str),
        Some("conformance")
    );
    assert!(first.platform.starts_with("linux/"), "{first:?}");
    let copy = format!("{}-copy", subject.image);
    busybox_image(subject.engine, &copy).await;
    busybox_image(subject.engine, &copy).await;
    assert!(subject.engine.image(&copy).await.unwrap().is_some());
    subject.engine.remove_image(&copy).await.unwrap();
    subject.engine.remove_image(&copy).await.unwrap();
    assert_eq!(subject.engine.image(&copy).await.unwrap(), None);
}

/// A missing image is `None` when looked up and `image_missing` when needed.
pub async fn missing_images_are_typed(subject: &Subject<'_>) {
    // A registry on a closed port of this machine, so that no test leaves it.
    let reference = "localhost:9/molecule/not-there:1";
    assert_eq!(subject.engine.image(reference).await.unwrap(), None);
    let pulled = subject
        .engine
        .pull(reference, None, Arc::new(|_| {}))
        .await
        .unwrap_err();
    assert_eq!(pulled.code(), "image_missing", "{pulled:?}");
    let mut spec = super::spec(subject, &["true"]);
    spec.image = reference.to_owned();
    subject.engine.ensure_network().await.unwrap();
    let created = subject.engine.create(&spec).await.unwrap_err();
    assert_eq!(created.code(), "image_missing", "{created:?}");
    assert!(
        created.to_string().contains(reference),
        "the text names the image: {created}"
    );
    assert_eq!(
        subject.engine.inspect(&spec.name).await.unwrap(),
        None,
        "nothing is left behind"
    );
}
