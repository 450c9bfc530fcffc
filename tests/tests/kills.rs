//! Kills: the platform is ended at every named point of import, start, stop, restart and removal, and fifty times at
//! random under load. A new start makes everything whole, and nothing that was acknowledged is lost.
//!
//! Needs programs built with their abort points (`--features cli/failpoints`; `make test` does).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "kills/ledger.rs"]
mod ledger;

use ledger::Ledger;
use product_tests::{Engine, minutes, seconds};
use rand::{Rng as _, RngExt, SeedableRng, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use testkit::{GeneratedOrg, Served, ServedOptions, eventually};
use tokio::sync::Mutex;

const LABEL: &str = "molecule.platform.instance";

async fn make(served: &Served, name: &str, runtime: &str) -> String {
    let (status, made) = served
        .post("/workspaces", json!({"name": name, "runtime": runtime}))
        .await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

fn id(one: &Value) -> String {
    one["id"].as_str().unwrap().to_owned()
}

fn has_container(one: &Value) -> bool {
    one["runtime"] != "mock" && one["runtime"] != "external"
}

/// What is wanted is there, and nothing else: agents online, stopped ones without a container, one container each.
async fn converges(served: &Served, engine: &Engine, instance: &str, what: &str) {
    let end = tokio::time::Instant::now() + minutes(2);
    loop {
        let rows = served.workspaces().await;
        let open: Vec<String> = rows
            .iter()
            .filter(|one| {
                !matches!(
                    one["status"].as_str(),
                    Some("online" | "paused" | "hibernated")
                )
            })
            .map(|one| {
                format!(
                    "{} is {} ({})",
                    one["name"], one["status"], one["status_reason"]
                )
            })
            .collect();
        let mut wanted: Vec<String> = rows
            .iter()
            .filter(|one| has_container(one) && one["status"] == "online")
            .map(id)
            .collect();
        let mut there: Vec<String> = engine
            .labelled(LABEL, instance)
            .await
            .into_iter()
            .filter(|one| {
                one.status
                    .as_deref()
                    .is_some_and(|status| status.starts_with("Up"))
            })
            .filter_map(|one| one.labels?.remove("molecule.workspace.id"))
            .collect();
        wanted.sort();
        there.sort();
        if open.is_empty() && wanted == there {
            return;
        }
        assert!(
            tokio::time::Instant::now() < end,
            "{what}: not whole again: {open:?}; containers of {there:?} instead of {wanted:?}\n{}",
            served.output()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The installation's id, from the label of any container of it.
async fn instance(served: &Served, engine: &Engine) -> String {
    let some = served.online(1, minutes(3)).await;
    let one = some
        .iter()
        .find(|one| has_container(one))
        .expect("one in a container");
    let found = engine
        .inspect(&containers::names::container_name(&id(one)))
        .await
        .expect("its container");
    found.config.unwrap().labels.unwrap()[LABEL].clone()
}

/// Asks for what leads to the named point. The platform may end before it answers.
async fn provoke(served: &Served, engine: &Engine, point: &str, ids: &Ids, org: &std::path::Path) {
    let ask = async |method: Method, path: String, body: Value| {
        served.ask(method, &path, Some(body)).await
    };
    match point.split('.').next().unwrap() {
        "import" => {
            if let Some((200, registered)) =
                ask(Method::POST, "/org/folders".into(), json!({"path": org})).await
            {
                ask(
                    Method::POST,
                    "/org/import".into(),
                    json!({"dir": registered["dir"], "mode": "sync"}),
                )
                .await;
            }
        }
        "save" => {
            // Two files change, so that one of them alone would be half a save.
            let (_, registered) = served.post("/org/folders", json!({"path": org})).await;
            let done = served.import(org, json!({})).await;
            for one in done["workspaces"].as_array().unwrap() {
                if one["name"] == "Head" || one["name"] == "Lead 1" {
                    let path = format!("/workspaces/{}", one["id"].as_str().unwrap());
                    let (status, body) = served.patch(&path, json!({"role": CHANGED})).await;
                    assert_eq!(status, 200, "{body}");
                }
            }
            let path = format!("/org/folders/{}/save", registered["dir"].as_str().unwrap());
            ask(Method::POST, path, json!({})).await;
        }
        "start" => {
            ask(
                Method::POST,
                format!("/workspaces/{}/resume", ids.sleeper),
                json!({}),
            )
            .await;
        }
        "restart" => {
            ask(
                Method::POST,
                format!("/workspaces/{}/restart", ids.steady),
                json!({}),
            )
            .await;
        }
        "stop" => {
            ask(
                Method::POST,
                format!("/workspaces/{}/pause", ids.steady),
                json!({}),
            )
            .await;
        }
        "retire" => {
            if let Some(container) = engine.id_of(&ids.steady).await {
                engine.kill(&container).await;
            }
        }
        "remove" => {
            let path = format!("/workspaces/{}?confirm=true&purge=true", ids.doomed);
            served.ask(Method::DELETE, &path, None).await;
        }
        other => panic!("no way to {other} is known"),
    }
}

/// What a save writes in the drills.
const CHANGED: &str = "Does what the canvas says";

/// The workspaces that a drill uses.
struct Ids {
    /// Runs.
    steady: String,
    /// Paused, has run before.
    sleeper: String,
    /// Runs, and is removed in the end.
    doomed: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_ends_at_every_named_point() {
    let points: Vec<&str> = orgs::FAILPOINTS
        .iter()
        .chain(reconcile::FAILPOINTS)
        .copied()
        .collect();
    println!("{} points: {points:?}", points.len());
    let mut served = Served::start(ServedOptions::with_engine()).await;
    let engine = Engine::connect().await;
    served.stand_ins().await;
    let mut ids = Ids {
        steady: make(&served, "Steady", "claude-code").await,
        sleeper: make(&served, "Sleeper", "claude-code").await,
        doomed: make(&served, "Doomed", "claude-code").await,
    };
    served.online(3, minutes(3)).await;
    let instance = instance(&served, &engine).await;
    let mut missed = Vec::new();
    for (number, point) in points.iter().enumerate() {
        // As every drill finds it: one runs, one sleeps, one is about to go.
        let (status, body) = served
            .post(&format!("/workspaces/{}/pause", ids.sleeper), json!({}))
            .await;
        assert!(
            status < 300 || status == 404 || status == 409,
            "{status} {body}"
        );
        converges(&served, &engine, &instance, point).await;
        let org = served.folder().join(format!("org-{number}"));
        let name = format!("Org {number}");
        GeneratedOrg {
            name,
            teams: 1,
            members: 1,
            runtime: "mock".into(),
            tier: 2,
        }
        .write(&org)
        .unwrap();
        let before = served.workspaces().await;

        served
            .again(&[("FAILPOINTS", &format!("{point}=return(abort)"))])
            .await;
        provoke(&served, &engine, point, &ids, &org).await;
        match tokio::time::timeout(seconds(40), served.ended()).await {
            Ok(code) => println!("{point}: ended ({code:?})"),
            Err(_) => {
                missed.push(*point);
                println!("{point}: not met");
            }
        }
        served.again(&[]).await;
        converges(&served, &engine, &instance, point).await;

        let after = served.workspaces().await;
        let named = |list: &[Value], id: &str| list.iter().any(|one| one["id"] == id);
        for one in before.iter().filter(|one| one["id"] != ids.doomed.as_str()) {
            assert!(named(&after, &id(one)), "{point}: {} is lost", one["name"]);
        }
        match point.split('.').next().unwrap() {
            "import" => whole_or_nothing(&served, point, &org, after.len() - before.len()).await,
            "save" => both_or_none(&served, point, &org).await,
            "start" => {
                served
                    .until(&ids.sleeper, "being online", minutes(2), |one| {
                        one["status"] == "online"
                    })
                    .await;
            }
            "stop" => {
                // The word was acknowledged before the work began.
                served
                    .until(&ids.steady, "being paused", minutes(1), |one| {
                        one["status"] == "paused"
                    })
                    .await;
                let (status, body) = served
                    .post(&format!("/workspaces/{}/resume", ids.steady), json!({}))
                    .await;
                assert!(status < 300, "{status} {body}");
                served
                    .until(&ids.steady, "being online", minutes(2), |one| {
                        one["status"] == "online"
                    })
                    .await;
            }
            "remove" => {
                assert!(
                    !named(&after, &ids.doomed),
                    "{point}: a deleted one is back"
                );
                let left = engine.volumes("molecule.workspace.id", &ids.doomed).await;
                eventually("no volume of a purged one", seconds(30), || async {
                    engine
                        .volumes("molecule.workspace.id", &ids.doomed)
                        .await
                        .is_empty()
                        .then_some(())
                })
                .await;
                println!("{point}: {} volumes were left at first", left.len());
                ids.doomed = make(&served, &format!("Doomed {number}"), "claude-code").await;
            }
            _ => {}
        }
    }
    assert!(
        missed.is_empty(),
        "the programs were built without these points, or nothing leads to them: {missed:?}"
    );
}

/// Either both files have the change or none has; another save then brings it, and nothing differs any more.
async fn both_or_none(served: &Served, point: &str, org: &std::path::Path) {
    let changed = || {
        ["org.yaml", "teams/team-1.yaml"]
            .iter()
            .filter(|file| {
                std::fs::read_to_string(org.join(file))
                    .unwrap()
                    .contains(CHANGED)
            })
            .count()
    };
    assert!(
        [0, 2].contains(&changed()),
        "{point}: half a save: {} of 2 files",
        changed()
    );
    let (_, registered) = served.post("/org/folders", json!({"path": org})).await;
    let dir = registered["dir"].as_str().unwrap();
    let (status, body) = served
        .post(&format!("/org/folders/{dir}/save"), json!({}))
        .await;
    assert_eq!(status, 200, "{point}: {body}");
    assert_eq!(changed(), 2, "{point}: {body}");
    let body = json!({"dir": dir, "mode": "sync", "dry_run": true});
    let (status, plan) = served.post("/org/import", body).await;
    assert_eq!(status, 200, "{point}: {plan}");
    for item in plan["plan"].as_array().unwrap() {
        assert_eq!(item["action"], "keep", "{point}: {item}");
    }
    let done = served.import(org, json!({})).await;
    for one in done["workspaces"].as_array().unwrap() {
        let id = one["id"].as_str().unwrap();
        let path = format!("/workspaces/{id}?confirm=true&purge=true");
        let (status, body) = served.delete(&path).await;
        assert!(status == 200 || status == 404, "{status} {body}");
    }
}

/// An import that was cut off is there as a whole or not at all; its audit rows are in pairs; it can be done again.
async fn whole_or_nothing(served: &Served, point: &str, org: &std::path::Path, made: usize) {
    let committed = point == "import.committed";
    assert_eq!(
        made,
        if committed { 3 } else { 0 },
        "{point}: an import in part"
    );
    let audit = served
        .events(
            &[
                "org.import.started",
                "org.import.completed",
                "org.import.failed",
            ],
            0,
        )
        .await;
    let mut open = BTreeMap::new();
    for event in &audit {
        let started = event["event_type"] == "org.import.started";
        *open
            .entry(event["payload"]["import_id"].to_string())
            .or_insert(0) += if started { 1 } else { -1 };
    }
    assert!(
        open.values().all(|count| *count == 0),
        "{point}: an import without its partner row: {audit:#?}"
    );
    let done = served.import(org, json!({})).await;
    assert_eq!(done["count"], 3, "{point}: {done}");
    for one in done["workspaces"].as_array().unwrap() {
        let (status, body) = served
            .delete(&format!(
                "/workspaces/{}?confirm=true&purge=true",
                one["id"].as_str().unwrap()
            ))
            .await;
        assert!(status == 200 || status == 404, "{status} {body}");
    }
}

/// Fifty kills under load. The seed is printed; `MOLECULE_TEST_SEED` repeats a run.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_random_kills_lose_nothing() {
    let seed = std::env::var("MOLECULE_TEST_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| rand::rng().next_u64());
    println!("seed: {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    // The load is as fast as it can be; that callers are told to wait is tested elsewhere.
    let options = ServedOptions::with_engine().env("RATE_LIMIT", "1000000");
    let mut served = Served::start(options).await;
    let engine = Engine::connect().await;
    served.stand_ins().await;
    let boxed = [
        make(&served, "Box 1", "claude-code").await,
        make(&served, "Box 2", "claude-code").await,
    ];
    served.online(2, minutes(3)).await;
    let instance = instance(&served, &engine).await;
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    for id in &boxed {
        ledger.lock().await.made(id, "");
    }
    for round in 0..50 {
        let limit = Duration::from_millis(random.random_range(0..1200));
        let lanes: Vec<_> = (0..3)
            .map(|lane| (lane, StdRng::seed_from_u64(random.next_u64())))
            .collect();
        let loads = lanes.into_iter().map(|(lane, random)| {
            ledger::load(
                &served,
                Arc::clone(&ledger),
                random,
                format!("{round}-{lane}"),
                lane == 0,
            )
        });
        // The kill comes while requests are under way; a lane ends when it finds nobody there any more.
        let pid = served.pid().expect("it runs").to_string();
        let kill = async {
            tokio::time::sleep(limit).await;
            let done = tokio::process::Command::new("kill")
                .args(["-KILL", &pid])
                .status()
                .await;
            assert!(
                done.is_ok_and(|status| status.success()),
                "it cannot be killed"
            );
        };
        tokio::join!(futures::future::join_all(loads), kill);
        served.again(&[]).await;
        if let Err(why) = ledger.lock().await.check_rows(&served.workspaces().await) {
            panic!("seed {seed}, kill {round}: {why}");
        }
    }
    converges(&served, &engine, &instance, &format!("seed {seed}")).await;
    let ledger = ledger.lock().await;
    println!("{}", ledger.summary());
    if let Err(why) = ledger.check_rows(&served.workspaces().await) {
        panic!("seed {seed}: {why}");
    }
    if let Err(why) = ledger.check_messages(&served).await {
        panic!("seed {seed}: {why}");
    }
}
