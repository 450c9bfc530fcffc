//! Saving: what was changed on the canvas goes into the org's files, and the base follows, so that the next plan keeps
//! everything (design law 2).
//!
//! Files first, rows second: a kill between the two leaves files that say what the canvas says, which a plan keeps.

mod changes;
mod edits;
mod files;
mod view;

use crate::{
    Orgs, OrgsError,
    apply::apply,
    audit::Started,
    consent::Consent,
    externals::Look,
    failpoints::reached,
    import::Claim,
    planning::{Prepared, blocking, scope},
    request::Wanted,
    rows::{self, Beside},
    source::{self, Loaded, Source},
};
use changes::Changes;
use files::Writing;
use org_template::{
    Action, Choice, DiskFiles, Limits, Parsed, Take,
    write_back::{Choices, Snapshot, WriteBackError, Written, write_back_read},
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{
    Write,
    rows::{
        orgs,
        workspaces::{self, Column},
    },
};
use wire::{ImportRequest, SaveRequest, SaveView};

/// A save that was worked out and not written yet.
struct Ready {
    root: PathBuf,
    org_id: String,
    wanted: Wanted,
    source: Source,
    changes: Changes,
    written: Written,
    /// The files as they were read.
    taken: BTreeMap<String, Vec<u8>>,
    /// And their trees, so that nothing is parsed twice.
    parsed: Arc<Parsed>,
    view: SaveView,
}

impl Orgs {
    /// Writes what only the canvas says, and the edits of the request, into the files of a registered org; with
    /// `dry_run` only says what that would be. `by` says in the audit row who asked.
    ///
    /// # Errors
    /// [`OrgsError::UnknownOrg`], [`OrgsError::InvalidBody`], what reading the org says, [`OrgsError::AlreadyRunning`],
    /// [`OrgsError::Conflicts`], [`OrgsError::FilesChanged`], and but for a dry run [`OrgsError::SaveQuestions`],
    /// [`OrgsError::SaveRefused`], [`OrgsError::SaveFailed`]. Nothing was written.
    pub async fn save(
        &self,
        dir: &str,
        request: &SaveRequest,
        by: &str,
    ) -> Result<SaveView, OrgsError> {
        let choices = view::choices(request)?;
        let (orgs, dir, request, by) =
            (self.clone(), dir.to_owned(), request.clone(), by.to_owned());
        // It runs to its end even when the caller goes away.
        let done = tokio::spawn(async move { orgs.run_save(&dir, &request, choices, &by).await });
        done.await.map_err(|error| {
            tracing::error!(%error, "a save ended early");
            OrgsError::Internal
        })?
    }

    async fn run_save(
        &self,
        dir: &str,
        request: &SaveRequest,
        choices: Choices,
        by: &str,
    ) -> Result<SaveView, OrgsError> {
        let row = orgs::by_dir(self.store.read(), dir).await?;
        let Some(row) = row else {
            return Err(OrgsError::UnknownOrg {
                dir: dir.to_owned(),
            });
        };
        let _claim = Claim::of(&self.running, row.path)?;
        let ready = match self.work_out(dir, request, choices).await? {
            Ok(ready) => ready,
            Err(view) if request.dry_run => return Ok(*view),
            Err(view) if view.refused.is_empty() => return Err(OrgsError::SaveQuestions(view)),
            Err(view) => return Err(OrgsError::SaveRefused(view)),
        };
        if request.dry_run || ready.written.files.is_empty() {
            return Ok(ready.view);
        }
        self.write_out(ready, by).await
    }

    /// Reads the org, compares, and works out the new texts. The inner error is a view with questions or refusals.
    async fn work_out(
        &self,
        dir: &str,
        request: &SaveRequest,
        choices: Choices,
    ) -> Result<Result<Ready, Box<SaveView>>, OrgsError> {
        let wanted = Wanted::of(&ImportRequest {
            dir: dir.to_owned(),
            mode: "sync".to_owned(),
            ..ImportRequest::default()
        })?;
        let source = self.locate(&wanted).await?;
        let (Some(root), Some(row)) = (source.path().map(Path::to_owned), source.row().cloned())
        else {
            return Err(OrgsError::UnknownOrg {
                dir: dir.to_owned(),
            });
        };
        let parsed = Arc::<Parsed>::default();
        // Files and rows are asked for side by side.
        let store = self.store.read();
        let ((loaded, taken), all, base, beside) = tokio::try_join!(
            read(
                self.clone(),
                source.clone(),
                root.clone(),
                BTreeMap::new(),
                parsed.clone()
            ),
            async { Ok(workspaces::list_all(store).await?) },
            async { Ok(rows::base_roles(&orgs::base(store, &row.id).await?)) },
            async { Ok(Beside::read(&self.store).await?) },
        )?;
        let read = digest(&taken);
        if !request.read.is_empty() && request.read != read {
            return Err(OrgsError::FilesChanged {
                files: vec![loaded.org.root_file.clone()],
                plan: None,
            });
        }
        let prepared = self.prepare_loaded(wanted.clone(), loaded).await?;
        let scoped = scope(&all, &prepared, Some(&row.id));
        let (plan, _) = prepared.plan(&scoped, &base, &beside);
        let consent = Consent::of(Some(&row), &wanted);
        if !plan.applicable() {
            let shown = prepared.view(&plan, &consent);
            return Err(OrgsError::Conflicts(Box::new(shown)));
        }
        let pending = |action| matches!(action, Action::Create | Action::Update | Action::Move);
        let mut files: Vec<String> = plan
            .steps
            .iter()
            .filter(|step| pending(step.action))
            .map(|step| step.file.clone())
            .collect();
        if !files.is_empty() {
            files.sort();
            files.dedup();
            let plan = Some(Box::new(prepared.view(&plan, &consent)));
            return Err(OrgsError::FilesChanged { files, plan });
        }
        let edits = edits::whole(&prepared.effective, &request.edits)?;
        let mut changes = Changes::of(&plan, (&scoped, &beside), &prepared.effective, &edits);
        let mut secrets = view::secrets_of(&prepared.effective);
        let mut view = SaveView {
            org: prepared.effective.name.clone(),
            read,
            ..SaveView::default()
        };
        let Prepared {
            env,
            read: Some(was),
            ..
        } = prepared
        else {
            return Err(OrgsError::UnknownOrg {
                dir: dir.to_owned(),
            });
        };
        let (at, seen, trees) = (root.clone(), taken.clone(), parsed.clone());
        let orgs = self.clone();
        let (done, changes, left) = blocking(move || {
            let disk = DiskFiles::new(&at);
            let files = Snapshot::with(&disk, seen, &trees);
            let externals = orgs.repositories(&at, Look::HereFirst);
            let limits = Limits::default();
            let write = |changes: &Changes| {
                let list = &changes.list;
                write_back_read(&was, &files, &externals, &limits, &env, list, &choices)
            };
            match write(&changes) {
                Err(WriteBackError::Refused(refused)) if changes.leave(&refused, &edits) => {
                    (write(&changes), changes, refused)
                }
                done => (done, changes, Vec::new()),
            }
        })
        .await?;
        view.changes = changes.told.clone();
        let written = match done {
            Ok(written) => written,
            Err(error) => {
                view::not_written(&mut view, error);
                return Ok(Err(Box::new(view)));
            }
        };
        secrets.extend(view::secrets_of(&written.effective));
        view::written(&mut view, &written, &secrets);
        view.warnings.extend(left.iter().map(view::left));
        Ok(Ok(Ready {
            root,
            org_id: row.id,
            wanted,
            source,
            changes,
            written,
            taken,
            parsed,
            view,
        }))
    }

    async fn write_out(&self, ready: Ready, by: &str) -> Result<SaveView, OrgsError> {
        let Ready {
            root,
            org_id,
            mut wanted,
            source,
            changes,
            written,
            mut taken,
            parsed,
            mut view,
        } = ready;
        for file in &written.files {
            taken.insert(file.path.clone(), file.after.clone().into_bytes());
        }
        let (loaded, _) = read(self.clone(), source.clone(), root.clone(), taken, parsed).await?;
        let created: BTreeMap<String, String> = changes
            .created
            .iter()
            .filter_map(|id| Some((id.clone(), written.added.get(id)?.clone())))
            .collect();
        // What a new role cannot say in the files (no model where the defaults give one) it takes from them.
        for key in created.values() {
            let role = written.effective.roles.iter().find(|role| role.key == *key);
            let fields = role.into_iter().flat_map(|role| role.fields.keys());
            wanted.choices.extend(fields.map(|field| Choice {
                key: key.clone(),
                field: field.clone(),
                take: Take::Files,
            }));
        }
        let dir = source.dir().to_owned();
        let prepared = Arc::new(self.prepare_loaded(wanted, loaded).await?);
        let paths: Vec<&str> = written
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        let told: Vec<Value> = view
            .changes
            .iter()
            .map(|change| json!({"key": change.key, "role": change.role, "field": change.field}))
            .collect();
        let payload = Map::from_iter([
            ("name".to_owned(), json!(view.org)),
            ("dir".to_owned(), json!(dir)),
            ("by".to_owned(), json!(by)),
            ("files".to_owned(), json!(paths)),
            ("fields".to_owned(), json!(told)),
        ]);
        let started = Started::save(payload, self.clock.awake());

        let journals = self.roots.data.join(files::JOURNALS);
        let list = written.files.clone();
        let writing = blocking(move || {
            let writing = Writing::prepare(&root, &journals, &list)?;
            reached("save.prepared");
            writing.commit()
        })
        .await??;
        reached("save.renamed");
        let sealer = self.open_vault().await.map(|vault| vault.sealer().clone());
        let clock = Arc::clone(&self.clock);
        let keys = written.keys.clone();
        let applied: Result<_, OrgsError> = self
            .store
            .write(move |write| {
                Box::pin(async move {
                    follow(write, &org_id, &keys, &created).await?;
                    apply(write, &prepared, sealer, &started, || clock.awake()).await
                })
            })
            .await;
        match applied {
            Ok(applied) => self.trackers.add(&applied.result, applied.created),
            Err(error) => {
                // Files and rows go together: what was written is put back.
                blocking(move || writing.undo()).await??;
                return Err(error);
            }
        }
        blocking(move || writing.finish()).await?;
        view.saved = true;
        Ok(view)
    }

    /// Finishes saves that a kill interrupted while files were replaced. Called once at start.
    ///
    /// # Errors
    /// When the journals cannot be read.
    pub async fn recover_saves(&self) -> Result<usize, OrgsError> {
        let journals = self.roots.data.join(files::JOURNALS);
        blocking(move || files::recover(&journals)).await?
    }
}

/// Reads the org through a snapshot, so that everything that follows sees the same bytes.
async fn read(
    orgs: Orgs,
    source: Source,
    root: PathBuf,
    taken: BTreeMap<String, Vec<u8>>,
    parsed: Arc<Parsed>,
) -> Result<(Loaded, BTreeMap<String, Vec<u8>>), OrgsError> {
    blocking(move || {
        let disk = DiskFiles::new(&root);
        let snapshot = Snapshot::with(&disk, taken, &parsed);
        let loaded = source::read_from(source, &orgs, &snapshot, Look::HereFirst)?;
        Ok((loaded, snapshot.taken()))
    })
    .await?
}

/// Stands for the files of an org; values of `.env` files are not among them.
fn digest(taken: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in taken.iter().filter(|(path, _)| !path.ends_with(".env")) {
        hash.update((path.len() as u64).to_be_bytes());
        hash.update(path.as_bytes());
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    let bytes = hash.finalize();
    bytes
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Import keys of rows and base become those of the new files.
async fn follow(
    write: &mut Write,
    org_id: &str,
    keys: &BTreeMap<String, String>,
    created: &BTreeMap<String, String>,
) -> Result<(), OrgsError> {
    let now = write.stamp();
    for row in workspaces::list_all(write.conn()).await? {
        if let Some(key) = created.get(&row.id) {
            let id = &row.id;
            workspaces::set_column(write.conn(), id, Column::OrgId, org_id, &now).await?;
            workspaces::set_column(write.conn(), id, Column::ImportKey, key.as_str(), &now).await?;
            continue;
        }
        let old = row
            .import_key
            .as_deref()
            .filter(|_| row.org_id.as_deref() == Some(org_id));
        if let Some(new) = old
            .and_then(|old| keys.get(old))
            .filter(|new| Some(new.as_str()) != old)
        {
            workspaces::set_column(write.conn(), &row.id, Column::ImportKey, new.as_str(), &now)
                .await?;
        }
    }
    let mut base = orgs::base(write.conn(), org_id).await?;
    for row in &mut base {
        if row.field == "parent"
            && let Ok(Value::String(parent)) = serde_json::from_str(&row.value)
            && let Some(new) = keys.get(&parent)
        {
            row.value = json!(new).to_string();
        }
        if let Some(new) = keys.get(&row.key) {
            row.key.clone_from(new);
        }
    }
    base.sort_by(|a, b| (&a.key, &a.field).cmp(&(&b.key, &b.field)));
    base.dedup_by(|a, b| (&a.key, &a.field) == (&b.key, &b.field));
    orgs::set_base(write.conn(), org_id, &base).await?;
    Ok(())
}

/// Texts of a problem with a write-back, for [`view::not_written`].
fn problem(error: &WriteBackError) -> String {
    match error {
        WriteBackError::Org(errors) => format!("the org would not be valid: {errors}"),
        other => other.to_string(),
    }
}
