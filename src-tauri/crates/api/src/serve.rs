//! Binding: loopback, plus the container network's gateway where containers need it (contract 01 section 1.3).

use crate::{
    app::{App, app},
    connections::accept,
};
use axum::Router;
use platform::{
    Platform, env,
    shell::{QuitAgents, Shell},
};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use store::rows;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Port of the contract.
const PORT: u16 = 8080;
/// Pause before an address of the container network is tried again; grows with each failure.
const RETRY: Duration = Duration::from_millis(100);
/// Time that calls to agents get at a stop, of the 30 s that requests get.
const CALLS: Duration = Duration::from_secs(10);
/// A bridge that is just coming up is no error.
const TRIES_BEFORE_TELLING: u32 = 10;

/// How to serve.
#[derive(Clone, Default)]
pub struct ServeOptions {
    /// Port; 0 picks a free one, `None` the one this data folder used before, else `PORT`, else 8080.
    pub port: Option<u16>,
    /// The desktop.
    pub shell: Option<Arc<dyn Shell>>,
}

/// The API could not be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port a person named is taken.
    #[error(
        "port {port} is in use by another program; choose another with --port, or 0 for any free one"
    )]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// No address could be bound.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The local socket for faces could not be made.
    #[error(
        "cannot make the local socket through which the app's own windows and commands find it: {0}"
    )]
    Socket(io::Error),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The figures of `/metrics` could not be set up.
    #[error("cannot set up the figures of /metrics: {0}")]
    Metrics(#[from] prometheus::Error),
}

/// A served platform.
pub struct Server {
    /// Port on loopback.
    pub port: u16,
    platform: Platform,
    state: App,
    listeners: TaskTracker,
}

/// Binds and serves.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(platform: Platform, options: ServeOptions) -> Result<Server, ServeError> {
    let listener = bind(&platform, options.port).await?;
    let port = listener.local_addr().map_err(ServeError::Socket)?.port();
    let state = App::new(platform.clone(), options.shell)?;
    let router = app(state.clone());
    let listeners = TaskTracker::new();
    listeners.spawn(accept(
        listener,
        router.clone(),
        state.ending.clone(),
        CancellationToken::new(),
    ));
    platform.add_host(&host_name(bind_address()));
    platform.listening(port).map_err(ServeError::Socket)?;
    listeners.spawn(follow_network(state.clone(), router, port));
    listeners.close();
    Ok(Server {
        port,
        platform,
        state,
        listeners,
    })
}

impl Server {
    /// A link that opens the canvas in a browser, once, within 30 seconds.
    ///
    /// # Errors
    /// When no ticket can be made.
    pub fn link(&self) -> io::Result<String> {
        let ticket = self
            .state
            .gate
            .ticket(crate::auth::Source::Fixed(crate::Who::App))
            .map_err(|error| io::Error::other(format!("no ticket: {}", error.status())))?;
        Ok(format!("http://127.0.0.1:{}/#t={ticket}", self.port))
    }

    /// The platform behind it.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Stops in order: no new requests, background work ends, requests under way get 30 s (those that wait for an agent
    /// 10 s), WebSockets are closed, then the rooms (contract 01 section 1.1).
    pub async fn stop(self, agents: QuitAgents) {
        self.state.ending.ask();
        self.listeners.wait().await;
        self.platform.end_background().await;
        let mut drained = pin!(self.state.ending.drain());
        // An agent may think for minutes. Whoever still waits for one then gets an answer, not a cut connection.
        let late = async {
            tokio::time::sleep(CALLS).await;
            self.platform.end_calls().await;
        };
        tokio::select! {
            () = drained.as_mut() => {}
            () = late => drained.await,
        }
        self.platform.stop(agents).await;
    }
}

/// The named port, else the one this data folder used before, else `PORT` or 8080, else any free one.
async fn bind(platform: &Platform, named: Option<u16>) -> Result<TcpListener, ServeError> {
    let at = |port| SocketAddr::new(bind_address(), port);
    if let Some(port) = named {
        return TcpListener::bind(at(port))
            .await
            .map_err(|source| match source.kind() {
                io::ErrorKind::AddrInUse => ServeError::PortTaken { port },
                _ => ServeError::Listen {
                    address: at(port),
                    source,
                },
            });
    }
    let before: Option<u16> = rows::settings::get(platform.store().read(), "port").await?;
    let usual = env::positive("PORT").and_then(|port| u16::try_from(port).ok());
    let wanted = before.or(usual).unwrap_or(PORT);
    let listener = match TcpListener::bind(at(wanted)).await {
        Ok(listener) => listener,
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            tracing::warn!(
                port = wanted,
                "the port is in use by another program; a free one is taken instead"
            );
            TcpListener::bind(at(0))
                .await
                .map_err(|source| ServeError::Listen {
                    address: at(0),
                    source,
                })?
        }
        Err(source) => {
            return Err(ServeError::Listen {
                address: at(wanted),
                source,
            });
        }
    };
    let port = listener.local_addr().map_err(ServeError::Socket)?.port();
    if before != Some(port) {
        platform
            .store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::settings::set(write.conn(), "port", &port, &now).await
                })
            })
            .await?;
    }
    Ok(listener)
}

/// An address as a `Host` header has it.
fn host_name(address: IpAddr) -> String {
    match address {
        // Nobody may call us by "every address"; requests are let in by the one they arrived at.
        address if address.is_unspecified() => String::from("localhost"),
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => format!("[{six}]"),
    }
}

fn bind_address() -> IpAddr {
    env::text("BIND_ADDR")
        .and_then(|address| address.trim().parse().ok())
        .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

/// Listens on the container network's gateway as long as that network is there (contract 04 D12). Some engines bring the
/// bridge up only with the first container, so an address that cannot be bound yet is tried again.
async fn follow_network(state: App, router: Router, port: u16) {
    let platform = &state.platform;
    let stop = state.ending.asked.clone();
    let watched = platform.watch("network-listener", clock::ROUND);
    let mut engine = platform.reconciler().engine_state();
    let mut bound: Option<(IpAddr, CancellationToken)> = None;
    let mut failures = 0_u32;
    loop {
        watched.tick();
        let (wanted, relay) = {
            let status = engine.borrow_and_update();
            (status.reach_listen, status.relay_host.clone())
        };
        if let Some(name) = relay {
            platform.add_host(&name);
        }
        if bound.as_ref().map(|(address, _)| *address) != wanted {
            if let Some((_, old)) = bound.take() {
                old.cancel();
            }
            if let Some(address) = wanted {
                match TcpListener::bind(SocketAddr::new(address, port)).await {
                    Ok(listener) => {
                        platform.add_host(&host_name(address));
                        let token = CancellationToken::new();
                        tokio::spawn(accept(
                            listener,
                            router.clone(),
                            state.ending.clone(),
                            token.clone(),
                        ));
                        bound = Some((address, token));
                        failures = 0;
                    }
                    Err(error) => {
                        failures += 1;
                        if failures == TRIES_BEFORE_TELLING {
                            tracing::error!(
                                %error, %address, port,
                                "cannot listen where containers reach this computer; agents cannot register until this works"
                            );
                        }
                    }
                }
            }
        }
        let waits = wanted.is_some() && bound.is_none();
        tokio::select! {
            changed = engine.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(RETRY * failures.min(50)), if waits => {}
            () = watched.asked() => {}
            () = stop.cancelled() => return,
        }
    }
}
