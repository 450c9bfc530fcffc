//! A real keychain for one test. The test starts itself again inside a message bus and home folder of its own with an
//! unlocked keyring on it: which bus is used is a matter of the whole process.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

const INSIDE: &str = "MOLECULE_TEST_SESSION";

/// Runs `body` with a keyring; fails with the child's output when it fails there.
pub fn with_keyring(test: &str, body: impl AsyncFnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(body());
        return;
    }
    let home = tempfile::Builder::new().prefix("mol").tempdir().unwrap();
    let run = home.path().join("run");
    fs::create_dir(&run).unwrap();
    fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).unwrap();
    // The daemon outlives the bus, so it is ended by the process id that the bus names.
    let script = format!(
        r#"printf 'a login password' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1 || exit 9
"$TEST_PROGRAM" --exact {test} --nocapture --test-threads=1
code=$?
pid=$(dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
  org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets 2>/dev/null | awk '/uint32/{{print $2}}')
[ -n "$pid" ] && kill "$pid"
exit $code"#
    );
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &script])
        .env("TEST_PROGRAM", std::env::current_exe().unwrap())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &run)
        .env("XDG_DATA_HOME", home.path().join("share"))
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .env("XDG_CACHE_HOME", home.path().join("cache"))
        .env(INSIDE, "1")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("GNOME_KEYRING_CONTROL")
        .output()
        .expect("dbus-run-session is not installed; run: sudo apt-get install dbus-daemon gnome-keyring");
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    println!("{text}");
    assert!(output.status.success(), "{test} failed inside its session");
    // A renamed test would pass by running none.
    assert!(text.contains("1 passed"), "{test} did not run inside");
}
