//! Credentials of roles: imported from `<slug>/env` files into one keychain entry each (contract 03 sections 1.3 and
//! 2.5, *do better* no. 22). The files are only ever read.

mod env_file;
mod import;
mod scan;

pub use env_file::{EnvProblem, parse as parse_env};
pub use import::{ImportReport, Loaded, PersonaAction, PersonaKeys, PersonaOutcome, Personas};
pub use scan::{MOST_ENV_BYTES, PersonaFile, is_slug, root, scan};
