//! The life of a simulated container's program: it begins, prints, is asked to end, ends.

use super::{
    Simulated,
    program::{self, Step},
    state::{Container, Process, State},
};
use crate::{ContainerSpec, ContainerState, EngineError, EventKind, LogChunk, LogSource};
use chrono::Utc;
use futures::future::BoxFuture;
use std::{collections::BTreeMap, net::TcpListener, sync::Arc, time::Duration};
use tokio::{io::DuplexStream, sync::watch};
use tokio_util::sync::CancellationToken;

/// What runs in a container: given the view from inside, gives the exit code.
pub type StartHook = Arc<dyn Fn(Running) -> BoxFuture<'static, i64> + Send + Sync>;

/// A simulated container seen from inside.
pub struct Running {
    /// The container's id.
    pub id: String,
    /// What it was made from; its environment is here.
    pub spec: ContainerSpec,
    /// The real loopback port that stands for the agent's port, already bound and not blocking. `None` if nothing is
    /// published. Taken by whoever serves on it; the port is free again when it is dropped.
    pub listener: Option<TcpListener>,
    /// Its standard streams, when somebody attached to them before it began.
    pub streams: Option<DuplexStream>,
    /// Cancelled when the container is asked to end (TERM). Ignoring it means being killed after the grace.
    pub terminated: CancellationToken,
    engine: Simulated,
}

impl Running {
    /// A file of the container as it is now.
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.engine.file(&self.id, path)
    }

    /// All files below a folder, by relative path.
    pub fn files(&self, dir: &str) -> BTreeMap<String, Vec<u8>> {
        let state = self.engine.lock();
        state
            .tree(&self.id, dir)
            .map(|(tree, inside)| tree.files_below(&inside))
            .unwrap_or_default()
    }

    /// Prints a line to standard output.
    pub fn print(&self, line: &str) {
        self.write(LogSource::Stdout, format!("{line}\n").into_bytes());
    }

    /// Prints a line to standard error.
    pub fn print_error(&self, line: &str) {
        self.write(LogSource::Stderr, format!("{line}\n").into_bytes());
    }

    fn write(&self, source: LogSource, bytes: Vec<u8>) {
        if let Some(container) = self.engine.lock().containers.get(&self.id) {
            container
                .output
                .send_modify(|output| output.chunks.push((Utc::now(), LogChunk { source, bytes })));
        }
    }
}

pub(super) fn processes(state: &State) -> Vec<Process> {
    state
        .containers
        .values()
        .filter_map(|container| container.process.clone())
        .collect()
}

/// Kills programs and waits until their containers show it.
pub(super) async fn kill_all(processes: Vec<Process>) {
    for process in &processes {
        process.kill.cancel();
    }
    for mut process in processes {
        // An error means that the run's task is gone, which is over as well.
        let _ = process.over.wait_for(|over| *over).await;
    }
}

/// Asks a program to end and kills it after the grace.
pub(super) async fn end(mut process: Process, grace: Duration) {
    process.term.cancel();
    if tokio::time::timeout(grace, process.over.wait_for(|over| *over))
        .await
        .is_err()
    {
        kill_all(vec![process]).await;
    }
}

/// The container shows that this run has ended, once.
pub(super) fn finish(state: &mut State, id: &str, number: u64, code: i64, out_of_memory: bool) {
    let Some(container) = state.containers.get_mut(id) else {
        return;
    };
    if container
        .process
        .as_ref()
        .is_none_or(|process| process.number != number)
    {
        return;
    }
    container.process = None;
    container.state = ContainerState::Exited;
    container.exit_code = code;
    container.out_of_memory = out_of_memory;
    container.finished_at = Some(Utc::now());
    container.output.send_modify(|output| output.ended = true);
    if out_of_memory {
        state.emit(id, EventKind::OutOfMemory);
    }
    state.emit(
        id,
        EventKind::Die {
            exit_code: Some(code),
        },
    );
}

/// What a container's command line is, as the engine puts it together.
pub(super) fn command(container: &Container) -> Vec<String> {
    let config = &container.image.config;
    let spec = &container.spec;
    let replaced = !spec.entrypoint.is_empty();
    let mut line = if replaced {
        spec.entrypoint.clone()
    } else {
        config.entrypoint.clone()
    };
    let arguments = if spec.command.is_empty() && !replaced {
        &config.cmd
    } else {
        &spec.command
    };
    line.extend(arguments.iter().cloned());
    line
}

/// Binds the ports a container publishes. Real ones, so that a conflict is a real conflict.
pub(super) fn bind(spec: &ContainerSpec) -> Result<Vec<(u16, TcpListener)>, EngineError> {
    if spec.limits.host_network {
        return Ok(Vec::new());
    }
    spec.publish
        .iter()
        .map(|publish| {
            let listener = TcpListener::bind(("127.0.0.1", publish.host_port))?;
            listener.set_nonblocking(true)?;
            Ok((publish.container_port, listener))
        })
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(|error| EngineError::PortConflict {
            name: spec.name.clone(),
            source: Some(crate::Cause(error.to_string())),
        })
}

impl Simulated {
    /// Begins the program of a container that was just marked as running.
    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of one start, given once"
    )]
    pub(super) fn launch(
        &self,
        id: &str,
        spec: ContainerSpec,
        steps: Vec<Step>,
        process: Process,
        over: watch::Sender<bool>,
        mut ports: Vec<(u16, TcpListener)>,
        streams: Option<DuplexStream>,
    ) {
        let hook = self
            .hook
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        let agent = ports
            .iter()
            .position(|(port, _)| *port == crate::AGENT_PORT)
            .map(|index| ports.remove(index).1);
        let engine = self.clone();
        let id = id.to_owned();
        tokio::spawn(async move {
            let running = Running {
                id: id.clone(),
                spec,
                listener: agent,
                streams,
                terminated: process.term.clone(),
                engine: engine.clone(),
            };
            let program = async {
                match hook {
                    // A helper runs no agent.
                    Some(hook) if running.spec.workspace_id.is_some() => {
                        (hook(running).await, false)
                    }
                    _ => walk(running, steps).await,
                }
            };
            let (code, out_of_memory) = tokio::select! {
                biased;
                () = process.kill.cancelled() => (137, false),
                ended = program => ended,
            };
            drop(ports);
            finish(&mut engine.lock(), &id, process.number, code, out_of_memory);
            let _ = over.send(true);
        });
    }
}

/// Goes through the steps; gives the exit code and whether memory ran out.
async fn walk(mut running: Running, steps: Vec<Step>) -> (i64, bool) {
    // The first program of a container ignores TERM unless it asked for it, as the kernel has it.
    let mut at_term = None;
    for step in steps {
        match step {
            Step::Print(bytes) => running.write(LogSource::Stdout, bytes),
            Step::PrintError(bytes) => running.write(LogSource::Stderr, bytes),
            Step::Cat(path) => match running.file(&path) {
                Some(content) => running.write(LogSource::Stdout, content),
                None => {
                    running.print_error(&format!(
                        "cat: can't open '{path}': No such file or directory"
                    ));
                    return (1, false);
                }
            },
            Step::Echo => {
                if let Some(streams) = running.streams.take() {
                    let (mut reader, mut writer) = tokio::io::split(streams);
                    // Whoever hangs up in the middle wants nothing more of it.
                    let _ = tokio::io::copy(&mut reader, &mut writer).await;
                }
            }
            Step::Move(from, to) => {
                let moved = running.engine.lock().rename(&running.id, &from, &to);
                if let Err(text) = moved {
                    running.print_error(text.trim_end());
                    return (1, false);
                }
            }
            Step::Remove(path) => running.engine.lock().remove_path(&running.id, &path),
            Step::EndAtTerm(code) => at_term = Some(code),
            Step::Wait => match at_term {
                Some(code) => {
                    running.terminated.cancelled().await;
                    return (code, false);
                }
                None => std::future::pending::<()>().await,
            },
            Step::EatMemory => return (137, true),
            Step::Exit(code) => return (code, false),
        }
    }
    (0, false)
}

/// The steps of a container's command. An image without files knows no programs and runs until it is asked to end.
pub(super) fn steps(container: &Container) -> Result<Vec<Step>, EngineError> {
    let line = command(container);
    if container.image.files.is_empty() {
        return Ok(program::parse(&line).unwrap_or_else(|| vec![Step::EndAtTerm(0), Step::Wait]));
    }
    let exists = |path: &str| container.files.file(path).is_some();
    let is_there = line.first().is_some_and(|program| {
        exists(program)
            || (!program.contains('/')
                && ["bin", "sbin", "usr/bin"]
                    .iter()
                    .any(|dir| exists(&format!("{dir}/{program}"))))
    });
    if !is_there {
        return Err(EngineError::StartFailed {
            name: container.spec.name.clone(),
            why: "its image lacks the program it should run.".to_owned(),
            source: None,
        });
    }
    Ok(program::parse(&line).unwrap_or_else(|| vec![Step::EndAtTerm(0), Step::Wait]))
}
