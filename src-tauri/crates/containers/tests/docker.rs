//! A real engine does what the suite asks. Run through `scripts/with-engine.sh`, which starts one if none answers.
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod conformance;
mod suite;

use conformance::{Subject, busybox_image, clean};
use containers::{
    ContainerSpec, Docker, Engine, ExecSpec, Installation, TierOverrides,
    archive::{Archive, Owner},
    limits,
    locate::{Surroundings, find},
    names::container_name,
};
use futures::{FutureExt, future::BoxFuture};
use std::{io::Write, net::TcpListener, panic::AssertUnwindSafe, time::Duration};
use uuid::Uuid;

/// A view of the engine with an installation, network and image name of its own.
async fn connect() -> Docker {
    let instance = Uuid::new_v4();
    let installation = Installation {
        instance,
        network: format!("molecule-test-{}", instance.simple()),
    };
    let search = find(&Surroundings::of_process(), &installation).await;
    let tried = search.tried;
    let (docker, _) = search.found.unwrap_or_else(|| {
        panic!("no container engine answers; run the tests through scripts/with-engine.sh. Tried: {tried:#?}")
    });
    docker
}

async fn with(case: impl for<'a> FnOnce(Subject<'a>) -> BoxFuture<'a, ()>) {
    let engine = connect().await;
    let other = connect().await;
    let image = format!("localhost/molecule-test:{}", Uuid::new_v4().simple());
    busybox_image(&engine, &image).await;
    let outcome = AssertUnwindSafe(case(Subject {
        engine: &engine,
        other: &other,
        image: &image,
    }))
    .catch_unwind()
    .await;
    clean(&engine).await;
    clean(&other).await;
    engine.remove_image(&image).await.unwrap();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

whole_suite!();

/// D12: the address that `reach` gives is this machine as seen from inside a container of our network.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_container_reaches_the_platform() {
    with(|subject| {
        Box::pin(async move {
            let reach = subject.engine.reach().await.unwrap();
            let address = reach.listen_on.unwrap_or([127, 0, 0, 1].into());
            let id = Uuid::new_v4().to_string();
            let mut spec =
                ContainerSpec::new(container_name(&id), subject.image, limits(2, &TierOverrides::default()));
            spec.workspace_id = Some(id);
            spec.extra_hosts = reach.extra_hosts();
            let container = subject.engine.create(&spec).await.unwrap();
            subject.engine.start(&container).await.unwrap();
            // Some engines bring the bridge up with the first container only, so the listener comes after it.
            let listener = TcpListener::bind((address, 0)).unwrap();
            let url = format!("http://{}:{}/health", reach.host_name(), listener.local_addr().unwrap().port());
            std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = std::io::Read::read(&mut stream, &mut [0; 1024]);
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nplatform").unwrap();
            });
            let fetched = subject.engine.exec(&container, &ExecSpec::new(["wget", "-qO-", &url])).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&fetched.stdout), "platform", "{fetched:?}");
        })
    })
    .await;
}

/// Section 5 with D47 and D48: the limits are the kernel's, not only words in a request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_are_enforced() {
    with(|subject| {
        Box::pin(async move {
            subject.engine.ensure_network().await.unwrap();
            for tier in [1, 2] {
                let id = Uuid::new_v4().to_string();
                let mut spec = ContainerSpec::new(
                    container_name(&id),
                    subject.image,
                    limits(tier, &TierOverrides::default()),
                );
                spec.workspace_id = Some(id);
                spec.mounts = vec![containers::Mount::Volume {
                    name: containers::names::config_volume(spec.workspace_id.as_deref().unwrap()),
                    target: "/configs".to_owned(),
                    read_only: false,
                }];
                let container = subject.engine.create(&spec).await.unwrap();
                let mut token = Archive::new();
                token
                    .file(".auth_token", b"t", 0o600, Owner::AGENT)
                    .unwrap();
                subject
                    .engine
                    .put(&container, "/configs", token.finish().unwrap())
                    .await
                    .unwrap();
                subject.engine.start(&container).await.unwrap();
                let sh = async |script: &str| {
                    let done = subject
                        .engine
                        .exec(&container, &ExecSpec::new(["sh", "-c", script]))
                        .await
                        .unwrap();
                    (
                        done.exit_code,
                        String::from_utf8(done.stdout).unwrap().trim().to_owned(),
                    )
                };
                let status = sh("cat /proc/self/status").await.1;
                assert!(status.contains("NoNewPrivs:\t1"), "tier {tier}: {status}");
                let capabilities = status
                    .lines()
                    .find_map(|line| line.strip_prefix("CapBnd:\t"))
                    .unwrap()
                    .to_owned();
                let bits = u64::from_str_radix(&capabilities, 16).unwrap();
                // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, NET_BIND_SERVICE by their kernel numbers.
                let allowed = [0, 1, 3, 4, 5, 6, 7, 10]
                    .iter()
                    .fold(0u64, |bits, bit| bits | 1 << bit);
                assert_eq!(bits, if tier == 1 { 0 } else { allowed }, "tier {tier}");
                assert_eq!(
                    sh("cat /configs/.auth_token").await.1,
                    "t",
                    "tier {tier} reads its token"
                );
                assert_eq!(
                    sh("echo x > /tmp/x").await.0,
                    0,
                    "tier {tier} has scratch space"
                );
                assert_eq!(
                    sh("echo x > /etc/x").await.0 != 0,
                    tier == 1,
                    "only tier 1 has a read-only root"
                );
                let uid = sh("id -u").await.1;
                assert_eq!(uid, if tier == 1 { "1000" } else { "0" });
            }
        })
    })
    .await;
}

/// The host name is the container's name (D21), and containers find each other by it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn containers_find_each_other_by_name() {
    with(|subject| {
        Box::pin(async move {
            subject.engine.ensure_network().await.unwrap();
            let mut names = Vec::new();
            for _ in 0..2 {
                let id = Uuid::new_v4().to_string();
                let mut spec = ContainerSpec::new(
                    container_name(&id),
                    subject.image,
                    limits(2, &TierOverrides::default()),
                );
                spec.workspace_id = Some(id);
                spec.command = ["httpd", "-f", "-p", "8000", "-h", "/etc"]
                    .map(str::to_owned)
                    .to_vec();
                let container = subject.engine.create(&spec).await.unwrap();
                subject.engine.start(&container).await.unwrap();
                names.push(spec.name);
            }
            let url = format!("http://{}:8000/hostname", names[1]);
            let wget = ExecSpec {
                timeout: Duration::from_secs(60),
                // The other one may need a moment until it listens.
                ..ExecSpec::new([
                    "sh",
                    "-c",
                    &format!("until wget -qO- {url}; do sleep 0.1; done"),
                ])
            };
            let fetched = subject.engine.exec(&names[0], &wget).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&fetched.stdout).trim(), names[1]);
        })
    })
    .await;
}
