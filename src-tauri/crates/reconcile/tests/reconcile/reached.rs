//! Files of workspaces as people reach them (contract 03 section 6): running, stopped, never started.

use crate::house::House;
use containers::{
    ContainerSpec, Engine, Operation, TierOverrides,
    archive::{Archive, Entry, EntryKind, Owner, ReadLimits, read},
    limits, names,
};
use reconcile::{DeliveredFile, Expect, FileError, FileWrite, Root, digest};
use wire::Status;

fn file(path: &str, content: &[u8]) -> FileWrite {
    FileWrite {
        path: path.to_owned(),
        content: content.to_vec(),
        expect: Expect::Anything,
    }
}

fn expecting(path: &str, content: &[u8], hash: &str) -> FileWrite {
    FileWrite {
        expect: Expect::Hash(vec![hash.to_owned()]),
        ..file(path, content)
    }
}

async fn online(house: &House, name: &str) -> String {
    let id = house.plain(name).await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    id
}

async fn paused(house: &House, id: &str) {
    workspaces::pause(&house.store, id).await.unwrap();
    house.until(id, Status::Paused).await;
    house.until_row(id, |row| row.container_id.is_none()).await;
    house.settled().await;
}

async fn list(house: &House, id: &str, path: &str, depth: usize) -> Vec<(String, u64, bool)> {
    let files = house.reconciler().files();
    let listed = files.list(id, Root::Configs, path, depth).await.unwrap();
    listed
        .into_iter()
        .map(|one| (one.path, one.size, one.dir))
        .collect()
}

async fn content(house: &House, id: &str, path: &str) -> Result<Vec<u8>, FileError> {
    let files = house.reconciler().files();
    let file = files.read(id, Root::Configs, path).await?;
    assert_eq!(file.hash, digest(&file.content));
    Ok(file.content)
}

/// What the volume holds, seen through a container that the test makes itself.
async fn in_volume(house: &House, id: &str) -> Vec<Entry> {
    let mut spec = ContainerSpec::new(
        "probe",
        crate::house::IMAGE,
        limits(2, &TierOverrides::default()),
    );
    spec.mounts = vec![containers::Mount::Volume {
        name: names::config_volume(id),
        target: "/configs".into(),
        read_only: false,
    }];
    let probe = house.engine.create(&spec).await.unwrap();
    let tar = house.engine.get(&probe, "/configs", 1 << 30).await.unwrap();
    house.engine.remove(&probe).await.unwrap();
    read(&tar, ReadLimits::default()).unwrap()
}

async fn entry(house: &House, id: &str, path: &str) -> Option<Entry> {
    let path = format!("configs/{path}");
    in_volume(house, id)
        .await
        .into_iter()
        .find(|entry| entry.path == path)
}

/// No helper outlives its call.
async fn no_helper_is_left(house: &House) {
    let left: Vec<_> = house
        .containers()
        .await
        .into_iter()
        .filter(|one| one.workspace_id.is_none())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Fixture D.46: write `a/b.md`, read it, list depth 1 and 2, delete it, read again; the agent runs, then is paused.
#[tokio::test]
async fn d46_8_a_file_is_written_read_listed_and_deleted() {
    let house = House::started().await;
    let id = online(&house, "a").await;
    let bytes: Vec<u8> = (0..=255u8).cycle().take(3000).chain(*b" \r\n\n").collect();
    for running in [true, false] {
        if !running {
            paused(&house, &id).await;
        }
        let files = house.reconciler().files();
        let written = files
            .write(&id, vec![file("a/b.md", &bytes)], false)
            .await
            .unwrap();
        assert_eq!(written.live, running);
        assert_eq!(written.hashes["a/b.md"], digest(&bytes));
        let there = entry(&house, &id, "a/b.md").await.unwrap();
        assert_eq!((there.mode, there.owner), (0o644, Owner::AGENT));
        let above = entry(&house, &id, "a").await.unwrap();
        assert_eq!((above.mode, above.owner), (0o755, Owner::AGENT));
        assert_eq!(content(&house, &id, "a/b.md").await.unwrap(), bytes);
        let (dir, inside) = (
            ("a".to_owned(), 0, true),
            ("a/b.md".to_owned(), 3004, false),
        );
        let one = list(&house, &id, "", 1).await;
        assert!(one.contains(&dir) && !one.contains(&inside), "{one:?}");
        let two = list(&house, &id, "", 2).await;
        assert!(two.contains(&dir) && two.contains(&inside), "{two:?}");
        assert_eq!(
            list(&house, &id, "a", 1).await,
            [("b.md".to_owned(), 3004, false)]
        );
        files
            .remove(&id, "a/b.md", &Expect::Anything)
            .await
            .unwrap();
        assert_eq!(
            content(&house, &id, "a/b.md").await.unwrap_err().code(),
            "not_found"
        );
        let again = files.remove(&id, "a/b.md", &Expect::Anything).await;
        assert_eq!(again.unwrap_err().code(), "not_found");
        files.remove(&id, "a", &Expect::Anything).await.unwrap();
        assert!(
            !list(&house, &id, "", 1).await.contains(&dir),
            "a folder goes too"
        );
        no_helper_is_left(&house).await;
    }
    assert_eq!(
        house.row(&id).await.generation,
        1,
        "no file restarts an agent"
    );
}

/// Fixture D.46: `a..b`, `../x`, `.`, 201 files, depth 6 are refused, and nothing of such a set is written.
#[tokio::test]
async fn d46_9_bad_paths_too_many_files_and_bad_depths_are_refused() {
    let house = House::started().await;
    let id = online(&house, "a").await;
    let files = house.reconciler().files();
    for bad in ["a..b", "../x", "."] {
        let set = vec![file("good.md", b"x"), file(bad, b"x")];
        assert_eq!(
            files.write(&id, set, false).await.unwrap_err().code(),
            "invalid_path"
        );
        assert_eq!(
            content(&house, &id, bad).await.unwrap_err().code(),
            "invalid_path"
        );
        let gone = files.remove(&id, bad, &Expect::Anything).await;
        assert_eq!(gone.unwrap_err().code(), "invalid_path");
    }
    let many = (0..201).map(|n| file(&format!("{n}.md"), b"x")).collect();
    let refused = files.write(&id, many, false).await.unwrap_err();
    assert_eq!(refused.to_string(), "too many files (201), max 200");
    for depth in [0, 6] {
        let refused = files.list(&id, Root::Configs, "", depth).await.unwrap_err();
        assert_eq!(refused.to_string(), "depth must be 1-5");
    }
    for set in [
        vec![file("x", b""), file("./x", b"")],
        vec![file("x", b""), file("x/y", b"")],
    ] {
        assert_eq!(
            files.write(&id, set, false).await.unwrap_err().code(),
            "invalid_path"
        );
    }
    let names: Vec<String> = list(&house, &id, "", 1)
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(names, ["config.yaml"], "half a set is never written");
}

/// Fixture D.46: replace `{x}` over `{x, y}`: y stays; with `prune` it goes, and what agent and plugins own stays.
#[tokio::test]
async fn d46_10_no_69_replace_adds_and_prune_replaces() {
    let house = House::started().await;
    let id = online(&house, "a").await;
    let files = house.reconciler().files();
    let first = [
        "x",
        "y",
        "old/deep/z",
        "kept/x",
        "plugins/p/plugin.yaml",
        ".initial_prompt_done",
    ];
    let set = first.iter().map(|path| file(path, b"1")).collect();
    files.write(&id, set, false).await.unwrap();
    files
        .write(&id, vec![file("x", b"2")], false)
        .await
        .unwrap();
    assert_eq!(content(&house, &id, "y").await.unwrap(), b"1");
    assert_eq!(content(&house, &id, "x").await.unwrap(), b"2");
    let set = vec![file("x", b"3"), file("kept/new", b"3")];
    let written = files.write(&id, set, true).await.unwrap();
    assert_eq!(written.removed, ["kept/x", "old", "y"]);
    let left: Vec<String> = list(&house, &id, "", 5)
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(
        left,
        [
            ".initial_prompt_done",
            "config.yaml",
            "kept",
            "kept/new",
            "plugins",
            "plugins/p",
            "plugins/p/plugin.yaml",
            "x"
        ]
    );
    assert!(
        entry(&house, &id, ".auth_token").await.is_some(),
        "its token is no file of a person"
    );
    no_helper_is_left(&house).await;
}

/// No. 70: what somebody else changed meanwhile is not overwritten.
#[tokio::test]
async fn no_70_conflicts_are_seen() {
    let house = House::started().await;
    let id = online(&house, "a").await;
    let files = house.reconciler().files();
    files
        .write(&id, vec![file("a.md", b"1")], false)
        .await
        .unwrap();
    let old = digest(b"1");
    files
        .write(&id, vec![expecting("a.md", b"2", &old)], false)
        .await
        .unwrap();
    let set = vec![file("b.md", b"new"), expecting("a.md", b"3", &old)];
    match files.write(&id, set, false).await.unwrap_err() {
        FileError::Changed { path, hash } => {
            assert_eq!((path.as_str(), hash), ("a.md", Some(digest(b"2"))));
        }
        other => panic!("{other:?}"),
    }
    assert!(
        content(&house, &id, "b.md").await.is_err(),
        "one conflict keeps the whole set back"
    );
    let gone = files
        .remove(&id, "a.md", &Expect::Hash(vec![old.clone()]))
        .await;
    assert_eq!(gone.unwrap_err().code(), "file_changed");
    let missing = files
        .write(&id, vec![expecting("none", b"", &old)], false)
        .await;
    assert!(matches!(
        missing,
        Err(FileError::Changed { hash: None, .. })
    ));
    let first = FileWrite {
        expect: Expect::Nothing,
        ..file("a.md", b"")
    };
    assert_eq!(
        files
            .write(&id, vec![first], false)
            .await
            .unwrap_err()
            .code(),
        "file_changed"
    );

    // Of many writers that saw the same file exactly one gets through.
    let seen = digest(b"2");
    let writers = (0..8).map(|n| {
        let (files, set) = (
            files.clone(),
            vec![expecting("a.md", format!("by {n}").as_bytes(), &seen)],
        );
        let id = id.clone();
        async move { files.write(&id, set, false).await.is_ok() }
    });
    let done = futures::future::join_all(writers).await;
    assert_eq!(done.into_iter().filter(|won| *won).count(), 1);
}

/// No. 66: credential files are neither listed, read, written nor removed, also not through a link.
#[tokio::test]
async fn no_66_credential_files_are_hidden_and_refused() {
    let house = House::started().await;
    let id = online(&house, "a").await;
    let mut archive = Archive::new();
    for path in [
        ".env",
        "sub/.env.local",
        "sub/id_rsa",
        "sub/tls.key",
        "notes.md",
    ] {
        archive.file(path, b"canary", 0o644, Owner::AGENT).unwrap();
    }
    archive
        .link("looks-fine.md", ".auth_token", Owner::AGENT)
        .unwrap();
    archive
        .link("outside.md", "/etc/passwd", Owner::AGENT)
        .unwrap();
    house
        .engine
        .put(&house.container(&id), "/configs", archive.finish().unwrap())
        .await
        .unwrap();
    let names: Vec<String> = list(&house, &id, "", 5)
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(
        names,
        [
            "config.yaml",
            "looks-fine.md",
            "notes.md",
            "outside.md",
            "sub"
        ]
    );
    let files = house.reconciler().files();
    for path in [
        ".auth_token",
        ".env",
        "sub/.env.local",
        "sub/id_rsa",
        "sub/tls.key",
        "looks-fine.md",
    ] {
        assert_eq!(
            content(&house, &id, path).await.unwrap_err().code(),
            "credential_file",
            "{path}"
        );
        let set = vec![file(path, b"x")];
        assert_eq!(
            files.write(&id, set, false).await.unwrap_err().code(),
            "credential_file",
            "{path}"
        );
    }
    let gone = files.remove(&id, ".auth_token", &Expect::Anything).await;
    assert_eq!(gone.unwrap_err().code(), "credential_file");
    assert_eq!(
        content(&house, &id, "outside.md").await.unwrap_err().code(),
        "link_outside"
    );
    // The link itself may go; what it leads to stays.
    files
        .remove(&id, "looks-fine.md", &Expect::Anything)
        .await
        .unwrap();
    assert!(entry(&house, &id, ".auth_token").await.is_some());
}

/// No. 63: owner and mode: the agent's, and a file that can be run stays one; folders that are there are left alone.
#[tokio::test]
async fn modes_stay_and_folders_are_left_alone() {
    let house = House::started().await;
    let id = online(&house, "a").await;
    let mut archive = Archive::new();
    archive.folder("bin", 0o700, Owner::ROOT).unwrap();
    archive
        .file("bin/run.sh", b"1", 0o750, Owner::ROOT)
        .unwrap();
    house
        .engine
        .put(&house.container(&id), "/configs", archive.finish().unwrap())
        .await
        .unwrap();
    let files = house.reconciler().files();
    files
        .write(&id, vec![file("bin/run.sh", b"2")], false)
        .await
        .unwrap();
    let run = entry(&house, &id, "bin/run.sh").await.unwrap();
    assert_eq!((run.mode, run.owner), (0o750, Owner::AGENT));
    assert_eq!(run.kind, EntryKind::File(b"2".to_vec()));
    let bin = entry(&house, &id, "bin").await.unwrap();
    assert_eq!((bin.mode, bin.owner), (0o700, Owner::ROOT));
    assert_eq!(
        files
            .write(&id, vec![file("bin", b"x")], false)
            .await
            .unwrap_err()
            .code(),
        "is_folder"
    );
    let below = files
        .write(&id, vec![file("bin/run.sh/x", b"x")], false)
        .await;
    assert_eq!(below.unwrap_err().code(), "not_a_folder");
}

/// A file that was written while the agent slept is there when it wakes, also before its very first start.
#[tokio::test]
async fn what_is_written_while_stopped_is_kept_by_the_next_start() {
    let mut house = House::new().await;
    let id = house
        .add("a", |new| new.desired = wire::Desired::Stopped)
        .await;
    house.start();
    house.settled().await;
    assert!(list(&house, &id, "", 1).await.is_empty());
    assert_eq!(
        content(&house, &id, "config.yaml")
            .await
            .unwrap_err()
            .code(),
        "not_found"
    );
    let files = house.reconciler().files();
    let written = files
        .write(&id, vec![file("mine.md", b"mine")], false)
        .await
        .unwrap();
    assert!(
        !written.live && !written.generated,
        "the start brings the config"
    );
    workspaces::resume(&house.store, &id).await.ok();
    house.restart(&id).await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    assert_eq!(content(&house, &id, "mine.md").await.unwrap(), b"mine");
    assert!(
        !content(&house, &id, "config.yaml")
            .await
            .unwrap()
            .is_empty()
    );
    house.assert_whole().await;
}

/// Without an engine, for an unknown workspace and for an agent elsewhere the answer says so.
#[tokio::test]
async fn what_cannot_be_reached_says_why() {
    let house = House::started().await;
    let id = online(&house, "a").await;
    let files = house.reconciler().files();
    let nobody = files
        .list("5e0bd3b1-0000-4000-8000-000000000000", Root::Configs, "", 1)
        .await;
    assert_eq!(nobody.unwrap_err().to_string(), "workspace not found");
    let outside = house
        .add("outside", |new| new.runtime = "external".into())
        .await;
    assert!(list(&house, &outside, "", 1).await.is_empty());
    let refused = files.write(&outside, vec![file("a", b"")], false).await;
    assert_eq!(refused.unwrap_err().code(), "no_container");
    for root in [Root::Home, Root::Plugins, Root::Workspace] {
        assert!(files.list(&id, root, "", 1).await.unwrap().is_empty());
    }
    house.engine.stop_engine().await;
    house.until_row(&id, |_| true).await;
    let away = loop {
        // The platform hears of it in its own time.
        match files.list(&id, Root::Configs, "", 1).await {
            Err(error) => break error,
            Ok(_) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
        }
    };
    assert_eq!(away.code(), "docker_unavailable");
}

/// No. 72: shared context is read from `/configs`; bad paths, missing files and credentials are left out.
#[tokio::test]
async fn no_72_shared_context_is_read_from_the_volume() {
    let house = House::started().await;
    let id = online(&house, "a").await;
    let files = house.reconciler().files();
    assert!(files.shared_context(&id).await.unwrap().is_empty());
    let config = b"name: a\nshared_context: [team.md, ../x, none.md, .env, sub/b.md]\n";
    let set = vec![
        file("config.yaml", config),
        file("team.md", "grüße\n".as_bytes()),
        file("sub/b.md", b"b"),
    ];
    files.write(&id, set, false).await.unwrap();
    for _ in 0..2 {
        let shared = files.shared_context(&id).await.unwrap();
        let shared: Vec<(&str, &str)> = shared
            .iter()
            .map(|one| (one.path.as_str(), one.content.as_str()))
            .collect();
        assert_eq!(shared, [("team.md", "grüße\n"), ("sub/b.md", "b")]);
        if house.row(&id).await.status == Status::Online {
            paused(&house, &id).await;
        }
    }
}

/// D52: a helper that a crash left is gone after the next start, and no call ever used a command inside an agent.
#[tokio::test]
async fn helpers_of_a_crash_are_swept_and_no_program_of_the_agent_is_used() {
    let mut house = House::started().await;
    let id = online(&house, "a").await;
    let mut spec = ContainerSpec::new(
        "molecule-files-left",
        crate::house::IMAGE,
        limits(2, &TierOverrides::default()),
    );
    spec.labels = [("molecule.helper".to_owned(), "files".to_owned())].into();
    house.engine.create(&spec).await.unwrap();
    house.kill().await;
    house.start();
    house.settled().await;
    for _ in 0..1000 {
        if house.containers().await.len() == 1 {
            break;
        }
        tokio::task::yield_now().await;
    }
    no_helper_is_left(&house).await;
    let gone = DeliveredFile {
        path: "config.yaml".into(),
        content: None,
    };
    let done = house.reconciler().deliver(&id, vec![gone]).await.unwrap();
    assert_eq!(done.removed, ["config.yaml"]);
    assert!(entry(&house, &id, "config.yaml").await.is_none());
    assert_eq!(house.count(Operation::Exec), 0);
}

#[tokio::test]
async fn no_65_a_name_is_a_name_and_never_a_command() {
    let house = House::started().await;
    let id = online(&house, "a").await;
    let names = ["it's.md", "$(touch pwned).md", "a b;c.md", "`id`", "-rf"];
    for running in [true, false] {
        if !running {
            paused(&house, &id).await;
        }
        let files = house.reconciler().files();
        for name in names {
            let path = format!("odd'dir/{name}");
            files
                .write(&id, vec![file(&path, b"x")], false)
                .await
                .unwrap();
            assert_eq!(content(&house, &id, &path).await.unwrap(), b"x");
        }
        let mut listed: Vec<String> = list(&house, &id, "odd'dir", 1)
            .await
            .into_iter()
            .map(|(path, ..)| path)
            .collect();
        let mut wanted: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        listed.sort();
        wanted.sort();
        assert_eq!(listed, wanted, "nothing ran, nothing more is there");
        files
            .remove(&id, "odd'dir", &Expect::Anything)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn no_68_a_write_never_reaches_the_template_on_this_computer() {
    let template = tempfile::tempdir().unwrap();
    std::fs::write(template.path().join("shared.md"), "shared").unwrap();
    let dir = template.path().to_string_lossy().into_owned();
    let mut house = House::new().await;
    let id = house
        .add("a", |new| {
            new.template_dir = Some(dir);
            new.desired = wire::Desired::Stopped;
        })
        .await;
    house.start();
    house.settled().await;
    let files = house.reconciler().files();
    // Without a container, and before there ever was one.
    files
        .write(
            &id,
            vec![file("shared.md", b"mine"), file("more.md", b"x")],
            false,
        )
        .await
        .unwrap();
    workspaces::resume(&house.store, &id).await.ok();
    house.restart(&id).await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    files
        .write(&id, vec![file("shared.md", b"mine too")], false)
        .await
        .unwrap();
    assert_eq!(
        content(&house, &id, "shared.md").await.unwrap(),
        b"mine too"
    );
    let there: Vec<_> = std::fs::read_dir(template.path()).unwrap().collect();
    assert_eq!(there.len(), 1, "{there:?}");
    assert_eq!(
        std::fs::read(template.path().join("shared.md")).unwrap(),
        b"shared"
    );
}

/// What is too large for one answer is read in parts, which put together are the file.
#[tokio::test]
async fn no_64_a_large_file_is_read_in_parts() {
    let mut house = House::new().await;
    house.start();
    let id = online(&house, "a").await;
    let large: Vec<u8> = (0..1_500_000u32).flat_map(u32::to_be_bytes).collect();
    let files = house.reconciler().files();
    files
        .write(&id, vec![file("large.bin", &large)], false)
        .await
        .unwrap();
    assert_eq!(
        content(&house, &id, "large.bin").await.unwrap_err().code(),
        "too_large"
    );
    let part = async |offset, length| {
        files
            .read_part(&id, Root::Configs, "large.bin", offset, length)
            .await
    };
    let mut read = Vec::new();
    loop {
        let one = part(read.len() as u64, u64::MAX).await.unwrap();
        assert_eq!(one.total, large.len() as u64);
        assert!(one.content.len() as u64 <= reconcile::LARGEST_READ);
        if one.content.is_empty() {
            break;
        }
        read.extend(one.content);
    }
    assert!(read == large, "{} bytes of {}", read.len(), large.len());
    assert_eq!(part(4, 4).await.unwrap().content, [0, 0, 0, 1]);
    paused(&house, &id).await;
    assert_eq!(
        part(4, 4).await.unwrap().content,
        [0, 0, 0, 1],
        "also while it is stopped"
    );
    let refused = |path: &'static str| files.read_part(&id, Root::Configs, path, 0, 1);
    for (path, code) in [
        (".auth_token", "credential_file"),
        ("nothing", "not_found"),
        ("../x", "invalid_path"),
    ] {
        assert_eq!(refused(path).await.unwrap_err().code(), code, "{path}");
    }
}
