//! The way from containers to the platform where no address of this machine works: a container that carries their
//! connections (contract 04 D12, crate `relay`), and the question whether it is needed.

use crate::{
    outcome::{Outcome, Step},
    shared::{Link, Shared},
    start::{self, ImageReady},
    status::Failure,
};
use bytes::Bytes;
use containers::{
    Attached, ContainerSpec, EngineError, ExecSpec, Limits, MIB, Reach, limits, names,
};
use futures::stream::BoxStream;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite, Join},
    task::JoinHandle,
};
use tokio_util::io::StreamReader;

/// Memory of the relay and of the container that asks for the way.
const MEMORY: u64 = 64 * MIB;
/// Pauses between two attempts to have a relay: 1, 2, 4 … 30 s.
const LONGEST: Duration = Duration::from_secs(30);
/// Longer than the asking program is patient.
const PROBE_LIMIT: Duration = Duration::from_secs(20);

/// The task that keeps a relay running; ends with it.
#[derive(Debug)]
pub(crate) struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts the relay and keeps it running for as long as this connection to the engine lasts.
pub(crate) async fn begin(shared: &Arc<Shared>, link: &Link) -> Step<()> {
    if shared.state().relay.is_some() {
        return Ok(());
    }
    let mut streams = Some(make(shared, link).await?);
    let (task, link) = (shared.clone(), link.clone());
    let running = tokio::spawn(async move {
        let mut attempts = 0;
        loop {
            if let Some(session) = streams.take() {
                attempts = 0;
                let platform = (task.deps.loopback)();
                match ::relay::outside(session, platform).await {
                    Ok(()) => tracing::warn!("the relay container ended; it is made again"),
                    Err(error) => tracing::warn!(%error, "the relay broke; it is made again"),
                }
            }
            let pause = Duration::from_secs(1 << attempts).min(LONGEST);
            attempts = (attempts + 1).min(5);
            task.deps.clock.sleep(pause).await;
            match make(&task, &link).await {
                Ok(session) => streams = Some(session),
                Err(failure) => tracing::warn!(?failure, "the relay could not be made"),
            }
        }
    });
    shared.state().relay = Some(Running(running));
    Ok(())
}

type Session = Join<StreamReader<BoxStream<'static, io::Result<Bytes>>, Bytes>, Input>;
type Input = std::pin::Pin<Box<dyn AsyncWrite + Send>>;

/// A new relay container, held by its streams. One of an earlier run is replaced.
async fn make(
    shared: &Arc<Shared>,
    link: &Link,
) -> Step<impl AsyncRead + AsyncWrite + Send + Unpin + use<>> {
    let image = image(shared, link).await?;
    let engine = &link.engine;
    engine.ensure_network().await?;
    let instance = engine.installation().instance.to_string();
    let mut spec = helper(names::relay_name(&instance), &image);
    spec.command = vec!["--relay".to_owned()];
    spec.open_stdin = true;
    let container = engine.create(&spec).await?;
    let Attached { input, output } = engine.attach(&container).await?;
    engine.start(&container).await?;
    let session: Session = tokio::io::join(StreamReader::new(output), input);
    Ok(session)
}

/// Whether a container reaches the platform by this way, asked from a container of the network. `true` when nobody can
/// be asked: the way is what it always was then.
pub(crate) async fn works(shared: &Arc<Shared>, link: &Link, reach: &Reach) -> bool {
    let Ok(image) = image(shared, link).await else {
        return true;
    };
    let url = format!("{}/health", (shared.deps.platform_url)(reach));
    match ask(link, &image, reach, &url).await {
        Ok(works) => works,
        Err(error) => {
            tracing::warn!(%error, "whether containers reach the platform could not be asked");
            true
        }
    }
}

async fn ask(
    link: &Link,
    image: &ImageReady,
    reach: &Reach,
    url: &str,
) -> Result<bool, EngineError> {
    let instance = link.engine.installation().instance.to_string();
    let mut spec = helper(names::probe_name(&instance), image);
    // It waits inside, so that asking is one command with an answer.
    spec.command = vec!["--relay".to_owned()];
    spec.open_stdin = true;
    spec.extra_hosts = reach.extra_hosts();
    let container = link.engine.create(&spec).await?;
    let asked = async {
        let held = link.engine.attach(&container).await?;
        link.engine.start(&container).await?;
        let mut question = ExecSpec::new([::stand_in::image::PROGRAM, "--probe", url]);
        question.timeout = PROBE_LIMIT;
        let answer = link.engine.exec(&container, &question).await?;
        drop(held);
        Ok(answer)
    };
    let answer = asked.await;
    link.engine.remove(&container).await?;
    let answer = answer?;
    if answer.exit_code != 0 {
        tracing::warn!(
            url,
            why = %String::from_utf8_lossy(&answer.stderr).trim(),
            "containers do not reach the platform by its address (a firewall?); a relay container carries their connections"
        );
    }
    Ok(answer.exit_code == 0)
}

fn helper(name: String, image: &ImageReady) -> ContainerSpec {
    let limits = Limits {
        memory_bytes: MEMORY,
        ..limits(1, &containers::TierOverrides::default())
    };
    ContainerSpec::new(name, &image.reference, limits)
}

async fn image(shared: &Arc<Shared>, link: &Link) -> Step<ImageReady> {
    match start::stand_in(shared, &link.engine).await {
        Ok(image) => Ok(image),
        Err(Ok(failure)) => Err(Outcome::Retry(Failure::passing(
            "relay_missing",
            format!(
                "Containers do not reach this computer by an address, and the relay that would carry their connections \
                 cannot be made. {}",
                failure.reason.text
            ),
        ))),
        Err(Err(error)) => Err(error.into()),
    }
}
