//! The real organisation on the real engine: imported from its folder, its roles alive in containers of their own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Engine, minutes, seconds};
use serde_json::{Value, json};
use std::path::PathBuf;
use testkit::{GeneratedOrg, Served, ServedOptions, eventually, real_org};

/// Containers of 512 MiB that the budget holds; the other roles wait.
const FIT: usize = 14;

/// The published org where its folder is found, else one of the same size.
fn org(served: &Served) -> (PathBuf, usize) {
    if let Some(folder) = real_org() {
        println!("org: the published one in {}", folder.display());
        return (folder, 42);
    }
    let org = GeneratedOrg::of(42);
    let folder = served.folder().join("org");
    org.write(&folder).expect("the org is written");
    println!("org: a generated one of {} roles", org.roles());
    (folder, org.roles())
}

fn waits(one: &Value) -> bool {
    one["status"] == "provisioning" && one["status_reason"]["code"] == "waiting_for_memory"
}

fn id(one: &Value) -> String {
    one["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_org_lives_in_containers() {
    let mut served = Served::start(ServedOptions::with_engine()).await;
    let engine = Engine::connect().await;
    served.stand_ins().await;
    let (status, body) = served
        .patch("/settings", json!({"memory_budget_mb": 512 * FIT}))
        .await;
    assert_eq!(status, 200, "{body}");

    let (folder, roles) = org(&served);
    let imported = served.import(&folder, json!({"force": true})).await;
    assert_eq!(imported["count"].as_u64(), Some(roles as u64), "{imported}");

    // At least twelve are online, nobody fails, and the rest waits with its reason.
    served.online(12, minutes(6)).await;
    let all = eventually(
        "every role online or waiting for memory",
        minutes(4),
        || async {
            let all = served.workspaces().await;
            all.iter()
                .all(|one| one["status"] == "online" || waits(one))
                .then_some(all)
        },
    )
    .await;
    let online: Vec<&Value> = all.iter().filter(|one| one["status"] == "online").collect();
    let waiting: Vec<&Value> = all.iter().filter(|one| waits(one)).collect();
    println!("{} online, {} wait for memory", online.len(), waiting.len());
    assert!(
        (12..=FIT).contains(&online.len()),
        "{} online",
        online.len()
    );
    assert_eq!(online.len() + waiting.len(), roles);
    for one in &waiting {
        let text = one["status_reason"]["text"].as_str().unwrap_or_default();
        assert!(!text.is_empty(), "a reason without words: {one}");
    }

    isolation(&served, &engine, &online).await;
    second_import(&served, &folder, roles).await;
    grants(&all);
    message_to_a_waiting_one(&served, &waiting).await;
    killed_from_outside(&served, &engine).await;
    subtree(&served).await;
    purge(&mut served, &engine).await;
}

/// What the engine itself says about each container.
async fn isolation(served: &Served, engine: &Engine, online: &[&Value]) {
    let (_, stack) = served.get("/stack").await;
    let port = stack["port"].as_u64().unwrap();
    for one in online {
        let (id, name) = (id(one), one["name"].as_str().unwrap());
        let container = containers::names::container_name(&id);
        let found = engine
            .inspect(&container)
            .await
            .unwrap_or_else(|| panic!("{name} has no container {container}"));
        let config = found.config.expect("a configuration");
        let labels = config.labels.unwrap_or_default();
        assert_eq!(
            labels.get("molecule.platform.managed").map(String::as_str),
            Some("true"),
            "{name}"
        );
        assert_eq!(labels.get("molecule.workspace.id"), Some(&id), "{name}");
        for label in [
            "molecule.platform.instance",
            "molecule.workspace.generation",
            "molecule.workspace.spec-hash",
        ] {
            assert!(
                labels.get(label).is_some_and(|value| !value.is_empty()),
                "{name}: no label {label}"
            );
        }
        // An agent never runs as root.
        let user = config.user.unwrap_or_default();
        assert!(
            !["", "0", "root", "0:0"].contains(&user.as_str()),
            "{name} runs as \"{user}\""
        );

        let host = found.host_config.expect("a host configuration");
        let policy = host
            .restart_policy
            .and_then(|policy| policy.name)
            .map(|name| name.to_string())
            .unwrap_or_default();
        assert!(
            matches!(policy.as_str(), "" | "no"),
            "{name}: restart policy {policy}"
        );
        assert!(
            host.memory.is_some_and(|bytes| bytes > 0),
            "{name} has no memory limit"
        );
        assert!(!host.privileged.unwrap_or(false), "{name} is privileged");
        assert_ne!(
            host.pid_mode.as_deref(),
            Some("host"),
            "{name} sees the host's processes"
        );
        let binds = host.binds.unwrap_or_default();
        assert!(
            !binds.iter().any(|bind| bind.contains("docker.sock")),
            "{name} holds the engine's socket"
        );

        // Published on loopback and nowhere else.
        let ports = found
            .network_settings
            .expect("networks")
            .ports
            .unwrap_or_default();
        let bindings: Vec<_> = ports.into_values().flatten().flatten().collect();
        assert_eq!(bindings.len(), 1, "{name}: {bindings:?}");
        assert_eq!(bindings[0].host_ip.as_deref(), Some("127.0.0.1"), "{name}");

        // Its files were there before it started; the token is for itself alone.
        let token = engine
            .file(&container, "/configs/.auth_token")
            .await
            .expect("a token file");
        assert_eq!(token.mode, 0o600, "{name}: the token can be read by others");
        assert_eq!(
            token.uid, 1000,
            "{name}: the token belongs to somebody else"
        );
        assert!(token.text().trim().len() > 20, "{name}");
        let config = engine
            .file(&container, "/configs/config.yaml")
            .await
            .expect("a config file")
            .text();
        assert!(config.contains("name:"), "{name}: {config}");

        // The address it was given is the platform's, and neither it nor anything else names a person's credential.
        let env = engine.environment(&container).await;
        let url = env
            .iter()
            .find_map(|line| line.strip_prefix("PLATFORM_URL="))
            .expect("PLATFORM_URL");
        assert!(url.contains(&format!(":{port}")), "{name}: {url}");
        assert!(env.contains(&format!("WORKSPACE_ID={id}")), "{name}");
        assert!(
            !env.iter().any(|line| line.contains(&served.owner.bearer)),
            "{name} was given the app's credential"
        );
    }
    let prompted = online
        .iter()
        .find(|one| one["name"] == "PM")
        .or(online.first())
        .expect("somebody is online");
    let prompt = engine
        .file(
            &containers::names::container_name(&id(prompted)),
            "/configs/system-prompt.md",
        )
        .await;
    let prompt = prompt.expect("a prompt file").text();
    assert!(!prompt.trim().is_empty());
}

/// A second import of the same folder finds nothing to do: two audit rows and not one more change.
async fn second_import(served: &Served, folder: &std::path::Path, roles: usize) {
    let before = served.last_seq().await;
    let again = served.import(folder, json!({"force": true})).await;
    assert_eq!(again["count"].as_u64(), Some(roles as u64), "{again}");
    assert!(
        again["changed"].as_array().is_none_or(Vec::is_empty),
        "{again}"
    );
    let (_, events) = served
        .get(&format!("/events?limit=1000&since_seq={before}"))
        .await;
    let names: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event_type"].as_str().unwrap())
        .collect();
    let mine: Vec<&&str> = names
        .iter()
        .filter(|name| {
            name.starts_with("org.import")
                || name.starts_with("WORKSPACE_UPDATED")
                || name.starts_with("WORKSPACE_MOVED")
                || name.starts_with("WORKSPACE_REMOVED")
        })
        .collect();
    assert_eq!(mine.len(), 2, "{names:?}");
    assert!(
        mine.contains(&&"org.import.started") && mine.contains(&&"org.import.completed"),
        "{names:?}"
    );
}

/// Nobody granted anything: roles that ask for more run with tier 2, and say so.
fn grants(all: &[Value]) {
    let asking: Vec<&Value> = all
        .iter()
        .filter(|one| one["tier"].as_i64().unwrap_or(0) > 2)
        .collect();
    println!("{} roles ask for more than tier 2", asking.len());
    for one in all {
        assert!(
            one["tier_granted"].as_i64().unwrap() <= 2,
            "{} was granted without being asked for",
            one["name"]
        );
    }
    for one in asking.iter().filter(|one| one["status"] == "online") {
        assert_eq!(one["status_reason"]["code"], "tier_not_granted", "{one}");
    }
}

/// A message to one that waits: kept, somebody who idles goes to sleep, the message is answered.
async fn message_to_a_waiting_one(served: &Served, waiting: &[&Value]) {
    let target = waiting.last().expect("somebody waits");
    let id = id(target);
    let (status, answer) = served.say(&id, "are you there?").await;
    assert_eq!(status, 202, "{answer}");
    assert_eq!(answer["queued"], true, "{answer}");
    let queue_id = answer["queue_id"].as_str().expect("a queue id").to_owned();
    assert!(
        !answer["message"].as_str().unwrap_or_default().is_empty(),
        "{answer}"
    );
    let done = eventually("the answer of the one that waited", minutes(4), || async {
        let (status, row) = served
            .get(&format!("/workspaces/{id}/a2a-queue/{queue_id}"))
            .await;
        assert_eq!(status, 200, "{row}");
        assert_ne!(row["status"], "failed", "{row}");
        (row["status"] == "completed").then_some(row)
    })
    .await;
    println!("the queued message: {}", done["status"]);
    let all = served.workspaces().await;
    let asleep: Vec<&Value> = all
        .iter()
        .filter(|one| one["status"] == "hibernated" || one["status"] == "hibernating")
        .collect();
    assert!(!asleep.is_empty(), "nobody made room");
    // The answer is in the history, as if nothing had been in its way.
    let (status, history) = served.get(&format!("/workspaces/{id}/chat-history")).await;
    assert_eq!(status, 200, "{history}");
    assert!(history.to_string().contains("are you there?"), "{history}");
}

/// `docker kill`: told as a reason, and made good by itself.
async fn killed_from_outside(served: &Served, engine: &Engine) {
    let one = served.online(1, minutes(1)).await.remove(0);
    let id = id(&one);
    let before = engine.id_of(&id).await.expect("a container");
    let since = served.last_seq().await;
    engine.kill(&before).await;
    let after = eventually("another container", minutes(3), || async {
        engine.id_of(&id).await.filter(|after| *after != before)
    })
    .await;
    served
        .until(&id, "being online again", minutes(3), |one| {
            one["status"] == "online"
        })
        .await;
    assert_ne!(before, after);
    let (_, events) = served
        .get(&format!("/events/{id}?limit=1000&since_seq={since}"))
        .await;
    let said = events.as_array().unwrap().iter().any(|event| {
        let payload = event["payload"].to_string();
        payload.contains("exit") || payload.contains("reason") || payload.contains("crash")
    });
    assert!(said, "nobody said why it was started again: {events:#}");
}

/// Stop, start and restart of a branch touch that branch only.
async fn subtree(served: &Served) {
    let all = served.workspaces().await;
    let children = |parent: &str| all.iter().filter(|one| one["parent_id"] == parent).count();
    let head = all
        .iter()
        .filter(|one| !one["parent_id"].is_null() && children(&id(one)) > 0)
        .find(|one| one["status"] == "online")
        .expect("a team whose lead is online");
    let mut branch = vec![id(head)];
    let mut at = 0;
    while at < branch.len() {
        let parent = branch[at].clone();
        branch.extend(
            all.iter()
                .filter(|one| one["parent_id"] == parent.as_str())
                .map(id),
        );
        at += 1;
    }
    let body = json!({"scope": "subtree", "id": branch[0]});
    let (status, stopped) = served.post("/stack/stop", body.clone()).await;
    assert_eq!(status, 200, "{stopped}");
    eventually("a stopped branch", minutes(2), || async {
        let now = served.workspaces().await;
        now.iter()
            .filter(|one| branch.contains(&id(one)))
            .all(|one| one["status"] == "paused" || one["status"] == "hibernated")
            .then_some(())
    })
    .await;
    let others = served.workspaces().await;
    assert!(
        others
            .iter()
            .any(|one| one["status"] == "online" && !branch.contains(&id(one))),
        "the others go on"
    );

    let (status, started) = served.post("/stack/start", body.clone()).await;
    assert_eq!(status, 200, "{started}");
    let seen = std::cell::RefCell::new(String::new());
    eventually("a branch that runs or waits", minutes(4), || async {
        let now = served.workspaces().await;
        let states: Vec<String> = now
            .iter()
            .filter(|one| branch.contains(&id(one)))
            .map(|one| format!("{} {} {}", one["name"], one["status"], one["status_reason"]))
            .collect();
        let states = states.join("; ");
        if *seen.borrow() != states {
            println!("the branch: {states}");
            *seen.borrow_mut() = states;
        }
        now.iter()
            .filter(|one| branch.contains(&id(one)))
            .all(|one| one["status"] == "online" || waits(one) || one["status"] == "hibernated")
            .then_some(())
    })
    .await;

    let running: Vec<Value> = served
        .workspaces()
        .await
        .into_iter()
        .filter(|one| branch.contains(&id(one)) && one["status"] == "online")
        .collect();
    let engine = Engine::connect().await;
    let mut before = Vec::new();
    for one in &running {
        before.push((id(one), engine.id_of(&id(one)).await.expect("a container")));
    }
    let (status, restarted) = served.post("/stack/restart", body).await;
    assert_eq!(status, 200, "{restarted}");
    for (id, container) in before {
        eventually("a new container after the restart", minutes(4), || async {
            let now = engine.id_of(&id).await;
            // Its place may have been taken meanwhile by one that waited longer.
            let all = served.workspaces().await;
            let one = all.iter().find(|one| one["id"] == id.as_str())?;
            (waits(one) || now.is_some_and(|now| now != container)).then_some(())
        })
        .await;
    }
}

/// `purge` lists and removes all that was made: containers, volumes, network, data.
async fn purge(served: &mut Served, engine: &Engine) {
    let one = served.online(1, minutes(2)).await.remove(0);
    let container = engine
        .inspect(&containers::names::container_name(&id(&one)))
        .await
        .expect("a container");
    let labels = container
        .config
        .and_then(|config| config.labels)
        .expect("labels");
    let instance = labels["molecule.platform.instance"].clone();
    let label = "molecule.platform.instance";
    assert!(!engine.volumes(label, &instance).await.is_empty());
    assert_eq!(engine.networks(&served.network()).await, 1);
    served.kill().await;
    let done = eventually("a purge", seconds(120), || async {
        let done = served.command(&["--json", "purge", "--yes"]).await;
        done.status.success().then_some(done)
    })
    .await;
    let listed = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(listed.contains("ws-"), "{listed}");
    assert_eq!(
        engine.labelled(label, &instance).await.len(),
        0,
        "containers are left"
    );
    assert_eq!(
        engine.volumes(label, &instance).await,
        Vec::<String>::new(),
        "volumes are left"
    );
    assert_eq!(
        engine.networks(&served.network()).await,
        0,
        "the network is left"
    );
    assert!(!served.data_dir().exists(), "the data folder is left");
}
