//! Events and output over time.

use super::{Subject, ended, events_until, output, spec, started};
use containers::{Engine, EngineKind, EventKind, LogOptions, MIB};
use futures::{FutureExt, StreamExt};
use std::time::Duration;

/// Nothing that happens after the call is missed, in order, and nothing of others is told (D50).
pub async fn events_tell_all_after_the_call(subject: &Subject<'_>) {
    subject.other.ensure_network().await.unwrap();
    let mut events = subject.engine.events().await.unwrap();
    let mut foreign = subject.other.events().await.unwrap();
    let mut spec = spec(subject, &["sh", "-c", "exit 5"]);
    spec.generation = 3;
    let id = started(subject, &spec).await;
    ended(subject, &id).await;
    subject.engine.remove(&id).await.unwrap();
    let seen = events_until(&mut events, &id, |event| event.event == EventKind::Destroy).await;
    let kinds: Vec<&EventKind> = seen.iter().map(|event| &event.event).collect();
    assert_eq!(
        kinds,
        [
            &EventKind::Start,
            &EventKind::Die { exit_code: Some(5) },
            &EventKind::Destroy
        ]
    );
    assert!(
        seen.iter()
            .all(|event| event.workspace_id == spec.workspace_id
                && event.generation == Some(3)
                && event.name == spec.name),
        "{seen:?}"
    );
    assert!(seen.is_sorted_by_key(|event| event.at_nanos), "{seen:?}");

    // What the other installation does next is the first it hears of.
    let own = own_container(subject.other, subject).await;
    let first = foreign.next().await.unwrap().unwrap();
    assert_eq!(first.container_id, own);
    assert!(
        events.next().now_or_never().is_none(),
        "and we do not hear of it"
    );
}

async fn own_container(engine: &dyn Engine, subject: &Subject<'_>) -> String {
    let id = engine.create(&spec(subject, &["true"])).await.unwrap();
    engine.start(&id).await.unwrap();
    id
}

/// A container that takes more memory than it may is told apart from one that crashed.
pub async fn memory_exhaustion_is_told(subject: &Subject<'_>) {
    let mut events = subject.engine.events().await.unwrap();
    // The first process outlives the one that is killed: an engine that hears of both at once may drop the verdict.
    let mut spec = spec(subject, &["sh", "-c", "tail /dev/zero; sleep 1; exit 137"]);
    spec.limits.memory_bytes = 16 * MIB;
    let id = started(subject, &spec).await;
    let seen = events_until(&mut events, &id, |event| {
        matches!(event.event, EventKind::Die { .. })
    })
    .await;
    assert!(
        matches!(
            seen.last().unwrap().event,
            EventKind::Die {
                exit_code: Some(137)
            }
        ),
        "{seen:?}"
    );
    if subject.engine.info().await.unwrap().kind == EngineKind::Podman {
        // Podman 4 never says why a program was killed; the exit code is all there is.
        assert_eq!(ended(subject, &id).await.exit_code, Some(137));
        return;
    }
    // The engine hears of the kernel's verdict beside the end of the process, and may note it a moment later.
    let mut info = ended(subject, &id).await;
    for _ in 0..100 {
        if info.out_of_memory {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        info = ended(subject, &id).await;
    }
    panic!("the end was never told to be for want of memory: {info:?}");
}

/// Following gives what is there and what comes, and ends with the container; `tail` and times work.
pub async fn output_is_followed_to_its_end(subject: &Subject<'_>) {
    let id = started(
        subject,
        &spec(subject, &["sh", "-c", "echo one; echo two; echo three"]),
    )
    .await;
    assert_eq!(output(subject, &id).await.0, "one\ntwo\nthree\n");
    ended(subject, &id).await;
    let read = async |options: LogOptions| {
        let pieces: Vec<_> = subject
            .engine
            .logs(&id, &options)
            .await
            .unwrap()
            .collect()
            .await;
        let bytes: Vec<u8> = pieces
            .into_iter()
            .flat_map(|piece| piece.unwrap().bytes)
            .collect();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(
        read(LogOptions {
            tail: Some(2),
            ..LogOptions::default()
        })
        .await,
        "two\nthree\n"
    );
    let stamped = read(LogOptions {
        tail: Some(1),
        timestamps: true,
        ..LogOptions::default()
    })
    .await;
    let (time, text) = stamped.split_once(' ').expect("a time and a blank");
    assert_eq!(text, "three\n");
    assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{time}");
}
