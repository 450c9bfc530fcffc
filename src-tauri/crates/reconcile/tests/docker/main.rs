//! The reconciler on a real engine with stand-in agents in real containers. Run through `scripts/with-engine.sh`, which
//! starts an engine if none answers; the `stand-in` program has to be built.
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use async_trait::async_trait;
use clock::SystemClock;
use containers::{
    Engine, EngineError, Installation, archive,
    locate::{Surroundings, find},
    names,
};
use futures::FutureExt;
use reconcile::{
    DeliveredFile, Dependencies, EngineSource, Options, Reconciler, STAND_IN, Settings, VaultSlot,
};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use store::{
    NewEvent, NewWorkspace, OpenOptions, Store, StoreError, WorkspaceRow, rows::workspaces as rows,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wire::{Desired, Register, Status, WorkspaceAccess, kind};

/// Removes all containers, volumes and the network of the test's installation.
async fn clean(engine: &dyn Engine) {
    for container in engine.containers().await.unwrap() {
        engine.remove(&container.id).await.unwrap();
    }
    for volume in engine.volumes().await.unwrap() {
        engine.remove_volume(&volume.name).await.unwrap();
    }
    engine.remove_network().await.unwrap();
}

struct Source(Arc<dyn Engine>);

#[async_trait]
impl EngineSource for Source {
    async fn find(&self) -> Result<Arc<dyn Engine>, EngineError> {
        Ok(self.0.clone())
    }
}

/// Answers registers the way the platform does, and everything else with an empty object.
async fn registry(listener: TcpListener, store: Store) {
    while let Ok((stream, _)) = listener.accept().await {
        let store = store.clone();
        tokio::spawn(async move { answer(stream, store).await });
    }
}

async fn answer(mut stream: TcpStream, store: Store) -> Option<()> {
    let mut request = Vec::new();
    let (head, length) = loop {
        let mut piece = [0; 4096];
        let count = stream
            .read(&mut piece)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        request.extend_from_slice(&piece[..count]);
        if let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            break (head, end + 4 + length.unwrap_or(0));
        }
    };
    while request.len() < length {
        let mut piece = [0; 4096];
        let count = stream
            .read(&mut piece)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        request.extend_from_slice(&piece[..count]);
    }
    if head.starts_with("post /registry/register") {
        let body = request
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
            .map(|end| &request[end + 4..])?;
        let register: Register = serde_json::from_slice(body).ok()?;
        workspaces::register(&store, register, false, false)
            .await
            .ok()?;
    }
    let body = "{}";
    let text = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.ok()
}

async fn add(store: &Store, name: &str, template: Option<String>) -> String {
    let id = uuid::Uuid::new_v4().to_string();
    let new = NewWorkspace {
        id: id.clone(),
        name: name.into(),
        role: None,
        tier: 2,
        tier_granted: 2,
        status: Status::Provisioning,
        runtime: "langgraph".into(),
        model: None,
        parent_id: None,
        url: None,
        workspace_dir: None,
        workspace_access: WorkspaceAccess::None,
        budget_limit: None,
        max_concurrent_tasks: 1,
        template_dir: template,
        files_dir: None,
        org_id: None,
        import_key: None,
        desired: Desired::Running,
    };
    store
        .write::<_, StoreError, _>(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::insert(write.conn(), &new, &now).await?;
                write
                    .event(NewEvent::about(
                        &new.id,
                        kind::WORKSPACE_PROVISIONING,
                        serde_json::json!({}),
                    ))
                    .await
            })
        })
        .await
        .unwrap();
    id
}

async fn until(store: &Store, id: &str, wanted: impl Fn(&WorkspaceRow) -> bool) -> WorkspaceRow {
    for _ in 0..1200 {
        let row = rows::get(store.read(), id).await.unwrap().unwrap();
        if wanted(&row) {
            return row;
        }
        assert_ne!(row.status, Status::Failed, "{row:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!(
        "never came: {:?}",
        rows::get(store.read(), id).await.unwrap()
    );
}

/// The platform listens where containers reach it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stand_ins_live_a_whole_life() {
    on_an_engine("0.0.0.0").await;
}

/// The platform listens on loopback only, as if a firewall stood before the bridge: a relay carries every connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stand_ins_live_a_whole_life_behind_a_firewall() {
    on_an_engine("127.0.0.1").await;
}

async fn on_an_engine(platform: &'static str) {
    let instance = uuid::Uuid::new_v4();
    let installation = Installation {
        instance,
        network: format!("molecule-test-{}", instance.simple()),
    };
    let search = find(&Surroundings::of_process(), &installation).await;
    let (docker, _) = search
        .found
        .expect("no container engine answers; run the tests through scripts/with-engine.sh");
    let docker: Arc<dyn Engine> = Arc::new(docker);
    let outcome = AssertUnwindSafe(whole_life(docker.clone(), platform))
        .catch_unwind()
        .await;
    clean(&*docker).await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

async fn whole_life(docker: Arc<dyn Engine>, platform: &str) {
    let dir = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("skills/greet")).unwrap();
    std::fs::write(
        folder.path().join("skills/greet/SKILL.md"),
        "---\nname: greet\n---\nfirst\n",
    )
    .unwrap();
    let clock = Arc::new(SystemClock::new());
    let store = Store::open(OpenOptions::new(
        dir.path().join("store.sqlite"),
        clock.clone(),
    ))
    .await
    .unwrap();
    let listener = TcpListener::bind((platform, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(registry(listener, store.clone()));
    let reconciler = Reconciler::start(Dependencies {
        store: store.clone(),
        clock,
        engines: Arc::new(Source(docker.clone())),
        vault: VaultSlot::default(),
        known_secrets: vault::redact::KnownSecrets::new(),
        platform_url: Arc::new(move |reach| {
            format!(
                "http://{}:{}",
                reach.host_name(),
                reach.port().unwrap_or(port)
            )
        }),
        loopback: Arc::new(move || ([127, 0, 0, 1], port).into()),
        plugins: plugins::Delivery::new(store.clone(), dir.path().join("plugin-archives")),
        options: Options {
            settings: Settings {
                runtime_images: [("*".to_owned(), STAND_IN.to_owned())].into(),
                memory_budget_mb: Some(4096),
                ..Settings::default()
            },
            ..Options::default()
        },
    });

    let template = folder.path().to_string_lossy().into_owned();
    let (first, second) = (
        add(&store, "first", Some(template)).await,
        add(&store, "second", None).await,
    );
    let row = until(&store, &first, |row| {
        row.status == Status::Online && row.provisioning_started_at.is_some()
    })
    .await;
    until(&store, &second, |row| {
        row.status == Status::Online && row.provisioning_started_at.is_some()
    })
    .await;
    let address = row.url.clone().unwrap();
    TcpStream::connect(address.trim_start_matches("http://"))
        .await
        .expect("the agent answers at the address in the row");

    // What the watcher does with a saved skill: it is inside the running container, without a restart.
    std::fs::write(folder.path().join("skills/greet/SKILL.md"), "second\n").unwrap();
    let file = DeliveredFile {
        path: "skills/greet/SKILL.md".into(),
        content: Some(b"second\n".to_vec()),
    };
    reconciler.deliver(&first, vec![file]).await.unwrap();
    let tar = docker
        .get(
            &names::container_name(&first),
            "/configs/skills/greet/SKILL.md",
            65536,
        )
        .await
        .unwrap();
    assert_eq!(
        archive::file(&tar, archive::ReadLimits::default())
            .unwrap()
            .unwrap(),
        b"second\n"
    );

    // A restart keeps it, in another container.
    workspaces::restart(&store, &first, wire::RestartRequest::default())
        .await
        .unwrap();
    let again = until(&store, &first, |row| {
        row.status == Status::Online && row.running_generation == Some(2)
    })
    .await;
    assert_ne!(row.container_id, again.container_id);
    let tar = docker
        .get(
            &names::container_name(&first),
            "/configs/skills/greet/SKILL.md",
            65536,
        )
        .await
        .unwrap();
    assert_eq!(
        archive::file(&tar, archive::ReadLimits::default())
            .unwrap()
            .unwrap(),
        b"second\n"
    );
    reconciler.console(&first, 100).await.unwrap();

    // A container that is killed comes back by itself, with its reason meanwhile.
    reconciler.settled().await;
    docker
        .remove(&names::container_name(&second))
        .await
        .unwrap();
    until(&store, &second, |row| {
        row.status_code.as_deref() == Some("agent_crashed")
    })
    .await;
    until(&store, &second, |row| row.status == Status::Online).await;

    // A relay that is killed is made again, and the next agent gets through.
    let relay = names::relay_name(&docker.installation().instance.to_string());
    let is_relayed = docker.inspect(&relay).await.unwrap().is_some();
    assert_eq!(
        is_relayed,
        platform == "127.0.0.1",
        "only where no address works"
    );
    if is_relayed {
        docker.remove(&relay).await.unwrap();
        workspaces::restart(&store, &second, wire::RestartRequest::default())
            .await
            .unwrap();
        until(&store, &second, |row| {
            row.status == Status::Online && row.running_generation == Some(2)
        })
        .await;
    }

    workspaces::pause(&store, &first).await.unwrap();
    until(&store, &first, |row| row.container_id.is_none()).await;
    assert!(
        docker
            .inspect(&names::container_name(&first))
            .await
            .unwrap()
            .is_none()
    );
    for id in [&first, &second] {
        workspaces::remove(&store, id, true, true).await.unwrap();
    }
    let left = async || {
        let mut containers = docker.containers().await.unwrap();
        // The relay stays for the next agent.
        containers.retain(|container| container.name != relay);
        (containers, docker.volumes().await.unwrap())
    };
    for _ in 0..600 {
        let (containers, volumes) = left().await;
        if containers.is_empty() && volumes.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (containers, volumes) = left().await;
    assert!(
        containers.is_empty() && volumes.is_empty(),
        "{containers:?} {volumes:?}"
    );
}
