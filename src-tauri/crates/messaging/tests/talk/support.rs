//! The parts of a small platform.

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use clock::{Clock, SimulatedClock, SystemClock};
use futures::future::BoxFuture;
use messaging::{
    AgentFacts, AgentReach, Caller, Dependencies, Messaging, MessagingError, Options, SendOptions,
    SendOutcome, Wake, WakeError,
};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{
    NewEvent, NewWorkspace, OpenOptions, Store, StoreError, WorkspaceRow,
    rows::{
        schedules::ScheduleRow,
        workspaces::{self, Column},
    },
};
use tokio::sync::broadcast;
use wire::{Desired, Event, Status, WorkspaceAccess, kind};

/// Long enough for any machine; only a test that would hang for ever meets it.
const HANG: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct FakeWake {
    pub calls: Mutex<Vec<String>>,
    pub dead: Mutex<HashSet<String>>,
}

impl FakeWake {
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    fn note(&self, what: &str, id: &str) {
        self.calls.lock().unwrap().push(format!("{what} {id}"));
    }
}

#[async_trait::async_trait]
impl Wake for FakeWake {
    async fn wake(&self, id: &str) -> Result<(), WakeError> {
        self.note("wake", id);
        Ok(())
    }

    async fn release_waiting(&self, id: &str) {
        self.note("release", id);
    }

    async fn container_running(&self, id: &str) -> Option<bool> {
        Some(!self.dead.lock().unwrap().contains(id))
    }

    async fn restart_dead(&self, id: &str) {
        self.note("restart", id);
    }
}

#[derive(Default)]
pub struct Facts(pub Mutex<HashMap<String, AgentFacts>>);

impl AgentReach for Facts {
    fn facts(&self, id: &str) -> AgentFacts {
        self.0.lock().unwrap().get(id).copied().unwrap_or_default()
    }
}

pub struct World {
    /// Goes with the world.
    _dir: tempfile::TempDir,
    pub store: Store,
    pub wake: Arc<FakeWake>,
    pub facts: Arc<Facts>,
    pub secrets: vault::redact::KnownSecrets,
    pub clock: Arc<dyn Clock>,
    pub messaging: Messaging,
}

pub fn options() -> Options {
    Options {
        mock_pace: Duration::ZERO,
        connect_timeout: Duration::from_secs(5),
        ..Options::default()
    }
}

pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Store {
    Store::open(OpenOptions::new(path, clock)).await.unwrap()
}

impl World {
    pub async fn new() -> Self {
        Self::with(options(), Arc::new(SystemClock::new())).await
    }

    pub async fn simulated() -> (Self, SimulatedClock) {
        let clock = SimulatedClock::at("2026-05-02T09:00:00Z".parse().unwrap());
        (Self::with(options(), Arc::new(clock.clone())).await, clock)
    }

    pub async fn with(options: Options, clock: Arc<dyn Clock>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&dir.path().join("m.sqlite"), clock.clone()).await;
        let (wake, facts) = (Arc::new(FakeWake::default()), Arc::new(Facts::default()));
        let secrets = vault::redact::KnownSecrets::new();
        let messaging = Messaging::start(Dependencies {
            store: store.clone(),
            clock: clock.clone(),
            wake: wake.clone(),
            agents: facts.clone(),
            secrets: secrets.clone(),
            options,
        })
        .await
        .unwrap();
        Self {
            _dir: dir,
            store,
            wake,
            facts,
            secrets,
            clock,
            messaging,
        }
    }

    /// Another start on the same store, as after the end of the process.
    pub async fn started_anew(&self) -> Messaging {
        Messaging::start(Dependencies {
            store: self.store.clone(),
            clock: self.clock.clone(),
            wake: self.wake.clone(),
            agents: self.facts.clone(),
            secrets: self.secrets.clone(),
            options: options(),
        })
        .await
        .unwrap()
    }

    /// A workspace; `url` makes it one whose container the platform started.
    pub async fn workspace(
        &self,
        name: &str,
        parent: Option<&str>,
        runtime: &str,
        status: Status,
        url: Option<&str>,
    ) -> String {
        add(&self.store, name, parent, runtime, status, url).await
    }

    /// An online container workspace at `url`.
    pub async fn online(&self, name: &str, url: &str) -> String {
        self.workspace(name, None, "langgraph", Status::Online, Some(url))
            .await
    }

    pub async fn set(&self, id: &str, column: Column, value: impl Into<workspaces::ColumnValue>) {
        let (id, value) = (id.to_owned(), value.into());
        write(&self.store, move |write| {
            Box::pin(async move {
                let now = write.stamp();
                workspaces::set_column(write.conn(), &id, column, value, &now).await
            })
        })
        .await;
    }

    /// What the registry does when an agent registers.
    pub async fn comes_online(&self, id: &str, url: &str) {
        comes_online(&self.store, id, url).await;
    }

    pub async fn status(&self, id: &str, status: Status, code: Option<&'static str>) {
        let id = id.to_owned();
        write(&self.store, move |write| {
            Box::pin(async move {
                let now = write.stamp();
                let reason = code.map(|code| (code, "a sentence"));
                workspaces::set_status(write.conn(), &id, &[], status, reason, &now)
                    .await
                    .map(drop)
            })
        })
        .await;
    }

    pub async fn row(&self, id: &str) -> WorkspaceRow {
        workspaces::get(self.store.read(), id)
            .await
            .unwrap()
            .unwrap()
    }

    pub async fn send(&self, id: &str, body: Value) -> Result<SendOutcome, MessagingError> {
        self.messaging
            .send(id, Caller::Person, body, SendOptions::default())
            .await
    }

    pub async fn activity(&self, id: &str) -> Vec<Value> {
        let rows = self
            .messaging
            .activity(id, &Default::default(), messaging::ActivityReader::Other)
            .await
            .unwrap();
        rows.as_array().unwrap().clone()
    }

    pub async fn chat(&self, id: &str) -> Vec<(String, String)> {
        let page = self.messaging.chat_history(id, None, None).await.unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (text(&one["role"]), text(&one["content"])))
            .collect()
    }

    pub fn events(&self) -> broadcast::Receiver<Arc<Event>> {
        self.store.events().subscribe()
    }
}

pub async fn add(
    store: &Store,
    name: &str,
    parent: Option<&str>,
    runtime: &str,
    status: Status,
    url: Option<&str>,
) -> String {
    let id = store::new_id();
    let new = NewWorkspace {
        id: id.clone(),
        name: name.into(),
        role: Some(format!("{name}'s work")),
        tier: 2,
        tier_granted: 2,
        status,
        runtime: runtime.into(),
        model: None,
        parent_id: parent.map(str::to_owned),
        url: url.map(str::to_owned),
        workspace_dir: None,
        workspace_access: WorkspaceAccess::None,
        budget_limit: None,
        max_concurrent_tasks: 1,
        template_dir: None,
        files_dir: None,
        org_id: None,
        import_key: None,
        desired: Desired::Running,
    };
    let container = url.is_some() && runtime != "external";
    let key = id.clone();
    write(store, move |write| {
        Box::pin(async move {
            let now = write.stamp();
            workspaces::insert(write.conn(), &new, &now).await?;
            if container {
                workspaces::set_column(write.conn(), &key, Column::ContainerId, "c0ffee", &now)
                    .await?;
            }
            Ok(())
        })
    })
    .await;
    id
}

pub async fn comes_online(store: &Store, id: &str, url: &str) {
    let (id, url) = (id.to_owned(), url.to_owned());
    write(store, move |write| {
        Box::pin(async move {
            let now = write.stamp();
            workspaces::set_column(write.conn(), &id, Column::Url, url, &now).await?;
            workspaces::set_column(write.conn(), &id, Column::ContainerId, "c0ffee", &now).await?;
            workspaces::set_status(write.conn(), &id, &[], Status::Online, None, &now).await?;
            write
                .event(NewEvent::about(id, kind::WORKSPACE_ONLINE, json!({})))
                .await
                .map(drop)
        })
    })
    .await;
}

pub async fn write<F>(store: &Store, job: F)
where
    F: for<'w> FnOnce(&'w mut store::Write) -> store::WriteFuture<'w, (), StoreError>
        + Send
        + 'static,
{
    store.write::<(), StoreError, F>(job).await.unwrap();
}

/// Waits for the first live event that `is` it.
pub async fn until(
    events: &mut broadcast::Receiver<Arc<Event>>,
    is: impl Fn(&Event) -> bool,
) -> Arc<Event> {
    let found = async {
        loop {
            let event = events.recv().await.unwrap();
            if is(&event) {
                return event;
            }
        }
    };
    tokio::time::timeout(HANG, found)
        .await
        .expect("the event never came")
}

pub fn is<'e>(kind: &'e str, workspace: &'e str) -> impl Fn(&Event) -> bool + 'e {
    move |event| event.event == kind && event.workspace_id == workspace
}

pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANG, future)
        .await
        .expect("it never happened")
}

type Answer = Arc<dyn Fn(Value) -> BoxFuture<'static, Response> + Send + Sync>;

/// An agent of the test on loopback.
pub struct TestAgent {
    pub url: String,
    pub seen: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
}

impl TestAgent {
    pub fn bodies(&self) -> Vec<Value> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .map(|(_, body)| body.clone())
            .collect()
    }

    /// Texts of the messages it saw, in order.
    pub fn texts(&self) -> Vec<String> {
        self.bodies()
            .iter()
            .map(|body| {
                body["params"]["message"]["parts"][0]["text"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }
}

pub async fn agent<F, R>(answer: F) -> TestAgent
where
    F: Fn(Value) -> R + Send + Sync + 'static,
    R: Future<Output = Response> + Send + 'static,
{
    let seen = Arc::new(Mutex::new(Vec::new()));
    let answer: Answer = Arc::new(move |body| Box::pin(answer(body)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new()
        .fallback(any(serve))
        .with_state((seen.clone(), answer));
    tokio::spawn(async move { axum::serve(listener, app).await });
    TestAgent { url, seen }
}

type Seen = Arc<Mutex<Vec<(HeaderMap, Value)>>>;

async fn serve(
    State((seen, answer)): State<(Seen, Answer)>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let body: Value = serde_json::from_str(&body).unwrap();
    seen.lock().unwrap().push((headers, body.clone()));
    answer(body).await
}

/// An agent that echoes.
pub async fn echo() -> TestAgent {
    agent(
        |body| async move { json_answer(200, reply(&body, &format!("echo: {}", text_of(&body)))) },
    )
    .await
}

pub fn text_of(body: &Value) -> String {
    body["params"]["message"]["parts"][0]["text"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

pub fn reply(request: &Value, text: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": request["id"], "result": {"kind": "message", "role": "agent", "messageId": "r-1",
        "parts": [{"kind": "text", "text": text}]}})
}

pub fn json_answer(status: u16, body: Value) -> Response {
    (
        StatusCode::from_u16(status).unwrap(),
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

pub fn raw_answer(status: u16, body: impl Into<Body>) -> Response {
    Response::builder()
        .status(status)
        .body(body.into())
        .unwrap()
}

pub fn says(text: &str) -> Value {
    json!({"method": "message/send", "params": {"message": {"role": "user", "parts": [{"kind": "text", "text": text}]}}})
}

/// A listener that speaks no HTTP: `respond` is written and the connection closed once the request's end was read.
pub async fn raw_agent(respond: &'static [u8]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut taken = Vec::new();
            let mut buffer = [0; 4096];
            while !taken.ends_with(b"}") {
                match socket.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(count) => taken.extend_from_slice(&buffer[..count]),
                }
            }
            let _ = socket.write_all(respond).await;
        }
    });
    url
}

/// An address at which nobody listens.
pub async fn nobody() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// The refusal as an HTTP face writes it: status, header, body without the code.
pub fn told(error: MessagingError) -> (u16, Option<u64>, Value) {
    let mut outcome = error.outcome();
    assert!(outcome.body["code"].is_string(), "every error has a code");
    outcome.body.as_object_mut().unwrap().remove("code");
    (outcome.status, outcome.retry_after, outcome.body)
}

/// A schedule that is on and agreed to.
pub fn schedule_row(workspace: &str, name: &str, cron: &str, next: Option<&str>) -> ScheduleRow {
    ScheduleRow {
        id: store::new_id(),
        workspace_id: workspace.to_owned(),
        name: name.to_owned(),
        cron_expr: cron.to_owned(),
        timezone: "UTC".into(),
        prompt: format!("do {name}"),
        enabled: true,
        last_run_at: None,
        next_run_at: next.map(str::to_owned),
        run_count: 0,
        last_status: String::new(),
        last_error: String::new(),
        source: "runtime".into(),
        wanted: Some(true),
        agreed: true,
        edited: false,
        by_agent: false,
        created_at: "2026-05-02T08:00:00.000000Z".into(),
        updated_at: "2026-05-02T08:00:00.000000Z".into(),
    }
}
