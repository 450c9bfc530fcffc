//! From start to end.

use super::{POLITE, Subject, ended, look, output, printed, spec, started};
use containers::{Attached, ContainerState, ExecSpec, Publish};
use futures::StreamExt;
use std::{
    net::{Ipv4Addr, TcpListener},
    time::Duration,
};
use tokio::io::AsyncWriteExt;

/// Exit codes and both output streams come through.
pub async fn programs_end_with_their_code(subject: &Subject<'_>) {
    let id = started(
        subject,
        &spec(subject, &["sh", "-c", "echo out; echo err >&2; exit 3"]),
    )
    .await;
    let info = ended(subject, &id).await;
    assert_eq!(
        (info.state, info.exit_code, info.out_of_memory),
        (ContainerState::Exited, Some(3), false)
    );
    // Which of the two is earlier is not sure for a program this short: engines stamp them in different places.
    assert!(info.started_at.is_some() && info.finished_at.is_some());
    assert_eq!(
        output(subject, &id).await,
        ("out\n".to_owned(), "err\n".to_owned())
    );
}

/// TERM first; KILL only for a program that does not listen (D18).
pub async fn a_container_is_asked_to_end_before_it_is_killed(subject: &Subject<'_>) {
    let id = started(subject, &spec(subject, &["sh", "-c", POLITE])).await;
    printed(subject, &id, "ready").await;
    subject
        .engine
        .stop(&id, Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(
        look(subject, &id).await.exit_code,
        Some(9),
        "it had time to end by itself"
    );
    subject
        .engine
        .stop(&id, Duration::from_secs(1))
        .await
        .unwrap();

    let deaf = started(subject, &spec(subject, &["sleep", "3600"])).await;
    subject
        .engine
        .stop(&deaf, Duration::from_secs(1))
        .await
        .unwrap();
    assert_eq!(look(subject, &deaf).await.exit_code, Some(137));

    subject.engine.start(&id).await.unwrap();
    subject.engine.start(&id).await.unwrap();
    assert_eq!(
        look(subject, &id).await.state,
        ContainerState::Running,
        "an ended one can be started again"
    );
    subject.engine.remove(&id).await.unwrap();
    assert_eq!(
        subject.engine.inspect(&id).await.unwrap(),
        None,
        "removal needs no stop"
    );
}

/// A step repeated after a crash finds its work done.
pub async fn what_is_gone_counts_as_done(subject: &Subject<'_>) {
    for id in ["ws-nobody", "0123456789abcdef"] {
        subject
            .engine
            .stop(id, Duration::from_secs(1))
            .await
            .unwrap();
        subject.engine.remove(id).await.unwrap();
        let start = subject.engine.start(id).await.unwrap_err();
        assert_eq!(start.code(), "not_found", "{start:?}");
        assert_eq!(
            subject
                .engine
                .logs(id, &Default::default())
                .await
                .map(|_| ())
                .unwrap_err()
                .code(),
            "not_found"
        );
    }
    subject.engine.ensure_network().await.unwrap();
    let created = subject
        .engine
        .create(&spec(subject, &["true"]))
        .await
        .unwrap();
    subject
        .engine
        .stop(&created, Duration::from_secs(1))
        .await
        .unwrap();
}

/// Each container gets a port of its own on 127.0.0.1, while it runs.
pub async fn published_ports_are_loopback_and_distinct(subject: &Subject<'_>) {
    let mut ports = Vec::new();
    for _ in 0..2 {
        let mut spec = spec(subject, &["sh", "-c", POLITE]);
        spec.publish = vec![Publish::agent()];
        let id = started(subject, &spec).await;
        let port = look(subject, &id)
            .await
            .host_port
            .expect("a port is published");
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        assert!(taken.is_err(), "the port is really in use on loopback");
        ports.push((id, port));
    }
    assert_ne!(ports[0].1, ports[1].1);
    let listed = subject.engine.containers().await.unwrap();
    assert!(
        listed
            .iter()
            .all(|info| ports.contains(&(info.id.clone(), info.host_port.unwrap_or(0)))),
        "{listed:?}"
    );
    subject
        .engine
        .stop(&ports[0].0, Duration::from_secs(5))
        .await
        .unwrap();
    assert_eq!(look(subject, &ports[0].0).await.host_port, None);
}

/// Each way a start can fail has its own code.
pub async fn start_failures_are_typed(subject: &Subject<'_>) {
    subject.engine.ensure_network().await.unwrap();
    let lost = subject
        .engine
        .create(&spec(subject, &["no-such-program"]))
        .await
        .unwrap();
    let error = subject.engine.start(&lost).await.unwrap_err();
    assert_eq!(error.code(), "start_failed", "{error:?}");

    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut clash = spec(subject, &["sh", "-c", POLITE]);
    clash.publish = vec![Publish {
        container_port: 8000,
        host_port: taken.local_addr().unwrap().port(),
    }];
    let clash = subject.engine.create(&clash).await.unwrap();
    let error = subject.engine.start(&clash).await.unwrap_err();
    assert_eq!(error.code(), "port_conflict", "{error:?}");
    drop(taken);
    subject.engine.start(&clash).await.unwrap();
    subject.engine.remove(&clash).await.unwrap();
    subject.engine.remove(&lost).await.unwrap();

    let orphan = spec(subject, &["true"]);
    subject.engine.remove_network().await.unwrap();
    // Some engines look for the network when they create, others when they start.
    let error = match subject.engine.create(&orphan).await {
        Ok(id) => subject.engine.start(&id).await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(error.code(), "network_missing", "{error:?}");
}

/// Commands give their code and both streams, within limits, and need a running container (D28).
pub async fn commands_run_inside(subject: &Subject<'_>) {
    let id = started(subject, &spec(subject, &[])).await;
    let engine = subject.engine;
    let said = engine
        .exec(
            &id,
            &ExecSpec::new(["sh", "-c", "echo out; echo err >&2; exit 4"]),
        )
        .await
        .unwrap();
    assert_eq!(
        (said.exit_code, said.stdout, said.stderr),
        (4, b"out\n".to_vec(), b"err\n".to_vec())
    );
    let odd = engine
        .exec(&id, &ExecSpec::new(["echo", "$HOME; it's \"plain\""]))
        .await
        .unwrap();
    assert_eq!(
        odd.stdout, b"$HOME; it's \"plain\"\n",
        "no shell takes part"
    );
    let lost = engine
        .exec(&id, &ExecSpec::new(["no-such-program"]))
        .await
        .unwrap();
    assert!([126, 127].contains(&lost.exit_code), "{lost:?}");
    let short = ExecSpec {
        limit: 4,
        ..ExecSpec::new(["echo", "123456789"])
    };
    let short = engine.exec(&id, &short).await.unwrap();
    assert_eq!(
        (short.stdout.as_slice(), short.truncated, short.exit_code),
        (&b"1234"[..], true, 0)
    );
    let slow = ExecSpec {
        timeout: Duration::from_millis(300),
        ..ExecSpec::new(["sleep", "3600"])
    };
    assert_eq!(engine.exec(&id, &slow).await.unwrap_err().code(), "timeout");
    engine.stop(&id, Duration::from_secs(1)).await.unwrap();
    let ended = engine
        .exec(&id, &ExecSpec::new(["true"]))
        .await
        .unwrap_err();
    assert_eq!(ended.code(), "not_running", "{ended:?}");
    let nobody = engine
        .exec("0123456789abcdef", &ExecSpec::new(["true"]))
        .await
        .unwrap_err();
    assert_eq!(nobody.code(), "not_found", "{nobody:?}");
}

/// Bytes go in and come out unchanged, and the program ends when nobody holds its input any more (D12).
pub async fn standard_streams_are_held_from_outside(subject: &Subject<'_>) {
    let mut spec = spec(subject, &["cat"]);
    spec.open_stdin = true;
    subject.engine.ensure_network().await.unwrap();
    let id = subject.engine.create(&spec).await.unwrap();
    let Attached {
        mut input,
        mut output,
    } = subject.engine.attach(&id).await.unwrap();
    subject.engine.start(&id).await.unwrap();
    let bytes: Vec<u8> = (0..=255_u8).cycle().take(100_000).collect();
    let mut back = Vec::new();
    let talk = async {
        for piece in bytes.chunks(7_000) {
            input.write_all(piece).await.unwrap();
            input.flush().await.unwrap();
        }
        while back.len() < bytes.len() {
            back.extend_from_slice(&output.next().await.unwrap().unwrap());
        }
    };
    tokio::time::timeout(super::GUARD, talk)
        .await
        .expect("bytes are missing");
    assert!(back == bytes, "they came back changed");
    input.shutdown().await.unwrap();
    drop((input, output));
    let exit_code = async {
        loop {
            let info = look(subject, &id).await;
            if info.state == ContainerState::Exited {
                return info.exit_code;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let exit_code = tokio::time::timeout(super::GUARD, exit_code).await;
    assert_eq!(exit_code.expect("it goes on without its holder"), Some(0));
}
