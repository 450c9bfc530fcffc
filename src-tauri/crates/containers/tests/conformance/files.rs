//! Files into and out of containers and volumes.

use super::{Subject, ended, output, spec, started};
use containers::{
    ContainerSpec, EngineKind, Missing, Mount, PathKind, Survey, VolumeSpec,
    archive::{Archive, EntryKind, Owner, ReadLimits, file, read},
    names::config_volume,
};

const LIMIT: u64 = 1024 * 1024;

fn with_configs(mut spec: ContainerSpec) -> ContainerSpec {
    let id = spec.workspace_id.clone().unwrap();
    spec.mounts = vec![Mount::Volume {
        name: config_volume(&id),
        target: "/configs".to_owned(),
        read_only: false,
    }];
    spec
}

async fn volume(subject: &Subject<'_>, spec: &ContainerSpec) {
    let id = spec.workspace_id.clone().unwrap();
    let volume = VolumeSpec {
        name: config_volume(&id),
        workspace_id: Some(id),
    };
    subject.engine.ensure_volume(&volume).await.unwrap();
}

fn one(path: &str, content: &[u8], mode: u32) -> Vec<u8> {
    let mut archive = Archive::new();
    archive.file(path, content, mode, Owner::AGENT).unwrap();
    archive.finish().unwrap()
}

/// What is put into a created container is there when its program begins (D7, D8).
pub async fn files_are_there_before_the_start(subject: &Subject<'_>) {
    let spec = with_configs(spec(subject, &["cat", "/configs/.auth_token"]));
    volume(subject, &spec).await;
    subject.engine.ensure_network().await.unwrap();
    let id = subject.engine.create(&spec).await.unwrap();
    subject
        .engine
        .put(
            &id,
            "/configs",
            one(".auth_token", b"token-of-the-agent", 0o600),
        )
        .await
        .unwrap();
    let before = subject
        .engine
        .get(&id, "/configs/.auth_token", LIMIT)
        .await
        .unwrap();
    let entries = read(&before, ReadLimits::default()).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].mode, 0o600);
    // Podman gives what is read to root. What is inside keeps its owner: tier 1 reads its token as user 1000.
    if subject.engine.info().await.unwrap().kind != EngineKind::Podman {
        assert_eq!(entries[0].owner, Owner::AGENT);
    }
    subject.engine.start(&id).await.unwrap();
    let info = ended(subject, &id).await;
    assert_eq!(info.exit_code, Some(0));
    assert_eq!(
        output(subject, &id).await,
        ("token-of-the-agent".to_owned(), String::new())
    );
}

/// Every byte comes back, from running containers and from ended ones; a folder comes with its name.
pub async fn files_come_back_exactly(subject: &Subject<'_>) {
    let spec = with_configs(spec(subject, &[]));
    volume(subject, &spec).await;
    let id = started(subject, &spec).await;
    let bytes: Vec<u8> = (0..=255u8).cycle().take(70_000).collect();
    subject
        .engine
        .put(
            &id,
            "/configs",
            one("skills/it's a \"test\"/data.bin", &bytes, 0o640),
        )
        .await
        .unwrap();
    subject
        .engine
        .put(&id, "/tmp", one("note", b"\r\n\0 ", 0o644))
        .await
        .unwrap();
    for _ in 0..2 {
        let path = "/configs/skills/it's a \"test\"/data.bin";
        let archive = subject.engine.get(&id, path, LIMIT).await.unwrap();
        assert_eq!(
            file(&archive, ReadLimits::default()).unwrap().unwrap(),
            bytes
        );
        let note = subject.engine.get(&id, "/tmp/note", LIMIT).await.unwrap();
        assert_eq!(
            file(&note, ReadLimits::default()).unwrap().unwrap(),
            b"\r\n\0 "
        );
        let folder = read(
            &subject
                .engine
                .get(&id, "/configs/skills", LIMIT)
                .await
                .unwrap(),
            ReadLimits::default(),
        )
        .unwrap();
        let paths: Vec<&str> = folder.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "skills",
                "skills/it's a \"test\"",
                "skills/it's a \"test\"/data.bin"
            ]
        );
        assert!(matches!(folder[0].kind, EntryKind::Folder));
        // A part of a file, and where there is none.
        let part =
            |path: &'static str, offset, length| subject.engine.part(&id, path, offset, length);
        let two = part("/tmp/note", 1, 2).await.unwrap().unwrap();
        assert_eq!((two.content.as_slice(), two.total), (b"\n\0".as_slice(), 4));
        let rest = part("/tmp/note", 3, 100).await.unwrap().unwrap();
        assert_eq!(rest.content, b" ");
        assert!(
            part("/tmp/note", 4, 1)
                .await
                .unwrap()
                .unwrap()
                .content
                .is_empty()
        );
        assert_eq!(
            part("/tmp/nothing", 0, 1).await.unwrap_err().code(),
            "not_found"
        );
        // A folder that is a mount of its own is named like every other.
        let whole = subject.engine.get(&id, "/configs", LIMIT).await.unwrap();
        let whole = read(&whole, ReadLimits::default()).unwrap();
        let paths: Vec<&str> = whole.iter().map(|entry| entry.path.as_str()).collect();
        assert!(
            paths.contains(&"configs/skills/it's a \"test\"/data.bin"),
            "{paths:?}"
        );
        subject
            .engine
            .stop(&id, std::time::Duration::from_secs(1))
            .await
            .unwrap();
    }
    // A second delivery replaces what has the same name and keeps the rest.
    subject
        .engine
        .put(
            &id,
            "/configs",
            one("skills/it's a \"test\"/data.bin", b"new", 0o640),
        )
        .await
        .unwrap();
    let archive = subject
        .engine
        .get(&id, "/configs/skills/it's a \"test\"/data.bin", LIMIT)
        .await
        .unwrap();
    assert_eq!(
        file(&archive, ReadLimits::default()).unwrap().unwrap(),
        b"new"
    );
}

/// A missing path and a missing container are told apart, and a limit holds (D28).
pub async fn missing_files_are_typed(subject: &Subject<'_>) {
    use containers::EngineError::{NotFound, TooLarge};
    let spec = spec(subject, &["true"]);
    subject.engine.ensure_network().await.unwrap();
    let id = subject.engine.create(&spec).await.unwrap();
    let engine = subject.engine;
    let path = engine.get(&id, "/no/such/file", LIMIT).await.unwrap_err();
    assert!(
        matches!(
            path,
            NotFound {
                what: Missing::Path,
                ..
            }
        ),
        "{path:?}"
    );
    let dir = engine
        .put(&id, "/no/such/dir", one("a", b"", 0o644))
        .await
        .unwrap_err();
    assert!(
        matches!(
            dir,
            NotFound {
                what: Missing::Path,
                ..
            }
        ),
        "{dir:?}"
    );
    let nobody = engine
        .get("0123456789abcdef", "/etc/passwd", LIMIT)
        .await
        .unwrap_err();
    assert!(
        matches!(
            nobody,
            NotFound {
                what: Missing::Container,
                ..
            }
        ),
        "{nobody:?}"
    );
    let nowhere = engine
        .put("0123456789abcdef", "/etc", one("a", b"", 0o644))
        .await
        .unwrap_err();
    assert!(
        matches!(
            nowhere,
            NotFound {
                what: Missing::Container,
                ..
            }
        ),
        "{nowhere:?}"
    );
    let large = engine.get(&id, "/bin/busybox", 1024).await.unwrap_err();
    assert!(matches!(large, TooLarge { limit: 1024, .. }), "{large:?}");
}

/// A re-created container finds its volume as it was left.
pub async fn volumes_outlive_containers(subject: &Subject<'_>) {
    let mut spec = with_configs(spec(subject, &["true"]));
    volume(subject, &spec).await;
    subject.engine.ensure_network().await.unwrap();
    let id = subject.engine.create(&spec).await.unwrap();
    subject
        .engine
        .put(&id, "/configs", one("kept", b"kept", 0o644))
        .await
        .unwrap();
    subject.engine.remove(&id).await.unwrap();
    spec.command = vec!["cat".to_owned(), "/configs/kept".to_owned()];
    let id = started(subject, &spec).await;
    assert_eq!(ended(subject, &id).await.exit_code, Some(0));
    assert_eq!(output(subject, &id).await.0, "kept");
    let used = subject
        .engine
        .remove_volume(&config_volume(spec.workspace_id.as_deref().unwrap()))
        .await
        .unwrap_err();
    assert_eq!(used.code(), "in_use", "{used:?}");
}

/// What stands at a path is told without any program inside: kinds, sizes, modes, links; a missing path is no error.
pub async fn paths_are_looked_at(subject: &Subject<'_>) {
    let spec = with_configs(spec(subject, &[]));
    volume(subject, &spec).await;
    let id = started(subject, &spec).await;
    let mut archive = Archive::new();
    archive
        .file("a/run.sh", &[7; 300], 0o750, Owner::AGENT)
        .unwrap();
    archive.link("inner", "a/run.sh", Owner::AGENT).unwrap();
    archive.link("outer", "/etc/passwd", Owner::AGENT).unwrap();
    archive.link("ring", "ring", Owner::AGENT).unwrap();
    let engine = subject.engine;
    engine
        .put(&id, "/configs", archive.finish().unwrap())
        .await
        .unwrap();
    for _ in 0..2 {
        let at = async |path: &str| engine.stat(&id, path).await.unwrap();
        let file = at("/configs/a/run.sh").await.unwrap();
        assert_eq!(
            (file.kind, file.size, file.mode),
            (PathKind::File, 300, 0o750)
        );
        assert_eq!(at("/configs").await.unwrap().kind, PathKind::Folder);
        assert_eq!(at("/configs/a").await.unwrap().kind, PathKind::Folder);
        // An engine gives the target as written or resolved inside the container.
        let inner = at("/configs/inner").await.unwrap();
        let PathKind::Link(target) = &inner.kind else {
            panic!("a link is a link: {inner:?}")
        };
        assert!(target.ends_with("a/run.sh"), "{target}");
        assert_eq!(
            at("/configs/outer").await.unwrap().kind,
            PathKind::Link("/etc/passwd".to_owned())
        );
        let ring = at("/configs/ring").await.unwrap();
        assert!(matches!(ring.kind, PathKind::Link(_)), "{ring:?}");
        assert_eq!(at("/configs/none").await, None);
        assert_eq!(at("/none/none").await, None);
        engine
            .stop(&id, std::time::Duration::from_secs(1))
            .await
            .unwrap();
    }
    let nobody = engine.stat("0123456789abcdef", "/etc").await.unwrap_err();
    assert!(
        matches!(
            nobody,
            containers::EngineError::NotFound {
                what: Missing::Container,
                ..
            }
        ),
        "{nobody:?}"
    );
}

/// A folder is listed to its depth, contents read past; what is left out is left out everywhere.
pub async fn folders_are_listed(subject: &Subject<'_>) {
    let spec = with_configs(spec(subject, &[]));
    volume(subject, &spec).await;
    let id = started(subject, &spec).await;
    let mut archive = Archive::new();
    for path in [
        "it's \"one\".md",
        "skills/z/SKILL.md",
        ".git/HEAD",
        "skills/.git/HEAD",
    ] {
        archive
            .file(path, &[7; 70_000], 0o644, Owner::AGENT)
            .unwrap();
    }
    let engine = subject.engine;
    engine
        .put(&id, "/configs", archive.finish().unwrap())
        .await
        .unwrap();
    let survey = |depth| Survey {
        depth,
        leave_out: vec![".git".to_owned()],
        entries: 100,
        bytes: LIMIT,
    };
    let list = async |path: &str, survey: &Survey| {
        let mut listed = engine.survey(&id, path, survey).await?;
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        Ok::<_, containers::EngineError>(
            listed
                .into_iter()
                .map(|one| (one.path, one.size))
                .collect::<Vec<_>>(),
        )
    };
    let named = |names: &[(&str, u64)]| {
        names
            .iter()
            .map(|(name, size)| ((*name).to_owned(), *size))
            .collect::<Vec<_>>()
    };
    for _ in 0..2 {
        assert_eq!(
            list("/configs", &survey(1)).await.unwrap(),
            named(&[("it's \"one\".md", 70_000), ("skills", 0)])
        );
        assert_eq!(
            list("/configs/skills", &survey(2)).await.unwrap(),
            named(&[("z", 0), ("z/SKILL.md", 70_000)])
        );
        engine
            .stop(&id, std::time::Duration::from_secs(1))
            .await
            .unwrap();
    }
    let small = Survey {
        bytes: 100_000,
        ..survey(5)
    };
    assert_eq!(
        list("/configs", &small).await.unwrap_err().code(),
        "too_large"
    );
    assert_eq!(
        list("/configs/none", &survey(1)).await.unwrap_err().code(),
        "not_found"
    );
}
