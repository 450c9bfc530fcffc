//! Whose containers, volumes and keychain entries are whose: each data folder has an id of its own.
//!
//! The id goes along when a data folder is copied or a backup is restored, so it is kept together with the folder where it
//! is at home. A folder that finds its id at home in another one that still lives is a copy and gets a new id; a folder
//! that was moved finds nobody there and stays who it is. Nothing outside the data folders is written for that.

use std::{
    fs,
    path::{Path, PathBuf},
};
use store::{Peek, Store, StoreError, Write, rows::settings};

const INSTANCE: &str = "instance";
const HOME: &str = "home";
const COPIED_FROM: &str = "copied_from";
pub(crate) const DATABASE: &str = "molecule.sqlite";

/// Who a data folder is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The id on everything it makes.
    pub instance: String,
    /// The id it had as a copy of another one: what that one keeps in the keychain is taken over once.
    pub copied_from: Option<String>,
}

/// Who this folder is, settled at start: new, at home, moved, or a copy of one that still lives.
pub(crate) async fn settle(store: &Store, data_dir: &Path) -> Result<Identity, StoreError> {
    let here = place(data_dir);
    let instance: Option<String> = settings::get(store.read(), INSTANCE).await?;
    let home: Option<String> = settings::get(store.read(), HOME).await?;
    let copied_from = settings::get(store.read(), COPIED_FROM).await?;
    let Some(instance) = instance else {
        let instance = store::new_id();
        write(store, instance.clone(), None, Some(here)).await?;
        return Ok(Identity {
            instance,
            copied_from: None,
        });
    };
    match home {
        Some(home) if home == here => {}
        Some(home) if lives(Path::new(&home), &instance).await => {
            tracing::warn!(
                %home,
                "this data folder is a copy of another one that still exists, so it has an id of its own from now on"
            );
            let own = store::new_id();
            write(store, own.clone(), Some(instance.clone()), Some(here)).await?;
            return Ok(Identity {
                instance: own,
                copied_from: Some(instance),
            });
        }
        _ => write(store, instance.clone(), copied_from.clone(), Some(here)).await?,
    }
    Ok(Identity {
        instance,
        copied_from,
    })
}

/// Makes what `store` holds an installation of its own. Where it is at home is settled at its start.
pub(crate) async fn part_from(store: &Store, original: &str) -> Result<(), StoreError> {
    write(store, store::new_id(), Some(original.to_owned()), None).await
}

/// Makes what `store` holds stay who it is, wherever it was at home before.
pub(crate) async fn stay(store: &Store, instance: &str) -> Result<(), StoreError> {
    let copied_from = settings::get(store.read(), COPIED_FROM).await?;
    write(store, instance.to_owned(), copied_from, None).await
}

async fn write(
    store: &Store,
    instance: String,
    copied_from: Option<String>,
    home: Option<String>,
) -> Result<(), StoreError> {
    store
        .write(move |write: &mut Write| {
            Box::pin(async move {
                let now = write.stamp();
                settings::set(write.conn(), INSTANCE, &instance, &now).await?;
                settings::set(write.conn(), COPIED_FROM, &copied_from, &now).await?;
                settings::set(write.conn(), HOME, &home, &now).await
            })
        })
        .await
}

/// What a database says about itself, whoever owns it.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Its id.
    pub instance: Option<String>,
    /// The data folder where that id is at home.
    pub home: Option<PathBuf>,
}

/// Reads that from a database file.
pub(crate) async fn said(peek: &mut Peek) -> Result<Said, StoreError> {
    let home: Option<String> = settings::get(peek.conn(), HOME).await?;
    Ok(Said {
        instance: settings::get(peek.conn(), INSTANCE).await?,
        home: home.map(PathBuf::from),
    })
}

/// The other data folder that lives under the id which `data_dir` was found with, if there is one.
pub(crate) async fn lives_elsewhere(said: &Said, data_dir: &Path) -> Option<PathBuf> {
    let (instance, home) = (said.instance.as_deref()?, said.home.as_deref()?);
    (place(home) != place(data_dir) && lives(home, instance).await).then(|| home.to_owned())
}

/// Does a data folder at `home` hold this id? One whose database cannot be read may, so it does.
async fn lives(home: &Path, instance: &str) -> bool {
    let database = home.join(DATABASE);
    if !database.exists() {
        return false;
    }
    let asked = async {
        let mut peek = Peek::open(&database).await?;
        settings::get::<String>(peek.conn(), INSTANCE).await
    };
    asked
        .await
        .map_or(true, |found| found.as_deref() == Some(instance))
}

/// One name for a folder, however it is reached.
fn place(folder: &Path) -> String {
    fs::canonicalize(folder)
        .unwrap_or_else(|_| folder.to_owned())
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::SystemClock;
    use std::sync::Arc;
    use store::OpenOptions;

    async fn open(folder: &Path) -> Store {
        let options = OpenOptions::new(folder.join(DATABASE), Arc::new(SystemClock::new()));
        Store::open(options).await.unwrap()
    }

    async fn settled(folder: &Path) -> Identity {
        let store = open(folder).await;
        let who = settle(&store, folder).await.unwrap();
        store.close().await;
        who
    }

    #[tokio::test]
    async fn a_copy_of_a_living_folder_gets_an_id_of_its_own_and_a_moved_one_keeps_its() {
        let root = tempfile::tempdir().unwrap();
        let (first, copy, moved) = (
            root.path().join("first"),
            root.path().join("copy"),
            root.path().join("moved"),
        );
        fs::create_dir(&first).unwrap();
        fs::create_dir(&copy).unwrap();
        let original = settled(&first).await;
        assert_eq!(
            settled(&first).await,
            original,
            "a second start changes nothing"
        );

        fs::copy(first.join(DATABASE), copy.join(DATABASE)).unwrap();
        let copied = settled(&copy).await;
        assert_ne!(copied.instance, original.instance);
        assert_eq!(copied.copied_from, Some(original.instance.clone()));
        assert_eq!(
            settled(&copy).await,
            copied,
            "it stays who it became, and knows where its keys came from"
        );

        fs::rename(&first, &moved).unwrap();
        assert_eq!(settled(&moved).await, original, "nobody lives where it was");
        assert_eq!(settled(&moved).await, original);
    }
}
