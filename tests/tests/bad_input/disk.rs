//! Disks without room.

use crate::org;
use product_tests::answer;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};
use testkit::{GeneratedOrg, Served, ServedOptions, eventually, program};
use tokio::process::Command;

/// A file system of a size; gone when dropped.
struct Disk(PathBuf);

impl Disk {
    fn new(path: &Path, size: &str) -> Self {
        fs::create_dir_all(path).unwrap();
        let done = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(path)
            .status();
        assert!(
            done.is_ok_and(|status| status.success()),
            "a small file system cannot be mounted; run the tests as root"
        );
        Self(path.to_owned())
    }

    fn resize(&self, size: &str) {
        let done = std::process::Command::new("mount")
            .args(["-o", &format!("remount,size={size}")])
            .arg(&self.0)
            .status();
        assert!(done.is_ok_and(|status| status.success()));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg("-l")
            .arg(&self.0)
            .status();
    }
}

/// Not even an empty database fits: said so, with the file, before anything is served.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_without_room_for_a_start() {
    let home = tempfile::tempdir().unwrap();
    let disk = Disk::new(&home.path().join("disk"), "200k");
    let mut command = Command::new(program("molecule-stack"));
    command
        .args([
            "--json",
            "serve",
            "--port",
            "0",
            "--no-engine",
            "--data-dir",
        ])
        .arg(home.path().join("disk/data"));
    command.env("HOME", home.path()).env(
        "SECRETS_ENCRYPTION_KEY",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    );
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    println!("{text}");
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("full") && text.contains("molecule.sqlite"),
        "{text}"
    );
    assert!(!text.contains("panicked"), "{text}");
    drop(disk);
}

/// Takes all the room that is left.
fn fill(folder: &Path) -> PathBuf {
    use std::io::Write;
    let path = folder.join("filler");
    let mut file = fs::File::create(&path).unwrap();
    while file.write_all(&[b'x'; 4096]).is_ok() {}
    path
}

/// A full disk is told by whoever is asked how it goes, and not only by the change that meets it.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_before_a_change_meets_it() {
    let home = tempfile::tempdir().unwrap();
    let disk = Disk::new(&home.path().join("disk"), "1m");
    let options = ServedOptions {
        data_dir: Some(home.path().join("disk/data")),
        ..ServedOptions::default()
    };
    let mut served = Served::start(options).await;
    let ready = || answer(served.bare(Method::GET, "/health/ready"));
    assert_eq!(ready().await, (200, json!({"status": "ok"})));
    let database = || async {
        let (_, checks) = served.get("/stack/doctor").await;
        let checks = checks.as_array().unwrap();
        let found = checks.iter().find(|check| check["name"] == "database");
        found.unwrap().clone()
    };
    assert_eq!(database().await["verdict"], "good");

    let filler = fill(&home.path().join("disk"));
    let (status, answer) = eventually("not ready", product_tests::seconds(10), || async {
        let said = ready().await;
        (said.0 != 200).then_some(said)
    })
    .await;
    assert_eq!((status, &answer["code"]), (503, &json!("disk_full")));
    assert!(
        answer["error"].as_str().unwrap().contains("full"),
        "{answer}"
    );
    let found = database().await;
    assert_eq!(found["verdict"], "bad", "{found}");
    assert!(found["text"].as_str().unwrap().contains("full"), "{found}");
    // The process itself answers all the same.
    let alive = served.bare(Method::GET, "/health");
    assert_eq!(alive.send().await.unwrap().status(), 200);

    // A backup names the disk that has no room for it, and leaves nothing there; on another disk it is written.
    let target = home.path().join("disk/backup.tar");
    let (status, answer) = served.post("/stack/backup", json!({"path": target})).await;
    assert_eq!(
        (status, &answer["code"]),
        (507, &json!("no_room")),
        "{answer}"
    );
    let text = answer["error"].as_str().unwrap();
    let folder = home.path().join("disk");
    assert!(
        text.contains("disk is full") && text.contains(folder.to_str().unwrap()),
        "{text}"
    );
    let mut left: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["data", "filler"], "of a backup nothing is left");
    let kept = home.path().join("backup.tar");
    let (status, answer) = served.post("/stack/backup", json!({"path": kept})).await;
    assert_eq!(status, 200, "{answer}");

    fs::remove_file(filler).unwrap();
    eventually("ready again", product_tests::seconds(10), || async {
        (ready().await.0 == 200).then_some(())
    })
    .await;
    served.kill().await;
    drop(disk);

    // Nor is a backup called none because there is no room to unpack it.
    let disk = Disk::new(&home.path().join("small"), "200k");
    let data = home.path().join("small/data");
    let output = Command::new(program("molecule-stack"))
        .args(["--json", "restore", "--yes", "--data-dir"])
        .args([&data, &kept])
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    assert_eq!(answer["code"], "no_room", "{answer}");
    let text = answer["error"].as_str().unwrap();
    assert!(
        text.contains("disk is full") && text.contains(data.to_str().unwrap()),
        "{text}"
    );
    assert!(!data.join("molecule.sqlite").exists(), "nothing changes");
    drop(disk);
}

/// A disk of one mebibyte: what does not fit is refused in words, and what was there before stays whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk() {
    let home = tempfile::tempdir().unwrap();
    let disk = Disk::new(&home.path().join("disk"), "1m");
    let data = home.path().join("disk/data");
    let options = ServedOptions {
        data_dir: Some(data),
        ..ServedOptions::default()
    };
    let mut served = Served::start(options).await;
    let small = org(&served, "small", |_| ());
    served.import(&small, json!({})).await;
    served.online(7, product_tests::minutes(1)).await;
    let before = served.workspaces().await;
    let large = served.folder().join("large");
    let roles = GeneratedOrg {
        name: "Large".into(),
        runtime: "mock".into(),
        ..GeneratedOrg::of(400)
    };
    roles.write(&large).unwrap();
    let (status, registered) = served.post("/org/folders", json!({"path": large})).await;
    let (status, answer) = if status == 200 {
        served
            .post(
                "/org/import",
                json!({"dir": registered["dir"], "mode": "sync"}),
            )
            .await
    } else {
        (status, registered)
    };
    println!("full: {status} {answer}");
    assert_eq!(answer["code"], "disk_full", "{status} {answer}");
    assert!(status >= 500, "{status} {answer}");
    assert!(
        answer["error"]
            .as_str()
            .unwrap_or_default()
            .contains("full"),
        "{answer}"
    );
    let ids = |list: &[Value]| {
        list.iter()
            .map(|one| one["id"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ids(&served.workspaces().await),
        ids(&before),
        "a half of it was applied"
    );

    // Room again: it goes on without a restart, and everything is there after one.
    disk.resize("64m");
    let imported = served.import(&large, json!({})).await;
    assert_eq!(
        imported["count"].as_u64(),
        Some(roles.roles() as u64),
        "{imported}"
    );
    served.again(&[]).await;
    assert_eq!(served.workspaces().await.len(), 7 + roles.roles());
    served.kill().await;
    drop(disk);
}
