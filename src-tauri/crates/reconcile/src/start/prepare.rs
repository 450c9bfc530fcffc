//! Everything a start needs before its container exists: limits, secrets, mounts, network, token, specification.

use super::{
    environment::{Given, environment, session_target},
    image::ImageReady,
    secrets,
};
use crate::{
    entry::granted,
    failpoints::reached,
    outcome::{Outcome, Step},
    relay,
    rows::Change,
    shared::{Link, Shared},
    status::Failure,
};
use containers::{ContainerSpec, Limits, Mount, Publish, Reach, limits, names};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, TcpListener},
    sync::Arc,
};
use store::{
    StoreError, WorkspaceRow,
    rows::{tokens, workspaces::Column},
};
use vault::Secret;
use wire::{Timestamp, WorkspaceAccess};

/// How long a rotated runtime token still works (contract 01 section 2.1).
const GRACE: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// Everything known before the container exists.
pub(super) struct Plan {
    /// The workspace.
    pub row: WorkspaceRow,
    /// What it may use.
    pub limits: Limits,
    /// Volumes and folders.
    pub mounts: Vec<Mount>,
    /// Secrets by name.
    pub secrets: BTreeMap<String, Secret>,
    /// Its port with host networking.
    pub port: Option<u16>,
    /// How it reaches this host.
    pub reach: Reach,
    /// Its config volume does not exist yet.
    pub fresh: bool,
}

/// Resolves everything before anything is changed.
pub(super) async fn prepare(shared: &Arc<Shared>, link: &Link, row: WorkspaceRow) -> Step<Plan> {
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
    crate::turns::forget(shared, &row.id).await?;
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
    let reach = network(shared, link, false).await?;
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

/// The network and the way to this host, found once a connection. Where no address works, or a probe shows that none
/// gets through, a relay carries connections (D12). Containers of an earlier run (`has_agents`) have shown their way.
pub(crate) async fn network(shared: &Arc<Shared>, link: &Link, has_agents: bool) -> Step<Reach> {
    let _alone = shared.finding_way.lock().await;
    if let Some((_, reach)) = &shared.state().network {
        return Ok(reach.clone());
    }
    let info = link.engine.ensure_network().await?;
    let mut reach = link.engine.reach().await?;
    listen(shared, &reach);
    if reach.listen_on.is_some() && !has_agents && !relay::works(shared, link, &reach).await {
        reach = Reach::relay(link.engine.installation());
        listen(shared, &reach);
    }
    if reach.is_relay() {
        relay::begin(shared, link).await?;
    }
    let mut state = shared.state();
    let is_current = |now: &Link| now.epoch == link.epoch;
    if state.link.as_ref().is_some_and(is_current) {
        state.network = Some((info, reach.clone()));
    }
    Ok(reach)
}

/// The platform listens there, and answers to that name, from now on.
fn listen(shared: &Shared, reach: &Reach) {
    shared.status.send_if_modified(|status| {
        let relay = reach.is_relay().then(|| reach.host_name().to_owned());
        let changed = (status.reach_listen, &status.relay_host) != (reach.listen_on, &relay);
        (status.reach_listen, status.relay_host) = (reach.listen_on, relay);
        changed
    });
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
pub(super) async fn mint(shared: &Arc<Shared>, id: &str) -> Step<Secret> {
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

/// The container to make.
pub(super) fn spec(
    shared: &Shared,
    plan: &Plan,
    image: &ImageReady,
    token: &Secret,
) -> ContainerSpec {
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
    spec.labels.insert(names::LABEL_ADDRESS.to_owned(), base);
    if let Some(port) = plan.port {
        spec.labels
            .insert(names::LABEL_PORT.to_owned(), port.to_string());
    }
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

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
