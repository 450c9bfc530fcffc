//! `POST /org/import` (contract 03 sections 2.8 to 2.12): checked, noted, applied in one write.

use crate::{
    Orgs, OrgsError,
    apply::{Applied, apply},
    audit::Started,
    consent::Consent,
    externals::Look,
    failpoints::reached,
    planning::Prepared,
    preflight,
    request::Wanted,
    source::Source,
};
use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use wire::{ImportRequest, ImportResult};

impl Orgs {
    /// Imports an org. It runs to its end even when the caller goes away.
    ///
    /// # Errors
    /// The refusals of contract 03 section 2.8 in their order, [`OrgsError::AlreadyRunning`],
    /// [`OrgsError::FoldersNotAllowed`], [`OrgsError::VaultClosed`], [`OrgsError::Conflicts`]; nothing was changed.
    pub async fn import(&self, request: &ImportRequest) -> Result<ImportResult, OrgsError> {
        self.import_by(request, "").await
    }

    /// Like [`Orgs::import`]; `by` says in the audit rows what asked for it, where that is no person. Fetched repositories
    /// are then taken as they are.
    ///
    /// # Errors
    /// As [`Orgs::import`].
    pub async fn import_by(
        &self,
        request: &ImportRequest,
        by: &str,
    ) -> Result<ImportResult, OrgsError> {
        let mut wanted = Wanted::of(request)?;
        if !by.is_empty() {
            wanted.look = Look::HereFirst;
        }
        let begun = self.begin(wanted).await?;
        let (orgs, by) = (self.clone(), by.to_owned());
        let done = tokio::spawn(async move { orgs.finish(begun, &by).await }).await;
        done.map_err(|error| {
            tracing::error!(%error, "an import ended early");
            OrgsError::Internal
        })?
    }

    /// Finds what a request names and keeps others from importing it; [`Orgs::finish_import`] does the rest.
    ///
    /// # Errors
    /// [`OrgsError::InvalidBody`], [`OrgsError::InvalidMode`], [`OrgsError::InvalidDirectory`],
    /// [`OrgsError::NotFound`], [`OrgsError::NothingGiven`], [`OrgsError::AlreadyRunning`].
    pub async fn begin_import(&self, request: &ImportRequest) -> Result<BegunImport, OrgsError> {
        self.begin(Wanted::of(request)?).await
    }

    async fn begin(&self, wanted: Wanted) -> Result<BegunImport, OrgsError> {
        let source = self.locate(&wanted).await?;
        let claim = Claim::of(&self.running, source.lock_key())?;
        Ok(BegunImport {
            import_id: store::new_id(),
            wanted,
            source,
            _claim: claim,
        })
    }

    /// Does what was begun.
    ///
    /// # Errors
    /// As [`Orgs::import`].
    pub async fn finish_import(&self, begun: BegunImport) -> Result<ImportResult, OrgsError> {
        self.finish(begun, "").await
    }

    async fn finish(&self, begun: BegunImport, by: &str) -> Result<ImportResult, OrgsError> {
        let BegunImport {
            import_id,
            wanted,
            source,
            _claim,
        } = begun;
        let prepared = self.prepare(wanted, source).await?;
        reached("import.begin");
        let started = self.audit_start(&prepared, by, &import_id).await?;
        reached("import.noted");
        let root = prepared.source.path().map(Path::to_owned);
        let done = self.checked(Arc::new(prepared), started.clone()).await;
        match (&done, root) {
            (Err(error), _) => self.audit_failed(&started, error).await,
            (Ok(_), Some(root)) => self.sweep_externals(&root).await,
            (Ok(_), None) => {}
        }
        done
    }

    async fn checked(
        &self,
        prepared: Arc<Prepared>,
        started: Started,
    ) -> Result<ImportResult, OrgsError> {
        preflight::check(&prepared.effective, &prepared.layers, prepared.wanted.force)?;
        folders_allowed(&prepared)?;
        let sealer = self.open_vault().await.map(|vault| vault.sealer().clone());
        let clock = Arc::clone(&self.clock);
        let done: Result<Applied, OrgsError> = self
            .store
            .write(move |write| {
                Box::pin(async move {
                    apply(write, &prepared, sealer, &started, || clock.awake()).await
                })
            })
            .await;
        let Applied { result, created } = done?;
        reached("import.committed");
        self.trackers.add(&result, created);
        Ok(result)
    }
}

/// A template can name any folder of the host, so each is mounted only after a person allowed it (nos. 15, 16).
fn folders_allowed(prepared: &Prepared) -> Result<(), OrgsError> {
    let consent = Consent::of(prepared.source.row(), &prepared.wanted);
    let (mut folders, mut roles) = (Vec::new(), Vec::new());
    for role in prepared
        .effective
        .roles
        .iter()
        .filter(|role| role.workspace_access != "none")
    {
        if let Some(dir) = role
            .workspace_dir
            .as_ref()
            .filter(|dir| !consent.allows(dir))
        {
            if !folders.contains(dir) {
                folders.push(dir.clone());
            }
            roles.push(role.name.clone());
        }
    }
    if folders.is_empty() {
        return Ok(());
    }
    Err(OrgsError::FoldersNotAllowed { folders, roles })
}

/// An import whose folder is known and that no other import of it can come between.
#[derive(Debug)]
pub struct BegunImport {
    import_id: String,
    wanted: Wanted,
    source: Source,
    _claim: Claim,
}

impl BegunImport {
    /// Names it in its events and on the rows it makes or changes.
    pub fn import_id(&self) -> &str {
        &self.import_id
    }
}

/// One import of a folder at a time (no. 6).
#[derive(Debug)]
pub(crate) struct Claim {
    running: Arc<Mutex<HashSet<String>>>,
    key: String,
}

impl Claim {
    pub fn of(running: &Arc<Mutex<HashSet<String>>>, key: String) -> Result<Self, OrgsError> {
        let mut set = running.lock().unwrap_or_else(PoisonError::into_inner);
        if !set.insert(key.clone()) {
            return Err(OrgsError::AlreadyRunning);
        }
        Ok(Self {
            running: Arc::clone(running),
            key,
        })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}
