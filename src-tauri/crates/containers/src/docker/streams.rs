//! What goes on over time: a container's output and the engine's events.

use super::{Docker, Endpoint, answer};
use crate::{EngineError, EngineEvent, EventKind, LogChunk, LogOptions, LogSource, Missing, names};
use bollard::{
    container::LogOutput,
    models::EventMessage,
    query_parameters::{EventsOptions, LogsOptions},
};
use chrono::{DateTime, Utc};
use futures::{StreamExt, stream::BoxStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

impl Docker {
    pub(super) async fn read_logs(
        &self,
        id: &str,
        options: &LogOptions,
    ) -> Result<BoxStream<'static, Result<LogChunk, EngineError>>, EngineError> {
        if self.observe(id).await?.is_none() {
            return Err(EngineError::NotFound {
                what: Missing::Container,
                name: id.to_owned(),
                source: None,
            });
        }
        let options = LogsOptions {
            follow: options.follow,
            stdout: true,
            stderr: true,
            since: options
                .since
                .and_then(|second| i32::try_from(second).ok())
                .unwrap_or(0),
            until: 0,
            timestamps: options.timestamps,
            tail: options
                .tail
                .map_or_else(|| "all".to_owned(), |lines| lines.to_string()),
        };
        let endpoint = self.endpoint.clone();
        let doing = format!("Reading the output of {id}");
        Ok(self
            .api
            .logs(id, Some(options))
            .map(move |piece| match piece {
                Ok(LogOutput::StdErr { message }) => Ok(LogChunk {
                    source: LogSource::Stderr,
                    bytes: message.to_vec(),
                }),
                Ok(other) => Ok(LogChunk {
                    source: LogSource::Stdout,
                    bytes: other.into_bytes().to_vec(),
                }),
                Err(error) => Err(answer::translate(&endpoint, &doing, error)),
            })
            .boxed())
    }

    /// Events are asked for from the engine's own "now" on, so that nothing is lost between the return of this call
    /// and the moment the engine has taken the subscription.
    pub(super) async fn watch(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, EngineError>>, EngineError> {
        let info = self
            .api
            .info()
            .await
            .map_err(|error| self.failed("Subscribing to events", error))?;
        let now = info
            .system_time
            .as_deref()
            .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
            .map_or_else(Utc::now, |time| time.with_timezone(&Utc));
        let from = now.timestamp_nanos_opt().unwrap_or(0);
        let mut filters = self.installation.filter();
        filters.insert("type".to_owned(), vec!["container".to_owned()]);
        let options = EventsOptions {
            since: Some(format!(
                "{}.{:09}",
                now.timestamp(),
                now.timestamp_subsec_nanos()
            )),
            until: None,
            filters: Some(filters),
        };
        let api = self.api.clone();
        let endpoint = self.endpoint.clone();
        let (sender, receiver) = mpsc::channel(256);
        let stopped = CancellationToken::new();
        // The reader runs by itself so that a slow consumer does not delay the subscription; it ends with the stream.
        let guard = stopped.clone().drop_guard();
        tokio::spawn(async move {
            let pump = pump(&api, &endpoint, options, from, &sender);
            tokio::select! {
                () = stopped.cancelled() => {}
                () = pump => {}
            }
        });
        Ok(
            futures::stream::unfold((receiver, guard), |(mut receiver, guard)| async move {
                receiver
                    .recv()
                    .await
                    .map(|event| (event, (receiver, guard)))
            })
            .boxed(),
        )
    }
}

async fn pump(
    api: &bollard::Docker,
    endpoint: &Endpoint,
    options: EventsOptions,
    from: i64,
    sender: &mpsc::Sender<Result<EngineEvent, EngineError>>,
) {
    let mut messages = std::pin::pin!(api.events(Some(options)));
    while let Some(message) = messages.next().await {
        let event = match message {
            Ok(message) => match describe(message) {
                Some(event) if event.at_nanos >= from => Ok(event),
                _ => continue,
            },
            Err(error) => Err(
                match answer::translate(endpoint, "Watching events", error) {
                    // A stream that breaks in the middle of a line looks like bad JSON.
                    EngineError::Failed { source, .. } => EngineError::Unavailable {
                        endpoint: endpoint.to_string(),
                        source,
                    },
                    other => other,
                },
            ),
        };
        let is_last = event.is_err();
        if sender.send(event).await.is_err() || is_last {
            return;
        }
    }
    // The engine closed the stream in good order: it is shutting down.
    let _ = sender
        .send(Err(EngineError::Unavailable {
            endpoint: endpoint.to_string(),
            source: None,
        }))
        .await;
}

fn describe(message: EventMessage) -> Option<EngineEvent> {
    let action = message.action?;
    let actor = message.actor?;
    let attributes = actor.attributes.unwrap_or_default();
    let event = match action.as_str() {
        "start" => EventKind::Start,
        "die" | "died" => EventKind::Die {
            exit_code: ["exitCode", "containerExitCode"]
                .iter()
                .find_map(|name| attributes.get(*name))
                .and_then(|code| code.parse().ok()),
        },
        "oom" => EventKind::OutOfMemory,
        "destroy" | "remove" => EventKind::Destroy,
        "health_status: healthy" => EventKind::Health { healthy: true },
        "health_status: unhealthy" => EventKind::Health { healthy: false },
        _ => return None,
    };
    let nanos = message.time_nano.or_else(|| {
        message
            .time
            .and_then(|seconds| seconds.checked_mul(1_000_000_000))
    });
    Some(EngineEvent {
        event,
        container_id: actor.id.unwrap_or_default(),
        name: attributes.get("name").cloned().unwrap_or_default(),
        workspace_id: attributes.get(names::LABEL_WORKSPACE).cloned(),
        generation: attributes
            .get(names::LABEL_GENERATION)
            .and_then(|text| text.parse().ok()),
        at_nanos: nanos.unwrap_or(0),
    })
}
