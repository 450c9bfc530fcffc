//! A throw-away house: a store in a temporary folder, a simulated clock, a simulated engine whose agents run in this
//! process, and a reconciler that can be dropped and started again on the same store and engine.
#![allow(dead_code)]

use async_trait::async_trait;
use chrono::DateTime;
use clock::{Clock, SimulatedClock};
use containers::{Engine, EngineError, Installation, Operation, Running, Simulated, names};
use reconcile::{Dependencies, EngineSource, Options, Reconciler, Settings, VaultSlot};
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{
    NewEvent, NewWorkspace, OpenOptions, Store, StoreError, WorkspaceRow,
    rows::{self, workspaces as rows_of},
};
use tempfile::TempDir;
use wire::{DeliveryMode, Desired, Register, Status, WorkspaceAccess, kind};

pub const IMAGE: &str = "agent:1";

/// What the agent of a workspace does when its container starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agent {
    /// Registers, and ends when asked to.
    Well,
    /// Runs and says nothing.
    Mute,
    /// Prints its token and a line, and ends with this code.
    Crash(i64),
}

pub struct House {
    pub dir: TempDir,
    pub clock: SimulatedClock,
    pub store: Store,
    pub engine: Simulated,
    pub vault: VaultSlot,
    pub options: Options,
    pub agents: Arc<Mutex<HashMap<String, Agent>>>,
    pub starts: Arc<Mutex<Vec<String>>>,
    /// What the newest container of a workspace was given.
    pub environments: Arc<Mutex<HashMap<String, containers::Environment>>>,
    /// The port the platform listens on.
    pub port: u16,
    reconciler: Option<Reconciler>,
}

struct Source(Simulated);

#[async_trait]
impl EngineSource for Source {
    async fn find(&self) -> Result<Arc<dyn Engine>, EngineError> {
        Ok(Arc::new(self.0.clone()))
    }
}

impl House {
    /// A house with an engine and no reconciler yet.
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = SimulatedClock::at(DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000));
        let store = Store::open(OpenOptions::new(
            dir.path().join("store.sqlite"),
            Arc::new(clock.clone()),
        ))
        .await
        .unwrap();
        let engine = Simulated::new(Installation::new(uuid::Uuid::new_v4()));
        engine.add_image(IMAGE);
        let settings = Settings {
            runtime_images: [("*".to_owned(), IMAGE.to_owned())].into(),
            memory_budget_mb: Some(64 * 1024),
            ..Settings::default()
        };
        let house = Self {
            dir,
            clock,
            store,
            engine,
            vault: VaultSlot::default(),
            options: Options {
                settings,
                stop_grace: Duration::from_secs(2),
                ..Options::default()
            },
            agents: Arc::default(),
            starts: Arc::default(),
            environments: Arc::default(),
            port: 8080,
            reconciler: None,
        };
        house.hire();
        house
    }

    /// A house with a reconciler.
    pub async fn started() -> Self {
        let mut house = Self::new().await;
        house.start();
        house
    }

    /// Simulated containers run an agent in this process.
    fn hire(&self) {
        let (store, agents, starts) =
            (self.store.clone(), self.agents.clone(), self.starts.clone());
        let environments = self.environments.clone();
        self.engine.on_start(Arc::new(move |running: Running| {
            let (store, agents, starts) = (store.clone(), agents.clone(), starts.clone());
            let environments = environments.clone();
            Box::pin(async move {
                let id = running
                    .spec
                    .env
                    .get("WORKSPACE_ID")
                    .unwrap_or_default()
                    .to_owned();
                starts.lock().unwrap().push(id.clone());
                environments
                    .lock()
                    .unwrap()
                    .insert(id.clone(), running.spec.env.clone());
                let agent = agents
                    .lock()
                    .unwrap()
                    .get(&id)
                    .copied()
                    .unwrap_or(Agent::Well);
                match agent {
                    Agent::Crash(code) => {
                        let token = running
                            .spec
                            .env
                            .get("MOLECULE_WORKSPACE_TOKEN")
                            .unwrap_or_default()
                            .to_owned();
                        running.print(&format!("my token is {token}"));
                        running.print("something is wrong");
                        return code;
                    }
                    Agent::Well => {
                        let register = Register {
                            id,
                            url: Some("http://inside:8000".into()),
                            agent_card: json!({"name": "agent"}),
                            delivery_mode: None,
                        };
                        // A pause or a delete may have come first.
                        let _ = workspaces::register(&store, register, false, false).await;
                    }
                    Agent::Mute => {}
                }
                running.terminated.cancelled().await;
                0
            })
        }));
    }

    pub fn start(&mut self) {
        let port = self.port;
        let deps = Dependencies {
            store: self.store.clone(),
            clock: Arc::new(self.clock.clone()),
            engines: Arc::new(Source(self.engine.clone())),
            vault: self.vault.clone(),
            known_secrets: vault::redact::KnownSecrets::new(),
            platform_url: Arc::new(move |reach| {
                format!(
                    "http://{}:{}",
                    reach.host_name(),
                    reach.port().unwrap_or(port)
                )
            }),
            loopback: Arc::new(move || ([127, 0, 0, 1], port).into()),
            plugins: self.plugins(),
            options: self.options.clone(),
        };
        self.reconciler = Some(Reconciler::start(deps));
    }

    /// What brings plugins, over this house's store.
    pub fn plugins(&self) -> plugins::Delivery {
        plugins::Delivery::new(self.store.clone(), self.dir.path().join("plugin-archives"))
    }

    /// The platform is gone at once: every task of the reconciler ends where it is.
    pub async fn kill(&mut self) {
        self.reconciler = None;
        // Aborted tasks are dropped when they would run next.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    pub fn reconciler(&self) -> &Reconciler {
        self.reconciler.as_ref().unwrap()
    }

    pub async fn settled(&self) {
        let settled =
            tokio::time::timeout(Duration::from_secs(60), self.reconciler().settled()).await;
        settled.expect("the reconciler never came to rest");
    }

    /// Time passes while everything is awake, in small steps like a real clock.
    pub async fn pass(&self, seconds: u64) {
        for _ in 0..seconds.div_ceil(5) {
            self.clock.advance(Duration::from_secs(5));
            self.settled().await;
        }
    }

    /// A workspace that should run, tier 2, no files.
    pub fn blank(id: &str, name: &str) -> NewWorkspace {
        NewWorkspace {
            id: id.into(),
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
            template_dir: None,
            files_dir: None,
            org_id: None,
            import_key: None,
            desired: Desired::Running,
        }
    }

    /// Adds a workspace that should run, with the event that tells it.
    pub async fn add(&self, name: &str, change: impl FnOnce(&mut NewWorkspace)) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let mut new = Self::blank(&id, name);
        change(&mut new);
        let about = new.id.clone();
        self.store
            .write::<_, StoreError, _>(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows_of::insert(write.conn(), &new, &now).await?;
                    write
                        .event(NewEvent::about(
                            &about,
                            kind::WORKSPACE_PROVISIONING,
                            json!({"name": new.name}),
                        ))
                        .await
                })
            })
            .await
            .unwrap();
        id
    }

    pub async fn plain(&self, name: &str) -> String {
        self.add(name, |_| {}).await
    }

    pub async fn row(&self, id: &str) -> WorkspaceRow {
        rows_of::get(self.store.read(), id).await.unwrap().unwrap()
    }

    pub async fn status(&self, id: &str) -> (Status, Option<String>) {
        let row = self.row(id).await;
        (row.status, row.status_code)
    }

    /// Waits for a status; what is waited for is always caused by something the test did.
    pub async fn until(&self, id: &str, wanted: Status) -> WorkspaceRow {
        self.until_row(id, |row| row.status == wanted).await
    }

    pub async fn until_row(
        &self,
        id: &str,
        wanted: impl Fn(&WorkspaceRow) -> bool,
    ) -> WorkspaceRow {
        let mut events = self.store.events().subscribe();
        let waited = tokio::time::timeout(Duration::from_secs(60), async {
            loop {
                let row = self.row(id).await;
                if wanted(&row) {
                    return row;
                }
                // Columns can change without an event, so the row is read again now and then as well.
                let _ = tokio::time::timeout(Duration::from_millis(20), events.recv()).await;
            }
        });
        match waited.await {
            Ok(row) => row,
            Err(_) => panic!("never came: {:?}", self.row(id).await),
        }
    }

    pub async fn beat(&self, id: &str) {
        self.store.events().publish_unkept(wire::Event {
            event: kind::WORKSPACE_HEARTBEAT.into(),
            workspace_id: id.into(),
            timestamp: wire::Timestamp(self.clock.now()),
            payload: json!({"active_tasks": 0, "uptime_seconds": 1}),
            seq: None,
        });
        // Beats carry no number, so a command behind it shows that it was heard.
        self.reconciler().release_waiting("nobody").await;
        self.reconciler().release_waiting("nobody").await;
    }

    /// A variable of the newest container of a workspace.
    pub fn variable(&self, id: &str, name: &str) -> Option<String> {
        let environments = self.environments.lock().unwrap();
        environments.get(id)?.get(name).map(str::to_owned)
    }

    /// It works on so many tasks, as its heartbeats said.
    pub async fn tasks(&self, id: &str, tasks: i64) {
        let beat = rows_of::BeatFields {
            active_tasks: Some(tasks),
            ..rows_of::BeatFields::bare(wire::Timestamp(self.clock.now()))
        };
        let beats = [(id.to_owned(), beat)].into();
        self.store
            .write::<_, StoreError, _>(move |write| {
                Box::pin(async move { rows_of::set_beats(write.conn(), &beats).await })
            })
            .await
            .unwrap();
    }

    pub fn behave(&self, id: &str, agent: Agent) {
        self.agents.lock().unwrap().insert(id.to_owned(), agent);
    }

    pub fn container(&self, id: &str) -> String {
        names::container_name(id)
    }

    pub fn count(&self, operation: Operation) -> usize {
        self.engine
            .calls()
            .iter()
            .filter(|(done, _)| *done == operation)
            .count()
    }

    pub async fn containers(&self) -> Vec<containers::ContainerInfo> {
        self.engine.containers().await.unwrap()
    }

    pub fn volumes(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .engine
            .all_volumes()
            .into_iter()
            .map(|volume| volume.name)
            .collect();
        names.sort();
        names
    }

    pub async fn events(&self, name: &str) -> Vec<store::StoredEvent> {
        let filter = store::EventFilter {
            types: vec![name.into()],
            limit: 1000,
            ..Default::default()
        };
        store::events_page(self.store.read(), &filter)
            .await
            .unwrap()
    }

    pub async fn set(
        &self,
        id: &str,
        column: rows::workspaces::Column,
        value: impl Into<rows::workspaces::ColumnValue>,
    ) {
        let (id, value) = (id.to_owned(), value.into());
        self.store
            .write::<_, StoreError, _>(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows_of::set_column(write.conn(), &id, column, value, &now).await?;
                    let body = json!({"changed": [], "needs_restart": false, "reasons": []});
                    write
                        .event(NewEvent::about(&id, kind::WORKSPACE_UPDATED, body))
                        .await
                })
            })
            .await
            .unwrap();
    }

    pub async fn made(&self, id: &str, path: &str, content: &[u8]) {
        let (id, path, content) = (id.to_owned(), path.to_owned(), content.to_vec());
        self.store
            .write::<_, StoreError, _>(move |write| {
                Box::pin(
                    async move { rows::files::set_made(write.conn(), &id, &path, &content).await },
                )
            })
            .await
            .unwrap();
    }

    pub async fn restart(&self, id: &str) {
        workspaces::restart(&self.store, id, wire::RestartRequest::default())
            .await
            .unwrap();
    }

    /// What a first look at the house must find: containers, volumes and rows agree.
    pub async fn assert_whole(&self) {
        let rows = rows_of::list_all(self.store.read()).await.unwrap();
        let containers = self.containers().await;
        for row in &rows {
            let own: Vec<_> = containers
                .iter()
                .filter(|one| one.workspace_id.as_deref() == Some(row.id.as_str()))
                .collect();
            match row.desired {
                Desired::Running => {
                    assert_eq!(own.len(), 1, "{} runs once: {row:?}", row.name);
                    assert_eq!(
                        own[0].state,
                        containers::ContainerState::Running,
                        "{}",
                        row.name
                    );
                    assert_eq!(own[0].generation, Some(row.generation), "{}", row.name);
                    assert_eq!(row.running_generation, Some(row.generation), "{}", row.name);
                    assert_eq!(
                        row.container_id.as_deref(),
                        Some(own[0].id.as_str()),
                        "{}",
                        row.name
                    );
                    assert_eq!(row.status, Status::Online, "{}", row.name);
                    assert!(
                        row.url
                            .as_deref()
                            .unwrap_or_default()
                            .starts_with("http://127.0.0.1:"),
                        "{}",
                        row.name
                    );
                    assert_eq!(row.delivery_mode, DeliveryMode::Push);
                    let config = self.engine.file(&own[0].id, "/configs/config.yaml");
                    assert!(
                        config.is_some_and(|config| !config.is_empty()),
                        "{} has its config",
                        row.name
                    );
                    let token = self
                        .engine
                        .file(&own[0].id, "/configs/.auth_token")
                        .unwrap_or_default();
                    let hash = vault::tokens::TokenHash::of(std::str::from_utf8(&token).unwrap());
                    let found = rows::tokens::find(self.store.read(), hash.as_bytes(), &self.now())
                        .await
                        .unwrap();
                    assert_eq!(
                        found.map(|token| token.workspace_id),
                        Some(row.id.clone()),
                        "{}'s token is valid",
                        row.name
                    );
                }
                Desired::Stopped => {
                    assert!(own.is_empty(), "{} is stopped", row.name);
                    assert!(
                        matches!(row.status, Status::Paused | Status::Hibernated),
                        "{}: {}",
                        row.name,
                        row.status
                    );
                    assert_eq!(row.container_id, None, "{}", row.name);
                }
                Desired::Absent => {
                    assert!(own.is_empty(), "{} is gone", row.name);
                    assert!(
                        !self.volumes().contains(&names::config_volume(&row.id)),
                        "{}",
                        row.name
                    );
                }
            }
        }
        for one in &containers {
            let known = rows
                .iter()
                .any(|row| Some(&row.id) == one.workspace_id.as_ref());
            assert!(known, "no container without a row");
        }
    }

    pub fn now(&self) -> String {
        wire::Timestamp(self.clock.now()).to_storage()
    }
}
