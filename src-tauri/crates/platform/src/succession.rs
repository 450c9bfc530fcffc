//! How a face of another process's platform notices that its owner ended, and that a new one came. The end is the end of
//! a lock, the beginning is a change of the data folder. A successor may take the lock before whoever waits for it: so
//! the one who answers is looked at too, seldom.

use crate::{OwnerInfo, data_folder::LOCK, find_owner};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::sync::{Notify, oneshot};

/// An owner that has the lock answers within moments.
const STARTING: Duration = Duration::from_millis(100);
/// How often a waiting face looks whether somebody else owns the folder by now.
const SELDOM: Duration = Duration::from_secs(1);
/// Where the folder cannot be watched (it is gone, or the system has no watch left).
const UNWATCHED: Duration = Duration::from_secs(1);

/// Waits until `owner` does not own `data_dir` any more. An owner holds its lock until its process ends, however that
/// ends, so waiting for the lock is waiting for the end. Returns at once when nobody holds it, or when there is no such
/// folder.
///
/// # Errors
/// When the lock cannot be asked.
pub async fn owner_gone(data_dir: &Path, owner: &OwnerInfo) -> io::Result<()> {
    let lock = data_dir.join(LOCK);
    let (sender, receiver) = oneshot::channel();
    // A thread of its own: one of the runtime's would keep this process alive while it ends.
    std::thread::Builder::new()
        .name("owner-gone".into())
        .spawn(move || {
            let waited = match File::open(&lock) {
                Ok(file) => file.lock_shared(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
            };
            let _ = sender.send(waited);
        })?;
    let replaced = async {
        loop {
            tokio::time::sleep(SELDOM).await;
            // One that does not answer is none that was replaced.
            if let Ok(Some(now)) = find_owner(data_dir).await
                && (now.pid, &now.bearer) != (owner.pid, &owner.bearer)
            {
                return;
            }
        }
    };
    tokio::select! {
        waited = receiver => waited.unwrap_or(Ok(())),
        () = replaced => Ok(()),
    }
}

/// Waits until somebody owns `data_dir` and answers.
pub async fn owner_comes(data_dir: &Path) -> OwnerInfo {
    let changed = Arc::new(Notify::new());
    let watcher = watch(data_dir, changed.clone())
        .inspect_err(
            |error| tracing::debug!(%error, "the data folder is not watched for a new owner"),
        )
        .ok();
    loop {
        match find_owner(data_dir).await {
            Ok(Some(owner)) => return owner,
            Ok(None) => {}
            Err(error) => {
                tracing::debug!(%error, "the owner of the data folder was not understood")
            }
        }
        if is_owned(data_dir) {
            tokio::time::sleep(STARTING).await;
        } else if watcher.is_some() {
            changed.notified().await;
        } else {
            tokio::time::sleep(UNWATCHED).await;
        }
    }
}

fn watch(folder: &Path, changed: Arc<Notify>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Looking is no change: who waits here opens the lock itself.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            changed.notify_one();
        }
    })?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

/// Does a process own the folder, whether it answers yet or not?
fn is_owned(data_dir: &Path) -> bool {
    File::open(data_dir.join(LOCK))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataFolder, owner::OwnerSocket};

    const SOON: Duration = Duration::from_secs(20);

    fn info() -> OwnerInfo {
        OwnerInfo {
            port: 4711,
            pid: std::process::id(),
            version: String::new(),
            bearer: String::new(),
        }
    }

    #[tokio::test]
    async fn the_end_of_an_owner_is_noticed_and_not_before() {
        let dir = tempfile::tempdir().unwrap();
        let owner = DataFolder::claim(dir.path()).unwrap().unwrap();
        let gone = tokio::spawn({
            let path = dir.path().to_owned();
            async move { owner_gone(&path, &info()).await }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!gone.is_finished(), "the owner is still there");
        drop(owner);
        tokio::time::timeout(SOON, gone)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }

    #[tokio::test]
    async fn a_successor_that_was_quicker_with_the_lock_is_the_end_of_the_former_owner() {
        let dir = tempfile::tempdir().unwrap();
        let _owner = DataFolder::claim(dir.path()).unwrap().unwrap();
        let _socket = OwnerSocket::listen(dir.path(), info()).unwrap();
        let living = info();
        let same = owner_gone(dir.path(), &living);
        let lives = tokio::time::timeout(SELDOM * 2, same).await;
        assert!(lives.is_err(), "the same owner is still there");
        let former = OwnerInfo {
            bearer: "former".into(),
            ..info()
        };
        let gone = owner_gone(dir.path(), &former);
        tokio::time::timeout(SOON, gone).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_new_owner_is_noticed_once_it_answers() {
        let dir = tempfile::tempdir().unwrap();
        drop(DataFolder::claim(dir.path()).unwrap().unwrap());
        let comes = tokio::spawn({
            let path = dir.path().to_owned();
            async move { owner_comes(&path).await }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!comes.is_finished(), "nobody owns it");
        let _owner = DataFolder::claim(dir.path()).unwrap().unwrap();
        let _socket = OwnerSocket::listen(dir.path(), info()).unwrap();
        let found = tokio::time::timeout(SOON, comes).await.unwrap().unwrap();
        assert_eq!(found.port, 4711);
    }
}
