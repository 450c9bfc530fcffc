//! 1.1 to 1.3: variables, the `.env` of the working folder, what a start refuses.

use crate::send;
use product_tests::seconds;
use std::{
    path::Path,
    process::{Command, Output, Stdio},
    time::Instant,
};
use testkit::{Served, ServedOptions, program};

/// A start that is expected to end by itself.
fn start(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Output {
    let mut child = Command::new(program("molecule-stack"))
        .args(["serve", "--port", "0", "--no-engine", "--data-dir"])
        .arg(folder.join("data"))
        .args(args)
        .env_clear()
        .env("HOME", folder)
        .env(
            "SECRETS_ENCRYPTION_KEY",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        )
        .envs(env.iter().copied())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > seconds(20) {
            child.kill().unwrap();
            panic!("{args:?} {env:?}: it started");
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn a_start_refuses_what_would_be_open_by_mistake() {
    let folder = tempfile::tempdir().unwrap();
    for (args, env, told) in [
        (
            &["--open-dev-mode"][..],
            ("ADMIN_TOKEN", "x"),
            "ADMIN_TOKEN is set",
        ),
        (
            &["--open-dev-mode"],
            ("MOLECULE_ENV", " Prod "),
            "production",
        ),
        (
            &["--open-dev-mode"],
            ("MOLECULE_ENV", "production"),
            "production",
        ),
        (&["--open-dev-mode"], ("BIND_ADDR", "0.0.0.0"), "BIND_ADDR"),
        (
            &[],
            ("CORS_ORIGINS", "http://a.example,b.example"),
            "\"b.example\" is no origin",
        ),
    ] {
        if env.0 == "BIND_ADDR" && Path::new("/.dockerenv").exists() {
            // Inside a container all interfaces are the container's own.
            continue;
        }
        let output = start(folder.path(), args, &[env]);
        assert!(!output.status.success(), "{env:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(told), "{env:?}: {text}");
    }
}

#[tokio::test]
async fn the_development_word_opens_nothing() {
    let served = Served::start(ServedOptions::default().env("MOLECULE_ENV", "development")).await;
    let answer = send(&served, "GET /workspaces", &[]).await;
    assert_eq!(answer.status, 401);
    assert!(answer.header("x-ratelimit-remaining").is_some());
}

/// The file of the folder the platform is started from; the environment wins, an empty variable included.
#[tokio::test]
async fn the_env_file_of_the_working_folder_counts() {
    let root = tempfile::tempdir().unwrap();
    let below = root.path().join("org-templates/team");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::write(
        root.path().join(".env"),
        "\u{feff}# ours\nexport ADMIN_TOKEN='a # b'\nRATE_LIMIT=7 # few\nCORS_ORIGINS=https://file.example\nHOME=/nowhere\n",
    )
    .unwrap();
    // `sh` changes the folder; the program takes its place.
    let through = [
        "sh",
        "-c",
        "cd \"$0\" && exec \"$@\"",
        below.to_str().unwrap(),
    ];
    let options = ServedOptions {
        through: through.map(str::to_owned).to_vec(),
        ..ServedOptions::default()
    };
    let served = Served::start(options.env("CORS_ORIGINS", "")).await;
    let own = [("Authorization", "Bearer a # b")];
    let answer = send(&served, "GET /workspaces", &own).await;
    assert_eq!(answer.status, 200, "{}", served.output());
    assert_eq!(answer.header("x-ratelimit-limit"), Some("7"));
    let page = [own[0], ("Origin", "https://file.example")];
    assert_eq!(
        send(&served, "GET /workspaces", &page).await.status,
        403,
        "a variable that is set to nothing is set"
    );
    let output = served.output();
    assert!(
        output.contains("ADMIN_TOKEN") && output.contains(".env"),
        "{output}"
    );
    assert!(
        !output.contains("a # b"),
        "names are told, values never: {output}"
    );
}
