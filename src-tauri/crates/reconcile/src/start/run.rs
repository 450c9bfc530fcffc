//! The steps of a start. Each is one idempotent engine call or one write; before each the row is read again, and what
//! was made is taken back when it is not wanted any more.

use super::{
    config,
    environment::{Given, environment, session_target},
    files::{self, Delivery, SourceFile, digest},
    image::ImageReady,
    secrets,
};
use crate::{
    entry::{Seen, granted},
    failpoints::reached,
    outcome::{Outcome, Step},
    rows::Change,
    shared::{Link, Shared},
    status::{Failure, Observed},
};
use containers::{
    ContainerSpec, ContainerState, EngineError, Limits, Mount, Publish, Reach, VolumeSpec,
    archive::{self, Archive, Owner},
    limits, names,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, TcpListener},
    sync::Arc,
    time::Duration,
};
use store::{
    StoreError, WorkspaceRow,
    rows::{self, tokens, workspaces::Column},
};
use vault::Secret;
use wire::{Desired, Timestamp, WorkspaceAccess};

/// How long a rotated runtime token still works (contract 01 section 2.1).
const GRACE: chrono::TimeDelta = chrono::TimeDelta::minutes(5);
/// What is read back of a volume to compare it.
const READ_BACK: u64 = 64 * 1024 * 1024;

/// Everything known before the container exists.
struct Plan {
    row: WorkspaceRow,
    limits: Limits,
    mounts: Vec<Mount>,
    secrets: BTreeMap<String, Secret>,
    port: Option<u16>,
    reach: Reach,
    fresh: bool,
}

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

    let limit = shared.options().start_limit;
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

/// Resolves everything before anything is changed.
async fn prepare(shared: &Arc<Shared>, link: &Link, row: WorkspaceRow) -> Step<Plan> {
    let tiers = shared.state().settings.tiers;
    let limits = limits(granted(&row), &tiers);
    let port = if limits.host_network {
        if !link.info.supports_host_network() {
            return Err(Outcome::failed(Failure::lasting(
                "tier_unsupported",
                "Tier 4 uses the network of this machine, which this engine does not offer. Ask for tier 3 or lower.",
            )));
        }
        Some(free_port().map_err(|error| {
            Outcome::Retry(Failure::passing(
                "port_conflict",
                format!("No free port was found: {error}."),
            ))
        })?)
    } else {
        None
    };
    let secrets = secrets::learn(shared, &row).await.map_err(Outcome::of)?;
    let mounts = mounts(&row, link)?;
    let config_volume = names::config_volume(&row.id);
    let fresh = !shared.state().volumes.contains(&config_volume);
    if row.reset_session && session_target(&row).is_some() {
        let name = names::session_volume(&row.id);
        link.engine.remove_volume(&name).await?;
        shared.state().volumes.remove(&name);
        shared
            .publish(
                &row.id,
                Change::columns(vec![(Column::ResetSession, false.into())]),
            )
            .await?;
    }
    let reach = network(shared, link).await?;
    reached("start.network").await;
    Ok(Plan {
        row,
        limits,
        mounts,
        secrets,
        port,
        reach,
        fresh,
    })
}

/// The network and the way to this host, made once a connection.
async fn network(shared: &Arc<Shared>, link: &Link) -> Step<Reach> {
    if let Some((_, reach)) = &shared.state().network {
        return Ok(reach.clone());
    }
    let info = link.engine.ensure_network().await?;
    let reach = link.engine.reach().await?;
    let mut state = shared.state();
    if state
        .link
        .as_ref()
        .is_some_and(|now| now.epoch == link.epoch)
    {
        state.network = Some((info, reach.clone()));
        drop(state);
        // The platform listens there from now on.
        shared.status.send_if_modified(|status| {
            let changed = status.reach_listen != reach.listen_on;
            status.reach_listen = reach.listen_on;
            changed
        });
    }
    Ok(reach)
}

fn mounts(row: &WorkspaceRow, link: &Link) -> Step<Vec<Mount>> {
    let volume = |name: String, target: &str| Mount::Volume {
        name,
        target: target.into(),
        read_only: false,
    };
    let mut mounts = vec![volume(names::config_volume(&row.id), "/configs")];
    match (&row.workspace_dir, row.workspace_access) {
        (Some(dir), access) if access != WorkspaceAccess::None => {
            // The folder is one of the engine's machine; only there can it be looked for.
            if link.info.is_local && !link.info.is_desktop_vm && !std::path::Path::new(dir).is_dir()
            {
                return Err(Outcome::failed(Failure::lasting(
                    "workspace_dir_missing",
                    format!(
                        "The folder {dir} does not exist. Make it, or choose another one, then start the agent again."
                    ),
                )));
            }
            mounts.push(Mount::Bind {
                source: dir.into(),
                target: "/workspace".into(),
                read_only: access == WorkspaceAccess::ReadOnly,
            });
        }
        _ => mounts.push(volume(names::work_volume(&row.id), "/workspace")),
    }
    if let Some(target) = session_target(row) {
        mounts.push(volume(names::session_volume(&row.id), target));
    }
    Ok(mounts)
}

/// A new runtime token; the one before works five more minutes, or until the new one is first used.
async fn mint(shared: &Arc<Shared>, id: &str) -> Step<Secret> {
    let minted = vault::tokens::mint()
        .map_err(|error| Outcome::failed(Failure::lasting("token_failed", error.to_string())))?;
    let (hash, prefix, workspace) = (
        *minted.hash.as_bytes(),
        minted.prefix.clone(),
        id.to_owned(),
    );
    shared
        .deps
        .store
        .write(move |write| {
            Box::pin(async move {
                let grace = Timestamp(write.now() + GRACE).to_storage();
                let now = write.stamp();
                tokens::add(
                    write.conn(),
                    &workspace,
                    &hash,
                    &prefix,
                    "runtime",
                    &now,
                    &grace,
                )
                .await
                .map(drop)
            })
        })
        .await
        .map_err(|error: StoreError| Outcome::from(error))?;
    shared.known.add([&minted.token]);
    Ok(minted.token)
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
        Err(error @ EngineError::NetworkMissing { .. }) => {
            shared.state().network = None;
            return Err(Outcome::Retry(Failure::passing(
                error.code(),
                error.to_string(),
            )));
        }
        other => other?,
    };
    *made = Some(container.clone());
    shared.entry(id, |entry| {
        entry.seen = Some(Seen {
            id: container.clone(),
            state: ContainerState::Created,
            generation: Some(generation),
            host_port: None,
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
    reached("start.delivered").await;
    let missing = config::missing(&config, &spec.env);
    if !missing.is_empty() {
        let failure = Failure::lasting("missing_env", config::missing_text(&missing));
        return Err(Outcome::Failed(
            failure,
            serde_json::Map::from_iter([("missing".to_owned(), json!(missing))]),
        ));
    }
    reached("start.check").await;

    wanted(shared, id, generation).await?;
    engine.start(&container).await?;
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

/// The container to make.
fn spec(shared: &Shared, plan: &Plan, image: &ImageReady, token: &Secret) -> ContainerSpec {
    let row = &plan.row;
    let base = (shared.deps.platform_url)(&plan.reach);
    let env = environment(
        row,
        &Given {
            secrets: &plan.secrets,
            token: token.expose_str().unwrap_or_default(),
            platform_url: &base,
            stand_in: image.stand_in,
            port: plan.port,
        },
    );
    let mut spec = ContainerSpec::new(
        names::container_name(&row.id),
        &image.reference,
        plan.limits.clone(),
    );
    // Names only: a digest of a short secret could be guessed from its label.
    let shape = format!(
        "{} {:?} {:?} {:?} {}",
        image.reference,
        plan.mounts,
        plan.limits,
        env.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        base
    );
    spec.spec_hash = Sha256::digest(shape.as_bytes())
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    spec.workspace_id = Some(row.id.clone());
    spec.generation = row.generation;
    spec.env = env;
    spec.mounts = plan.mounts.clone();
    if !plan.limits.host_network {
        spec.publish = vec![Publish::agent()];
        spec.extra_hosts = plan.reach.extra_hosts();
    }
    spec
}

/// Which contested files are put: those whose copy in the volume is still the one that was delivered. Others were
/// edited in the agent and stay (D75). Gives what to put and the digests that are true already.
async fn resolve(
    link: &Link,
    container: &str,
    delivery: Delivery,
    known: &BTreeMap<String, String>,
) -> Step<(BTreeMap<String, SourceFile>, BTreeMap<String, String>)> {
    let mut put = delivery.put;
    let mut kept = BTreeMap::new();
    if delivery.contested.is_empty() {
        return Ok((put, kept));
    }
    let there = match link.engine.get(container, "/configs", READ_BACK).await {
        Ok(tar) => archive::read(
            &tar,
            archive::ReadLimits {
                entries: 40_000,
                bytes: READ_BACK,
            },
        )?,
        Err(EngineError::NotFound { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let there: BTreeMap<String, String> = there
        .into_iter()
        .filter_map(|entry| match entry.kind {
            archive::EntryKind::File(content) => {
                // The archive of a folder begins with the folder's own name, unless it is a mount of its own.
                let path = entry
                    .path
                    .strip_prefix("configs/")
                    .unwrap_or(&entry.path)
                    .to_owned();
                Some((path, digest(&content)))
            }
            _ => None,
        })
        .collect();
    for (path, file) in delivery.contested {
        let new = digest(&file.content);
        match there.get(&path) {
            Some(now) if *now == new => {
                kept.insert(path, new);
            }
            Some(now) if known.get(&path) != Some(now) => {
                tracing::info!(
                    path,
                    "a file was edited in the agent; the newer source is not copied over it"
                );
            }
            _ => {
                put.insert(path, file);
            }
        }
    }
    Ok((put, kept))
}

/// Files for `/configs` as an archive, owner 1000; the token readable by the agent alone (D8).
fn pack(files: &BTreeMap<String, SourceFile>, token: Option<&Secret>) -> Step<Vec<u8>> {
    let mut archive = Archive::new();
    for (path, file) in files {
        archive.file(path, &file.content, file.mode, Owner::AGENT)?;
    }
    if let Some(token) = token {
        archive.file(".auth_token", token.expose(), 0o600, Owner::AGENT)?;
    }
    Ok(archive.finish()?)
}

async fn read_config(link: &Link, container: &str) -> Step<Option<Vec<u8>>> {
    match link
        .engine
        .get(container, "/configs/config.yaml", 1024 * 1024)
        .await
    {
        Ok(tar) => Ok(archive::file(&tar, archive::ReadLimits::default())?),
        Err(EngineError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
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

/// Address, start and deliveries, in one write.
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
                rows::workspaces::set_column(write.conn(), &id, Column::Url, url, &now).await?;
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

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
