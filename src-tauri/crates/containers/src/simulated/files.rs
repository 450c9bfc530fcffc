//! Files in containers of the simulated twin.

use super::{
    Simulated,
    control::{Operation, missing},
    tree::plain,
};
use crate::{
    Engine, EngineError, FilePart, Listed, Missing, PathStat, Survey,
    archive::{self, ReadLimits, read},
};

impl Simulated {
    pub(super) async fn upload(
        &self,
        id: &str,
        dir: &str,
        archive: Vec<u8>,
    ) -> Result<(), EngineError> {
        self.enter(Operation::Put, id).await?;
        let entries = read(
            &archive,
            ReadLimits {
                entries: usize::MAX,
                bytes: u64::MAX - 1,
            },
        )?;
        let mut state = self.lock();
        let id = state.resolve(id).ok_or_else(|| missing(id))?;
        let container = state.containers.get(&id).ok_or_else(|| missing(&id))?;
        let is_mount = container.is_mount_point(dir);
        if container.spec.limits.read_only_root && container.volume_at(dir).is_none() {
            return Err(EngineError::Invalid {
                what: format!("The engine does not take the files for {dir} of {id}."),
                remedy: "The folder may be read-only, or a file may stand where a folder should."
                    .to_owned(),
                source: None,
            });
        }
        let no_dir = EngineError::NotFound {
            what: Missing::Path,
            name: dir.to_owned(),
            source: None,
        };
        let Some((tree, inside)) = state.tree_mut(&id, dir) else {
            return Err(no_dir);
        };
        if !is_mount && !tree.is_folder(&inside) {
            return Err(no_dir);
        }
        tree.unpack(&inside, entries);
        Ok(())
    }

    pub(super) async fn download(
        &self,
        id: &str,
        path: &str,
        limit: u64,
    ) -> Result<Vec<u8>, EngineError> {
        self.enter(Operation::Get, id).await?;
        let state = self.lock();
        let id = state.resolve(id).ok_or_else(|| missing(id))?;
        let not_there = || EngineError::NotFound {
            what: Missing::Path,
            name: path.to_owned(),
            source: None,
        };
        let (tree, inside) = state.tree(&id, path).ok_or_else(not_there)?;
        let asked = plain(path);
        let base = asked
            .rsplit_once('/')
            .map_or(asked.as_str(), |(_, last)| last);
        let archive = tree.pack(&inside, base)?;
        if archive.len() as u64 > limit {
            return Err(EngineError::TooLarge {
                what: path.to_owned(),
                limit,
            });
        }
        Ok(archive)
    }

    pub(super) async fn download_part(
        &self,
        id: &str,
        path: &str,
        offset: u64,
        length: u64,
    ) -> Result<Option<FilePart>, EngineError> {
        let archive = self.get(id, path, u64::MAX).await?;
        archive::part(archive.as_slice(), offset, length)
    }

    pub(super) async fn stat_path(
        &self,
        id: &str,
        path: &str,
    ) -> Result<Option<PathStat>, EngineError> {
        self.enter(Operation::Stat, id).await?;
        let state = self.lock();
        let id = state.resolve(id).ok_or_else(|| missing(id))?;
        let found = state.tree(&id, path);
        Ok(found.and_then(|(tree, inside)| tree.stat(&inside)))
    }

    pub(super) async fn survey_folder(
        &self,
        id: &str,
        path: &str,
        survey: &Survey,
    ) -> Result<Vec<Listed>, EngineError> {
        self.enter(Operation::Survey, id).await?;
        let archive = self.get(id, path, u64::MAX).await?;
        let path = plain(path);
        let base = path
            .rsplit_once('/')
            .map_or(path.as_str(), |(_, last)| last);
        archive::survey(base, archive.as_slice(), survey)
    }
}
