//! From start to orderly exit (contract 04 section 17.2).

use crate::agent::Agent;
use crate::command::Mode;
use crate::settings::Settings;
use crate::{beat, prompts, serve, snapshot, watch};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch as signal;

/// Why the agent did not start or did not go on.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A required variable is unset or empty.
    #[error(
        "FATAL: {0} is not set; the platform sets it for its containers, by hand use {0}=… stand-in"
    )]
    Missing(&'static str),
    /// A variable holds something unusable.
    #[error("FATAL: {name} is {value:?}; it must be {wanted}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it may hold.
        wanted: &'static str,
    },
    /// `config.yaml` is missing or cannot be used.
    #[error("FATAL: {0}")]
    Config(String),
    /// The port could not be taken.
    #[error(
        "FATAL: cannot listen on {address}: {cause}; stop what uses that port or choose another with STAND_IN_PORT"
    )]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The system refused something that every program needs.
    #[error("FATAL: {0}")]
    System(#[from] std::io::Error),
    /// No HTTP client could be made.
    #[error("FATAL: cannot make an HTTP client: {0}")]
    Client(reqwest::Error),
}

/// Runs the agent until TERM or an interrupt.
///
/// # Errors
/// [`StartError`] when it cannot start; the text says what to set or free.
pub fn run(listen: Option<SocketAddr>) -> Result<(), StartError> {
    let settings = Settings::from(|name| std::env::var(name).ok(), listen)?;
    if settings.mode == Mode::CrashAtStart {
        eprintln!("stand-in: told to crash at start (STAND_IN_MODE=crash-at-start)");
        std::process::exit(3);
    }
    // Two threads are plenty for one agent, and forty agents run side by side.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let done = runtime.block_on(live(settings));
    // A blocked file read or name look-up must not hold up the exit that TERM asked for.
    runtime.shutdown_background();
    done
}

async fn live(settings: Settings) -> Result<(), StartError> {
    let folder = crate::folder::Folder::open(&settings.configs).map_err(StartError::Config)?;
    let address = settings.listen_address(folder.config().port);
    let socket = TcpListener::bind(address)
        .await
        .map_err(|cause| StartError::Listen { address, cause })?;
    let address = socket.local_addr()?;
    let mut asked_to_stop = std::pin::pin!(stop_signal()?);
    let (beats, pending) = beat::channel();
    let agent = Arc::new(Agent::new(settings, folder, address.port(), beats)?);
    println!("stand-in: {} listening on {address}", agent.name());

    let (stop, stopped) = signal::channel(false);
    let registering = tokio::spawn(prompts::live(agent.clone()));
    let beating = tokio::spawn(beat::beat(agent.clone(), pending));
    let watching = tokio::spawn(watch::watch(agent.clone()));
    let mut serving = tokio::spawn(serve::serve(socket, agent.clone(), stopped));

    let ended = tokio::select! {
        () = &mut asked_to_stop => Ok(()),
        ended = &mut serving => ended.unwrap_or(Ok(())),
    };
    watching.abort();
    registering.abort();
    // Written first: a kill that comes before the grace is over must not lose it.
    snapshot::write(&agent);
    let before = agent.tasks_begun_and_ended();
    let _ = stop.send(true);
    let _ = tokio::time::timeout(agent.settings.grace, agent.idle()).await;
    if agent.tasks_begun_and_ended() != before {
        snapshot::write(&agent);
    }
    beating.abort();
    println!("stand-in: {} stopped", agent.name());
    ended.map_err(StartError::System)
}

/// Done when the system asks this process to stop.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Done when the person presses Ctrl+C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
