//! The stack that the window shows: ours, in this process, or the one of another process that owns the data folder.
//!
//! Everything that this program knows of the platform is in this file.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use api::{ServeOptions, Server};
use platform::shell::QuitAgents;
use platform::{OwnerInfo, Platform, PlatformOptions, StartError};
use tauri::{AppHandle, Url};
use tokio::sync::Mutex;

use crate::os::DesktopShell;

/// How long an owner may take from its lock to its first answer, or from its last answer to its end.
const PATIENCE: Duration = Duration::from_secs(30);

/// The stack could not be opened, asked or stopped. The texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The system names no folder for a program's data, and `MOLECULE_HOME` is not set.
    #[error(
        "There is no place for the data: this system names none. Set MOLECULE_HOME to a folder and start again."
    )]
    NoDataFolder,
    /// The platform did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The server did not start.
    #[error(transparent)]
    Serve(#[from] api::ServeError),
    /// No ticket could be made for the window.
    #[error("The window got no ticket for the canvas: {0}. Start Molecule Desktop again.")]
    Ticket(String),
    /// The process that owns the data folder does not answer as it should.
    #[error(
        "The stack on port {port} does not answer as it should: {why}. End it with `molecule-stack down`, then start again."
    )]
    Silent {
        /// Its port.
        port: u16,
        /// What went wrong.
        why: String,
    },
    /// The settings did not answer.
    #[error("The settings could not be read or written: {0}")]
    Settings(String),
}

/// What Quit does when nobody says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuitPolicy {
    /// Ask the person.
    Ask,
    /// Stop the agents.
    Stop,
    /// Let them run on.
    Keep,
}

/// What opening the stack came to.
pub enum Opened {
    /// There is a stack to show.
    Ready(Box<Stack>),
    /// Another window of the same stack was brought to the front; there is nothing left to do here.
    Raised,
}

/// The stack of one data folder, and how to reach it. Who runs it may change while the window is open.
pub struct Stack {
    options: PlatformOptions,
    shell: Arc<DesktopShell>,
    place: RwLock<Place>,
}

/// Who runs the stack.
#[derive(Clone)]
enum Place {
    /// It runs in this process; the server is taken out when it is stopped.
    Own {
        platform: Platform,
        server: Arc<Mutex<Option<Server>>>,
    },
    /// It runs in the process that owns the data folder, or ran there until it ended.
    OfAnother(OwnerInfo),
}

impl Stack {
    /// The data folder: `MOLECULE_HOME`, else the one the operating system gives programs for their data.
    pub fn data_folder() -> Result<PathBuf, StackError> {
        platform::default_data_dir().ok_or(StackError::NoDataFolder)
    }

    /// Starts the stack in this process, or joins the one that already owns the data folder. When that one has a
    /// window, it is brought to the front instead.
    pub async fn open(app: AppHandle) -> Result<Opened, StackError> {
        let options = options(&Self::data_folder()?);
        let shell = Arc::new(DesktopShell::new(app));
        let place = start_or_join(&options, &shell).await?;
        if let Place::OfAnother(owner) = &place
            && has_window(owner).await?
        {
            return Ok(Opened::Raised);
        }
        Ok(Opened::Ready(Box::new(Self {
            options,
            shell,
            place: RwLock::new(place),
        })))
    }

    fn place(&self) -> Place {
        self.place
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn is_now(&self, place: Place) {
        *self.place.write().unwrap_or_else(PoisonError::into_inner) = place;
    }

    /// Does the stack run in another process, or did it until that ended?
    pub fn is_of_another(&self) -> bool {
        matches!(self.place(), Place::OfAnother(_))
    }

    /// Waits until the other process that runs the stack has ended; returns at once when it runs in this one.
    pub async fn ended(&self) -> std::io::Result<()> {
        match self.place() {
            Place::OfAnother(owner) => platform::owner_gone(&self.options.data_dir, &owner).await,
            Place::Own { .. } => Ok(()),
        }
    }

    /// Waits until another process owns the data folder and answers, and joins it.
    pub async fn join_next(&self) {
        let owner = platform::owner_comes(&self.options.data_dir).await;
        self.is_now(Place::OfAnother(owner));
    }

    /// Starts the stack in this process, where the former owner has ended; joins another that was quicker.
    pub async fn take_over(&self) -> Result<(), StackError> {
        let place = start_or_join(&self.options, &self.shell).await?;
        self.is_now(place);
        Ok(())
    }

    /// Waits until somebody asks this stack to stop, and says what becomes of the agents; `None` when it runs in
    /// another process, which is asked itself.
    pub async fn stop_asked(&self) -> Option<QuitAgents> {
        match self.place() {
            Place::Own { platform, .. } => Some(platform.stop_asked().await),
            Place::OfAnother(_) => None,
        }
    }

    /// Where the window's own storage lies: inside the data folder, so that it goes when the data goes.
    pub fn window_folder(&self) -> PathBuf {
        self.options.data_dir.join("window")
    }

    /// The address of the canvas with a ticket that opens it once, within half a minute.
    pub async fn link(&self) -> Result<Url, StackError> {
        let link = match self.place() {
            Place::Own { server, .. } => {
                let server = server.lock().await;
                let server = server.as_ref().ok_or_else(|| ticket("the app is ending"))?;
                server.link().map_err(ticket)?
            }
            Place::OfAnother(owner) => {
                let why = |why: reqwest::Error| silent(owner.port, &why);
                let answer = post(&owner, "/auth/tickets").await.map_err(why)?;
                let body: wire::Ticket = answer.json().await.map_err(why)?;
                format!("http://127.0.0.1:{}/#t={}", owner.port, body.ticket)
            }
        };
        link.parse().map_err(ticket)
    }

    /// What Quit does, as the person chose. When the settings do not answer, it is asked again.
    pub async fn quit_policy(&self) -> QuitPolicy {
        let Place::Own { platform, .. } = self.place() else {
            return QuitPolicy::Keep;
        };
        let settings = platform.settings().await.ok();
        match settings
            .and_then(|settings| settings.quit_policy)
            .as_deref()
        {
            Some("stop") => QuitPolicy::Stop,
            Some("keep") => QuitPolicy::Keep,
            _ => QuitPolicy::Ask,
        }
    }

    /// Remembers what Quit does from now on.
    pub async fn remember_quit_policy(&self, agents: QuitAgents) -> Result<(), StackError> {
        let Place::Own { platform, .. } = self.place() else {
            return Ok(());
        };
        let word = match agents {
            QuitAgents::Stop => "stop",
            QuitAgents::Keep => "keep",
        };
        let change = wire::Settings {
            quit_policy: Some(word.to_owned()),
            ..wire::Settings::default()
        };
        platform
            .change_settings(change)
            .await
            .map_err(|error| StackError::Settings(error.to_string()))?;
        Ok(())
    }

    /// Stops server and platform; agents stop or stay. A stack of another process is left alone.
    pub async fn stop(&self, agents: QuitAgents) {
        if let Place::Own { server, .. } = self.place()
            && let Some(server) = server.lock().await.take()
        {
            server.stop(agents).await;
        }
    }
}

/// Starts the stack in this process, or finds the process that owns the data folder.
async fn start_or_join(
    options: &PlatformOptions,
    shell: &Arc<DesktopShell>,
) -> Result<Place, StackError> {
    let began = Instant::now();
    loop {
        let owned = match Platform::start(options.clone()).await {
            Ok(platform) => return serve(platform, Arc::clone(shell)).await,
            Err(owned @ StartError::OwnedByAnother { .. }) => owned,
            Err(error) => return Err(error.into()),
        };
        if let Some(owner) = platform::find_owner(&options.data_dir).await.ok().flatten() {
            return Ok(Place::OfAnother(owner));
        }
        // It owns the folder and does not listen: it has just begun to start, or is about to end.
        if began.elapsed() > PATIENCE {
            return Err(owned.into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn serve(platform: Platform, shell: Arc<DesktopShell>) -> Result<Place, StackError> {
    // The port of the last run, where it is free: what the page stored belongs to an address with its port.
    let options = ServeOptions {
        port: None,
        shell: Some(shell),
    };
    let server = api::serve(platform.clone(), options).await?;
    Ok(Place::Own {
        platform,
        server: Arc::new(Mutex::new(Some(server))),
    })
}

fn ticket(why: impl std::fmt::Display) -> StackError {
    StackError::Ticket(why.to_string())
}

fn silent(port: u16, why: &reqwest::Error) -> StackError {
    StackError::Silent {
        port,
        why: why.to_string(),
    }
}

/// Everything real, and a log in the data folder.
fn options(folder: &Path) -> PlatformOptions {
    let options = PlatformOptions::new(folder);
    let console = std::io::stderr().is_terminal();
    if let Err(error) = platform::logs::start(&folder.join("logs"), &options.known_secrets, console)
    {
        // A platform without a log still is a platform; one that cannot write its folder says so itself.
        eprintln!("No log is written to {}: {error}", folder.display());
    }
    options
}

/// Brings the window of another process's stack to the front. Answers whether it has one.
async fn has_window(owner: &OwnerInfo) -> Result<bool, StackError> {
    let answer = post(owner, "/shell/show")
        .await
        .map_err(|why| silent(owner.port, &why))?;
    match answer.status() {
        status if status.is_success() => Ok(true),
        reqwest::StatusCode::NOT_IMPLEMENTED => Ok(false),
        status => Err(StackError::Silent {
            port: owner.port,
            why: status.to_string(),
        }),
    }
}

/// Posts nothing to a route of another process's stack. Loopback never goes through a proxy.
async fn post(owner: &OwnerInfo, path: &str) -> Result<reqwest::Response, reqwest::Error> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(10))
        .build()?;
    client
        .post(format!("http://127.0.0.1:{}{path}", owner.port))
        .bearer_auth(&owner.bearer)
        .send()
        .await
}
