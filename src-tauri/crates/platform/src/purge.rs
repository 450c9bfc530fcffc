//! What an installation has made outside its data folder, as a list, and its end. Only what carries its own id is
//! touched, and nothing that another data folder lives on.

use crate::{
    DataFolder, PlatformOptions,
    identity::{self, DATABASE},
    keep::{KeepError, file},
};
use containers::{
    Engine,
    locate::{self, Surroundings},
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
};
use store::Peek;
use vault::{BuildKind, Keychain, MasterKey, Namespace, OsKeychain};

/// What a purge removes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Leftovers {
    /// Containers and volumes, by role; what belongs to no role comes last.
    pub roles: Vec<Made>,
    /// Network.
    pub network: Option<String>,
    /// Entries of the keychain, by name.
    pub keychain: Vec<String>,
    /// The data folder.
    pub data_dir: PathBuf,
    /// Why a part was not looked at.
    pub notes: Vec<String>,
}

/// What was made for one role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    /// The role's id; none for what serves them all.
    pub workspace_id: Option<String>,
    /// Its name, while the database knows it.
    pub role: Option<String>,
    /// Containers, by name.
    pub containers: Vec<String>,
    /// Volumes, by name.
    pub volumes: Vec<String>,
}

/// Lists what a purge would remove, also while the platform runs.
///
/// # Errors
/// See [`KeepError`].
pub async fn list(options: &PlatformOptions) -> Result<Leftovers, KeepError> {
    survey(options, Purpose::List).await
}

/// Removes it: containers, volumes, network, keychain entries, and the data folder at last. Gives what was removed. Only
/// `without_engine` leaves behind what an engine that does not answer may hold.
///
/// # Errors
/// See [`KeepError`]; what was removed until then stays removed, and it can be run again.
pub async fn remove(
    options: &PlatformOptions,
    without_engine: bool,
) -> Result<Leftovers, KeepError> {
    let Ok(data) = DataFolder::claim(&options.data_dir).map_err(file(&options.data_dir))? else {
        return Err(KeepError::InUse);
    };
    let purpose = Purpose::Remove { without_engine };
    let left = survey(options, purpose).await?;
    let path = data.path().to_owned();
    drop(data);
    fs::remove_dir_all(&path).map_err(file(&path))?;
    Ok(left)
}

/// What it is looked at for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    List,
    Remove { without_engine: bool },
}

async fn survey(options: &PlatformOptions, purpose: Purpose) -> Result<Leftovers, KeepError> {
    let mut left = Leftovers {
        data_dir: options.data_dir.clone(),
        ..Leftovers::default()
    };
    let known = match look(&options.data_dir).await {
        Ok(known) => known,
        Err(error) => {
            left.notes.push(format!(
                "the database does not open, so containers cannot be told apart: {error}"
            ));
            return Ok(left);
        }
    };
    let Some(Known {
        said,
        names,
        had_containers,
    }) = known
    else {
        return Ok(left);
    };
    let Some(instance) = &said.instance else {
        return Ok(left);
    };
    if let Some(other) = identity::lives_elsewhere(&said, &options.data_dir).await {
        left.notes.push(format!(
            "this data folder is a copy: its containers, volumes and keychain entries belong to the installation in {}, \
             and stay",
            other.display()
        ));
        return Ok(left);
    }
    let remove = purpose != Purpose::List;
    let may_leave = !had_containers
        || purpose
            != Purpose::Remove {
                without_engine: false,
            };
    containers_of(instance, options, &names, remove, may_leave, &mut left).await?;
    keychain_of(instance, remove, &mut left).await?;
    Ok(left)
}

/// What the database knows.
struct Known {
    said: identity::Said,
    /// Roles by id.
    names: HashMap<String, String>,
    /// An engine may hold something.
    had_containers: bool,
}

/// Reads the database, which a running platform may own; nothing when there is none yet.
async fn look(data_dir: &Path) -> Result<Option<Known>, store::StoreError> {
    let database = data_dir.join(DATABASE);
    if !database.exists() {
        return Ok(None);
    }
    let mut peek = Peek::open(&database).await?;
    let said = identity::said(&mut peek).await?;
    let names = store::rows::workspaces::names(peek.conn()).await?;
    let had_containers = store::rows::workspaces::had_containers(peek.conn()).await?;
    Ok(Some(Known {
        said,
        names: names.into_iter().collect(),
        had_containers,
    }))
}

/// Entries in the computer's keychain. With `SECRETS_ENCRYPTION_KEY` everything was in the data folder.
async fn keychain_of(instance: &str, remove: bool, left: &mut Leftovers) -> Result<(), KeepError> {
    if MasterKey::from_environment()?.is_some() {
        return Ok(());
    }
    let keychain = OsKeychain::new(Namespace::new(BuildKind::current(), instance));
    match keychain.list().await {
        Ok(names) => {
            left.keychain = names;
            if remove {
                keychain.purge().await?;
            }
        }
        Err(error) => left.notes.push(error.to_string()),
    }
    Ok(())
}

async fn containers_of(
    instance: &str,
    options: &PlatformOptions,
    names: &HashMap<String, String>,
    remove: bool,
    may_leave: bool,
    left: &mut Leftovers,
) -> Result<(), KeepError> {
    let installation = crate::start::installation(instance, options.network.clone());
    let search = locate::find(&Surroundings::of_process(), &installation).await;
    let Some((engine, _)) = search.found else {
        if !may_leave {
            return Err(KeepError::NoEngine {
                instance: instance.to_owned(),
                cause: search.error().to_string(),
            });
        }
        left.notes.push(format!(
            "no container engine answers, so containers and volumes were not looked for; any of this installation carry the \
             label molecule.platform.instance={instance}. {}",
            search.error()
        ));
        return Ok(());
    };
    let mut made: BTreeMap<Option<String>, Made> = BTreeMap::new();
    let fresh = |id: &Option<String>| Made {
        role: id.as_ref().and_then(|id| names.get(id)).cloned(),
        workspace_id: id.clone(),
        ..Made::default()
    };
    for container in engine.containers().await? {
        if remove {
            engine.remove(&container.id).await?;
        }
        let id = container.workspace_id;
        let one = made.entry(id.clone()).or_insert_with(|| fresh(&id));
        one.containers.push(container.name);
    }
    for volume in engine.volumes().await? {
        if remove {
            engine.remove_volume(&volume.name).await?;
        }
        let id = volume.workspace_id;
        let one = made.entry(id.clone()).or_insert_with(|| fresh(&id));
        one.volumes.push(volume.name);
    }
    left.roles = made.into_values().collect();
    left.roles
        .sort_by_key(|one| (one.role.is_none(), one.role.clone()));
    left.network = Some(installation.network);
    if remove {
        engine.remove_network().await?;
    }
    Ok(())
}
