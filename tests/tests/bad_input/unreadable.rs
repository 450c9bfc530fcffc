//! Files that may not be read.

use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Stdio};
use testkit::{GeneratedOrg, eventually, program};
use tokio::process::Command;

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
