//! The simulated twin does what the suite asks of every engine, and what only a twin can do.
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod conformance;
mod suite;

use conformance::{Subject, busybox_image, clean};
use containers::{
    ContainerSpec, ContainerState, Engine, EngineError, EventKind, Installation, Operation,
    Publish, Simulated, TierOverrides,
    archive::{Archive, Owner},
    limits,
};
use futures::{StreamExt, future::BoxFuture};
use std::{
    io::{Read, Write},
    sync::Arc,
    time::Duration,
};
use uuid::Uuid;

async fn with(case: impl for<'a> FnOnce(Subject<'a>) -> BoxFuture<'a, ()>) {
    let engine = Simulated::new(Installation::new(Uuid::new_v4()));
    let other = engine.seen_by(Installation::new(Uuid::new_v4()));
    busybox_image(&engine, "suite:1").await;
    case(Subject {
        engine: &engine,
        other: &other,
        image: "suite:1",
    })
    .await;
    clean(&engine).await;
    assert_eq!(engine.containers().await.unwrap(), []);
    assert_eq!(engine.volumes().await.unwrap(), []);
}

whole_suite!();

fn agent(name: &str) -> ContainerSpec {
    ContainerSpec {
        workspace_id: Some(name.to_owned()),
        publish: vec![Publish::agent()],
        ..ContainerSpec::new(name, "agent:1", limits(2, &TierOverrides::default()))
    }
}

async fn ready() -> Simulated {
    let engine = Simulated::new(Installation::new(Uuid::new_v4()));
    engine.add_image("agent:1");
    engine.ensure_network().await.unwrap();
    engine
}

#[tokio::test]
async fn an_engine_that_goes_away_takes_its_containers_and_comes_back_with_their_remains() {
    let engine = ready().await;
    let id = engine.create(&agent("ws-a")).await.unwrap();
    engine.start(&id).await.unwrap();
    let mut events = engine.events().await.unwrap();
    engine.stop_engine().await;
    assert_eq!(
        events.next().await.unwrap().unwrap_err().code(),
        "docker_unavailable"
    );
    assert!(
        events.next().await.is_none(),
        "the stream ends after its error"
    );
    assert_eq!(
        engine.containers().await.unwrap_err().code(),
        "docker_unavailable"
    );
    assert!(
        engine
            .create(&agent("ws-b"))
            .await
            .unwrap_err()
            .is_passing()
    );
    engine.start_engine();
    let left = engine.containers().await.unwrap();
    assert_eq!(
        (left[0].state, left[0].exit_code),
        (ContainerState::Exited, Some(137))
    );
}

#[tokio::test]
async fn failures_are_injected_once_each_and_in_order() {
    let engine = ready().await;
    let full = EngineError::Failed {
        doing: "Creating ws-a".to_owned(),
        source: None,
    };
    engine.fail_next(Operation::Create, full.clone());
    engine.fail_next(
        Operation::Create,
        EngineError::NameTaken {
            name: "ws-a".to_owned(),
            holder: containers::Holder::Foreign,
        },
    );
    assert_eq!(engine.create(&agent("ws-a")).await, Err(full));
    assert_eq!(
        engine.create(&agent("ws-a")).await.unwrap_err().code(),
        "name_taken"
    );
    assert!(engine.create(&agent("ws-a")).await.is_ok());
    let creations = engine
        .calls()
        .into_iter()
        .filter(|(operation, _)| *operation == Operation::Create)
        .count();
    assert_eq!(creations, 3);
}

#[tokio::test]
async fn an_agent_runs_inside_on_a_real_port_and_sees_its_files() {
    let engine = ready().await;
    engine.on_start(Arc::new(|running| {
        Box::pin(async move {
            let listener = running.listener.as_ref().unwrap().try_clone().unwrap();
            listener.set_nonblocking(false).unwrap();
            let token = running.file("/configs/.auth_token").unwrap();
            std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                stream.write_all(&token).unwrap();
            });
            running.print("serving");
            running.terminated.cancelled().await;
            0
        })
    }));
    let mut spec = agent("ws-a");
    spec.mounts = vec![containers::Mount::Volume {
        name: "v".to_owned(),
        target: "/configs".to_owned(),
        read_only: false,
    }];
    let id = engine.create(&spec).await.unwrap();
    let mut archive = Archive::new();
    archive
        .file(".auth_token", b"secret", 0o600, Owner::AGENT)
        .unwrap();
    engine
        .put(&id, "/configs", archive.finish().unwrap())
        .await
        .unwrap();
    engine.start(&id).await.unwrap();
    let port = engine
        .inspect(&id)
        .await
        .unwrap()
        .unwrap()
        .host_port
        .unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        std::net::TcpStream::connect(("127.0.0.1", port))
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    });
    assert_eq!(answer.await.unwrap(), "secret");
    engine.stop(&id, Duration::from_secs(60)).await.unwrap();
    assert_eq!(
        engine.inspect(&id).await.unwrap().unwrap().exit_code,
        Some(0),
        "it ended by itself when asked"
    );
}

#[tokio::test]
async fn containers_end_by_themselves_when_a_test_says_so() {
    let engine = ready().await;
    let mut events = engine.events().await.unwrap();
    let id = engine.create(&agent("ws-a")).await.unwrap();
    assert!(!engine.exit(&id, 1).await, "it does not run yet");
    engine.start(&id).await.unwrap();
    assert!(engine.exit("ws-a", 42).await);
    engine.start(&id).await.unwrap();
    assert!(engine.exhaust_memory(&id).await);
    let mut kinds = Vec::new();
    for _ in 0..5 {
        kinds.push(events.next().await.unwrap().unwrap().event);
    }
    let die = |code| EventKind::Die {
        exit_code: Some(code),
    };
    assert_eq!(
        kinds,
        [
            EventKind::Start,
            die(42),
            EventKind::Start,
            EventKind::OutOfMemory,
            die(137)
        ]
    );
}

#[test]
fn secrets_of_the_environment_do_not_show_in_debug_output() {
    let mut spec = agent("ws-a");
    spec.env.set("ANTHROPIC_API_KEY", "sk-very-secret");
    let text = format!("{spec:?}");
    assert!(
        text.contains("ANTHROPIC_API_KEY") && !text.contains("sk-very-secret"),
        "{text}"
    );
}
