//! Commands, streams, output and events of the simulated twin.

use super::{
    Simulated,
    control::{Operation, missing},
    program::{self, Step},
    tree::plain,
};
use crate::{
    Attached, ContainerState, EngineError, EngineEvent, ExecOutput, ExecSpec, LogChunk, LogOptions,
};
use chrono::SecondsFormat;
use futures::{StreamExt, stream::BoxStream};
use tokio::sync::mpsc;

/// Bytes of a standard stream that wait to be read, as much as a pipe holds.
const STREAM_BUFFER: usize = 64 * 1024;

impl Simulated {
    pub(super) async fn execute(
        &self,
        id: &str,
        spec: &ExecSpec,
    ) -> Result<ExecOutput, EngineError> {
        self.enter(Operation::Exec, id).await?;
        let id = {
            let state = self.lock();
            let found = state.resolve(id).ok_or_else(|| missing(id))?;
            if state
                .containers
                .get(&found)
                .is_none_or(|container| container.state != ContainerState::Running)
            {
                return Err(EngineError::NotRunning {
                    name: id.to_owned(),
                    source: None,
                });
            }
            found
        };
        let Some(steps) = program::parse(&spec.command) else {
            let stderr = format!(
                "{}: not found\n",
                spec.command.first().map_or("", String::as_str)
            )
            .into_bytes();
            return Ok(ExecOutput {
                exit_code: 127,
                stderr,
                ..ExecOutput::default()
            });
        };
        let doing = format!(
            "Running {} in {id}",
            spec.command.first().map_or("a command", String::as_str)
        );
        tokio::time::timeout(spec.timeout, self.run(&id, steps, spec.limit))
            .await
            .map_err(|_| EngineError::Timeout {
                doing,
                after: spec.timeout,
            })
    }

    pub(super) async fn attach_streams(&self, id: &str) -> Result<Attached, EngineError> {
        self.enter(Operation::Attach, id).await?;
        let mut state = self.lock();
        let found = state.resolve(id).ok_or_else(|| missing(id))?;
        let container = state
            .containers
            .get_mut(&found)
            .ok_or_else(|| missing(id))?;
        let (outer, inner) = tokio::io::duplex(STREAM_BUFFER);
        if container.spec.open_stdin {
            container.streams = Some(inner);
        }
        let (output, input) = tokio::io::split(outer);
        Ok(Attached {
            input: Box::pin(input),
            output: tokio_util::io::ReaderStream::new(output).boxed(),
        })
    }

    pub(super) async fn read_logs(
        &self,
        id: &str,
        options: &LogOptions,
    ) -> Result<BoxStream<'static, Result<LogChunk, EngineError>>, EngineError> {
        self.enter(Operation::Logs, id).await?;
        let output = {
            let state = self.lock();
            let found = state.resolve(id).ok_or_else(|| missing(id))?;
            state
                .containers
                .get(&found)
                .ok_or_else(|| missing(id))?
                .output
                .subscribe()
        };
        let first = options.tail.map_or(0, |lines| {
            output
                .borrow()
                .chunks
                .len()
                .saturating_sub(usize::try_from(lines).unwrap_or(usize::MAX))
        });
        let options = options.clone();
        Ok(
            futures::stream::unfold((output, first), move |(mut output, mut index)| {
                let options = options.clone();
                async move {
                    loop {
                        let (next, ended) = {
                            let seen = output.borrow_and_update();
                            (seen.chunks.get(index).cloned(), seen.ended)
                        };
                        match next {
                            Some((at, mut chunk)) => {
                                index += 1;
                                if options.since.is_some_and(|second| at.timestamp() < second) {
                                    continue;
                                }
                                if options.timestamps {
                                    let mut line = format!(
                                        "{} ",
                                        at.to_rfc3339_opts(SecondsFormat::Nanos, true)
                                    )
                                    .into_bytes();
                                    line.append(&mut chunk.bytes);
                                    chunk.bytes = line;
                                }
                                return Some((Ok(chunk), (output, index)));
                            }
                            None if ended || !options.follow => return None,
                            // The container was removed.
                            None => output.changed().await.ok()?,
                        }
                    }
                }
            })
            .boxed(),
        )
    }

    pub(super) async fn watch(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, EngineError>>, EngineError> {
        self.enter(Operation::Events, "").await?;
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut state = self.lock();
        if !state.up {
            return Err(self.away());
        }
        state
            .watchers
            .push((self.installation.instance.to_string(), sender));
        Ok(
            futures::stream::unfold(receiver, |mut receiver| async move {
                receiver.recv().await.map(|event| (event, receiver))
            })
            .boxed(),
        )
    }

    async fn run(&self, id: &str, steps: Vec<Step>, limit: usize) -> ExecOutput {
        let mut output = ExecOutput::default();
        let keep = |kept: &mut Vec<u8>, bytes: &[u8]| {
            let room = limit.saturating_sub(kept.len()).min(bytes.len());
            kept.extend_from_slice(&bytes[..room]);
            room < bytes.len()
        };
        for step in steps {
            match step {
                Step::Print(bytes) => output.truncated |= keep(&mut output.stdout, &bytes),
                Step::PrintError(bytes) => output.truncated |= keep(&mut output.stderr, &bytes),
                Step::Cat(path) => match self.file(id, &path) {
                    Some(content) => output.truncated |= keep(&mut output.stdout, &content),
                    None => {
                        let text = format!(
                            "cat: can't open '{}': No such file or directory\n",
                            plain(&path)
                        );
                        keep(&mut output.stderr, text.as_bytes());
                        output.exit_code = 1;
                        return output;
                    }
                },
                Step::Move(from, to) => {
                    if let Err(text) = self.lock().rename(id, &from, &to) {
                        keep(&mut output.stderr, text.as_bytes());
                        output.exit_code = 1;
                        return output;
                    }
                }
                Step::Remove(path) => self.lock().remove_path(id, &path),
                Step::EndAtTerm(_) | Step::Echo => {}
                Step::Wait => std::future::pending::<()>().await,
                Step::EatMemory => {
                    output.exit_code = 137;
                    return output;
                }
                Step::Exit(code) => {
                    output.exit_code = code;
                    return output;
                }
            }
        }
        output
    }
}
