//! The system's keychain on a real secret service (Linux).
//!
//! Every test starts itself again inside a session bus and home folder of its own, because which bus is used is a matter
//! of the whole process. Outside it only starts, inside it runs its body.
#![cfg(target_os = "linux")]
// Everything here is a test, helpers included.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use vault::testing::conformance;
use vault::{
    BuildKind, KeyChoice, KeyId, Keychain, KeychainState, Namespace, OsKeychain, PersonaAction,
    Personas, Place, Secret, Vault,
};

const INSIDE: &str = "VAULT_TEST_INSIDE";
const PROGRAMS: [&str; 4] = [
    "dbus-run-session",
    "dbus-daemon",
    "dbus-send",
    "gnome-keyring-daemon",
];

/// What the test finds when it runs.
#[derive(Clone, Copy)]
enum Setting {
    /// A bus and a keyring that was unlocked at login.
    Unlocked,
    /// A bus and a keyring daemon that nobody gave a password.
    NeverUnlocked,
    /// A bus on which no program offers secrets.
    NoKeyring,
    /// No bus at all.
    NoBus,
}

/// The daemon is ended by the process id that the bus names, since one that made itself a daemon outlives the bus.
const END_KEYRING: &str = r#"
pid=$(dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
  org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets 2>/dev/null | awk '/uint32/{print $2}')
[ -n "$pid" ] && kill "$pid"
"#;

/// Runs `body` inside `setting`; fails with the child's output when it fails there.
fn inside(setting: Setting, test: &str, body: impl AsyncFnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(body());
        return;
    }
    let missing: Vec<_> = PROGRAMS
        .iter()
        .filter(|program| !is_installed(program))
        .collect();
    assert!(
        missing.is_empty(),
        "{missing:?} not found; run: sudo apt-get install dbus dbus-bin dbus-daemon gnome-keyring"
    );
    let home = tempfile::tempdir().unwrap();
    let output = start(setting, test, home.path());
    assert!(
        output.status.success(),
        "{test} failed inside its session:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    // The child must have run just this test: a renamed one would pass by running none.
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("1 passed"),
        "{test} did not run inside"
    );
}

fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

fn start(setting: Setting, test: &str, home: &Path) -> Output {
    let runtime_dir = home.join("run");
    std::fs::create_dir(&runtime_dir).unwrap();
    std::fs::set_permissions(&runtime_dir, std::fs::Permissions::from_mode(0o700)).unwrap();
    let run_test = format!("\"$TEST_PROGRAM\" --exact {test} --nocapture --test-threads=1");
    let mut command = match setting {
        Setting::NoBus => {
            let mut command = Command::new("sh");
            command.args(["-c", &run_test]);
            command
        }
        Setting::NoKeyring => {
            // A bus without any folder of startable services.
            let config = home.join("bus.conf");
            let text = format!(
                r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={}</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#,
                runtime_dir.display()
            );
            std::fs::write(&config, text).unwrap();
            let mut command = Command::new("dbus-run-session");
            command.arg(format!("--config-file={}", config.display()));
            command.args(["--", "sh", "-c", &run_test]);
            command
        }
        Setting::Unlocked | Setting::NeverUnlocked => {
            let keyring = if matches!(setting, Setting::Unlocked) {
                "printf 'a login password' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null"
            } else {
                "gnome-keyring-daemon --start --components=secrets --daemonize </dev/null >/dev/null"
            };
            let script = format!("{keyring}\n{run_test}\ncode=$?\n{END_KEYRING}\nexit $code");
            let mut command = Command::new("dbus-run-session");
            command.args(["--", "sh", "-c", &script]);
            command
        }
    };
    command
        .env("TEST_PROGRAM", std::env::current_exe().unwrap())
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", &runtime_dir)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env(INSIDE, "1")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("GNOME_KEYRING_CONTROL")
        .output()
        .unwrap()
}

fn keychain(installation: &str) -> OsKeychain {
    OsKeychain::new(Namespace::new(BuildKind::Test, installation))
}

fn shell(script: &str) {
    let status = Command::new("sh")
        .args(["-ec", script])
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{script}");
}

/// Locks the keyring as a screen lock or the password application does.
fn lock() {
    shell(
        "dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
         org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login",
    );
}

fn end_keyring() {
    shell(&format!(
        "{END_KEYRING}\nwhile kill -0 \"$pid\" 2>/dev/null; do sleep 0.05; done"
    ));
}

fn unlock_with_new_daemon() {
    shell(
        "printf 'a login password' | gnome-keyring-daemon --unlock --components=secrets --daemonize",
    );
}

#[test]
fn a_ready_keyring_obeys_the_rules() {
    inside(
        Setting::Unlocked,
        "a_ready_keyring_obeys_the_rules",
        async || {
            conformance(&keychain("one")).await.unwrap();
        },
    );
}

#[test]
fn a_whole_org_of_personas_goes_in_and_comes_out() {
    inside(
        Setting::Unlocked,
        "a_whole_org_of_personas_goes_in_and_comes_out",
        async || {
            const CANARY: &str = "canary-51c0ffee";
            let source = tempfile::tempdir().unwrap();
            let mut slugs = BTreeSet::new();
            for number in 0..42 {
                let slug = format!("role-{number}");
                let folder = source.path().join(&slug);
                std::fs::create_dir(&folder).unwrap();
                // Roles in the middle carry a value that needs several pieces.
                let long = "k".repeat(if number % 10 == 5 { 4_000 } else { 40 });
                let text: String = (0..7)
                    .map(|key| format!("KEY_{key}={CANARY}-{number}-{key}\n"))
                    .collect();
                std::fs::write(folder.join("env"), format!("{text}LONG={long}\n")).unwrap();
                slugs.insert(slug);
            }
            let keychain = Arc::new(keychain("one"));
            let personas = Personas::new(keychain.clone());
            let first = personas.import(source.path()).await.unwrap();
            assert_eq!(first.count(PersonaAction::Created), 42);
            let second = personas.import(source.path()).await.unwrap();
            assert_eq!(second.count(PersonaAction::Unchanged), 42);
            let loaded = personas.load_many(&slugs).await.unwrap();
            assert_eq!(loaded.len(), 42);
            let role = loaded["role-15"].as_ref().unwrap();
            assert_eq!(role["KEY_3"], Secret::from(format!("{CANARY}-15-3")));
            assert_eq!(role["LONG"].len(), 4_000);
            assert_eq!(role.len(), 8);

            // The keyring's own files hold nothing in clear, neither as it is nor in base64.
            let home = std::env::var_os("HOME").unwrap();
            shell(&format!(
                "! grep -rqaE '{CANARY}|Y2FuYXJ5LTUxYzBmZmV|NhbmFyeS01MWMwZmZl|jYW5hcnktNTFjMGZmZ' {}",
                Path::new(&home).display()
            ));
            assert_eq!(keychain.purge().await.unwrap().len(), 42);
            assert!(personas.list().await.unwrap().is_empty());
        },
    );
}

#[test]
fn installations_and_builds_do_not_see_each_other() {
    inside(
        Setting::Unlocked,
        "installations_and_builds_do_not_see_each_other",
        async || {
            let one = keychain("one");
            let two = keychain("two");
            let dev = OsKeychain::new(Namespace::new(BuildKind::Development, "one"));
            one.set("a", &Secret::from("1")).await.unwrap();
            two.set("a", &Secret::from("2")).await.unwrap();
            dev.set("a", &Secret::from("3")).await.unwrap();
            assert!(two.delete("a").await.unwrap());
            assert_eq!(one.get("a").await.unwrap(), Some(Secret::from("1")));
            assert_eq!(dev.get("a").await.unwrap(), Some(Secret::from("3")));
            assert_eq!(two.list().await.unwrap(), Vec::<String>::new());
        },
    );
}

#[test]
fn a_vault_opens_again_with_the_key_in_the_keyring() {
    inside(
        Setting::Unlocked,
        "a_vault_opens_again_with_the_key_in_the_keyring",
        async || {
            let place = Place {
                table: "global_secrets",
                owner: "global",
                key: "K",
            };
            let open = || KeyChoice::Keychain(Arc::new(keychain("one")));
            let vault = Vault::unlock(open(), None).await.unwrap();
            let blob = vault.sealer().seal(place, b"value").unwrap();
            // The keyring daemon restarts, as it does at an update: the connection kept so far is dead.
            end_keyring();
            unlock_with_new_daemon();
            assert_eq!(vault.state().await, KeychainState::Ready);
            let again = Vault::unlock(open(), KeyId::of_blob(&blob)).await.unwrap();
            assert_eq!(
                again.sealer().open(place, &blob).unwrap().expose(),
                b"value"
            );
        },
    );
}

#[test]
fn a_locked_keyring_says_so_and_keeps_what_it_has() {
    inside(
        Setting::Unlocked,
        "a_locked_keyring_says_so_and_keeps_what_it_has",
        async || {
            let keychain = keychain("one");
            let value = Secret::new(vec![7; 6_000]);
            keychain.set("persona/pm", &value).await.unwrap();
            lock();
            assert!(
                matches!(keychain.probe().await, KeychainState::Locked { .. }),
                "{:?}",
                keychain.probe().await
            );
            for error in [
                keychain.get("persona/pm").await.unwrap_err(),
                keychain.get("never-set").await.unwrap_err(),
                keychain
                    .set("persona/pm", &Secret::from("other"))
                    .await
                    .unwrap_err(),
                keychain.delete("persona/pm").await.unwrap_err(),
                keychain.list().await.unwrap_err(),
            ] {
                assert_eq!(error.code(), "keychain_locked", "{error}");
                assert!(error.to_string().contains("Unlock it"), "{error}");
            }
            // A login later.
            end_keyring();
            unlock_with_new_daemon();
            assert_eq!(keychain.get("persona/pm").await.unwrap(), Some(value));
        },
    );
}

#[test]
fn a_keyring_that_was_never_unlocked_is_locked() {
    inside(
        Setting::NeverUnlocked,
        "a_keyring_that_was_never_unlocked_is_locked",
        async || {
            let keychain = keychain("one");
            assert!(
                matches!(keychain.probe().await, KeychainState::Locked { .. }),
                "{:?}",
                keychain.probe().await
            );
            // It answers a read with "no entry", which must not be believed.
            assert_eq!(
                keychain.get("master-key").await.unwrap_err().code(),
                "keychain_locked"
            );
            let choice = KeyChoice::Keychain(Arc::new(keychain));
            assert_eq!(
                Vault::unlock(choice, None).await.unwrap_err().code(),
                "keychain_locked"
            );
        },
    );
}

#[test]
fn a_bus_without_keyring_is_absent() {
    inside(
        Setting::NoKeyring,
        "a_bus_without_keyring_is_absent",
        async || {
            let state = keychain("one").probe().await;
            assert!(matches!(state, KeychainState::Absent { .. }), "{state:?}");
            assert!(state.text().contains("passphrase"), "{state:?}");
        },
    );
}

#[test]
fn no_bus_is_absent() {
    inside(Setting::NoBus, "no_bus_is_absent", async || {
        let keychain = keychain("one");
        let state = keychain.probe().await;
        assert!(matches!(state, KeychainState::Absent { .. }), "{state:?}");
        assert!(state.text().contains("passphrase"), "{state:?}");
        assert_eq!(
            keychain.get("a").await.unwrap_err().code(),
            "keychain_absent"
        );
    });
}
