//! From a request to a plan: read the files, add the layers, merge, compare with the rows.

use crate::{
    Orgs, OrgsError,
    consent::Consent,
    externals::Look,
    layers::Layers,
    made::{self, Material},
    mask, memories, plugins_wanted, preflight,
    request::Wanted,
    rows::{self, Beside},
    runtimes,
    source::{self, Loaded, Source},
    view,
};
use org_template::{
    BaseRole, Document, Effective, Env, Mode, Org, Plan, PlanInput, Problem, effective, next_base,
    plan,
};
use std::sync::Arc;
use store::{
    WorkspaceRow,
    rows::{orgs, settings, workspaces},
};
use wire::{ImportRequest, PlanView};

/// Everything about the files that a plan and its application need.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub wanted: Wanted,
    pub source: Source,
    pub effective: Effective,
    /// The folder as it was read; none of an inline template.
    pub read: Option<(Org, Document)>,
    pub env: Env,
    pub layers: Layers,
    /// Files of every role, in the order of the roles.
    pub materials: Vec<Material>,
    /// Plugins of every role that the registry does not hold, in the order of the roles.
    pub plugins_missing: Vec<Vec<String>>,
    /// Warnings beside those of the merge: `.env` lines, config files.
    pub warnings: Vec<Problem>,
    /// Commit that the org's folder stands at, when it is in a git repository (no. 39).
    pub commit: Option<String>,
}

impl Prepared {
    /// The plan against these rows, and the base to store once it has been applied. Warnings of the files are in it.
    pub fn plan(
        &self,
        scope: &[&WorkspaceRow],
        base: &[BaseRole],
        beside: &Beside,
    ) -> (Plan, Vec<BaseRole>) {
        let current = rows::current(scope, base, beside);
        let input = PlanInput {
            files: &self.effective,
            base,
            current: &current,
            mode: self.wanted.mode,
            prune: self.wanted.prune,
            choices: &self.wanted.choices,
        };
        let mut made = plan(&input);
        let mut next = next_base(&input, &made);
        rows::complete(&mut next, base, self.wanted.mode == Mode::Additive);
        made.warnings.extend(self.warnings.iter().cloned());
        (made, next)
    }

    /// The plan as it is shown.
    pub fn view(&self, plan: &Plan, consent: &Consent) -> PlanView {
        let before = Consent::before(self.source.row()).tier;
        view::plan(&self.effective, plan, consent, before)
    }
}

impl Orgs {
    /// Says what an import would do; changes nothing but that it may unpack the built-in sample (contract 03
    /// section 2.8, `dry_run`).
    ///
    /// # Errors
    /// Every refusal of 2.8 but 412: what is missing is among the asks.
    pub async fn plan(&self, request: &ImportRequest) -> Result<PlanView, OrgsError> {
        self.plan_with(Wanted::of(request)?).await
    }

    async fn plan_with(&self, wanted: Wanted) -> Result<PlanView, OrgsError> {
        let source = self.locate(&wanted).await?;
        let prepared = self.prepare(wanted, source).await?;
        self.compare(&prepared).await
    }

    /// What re-importing an org's folder would do now, three-way, with what was agreed to before. Inline choices,
    /// removals and grants are for [`Orgs::import`].
    ///
    /// # Errors
    /// [`OrgsError::UnknownOrg`], and as [`Orgs::plan`].
    pub async fn reimport_preview(&self, org_id: &str) -> Result<PlanView, OrgsError> {
        let row = orgs::get(self.store.read(), org_id).await?;
        let Some(row) = row else {
            return Err(OrgsError::UnknownOrg {
                dir: org_id.to_owned(),
            });
        };
        let request = ImportRequest {
            dir: row.dir,
            mode: "sync".to_owned(),
            dry_run: true,
            ..ImportRequest::default()
        };
        let mut wanted = Wanted::of(&request)?;
        wanted.look = Look::HereFirst;
        self.plan_with(wanted).await
    }

    async fn compare(&self, prepared: &Prepared) -> Result<PlanView, OrgsError> {
        let all = workspaces::list_all(self.store.read()).await?;
        let org_id = prepared.source.row().map(|row| row.id.clone());
        let base = match &org_id {
            Some(id) => rows::base_roles(&orgs::base(self.store.read(), id).await?),
            None => Vec::new(),
        };
        let scope = scope(&all, prepared, org_id.as_deref());
        let beside = Beside::read(&self.store).await?;
        let (plan, _) = prepared.plan(&scope, &base, &beside);
        let consent = Consent::of(prepared.source.row(), &prepared.wanted);
        Ok(prepared.view(&plan, &consent))
    }

    /// Reads and merges the files of a source.
    pub(crate) async fn prepare(
        &self,
        wanted: Wanted,
        source: Source,
    ) -> Result<Prepared, OrgsError> {
        let (orgs, look) = (self.clone(), wanted.look);
        let loaded = blocking(move || source::read(source, &orgs, look)).await??;
        self.prepare_loaded(wanted, loaded).await
    }

    /// Merges a source that was read.
    pub(crate) async fn prepare_loaded(
        &self,
        wanted: Wanted,
        mut loaded: Loaded,
    ) -> Result<Prepared, OrgsError> {
        let layers = self.add_layers(&loaded.org, &mut loaded.env).await?;
        let images = settings::get(self.store.read(), "runtime_images").await?;
        let images = images.unwrap_or_default();
        let roots = Arc::clone(&self.roots);
        blocking(move || {
            let mut effective = effective(&loaded.org, &loaded.env)
                .map_err(|errors| source::refused(errors, loaded.source.dir()))?;
            preflight::known(&mut effective, &layers);
            effective.roles.iter_mut().for_each(mask::channels);
            let mut warnings = loaded.env_warnings;
            memories::prepare(&mut effective, &loaded.org, &mut warnings);
            let root = loaded.source.path();
            let materials = effective
                .roles
                .iter()
                .map(|role| made::material(role, root, &roots.configs, &mut warnings))
                .collect();
            let commit = root
                .and_then(git_fetch::head)
                .map(|commit| commit.to_string());
            warnings.extend(runtimes::warnings(&effective.roles, &images));
            let plugins_missing = plugins_wanted::missing(&effective.roles, &roots, &mut warnings);
            Ok(Prepared {
                plugins_missing,
                wanted,
                source: loaded.source,
                effective,
                read: loaded.document.map(|document| (loaded.org, document)),
                env: loaded.env,
                layers,
                materials,
                warnings,
                commit,
            })
        })
        .await?
    }
}

/// The rows a plan looks at. A folder that was never imported has none.
pub(crate) fn scope<'r>(
    all: &'r [WorkspaceRow],
    prepared: &Prepared,
    org_id: Option<&str>,
) -> Vec<&'r WorkspaceRow> {
    match (&prepared.source, org_id) {
        (Source::Folder { .. }, None) => Vec::new(),
        (_, org_id) => rows::in_scope(all, org_id),
    }
}

/// File work happens off the threads that answer requests.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, OrgsError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "reading an org ended early");
        OrgsError::Internal
    })
}
