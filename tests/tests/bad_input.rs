//! Input that nobody should give and somebody will: each gets a clear error with its place, through the API and through
//! the command line, and nothing changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

use product_tests::{answer, dump};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};
use testkit::{GeneratedOrg, Served, ServedOptions, eventually, program};
use tokio::process::Command;

/// A small org that is fine but for what `spoil` does to it.
fn org(served: &Served, name: &str, spoil: impl FnOnce(&Path)) -> PathBuf {
    let folder = served.folder().join(name);
    GeneratedOrg {
        runtime: "mock".into(),
        ..GeneratedOrg::small()
    }
    .write(&folder)
    .unwrap();
    spoil(&folder);
    folder
}

/// Nine levels of nine aliases each: 2.3 GB of text if anybody expanded them.
fn bomb() -> String {
    let mut text = "a0: &a0 \"0123456789\"\n".to_owned();
    for level in 1..=9 {
        let list = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    format!("name: Bomb\n{text}workspaces:\n  - name: Head\n")
}

struct Case {
    name: &'static str,
    folder: PathBuf,
    /// Words the answer must hold.
    says: &'static [&'static str],
    /// File that it must name; with a line, if it is about one.
    file: Option<&'static str>,
    line: bool,
}

fn cases(served: &Served) -> Vec<Case> {
    let long = "🦀".repeat(2000);
    vec![
        Case {
            name: "a folder without org.yaml",
            folder: org(served, "empty", |folder| {
                fs::remove_file(folder.join("org.yaml")).unwrap()
            }),
            says: &["org.yaml"],
            file: None,
            line: false,
        },
        Case {
            name: "a folder that is not there",
            folder: served.folder().join("nowhere"),
            says: &["nowhere"],
            file: None,
            line: false,
        },
        Case {
            name: "broken YAML",
            folder: org(served, "broken", |folder| {
                fs::write(
                    folder.join("teams/team-2.yaml"),
                    "name: Lead 2\nchildren:\n  - name: [Member\n",
                )
                .unwrap();
            }),
            says: &[],
            file: Some("teams/team-2.yaml"),
            line: true,
        },
        Case {
            name: "a cycle of includes",
            folder: org(served, "cycle", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    "name: Lead 1\nchildren:\n  - !include team-2.yaml\n",
                )
                .unwrap();
                fs::write(
                    folder.join("teams/team-2.yaml"),
                    "name: Lead 2\nchildren:\n  - !include team-1.yaml\n",
                )
                .unwrap();
            }),
            says: &["include"],
            file: Some("teams/team-"),
            line: true,
        },
        Case {
            name: "an include that climbs out",
            folder: org(served, "climbing", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    "name: Lead 1\nchildren:\n  - !include ../../../../etc/passwd\n",
                )
                .unwrap();
            }),
            says: &["leaves the org folder"],
            file: Some("teams/team-1.yaml"),
            line: true,
        },
        Case {
            name: "files of a role outside the org",
            folder: org(served, "files-outside", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    "name: Lead 1\nfiles_dir: ../../../etc\n",
                )
                .unwrap();
            }),
            says: &["leaves the org folder"],
            file: Some("teams/team-1.yaml"),
            line: true,
        },
        Case {
            name: "gigabytes of aliases",
            folder: org(served, "bomb", |folder| {
                fs::write(folder.join("org.yaml"), bomb()).unwrap()
            }),
            says: &["alias"],
            file: Some("org.yaml"),
            line: true,
        },
        Case {
            name: "a binary file with a YAML name",
            folder: org(served, "binary", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    [0x7f, b'E', b'L', b'F', 0, 0xff, 0xfe, 0, 1, 2],
                )
                .unwrap();
            }),
            says: &["text"],
            file: Some("teams/team-1.yaml"),
            line: false,
        },
        Case {
            name: "a name of 2,000 signs",
            folder: org(served, "long-name", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    format!("name: \"{long}\"\n"),
                )
                .unwrap();
            }),
            says: &["name"],
            file: Some("teams/team-1.yaml"),
            line: true,
        },
    ]
}

/// File and line are in the answer for programs, and in the sentence for people.
fn check(case: &Case, answer: &Value) -> Result<(), String> {
    let whole = answer.to_string();
    let lower = whole.to_lowercase();
    let missing: Vec<&&str> = case
        .says
        .iter()
        .filter(|word| !lower.contains(&word.to_lowercase()))
        .collect();
    if !missing.is_empty() {
        return Err(format!("does not say {missing:?}: {whole}"));
    }
    if answer["error"].as_str().unwrap_or_default().is_empty()
        || answer["code"].as_str().unwrap_or_default().is_empty()
    {
        return Err(format!("no error or no code: {whole}"));
    }
    if let Some(file) = case.file {
        let named = answer["file"].as_str().unwrap_or_default();
        if !named.contains(file) {
            return Err(format!(
                "names the file \"{named}\" instead of {file}: {whole}"
            ));
        }
        if case.line && answer["line"].as_u64().is_none_or(|line| line == 0) {
            return Err(format!("names no line: {whole}"));
        }
    }
    if whole.len() > 20_000 {
        return Err(format!("an answer of {} bytes", whole.len()));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_orgs_are_refused_with_their_place() {
    let served = Served::start(ServedOptions::default()).await;
    let good = org(&served, "good", |_| ());
    served.import(&good, json!({})).await;
    // Progress of the first import has been told when all are there.
    served.online(7, product_tests::minutes(1)).await;
    let before = eventually("a quiet event log", product_tests::seconds(20), || async {
        let first = dump(&served).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        (dump(&served).await == first).then_some(first)
    })
    .await;
    let mut wrong = Vec::new();
    for case in cases(&served) {
        // Through the API: registered (or refused there), planned, imported.
        let (status, registered) = served
            .post("/org/folders", json!({"path": case.folder}))
            .await;
        if status == 200 {
            for dry_run in [true, false] {
                let body = json!({"dir": registered["dir"], "mode": "sync", "dry_run": dry_run});
                let (status, answer) = served.post("/org/import", body).await;
                if !(400..500).contains(&status) {
                    wrong.push(format!(
                        "{}: dry_run {dry_run}: status {status}: {answer}",
                        case.name
                    ));
                } else if let Err(why) = check(&case, &answer) {
                    wrong.push(format!("{}: dry_run {dry_run}: {why}", case.name));
                }
            }
        } else if let Err(why) = check(&case, &registered) {
            wrong.push(format!("{}: registration: {status}: {why}", case.name));
        }
        // Through the command line: for programs and for people.
        let folder = case.folder.to_str().unwrap();
        let output = served.command(&["--json", "import", folder]).await;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match serde_json::from_str::<Value>(&text) {
            Ok(answer) if output.status.code() == Some(1) => {
                if let Err(why) = check(&case, &answer) {
                    wrong.push(format!("{}: command line: {why}", case.name));
                }
            }
            _ => wrong.push(format!(
                "{}: command line: {:?} {text}",
                case.name, output.status
            )),
        }
        let output = served.command(&["import", folder]).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        println!(
            "{}:\n    {}",
            case.name,
            said.trim().chars().take(300).collect::<String>()
        );
        if let Some(file) = case.file
            && !said.contains(file)
        {
            wrong.push(format!("{}: for people: {said}", case.name));
        }
        if said.contains("panicked") || output.status.code() != Some(1) {
            wrong.push(format!(
                "{}: for people: {:?} {said}",
                case.name, output.status
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(dump(&served).await, before, "something was changed");
    assert!(!served.output().contains("panicked"), "{}", served.output());
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_any_kind() {
    let served = Served::start(ServedOptions::default()).await;
    let (status, made) = served
        .post(
            "/workspaces",
            json!({"name": "Crab 🦀 — “quoted”", "runtime": "mock"}),
        )
        .await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap().to_owned();
    let found = served.named("Crab 🦀 — “quoted”").await;
    assert_eq!(found["id"], id.as_str());
    served.online(1, product_tests::minutes(1)).await;
    let before = dump(&served).await;
    for name in [
        "🦀".repeat(2000),
        "x".repeat(2000),
        String::new(),
        "   ".into(),
        "two\nlines".into(),
        "[list]".into(),
    ] {
        let (status, answer) = served
            .post("/workspaces", json!({"name": name, "runtime": "mock"}))
            .await;
        assert_eq!(status, 400, "{answer}");
        // The contract's sentences for a missing name and for bad fields are fixed; the detail says which and why.
        let said = format!("{} {}", answer["error"], answer["detail"]);
        assert!(said.contains("name") || name.trim().is_empty(), "{answer}");
        assert!(
            answer.to_string().len() < 2000,
            "the answer repeats all of it"
        );
        let (status, answer) = served
            .patch(&format!("/workspaces/{id}"), json!({"name": name}))
            .await;
        assert_eq!(status, 400, "{answer}");
    }
    for body in [&b"{"[..], b"\xff\xfe", b"[]", b"{\"name\": 7}"] {
        let response = served
            .request(reqwest::Method::POST, "/workspaces")
            .header("content-type", "application/json")
            .body(body.to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), 400);
    }
    // Names of a short kind and any script work in an org too.
    let folder = org(&served, "emoji", |folder| {
        fs::write(
            folder.join("teams/team-1.yaml"),
            "name: \"Ünïcode 🚀 テスト\"\n",
        )
        .unwrap();
    });
    assert_eq!(dump(&served).await, before);
    served.import(&folder, json!({})).await;
    served.named("Ünïcode 🚀 テスト").await;
}

/// The program as a user without rights, because for root no file is unreadable.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_not_be_read() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("org");
    GeneratedOrg {
        runtime: "mock".into(),
        ..GeneratedOrg::small()
    }
    .write(&folder)
    .unwrap();
    let file = folder.join("teams/team-2.yaml");
    let run = home.path().join("run");
    fs::create_dir(&run).unwrap();
    let setpriv: &[&str] = if is_root() {
        &[
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--",
        ]
    } else {
        &["env"]
    };
    let command = |args: &[&str]| {
        let mut command = Command::new(setpriv[0]);
        command
            .args(&setpriv[1..])
            .arg(program("molecule-stack"))
            .args(args)
            .arg("--data-dir")
            .arg(home.path().join("data"));
        command
            .env("HOME", home.path())
            .env("XDG_RUNTIME_DIR", &run)
            .env("TMPDIR", &run)
            .current_dir(home.path());
        command.env(
            "SECRETS_ENCRYPTION_KEY",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        );
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    };
    if is_root() {
        own(home.path(), 65534);
    }
    fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    let mut serve = command(&["serve", "--port", "0", "--no-engine"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    eventually(
        "an answer to status",
        product_tests::seconds(30),
        || async {
            command(&["--json", "status"])
                .output()
                .await
                .unwrap()
                .status
                .success()
                .then_some(())
        },
    )
    .await;
    let output = command(&["--json", "import", folder.to_str().unwrap()])
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answer: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    // The place is the line that asks for the file; the text names the file itself.
    assert_eq!(answer["file"], "org.yaml", "{answer}");
    assert!(
        answer["line"].as_u64().is_some_and(|line| line > 0),
        "{answer}"
    );
    assert!(
        answer["detail"]
            .as_str()
            .is_some_and(|text| text.contains("teams/team-2.yaml")),
        "{answer}"
    );
    assert!(
        answer.to_string().to_lowercase().contains("permission"),
        "{answer}"
    );

    // Readable again, it is imported: the refusal left nothing in the way.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let output = command(&["--json", "import", folder.to_str().unwrap()])
        .output()
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );

    // A data folder that may not be written is named.
    let elsewhere = home.path().join("locked");
    fs::create_dir(&elsewhere).unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o500)).unwrap();
    if is_root() {
        own(&elsewhere, 65534);
    }
    let mut refused = Command::new(setpriv[0]);
    refused
        .args(&setpriv[1..])
        .arg(program("molecule-stack"))
        .args([
            "--json",
            "serve",
            "--port",
            "0",
            "--no-engine",
            "--data-dir",
        ]);
    refused
        .arg(elsewhere.join("data"))
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &run)
        .stdin(Stdio::null());
    let refused = refused.output().await.unwrap();
    let text = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert_eq!(
        refused.status.code(),
        Some(1),
        "{text}{}",
        String::from_utf8_lossy(&refused.stderr)
    );
    assert!(text.contains("locked"), "{text}");
    serve.kill().await.unwrap();
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // Files we make belong to us.
    tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
}

fn own(path: &Path, id: u32) {
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            own(&entry.path(), id);
        } else {
            std::os::unix::fs::lchown(entry.path(), Some(id), Some(id)).unwrap();
        }
    }
    std::os::unix::fs::chown(path, Some(id), Some(id)).unwrap();
}

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
#[cfg(target_os = "linux")]
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
#[cfg(target_os = "linux")]
fn fill(folder: &Path) -> PathBuf {
    use std::io::Write;
    let path = folder.join("filler");
    let mut file = fs::File::create(&path).unwrap();
    while file.write_all(&[b'x'; 4096]).is_ok() {}
    path
}

/// A full disk is told by whoever is asked how it goes, and not only by the change that meets it.
#[tokio::test(flavor = "multi_thread")]
#[cfg(target_os = "linux")]
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
#[cfg(target_os = "linux")]
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
