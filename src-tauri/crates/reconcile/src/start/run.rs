//! The steps of a start. Each is one idempotent engine call or one write; before each the row is read again, and what
//! was made is taken back when it is not wanted any more.

use super::{
    config,
    files::{self, Delivery, SourceFile, digest},
    image::ImageReady,
    prepare::{Plan, mint, prepare, spec},
    put::{pack, read_config, resolve},
    setup::{self, Apart},
};
use crate::{
    configs::Configs,
    entry::Seen,
    failpoints::reached,
    outcome::{Outcome, Step},
    rows::Change,
    shared::{Link, Shared},
    status::{Failure, Observed},
};
use containers::{ContainerState, EngineError, Mount, VolumeSpec, names};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use store::{
    StoreError, WorkspaceRow,
    rows::{self, workspaces::Column},
};
use vault::Secret;
use wire::{Desired, Status};

/// Starts a workspace's container for its generation.
pub(crate) async fn start(
    shared: &Arc<Shared>,
    link: &Link,
    id: &str,
    image: &ImageReady,
) -> Outcome {
    reached("start.begin").await;
    let mut made = None;
    let result = steps(shared, link, id, image, &mut made).await;
    match result {
        Ok(()) => Outcome::Done,
        Err(outcome) => {
            // What was made for a start that did not come about goes away again; if even that fails, the leftover is
            // seen and goes before the next start.
            if let Some(container) = made
                && link.engine.remove(&container).await.is_ok()
            {
                shared.entry(id, |entry| entry.seen = None);
            }
            outcome
        }
    }
}

async fn steps(
    shared: &Arc<Shared>,
    link: &Link,
    id: &str,
    image: &ImageReady,
    made: &mut Option<String>,
) -> Step<()> {
    let row = shared.deps_row(id).await?;
    let generation = row.generation;
    let plan = prepare(shared, link, row).await?;
    let sources = files::sources(&shared.deps.store, &plan.row)
        .await
        .map_err(|error| match error {
            files::SourceError::Store(error) => Outcome::from(error),
            files::SourceError::Folder(error) => Outcome::failed(Failure::lasting(
                "config_missing",
                format!("Its files cannot be read: {error}"),
            )),
        })?;
    for skipped in &sources.skipped {
        tracing::warn!(
            workspace = id,
            path = skipped.path,
            why = skipped.why,
            "a file was not copied"
        );
    }
    let known = rows::files::delivered(shared.deps.store.read(), id).await?;
    let whole: BTreeMap<String, SourceFile> = sources.files.clone();
    let delivery = files::delivery(sources, &known, plan.fresh);

    wanted(shared, id, generation).await?;
    for mount in &plan.mounts {
        if let Mount::Volume { name, .. } = mount {
            link.engine
                .ensure_volume(&VolumeSpec {
                    name: name.clone(),
                    workspace_id: Some(id.to_owned()),
                })
                .await?;
            shared.state().volumes.insert(name.clone());
        }
    }
    reached("start.volumes").await;

    wanted(shared, id, generation).await?;
    let token = mint(shared, id).await?;
    reached("start.token").await;

    let scripts = shared.deps.plugins.setups_ahead(id).await?;
    let limit = shared.options().start_limit + setup::allowance(scripts);
    let clock = shared.deps.clock.clone();
    let work = create_and_start(
        shared, link, &plan, image, &token, delivery, known, whole, made,
    );
    tokio::select! {
        done = work => done,
        () = clock.sleep(limit) => Err(Outcome::Retry(Failure::passing(
            "timeout",
            format!("Starting its container took longer than {} seconds. The engine may be busy.", limit.as_secs()),
        ))),
    }
}

#[allow(clippy::too_many_arguments)]
async fn create_and_start(
    shared: &Arc<Shared>,
    link: &Link,
    plan: &Plan,
    image: &ImageReady,
    token: &Secret,
    delivery: Delivery,
    known: BTreeMap<String, String>,
    whole: BTreeMap<String, SourceFile>,
    made: &mut Option<String>,
) -> Step<()> {
    let (row, engine) = (&plan.row, &link.engine);
    let (id, generation) = (row.id.as_str(), row.generation);
    let spec = spec(shared, plan, image, token);
    let spec_hash = spec.spec_hash.clone();
    let container = match engine.create(&spec).await {
        Err(error @ EngineError::ImageMissing { .. }) => {
            // Somebody removed it since it was seen; it is looked for again.
            shared.state().images.remove(&row.runtime);
            return Err(Outcome::Retry(Failure::passing(
                error.code(),
                error.to_string(),
            )));
        }
        other => other.map_err(|error| step_failed(shared, error))?,
    };
    *made = Some(container.clone());
    shared.entry(id, |entry| {
        entry.seen = Some(Seen {
            id: container.clone(),
            state: ContainerState::Created,
            generation: Some(generation),
            host_port: None,
            told_address: spec.labels.get(names::LABEL_ADDRESS).cloned(),
            exit_code: None,
            out_of_memory: false,
            found_dead: false,
        });
    });
    reached("start.create").await;

    // Before it runs, so that its first beat is known to come from the current container.
    let recorded = Change::to(Observed::Starting)
        .of_generation(generation)
        .set(Column::ContainerId, container.as_str())
        .set(Column::RunningGeneration, generation)
        .set(Column::SpecHash, spec_hash)
        .set(Column::NeedsRestart, false)
        .set(Column::Url, "")
        // Whatever is heard from now on comes from this container.
        .set(Column::LastHeartbeatAt, None::<i64>)
        .with("phase", "files");
    if !shared.publish(id, recorded).await? {
        return Err(Outcome::Superseded);
    }
    reached("start.record").await;

    wanted(shared, id, generation).await?;
    let (put, kept) = resolve(link, &container, delivery, &known).await?;
    let mut digests: BTreeMap<String, String> = put
        .iter()
        .map(|(path, file)| (path.clone(), digest(&file.content)))
        .collect();
    digests.extend(kept);
    engine
        .put(&container, "/configs", pack(&put, Some(token))?)
        .await?;
    reached("start.files").await;
    bring_plugins(shared, link, row, &container, image, plan.fresh).await?;
    reached("start.plugins").await;

    let config = match put.get("config.yaml") {
        Some(file) => file.content.clone(),
        None => match read_config(link, &container).await? {
            Some(config) => config,
            None => {
                // The volume lost it; an agent without it would end at once.
                let file = whole
                    .get("config.yaml")
                    .cloned()
                    .into_iter()
                    .map(|file| ("config.yaml".to_owned(), file));
                let again: BTreeMap<String, SourceFile> = file.collect();
                engine
                    .put(&container, "/configs", pack(&again, None)?)
                    .await?;
                again
                    .into_values()
                    .next()
                    .map(|file| file.content)
                    .unwrap_or_default()
            }
        },
    };
    if let Some(port) = plan.port {
        let told = config::with_port(&config, port)
            .map_err(|text| Outcome::failed(Failure::lasting("config_invalid", text)))?;
        digests.insert("config.yaml".to_owned(), digest(&told));
        let file = SourceFile {
            content: told,
            mode: 0o644,
        };
        let files = BTreeMap::from([("config.yaml".to_owned(), file)]);
        engine
            .put(&container, "/configs", pack(&files, None)?)
            .await?;
    }
    reached("start.delivered").await;
    let start_limit = config::provision_timeout(&config);
    shared.entry(id, |entry| entry.start_limit = start_limit);
    let missing = config::missing(&config, &spec.env);
    if !missing.is_empty() {
        let failure = Failure::lasting("missing_env", config::missing_text(&missing));
        return Err(Outcome::Failed(
            failure,
            Box::new(serde_json::Map::from_iter([(
                "missing".to_owned(),
                json!(missing),
            )])),
        ));
    }
    reached("start.check").await;

    wanted(shared, id, generation).await?;
    // Some engines look for the network only now.
    let started = engine.start(&container).await;
    started.map_err(|error| step_failed(shared, error))?;
    let now = shared.awake();
    shared.entry(id, |entry| {
        if let Some(seen) = entry
            .seen
            .as_mut()
            .filter(|seen| seen.id == container && seen.state == ContainerState::Created)
        {
            seen.state = ContainerState::Running;
        }
        entry.started_at = Some(now);
        entry.sign_at = now;
        entry.active_at = now;
        entry.urgent = false;
        entry.condemned = None;
    });
    // From here on it runs; what is left is told by the next look if this is cut off.
    *made = None;
    reached("start.start").await;
    let port = match plan.port {
        Some(port) => Some(port),
        None => published(shared, link, &container).await?,
    };
    shared.entry(id, |entry| {
        if let Some(seen) = entry.seen.as_mut().filter(|seen| seen.id == container) {
            seen.host_port = port;
        }
    });
    reached("start.running").await;
    tell(shared, row, &container, port, digests).await?;
    reached("start.url").await;
    Ok(())
}

/// A network that somebody removed is made again by the next try.
fn step_failed(shared: &Shared, error: EngineError) -> Outcome {
    if !matches!(error, EngineError::NetworkMissing { .. }) {
        return error.into();
    }
    shared.state().network = None;
    Outcome::Retry(Failure::passing(error.code(), error.to_string()))
}

/// Plugins that should be in the volume and are not, or the other way round, before the agent sees it.
async fn bring_plugins(
    shared: &Shared,
    link: &Link,
    row: &WorkspaceRow,
    container: &str,
    image: &ImageReady,
    fresh: bool,
) -> Step<()> {
    let volume = Configs::of(link, container);
    let apart = Apart {
        shared,
        link,
        row,
        image,
    };
    let plugins = &shared.deps.plugins;
    let work = async {
        plugins.at_start(&volume, row, fresh).await?;
        plugins.set_up(&volume, row, &apart).await
    };
    work.await.map_err(|error| match error {
        plugins::PluginError::Store(error) => Outcome::from(error),
        error => Outcome::Retry(Failure::passing(
            "plugins_failed",
            format!("Its plugins could not be brought: {}", whole(&error)),
        )),
    })
}

/// An error with what caused it.
fn whole(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", whole(cause)),
        None => error.to_string(),
    }
}

/// The loopback port; an engine may need a moment to say it (contract 04 section 4.8).
async fn published(shared: &Shared, link: &Link, container: &str) -> Step<Option<u16>> {
    for attempt in 0..3 {
        if attempt > 0 {
            shared.deps.clock.sleep(Duration::from_millis(500)).await;
        }
        match link.engine.inspect(container).await? {
            Some(info) if info.host_port.is_some() => return Ok(info.host_port),
            // Ended at once: the event of its end says the rest.
            Some(info) if info.state != ContainerState::Running => return Ok(None),
            Some(_) => {}
            None => return Ok(None),
        }
    }
    Ok(None)
}

/// Address, start and deliveries, in one write. An agent that is quicker than the engine's answer registered before anybody
/// knew its address: it is online from now on.
async fn tell(
    shared: &Shared,
    row: &WorkspaceRow,
    container: &str,
    port: Option<u16>,
    digests: BTreeMap<String, String>,
) -> Step<()> {
    let (id, generation, container) = (row.id.clone(), row.generation, container.to_owned());
    let url = address(&id, port);
    shared
        .deps
        .store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                let Some(row) = rows::workspaces::get(write.conn(), &id).await? else {
                    return Ok(());
                };
                if row.generation != generation
                    || row.container_id.as_deref() != Some(container.as_str())
                {
                    return Ok(());
                }
                rows::workspaces::set_column(write.conn(), &id, Column::Url, url.as_str(), &now)
                    .await?;
                rows::workspaces::set_column(
                    write.conn(),
                    &id,
                    Column::ProvisioningStartedAt,
                    now.as_str(),
                    &now,
                )
                .await?;
                if !digests.is_empty() {
                    rows::files::set_delivered(write.conn(), &id, &digests).await?;
                }
                if row.status == Status::Provisioning && row.last_heartbeat_at.is_some() {
                    let card = row.card().unwrap_or_default();
                    workspaces::came_online(write, &row, &card, &url).await?;
                }
                Ok(())
            })
        })
        .await
        .map_err(|error: StoreError| Outcome::from(error))
}

/// Where the platform reaches it (contract 04 section 4.8).
pub(crate) fn address(id: &str, port: Option<u16>) -> String {
    match port {
        Some(port) => format!("http://127.0.0.1:{port}"),
        None => names::internal_url(id),
    }
}

/// The row, if its container is still wanted for this generation.
async fn wanted(shared: &Shared, id: &str, generation: i64) -> Step<()> {
    let row = shared.deps_row(id).await?;
    if row.generation == generation {
        Ok(())
    } else {
        Err(Outcome::Superseded)
    }
}

impl Shared {
    /// The row, if it should run in a container.
    async fn deps_row(&self, id: &str) -> Step<WorkspaceRow> {
        match rows::workspaces::get(self.deps.store.read(), id).await? {
            Some(row) if row.desired == Desired::Running && row.has_container() => Ok(row),
            _ => Err(Outcome::Superseded),
        }
    }
}
