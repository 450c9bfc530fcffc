//! What every engine must do, as tests that take any [`Engine`].
//!
//! Each function is one case. The simulated twin and real engines run the very same ones (`tests/simulated.rs`,
//! `tests/docker.rs`), so that what tests above the seam learn from the twin is true of Docker. A case uses names of its
//! own, and [`clean`] removes all that an installation made.
//!
//! The cases speak by panicking, as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod files;
mod images;
mod life;
mod names;
mod watching;

pub use files::{
    files_are_there_before_the_start, files_come_back_exactly, folders_are_listed,
    missing_files_are_typed, paths_are_looked_at, volumes_outlive_containers,
};
pub use images::{
    images_come_without_a_registry, missing_images_are_typed, the_engine_says_what_it_is,
    the_network_is_made_once,
};
pub use life::{
    a_container_is_asked_to_end_before_it_is_killed, commands_run_inside,
    programs_end_with_their_code, published_ports_are_loopback_and_distinct,
    standard_streams_are_held_from_outside, start_failures_are_typed, what_is_gone_counts_as_done,
};
pub use names::{
    lists_show_only_our_own, names_are_never_stolen, volumes_are_labelled_and_never_stolen,
};
pub use watching::{
    events_tell_all_after_the_call, memory_exhaustion_is_told, output_is_followed_to_its_end,
};

use containers::{
    ContainerInfo, ContainerSpec, Engine, EngineEvent, ImageConfig, LogOptions, LogSource,
    TierOverrides,
    archive::{Archive, Owner},
    limits,
};
use futures::StreamExt;
use std::{path::Path, time::Duration};
use uuid::Uuid;

/// What a case works on.
pub struct Subject<'a> {
    /// The engine.
    pub engine: &'a dyn Engine,
    /// The same engine seen by another installation.
    pub other: &'a dyn Engine,
    /// An image made by [`busybox_image`].
    pub image: &'a str,
}

/// Longer than anything here takes; a case that waits longer hangs and says at what.
const GUARD: Duration = Duration::from_secs(120);

/// A program that ends with 9 when asked to, after it said `ready`.
pub(crate) const POLITE: &str = "trap 'exit 9' TERM; echo ready; while true; do sleep 0.1; done";

/// Makes the image of the suite from the machine's statically linked busybox.
pub async fn busybox_image(engine: &dyn Engine, reference: &str) {
    let program = ["/bin/busybox", "/usr/bin/busybox"]
        .iter()
        .find_map(|path| std::fs::read(Path::new(path)).ok())
        .expect("no busybox on this machine: apt-get install busybox-static");
    let mut rootfs = Archive::new();
    for dir in ["bin", "etc", "root", "tmp"] {
        rootfs.folder(dir, 0o755, Owner::ROOT).unwrap();
    }
    rootfs
        .file("bin/busybox", &program, 0o755, Owner::ROOT)
        .unwrap();
    for applet in [
        "sh", "cat", "echo", "sleep", "tail", "true", "false", "id", "ls", "stat", "wget", "nc",
        "httpd",
    ] {
        rootfs
            .link(&format!("bin/{applet}"), "busybox", Owner::ROOT)
            .unwrap();
    }
    rootfs
        .file(
            "etc/passwd",
            b"root:x:0:0::/root:/bin/sh\nagent:x:1000:1000::/tmp:/bin/sh\n",
            0o644,
            Owner::ROOT,
        )
        .unwrap();
    let config = ImageConfig {
        cmd: vec!["/bin/sh".to_owned(), "-c".to_owned(), POLITE.to_owned()],
        env: [
            ("PATH".to_owned(), "/bin".to_owned()),
            ("FROM_IMAGE".to_owned(), "a \"b\" $c".to_owned()),
        ]
        .into(),
        expose: vec![containers::AGENT_PORT],
        // The reference among the labels makes each test's image its own, so that none removes that of another.
        labels: [
            ("molecule.test".to_owned(), "conformance".to_owned()),
            ("molecule.test.reference".to_owned(), reference.to_owned()),
        ]
        .into(),
        ..ImageConfig::default()
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), rootfs.finish().unwrap()).unwrap();
    engine
        .import_rootfs(reference, file.path(), config)
        .await
        .expect("the image is imported");
}

/// Removes all containers, volumes and the network of the engine's installation.
pub async fn clean(engine: &dyn Engine) {
    for container in engine.containers().await.unwrap() {
        engine.remove(&container.id).await.unwrap();
    }
    for volume in engine.volumes().await.unwrap() {
        engine.remove_volume(&volume.name).await.unwrap();
    }
    engine.remove_network().await.unwrap();
}

/// A container of a new workspace, with the limits of tier 2.
pub(crate) fn spec(subject: &Subject<'_>, command: &[&str]) -> ContainerSpec {
    let id = Uuid::new_v4().to_string();
    ContainerSpec {
        workspace_id: Some(id.clone()),
        command: command.iter().map(|word| (*word).to_owned()).collect(),
        ..ContainerSpec::new(
            containers::names::container_name(&id),
            subject.image,
            limits(2, &TierOverrides::default()),
        )
    }
}

pub(crate) async fn started(subject: &Subject<'_>, spec: &ContainerSpec) -> String {
    subject.engine.ensure_network().await.unwrap();
    let id = subject.engine.create(spec).await.unwrap();
    subject.engine.start(&id).await.unwrap();
    id
}

pub(crate) async fn look(subject: &Subject<'_>, id: &str) -> ContainerInfo {
    subject
        .engine
        .inspect(id)
        .await
        .unwrap()
        .expect("the container is there")
}

/// Reads a container's output until it ends by itself.
pub(crate) async fn output(subject: &Subject<'_>, id: &str) -> (String, String) {
    let options = LogOptions {
        follow: true,
        ..LogOptions::default()
    };
    let mut pieces = subject.engine.logs(id, &options).await.unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let read = async {
        while let Some(piece) = pieces.next().await {
            let piece = piece.unwrap();
            match piece.source {
                LogSource::Stdout => out.extend(piece.bytes),
                LogSource::Stderr => err.extend(piece.bytes),
            }
        }
    };
    tokio::time::timeout(GUARD, read)
        .await
        .expect("the output ends with the container");
    (
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

/// Waits until a container has printed something.
pub(crate) async fn printed(subject: &Subject<'_>, id: &str, text: &str) {
    let options = LogOptions {
        follow: true,
        ..LogOptions::default()
    };
    let mut pieces = subject.engine.logs(id, &options).await.unwrap();
    let mut seen = String::new();
    let read = async {
        while !seen.contains(text) {
            let piece = pieces
                .next()
                .await
                .expect("the container runs until it has printed it")
                .unwrap();
            seen.push_str(&String::from_utf8_lossy(&piece.bytes));
        }
    };
    tokio::time::timeout(GUARD, read)
        .await
        .unwrap_or_else(|_| panic!("{text:?} is printed"));
}

/// Collects events of one container until one of them fits.
pub(crate) async fn events_until(
    events: &mut (impl futures::Stream<Item = Result<EngineEvent, containers::EngineError>> + Unpin),
    id: &str,
    last: impl Fn(&EngineEvent) -> bool,
) -> Vec<EngineEvent> {
    let mut seen = Vec::new();
    let read = async {
        loop {
            let event = events.next().await.expect("events go on").unwrap();
            if event.container_id == id {
                seen.push(event.clone());
                if last(&event) {
                    return;
                }
            }
        }
    };
    let outcome = tokio::time::timeout(GUARD, read).await;
    assert!(outcome.is_ok(), "the event comes; so far: {seen:?}");
    seen
}

/// Waits until a container has ended by itself.
pub(crate) async fn ended(subject: &Subject<'_>, id: &str) -> ContainerInfo {
    output(subject, id).await;
    // The output of a container may end a moment before its state does.
    let wait = async {
        loop {
            let info = look(subject, id).await;
            if info.exit_code.is_some() {
                return info;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(GUARD, wait)
        .await
        .expect("the container ends")
}
