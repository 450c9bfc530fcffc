//! The container engine comes, goes and comes back, and the platform goes on by itself.
//!
//! A private engine is started for this: its own data, socket and address ranges, and no rules in the computer's
//! firewall, so that the engine which other tests use notices nothing.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Engine, minutes, seconds};
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use testkit::{GeneratedOrg, Served, ServedOptions, eventually};

/// A `dockerd` of our own.
struct PrivateEngine {
    folder: TempDir,
    live_restore: bool,
    range: u8,
    child: Option<Child>,
}

impl PrivateEngine {
    /// A place for one; nothing runs yet. `range` tells apart those that run at the same time.
    fn new(live_restore: bool, range: u8) -> Self {
        let folder = tempfile::Builder::new().prefix("mol").tempdir().unwrap();
        Self {
            folder,
            live_restore,
            range,
            child: None,
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    fn host(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    async fn start(&mut self) {
        for driver in ["overlay2", "vfs"] {
            let at = |name: &str| self.folder.path().join(name);
            let log = fs::File::options()
                .create(true)
                .append(true)
                .open(at("log"))
                .unwrap();
            let mut command = Command::new("dockerd");
            command
                .arg("--data-root")
                .arg(at("data"))
                .arg("--exec-root")
                .arg(at("exec"))
                .arg("--pidfile")
                .arg(at("pid"));
            command.args([
                "-H",
                &self.host(),
                "--storage-driver",
                driver,
                "--bridge",
                "none",
            ]);
            command.args(["--iptables=false", "--ip-forward=false", "--ip-masq=false"]);
            command.args([
                "--default-address-pool",
                &format!("base=10.2{}.0.0/16,size=24", self.range),
            ]);
            if self.live_restore {
                command.arg("--live-restore");
            }
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(log);
            let mut child = command
                .spawn()
                .expect("dockerd is not installed; run: sudo apt-get install docker.io iptables");
            for _ in 0..600 {
                if child.try_wait().unwrap().is_some() {
                    break;
                }
                if self.socket().exists() && self.answers().await {
                    self.child = Some(child);
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let _ = child.kill();
            let _ = child.wait();
            let _ = fs::remove_file(at("pid"));
            let _ = fs::remove_dir_all(at("data"));
        }
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let tail: Vec<&str> = log.lines().rev().take(12).collect();
        panic!("no private engine could be started (it needs root): {tail:#?}");
    }

    async fn answers(&self) -> bool {
        let address = self.host();
        match bollard::Docker::connect_with_unix(&address, 5, bollard::API_DEFAULT_VERSION) {
            Ok(docker) => docker.ping().await.is_ok(),
            Err(_) => false,
        }
    }

    /// Stops it in order, as an update or a person does.
    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

impl Drop for PrivateEngine {
    fn drop(&mut self) {
        self.stop();
        // What it left behind: programs of containers that outlived it, and mounts. All lie below our own folder.
        let folder = self.folder.path().to_string_lossy().into_owned();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if String::from_utf8_lossy(&line).contains(&folder)
                && let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>()
                && id != std::process::id()
            {
                let _ = Command::new("kill")
                    .args(["-KILL", &id.to_string()])
                    .status();
            }
        }
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        for point in mounts
            .lines()
            .rev()
            .filter_map(|line| line.split(' ').nth(4))
            .filter(|point| point.starts_with(&folder))
        {
            let _ = Command::new("umount").args(["-l", point]).status();
        }
    }
}

async fn two_roles(served: &Served) -> Vec<String> {
    served.stand_ins().await;
    let org = served.folder().join("org");
    GeneratedOrg {
        teams: 1,
        members: 0,
        ..GeneratedOrg::small()
    }
    .write(&org)
    .unwrap();
    let imported = served.import(&org, json!({})).await;
    imported["workspaces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn engine_state(served: &Served, state: &str, limit: Duration) -> Value {
    eventually(&format!("the engine being {state}"), limit, || async {
        let (_, stack) = served.get("/stack").await;
        (stack["engine"]["state"] == state).then_some(stack)
    })
    .await
}

fn states(events: &[Value]) -> Vec<String> {
    events
        .iter()
        .map(|event| {
            event["payload"]["state"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

async fn is_said(served: &Served, id: &str) {
    eventually("an answer of the agent", minutes(2), || async {
        let (status, answer) = served.say(id, "hello").await;
        (status == 200 && answer["error"].is_null()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_engine_at_all_and_then_there_is_one() {
    let mut private = PrivateEngine::new(false, 1);
    let served =
        Served::start(ServedOptions::with_engine().env("DOCKER_HOST", &private.host())).await;
    let stack = engine_state(&served, "unavailable", minutes(1)).await;
    assert!(
        !stack["engine"]["detail"]
            .as_str()
            .unwrap_or_default()
            .is_empty(),
        "{stack}"
    );
    let ids = two_roles(&served).await;
    // What can run without it runs, and what cannot says why.
    let (status, mock) = served
        .post("/workspaces", json!({"name": "Mock", "runtime": "mock"}))
        .await;
    assert_eq!(status, 201, "{mock}");
    is_said(&served, mock["id"].as_str().unwrap()).await;
    for id in &ids {
        let one = served
            .until(id, "a reason", seconds(30), |one| {
                one["status_reason"]["code"] == "docker_unavailable"
            })
            .await;
        assert_eq!(one["status"], "provisioning", "{one}");
        assert!(
            !one["status_reason"]["text"].as_str().unwrap().is_empty(),
            "{one}"
        );
    }
    let since = served.last_seq().await;
    private.start().await;
    served.online(3, minutes(4)).await;
    let told = served.events(&["ENGINE_STATE"], since).await;
    assert_eq!(
        states(&told).last().map(String::as_str),
        Some("ready"),
        "{told:#?}"
    );
    is_said(&served, &ids[0]).await;
    drop(served);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_restarts_takes_nothing_with_it() {
    // Containers outlive this engine, so nothing has a reason to be started again.
    let mut private = PrivateEngine::new(true, 2);
    private.start().await;
    let mut served =
        Served::start(ServedOptions::with_engine().env("DOCKER_HOST", &private.host())).await;
    let ids = two_roles(&served).await;
    served.online(2, minutes(4)).await;
    let mut before = Vec::new();
    let engine = Engine::at(&private.socket()).await;
    for id in &ids {
        before.push(engine.id_of(id).await.expect("a container"));
    }
    for round in 0..2 {
        let since = served.last_seq().await;
        private.stop();
        engine_state(&served, "unavailable", minutes(1)).await;
        let rows = served.workspaces().await;
        assert_eq!(rows.len(), 2, "rows stay");
        if round == 1 {
            // The platform itself dies while there is no engine, and starts without one.
            served.again(&[]).await;
            engine_state(&served, "unavailable", minutes(1)).await;
        }
        private.start().await;
        engine_state(&served, "ready", minutes(2)).await;
        served.online(2, minutes(2)).await;
        is_said(&served, &ids[0]).await;
        let told = states(&served.events(&["ENGINE_STATE"], since).await);
        assert!(
            told.contains(&"unavailable".to_owned())
                && told.last().is_some_and(|last| last == "ready"),
            "{told:?}"
        );
        let engine = Engine::at(&private.socket()).await;
        for (id, container) in ids.iter().zip(&before) {
            assert_eq!(
                engine.id_of(id).await.as_ref(),
                Some(container),
                "a healthy agent was started again"
            );
        }
    }
    drop(served);
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_that_die_with_the_engine_come_back_with_it() {
    let mut private = PrivateEngine::new(false, 3);
    private.start().await;
    let served =
        Served::start(ServedOptions::with_engine().env("DOCKER_HOST", &private.host())).await;
    let ids = two_roles(&served).await;
    served.online(2, minutes(4)).await;
    private.stop();
    engine_state(&served, "unavailable", minutes(1)).await;
    // What is wanted can be changed meanwhile; it holds when the engine is back.
    let (status, body) = served
        .post(&format!("/workspaces/{}/pause", ids[1]), json!({}))
        .await;
    assert!(status < 300, "{status} {body}");
    private.start().await;
    served
        .until(&ids[0], "being online again", minutes(3), |one| {
            one["status"] == "online"
        })
        .await;
    served
        .until(&ids[1], "being paused", minutes(2), |one| {
            one["status"] == "paused"
        })
        .await;
    let engine = Engine::at(&private.socket()).await;
    eventually("no container of the paused one", minutes(1), || async {
        engine.id_of(&ids[1]).await.is_none().then_some(())
    })
    .await;
    is_said(&served, &ids[0]).await;
    let all = engine.labelled("molecule.platform.managed", "true").await;
    assert_eq!(all.len(), 1, "an orphan is left: {all:#?}");
    drop(served);
}
