//! `serve`: the platform in the foreground, until a signal or a face asks it to stop.

use super::Context;
use crate::{
    args::Serve,
    failure::{ENGINE, FAILED, Failure, OWNED, USAGE},
    output,
};
use api::ServeOptions;
use platform::{Mode, Platform, PlatformOptions, StartError, VaultChoice, shell::QuitAgents};
use serde_json::json;
use std::{io::BufRead, sync::Arc};
use tokio::sync::mpsc;
use vault::Secret;

/// Set by `up` for the platform it leaves behind. No flag, because completions would offer it.
pub const DETACHED: &str = "MOLECULE_DETACHED";

/// Runs it.
pub async fn run(context: &Context, serve: Serve) -> Result<(), Failure> {
    let detached = std::env::var_os(DETACHED).is_some();
    if detached {
        detach();
    }
    // Before anything starts, so that a signal during the start ends it in order.
    let mut signals = signals()?;
    let options = options(context, &serve)?;
    super::spawn::private_folder(&context.data_dir)?;
    let logs = context.data_dir.join("logs");
    platform::logs::start(&logs, &options.known_secrets, !detached).map_err(|error| {
        Failure::failed(
            "logs",
            format!("cannot write logs to {}: {error}", logs.display()),
        )
    })?;
    let platform = Platform::start(options).await.map_err(not_started)?;
    let served = api::serve(
        platform.clone(),
        ServeOptions {
            port: serve.port,
            shell: None,
        },
    )
    .await;
    let server = match served {
        Ok(server) => server,
        Err(error) => {
            platform.stop(QuitAgents::Keep).await;
            let code = if matches!(error, api::ServeError::PortTaken { .. }) {
                "port_taken"
            } else {
                "listen"
            };
            return Err(Failure::failed(code, error.to_string()));
        }
    };
    // Who started us may have left (`up` reads one line); that is no reason to stop.
    let _ = announce(context, &serve, &server);
    if !context.json {
        tokio::spawn(tell_secrets(platform.clone()));
    }
    let agents = tokio::select! {
        agents = platform.stop_asked() => agents,
        _ = signals.recv() => on_signal(&platform, &serve).await,
    };
    if !context.json {
        output::note("Stopping. A second signal ends it at once.");
    }
    tokio::select! {
        () = server.stop(agents) => Ok(()),
        _ = signals.recv() => {
            Err(Failure::failed("cut_short", "stopped before everything was in order; the next start puts it right"))
        }
    }
}

fn options(context: &Context, serve: &Serve) -> Result<PlatformOptions, Failure> {
    let mut options = PlatformOptions::new(&context.data_dir);
    if serve.open_dev_mode {
        options.mode = Mode::Open;
    }
    if serve.no_engine {
        options.engines = Some(Arc::new(reconcile::Off));
    }
    if serve.passphrase_stdin {
        options.vault = VaultChoice::Passphrase(passphrase()?);
    }
    Ok(options)
}

/// The first line of standard input.
pub fn passphrase() -> Result<Secret, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    if length == 0 {
        return Err(Failure::usage(
            "--passphrase-stdin: standard input gave no passphrase",
        ));
    }
    line.truncate(length);
    Ok(Secret::from(line))
}

fn not_started(error: StartError) -> Failure {
    let text = error.to_string();
    match error {
        StartError::OwnedByAnother { port, pid } => Failure::new(OWNED, "owned", text)
            .with("port", port)
            .with("pid", pid),
        StartError::CorsOrigin(_) => Failure::new(USAGE, "cors_origins", text),
        StartError::OpenModeRefused(_) => Failure::new(USAGE, "open_mode_refused", text),
        StartError::DataFolder { .. } => Failure::failed("data_folder", text),
        StartError::Open(_) | StartError::Store(_) => Failure::failed("database", text),
        StartError::Messaging(_) | StartError::Credentials(_) => Failure::failed("start", text),
    }
}

fn announce(context: &Context, serve: &Serve, server: &api::Server) -> Result<(), Failure> {
    let url = format!("http://127.0.0.1:{}", server.port);
    let link = if serve.print_link {
        Some(server.link()?)
    } else {
        None
    };
    if serve.open_dev_mode {
        output::note(
            "WARNING: open development mode. Every program on this computer, and every container, can use this platform \
             without a credential. It is for this run only.",
        );
    }
    if context.json {
        let mut body = json!({
            "url": url, "port": server.port, "pid": std::process::id(), "data_dir": context.data_dir,
            "mode": if serve.open_dev_mode { "open" } else { "closed" },
        });
        if let Some(link) = link {
            body["link"] = json!(link);
        }
        return output::document(&body);
    }
    output::say(format!(
        "Molecule Desktop listens on {url}; its data is in {}.",
        context.data_dir.display()
    ))?;
    match link {
        Some(link) => output::say(format!(
            "Open the canvas (works once, within 30 seconds): {link}\n\
             Later, `{1} open` prints another. From your own computer: `ssh -L {0}:127.0.0.1:{0} THIS_HOST` first, then \
             open the link there. Ctrl-C stops.",
            server.port,
            program()
        )),
        None => output::say(format!(
            "`{} open` prints a link to the canvas. Ctrl-C stops.",
            program()
        )),
    }
}

/// This program as the person called it: after `make run` it is not on the search path.
fn program() -> String {
    std::env::args()
        .next()
        .filter(|called| called.contains('/'))
        .unwrap_or_else(|| "molecule-stack".to_owned())
}

/// Says what opens the secrets, where they did not open by themselves.
async fn tell_secrets(platform: Platform) {
    if let Err(failure) = platform.vault().await {
        output::note(format!("Secrets cannot be used yet. {}", failure.text));
    }
}

/// What becomes of agents when nobody said it: what the person chose before, else they stay.
async fn on_signal(platform: &Platform, serve: &Serve) -> QuitAgents {
    let chosen = platform
        .settings()
        .await
        .ok()
        .and_then(|settings| settings.quit_policy);
    if serve.stop_agents || chosen.as_deref() == Some("stop") {
        QuitAgents::Stop
    } else {
        QuitAgents::Keep
    }
}

/// A failure of the engine or the store while a command works beside the platform.
pub fn of_keep(error: &platform::keep::KeepError) -> Failure {
    use platform::keep::KeepError;
    let exit = match error {
        KeepError::InUse => OWNED,
        KeepError::Engine(_) | KeepError::NoEngine { .. } => ENGINE,
        _ => FAILED,
    };
    Failure::new(exit, error.code(), error.to_string())
}

/// A message for every signal that means "stop".
#[cfg(unix)]
fn signals() -> Result<mpsc::Receiver<()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let (sender, receiver) = mpsc::channel(4);
    for kind in [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ] {
        let mut signal = signal(kind)?;
        let sender = sender.clone();
        tokio::spawn(async move {
            while signal.recv().await.is_some() {
                if sender.send(()).await.is_err() {
                    return;
                }
            }
        });
    }
    Ok(receiver)
}

#[cfg(not(unix))]
fn signals() -> Result<mpsc::Receiver<()>, Failure> {
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).await.is_ok() {}
    });
    Ok(receiver)
}

/// A session of its own: Ctrl-C and the end of the terminal that ran `up` do not reach it.
#[cfg(unix)]
fn detach() {
    // Fails only for the leader of a group, which is in nobody's way either.
    let _ = rustix::process::setsid();
}

#[cfg(not(unix))]
fn detach() {}
