//! Org folders: register, plan against the database, apply in one transaction, environment layers.
//!
//! The way through this crate: [`Orgs`] finds the folder a request means, [`org_template`] reads it, the plan compares
//! it with base and rows, and one write applies the plan with its events (design law 2, walk "Import"). What runs is
//! the reconciler's business.

mod apply;
mod apply_end;
mod apply_new;
mod apply_row;
mod audit;
mod bundles;
mod channels;
mod channels_view;
mod consent;
mod env_secrets;
mod error;
mod externals;
mod failpoints;
mod folders;
mod import;
mod layers;
mod made;
mod mask;
mod memories;
mod orgs;
mod ownership;
mod places;
mod planning;
mod plugins_canvas;
mod plugins_wanted;
mod preflight;
mod progress;
mod request;
mod roles_view;
mod rows;
mod runtimes;
mod sample;
mod save;
mod schedules;
mod source;
mod templates;
mod view;
mod workspace_templates;

pub use audit::ImportEnd;
pub use bundles::{BundleError, BundleParts, BundleSource, export as export_bundle};
pub use env_secrets::resealed as secret_resealed;
pub use error::{MissingEnv, OrgsError};
pub use externals::ExternalSource;
pub use failpoints::FAILPOINTS;
pub use folders::{RemovedOrg, check_folder};
pub use import::BegunImport;
pub use orgs::{Orgs, Roots, VaultSlot};
pub use ownership::{Owned, Ownership};
pub use sample::{SAMPLE_DIR, SAMPLE_WITH_MODEL_DIR, sample_runtime_images};
pub use schedules::{NewSchedule, ScheduleChange, ScheduleProblem};
pub use workspace_templates::{
    SubWorkspace, TemplateFolder, TemplateImportError, TemplateProblem, WorkspaceTemplate,
};
