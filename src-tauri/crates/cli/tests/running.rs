//! The life of the platform as a command line sees it: start, second start, stop, death.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by unwrapping"
)]

mod common;

use common::{Home, holds};
use std::{fs, process::Stdio};

#[test]
fn serve_is_seen_by_status_and_ended_by_down() {
    let home = Home::new();
    let serving = home.serve(&[]);
    assert_eq!(serving.said["pid"].as_u64(), Some(serving.pid()));
    assert_eq!(serving.said["mode"], "closed");
    assert!(
        serving.said.get("link").is_none(),
        "a link is printed only when asked for"
    );

    let status = home.run(&["status", "--json"]).ok();
    assert_eq!(status["stack"]["port"].as_u64(), Some(serving.port()));
    assert_eq!(status["stack"]["pid"].as_u64(), Some(serving.pid()));
    assert_eq!(status["stack"]["engine"]["state"], "off");
    assert_eq!(status["workspaces"], serde_json::json!([]));
    let people = home.run(&["status"]);
    assert!(
        people
            .text()
            .contains(&format!("http://127.0.0.1:{}", serving.port())),
        "{}",
        people.out
    );

    let down = home.run(&["down", "--json"]).ok();
    assert_eq!(down["status"], "stopped");
    assert_eq!(down["pid"].as_u64(), Some(serving.pid()));
    let (code, rest, _) = serving.wait();
    assert_eq!(
        (code, rest.as_str()),
        (0, ""),
        "one document, and a stop that was asked for is no failure"
    );
    let after = home.run(&["--json", "status"]);
    assert_eq!(
        (after.code, after.json()["code"].as_str()),
        (1, Some("not_running"))
    );
}

#[test]
fn a_second_serve_names_the_first() {
    let home = Home::new();
    let first = home.serve(&[]);
    let second = home.run(&["serve", "--no-engine", "--port", "0"]);
    assert_eq!(second.code, 3, "{}", second.err);
    assert!(
        second.err.contains(&first.port().to_string())
            && second.err.contains(&first.pid().to_string()),
        "{}",
        second.err
    );
    let json = home.run(&["serve", "--no-engine", "--port", "0", "--json"]);
    assert_eq!(json.code, 3);
    let body = json.json();
    assert_eq!(body["code"], "owned");
    assert_eq!(
        (body["port"].as_u64(), body["pid"].as_u64()),
        (Some(first.port()), Some(first.pid()))
    );
    assert_eq!(
        home.run(&["--json", "status"]).ok()["stack"]["pid"].as_u64(),
        Some(first.pid()),
        "the first still runs"
    );
}

#[test]
fn signals_end_it_in_order() {
    for name in ["TERM", "INT", "HUP"] {
        let home = Home::new();
        let serving = home.serve(&[]);
        serving.signal(name);
        let (code, ..) = serving.wait();
        assert_eq!(code, 0, "SIG{name} is a wish, not an accident");
        assert!(
            !home
                .path()
                .join("run/molecule-desktop")
                .read_dir()
                .unwrap()
                .any(|_| true),
            "its socket is gone"
        );
    }
}

#[test]
fn what_a_killed_one_leaves_is_recognised() {
    let home = Home::new();
    home.serve(&[]).kill();
    let sockets = home.path().join("run/molecule-desktop");
    assert!(
        sockets.read_dir().unwrap().any(|_| true),
        "the dead one left its socket"
    );
    let status = home.run(&["status", "--json"]);
    assert_eq!(
        (status.code, status.json()["code"].as_str()),
        (1, Some("not_running"))
    );
    let next = home.serve(&[]);
    assert_eq!(
        home.run(&["status", "--json"]).ok()["stack"]["pid"].as_u64(),
        Some(next.pid())
    );
}

#[test]
fn a_taken_port_is_named() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let serve = home.run(&["serve", "--no-engine", "--port", &port, "--json"]);
    assert_eq!(
        (serve.code, serve.json()["code"].as_str()),
        (1, Some("port_taken"))
    );
    assert!(serve.json()["error"].as_str().unwrap().contains(&port));
}

#[test]
fn the_open_mode_is_loud_and_never_beside_an_admin_token() {
    let home = Home::new();
    let serving = home.serve(&["--open-dev-mode"]);
    assert_eq!(serving.said["mode"], "open");
    assert!(
        home.run(&["status"])
            .text()
            .contains("OPEN DEVELOPMENT MODE")
    );
    assert_eq!(home.run(&["down"]).code, 0);
    let (.., err) = serving.wait();
    assert!(err.contains("WARNING"), "{err}");
    let mut refused = home.command(&[
        "serve",
        "--open-dev-mode",
        "--no-engine",
        "--port",
        "0",
        "--json",
    ]);
    let refused: common::Done = refused
        .env("ADMIN_TOKEN", "an-operators-token")
        .output()
        .unwrap()
        .into();
    assert_eq!(
        (refused.code, refused.json()["code"].as_str()),
        (2, Some("open_mode_refused"))
    );
}

#[test]
fn a_passphrase_seals_and_only_the_same_one_opens() {
    let home = Home::new();
    let up = |passphrase: &str| {
        let mut command = home.command(&[
            "up",
            "sample",
            "--no-engine",
            "--port",
            "0",
            "--passphrase-stdin",
            "--json",
        ]);
        command
            .env_remove("SECRETS_ENCRYPTION_KEY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), passphrase.as_bytes()).unwrap();
        common::Done::from(child.wait_with_output().unwrap())
    };
    up("correct horse battery\n").ok();
    home.pipe(&["secrets", "set", "A_KEY"], "passphrase-canary-51c7\n")
        .text();
    assert_eq!(
        home.run(&["status", "--json"]).ok()["stack"]["keychain"]["state"],
        "passphrase"
    );
    home.run(&["down"]).text();
    for (path, bytes) in home.kept() {
        for canary in ["correct horse", "passphrase-canary"] {
            assert!(!holds(&bytes, canary), "{canary} is in {}", path.display());
        }
    }
    up("another one\n");
    let refused = home.pipe(&["--json", "secrets", "set", "B_KEY"], "some other value\n");
    assert_eq!(refused.code, 1, "{}", refused.out);
    assert!(!refused.json()["code"].as_str().unwrap().is_empty());
}

#[test]
fn the_data_folder_is_private_and_a_file_is_no_data_folder() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(home.data()).unwrap().permissions().mode() & 0o777,
            0o700
        );
    }
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = home.run(&[
        "--json",
        "--data-dir",
        file.to_str().unwrap(),
        "serve",
        "--no-engine",
        "--port",
        "0",
    ]);
    assert_eq!(refused.code, 1, "{}", refused.out);
    assert!(!refused.json()["error"].as_str().unwrap().is_empty());
}

#[test]
fn a_removed_agent_is_brought_back_with_all_below_it() {
    let home = Home::new();
    let serving = home.serve(&[]);
    home.run(&["up", "sample"]).text();
    let unasked = home.run(&["remove", "Studio lead"]);
    assert_eq!(unasked.code, 2, "nobody is there to ask: {}", unasked.err);
    assert!(unasked.err.contains("4 agents below it"), "{}", unasked.err);
    let gone = home.run(&["remove", "Studio lead", "--yes", "--json"]).ok();
    assert_eq!(
        (gone["removed"].as_u64(), gone["status"].as_str()),
        (Some(5), Some("removed"))
    );
    assert_eq!(
        home.run(&["status", "--json"]).ok()["workspaces"],
        serde_json::json!([])
    );

    let listed = home.run(&["bring-back", "--json"]).ok();
    assert_eq!(listed[0]["below"], 4);
    let other = home.run(&["bring-back", "Nobody", "--json"]);
    assert_eq!(
        (other.code, other.json()["code"].as_str()),
        (1, Some("not_found"))
    );
    let back = home.run(&["bring-back", "studio lead"]);
    assert!(
        back.text().contains("4 agents below it are back"),
        "{}",
        back.out
    );
    let all = home.run(&["status", "--json"]).ok();
    assert_eq!(all["workspaces"].as_array().map(Vec::len), Some(5));
    assert_eq!(
        home.run(&["bring-back", "--json"]).ok(),
        serde_json::json!([])
    );
    drop(serving);
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named_with_its_reason() {
    let home = Home::new();
    std::fs::write(home.path().join("file"), "no folder").unwrap();
    let failed = home.run(&["--json", "serve", "--data-dir", "file/below"]);
    let said = failed.json();
    assert_eq!(
        (failed.code, said["code"].as_str()),
        (1, Some("data_folder"))
    );
    let text = said["error"].as_str().unwrap();
    assert!(
        text.contains("file/below") && !text.contains("logs"),
        "{text}"
    );
}

#[test]
fn what_a_person_sees_first_is_for_a_person() {
    let home = Home::new();
    let serving = home.serve(&[]);
    home.run(&["down"]).text();
    let (_, _, said) = serving.wait();
    assert!(
        !said.contains("INFO") && !said.contains('\u{1b}'),
        "no log lines and no colours where nobody can see them: {said}"
    );
}

/// Set for this test program when it runs as somebody else: the socket to read.
#[cfg(target_os = "linux")]
const AS_ANOTHER: &str = "MOLECULE_TEST_SOCKET";

#[cfg(target_os = "linux")]
fn read_socket(path: &std::path::Path) -> String {
    let mut text = String::new();
    let mut stream = std::os::unix::net::UnixStream::connect(path).unwrap();
    std::io::Read::read_to_string(&mut stream, &mut text).unwrap();
    text
}

/// Folder and socket keep other users out; and should they ever get in, the owner looks who asks.
#[test]
#[cfg(target_os = "linux")]
fn the_owner_tells_its_credential_to_the_same_user_only() {
    const NAME: &str = "the_owner_tells_its_credential_to_the_same_user_only";
    use std::os::unix::fs::PermissionsExt;
    if let Some(socket) = std::env::var_os(AS_ANOTHER) {
        println!("read: <{}>", read_socket(socket.as_ref()));
        return;
    }
    let home = Home::new();
    let _serving = home.serve(&[]);
    let folder = home.path().join("run/molecule-desktop");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let sockets: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "sock"))
        .collect();
    let [socket] = &sockets[..] else {
        panic!("one socket: {sockets:?}");
    };
    assert!(read_socket(socket).contains("\"bearer\""));

    // The doors are opened, as a careless administrator might: now only the owner itself is in the way.
    let program = home.path().join("another");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let set = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    set(home.path(), 0o711);
    set(&home.path().join("run"), 0o711);
    set(&folder, 0o711);
    set(socket, 0o666);
    set(&program, 0o755);
    let asked = std::process::Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(&program)
        .args(["--exact", NAME, "--nocapture"])
        .env(AS_ANOTHER, socket)
        .current_dir("/")
        .output()
        .expect("setpriv (package util-linux) and root are needed to be somebody else");
    let said = String::from_utf8_lossy(&asked.stdout).into_owned();
    assert!(
        asked.status.success() && said.contains("read: <>"),
        "{said}{}",
        String::from_utf8_lossy(&asked.stderr)
    );
    // Who should have it finds the doors open and says so instead of trusting them.
    let status = home.run(&["--json", "status"]);
    assert_ne!(status.code, 0);
    assert!(
        status.json()["error"]
            .as_str()
            .unwrap()
            .contains("only you can read")
    );
    set(&folder, 0o700);
    home.run(&["--json", "status"]).ok();
}
