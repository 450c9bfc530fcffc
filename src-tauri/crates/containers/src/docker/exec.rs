//! Commands inside a running container, with their exit code and bounded output.

use super::{Docker, answer};
use crate::{Attached, EngineError, ExecOutput, ExecSpec, Missing};
use bollard::{
    container::LogOutput,
    errors::Error,
    exec::{CreateExecOptions, StartExecOptions, StartExecResults},
    query_parameters::AttachContainerOptions,
};
use futures::StreamExt;

/// What a shell answers for a program that is not there.
const NOT_FOUND: i64 = 127;

impl Docker {
    pub(super) async fn run(&self, id: &str, spec: &ExecSpec) -> Result<ExecOutput, EngineError> {
        let doing = format!(
            "Running {} in {id}",
            spec.command.first().map_or("a command", String::as_str)
        );
        tokio::time::timeout(spec.timeout, self.run_unlimited(id, spec, &doing))
            .await
            .map_err(|_| EngineError::Timeout {
                doing: doing.clone(),
                after: spec.timeout,
            })?
    }

    async fn run_unlimited(
        &self,
        id: &str,
        spec: &ExecSpec,
        doing: &str,
    ) -> Result<ExecOutput, EngineError> {
        let options = CreateExecOptions {
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            cmd: Some(spec.command.clone()),
            env: Some(spec.env.lines()),
            user: spec.user.clone(),
            working_dir: spec.working_dir.clone(),
            ..CreateExecOptions::default()
        };
        let made = self
            .api
            .create_exec(id, options)
            .await
            .map_err(|error| self.exec_failed(doing, id, error))?;
        let mut result = ExecOutput::default();
        match self
            .api
            .start_exec(&made.id, None::<StartExecOptions>)
            .await
        {
            Ok(StartExecResults::Attached { mut output, .. }) => {
                while let Some(piece) = output.next().await {
                    let piece = piece.map_err(|error| self.failed(doing, error))?;
                    let kept = match &piece {
                        LogOutput::StdErr { .. } => &mut result.stderr,
                        _ => &mut result.stdout,
                    };
                    let bytes = piece.as_ref();
                    let room = spec.limit.saturating_sub(kept.len()).min(bytes.len());
                    kept.extend_from_slice(&bytes[..room]);
                    result.truncated |= room < bytes.len();
                }
            }
            Ok(StartExecResults::Detached) => {}
            // Some engines refuse a program that is not there, others let it end with 126 or 127.
            Err(error) if is_missing_program(&error) => {
                result.exit_code = NOT_FOUND;
                result.stderr = answer::cause(&error)
                    .map(|cause| cause.0.into_bytes())
                    .unwrap_or_default();
                return Ok(result);
            }
            Err(error) => return Err(self.exec_failed(doing, id, error)),
        }
        let state = self
            .api
            .inspect_exec(&made.id)
            .await
            .map_err(|error| self.exec_failed(doing, id, error))?;
        result.exit_code = state.exit_code.ok_or_else(|| EngineError::NotRunning {
            name: id.to_owned(),
            source: None,
        })?;
        Ok(result)
    }

    pub(super) async fn attach_streams(&self, id: &str) -> Result<Attached, EngineError> {
        let doing = format!("Attaching to {id}");
        let options = AttachContainerOptions {
            stdin: true,
            stdout: true,
            stderr: false,
            stream: true,
            logs: false,
            detach_keys: None,
        };
        let attached = self
            .api
            .attach_container(id, Some(options))
            .await
            .map_err(|error| self.exec_failed(&doing, id, error))?;
        let output = attached.output.filter_map(|piece| async {
            match piece {
                Ok(LogOutput::StdErr { .. }) => None,
                Ok(piece) => Some(Ok(piece.into_bytes())),
                Err(error) => Some(Err(std::io::Error::other(error))),
            }
        });
        Ok(Attached {
            input: attached.input,
            output: output.boxed(),
        })
    }

    fn exec_failed(&self, doing: &str, id: &str, error: Error) -> EngineError {
        let source = answer::cause(&error);
        let name = id.to_owned();
        match answer::refusal(&error) {
            Some((404, _)) => EngineError::NotFound {
                what: Missing::Container,
                name,
                source,
            },
            Some((409, _)) => EngineError::NotRunning { name, source },
            Some((_, words))
                if words.contains("not running") || words.contains("container state improper") =>
            {
                EngineError::NotRunning { name, source }
            }
            _ => self.failed(doing, error),
        }
    }
}

fn is_missing_program(error: &Error) -> bool {
    answer::refusal(error).is_some_and(|(_, words)| {
        words.contains("executable file") || words.contains("no such file or directory")
    })
}
