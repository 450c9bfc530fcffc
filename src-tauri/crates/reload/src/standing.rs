//! Which watches stand, which folders are gone, and what the watcher cannot do: kept in line with list and disk.

use crate::{
    ReloadError, WatchProblem,
    follow::Loop,
    notice::{self, Notice, Remember},
    watch::{Applied, Root},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::PathBuf,
};

/// Folders that are on the list and not on the disk.
pub(crate) fn missing(roots: &[Root]) -> BTreeSet<PathBuf> {
    roots
        .iter()
        .filter(|root| root.real.is_none())
        .map(|root| root.watched.path.clone())
        .collect()
}

impl Loop {
    /// Brings watches in line with list and disk, and tells what could not be watched and which folders went.
    pub async fn apply(
        &mut self,
        listed: Option<Vec<crate::Watched>>,
        structural: BTreeSet<PathBuf>,
    ) -> Result<(), ReloadError> {
        let mut watch = self.watch.take().ok_or(ReloadError::Stopped)?;
        let (watch, applied) = tokio::task::spawn_blocking(move || {
            let applied = watch.apply(listed, &structural);
            (watch, applied)
        })
        .await
        .map_err(|_| ReloadError::Stopped)?;
        self.watch = Some(watch);
        let Applied {
            roots,
            folders,
            problem,
        } = applied;
        let gone: Vec<PathBuf> = {
            let now = missing(&roots);
            let newly = now.difference(&self.missing).cloned().collect();
            self.missing = now;
            newly
        };
        let now: HashSet<String> = roots
            .iter()
            .flat_map(|root| root.watched.workspace_ids.iter().cloned())
            .collect();
        for id in self.workspaces.difference(&now) {
            self.inside.forget(id);
        }
        self.workspaces = now;
        let concerned: BTreeMap<PathBuf, Vec<String>> = roots
            .iter()
            .map(|root| {
                (
                    root.watched.path.clone(),
                    root.watched.everybody().cloned().collect(),
                )
            })
            .collect();
        self.inside.set_roots(roots);
        self.problem(problem, Some(folders)).await?;
        for path in gone {
            let text = format!(
                "The folder {} is not there. Agents keep the files they have; when it comes back, what differs is taken",
                path.display()
            );
            let notice = Notice {
                workspace_ids: concerned.get(&path).cloned().unwrap_or_default(),
                ..Notice::watcher(text)
            };
            notice::write(&self.inside.store, None, Remember::default(), Some(notice)).await?;
        }
        Ok(())
    }

    /// Notes a problem of the watcher; a new one is told once.
    pub async fn problem(
        &self,
        problem: Option<WatchProblem>,
        folders: Option<usize>,
    ) -> Result<(), ReloadError> {
        let folders = folders.unwrap_or_else(|| self.inside.watching().0);
        let before = self.inside.set_watching(folders, problem.clone());
        match problem {
            Some(problem) if before.as_ref().map(|before| before.code) != Some(problem.code) => {
                notice::write(
                    &self.inside.store,
                    None,
                    Remember::default(),
                    Some(Notice::watcher(problem.text)),
                )
                .await
            }
            _ => Ok(()),
        }
    }
}
